"""Ahead: the next hour: pressure, blood volume, and the hazards of a fall of pressure and of a cramp, with bands.

Draws from the belief are run along the courses of the twin's people: each has a pressure with its own wander, a blood
volume, and the log rate of a cramp. Draws that would have cramped where the patient did, and not where not, count more.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from .. import cohort, symptoms
from ..instruments import INSTRUMENTS
from ..symptoms.falls import log_rate
from ..symptoms.hazard import CEILING, risk
from . import belief
from .belief import ARM, DRIFT, GAIN, OFFSET, TREND, WALK, WANDER, Belief
from .people import People
from .shown import Shown
from .vigilance import VIGILANCE

DRAWS = 256
STEP = 5.0  # min between the times of a forecast
HOUR = 60.0
LOW, HIGH = 5.0, 95.0  # percentiles of a band
SEED = 20260301
NEW = 3  # of pressure in each step: wander, walk and trend
TINY = 1e-9  # added to variances, so that rounding leaves none below zero


class Band(NamedTuple):
    """Over time, between which nine of ten draws lie, and their mean or middle."""

    low: np.ndarray
    middle: np.ndarray
    high: np.ndarray


class Forecast(NamedTuple):
    """From a minute on."""

    minute: float
    minutes: np.ndarray  # [time], the first is now
    systolic: Band  # mmHg, as a cuff without error would show
    rbv: Band  # %, as the monitor would show
    hypotension: Band  # chance by then of a fall of pressure with symptoms, by its hazard
    cramp: Band  # chance by then of a cramp, by its hazard
    floor: float  # mmHg, below which systolic pressure counts as a fall
    below: np.ndarray  # [time], chance that pressure was below it by then
    mood: dict[str, float]  # shares of the belief: calm, restless, sliding


class Draws(NamedTuple):
    """Equally likely ways in which it may be and go on."""

    state: np.ndarray  # [draw, state]
    paths: np.ndarray  # [draw, time], what wanders and walks of pressure from now on
    who: np.ndarray  # [draw], whose weights of hypotension it has


@lru_cache(maxsize=8)
def _normal(rows: int, columns: int) -> np.ndarray:
    """Standard normal draws, the same every time and mirrored, so that two forecasts differ by what was read alone."""
    z = np.random.default_rng((SEED, columns)).standard_normal((rows // 2, columns))
    return np.concatenate([z, -z])


def floor(start: float) -> float:
    """Systolic pressure below which a fall counts in who starts at another, mmHg."""
    if start >= VIGILANCE.high:
        return VIGILANCE.floor_high
    return min(VIGILANCE.floor, start - VIGILANCE.fall)


def times(minute: float, ahead: float) -> np.ndarray:
    """The times of a forecast, min."""
    steps = max(int(np.ceil(ahead / STEP - TINY)), 1)
    return minute + np.append(STEP * np.arange(steps), ahead)


def draw(people: People, shown: Shown, b: Belief, ahead: float, cramps: tuple[float, ...] = ()) -> Draws:
    """Draws from the belief, those that fit the cramps more often."""
    k, t = b.mean.shape[1], times(b.minute, ahead)
    z = _normal(DRAWS, k + NEW * len(t))
    place = (np.arange(DRAWS) % (DRAWS // 2) + 0.5) / (DRAWS // 2)  # mirrored draws stay together
    moods = np.minimum(np.searchsorted(np.cumsum(b.share), place), len(belief.MOODS) - 1)
    state, paths = np.empty((DRAWS, k)), np.empty((DRAWS, len(t)))
    for mood in range(len(belief.MOODS)):
        mine = moods == mood
        state[mine] = b.mean[mood] + z[mine, :k] @ np.linalg.cholesky(b.cov[mood] + TINY * np.eye(k)).T
        paths[mine] = _paths(state[mine], z[mine, k:], np.diff(t), mood)
    chosen = _fitting(people, shown, b.minute, state, cramps)
    return Draws(state[chosen], paths[chosen], np.arange(DRAWS)[chosen] % people.n)


def _paths(state: np.ndarray, z: np.ndarray, steps: np.ndarray, mood: int) -> np.ndarray:
    """Wander and walk of systolic pressure from now on, [draw, time]."""
    wander, walk, trend = state[:, WANDER].copy(), state[:, WALK].copy(), state[:, TREND].copy()
    size, stride, slope = belief.WANDERS[mood], belief.WALKS[mood], belief.TRENDS[mood]
    found = [wander + walk]
    for i, dt in enumerate(steps):
        new = z[:, NEW * i : NEW * i + NEW]
        kept, slid = np.exp(-dt / INSTRUMENTS.wander_time), np.exp(-dt / VIGILANCE.trend_time)
        wander = kept * wander + np.sqrt(1 - kept**2) * size * new[:, 0]
        walk = walk + trend * dt / HOUR + stride * np.sqrt(dt / HOUR) * new[:, 1]
        trend = slid * trend + np.sqrt(1 - slid**2) * slope * new[:, 2]
        found.append(wander + walk)
    return np.stack(found, axis=1)


def _along(shown: Shown, kind: str, minutes: np.ndarray, xi: np.ndarray) -> np.ndarray:
    """A course of the twin's people at some minutes, for draws of xi, [draw, time]."""
    here = shown.over(kind, minutes)
    mean = here.mean(axis=1)
    return mean + xi @ ((here - mean[:, None]) / np.sqrt(here.shape[1] - 1)).T


def _fitting(people: People, shown: Shown, minute: float, state: np.ndarray, cramps: tuple[float, ...]) -> np.ndarray:
    """Which draws to keep, by the cramps so far and by the minutes without one."""
    xi = state[:, : people.n]
    t = np.unique(np.append(shown.minutes[shown.minutes < minute], minute))
    log_weight = np.zeros(len(state))
    if len(t) > 1:
        rate = np.exp(np.minimum(_along(shown, "cramp", t, xi), CEILING))
        log_weight -= (0.5 * (rate[:, 1:] + rate[:, :-1]) * np.diff(t)).sum(axis=1)
    for one in cramps:
        log_weight += np.minimum(_along(shown, "cramp", np.array([one]), xi)[:, 0], CEILING)
    weight = np.exp(log_weight - log_weight.max())
    cumulative = np.cumsum(weight / weight.sum())
    return np.minimum(np.searchsorted(cumulative, (np.arange(len(state)) + 0.5) / len(state)), len(state) - 1)


def forecast(people: People, shown: Shown, b: Belief, draws: Draws, ahead: float, end: float, line: float) -> Forecast:
    """The next minutes of all draws.

    Args:
        people, shown: who, and their courses; those of another treatment answer what it would do.
        b: what is known now.
        draws: of it.
        ahead: min.
        end: minute at which treatment ends; no hazard counts after it.
        line: the person's floor, mmHg.
    """
    t, x = times(b.minute, ahead), draws.state
    xi = x[:, : people.n]
    pressure = _along(shown, "systolic_mmhg", t, xi) + x[:, [ARM]] + draws.paths
    middle = shown.over("rbv_pct", t).mean(axis=1)
    rbv = _along(shown, "rbv_pct", t, xi) + x[:, [GAIN]] * middle + x[:, [DRIFT]] * t + x[:, [OFFSET]]
    fall = _fall(people, shown, draws, pressure, t, end)
    crash = risk(_along(shown, "cramp", t, xi).T, 1.0, t - t[0], end - t[0])
    return Forecast(
        minute=b.minute,
        minutes=t,
        systolic=_band(pressure),
        rbv=_band(rbv),
        hypotension=_chance(fall.cumulative.T),
        cramp=_chance(crash.cumulative.T),
        floor=line,
        below=np.mean(np.minimum.accumulate(_lasting(pressure), axis=1) < line, axis=0),
        mood=dict(zip(belief.MOODS, b.share.tolist(), strict=True)),
    )


def systolic(people: People, shown: Shown, draws: Draws, minute: float) -> np.ndarray:
    """Systolic pressure now, as a cuff without error would show, [draw]."""
    xi = draws.state[:, : people.n]
    at = _along(shown, "systolic_mmhg", np.array([minute]), xi)[:, 0]
    return np.asarray(at + draws.state[:, ARM] + draws.paths[:, 0])


def _fall(people: People, shown: Shown, draws: Draws, systolic: np.ndarray, t: np.ndarray, end: float) -> symptoms.Risk:
    """The hazard of a fall of pressure with symptoms, [time, draw]."""
    x = draws.state
    start = _along(shown, "systolic_mmhg", np.zeros(1), x[:, : people.n]) + x[:, [ARM]] + x[:, [WALK]]
    i = np.clip(np.searchsorted(shown.minutes, t, side="right") - 1, 0, len(shown.minutes) - 1)
    ufr = shown.ufr[i][:, draws.who]
    rate = log_rate(systolic.T, start.T, ufr, cohort.take(people.hypotension, draws.who))
    return risk(rate, symptoms.HALF_HOUR, t - t[0], end - t[0])


def _lasting(pressure: np.ndarray) -> np.ndarray:
    """Pressure as the mean of two successive times: what counts as a fall lasts some minutes."""
    return np.concatenate([pressure[:, :1], 0.5 * (pressure[:, 1:] + pressure[:, :-1])], axis=1)


def _band(values: np.ndarray) -> Band:
    low, middle, high = np.percentile(values, (LOW, 50.0, HIGH), axis=0)
    return Band(low, middle, high)


def _chance(cumulative: np.ndarray) -> Band:
    """Chances of at least one event, their mean in the middle."""
    chance = -np.expm1(-cumulative)
    low, high = np.percentile(chance, (LOW, HIGH), axis=0)
    return Band(low, chance.mean(axis=0), high)
