"""A study arm run: people arrive from weeks of their usual session and are given the one that was studied.

arrive     their week is repeated until it is periodic; the weight gained is the studied ultrafiltration, at least
           half a liter, so that people arrive as heavy as the study says
months     where the schedule is repeated to a steady state, so many weeks are lived on the studied treatment, and
           what was measured before is left to them to decide
after      up to two hours people rest; then they live off the machine
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
import numpy as np

from .. import cohort, months, schedule, session
from ..body import body
from ..body.body import Patient
from ..levels import LEVELS
from ..machine.dialysate import Dialysate
from ..parameter import get, put
from ..prescription import Prescription
from .plan import CHARTED, MOST_GAIN, People, Plan, chart, drawn, each, usual_of

MARGIN = 5.0  # min simulated beyond the last reading
RESTING = 120.0  # min after a session, without food or drink
FOLLOW = {  # levels that follow from hormones and bone: while people arrive, the bath holds the usual of it
    "PTH": "Ca", "Ca_total": "Ca", "Ca_ionised": "Ca",
}  # fmt: skip


@dataclass(frozen=True)
class Treated:
    """A group after its session; arrays are [time, patient] or [patient]."""

    plan: Plan
    patient: Patient
    minutes: np.ndarray
    moment: session.Moment
    uf: np.ndarray  # L
    post_weight: np.ndarray  # kg, after the usual session

    @property
    def end(self) -> float:
        """Length of the session, min."""
        return self.plan.prescription.time


@dataclass(frozen=True)
class Arrived:
    """Groups at the door of the studied session, one after the other; leaves [patient]."""

    patient: Patient
    start: body.State
    usual: list[Prescription]
    orders: list[Prescription]  # of the studied session
    weight: np.ndarray  # kg, after a session


def treat(plan: Plan, who: People) -> Treated:
    """Draw the group, repeat its usual week until it is periodic, and give it the studied session.

    Raises:
        NotConverged: if a patient leaves the numbers.
    """
    return treat_together([plan], who)[0]


def treat_together(plans: Sequence[Plan], who: People) -> list[Treated]:
    """The same for several groups at once, which must be `alike`.

    Raises:
        NotConverged: if a patient leaves the numbers.
    """
    n, here = len(who.weight), arrive_together(plans, who)
    minutes, moment = _followed(here, plans[0].after)
    uf = np.array([p.uf for p in here.orders])
    groups = [np.arange(i * n, (i + 1) * n) for i in range(len(plans))]
    return [
        Treated(
            plan,
            cohort.take(here.patient, at),
            minutes,
            cohort.take(moment, at),
            uf=uf[at],
            post_weight=here.weight[at],
        )
        for plan, at in zip(plans, groups, strict=True)
    ]


def arrive_together(plans: Sequence[Plan], who: People) -> Arrived:
    """Groups that are `alike`, drawn, sized, and brought to the session by weeks of their usual one.

    Raises:
        NotConverged: if a patient leaves the numbers.
    """
    n, first = len(who.weight), plans[0]
    weight = np.concatenate([p.weight * who.weight for p in plans])
    orders: list[Prescription] = []
    usual: list[Prescription] = []
    people, charts = [], []
    for plan in plans:
        own, gain = plan.weight * who.weight, who.weight * who.gain
        week = usual_of(plan)
        lifted = [np.minimum(x.uf * gain, MOST_GAIN * own) for x in (week, plan.prescription)]
        people.append(drawn(plan, own * who.target, who.seed))
        charts.append(chart(plan, people[-1], own + lifted[0]))
        usual += each(week, plan, lifted[0], who)
        orders += each(plan.prescription, plan, lifted[1], who)
    patient = cohort.side_by_side(people, n)
    told = schedule.Chart(*[None if x[0] is None else np.concatenate(x) for x in zip(*charts, strict=True)])
    arrival = schedule.arrive(patient, _before_the_study(usual, first), first.gap, weight, told)
    if first.results:
        arrival = _months_later(arrival, patient, first, usual, weight)
    if first.own_gain:
        here = body.look(arrival.start, arrival.patient, body.rest(arrival.patient))
        most = np.minimum(schedule.liftable(arrival.start, first.prescription.time), MOST_GAIN * weight)
        removed = np.clip(np.asarray(here.weight) - weight, 0.0, most)
        orders = [replace(p, uf=float(u)) for p, u in zip(orders, removed, strict=True)]
    return Arrived(arrival.patient, arrival.start, usual, orders, weight)


def _before_the_study(usual: list[Prescription], plan: Plan) -> list[Prescription]:
    """The usual session as it was before the studied treatment, where that treatment is to change slow levels."""
    usually = {FOLLOW[name]: getattr(Dialysate(), FOLLOW[name]) for name in plan.results if name in FOLLOW}
    if not usually:
        return usual
    return [replace(p, dialysate=replace(p.dialysate, **usually)) for p in usual]


def _months_later(
    arrival: schedule.Arrival, drawn: Patient, plan: Plan, usual: list[Prescription], weight: np.ndarray
) -> schedule.Arrival:
    """After the weeks of the study; of what they decide, people eat and make what they were `drawn` with."""
    free = {CHARTED[name][0] for name in plan.results if name in CHARTED}
    names = [level.made for level in LEVELS if level.made and {word for word, _ in level.labs} & {*free}]
    if "bicarbonate" in free:
        names += ["acid_base.G", "acid_base.alkali"]
    made = put(arrival.patient, {name: get(drawn, name) for name in names})
    return months.live(made, arrival.start, usual, 7 * plan.weeks, post_weight=weight, gap_h=plan.gap)


def _followed(here: Arrived, after: float) -> tuple[np.ndarray, session.Moment]:
    """The session, two hours of rest in bed where they are wanted, and then the time at home."""
    time = here.orders[0].time
    rest = min(after, RESTING)
    course = session.simulate(here.patient, here.start, here.orders, end=time + (rest + MARGIN if after else 0.0))
    minutes, moment = course.minutes, course.moments(here.patient)
    if after <= RESTING:
        return minutes, moment
    home = schedule.between(here.patient, course.end.body, (after - rest) / 60, course=True)
    later = home.moments(here.patient)
    taken = jax.tree.map(lambda x, done: x + done[-1], later.tally, moment.tally)  # at home nothing is taken
    later = replace(later, tally=taken)
    whole: session.Moment = jax.tree.map(_one_after_the_other, moment, later)
    return np.concatenate([minutes, minutes[-1] + home.minutes[1:]]), whole


def _one_after_the_other(first: Any, later: Any) -> Any:
    return np.concatenate([first, later[1:]]) if np.ndim(first) else first
