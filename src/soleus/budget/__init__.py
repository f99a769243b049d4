"""Budget: how much fluid and salt today and on each day until the next session, so that it can be taken off in comfort.

    now      the latest weight, on the unit's scale, and what came in since
    plan     the weight to come with: comfortable, no more than usual, and never less than the floor leads to
    day      (plan - now + what leaves) over the waking hours left, less what this person drinks without noticing

Nothing is simulated and nothing of JAX is loaded: an answer takes milliseconds. Each weighing starts it anew.

Assumes     a liter weighs a kilogram; who eats less salt is less thirsty [Lindley2009]; a day is much like another.
Leaves out  solid food and bowels, sweat of work, what a session before the next would change.
Holds for   people on dialysis several times a week, at home, well; suspended when they are not well.
"""

from datetime import date, timedelta
from typing import Any

from ..case import Case
from ..errors import BadRecord
from . import plan as planning
from . import said, unwell, water, weighed
from .amounts import AMOUNTS as AMOUNTS
from .amounts import HOUSEHOLD as HOUSEHOLD
from .answer import Bound as Bound
from .answer import Budget as Budget
from .answer import Coming, Habit, Plan, Salt, Since, Weighing
from .answer import Day as Day
from .coming import coming
from .plan import Start, World

SILENT: dict[str, Any] = {
    "drink_l": None,
    "count_l": None,
    "salt_g": None,
    "weight_kg": None,
}  # of a day without a limit
SOURCES = ("Assimon2016", "Dantas2019", "Lindley2009", "GeneralKnowledge", "SoleusChoice")


def budget(case: Case, today: date, weight_kg: float | None = None, next_session: date | None = None) -> Budget:
    """The budget of a day.

    Args:
        case: the case file; what lies after today in it is not used.
        today: the day.
        weight_kg: today's weight on the scale at home.
        next_session: the day of the next session, where the file does not tell.

    Raises:
        BadRecord: for a person not on dialysis, without a weight of these days, or with weights that contradict.
    """
    _for_whom(case)
    next_one = coming(case, today, next_session)
    found = weighed.weighings(case, today, weight_kg)
    kg = case.patient.target_weight_kg or case.patient.dry_weight_kg or (found[-1].kg if found else 0.0)
    lost = water.losses(case, kg)
    habit = water.habit(case, today, lost)
    off, pairs = weighed.offset(found, habit.total, lost)
    anchor = weighed.anchored(found, off, today)
    _written(next_one, anchor)
    start = planning.start_of(case, today, anchor)
    world, bounds, base = _world(case, today, start, lost, habit)
    led_kg, usual, why = planning.led(world, start, next_one.at)
    now = planning.now_of(world, anchor, today, planning.told(world, start, next_one.at, led_kg))
    told = planning.told(world, now, next_one.at, led_kg)
    where = planning.arrival(world, now, next_one.at, told, anchor.home)
    salt = planning.salted(world, start, next_one.at)
    extra = lost.insensible * (unwell.warmth(case, today) - 1)
    stops = unwell.suspended(case, today)
    days = planning.days(world, now, next_one, told, salt, extra)
    here = Budget(
        today=today,
        anchor=anchor,
        now_kg=now.kg,
        next=next_one,
        plan=Plan(world.base_kg, base, start.kg, bounds, world.comfortable_kg, usual, led_kg, why, where),
        habit=habit,
        since=_since(case, start, anchor, world),
        salt=Salt(planning.eaten(world), salt, AMOUNTS.salt_advised),
        floor_l=world.floor,
        suspended=stops,
        urgent=unwell.urgent(case, today),
        notes=(),
        days=tuple(d._replace(**SILENT) if stops and not d.later else d for d in days),
        missing=(),
        sources=SOURCES,
    )
    notes, missing = () if stops else said.notes(here, off, pairs, extra), said.missing(case, here)
    return here._replace(urgent=(*here.urgent, *_heavy(here)), notes=tuple(notes), missing=tuple(missing))


def _world(
    case: Case, today: date, start: Start, lost: water.Losses, habit: Habit
) -> tuple[World, tuple[Bound, ...], str]:
    """What all days have in common, the limits behind it, and what the weight is that sessions shall reach."""
    base_kg, base = planning.base(case, start.kg)
    bounds = planning.bounds(case, base_kg, start.kg, today)
    comfortable = min(bound.kg for bound in bounds)
    return World(case, lost, habit, base_kg, comfortable, lost.urine + AMOUNTS.floor), bounds, base


def _for_whom(case: Case) -> None:
    """Refuse who is not on dialysis."""
    if not case.on_dialysis:
        raise BadRecord(
            "schedule.per_week is 0: the budget is for people on dialysis. Without dialysis, how much to drink follows "
            "from the kidneys and the heart: ask the clinic."
        )


def _written(next_one: Coming, anchor: Weighing) -> None:
    """Refuse a file that lacks a session since the last weight."""
    if next_one.missed is not None and anchor.at.date() <= next_one.missed:
        raise BadRecord(
            f"sessions has none on {next_one.missed}, a day of treatment, and no weight since. Add that session, or "
            "weigh and give it with --weight. If it was missed, call the dialysis team today."
        )


def _since(case: Case, start: Start, anchor: Weighing, world: World) -> Since | None:
    """What the weight says of the time since the last session, where a night lies between."""
    if anchor.at - start.at < timedelta(hours=12):
        return None
    days = water.waking(start.at, anchor.at) / water.WAKING
    whole = (anchor.at - start.at).total_seconds() / 86400
    gain = anchor.kg - start.kg
    logged = water.logged(case, start.at, anchor.at)
    lost = (world.lost.insensible + world.lost.urine) * whole - world.lost.food * days
    unnoticed = None if logged is None else max(0.0, gain + lost - logged)
    return Since(start.at.date(), whole, gain, logged, unnoticed, lost)


def _heavy(here: Budget) -> list[str]:
    """Far above the target."""
    above = here.now_kg - here.plan.base_kg
    if above <= AMOUNTS.heavy * here.plan.base_kg:
        return []
    return [f"{above:.1f} kg above the {here.plan.base}: more than a session takes off in comfort"]
