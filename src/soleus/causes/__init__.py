"""Causes: why. Every lever has an *as it was* and an *as it should have been*; its share is its exact Shapley value.

The risk of a session is split without rest: shares of the levers, the person's own susceptibility, and the residual:
what an average person would still risk with every lever right. Positive shares raised the risk, negative lowered it.
"""

from __future__ import annotations

from ..fit import Twin
from ..levers import levers_of
from .answer import (
    Alternative,
    Cause,
    Chance,
    Explanation,
    Interval,
    Link,
    Measurement,
    Mechanism,
    Method,
    Split,
)  # fmt: skip
from .differential import differential
from .game import ABOUT, play
from .shares import shapley
from .split import split
from .useful import most_useful

__all__ = [
    "ABOUT", "Alternative", "Cause", "Chance", "Explanation", "Interval", "Link", "Measurement", "Mechanism", "Method",
    "Split", "differential", "explain", "most_useful", "shapley",
]  # fmt: skip


def explain(twin: Twin) -> Explanation:
    """Why this session went as it did.

    Raises:
        NotConverged: if a counterfactual left the numbers.
    """
    all_levers = levers_of(twin)
    moved = tuple(lever for lever in all_levers if lever.differs)
    game = play(twin, moved)
    about = "cramp" if twin.session.cramps else "hypotension"
    cramp, cramp_tree = split(twin, moved, game, "cramp")
    fall, fall_tree = split(twin, moved, game, "hypotension")
    return Explanation(
        twin=twin,
        about=about,
        cramp=cramp,
        hypotension=fall,
        as_it_should_be=tuple(lever for lever in all_levers if not lever.differs),
        most_useful=most_useful(twin, about),
        method=game.method,
        tree=cramp_tree + fall_tree,
        differential=differential(twin.case, twin.session.symptoms, twin.session.date),
    )
