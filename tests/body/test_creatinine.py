"""Creatinine: two pools that keep what they get."""

import dataclasses

import pytest

from soleus.body import creatinine
from soleus.body.creatinine import Creatinine, Inputs, State

P = Creatinine()
V_E, V_IC, F = 15.5, 21.5, 0.934
V = V_E + V_IC
START = creatinine.at_rest(V_E, V_IC, F, P)


def rates(now=START, p=P, K_r=0.0, removal=0.0):
    return creatinine.rates(now, creatinine.look(now, V_E, V_IC, F), Inputs(V=V, K_r=K_r, removal=removal), p)


def test_the_laboratory_sees_plasma():
    now = creatinine.look(START, V_E, V_IC, F)
    assert now.c_p == pytest.approx(0.80)
    assert (now.c_e, now.c_i) == pytest.approx((0.80 / F, 0.80 / F))


def test_creatinine_is_conserved():
    now = State(n_e=5.0, n_i=12.0)
    d = rates(now, K_r=0.004, removal=0.1)
    assert d.n_e + d.n_i == pytest.approx(P.G - (P.K_gut + 0.004) * 5.0 / V_E - 0.1, rel=1e-12)


def test_a_healthy_kidney_holds_a_healthy_level():
    """1 g a day over a clearance of 125 mL/min is about 50 umol/L."""
    c = P.G / (P.K_gut + 0.125)
    d = rates(State(n_e=c * V_E, n_i=c * V_IC), K_r=0.125)
    assert (d.n_e, d.n_i) == pytest.approx((0.0, 0.0), abs=1e-12)
    assert 0.04 < c * F < 0.08


def test_fast_exchange_makes_one_pool():
    now, p = START, dataclasses.replace(P, k_c=0.5)
    for _ in range(4000):
        d = rates(now, p, removal=0.168 * now.n_e / V_E)
        now = State(n_e=now.n_e + 0.05 * d.n_e, n_i=now.n_i + 0.05 * d.n_i)
    c = creatinine.look(now, V_E, V_IC, F)
    assert c.c_i == pytest.approx(c.c_e, rel=0.02)


def test_nothing_falls_below_zero():
    assert rates(State(n_e=0.0, n_i=10.0)).n_e > 0
    assert rates(State(n_e=5.0, n_i=0.0)).n_i > 0
