"""The fiber against its own differential equations, its limits, and the sensitivities at them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from soleus.machine import fiber
from soleus.machine.dialyzer import CLASSES

counter_current, middle_molecule, drained = map(jax.jit, (fiber.counter_current, fiber.middle_molecule, fiber.drained))
flow = st.floats(0.1, 0.5)
bath_flow = st.floats(0.2, 0.8)
area = st.floats(0.05, 1.5)
share = st.floats(0.0, 0.8)


# Small solutes


@given(Q_e=flow, Q_d=bath_flow, KoA=area, share=share)
@settings(max_examples=60)
def test_it_solves_the_two_streams_along_the_fiber(along_the_fiber, Q_e, Q_d, KoA, share):
    Q_f = share * Q_e
    assert float(counter_current(Q_e, Q_d, KoA, Q_f)) == pytest.approx(along_the_fiber(Q_e, Q_d, KoA, Q_f), rel=1e-6)


@pytest.mark.parametrize("Q_f", [0.0, 1e-9, 1e-4, 0.03])
def test_equal_flows_are_no_special_case(along_the_fiber, Q_f):
    Q_e, KoA = 0.25, 0.6
    for Q_d in (Q_e, Q_e - Q_f, Q_e * (1 + 1e-10), Q_e + 1e-4):
        assert float(counter_current(Q_e, Q_d, KoA, Q_f)) == pytest.approx(
            along_the_fiber(Q_e, Q_d, KoA, Q_f), rel=1e-7
        )


@given(Q_e=flow, Q_d=bath_flow, KoA=area)
@settings(max_examples=40)
def test_without_ultrafiltration_it_is_the_formula_of_michaels(Q_e, Q_d, KoA):
    if abs(Q_e - Q_d) < 1e-3:
        return
    e = np.exp(KoA / Q_e * (1 - Q_e / Q_d))
    assert float(counter_current(Q_e, Q_d, KoA, 0.0)) == pytest.approx(Q_e * (e - 1) / (e - Q_e / Q_d), rel=1e-10)


def test_a_huge_membrane_gives_all_a_tiny_one_what_the_water_carries():
    assert float(counter_current(0.2, 0.5, 60.0, 0.0)) == pytest.approx(0.2)
    assert float(counter_current(0.5, 0.2, 60.0, 0.0)) == pytest.approx(0.2)
    assert float(counter_current(0.2, 0.5, 1e-3, 0.02)) == pytest.approx(0.02, rel=1e-6)


# Middle molecules


@given(
    kind=st.sampled_from(list(CLASSES.values())),
    wider=st.floats(0.6, 1.6),
    Q_e=st.floats(0.06, 0.45),
    Q_d=bath_flow,
    share=st.floats(0.0, 0.6),
)
@settings(max_examples=60)
def test_a_sieved_solute_follows_the_same_two_streams(along_the_fiber, kind, wider, Q_e, Q_d, share):
    KoA, S, Q_int = kind.KoA_b2m * wider, kind.S_b2m, kind.Q_int * wider
    Q_f = share * Q_e
    felt = min(Q_int, 0.5 * min(Q_e - Q_f, Q_d))
    expected = along_the_fiber(Q_e, Q_d, KoA, Q_f, S, felt)
    assert float(middle_molecule(Q_e, Q_d, KoA, S, Q_f, felt)) == pytest.approx(expected, rel=1e-5)


@given(Q_e=flow, Q_d=bath_flow, KoA=area, share=st.floats(0.0, 0.6))
@settings(max_examples=40)
def test_unsieved_and_without_internal_filtration_both_are_one(Q_e, Q_d, KoA, share):
    same = counter_current(Q_e, Q_d, KoA, share * Q_e)
    assert float(middle_molecule(Q_e, Q_d, KoA, 1.0, share * Q_e, 0.0)) == pytest.approx(float(same), rel=1e-4)


def test_internal_filtration_and_an_open_membrane_take_more():
    usual = (0.2, 0.5, 0.055, 0.75, 0.01, 0.02)
    assert middle_molecule(*usual[:5], 0.05) > middle_molecule(*usual) > middle_molecule(*usual[:5], 0.0)
    assert middle_molecule(0.2, 0.5, 0.055, 0.9, 0.09, 0.02) > middle_molecule(0.2, 0.5, 0.055, 0.6, 0.09, 0.02)
    assert float(middle_molecule(0.2, 0.5, 0.003, 0.05, 0.01, 0.0)) < 0.01


@given(Q_e=flow, KoA=st.floats(0.002, 0.1), S=st.floats(0.02, 1.0), share=share)
@settings(max_examples=40)
def test_without_dialysate_the_filtrate_carries_what_passes_with_it(Q_e, KoA, S, share):
    Q_f = share * Q_e
    peclet = S * Q_f / KoA
    b = KoA * peclet / np.expm1(peclet) if peclet > 1e-9 else KoA
    passed = (b + S * Q_f) / (b + Q_f)  # filtrate over blood, where both leave side by side
    end = solve_ivp(lambda x, n: -Q_f * passed * n / (Q_e - Q_f * x), (0, 1), [Q_e], rtol=1e-11, atol=1e-13).y[0, -1]
    assert float(drained(Q_e, KoA, S, Q_f)) == pytest.approx(Q_e - end, rel=1e-7, abs=1e-10)


def test_unsieved_the_filtrate_is_plasma_water():
    assert float(drained(0.2, 0.05, 1.0, 0.03)) == pytest.approx(0.03, rel=1e-12)
    assert float(drained(0.2, 0.05, 0.5, 0.0)) == 0.0


# Both


@pytest.mark.parametrize("Q_f", [0.0, 0.01])
@pytest.mark.parametrize("Q_d", [0.2, 0.19, 0.5])
def test_every_sensitivity_is_finite_and_right(Q_f, Q_d):
    def both(at):
        Q_e, Q_d, KoA, S, Q_f, Q_int = at
        return counter_current(Q_e, Q_d, 10 * KoA, Q_f) + middle_molecule(*at) + drained(Q_e, KoA, S, Q_f)

    at = jnp.array([0.2, Q_d, 0.055, 0.75, Q_f, 0.02])
    slope, step = jax.grad(both)(at), 1e-6
    for i, expected in enumerate(slope):
        up, down = at.at[i].add(step), at.at[i].add(-step if at[i] > step else 0.0)
        assert float((both(up) - both(down)) / (up[i] - down[i])) == pytest.approx(float(expected), rel=2e-3, abs=1e-6)
