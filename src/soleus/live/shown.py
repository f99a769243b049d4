"""Shown: what instruments would show of all people, and how readily they would cramp, at every time of a session."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .. import symptoms
from ..body import body
from ..fit import readings
from .people import People
from .treated import Treated

KINDS = {"systolic_mmhg": "systolic", "diastolic_mmhg": "diastolic", "heart_rate_min": "pulse", "rbv_pct": "rbv"}
LEAST_RATE = 1e-12  # 1/min, so that a rate has a logarithm


class Shown(NamedTuple):
    """Courses of all people; arrays [time, person]."""

    minutes: np.ndarray
    of: dict[str, np.ndarray]  # by the names of a reading; "cramp" is the log of a rate, 1/min; uf, water L
    z: dict[str, np.ndarray]  # pathways of a cramp
    ufr: np.ndarray  # mL/kg/h, from each time to the next

    def at(self, kind: str, minute: float) -> np.ndarray:
        """Everybody at one minute, [person]."""
        return self.over(kind, np.array([minute]))[0]

    def over(self, kind: str, minutes: np.ndarray) -> np.ndarray:
        """Everybody at some minutes, [minute, person]."""
        return readings.at(self.minutes, self.of[kind], minutes)


def shown(people: People, so_far: Treated) -> Shown:
    """Look at everybody at every time of a session."""
    m = so_far.course.moments(people.patient)
    z = symptoms.pathways(symptoms.signs(m), body.rest(people.patient), people.drugs)
    risk = symptoms.cramp(z, so_far.minutes, people.cramp, so_far.end)
    uf = np.asarray(m.tally.uf)
    taken = np.diff(uf, axis=0) / np.diff(so_far.minutes)[:, None]
    of = {name: readings.shown(kind, m) for name, kind in KINDS.items()}
    return Shown(
        minutes=so_far.minutes,
        of={
            **of,
            "cramp": np.log(np.maximum(risk.rate, LEAST_RATE)),
            "uf": uf,
            "water": np.asarray(m.seen.V_e),
            "sodium": np.asarray(m.seen.sodium.Na_p),
        },
        z=z,
        ufr=60_000 * np.concatenate([taken, taken[-1:]]) / people.post_weight,
    )
