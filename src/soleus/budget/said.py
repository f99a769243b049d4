"""Said: what must be known beside the numbers of a budget, and what would make it surer."""

from collections.abc import Iterator

from ..case import Case, Missing
from .amounts import AMOUNTS
from .answer import Budget

FEW = 2  # gaps below which the usual gain is not known well
BELOW = 1.0  # kg under the target after a session that the team should be asked about


def notes(here: Budget, off: float, pairs: int, extra: float) -> Iterator[str]:
    """What should be known.

    Args:
        here: the budget.
        off: how much more the scale at home shows, kg.
        pairs: weighings that tell so.
        extra: for warmth today, L.
    """
    plan = here.plan
    yield from _ahead(here)
    if plan.why == "usual":
        yield (
            f"You usually gain less than the session can take off in comfort ({plan.comfortable_kg:.1f} kg on "
            "arrival). The plan is your usual; there is no need to drink more."
        )
    if plan.start_kg < plan.base_kg - BELOW:
        yield (
            f"The last session ended {plan.base_kg - plan.start_kg:.1f} kg below the {plan.base}. Ask the team whether "
            "that was meant."
        )
    if abs(off) >= AMOUNTS.told:
        way = "more" if off > 0 else "less"
        yield f"The scale at home shows about {abs(off):.1f} kg {way} than the unit's; that is allowed for."
    elif here.anchor.home and not pairs:
        yield (
            "How the scale at home compares with the unit's is not known yet: weigh at home on the morning of the "
            "next session."
        )
    if extra > 0:
        yield f"Today is warm, or the body is: {1000 * extra:.0f} mL more are in today's amount."
    if here.next.missed is not None:
        yield f"The file has no session of {here.next.missed}. If it was missed, call the team."


def _ahead(here: Budget) -> Iterator[str]:
    """Where the least that is right to drink is more than the session takes off in comfort."""
    plan = here.plan
    over = plan.weight_kg - plan.comfortable_kg
    if plan.why == "floor" and over > AMOUNTS.close:
        yield (
            f"Even the least that is right to drink leads to about {plan.weight_kg:.1f} kg, {over:.1f} kg more than "
            "the session takes off in comfort. Nobody should go thirsty for it: it is for the team to solve, with less "
            "salt, a longer or an extra session. Tell them."
        )
    elif plan.arrival[0] > plan.weight_kg + AMOUNTS.close:
        yield (
            f"The weight is ahead of the plan; the least that is right to drink leads to about {plan.arrival[0]:.1f} "
            "kg. Nobody should go thirsty for it: tell the team before the session."
        )


def missing(case: Case, here: Budget) -> Iterator[Missing]:
    """What would make the answer surer."""
    who = case.patient
    if who.target_weight_kg is None:
        what = f"{here.plan.base_kg:.1f} kg, the {here.plan.base}, stands in"
        yield Missing("patient.target_weight_kg", "target weight", what)
    if who.residual_urine_ml_day is None:
        why = "counted as none: whoever passes some may drink as much more"
        yield Missing("patient.residual_urine_ml_day", "urine a day", why)
    if not case.prescription.hours:
        yield Missing("prescription.hours", "length of the session", "how fast fluid may go is not counted")
    if not here.next.sure:
        yield Missing("schedule.weekdays", "days of treatment", f"{here.next.at:%Y-%m-%d} is {here.next.how}")
    if here.habit.gaps < FEW:
        yield Missing("sessions", "weights of earlier sessions", "the usual gain is not known well")
    if here.habit.logged is None:
        why = f"{AMOUNTS.logged:.0%} of what is drunk is taken to be noticed, as in most people"
        yield Missing("diary.drinks_l", "drinks, as far as you notice them", why)
    if here.anchor.at.date() < here.today:
        why = f"reckoned from {here.anchor.at:%Y-%m-%d}; a weight this morning makes it surer"
        yield Missing("diary.weight_kg", "weight today", why)
    if not any(session.start for session in case.sessions):
        yield Missing("sessions.start", "hour at which sessions begin", f"{AMOUNTS.begins:.0f}:00 is assumed")
