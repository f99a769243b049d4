"""Plan: the weight to come to the next session with, and how much may be drunk each day until then.

comfortable   target + least of what the UF rate allows and the share of the weight not to exceed
usual         where the person's own usual gain leads: nobody is told to drink more than that
floor         where urine plus half a liter a day leads: nobody is told to drink less
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from statistics import fmean
from typing import NamedTuple

from ..case import Case
from ..limits import LIMITS
from .amounts import AMOUNTS
from .answer import Bound, Coming, Day, Habit, Weighing
from .coming import clock, ends, past
from .water import WAKING, Losses, drunk, gained, waking

NINE_IN_TEN = 1.645  # standard deviations
WEEK = 7  # days shown


class Start(NamedTuple):
    """Where a gap begins."""

    at: datetime
    kg: float


class Told(NamedTuple):
    """How much to drink a day, L."""

    pour: float  # to pour and to count
    drunk: float  # in all, with what comes unnoticed; never below the floor


class World(NamedTuple):
    """What all days have in common."""

    case: Case
    lost: Losses
    habit: Habit
    base_kg: float
    comfortable_kg: float
    floor: float  # L a day

    @property
    def unnoticed(self) -> float:
        """What comes without being noticed, L a day; none where nothing tells."""
        return self.habit.unnoticed or 0.0

    def told(self, total: float) -> Told:
        """So much in all, as far as the floor and the usual allow; and how much of it to pour."""
        usual = self.habit.total
        most = AMOUNTS.most + self.lost.urine if usual is None else AMOUNTS.catch_up * usual
        total = max(min(total, most), self.floor)
        pour = max(total - self.unnoticed, AMOUNTS.logged * self.floor)
        return Told(pour, pour + self.unnoticed)


def base(case: Case, start_kg: float) -> tuple[float, str]:
    """The weight that the next session shall reach, and what it is."""
    who = case.patient
    if who.target_weight_kg is not None:
        return who.target_weight_kg, "target weight"
    if who.dry_weight_kg is not None:
        return who.dry_weight_kg, "dry weight, measured otherwise"
    return start_kg, "weight after the last session, for want of a target"


def bounds(case: Case, base_kg: float, start_kg: float, today: date) -> tuple[Bound, ...]:
    """The limits of the weight to come with."""
    most = LIMITS.gain * base_kg
    found = [
        Bound("gain", f"{LIMITS.gain:.0%} of the target weight above it", base_kg + most, "Dantas2019"),
        Bound("since", f"{LIMITS.gain:.0%} of it above the last weight after dialysis", start_kg + most, "Dantas2019"),
    ]
    if case.prescription.hours:
        off = LIMITS.ufr * base_kg * case.prescription.hours / 1000
        brought = [s.drunk_l + s.infused_l for s in past(case, today)]
        label = f"{LIMITS.ufr:.0f} mL/kg/h in {case.prescription.hours:g} h"
        found.append(Bound("uf_rate", label, base_kg + off - (fmean(brought) if brought else 0.0), "Assimon2016"))
    return tuple(found)


def start_of(case: Case, today: date, anchor: Weighing) -> Start:
    """The end of the last session, or the last weight where that is not known."""
    for session in reversed(past(case, today)):
        if session.post_weight_kg is not None and ends(session, case) <= anchor.at:
            if anchor.at - ends(session, case) <= timedelta(days=WEEK):
                return Start(ends(session, case), session.post_weight_kg)
            break
    return Start(anchor.at, anchor.kg)


def led(world: World, start: Start, end: datetime) -> tuple[float, float | None, str]:
    """The weight to come with after a gap, where the usual leads, and which of the three it is."""
    floor = start.kg + gained(start.at, end, world.told(0.0).drunk, world.lost)
    total = world.habit.total
    usual = None if total is None else start.kg + gained(start.at, end, total, world.lost)
    kg, why = world.comfortable_kg, "comfortable"
    if usual is not None and usual < kg:
        kg, why = usual, "usual"
    return (floor, usual, "floor") if floor > kg else (kg, usual, why)


def told(world: World, start: Start, end: datetime, kg: float) -> Told:
    """How much a day from here to that weight: never below the floor, nor more than usual to catch up."""
    if waking(start.at, end) / WAKING < AMOUNTS.least_share:
        return world.told(0.0)
    return world.told(drunk(start.at, end, kg - start.kg, world.lost))


def arrival(world: World, start: Start, end: datetime, told: Told, home: bool) -> tuple[float, float, float]:
    """The weight on arrival if all this is followed: mean, 5th and 95th percentile."""
    mean = start.kg + gained(start.at, end, told.drunk, world.lost)
    days = waking(start.at, end) / WAKING
    scale = AMOUNTS.scale**2 if home else 0.0
    sd = (scale + days * AMOUNTS.day_sd**2 + (days * world.habit.sd) ** 2) ** 0.5
    return mean, mean - NINE_IN_TEN * sd, mean + NINE_IN_TEN * sd


def now_of(world: World, anchor: Weighing, today: date, told: Told) -> Start:
    """This morning, or the end of today's session: the last weight, and what came in since, as written or as told."""
    at = max(datetime.combine(today, clock(AMOUNTS.wakes)), anchor.at)
    logs = [d.drinks_l for d in world.case.diary if anchor.at.date() <= d.date < today and d.drinks_l is not None]
    noticed = fmean(logs) if logs else told.pour
    gain = gained(anchor.at, at, noticed + world.unnoticed, world.lost)
    return Start(at, anchor.kg + gain)


def days(world: World, now: Start, coming: Coming, first: Told, salt: float, extra: float) -> Iterator[Day]:
    """A week of days from now: until the next session as told, after it as a new plan from the target would be.

    Args:
        world: what all days have in common.
        now: where the first begins.
        coming: the next session.
        first: how much a day until then.
        salt: g a day until then.
        extra: L more today, for warmth.
    """
    end, start, rate, later = coming.at, now, first, False
    today, length = now.at.date(), timedelta(hours=world.case.prescription.hours or AMOUNTS.hours)
    treated = {session.date for session in world.case.sessions}
    for i in range(WEEK):
        day = today + timedelta(days=i)
        morning, last = datetime.combine(day, clock(AMOUNTS.wakes)), datetime.combine(day, clock(AMOUNTS.sleeps))
        weight = start.kg + gained(start.at, max(morning, start.at), rate.drunk, world.lost)
        shares = [(waking(max(start.at, morning), min(end, last)) / WAKING, rate)]
        is_later, is_session = later, end.date() == day
        if is_session:
            start, end, later = Start(end + length, world.base_kg), _after(end, coming), True
            rate = told(world, start, end, led(world, start, end)[0])
            salt = salted(world, start, end)
            shares.append((waking(start.at, last) / WAKING, rate))
        more = extra if i == 0 else 0.0
        written = [d.drinks_l for d in world.case.diary if d.date == day and d.drinks_l is not None]
        yield Day(
            date=day,
            session=is_session or day in treated,
            share=sum(share for share, _ in shares),
            drink_l=sum(share * x.drunk for share, x in shares) + more,
            count_l=sum(share * x.pour for share, x in shares) + more,
            unnoticed_l=None if world.habit.unnoticed is None else sum(share for share, _ in shares) * world.unnoticed,
            written_l=sum(written) if written else None,
            salt_g=salt,
            weight_kg=weight,
            later=is_later,
        )


def eaten(world: World) -> float | None:
    """Salt eaten a day as a rule, g, by the gain and what leaves with urine."""
    return None if world.habit.total is None else _salt_of(world, world.habit.total)


def salted(world: World, start: Start, end: datetime) -> float:
    """Salt a day, g: that for whose thirst there is room in a gap, and a step below now; not below what is advised."""
    now = eaten(world)
    if now is None or now <= AMOUNTS.salt_advised:
        return AMOUNTS.salt_advised if now is None else now
    room = _salt_of(world, drunk(start.at, end, world.comfortable_kg - start.kg, world.lost))
    return max(AMOUNTS.salt_advised, min(room, AMOUNTS.salt_step * now))


def _salt_of(world: World, drinks: float) -> float:
    """Salt that makes somebody drink so much a day, g."""
    gain = drinks + world.lost.food - world.lost.insensible - world.lost.urine
    return max(0.0, AMOUNTS.salt * gain + AMOUNTS.urine_salt * world.lost.urine)


def _after(at: datetime, coming: Coming) -> datetime:
    """The session after this one."""
    ahead = [at + timedelta(days=i) for i in range(1, WEEK + 1)]
    return next((day for day in ahead if day.weekday() in coming.days), at + timedelta(days=coming.every))
