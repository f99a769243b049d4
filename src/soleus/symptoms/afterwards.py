"""Afterwards: cramps in the hours after a session, and at night; the same pathways without muscle starved by dialysis.

    ln(cramps expected) = base + r u + sqrt(1 - r^2) e + sum_k b_k z_k,   e ~ N(0, spread): home is not the unit

Two cramps in five are held to come outside sessions, which is recalled and weak evidence: the bases below rest on it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..parameter import param, record
from .complaint import Complaint
from .cramps import Cramp


@record
class Afterwards:
    after: Any = param(
        "1", -6.1, within=(-9.0, -2.0), source="GeneralKnowledge", status="tuned",
        meaning="log of cramps in the hours after a session; tuned to 3 % of sessions",
    )
    night: Any = param(
        "1", -5.0, within=(-8.0, -2.0), source="GeneralKnowledge", status="tuned",
        meaning="log of cramps in a night; tuned to 2 % of nights: with the former, two fifths of a week's cramps",
    )
    r: Any = param(
        "1", 0.5, within=(0.0, 1.0), source="SoleusChoice", status="assumed",
        meaning="correlation of susceptibility at home with that in the unit",
    )
    spread: Any = param(
        "1", 1.2, within=(0.5, 2.0), source="Akkabut2021 Lynch2014", status="assumed",
        meaning="spread of susceptibility, as in the unit",
    )
    kept: Any = param(
        "1", 0.5, within=(0.0, 1.0), source="SoleusChoice", status="assumed",
        meaning="share of what a session changed that is still there at night",
    )


NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
NODE_WEIGHTS = NODE_WEIGHTS / NODE_WEIGHTS.sum()


def _chance(log_expected: np.ndarray, spread: Any) -> np.ndarray:
    """Of at least one, averaged over a spread of what is not known."""
    each = -np.expm1(-np.exp(np.minimum(np.asarray(log_expected)[..., None] + spread * NODES, 5.0)))
    return np.minimum((each * NODE_WEIGHTS).sum(axis=-1), 1.0)


def expected(z: dict[str, np.ndarray], weights: Cramp, p: Any = None) -> dict[str, np.ndarray]:
    """Log of cramps expected, "after" a session and in a "night", for z [time, patient] held to the session's end."""
    p = Afterwards() if p is None else p
    left = {k: v for k, v in z.items() if k != "perfusion"}
    end: Any = sum(getattr(weights, k) * v[-1] for k, v in left.items())
    start: Any = sum(getattr(weights, k) * v[0] for k, v in left.items())
    own = p.r * weights.u
    return {"after": p.after + own + end, "night": p.night + own + start + p.kept * (end - start)}


def afterwards(z: dict[str, np.ndarray], weights: Cramp, dialysis: bool = True, p: Any = None) -> tuple[Complaint, ...]:
    """The chance of a cramp after the session and in a night; without dialysis, in a night alone."""
    p = Afterwards() if p is None else p
    log = expected(z, weights, p)
    rest = np.sqrt(1 - p.r**2) * p.spread
    return tuple(
        Complaint(f"cramp_{when}", label, _chance(log[when], rest), "D", says, tuple(sources.split()))
        for when, (label, sources, says) in SAID.items()
        if dialysis or when != "after"
    )


SAID = {
    "after": (
        "Cramp in the hours after the session", "GeneralKnowledge SoleusChoice",
        "From what the session left: lost fluid, dilute blood, calcium, magnesium, acidity. How often is recalled.",
    ),
    "night": (
        "Cramp in a night", "GeneralKnowledge SoleusChoice",
        "Half of what the session changed is taken to be there still. Cramps at night are common in all people above "
        "sixty, with or without kidney disease.",
    ),
}  # fmt: skip
