"""Absorption: calcium and phosphate that the gut takes from food and gives back, under active vitamin D and binders.

    A_Ca = I_Ca [f_0 + f_D 2 u^h / (1 + u^h)] + f_s salt - secreted
    A_P  = I_P [f_P + f_PD 2 u / (1 + u)] / (1 + binder)
    u    active vitamin D as the gut feels it, relative to health

Assumes     intake spread over the day; no memory; a binder takes its share of what would have been absorbed.
Leaves out  single meals; phosphate of additives, which is absorbed better; the saturation of calcium from large doses.
Holds for   intakes of 10-60 mmol of calcium and 15-60 mmol of phosphate a day.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import exp, log


@record
class Absorption:
    I_Ca: Any = param(
        "mmol/min", 0.0146, within=(0.005, 0.04), gsd=1.3, scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="calcium eaten, 21 mmol a day",
    )
    salt: Any = param(
        "mmol/min", 0.0, within=(0.0, 0.06), source="GeneralKnowledge", status="assumed",
        meaning="calcium swallowed as a binder or a supplement",
    )
    f_s: Any = param(
        "1", 0.25, within=(0.15, 0.35), source="GeneralKnowledge", status="recalled",
        meaning="share of that which is absorbed",
    )
    f_0: Any = param(
        "1", 0.10, within=(0.05, 0.15), source="Armas2013", status="tuned",
        meaning="calcium absorbed without vitamin D; tuned to people on dialysis in Armas2013",
    )
    f_D: Any = param(
        "1", 0.22, within=(0.15, 0.35), source="SoleusChoice", status="tuned",
        meaning="calcium absorbed at usual vitamin D besides; tuned to 5 mmol a day in urine in health",
    )
    h: Any = param(
        "1", 3.6, within=(1.5, 5.0), source="Isakova2011", status="tuned",
        meaning="steepness of that in vitamin D; tuned to calcium in urine of Isakova2011",
    )
    secreted: Any = param(
        "mmol/min", 0.00208, within=(0.001, 0.003), scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="calcium that the gut gives off, 3 mmol a day",
    )
    I_P: Any = param(
        "mmol/min", 0.0216, within=(0.01, 0.045), gsd=1.25, scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="phosphate eaten, 31 mmol a day",
    )
    f_P: Any = param(
        "1", 0.52, within=(0.4, 0.65), source="GeneralKnowledge", status="recalled",
        meaning="phosphate absorbed without vitamin D",
    )
    f_PD: Any = param(
        "1", 0.14, within=(0.05, 0.25), source="GeneralKnowledge", status="recalled",
        meaning="phosphate absorbed at usual vitamin D besides",
    )
    binder: Any = param(
        "1", 0.35, within=(0.0, 2.0), source="SoleusChoice", status="assumed",
        meaning="phosphate bound over that absorbed; 0.35 as it is usually taken, 0.5 if all of a usual dose is",
    )


@record
class Seen:
    Ca: Any = quantity("mmol/min", "calcium absorbed less what the gut gives off")
    P: Any = quantity("mmol/min", "phosphate absorbed")


def look(u: Any, p: Absorption) -> Seen:
    """Both fluxes at this active vitamin D."""
    steep = exp(p.h * log(u))
    return Seen(
        Ca=p.I_Ca * (p.f_0 + p.f_D * 2 * steep / (1 + steep)) + p.f_s * p.salt - p.secreted,
        P=p.I_P * (p.f_P + p.f_PD * 2 * u / (1 + u)) / (1 + p.binder),
    )
