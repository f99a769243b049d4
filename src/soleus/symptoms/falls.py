"""Hypotension: a hazard of the level, the fall since the start and the rate at which fluid is taken.

    ln lambda = h_0 + h_1 (110 - SBP)/10 + h_2 (SBP(0) - SBP)/10 + h_3 sp(2 (UFR - 10))/2,  per 30 min
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..parameter import param, record
from .hazard import Risk, risk
from .reading import Signs


@record
class Hypotension:
    h_0: Any = param(
        "1", -3.83, within=(-8.0, 0.0), source="Keane2021", status="tuned",
        meaning="log rate per 30 min at 110 mmHg; tuned to 12 % of sessions",
    )
    level: Any = param(
        "1", 0.55, within=(0.1, 1.0), sd=0.10, source="Keane2021 Flythe2015", status="tuned",
        meaning="each 10 mmHg below 110; tuned to Keane2021",
    )
    fall: Any = param(
        "1", 0.25, within=(-0.2, 0.8), sd=0.10, source="Kuipers2016", status="tuned",
        meaning="each 10 mmHg below the pressure at the start; tuned to UfRateCaseControl",
    )
    uf_rate: Any = param(
        "1", 0.10, within=(-0.2, 0.5), sd=0.10, source="Lin2019 UfRateCaseControl", status="assumed",
        meaning="each mL/kg/h above 10; cohorts say nearly none, case-control says much",
    )


PRESSURE_PATHWAYS = {
    "level": ("pressure is low", "B"),
    "fall": ("pressure has fallen", "B"),
    "uf_rate": ("fluid is taken fast", "B"),
}
HALF_HOUR = 30.0  # min, in which the log rate of hypotension counts [Keane2021]


def hypotension(seen: Signs, minutes: np.ndarray, ufr: Any, weights: Hypotension, until: Any = np.inf) -> Risk:
    """The hypotension hazard up to minute `until`; ufr is the session's mean, mL/kg/h."""
    return risk(log_rate(seen.SBP, seen.SBP[:1], ufr, weights), HALF_HOUR, minutes, until)


def log_rate(SBP: Any, at_start: Any, ufr: Any, weights: Hypotension) -> np.ndarray:
    """The log rate in half an hour at a pressure, by that at the start, mmHg, and the rate of taking fluid, mL/kg/h."""
    return np.asarray(
        weights.h_0
        + weights.level * (110 - SBP) / 10
        + weights.fall * (at_start - SBP) / 10
        + weights.uf_rate * np.logaddexp(0, 2 * (np.asarray(ufr) - 10)) / 2
    )
