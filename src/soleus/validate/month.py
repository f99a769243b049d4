"""Month: a group lives thirteen sessions of four weeks, no two alike, and each has its chance of cramp and hypotension.

    people     drawn, sized and brought to their session as for any study arm; age, sex, diabetes and years on dialysis
               as in a usual unit, and with them how readily people cramp (symptoms.prone)
    week       gaps of 68, 44 and 44 h; a day of the long gap brings a tenth less than one of the short
    gain       every session's own, about the person's mean
    target     missed a little each time; what was left in is there the next time
    weights    of the symptoms: drawn several times for each person, the same in all their sessions

The same seed gives two groups the same people, the same days and the same weights, so that they differ in their
treatment alone. Pressure, bath and length do not wander from day to day, symptoms change no treatment, and one symptom
does not bring the other except through what both come from.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import jax
import numpy as np

from .. import measures, schedule, session, symptoms
from ..body import body
from ..body.body import Patient
from ..prescription import Prescription
from .arm import Arrived, arrive_together
from .plan import MOST_GAIN, Plan, people

PEOPLE = 320
DRAWS = 48  # of the symptoms' weights, a person
GAPS = (68.0, 44.0, 44.0)  # h
SESSIONS = 13
LESS_A_DAY = 0.89  # gain a day in the long gap over that in a short one [LongGapGain]
GAIN_WANDERS = 0.25  # SD of a session's gain over the person's mean [GeneralKnowledge]
TARGET_MISSED = 0.4  # kg, SD of the weight after a session about the target [GeneralKnowledge]
LEAST_GAIN = 0.2  # of the person's mean: nobody comes without having drunk
YEARS_SD, AGE_SD = 1.0, 14.0  # of ln(years on dialysis); years [GeneralKnowledge]


class Persons(NamedTuple):
    """What is known of each besides the body, another person in every draw; [draw, patient]."""

    age_y: np.ndarray
    female: np.ndarray
    diabetic: np.ndarray
    vintage_y: np.ndarray
    leaning: np.ndarray  # of the log rate of cramps


@dataclass(frozen=True)
class Month:
    """Chances and what was known before; the first axes are draw (of the weights), session, patient."""

    cramp: np.ndarray  # [draw, session, patient]
    hypotension: np.ndarray  # [draw, session, patient]
    late: np.ndarray  # [draw, session, patient], chance of a cramp times its mean minute
    gain_kg: np.ndarray  # [session, patient]
    HCO3: np.ndarray  # [session, patient]
    who: Persons

    def draw(self, i: int) -> "Month":
        """One draw alone."""
        one = slice(i, i + 1)
        chances = {name: getattr(self, name)[one] for name in ("cramp", "hypotension", "late")}
        return replace(self, **chances, who=Persons(*(x[one] for x in self.who)))


class Day(NamedTuple):
    """One session of everybody: state at its beginning, what is removed; leaves [patient]."""

    start: body.State
    gain: np.ndarray
    uf: np.ndarray


def month(plan: Plan, n: int = PEOPLE, seed: int = 1) -> Month:
    """A month of n people under a plan.

    Raises:
        NotConverged: if a patient leaves the numbers.
    """
    here = arrive_together([plan], people(n, seed))
    who = persons(n, seed)
    weights = _weights(n, seed, who)
    rows = [_session(here.patient, day, here, weights) for day in _days(plan, here, seed)]
    cramp, low, late, gain, HCO3 = (np.stack(x, axis=-2) for x in zip(*rows, strict=True))
    return Month(cramp, low, late, gain, HCO3, who)


@lru_cache(maxsize=4)
def persons(n: int, seed: int) -> Persons:
    """Age, sex, diabetes and years on dialysis of n people of a usual unit, and what these do to their leaning."""
    rng = np.random.default_rng((seed, n, 2))
    usual, many = symptoms.Prone(), (DRAWS, n)
    age = np.clip(usual.usual_age + AGE_SD * rng.standard_normal(many), 20, 95)
    female, diabetic = rng.random(many) < usual.usual_female, rng.random(many) < usual.usual_diabetes
    years = usual.usual_vintage * np.exp(YEARS_SD * rng.standard_normal(many) - YEARS_SD**2 / 2)
    known = zip(age.flat, female.flat, diabetic.flat, years.flat, strict=True)
    about = [symptoms.About(age_y=a, female=bool(f), diabetes=bool(d), vintage_y=y) for a, f, d, y in known]
    leaning = np.reshape([symptoms.leaning(each, 1, rng)[0] for each in about], many)
    return Persons(age, female, diabetic, years, leaning)


def _weights(n: int, seed: int, who: Persons) -> list[tuple[symptoms.Cramp, symptoms.Hypotension]]:
    """Draws of everybody's weights."""
    rng = np.random.default_rng((seed, n, 3))
    drawn = []
    for shift in who.leaning:
        cramp = symptoms.draw_weights(symptoms.Cramp, n, rng)
        drawn.append((replace(cramp, u=cramp.u + shift), symptoms.draw_weights(symptoms.Hypotension, n, rng)))
    return drawn


def _days(plan: Plan, here: Arrived, seed: int) -> list[Day]:
    """Everybody's sessions: arrivals after a short and after a long gap, heavier or lighter as they drank."""
    n = len(here.orders)
    rng = np.random.default_rng((seed, n, 4))
    longer = schedule.between(here.patient, here.start, GAPS[0] - GAPS[1]).end.body
    mean = np.array([p.uf for p in here.orders])
    ratio = LESS_A_DAY * GAPS[0] / GAPS[1]
    if not plan.own_gain:  # the study's fluid removal is that of all days; a steady week's is its midweek
        mean = mean / (1 + (ratio - 1) / len(GAPS))
    days, left = [], np.zeros(n)
    for k in range(SESSIONS):
        long = k % len(GAPS) == 0
        wanders = np.maximum(1 + GAIN_WANDERS * rng.standard_normal(n), LEAST_GAIN)
        gain = np.minimum(mean * wanders * (ratio if long else 1.0), MOST_GAIN * here.weight)
        start = schedule.weighing(here.patient, longer if long else here.start, here.weight + left + gain)
        missed = TARGET_MISSED * np.clip(rng.standard_normal(n), -2, 2)
        uf = np.clip(left + gain - missed, 0.0, schedule.liftable(start, plan.prescription.time))
        left = left + gain - uf
        days.append(Day(start, gain, uf))
    return days


def _session(
    patient: Patient, day: Day, here: Arrived, weights: list[tuple[symptoms.Cramp, symptoms.Hypotension]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Chance of a cramp, of hypotension, the first times its minute, [draw, patient]; gain, bicarbonate [patient]."""
    orders: list[Prescription] = [replace(p, uf=float(u)) for p, u in zip(here.orders, day.uf, strict=True)]
    course = session.simulate(patient, day.start, orders)
    moments = course.moments(patient)
    seen, end = symptoms.signs(moments), orders[0].time
    z = symptoms.pathways(seen, body.rest(patient))
    rate = measures.uf_rate_ml_kg_h(day.uf, end / 60, here.weight)
    middle = 0.5 * (course.minutes[1:] + course.minutes[:-1])[:, None]
    cramp, low, late = (np.zeros((len(weights), len(day.uf))) for _ in range(3))
    for i, (for_cramp, for_low) in enumerate(weights):
        free = np.exp(-symptoms.cramp(z, course.minutes, for_cramp, end).cumulative)
        cramp[i], late[i] = 1 - free[-1], (-np.diff(free, axis=0) * middle).sum(axis=0)
        low[i] = symptoms.hypotension(seen, course.minutes, rate, for_low, end).probability
    HCO3 = np.broadcast_to(jax.tree.map(lambda x: x[0], moments.seen.acid_base.hco3), day.uf.shape)
    return cramp, low, late, day.gain, np.asarray(HCO3)
