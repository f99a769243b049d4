"""Given: what machine and session do to a body. It asks for nothing else from outside.

Assumes     what is infused mixes with plasma at once; what is swallowed waits in the gut.
Leaves out  drugs that act on vessels, kidney or hormones.
Holds for   anything a machine or a drip can do.
"""

from typing import Any

from ..parameter import quantity, record


@record
class Removal:
    """What the dialyzer takes; negative where the bath gives."""

    Na: Any = quantity("mmol/min", "sodium")
    urea: Any = quantity("mmol/min", "urea")
    creatinine: Any = quantity("mmol/min", "creatinine")
    K: Any = quantity("mmol/min", "potassium")
    hco3: Any = quantity("mmol/min", "bicarbonate")
    acetate: Any = quantity("mmol/min", "acetate")
    citrate: Any = quantity("mmol/min", "citrate, that of its calcium complex included")
    organic: Any = quantity("mmol/min", "organic anions")
    Ca: Any = quantity("mmol/min", "calcium, complexes and all")
    Mg: Any = quantity("mmol/min", "magnesium")
    phosphate: Any = quantity("mmol/min", "phosphate")
    glucose: Any = quantity("mmol/min", "glucose")
    mannitol: Any = quantity("mmol/min", "mannitol")
    indoxyl: Any = quantity("mmol/min", "indoxyl sulfate")
    b2m: Any = quantity("mg/min", "beta-2-microglobulin")


@record
class Infused:
    """What comes in besides the usual diet: into plasma, or swallowed where it says so."""

    water: Any = quantity("L/min", "water")
    Na: Any = quantity("mmol/min", "sodium")
    K: Any = quantity("mmol/min", "potassium")
    hco3: Any = quantity("mmol/min", "bicarbonate")
    citrate: Any = quantity("mmol/min", "citrate")
    Ca: Any = quantity("mmol/min", "calcium")
    Mg: Any = quantity("mmol/min", "magnesium")
    phosphate: Any = quantity("mmol/min", "phosphate")
    glucose: Any = quantity("mmol/min", "glucose")
    mannitol: Any = quantity("mmol/min", "mannitol")
    red_cells: Any = quantity("L/min", "red cells, without their plasma")
    protein: Any = quantity("g/min", "albumin")
    gut_water: Any = quantity("L/min", "water swallowed")
    gut_Na: Any = quantity("mmol/min", "sodium swallowed")
    meals: Any = quantity("1/min", "meals begun")


NO_REMOVAL = Removal(
    Na=0.0, urea=0.0, creatinine=0.0, K=0.0, hco3=0.0, acetate=0.0, citrate=0.0, organic=0.0, Ca=0.0, Mg=0.0,
    phosphate=0.0, glucose=0.0, mannitol=0.0, indoxyl=0.0, b2m=0.0,
)  # fmt: skip
NO_INFUSION = Infused(
    water=0.0, Na=0.0, K=0.0, hco3=0.0, citrate=0.0, Ca=0.0, Mg=0.0, phosphate=0.0, glucose=0.0, mannitol=0.0,
    red_cells=0.0, protein=0.0, gut_water=0.0, gut_Na=0.0, meals=0.0,
)  # fmt: skip


@record
class Given:
    """What machine and session do to the body."""

    removal: Removal
    infused: Infused
    uf: Any = quantity("L/min", "ultrafiltration")
    heat: Any = quantity("kJ/min", "heat given")
    on: Any = quantity("1", "1 while blood is treated")
    eats: Any = quantity("1", "1 when free to eat and drink")


def nothing() -> Given:
    """Between sessions, in bed or at table."""
    return Given(removal=NO_REMOVAL, infused=NO_INFUSION, uf=0.0, heat=0.0, on=0.0, eats=1.0)
