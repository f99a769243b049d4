"""Kidney: what is left of it. Urine grows with overload; no memory of its own.

    urine = U_0 (1 + k (V_e - V_ref) / V_ref)+

Assumes     urine sodium is constant; urea clearance is 0.75 of the GFR (mean of urea and creatinine clearance).
Leaves out  everything a failing kidney does to potassium, base, calcium, phosphate (arrives with the chemistry).
Holds for   people on dialysis with measured urine; 0 is anuric.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import ramp


@record
class Kidney:
    gfr: Any = param(
        "L/min", 0.0, within=(0.0, 0.015), source="GeneralKnowledge", status="assumed",
        meaning="residual glomerular filtration, mean of urea and creatinine clearance",
    )
    urine: Any = param(
        "L/min", 0.0, within=(0.0, 0.0015), source="GeneralKnowledge", status="assumed",
        meaning="urine at dry weight",
    )
    k: Any = param(
        "1", 4.0, within=(0.0, 8.0), source="SoleusChoice", status="assumed",
        meaning="rise of urine with relative overload of extracellular water",
    )
    c_Na: Any = param(
        "mmol/L", 70.0, within=(20.0, 120.0), source="GeneralKnowledge", status="recalled",
        meaning="urine sodium",
    )
    urea_share: Any = param(
        "1", 0.75, within=(0.6, 0.9), source="GeneralKnowledge", status="recalled",
        meaning="urea clearance over GFR",
    )
    corner: Any = param(
        "1", 0.05, within=(0.02, 0.1), source="SoleusChoice", status="assumed",
        meaning="how gradually urine dries up below dry weight",
    )


@record
class Seen:
    urine: Any = quantity("L/min", "urine")
    sodium: Any = quantity("mmol/min", "sodium in urine")
    K_urea: Any = quantity("L/min", "renal urea clearance")


def look(V_e: Any, V_ref: Any, p: Kidney) -> Seen:
    """Urine, its sodium and its urea clearance."""
    drive = 1 + p.k * (V_e - V_ref) / V_ref
    urine = p.urine * p.corner * ramp(drive / p.corner)
    return Seen(urine=urine, sodium=urine * p.c_Na, K_urea=p.urea_share * p.gfr)
