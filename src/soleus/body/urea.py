"""Urea: made by the liver, held in two pools, cleared by kidney and dialyzer.

    dn_e/dt = G + K_c (c_i - c_e) - K_r c_e - removal
    dn_i/dt = -K_c (c_i - c_e),   K_c = k_c TBW

Assumes     each pool is well mixed; generation is constant over a day.
Leaves out  recirculation (the machine's) and flow-limited tissues.
Holds for   sessions of 1-8 h; not the first minutes of one.
"""

from typing import Any

from ..parameter import param, quantity, record


@record
class Urea:
    G: Any = param(
        "mmol/min", 0.225, within=(0.1, 0.4), gsd=1.22, scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="generation; protein catabolic rate 1.0 g/kg a day",
    )
    k_c: Any = param(
        "1/min", 0.016, within=(0.010, 0.022), sd=0.002, source="SoluteSolver", status="seen",
        meaning="exchange between cells and outside, per litre of body water",
    )
    c: Any = param(
        "mmol/L", 8.0, within=(3.0, 20.0), source="SoleusChoice", status="assumed",
        meaning="urea in the reference state; forgotten after a week",
    )


@record
class State:
    n_e: Any = quantity("mmol", "urea outside cells")
    n_i: Any = quantity("mmol", "urea inside cells")


@record
class Inputs:
    c_e: Any = quantity("mmol/L", "extracellular concentration, per litre water")
    c_i: Any = quantity("mmol/L", "intracellular concentration")
    V: Any = quantity("L", "total body water at dry weight, from fluid")
    K_r: Any = quantity("L/min", "renal clearance, from kidney")
    removal: Any = quantity("mmol/min", "taken by the dialyzer")


def rates(now: State, given: Inputs, p: Urea) -> State:
    """The two equations of the header."""
    out_of_cells = p.k_c * given.V * (given.c_i - given.c_e)
    return State(n_e=p.G + out_of_cells - given.K_r * given.c_e - given.removal, n_i=-out_of_cells)
