"""Coming: when the next session is, by what was said, by the schedule, or by the days on which sessions fell so far."""

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from ..case import Case, Session
from ..errors import BadRecord
from .amounts import AMOUNTS
from .answer import Coming

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LOOK = timedelta(days=28)  # sessions of so long tell the days of the week
DAYS = 7
HELD = 0.75  # share of a weekly pattern's sessions that the file must hold where it tells no number [SoleusChoice]
FARTHEST = 7  # days to the next session; nobody on dialysis waits longer


def clock(hour: float) -> time:
    """An hour of the day as a time."""
    return time(int(hour) % 24, round(hour % 1 * 60) % 60)


def begins(session: Session | None, case: Case) -> time:
    """When a session begins: as noted, else as others of the file, else between the shifts."""
    noted = [s.start for s in (*([session] if session else []), *reversed(past(case, date.max))) if s.start]
    return time.fromisoformat(noted[0]) if noted else clock(AMOUNTS.begins)


def ends(session: Session, case: Case) -> datetime:
    """When a session ended."""
    length = session.length_min(case.prescription) or 60 * AMOUNTS.hours
    return datetime.combine(session.date, begins(session, case)) + timedelta(minutes=length)


def past(case: Case, today: date) -> list[Session]:
    """Sessions up to a day, in order."""
    return sorted((s for s in case.sessions if s.date <= today), key=lambda s: (s.date, s.start or ""))


def coming(case: Case, today: date, said: date | None = None) -> Coming:
    """The next session after now.

    Args:
        case: the case file.
        today: the day that is asked about.
        said: the day of the next session, where somebody gave it.

    Raises:
        BadRecord: for a day that cannot be it, or where nothing tells.
    """
    done = past(case, today)
    last = done[-1] if done else None
    treated = last is not None and last.date == today and last.post_weight_kg is not None
    first = today + timedelta(days=1) if treated else today
    start = begins(None, case)
    days = _days(case, done)
    per_week = case.schedule.per_week
    every = math.ceil(DAYS / per_week) if per_week else 2  # rounded up: the fluid must last until then
    if said is not None:
        if not 0 <= (said - first).days <= FARTHEST:
            raise BadRecord(
                f"next is {said}, and today {today}: the next session lies between {first} and "
                f"{first + timedelta(days=FARTHEST)}. Correct the date."
            )
        return Coming(datetime.combine(said, start), "as you said", True, days, None, every)
    missed = _missed(days, last, today)
    if days:
        day = next(first + timedelta(days=i) for i in range(8) if (first + timedelta(days=i)).weekday() in days)
        how = "as schedule.weekdays says" if case.schedule.weekdays else "as the sessions of the file fall"
        return Coming(datetime.combine(day, start), how, True, days, missed, every)
    if last is None or not per_week:
        raise BadRecord(
            "schedule.weekdays is missing, and the file has too few sessions to tell when the next one is. "
            "Write the days of treatment, for example [Mon, Wed, Fri], or give the day with --next."
        )
    day = max(last.date + timedelta(days=every), first)
    how = f"assumed: at most {every} days from one session to the next at {per_week:g} a week"
    return Coming(datetime.combine(day, start), how, False, (), None, every)


def _days(case: Case, done: Sequence[Session]) -> tuple[int, ...]:
    """The days of the week with sessions: as written, else where recent sessions fell, if they are as many as said."""
    if case.schedule.weekdays:
        return tuple(sorted(WEEKDAYS.index(day) for day in case.schedule.weekdays))
    if not done:
        return ()
    recent = sorted({s.date for s in done if done[-1].date - s.date < LOOK})
    days = tuple(sorted({day.weekday() for day in recent}))
    told = case.schedule.per_week
    enough = len(days) >= 2 and (_whole(recent, days) if told is None else len(days) == round(told))
    return days if enough else ()


def _whole(recent: Sequence[date], days: Sequence[int]) -> bool:
    """Whether a week at least was seen, and nearly every session in it: who cramped on two days may come on three."""
    long = (recent[-1] - recent[0]).days
    due = sum((recent[0] + timedelta(days=i)).weekday() in days for i in range(long + 1))
    return long >= DAYS and len(recent) >= HELD * due


def _missed(days: Sequence[int], last: Session | None, today: date) -> date | None:
    """A day of treatment between the last session and today that the file does not have."""
    if not days or last is None:
        return None
    between = [last.date + timedelta(days=i) for i in range(1, (today - last.date).days)]
    return next((day for day in between if day.weekday() in days), None)
