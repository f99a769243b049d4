"""Diary: how readily this one person cramps, from sessions and days with and without a cramp.

    H(session) = integral of exp(b_0 + own + sum_k b_k z_k) over its 48ths          chance of a cramp = 1 - exp(-H)
    H(night)   = exp(night + r own + home + sum_k b_k z_k),  k without starved muscle

`own` and `home` are the person's, the b_k the weights of the pathways (`symptoms.cramps`, `symptoms.afterwards`). All
start from the population and are moved by a Laplace step: the likeliest values, and the curvature there. With few
days they hardly move; that is the shrinkage.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from .. import drugs, symptoms
from ..body import body
from ..case import Case
from ..parameter import parameters
from ..symptoms import Afterwards, Cramp
from .gauss import Normal
from .learned import Crowd
from .readings import Observed, on, run

OWN, HOME = "own", "home"
PATHWAYS = tuple(symptoms.PATHWAYS)
NAMES = (OWN, HOME, *PATHWAYS)
STEPS = 40  # of Newton at most; it takes some five
DRAWS = 4000  # from which the mean and spread of a shift of susceptibility are taken
CYCLES = 3  # of session and gap until people arrive, as in the last round of `learned`
MOMENTS = 25  # of a session at which pathways are looked at: every ten minutes of four hours
CEILING = 3.0  # log rate beyond which it does not rise [SoleusChoice], as in `symptoms.hazard`


class Exposure(NamedTuple):
    """What a session did to the pathways of the mean person."""

    day: date
    minutes: np.ndarray  # [time]
    z: np.ndarray  # [time, pathway]
    length: float  # min


class Usual(NamedTuple):
    """The mean person's pathways when coming and when leaving, for nights."""

    start: np.ndarray  # [pathway]
    end: np.ndarray


class Event(NamedTuple):
    """A session, or a day at home, with or without a cramp."""

    day: date
    cramped: bool
    session: Exposure | None  # None at home
    home: np.ndarray | None  # [pathway], at home


def prior(case: Case, day: date) -> Normal:
    """What the population and the chart say of susceptibility and weights, before any cramp is counted.

    Args:
        case: what is known; cramps of the diary are left to `update`.
        day: on which medicines are counted.
    """
    meta = {name: (value, m) for name, value, m in parameters(Cramp)}
    told = _about(case)
    lean = symptoms.leaning(told, DRAWS, np.random.default_rng(0))
    home = Afterwards()
    mean = [float(lean.mean()), 0.0, *(meta[k][0] for k in PATHWAYS)]
    sd = [
        np.hypot(meta["u"][1].sd, lean.std()),
        np.sqrt(1 - home.r**2) * home.spread,
        *(meta[k][1].sd for k in PATHWAYS),
    ]
    burden = drugs.burden(case, day)
    if burden:
        drawn = 1 + drugs.spread(case, day) / abs(burden) * np.random.default_rng(1).standard_normal(DRAWS)
        sd[NAMES.index("drugs")] = np.clip(drawn, *meta["drugs"][1].within).std()
    return Normal(np.array(mean), np.diag(np.square(sd)))


def _about(case: Case) -> symptoms.About:
    """The person without cramps of the diary, which are counted one by one here."""
    who = case.patient
    return symptoms.About(age_y=who.age_y, female=who.sex == "F", diabetes=who.diabetes, vintage_y=who.vintage_y)


def exposures(observed: Observed, few: Crowd, drug: float) -> list[Exposure]:
    """Every sitting as the mean of these people lived it.

    Args:
        observed: the sittings.
        few: people with the traits that were learned.
        drug: effect of medicines on the log rate.
    """
    if not observed.sittings:
        return []
    arrival = few.arrive(few.patient, few.offset, CYCLES)
    later, found = on(*arrival), []
    for sitting in observed.sittings:
        course = run(sitting, *arrival, few.offset, later)
        at = np.unique(np.linspace(0, len(course.minutes) - 1, MOMENTS).astype(int))
        m = course.moments(arrival.patient, at=at)
        z = symptoms.pathways(symptoms.signs(m), body.rest(arrival.patient), drug)
        mean = np.stack([np.asarray(z[k]).mean(axis=1) for k in PATHWAYS], axis=1)
        found.append(Exposure(sitting.session.date, course.minutes[at], mean, sitting.order.time))
    return found


def usual(found: Sequence[Exposure]) -> Usual:
    """The mean over sessions."""
    return Usual(np.mean([e.z[0] for e in found], axis=0), np.mean([e.z[-1] for e in found], axis=0))


def events(
    case: Case, found: Sequence[Exposure], left: Usual | None, since: tuple[date, date] | None = None
) -> list[Event]:
    """Sessions and days at home with a word on cramps, in order; a session that was not run is like the nearest.

    Args:
        case: the case file.
        found: sessions that were run.
        left: pathways of usual days, for nights; None when none was ever run.
        since: only sessions after the first of these days, and days at home after the second.
    """
    treated, made = {s.date for s in case.sessions}, []
    for s in case.sessions:
        if found and (since is None or s.date > since[0]):
            near = min(found, key=lambda e: abs((e.day - s.date).days))
            made.append(Event(s.date, bool(s.cramps), near, None))
    for day in case.diary:
        new = since is None or day.date > since[1]
        if left is not None and new and day.cramp is not None and day.date not in treated:
            after = any((day.date - t).days == 1 for t in treated)
            z = left.start + (Afterwards().kept * (left.end - left.start) if after else 0.0)
            z = np.where(np.array(PATHWAYS) == "perfusion", 0.0, z)
            made.append(Event(day.date, day.cramp, None, z))
    return sorted(made, key=lambda e: e.day)


def hazard(event: Event, w: np.ndarray) -> tuple[float, np.ndarray]:
    """Cramps expected in a session or a night under these values, and how that follows them, [name]."""
    if event.session is None:
        assert event.home is not None
        home = Afterwards()
        log = np.minimum(home.night + home.r * w[0] + w[1] + event.home @ w[2:], CEILING)
        expected = float(np.exp(log))
        return expected, expected * np.concatenate([[home.r, 1.0], event.home])
    _, minutes, z, length = event.session
    log = Cramp().b_0 + w[0] + z @ w[2:]
    rate = np.exp(-np.logaddexp(-log, -CEILING)) / (length / symptoms.SHARES)
    slope = rate / (1 + np.exp(log - CEILING))
    own = np.trapezoid(slope, minutes)
    return float(np.trapezoid(rate, minutes)), np.concatenate(
        [[own, 0.0], np.trapezoid(slope[:, None] * z, minutes, axis=0)]
    )


def log_likelihood(found: Sequence[Event], w: np.ndarray, factor: float = 1.0) -> float:
    """Of cramps and no cramps, every hazard times a factor."""
    total = 0.0
    for event in found:
        expected = factor * hazard(event, w)[0]
        total += float(np.log(-np.expm1(-expected))) if event.cramped else -expected
    return total


def update(before: Normal, found: Sequence[Event]) -> Normal:
    """Susceptibility and weights after these sessions and days."""
    if not found:
        return before
    exact = np.linalg.inv(before.cov)
    w = before.mean

    def score(at: np.ndarray) -> float:
        return log_likelihood(found, at) - 0.5 * float((at - before.mean) @ exact @ (at - before.mean))

    now, curve = score(w), exact
    for _ in range(STEPS):
        slope, curve = _slopes(found, w)
        step = np.linalg.solve(curve + exact, slope - exact @ (w - before.mean))
        share = 1.0
        while share > 1e-4 and score(w + share * step) < now:
            share /= 2
        w = w + share * step
        gained, now = score(w) - now, score(w)
        if gained < 1e-9:
            break
    cov = np.linalg.inv(_slopes(found, w)[1] + exact)
    return Normal(w, 0.5 * (cov + cov.T))


def _slopes(found: Sequence[Event], w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How the log likelihood follows each value, and its expected curvature."""
    slope, curve = np.zeros(len(w)), np.zeros((len(w), len(w)))
    for event in found:
        expected, by = hazard(event, w)
        odds = 1 / np.expm1(max(expected, 1e-12))
        slope += by * (odds if event.cramped else -1.0)
        curve += odds * np.outer(by, by)
    return slope, curve


def chance(found: Sequence[Event], now: Normal, rng: np.random.Generator, n: int = 1000) -> np.ndarray:
    """Draws of the chance of a cramp in a usual session of these, [draw]; empty without sessions."""
    sessions = [e for e in found if e.session is not None]
    if not sessions:
        return np.zeros(0)
    draws = now.of(rng.standard_normal((n, len(now.mean))))
    return np.array([np.mean([-np.expm1(-hazard(e, w)[0]) for e in sessions]) for w in draws])
