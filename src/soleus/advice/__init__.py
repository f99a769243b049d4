"""Advice: what to change, for this patient, within what is safe and what the unit can do.

controls   what could be set otherwise, as the unit has it and limits allow
slopes     each moved, lived with for weeks by every draw of the twin: how risk and blood follow
search     the changes that are worth most, alone and a few together, by these slopes
weeks      the plans found, lived with in full; `limits` drops what breaks a rule there
options    what is left, in words and numbers, with its price, its evidence, and who decides
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .. import equipment
from ..equipment import Unit
from ..fit import Twin
from ..levers import Lever
from . import burden, controls, limits, minerals, options, search, weeks
from .limits import chance
from .option import Advice, Change, Effect, Effects, Limit, Option, Point
from .plan import Plan
from .search import Found, Search
from .slopes import slopes
from .weeks import Outcome

__all__ = ["Advice", "Change", "Effect", "Effects", "Limit", "Option", "Point", "Unit", "advise", "first"]

LEAST = 1.0  # percentage points of cramps, or of falls where these are the complaint, below which an option is none


def advise(
    twin: Twin, unit: Unit | None = None, *, about: str = "cramp", levers: tuple[Lever, ...] | None = None
) -> Advice:
    """What to change, the option to try first, first.

    Args:
        twin: people who could be the patient, from `fit`.
        unit: what there is; by default a usual unit.
        about: "cramp" or "hypotension", whichever is the complaint.
        levers: those of the twin, where they are known already.

    Raises:
        NotConverged: if a patient leaves the numbers.
    """
    unit = unit or equipment.usual()
    there = controls.of(twin, unit)
    looked = Search(twin, there, slopes(twin, there))
    now = looked.slopes.now
    made = [*_quick(twin, looked), *_slow(twin, looked, now, levers)]
    made = [each for each in made if _gain(each, about) >= LEAST]
    return Advice(
        twin=twin,
        about=about,
        options=tuple(made),
        front=_front(twin, now, made),
        limits=limits.where(now, looked.bound, weeks.often(twin)),
        not_possible=(),
        weeks=weeks.WEEKS,
        unit=unit.name,
        sources=tuple(dict.fromkeys(key for each in made for key in each.sources)),
    )


def first(twin: Twin, unit: Unit | None = None) -> Found | None:
    """The option to try first, as a plan; None where nothing helps. Quicker than `advise`, for many patients."""
    there = controls.of(twin, unit or equipment.usual())
    looked = Search(twin, there, slopes(twin, there))
    found, then, order = _lived(twin, looked)
    now = chance(looked.slopes.now.cramp).mean()
    for i in order:
        if options.PERCENT * (now - chance(then.cramp[i]).mean()) >= LEAST:
            return found[i]
    return None


def _lived(twin: Twin, looked: Search) -> tuple[tuple[Found, ...], Outcome, list[int]]:
    """Plans that were found, what became of them, and those that kept every limit, the one worth most first."""
    found, now = looked.found(), looked.slopes.now
    if not found:
        return (), now, []
    plans = [f.plan for f in found]
    then = weeks.lived(twin, plans)
    breaks = limits.broken(now, then, weeks.often(twin), advised=True)
    looked.bound |= {rule.id for rules in breaks for rule in rules}
    sums = search.total(twin, plans, then, 1.0)
    return found, then, [int(i) for i in np.argsort(sums) if not breaks[i]]


def _quick(twin: Twin, looked: Search) -> list[Option]:
    """What can be set at once, put into words."""
    found, then, order = _lived(twin, looked)
    now = looked.slopes.now
    done = [options.effects(twin, now, then, i, found[i].plan) for i in order]
    return [
        options.option(twin, looked.controls, found[i].moved, found[i].plan, effects)
        for i, effects in zip(order, done, strict=True)
    ]


def _slow(twin: Twin, looked: Search, now: Outcome, levers: tuple[Lever, ...] | None) -> list[Option]:
    """What takes months, the largest effect first."""
    several = minerals.slow(twin, frozenset(looked.controls), levers)
    if not several:
        return []
    then = minerals.lived(twin, several)
    order = np.argsort(then.cramp.mean(axis=1))
    return [minerals.option(twin, several[i], now, then, i) for i in order]


def _gain(option: Option, about: str) -> float:
    """Percentage points less of what is complained of."""
    effect = option.effects.hypotension if about == "hypotension" else option.effects.cramp
    return effect.was - effect.becomes


def _front(twin: Twin, now: Outcome, made: Sequence[Option]) -> tuple[Point, ...]:
    """Every option between burden and risk; the best have nothing below and left of them."""
    here = Point("", burden.hours(twin, Plan()), float(chance(now.cramp).mean()), False)
    points = [here, *(Point(o.id, o.burden, o.effects.cramp.becomes / options.PERCENT, False) for o in made)]

    def best(p: Point) -> bool:
        others = [q for q in points if (q.burden, q.cramp) != (p.burden, p.cramp)]
        return not any(q.burden <= p.burden and q.cramp <= p.cramp for q in others)

    return tuple(p._replace(best=best(p)) for p in sorted(points, key=lambda p: (p.burden, p.cramp)))
