"""Where and how bad: legs before all, more so when they are drained; severity is drawn, not foretold.

    odds of legs = usual odds x (leg water / usual)^-1,   leg water = (interstitial water / at dry weight)^1.3
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..parameter import param, record


@record
class Where:
    legs: Any = param(
        "1", 0.75, within=(0.45, 0.95), source="BeladiMousavi2016 CrampRegions", status="assumed",
        meaning="share of cramps in calf, foot or thigh; reviews say that they dominate, one survey 45 %",
    )
    arms: Any = param(
        "1", 0.6, within=(0.3, 0.9), source="SoleusChoice", status="assumed",
        meaning="share of the others in hands and arms, the rest in the trunk",
    )
    hanging: Any = param(
        "1", 1.3, within=(1.0, 1.6), source="SoleusChoice", status="assumed",
        meaning="power by which legs, hanging, share in what interstitial water gains or loses",
    )
    pain: Any = param(
        "1", 5.3, within=(3.0, 8.0), source="Lynch2014 PainSyndromes CrampRegions", status="seen",
        meaning="mean severity of a cramp, 0 to 10; 3.9 to 7.1 elsewhere",
    )
    pain_sd: Any = param(
        "1", 2.5, within=(1.5, 4.0), source="Lynch2014 PainSyndromes CrampRegions", status="assumed",
        meaning="spread of severity; 1.8 to 3.9 in these studies",
    )


class Sites(NamedTuple):
    """Shares of cramps by body site; they sum to 1."""

    legs: np.ndarray
    arms: np.ndarray
    trunk: np.ndarray


def sites(V_is: Any, p: Any = None) -> Sites:
    """Where cramps sit, from interstitial water over that at dry weight."""
    p = Where() if p is None else p
    odds = p.legs / (1 - p.legs) / np.maximum(np.asarray(V_is, float), 0.1) ** p.hanging
    legs = odds / (1 + odds)
    return Sites(legs=legs, arms=p.arms * (1 - legs), trunk=(1 - p.arms) * (1 - legs))


def severity(n: int, rng: np.random.Generator, p: Any = None) -> np.ndarray:
    """n severities, 0 to 10, as patients score theirs; nothing in the body is known to decide it."""
    p = Where() if p is None else p
    return np.asarray(np.clip(p.pain + p.pain_sd * rng.standard_normal(n), 0.0, 10.0))
