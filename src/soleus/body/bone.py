"""Bone: cells that dissolve and form it under parathyroid hormone, and what that does to calcium and phosphate.

    pull  = (H / PTH_0) u^y [(g + g_r) / (1 + g_r)]^r                          PTH as bone feels it, blunted by uremia
    tilt  = [(pull + e) / (used + e)]^xi                                         of the set point of bone's surface
    J_res = J_0 OC,   J_form = J_0 OB (1 + h_Ca) iCa / (iCa + h_Ca iCa_0) (1 + h_P) P / (P + h_P P_0)
    dH/dt = (PTH - H) / t_H
    dOC/dt = [phi(pull) - OC] / t_OC,   phi = [1 + E pull / (K + pull)] / [1 + E / (K + 1)]
    dOB/dt = (OC - OB) / t_OB                                                    formation follows resorption
    dB/dt  = J_form - J_res + J_slow                                             deep bone, of calcium

What the surface exchanges with plasma within hours is in calcium.py; there `tilt` moves its set point. Phosphate
goes with J_res, J_form and J_slow, not with the surface.

Assumes     formation follows resorption and wants both minerals; bone resists PTH when GFR and active vitamin D are
            low, for no other reason; one kind of bone.
Leaves out  adynamic bone, aluminum, drugs on bone, acid dissolving bone, calcium in vessels.
Holds for   hours to years; not the single remodeling site.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import power


@record
class Bone:
    J_0: Any = param(
        "mmol/min", 0.00556, within=(0.004, 0.007), scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="calcium that resorption and formation each move in health, 8 mmol a day",
    )
    B_0: Any = param(
        "mmol", 25000.0, within=(17000.0, 33000.0), scales=1.0, source="OpenBoneMin", status="seen",
        meaning="calcium of deep bone",
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
    t_H: Any = param(
        "min", 720.0, within=(360.0, 1440.0), source="SoleusChoice", status="assumed",
        meaning="time in which bone feels a change of PTH, half a day",
    )
    r: Any = param(
        "1", 0.78, within=(0.5, 1.0), source="GeneralKnowledge", status="assumed",
        meaning="power of GFR by which bone resists PTH: on dialysis some 300 pg/mL keep its usual turnover",
    )
    g_r: Any = param(
        "1", 0.05, within=(0.02, 0.1), source="SoleusChoice", status="assumed",
        meaning="filtration over health below which resistance no longer rises",
    )
    y: Any = param(
        "1", 0.5, within=(0.2, 0.8), source="SoleusChoice", status="assumed",
        meaning="power of active vitamin D, which lets PTH act on bone",
    )
    xi: Any = param(
        "1", 0.15, within=(0.08, 0.3), source="EtelcalcetidePlacebo EtelcalcetideYear", status="tuned",
        meaning="power of PTH that lifts the set point of the surface; tuned to calcium in EtelcalcetideYear",
    )
    e: Any = param(
        "1", 0.20, within=(0.05, 0.35), source="SoleusChoice", status="assumed",
        meaning="what lifts it without any PTH, so that healthy calcium would rest at three quarters without glands",
    )
    E: Any = param(
        "1", 30.0, within=(10.0, 50.0), source="Ho2017", status="tuned",
        meaning="most that PTH raises resorption; tuned to the hunger of bone in Ho2017",
    )
    K: Any = param(
        "1", 20.0, within=(10.0, 30.0), source="SoleusChoice", status="assumed",
        meaning="pull at which half of that is reached",
    )
    t_OC: Any = param(
        "min", 14400.0, within=(7000.0, 29000.0), source="SoleusChoice", status="assumed",
        meaning="time in which resorption follows PTH, 10 days",
    )
    t_OB: Any = param(
        "min", 108000.0, within=(50000.0, 200000.0), source="SoleusChoice", status="assumed",
        meaning="time in which formation follows resorption, 75 days",
    )
    h_Ca: Any = param(
        "1", 1.0, within=(0.3, 3.0), source="SoleusChoice", status="assumed",
        meaning="calcium over health at which formation is half of its most",
    )
    h_P: Any = param(
        "1", 0.25, within=(0.1, 0.6), source="SoleusChoice", status="assumed",
        meaning="phosphate over health at which formation is half of its most",
    )


@record
class State:
    H: Any = quantity("pg/mL", "parathyroid hormone as bone has come to feel it")
    used: Any = quantity("1", "the pull that goes with the patient's own calcium, 1 in health; it stays as it is")
    OC: Any = quantity("1", "resorption, relative to health")
    OB: Any = quantity("1", "formation that cells would do, relative to health")
    B: Any = quantity("mmol", "calcium of deep bone")


@record
class Inputs:
    PTH: Any = quantity("pg/mL", "parathyroid hormone, from hormones")
    J_slow: Any = quantity("mmol/min", "calcium passing from the surface into deep bone, from calcium")


@record
class Seen:
    pull: Any = quantity("1", "parathyroid hormone as bone feels it, relative to health")
    tilt: Any = quantity("1", "set point of bone's surface, relative to usual")
    J_res: Any = quantity("mmol/min", "calcium dissolved")
    J_form: Any = quantity("mmol/min", "calcium laid down")


def pull(H: Any, u: Any, g: Any, p: Bone) -> Any:
    """Parathyroid hormone as bone feels it, from active vitamin D and filtration; all relative to health."""
    return H / p.PTH_0 * power(u, p.y) * power((g + p.g_r) / (1 + p.g_r), p.r)


def turnover(pull: Any, p: Bone) -> Any:
    """Resorption that this pull leads to, relative to health."""
    return (1 + p.E * pull / (p.K + pull)) / (1 + p.E / (p.K + 1))


def at_rest(PTH: Any, u: Any, g: Any, p: Bone) -> State:
    """Cells as the patient's own PTH has made them, and a surface that is used to it."""
    used = pull(PTH, u, g, p)
    OC = turnover(used, p)
    return State(H=PTH, used=used, OC=OC, OB=OC, B=p.B_0)


def look(now: State, u: Any, iCa: Any, P: Any, g: Any, p: Bone) -> Seen:
    """Pull, tilt and the two fluxes; `u` is active vitamin D and `g` filtration, relative to health."""
    felt = pull(now.H, u, g, p)
    minerals = (1 + p.h_Ca) * iCa / (iCa + p.h_Ca * p.iCa_0) * (1 + p.h_P) * P / (P + p.h_P * p.P_0)
    return Seen(
        pull=felt,
        tilt=power((felt + p.e) / (now.used + p.e), p.xi),
        J_res=p.J_0 * now.OC,
        J_form=p.J_0 * now.OB * minerals,
    )


def rates(now: State, seen: Seen, given: Inputs, p: Bone) -> State:
    """The four equations of the header."""
    return State(
        H=(given.PTH - now.H) / p.t_H,
        used=0.0 * now.used / p.t_H,
        OC=(turnover(seen.pull, p) - now.OC) / p.t_OC,
        OB=(now.OC - now.OB) / p.t_OB,
        B=seen.J_form - seen.J_res + given.J_slow,
    )
