"""Acute hemodialysis: how it is ordered on a ward, and people who could be behind a first panel.

What a record does not tell is drawn from `Practice`; none of its numbers is taken from the records that are predicted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

from .. import cohort, schedule
from ..body import body
from ..machine.access import KINDS
from ..machine.dialysate import Dialysate
from ..parameter import get, param, parameters, put, record
from ..person import DOUBT, SHARE
from ..prescription import Prescription
from ..schedule import Chart

NORMAL = NormalDist()
GAP_H = 44.0  # h, the usual gap of the weeks before
SHORTEST, LONGEST, QUARTER = 60.0, 480.0, 15.0  # min
SLOWEST, FASTEST = 0.08, 0.5  # L/min of blood
SPARE = 0.5  # h, the least between a panel and the session
NIGHT = 24.0  # h to the day shift of the next day
CHARTED = (
    "sodium", "urea", "potassium", "bicarbonate", "calcium", "magnesium", "phosphate", "creatinine", "glucose",
)  # fmt: skip
TOLD = (*CHARTED, "chloride", "hemoglobin", "albumin")
RELATIVE = ("urea", "phosphate", "creatinine", "glucose", "hemoglobin", "albumin")
LIKE = {"hemoglobin": "protein", "chloride": "sodium"}  # whose laboratory error is taken for theirs
FROM_FOOD = ("urea.G", "potassium.G", "absorption.I_P", "magnesium.G", "acid_base.G", "acid_base.alkali", "gut.salt")


@dataclass(frozen=True, kw_only=True)
class Fall:
    """Two panels of one person; mmol/L, hemoglobin and albumin g/L, the anion gap with potassium."""

    who: str
    clock_h: float  # time of day of the first panel
    hours: float  # from the first to the second
    before: Mapping[str, float]
    after: Mapping[str, float]
    weight_kg: float | None = None


def _usual(unit: str, value: float, sd: float, low: float, high: float, meaning: str, source: str = "") -> Any:
    """What is usual, and its spread; a source of its own where it has one."""
    status: Any = {"": "recalled", "SoleusChoice": "assumed", "Pollard2018": "derived"}.get(source, "seen")
    known = source or "GeneralKnowledge"
    return param(unit, value, within=(low, high), source=known, meaning=meaning, status=status, sd=sd)


@record
class Practice:
    """How acute hemodialysis is ordered, and what is usual in the people who get it."""

    time: Any = _usual("min", 220.0, 25.0, 120.0, 300.0, "length of an acute treatment")
    Q_b: Any = _usual("L/min", 0.33, 0.05, 0.2, 0.45, "blood flow of an acute treatment")
    Q_d: Any = _usual("L/min", 0.6, 0.1, 0.5, 0.8, "dialysate flow of an acute treatment")
    uf: Any = _usual("L", 2.4, 1.3, 0.0, 5.0, "fluid taken off in intensive care, as in the eICU demo", "Pollard2018")
    fastest: Any = _usual("L/min/kg", 13 / 60_000, 0.0, 10 / 60_000, 15 / 60_000, "fastest usual ultrafiltration")
    overload: Any = _usual("kg", 3.0, 2.0, 0.0, 8.0, "weight above dry weight before the treatment", "SoleusChoice")
    catheter: Any = _usual("1", 0.5, 0.0, 0.0, 1.0, "share of people dialyzed in hospital through a catheter")
    first: Any = _usual("min", 420.0, 0.0, 360.0, 480.0, "time of day from which treatments begin")
    last: Any = _usual("min", 1020.0, 0.0, 900.0, 1200.0, "time of day until which treatments begin")
    seven: Any = _usual(
        "mmol/L", 6.6, 0.6, 5.5, 8.0, "potassium of blood and bath together: 7 by one rule, 6 to 7 by others", "Pun2018"
    )
    Na: Any = _usual("mmol/L", 140.0, 1.5, 136.0, 145.0, "sodium of an acute bath")
    HCO3: Any = _usual("mmol/L", 34.0, 2.0, 28.0, 38.0, "bicarbonate of an acute bath, after mixing")
    Ca: Any = _usual("mmol/L", 1.25, 0.1, 1.0, 1.5, "calcium of an acute bath")
    Mg: Any = _usual("mmol/L", 0.42, 0.07, 0.25, 0.5, "magnesium of an acute bath")
    glucose: Any = _usual("mmol/L", 7.0, 2.0, 5.5, 11.1, "glucose of an acute bath")
    thirst: Any = _usual(
        "1", 0.1, 0.1, 0.0, 0.5, "share of thirst met on a ward, where a liter a day is allowed", "SoleusChoice"
    )
    eaten: Any = _usual("1", 0.6, 0.2, 0.2, 1.0, "food on a ward, over that of the weeks before", "SoleusChoice")
    albumin: Any = _usual("g/L", 28.0, 5.0, 15.0, 42.0, "albumin, where it was not measured")
    calcium: Any = _usual("mmol/L", 2.15, 0.2, 1.6, 2.8, "total calcium, where it was not measured")
    magnesium: Any = _usual("mmol/L", 0.85, 0.15, 0.5, 1.4, "total magnesium, where it was not measured")
    phosphate: Any = _usual("mmol/L", 1.5, 0.4, 0.6, 3.0, "phosphate, where it was not measured")
    hemoglobin: Any = _usual("g/L", 97.0, 12.0, 60.0, 140.0, "hemoglobin, where it was not measured")


class Drawn(NamedTuple):
    """People who could be behind the falls and treatments they could have had, one column each."""

    fall: np.ndarray  # which of the falls
    clock_h: np.ndarray
    hours: np.ndarray
    patient: body.Patient
    start: body.State  # when the first panel was taken
    practice: Mapping[str, np.ndarray]
    share: np.ndarray  # from 0 to 1, of the time in which the session may begin, gone when it does
    catheter: np.ndarray
    told: Mapping[str, np.ndarray]  # the first panel, with the error of the laboratory


def draw(falls: Sequence[Fall], people: int, rng: np.random.Generator) -> Drawn:
    """People on the day of the first panel, as their weeks before made them, and how they are to be treated."""
    fall = np.repeat(np.arange(len(falls)), people)
    n = len(fall)
    practice = {
        name: np.clip(value + meta.sd * evenly(len(falls), people, rng), *meta.within)
        for name, value, meta in parameters(Practice)
    }
    charted = _each(falls, fall, "weight_kg")
    any_size = np.clip(72.5 + 14 * evenly(len(falls), people, rng), 42.0, 130.0)  # as `cohort.draw`
    dry = np.where(np.isnan(charted), any_size, np.maximum(charted - practice["overload"], DOUBT.least_dry * charted))
    drawn = cohort.draw(n, int(rng.integers(2**31)), dry)
    catheter = evenly(len(falls), people, rng) < NORMAL.inv_cdf(Practice().catheter)
    told = {name: _told(falls, fall, name, practice, rng) for name in TOLD}
    protein = told["albumin"] + drawn.protein.c_pl * (1 - drawn.protein.albumin_share)
    drawn = put(
        drawn,
        {
            "protein.albumin_share": np.clip(told["albumin"] / protein, *SHARE.within),
            "circulation.Q_access": np.where(catheter, 0.0, drawn.circulation.Q_access),
        },
    )
    weight = dry + practice["overload"]
    labs = {name: told[name] for name in CHARTED}
    labs["bicarbonate"] = told["bicarbonate"] - drawn.acid_base.s * drawn.acid_base.pCO2  # laboratories count all CO2
    haematocrit = 0.003 * told["hemoglobin"]  # [GeneralKnowledge]
    chart = Chart(pre_weight=weight, protein=protein, haematocrit=haematocrit, **labs)
    here = schedule.arrive(drawn, [Prescription()] * n, GAP_H, weight - schedule.USUAL_GAIN, chart)
    patient = _on_the_ward(here.patient, here.start, practice, told)
    share = np.array([NORMAL.cdf(z) for z in evenly(len(falls), people, rng)])
    clock, hours = (_each(falls, fall, name) for name in ("clock_h", "hours"))
    return Drawn(fall, clock, hours, patient, here.start, practice, share, catheter, told)


def _each(falls: Sequence[Fall], fall: np.ndarray, name: str) -> np.ndarray:
    return np.array([getattr(f, name) for f in falls], float)[fall]


def _told(
    falls: Sequence[Fall], fall: np.ndarray, name: str, practice: Mapping[str, np.ndarray], rng: np.random.Generator
) -> np.ndarray:
    """What the first panels say of a test, with the error of the instrument; as usual where it was not done."""
    value = np.array([f.before.get(name, np.nan) for f in falls])[fall]
    value = value + error(name, value, evenly(len(falls), len(fall) // len(falls), rng))
    return np.where(np.isnan(value), practice.get(name, np.nan), value)


def error(name: str, value: np.ndarray, z: np.ndarray) -> np.ndarray:
    """What a laboratory value may be off, z standard deviations."""
    return np.asarray(z * getattr(DOUBT, LIKE.get(name, name)) * (value if name in RELATIVE else 1.0))


def evenly(falls: int, people: int, rng: np.random.Generator) -> np.ndarray:
    """A normal spread, the same among the people of every fall, in random order: few people then fill it well."""
    z = np.array([NORMAL.inv_cdf((i + 0.5) / people) for i in range(people)])
    return rng.permuted(np.tile(z, (falls, 1)), axis=1).ravel()


def _on_the_ward(
    patient: body.Patient, now: body.State, practice: Mapping[str, np.ndarray], told: Mapping[str, np.ndarray]
) -> body.Patient:
    """The same people in hospital, where they eat and drink what they are given.

    Anions that nobody measures fill the room that the first panel's chloride leaves.
    """
    changes = {name: get(patient, name) * practice["eaten"] for name in FROM_FOOD}
    changes["gut.k"] = patient.gut.k * practice["thirst"]
    seen = body.look(now, patient, body.rest(patient))
    room = patient.acid_base.unmeasured + (seen.chloride - told["chloride"]) / seen.protein.f
    changes["acid_base.unmeasured"] = np.where(np.isnan(room), patient.acid_base.unmeasured, np.maximum(room, 0.0))
    return put(patient, changes)


def orders(drawn: Drawn, dose: np.ndarray) -> list[Prescription]:
    """A session of some dose for each: 1 is the usual one; length and blood flow share what is more or less."""
    d = drawn.practice
    time = np.clip(d["time"] * np.sqrt(dose), SHORTEST, np.minimum(LONGEST, 60 * (drawn.hours - 2)))
    time = QUARTER * np.floor(time / QUARTER)  # few different ends make few stretches for all
    Q_b = np.clip(d["Q_b"] * d["time"] * dose / time, SLOWEST, FASTEST)
    uf = np.minimum(d["uf"], d["fastest"] * drawn.patient.fluid.dry_weight * time)
    K = np.clip(np.round(d["seven"] - drawn.told["potassium"]), 1, 4)  # concentrates come in whole numbers
    return [
        Prescription(
            time=float(time[i]),
            Q_b=float(Q_b[i]),
            Q_d=float(d["Q_d"][i]),
            uf=float(uf[i]),
            dialysate=Dialysate(
                Na=float(d["Na"][i]),
                K=float(K[i]),
                Ca=float(d["Ca"][i]),
                Mg=float(d["Mg"][i]),
                HCO3=float(d["HCO3"][i]),
                glucose=float(d["glucose"][i]),
            ),
            access=KINDS["catheter" if drawn.catheter[i] else "fistula"],
        )
        for i in range(len(time))
    ]


def begins(drawn: Drawn, time: np.ndarray) -> np.ndarray:
    """Hours from the first panel to a session of `time` minutes: on the day shift, and before the second panel.

    Where no day shift fits between the panels, at any hour.
    """
    latest = drawn.hours - time / 60 - SPARE
    found = SPARE + drawn.share * np.maximum(latest - SPARE, 0.0)
    for night in (NIGHT, 0.0):
        low = np.maximum(drawn.practice["first"] / 60 + night - drawn.clock_h, SPARE)
        high = np.minimum(drawn.practice["last"] / 60 + night - drawn.clock_h, latest)
        found = np.where(high > low, low + drawn.share * (high - low), found)
    return np.asarray(found)
