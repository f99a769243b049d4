"""Home: the twin of a person with failing kidneys who is not on dialysis, through hours in which somebody watched.

People who could be this one are drawn around the chart and live at their filtration until what they eat and what they
lose balance at the charted levels; then they live the watched hours with what was given. What was felt weighs them, and
a few are drawn by weight, as for a twin on dialysis (`fit`). How readily someone feels a nerve that fires by itself is
a personal readiness on the log odds, as is its threshold's uncertainty: no study measured either.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from . import ckd, cohort, events, levels, person, schedule, symptoms
from .body import body
from .body.body import Patient
from .case import Case, Episode
from .fit import about
from .levels import Chart
from .parameter import param, put, record
from .session import Course, Moment

PEOPLE, KEPT = 64, 20  # drawn, and drawn from these by weight
SEED = 20260301
LEAST_SALT = 0.1  # of what is usual; nobody eats less
BENDS = 4  # days lived until the charted levels repeat themselves
EXPLAINS = {"twitch": "twitch", "tingling": "tetany", "cramp": "tetany"}  # a complaint, and the risk that explains it


@record
class Readiness:
    """How people differ in feeling what their nerves do."""

    spread: float = param(
        "1", 1.0, within=(0.3, 2.0), source="SoleusChoice", status="assumed",
        meaning="standard deviation of log odds between people whose nerves fire alike",
    )  # fmt: skip


READINESS = Readiness()


class Field(NamedTuple):
    """All people drawn: what is around them, and the weights that the complaints gave."""

    patient: Patient
    start: body.State
    odds: dict[str, np.ndarray]  # log odds of twitches and of tetany
    weight: np.ndarray  # sums to 1


class Home(NamedTuple):
    """A person with uncertainty, at home: [draw] leaves, equally weighted."""

    case: Case
    episode: Episode
    patient: Patient
    start: body.State
    given: tuple[events.Event, ...]
    readiness: np.ndarray  # log odds, [draw]
    course: Course
    field: Field
    about: symptoms.About
    note: str


def fit(
    case: Case, episode: Episode | None = None, *, people: int = PEOPLE, kept: int = KEPT, seed: int = SEED
) -> Home:
    """The twin of a case without dialysis, for one of its episodes.

    Args:
        case: the case file; `schedule.per_week` is 0.
        episode: which hours; by default the latest with a complaint.
        people, kept: how many are drawn, and how many of them make the twin.
        seed: the same seed gives the same twin.

    Raises:
        BadRecord: when filtration or weight is not known.
        OutOfRange: when nobody lives without dialysis at it, or something given cannot be.
    """
    episode = episode or case.episode()
    rng = np.random.default_rng(seed)
    who, told = person.people_at_home(case, episode, people, rng), about(case)
    own = put(who.patient, {"nerve.neuropathy": np.full(people, told.neuropathy or 0.0)})
    patient, start = settled(own, _lived_with(case.gfr_ml_min, who.gfr_ml_min), who.chart)
    given = tuple(person.events_at_home(episode))
    course = lived(patient, start, given, episode.length_min)
    readiness = READINESS.spread * rng.standard_normal(people)
    odds = log_odds(course.moments(patient), course.minutes, readiness)
    weight = _weights(episode, odds)
    few = np.minimum(np.searchsorted(np.cumsum(weight), (rng.random() + np.arange(kept)) / kept), people - 1)
    return Home(
        case=case,
        episode=episode,
        patient=cohort.take(patient, few),
        start=cohort.take(start, few),
        given=given,
        readiness=readiness[few],
        course=Course(minutes=course.minutes, states=course.states[..., few]),
        field=Field(patient, start, odds, weight),
        about=told,
        note=f"{1 / (weight**2).sum():.0f} of {people} people drawn share the weight of what was felt",
    )


def _lived_with(said: float | None, drawn: np.ndarray) -> np.ndarray:
    """Filtrations drawn around the one that is said, none beyond those with which people live without dialysis."""
    possible = said is not None and ckd.LEAST <= said <= ckd.MOST
    return np.clip(drawn, ckd.LEAST, ckd.MOST) if possible else drawn


def settled(patient: Patient, gfr_ml_min: Any, chart: Chart) -> schedule.Arrival:
    """People at their filtration, every charted level kept by what they eat and lose."""
    known = {"sodium.Na_p": chart.sodium, "protein.c_pl": chart.protein}
    patient = put(patient, {name: value for name, value in known.items() if value is not None})
    binder = patient.absorption.binder  # the stages' table knows of none
    patient, start = ckd.without_dialysis(patient, gfr_ml_min)
    patient = put(patient, {"absorption.binder": binder})
    for _ in range(BENDS):
        patient, start = _as_charted(patient, start, chart)
        end = schedule.between(patient, start, 24.0).end.body
        patient, start = levels.repeated(patient, start, end, 24 * 60.0)
    return schedule.Arrival(*_as_charted(patient, start, chart))


def _as_charted(patient: Patient, start: body.State, chart: Chart) -> tuple[Patient, body.State]:
    """Weight and levels as measured, and salt eaten that keeps the fluid."""
    if chart.pre_weight is not None:
        start = schedule.weighing(patient, start, chart.pre_weight)
    patient, start = levels.met(patient, start, chart)
    return put(patient, _bent(patient, start, chart)), start


def _bent(patient: Patient, start: body.State, chart: Chart) -> dict[str, Any]:
    """Salt eaten, pressure at dry weight and protein eaten, corrected by what is missing."""
    rest = body.rest(patient)
    seen = body.look(start, patient, rest)
    gained = body.rates(start, seen, body.nothing(), patient, rest).sodium.n
    least = LEAST_SALT * Patient().gut.salt
    changes: dict[str, Any] = {"gut.salt": np.maximum(np.asarray(patient.gut.salt) - gained, least)}
    if chart.systolic is not None:
        missing = np.asarray(chart.systolic) - seen.circulation.SBP
        changes["circulation.MAP"] = np.clip(patient.circulation.MAP + 0.7 * missing, 45.0, 150.0)
    if chart.urea is not None:
        ratio = np.asarray(chart.urea) / (seen.protein.f * seen.urea_e)
        changes["urea.G"] = np.clip(patient.urea.G * ratio, 0.02, 0.8)
    return changes


def lived(patient: Patient, start: body.State, given: tuple[events.Event, ...], minutes: float) -> Course:
    """These hours with what was given, the same for all."""
    during = [event for event in given if event.minute < minutes]
    if not during:
        return schedule.between(patient, start, minutes / 60, course=True)
    n = schedule.count(start, patient)
    switches, drip = events.lay([during] * n, minutes)
    at = tuple(float(minute) for minute in switches)
    return schedule.between(patient, start, minutes / 60, course=True, infusion=drip, switches=at)


def log_odds(moments: Moment, minutes: np.ndarray, readiness: Any) -> dict[str, np.ndarray]:
    """Log odds of twitches and of tetany at their highest, [patient]."""
    found = symptoms.nervous(moments.nerves, minutes, np.asarray(moments.seen.calcium.iCa))
    return {name: _logit(getattr(found, name)) + readiness for name in ("twitch", "tetany")}


def asked(episode: Episode) -> str:
    """What the answer is about: what explains the first complaint, or twitches."""
    felt = sorted((symptom.minute, EXPLAINS[symptom.what]) for symptom in episode.symptoms if symptom.what in EXPLAINS)
    return felt[0][1] if felt else "twitch"


def _weights(episode: Episode, odds: dict[str, np.ndarray]) -> np.ndarray:
    """Weights that sum to 1, from what was felt and what was not."""
    felt = {EXPLAINS.get(symptom.what) for symptom in episode.symptoms}
    log_weight = sum(-np.logaddexp(0, -x if name in felt else x) for name, x in odds.items())
    weight = np.exp(log_weight - np.max(log_weight))
    return np.asarray(weight / weight.sum())


def _logit(p: np.ndarray) -> np.ndarray:
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return np.asarray(np.log(p / (1 - p)))
