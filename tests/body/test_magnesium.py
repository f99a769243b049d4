"""Magnesium: speciation against iteration, the shares that were measured, balance."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from soleus.body import acid_base, magnesium, protein
from soleus.body.magnesium import Inputs, Magnesium, State

P, PROTEIN = Magnesium(), protein.Protein()
V_PL, V_IS = 3.15, 12.6
PRO = protein.look(68.0, 25.0, PROTEIN)
ACID = acid_base.AcidBase()
USUAL = acid_base.look(acid_base.at_rest(V_PL, V_IS, PRO, ACID), V_PL, V_IS, PRO, ACID)
START = magnesium.at_rest(V_PL, V_IS, PRO, 38.0, USUAL.pH, USUAL.citrate, P)


def look(now=START, pro=PRO, albumin=38.0, **acid):
    return magnesium.look(now, V_PL, V_IS, pro, albumin, dataclasses.replace(USUAL, **acid), P)


@given(
    n=st.floats(2.0, 40.0),
    c_pl=st.floats(45.0, 95.0),
    c_is=st.floats(12.0, 40.0),
    pH=st.floats(7.0, 7.7),
    citrate=st.floats(0.0, 1.5),
)
def test_speciation_is_what_iteration_finds(n, c_pl, c_is, pH, citrate):
    pro = protein.look(c_pl, c_is, PROTEIN)

    def counted(iMg):
        loose, b = iMg * (1 + P.kap_0 + P.a_cit * citrate), P.b_40 * 0.5 * c_pl / 40.0 * 10.0 ** (P.s * (pH - 7.4))
        plasma = pro.f * V_PL * loose + V_PL * b * iMg
        interstitium = V_IS * pro.r**2 * loose + V_IS * c_is / c_pl * b * iMg
        return plasma + interstitium - n

    got = look(State(n_e=n, n_s=132.0), pro, 0.5 * c_pl, pH=pH, citrate=citrate).iMg
    assert got == pytest.approx(brentq(counted, 1e-6, 50.0, xtol=1e-14, rtol=1e-13), rel=1e-9)


def test_the_parts_of_a_usual_plasma():
    now = look()
    assert now.iMg == pytest.approx(0.53)
    assert 0.58 < now.iMg / now.tMg < 0.66
    assert 0.82 < now.tMg < 0.92
    assert now.membrane == pytest.approx(PRO.alpha**2 * now.free)
    assert now.free == pytest.approx(0.53 * (1.24 + 0.161 * 0.12))


def test_the_store_rests_and_magnesium_is_conserved():
    quiet = Inputs(urine=0.0, infusion=0.0, removal=0.0)
    d = magnesium.rates(START, look(), quiet, P)
    assert (d.n_e, d.n_s) == pytest.approx((P.G, 0.0), abs=1e-12)
    now = State(n_e=9.0, n_s=140.0)
    d = magnesium.rates(now, look(now), Inputs(urine=0.001, infusion=0.1, removal=0.02), P)
    assert d.n_e + d.n_s == pytest.approx(P.G - 0.001 + 0.1 - 0.02, rel=1e-12)
    assert d.n_s < 0


def test_nothing_falls_below_zero():
    quiet = Inputs(urine=0.0, infusion=0.0, removal=0.0)
    for now, name in ((State(n_e=1e-9, n_s=132.0), "n_e"), (State(n_e=13.0, n_s=1e-9), "n_s")):
        assert getattr(magnesium.rates(now, look(now), quiet, P), name) > 0


def test_citrate_alkalosis_and_albumin_bind():
    assert look(citrate=0.5).iMg < look().iMg < look(citrate=0.0).iMg
    assert look(pH=7.6).iMg < look().iMg
    assert look(albumin=45.0).iMg < look().iMg


def test_the_membrane_is_in_balance_with_about_two_thirds_of_total():
    """A bath of 0.5 mmol/L holds total plasma magnesium near 0.5 / 0.68."""
    now = look()
    assert now.membrane / now.tMg == pytest.approx(0.68, abs=0.04)
