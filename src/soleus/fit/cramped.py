"""Cramped: how much each draw of a person's traits is worth by the cramps of this session and of the others."""

from __future__ import annotations

import numpy as np

from .. import symptoms
from ..body import body
from ..body.body import Patient
from ..case import Case, Session
from ..session import Course, Moment
from . import readings


def risk(
    patient: Patient, course: Course, m: Moment, cramp: symptoms.Cramp, drugs: float, at: np.ndarray, until: float
) -> symptoms.Risk:
    """The cramp hazard of every person with every draw of their weights."""
    z = symptoms.pathways(symptoms.signs(m), body.rest(patient), drugs)
    return symptoms.cramp({k: v[:, at] for k, v in z.items()}, course.minutes, cramp, until)


def likelihood(
    case: Case, session: Session, course: Course, found: symptoms.Risk, length: float, relative: dict[int, float]
) -> np.ndarray:
    """Log weight of each draw by the cramps of this session and of the others in the file.

    Args:
        case, session: what is known, and which session is explained.
        course: that session.
        found: its cramp hazard, [time, draw].
        length: its length, min.
        relative: hazard of other sessions over that of this one, by `id`; 1 where they could not be run.
    """
    total = found.cumulative[-1]
    log_weight = np.zeros_like(total)
    during = sorted(c.minute for c in session.cramps if c.minute <= length)
    if during:
        first = np.array([during[0]])
        rate, before = (readings.at(course.minutes, x, first)[0] for x in (found.rate, found.cumulative))
        log_weight += np.log(rate) - before
    elif not session.cramps:
        log_weight -= total
    for other in case.sessions:
        if other is not session:
            there = total * relative.get(id(other), 1.0)
            log_weight += np.log(-np.expm1(-there)) if other.cramps else -there
    return log_weight


def weigh(log_weight: np.ndarray, at: np.ndarray, kept: int) -> tuple[np.ndarray, float]:
    """Weights that sum to 1, and the power that kept `kept` people in play: data that would leave fewer count less."""

    def weigh(power: float) -> np.ndarray:
        w = np.exp(power * (log_weight - log_weight.max()))
        return w / w.sum()

    low, high = 0.0, 1.0
    if effective(weigh(1.0), at) >= kept:
        return weigh(1.0), 1.0
    for _ in range(20):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if effective(weigh(middle), at) >= kept else (low, middle)
    return weigh(low), low


def effective(weight: np.ndarray, at: np.ndarray) -> float:
    """How many people share the weight."""
    return float(1 / (np.bincount(at, weight) ** 2).sum())


def systematic(weight: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """n indices drawn by weight, evenly spread."""
    at = (rng.random() + np.arange(n)) / n
    return np.minimum(np.searchsorted(np.cumsum(weight), at), len(weight) - 1)
