"""Calf flow and saturation, at rest and when flow fails."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from soleus.body import muscle
from soleus.body.muscle import Inputs, Muscle, State

P = Muscle()
REST = SimpleNamespace(P_ra=2.5, hct=0.32)


def look(MAP=90.0, ds=0.0, hct=0.32, viscosity=1.0, cooling=1.0, p=P):
    flow = SimpleNamespace(MAP=MAP, P_ra=2.5, ds=ds, viscosity=viscosity, cooling=cooling)
    return muscle.look(flow, hct, 90.0, REST, p)


def test_at_rest_flow_is_one_and_saturation_what_extraction_leaves():
    seen = look()
    assert seen.q == pytest.approx(1)
    assert pytest.approx(P.S_a - (1 - P.f_a) * P.extraction, abs=0.01) == seen.S


@pytest.mark.parametrize("less", [{"MAP": 70.0}, {"ds": 0.2}, {"viscosity": 1.2}, {"cooling": 1.2}])
def test_flow_and_saturation_fall(less):
    assert look(**less).q < 1
    assert look(**less).S < look().S


def test_fewer_red_cells_carry_less_oxygen():
    assert look(hct=0.25).S < look().S
    assert look(hct=0.25).q == look().q


def test_extraction_has_an_end():
    """However small the flow, saturation stays between nothing and arterial blood."""
    S = np.array([look(MAP=x).S for x in np.linspace(6, 200, 100)])
    assert np.all((P.f_a * P.S_a < S) & (P.S_a > S))
    assert np.all(np.diff(S) > 0)


def test_saturation_drifts_to_its_target():
    assert muscle.rates(State(S=0.6), Inputs(target=0.6), P).S == 0
    assert pytest.approx(0.05) == muscle.rates(State(S=0.6), Inputs(target=0.7), replace(P, tau=2.0)).S
