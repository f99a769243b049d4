"""Home: simulated people between two sessions: what they drink and eat, on what scale they stand, what they write down.

    habit      thirst and salt decide, as in `body/gut`, while awake
    follows    what is noticed is poured as told, more or less; the rest comes as it always came
    thirsty    what is noticed is poured as told; the rest is thirst's, so it makes up for every glass left out

Assumes     nobody drinks asleep; days differ in salt and in what is drunk without thirst.
Leaves out  solid food but for the scatter of the scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..body import body
from ..body.body import Patient
from ..parameter import param, put, record
from ..population import crowd

NOON, WAKES, SLEEPS, MORNING = 12.0, 7.0, 23.0, 8.0  # h: sessions end, people wake and go to bed, sessions begin
AWAKE = SLEEPS - WAKES
DAY = 24.0
MIN_DAY = 1440.0
How = Literal["habit", "follows", "thirsty"]


def _ours(unit: str, value: float, low: float, high: float, meaning: str) -> Any:
    return param(unit, value, within=(low, high), source="SoleusChoice", status="assumed", meaning=meaning)


@record
class AtHome:
    """How people are at home."""

    noticed: Any = param(
        "1", 0.4, within=(0.2, 0.7), source="GeneralKnowledge", status="recalled",
        meaning="share of what is drunk that is noticed and written down, the mean of people",
    )  # fmt: skip
    noticed_sd: Any = _ours("1", 0.1, 0.0, 0.2, "its spread between people")
    pours: Any = _ours(
        "1", 0.1, 0.0, 0.5, "spread by day of what is poured about what was told, of its log: full glasses or not"
    )
    unnoticed: Any = _ours("1", 0.2, 0.0, 0.5, "spread from day to day of what comes unnoticed, of its logarithm")
    social: Any = _ours("L/d", 0.2, 0.0, 0.5, "spread from day to day of what thirsty people drink without thirst")
    salt: Any = _ours("1", 0.3, 0.1, 0.6, "spread from day to day of salt eaten, of its logarithm")
    less_salt: Any = _ours("1", 0.4, 0.0, 1.0, "share of the salt to be left out that is left out: what is noticed")
    offset: Any = _ours("kg", 0.5, 0.0, 1.5, "how far the scale at home is from the unit's")
    scale: Any = _ours("kg", 0.15, 0.05, 0.4, "one weighing at home; at the unit as `instruments` has it")
    urine: Any = _ours("1", 0.15, 0.0, 0.5, "error of the urine that was collected, of its logarithm")


@dataclass(frozen=True)
class Own:
    """What is each person's own; [patient]."""

    noticed: np.ndarray
    offset: np.ndarray
    urine: np.ndarray  # mL a day as written in the chart


def own(patient: Patient, now: body.State, n: int, at_home: AtHome, rng: np.random.Generator) -> Own:
    """Each person's own; urine as collected over a gap at whose end they are now."""
    z = np.clip(rng.standard_normal((3, n)), -2.5, 2.5)
    mean = 0.5 * (patient.kidney.urine + body.look(now, patient, body.rest(patient)).kidney.urine)
    urine = 1000 * MIN_DAY * np.broadcast_to(mean, (n,)) * np.exp(at_home.urine * z[2])
    return Own(
        np.clip(at_home.noticed + at_home.noticed_sd * z[0], 0.1, 0.9),
        at_home.offset * z[1],
        np.minimum(10 * np.round(urine / 10), 4000.0),
    )


def shown(kg: Any, error: float, rng: np.random.Generator, offset: Any = 0.0) -> np.ndarray:
    """What a scale shows, to a tenth."""
    return np.round(np.asarray(kg) + error * rng.standard_normal(np.shape(kg)) + offset, 1)


def asleep(patient: Patient) -> Patient:
    """The same people in bed."""
    g = patient.gut
    nothing = {"k": 0.0 * g.k, "habit": 0.0 * g.habit, "food_water": 0.0 * g.food_water, "salt": 0.0 * g.salt}
    return put(patient, {f"gut.{name}": value for name, value in nothing.items()})


def awake(patient: Patient, thirst: Any, poured: Any, salt: Any) -> Patient:
    """The same people up: a day's food and salt in their waking hours.

    Args:
        patient: who.
        thirst: share of thirst and habit that drinks.
        poured: L an hour besides.
        salt: eaten, over the usual.
    """
    up, g = DAY / AWAKE, patient.gut
    return put(patient, {
        "gut.k": up * thirst * g.k, "gut.habit": up * thirst * g.habit + poured / 60,
        "gut.food_water": up * g.food_water, "gut.salt": up * salt * g.salt,
    })  # fmt: skip


def live(patient: Patient, now: body.State, hours: float) -> tuple[body.State, np.ndarray]:
    """Some hours at home, and what was drunk in them, L: what the weight, urine and skin tell together."""
    rest = body.rest(patient)
    before = body.look(now, patient, rest)
    end = crowd.between(patient, now, hours)
    after = body.look(end, patient, rest)
    lost = patient.fluid.insensible + 0.5 * (before.kidney.urine + after.kidney.urine) - patient.gut.food_water
    return end, np.asarray(after.weight - before.weight + 60 * hours * lost)
