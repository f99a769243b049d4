"""Ways: through which pathways a lever acts, and the tree from levers through pathways to symptoms.

c_k      what pathway k changes in the log hazard when the lever alone is corrected, averaged over the minutes
         that mattered in the session as it was
link_k = steep c_k + (share - steep sum c) |c_k| / sum |c|,   steep = d ln P / d ln H
c_k goes into a share of the probability by the slope between the two; what the lever's play with others adds or
takes is divided by the sizes of its pathways. So the links of a lever add up to its share and keep their signs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .. import symptoms
from ..fit import Twin
from .answer import Cause, Link, Mechanism
from .runs import Runs

LEAST = 0.05  # of a lever's whole effect; a pathway below is not named
NOTHING = 1e-9  # of the log hazard
Known = Callable[[str], tuple[str, str]]  # what a pathway is called, and its evidence; by default those of a session


def changes(twin: Twin, about: str, as_was: Runs, corrected: Runs, happened: symptoms.Risk) -> dict[str, float]:
    """What each pathway changes in the log hazard, c_k of the header."""
    rate = happened.rate * (as_was.minutes[:, None] <= as_was.until)
    weight = rate / rate.sum(axis=0)
    was, right = _parts(twin, as_was, about), _parts(twin, corrected, about)
    return {k: float((weight * (was[k] - right[k])).sum(axis=0).mean()) for k in was}


def mechanisms(change: dict[str, float], known: Known | None = None) -> tuple[Mechanism, ...]:
    """The pathways that matter, each with its part of the lever's effect, the largest first."""
    size = sum(abs(x) for x in change.values())
    if size < NOTHING:
        return ()
    found = [mechanism(k, x / size, known) for k, x in change.items() if abs(x) / size > LEAST]
    return tuple(sorted(found, key=lambda way: -abs(way.share)))


def links(
    cause: Cause,
    change: dict[str, float],
    about: str,
    steep: float,
    known: Known | None = None,
) -> tuple[Link, ...]:
    """The branches of one lever; they add up to its share."""
    size = sum(abs(x) for x in change.values())
    kept = {k: x for k, x in change.items() if abs(x) > LEAST * size} if size > NOTHING else {}
    rest = cause.share - steep * sum(kept.values())
    size = sum(abs(x) for x in kept.values())
    found = []
    for name, x in kept.items():
        label, evidence = (known or _known)(name)
        weaker = max(cause.evidence, evidence)
        found.append(Link(cause.id, name, about, steep * x + rest * abs(x) / size, weaker, cause.label, label))
    return tuple(sorted(found, key=lambda link: -abs(link.share)))


def steepness(cumulative: np.ndarray) -> float:
    """Relative change of the probability for one of the cumulative hazard, d ln P / d ln H; all draws together."""
    return float((cumulative * np.exp(-cumulative)).sum() / -np.expm1(-cumulative).sum())


def mechanism(name: str, share: float, known: Known | None = None) -> Mechanism:
    """A pathway by its id, with its part of an effect."""
    label, evidence = (known or _known)(name)
    return Mechanism(name, label, share, evidence)


def _known(name: str) -> tuple[str, str]:
    return (symptoms.PATHWAYS | symptoms.PRESSURE_PATHWAYS)[name]


def _parts(twin: Twin, runs: Runs, about: str) -> dict[str, np.ndarray]:
    """Each pathway's part of the log rate, [time, draw]."""
    if about == "cramp":
        return {k: getattr(twin.cramp, k) * v for k, v in runs.z.items()}
    w, sbp = twin.hypotension, runs.signs.SBP
    return {
        "level": w.level * (110 - sbp) / 10,
        "fall": w.fall * (sbp[:1] - sbp) / 10,
        "uf_rate": np.broadcast_to(w.uf_rate * np.logaddexp(0, 2 * (runs.ufr - 10)) / 2, sbp.shape),
    }
