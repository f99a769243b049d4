"""Water: what comes in and goes out of a person between two moments, and what the gains so far say is drunk.

gain = (drinks + food) waking hours / 16  -  (insensible + urine) hours / 24
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import fmean, stdev
from typing import NamedTuple

from ..case import Case, DiaryDay
from .amounts import AMOUNTS
from .answer import Habit
from .coming import begins, ends, past

WAKING = AMOUNTS.sleeps - AMOUNTS.wakes  # h a day
TYPICAL = 72.5  # kg, to whom amounts that scale belong, as in `stated.param`
LOGS = timedelta(days=21)  # whose diary counts
FEWEST_LOGS = 3  # days
LEAST_SHARE = 0.25  # of a day; nobody is treated longer while awake
LONGEST = 5  # days between two sessions that still are one gap


class Losses(NamedTuple):
    """Of a day, L."""

    food: float
    insensible: float
    urine: float


def losses(case: Case, kg: float) -> Losses:
    """Those of this person; without a word on urine, as if there were none."""
    size = kg / TYPICAL
    urine = (case.patient.residual_urine_ml_day or 0.0) / 1000
    return Losses(AMOUNTS.food * size, AMOUNTS.insensible * size, urine)


def waking(start: datetime, end: datetime) -> float:
    """Waking hours between two moments."""
    total, day = 0.0, start.date()
    while day <= end.date():
        midnight = datetime.combine(day, datetime.min.time())
        first = max(start, midnight + timedelta(hours=AMOUNTS.wakes))
        last = min(end, midnight + timedelta(hours=AMOUNTS.sleeps))
        total += max(0.0, (last - first).total_seconds() / 3600)
        day += timedelta(days=1)
    return total


def hours(start: datetime, end: datetime) -> float:
    """Hours between two moments, never below none."""
    return max(0.0, (end - start).total_seconds() / 3600)


def gained(start: datetime, end: datetime, drinks: float, lost: Losses) -> float:
    """What is gained, kg, by who drinks so much a day."""
    return (drinks + lost.food) * waking(start, end) / WAKING - (lost.insensible + lost.urine) * hours(start, end) / 24


def drunk(start: datetime, end: datetime, gain: float, lost: Losses) -> float:
    """What is drunk a day, L, by who gains so much, kg."""
    awake = waking(start, end) / WAKING
    return (gain + (lost.insensible + lost.urine) * hours(start, end) / 24) / awake - lost.food if awake else 0.0


def habit(case: Case, today: date, lost: Losses) -> Habit:
    """What is drunk as a rule, and how much of it without being noticed."""
    totals = _totals(case, today, lost)
    logs = [day.drinks_l / share(case, day.date) for day in _logged(case.diary, today) if day.drinks_l is not None]
    logged = fmean(logs) if len(logs) >= FEWEST_LOGS else None
    total = max(0.0, fmean(totals)) if totals else None
    spread = stdev(totals) if len(totals) > 2 else AMOUNTS.day_sd
    sd = max(spread, AMOUNTS.day_sd / 2) / len(totals) ** 0.5 if totals else AMOUNTS.habit_sd
    if total is None:
        unnoticed = None if logged is None else logged * (1 - AMOUNTS.logged) / AMOUNTS.logged
    elif logged is None:
        unnoticed = total * (1 - AMOUNTS.logged)
    else:
        unnoticed = max(0.0, total - logged)
    guessed = AMOUNTS.habit_sd if total is None or logged is None else 0.0
    return Habit(total, logged, unnoticed, (sd**2 + guessed**2 / 4) ** 0.5, len(totals))


def share(case: Case, day: date) -> float:
    """Of a day's waking hours, those off dialysis."""
    treated = sum(
        waking(datetime.combine(s.date, begins(s, case)), ends(s, case)) for s in case.sessions if s.date == day
    )
    return max(1 - treated / WAKING, LEAST_SHARE)


def logged(case: Case, start: datetime, end: datetime) -> float | None:
    """What was written down between two moments, L, of days that began or ended there their part; None with a gap."""
    total, day = 0.0, start.date()
    while day < end.date():
        lines = [line.drinks_l for line in case.diary if line.date == day and line.drinks_l is not None]
        if not lines:
            return None
        part = waking(
            max(start, datetime.combine(day, datetime.min.time())), datetime.combine(day, datetime.max.time())
        )
        total += sum(lines) * min(1.0, part / WAKING / share(case, day))
        day += timedelta(days=1)
    return total


def _totals(case: Case, today: date, lost: Losses) -> list[float]:
    """What was drunk a day in each of the latest gaps, by weight."""
    done, found = past(case, today), []
    for before, after in zip(done, done[1:], strict=False):
        known = before.post_weight_kg is not None and after.pre_weight_kg is not None
        if known and 0 < (after.date - before.date).days <= LONGEST:
            start, end = ends(before, case), datetime.combine(after.date, begins(after, case))
            found.append(drunk(start, end, after.pre_weight_kg - before.post_weight_kg, lost))  # type: ignore[operator]
    return found[-int(AMOUNTS.gaps) :]


def _logged(diary: Sequence[DiaryDay], today: date) -> list[DiaryDay]:
    """Whole days of the diary that count."""
    return [day for day in diary if timedelta() < today - day.date <= LOGS and day.drinks_l is not None]
