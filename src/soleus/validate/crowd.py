"""Population: people drawn as they come, their readings taken as a ward takes them, beside measured populations.

Cuff        every reading carries an error of its own and is written down to the next even number.
Removal     the mean and the spread of the HEMO patients [Hemo2002 HemoProtein].
"""

import math
import tomllib
from importlib.resources import files
from typing import Any

import numpy as np

from ..instruments import INSTRUMENTS
from ..machine.dialysate import Dialysate
from ..prescription import Prescription
from .arm import Treated, treat
from .behavior import Target, row
from .plan import Plan, people
from .readouts import LEVELS, at, values
from .ward import POST, SESSION, USUAL

CUFF_SD = math.hypot(INSTRUMENTS.systolic, INSTRUMENTS.wander)  # mmHg, of one reading about the session's course
EVEN = 2.0  # mmHg, what readings are rounded to
HOURS, REMOVED = 3.5, 2.9  # h, L: HEMO
LOW, DROP = 90.0, 20.0  # mmHg


def population(patients: int = 2000, seed: int = 1) -> list[Target]:
    """Every row of the population's table, computed on this many people, one session each."""
    order = Prescription(time=60 * HOURS, uf=REMOVED, dialysate=Dialysate(Na=140.0))
    t = treat(Plan(prescription=order, pre=USUAL), people(patients, seed))
    model = _volumes(t) | _pressures(t, np.random.default_rng(seed))
    with files("soleus.studies").joinpath("targets.toml").open("rb") as file:
        table: list[dict[str, Any]] = tomllib.load(file)["population"]
    return [row(entry, model[entry["id"]]) for entry in table]


def _volumes(t: Treated) -> dict[str, float]:
    plasma, protein = values(t, "plasma_volume_change_pct", POST), 1 + values(t, "protein_change_pct", POST) / 100
    return {
        "P1": float(plasma.mean()),
        "P2": float(plasma.std()),
        "P3": float(protein.mean()),
        "P4": float(protein.std()),
        "P16": float(values(t, "HR_change", POST).mean()),
        "P19": float(values(t, "IDH_sessions_pct", SESSION).mean()),
        "P20": float(values(t, "cramp_sessions_pct", SESSION).mean()),
    }


def _pressures(t: Treated, rng: np.random.Generator) -> dict[str, float]:
    """From readings at the start, every hour and at the end."""
    minutes = np.append(np.arange(0, t.end - 1, 60), t.end)

    def read(name: str) -> np.ndarray:
        true = at(t, LEVELS[name](t), minutes)
        return np.asarray(EVEN * np.round((true + CUFF_SD * rng.standard_normal(true.shape)) / EVEN))

    SBP, DBP = read("SBP"), read("DBP")
    fell, up = SBP[-1] < SBP[0], SBP[-1] > SBP[0]
    systolic, diastolic = SBP[-1] - SBP[0], DBP[-1] - DBP[0]
    return {
        "P5": float(SBP[0].mean()),
        "P6": float(SBP[0].std()),
        "P7": float(systolic.mean()),
        "P8": 100 * float(fell.mean()),
        "P9": float(systolic[fell].mean()),
        "P10": float(systolic[fell].std()),
        "P11": 100 * float(up.mean()),
        "P12": float(diastolic[fell].mean()),
        "P13": float((systolic - diastolic)[fell].mean()),
        "P14": float(diastolic.mean()),
        "P15": 100 * float((diastolic < 0).mean()),
        "P17": 100 * float((SBP[1:].min(axis=0) < LOW).mean()),
        "P18": 100 * float((SBP[1:].min(axis=0) <= SBP[0] - DROP).mean()),
    }
