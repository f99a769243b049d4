"""Creatinine: made by muscle, held in two pools, cleared by kidney, dialyzer and a little by the gut.

    dn_e/dt = G + K_c (c_i - c_e) - (K_gut + K_r) c_e - removal
    dn_i/dt = -K_c (c_i - c_e),   K_c = k_c TBW

Assumes     generation is constant over a day and grows with muscle.
Leaves out  cooked meat; recirculation (the machine's).
Holds for   sessions of 1-8 h, days and weeks between them.
"""

from typing import Any

from ..parameter import param, quantity, record


@record
class Creatinine:
    c: Any = param(
        "mmol/L", 0.80, within=(0.3, 1.6), sd=0.2, source="GeneralKnowledge", status="recalled",
        meaning="plasma creatinine before a midweek session, where the first week begins; forgotten after it",
    )
    G: Any = param(
        "mmol/min", 0.0083, within=(0.003, 0.014), gsd=1.25, scales=1.0, source="SoleusChoice", status="tuned",
        meaning="made by muscle, 1.3 g a day; tuned to the usual level above under three sessions a week",
    )
    k_c: Any = param(
        "1/min", 0.0085, within=(0.006, 0.012), source="GeneralKnowledge", status="recalled",
        meaning="exchange between cells and outside, per liter of body water",
    )
    K_gut: Any = param(
        "L/min", 0.0018, within=(0.0008, 0.003), scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="degraded outside the kidney, 0.038 L/kg a day",
    )


@record
class State:
    n_e: Any = quantity("mmol", "creatinine outside cells")
    n_i: Any = quantity("mmol", "creatinine inside cells")


@record
class Inputs:
    V: Any = quantity("L", "total body water at dry weight, from fluid")
    K_r: Any = quantity("L/min", "renal clearance, from kidney")
    removal: Any = quantity("mmol/min", "taken by the dialyzer")


@record
class Seen:
    c_e: Any = quantity("mmol/L", "creatinine outside cells, per liter water; what the dialyzer's membrane sees")
    c_i: Any = quantity("mmol/L", "creatinine inside cells, per liter water")
    c_p: Any = quantity("mmol/L", "creatinine of plasma, as the laboratory reports it")


def at_rest(V_e: Any, V_ic: Any, f: Any, p: Creatinine) -> State:
    """Both pools at the usual level."""
    return State(n_e=p.c / f * V_e, n_i=p.c / f * V_ic)


def look(now: State, V_e: Any, V_ic: Any, f: Any) -> Seen:
    """Concentrations."""
    c_e = now.n_e / V_e
    return Seen(c_e=c_e, c_i=now.n_i / V_ic, c_p=f * c_e)


def rates(now: State, seen: Seen, given: Inputs, p: Creatinine) -> State:
    """The two equations of the header."""
    out_of_cells = p.k_c * given.V * (seen.c_i - seen.c_e)
    cleared = (p.K_gut + given.K_r) * seen.c_e
    return State(n_e=p.G + out_of_cells - cleared - given.removal, n_i=-out_of_cells)
