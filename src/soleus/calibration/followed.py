"""Followed: what becomes of simulated people who follow the first option they are given.

The people and their files are those of `clinic`: a month written down with every error. Whoever advises sees the file
alone. Then the very person, with their own body, bath and weights, lives four weeks with what was advised; beside it
with a checklist that many units use, and with nothing changed.

    modifiable   the part of the true chance of a cramp that the best plan within all limits would take away, found by
                 the same search with everything known
    kept         every limit, in the person's true blood and dose
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from .. import advice, cohort, equipment, fit, schedule, symptoms
from ..advice import controls, limits, weeks
from ..advice.limits import chance
from ..advice.plan import Plan
from ..advice.search import Search
from ..advice.slopes import slopes
from ..body import body
from ..case import read
from ..errors import OutOfRange, SoleusError
from ..fit import Field, Quality, Twin
from ..session import simulate
from . import clinic

CHECKLIST = {"target": 0.5, "time": 30.0, "temperature": -0.5}  # kg, min, degC: by how much; sodium to 138
CHECKLIST_NA = 138.0  # mmol/L
COOLEST = 35.0  # degC
HALF = 0.5  # of the risk, from which it counts as modifiable
LEAST = 0.02  # chance of a cramp in a session, below which a rate says nothing
LESS_BAR, RAISED_BAR, KEPT_BAR = 0.40, 0.02, 0.99
FEWEST = 10  # people
Progress = Callable[[int, int, str], None]


class Person(NamedTuple):
    """One person's true chance of a cramp in a session, and of a pressure fall."""

    now: tuple[float, float]
    advised: tuple[float, float]
    checklist: tuple[float, float]
    best: float  # of a cramp, with everything known
    broken: tuple[str, ...]  # limits, in truth, by what was advised
    broken_by_checklist: tuple[str, ...]
    option: str  # its id, "" where none was given

    @property
    def modifiable(self) -> float:
        """Part of the risk that could go."""
        return 1 - self.best / self.now[0]


class Result(NamedTuple):
    """Everybody."""

    people: tuple[Person, ...]
    refused: tuple[str, ...]
    seed: int


def run(n: int, seed: int = 1, progress: Progress | None = None) -> Result:
    """Simulate, fit, advise, follow.

    Args:
        n: people, every other one with a blood volume monitor.
        seed: the same seed gives the same people.
        progress: told what is done.

    Raises:
        OutOfRange: with fewer people than FEWEST.
    """
    if n < FEWEST:
        raise OutOfRange(f"n is {n} people; shares need {FEWEST} or more. Give 60, or 200 for a firm answer.")
    rng = np.random.default_rng((seed, 6))
    if progress:
        progress(0, n, f"a month of {n} people")
    who = clinic.everybody(n, rng)
    visits = list(clinic.month(who, rng))
    files = [clinic.files(who, visits, rng, volume) for volume in (True, False)]
    falls = symptoms.draw_weights(symptoms.Hypotension, n, rng)
    found: list[Person] = []
    refused: list[str] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = pool.map(lambda i: _one(who, falls, files[i % 2][i], i), range(n))
        for k, one in enumerate(jobs, 1):
            found.append(one) if isinstance(one, Person) else refused.append(one)
            if progress:
                progress(k, n, "advising")
    return Result(tuple(found), tuple(refused), seed)


def _one(who: clinic.Everybody, falls: symptoms.Hypotension, told: dict[str, Any], i: int) -> Person | str:
    """One person advised by the file, followed in truth; or why there was no advice."""
    try:
        twin = fit.fit(read(told))
        given = advice.first(twin)
        truth = _truth(twin, who, falls, i)
    except SoleusError as error:
        return str(error).splitlines()[0]
    checklist = _checklist(truth)
    plan = Plan() if given is None else given.plan
    best = _best(truth)
    every = weeks.lived(truth, [Plan(), plan, checklist, best])
    now = weeks.Outcome(*(x[:1] for x in every))
    broken = [tuple(rule.id for rule in rules) for rules in limits.broken(now, every, weeks.often(truth))]
    cramps, drops = (chance(getattr(every, name))[:, 0] for name in ("cramp", "hypotension"))
    pairs = [(float(a), float(b)) for a, b in zip(cramps, drops, strict=True)]
    option = "" if given is None else "+".join(f"{k}={v:g}" for k, v in given.moved.items())
    return Person(pairs[0], pairs[1], pairs[2], min(pairs[3][0], pairs[0][0]), broken[1], broken[2], option)


def _checklist(truth: Twin) -> Plan:
    p = truth.prescription[0]
    return Plan(
        target=CHECKLIST["target"],
        time=p.time + CHECKLIST["time"],
        temperature=max(COOLEST, p.dialysate.temperature + CHECKLIST["temperature"]),
        Na=CHECKLIST_NA,
    )


def _best(truth: Twin) -> Plan:
    """The plan with the fewest cramps that keeps every limit, found with everything known."""
    there = controls.of(truth, equipment.usual())
    found = Search(truth, there, slopes(truth, there)).found()
    if not found:
        return Plan()
    plans = [Plan(), *(f.plan for f in found)]
    lived = weeks.lived(truth, plans)
    breaks = limits.broken(weeks.Outcome(*(x[:1] for x in lived)), lived, weeks.often(truth))
    return plans[min((i for i in range(len(plans)) if not breaks[i]), key=lambda i: float(lived.cramp[i, 0]))]


def _truth(twin: Twin, who: clinic.Everybody, falls: symptoms.Hypotension, i: int) -> Twin:
    """The very person as a twin of one, with the file's own case."""
    row = np.array([i])
    patient, start = cohort.take(who.patient, row), cohort.take(who.start, row)
    target = who.target[row]
    uf = float(np.asarray(body.look(start, patient, body.rest(patient)).weight)[0] - target[0])
    order = replace(who.orders[i], uf=float(np.clip(uf, 0.0, schedule.liftable(start, [who.orders[i].time])[0])))
    weights, drops = cohort.take(who.cramp, row), cohort.take(falls, row)
    course = simulate(patient, start, [order])
    quality = Quality(0, 0, None, None, 1.0, "everything is known")
    one = np.ones(1)
    field = Field(patient, np.array([order.sodium_offset]), course, weights, one, one)
    return Twin(
        case=twin.case, session=twin.session, prescription=[order], patient=patient, start=start, post_weight=target,
        gap_h=clinic.GAPS[0], switches=(), infusion=None, cramp=weights, hypotension=drops, course=course,
        quality=quality, field=field, about=twin.about, leaning=np.zeros(1),
    )  # fmt: skip


class Sum(NamedTuple):
    """What it came to."""

    people: int
    modifiable: int  # people at least half of whose risk is
    less: float  # median part of the true risk that went, among these, by the first option
    less_by_checklist: float
    raised: float  # share of all whose true risk rose
    raised_by_checklist: float
    kept: float  # share of all who stayed within every limit
    kept_by_checklist: float
    mean: tuple[float, float, float]  # chance of a cramp: now, advised, checklist
    falls: tuple[float, float, float]  # of a pressure fall


def summed(r: Result) -> Sum:
    """Medians and shares."""
    could = [p for p in r.people if p.now[0] >= LEAST and p.modifiable >= HALF]

    def less(of: Callable[[Person], float]) -> float:
        return float(np.median([1 - of(p) / p.now[0] for p in could])) if could else float("nan")

    def share(of: Callable[[Person], bool]) -> float:
        return float(np.mean([of(p) for p in r.people]))

    def mean(k: int) -> tuple[float, float, float]:
        rows = np.array([(p.now[k], p.advised[k], p.checklist[k]) for p in r.people]).mean(axis=0)
        return float(rows[0]), float(rows[1]), float(rows[2])

    return Sum(
        len(r.people), len(could), less(lambda p: p.advised[0]), less(lambda p: p.checklist[0]),
        share(lambda p: p.advised[0] > p.now[0]), share(lambda p: p.checklist[0] > p.now[0]),
        share(lambda p: not p.broken), share(lambda p: not p.broken_by_checklist), mean(0), mean(1),
    )  # fmt: skip


def page(r: Result) -> str:
    """The result as plain text."""
    return "\n".join(_lines(r))


def _lines(r: Result) -> Iterator[str]:
    s = summed(r)
    yield f"Followed: {s.people} simulated people, advised by their files, living four weeks with the first option"
    yield ""
    yield f"{'in truth':<52}{'nothing':>10}{'advised':>10}{'checklist':>11}"
    yield f"{'cramp in a session':<52}{s.mean[0]:>10.1%}{s.mean[1]:>10.1%}{s.mean[2]:>11.1%}"
    yield f"{'fall of pressure in a session':<52}{s.falls[0]:>10.1%}{s.falls[1]:>10.1%}{s.falls[2]:>11.1%}"
    some = f"cramps fewer by, median of {s.modifiable} at least half modifiable"
    yield f"{some:<62}{s.less:>10.0%}{s.less_by_checklist:>11.0%}   bar {LESS_BAR:.0%}: {_met(s.less >= LESS_BAR)}"
    raised = f"{s.raised:>10.1%}{s.raised_by_checklist:>11.1%}   bar {RAISED_BAR:.0%}: {_met(s.raised <= RAISED_BAR)}"
    yield f"{'people with more cramps':<62}{raised}"
    kept = f"{s.kept:>10.1%}{s.kept_by_checklist:>11.1%}   bar {KEPT_BAR:.0%}: {_met(s.kept >= KEPT_BAR)}"
    yield f"{'people within every limit, or no worse than before':<62}{kept}"
    for label, of in (("advised", "broken"), ("checklist", "broken_by_checklist")):
        names = [name for p in r.people for name in getattr(p, of)]
        if names:
            counted = ", ".join(f"{name} {names.count(name)}" for name in dict.fromkeys(names))
            yield f"  limits broken, {label}: {counted}"
    yield f"  no option given: {sum(not p.option for p in r.people)}"
    yield from (f"Refused: {reason}" for reason in r.refused)


def _met(good: bool) -> str:
    return "met" if good else "MISSED"


def as_json(r: Result) -> dict[str, Any]:
    """The result in plain values."""
    return {
        "schema_version": 1,
        "seed": r.seed,
        "summary": summed(r)._asdict(),
        "people": [p._asdict() | {"modifiable": p.modifiable} for p in r.people],
        "refused": list(r.refused),
    }
