"""Kept: does the budget, when it is kept, bring people to the next session with the weight that it planned?

Simulated people live two weeks by habit, then one week by their budget: what they notice (two fifths) they pour as
told, more or less; the rest comes as it always came. The plan is that of the noon after each session; the weight is
what the unit's scale shows before the next.

    close     arrivals within 0.4 kg of the plan; the bar is 80 % where the budget is followed and weighed
    inside    arrivals in the interval that the budget states, nine in ten
    comfort   arrivals that can be taken off in comfort; so many by habit
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..errors import OutOfRange
from . import weeks
from .weeks import ARMS, Arm, Gap

CLOSE, BAR = 0.4, 0.80  # kg; share of arrivals
LONG = 60.0  # h, beyond which a gap is the long one
FEWEST = 20  # people
PASSES = 100.0  # mL a day, from which somebody passes urine
COMFORT = 0.1  # kg above the comfortable weight that does not count
Progress = Callable[[int, int, str], None]


class Lived(NamedTuple):
    """An arm and what came of it."""

    arm: Arm
    gaps: tuple[Gap, ...]
    refused: int


class Result(NamedTuple):
    """All arms."""

    people: int
    seed: int
    arms: tuple[Lived, ...]


class Found(NamedTuple):
    """What is counted over arrivals."""

    arrivals: int
    close: float  # share within CLOSE of the plan
    inside: float  # share in the stated interval
    mean: float  # kg above the plan
    sd: float
    low: float  # 5th percentile of the difference
    high: float  # 95th
    comfort: float  # share no heavier than comfortable
    fast: float  # share whose fluid needs more than 10 mL/kg/h
    gain: float  # kg above the target, mean
    sodium: float  # mmol/L on arrival, mean


def run(n: int, seed: int = 1, progress: Progress | None = None) -> Result:
    """n people, two weeks by habit and one week of each arm.

    Raises:
        OutOfRange: with fewer people than FEWEST.
    """
    if n < FEWEST:
        raise OutOfRange(f"n is {n} people; a share needs {FEWEST} or more. Give 100, or 500 for a firm answer.")
    parts = 2 + len(ARMS)

    def say(i: int, what: str) -> None:
        if progress:
            progress(i, parts, what)

    say(0, "drawing people")
    home = weeks.everybody(n, seed)
    weeks.run_in(home, lambda what: say(1, what))
    lived = []
    for i, arm in enumerate(ARMS):
        say(2 + i, arm.label)
        lived.append(Lived(arm, *_frozen(weeks.week(home, arm, seed + 1))))
    return Result(n, seed, tuple(lived))


def _frozen(found: tuple[list[Gap], int]) -> tuple[tuple[Gap, ...], int]:
    return tuple(found[0]), found[1]


def counted(gaps: tuple[Gap, ...]) -> Found:
    """What is counted over these gaps."""
    joined = {
        name: np.concatenate([getattr(g, name) for g in gaps]) for name in Gap._fields if name not in ("hours", "why")
    }
    off = joined["arrived"] - joined["plan"]
    if not len(off):
        raise OutOfRange("there is nobody to count: draw more people.")
    low, high = np.percentile(off, (5, 95))
    return Found(
        arrivals=len(off),
        close=float(np.mean(np.abs(off) <= CLOSE + 1e-9)),
        inside=float(np.mean((joined["arrived"] >= joined["low"]) & (joined["arrived"] <= joined["high"]))),
        mean=float(off.mean()),
        sd=float(off.std()),
        low=float(low),
        high=float(high),
        comfort=float(np.mean(joined["arrived"] <= joined["comfortable"] + COMFORT)),
        fast=float(np.mean(joined["rate"] > 10)),
        gain=float(np.mean(joined["above"])),
        sodium=float(joined["sodium"].mean()),
    )


def passing(gaps: tuple[Gap, ...], urine: bool) -> tuple[Gap, ...]:
    """The same gaps of those who pass urine, or of those who pass none."""
    found = []
    for g in gaps:
        who = (g.urine >= PASSES) == urine
        arrays = {name: getattr(g, name)[who] for name in Gap._fields if name not in ("hours", "why")}
        found.append(g._replace(**arrays, why=[w for w, keep in zip(g.why, who, strict=True) if keep]))
    return tuple(found)


def why(gaps: tuple[Gap, ...]) -> dict[str, float]:
    """Shares of what the plan rested on."""
    all_of = [each for g in gaps for each in g.why]
    return {name: all_of.count(name) / len(all_of) for name in ("comfortable", "usual", "floor")}


def page(r: Result) -> str:
    """The result as plain text."""
    return "\n".join(_lines(r))


def _lines(r: Result) -> Iterator[str]:
    first = counted(r.arms[0].gaps)
    met = "met" if first.close >= BAR else "missed"
    yield f"The budget followed: {r.people} simulated people, one week each after two weeks by habit"
    yield ""
    yield f"Within {CLOSE:g} kg of the plan at the next session: {first.close:.0%} (the bar is {BAR:.0%}: {met})"
    yield f"  {first.arrivals} arrivals; difference {first.mean:+.2f} kg, SD {first.sd:.2f}, 5th to 95th percentile "\
          f"{first.low:+.2f} to {first.high:+.2f}"  # fmt: skip
    shares = why(r.arms[0].gaps)
    for label, urine in (("who pass urine", True), ("who pass none", False)):
        some = passing(r.arms[0].gaps, urine)
        if len(some[0].plan):
            yield f"  of those {label} ({len(some[0].plan)} people): {counted(some).close:.0%}"
    yield "  the plan was: " + ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    yield ""
    yield f"{'':<52}{'close':>6}{'mean':>7}{'SD':>6}{'inside':>8}{'comfort':>9}{'>10':>6}{'gain':>7}{'Na':>7}"
    for each in r.arms:
        yield _row(each.arm.label, counted(each.gaps))
        for label, some in (("two days", _some(each.gaps, False)), ("three days", _some(each.gaps, True))):
            yield _row(f"  {label}", counted(some))
    yield ""
    yield "close: within 0.4 kg; mean, SD: kg about the plan; inside: of the stated 90 % interval; comfort: no heavier"
    yield "than a session takes off in comfort; >10: above 10 mL/kg/h; gain: kg above the target; Na: mmol/L on arrival"
    if refused := sum(each.refused for each in r.arms):
        yield f"Refused on a day, and gone on as the day before: {refused} budgets"


def _some(gaps: tuple[Gap, ...], long: bool) -> tuple[Gap, ...]:
    return tuple(g for g in gaps if (g.hours > LONG) is long)


def _row(label: str, f: Found) -> str:
    return (
        f"{label:<52}{f.close:>6.0%}{f.mean:>+7.2f}{f.sd:>6.2f}{f.inside:>8.0%}{f.comfort:>9.0%}{f.fast:>6.0%}"
        f"{f.gain:>7.2f}{f.sodium:>7.1f}"
    )


def as_json(r: Result) -> dict[str, Any]:
    """The result in plain values."""
    first = counted(r.arms[0].gaps)
    return {
        "schema_version": 1, "people": r.people, "seed": r.seed, "within_kg": CLOSE, "bar": BAR,
        "close": round(first.close, 4), "met": first.close >= BAR, "arms": {x.arm.id: _arm(x) for x in r.arms},
    }  # fmt: skip


def _arm(x: Lived) -> dict[str, Any]:
    def plain(gaps: tuple[Gap, ...]) -> dict[str, Any]:
        return {name: round(value, 4) for name, value in counted(gaps)._asdict().items()}

    return {
        "label": x.arm.label, "weighed": x.arm.weighed, "how": x.arm.how, "refused": x.refused, "all": plain(x.gaps),
        "no_urine": plain(passing(x.gaps, False)), "urine": plain(passing(x.gaps, True)),
        "two_days": plain(_some(x.gaps, False)), "three_days": plain(_some(x.gaps, True)), "plan": why(x.gaps),
    }  # fmt: skip
