"""Units: names are read right, and the door turns the clinic's numbers into ours (checked against pint)."""

import pint
import pytest

from soleus import units
from soleus.errors import BadRecord
from soleus.units import MOLAR_MASS, UNITS, dimension


@pytest.mark.parametrize(
    ("unit", "exponents"),
    [
        ("1", {}),
        ("%", {}),
        ("mmol/L", {"mmol": 1, "L": -1}),
        ("mOsm/L", {"mmol": 1, "L": -1}),
        ("1/min", {"min": -1}),
        ("mmHg min/L", {"mmHg": 1, "min": 1, "L": -1}),
        ("L/min/mmHg", {"L": 1, "min": -1, "mmHg": -1}),
        ("kJ/min/degC", {"kJ": 1, "min": -1, "degC": -1}),
        ("mL/100g/min", {"L": 1, "kg": -1, "min": -1}),
        ("mmHg L3/g3", {"mmHg": 1, "L": 3, "g": -3}),
        ("L2/mmol/min", {"L": 2, "mmol": -1, "min": -1}),
        ("L/L", {}),
    ],
)
def test_a_unit_is_read_as_exponents(unit, exponents):
    assert dimension(unit) == exponents


@pytest.mark.parametrize("unit", ["", "mmol/l", "hour", "L/h", "mmol/L/", "mmHg*min", "L  min", "litre"])
def test_an_unknown_unit_is_refused_with_the_known_ones(unit):
    with pytest.raises(BadRecord, match="mmol"):
        dimension(unit)


def test_every_symbol_has_the_dimension_pint_gives_it():
    registry = pint.UnitRegistry()
    theirs = {"1": "", "%": "percent", "mEq": "mmol", "mOsm": "mmol", "100g": "g"}  # where pint has another name
    for symbol, exponents in UNITS.items():
        product = registry.Unit("")
        for base, power in exponents.items():
            product = product * registry.Unit(base) ** power
        assert registry.Unit(theirs.get(symbol, symbol)).dimensionality == product.dimensionality, symbol


@pytest.mark.parametrize(
    ("door", "value", "theirs", "ours"),
    [
        (units.ml_min, 300.0, "mL/min", "L/min"),
        (units.ml_hour, 800.0, "mL/h", "L/min"),
        (units.litres, 2.4, "L", "L"),
        (units.millilitres, 250.0, "mL", "L"),
        (units.hours, 4.0, "h", "min"),
        (units.days, 3.0, "day", "min"),
        (units.per_day, 190.0, "mmol/day", "mmol/min"),
        (units.kpa, 16.0, "kPa", "mmHg"),
        (units.pounds, 160.0, "lb", "kg"),
        (units.g_dl, 11.2, "g/dL", "g/L"),
    ],
)
def test_the_door_agrees_with_pint(door, value, theirs, ours):
    assert door(value) == pytest.approx(pint.UnitRegistry().Quantity(value, theirs).to(ours).magnitude, rel=1e-5)


def test_body_temperature_comes_in_as_celsius():
    assert units.fahrenheit(98.6) == pytest.approx(37.0)


@pytest.mark.parametrize(
    ("value", "solute", "mmol_l"),
    [(100.0, "glucose", 5.551), (28.0, "urea nitrogen", 9.995), (8.0, "creatinine", 0.7072), (5.0, "phosphate", 1.614)],
)
def test_milligrams_per_decilitre_become_millimoles(value, solute, mmol_l):
    assert units.mg_dl(value, solute) == pytest.approx(mmol_l, rel=1e-3)


@pytest.mark.parametrize(
    ("value", "theirs", "ours"),
    [
        (units.meq_l(2.5, 2), 2.5, 1.25),  # bath calcium
        (units.nmol_l(30.0, "vitamin D"), 30.0, 74.9),
        (units.pg_ml(10.0, "parathyroid hormone"), 10.0, 94.2),
        (units.ph(40.0), 40.0, 7.398),
    ],
)
def test_other_units_of_the_laboratory(value, theirs, ours):
    assert value == pytest.approx(ours, rel=1e-3), theirs


def test_a_gram_of_salt_is_seventeen_millimoles_of_sodium():
    assert units.salt_grams(1.0) == pytest.approx(1000 / (MOLAR_MASS["sodium"] + 35.45), rel=1e-3)


def test_a_solute_without_molar_mass_is_refused():
    with pytest.raises(BadRecord, match="albumin"):
        units.mg_dl(4.0, "albumin")
