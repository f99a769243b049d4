"""Access: where the blood comes from, and the share of it that has just been cleaned.

    access            D_b' = D_b (1 - R) / (1 - R + R D_d / (Q_e - uf))
    cardiopulmonary   D_b' = D_b Q_s / (Q_s + D_d),  Q_s = (Q_e / Q_b) (CO - Q_access)
    both              D_d' = D_b' - uf

Only the blood side is scaled; the dialysate side follows, so that a bath in balance with the blood still lets
ultrafiltration carry its own sodium away.

Assumes     blood mixes within each loop at once; the share of recirculated blood is constant.
Leaves out  recirculation that begins when the pump asks for more than the access gives.
Holds for   fistula, graft and catheter; needles or lines the right way round.
"""

from typing import Any

from ..parameter import param, record
from ..smooth import maximum

LEAST = 0.05  # of a flow, below which no ratio is formed


@record
class Access:
    """A vessel or catheter that gives the blood to the machine."""

    recirculation: Any = param(
        "1", 0.0, within=(0.0, 0.4), source="GeneralKnowledge", status="recalled",
        meaning="share of the blood entering the machine that has just left it",
    )
    cardiopulmonary: Any = param(
        "1", 1.0, within=(0.0, 1.0), source="GeneralKnowledge", status="recalled",
        meaning="1 where cleaned blood returns through heart and lungs to the access, 0 for a catheter in a vein",
    )


KINDS = {
    "fistula": Access(),
    "graft": Access(),
    "catheter": Access(recirculation=0.05, cardiopulmonary=0.0),
}


def recirculated(D_b: Any, Q_e: Any, uf: Any, R: Any) -> Any:
    """Blood-side dialysance, L/min, when a share `R` of the inlet comes from the outlet."""
    out = maximum(Q_e - uf, LEAST * Q_e)
    return D_b * (1 - R) / (1 - R + R * (D_b - uf) / out)


def systemic(CO: Any, Q_access: Any) -> Any:
    """Blood flow that passes the tissues, L/min."""
    return maximum(CO - Q_access, LEAST * CO)


def cardiopulmonary(D_b: Any, uf: Any, Q_s: Any, share: Any) -> Any:
    """Blood-side dialysance, L/min, as the tissues see it; `Q_s` is their flow of water open to the solute."""
    return D_b * Q_s / (Q_s + share * (D_b - uf))
