"""Lines: published slopes of one thing on another, beside the slope among simulated people."""

from dataclasses import dataclass, replace

import jax
import numpy as np

from .. import schedule
from ..errors import BadRecord
from ..studies.form import Time, quantity
from ..study import Regression, Study
from .arm import Treated, treat
from .plan import people, plan_of
from .readouts import values

MANY = 192  # people, so that a slope across them is firm
PRESSURES = ("SBP", "DBP", "MAP")


@dataclass(frozen=True)
class Line:
    """One published slope and the twin's; it has no spread between patients, so it is not scored."""

    study: str
    arm: str
    y: str
    x: str
    measured: float
    unit: str
    simulated: float


def line(s: Study, r: Regression, group: Treated | None, seed: int) -> Line:
    """The slope of y on x.

    Raises:
        BadRecord: for a pair of quantities that is not run.
    """
    if r.x == "hours_since_session" and r.y in PRESSURES:
        slope = over_the_gap(group or treat(plan_of(s.arm(r.arm)), people(MANY // 4, seed)), r.y)
    elif r.x == "Na_gradient":
        slope = _on_gradient(s, r, seed)
    elif quantity(r.x):
        return _across(s, r, seed)
    else:
        raise BadRecord(f"the line of {r.y} on {r.x} is not run")
    if r.slope is None:
        raise BadRecord(f"the line of {r.y} on {r.x} is printed without a slope")
    return Line(s.key, r.arm, r.y, r.x, r.slope, r.unit or "", slope)


def _across(s: Study, r: Regression, seed: int) -> Line:
    """Of two quantities across people: the slope, or the x at which y is nothing where that is printed."""
    t = treat(plan_of(s.arm(r.arm)), people(MANY, seed))
    x, y = (values(t, name, _when(r.also.get(at))) for name, at in ((r.x, "x_at"), (r.y, "y_at")))
    slope, level = np.polyfit(x, y, 1)
    if r.slope is not None:
        return Line(s.key, r.arm, r.y, r.x, r.slope, r.unit or "", float(slope))
    zero = float(r.also["zero_at_x"])
    return Line(s.key, r.arm, f"no {r.y}", f"{r.x} at which", zero, r.unit or "", float(-level / slope))


def _when(said: str | None) -> Time:
    return ("over", "session") if said in (None, "session") else ("at", said)


def over_the_gap(t: Treated, pressure: str) -> float:
    """mmHg an hour from the end of the session to the next, of the group's mean."""
    last = jax.tree.map(lambda x: x[-1], t.moment.state)
    course = schedule.between(t.patient, last, t.plan.gap, course=True)
    seen = course.moments(t.patient).seen.circulation
    hours = np.linspace(0, t.plan.gap, 1 + round(t.plan.gap))
    mean = np.interp(hours, course.minutes / 60, getattr(seen, pressure).mean(axis=1))
    return float(np.polyfit(hours, mean, 1)[0])


def _on_gradient(s: Study, r: Regression, seed: int) -> float:
    """Across people who differ in their own sodium and in what they are prescribed; gain is left to their habits."""
    plan = plan_of(s.arm(r.arm))
    t = treat(replace(plan, own_gain=r.y.startswith("IDWG")), who := people(MANY, seed))
    sodium = t.moment.seen.sodium.Na_p[0]
    gradient = plan.prescription.dialysate.Na + plan.bath_sd * who.bath - sodium
    return float(np.polyfit(gradient, values(t, r.y, _when(r.also.get("y_at"))), 1)[0])
