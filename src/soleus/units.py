"""Units: one system inside (litre, minute, millimole, mmHg, kilogram, degree Celsius), the clinic's units at the door.

Inside Soleus a number is a plain float in the unit its `param` or `quantity` line names. `dimension` reads such a name,
so that a test can rescale the world and catch an equation that is not sound. The functions below it turn what a chart
or a machine says into those floats, with the unit as a word at the call: `Q_b=ml_min(300)`.
"""

import math
import re

from .errors import BadRecord

# Symbols that may stand in a unit, each as exponents over the base dimensions. Size is not kept: a factor of a thousand
# (mL for L) is the business of the equation, and a rescaled world multiplies both alike. Water weighs 1 kg a litre, but
# kg and L stay apart; so do the gram of protein (g) and the tissue it nourishes (100g, which is mass of the person).
UNITS: dict[str, dict[str, float]] = {
    "1": {},
    "%": {},
    "min": {"min": 1},
    "d": {"min": 1},
    "L": {"L": 1},
    "mL": {"L": 1},
    "mmol": {"mmol": 1},
    "mEq": {"mmol": 1},
    "mOsm": {"mmol": 1},
    "mmHg": {"mmHg": 1},
    "kg": {"kg": 1},
    "100g": {"kg": 1},
    "g": {"g": 1},
    "mg": {"g": 1},
    "pg": {"g": 1},
    "degC": {"degC": 1},
    "kJ": {"kJ": 1},
    "m": {"m": 1},
    "mV": {"mV": 1},
}

_FACTOR = re.compile(r"(100g|1|%|[A-Za-z]+)(\d?)")


def dimension(unit: str) -> dict[str, float]:
    """Exponents of a unit over the base dimensions: "mmHg min/L" gives {"mmHg": 1, "min": 1, "L": -1}.

    A space multiplies, a "/" divides by the one symbol after it, a digit after a symbol is its power ("L2/mmol/min").

    Raises:
        BadRecord: when a symbol is not in `UNITS`.
    """
    exponents: dict[str, float] = {}
    above, *below = unit.split("/")
    for part, sign in [(p, 1) for p in above.split(" ")] + [(p, -1) for p in below]:
        match = _FACTOR.fullmatch(part)
        if match is None or match[1] not in UNITS:
            known = ", ".join(UNITS)
            raise BadRecord(f"unit {unit!r} has {part!r}; a unit is made of {known} (a space multiplies, / divides)")
        for base, power in UNITS[match[1]].items():
            exponents[base] = exponents.get(base, 0.0) + sign * power * int(match[2] or 1)
    return {base: power for base, power in exponents.items() if power}


MM_HG_PER_KPA = 7.500617
KG_PER_POUND = 0.45359237
MMOL_SODIUM_PER_G_SALT = 17.11  # molar mass of NaCl 58.44 g/mol

# Molar mass in g/mol of what laboratories report by mass. Urea nitrogen counts two nitrogens a urea.
MOLAR_MASS: dict[str, float] = {
    "urea": 60.06,
    "urea nitrogen": 28.014,
    "creatinine": 113.12,
    "glucose": 180.16,
    "calcium": 40.078,
    "magnesium": 24.305,
    "phosphate": 30.974,  # reported as phosphorus
    "potassium": 39.098,
    "sodium": 22.990,
    "vitamin D": 400.64,  # 25-hydroxyvitamin D
    "parathyroid hormone": 9425.0,  # all of its 84 amino acids
}


def ml_min(flow: float) -> float:
    """A flow in mL/min, as pumps show it, in L/min."""
    return flow / 1000


def ml_hour(flow: float) -> float:
    """A rate in mL/h, as ultrafiltration is set, in L/min."""
    return flow / 60_000


def litres(volume: float) -> float:
    """A volume in litres; stays as it is, so that the call says the unit."""
    return volume


def millilitres(volume: float) -> float:
    """A volume in mL, in litres."""
    return volume / 1000


def hours(time: float) -> float:
    """A time in hours, in minutes."""
    return time * 60


def days(time: float) -> float:
    """A time in days, in minutes."""
    return time * 1440


def per_day(rate: float) -> float:
    """An amount a day, as an amount a minute."""
    return rate / 1440


def kpa(pressure: float) -> float:
    """A pressure in kPa, in mmHg."""
    return pressure * MM_HG_PER_KPA


def pounds(mass: float) -> float:
    """A body weight in pounds, in kilograms."""
    return mass * KG_PER_POUND


def fahrenheit(temperature: float) -> float:
    """A temperature in degrees Fahrenheit, in degrees Celsius."""
    return (temperature - 32) / 1.8


def g_dl(concentration: float) -> float:
    """A concentration in g/dL, as hemoglobin and albumin are reported, in g/L."""
    return concentration * 10


def mg_dl(concentration: float, solute: str) -> float:
    """A concentration in mg/dL of a solute of `MOLAR_MASS`, in mmol/L.

    Raises:
        BadRecord: when the molar mass of the solute is not known here.
    """
    if solute not in MOLAR_MASS:
        raise BadRecord(f"no molar mass for {solute!r}; known: {', '.join(MOLAR_MASS)}. Give the value in mmol/L.")
    return concentration * 10 / MOLAR_MASS[solute]


def meq_l(concentration: float, charge: int) -> float:
    """A concentration in mEq/L of an ion, in mmol/L; the charge of calcium and magnesium is 2."""
    return concentration / charge


def nmol_l(concentration: float, solute: str) -> float:
    """A concentration in ng/mL of a solute of `MOLAR_MASS`, in nmol/L."""
    return concentration * 1000 / MOLAR_MASS[solute]


def pg_ml(concentration: float, solute: str) -> float:
    """A concentration in pmol/L of a solute of `MOLAR_MASS`, in pg/mL."""
    return concentration * MOLAR_MASS[solute] / 1000


def ph(hydrogen: float) -> float:
    """Hydrogen ions in nmol/L, as some laboratories report acidity, as pH."""
    return 9 - math.log10(hydrogen)


def salt_grams(mass: float) -> float:
    """Grams of table salt, as millimoles of sodium."""
    return mass * MMOL_SODIUM_PER_G_SALT
