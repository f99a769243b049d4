"""Burden: what a treatment asks of the patient's week, in hours of treatment that would weigh as much."""

from __future__ import annotations

from ..fit import Twin
from ..parameter import param, record
from . import weeks
from .plan import Plan


@record
class Burden:
    """Weights, in minutes of treatment a week."""

    journey: float = param(
        "min", 120.0, within=(30.0, 360.0), source="SoleusChoice", status="assumed",
        meaning="what another session weighs beside its length: journey, waiting, needles",
    )  # fmt: skip
    salt: float = param(
        "min", 120.0, within=(30.0, 360.0), source="SoleusChoice", status="assumed",
        meaning="what a tenth less salt weighs",
    )  # fmt: skip
    cold: float = param(
        "min", 18.0, within=(0.0, 120.0), source="SoleusChoice", status="assumed",
        meaning="what half a degree cooler weighs",
    )  # fmt: skip
    change: float = param(
        "min", 6.0, within=(0.0, 60.0), source="SoleusChoice", status="assumed",
        meaning="what any change weighs, for those who have to order, check and explain it",
    )  # fmt: skip
    worth: float = param(
        "min", 1200.0, within=(300.0, 3600.0), source="SoleusChoice", status="assumed",
        meaning="what one cramp a week weighs",
    )  # fmt: skip
    fall: float = param(
        "min", 900.0, within=(300.0, 3600.0), source="SoleusChoice", status="assumed",
        meaning="what one fall of pressure a week weighs",
    )  # fmt: skip
    limit: float = param(
        "min", 12.0, within=(0.0, 60.0), source="SoleusChoice", status="assumed",
        meaning="what each step beyond a limit weighs, a step being the least difference that means anything",
    )  # fmt: skip


BURDEN = Burden()


def hours(twin: Twin, plan: Plan) -> float:
    """Hours a week at the machine, with what else the plan asks."""
    p, now = twin.prescription[0], weeks.often(twin)
    times, often = plan.time or p.time, plan.often or now
    cooler = max(0.0, p.dialysate.temperature - (plan.temperature or p.dialysate.temperature))
    asked = often * times + BURDEN.journey * (often - now) + BURDEN.change * _changed(plan)
    return float(asked + BURDEN.salt * 10 * (1 - plan.salt) + BURDEN.cold * 2 * cooler) / 60


def _changed(plan: Plan) -> int:
    return sum(value != Plan._field_defaults[name] for name, value in plan._asdict().items())
