"""Blood: what the session did to it as a laboratory would have seen, what is usual, and which of it was measured."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from .. import measures
from ..body.body import Seen
from ..case.labs import Lab, nearest
from ..fit import Twin
from ..levers import SHOULD
from ..machine.dialysate import left

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


class Usual(NamedTuple):
    """Between what a value usually lies; None where nothing is known to be too little or too much."""

    low: float | None = None
    high: float | None = None


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
    """One value of the blood over a session."""

    id: str
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


class Kind(NamedTuple):
    """One value: its name, how it is read off the twin, and what is usual before and after a session."""

    id: str
    label: str
    unit: str
    digits: int
    read: Callable[[Seen], Any]
    before: Usual = Usual()
    after: Usual = Usual()
    source: str = "GeneralKnowledge"


def urea(seen: Seen) -> Any:
    """Urea of plasma, mmol/L."""
    return seen.protein.f * seen.urea_e


def osmolality(seen: Seen) -> Any:
    """Calculated osmolality of plasma, mosm/kg."""
    return measures.osmolality_mosm_kg(seen.sodium.Na_p, urea(seen), seen.glucose.g, seen.mannitol.c_w)


def anion_gap(seen: Seen) -> Any:
    """Sodium less chloride and bicarbonate, mmol/L; chloride is what makes plasma neutral."""
    return measures.anion_gap_mmol_l(seen.sodium.Na_p, seen.chloride, seen.acid_base.hco3)


CALCIUM = Usual(SHOULD.Ca_end_low, SHOULD.Ca_end_high)
SUGAR = Usual(3.9, 11.0)
# What is usual before and after a session: the limits that levers aim for, then what people on dialysis, else healthy
# adults have. Total calcium has no upper end afterwards: protein, concentrated by fluid removal, carries it along.
KINDS = (
    Kind("potassium_mmol_l", "Potassium", "mmol/L", 1, lambda s: s.potassium.K_p, Usual(3.5, 6.0),
         Usual(SHOULD.K_end_low, SHOULD.K_end_high)),
    Kind("bicarbonate_mmol_l", "Bicarbonate", "mmol/L", 1, lambda s: s.acid_base.hco3,
         Usual(SHOULD.hco3_low, SHOULD.hco3_high), Usual(None, SHOULD.TCO2_end), "GeneralKnowledge Broseta2021"),
    Kind("ph", "pH", "1", 2, lambda s: s.acid_base.pH, Usual(7.30, 7.45), Usual(7.35, SHOULD.ph_end)),
    Kind("ionized_calcium_mmol_l", "Ionized calcium", "mmol/L", 2, lambda s: s.calcium.iCa, CALCIUM, CALCIUM),
    Kind("calcium_mmol_l", "Total calcium", "mmol/L", 2, lambda s: s.calcium.tCa, Usual(2.10, 2.55), Usual(2.10)),
    Kind("magnesium_mmol_l", "Magnesium", "mmol/L", 2, lambda s: s.magnesium.tMg, Usual(0.70, 1.10),
         Usual(0.70, 1.10)),
    Kind("phosphate_mmol_l", "Phosphate", "mmol/L", 2, lambda s: s.phosphate.c_p, Usual(0.80, 1.80),
         Usual(0.60, 1.50)),
    Kind("sodium_mmol_l", "Sodium", "mmol/L", 0, lambda s: s.sodium.Na_p, Usual(135.0, 145.0), Usual(135.0, 145.0)),
    Kind("urea_mmol_l", "Urea", "mmol/L", 1, urea),
    Kind("creatinine_umol_l", "Creatinine", "umol/L", 0, lambda s: 1000 * s.creatinine.c_p),
    Kind("glucose_mmol_l", "Glucose", "mmol/L", 1, lambda s: s.glucose.g, SUGAR, SUGAR),
    Kind("b2m_mg_l", "b2-microglobulin", "mg/L", 1, lambda s: s.b2m.c_1, Usual(None, 27.5)),
    Kind("osmolality_mosm_kg", "Osmolality", "mosm/kg", 0, osmolality),
    Kind("anion_gap_mmol_l", "Anion gap", "mmol/L", 0, anion_gap),
)  # fmt: skip
FROM = {  # what else a value that was not measured follows from: the test, and how to say it
    "ph": (("pco2_mmhg", "bicarbonate and carbon dioxide"), ("bicarbonate_mmol_l", "bicarbonate alone")),
    "ionized_calcium_mmol_l": (("calcium_mmol_l", "total calcium"),),
    "calcium_mmol_l": (("ionized_calcium_mmol_l", "ionized calcium"),),
    "magnesium_mmol_l": (("ionized_magnesium_mmol_l", "ionized magnesium"),),
    "osmolality_mosm_kg": (("sodium_mmol_l", "sodium, urea and glucose"),),
    "anion_gap_mmol_l": (("bicarbonate_mmol_l", "neutral plasma"),),
}
NEEDS = {"ph": "pco2_mmhg"}  # without which the twin cannot use the value
BETTER = {"calcium_mmol_l": "ionized_calcium_mmol_l"}  # which the twin uses instead


def levels(twin: Twin) -> tuple[Level, ...]:
    """All values of the blood over the session."""
    seen, minutes = twin.course.moments(twin.patient).seen, twin.course.minutes
    return tuple(_level(kind, kind.read(seen), minutes, known(kind.id, twin)) for kind in KINDS)


def _level(kind: Kind, x: np.ndarray, minutes: np.ndarray, what: Known) -> Level:
    course = x.mean(axis=1)
    lowest, highest = (Turn(spread(x[at]), float(minutes[at])) for at in (course.argmin(), course.argmax()))
    flags = (*_flags("after", x[-1], kind.after), *_between(x, kind.after))
    if what.how != "assumed":  # else it would be the population's
        flags = (*_flags("before", x[0], kind.before), *flags)
    return Level(
        kind.id, kind.label, kind.unit, kind.digits, spread(x[0]), spread(x[-1]), lowest, highest, kind.before,
        kind.after, kind.source, flags, what,
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


def known(name: str, twin: Twin) -> Known:
    """What the case file says of a value before this session, and after it on the same day."""
    labs, day = twin.case.labs, twin.session.date
    before = nearest(labs, name, "pre", day) if name in Lab.model_fields else None
    after = nearest(labs, name, "post", day) if name in Lab.model_fields else None
    later = after.value(name) if after is not None and after.date == day else None
    if before is None:
        return Known(*_followed(name, twin), None, None, False, later)
    value, other = before.value(name), before.date != day
    used = (name not in NEEDS or before.value(NEEDS[name]) is not None) and name != "osmolality_mosm_kg"
    if used and not (name in BETTER and nearest(labs, BETTER[name], "pre", day)):
        return Known("measured", "", value, before.date, other, later)
    return Known(*_followed(name, twin), value, before.date, other, later)


def _followed(name: str, twin: Twin) -> tuple[str, str]:
    """How a value that was not measured, or not used, comes about."""
    for test, words in FROM.get(name, ()):
        if nearest(twin.case.labs, test, "pre", twin.session.date) is not None:
            return "worked out", words
    return "assumed", ""
