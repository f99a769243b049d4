"""Steps: what can be done before anything happens, in the order of going on; each with evidence and how long to wait.

What to do once a muscle cramps or pressure has fallen is first aid (`advice.rescue`), and `aid` asks it.
"""

from __future__ import annotations

from typing import NamedTuple

from ..advice.rescue import LIMITS
from ..parameter import param, record
from .going import Going


@record
class Early:
    """How much of each step, and how long until it shows."""

    cooler: float = param(
        "degC", 0.5, within=(0.3, 1.0), source="GeneralKnowledge", status="recalled",
        meaning="how much cooler the bath is made",
    )  # fmt: skip
    coolest: float = param(
        "degC", 35.5, within=(35.0, 36.0), source="GeneralKnowledge", status="recalled",
        meaning="coolest usual bath",
    )  # fmt: skip
    slow: float = param(
        "min", 30.0, within=(15.0, 60.0), source="SoleusChoice", status="assumed",
        meaning="wait after ultrafiltration was lowered or the bath cooled, before more is asked for",
    )  # fmt: skip
    fast: float = param(
        "min", 15.0, within=(5.0, 30.0), source="SoleusChoice", status="assumed",
        meaning="wait after ultrafiltration was stopped",
    )  # fmt: skip
    less: float = param(
        "1", 0.8, within=(0.6, 0.95), source="SoleusChoice", status="assumed",
        meaning="of the rate planned, below which ultrafiltration counts as lowered",
    )  # fmt: skip
    off: float = param(
        "L/min", 0.0008, within=(0.0001, 0.002), source="SoleusChoice", status="assumed",
        meaning="ultrafiltration rate below which it counts as stopped",
    )  # fmt: skip


EARLY = Early()
CLINICIAN = "the nurse in charge, by the unit's standing orders; the responsible physician is told"
HOUR = 60.0


class Step(NamedTuple):
    """One thing to do."""

    id: str
    say: str  # in the imperative
    evidence: str  # A trial, B cohort, C mechanism, D practice
    wait: float  # min until it shows
    limits: str  # what to keep in mind
    who: str  # who decides
    sources: tuple[str, ...]


STEPS = {
    step.id: step
    for step in (
        Step("lower_uf", "Lower ultrafiltration from {rate:.2f} to {lowered:.2f} L/h", "B", EARLY.slow,
             "The fluid that stays must come off another time: a longer or a further session.", CLINICIAN,
             ("UfRateCaseControl", "Oliver2001")),
        Step("cool", "Cool the bath to {bath:.1f} °C", "A", EARLY.slow,
             "Not below {coolest:.1f} °C; many feel cold. The trials are of pressure, not of cramps.", CLINICIAN,
             ("Tsujimoto2019",)),
        Step("stop_uf", "Stop ultrafiltration and measure again", "D", EARLY.fast,
             "Usual practice; no trial was found. The fluid that stays must come off another time.", CLINICIAN,
             ("GeneralKnowledge",)),
        Step("watch", "Stay near, and measure again", "D", EARLY.fast,
             "Ultrafiltration is off already, and there is no other step before something happens.", CLINICIAN,
             ("GeneralKnowledge",)),
    )
}  # fmt: skip
LADDERS = {
    ("hypotension", "fluid"): ("lower_uf", "cool", "stop_uf", "watch"),
    ("hypotension", "warmth"): ("cool", "lower_uf", "stop_uf", "watch"),
    ("cramp", "fluid"): ("lower_uf", "stop_uf", "watch"),
}


def done(now: Going) -> dict[str, float]:
    """What was done so far: step and the minute it was done last; what was undone again is not done."""
    found: dict[str, float] = {}
    planned, bath = now.order.uf / now.order.time, now.order.dialysate.temperature
    for turn in now.turns:
        change = turn.change
        if change is None:
            continue
        if change.uf is not None:
            found.pop("lower_uf", None)
            found.pop("stop_uf", None)
            if change.uf < EARLY.less * planned:
                found["lower_uf"] = turn.minute
            if change.uf < EARLY.off:
                found["stop_uf"] = turn.minute
        if change.temperature is not None:
            found.pop("cool", None)
            if change.temperature < bath:
                found["cool"] = turn.minute
    return found


def possible(now: Going, step: str, minute: float) -> bool:
    """Whether a step is still there to take: fluid to stop taking, warmth to take from the bath."""
    rate = float(now.treated.uf_rate(minute))
    order = now.treated.order
    warm = order.Q_d > 0 and order.dialysate.temperature - EARLY.coolest >= EARLY.cooler / 2
    still = rate > EARLY.off
    return {"lower_uf": still and "lower_uf" not in done(now), "stop_uf": still, "cool": warm}.get(step, True)


def following(about: str, reason: str, now: Going, minute: float) -> Step:
    """The next step against what is foretold: after the farthest one done, the first that can be taken."""
    ladder = LADDERS.get((about, reason), LADDERS[about, "fluid"])
    been = done(now)
    farthest = max((i for i, step in enumerate(ladder) if step in been), default=-1)
    chosen = next(step for step in ladder[farthest + 1 :] if step == ladder[-1] or possible(now, step, minute))
    return said(chosen, now, minute)


def said(step: str, now: Going, minute: float) -> Step:
    """A step in words for this session."""
    rate = HOUR * float(now.treated.uf_rate(minute))
    bath = max(now.treated.order.dialysate.temperature - EARLY.cooler, EARLY.coolest)
    here = {"rate": rate, "lowered": LIMITS.slowed * rate, "bath": bath, "coolest": EARLY.coolest}
    one = STEPS[step]
    return one._replace(say=one.say.format(**here), limits=one.limits.format(**here))
