"""Belief: what the readings so far say of the person in the chair, as a Kalman filter over the twin's people.

    course(t) = mean(t) + A(t) xi,   xi ~ N(0, 1)         the twin's people span what is possible
    systolic read = course + arm + wander(t) + walk(t) + error

A(t) holds how far each person is from the mean, over the root of their number less one, so before anything is read
everything has the spread and the correlations of the twin. A reading of one kind moves all others along, those to come
too. What no equation knows is a slow wander and a random walk of pressure; how large they are differs from day to day,
so three moods run side by side and share the belief by how well they foretold each reading: calm, restless, and
sliding, in which pressure has a trend of its own that lasts an hour or two.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..fit.readings import DIASTOLIC, DIASTOLIC_ARM
from ..instruments import INSTRUMENTS
from .shown import Shown
from .vigilance import VIGILANCE

LEVELS = ("arm", "wander", "walk", "trend", "pulse", "gain", "drift", "offset")  # after xi, in this order
ARM, WANDER, WALK, TREND, PULSE, GAIN, DRIFT, OFFSET = range(-len(LEVELS), 0)
MOODS = ("calm", "restless", "sliding")
HOUR = 60.0  # min
ERROR = {
    "systolic_mmhg": INSTRUMENTS.systolic, "diastolic_mmhg": INSTRUMENTS.diastolic,
    "heart_rate_min": INSTRUMENTS.pulse, "rbv_pct": INSTRUMENTS.rbv,
}  # fmt: skip


class Belief(NamedTuple):
    """What is known at a minute; arrays [mood, ...]."""

    minute: float
    mean: np.ndarray  # [mood, state]
    cov: np.ndarray  # [mood, state, state]
    share: np.ndarray  # [mood], sums to 1


class Expected(NamedTuple):
    """What an instrument should read, before it does."""

    mean: float
    sd: float  # with the instrument's error
    means: np.ndarray  # [mood]
    variances: np.ndarray  # [mood]


WANDERS = np.array([INSTRUMENTS.wander, VIGILANCE.restless_wander, INSTRUMENTS.wander])  # mmHg, by mood
WALKS = np.array([VIGILANCE.calm_walk, VIGILANCE.restless_walk, VIGILANCE.calm_walk])  # mmHg in an hour
TRENDS = np.array([0.0, 0.0, VIGILANCE.trend])  # mmHg/h
USUAL = np.array([1 - VIGILANCE.restless - VIGILANCE.sliding, VIGILANCE.restless, VIGILANCE.sliding])


def before(people: int) -> Belief:
    """Before anything was read."""
    k = people + len(LEVELS)
    cov = np.zeros((len(MOODS), k, k))
    cov[:, range(people), range(people)] = 1.0
    sd = {ARM: INSTRUMENTS.arm, WALK: VIGILANCE.start, PULSE: INSTRUMENTS.pulse_day, GAIN: INSTRUMENTS.rbv_gain,
          DRIFT: INSTRUMENTS.rbv_drift}  # fmt: skip
    for i, one in sd.items():
        cov[:, i, i] = one**2
    cov[:, WANDER, WANDER] = WANDERS**2
    cov[:, TREND, TREND] = TRENDS**2
    return Belief(0.0, np.zeros((len(MOODS), k)), cov, USUAL)


def moved(b: Belief, minute: float) -> Belief:
    """The same belief some minutes later: what wanders has wandered on."""
    if minute <= b.minute:
        return b
    dt, tau = minute - b.minute, VIGILANCE.trend_time
    kept, slid = np.exp(-dt / INSTRUMENTS.wander_time), np.exp(-dt / tau)
    on = np.eye(b.mean.shape[1])
    on[WANDER, WANDER], on[TREND, TREND], on[WALK, TREND] = kept, slid, tau / HOUR * (1 - slid)
    mean, cov = b.mean @ on.T, on @ b.cov @ on.T
    cov[:, WANDER, WANDER] += (1 - kept**2) * WANDERS**2
    cov[:, TREND, TREND] += (1 - slid**2) * TRENDS**2
    both = tau / HOUR * (1 - slid) ** 2 * TRENDS**2
    cov[:, WALK, TREND] += both
    cov[:, TREND, WALK] += both
    gone = (tau / HOUR) ** 2 * (2 * dt / tau - 3 + 4 * slid - slid**2)  # of a trend that itself changes meanwhile
    cov[:, WALK, WALK] += WALKS**2 * dt / HOUR + gone * TRENDS**2
    cov[:, OFFSET, OFFSET] += VIGILANCE.volume_walk**2 * dt / HOUR
    forgotten = 1 - np.exp(-dt / VIGILANCE.mood_time)
    return Belief(minute, mean, cov, b.share + forgotten * (USUAL - b.share))


def row(kind: str, shown: Shown, minute: float) -> tuple[float, np.ndarray]:
    """What the mean of all people would show, and how what is shown follows the state."""
    here = shown.at(kind, minute)
    return float(here.mean()), follows(kind, here[None], np.array([minute]))[0]


def follows(kind: str, here: np.ndarray, minutes: np.ndarray) -> np.ndarray:
    """How what is shown at some minutes follows the state, [minute, state], from everybody there, [minute, person]."""
    n = here.shape[1]
    mean = here.mean(axis=1, keepdims=True)
    h = np.zeros((len(minutes), n + len(LEVELS)))
    h[:, :n] = (here - mean) / np.sqrt(n - 1)
    if kind in ("systolic_mmhg", "diastolic_mmhg"):
        upper = kind == "systolic_mmhg"
        h[:, ARM] = 1.0 if upper else DIASTOLIC_ARM
        h[:, WANDER] = h[:, WALK] = 1.0 if upper else DIASTOLIC
    elif kind == "heart_rate_min":
        h[:, PULSE] = 1.0
    elif kind == "rbv_pct":
        h[:, GAIN], h[:, DRIFT], h[:, OFFSET] = mean[:, 0], minutes, 1.0
    return h


def expect(b: Belief, kind: str, shown: Shown, minute: float) -> Expected:
    """What an instrument of this kind should read at the belief's minute."""
    at, h = row(kind, shown, minute)
    means = at + b.mean @ h
    variances = np.einsum("i,mij,j->m", h, b.cov, h) + ERROR[kind] ** 2
    mean = float(b.share @ means)
    spread = float(b.share @ (variances + (means - mean) ** 2))
    return Expected(mean, spread**0.5, means, variances)


def heard(b: Belief, kind: str, value: float, shown: Shown, minute: float, trust: float = 1.0) -> Belief:
    """The belief after one reading; trust below 1 makes its error larger."""
    at, h = row(kind, shown, minute)
    error = ERROR[kind] ** 2 / trust
    along = b.cov @ h  # [mood, state]
    variance = along @ h + error
    off = value - at - b.mean @ h
    gain = along / variance[:, None]
    mean = b.mean + gain * off[:, None]
    left = np.eye(len(h)) - gain[:, :, None] * h
    cov = left @ b.cov @ left.transpose(0, 2, 1) + error * gain[:, :, None] * gain[:, None, :]  # Joseph's form
    likely = np.log(b.share) - 0.5 * (off**2 / variance + np.log(variance))
    share = np.exp(likely - likely.max())
    return Belief(b.minute, mean, cov, share / share.sum())


def jumped(b: Belief, kind: str, by: float) -> Belief:
    """The same belief where something leapt: the level of this kind is open again by so much."""
    at = OFFSET if kind == "rbv_pct" else PULSE if kind == "heart_rate_min" else WALK
    cov = b.cov.copy()
    cov[:, at, at] += by**2
    return b._replace(cov=cov)
