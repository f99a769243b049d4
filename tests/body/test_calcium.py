"""Calcium: speciation against a solver that finds it by iteration, the pH slopes of tube and body, bone, balance."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from soleus.body import acid_base, calcium, protein
from soleus.body.calcium import Calcium, Inputs, State

P, ACID, PROTEIN = Calcium(), acid_base.AcidBase(), protein.Protein()
V_PL, V_IS, V_E = 3.15, 12.6, 15.5
REST = calcium.rest(23.0, 1.66, P)
QUIET = Inputs(tilt=1.0, gut=0.0002, bone=0.0, urine=0.0, infusion=0.0, removal=0.0)


def blood(hco3=23.0, pH=7.40, citrate=0.12):
    pCO2 = hco3 / (ACID.s * 10.0 ** (pH - ACID.pK))
    now = acid_base.State(n=1.0, buffer=23.0, n_organic=0.0, n_acetate=0.0, n_citrate=0.0, pCO2=pCO2)
    any_blood = acid_base.look(now, V_PL, V_IS, protein.look(68.0, 25.0, PROTEIN), ACID)
    return dataclasses.replace(any_blood, hco3=hco3, pH=pH, citrate=citrate)


def look(n, c_pl=68.0, c_is=25.0, P_p=1.66, p=P, F=100.0, **acid):
    pro = protein.look(c_pl, c_is, PROTEIN)
    return calcium.look(State(n=n, F=F), V_PL, V_IS, pro, 0.56 * c_pl, blood(**acid), P_p, p, REST)


def amount(iCa, **around):
    """Calcium outside cells that gives this ionized calcium."""
    return iCa / look(1.0, **around).iCa


@given(
    n=st.floats(10.0, 60.0),
    c_pl=st.floats(45.0, 95.0),
    c_is=st.floats(12.0, 40.0),
    P_p=st.floats(0.3, 3.5),
    hco3=st.floats(10.0, 40.0),
    pH=st.floats(7.0, 7.7),
    citrate=st.floats(0.0, 1.5),
)
def test_speciation_is_what_iteration_finds(n, c_pl, c_is, P_p, hco3, pH, citrate):
    """Every species of both spaces is counted one by one; a root finder moves ionized calcium until they add up."""
    pro = protein.look(c_pl, c_is, PROTEIN)
    other = calcium.complexes(hco3, P_p, P, REST) - P.a_HCO3 * hco3 - P.a_P * P.h * P_p

    def counted(iCa):
        total = 0.0
        for water, plasma_like, ion in (
            (pro.f * V_PL, V_PL, iCa),  # plasma
            (V_IS, c_is / c_pl * V_IS, iCa * pro.r**2),  # interstitium: the ion and its complexes at the Donnan share
        ):
            with_hco3, with_P, with_citrate = P.a_HCO3 * hco3 * ion, P.a_P * P.h * P_p * ion, P.a_cit * citrate * ion
            total += water * (ion + with_hco3 + with_P + with_citrate + other * ion)
            total += plasma_like * P.b_40 * 0.56 * c_pl / 40.0 * 10.0 ** (P.s * (pH - 7.4)) * iCa
        return total - n

    expected = brentq(counted, 1e-6, 50.0, xtol=1e-14, rtol=1e-13)
    got = look(n, c_pl, c_is, P_p, hco3=hco3, pH=pH, citrate=citrate).iCa
    assert got == pytest.approx(expected, rel=1e-9)


def test_linear_citrate_is_close_to_full_competition():
    """One citrate holds one calcium or one magnesium (1.2 and 0.8 L/mmol); iterate on the free citrate."""
    for citrate in (0.12, 0.3, 0.6):
        n, iCa = amount(1.15, citrate=citrate), 1.15
        for _ in range(200):
            taken = 1.2 / (1 + 1.2 * iCa + 0.8 * 0.53)  # complex per citrate and ionized calcium
            iCa = 0.5 * (iCa + look(n, citrate=citrate, p=dataclasses.replace(P, a_cit=taken)).iCa)
        assert iCa == pytest.approx(1.15, rel=0.02)


def test_the_parts_of_a_usual_plasma():
    now = look(amount(1.15))
    assert now.iCa == pytest.approx(1.15)
    assert now.kap == pytest.approx(0.15)
    assert now.kap_cit == pytest.approx(0.46 * 0.12)
    assert 2.1 < now.tCa < 2.4
    assert 0.48 < now.iCa / now.tCa < 0.55
    pro = protein.look(68.0, 25.0, PROTEIN)
    assert now.membrane == pytest.approx(pro.alpha**2 * 1.15 * 1.15)
    assert now.membrane_citrate == pytest.approx(1.15 * 0.46 * 0.12 / pro.alpha)
    assert now.free == pytest.approx(1.15 * (1.15 + 0.0552))


def test_the_floor_of_the_complexes_is_out_of_the_way():
    def slope(hco3):
        return calcium.complexes(hco3 + 0.5, 1.66, P, REST) - calcium.complexes(hco3 - 0.5, 1.66, P, REST)

    assert slope(23.0) == pytest.approx(P.a_HCO3, rel=0.02)
    assert calcium.complexes(0.0, 0.0, P, REST) > P.kap_low


def test_the_slope_of_ph_is_steep_in_a_tube_and_shallow_in_the_body():
    """log10 of ionized calcium per pH: -0.22 in a closed sample, -0.15 +- 0.08 in people."""
    body = np.log10(look(amount(1.15), pH=7.45).iCa / look(amount(1.15), pH=7.35).iCa) / 0.1
    pro, total = protein.look(68.0, 25.0, PROTEIN), look(amount(1.15)).tCa

    def tube(pH):
        b = calcium.bound(0.56 * 68.0, pH, P)
        return total / (pro.f * (1 + 0.15 + P.a_cit * 0.12) + b)

    assert np.log10(tube(7.45) / tube(7.35)) / 0.1 == pytest.approx(-0.22, abs=0.03)
    assert -0.23 < body < -0.07


def test_citrate_phosphate_bicarbonate_and_albumin_bind():
    n = amount(1.15)
    assert look(n, citrate=0.5).iCa < look(n).iCa < look(n, citrate=0.0).iCa
    assert look(n, P_p=3.0).iCa < look(n).iCa < look(n, hco3=15.0).iCa
    assert look(n, c_pl=85.0).iCa < look(n).iCa


def test_bone_rests_at_the_patients_own_calcium_whatever_its_fill():
    for fill in (0.7, 1.0, 1.5):
        p = dataclasses.replace(P, fill=fill)
        r = calcium.rest(23.0, 1.66, p)
        pro = protein.look(68.0, 25.0, PROTEIN)
        now = calcium.at_rest(V_PL, V_IS, pro, 0.56 * 68.0, 7.4, 0.12, p)
        seen = calcium.look(now, V_PL, V_IS, pro, 0.56 * 68.0, blood(), 1.66, p, r)
        d = calcium.rates(now, seen, QUIET, p, r)
        assert seen.iCa == pytest.approx(1.15)
        assert (d.n, d.F) == pytest.approx((QUIET.gut, -p.k_F * (fill - 1) * p.F_0))


def test_calcium_is_conserved():
    now = State(n=35.0, F=120.0)
    seen = look(now.n, F=now.F)
    given = Inputs(tilt=1.1, gut=0.003, bone=-0.002, urine=0.001, infusion=0.05, removal=-0.02)
    d = calcium.rates(now, seen, given, P, REST)
    assert d.n + d.F == pytest.approx(0.003 - 0.002 - 0.001 + 0.05 + 0.02 - seen.J_slow, rel=1e-12)
    assert seen.J_slow == pytest.approx(P.k_F * 20.0)


def test_nothing_falls_below_zero():
    for now in (State(n=1e-9, F=100.0), State(n=30.0, F=1e-9)):
        d = calcium.rates(now, look(now.n, F=now.F), QUIET, P, REST)
        assert (d.n if now.n < 1 else d.F) > 0


def test_a_session_of_much_calcium_is_undone_by_bone_within_hours():
    """6 mmol given at once: two thirds of the rise are gone after five hours."""
    now = State(n=amount(1.15) + 6.0, F=100.0)
    first = look(now.n).iCa
    for _ in range(300):
        d = calcium.rates(now, look(now.n, F=now.F), QUIET, P, REST)
        now = State(n=now.n + d.n, F=now.F + d.F)
    assert first > 1.3
    assert (look(now.n, F=now.F).iCa - 1.15) / (first - 1.15) < 0.45
