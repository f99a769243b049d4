"""Learned: from the readings of all sessions to what is known of a person's traits.

Each round draws people from what is known so far, treats them in every session of the file, and updates the prior anew
with slopes taken there (`gauss`). Readings far from all others count less, so that one wild value does not decide.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from .. import cohort, person, schedule
from ..body.body import Patient
from ..instruments import INSTRUMENTS
from ..prescription import Prescription
from . import gauss, readings, traits
from .gauss import Line, Normal
from .readings import Observed

ROUNDS = (3, 5)  # cycles of session and gap until people arrive, in each round: slopes need no more
ROOM = 2.0  # times as far below dry weight as people can be: where slopes are taken nobody stands at the wall
TAIL = 4.0  # degrees of freedom of a reading's error: one wild value does not decide
TRUSTED = 3  # times the readings are weighed in a round


class Crowd(NamedTuple):
    """People who could be the patient before anything was read; leaves and arrays [person]."""

    patient: Patient
    offset: np.ndarray  # mmol/L
    post_weight: np.ndarray  # kg
    chart: schedule.Chart
    gap_h: float
    order: Prescription
    usual: tuple[float, float] | None = None  # h, kg: the gap and the gain of other weeks, where they are known

    def take(self, index: np.ndarray) -> "Crowd":
        """Some of them."""
        return self._replace(
            patient=cohort.take(self.patient, index),
            offset=self.offset[index],
            post_weight=self.post_weight[index],
            chart=cohort.take(self.chart, index),
        )

    def arrive(self, patient: Patient, offset: np.ndarray, cycles: int = schedule.CYCLES) -> schedule.Arrival:
        """The same people, with other traits, at the door after their usual gap."""
        treated = [_with(self.order, float(x)) for x in offset]
        if self.usual is None:
            return schedule.arrive(patient, treated, self.gap_h, self.post_weight, self.chart, cycles)
        hours, gain = self.usual
        chart = self.chart._replace(pre_weight=self.post_weight + gain)
        return schedule.arrive(patient, treated, hours, self.post_weight, chart, cycles)

    def come(self, patient: Patient, offset: np.ndarray, kg: float) -> schedule.Arrival:
        """The same, on the day to be explained, when they weigh this."""
        arrival = self.arrive(patient, offset)
        if self.usual is None:
            return arrival
        weight = np.full(len(offset), kg)
        return arrival._replace(start=readings.coming(*arrival, readings.on(*arrival), weight))


class Learned(NamedTuple):
    """What is known of the traits, and of the pressure of the day to be explained (the last)."""

    prior: Normal
    now: Normal
    observed: Observed
    expected: Normal | None  # of the readings, by the twin, before they were read by it; None without readings
    trust: np.ndarray  # [reading], 1 for one that counts in full
    relative: np.ndarray  # [sitting], chance of a cramp there over that in the session to be explained
    line: Line | None


def _with(order: Prescription, offset: float) -> Prescription:
    return replace(order, sodium_offset=offset)


def learn(
    crowd: Crowd,
    observed: Observed,
    people: int,
    drugs: float,
    rng: np.random.Generator,
    before: Normal | None = None,
) -> Learned:
    """What the readings tell of these people's traits.

    Args:
        crowd: people who could be the patient, more than `people`.
        observed: what was read.
        people: how many are treated in each round.
        drugs: effect of medicines on the log rate of cramps.
        rng: of the draws.
        before: what was known of the traits without these readings, the day left out; by default what the crowd says.
    """
    prior = _with_day(gauss.moments(traits.x_of(crowd.patient, crowd.offset)) if before is None else before)
    now, read = prior, observed.values
    if not len(read):
        none = np.zeros(0)
        return Learned(prior, now, observed, None, none, np.ones(len(observed.sittings)), None)
    others: list[np.ndarray] = []  # of all rounds: the more people, the better known is what is not fitted
    for i, cycles in enumerate(ROUNDS):
        few = crowd.take(np.arange(i * people // 2, (i + 1) * people // 2) % len(crowd.offset))
        told, shown = treated(few, now, observed, drugs, rng, cycles)
        others.append(told.rest)
        told = told._replace(rest=np.hstack(others) / np.sqrt(len(others)))
        now, trust, noise = _weighed(prior, told, observed, shown.read.mean(axis=1))
    hazard = shown.hazard.mean(axis=1)
    here = observed.here
    relative = np.ones_like(hazard) if here is None else hazard / hazard[here]
    return Learned(prior, now, observed, gauss.predicted(prior, told, noise), trust, relative, told)


def treated(
    few: Crowd, now: Normal, observed: Observed, drugs: float, rng: np.random.Generator, cycles: int = ROUNDS[-1]
) -> tuple[Line, readings.Predicted]:
    """Everybody twice, with traits drawn from what is known and mirrored, through every session; and the line of it."""
    z = _spread(len(few.offset), len(now.mean), rng)
    both = few.take(np.tile(np.arange(len(few.offset)), 2))
    limits = within(both, cohort.size_of(both.patient.fluid.dry_weight), ROOM)
    patient, offset = traits.put_in(both.patient, now.of(np.concatenate([z, -z]))[:, :-1], limits)
    shown = readings.predict(observed, *both.arrive(patient, offset, cycles), offset, drugs)
    told = gauss.paired(traits.x_of(patient, offset), shown.read)
    day = readings.of_the_day(observed)
    return told._replace(at=np.append(told.at, 0.0), slope=np.column_stack([told.slope, day])), shown


def _with_day(x: Normal) -> Normal:
    """With the pressure of the day besides, mmHg."""
    k = len(x.mean)
    cov = np.zeros((k + 1, k + 1))
    cov[:k, :k], cov[k, k] = x.cov, INSTRUMENTS.day**2
    return Normal(np.append(x.mean, 0.0), cov)


def _dry(crowd: Crowd, room: float = 1.0) -> tuple[float, float]:
    """The lightest and the heaviest dry weight that these people could have, kg; with more room, heavier ones too."""
    dry = np.asarray(crowd.patient.fluid.dry_weight)
    middle, reach = float(np.median(dry)), 4 * float(np.std(dry)) + 0.1
    heaviest = float(np.min(crowd.post_weight)) * (1 + room * person.DOUBT.below_dry)
    return middle - reach, max(float(dry.max()), min(middle + reach, heaviest))


def within(crowd: Crowd, size: Any, room: float = 1.0) -> dict[str, tuple[Any, Any]]:
    """How far out each trait of a person of this size can be who could be one of these people."""
    return traits.limits(size, *_dry(crowd, room))


def _weighed(
    prior: Normal, told: Line, observed: Observed, expected: np.ndarray
) -> tuple[Normal, np.ndarray, np.ndarray]:
    """The update, readings far from what all say together counting less; their trust, and the noise it left."""
    single, read = readings.single(observed), observed.values
    shared = readings.noise(observed, expected)
    trust = np.ones(len(read))
    for _ in range(TRUSTED):
        noise = shared + np.diag(single / trust)
        now = gauss.update(prior, told, read, noise)
        trust = (TAIL + 1) / (TAIL + np.maximum(_alone(told, now, read, noise) ** 2, 1.0))
    return now, trust, noise


def _alone(told: Line, now: Normal, read: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """How far each reading is from what all the others say of it, in standard deviations."""
    exact = np.linalg.inv(told.left_over + noise)
    rest = read - told.value - told.slope @ (now.mean - told.at)
    return exact @ rest / np.sqrt(np.diag(exact))


def _spread(n: int, k: int, rng: np.random.Generator) -> np.ndarray:
    """Standard normal draws [person, trait], each trait's as evenly spread as n people can be."""
    ranks = rng.permuted(np.tile(np.arange(n), (k, 1)), axis=1).T
    return np.asarray(ndtri((ranks + 0.5) / n))


def drawn(learned: Learned, crowd: Crowd, n: int, rng: np.random.Generator) -> tuple[Crowd, np.ndarray]:
    """n people with the traits that were learned, as they are on the day to be explained, and its pressure, mmHg."""
    few = crowd.take(np.arange(n))
    x = learned.now.of(_spread(n, len(learned.now.mean), rng))
    limits = within(few, cohort.size_of(few.patient.fluid.dry_weight))
    patient, offset = traits.put_in(few.patient, x[:, :-1], limits)
    return few._replace(patient=patient, offset=offset), x[:, -1]


def unlike(learned: Learned) -> float:
    """How unlikely the readings are for this twin: chi-square over its degrees of freedom, 1 where all is well."""
    assert learned.expected is not None
    away = learned.observed.values - learned.expected.mean
    return float(away @ np.linalg.solve(learned.expected.cov, away)) / len(away)
