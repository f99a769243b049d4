"""Forecast: the second half of a session's systolic pressure, from the readings of its first half.

    y2 = m2 + S21 S11^-1 (y1 - m1)        m, S: mean and covariance of all readings before any of them was seen

The covariance is that of the twin (what traits and all that is not fitted do) plus that of arm, day, slow ups and
downs; so what the first half says of the day is carried over, and fades as slow ups and downs do. Beside it stand the
last value carried forward, and a straight line through the first half.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import fit
from ..case import Case
from ..errors import SoleusError
from ..fit import Normal, gauss, readings
from ..instruments import INSTRUMENTS

FEWEST = 2  # readings in the first half: a line needs two
SECOND = 0.5  # share of the session after which readings are to be predicted
WAYS = ("twin", "last value", "line")


class Forecast(NamedTuple):
    """One session."""

    name: str
    known: int  # readings in the first half
    asked: int  # in the second
    errors: dict[str, float]  # median absolute error, mmHg, by way
    inside: float  # share of the second half in the twin's 90 % interval


class Result(NamedTuple):
    """All sessions."""

    sessions: tuple[Forecast, ...]
    skipped: tuple[str, ...]

    @property
    def median(self) -> dict[str, float]:
        """Over the sessions, mmHg."""
        return {way: float(np.median([f.errors[way] for f in self.sessions])) for way in WAYS}

    @property
    def better(self) -> dict[str, int]:
        """In how many sessions the twin was nearer than each of the others."""
        return {way: sum(f.errors["twin"] < f.errors[way] for f in self.sessions) for way in WAYS[1:]}


def run(cases: Sequence[tuple[str, Case]], progress: Callable[[int, int, str], None] | None = None) -> Result:
    """Every session of every case that has enough readings; the others are named with the reason."""
    found, skipped = [], []
    for i, (name, case) in enumerate(cases):
        if progress:
            progress(i, len(cases), name)
        for session in case.sessions:
            try:
                answer = forecast(f"{name} {session.date}", case, session)
            except SoleusError as error:
                answer = str(error).splitlines()[0]
            if isinstance(answer, str):
                skipped.append(f"{name} {session.date}: {answer}")
            else:
                found.append(answer)
    return Result(tuple(found), tuple(skipped))


def forecast(name: str, case: Case, session: Any) -> Forecast | str:
    """One session, or why it cannot be asked."""
    length = session.length_min(case.prescription)
    cuff = [r for r in case.readings(session) if length is not None and 0 <= r.minute <= length]
    middle = SECOND * (length or 0.0)
    first, second = [r for r in cuff if r.minute <= middle], [r for r in cuff if r.minute > middle]
    if len(first) < FEWEST or not second:
        return f"{len(first)} readings in the first half and {len(second)} in the second; {FEWEST} and 1 are needed"
    m, sd, minutes, true = predicted(case, session, middle)
    t, y = np.array([r.minute for r in first]), np.array([r.systolic_mmhg for r in first])
    guesses = {"twin": m, "last value": np.full(len(m), y[np.argmax(t)]), "line": _line(t, y, minutes)}
    errors = {way: float(np.median(abs(guess - true))) for way, guess in guesses.items()}
    return Forecast(name, len(first), len(second), errors, float(np.mean(abs(m - true) <= 1.645 * sd)))


def predicted(case: Case, session: Any, middle: float) -> tuple[np.ndarray, ...]:
    """Systolic pressure expected after `middle`, its SD, the minutes, and what was read: [reading] each."""
    early = [p for p in session.pressures if p.minute <= middle]
    trace = [p for p in session.blood_volume if p.minute <= middle]
    seen = session.model_copy(update={"pressures": early, "blood_volume": trace, "symptoms": []})
    before = [seen if s is session else s for s in case.sessions if s.date <= session.date]
    told = case.model_copy(update={"sessions": before})
    known = readings.gather(told, seen)
    assert known.here is not None
    rng, drugs = np.random.default_rng(fit.SEED), fit.about(told, seen).drugs
    people = fit.crowd(told, seen, fit.PRIOR, rng, known)
    learned = fit.learn(people, known, fit.PEOPLE, drugs, rng)
    here = known.sittings[known.here]
    later = [r for r in case.readings(session) if r.minute > middle]
    asked = readings.Read("systolic", np.array([r.minute for r in later]), np.array([r.systolic_mmhg for r in later]))
    sittings = list(known.sittings)
    sittings[known.here] = here._replace(read=(*here.read, asked))
    whole = known._replace(sittings=tuple(sittings))
    line, _ = fit.treated(people.take(np.arange(fit.PEOPLE // 2)), learned.now, whole, drugs, rng)
    unseen = (whole.of == known.here) & (whole.kinds == "systolic") & (whole.minutes > middle)
    expected = given(learned, line, whole, unseen)
    return expected.mean, expected.sd, asked.minutes, asked.values


def given(learned: fit.Learned, line: gauss.Line, whole: readings.Observed, unseen: np.ndarray) -> Normal:
    """What the unseen readings are expected to be, given the others: kriging with the twin's own covariance.

    Args:
        learned: from the readings that were seen, whose trust it holds.
        line: how all readings follow traits.
        whole: all of them.
        unseen: which are to be predicted, [reading].
    """
    single = readings.single(whole)
    single[unseen] = INSTRUMENTS.systolic**2
    single[~unseen] /= learned.trust
    y = gauss.predicted(learned.prior, line, readings.noise(whole, line.value) + np.diag(single))
    across = y.cov[np.ix_(unseen, ~unseen)]
    gain = np.linalg.solve(y.cov[np.ix_(~unseen, ~unseen)], across.T).T
    mean = y.mean[unseen] + gain @ (whole.values[~unseen] - y.mean[~unseen])
    return Normal(mean, y.cov[np.ix_(unseen, unseen)] - gain @ across.T)


def _line(t: np.ndarray, y: np.ndarray, at: np.ndarray) -> np.ndarray:
    slope, level = np.polyfit(t, y, 1)
    return np.asarray(slope * at + level)


def page(r: Result) -> str:
    """A line a session, and the medians."""
    lines = [
        "Systolic pressure of the second half of a session, from the first: median absolute error, mmHg",
        f"{'session':<52}{'read':>5}{'asked':>6}" + "".join(f"{way:>12}" for way in WAYS) + f"{'in 90 %':>9}",
    ]
    for f in r.sessions:
        errors = "".join(f"{f.errors[way]:>12.1f}" for way in WAYS)
        lines.append(f"{f.name[:51]:<52}{f.known:>5}{f.asked:>6}{errors}{f.inside:>9.0%}")
    if r.sessions:
        lines.append(
            f"{'median of ' + str(len(r.sessions)) + ' sessions':<63}" + "".join(f"{r.median[w]:>12.1f}" for w in WAYS)
        )
        lines += [f"the twin was nearer than the {w} in {n} of {len(r.sessions)}" for w, n in r.better.items()]
    return "\n".join([*lines, *(f"Not asked: {line}" for line in r.skipped)])


def as_json(r: Result) -> dict[str, Any]:
    """The same in plain values."""
    rows = [f._asdict() for f in r.sessions]
    medians = r.median if r.sessions else {}
    return {"schema_version": 1, "sessions": rows, "median": medians, "better": r.better, "skipped": list(r.skipped)}
