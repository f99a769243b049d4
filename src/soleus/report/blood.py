"""Blood: what the session did to it, to hormones and to the nerve, what is usual, and which of it was measured."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np

from ..case import Case
from ..case.labs import Lab
from ..fit import Twin
from ..machine.dialysate import left
from .usual import BLOOD, KINDS, NERVE, Kind, Usual

LIKELY, POSSIBLE = 0.75, 0.25  # chances of lying outside the usual, from which it is said, and said with doubt


class Spread(NamedTuple):
    """Mean and 5th to 95th percentile over the twin."""

    mean: float
    low: float
    high: float


class Turn(NamedTuple):
    """The lowest or highest value on the way, and when."""

    spread: Spread
    minute: float


class Flag(NamedTuple):
    """A value outside the usual, with the chance of it over the twin."""

    when: str  # "before", "on the way" or "after"
    side: str  # "low" or "high"
    chance: float


class Known(NamedTuple):
    """Where the value before the session comes from, and what the laboratory said."""

    how: str  # "measured", "worked out" or "assumed"
    of: str  # what it was worked out from
    before: float | None
    day: date | None  # of the sample before
    other_day: bool  # than that of the session: it then counts less
    after: float | None  # of the day of the session


class Level(NamedTuple):
    """One value over a session."""

    id: str
    group: str
    label: str
    unit: str
    digits: int
    before: Spread
    after: Spread
    lowest: Turn
    highest: Turn
    usual_before: Usual
    usual_after: Usual
    source: str
    flags: tuple[Flag, ...]
    known: Known

    def flag(self, when: str) -> Flag | None:
        """The one for this moment, if any."""
        return next((flag for flag in self.flags if flag.when == when), None)

    @property
    def turns(self) -> bool:
        """Whether it goes visibly beyond both ends on the way."""
        least, ends = 10.0**-self.digits, (self.before.mean, self.after.mean)
        return self.lowest.spread.mean < min(ends) - least or self.highest.spread.mean > max(ends) + least


FROM = {  # what else a value that was not measured follows from: the test, and how to say it
    "ph": (("pco2_mmhg", "bicarbonate and carbon dioxide"), ("bicarbonate_mmol_l", "bicarbonate alone")),
    "ionized_calcium_mmol_l": (("calcium_mmol_l", "total calcium"),),
    "calcium_mmol_l": (("ionized_calcium_mmol_l", "ionized calcium"),),
    "magnesium_mmol_l": (("ionized_magnesium_mmol_l", "ionized magnesium"),),
    "osmolality_mosm_kg": (("sodium_mmol_l", "sodium, urea and glucose"),),
    "anion_gap_mmol_l": (("bicarbonate_mmol_l", "neutral plasma"),),
    "calcitriol_pg_ml": (("pth_pg_ml", "parathyroid hormone and phosphate"),),
    "fgf23_pg_ml": (("phosphate_mmol_l", "phosphate"),),
}
NEEDS = {"ph": "pco2_mmhg"}  # without which the twin cannot use the value
BETTER = {"calcium_mmol_l": "ionized_calcium_mmol_l"}  # which the twin uses instead


def levels(twin: Twin, group: str = BLOOD) -> tuple[Level, ...]:
    """All values of one group over the session."""
    m, minutes, day = twin.course.moments(twin.patient), twin.course.minutes, twin.session.date
    return tuple(
        level(kind, kind.read(m, twin.patient), minutes, known(kind, twin.case, day))
        for kind in KINDS
        if kind.group == group
    )


def level(kind: Kind, x: np.ndarray, minutes: np.ndarray, what: Known) -> Level:
    """One value from its course [time, draw]."""
    course = x.mean(axis=1)
    lowest, highest = (Turn(spread(x[at]), float(minutes[at])) for at in (course.argmin(), course.argmax()))
    flags = (*_flags("after", x[-1], kind.after), *_between(x, kind.after))
    if what.how != "assumed":  # else it would be the population's
        flags = (*_flags("before", x[0], kind.before), *flags)
    return Level(
        kind.id, kind.group, kind.label, kind.unit, kind.digits, spread(x[0]), spread(x[-1]), lowest, highest,
        kind.before, kind.after, kind.source, flags, what,
    )  # fmt: skip


def _between(x: np.ndarray, usual: Usual) -> tuple[Flag, ...]:
    """Flags of what lies outside the usual only between start and end."""
    course = x.mean(axis=1)
    low = _flags("on the way", x[course.argmin()], Usual(low=usual.low))
    high = _flags("on the way", x[course.argmax()], Usual(high=usual.high))
    said = [flag.side for at in (0, -1) for flag in _flags("", x[at], usual)]
    return tuple(flag for flag in (*low, *high) if flag.side not in said)


def _flags(when: str, x: np.ndarray, usual: Usual) -> tuple[Flag, ...]:
    low = 0.0 if usual.low is None else float(np.mean(x < usual.low))
    high = 0.0 if usual.high is None else float(np.mean(x > usual.high))
    side, chance = ("low", low) if low >= high else ("high", high)
    return (Flag(when, side, chance),) if chance >= POSSIBLE else ()


def spread(x: Any) -> Spread:
    """Mean and percentiles of the draws."""
    low, high = np.percentile(x, (5, 95))
    return Spread(float(np.mean(x)), float(low), float(high))


class Part(NamedTuple):
    """One thing dissolved in the bath, mmol/L as it reaches the membrane; two values where it changes."""

    label: str
    first: float
    last: float
    stated: bool  # in the case file; else the usual stands in


BATH = {"Na": "sodium", "K": "potassium", "Ca": "calcium", "Mg": "magnesium", "HCO3": "bicarbonate"}
BATH |= {name: name for name in ("acetate", "citrate", "glucose")}


def bath(twin: Twin) -> tuple[Part, ...]:
    """What the bath held; nothing where there was none."""
    p = twin.prescription[0]
    if p.mode == "UF":
        return ()
    orders = [order.dialysate for order in (twin.case.prescription, twin.session.prescription) if order is not None]
    found = []
    for name, label in BATH.items():
        value, profile = float(getattr(p.dialysate, name)), getattr(p, f"{label}_profile", None)
        first, last = (value, value) if profile is None else (profile.values[0], profile.values[-1])
        if name == "HCO3":
            first, last = (left(x, p.dialysate.mixed, p.dialysate.acid) for x in (first, last))
        stated = profile is not None or any(bath and getattr(bath, f"{label}_mmol_l") is not None for bath in orders)
        if value or stated:
            found.append(Part(label, first, last, stated))
    return tuple(found)


def known(kind: Kind, case: Case, day: date) -> Known:
    """What the case file says of a value before this day's session, and after it on the same day."""
    if kind.group == NERVE:
        return Known("worked out", "the blood, blood flow and neuropathy", None, None, False, None)
    name = kind.id
    before, after = (case.sample(name, when, day) if name in Lab.model_fields else None for when in ("pre", "post"))
    if not case.on_dialysis:
        after = None  # what came before is all there is
    later = after.value(name) if after is not None and after.date == day else None
    if before is None:
        return Known(*_followed(name, case, day), None, None, False, later)
    value, other = before.value(name), before.date != day
    used = (name not in NEEDS or before.value(NEEDS[name]) is not None) and name != "osmolality_mosm_kg"
    if used and not (name in BETTER and case.sample(BETTER[name], "pre", day)):
        return Known("measured", "", value, before.date, other, later)
    return Known(*_followed(name, case, day), value, before.date, other, later)


def _followed(name: str, case: Case, day: date) -> tuple[str, str]:
    """How a value that was not measured, or not used, comes about."""
    for test, words in FROM.get(name, ()):
        if case.sample(test, "pre", day) is not None:
            return "worked out", words
    return "assumed", ""
