"""Levers that take months: other treatment of minerals, acidosis or dose is lived with before the session.

A plan says what would be changed and by how much, as a first guess. The people of the twin live so many days as they
did, and again under each plan; the difference of the two, in the logarithms of the slow states, is what the plan does
to people on arrival. It is then stretched until its reading is where it should be (`lived`); decision 0016 says how
well several add up. A few of the draws live for all: what they leave out is far below the doubt about such effects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import cohort, months, solve
from ..body import body
from ..fit import Twin
from ..parameter import get, put
from ..prescription import Prescription
from .lever import Correct, Lever, World, months_of, untouched
from .lived import Lived, stretches
from .should import SHOULD

ROOM = 32  # people lived together; half of what one chunk takes
MISSED = 0.03  # of a logarithm, between the reading reached and the one wanted, beyond which it is said
Seen = Callable[[body.Seen], Any]


@dataclass(frozen=True)
class Plan:
    """What should have been for months, as a first guess."""

    id: str
    label: str
    as_it_was: str
    as_it_should_be: str
    changes: dict[str, Any]  # parameters and their first guess, number or [draw]
    evidence: str
    caveat: str
    sources: tuple[str, ...]
    reading: Seen | None = None  # what is meant to move
    wanted: Any = None  # where to, number or [draw]
    unit: str = ""  # of the reading
    most: float = 1.0  # how far the guess may be stretched
    orders: list[Prescription] | None = None  # the treatment of those months, if another; one a draw
    correct: Correct | None = None  # what changes in the session besides


def circumstance(name: str, label: str, was: str, should: str, caveat: str, sources: tuple[str, ...]) -> Lever:
    """What matters and is no lever, or is as it should be."""
    return Lever(name, label, was, should, False, untouched, "D", caveat, sources)


def levers_from(twin: Twin, made: Sequence[Plan | Lever | None]) -> list[Lever]:
    """The levers of these plans, all lived together; what is a lever already stays."""
    plans = [plan for plan in made if isinstance(plan, Plan)]
    lived = dict(zip((plan.id for plan in plans), live(twin, plans), strict=True))
    return [_lever(x, lived[x.id]) if isinstance(x, Plan) else x for x in made if x is not None]


def lived_too(twin: Twin, lever: Lever) -> Plan:
    """A lever of the session that was so for months too."""
    orders = [lever.correct(World(p, 0.0, 0.0), k).prescription for k, p in enumerate(twin.prescription)]
    return Plan(
        lever.id, lever.label, lever.as_it_was, lever.as_it_should_be, {}, lever.evidence, lever.caveat, lever.sources,
        orders=orders, correct=lever.correct,
    )  # fmt: skip


def _lever(plan: Plan, lived: Lived) -> Lever:
    return Lever(
        plan.id, plan.label, plan.as_it_was, plan.as_it_should_be + _reached(plan, lived), True,
        months_of(plan.id, plan.correct), plan.evidence, plan.caveat, plan.sources, lived,
    )  # fmt: skip


def _reached(plan: Plan, lived: Lived) -> str:
    """How far these months get, where it is not far enough."""
    if lived.asked is None:
        return ""
    everybody = np.arange(len(lived.asked))
    stretch = stretches({plan.id: lived}, {plan.id: np.ones(len(everybody), bool)}, everybody)[plan.id]
    reached = np.asarray(plan.wanted) * np.exp(lived.gains[plan.id] * stretch - lived.asked)
    if abs(np.log(reached.mean() / np.mean(plan.wanted))) < MISSED:
        return ""
    return f"; {SHOULD.days:.0f} days bring it to {reached.mean():.3g} {plan.unit}"


def live(twin: Twin, plans: Sequence[Plan], days: float | None = None, room: int = ROOM) -> list[Lived]:
    """What each plan changes in people on arrival, [draw]."""
    if not plans:
        return []
    m = len(twin.prescription)
    few = np.linspace(0, m - 1, max(1, min(m, room // (1 + len(plans))))).round().astype(int)
    rows, seen = _months(twin, plans, few, SHOULD.days if days is None else days)
    stands_for = np.abs(np.arange(m)[:, None] - few).argmin(axis=1)
    came = body.look(twin.start, twin.patient, body.rest(twin.patient))
    aims = {plan.id: plan.reading for plan in plans if plan.reading is not None}
    found = []
    for i, plan in enumerate(plans, 1):
        aim = aims.get(plan.id)
        gains = {
            name: np.log(np.asarray(of(seen[i])) / np.asarray(of(seen[0])))[stands_for] for name, of in aims.items()
        }
        asked = None if aim is None else np.log(np.broadcast_to(plan.wanted, m) / np.asarray(aim(came)))
        steps = {name: np.broadcast_to(value - get(twin.patient, name), m) for name, value in plan.changes.items()}
        found.append(Lived(np.log(rows[i] / rows[0])[:, stands_for], steps, gains, asked, plan.most))
    return found


def _months(twin: Twin, plans: Sequence[Plan], few: np.ndarray, days: float) -> tuple[np.ndarray, list[body.Seen]]:
    """Slow states after these days as it was and under each plan, [way, state, draw], and what is seen of them."""
    k, ways = len(few), 1 + len(plans)
    who = np.tile(few, ways)
    patient, start = cohort.take(twin.patient, who), cohort.take(twin.start, who)
    changed: dict[str, np.ndarray] = {}
    orders = [twin.prescription[j] for j in few]
    for i, plan in enumerate(plans, 1):
        for name, value in plan.changes.items():
            values = changed.setdefault(name, np.array(np.broadcast_to(get(patient, name), k * ways), float))
            values[i * k : (i + 1) * k] = np.broadcast_to(value, len(twin.prescription))[few]
        orders += [(plan.orders or twin.prescription)[j] for j in few]
    patient = put(patient, changed)
    came = months.live(patient, start, orders, days, post_weight=twin.post_weight[who], gap_h=twin.gap_h)
    rows = solve.stack(came.start, k * ways)[months.FEW].reshape(len(months.FEW), ways, k)
    each = [slice(i * k, (i + 1) * k) for i in range(ways)]
    seen = body.look(came.start, patient, body.rest(patient))
    return np.moveaxis(rows, 1, 0), [cohort.take(seen, part) for part in each]
