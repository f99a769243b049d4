"""What a person's drugs and what is left of the kidneys make of a body drawn without them."""

from datetime import date
from typing import Any

import numpy as np

from .. import drugs
from ..body import kidney
from ..body.body import Patient
from ..case import Case
from ..parameter import get, parameters, put
from .doubt import DOUBT

RANGES = {name: meta.within for name, _, meta in parameters(Patient)}
DAY = 1440.0  # min
ML = 1000.0  # in a liter
URINE = 250.0  # mL of urine a day that go with each mL/min of filtration on dialysis [ResidualGain]
MOST_BY_URINE = 10.0  # mL/min that urine alone can argue for


def medicated(patient: Patient, case: Case, day: date | None = None) -> Patient:
    """The same people under the drugs of a case; a parameter the body does not have yet is left alone.

    25-hydroxyvitamin D is left alone as well where the laboratory says what it is.
    """
    decided = drugs.changes(case, day)
    changes = {name: _cut(name, value + 0.0 * get(patient, name)) for name, value in _ours(decided).items()}
    for name, factor in _ours(drugs.factors(case, day)).items():
        if name != drugs.D25 or case.lab("vitamin_d_nmol_l", near=day) is None:
            changes[name] = _cut(name, get(patient, name) * factor)
    patient = put(patient, changes)
    if case.on_dialysis and {"kidney.e", "kidney.thiazide"} & set(changes):  # urine was measured with the diuretic
        patient = put(patient, {"kidney.urine": patient.kidney.urine / kidney.diuresis(patient.kidney)})
    return patient


def _ours(changes: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in changes.items() if name in RANGES}


def _cut(name: str, value: Any) -> Any:
    """No farther out than people are; one number for all stays one."""
    cut = np.clip(value, *RANGES[name])
    return cut if np.ndim(cut) else float(cut)


def kidneys(case: Case, n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Filtration and urine on dialysis, L/min, [n]: as stated, or one by the other; nothing where neither is known."""
    gfr, urine = case.patient.gfr_ml_min, case.patient.residual_urine_ml_day
    z = rng.standard_normal(n).clip(-2, 2)
    if gfr is not None:
        filtered = gfr * np.exp(DOUBT.gfr * z)
    elif urine:
        filtered = np.minimum(urine / URINE, MOST_BY_URINE) * np.exp(DOUBT.gfr_estimated * z)
    else:
        return {}  # as drawn: none
    volume = filtered * URINE if urine is None else np.full(n, urine)
    found = {"kidney.gfr": filtered / ML, "kidney.urine": volume / ML / DAY}
    return {name: np.clip(value, *RANGES[name]) for name, value in found.items()}
