"""Today: the budget of a day in glasses and teaspoons, in the words of who has to live by it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ...budget import HOUSEHOLD, Budget, Day, budget
from ...budget.page import glasses, goal, liters, teaspoons
from ...budget.unwell import CALL, CALL_FIRST
from ...case import Case
from ...errors import SoleusError

MOST_GLASSES = 12  # drawn; more is said in words
QUARTERS = ((" 1/4", "¼"), (" 1/2", "½"), (" 3/4", "¾"), ("1/4", "¼"), ("1/2", "½"), ("3/4", "¾"))
WITHOUT = (
    "How much to drink follows from your kidneys and your heart: that is for your clinic to say. Ask them, and write "
    "down your weight each morning."
)


MISSED = (
    "Your file has no dialysis of {}, so today’s amounts cannot be worked out. If you missed it, call your dialysis "
    "team today. If you were there, ask them to write it in, and keep to what you agreed."
)


class Today(NamedTuple):
    """What a person reads in the morning."""

    said: str  # the answer where there are no numbers
    why_not: str  # why there is none, for the team
    urgent: tuple[str, ...]
    glasses: str
    liters: str
    unnoticed: str
    left: str  # of glasses, after what was written down
    drunk: tuple[int, int]  # quarter glasses written down, and all
    salt: str
    salt_g: str
    salt_goal: str  # what guidelines ask for, where that is less
    coming: str
    notes: tuple[str, ...]
    week: tuple[dict[str, str | bool], ...]
    weighed: bool  # this morning


def today_of(case: Case, today: date) -> Today:
    """The day's amounts, or in plain words why there are none."""
    if not case.on_dialysis:
        return _silent(WITHOUT)
    try:
        found = budget(case, today)
    except SoleusError as error:
        return _silent("Today’s amounts cannot be worked out yet. Weigh yourself and write it down.", str(error))
    if found.next.missed is not None:
        return _silent(MISSED.format(f"{found.next.missed:%A}, {found.next.missed.day} {found.next.missed:%B}"))
    first = found.days[0]
    if found.suspended or first.count_l is None or first.salt_g is None or first.drink_l is None:
        call = CALL_FIRST if found.urgent else CALL
        said = f"No limit today: {' and '.join(found.suspended)}. {call}" if found.suspended else CALL
        return _silent(said)._replace(urgent=found.urgent, week=_week(found))
    return _amounts(found, first, first.count_l, first.drink_l, first.salt_g)


def _silent(said: str, why: str = "") -> Today:
    return Today(said, why, (), "", "", "", "", (0, 0), "", "", "", "", (), (), False)


def _amounts(found: Budget, first: Day, count: float, drink: float, salt: float) -> Today:
    over = first.session and found.next.at.date() != found.today  # then nobody knows what was drunk before it
    written = None if over else first.written_l
    left = "" if written is None else small(glasses(max(0.0, count - written)))
    quarters = HOUSEHOLD.glass / 4 / 1000
    when = "today" if found.next.at.date() == found.today else f"on {found.next.at:%A}"
    return Today(
        said="",
        why_not="",
        urgent=found.urgent,
        glasses=small(glasses(count)),
        liters=liters(count),
        unnoticed=liters(drink - count) if drink - count > quarters else "",
        left=left,
        drunk=(round((written or 0.0) / quarters), min(round(count / quarters), 4 * MOST_GLASSES)),
        salt=small(teaspoons(salt)),
        salt_g=f"{salt:.0f}",
        salt_goal=goal(found, salt),
        coming=f"Come to dialysis {when} with {found.plan.weight_kg:.1f} kg or less.",
        notes=found.notes,
        week=_week(found),
        weighed=found.anchor.home and found.anchor.at.date() == found.today,
    )


def _week(found: Budget) -> tuple[dict[str, str | bool], ...]:
    return tuple(
        {
            "day": "Today" if day.date == found.today else f"{day.date:%A}",
            "session": day.session,
            "later": day.later,
            "glasses": "by thirst" if day.count_l is None else small(glasses(day.count_l)).partition(" glass")[0],
            "salt": "" if day.salt_g is None else f"{day.salt_g:.0f} g",
            "weight": "" if day.weight_kg is None else f"{day.weight_kg:.1f} kg",
        }
        for day in found.days
    )


def small(text: str) -> str:
    """Quarters as one sign, as a measuring cup has them."""
    for long, short in QUARTERS:
        text = text.replace(long, short)
    return text
