"""Hazard: a rate over time, what it sums to, and the weights it is made of."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import numpy as np

from ..parameter import parameters

W = TypeVar("W")
CEILING = 3.0  # log of the events expected per unit of time beyond which no rate goes [SoleusChoice]


class Risk(NamedTuple):
    """A hazard over a session."""

    rate: np.ndarray  # [time, patient], 1/min
    cumulative: np.ndarray  # [time, patient]

    @property
    def probability(self) -> np.ndarray:
        """Of at least one event by the end, [patient]."""
        return 1 - np.exp(-self.cumulative[-1])


def risk(log_rate: np.ndarray, unit: Any, minutes: np.ndarray, until: Any) -> Risk:
    """The hazard of this log rate per `unit` minutes, up to minute `until`; a soft ceiling keeps it finite."""
    rate = np.exp(-np.logaddexp(-log_rate, -CEILING)) / unit
    treated = (0.5 * (minutes[1:] + minutes[:-1]))[:, None] < np.asarray(until)
    area = 0.5 * (rate[1:] + rate[:-1]) * np.diff(minutes)[:, None] * treated
    return Risk(rate=rate, cumulative=np.concatenate([np.zeros_like(area[:1]), np.cumsum(area, axis=0)]))


def draw_weights(cls: type[W], n: int, rng: np.random.Generator) -> W:
    """n draws of a hazard's weights from their priors, cut at their ranges."""
    drawn = {}
    for name, value, meta in parameters(cls):
        drawn[name] = np.clip(value + meta.sd * rng.standard_normal(n), *meta.within)
    return cls(**drawn)
