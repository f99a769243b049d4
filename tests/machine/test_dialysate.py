"""The bath: its declared ranges, and the energy that circuits were measured to pass on."""

import pytest

from soleus.machine.dialysate import Dialysate, Warmth, heat
from soleus.parameter import parameters

WATT = 0.06  # kJ/min
CORE = 36.6


@pytest.mark.parametrize(
    ("T_d", "bath", "measured", "sd"),
    [(37.5, 1.0, 0.4, 4.7), (35.5, 1.0, -23.6, 4.1), (36.5, 0.0, -30.8, 3.1)],
    ids=["37.5", "35.5", "isolated ultrafiltration"],
)
def test_the_measured_energy_of_three_circuits(T_d, bath, measured, sd):
    """ThermalBalance; blood flow 0.3 L/min and core temperature are assumed."""
    watts = heat(0.3, 0.0, T_d, bath, CORE, Warmth()) / WATT
    assert abs(watts - measured) < 0.5 * sd


def test_the_bath_that_cools_as_much_as_isolated_ultrafiltration():
    """ThermalBalance found a mean of 34.75 degC, 34.0 to 36.0."""
    assert heat(0.3, 0.0, 34.75, 1.0, CORE, Warmth()) / WATT == pytest.approx(-30.8, abs=3.1)


def test_cooler_takes_more_and_flow_carries_it():
    p = Warmth()
    assert heat(0.3, 0.0, 35.5, 1.0, CORE, p) < heat(0.3, 0.0, 36.5, 1.0, CORE, p) < 0
    assert heat(0.4, 0.0, 35.5, 1.0, CORE, p) < heat(0.3, 0.0, 35.5, 1.0, CORE, p)
    assert heat(0.3, 0.0, CORE + p.loss, 1.0, CORE, p) == pytest.approx(0.0)


def test_warm_substitution_makes_up_for_the_lines():
    p = Warmth()
    assert heat(0.3, 0.07, 38.0, 0.0, CORE, p) > heat(0.3, 0.0, 38.0, 0.0, CORE, p)


def test_a_usual_bath_lies_in_its_ranges():
    found = list(parameters(Dialysate))
    assert [name for name, _, _ in found][:2] == ["Na", "K"]
    assert all(meta.within[0] <= value <= meta.within[1] for _, value, meta in found)
