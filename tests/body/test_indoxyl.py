"""Indoxyl sulfate: two pools of total toxin, of which only the free part leaves."""

import pytest

from soleus.body import indoxyl
from soleus.body.indoxyl import Indoxyl, Inputs, State

P = Indoxyl()
START = indoxyl.at_rest(P)


def rates(now=START, K_r=0.0, removal=0.0):
    return indoxyl.rates(now, indoxyl.look(now, P), Inputs(K_r=K_r, removal=removal), P)


def test_at_rest_the_pools_agree_and_little_is_free():
    now = indoxyl.look(START, P)
    assert (now.c_1, now.c_2) == pytest.approx((0.12, 0.12))
    assert now.free == pytest.approx(0.08 * 0.12)


def test_it_is_conserved():
    now = State(n_1=0.4, n_2=1.1)
    d = rates(now, K_r=0.015, removal=0.002)
    assert d.n_1 + d.n_2 == pytest.approx(P.G - 0.015 * indoxyl.look(now, P).free - 0.002, rel=1e-12)


def test_kidneys_clear_only_what_is_free():
    """5 mL/min of GFR clear 15 mL/min of the free toxin: 1.2 mL/min of the total."""
    K_r = 0.015
    c = P.G / (K_r * P.fu)
    d = rates(State(n_1=c * P.V_1, n_2=c * P.V_2), K_r=K_r)
    assert (d.n_1, d.n_2) == pytest.approx((0.0, 0.0), abs=1e-15)
    assert c == pytest.approx(0.125, abs=0.001)


def test_nothing_falls_below_zero():
    assert rates(State(n_1=0.0, n_2=1.0)).n_1 > 0
    assert rates(State(n_1=1.0, n_2=0.0)).n_2 > 0
