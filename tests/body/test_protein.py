"""Plasma water, Donnan ratios and oncotic pressure, by hand and against the text-book."""

from dataclasses import replace

import numpy as np
import pytest

from soleus.body import protein
from soleus.body.protein import Inputs, Protein, State

P = Protein()


def test_water_without_protein_has_no_charge_and_no_pull():
    seen = protein.look(0.0, 0.0, P)
    assert (seen.alpha, seen.r, seen.pi_pl, seen.pi_is, seen.f) == (1, 1, 0, 0, P.f_0)


def test_usual_plasma():
    """Text-book values: 93 % water, Donnan ratio 0.95, oncotic pressure 25-28 mmHg at 70 g/L."""
    seen = protein.look(70.0, 25.0, P)
    assert seen.f == pytest.approx(0.93, abs=0.01)
    assert seen.alpha == pytest.approx(0.95, abs=0.01)
    assert 23 < seen.pi_pl < 29
    assert 5 < seen.pi_is < 15
    assert seen.alpha < seen.r < 1


def test_the_donnan_ratio_solves_its_quadratic():
    """Cations c alpha and anions c / alpha differ by the fixed charge: Z = C (1/alpha - alpha)."""
    c = 70.0
    charge = (P.z_alb * P.albumin_share + P.z_glob * (1 - P.albumin_share)) * c / protein.plasma_water(c, P)
    alpha = protein.donnan(c, P)
    assert P.C * (1 / alpha - alpha) == pytest.approx(charge)


def test_equal_protein_on_both_sides_needs_no_ratio():
    assert protein.look(60.0, 60.0, P).r == 1


def test_albumin_carries_more_charge_than_globulin():
    rich = replace(P, albumin_share=0.68)
    assert protein.donnan(70.0, rich) < protein.donnan(70.0, P)


def test_more_protein_pulls_more_and_ever_more():
    c = np.linspace(40, 110, 50)
    seen = protein.look(c, c / 2, P)
    assert np.all(np.diff(seen.pi_pl) > 0)
    assert np.all(np.diff(seen.pi_pl, 2) > 0)
    assert np.all(np.diff(seen.f) < 0)


def test_what_leaves_plasma_enters_the_interstitium():
    rates = protein.rates(State(m_pl=200.0, m_is=300.0), Inputs(J=0.1, infusion=0.0), P)
    assert (rates.m_pl, rates.m_is) == (-0.1, 0.1)
