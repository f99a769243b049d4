"""Levers that take months: other treatment of minerals, acidosis or dose is lived with before the session.

A plan says what would be changed and by how much, as a first guess. The people of the twin live so many days as they
did, and again under each plan; the difference of the two, in the logarithms of the slow states, is what the plan does
to people on arrival. It is then stretched until the reading it is meant for is where it should be:

    stretch = ln(wanted / came) / ln(moved / stayed)

and so are the parameters. Several levers add up in these logarithms (decision 0016 says how well). A few of the draws
live for all: the doors' noise is far below the doubt about such effects.
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
from .lever import Lever, Lived, months_of
from .should import SHOULD

ROOM = 32  # people lived together; half of what one chunk takes
MISSED = 0.03  # of a logarithm, between the reading reached and the one wanted, beyond which it is said
LEAST_MOVED = 1e-3  # of a logarithm; a plan that moves its reading less is taken as it stands
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


def circumstance(name: str, label: str, was: str, should: str, caveat: str, sources: tuple[str, ...]) -> Lever:
    """What matters and is no lever, or is as it should be."""
    return Lever(name, label, was, should, False, lambda world, _: world, "D", caveat, sources)


def levers_from(twin: Twin, made: Sequence[Plan | Lever | None]) -> list[Lever]:
    """The levers of these plans, all lived together; what is a lever already stays."""
    plans = [plan for plan in made if isinstance(plan, Plan)]
    lived = dict(zip((plan.id for plan in plans), live(twin, plans), strict=True))
    return [_lever(x, lived[x.id]) if isinstance(x, Plan) else x for x in made if x is not None]


def _lever(plan: Plan, lived: Lived) -> Lever:
    should = plan.as_it_should_be
    if lived.reached is not None and abs(np.log(lived.reached / np.mean(plan.wanted))) > MISSED:
        should += f"; {SHOULD.days:.0f} days bring it to {lived.reached:.3g} {plan.unit}"
    return Lever(
        plan.id, plan.label, plan.as_it_was, should, True, months_of(plan.id), plan.evidence, plan.caveat,
        plan.sources, lived,
    )  # fmt: skip


def live(twin: Twin, plans: Sequence[Plan], days: float | None = None, room: int = ROOM) -> list[Lived]:
    """What each plan changes in people on arrival, [draw]."""
    if not plans:
        return []
    m = len(twin.prescription)
    few = np.linspace(0, m - 1, max(1, min(m, room // (1 + len(plans))))).round().astype(int)
    rows, seen = _months(twin, plans, few, SHOULD.days if days is None else days)
    stands_for = np.abs(np.arange(m)[:, None] - few).argmin(axis=1)
    came = body.look(twin.start, twin.patient, body.rest(twin.patient))
    found = []
    for i, plan in enumerate(plans, 1):
        delta = np.log(rows[i] / rows[0])[:, stands_for]
        stretch, reached = _stretch(plan, came, seen[0], seen[i], stands_for)
        guess = {name: np.broadcast_to(value, m) for name, value in plan.changes.items()}
        was = {name: np.broadcast_to(get(twin.patient, name), m) for name in guess}
        changes = {name: was[name] + stretch * (guess[name] - was[name]) for name in guess}
        found.append(Lived(delta * stretch, changes, reached))
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


def _stretch(
    plan: Plan, came: body.Seen, stayed: body.Seen, moved: body.Seen, stands_for: np.ndarray
) -> tuple[np.ndarray, float | None]:
    """How many times the guess it takes, [draw], none where a draw came as it should; and the mean that is reached."""
    m = len(stands_for)
    if plan.reading is None:
        return np.ones(m), None
    gained = np.log(np.asarray(plan.reading(moved)) / np.asarray(plan.reading(stayed)))[stands_for]
    asked = np.log(np.broadcast_to(plan.wanted, m) / np.asarray(plan.reading(came)))
    share = asked / np.where(np.abs(gained) < LEAST_MOVED, np.inf, gained)
    stretch = np.clip(np.where(np.abs(gained) < LEAST_MOVED, 1.0, share), 0.0, plan.most)
    return stretch, float(np.mean(np.asarray(plan.reading(came)) * np.exp(gained * stretch)))
