"""Reading: what symptoms need to know of a moment."""

from __future__ import annotations

from typing import Any

from ..parameter import quantity, record
from ..session import Moment


@record
class Signs:
    """What symptoms need to know of a moment."""

    S: Any = quantity("1", "calf saturation")
    V_e: Any = quantity("1", "extracellular water over that at dry weight")
    E: Any = quantity("mmol/L", "tonicity")
    urea_gradient: Any = quantity("mmol/L", "urea inside less outside cells")
    K_gap: Any = quantity("mmol/L", "potassium level that cells would hold, less plasma's, in plasma water")
    margin: Any = quantity("mV", "of the motor terminal, if potassium, magnesium, flow and pump were usual")
    iMg: Any = quantity("mmol/L", "ionized magnesium")
    hco3: Any = quantity("mmol/L", "plasma bicarbonate")
    SBP: Any = quantity("mmHg", "systolic pressure")
    uf: Any = quantity("L", "ultrafiltrate so far")


def signs(moment: Moment) -> Signs:
    """Read them off moments."""
    seen = moment.seen
    return Signs(
        S=moment.state.muscle.S,
        V_e=seen.V_e,
        E=seen.sodium.E,
        urea_gradient=seen.urea_i - seen.urea_e,
        K_gap=seen.potassium.level - seen.potassium.c_w,
        margin=moment.nerves.usual,
        iMg=seen.magnesium.iMg,
        hco3=seen.acid_base.hco3,
        SBP=seen.circulation.SBP,
        uf=moment.tally.uf,
    )
