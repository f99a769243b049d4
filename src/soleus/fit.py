"""Fit: the twin. Many people who could be this one are treated as the chart says; those who went as this one did stay.

Each of the drawn people (from the population, bent to the chart) is treated by the recorded prescription. Readings,
blood volume and complaints weigh them; a few are drawn by weight, and every answer is an average over these.
Correlated misfit is respected: all readings of one kind together count as `EFFECTIVE` independent ones at most.
What the chart says of the person beside blood and treatment (`about`) shifts how readily they are held to cramp.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from . import cohort, drugs, events, measures, person, schedule, symptoms
from .body import body
from .body.body import Patient
from .case import Case, Session
from .parameter import param, parameters, put, record
from .prescription import Prescription
from .session import Course, Moment, simulate

PEOPLE = 192  # drawn from the population around the chart
KEPT = 20  # drawn from these by weight: the twin
TRAITS = 12  # draws of symptom weights for each person
SEED = 20260101
NEUROPATHY = {"none": 0.0, "mild": 0.25, "moderate": 0.6, "severe": 1.0}  # index [SoleusChoice]
DIARY_DAYS = 14  # before the session, in which cramps at home count


@record
class Misfit:
    """Scale of what the twin and the cuff may differ by, instrument and model together."""

    systolic: float = param(
        "mmHg", 10.0, within=(5.0, 20.0), source="Kuipers2016", status="assumed",
        meaning="systolic reading less the twin's",
    )  # fmt: skip
    diastolic: float = param(
        "mmHg", 7.0, within=(3.0, 15.0), source="SoleusChoice", status="assumed",
        meaning="diastolic reading less the twin's",
    )  # fmt: skip
    heart_rate: float = param(
        "1/min", 8.0, within=(3.0, 20.0), source="SoleusChoice", status="assumed",
        meaning="pulse change since the start, reading less the twin's",
    )  # fmt: skip
    rbv: float = param(
        "%", 1.5, within=(0.5, 4.0), source="FCells2015", status="assumed",
        meaning="relative blood volume, monitor less the twin's",
    )  # fmt: skip


MISFIT = Misfit()
EFFECTIVE = 5.0  # independent readings that a whole series is worth
TAIL = 4.0  # degrees of freedom of the misfit: one wild reading does not decide


class Twin(NamedTuple):
    """A person with uncertainty: [draw] leaves, equally weighted."""

    case: Case
    session: Session
    prescription: list[Prescription]  # of that day, one a draw: the delivered sodium differs
    patient: Patient
    start: body.State
    post_weight: np.ndarray  # kg, after the session before
    gap_h: float
    switches: tuple[float, ...]  # min, between which things were given; empty when nothing was
    infusion: body.Infused | None  # [stretch, draw]
    cramp: symptoms.Cramp
    hypotension: symptoms.Hypotension
    course: Course  # the session as the twin ran it
    quality: Quality
    field: Field  # everybody drawn, with weights: for what the data could still tell
    about: symptoms.About
    leaning: np.ndarray  # shift of the susceptibility that `about` gave, already in `cramp.u`


class Quality(NamedTuple):
    """How well the twin went as the patient did."""

    readings: int
    systolic_rms: float | None  # mmHg, mean twin against the cuff
    rbv_rms: float | None  # %
    effective: float  # of the people drawn, how many share the weight
    note: str


class Field(NamedTuple):
    """All people drawn: the prior, and the weights that the data gave them."""

    patient: Patient
    offset: np.ndarray  # mmol/L
    course: Course
    traits: symptoms.Cramp  # [person * trait]
    hazard: np.ndarray  # [person * trait], cumulative cramp hazard
    weight: np.ndarray  # [person * trait], sums to 1


def fit(
    case: Case, session: Session | None = None, *, people: int = PEOPLE, kept: int = KEPT, seed: int = SEED
) -> Twin:
    """The twin of a case, for one of its sessions.

    Args:
        case: the case file.
        session: which session; by default the one worth explaining.
        people, kept: how many are drawn, and how many of them make the twin.
        seed: the same seed gives the same twin.

    Raises:
        BadRecord, OutOfRange: when weight, fluid removed or treatment time are unknown or impossible.
    """
    session = session or case.session()
    rng = np.random.default_rng(seed)
    ordered = person.order(case, session)
    told = about(case, session)
    who = person.people(case, session, people, rng)
    offset = person.offsets(case, session, people, rng)
    treated = [replace(ordered, sodium_offset=float(x)) for x in offset]
    arrival = schedule.arrive(examined(who.patient, told), treated, who.gap_h, who.post_weight, who.chart)
    switches, given = _given(case, session, ordered.time, people)
    course = simulate(*arrival, treated, infusion=given, switches=switches)
    moments = course.moments(arrival.patient)
    log_weight, rms = _readings(case, session, course, moments)
    at = np.repeat(np.arange(people), TRAITS)
    lean = symptoms.leaning(told, people * TRAITS, np.random.default_rng((seed, 1)))
    cramp, hypotension = _traits(case, lean, rng)
    risk = _cramp_risk(arrival.patient, course, moments, cramp, told.drugs, at, ordered.time)
    weight, power = _weigh(log_weight[at] + _cramps(case, session, course, risk, ordered.time), at, kept)
    few = at[chosen := _systematic(weight, kept, rng)]
    return Twin(
        case=case,
        session=session,
        prescription=[treated[i] for i in few],
        patient=cohort.take(arrival.patient, few),
        start=cohort.take(arrival.start, few),
        post_weight=who.post_weight[few],
        gap_h=who.gap_h,
        switches=switches,
        infusion=None if given is None else cohort.take(given, few),
        cramp=cohort.take(cramp, chosen),
        hypotension=cohort.take(hypotension, chosen),
        course=Course(minutes=course.minutes, states=course.states[..., few]),
        quality=_quality(case, session, weight, at, power, rms),
        field=Field(arrival.patient, offset, course, cramp, risk.cumulative[-1], weight),
        about=told._replace(sp_ktv=_dose(course, moments, ordered, who.post_weight, few)),
        leaning=lean[chosen],
    )


def _traits(case: Case, lean: np.ndarray, rng: np.random.Generator) -> tuple[symptoms.Cramp, symptoms.Hypotension]:
    """Weights of the symptoms, as many draws as there are leanings."""
    cramp = symptoms.draw_weights(symptoms.Cramp, len(lean), rng)
    hypotension = symptoms.draw_weights(symptoms.Hypotension, len(lean), rng)
    return replace(cramp, u=cramp.u + lean, drugs=_drugs(case, cramp.drugs)), hypotension


def about(case: Case, session: Session | None = None) -> symptoms.About:
    """What the chart says of a person that shifts susceptibility or has complaints of its own."""
    who = case.patient
    return symptoms.About(
        age_y=who.age_y,
        female=who.sex == "F",
        diabetes=who.diabetes,
        vintage_y=who.vintage_y,
        neuropathy=None if who.neuropathy is None else NEUROPATHY[who.neuropathy],
        restless_legs=who.restless_legs,
        drugs=drugs.burden(case, None if session is None else session.date),
        cramped_before=_cramped_at_home(case, session),
        on_dialysis=case.on_dialysis,
        gfr_ml_min=case.gfr_ml_min,
    )


def examined(patient: Patient, told: symptoms.About) -> Patient:
    """The same people with the neuropathy that was found; one that is only likely does not touch the nerve."""
    n = cohort.count(patient)
    return patient if told.neuropathy is None else put(patient, {"nerve.neuropathy": np.full(n, told.neuropathy)})


def _drugs(case: Case, weight: np.ndarray) -> np.ndarray:
    """What each draw holds medicines to do, over what their table says: as uncertain as the table is."""
    burden, spread = drugs.burden(case), drugs.spread(case)
    if not burden:
        return weight
    meta = {name: meta for name, _, meta in parameters(symptoms.Cramp)}["drugs"]
    return np.clip(1 + (weight - 1) / meta.sd * spread / abs(burden), *meta.within)


def _dose(course: Course, m: Moment, ordered: Prescription, post_weight: np.ndarray, few: np.ndarray) -> float:
    """Mean spKt/V of this session over the twin."""
    pre, post = _at(course.minutes, m.seen.protein.f * m.seen.urea_e, np.array([0.0, ordered.time]))[:, few]
    return float(np.mean(measures.sp_ktv(pre, post, ordered.time / 60, ordered.uf, post_weight[few])))


def _cramped_at_home(case: Case, session: Session | None) -> bool | None:
    """Whether the diary of the days before has a cramp; None where it has no word of cramps.

    Days of treatment do not count: what happened in a session is in the list of sessions.
    """
    treated = {each.date for each in case.sessions}
    days = [day for day in case.diary if day.cramp is not None and day.date not in treated]
    if session is not None:
        days = [day for day in days if 0 < (session.date - day.date).days <= DIARY_DAYS]
    return any(day.cramp for day in days) if days else None


def treat(twin: Twin, treated: list[Prescription], draw: Any = slice(None), *, course: bool = True) -> Course:
    """The same people (or some of them, repeated) arriving for the same session, given the same, treated otherwise."""
    drip = None if twin.infusion is None else cohort.take(twin.infusion, draw)
    patient, start = cohort.take(twin.patient, draw), cohort.take(twin.start, draw)
    return simulate(patient, start, treated, infusion=drip, switches=twin.switches, course=course)


def _given(case: Case, session: Session, minutes: float, n: int) -> tuple[tuple[float, ...], body.Infused | None]:
    """What was infused, drunk and eaten during the session, and the switches between which it ran."""
    during = [event for event in person.events(case, session) if event.minute < minutes]
    if not during:
        return (), None
    switches, given = events.lay([during] * n, minutes)
    return tuple(float(minute) for minute in switches), given


def _readings(case: Case, session: Session, course: Course, m: Moment) -> tuple[np.ndarray, dict[str, float]]:
    """Log weight of each person by the cuff and the blood volume monitor."""
    log_weight, rms = np.zeros(course.states.shape[-1]), {}
    cuff = case.readings(session)
    flow = m.seen.circulation
    for name, model, scale in (
        ("systolic_mmhg", flow.SBP, MISFIT.systolic),
        ("diastolic_mmhg", flow.DBP, MISFIT.diastolic),
        ("heart_rate_min", flow.HR, MISFIT.heart_rate),
    ):
        known = [(r.minute, getattr(r, name)) for r in cuff if getattr(r, name) is not None]
        if len(known) < 2:
            continue
        at, seen = np.array(known, float).T
        misfit = seen[:, None] - _at(course.minutes, model, at)
        if name == "heart_rate_min":
            misfit = misfit - misfit[:1]
        log_weight += _log_t(misfit, scale)
        rms[name] = misfit
    trace = [(p.minute, p.rbv_pct) for p in session.blood_volume if p.minute <= course.minutes[-1]]
    if len(trace) >= 2:
        at, seen = np.array(trace, float).T
        rbv = 100 * (m.seen.blood.BV / m.seen.blood.BV[:1] - 1)
        misfit = seen[:, None] - _at(course.minutes, rbv, at)
        log_weight += _log_t(misfit, MISFIT.rbv)
        rms["rbv_pct"] = misfit
    return log_weight, rms


def _log_t(misfit: np.ndarray, scale: float) -> np.ndarray:
    """Student-t log likelihood of [reading, person], tempered to EFFECTIVE readings."""
    each = -0.5 * (TAIL + 1) * np.log1p((misfit / scale) ** 2 / TAIL)
    return each.sum(axis=0) * min(1.0, EFFECTIVE / len(misfit))


def _at(minutes: np.ndarray, values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Values [time, person] at other times, by straight lines."""
    i = np.clip(np.searchsorted(minutes, at) - 1, 0, len(minutes) - 2)
    w = np.clip((at - minutes[i]) / (minutes[i + 1] - minutes[i]), 0, 1)[:, None]
    return (1 - w) * values[i] + w * values[i + 1]


def _cramp_risk(
    patient: Patient, course: Course, m: Moment, cramp: symptoms.Cramp, drugs: float, at: np.ndarray, until: float
) -> symptoms.Risk:
    """The cramp hazard of every person with every draw of their traits."""
    z = symptoms.pathways(symptoms.signs(m), body.rest(patient), drugs)
    return symptoms.cramp({k: v[:, at] for k, v in z.items()}, course.minutes, cramp, until)


def _cramps(case: Case, session: Session, course: Course, risk: symptoms.Risk, length: float) -> np.ndarray:
    """Log weight of each draw by the cramps of this session and of the others in the file."""
    log_weight = np.zeros(risk.cumulative.shape[1])
    during = sorted(c.minute for c in session.cramps if c.minute <= length)
    total = risk.cumulative[-1]
    if during:
        first = np.array([during[0]])
        log_weight += np.log(_at(course.minutes, risk.rate, first)[0]) - _at(course.minutes, risk.cumulative, first)[0]
    elif not session.cramps:
        log_weight -= total
    others = [s for s in case.sessions if s is not session]
    cramped = sum(1 for s in others if s.cramps)
    chance = -np.expm1(-total)
    return log_weight + cramped * np.log(chance) - (len(others) - cramped) * total


def _weigh(log_weight: np.ndarray, at: np.ndarray, kept: int) -> tuple[np.ndarray, float]:
    """Weights that sum to 1, and the power that kept `kept` people in play: data that would leave fewer count less."""

    def weigh(power: float) -> np.ndarray:
        w = np.exp(power * (log_weight - log_weight.max()))
        return w / w.sum()

    low, high = 0.0, 1.0
    if _effective(weigh(1.0), at) >= kept:
        return weigh(1.0), 1.0
    for _ in range(20):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _effective(weigh(middle), at) >= kept else (low, middle)
    return weigh(low), low


def _effective(weight: np.ndarray, at: np.ndarray) -> float:
    """How many people share the weight."""
    return float(1 / (np.bincount(at, weight) ** 2).sum())


def _systematic(weight: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """n indices drawn by weight, evenly spread."""
    at = (rng.random() + np.arange(n)) / n
    return np.minimum(np.searchsorted(np.cumsum(weight), at), len(weight) - 1)


def _quality(
    case: Case, session: Session, weight: np.ndarray, at: np.ndarray, power: float, misfit: dict[str, Any]
) -> Quality:
    people = np.bincount(at, weight)
    root = {k: float(np.sqrt(((v @ people) ** 2).mean())) for k, v in misfit.items()}
    note = "the twin went as the readings did"
    if power < 1:
        note = f"few of the people drawn went as this one did: the data got {power:.0%} of their weight: a wider answer"
    if not misfit:
        note = "no readings to compare with: the twin is the population around this chart"
    return Quality(
        readings=len(case.readings(session)),
        systolic_rms=root.get("systolic_mmhg"),
        rbv_rms=root.get("rbv_pct"),
        effective=_effective(weight, at),
        note=note,
    )
