"""Answer: how much fluid and salt, day by day, what it rests on, and what would tell more."""

from datetime import date, datetime
from typing import NamedTuple

from ..case import Missing


class Weighing(NamedTuple):
    """What a scale said, and when."""

    at: datetime
    kg: float  # as the scale of the unit would have it
    shown_kg: float
    home: bool

    @property
    def where(self) -> str:
        """On which scale."""
        return "at home" if self.home else "at the unit"


class Coming(NamedTuple):
    """The next session."""

    at: datetime
    how: str  # where the day is from
    sure: bool  # whether somebody said so, or the sessions of the file do
    days: tuple[int, ...]  # of the week, 0 Monday, on which sessions fall; empty where the file does not tell
    missed: date | None  # a session that should have been, and is not in the file
    every: int  # days from one to the next, where the days of the week are not known


class Habit(NamedTuple):
    """What this person drinks as a rule, L a day; told by the gains between sessions, and by what was written down."""

    total: float | None  # as the gains have it
    logged: float | None  # as written down
    unnoticed: float | None  # the rest
    sd: float  # of the rest
    gaps: int  # whose gain is known


class Since(NamedTuple):
    """What happened since the last session."""

    day: date
    days: float
    gained_kg: float
    logged_l: float | None  # as far as written down
    unnoticed_l: float | None  # what the weight says beside it
    lost_l: float  # urine, skin and breath less the water of food


class Bound(NamedTuple):
    """A limit of the gain."""

    id: str
    label: str
    kg: float  # weight on arrival that it allows
    source: str


class Plan(NamedTuple):
    """The weight to come with."""

    base_kg: float  # to which the session shall bring the weight
    base: str  # what that is
    start_kg: float  # after the last session
    bounds: tuple[Bound, ...]
    comfortable_kg: float  # most that the session can take off comfortably, as a weight on arrival
    usual_kg: float | None  # where the person's usual gain leads
    weight_kg: float  # to come with
    why: str  # "comfortable", "usual" or "floor"
    arrival: tuple[float, float, float]  # where following this leads: mean, 5th and 95th percentile


class Day(NamedTuple):
    """One day."""

    date: date
    session: bool
    share: float  # of the day's waking hours, before a session or after it
    drink_l: float | None  # in all, with what comes unnoticed; never below the floor; None where it is suspended
    count_l: float | None  # of it, to pour and to count
    unnoticed_l: float | None  # the rest, as it usually comes
    written_l: float | None  # already written down, today
    salt_g: float | None
    weight_kg: float | None  # in the morning, if all goes so
    later: bool  # after the next session, which then plans anew


class Salt(NamedTuple):
    """Salt, g a day."""

    eaten: float | None  # by the gain
    told: float
    advised: float


class Budget(NamedTuple):
    """The whole answer."""

    today: date
    anchor: Weighing
    now_kg: float  # this morning
    next: Coming
    plan: Plan
    habit: Habit
    since: Since | None
    salt: Salt
    floor_l: float  # a day; never less
    suspended: tuple[str, ...]  # why there is no limit now
    urgent: tuple[str, ...]  # what to call the team for, now
    notes: tuple[str, ...]
    days: tuple[Day, ...]
    missing: tuple[Missing, ...]
    sources: tuple[str, ...]
