"""Indoxyl sulfate: a toxin made by bacteria of the gut, nearly all of it bound to albumin.

    dn_1/dt = G + K (c_2 - c_1) - K_r free - removal,   free = fu c_1
    dn_2/dt = -K (c_2 - c_1)

Assumes     a constant free share; volumes of total toxin, so the pools look small. p-Cresyl sulfate behaves alike with
            a free share of 0.06.
Leaves out  displacement by drugs, change of binding with albumin, the gut's day.
Holds for   sessions of 1-8 h, days and weeks between them.
"""

from typing import Any

from ..parameter import param, quantity, record


@record
class Indoxyl:
    c: Any = param(
        "mmol/L", 0.12, within=(0.03, 0.30), gsd=1.5, source="GeneralKnowledge", status="recalled",
        meaning="total plasma level before a midweek session, where the first weeks begin",
    )
    fu: Any = param(
        "1", 0.08, within=(0.05, 0.10), source="GeneralKnowledge", status="recalled",
        meaning="free share in plasma",
    )
    V_1: Any = param(
        "L", 4.5, within=(3.0, 7.0), scales=1.0, source="Eloot2016", status="assumed",
        meaning="apparent volume of the first pool",
    )
    V_2: Any = param(
        "L", 8.0, within=(5.0, 14.0), scales=1.0, source="Eloot2016", status="assumed",
        meaning="apparent volume of the second pool",
    )
    K: Any = param(
        "L/min", 0.15, within=(0.08, 0.25), scales=1.0, source="Eloot2016", status="assumed",
        meaning="exchange between the pools, a third to a fifth of urea's",
    )
    G: Any = param(
        "mmol/min", 0.00015, within=(0.00004, 0.0004), gsd=1.5, scales=1.0, source="GeneralKnowledge",
        status="recalled", meaning="generation, 0.22 mmol a day; falls with fiber, rises with protein",
    )


@record
class State:
    n_1: Any = quantity("mmol", "toxin of the first pool")
    n_2: Any = quantity("mmol", "toxin of the second pool")


@record
class Inputs:
    K_r: Any = quantity("L/min", "renal clearance of the free toxin, from kidney")
    removal: Any = quantity("mmol/min", "taken by the dialyzer")


@record
class Seen:
    c_1: Any = quantity("mmol/L", "total toxin of plasma, as the laboratory reports it")
    c_2: Any = quantity("mmol/L", "level of the second pool")
    free: Any = quantity("mmol/L", "free toxin")


def at_rest(p: Indoxyl) -> State:
    """Both pools at the usual level."""
    return State(n_1=p.c * p.V_1, n_2=p.c * p.V_2)


def look(now: State, p: Indoxyl) -> Seen:
    """Concentrations."""
    c_1 = now.n_1 / p.V_1
    return Seen(c_1=c_1, c_2=now.n_2 / p.V_2, free=p.fu * c_1)


def rates(now: State, seen: Seen, given: Inputs, p: Indoxyl) -> State:
    """The two equations of the header."""
    into_first = p.K * (seen.c_2 - seen.c_1)
    return State(n_1=p.G + into_first - given.K_r * seen.free - given.removal, n_2=-into_first)
