"""Weeks: simulated people live some weeks by habit, then one week by their budget, on the same days of the same bodies.

The budget that they follow is `budget.budget` of their case file as it stands that day: sessions, diary, a weight at
home or none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from .. import schedule
from ..body import body
from ..budget import Budget, budget
from ..case import Case, DiaryDay, Session, read
from ..cohort import joint
from ..errors import BadRecord
from ..instruments import INSTRUMENTS
from ..population import lives
from ..population.ward import Ward
from ..prescription import Prescription
from .home import AWAKE, MORNING, NOON, SLEEPS, WAKES, AtHome, How, Own, asleep, awake, live, own, shown

FIRST = date(2026, 3, 4)  # a Wednesday
RUN_IN = (44.0, 68.0, 44.0, 44.0, 68.0)  # h: sessions on Wed, Fri, Mon, Wed, Fri, then Monday
WEEK = (44.0, 44.0, 68.0)
START = "08:00"


@dataclass
class Home:
    """A group on its way through the weeks; leaves [patient]."""

    people: joint.People
    orders: list[Prescription]
    own: Own
    at_home: AtHome
    now: body.State
    day: date
    cases: list[Case]
    rng: np.random.Generator
    drunk: list[np.ndarray] = field(default_factory=list)  # L by habit, of each stretch of waking hours
    hours: list[float] = field(default_factory=list)  # how long those were
    today: np.ndarray | None = None  # L poured or noticed so far today
    refused: int = 0

    @property
    def n(self) -> int:
        """How many."""
        return len(self.people.target)


class Arm(NamedTuple):
    """A way to live the last week."""

    id: str
    label: str
    how: How
    weighed: bool  # at home, each morning
    asks: bool = True  # for a budget
    spread: float = 1.0  # of what comes unnoticed from day to day, over the usual


ARMS = (
    Arm("follows", "followed, weighed at home each morning", "follows", True),
    Arm("steady", "followed, weighed; days half as different", "follows", True, spread=0.5),
    Arm("unweighed", "followed, no scale at home", "follows", False),
    Arm("thirsty", "glasses followed, weighed; the rest left to thirst", "thirsty", True),
    Arm("habit", "not followed: habits, beside the same plan", "habit", True),
)
LEARNING = Arm("learning", "habits before the budget", "habit", True, False)


class Gap(NamedTuple):
    """A gap lived, beside what was planned after the session before it; [patient], kg."""

    hours: float
    plan: np.ndarray
    low: np.ndarray
    high: np.ndarray
    comfortable: np.ndarray
    why: list[str]
    arrived: np.ndarray  # as the unit's scale showed
    above: np.ndarray  # the target
    rate: np.ndarray  # mL/kg/h that takes it off
    sodium: np.ndarray  # mmol/L on arrival
    urine: np.ndarray  # mL a day


def everybody(n: int, seed: int, at_home: AtHome | None = None) -> Home:
    """n people of a population, at the door of a session in the middle of a week."""
    rng = np.random.default_rng(seed)
    people = joint.people(n, rng.integers(2**32, size=2), "world")
    orders = lives.ordered(people, rng)
    told = schedule.Chart(pre_weight=people.target + people.gain, systolic=people.systolic, diastolic=people.diastolic)
    patient, now = schedule.arrive(people.patient, orders, WEEK[0], people.target, told, lives.CYCLES, lives.cycle)
    people = people._replace(patient=patient)
    mine = own(patient, now, n, at_home or AtHome(), rng)
    cases = [_chart(people, orders[i], mine, i) for i in range(n)]
    return Home(people, orders, mine, at_home or AtHome(), now, FIRST, cases, rng)


def _chart(people: joint.People, order: Prescription, mine: Own, i: int) -> Case:
    """The case file before the first session."""
    about: Any = people.about
    who = {
        "sex": "F" if about.female[i] else "M", "age_y": round(float(about.age_y[i])),
        "target_weight_kg": round(float(people.target[i]), 1), "residual_urine_ml_day": float(mine.urine[i]),
        "weight_confirmed": True,
    }  # fmt: skip
    who["age_y"] = float(who["age_y"])
    told = {"patient": who, "schedule": {"per_week": 3.0, "weekdays": ["Mon", "Wed", "Fri"]},
            "prescription": {"hours": order.time / 60}}  # fmt: skip
    return read(told)


def session(h: Home) -> np.ndarray:
    """One session; what the scale showed before it."""
    people, unit, rng = h.people, Ward(), h.rng
    patient = people.patient
    rest = body.rest(patient)
    pre = shown(body.look(h.now, patient, rest).weight, INSTRUMENTS.scale, rng)
    wanted = pre - people.target + unit.given_back + unit.missed * rng.standard_normal(h.n)
    uf = np.clip(wanted, 0.0, schedule.liftable(h.now, people.minutes))
    done = lives.treated(patient, h.now, h.orders, uf)
    after = np.asarray(body.look(done.end, patient, rest).weight) + unit.given_back
    h.now = schedule.weighing(patient, done.end, after)
    post = np.minimum(shown(after, INSTRUMENTS.scale, rng), pre)
    for i in range(h.n):
        new = Session(date=h.day, start=START, pre_weight_kg=float(pre[i]), post_weight_kg=float(post[i]),
                      uf_l=round(float(pre[i] - post[i] + unit.given_back), 2), infused_l=unit.given_back)  # fmt: skip
        h.cases[i] = h.cases[i].model_copy(update={"sessions": [*h.cases[i].sessions, new]})
    return pre


def gap(h: Home, hours: float, arm: Arm) -> Gap | None:
    """The days from the end of a session to the next; what was planned at its end, where a budget is asked."""
    first, told = h.day, _asked(h, None) if arm.asks else None
    days, start = int((hours + NOON - MORNING) / 24), NOON
    rate = None if told is None or arm.how == "habit" else _pour(told)
    for i in range(days + 1):
        last = i == days
        if i > 0:
            h.now, _ = live(asleep(h.people.patient), h.now, 24 - SLEEPS + WAKES)
            h.day, start, h.today = first + timedelta(days=i), WAKES, None
            weight = body.look(h.now, h.people.patient, body.rest(h.people.patient)).weight
            kg = shown(weight, h.at_home.scale, h.rng, h.own.offset)
            if arm.weighed:
                _write(h, weight_kg=kg)
            if rate is not None:
                rate = _pour(_asked(h, told))
        _up(h, (MORNING if last else SLEEPS) - start, arm, rate, told)
        if not last:
            _write(h, drinks_l=h.today)
    if told is None:
        session(h)
        return None
    seen = body.look(h.now, h.people.patient, body.rest(h.people.patient))
    pre = session(h)
    return _scored(h, hours, told, pre, np.asarray(seen.sodium.Na_p))


def _up(h: Home, hours: float, arm: Arm, rate: np.ndarray | None, told: list[Budget] | None) -> None:
    """Waking hours of a day."""
    a, rng, patient = h.at_home, h.rng, h.people.patient
    z = np.clip(rng.standard_normal((4, h.n)), -2.5, 2.5)
    salt = np.exp(a.salt * (z[0] - a.salt / 2))
    if arm.how == "habit" or rate is None or told is None:
        social = np.maximum(a.social * z[1] / AWAKE, -patient.gut.habit * 60)
        h.now, drunk = live(awake(patient, 1.0, social, salt), h.now, hours)
        noticed = h.own.noticed * np.maximum(drunk, 0.0)
        h.drunk.append(drunk)
        h.hours.append(hours)
    else:
        noticed = rate * hours * np.exp(a.pours * (z[2] - a.pours / 2))
        eaten = np.array([b.salt.told / b.salt.eaten if b.salt.eaten else 1.0 for b in told])
        salt = salt * (1 - a.less_salt * (1 - np.minimum(eaten, 1.0)))
        rest = 1 - h.own.noticed
        if arm.how == "follows":
            then = [x for x, long in zip(h.drunk, h.hours, strict=True) if long == hours]  # the same part of a day
            usual = rest * np.maximum(np.mean(then, axis=0), 0.0) / hours
            sd = a.unnoticed * arm.spread
            more = usual * np.exp(sd * (z[3] - sd / 2))
            patient = awake(patient, 0.0, more + noticed / hours, salt)
        else:
            social = np.maximum(a.social * z[1] / AWAKE, -patient.gut.habit * 60 * rest)
            patient = awake(patient, rest, social + noticed / hours, salt)
        h.now, _ = live(patient, h.now, hours)
    h.today = noticed if h.today is None else h.today + noticed


def _asked(h: Home, before: list[Budget] | None) -> list[Budget]:
    """Everybody's budget now; who is refused goes on with the one before."""
    found = []
    for i, told in enumerate(h.cases):
        try:
            found.append(budget(told, h.day))
        except BadRecord:
            if before is None:
                raise
            h.refused += 1
            found.append(before[i])
    return found


def _pour(told: list[Budget]) -> np.ndarray:
    """What to pour an hour, L, until tomorrow."""
    return np.array([(b.days[0].count_l or 0.0) / max(AWAKE * b.days[0].share, 0.1) for b in told])


def _write(h: Home, **lines: np.ndarray | None) -> None:
    """A line of today in every diary."""
    for i, told in enumerate(h.cases):
        new = {name: round(float(x[i]), 2) for name, x in lines.items() if x is not None}
        old = [d for d in told.diary if d.date == h.day]
        line = old[0].model_copy(update=new) if old else DiaryDay(date=h.day, **new)  # type: ignore[arg-type]
        diary = [*(d for d in told.diary if d.date != h.day), line]
        h.cases[i] = told.model_copy(update={"diary": diary})


def _scored(h: Home, hours: float, told: list[Budget], pre: np.ndarray, sodium: np.ndarray) -> Gap:
    """What was planned beside what came."""
    plans = [b.plan for b in told]
    off = np.maximum(pre - h.people.target, 0.0) + Ward().given_back
    return Gap(
        hours=hours,
        plan=np.array([p.weight_kg for p in plans]),
        low=np.array([p.arrival[1] for p in plans]),
        high=np.array([p.arrival[2] for p in plans]),
        comfortable=np.array([p.comfortable_kg for p in plans]),
        why=[p.why for p in plans],
        arrived=pre,
        above=pre - h.people.target,
        rate=1000 * off / h.people.target / (h.people.minutes / 60),
        sodium=sodium,
        urine=h.own.urine,
    )


def run_in(h: Home, progress: Callable[[str], None]) -> None:
    """Weeks by habit, weighed and logged: what the file holds when the budget begins."""
    session(h)
    for i, hours in enumerate(RUN_IN):
        progress(f"habits, gap {i + 1} of {len(RUN_IN)}")
        gap(h, hours, LEARNING)


def week(h: Home, arm: Arm, seed: int) -> tuple[list[Gap], int]:
    """One week of an arm, on a copy; and how many budgets were refused."""
    here = replace(
        h,
        cases=[_scaled(told, arm.weighed) for told in h.cases],
        rng=np.random.default_rng(seed),
        today=None,
        drunk=list(h.drunk),
        hours=list(h.hours),
        refused=0,
    )
    found = [gap(here, hours, arm) for hours in WEEK]
    return [g for g in found if g is not None], here.refused


def _scaled(told: Case, weighed: bool) -> Case:
    """The case of somebody with or without a scale at home."""
    if weighed:
        return told
    return told.model_copy(update={"diary": [d.model_copy(update={"weight_kg": None}) for d in told.diary]})
