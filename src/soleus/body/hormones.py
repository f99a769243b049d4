"""Hormones of calcium and phosphate: parathyroid hormone and its glands, calcitriol, FGF23, and drugs like them.

    felt  = iCa + shift C / (1 + C)                              calcium as glands feel it; C a calcimimetic
    sig   = m + (1 - m) / [1 + (iCa / s)^n],  s = s_0 R^-a_s - felt + iCa       share of the most they can secrete
    PTH   = PTH_0 G R^-a_R (sig / sig_0) (sig / ready)^a_q
    u     = (D + analog) / D_0                                   active vitamin D, relative to health
    dready/dt = (sig - ready) / t_q                              what the releasable store has come to meet
    dD/dt   = k_D {D_0 [x d^n_x + (1 - x) d^n_d g^a_g (PTH / PTH_0)^a_PTH (FGF_0 / FGF)^a_F (P_0 / P)^a_P] - D}
    dFGF/dt = k_F {FGF_0 (P / P_0)^f_P u^f_u [(g + g_0) / (1 + g_0)]^-f_g - FGF},   d = 25OHD / d_0
    dR/dt   = {u^r_u G^-r_G e^[-r_P (P - P_0)] - R} / t_R        receptors for calcium and vitamin D
    dG/dt   = k_G G (drive - ln bent)                                             growth of the glands
    drive   = c_Ca (iCa_0 / felt - 1) + c_u (1 - u) + c_P (P - P_0) + c_R (1 - R) - c_G ln G - (G^2 - 1) / G_max^2

g is filtration over that in health. `bent` is the patient's own, 1 in health: with it, glands that make the patient's
own PTH neither grow nor shrink in the blood that they are used to. `ready` makes secretion answer the speed of a fall
in calcium and lag behind its rise, so that PTH differs on the way down and up and comes to rest at the same level.

Assumes     PTH at its target (minutes); one gland of mass G; a calcimimetic is to glands like more calcium.
Leaves out  clonal growth that no longer shrinks; fragments of PTH; estrogen; magnesium, which matters when very low.
Holds for   minutes to years, GFR 0-100 mL/min, ionized calcium 0.6-1.7 mmol/L.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import exp, log, maximum, power


@record
class Hormones:
    PTH: Any = param(
        "pg/mL", 300.0, within=(5.0, 2500.0), gsd=1.9, source="GeneralKnowledge", status="recalled",
        meaning="the patient's own parathyroid hormone before a session, at usual calcium",
    )
    D25: Any = param(
        "pg/mL", 22000.0, within=(4000.0, 80000.0), gsd=1.5, source="GeneralKnowledge", status="recalled",
        meaning="25-hydroxyvitamin D, a thousand pg/mL for each ng/mL; native vitamin D raises it",
    )
    analog: Any = param(
        "pg/mL", 0.0, within=(0.0, 80.0), source="SoleusChoice", status="assumed",
        meaning="active vitamin D given, as the calcitriol that would do the same to the glands",
    )
    gut_share: Any = param(
        "1", 1.0, within=(0.1, 1.0), source="ParicalcitolCalcitriol", status="assumed",
        meaning="share of that which the gut feels: 1 for calcitriol and alfacalcidol, 0.3 for paricalcitol",
    )
    mimetic: Any = param(
        "1", 0.0, within=(0.0, 10.0), source="SoleusChoice", status="assumed",
        meaning="calcimimetic over its half-effective level: cinacalcet 30 mg 0.5, 90 mg 1.2, etelcalcetide 4",
    )
    shift: Any = param(
        "mmol/L", 0.22, within=(0.15, 0.3), source="EtelcalcetidePlacebo", status="tuned",
        meaning="most that a calcimimetic lowers the set point; tuned to PTH in EtelcalcetidePlacebo",
    )
    PTH_0: Any = param(
        "pg/mL", 40.0, within=(30.0, 50.0), source="GeneralKnowledge", status="recalled",
        meaning="parathyroid hormone in health",
    )
    iCa_0: Any = param(
        "mmol/L", 1.22, within=(1.18, 1.26), source="GeneralKnowledge", status="recalled",
        meaning="ionized calcium in health",
    )
    P_0: Any = param(
        "mmol/L", 1.2, within=(1.0, 1.3), source="GeneralKnowledge", status="recalled",
        meaning="phosphate in health",
    )
    s_0: Any = param(
        "mmol/L", 1.13, within=(1.05, 1.2), sd=0.03, source="MadsenSetpoint", status="seen",
        meaning="ionized calcium that halves secretion in health",
    )
    n: Any = param(
        "1", 11.0, within=(8.0, 14.0), source="OpenBoneMin", status="seen",
        meaning="steepness of that curve; 11.7 there",
    )
    m: Any = param(
        "1", 0.05, within=(0.02, 0.12), source="GeneralKnowledge", status="recalled",
        meaning="secretion that no calcium stops",
    )
    a_s: Any = param(
        "1", 0.06, within=(0.0, 0.15), source="MadsenSetpoint", status="tuned",
        meaning="rise of the set point as receptors are lost; tuned to 1.16 on dialysis in MadsenSetpoint",
    )
    a_R: Any = param(
        "1", 0.7, within=(0.4, 1.2), source="SoleusChoice", status="assumed",
        meaning="rise of what a gland makes as receptors are lost",
    )
    t_q: Any = param(
        "min", 60.0, within=(20.0, 180.0), source="PthHysteresis1991", status="tuned",
        meaning="time in which the releasable store meets a demand; tuned to the set points of PthHysteresis1991",
    )
    a_q: Any = param(
        "1", 0.5, within=(0.0, 1.0), source="PthHysteresis1991", status="tuned",
        meaning="how far the store makes PTH run ahead; tuned to the set points of PthHysteresis1991",
    )
    D_0: Any = param(
        "pg/mL", 40.0, within=(32.0, 50.0), source="GeneralKnowledge", status="recalled",
        meaning="calcitriol in health",
    )
    k_D: Any = param(
        "1/min", 0.00174, within=(0.001, 0.003), source="GeneralKnowledge", status="recalled",
        meaning="its breakdown, 2.5 a day",
    )
    d_0: Any = param(
        "pg/mL", 25000.0, within=(20000.0, 30000.0), source="SoleusChoice", status="assumed",
        meaning="25-hydroxyvitamin D in health",
    )
    x: Any = param(
        "1", 0.35, within=(0.15, 0.45), source="Armas2013", status="tuned",
        meaning="share of calcitriol made outside the kidney; tuned to people on dialysis in Armas2013",
    )
    n_x: Any = param(
        "1", 0.5, within=(0.2, 1.0), source="Armas2013", status="tuned",
        meaning="power of 25-hydroxyvitamin D outside the kidney; tuned to Armas2013",
    )
    n_d: Any = param(
        "1", 0.3, within=(0.1, 0.6), source="SoleusChoice", status="assumed",
        meaning="power of 25-hydroxyvitamin D in the kidney",
    )
    a_g: Any = param(
        "1", 0.65, within=(0.4, 0.9), source="SoleusChoice", status="assumed",
        meaning="power of GFR that makes calcitriol",
    )
    a_PTH: Any = param(
        "1", 0.45, within=(0.3, 0.6), source="SoleusChoice", status="assumed",
        meaning="power of PTH that makes calcitriol",
    )
    a_F: Any = param(
        "1", 0.28, within=(0.15, 0.4), source="SoleusChoice", status="assumed",
        meaning="power of FGF23 that stops it",
    )
    a_P: Any = param(
        "1", 0.3, within=(0.1, 0.5), source="SoleusChoice", status="assumed",
        meaning="power of phosphate that stops it",
    )
    g_low: Any = param(
        "1", 0.005, within=(0.002, 0.01), source="SoleusChoice", status="assumed",
        meaning="filtration over health below which calcitriol no longer falls",
    )
    FGF_0: Any = param(
        "pg/mL", 45.0, within=(35.0, 60.0), source="GeneralKnowledge", status="recalled",
        meaning="FGF23 in health",
    )
    k_F: Any = param(
        "1/min", 0.000243, within=(0.00012, 0.0013), source="SoleusChoice", status="assumed",
        meaning="how fast FGF23 follows, 0.35 a day",
    )
    f_P: Any = param(
        "1", 2.2, within=(1.0, 3.0), source="SoleusChoice", status="assumed",
        meaning="power of phosphate that makes FGF23",
    )
    f_u: Any = param(
        "1", 0.35, within=(0.2, 0.7), source="SoleusChoice", status="assumed",
        meaning="power of active vitamin D that makes it",
    )
    f_g: Any = param(
        "1", 1.05, within=(0.8, 1.2), source="SoleusChoice", status="assumed",
        meaning="power of GFR that clears or quiets it",
    )
    g_0: Any = param(
        "1", 0.03, within=(0.01, 0.05), source="SoleusChoice", status="assumed",
        meaning="filtration over health below which FGF23 no longer rises",
    )
    t_R: Any = param(
        "min", 43200.0, within=(20000.0, 90000.0), source="SoleusChoice", status="assumed",
        meaning="time in which receptors follow, 30 days",
    )
    r_u: Any = param(
        "1", 0.35, within=(0.2, 0.6), source="SchappacherTilp2019", status="assumed",
        meaning="power of active vitamin D that makes receptors",
    )
    r_G: Any = param(
        "1", 0.15, within=(0.05, 0.3), source="SchappacherTilp2019", status="assumed",
        meaning="power of the gland's mass that loses them",
    )
    r_P: Any = param(
        "L/mmol", 0.4, within=(0.2, 0.8), source="SchappacherTilp2019", status="assumed",
        meaning="relative loss of receptors with phosphate; it does not act within a session (Rudnicki1993)",
    )
    k_G: Any = param(
        "1/min", 2.3e-6, within=(1.1e-6, 4.6e-6), source="SoleusChoice", status="assumed",
        meaning="growth of the glands, a three-hundredth a day",
    )
    G_max: Any = param(
        "1", 16.0, within=(10.0, 30.0), source="SoleusChoice", status="assumed",
        meaning="mass at which glands hardly grow any more",
    )
    c_Ca: Any = param(
        "1", 12.0, within=(6.0, 18.0), source="LowerBathCalcium", status="tuned",
        meaning="growth from calcium felt low; tuned to PTH on a bath lowered, in LowerBathCalcium",
    )
    c_u: Any = param(
        "1", 0.4, within=(0.2, 0.7), source="SoleusChoice", status="assumed",
        meaning="growth from want of active vitamin D",
    )
    c_P: Any = param(
        "L/mmol", 0.25, within=(0.1, 0.5), source="SoleusChoice", status="assumed",
        meaning="growth from phosphate",
    )
    c_R: Any = param(
        "1", 0.4, within=(0.2, 0.6), source="SoleusChoice", status="assumed",
        meaning="growth from want of receptors",
    )
    c_G: Any = param(
        "1", 0.75, within=(0.4, 1.2), source="SoleusChoice", status="assumed",
        meaning="how a larger gland shrinks",
    )


@record
class State:
    ready: Any = quantity("1", "share of the most that glands can secrete, to which their releasable store is used")
    D: Any = quantity("pg/mL", "calcitriol")
    FGF: Any = quantity("pg/mL", "FGF23")
    R: Any = quantity("1", "receptors for calcium and vitamin D in the glands, relative to health")
    G: Any = quantity("1", "mass of the parathyroid glands, relative to health; surgery leaves 0.02-0.05")
    bent: Any = quantity("1", "e to the growth that would be theirs in the patient's usual blood; it stays as it is")


@record
class Inputs:
    iCa: Any = quantity("mmol/L", "ionized calcium, from calcium")
    P: Any = quantity("mmol/L", "plasma phosphate, from phosphate")
    g: Any = quantity("1", "filtration over that in health, from kidney")


@record
class Seen:
    PTH: Any = quantity("pg/mL", "parathyroid hormone")
    sig: Any = quantity("1", "share of the most that glands can secrete, at this calcium")
    u: Any = quantity("1", "active vitamin D as glands feel it, relative to health")
    u_gut: Any = quantity("1", "active vitamin D as the gut feels it, relative to health")


def mimicked(mimetic: Any, p: Hormones) -> Any:
    """Calcium that glands feel beyond what is there, mmol/L."""
    return p.shift * mimetic / (1 + mimetic)


def secretion(iCa: Any, R: Any, mimetic: Any, p: Hormones) -> Any:
    """Share of the most that glands can secrete, once their store is used to it."""
    s = p.s_0 * power(R, -p.a_s) - mimicked(mimetic, p)
    return p.m + (1 - p.m) / (1 + power(iCa / s, p.n))


def active(now: State, p: Hormones) -> Any:
    """Active vitamin D as glands feel it, relative to health."""
    return (now.D + p.analog) / p.D_0


def _made(sig: Any, R: Any, p: Hormones) -> Any:
    """Parathyroid hormone for each unit of gland, pg/mL."""
    usual = sig / secretion(p.iCa_0, 1.0, 0.0, p)
    return p.PTH_0 * usual * power(R, -p.a_R)


def receptors(u: Any, G: Any, P: Any, p: Hormones) -> Any:
    """Receptors at which making and losing balance, relative to health."""
    return power(u, p.r_u) * power(G, -p.r_G) * exp(-p.r_P * (P - p.P_0))


def calcitriol(PTH: Any, FGF: Any, P: Any, g: Any, p: Hormones) -> Any:
    """Calcitriol at which making and breaking balance, pg/mL."""
    d = p.D25 / p.d_0
    kidney = power((g + p.g_low) / (1 + p.g_low), p.a_g) * power(PTH / p.PTH_0, p.a_PTH)
    stopped = power(FGF / p.FGF_0, -p.a_F) * power(P / p.P_0, -p.a_P)
    return p.D_0 * (p.x * power(d, p.n_x) + (1 - p.x) * power(d, p.n_d) * kidney * stopped)


def fgf23(u: Any, P: Any, g: Any, p: Hormones) -> Any:
    """FGF23 at which making and breaking balance, pg/mL."""
    return p.FGF_0 * power(P / p.P_0, p.f_P) * power(u, p.f_u) * power((g + p.g_0) / (1 + p.g_0), -p.f_g)


def drive(given: Inputs, u: Any, R: Any, G: Any, p: Hormones) -> Any:
    """Growth of the glands over k_G, before what the patient's own are used to."""
    felt = given.iCa + mimicked(p.mimetic, p)
    wanted = p.c_Ca * (p.iCa_0 / felt - 1) + p.c_u * (1 - u) + p.c_P * (given.P - p.P_0) + p.c_R * (1 - R)
    return wanted - p.c_G * log(G) - (G * G - 1) / (p.G_max * p.G_max)


def at_rest(given: Inputs, p: Hormones) -> State:
    """The gland that makes the patient's own PTH, all else at rest around it; found by repetition."""
    one = 1.0 + 0.0 * (given.g + given.iCa + given.P + p.PTH)
    FGF, R, G = p.FGF_0 * one, one, one
    for _ in range(12):
        D = calcitriol(p.PTH, FGF, given.P, given.g, p)
        u = (D + p.analog) / p.D_0
        FGF = fgf23(u, given.P, given.g, p)
        R = receptors(u, G, given.P, p)
        sig = secretion(given.iCa, R, p.mimetic, p)
        G = p.PTH / _made(sig, R, p)
    bent = exp(maximum(drive(given, u, R, G, p), -12 * one))  # what glands beyond anybody's would need, has no number
    return State(ready=sig, D=D, FGF=FGF, R=R, G=G, bent=bent)


def look(now: State, given: Inputs, p: Hormones) -> Seen:
    """What the glands secrete at this calcium."""
    sig = secretion(given.iCa, now.R, p.mimetic, p)
    return Seen(
        PTH=now.G * _made(sig, now.R, p) * power(sig / now.ready, p.a_q),
        sig=sig,
        u=active(now, p),
        u_gut=(now.D + p.gut_share * p.analog) / p.D_0,
    )


def rates(now: State, seen: Seen, given: Inputs, p: Hormones) -> State:
    """The equations of the header."""
    return State(
        ready=(seen.sig - now.ready) / p.t_q,
        D=p.k_D * (calcitriol(seen.PTH, now.FGF, given.P, given.g, p) - now.D),
        FGF=p.k_F * (fgf23(seen.u, given.P, given.g, p) - now.FGF),
        R=(receptors(seen.u, now.G, given.P, p) - now.R) / p.t_R,
        G=p.k_G * now.G * (drive(given, seen.u, now.R, now.G, p) - log(now.bent)),
        bent=0.0 * now.bent / p.t_R,
    )
