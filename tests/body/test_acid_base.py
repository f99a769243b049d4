"""Acid and base: pH against iteration, base conserved through all its forms, charge closed by chloride."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from soleus.body import acid_base, protein
from soleus.body.acid_base import AcidBase, Inputs

P = AcidBase()
PROTEIN = protein.Protein()
PRO = protein.look(68.0, 25.0, PROTEIN)
V_PL, V_IS = 3.15, 12.6
START = acid_base.at_rest(V_PL, V_IS, PRO, P)
QUIET = Inputs(
    kidney=0.0, infusion=0.0, infused_citrate=0.0,
    removal=0.0, organic_removal=0.0, acetate_removal=0.0, citrate_removal=0.0,
)  # fmt: skip


def seen(now=START, p=P):
    return acid_base.look(now, V_PL, V_IS, PRO, p)


def rates(now=START, p=P, **changed):
    return acid_base.rates(now, seen(now, p), dataclasses.replace(QUIET, **changed), p)


def test_at_rest_all_is_usual_but_for_the_acid_of_food():
    now = seen()
    assert (now.hco3, now.organic, now.acetate, now.citrate) == pytest.approx((23.0, 1.5, 0.03, 0.12))
    assert now.TCO2 - now.hco3 == pytest.approx(0.0307 * 36.0)
    d = rates()
    assert d.n == pytest.approx(-P.G, abs=1e-9)
    others = (d.buffer, d.n_organic, d.n_acetate, d.n_citrate, d.pCO2)
    assert others == pytest.approx((0.0,) * 5, abs=1e-9)


def test_bicarbonate_is_spread_by_donnan_and_seen_by_the_membrane_above_plasma():
    now = seen()
    assert START.n == pytest.approx(now.hco3_w * (PRO.f * V_PL + V_IS / PRO.r))
    assert now.membrane == pytest.approx(now.hco3_w / PRO.alpha)
    assert now.membrane > now.hco3_w > now.hco3


@given(hco3=st.floats(5.0, 45.0), pCO2=st.floats(15.0, 80.0))
def test_ph_solves_the_mass_action(hco3, pCO2):
    K = 10.0**-P.pK

    def unbalanced(pH):
        return 10.0**-pH * hco3 - K * P.s * pCO2

    assert acid_base.acidity(hco3, pCO2, P) == pytest.approx(brentq(unbalanced, 6.0, 8.5, xtol=1e-12), abs=1e-9)


def test_ph_of_textbooks():
    assert acid_base.acidity(24.0, 40.0, P) == pytest.approx(7.39, abs=0.01)
    assert acid_base.acidity(12.0, 40.0, P) == pytest.approx(acid_base.acidity(24.0, 40.0, P) - np.log10(2))


STIRRED = acid_base.State(n=410.0, buffer=24.5, n_organic=30.0, n_acetate=6.0, n_citrate=9.0, pCO2=38.0)


def test_base_is_conserved_through_all_its_forms():
    d = rates(
        STIRRED, kidney=0.01, infusion=0.4, infused_citrate=0.05,
        removal=-1.2, organic_removal=0.2, acetate_removal=-0.3, citrate_removal=0.02,
    )  # fmt: skip
    base = d.n + P.V_B * d.buffer + d.n_organic + d.n_acetate + 3 * d.n_citrate
    put_in = P.alkali + 0.01 + 0.4 + 3 * 0.05 - P.G
    taken = -1.2 + 0.2 - 0.3 + 3 * 0.02
    assert base == pytest.approx(put_in - taken, rel=1e-12)


def test_with_a_fixed_set_point_it_is_the_mobilization_model():
    fixed = dataclasses.replace(P, V_B=1e12, k_P=0.0)
    for hco3 in (18.0, 23.0, 29.0):
        now = dataclasses.replace(START, n=START.n * hco3 / 23.0)
        assert rates(now, fixed).n == pytest.approx(P.H * (23.0 - hco3) - P.G, abs=1e-9)


def test_organic_acid_follows_bicarbonate_and_never_turns_around():
    made = [rates(dataclasses.replace(START, n=START.n * x)).n_organic for x in (0.1, 0.5, 1.0, 1.3)]
    assert np.all(np.diff(made) > 0)
    assert made[0] + P.k_OA * P.organic > 0
    assert made[3] == pytest.approx(P.k_P * 0.3 * 23.0, abs=0.002)


def test_acetate_and_citrate_become_bicarbonate():
    more = dataclasses.replace(START, n_acetate=START.n_acetate + 10.0)
    assert rates(more).n - rates().n == pytest.approx(-rates(more).n_acetate)
    more = dataclasses.replace(START, n_citrate=START.n_citrate + 10.0)
    assert rates(more).n - rates().n == pytest.approx(-3 * rates(more).n_citrate)


def test_nothing_falls_below_zero():
    for name in ("n", "buffer", "n_organic", "n_acetate", "n_citrate"):
        empty = dataclasses.replace(START, **{name: 1e-9})
        assert getattr(rates(empty), name) > 0, name


PRE = {"Na_w": 137.5 / PRO.f, "K_w": 5.1 / PRO.f, "iCa": 1.15, "iMg": 0.53, "P_w": 1.66 / PRO.f}


def test_chloride_makes_plasma_water_neutral_and_is_plausible():
    charge = acid_base.protein_charge(PRO.alpha, PROTEIN.C)
    Cl = acid_base.chloride(**PRE, protein=charge, seen=seen(), p=P)
    now = seen()
    plus = PRE["Na_w"] + PRE["K_w"] + 2 * 1.15 + 2 * 0.53
    minus = Cl + now.hco3_w + now.organic + now.acetate + 3 * now.citrate + 1.8 * PRE["P_w"] + charge + P.unmeasured
    assert plus - minus == pytest.approx(0.0, abs=1e-12)
    assert 95.0 < PRO.f * Cl < 104.0
    assert 10.0 < 137.5 - PRO.f * Cl - now.hco3 < 22.0


def test_the_charge_of_protein_is_the_one_behind_its_donnan_ratio():
    x = PROTEIN
    expected = (x.z_alb * x.albumin_share + x.z_glob * (1 - x.albumin_share)) * 68.0 / PRO.f
    assert acid_base.protein_charge(PRO.alpha, x.C) == pytest.approx(expected)
