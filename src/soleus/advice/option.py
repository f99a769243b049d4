"""Option: one way to treat otherwise, with all that has to be known before somebody decides on it."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..causes.answer import Interval
from ..fit import Twin


class Change(NamedTuple):
    """One thing that would be done otherwise."""

    id: str  # of the lever, as in `causes`: dialysate_sodium, session_length, target_weight ...
    label: str
    was: str  # with its unit
    becomes: str  # with its unit
    fields: dict[str, Any]  # of the case file, as `--set` takes them: {"hours": 4.5}; empty where no field says it


class Effect(NamedTuple):
    """One number now and with the option, after the weeks it was lived with."""

    id: str
    label: str
    unit: str
    was: float
    becomes: float
    interval: Interval  # of `becomes`, 5th to 95th percentile over the twin
    digits: int  # to print
    verdict: str  # "better", "same" or "worse"


class Effects(NamedTuple):
    """What an option does, here and elsewhere."""

    cramp: Effect  # chance of a cramp in one session
    cramp_week: Effect  # cramps to expect in a week, over all its sessions
    hypotension: Effect  # chance of a fall of pressure in one session
    dose: tuple[Effect, ...]  # Kt/V of a session, of the week; UF rate; hours a week
    balances: tuple[Effect, ...]  # of the week: fluid gained, sodium, potassium, calcium, magnesium, phosphate
    end_values: tuple[Effect, ...]  # plasma at the end of a session; pressure before the next

    @property
    def all(self) -> tuple[Effect, ...]:
        """Every number."""
        return (self.cramp, self.cramp_week, self.hypotension, *self.dose, *self.balances, *self.end_values)


class Option(NamedTuple):
    """A change of treatment, or several together."""

    id: str
    label: str  # what to do, in the imperative: "Raise the target weight to 63.5 kg"
    changes: tuple[Change, ...]
    effects: Effects
    costs: tuple[str, ...]  # what it costs elsewhere, in words
    burden: float  # of the patient's week, in hours of treatment; see `burden`
    acts_within: str  # "in the next session", "in one to two weeks"
    evidence: str  # the weakest grade of its changes: A trial, B cohort, C mechanism, D assumption
    caveats: tuple[str, ...]  # what the evidence does not say
    who_decides: str
    contraindications: tuple[str, ...]  # of this case: drugs, conditions, what must be checked first
    sources: tuple[str, ...]


class Point(NamedTuple):
    """An option between burden and risk."""

    option: str  # its id; "" for the treatment as it is
    burden: float  # h a week
    cramp: float  # chance in a session
    best: bool  # nothing else has both less


class Limit(NamedTuple):
    """A rule that no option may break, and where this patient stands."""

    id: str
    rule: str
    now: str
    bound: bool  # an option would have gone further but for this rule
    sources: tuple[str, ...]


class Advice(NamedTuple):
    """The answer to what instead."""

    twin: Twin
    about: str  # "cramp" or "hypotension"
    options: tuple[Option, ...]  # the one to try first, first
    front: tuple[Point, ...]
    limits: tuple[Limit, ...]
    not_possible: tuple[str, ...]  # a wish that cannot be, with the limit that stops it and the nearest plan
    weeks: float  # every option was lived with before it was judged
    unit: str  # whose baths, times and machines were used
    sources: tuple[str, ...]
