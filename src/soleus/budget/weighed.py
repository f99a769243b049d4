"""Weighed: the latest weight, as the unit's scale has it; the scale at home beside it; weights that contradict."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from statistics import fmean

from ..case import Case
from ..case.diary import far
from ..case.weights import reference
from ..errors import BadRecord
from .amounts import AMOUNTS
from .answer import Weighing
from .coming import begins, clock, ends, past
from .water import Losses, gained, hours

PAIRED = 12.0  # h between a weight at home and one at the unit that are compared


def weighings(case: Case, today: date, weight_kg: float | None = None) -> list[Weighing]:
    """All weights up to today, each as its scale showed it, in order; `weight_kg` is today's at home.

    Raises:
        BadRecord: for a weight that this person cannot have.
    """
    found = [
        Weighing(datetime.combine(day.date, clock(AMOUNTS.wakes)), day.weight_kg, day.weight_kg, True)
        for day in case.diary
        if day.weight_kg is not None and day.date <= today and (day.date != today or weight_kg is None)
    ]
    for session in past(case, today):
        start, end = datetime.combine(session.date, begins(session, case)), ends(session, case)
        for at, kg in ((start, session.pre_weight_kg), (end, session.post_weight_kg)):
            if kg is not None:
                found.append(Weighing(at, kg, kg, False))
    if weight_kg is not None:
        _possible(case, weight_kg)
        treated = [w.at for w in found if w.at.date() == today and not w.home]
        at = max(treated) + timedelta(minutes=1) if treated else datetime.combine(today, clock(AMOUNTS.wakes))
        found.append(Weighing(at, weight_kg, weight_kg, True))
    return sorted(found, key=lambda w: w.at)


def _possible(case: Case, weight_kg: float) -> None:
    if not 25 <= weight_kg <= 300:
        raise BadRecord(f"weight is {weight_kg:g} kg; 25 to 300 kg is possible. Check the number and its unit.")
    known = reference(case.patient)
    if known and (problem := far(weight_kg, *known)):
        raise BadRecord(f"weight is {weight_kg:g} kg while {known[0]} is {known[1]:.4g} kg. {problem}")


def offset(found: Sequence[Weighing], drinks: float | None, lost: Losses) -> tuple[float, int]:
    """How much more the scale at home shows than the unit's, kg, and by how many pairs; shrunk towards nothing."""
    pairs = list(_pairs(found, drinks or 0.0, lost))
    if not pairs:
        return 0.0, 0
    noise = 2 * AMOUNTS.scale**2 / len(pairs)
    return fmean(pairs) * AMOUNTS.offset**2 / (AMOUNTS.offset**2 + noise), len(pairs)


def _pairs(found: Sequence[Weighing], drinks: float, lost: Losses) -> Iterator[float]:
    """Differences of neighboring weights at home and at the unit, what was gained between them allowed for."""
    for first, second in zip(found, found[1:], strict=False):
        if first.home != second.home and hours(first.at, second.at) <= PAIRED:
            rise = second.kg - first.kg - gained(first.at, second.at, drinks, lost)
            yield rise if second.home else -rise


def anchored(found: Sequence[Weighing], off: float, today: date) -> Weighing:
    """The latest weight, as the unit's scale would show it.

    Raises:
        BadRecord: where there is none, it is too old, or it contradicts the one before.
    """
    if not found:
        raise BadRecord("there is no weight up to today: weigh and give it with --weight, or add it to the diary.")
    here = [w._replace(kg=w.shown_kg - off if w.home else w.kg) for w in found]
    last = here[-1]
    age = (today - last.at.date()).days
    if age > AMOUNTS.stale:
        raise BadRecord(
            f"the last weight is of {last.at.date()}, {age} days ago; after {AMOUNTS.stale:.0f} days it says nothing "
            "of today. Weigh and give it with --weight, or add what is missing to the file."
        )
    earlier = [w for w in here[:-1] if not w.home or last.home]
    if earlier and last.home:
        _agree(earlier[-1], last)
    return last


def _agree(before: Weighing, now: Weighing) -> None:
    """Refuse what no body does between two weighings."""
    days, change = hours(before.at, now.at) / 24, now.kg - before.kg
    if -AMOUNTS.loses * days - AMOUNTS.apart <= change <= AMOUNTS.gains * days + AMOUNTS.apart:
        return
    how = "gained" if change > 0 else "lost"
    raise BadRecord(
        f"weight is {now.shown_kg:g} kg {now.where} on {now.at:%Y-%m-%d}, and it was {before.shown_kg:g} kg "
        f"{before.where} on {before.at:%Y-%m-%d}: {abs(change):.1f} kg {how} in {days:.1f} days is more than a body "
        "does. Weigh again, in the same clothes, and correct the wrong one. If it is right, or breathing is hard, "
        "call the dialysis team now."
    )
