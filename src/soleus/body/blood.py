"""Blood: red cells that swell with falling tonicity, haematocrit, blood volume.

    V_rbc = V_ref [(1 - w) + w E_ref / E],   dV_ref/dt = transfused

Assumes     red cells follow tonicity at once; urea passes freely. F-cell ratio is constant [FCells2015].
Leaves out  bleeding, the birth and death of red cells; the extracorporeal circuit's filling.
Holds for   tonicity 240-330 mmol/L.
"""

from typing import Any

from ..parameter import param, quantity, record


@record
class Blood:
    V_rbc: Any = param(
        "L", 1.5, within=(0.9, 2.2), gsd=1.12, scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="red-cell volume at reference tonicity; haematocrit 0.32 at dry weight",
    )
    w: Any = param(
        "1", 0.72, within=(0.7, 0.74), source="Ursino2008", status="seen",
        meaning="water share of red cells",
    )


@record
class State:
    V_rbc: Any = quantity("L", "red-cell volume as it would be at reference tonicity")


@record
class Inputs:
    transfused: Any = quantity("L/min", "red cells given, from the session")


@record
class Seen:
    BV: Any = quantity("L", "blood volume")
    hct: Any = quantity("1", "haematocrit")


def look(now: State, V_pl: Any, E: Any, E_ref: Any, p: Blood) -> Seen:
    """Blood volume and haematocrit."""
    V_rbc = now.V_rbc * ((1 - p.w) + p.w * E_ref / E)
    BV = V_pl + V_rbc
    return Seen(BV=BV, hct=V_rbc / BV)


def rates(now: State, given: Inputs, p: Blood) -> State:
    """Cells given stay."""
    return State(V_rbc=given.transfused)
