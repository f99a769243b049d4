"""Readings: what the clinic read in the sessions of a file, and what people would read there instead.

A reading differs from what a person would read by its instrument, by the arm, by the day, and by slow ups and downs
that no equation here knows: `instruments` says by how much, and `noise` puts it together. A session that cannot be run
is left out, and said.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import jax
import numpy as np

from .. import cohort, events, person, symptoms
from ..body import body
from ..body.body import Patient
from ..case import Case, Session
from ..errors import SoleusError
from ..instruments import INSTRUMENTS
from ..prescription import Prescription
from ..schedule import between, weighing
from ..session import Course, Moment, givable, simulate

MOST = 12  # sessions, those nearest to the one to explain: a month
LONGEST_AWAY = 45  # days, of a blood sample
LONGEST = 60  # days between a session and the one to explain; over more, weights and vessels change [SoleusChoice]
COPIES = 4  # readings of a kind in one session that are all the same: nobody read them one by one
DIASTOLIC = 0.5  # share of a day's, and of a slow, change of systolic pressure that diastolic pressure goes along with
DIASTOLIC_ARM = 2 / 3
FEWEST_GAPS = 3  # with known weights before and after, from which something is usual
SAME_GAP = 6.0  # h, within which gaps are alike
LATER = 24.0  # h after the arrival: between the two states, people are heavier as they are after a longer gap
FARTHEST = (-1.0, 2.0)  # of the way from the one state to the other that a straight line is trusted
LEAST_GAIN = 0.3  # kg, in a gap and in these hours; with less a straight line would go too far
FIELDS = {"systolic": "systolic_mmhg", "diastolic": "diastolic_mmhg", "pulse": "heart_rate_min"}


class Read(NamedTuple):
    """One kind of reading in one session."""

    kind: str  # systolic, diastolic, pulse, rbv, sodium
    minutes: np.ndarray
    values: np.ndarray


class Sitting(NamedTuple):
    """A session of the file, ready to be run for anybody."""

    session: Session
    order: Prescription
    pre_weight: float  # kg
    switches: tuple[float, ...]
    given: body.Infused | None  # for one person
    read: tuple[Read, ...]


class Observed(NamedTuple):
    """What was read, in the order of `predict`."""

    sittings: tuple[Sitting, ...]
    here: int | None  # which of them is to be explained
    left_out: tuple[str, ...]  # sessions that could not be run, and why

    @property
    def explained(self) -> Sitting:
        """The one to be explained."""
        assert self.here is not None
        return self.sittings[self.here]

    @property
    def rows(self) -> list[tuple[int, Read]]:
        """Every series with its sitting."""
        return [(i, read) for i, sitting in enumerate(self.sittings) for read in sitting.read]

    @property
    def values(self) -> np.ndarray:
        """All readings, [reading]."""
        return np.concatenate([read.values for _, read in self.rows]) if self.rows else np.zeros(0)

    @property
    def kinds(self) -> np.ndarray:
        """The kind of each reading."""
        return np.repeat([read.kind for _, read in self.rows], [len(read.values) for _, read in self.rows])

    @property
    def of(self) -> np.ndarray:
        """The sitting of each reading."""
        return np.repeat([i for i, _ in self.rows], [len(read.values) for _, read in self.rows]).astype(int)

    @property
    def minutes(self) -> np.ndarray:
        """The minute of each reading."""
        return np.concatenate([read.minutes for _, read in self.rows]) if self.rows else np.zeros(0)


def gather(case: Case, session: Session, most: int = MOST, since: date | None = None) -> Observed:
    """The readings of at most `most` sessions nearest to this one, or only of those after a day.

    Raises:
        BadRecord, OutOfRange: when the session itself cannot be run; another is left out, and said.
    """
    near = sorted(case.sessions, key=lambda s: (abs((s.date - session.date).days), s.date != session.date))
    near = [s for s in near if since is None or s.date > since][:most]
    sittings = []
    left_out = [_old(s, session) for s in near if abs((s.date - session.date).days) > LONGEST]
    near = sorted((s for s in near if abs((s.date - session.date).days) <= LONGEST), key=lambda s: s.date)
    sodium = _sodium(case, near)
    for i, each in enumerate(near):
        try:
            sittings.append(_sitting(case, each, sodium[i]))
        except SoleusError as error:
            if each is session:  # nothing can be explained without it
                raise
            left_out.append(f"{each.date}: {str(error).splitlines()[0]}")
    found = [s for s in sittings if s.read or s.session is session]
    here = next((i for i, s in enumerate(found) if s.session is session), None)
    return Observed(tuple(found), here, tuple(left_out))


def _old(one: Session, session: Session) -> str:
    away = abs((one.date - session.date).days)
    return (
        f"{one.date}: {away} days from the session of {session.date}; what is {LONGEST} days apart is not put together"
    )


def usual(case: Case, session: Session) -> tuple[float, float] | None:
    """The usual gap before sessions near this one, h, and what is gained in it, kg; None where too few are known."""
    known = []
    for each in case.sessions:
        gained = case.gained_kg(each)
        if gained is not None and abs((each.date - session.date).days) <= LONGEST:
            known.append((person.gap_h(case, each), gained))
    if len(known) < FEWEST_GAPS:
        return None
    gap = float(sorted(hours for hours, _ in known)[(len(known) - 1) // 2])  # one that there was, not a mean of two
    gain = float(np.median([kg for hours, kg in known if abs(hours - gap) <= SAME_GAP]))
    return gap, max(gain, LEAST_GAIN)


def _sitting(case: Case, session: Session, sodium: list[Read]) -> Sitting:
    order = person.order(case, session)
    pre = person.weight_before(case, session)
    during = [event for event in person.events(case, session) if event.minute < order.time]
    switches, given = events.lay([during], order.time) if during else ((), None)
    cuff = [r for r in case.readings(session) if r.minute <= order.time]
    read = []
    for kind, field in FIELDS.items():
        known = [(r.minute, getattr(r, field)) for r in cuff if getattr(r, field) is not None]
        if known:
            read.append(_read(kind, known))
    trace = [(p.minute, p.rbv_pct) for p in session.blood_volume if 0 < p.minute <= order.time]
    if trace:
        read.append(_read("rbv", trace))
    at_end = [x._replace(minutes=np.where(x.minutes > 0, order.time, 0.0)) for x in sodium]
    return Sitting(session, order, pre, tuple(float(s) for s in switches), given, (*read, *at_end))


def _read(kind: str, known: list[tuple[float, float]]) -> Read:
    minutes, values = np.array(sorted(known), float).T
    return Read(kind, minutes, values)


def _sodium(case: Case, sessions: Sequence[Session]) -> list[list[Read]]:
    """Sodium before and after sessions: each sample goes to one, the nearest; minute 1 stands for the end."""
    found: list[list[tuple[float, float]]] = [[] for _ in sessions]
    for lab in case.labs:
        value = lab.value("sodium_mmol_l")
        if value is None or lab.when not in ("pre", "post") or not sessions:
            continue
        away = [abs((s.date - lab.date).days) for s in sessions]
        i = int(np.argmin(away))
        if away[i] == 0 or (lab.when == "pre" and away[i] <= LONGEST_AWAY):
            found[i].append((float(lab.when == "post"), value))
    return [[_read("sodium", known)] if known else [] for known in found]


def run(
    sitting: Sitting,
    patient: Patient,
    start: body.State,
    offset: np.ndarray,
    later: body.State | None = None,
    course: bool = True,
) -> Course:
    """These people, as they arrive, weighed as the patient was and treated as the patient was.

    Args:
        sitting: the session.
        patient, start: leaves [person], after their usual gap.
        offset: of the bath's sodium, mmol/L, [person].
        later: LATER hours on (`on`); without it more weight is fluid that has not reached the blood.
        course: keep every step, or the end alone.
    """
    n = len(offset)
    kg = np.full(n, sitting.pre_weight)
    begin = weighing(patient, start, kg) if later is None else coming(patient, start, later, kg)
    treated = orders(sitting.order, offset, begin)
    drip = None if sitting.given is None else cohort.take(sitting.given, np.zeros(n, int))
    return simulate(patient, begin, treated, infusion=drip, switches=sitting.switches, course=course)


def orders(order: Prescription, offset: np.ndarray, start: body.State) -> list[Prescription]:
    """The prescription of each of these people; the few who hold too little water for it give what a body can."""
    most = np.broadcast_to(givable(start), offset.shape)
    if np.median(most) < order.uf:  # not a few: the session is impossible, and `simulate` says so
        most = np.full(offset.shape, order.uf)
    return [
        replace(order, sodium_offset=float(x), uf=min(order.uf, float(kg))) for x, kg in zip(offset, most, strict=True)
    ]


def on(patient: Patient, start: body.State) -> body.State:
    """The same people LATER hours on, had they not been treated."""
    return between(patient, start, LATER).end.body


class Predicted(NamedTuple):
    """What people would read."""

    read: np.ndarray  # [reading, person]
    hazard: np.ndarray  # [sitting, person], cumulative hazard of a cramp in people of usual weights


def predict(observed: Observed, patient: Patient, start: body.State, offset: np.ndarray, drugs: float) -> Predicted:
    """What these people would read in every sitting."""
    rows, hazard = [], []
    later = on(patient, start)
    for sitting in observed.sittings:
        course = run(sitting, patient, start, offset, later)
        few = _near(course.minutes, [read.minutes for read in sitting.read])
        minutes, m = course.minutes[few], course.moments(patient, at=few)
        rows += [at(minutes, shown(read.kind, m), read.minutes) for read in sitting.read]
        z = symptoms.pathways(symptoms.signs(m), body.rest(patient), drugs)
        hazard.append(symptoms.cramp(z, minutes, symptoms.Cramp(), sitting.order.time).cumulative[-1])
    n = len(offset)
    return Predicted(np.concatenate(rows) if rows else np.zeros((0, n)), np.array(hazard).reshape(-1, n))


def coming(patient: Patient, start: body.State, later: body.State, kg: np.ndarray) -> body.State:
    """The same people when they come heavier or lighter: fluid and blood as hours more or less of a gap leave them.

    Args:
        patient: leaves [person].
        start, later: on arrival after the usual gap, and LATER hours after that.
        kg: what they weigh when they come, [person].
    """
    now, then = (np.asarray(body.look(x, patient, body.rest(patient)).weight) for x in (start, later))
    share = np.clip((kg - now) / np.maximum(then - now, LEAST_GAIN), *FARTHEST)
    mixed = jax.tree.map(lambda a, b: a + share * (b - a), start, later)
    return weighing(patient, mixed, kg)


def _near(minutes: np.ndarray, wanted: Sequence[np.ndarray]) -> np.ndarray:
    """Steps around the wanted minutes, with the ends and a few between for a hazard."""
    after = np.searchsorted(minutes, np.concatenate([*wanted, np.linspace(0, minutes[-1], 9)]))
    return np.unique(np.clip(np.concatenate([after - 1, after]), 0, len(minutes) - 1))


def shown(kind: str, m: Moment) -> np.ndarray:
    """What an instrument of this kind would show, [time, person]."""
    flow, seen = m.seen.circulation, m.seen
    if kind == "rbv":
        return np.asarray(100 * (seen.blood.BV / seen.blood.BV[:1] - 1))
    return np.asarray({"systolic": flow.SBP, "diastolic": flow.DBP, "pulse": flow.HR, "sodium": seen.sodium.Na_p}[kind])


def at(minutes: np.ndarray, values: np.ndarray, when: np.ndarray) -> np.ndarray:
    """Values [time, person] at other times, by straight lines."""
    i = np.clip(np.searchsorted(minutes, when) - 1, 0, len(minutes) - 2)
    w = np.clip((when - minutes[i]) / (minutes[i + 1] - minutes[i]), 0, 1)[:, None]
    return (1 - w) * values[i] + w * values[i + 1]


def of_the_day(observed: Observed) -> np.ndarray:
    """How each reading follows the pressure of the day to be explained, [reading]."""
    follows = np.where(observed.kinds == "systolic", 1.0, np.where(observed.kinds == "diastolic", DIASTOLIC, 0.0))
    return follows * (observed.of == (-1 if observed.here is None else observed.here))


def copied(observed: Observed) -> np.ndarray:
    """Of each reading, how many of its kind its session has where all of these are the same; else 1, [reading]."""
    many = [len(r.values) if len(r.values) >= COPIES and np.ptp(r.values) == 0 else 1 for _, r in observed.rows]
    return np.repeat(many, [len(r.values) for _, r in observed.rows]).astype(float)


def single(observed: Observed) -> np.ndarray:
    """Variance of each reading by its instrument alone, [reading]; copies count as the one reading they are."""
    sd = {
        "systolic": INSTRUMENTS.systolic, "diastolic": INSTRUMENTS.diastolic, "pulse": INSTRUMENTS.pulse,
        "rbv": INSTRUMENTS.rbv, "sodium": person.DOUBT.sodium,
    }  # fmt: skip
    return np.array([sd[kind] for kind in observed.kinds]) ** 2 * copied(observed)


def noise(observed: Observed, expected: np.ndarray) -> np.ndarray:
    """Covariance of what arm, day and hour do to the readings, without `single` and the day to be explained.

    Args:
        observed: the readings.
        expected: about what they should be; a monitor errs in proportion, [reading].
    """
    kinds, of, t = observed.kinds, observed.of, observed.minutes
    S, D = kinds == "systolic", kinds == "diastolic"
    arm = INSTRUMENTS.arm * (S + DIASTOLIC_ARM * D)
    found = np.outer(arm, arm)
    same = of[:, None] == of[None, :]
    slow = S + DIASTOLIC * D
    near = np.exp(-np.abs(t[:, None] - t[None, :]) / INSTRUMENTS.wander_time)
    found += same * np.outer(slow, slow) * INSTRUMENTS.wander**2 * near
    other = slow * (of != (-1 if observed.here is None else observed.here))
    found += same * np.outer(other, other) * INSTRUMENTS.day**2
    pulse = INSTRUMENTS.pulse_day * (kinds == "pulse")
    found += same * np.outer(pulse, pulse)
    volume = kinds == "rbv"
    for each in (INSTRUMENTS.rbv_gain * expected * volume, INSTRUMENTS.rbv_drift * t * volume):
        found += same * np.outer(each, each)
    return found


def day_of(day: Any, patient: Patient) -> dict[str, Any]:
    """The pressure of that day, mmHg systolic, as set points of the body."""
    rise = (1 - DIASTOLIC) * day  # of pulse pressure
    return {
        "circulation.MAP": patient.circulation.MAP + day - patient.circulation.f_sys * rise,
        "circulation.PP": np.maximum(patient.circulation.PP + rise, 15.0),
    }
