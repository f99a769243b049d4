"""Circulation: mean pressures and flow in closed form, steered by one sympathetic drive.

    stressed volume -> P_m = V_s / C_sys -> CO = P_m / (R_vr + 1/K_h) -> MAP = P_ra + CO / (G + G_access)
    PP = PP_ref (SV / SV_ref)^x exp(a (MAP - MAP_ref));  SBP = MAP + 0.62 PP, DBP = MAP - 0.38 PP
    s_inf = sigmoid(logit s_0 + k_a (MAP_set - MAP) + k_cp (P_m,ref - P_m)) [1 - b on sigmoid(..)]

Assumes     no heartbeat: one-minute means. Effectors scale with autonomic integrity A.
Leaves out  left and right heart apart, diastolic stiffness, slow autoregulation over days.
Holds for   mean systemic filling pressure 3-16 mmHg.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import exp, log, ramp, sigmoid, softplus, unramp


@record
class Circulation:
    MAP: Any = param(
        "mmHg", 88.0, within=(58.0, 125.0), sd=10.5, source="AccessOutput2016", status="seen",
        meaning="mean arterial pressure at dry weight, the reflex's set point",
    )
    Q_tissue: Any = param(
        "L/min", 4.6, within=(2.8, 7.5), gsd=1.18, scales=1.0, source="AccessOutput2016", status="seen",
        meaning="cardiac output at dry weight, access flow not counted",
    )
    Q_access: Any = param(
        "L/min", 1.1, within=(0.0, 2.5), gsd=1.4, source="AccessOutput2016", status="seen",
        meaning="fistula or graft flow at dry weight; 0 with a catheter",
    )
    P_m: Any = param(
        "mmHg", 8.5, within=(7.0, 12.0), gsd=1.08, source="GeneralKnowledge", status="recalled",
        meaning="mean systemic filling pressure at dry weight",
    )
    C_sys: Any = param(
        "L/mmHg", 0.19, within=(0.13, 0.27), gsd=1.18, scales=1.0, source="GeneralKnowledge", status="tuned",
        meaning="systemic compliance with a minute's stress relaxation; tuned to VolumeSensitivity",
    )
    f_vr: Any = param(
        "1", 0.704, within=(0.55, 0.85), sd=0.04, source="GeneralKnowledge", status="recalled",
        meaning="share of the filling pressure spent on venous return at dry weight",
    )
    R_pc: Any = param(
        "mmHg min/L", 1.0, within=(0.6, 1.4), sd=0.12, scales=-1.0, source="SoleusChoice", status="tuned",
        meaning="post-capillary resistance; tuned to a capillary pressure of 12-14 mmHg",
    )
    PP: Any = param(
        "mmHg", 50.0, within=(25.0, 110.0), gsd=1.3, source="Hemo2002", status="tuned",
        meaning="pulse pressure at dry weight; tuned to the pulse pressure of Hemo2002",
    )
    x: Any = param(
        "1", 0.45, within=(0.3, 1.0), source="SoleusChoice", status="tuned",
        meaning="pulse pressure's power of stroke volume; tuned to the diastolic fall of Hemo2002",
    )
    a: Any = param(
        "1/mmHg", 0.004, within=(0.0, 0.01), source="SoleusChoice", status="tuned",
        meaning="stiffening of arteries with mean pressure; tuned to Hemo2002",
    )
    f_sys: Any = param(
        "1", 0.62, within=(0.55, 0.7), source="GeneralKnowledge", status="recalled",
        meaning="share of pulse pressure above the mean",
    )
    nu: Any = param(
        "1", 0.3, within=(0.0, 0.7), source="SoleusChoice", status="tuned",
        meaning="power of haematocrit in resistance; tuned to Bos2000",
    )
    HR: Any = param(
        "1/min", 74.0, within=(50.0, 105.0), gsd=1.12, source="Bos2000", status="recalled",
        meaning="heart rate at dry weight",
    )
    A: Any = param(
        "1", 0.72, within=(0.1, 1.3), sd=0.25, source="BaroreflexTask2025", status="assumed",
        meaning="autonomic integrity: 1 is intact for a dialysis patient, 0.2-0.4 diabetic failure",
    )
    s_0: Any = param(
        "1", 0.4, within=(0.3, 0.5), source="SoleusChoice", status="assumed",
        meaning="sympathetic drive at dry weight, 0 to 1",
    )
    k_a: Any = param(
        "1/mmHg", 0.028, within=(0.015, 0.045), gsd=1.2, source="SoleusChoice", status="tuned",
        meaning="arterial reflex gain; tuned to VolumeSensitivity",
    )
    k_cp: Any = param(
        "1/mmHg", 0.10, within=(0.0, 0.2), gsd=1.2, source="SoleusChoice", status="tuned",
        meaning="cardiopulmonary reflex gain; tuned to VolumeSensitivity",
    )
    g_R: Any = param(
        "1", 0.9, within=(0.4, 1.4), gsd=1.2, source="SoleusChoice", status="tuned",
        meaning="reflex on resistance; tuned to Bos2000",
    )
    g_V: Any = param(
        "L", 0.75, within=(0.4, 1.2), gsd=1.2, scales=1.0, source="SoleusChoice", status="tuned",
        meaning="reflex on unstressed venous volume; tuned to VolumeSensitivity",
    )
    g_H: Any = param(
        "1", 2.0, within=(0.8, 2.8), gsd=1.3, source="SoleusChoice", status="tuned",
        meaning="reflex on heart rate; tuned to Bos2000",
    )
    g_E: Any = param(
        "1", 0.4, within=(0.1, 0.7), gsd=1.2, source="SoleusChoice", status="tuned",
        meaning="reflex on the pump; tuned to Bos2000",
    )
    tau_s: Any = param(
        "min", 3.0, within=(3.0, 5.0), source="SoleusChoice", status="assumed",
        meaning="relaxation of the drive; 1.5 changes nothing seen at the bedside",
    )
    tau_h: Any = param(
        "min", 480.0, within=(240.0, 960.0), source="SoleusChoice", status="assumed",
        meaning="adaptation of the drive",
    )
    b: Any = param(
        "1", 0.0, within=(0.0, 0.95), source="GeneralKnowledge", status="assumed",
        meaning="sudden sympathetic withdrawal; only an observed collapse with slow pulse may set it",
    )
    P_crit: Any = param(
        "mmHg", 6.8, within=(5.0, 8.0), source="SoleusChoice", status="assumed",
        meaning="filling pressure of the withdrawal",
    )
    w_BJ: Any = param(
        "mmHg", 0.7, within=(0.6, 1.2), source="SoleusChoice", status="assumed",
        meaning="how sudden the withdrawal is; sharper, it jumps between two states",
    )
    dilation: Any = param(
        "1", -0.02, within=(-0.35, 0.45), sd=0.19, source="SoleusChoice", status="tuned",
        meaning="rise of vascular conductance by treatment itself; spread tuned to PressureChange197",
    )
    tau_d: Any = param(
        "min", 60.0, within=(30.0, 120.0), source="SoleusChoice", status="assumed",
        meaning="onset and decay of that effect",
    )
    a_T: Any = param(
        "1/degC", 0.10, within=(0.04, 0.2), gsd=1.25, source="Selby2006 Yu1995", status="tuned",
        meaning="dilatation by body temperature; tuned to Selby2006",
    )
    a_V: Any = param(
        "L/degC", 0.15, within=(0.05, 0.3), gsd=1.25, scales=1.0, source="EnergyTransfer", status="tuned",
        meaning="venous pooling by body temperature; tuned to Selby2006",
    )
    f_skin: Any = param(
        "1", 0.07, within=(0.04, 0.10), source="GeneralKnowledge", status="recalled",
        meaning="skin's share of conductance at dry weight",
    )
    k_Ca: Any = param(
        "L/mmol", 0.3, within=(0.0, 1.0), sd=0.15, source="Kyriazis2004", status="assumed",
        meaning="pump per mmol/L of ionized calcium above the usual",
    )
    k_K: Any = param(
        "1", 0.05, within=(0.0, 0.12), sd=0.03, source="Gabutti2011", status="assumed",
        meaning="dilatation per step of potassium that cells would hold above plasma's",
    )
    w_K: Any = param(
        "mmol/L", 1.0, within=(0.5, 2.0), source="SoleusChoice", status="assumed",
        meaning="that step, and the gap at which dilatation begins",
    )
    k_food: Any = param(
        "1", 0.10, within=(0.03, 0.25), gsd=1.3, source="SoleusChoice", status="assumed",
        meaning="rise of vascular conductance while a meal is digested; usual meals are part of rest",
    )
    V_food: Any = param(
        "L", 0.10, within=(0.03, 0.25), gsd=1.3, scales=1.0, source="SoleusChoice", status="assumed",
        meaning="blood that a meal being digested holds in the gut",
    )
    w_s: Any = param(
        "L", 0.25, within=(0.15, 0.4), scales=1.0, source="SoleusChoice", status="assumed",
        meaning="how gradually the vessels run empty",
    )


@record
class Rest:
    K_h: Any = quantity("L/min/mmHg", "pump slope: output per right atrial pressure")
    P_ra: Any = quantity("mmHg", "right atrial pressure at dry weight")
    R_vr: Any = quantity("mmHg min/L", "resistance to venous return")
    V_u: Any = quantity("L", "unstressed volume at dry weight")
    G: Any = quantity("L/min/mmHg", "tissue conductance at dry weight")
    G_access: Any = quantity("L/min/mmHg", "access conductance")
    hct: Any = quantity("1", "haematocrit at dry weight")
    P_c: Any = quantity("mmHg", "capillary pressure at dry weight, without its offset")
    SV: Any = quantity("L", "stroke volume at dry weight")


@record
class State:
    s: Any = quantity("1", "sympathetic drive")
    h: Any = quantity("1", "slow copy of the drive")
    d: Any = quantity("1", "dialysis' own effect on vessels, 0 to 1")


@record
class Inputs:
    MAP: Any = quantity("mmHg", "mean arterial pressure")
    P_m: Any = quantity("mmHg", "mean systemic filling pressure")
    on: Any = quantity("1", "1 while blood is treated")


@record
class Seen:
    ds: Any = quantity("1", "drive above rest, times autonomic integrity")
    P_m: Any = quantity("mmHg", "mean systemic filling pressure")
    CO: Any = quantity("L/min", "cardiac output")
    Q_access: Any = quantity("L/min", "access flow")
    P_ra: Any = quantity("mmHg", "right atrial pressure")
    P_c: Any = quantity("mmHg", "capillary pressure, without its offset")
    MAP: Any = quantity("mmHg", "mean arterial pressure")
    SBP: Any = quantity("mmHg", "systolic pressure")
    DBP: Any = quantity("mmHg", "diastolic pressure")
    HR: Any = quantity("1/min", "heart rate")
    viscosity: Any = quantity("1", "resistance by haematocrit, relative")
    cooling: Any = quantity("1", "resistance by body temperature, relative")


def rest(BV: Any, hct: Any, p: Circulation) -> Rest:
    """Constants of the closed form, from the reference pressures and flows."""
    CO = p.Q_tissue + p.Q_access
    R_vr, P_ra = p.f_vr * p.P_m / CO, (1 - p.f_vr) * p.P_m
    return Rest(
        K_h=CO / P_ra,
        P_ra=P_ra,
        R_vr=R_vr,
        V_u=BV - p.w_s * unramp(p.C_sys * p.P_m / p.w_s),
        G=p.Q_tissue / (p.MAP - P_ra),
        G_access=p.Q_access / (p.MAP - P_ra),
        hct=hct,
        P_c=p.P_m + p.R_pc * p.Q_tissue,
        SV=CO / p.HR,
    )


def look(
    now: State, BV: Any, hct: Any, T_b: Any, skin: Any, iCa: Any, K_gap: Any, food: Any, p: Circulation, at_rest: Rest
) -> Seen:
    """Pressures and flows.

    T_b is body temperature above rest (degC), skin the thermal drive of its bed, iCa ionized calcium above the usual,
    K_gap the potassium that cells would hold above plasma's (mmol/L), food the meals being digested.
    """
    ds = p.A * (now.s - p.s_0)
    V_u = at_rest.V_u - p.g_V * ds + p.a_V * T_b + p.V_food * food
    P_m = p.w_s * ramp((BV - V_u) / p.w_s) / p.C_sys
    K_h = at_rest.K_h * (1 + p.g_E * ds) * (1 + p.k_Ca * iCa)
    CO = P_m / (at_rest.R_vr + 1 / K_h)
    P_ra = CO / K_h
    viscosity = exp(p.nu * log(hct / at_rest.hct))
    cooling = exp(-p.a_T * T_b)
    falling_K = 1 - p.k_K * (softplus(K_gap / p.w_K - 1) - softplus(-1.0))
    resistance = (1 + p.g_R * ds) * viscosity * cooling * falling_K
    G = at_rest.G * (1 - p.f_skin + p.f_skin * skin) / resistance * (1 + p.dilation * now.d + p.k_food * food)
    MAP = P_ra + CO / (G + at_rest.G_access)
    HR = p.HR * exp(p.g_H * ds)
    PP = p.PP * exp(p.x * log(CO / HR / at_rest.SV) + p.a * (MAP - p.MAP))
    Q_access = at_rest.G_access * (MAP - P_ra)
    return Seen(
        ds=ds, P_m=P_m, CO=CO, Q_access=Q_access, P_ra=P_ra, P_c=P_m + p.R_pc * (CO - Q_access), MAP=MAP,
        SBP=MAP + p.f_sys * PP, DBP=MAP - (1 - p.f_sys) * PP, HR=HR, viscosity=viscosity, cooling=cooling,
    )


def rates(now: State, given: Inputs, p: Circulation) -> State:
    """The drive follows the two reflexes; sudden withdrawal silences it."""
    error = p.k_a * (p.MAP - given.MAP) + p.k_cp * (p.P_m - given.P_m)
    withdrawal = 1 - p.b * given.on * sigmoid((p.P_crit - given.P_m) / p.w_BJ)
    target = sigmoid(log(p.s_0 / (1 - p.s_0)) + error) * withdrawal
    return State(s=(target - now.s) / p.tau_s, h=(target - now.h) / p.tau_h, d=(given.on - now.d) / p.tau_d)
