"""Causes: why. Every lever has an *as it was* and an *as it should have been*; its share is its exact Shapley value.

The risk of a session is split without rest: shares of the levers, the person's own susceptibility, and the residual:
what an average person would still risk with every lever right. Positive shares raised the risk, negative lowered it.

    phi_i = sum over S without i of |S|! (n - |S| - 1)! / n!  [P(S with i as it was) - P(S)]        [Shapley1953]

All 2^n sessions times all draws of the twin run as one batch on one grid, so differences carry no step noise.
"""

from __future__ import annotations

from dataclasses import replace
from math import factorial
from typing import NamedTuple

import numpy as np

from . import cohort, measures, schedule, session, symptoms
from .body import body
from .fit import Twin
from .levers import Lever, World, levers_of


class Interval(NamedTuple):
    """5th to 95th percentile over the twin."""

    low: float
    high: float


class Chance(NamedTuple):
    """Of an event in the session."""

    probability: float
    interval: Interval
    baseline: float  # same person, every lever as it should be
    likely_minute: float
    window: Interval  # minutes that hold 80 % of the risk


class Mechanism(NamedTuple):
    """A pathway, and its part of an effect."""

    id: str
    label: str
    share: float
    evidence: str


class Cause(NamedTuple):
    """One lever's part of the risk."""

    id: str
    label: str
    share: float  # of the probability
    interval: Interval
    as_it_was: str
    as_it_should_be: str
    mechanisms: tuple[Mechanism, ...]
    evidence: str
    caveat: str
    sources: tuple[str, ...]


class Split(NamedTuple):
    """A risk and where it comes from."""

    chance: Chance
    causes: tuple[Cause, ...]
    susceptibility: float
    susceptibility_interval: Interval
    residual: float
    mechanisms: tuple[Mechanism, ...]  # each pathway frozen at its start: what of the risk goes


class Measurement(NamedTuple):
    """What to measure next, and how much of the uncertainty it would take away."""

    what: str
    narrows: float  # share of the variance of the log hazard
    why: str


class Explanation(NamedTuple):
    """The answer to why."""

    twin: Twin
    about: str  # "cramp" or "hypotension"
    cramp: Split
    hypotension: Split
    as_it_should_be: tuple[Lever, ...]  # levers already where they belong
    most_useful: Measurement | None


def explain(twin: Twin) -> Explanation:
    """Why this session went as it did.

    Raises:
        NotConverged: if a counterfactual left the numbers.
    """
    all_levers = levers_of(twin)
    moved = tuple(lever for lever in all_levers if lever.differs)
    runs = _run(twin, moved, _coalitions(len(moved)))
    about = "cramp" if twin.session.cramps else "hypotension"
    return Explanation(
        twin=twin,
        about=about,
        cramp=_split(twin, moved, runs, "cramp"),
        hypotension=_split(twin, moved, runs, "hypotension"),
        as_it_should_be=tuple(lever for lever in all_levers if not lever.differs),
        most_useful=most_useful(twin, about),
    )


def shapley(worth: np.ndarray, n: int) -> np.ndarray:
    """Exact Shapley values [lever, ...] of a game; `worth` [2^n, ...], bit i of the index set when lever i plays."""
    phi = np.zeros((n, *worth.shape[1:]))
    members = np.array([bin(s).count("1") for s in range(2**n)])
    weight = np.array([factorial(k) * factorial(n - k - 1) / factorial(n) for k in range(n)])
    for i in range(n):
        without = np.flatnonzero((np.arange(2**n) >> i) & 1 == 0)
        gain = worth[without | (1 << i)] - worth[without]
        phi[i] = np.tensordot(weight[members[without]], gain, axes=1)
    return phi


def _coalitions(n: int) -> np.ndarray:
    """[2^n, n]: whether each lever is as it was."""
    return (np.arange(2**n)[:, None] >> np.arange(n)) & 1 == 1


class Runs(NamedTuple):
    """Every coalition for every draw, flat: [time, coalition * draw]."""

    minutes: np.ndarray
    z: dict[str, np.ndarray]
    signs: symptoms.Signs
    until: np.ndarray  # min, [coalition * draw]
    ufr: np.ndarray  # mL/kg/h, [coalition * draw]
    draw: np.ndarray  # which draw of the twin, [coalition * draw]
    shape: tuple[int, int]  # coalitions, draws


def _run(twin: Twin, levers: tuple[Lever, ...], cases: np.ndarray) -> Runs:
    """All sessions as one batch."""
    m = len(twin.prescription)
    worlds = [_world(twin, levers, case, k) for case in cases for k in range(m)]
    draw = np.tile(np.arange(m), len(cases))
    patient, start = _arrivals(twin, worlds, draw)
    treated = [w.prescription for w in worlds]
    switches = () if twin.infusion is None else (0.0, twin.prescription[0].time)
    drip = None if twin.infusion is None else cohort.take(twin.infusion, draw)
    course = session.simulate(patient, start, treated, infusion=drip, switches=switches)
    seen = symptoms.signs(course.moments(patient))
    until = np.array([p.time for p in treated])
    uf = np.array([p.uf for p in treated])
    return Runs(
        minutes=course.minutes,
        z=symptoms.pathways(seen, body.rest(patient)),
        signs=seen,
        until=until,
        ufr=measures.uf_rate_ml_kg_h(uf, until / 60, twin.post_weight[draw]),
        draw=draw,
        shape=(len(cases), m),
    )


def _world(twin: Twin, levers: tuple[Lever, ...], as_was: np.ndarray, k: int) -> World:
    """The session of draw k with some levers as they were and the others as they should have been."""
    world = World(prescription=twin.prescription[k], gain=0.0, target=0.0)
    for lever, was in zip(levers, as_was, strict=True):
        if not was:
            world = lever.correct(world, k)
    return world


def _arrivals(twin: Twin, worlds: list[World], draw: np.ndarray) -> tuple[body.Patient, body.State]:
    """Patient and state at minute 0 of each world; people who gain or weigh otherwise live some weeks first."""
    asked = np.array([(k, w.gain, w.target) for k, w in zip(draw, worlds, strict=True)])
    kinds, which = np.unique(asked, axis=0, return_inverse=True)
    as_was = np.flatnonzero(~np.any(kinds[:, 1:] != 0, axis=1))
    other = np.flatnonzero(np.any(kinds[:, 1:] != 0, axis=1))
    who = kinds[other, 0].astype(int)
    row = np.empty(len(kinds), int)
    row[as_was] = kinds[as_was, 0]
    row[other] = len(twin.prescription) + np.arange(len(other))
    patient, start = twin.patient, twin.start
    if len(other):
        weight = np.asarray(body.look(start, patient, body.rest(patient)).weight)[who]
        arrival = schedule.arrive(
            cohort.take(patient, who),
            [twin.prescription[k] for k in who],
            twin.gap_h,
            twin.post_weight[who] + kinds[other, 2],
            schedule.Chart(pre_weight=weight + kinds[other, 1] + kinds[other, 2]),
            cycles=3,
        )
        patient, start = cohort.both(patient, arrival.patient), cohort.both(start, arrival.start)
    return cohort.take(patient, row[which.ravel()]), cohort.take(start, row[which.ravel()])


def _risk(twin: Twin, runs: Runs, about: str, *, u: float | None = None, frozen: str | None = None) -> symptoms.Risk:
    """The hazard of every world; `u` replaces the susceptibility, `frozen` holds a pathway at its start."""
    if about == "hypotension":
        weights = cohort.take(twin.hypotension, runs.draw)
        return symptoms.hypotension(runs.signs, runs.minutes, runs.ufr, weights, runs.until)
    cramp = twin.cramp if u is None else replace(twin.cramp, u=np.full(runs.shape[1], u))
    z = runs.z
    if frozen is not None:
        z = z | {frozen: np.broadcast_to(z[frozen][:1], z[frozen].shape)}
    return symptoms.cramp(z, runs.minutes, cohort.take(cramp, runs.draw), runs.until)


def _split(twin: Twin, levers: tuple[Lever, ...], runs: Runs, about: str) -> Split:
    """The risk, split among levers, susceptibility and residual."""
    risk = _risk(twin, runs, about)
    worth = risk.probability.reshape(runs.shape)  # [coalition, draw]; the last coalition is the session as it was
    total, right = worth[-1], worth[0]
    average = _risk(twin, runs, about, u=0.0).probability.reshape(runs.shape)[0] if about == "cramp" else right
    phi = shapley(worth, len(levers))
    whole = total.mean()
    ways = _ways(twin, runs, about)
    causes = tuple(
        Cause(
            lever.id, lever.label, float(phi[i].mean() / whole), _interval(phi[i] / whole), lever.as_it_was,
            lever.as_it_should_be, _mechanisms(ways, len(levers), i, runs), lever.evidence, lever.caveat, lever.sources,
        )
        for i, lever in enumerate(levers)
    )  # fmt: skip
    minute, window = _when(runs, risk)
    return Split(
        chance=Chance(float(whole), _interval(total), float(right.mean()), minute, window),
        causes=tuple(sorted(causes, key=lambda c: -abs(c.share))),
        susceptibility=float((right - average).mean() / whole),
        susceptibility_interval=_interval((right - average) / whole),
        residual=float(average.mean() / whole),
        mechanisms=_frozen(twin, runs, whole) if about == "cramp" else (),
    )


def _interval(x: np.ndarray) -> Interval:
    low, high = np.percentile(x, (5, 95))
    return Interval(float(low), float(high))


def _when(runs: Runs, risk: symptoms.Risk) -> tuple[float, Interval]:
    """Median minute of the risk of the session as it was, and the minutes between which 80 % of it lies."""
    cumulative = risk.cumulative[:, -runs.shape[1] :].mean(axis=1)
    share = cumulative / cumulative[-1]
    low, middle, high = np.interp((0.1, 0.5, 0.9), share, runs.minutes)
    return float(middle), Interval(float(low), float(high))


def _ways(twin: Twin, runs: Runs, about: str) -> dict[str, np.ndarray]:
    """Each pathway's part of the log hazard, averaged over the minutes that matter; [coalition, draw]."""
    m = runs.shape[1]
    rate = _risk(twin, runs, about).rate[:, -m:] * (runs.minutes[:, None] <= runs.until[-m:])
    weight = np.tile(rate / rate.sum(axis=0), runs.shape[0])
    if about == "hypotension":
        w = cohort.take(twin.hypotension, runs.draw)
        sbp = runs.signs.SBP
        parts = {
            "level": w.level * (110 - sbp) / 10,
            "fall": w.fall * (sbp[:1] - sbp) / 10,
            "uf_rate": np.broadcast_to(w.uf_rate * np.logaddexp(0, 2 * (runs.ufr - 10)) / 2, sbp.shape),
        }
    else:
        w = cohort.take(twin.cramp, runs.draw)
        parts = {k: getattr(w, k) * v for k, v in runs.z.items()}
    return {k: (weight * v).sum(axis=0).reshape(runs.shape) for k, v in parts.items()}


def _mechanisms(ways: dict[str, np.ndarray], n: int, i: int, runs: Runs) -> tuple[Mechanism, ...]:
    """Through which pathways lever i acts: what changes in the log hazard when it alone is corrected."""
    alone = (2**n - 1) & ~(1 << i)
    change = {k: float((v[-1] - v[alone]).mean()) for k, v in ways.items()}
    size = sum(abs(x) for x in change.values())
    if size < 1e-6:
        return ()
    found = [_mechanism(k, x / size) for k, x in change.items() if abs(x) / size > 0.05]
    return tuple(sorted(found, key=lambda way: -abs(way.share)))


def _mechanism(name: str, share: float) -> Mechanism:
    label, evidence = (symptoms.PATHWAYS | symptoms.PRESSURE_PATHWAYS)[name]
    return Mechanism(name, label, share, evidence)


def _frozen(twin: Twin, runs: Runs, whole: float) -> tuple[Mechanism, ...]:
    """What of the risk goes when one pathway stays as it was at the start."""
    found = []
    for name in symptoms.PATHWAYS:
        held = _risk(twin, runs, "cramp", frozen=name).probability.reshape(runs.shape)[-1].mean()
        found.append(_mechanism(name, float(1 - held / whole)))
    return tuple(sorted(found, key=lambda way: -way.share))


def most_useful(twin: Twin, about: str) -> Measurement | None:
    """The missing measurement that would narrow this risk most: linear-Gaussian, over everybody drawn."""
    field = twin.field
    m = field.course.moments(field.patient, at=[0, -1])
    people = len(field.offset)
    at = np.repeat(np.arange(people), len(field.hazard) // people)
    target = np.log(field.hazard if about == "cramp" else _pressure_hazard(twin)[at])
    case, day = twin.case, twin.session.date
    seen = m.seen
    asked = [
        (case.patient.overhydration_l is None and case.patient.dry_weight_kg is None, "bioimpedance before dialysis",
         field.patient.fluid.dry_weight, 1.0, "it shows how far the target weight is from the physiological one"),
        (not twin.session.blood_volume, "a blood volume trace", 100 * (seen.blood.BV[1] / seen.blood.BV[0] - 1), 1.5,
         "it separates slow refilling from too much fluid taken off"),
        (case.lab("sodium_mmol_l", "post", day) is None, "sodium after dialysis", seen.sodium.Na_p[1], 1.0,
         "with the sodium before, it shows what the bath really delivered"),
        (case.lab("protein_g_l", "post", day) is None, "total protein after dialysis",
         seen.protein.c_pl[1] / seen.protein.c_pl[0], 0.03, "its rise measures the plasma volume lost"),
        (about == "cramp", "calf oxygen by near-infrared probe", m.state.muscle.S[1], 0.04,
         "it shows whether the muscle is starved"),
        (about == "cramp" and len(twin.case.sessions) < 6, "a cramp diary of twelve sessions", None, 0.5,
         "it tells this person's own susceptibility from the session's"),
    ]  # fmt: skip
    found = [
        Measurement(what, _narrowing(target, field.traits.u if x is None else np.asarray(x)[at], sd, field.weight), why)
        for absent, what, x, sd, why in asked
        if absent
    ]
    return max(found, key=lambda option: option.narrows, default=None)


def _pressure_hazard(twin: Twin) -> np.ndarray:
    """Cumulative hypotension hazard of everybody drawn, at typical weights."""
    field, order = twin.field, twin.prescription[0]
    ufr = measures.uf_rate_ml_kg_h(order.uf, order.time / 60, twin.post_weight[0])
    seen = symptoms.signs(field.course.moments(field.patient))
    return symptoms.hypotension(seen, field.course.minutes, ufr, symptoms.Hypotension(), order.time).cumulative[-1]


def _narrowing(target: np.ndarray, reading: np.ndarray, sd: float, weight: np.ndarray) -> float:
    """Share of the target's variance that a reading with this error would explain."""
    t, r = target - weight @ target, reading - weight @ reading
    spread = weight @ r**2 + sd**2
    return float((weight @ (t * r)) ** 2 / spread / max(weight @ t**2, 1e-12))
