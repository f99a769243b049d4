"""Minerals: other treatment of minerals, acidosis and medicines; it acts over months, as the levers of `causes` do."""

from __future__ import annotations

import numpy as np

from ..causes import doors
from ..fit import Twin
from ..levers import Lever, World, levers_of
from . import burden, options, weeks
from .option import Change, Option
from .plan import Plan
from .weeks import Outcome

IN_SESSION = ("weekly_dose",)  # what `controls` says better
DRUG = "drug_"


def slow(twin: Twin, known: frozenset[str], levers: tuple[Lever, ...] | None = None) -> list[Lever]:
    """Levers that take months or an agreement, beside those that are `known` as controls."""
    every = levers_of(twin) if levers is None else levers
    return [
        lever
        for lever in every
        if lever.differs and lever.id not in known and lever.id not in IN_SESSION
        if lever.lived is not None or lever.id.startswith(DRUG)
    ]


def lived(twin: Twin, levers: list[Lever]) -> Outcome:
    """A session after these months, each lever alone; [lever, draw]."""
    m = len(twin.prescription)
    draw = np.tile(np.arange(m), len(levers))
    worlds = [each.correct(World(twin.prescription[k], 0.0, 0.0), k) for each in levers for k in range(m)]
    there = doors.arrivals(twin, tuple(levers), worlds, draw)
    patient, start = doors.people(there, worlds, draw)
    eased = np.array([w.eased for w in worlds])
    return weeks.treated(twin, [Plan()] * len(levers), patient, start, eased)


def option(twin: Twin, lever: Lever, now: Outcome, then: Outcome, i: int) -> Option:
    """What such a lever would do, in words and numbers."""
    medicine = lever.id.startswith(DRUG)
    return Option(
        id=lever.id,
        label=f"{lever.label}: {lever.as_it_should_be}",
        changes=(Change(lever.id, lever.label, lever.as_it_was, lever.as_it_should_be, {}),),
        effects=options.effects(twin, now, then, i, Plan()),
        costs=("another medicine in its place, or none: its purpose has to be weighed",) if medicine else (),
        burden=burden.hours(twin, Plan()) + burden.BURDEN.change / 60,
        acts_within="weeks after it is stopped" if medicine else "over about three months",
        evidence=lever.evidence,
        caveats=(lever.caveat,),
        who_decides="whoever prescribed it, with the nephrologist" if medicine else "nephrologist",
        contraindications=(),
        sources=lever.sources,
    )
