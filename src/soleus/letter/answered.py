"""Answered: what a letter needs of an explanation, alike for a session and for hours without dialysis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np

from ..case import Case, Patient
from ..causes import Alternative, Explanation, Link, Measurement, Split
from ..causes.home import HomeExplanation
from ..report import home
from ..report.blood import Level, levels
from ..report.sheet import BRIEF, treatment, value_of
from ..report.words import (
    EVENTS,
    LITTLE,
    Contradiction,
    answer,
    between,
    contradictions,
    percent,
    question,
    small,
    split_of,
)
from ..symptoms import Complaint
from .parts import Fact


class Answered(NamedTuple):
    """An answer in the words of the page."""

    case: Case
    about: str
    question: str
    answer: str
    treated: str  # the session or the hours, in a line
    day: date
    split: Split
    numbers: tuple[Fact, ...]
    tree: tuple[Link, ...]
    complaints: tuple[Complaint, ...]
    differential: tuple[Alternative, ...]
    useful: Measurement | None
    contradicted: tuple[Contradiction, ...]
    fits: tuple[str, ...]  # how well the twin went as the patient did
    method: str
    blood: str
    dry: tuple[float, float, float] | None  # kg: mean, 5th and 95th percentile
    e: Explanation | HomeExplanation


def answered(e: Explanation | HomeExplanation) -> Answered:
    """What the letter needs."""
    return _hours(e) if isinstance(e, HomeExplanation) else _session(e)


def _session(e: Explanation) -> Answered:
    twin, split = e.twin, split_of(e)
    dry = np.asarray(twin.patient.fluid.dry_weight)
    low, high = np.percentile(dry, (5, 95))
    return Answered(
        case=twin.case,
        about=e.about,
        question=question(e),
        answer=answer(e),
        treated=treatment(twin),
        day=twin.session.date,
        split=split,
        numbers=tuple(_numbers(e)),
        tree=e.tree,
        complaints=e.complaints,
        differential=e.differential,
        useful=e.most_useful,
        contradicted=contradictions(e),
        fits=tuple(_fits(e)),
        method=e.method.text,
        blood=_blood([level for level in levels(twin) if level.id in BRIEF]),
        dry=(float(dry.mean()), float(low), float(high)),
        e=e,
    )


def _hours(e: HomeExplanation) -> Answered:
    shown = [level for level in home.levels(e) if level.id in (*BRIEF, "ph")]
    return Answered(
        case=e.case,
        about=e.about,
        question=home.question(e),
        answer=home.answer(e),
        treated=home.hours(e.episode),
        day=e.episode.date,
        split=e.asked,
        numbers=tuple(_numbers_at_home(e)),
        tree=e.tree,
        complaints=tuple(c for c in e.complaints if c.id not in e.splits),
        differential=e.differential,
        useful=e.most_useful,
        contradicted=(),
        fits=(e.twin.note,),
        method=e.method.text,
        blood=_blood(shown),
        dry=None,
        e=e,
    )


def _numbers(e: Explanation) -> Iterator[Fact]:
    """The figures below the answer."""
    chance = split_of(e).chance
    if e.about == "restless_legs":
        yield Fact("Restless legs in such people", percent(chance.probability))
    else:
        yield from _chance(f"Chance of {EVENTS[e.about]} in this session", e.asked)
        if chance.probability >= LITTLE:
            low, high = chance.window
            first = min((cramp.minute for cramp in e.twin.session.cramps), default=None)
            came = f"; it came at {first:.0f}" if e.about == "cramp" and first is not None else ""
            when = f"80% of the risk from {low:.0f} to {high:.0f}{came}"
            yield Fact("Likely minute", f"{chance.likely_minute:.0f}", when)
    for name, other in (("cramp", e.cramp), ("hypotension", e.hypotension)):
        if name != e.about:
            yield Fact(f"Chance of {EVENTS[name]}", percent(other.chance.probability), between(other.chance.interval))


def _numbers_at_home(e: HomeExplanation) -> Iterator[Fact]:
    yield from _chance(f"Chance of {EVENTS[e.about]} in these hours", e.asked)
    for name, other in e.splits.items():
        if name != e.about:
            yield Fact(f"Chance of {EVENTS[name]}", percent(other.chance.probability), between(other.chance.interval))


def _chance(label: str, split: Split) -> Iterator[Fact]:
    yield Fact(label, percent(split.chance.probability), between(split.chance.interval))
    yield Fact("The same with all as it should be", percent(split.chance.baseline))


def _fits(e: Explanation) -> Iterator[str]:
    quality = e.twin.quality
    if quality.systolic_rms is not None:
        many = "1 reading" if quality.readings == 1 else f"{quality.readings} readings"
        yield f"systolic pressure off by {quality.systolic_rms:.0f} mmHg over {many}"
    if quality.rbv_rms is not None:
        yield f"blood volume off by {quality.rbv_rms:.1f} %"
    if quality.sessions > 1:
        yield f"readings of {quality.sessions} sessions used"
    yield quality.note


def _blood(shown: list[Level]) -> str:
    """Values before and after in a line; ~ marks what was not measured."""
    said = [
        f"{'' if x.known.how == 'measured' else '~'}{small(x.label)} {value_of(x.before, x)} to {value_of(x.after, x)}"
        for x in shown
    ]
    return f"Blood from start to end, mmol/L unless pH (~ not measured): {', '.join(said)}." if said else ""


def target_too_low(found: Answered) -> bool:
    """Whether the twin's dry weight lies above the prescribed target."""
    target = found.case.patient.target_weight_kg
    return found.dry is not None and target is not None and found.dry[0] > target


def person(found: Answered) -> Patient:
    """Whose it is."""
    return found.case.patient
