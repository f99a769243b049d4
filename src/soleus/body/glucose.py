"""Glucose and insulin: what the liver gives, what tissues burn, and insulin that follows with a lag.

    g = f n / V_e                                                                plasma glucose
    dn/dt = P 2 sigmoid[(g_b - g) / w_P] - P I g / g_b + infusion - removal
    dI/dt = {1 + s w_I [ramp((g - g_b) / w_I) - ln 2] + injected - I} / tau      relative to basal

Assumes     one extracellular pool; the liver answers glucose, tissues answer insulin.
Leaves out  counter-regulation (glucagon, adrenaline), insulin taken by the dialyzer, the way of a meal through the gut.
Holds for   glucose 2.5-25 mmol/L.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import ramp, sigmoid


@record
class Glucose:
    g_b: Any = param(
        "mmol/L", 5.5, within=(4.5, 11.0), sd=0.4, source="GeneralKnowledge", status="recalled",
        meaning="fasting plasma glucose; 7-10 in diabetes",
    )
    P: Any = param(
        "mmol/min", 0.8, within=(0.5, 1.2), scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="given by the liver, fasting",
    )
    w_P: Any = param(
        "mmol/L", 1.2, within=(0.8, 2.0), source="SoleusChoice", status="assumed",
        meaning="change of glucose that moves the liver",
    )
    s: Any = param(
        "L/mmol", 1.0, within=(0.05, 1.5), gsd=1.3, source="Raimann2012 Jackson1999", status="tuned",
        meaning="insulin for each glucose above fasting; tuned to Raimann2012 and Jackson1999; 0-0.4 in diabetes",
    )
    w_I: Any = param(
        "mmol/L", 0.3, within=(0.2, 0.5), source="SoleusChoice", status="assumed",
        meaning="how gradually insulin sets in",
    )
    tau: Any = param(
        "min", 25.0, within=(15.0, 40.0), source="GeneralKnowledge", status="recalled",
        meaning="lag of insulin's action",
    )


@record
class State:
    n: Any = quantity("mmol", "glucose outside cells")
    insulin: Any = quantity("1", "insulin's action, relative to basal")


@record
class Inputs:
    injected: Any = quantity("1", "insulin given, relative to basal")
    infusion: Any = quantity("mmol/min", "infused or eaten, from the session")
    removal: Any = quantity("mmol/min", "taken by the dialyzer; negative when it gives")


@record
class Seen:
    c_w: Any = quantity("mmol/L", "glucose in plasma water; what cells and the dialyzer's membrane see")
    g: Any = quantity("mmol/L", "glucose of plasma, as the laboratory reports it")


def at_rest(V_e: Any, f: Any, p: Glucose) -> State:
    """Fasting."""
    return State(n=p.g_b * V_e / f, insulin=1.0)


def look(now: State, V_e: Any, f: Any) -> Seen:
    """Concentrations."""
    c_w = now.n / V_e
    return Seen(c_w=c_w, g=f * c_w)


def rates(now: State, seen: Seen, given: Inputs, p: Glucose) -> State:
    """The two balances of the header."""
    above = seen.g - p.g_b
    liver = p.P * 2 * sigmoid(-above / p.w_P)
    asked = 1 + p.s * p.w_I * (ramp(above / p.w_I) - ramp(0.0)) + given.injected
    return State(
        n=liver - p.P * now.insulin * seen.g / p.g_b + given.infusion - given.removal,
        insulin=(asked - now.insulin) / p.tau,
    )
