"""Known: all that a fit knows of one person: traits, dry weight, susceptibility, and from which sessions and days.

A fit takes the latest sessions of a file, at most `readings.MOST`. With what was known before (`stored`) it takes only
what came since.
"""

from datetime import date
from typing import NamedTuple

import numpy as np

from .. import drugs, person
from ..case import Case, Session
from ..errors import SoleusError
from . import PEOPLE, PRIOR, SEED, crowd, diary, readings, traits
from .diary import Event, Usual
from .gauss import Normal
from .learned import Crowd, Learned, drawn, learn
from .readings import Observed

LIVED = 24  # people whose mean tells what a session did to the pathways of a cramp
WEIGHED = 512  # draws of the dry weight behind its interval
AT_LIMIT = 0.25  # share of the draws at the heaviest dry weight possible from which that is said


class Before(NamedTuple):
    """What was known from earlier sessions and days."""

    prior: Normal  # of the traits, before anything was read; without the day
    now: Normal  # of the traits, without the day
    cramps: Normal
    usual: Usual | None  # pathways of usual days
    last: date  # session that was used
    last_day: date  # of the diary that was used
    sessions: int
    days: int  # of sessions and diary, with a word on cramps
    drugs: tuple[str, ...]
    access: str | None
    gains: tuple[float, ...]  # kg a day between sessions
    levels: dict[str, tuple[float, ...]]  # by kind and session, how far the readings were from the twin's on average


class Weight(NamedTuple):
    """The physiological dry weight, kg."""

    mean: float
    sd: float
    low: float  # 5th percentile
    high: float  # 95th
    prior: tuple[float, float]  # mean and SD by target and bioimpedance alone
    at_limit: bool  # whether the readings ask for more than anybody who left at this weight could have
    above_target: float | None  # share of the draws above the target, None without one


class Known(NamedTuple):
    """What is known of one person."""

    case: Case
    session: Session  # the latest that can be run
    everybody: Crowd
    learned: Learned
    dry_weight: Weight
    cramps_before: Normal
    cramps: Normal
    events: tuple[Event, ...]  # what told of cramps
    every_event: tuple[Event, ...]  # those that were known before as well
    usual: Usual | None
    before: Before | None
    gains: tuple[float, ...]  # kg a day, new

    @property
    def now(self) -> Normal:
        """The traits without the pressure of the day."""
        return Normal(self.learned.now.mean[:-1], self.learned.now.cov[:-1, :-1])

    @property
    def start(self) -> Normal:
        """The traits before these readings: the population, or what was stored."""
        return Normal(self.learned.prior.mean[:-1], self.learned.prior.cov[:-1, :-1])

    @property
    def prior(self) -> Normal:
        """The traits before anything was read, stored sessions included."""
        if self.before is not None:
            return self.before.prior
        return self.start

    @property
    def last(self) -> tuple[date, date]:
        """The last session and the last day of the diary that were used."""
        run = [s.session.date for s in self.learned.observed.sittings]
        run += [e.day for e in self.events if e.session is not None] + ([self.before.last] if self.before else [])
        home = [e.day for e in self.events if e.home is not None] + ([self.before.last_day] if self.before else [])
        last = max(run, default=self.session.date)
        return last, max(home, default=last)

    @property
    def sessions(self) -> int:
        """How many were run, stored ones included."""
        return len(self.learned.observed.sittings) + (self.before.sessions if self.before else 0)

    @property
    def days(self) -> int:
        """Sessions and days at home with a word on cramps, stored ones included."""
        return len(self.events) + (self.before.days if self.before else 0)


def know(
    case: Case, before: Before | None = None, *, center: Normal | None = None, people: int = PEOPLE, seed: int = SEED
) -> Known:
    """What the sessions and the diary of a case tell of the person.

    Args:
        case: the case file, of a person on dialysis.
        before: what was known; then only what came since is used.
        center: by how much this center's bath and laboratory are off (`center`), mmol/L; by default as all centers are.
        people: how many are treated in each round.
        seed: the same seed gives the same answer.

    Raises:
        BadRecord, OutOfRange: when no session of the file can be run.
    """
    session = latest(case)
    since = None if before is None else (before.last, before.last_day)
    observed = _gathered(case, session, since)
    drug = drugs.burden(case, session.date)
    everybody = crowd(case, session, max(people, PRIOR), np.random.default_rng(seed), observed)
    if before is not None:  # what the chart says of these is in what was known
        everybody = everybody._replace(chart=everybody.chart._replace(systolic=None, diastolic=None, sodium=None))
    if center is not None:
        spread = np.random.default_rng((seed, 5)).standard_normal(len(everybody.offset))
        everybody = everybody._replace(offset=center.mean[0] + center.sd[0] * spread)
        observed = _corrected(observed, center.mean[1])
    told = None if before is None else before.now
    learned = learn(everybody, observed, people, drug, np.random.default_rng((seed, 2)), told)
    few = drawn(learned, everybody, LIVED, np.random.default_rng((seed, 3)))[0]
    found = diary.exposures(observed, few, drug)
    usual = diary.usual(found) if found else None if before is None else before.usual
    events = diary.events(case, found, usual, since)
    start = before.cramps if before is not None else diary.prior(case, session.date)
    return Known(
        case=case,
        session=session,
        everybody=everybody,
        learned=learned,
        dry_weight=_dry_weight(case, session, learned, everybody, seed),
        cramps_before=start,
        cramps=diary.update(start, events),
        events=tuple(events),
        every_event=tuple(diary.events(case, found, usual)),
        usual=usual,
        before=before,
        gains=gains(case, None if since is None else since[0]),
    )


def _gathered(case: Case, session: Session, since: tuple[date, date] | None) -> Observed:
    """The readings of all days alike, none of them the one to explain; blood samples once only."""
    if since is None:
        return readings.gather(case, session)._replace(here=None)
    new = case.model_copy(update={"labs": [lab for lab in case.labs if lab.date > since[0]]})
    return readings.gather(new, session, since=since[0])._replace(here=None)


def _corrected(observed: Observed, laboratory: float) -> Observed:
    """Sodium as it would be if the laboratory were right."""
    sittings = [
        s._replace(read=tuple(r._replace(values=r.values - laboratory * (r.kind == "sodium")) for r in s.read))
        for s in observed.sittings
    ]
    return observed._replace(sittings=tuple(sittings))


def levels(learned: Learned, mean: np.ndarray) -> dict[str, list[tuple[int, float]]]:
    """How far the readings of each session are from these people's on average: by kind, (sitting, mean difference).

    Args:
        learned: with the line of its last round.
        mean: traits and day of the people.
    """
    found: dict[str, list[tuple[int, float]]] = {}
    line, o = learned.line, learned.observed
    if line is not None:
        away = o.values - line.value - line.slope @ (mean - line.at)
        for kind in dict.fromkeys(o.kinds.tolist()):
            rows = o.kinds == kind
            found[kind] = [(int(i), float(away[rows & (o.of == i)].mean())) for i in np.unique(o.of[rows])]
    return found


def latest(case: Case) -> Session:
    """The latest session that says enough to be run."""
    late_first = sorted(case.sessions, key=lambda s: (s.date, s.start or ""))[::-1]
    for session in late_first:
        try:
            readings.gather(case, session, most=1)
        except SoleusError:
            continue
        return session
    readings.gather(case, case.session(), most=1)  # says why not
    return case.session()


def gains(case: Case, since: date | None = None) -> tuple[float, ...]:
    """Weight gained from one session to the next, kg a day."""
    found = []
    for session in case.sessions:
        last, gained = case.before(session), case.gained_kg(session)
        if last is not None and gained is not None and (since is None or session.date > since):
            found.append(gained / (session.date - last.date).days)
    return tuple(found)


def _dry_weight(case: Case, session: Session, learned: Learned, everybody: Crowd, seed: int) -> Weight:
    """Draws as the twin has them: nobody heavier without excess fluid than who left this light can be."""
    n = min(WEIGHED, len(everybody.offset))
    dry = np.asarray(drawn(learned, everybody, n, np.random.default_rng((seed, 4)))[0].patient.fluid.dry_weight)
    pre = person.weight_before(case, session)
    after = pre - (session.taken_off_l or 0.0) + session.drunk_l + session.infused_l
    low, high = np.percentile(dry, (5, 95))
    target = case.patient.target_weight_kg
    return Weight(
        mean=float(dry.mean()),
        sd=float(dry.std()),
        low=float(low),
        high=float(high),
        prior=person.dry_weight(case, pre, after),
        at_limit=bool(np.mean(dry > dry.max() - 1e-6) > AT_LIMIT),
        above_target=None if target is None else float(np.mean(dry > target)),
    )


def trait(name: str) -> int:
    """Its place among the traits."""
    return traits.NAMES.index(name)
