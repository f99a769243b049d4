"""CKD: people with failing kidneys who are not on dialysis. The same body, no machine, for days to months.

Parathyroid hormone and ionized calcium depend on the years in which filtration was lost, not on filtration alone: they
are looked up in `stages.csv`, where `failing` has put them (tests/test_ckd.py), with what is eaten at each stage. All
other levels are those at which intake and urine balance; they are found, not given.
"""

import csv
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from . import months, schedule
from .body import body
from .body.body import Patient
from .errors import OutOfRange
from .parameter import get, parameters, put
from .schedule import Arrival
from .session import Course

LEAST, MOST = 4.0, 100.0  # mL/min; with less nobody lives for weeks without dialysis [GeneralKnowledge]
LOWEST = 8.0  # mL/min, the last column of the table
SETTLING = 4  # weeks, in which water and salt find their places
NOMINAL = {name: (value, meta) for name, value, meta in parameters(Patient)}
DAY = 1440.0  # min
# Alike in all sizes of people.
SHARED = ("hormones.PTH", "hormones.D25", "absorption.binder", "calcium.iCa", "acid_base.pCO2")

# Each level, and the stores that fill when more comes in than is lost at that level.
BALANCES = {
    "potassium.K_p": ("potassium.n_e", "potassium.n_i"),
    "phosphate.c": ("phosphate.n_e", "phosphate.n_s"),
    "magnesium.iMg": ("magnesium.n_e", "magnesium.n_s"),
    "creatinine.c": ("creatinine.n_e", "creatinine.n_i"),
    "urea.c": ("urea.n_e", "urea.n_i"),
    "b2m.c": ("b2m.m_1", "b2m.m_2"),
    "indoxyl.c": ("indoxyl.n_1", "indoxyl.n_2"),
    "acid_base.hco3": ("acid_base.n",),
}
LOST_IN = 9.0  # years from health to the last stage [GeneralKnowledge]
OUTCOMES = ("hormones.PTH", "calcium.iCa")  # of those years, in the table
PIECE = 30.0  # days in which filtration and food count as constant
HALVINGS = 40  # of the interval in which a level is sought; the last is beyond any laboratory


@cache
def _stages() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Filtration, mL/min, and value in the body's units, of every parameter in the table."""
    with files("soleus").joinpath("stages.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = sorted((key for key in rows[0] if key.isdigit()), key=int)
    gfr = np.array([float(key) for key in columns])
    found = {}
    for row in rows:
        values = np.array([float(row[key]) for key in columns])
        found[row["parameter"]] = gfr, values / DAY if row["unit"].endswith("/d") else values
    return found


def stage(gfr_ml_min: Any) -> dict[str, Any]:
    """What the table says of a filtration, between its columns by the logarithm of filtration, in the body's units."""
    at = np.log(np.clip(gfr_ml_min, LOWEST, MOST))
    return {name: np.interp(at, np.log(gfr), values) for name, (gfr, values) in _stages().items()}


def without_dialysis(patient: Patient, gfr_ml_min: Any, access_flow: Any = 0.0) -> Arrival:
    """The same people with failing kidneys and no dialysis, as they are after weeks at that filtration.

    Args:
        patient: leaves scalar or [patient].
        gfr_ml_min: mean of urea and creatinine clearance, mL/min, one or [patient].
        access_flow: of a fistula that waits to be used, L/min.

    Raises:
        OutOfRange: if nobody lives without dialysis at that filtration.
    """
    gfr = np.asarray(gfr_ml_min, float)
    if np.any((gfr < LEAST) | (gfr > MOST)):
        raise OutOfRange(
            f"gfr_ml_min is {gfr.min():g} to {gfr.max():g} mL/min; without dialysis people live with {LEAST:g} to"
            f" {MOST:g} mL/min. Give the mean of urea and creatinine clearance, or put the patient on dialysis."
        )
    patient = balanced(put(_at_stage(patient, gfr), {"circulation.Q_access": access_flow}))
    start = body.at_rest(patient, body.rest(patient))
    for _ in range(SETTLING):
        start = schedule.between(patient, start, 7 * 24.0).end.body
    return Arrival(patient=patient, start=start)


def live(patient: Patient, start: body.State, days: int) -> Course:
    """Live at home for some days; the state at the end of each, and the first, [time, state, patient]."""
    minutes, states = [0.0], [schedule.between(patient, start, 0.0).states]
    for day in range(days):
        course = schedule.between(patient, start, 24.0)
        start = course.end.body
        minutes.append(DAY * (day + 1))
        states.append(course.states)
    return Course(minutes=np.array(minutes), states=np.concatenate(states))


def failing(patient: Patient, stops: Sequence[float], years: float = LOST_IN) -> Iterator[Arrival]:
    """Healthy people who lose filtration evenly, down to 8 mL/min in so many years; as they are at each stop, mL/min.

    Everybody eats what the table says; calcium, phosphate, hormones, glands and bone are the body's own doing.

    Args:
        patient: leaves [patient].
        stops: filtration at which to look, falling.
        years: from 100 to 8 mL/min.
    """
    gfr, per_day = MOST, (MOST - LOWEST) / (365 * years)
    healthy = balanced(_at_stage(patient, np.array(MOST)))
    start = body.at_rest(healthy, body.rest(healthy))
    for stop in stops:
        days = (gfr - stop) / per_day
        pieces = max(round(days / PIECE), 1)
        for i in range(pieces if days > 0 else 0):
            now = _losing(healthy, gfr + (stop - gfr) * (i + 0.5) / pieces)
            start = months.live(now, start, None, days / pieces).start
        gfr = stop
        yield Arrival(_losing(healthy, gfr), start)


def _losing(healthy: Patient, gfr: float) -> Patient:
    """Filtration, and what is eaten at it; what years bring about is left to the body."""
    was, now = stage(MOST), stage(gfr)
    eaten = {
        name: now[name] if name in SHARED else get(healthy, name) * now[name] / was[name]
        for name in now
        if name not in OUTCOMES
    }
    return put(healthy, {"kidney.gfr": gfr / 1000} | eaten)


def _at_stage(patient: Patient, gfr: np.ndarray) -> Patient:
    """What years at that filtration have made of the patient; what is eaten keeps its ratio to the usual person's."""
    changes: dict[str, Any] = {"kidney.gfr": gfr / 1000, "kidney.alone": 1.0, "kidney.urine": 0.0}
    changes["kidney.Na_0"] = patient.gut.salt
    changes |= {name: value * _own(patient, name) for name, value in stage(gfr).items()}
    return put(patient, changes)


def _own(patient: Patient, name: str) -> Any:
    """How many times what the table says applies to this person."""
    if name in SHARED:
        return 1.0
    return get(patient, name) / NOMINAL[name][0]


def balanced(patient: Patient) -> Patient:
    """The patient with every level where as much is lost as comes in, at dry weight, nothing else changed."""
    low: dict[str, Any] = {name: np.log(NOMINAL[name][0] / 30) for name in BALANCES}
    high: dict[str, Any] = {name: np.log(NOMINAL[name][0] * 5) for name in BALANCES}
    for _ in range(HALVINGS):
        middle = {name: (low[name] + high[name]) / 2 for name in BALANCES}
        patient = put(patient, {name: np.exp(level) for name, level in middle.items()})
        gained, onto_bone = _gained(patient)
        for name, level in middle.items():
            low[name] = np.where(gained[name] > 0, level, low[name])
            high[name] = np.where(gained[name] > 0, high[name], level)
        full = patient.calcium.fill + onto_bone / (patient.calcium.k_F * patient.calcium.F_0)
        patient = put(patient, {"calcium.fill": np.clip(full, *NOMINAL["calcium.fill"][1].within)})
    return patient


def _gained(patient: Patient) -> tuple[dict[str, Any], Any]:
    """What each store gains at rest, mmol/min, and the calcium that comes in beyond what deep bone takes."""
    r = body.rest(patient)
    now = body.at_rest(patient, r)
    d = body.rates(now, body.look(now, patient, r), body.nothing(), patient, r)
    return {
        name: sum(get(d, store) for store in stores) for name, stores in BALANCES.items()
    }, d.calcium.n + d.calcium.F
