"""Filtration, lymph and the pressure of the interstitium at rest, at the knee and far out."""

from dataclasses import replace

import numpy as np
import pytest

from soleus.body import capillary, protein
from soleus.body.capillary import Capillary
from soleus.body.protein import Protein

P, P_C, V = Capillary(), 13.0, 12.6
CALM = protein.look(68.0, 25.0, Protein())
REST = capillary.rest(V, P_C, CALM, P)


def look(V_is=V, P_c=P_C, seen=CALM):
    return capillary.look(V_is, P_c, seen, P, REST)


def test_dry_weight_is_at_rest():
    seen = look()
    assert seen.P_is == pytest.approx(P.P_is)
    assert pytest.approx(P.J_L) == seen.J_L
    assert seen.J_v == pytest.approx(seen.J_L)
    assert seen.J_p == pytest.approx(0, abs=1e-12)


def test_filtration_answers_to_each_pressure_by_its_coefficient():
    gain = (look(P_c=P_C + 1).J_v - look().J_v) / REST.K_f
    assert gain == pytest.approx(1)
    pulled = replace(CALM, pi_pl=CALM.pi_pl + 1)
    assert (look(seen=pulled).J_v - look().J_v) / REST.K_f == pytest.approx(-P.sigma)


def test_two_slopes_about_the_knee():
    dry, wet = np.array([0.75, 0.76]) * V, np.array([1.5, 1.51]) * V
    for volumes, slope in ((dry, P.k_1), (wet, P.k_2)):
        low, high = (look(V_is=x).P_is for x in volumes)
        assert (high - low) / (volumes[1] - volumes[0]) == pytest.approx(slope, rel=0.02)


def test_pressure_and_lymph_rise_with_volume_and_lymph_has_a_ceiling():
    V_is = np.linspace(0.6, 2.5, 100) * V
    seen = look(V_is=V_is)
    assert np.all(np.diff(seen.P_is) > 0)
    assert np.all(np.diff(seen.J_L) > 0)
    assert np.all((seen.J_L > 0) & (P.J_max > seen.J_L))


def test_a_thirsty_plasma_refills():
    """Concentrated plasma and a low capillary pressure let the interstitium flow back."""
    drained = protein.look(80.0, 25.0, Protein())
    seen = look(P_c=P_C - 3, seen=drained)
    assert seen.J_v - seen.J_L < -0.005


def test_the_filtration_coefficient_has_a_soft_ceiling():
    usual = capillary.rest(V, P_C, CALM, replace(P, K_f=0.004)).K_f
    assert usual == pytest.approx(0.004, rel=0.01)
    assert capillary.rest(V, P_C, CALM, replace(P, K_f=1.0)).K_f <= P.K_f_top


def test_protein_rides_on_filtration_and_returns_with_lymph():
    more = look(P_c=P_C + 1)
    dragged = (1 - P.sigma) * (more.J_v - look().J_v) * 0.5 * (CALM.c_pl + CALM.c_is)
    assert more.J_p - look().J_p == pytest.approx(dragged)
    assert look(V_is=1.2 * V).J_p == pytest.approx(
        look().J_p
        - (look(V_is=1.2 * V).J_L - P.J_L) * CALM.c_is
        + (1 - P.sigma) * (look(V_is=1.2 * V).J_v - look().J_v) * 0.5 * (CALM.c_pl + CALM.c_is)
    )
