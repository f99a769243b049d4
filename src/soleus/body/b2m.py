"""Beta-2-microglobulin: a middle molecule in two pools, shed at a constant rate by all cells.

    V_1 = share TBW / ratio + f_1 (V_e - V_ref),   V_2 = share TBW (1 - 1 / ratio) + (1 - f_1) (V_e - V_ref)
    dm_1/dt = G + K (c_2 - c_1) - (K_0 + K_r) c_1 - removal
    dm_2/dt = -K (c_2 - c_1)

Assumes     generation alike in all patients, so what is left of the kidney explains the level [B2mGeneration].
Leaves out  release caused by membranes; amyloid.
Holds for   sessions of 1-8 h, days and weeks between them.
"""

from typing import Any

from ..parameter import param, quantity, record


@record
class B2m:
    c: Any = param(
        "mg/L", 28.0, within=(10.0, 50.0), sd=5.0, source="LinB2M2001", status="recalled",
        meaning="plasma level before a midweek session, where the first weeks begin",
    )
    share: Any = param(
        "1", 0.30, within=(0.25, 0.36), source="Stiller2002", status="seen",
        meaning="volume of both pools over body water",
    )
    ratio: Any = param(
        "1", 4.4, within=(3.5, 5.3), source="Stiller2002", status="seen",
        meaning="volume of both pools over the first",
    )
    f_1: Any = param(
        "1", 0.12, within=(0.05, 0.3), source="SoleusChoice", status="assumed",
        meaning="share of fluid above dry weight that widens the first pool",
    )
    K: Any = param(
        "L/min", 0.055, within=(0.030, 0.080), gsd=1.2, scales=1.0, source="Stiller2002", status="seen",
        meaning="exchange between the pools",
    )
    G: Any = param(
        "mg/min", 0.125, within=(0.09, 0.17), gsd=1.12, scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="generation, 180 mg a day",
    )
    K_0: Any = param(
        "L/min", 0.003, within=(0.002, 0.004), scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="cleared outside the kidney",
    )


@record
class State:
    m_1: Any = quantity("mg", "in plasma and what follows it at once")
    m_2: Any = quantity("mg", "in the rest")


@record
class Inputs:
    K_r: Any = quantity("L/min", "renal clearance, from kidney")
    removal: Any = quantity("mg/min", "taken by the dialyzer")


@record
class Seen:
    c_1: Any = quantity("mg/L", "plasma level, as the laboratory reports it and as the dialyzer sees it")
    c_2: Any = quantity("mg/L", "level of the rest")


def volumes(V: Any, above: Any, p: B2m) -> tuple[Any, Any]:
    """Of the two pools, L; `above` is extracellular water less that at dry weight, V body water there."""
    both = p.share * V
    return both / p.ratio + p.f_1 * above, both * (1 - 1 / p.ratio) + (1 - p.f_1) * above


def at_rest(V: Any, above: Any, p: B2m) -> State:
    """Both pools at the usual level."""
    V_1, V_2 = volumes(V, above, p)
    return State(m_1=p.c * V_1, m_2=p.c * V_2)


def look(now: State, V: Any, above: Any, p: B2m) -> Seen:
    """Concentrations."""
    V_1, V_2 = volumes(V, above, p)
    return Seen(c_1=now.m_1 / V_1, c_2=now.m_2 / V_2)


def rates(now: State, seen: Seen, given: Inputs, p: B2m) -> State:
    """The two equations of the header."""
    into_first = p.K * (seen.c_2 - seen.c_1)
    cleared = (p.K_0 + given.K_r) * seen.c_1
    return State(m_1=p.G + into_first - cleared - given.removal, m_2=-into_first)
