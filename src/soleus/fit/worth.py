"""Worth: how much a measurement not yet made would tell, by simulation, in nats.

People of the fit go through the next session, like the latest one, and are read by every instrument at once. Slopes and
instrument errors give what a reading would leave of the doubt in the dry weight and in the log of cramps expected
(linear and Gaussian, as in `gauss`):

    gain = 1/2 ln(variance now / variance left)          width left = width now * exp(-gain)
"""

from typing import NamedTuple

import numpy as np

from .. import drugs, person, symptoms
from ..body import body
from . import checks, diary, gauss, readings, traits
from .known import Known
from .learned import drawn
from .readings import Observed, Read, Sitting

PEOPLE = 128  # of the fit, simulated
MONTH = 12  # sessions
USUAL = 60.0  # min between cuff readings where the file has none
TRACE = 9  # points of a blood volume trace: more repeat each other
FEW = 2  # readings up to which what they share with the target beyond the traits is counted: of many it is chance
LEAST = 0.05  # nats below which a measurement is not worth naming: the interval narrows by 5 %


class Worth(NamedTuple):
    """A measurement, what it costs, and what it would tell."""

    what: str
    cost: str
    dry_weight: float  # nats
    cramp: float  # nats, of the log of cramps expected in a session

    @property
    def both(self) -> float:
        """Of dry weight and cramps together."""
        return self.dry_weight + self.cramp


class _Now(NamedTuple):
    """What is known now, and how readings of the next session would follow the traits."""

    cov: np.ndarray  # [trait, trait]
    read: gauss.Line
    noise: np.ndarray  # [reading, reading]
    target: gauss.Line  # the log of cramps expected
    weights: float  # variance of that by susceptibility and weights
    expected: float  # cramps in such a session


def worth(known: Known, people: int = PEOPLE, seed: int = 7) -> list[Worth]:
    """Every measurement that could be made next, that which tells most first.

    Args:
        known: what is known now.
        people: how many go through the next session.
        seed: the same seed gives the same people.
    """
    n = min(people, len(known.everybody.offset))
    pairs = known.everybody.take(np.tile(np.arange(n // 2), 2))  # two of each person: only the traits differ
    few = drawn(known.learned, pairs, 2 * (n // 2), np.random.default_rng(seed))[0]
    sitting, kinds = _next(known)
    one = Observed((sitting,), None, ())
    drug = drugs.burden(known.case, known.session.date)
    arrival = few.arrive(few.patient, few.offset, diary.CYCLES)
    shown = readings.predict(one, *arrival, few.offset, drug).read
    x = traits.x_of(few.patient, few.offset)
    course = readings.run(sitting, *arrival, few.offset, readings.on(*arrival))
    at = np.unique(np.linspace(0, len(course.minutes) - 1, diary.MOMENTS).astype(int))
    m = course.moments(arrival.patient, at=at)
    z = symptoms.pathways(symptoms.signs(m), body.rest(arrival.patient), drug)
    paths = np.stack([np.asarray(z[k]) for k in diary.PATHWAYS], axis=-1)  # [time, person, pathway]
    log, by = _log_hazard(known, course.minutes[at], paths, sitting.order.time)
    noise = readings.noise(one, shown.mean(axis=1)) + np.diag(readings.single(one))
    weights = float(by @ known.cramps.cov @ by)
    now = _Now(known.now.cov, gauss.line(x, shown), noise, gauss.line(x, log[None]), weights, float(np.exp(log.mean())))
    return sorted(_options(known, now, one, kinds), key=lambda w: -w.both)


def _log_hazard(known: Known, minutes: np.ndarray, paths: np.ndarray, length: float) -> tuple[np.ndarray, np.ndarray]:
    """Log of cramps expected by each person, and how it follows susceptibility and weights in the mean person."""

    def of(z: np.ndarray) -> tuple[float, np.ndarray]:
        one = diary.Exposure(known.session.date, minutes, z, length)
        return diary.hazard(diary.Event(known.session.date, False, one, None), known.cramps.mean)

    log = np.log([of(paths[:, i])[0] for i in range(paths.shape[1])])
    mean, by = of(paths.mean(axis=1))
    return log, by / mean


def _next(known: Known) -> tuple[Sitting, dict[str, np.ndarray]]:
    """The latest session with every instrument at once, and which of its readings belong to what."""
    alone = readings.gather(known.case, known.session, most=1).sittings[0]
    length = alone.order.time
    cuff = next((r.minutes for r in alone.read if r.kind == "systolic"), np.arange(0.0, length + 1, USUAL))
    between = (cuff[1:] + cuff[:-1]) / 2
    cuffs = ("systolic", "diastolic", "pulse")
    series = [(kind, cuff, "cuff") for kind in cuffs] + [(kind, between, "more") for kind in cuffs]
    series.append(("rbv", np.linspace(0, length, TRACE + 1)[1:], "trace"))
    series.append(("sodium", np.array([0.0, length]), "sodium"))
    whose = np.repeat([name for _, _, name in series], [len(t) for _, t, _ in series])
    read = tuple(Read(kind, t, np.zeros(len(t))) for kind, t, _ in series)
    return alone._replace(read=read), {name: np.flatnonzero(whose == name) for name in dict.fromkeys(whose.tolist())}


def _options(known: Known, now: _Now, one: Observed, of: dict[str, np.ndarray]) -> list[Worth]:
    """What could be measured, and what of it the file lacks."""
    usual, extra = _gain(now, of["cuff"]), _gain(now, np.concatenate([of["cuff"], of["more"]]))
    found = [
        Worth("twice as many cuff readings in the next session", "the cuff, twice as often",
              extra[0] - usual[0], extra[1] - usual[1]),
        Worth("a blood volume monitor in the next session", "a sensor on the line; nothing for the patient",
              *_gain(now, of["trace"])),
        Worth("sodium before and after the next session", "two samples of blood", *_gain(now, of["sodium"])),
        Worth(f"one more month ({MONTH} sessions) with the usual readings", "a month of waiting",
              *_gain(now, of["cuff"], checks.arm(one.kinds[of["cuff"]]))),
        Worth(f"a word in each of {MONTH} more sessions whether a muscle cramped", "a question at the end; a month",
              0.0, _noted(now)),
    ]  # fmt: skip
    who = known.case.patient
    if who.dry_weight_kg is None and who.overhydration_l is None:
        found.append(Worth("bioimpedance before the next session", "ten minutes lying still", *_bioimpedance(now)))
    return found


def _gain(now: _Now, rows: np.ndarray, lasting: np.ndarray | None = None) -> tuple[float, float]:
    """Nats about the dry weight and the log of cramps; with the error that lasts, for a mean of MONTH sessions."""
    slope, rest, noise = now.read.slope[rows], now.read.rest[rows], now.noise[np.ix_(rows, rows)]
    if lasting is not None:
        noise = lasting + (noise - lasting) / MONTH
    spread = slope @ now.cov @ slope.T + rest @ rest.T + noise
    dry = _nats(now.cov[0, 0], slope @ now.cov[0], spread)
    steep, own = now.target.slope[0], now.target.rest[0]
    shared = slope @ now.cov @ steep + (rest @ own if len(rows) <= FEW else 0.0)
    return dry, _nats(_doubt(now), shared, spread)


def _doubt(now: _Now) -> float:
    """Variance of the log of cramps expected."""
    steep, own = now.target.slope[0], now.target.rest[0]
    return float(steep @ now.cov @ steep + own @ own + now.weights)


def _bioimpedance(now: _Now) -> tuple[float, float]:
    spread = np.array([[now.cov[0, 0] + person.DOUBT.bioimpedance**2]])
    return _nats(now.cov[0, 0], now.cov[0, :1], spread), _nats(_doubt(now), now.cov[:1] @ now.target.slope[0], spread)


def _noted(now: _Now) -> float:
    """By Fisher's information of cramp or none on the log of cramps expected."""
    information = MONTH * now.expected**2 / np.expm1(now.expected)
    doubt = _doubt(now)
    return _nats(doubt, np.array([doubt]), np.array([[doubt + 1 / information]]))


def _nats(variance: float, shared: np.ndarray, spread: np.ndarray) -> float:
    left = variance - float(shared @ np.linalg.solve(spread, shared))
    return float(0.5 * np.log(variance / max(left, 1e-9 * variance)))


def narrowed(nats: float) -> float:
    """Share of the width of an interval that goes with so many nats."""
    return float(-np.expm1(-nats))


def best(found: list[Worth]) -> Worth | None:
    """The one that tells most, None when nothing is worth naming."""
    first = max(found, key=lambda w: w.both, default=None)
    return first if first is not None and first.both >= LEAST else None
