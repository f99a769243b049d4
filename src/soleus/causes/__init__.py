"""Causes: why. Every lever has an *as it was* and an *as it should have been*; its share is its exact Shapley value.

The risk of a session is split without rest: shares of the levers, the person's own susceptibility, and the residual:
what an average person would still risk with every lever right. Positive shares raised the risk, negative lowered it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from .. import measures, symptoms
from ..body import body
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
from .doors import ahead
from .game import ABOUT, play
from .shares import shapley
from .split import interval, split
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
    with ThreadPoolExecutor(1) as beside:
        early = beside.submit(ahead, twin)
        all_levers = levers_of(twin)
        doors = early.result()
    moved = tuple(lever for lever in all_levers if lever.differs)
    game = play(twin, moved, doors)
    about = _about(twin)
    others = _others(twin)
    cramp, cramp_tree = split(twin, moved, game, "cramp")
    fall, fall_tree = split(twin, moved, game, "hypotension")
    return Explanation(
        twin=twin,
        about=about,
        cramp=cramp,
        hypotension=fall,
        as_it_should_be=tuple(lever for lever in all_levers if not lever.differs),
        most_useful=None if about == "restless_legs" else most_useful(twin, about),
        method=game.method,
        complaints=others,
        tree=cramp_tree + fall_tree,
        differential=differential(twin.case, twin.session.symptoms, twin.session.date),
        restless_legs=_without_mechanism(twin, others) if about == "restless_legs" else None,
    )


def _about(twin: Twin) -> str:
    """What there is to explain: a cramp before a fall of pressure, and restless legs only where there was neither."""
    if twin.session.cramps:
        return "cramp"
    restless = any(symptom.what == "restless legs" for symptom in twin.session.symptoms)
    return "restless_legs" if restless and not twin.session.pressure_fell else "hypotension"


def _others(twin: Twin) -> tuple[symptoms.Complaint, ...]:
    """What else the session may bring."""
    p = twin.prescription[0]
    ufr = measures.uf_rate_ml_kg_h(p.uf, p.time / 60, twin.post_weight)
    moments = twin.course.moments(twin.patient)
    rest = body.rest(twin.patient)
    return symptoms.complaints(moments, twin.course.minutes, twin.patient, rest, p.time, ufr, twin.about, twin.cramp)


def _without_mechanism(twin: Twin, complaints: tuple[symptoms.Complaint, ...]) -> Split:
    """Restless legs: how common they are among people like this one. No state of the body explains them here."""
    chance = next(c.probability for c in complaints if c.id == "restless_legs")
    mean = float(chance.mean())
    return Split(
        chance=Chance(mean, interval(chance), mean, 0.0, Interval(0.0, twin.prescription[0].time)),
        causes=(),
        susceptibility=0.0,
        susceptibility_interval=Interval(0.0, 0.0),
        residual=1.0,
        mechanisms=(),
    )
