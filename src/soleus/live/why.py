"""Why: the one reason for a warning, and what each step would leave of the risk.

The steps that could be taken are run for all people as one batch over the next hour, along the same draws. What the
removal of fluid, or the warmth of the bath, adds to the risk is what goes without it. Where neither does much, the
reason is what stands out in the body.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .. import cohort, symptoms
from ..advice.rescue import LIMITS
from ..prescription import Prescription
from . import ahead, treated
from .ahead import Draws, Forecast
from .going import Going
from .shown import Shown, shown
from .steps import EARLY
from .treated import Change
from .vigilance import VIGILANCE

LEAST = 1e-6  # of a chance, to divide by
MATTERS = 0.15  # of a chance: a cause that takes less away is not the reason
TRIED = ("lower_uf", "stop_uf", "cool")  # three steps of twenty people run as one chunk


class Reason(NamedTuple):
    """Why a warning is given."""

    id: str
    text: str
    evidence: str
    share: float  # of the chance, that would go without it; 0 where nothing shows it


def chance(of: Forecast, about: str) -> float:
    """The chance within a forecast that is warned of."""
    return float(of.cramp.middle[-1] if about == "cramp" else of.below[-1])


def tried(now: Going, draws: Draws, known: Forecast) -> dict[str, Forecast]:
    """The next hour after some steps, along the same draws."""
    minute, length = known.minute, float(known.minutes[-1] - known.minute)
    left = treated.left_of(now.treated.order, minute - now.treated.begins)
    rate = float(now.treated.uf_rate(minute))
    bath = max(min(left.dialysate.temperature, EARLY.coolest), left.dialysate.temperature - EARLY.cooler)
    changes = {
        "lower_uf": Change(minute, uf=LIMITS.slowed * rate),
        "stop_uf": Change(minute, uf=0.0),
        "cool": Change(minute, temperature=bath),
    }
    orders = {step: treated.altered(left, changes[step]) for step in TRIED}
    found = {}
    for step, seen in _batch(now, orders, minute, minute + length).items():
        found[step] = ahead.forecast(
            now.people, seen, now.listening.belief, draws, length, now.treated.end, known.floor
        )
    return found


def _batch(
    now: Going,
    orders: dict[str, Prescription],
    minute: float,
    until: float,
) -> dict[str, Shown]:
    """All people under every order as one batch, from now on."""
    n, m = now.people.n, len(orders)
    who = np.tile(np.arange(n), m)
    many = cohort.take(now.people, who)
    every = [order for order in orders.values() for _ in range(n)]
    drips = [now.treated.given] * (n * m)
    run = treated.side_by_side(many, now.treated, who, every, drips, minute, until)
    seen = shown(many, run)
    return {step: _part(seen, slice(i * n, (i + 1) * n)) for i, step in enumerate(orders)}


def _part(all_of_them: Shown, those: slice) -> Shown:
    of = {name: x[:, those] for name, x in all_of_them.of.items()}
    z = {name: x[:, those] for name, x in all_of_them.z.items()}
    return Shown(all_of_them.minutes, of, z, all_of_them.ufr[:, those])


def reason(now: Going, about: str, known: Forecast, trials: dict[str, Forecast]) -> Reason:
    """What adds most to the risk and can be changed; else what stands out."""
    risk = max(chance(known, about), LEAST)
    goes = {step: 1 - chance(trials[step], about) / risk for step in ("stop_uf", "cool")}
    fluid, warmth = goes["stop_uf"], goes["cool"]
    if max(fluid, warmth) >= MATTERS:
        return _fluid(now, known, fluid) if fluid >= warmth else _warmth(now, warmth)
    return _pathway(now, known) if about == "cramp" else _pressure(now, known)


def _fluid(now: Going, known: Forecast, share: float) -> Reason:
    i = int(np.searchsorted(now.shown.minutes, known.minute, side="right")) - 1
    ufr, rbv = float(now.shown.ufr[i].mean()), float(known.rbv.middle[0])
    text = f"fluid is taken faster than the vessels refill: {ufr:.1f} mL/kg/h, blood volume {rbv:+.0f} %"
    return Reason("fluid", text, "B", share)


def _warmth(now: Going, share: float) -> Reason:
    bath = now.treated.order.dialysate.temperature
    return Reason("warmth", f"the bath of {bath:.1f} °C warms the body, and its vessels widen", "A", share)


def _pathway(now: Going, known: Forecast) -> Reason:
    """The pathway that has risen most since the start."""
    seen, weights = now.shown, now.people.cramp
    i = int(np.searchsorted(seen.minutes, known.minute + ahead.HOUR / 2))
    i = min(i, len(seen.minutes) - 1)
    parts = {k: float(np.mean(getattr(weights, k) * (z[i] - z[0]))) for k, z in seen.z.items()}
    name = max(parts, key=lambda k: parts[k])
    label, evidence = symptoms.PATHWAYS[name]
    return Reason(name, label, evidence, 0.0)


def _pressure(now: Going, known: Forecast) -> Reason:
    rbv, taken = float(known.rbv.middle[0]), float(now.shown.at("uf", known.minute).mean())
    if rbv <= -VIGILANCE.drained:
        text = f"{taken:.1f} L were taken, and the vessels have not refilled: blood volume {rbv:+.0f} %"
        return Reason("drained", text, "B", 0.0)
    if known.mood["restless"] > 1 / 2:
        return Reason("restless", "it goes up and down more than on usual days", "C", 0.0)
    return Reason("level", "it is low, and neither fluid nor warmth explains it", "C", 0.0)
