"""Fluid: plasma, interstitial and intracellular water, and the osmotic shift across the cell membrane.

    dV* = (Osm_i - Osm_e) / (Osm_i / V_ic + Osm_e / V_e)      water that would equalise both sides
    J_w = dV* / tau_osm                                       > 0 into cells

Assumes     cell water follows osmolality within minutes: only the equilibrium matters, its path does not [Ursino2008].
Leaves out  the slow interstitium of long sessions; red-cell water is part of V_ic.
Holds for   plasma volume above 1.5 L.
"""

from typing import Any

from ..parameter import param, quantity, record


@record
class Fluid:
    dry_weight: Any = param(
        "kg", 72.5, within=(35.0, 140.0), scales=1.0, source="SoleusChoice", status="assumed",
        meaning="physiological dry weight: body mass at the reference state, where all water is at rest",
    )
    V_pl: Any = param(
        "L", 3.15, within=(2.4, 4.0), gsd=1.08, scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="plasma volume at dry weight",
    )
    V_is: Any = param(
        "L", 12.6, within=(9.5, 16.0), gsd=1.08, scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="exchangeable interstitial water at dry weight",
    )
    V_ic: Any = param(
        "L", 21.5, within=(16.0, 27.5), gsd=1.11, scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="intracellular water at dry weight, red cells included",
    )
    tau_osm: Any = param(
        "min", 3.0, within=(2.5, 6.0), source="Ursino2008", status="assumed",
        meaning="relaxation of the osmotic shift; nature takes seconds, the bedside sees only its end",
    )
    insensible: Any = param(
        "L/min", 0.00038, within=(0.0002, 0.0008), gsd=1.15, scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="loss through skin and breath, 0.55 L a day",
    )


@record
class State:
    V_pl: Any = quantity("L", "plasma volume")
    V_is: Any = quantity("L", "interstitial water")
    V_ic: Any = quantity("L", "intracellular water")


@record
class Inputs:
    uf: Any = quantity("L/min", "ultrafiltration, from the machine")
    J_v: Any = quantity("L/min", "filtration out of plasma, from capillary")
    J_L: Any = quantity("L/min", "lymph back to plasma, from capillary")
    J_w: Any = quantity("L/min", "osmotic shift into cells")
    gut: Any = quantity("L/min", "water absorbed, from gut")
    urine: Any = quantity("L/min", "urine, from kidney")
    infusion: Any = quantity("L/min", "infused, from the session")
    cells: Any = quantity("L/min", "water inside red cells given, from the session")


def osmotic_shift(V_e: Any, V_ic: Any, osm_e: Any, osm_i: Any, p: Fluid) -> Any:
    """Water into cells, L/min."""
    return (osm_i - osm_e) / (osm_i / V_ic + osm_e / V_e) / p.tau_osm


def weight(now: State, V_gut: Any, p: Fluid) -> Any:
    """Body mass, kg; a litre of water is a kilogram."""
    return p.dry_weight + (now.V_pl - p.V_pl) + (now.V_is - p.V_is) + (now.V_ic - p.V_ic) + V_gut


def rates(now: State, given: Inputs, p: Fluid) -> State:
    """Three balances; insensible loss leaves the interstitium."""
    return State(
        V_pl=-given.uf - given.J_v + given.J_L + given.gut - given.urine + given.infusion,
        V_is=given.J_v - given.J_L - given.J_w - p.insensible,
        V_ic=given.J_w + given.cells,
    )
