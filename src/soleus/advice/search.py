"""Search: plans worth living through: each change alone at its best, and a few together.

By steepest descent over what the unit has: from the treatment as it is, the one change that takes most off the weighed
sum of cramps, falls of pressure and burden, again and again, as long as every limit is kept by the forecast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from ..fit import Twin
from . import burden, limits, weeks
from .burden import BURDEN
from .controls import Control
from .limits import chance
from .plan import Plan
from .slopes import Slopes, foretold
from .weeks import Outcome

MOST = 4  # changes at a time: more than these nobody can follow up
WORTHS = (0.3, 1.0, 4.0)  # times the usual weight of a cramp: from little asked to much
LEAST = 0.02  # of the sum, below which a change is not worth making
SINGLES = 6  # that are lived through

Moved = Mapping[str, float]  # by control: its new value


class Found(NamedTuple):
    """A plan, what was moved, and what it may be worth by the forecast."""

    plan: Plan
    moved: Moved
    worth: float  # less of the weighed sum, h a week


class Search:
    """What the unit has for this patient, and how much of it would help."""

    def __init__(self, twin: Twin, controls: Sequence[Control], slopes: Slopes) -> None:
        self.twin, self.slopes = twin, slopes
        self.controls = {c.id: c for c in controls}
        self.bound: set[str] = set()  # limits that stopped what would have helped

    def found(self) -> tuple[Found, ...]:
        """Combinations, and the best changes alone, the most promising first."""
        together = [stage for worth in WORTHS for stage in self._descent(worth)]
        alone = sorted(self._alone(), key=lambda f: -f.worth)[:SINGLES]
        plans = {each.plan: each for each in (*alone, *together)}
        return tuple(sorted(plans.values(), key=lambda f: -f.worth))

    def plan(self, moved: Moved) -> Plan:
        """These changes as a plan."""
        plan = Plan()
        for id, value in moved.items():
            plan = self.controls[id].set(plan, value)
        return plan

    def _sums(self, moved: Sequence[Moved], worth: float) -> np.ndarray:
        """The weighed sum of each, infinite where a limit would be broken."""
        plans = [self.plan(m) for m in moved]
        steps = [{id: value - self.controls[id].was for id, value in m.items()} for m in moved]
        outcome = foretold(self.slopes, steps)
        sums = total(self.twin, plans, outcome, worth)
        now = float(total(self.twin, [Plan()], self.slopes.now, worth)[0])
        broken = limits.broken(self.slopes.now, outcome, weeks.often(self.twin), advised=True)
        for i, rules in enumerate(broken):
            if rules and sums[i] < now:
                self.bound |= {rule.id for rule in rules}
        return np.where([bool(rules) for rules in broken], np.inf, sums)

    def _alone(self) -> list[Found]:
        """Each change at its best, whatever it is worth; none where a limit stops all."""
        moves: list[Moved] = [{c.id: value} for c in self.controls.values() for value in c.values]
        if not moves:
            return []
        start = total(self.twin, [Plan()], self.slopes.now, 1.0)[0]
        best: dict[str, Found] = {}
        for move, cost in zip(moves, self._sums(moves, 1.0), strict=True):
            (id,) = move
            if np.isfinite(cost) and (id not in best or start - cost > best[id].worth):
                best[id] = Found(self.plan(move), move, float(start - cost))
        return list(best.values())

    def _descent(self, worth: float) -> list[Found]:
        """From the treatment as it is, one change after the other; every stage of two or more."""
        start = now = float(total(self.twin, [Plan()], self.slopes.now, worth)[0])
        moved: Moved = {}
        stages: list[Found] = []
        while len(moved) < MOST or stages:
            near = self._near(moved)
            if not near:
                break
            sums = self._sums(near, worth)
            i = int(np.argmin(sums))
            if now - sums[i] < LEAST * start:
                break
            now, moved = float(sums[i]), near[i]
            stages.append(Found(self.plan(moved), moved, start - now))
        return [stage for stage in stages if len(stage.moved) > 1]

    def _near(self, moved: Moved) -> list[Moved]:
        """One change more, or two that need each other: longer, with less bicarbonate, say."""
        steps = [(c.id, v) for c in self.controls.values() for v in c.values if moved.get(c.id) != v]
        pairs: list[Moved] = [{**moved, a: x, b: y} for (a, x), (b, y) in combinations(steps, 2) if a != b]
        single: list[Moved] = [{**moved, id: v} for id, v in steps]
        return [each for each in (*single, *pairs) if len(each) <= MOST]


def total(twin: Twin, plans: Sequence[Plan], outcome: Outcome, worth: float) -> np.ndarray:
    """Cramps, falls of pressure, burden of a week and what lies beyond limits, in hours; [plan]."""
    often = np.array([plan.often or weeks.often(twin) for plan in plans])
    cramps, falls = chance(outcome.cramp).mean(axis=1), chance(outcome.hypotension).mean(axis=1)
    asked = np.array([burden.hours(twin, plan) for plan in plans])
    goals = limits.beyond(outcome, weeks.often(twin)) * BURDEN.limit
    felt = often * (worth * BURDEN.worth * cramps + BURDEN.fall * falls)
    return np.asarray(asked + (felt + goals) / 60)
