"""Usual slips of the unit: what a number outside its range was probably given in, and what to write instead."""

from collections.abc import Callable
from math import log

from ..units import fahrenheit, g_dl, kpa, meq_l, mg_dl, millilitres, ph, pounds
from .file import Place
from .labs import AROUND, OTHER, Lab

VOLUMES = ("uf_l", "drunk_l", "infused_l", "drinks_l", "overhydration_l")
# Ending (or endings) of the field name, what the number was given in, and how to convert it.
SLIPS: list[tuple[str | tuple[str, ...], str, Callable[[float], float]]] = [
    ("_kg", "pounds", pounds),
    ("_kg", "grams", lambda value: value / 1000),
    ("_cm", "metres", lambda value: value * 100),
    ("_cm", "inches", lambda value: value * 2.54),
    ("_cm", "millimetres", lambda value: value / 10),
    (VOLUMES, "millilitres", millilitres),
    ("_ml", "litres", lambda value: value * 1000),
    ("_ml_min", "litres per minute", lambda value: value * 1000),
    ("_ml_min", "millilitres per hour", lambda value: value / 60),
    ("_mmhg", "kPa", kpa),
    ("hours", "minutes", lambda value: value / 60),
    ("_y", "months", lambda value: value / 12),
    ("temperature_c", "Fahrenheit", fahrenheit),
    ("haemoglobin_g_dl", "g/L", lambda value: value / 10),
    ("haemoglobin_g_dl", "mmol/L", lambda value: value * 1.611),  # of one chain, as laboratories count it
    ("haematocrit", "percent", lambda value: value / 100),
    ("ph", "nmol/L of hydrogen ions", ph),
    ("b2m_mg_l", "nmol/L", lambda value: value * 0.0118),
    ("b2m_mg_l", "ug/L", lambda value: value / 1000),
    ("alkaline_phosphatase_u_l", "ukat/L", lambda value: value * 60),
    ("residual_urine_ml_day", "litres per day", lambda value: value * 1000),
]
BATH: list[tuple[str | tuple[str, ...], str, Callable[[float], float]]] = [
    ("calcium_mmol_l", "mEq/L", lambda value: meq_l(value, 2)),
    ("magnesium_mmol_l", "mEq/L", lambda value: meq_l(value, 2)),
    ("glucose_mmol_l", "mg/dL", lambda value: mg_dl(value, "glucose")),
    ("glucose_mmol_l", "g/L", lambda value: mg_dl(g_dl(value) * 10, "glucose")),
]


def remedy(place: Place, value: float, low: float, high: float) -> str:
    """What to do about a number outside its range: the unit it was probably given in, or to check it."""
    name = str(place[-1]) if place else ""
    if offer := lab(name, value) if place[:1] == ("labs",) else "":
        return offer
    if name.startswith("vitamin_d") and 0 < value < low:
        return "Is it calcitriol (1,25-dihydroxyvitamin D)? That is another hormone: leave it out."
    if name == "gfr_ml_min" and value > high:
        return "No kidneys filter more. Check the number."
    for ending, unit, convert in BATH + SLIPS if "dialysate" in place else SLIPS:
        too_little = unit == "millilitres" and value < 300  # nobody notes so little in millilitres
        if value > 0 and name.endswith(ending) and low <= convert(value) <= high and not too_little:
            return f"Was it given in {unit}? Then write {rounded(convert(value))}."
    if value < 0 <= low:
        sign = f" Is the minus sign a slip? Then write {-value:g}." if low <= -value <= high else ""
        return f"It is never below 0.{sign or ' Check the number.'}"
    return "Check the number and its unit."


def lab(name: str, value: float) -> str:
    """The other units that a laboratory value may have been given in, likeliest first; empty when there are none."""
    around = AROUND.get(name)
    if around is None:
        return _canonical(name, value)
    found = [(field, unit.unit, value * unit.factor) for field, unit in OTHER.items() if unit.of == name]
    found = [(field, unit, x) for field, unit, x in found if _possible(name, x)]
    found.sort(key=lambda row: abs(log(row[2] / around)))
    if not found:
        return ""
    own = unit_of(name)
    choices = [f"{field}: {value:g} ({rounded(x)} {own})" for field, _, x in found]
    units = " or ".join(dict.fromkeys(unit for _, unit, _ in found))
    return f"Was it given in {units}? Then write {', or '.join(choices)}."


def rounded(value: float) -> str:
    """Three figures."""
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def _canonical(name: str, value: float) -> str:
    """For a field in the second unit, the first unit if the number fits that one."""
    if name not in OTHER:
        return ""
    first = OTHER[name].of
    return f"Was it given in {unit_of(first)}? Then write {first}: {value:g}." if _possible(first, value) else ""


def _possible(name: str, value: float) -> bool:
    marks = Lab.model_fields[name].metadata
    return value > 0 and all(getattr(m, "ge", value) <= value <= getattr(m, "le", value) for m in marks)


def unit_of(name: str) -> str:
    """The unit that the name of a blood test ends with."""
    said = {
        "mmol_l": "mmol/L", "umol_l": "umol/L", "g_l": "g/L", "pg_ml": "pg/mL", "nmol_l": "nmol/L", "mmhg": "mmHg",
        "pmol_l": "pmol/L", "ng_ml": "ng/mL", "mg_dl": "mg/dL",
    }  # fmt: skip
    return next(text for unit, text in said.items() if name.endswith(f"_{unit}"))
