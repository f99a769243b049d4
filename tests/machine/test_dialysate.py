"""The bath: its declared ranges, what binds what in it, and the energy that circuits were measured to pass on."""

import jax
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from soleus.machine.dialysate import Binding, Dialysate, Warmth, heat, left, speciated
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


@given(Ca=st.floats(0.0, 2.5), citrate=st.floats(0.0, 3.0), K=st.floats(0.8, 2.0))
def test_calcium_shares_itself_with_citrate_as_the_law_of_mass_action_says(Ca, citrate, K):
    def excess(x):
        return x + K * x * citrate / (1 + K * x) - Ca

    ionized, complexed = speciated(Ca, citrate, Binding(K=K))
    assert ionized == pytest.approx(brentq(excess, 0.0, 3.0, xtol=1e-14, rtol=1e-14), abs=1e-12)
    assert ionized + complexed == pytest.approx(Ca, abs=1e-15)
    assert complexed <= citrate + 1e-12


def test_a_citrate_bath_binds_a_third_of_its_calcium():
    ionized, _ = speciated(1.5, 1.0, Binding())
    assert ionized == pytest.approx(1.0, abs=0.1)
    assert speciated(1.5, 0.0, Binding()) == (pytest.approx(1.5, abs=1e-15), pytest.approx(0.0, abs=1e-15))
    assert speciated(0.0, 1.0, Binding()) == (0.0, 0.0)
    slope = jax.grad(lambda Ca, cit: speciated(Ca, cit, Binding())[0], argnums=(0, 1))
    assert [float(x) for x in slope(0.0, 0.0)] == pytest.approx([1.0, 0.0])


def test_acid_uses_up_bicarbonate_once():
    assert left(37.0, False, 3.0) == left(34.0, True, 3.0) == 34.0
