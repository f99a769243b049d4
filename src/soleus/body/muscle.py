"""Muscle: flow to the resting calf and the oxygen left in it, as a near-infrared probe would read it.

    q = (MAP - P_ra) / (MAP_ref - P_ra,ref) / [exp(g ds) viscosity cooling]      relative to dry weight
    S_v = S_a - extraction / (q Hct / Hct_ref)
    dS/dt = (f_a S_a + (1 - f_a) S_v - S) / tau

Assumes     resting consumption is constant; cooling constricts muscle like other beds,
            so that it does not feed the calf.
Leaves out  contraction, diabetic flow rise [CalfFlow2009], severe arterial disease.
Holds for   resting legs.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import exp, ramp


@record
class Muscle:
    extraction: Any = param(
        "1", 0.613, within=(0.35, 0.72), gsd=1.08, source="Choudhury", status="tuned",
        meaning="oxygen taken from arterial blood at dry weight; tuned to the calf saturation of Choudhury",
    )
    S_a: Any = param(
        "1", 0.97, within=(0.9, 0.99), source="GeneralKnowledge", status="recalled",
        meaning="arterial saturation",
    )
    g: Any = param(
        "1", 2.0, within=(1.0, 3.0), gsd=1.15, source="Choudhury", status="tuned",
        meaning="reflex on the resistance of resting muscle; tuned to Choudhury",
    )
    f_a: Any = param(
        "1", 0.25, within=(0.15, 0.35), source="GeneralKnowledge", status="recalled",
        meaning="arterial share of what a probe sees",
    )
    tau: Any = param(
        "min", 2.0, within=(2.0, 5.0), source="SoleusChoice", status="assumed",
        meaning="mixing time of tissue oxygen",
    )
    S_low: Any = param(
        "1", 0.05, within=(0.045, 0.1), source="SoleusChoice", status="assumed",
        meaning="venous saturation that extraction cannot pass, and its softness",
    )


@record
class State:
    S: Any = quantity("1", "calf oxygen saturation")


@record
class Inputs:
    target: Any = quantity("1", "saturation that present flow would give")


@record
class Seen:
    q: Any = quantity("1", "calf flow, relative to dry weight")
    S: Any = quantity("1", "saturation that this flow would give")


def look(flow: Any, hct: Any, MAP_ref: Any, at_rest: Any, p: Muscle) -> Seen:
    """Flow and target saturation; `flow` is what circulation sees, `at_rest` its constants."""
    push = (flow.MAP - flow.P_ra) / (MAP_ref - at_rest.P_ra)
    q = push / (exp(p.g * flow.ds) * flow.viscosity * flow.cooling)
    venous = p.S_a - p.extraction / (q * hct / at_rest.hct)
    floored = p.S_low * (1 + ramp((venous - p.S_low) / p.S_low))
    return Seen(q=q, S=p.f_a * p.S_a + (1 - p.f_a) * floored)


def rates(now: State, given: Inputs, p: Muscle) -> State:
    """Saturation drifts to what flow allows."""
    return State(S=(given.target - now.S) / p.tau)
