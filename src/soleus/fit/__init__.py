"""Fit: the twin. People who could be this one, as the readings of all their sessions leave them.

The chart bends people drawn from the population; the readings of every session tell their traits (`learned`); people
with these traits are treated as the chart says, and their cramps weigh what is drawn of susceptibility and symptom
weights. A few are drawn by weight, and every answer is an average over these. What the chart says of the person
beside blood and treatment (`told`) shifts how readily they are held to cramp.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .. import cohort, measures, person, symptoms
from ..case import Case, Session
from ..parameter import put
from ..prescription import Prescription
from ..session import Moment
from . import cramped, readings
from .gauss import Normal
from .learned import Crowd, Learned, drawn, learn, treated, unlike
from .readings import Observed
from .told import about, examined, of_drugs
from .twin import Field, Quality, Twin, treat

__all__ = [
    "KEPT", "PEOPLE", "SEED", "TRAITS", "WENT", "Crowd", "Field", "Learned", "Normal", "Observed", "Quality", "Twin",
    "about", "drawn", "examined", "fit", "learn", "treat", "treated", "unlike",
]  # fmt: skip

PEOPLE = 128  # treated in each round
PRIOR = 512  # drawn around the chart, from whom the prior is taken
LAST = 2  # so many times fewer have the traits that were learned
KEPT = 20  # drawn from these by weight: the twin
TRAITS = 12  # draws of symptom weights for each person
SEED = 20260101
WENT = "the twin went as the readings did"
COPIED = 0.1  # share of readings that are copies, from which it is said
UNLIKE = 1.5  # chi-square over degrees of freedom from which the readings are said not to be this twin's


def fit(
    case: Case, session: Session | None = None, *, people: int = PEOPLE, kept: int = KEPT, seed: int = SEED
) -> Twin:
    """The twin of a case, for one of its sessions.

    Args:
        case: the case file.
        session: which session; by default the one worth explaining.
        people, kept: how many are treated, and how many of them make the twin.
        seed: the same seed gives the same twin.

    Raises:
        BadRecord, OutOfRange: when weight, fluid removed or treatment time are unknown or impossible.
    """
    session = session or case.session()
    rng = np.random.default_rng(seed)
    told = about(case, session)
    observed = readings.gather(case, session)
    everybody = crowd(case, session, max(people, PRIOR), rng, observed)
    learned = learn(everybody, observed, people, told.drugs, np.random.default_rng((seed, 2)))
    return _twin(case, session, told, everybody, learned, _fewer(people, kept, learned), kept, seed, rng)


def crowd(case: Case, session: Session, n: int, rng: np.random.Generator, observed: Observed) -> Crowd:
    """n people around the chart; what the readings are to tell is left to them."""
    ordered, told = person.order(case, session), about(case, session)
    who = person.people(case, session, n, rng)
    chart, kinds = who.chart, set(observed.kinds)
    if "systolic" in kinds:
        chart = chart._replace(systolic=None, diastolic=None)
    if "sodium" in kinds:
        chart = chart._replace(sodium=None)
    offset = person.offsets(case, session, n, rng)
    usual = readings.usual(case, session)
    return Crowd(examined(who.patient, told), offset, who.post_weight, chart, who.gap_h, ordered, usual)


def _fewer(people: int, kept: int, learned: Learned) -> int:
    return people if learned.expected is None else max(people // LAST, 2 * kept)


def _twin(
    case: Case,
    session: Session,
    told: symptoms.About,
    everybody: Crowd,
    learned: Learned,
    n: int,
    kept: int,
    seed: int,
    rng: np.random.Generator,
) -> Twin:
    """People as learned, through the session, and the few of them that its cramps leave."""
    few, day = everybody.take(np.arange(n)), np.zeros(n)
    if learned.expected is not None:
        few, day = drawn(learned, everybody, n, np.random.default_rng((seed, 3)))
        few = few._replace(patient=put(few.patient, readings.day_of(day, few.patient)))
    here = learned.observed.explained
    arrival = few.come(few.patient, few.offset, here.pre_weight)
    orders, course = readings.orders(few.order, few.offset, arrival.start), readings.run(here, *arrival, few.offset)
    moments = course.moments(arrival.patient)
    at = np.repeat(np.arange(n), TRAITS)
    lean = symptoms.leaning(told, n * TRAITS, np.random.default_rng((seed, 1)))
    cramp = symptoms.draw_weights(symptoms.Cramp, n * TRAITS, rng)
    hypotension = symptoms.draw_weights(symptoms.Hypotension, n * TRAITS, rng)
    cramp = replace(cramp, u=cramp.u + lean, drugs=of_drugs(case, cramp.drugs))
    risk = cramped.risk(arrival.patient, course, moments, cramp, told.drugs, at, few.order.time)
    relative = {id(s.session): float(x) for s, x in zip(learned.observed.sittings, learned.relative, strict=True)}
    log_weight = cramped.likelihood(case, session, course, risk, few.order.time, relative)
    weight, power = cramped.weigh(log_weight, at, kept)
    chosen = cramped.systematic(weight, kept, rng)
    those = at[chosen]
    return Twin(
        case=case,
        session=session,
        prescription=[orders[i] for i in those],
        patient=cohort.take(arrival.patient, those),
        start=cohort.take(arrival.start, those),
        post_weight=few.post_weight[those],
        gap_h=few.gap_h,
        switches=here.switches,
        infusion=None if here.given is None else cohort.take(here.given, np.zeros(kept, int)),
        cramp=cohort.take(cramp, chosen),
        hypotension=cohort.take(hypotension, chosen),
        course=course._replace(states=course.states[..., those]),
        quality=_quality(learned, moments, course.minutes, weight, at, power),
        field=Field(arrival.patient, few.offset, course, cramp, risk.cumulative[-1], weight),
        about=told._replace(sp_ktv=_dose(course.minutes, moments, few.order, few.post_weight, those)),
        leaning=lean[chosen],
        learned=learned,
    )


def _dose(minutes: np.ndarray, m: Moment, ordered: Prescription, post_weight: np.ndarray, few: np.ndarray) -> float:
    """Mean spKt/V of this session over the twin."""
    urea = readings.at(minutes, m.seen.protein.f * m.seen.urea_e, np.array([0.0, ordered.time]))
    pre, post = urea[:, few]
    return float(np.mean(measures.sp_ktv(pre, post, ordered.time / 60, ordered.uf, post_weight[few])))


def _quality(
    learned: Learned, m: Moment, minutes: np.ndarray, weight: np.ndarray, at: np.ndarray, power: float
) -> Quality:
    observed = learned.observed
    people = np.bincount(at, weight)
    root = {}
    for read in observed.explained.read:
        mean = readings.at(minutes, readings.shown(read.kind, m), read.minutes) @ people
        root[read.kind] = float(np.sqrt(np.mean((read.values - mean) ** 2)))
    note = WENT
    if round(power, 2) < 1:
        note = (
            f"few of the people drawn went as this one did: the cramps got {power:.0%} of their weight: a wider answer"
        )
    if not {"systolic", "rbv"} & set(root):
        note = "no readings to compare with: the twin is the population around this chart"
    elif (same := int(np.sum(readings.copied(observed) > 1))) > len(observed.values) * COPIED:
        note = (
            f"{same} of {len(observed.values)} readings are the same all session long: they count as one each session"
        )
    elif learned.expected is not None and (odd := unlike(learned)) > UNLIKE:
        note = f"the readings vary {odd**0.5:.1f} times as much as this twin and its instruments: doubt the answer"
    cuff = [read for read in observed.explained.read if read.kind == "systolic"]
    return Quality(
        readings=sum(len(read.values) for read in cuff),
        sessions=len({i for i, _ in observed.rows}),
        systolic_rms=root.get("systolic"),
        rbv_rms=root.get("rbv"),
        effective=cramped.effective(weight, at),
        note=note,
    )
