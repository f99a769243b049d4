"""Dialysate: what is dissolved in it, in which form, and the warmth it gives.

    calcium               K x^2 + [1 + K (cit - Ca)] x - Ca = 0,  x ionized, Ca - x bound to citrate
    bicarbonate           mixed = stated - acid, where it is stated before the acid concentrate has used its share
    dialysis              heat = k Q_b (T_d - T_core - loss)
    no dialysate flow     heat = -h (T_core - T_room) + c_w Q_sub (T_d - T_core)

Assumes     blood enters the circuit at core temperature; heat passed on grows with blood flow; the acid concentrate
            turns as much bicarbonate into carbon dioxide as it brings acid.
Leaves out  the small extra warmth of substitution fluid while dialysate flows; the carbon dioxide of the bath.
Holds for   blood flows of 0.15-0.45 L/min, baths of 34-38 degC.
"""

from dataclasses import dataclass
from typing import Any

from ..parameter import param, record
from ..smooth import sqrt


def _bath(unit: str, value: float, low: float, high: float, meaning: str) -> Any:
    return param(unit, value, within=(low, high), source="GeneralKnowledge", meaning=meaning, status="recalled")


@dataclass(frozen=True, kw_only=True)
class Dialysate:
    """The bath as prescribed; the ranges are what concentrates and machines can make."""

    Na: float = _bath("mmol/L", 138.0, 120.0, 160.0, "sodium of the bath")
    K: float = _bath("mmol/L", 2.0, 0.0, 5.0, "potassium of the bath")
    Ca: float = _bath("mmol/L", 1.5, 0.0, 2.25, "calcium of the bath")
    Mg: float = _bath("mmol/L", 0.5, 0.0, 1.5, "magnesium of the bath")
    HCO3: float = _bath("mmol/L", 34.0, 0.0, 45.0, "bicarbonate of the bath")
    acid: float = _bath("mmol/L", 3.0, 0.0, 12.0, "acid of the concentrate, each of which uses up one bicarbonate")
    mixed: bool = True  # whether `HCO3` is what is left after that, as in the blood lines, or what went in
    acetate: float = _bath("mmol/L", 3.0, 0.0, 45.0, "acetate of the bath")
    citrate: float = _bath("mmol/L", 0.0, 0.0, 3.0, "citrate of the bath")
    glucose: float = _bath("mmol/L", 5.5, 0.0, 40.0, "glucose of the bath")
    temperature: float = _bath("degC", 36.5, 33.0, 40.0, "temperature of the bath")


@record
class Binding:
    """What binds what in the bath."""

    K: Any = param(
        "L/mmol", 1.2, within=(0.8, 2.0), source="GeneralKnowledge", status="recalled",
        meaning="binding of calcium by citrate, with magnesium's share of the citrate allowed for",
    )


@record
class Warmth:
    """Heat exchange between blood, bath and room."""

    k: Any = param(
        "kJ/L/degC", 2.4, within=(1.5, 3.6), source="ThermalBalance", status="derived",
        meaning="heat passed on per liter of blood and degree, 0.72 kJ/min/degC at 0.3 L/min",
    )
    loss: Any = param(
        "degC", 0.87, within=(0.3, 1.5), source="ThermalBalance", status="derived",
        meaning="how much warmer than the core the bath must be to make up for the lines",
    )
    h: Any = param(
        "kJ/min/degC", 0.147, within=(0.08, 0.25), source="ThermalBalance", status="derived",
        meaning="heat lost from the lines to the room when no dialysate flows",
    )
    T_room: Any = param(
        "degC", 24.0, within=(16.0, 32.0), source="GeneralKnowledge", status="recalled",
        meaning="temperature of the room",
    )
    c_w: Any = param(
        "kJ/L/degC", 4.15, within=(4.1, 4.2), source="GeneralKnowledge", status="recalled",
        meaning="heat capacity of substitution fluid",
    )


def speciated(Ca: Any, citrate: Any, p: Binding) -> tuple[Any, Any]:
    """Ionized calcium and that bound to citrate, mmol/L, from the totals."""
    b = 1 + p.K * (citrate - Ca)
    ionized = 2 * Ca / (b + sqrt(b * b + 4 * p.K * Ca))
    return ionized, Ca - ionized


def left(HCO3: Any, mixed: Any, acid: Any) -> Any:
    """Bicarbonate after mixing with the acid concentrate, mmol/L; `mixed` says that it is so already."""
    return HCO3 - (1 - mixed) * acid


def heat(Q_b: Any, Q_sub: Any, T_d: Any, bath: Any, T_core: Any, p: Warmth) -> Any:
    """Heat into the patient, kJ/min; `bath` is 1 when dialysate flows and 0 when it does not [ThermalBalance]."""
    with_bath = p.k * Q_b * (T_d - T_core - p.loss)
    without = p.c_w * Q_sub * (T_d - T_core) - p.h * (T_core - p.T_room)
    return bath * with_bath + (1 - bath) * without
