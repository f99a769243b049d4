"""Capillary: filtration out of plasma, lymph back, and the protein both carry. Refilling is their balance.

    J_v = K_f [(P_c - P_is) - sigma (pi_pl - pi_is)]
    J_L = m J_ref + (J_max - m J_ref) sigmoid((P_is - P_50) / w_L)
    J_p = (1 - sigma) J_v (c_pl + c_is)/2 + PS (c_pl - c_is) - J_L c_is
    P_is: two slopes, steep (k_1) near dry weight, flat (k_2) once the knee is passed   [deLosReyes2016 Chapple1993]

Assumes     one lumped bed; at dry weight filtration equals lymph, which fixes PS, P_50 and the capillary offset.
Leaves out  large pores' water, sinusoids, hysteresis and pitting of the interstitium, the muscle pump.
Holds for   interstitial volume 0.6-1.6 of the reference.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import log, sigmoid, soft_ceiling, softplus


@record
class Capillary:
    K_f: Any = param(
        "L/min/mmHg", 0.0045, within=(0.0015, 0.013), gsd=1.6, scales=1.0, status="tuned",
        source="Pietribiasi2016 Pietribiasi2018 Ursino2008", meaning="filtration coefficient; tuned to RBV traces",
    )
    K_f_top: Any = param(
        "L/min/mmHg", 0.015, within=(0.012, 0.015), source="SoleusChoice", status="assumed",
        meaning="soft ceiling of the filtration coefficient: bounds the fastest rate of any draw",
    )
    sigma: Any = param(
        "1", 0.93, within=(0.88, 0.98), sd=0.015, source="Pstras2020", status="tuned",
        meaning="protein reflection; tuned to the protein rebound of HemoProtein",
    )
    P_is: Any = param(
        "mmHg", -1.0, within=(-2.0, 0.5), source="GuytonHall", status="recalled",
        meaning="interstitial pressure at dry weight",
    )
    k_1: Any = param(
        "mmHg/L", 1.75, within=(0.9, 3.2), gsd=1.25, scales=-1.0, status="tuned",
        source="Chapple1993 Dasselaar2006 Hemo2002 Oliver2001",
        meaning="steep slope of interstitial pressure; tuned to Dasselaar2006, Hemo2002, Oliver2001",
    )
    k_2: Any = param(
        "mmHg/L", 0.08, within=(0.03, 0.2), scales=-1.0, source="deLosReyes2016 Chapple1993", status="seen",
        meaning="flat slope, past the knee",
    )
    knee: Any = param(
        "1", 1.11, within=(1.0, 1.25), sd=0.04, source="deLosReyes2016", status="tuned",
        meaning="interstitial volume at the knee over that at dry weight; tuned to Dasselaar2006",
    )
    w: Any = param(
        "L", 0.5, within=(0.3, 0.8), scales=1.0, source="SoleusChoice", status="assumed",
        meaning="how gradually the slope changes",
    )
    J_L: Any = param(
        "L/min", 0.003, within=(0.0015, 0.005), gsd=1.3, scales=1.0, source="GuytonHall LymphFlow2010", status="seen",
        meaning="lymph at dry weight, 4.3 L a day",
    )
    J_max: Any = param(
        "L/min", 0.009, within=(0.007, 0.015), gsd=1.15, scales=1.0, source="deLosReyes2016 Possenti2019",
        status="tuned", meaning="most that lymph can carry; tuned to RBV traces",
    )
    m: Any = param(
        "1", 0.3, within=(0.2, 0.5), source="SoleusChoice", status="assumed",
        meaning="share of resting lymph that the muscle pump moves at any pressure; without it plasma protein drains",
    )
    w_L: Any = param(
        "mmHg", 1.5, within=(1.0, 2.5), sd=0.2, source="deLosReyes2016", status="tuned",
        meaning="pressure width of the lymph sigmoid; tuned to RBV traces",
    )


@record
class Rest:
    K_f: Any = quantity("L/min/mmHg", "filtration coefficient under its ceiling")
    P_offset: Any = quantity("mmHg", "interstitial pressure curve's offset")
    V_knee: Any = quantity("L", "interstitial volume at the knee")
    P_50: Any = quantity("mmHg", "interstitial pressure at half of the largest lymph flow")
    PS: Any = quantity("L/min", "protein permeability times surface")
    P_c_offset: Any = quantity("mmHg", "added to capillary pressure so that dry weight is at rest")


@record
class Seen:
    P_is: Any = quantity("mmHg", "interstitial pressure")
    J_v: Any = quantity("L/min", "filtration out of plasma")
    J_L: Any = quantity("L/min", "lymph")
    J_p: Any = quantity("g/min", "net protein leaving plasma")


def curve(V_is: Any, V_knee: Any, p: Capillary) -> Any:
    """The two-slope pressure curve, without its offset."""
    return p.k_2 * (V_is - V_knee) - (p.k_1 - p.k_2) * p.w * softplus((V_knee - V_is) / p.w)


def rest(V_is: Any, P_c: Any, protein: Any, p: Capillary) -> Rest:
    """Constants that make dry weight an equilibrium; `protein` as seen there."""
    K_f = soft_ceiling(p.K_f, p.K_f_top, p.K_f_top / 10)
    V_knee = p.knee * V_is
    net = (P_c - p.P_is) - p.sigma * (protein.pi_pl - protein.pi_is)
    mean = 0.5 * (protein.c_pl + protein.c_is)
    return Rest(
        K_f=K_f,
        P_offset=p.P_is - curve(V_is, V_knee, p),
        V_knee=V_knee,
        P_50=p.P_is - p.w_L * log((1 - p.m) * p.J_L / (p.J_max - p.J_L)),
        PS=p.J_L * (protein.c_is - (1 - p.sigma) * mean) / (protein.c_pl - protein.c_is),
        P_c_offset=p.J_L / K_f - net,
    )


def look(V_is: Any, P_c: Any, protein: Any, p: Capillary, at_rest: Rest) -> Seen:
    """Filtration, lymph and protein flux at capillary pressure P_c (offset not yet added)."""
    P_is = curve(V_is, at_rest.V_knee, p) + at_rest.P_offset
    J_v = at_rest.K_f * ((P_c + at_rest.P_c_offset - P_is) - p.sigma * (protein.pi_pl - protein.pi_is))
    pumped = p.m * p.J_L
    J_L = pumped + (p.J_max - pumped) * sigmoid((P_is - at_rest.P_50) / p.w_L)
    diffused = at_rest.PS * (protein.c_pl - protein.c_is)
    dragged = (1 - p.sigma) * J_v * 0.5 * (protein.c_pl + protein.c_is)
    return Seen(P_is=P_is, J_v=J_v, J_L=J_L, J_p=dragged + diffused - J_L * protein.c_is)
