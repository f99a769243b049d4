"""Beta-2-microglobulin: two pools, and a level that the kidney explains."""

import pytest

from soleus.body import b2m
from soleus.body.b2m import B2m, Inputs, State

P = B2m()
V = 37.0
START = b2m.at_rest(V, 2.0, P)


def rates(now=START, above=2.0, K_r=0.0, removal=0.0):
    return b2m.rates(now, b2m.look(now, V, above, P), Inputs(K_r=K_r, removal=removal), P)


def test_the_pools_share_what_is_above_dry_weight():
    assert sum(b2m.volumes(V, 2.0, P)) == pytest.approx(0.30 * V + 2.0)
    assert b2m.volumes(V, 0.0, P)[0] == pytest.approx(0.30 * V / 4.4)
    now = b2m.look(START, V, 2.0, P)
    assert (now.c_1, now.c_2) == pytest.approx((28.0, 28.0))


def test_it_is_conserved():
    now = State(m_1=40.0, m_2=260.0)
    c_1 = b2m.look(now, V, 2.0, P).c_1
    d = rates(now, K_r=0.003, removal=0.8)
    assert d.m_1 + d.m_2 == pytest.approx(P.G - (P.K_0 + 0.003) * c_1 - 0.8, rel=1e-12)


def test_a_little_kidney_halves_the_level():
    """Without dialysis the level is generation over clearance: 42 mg/L anuric, half of it at 3 mL/min."""
    for K_r, level in ((0.0, 41.7), (0.003, 20.8)):
        c = P.G / (P.K_0 + K_r)
        V_1, V_2 = b2m.volumes(V, 0.0, P)
        d = rates(State(m_1=c * V_1, m_2=c * V_2), above=0.0, K_r=K_r)
        assert (d.m_1, d.m_2) == pytest.approx((0.0, 0.0), abs=1e-12)
        assert c == pytest.approx(level, abs=0.1)


def test_nothing_falls_below_zero():
    assert rates(State(m_1=0.0, m_2=200.0)).m_1 > 0
    assert rates(State(m_1=80.0, m_2=0.0)).m_2 > 0


def test_a_high_flux_session_takes_three_fifths_and_half_of_that_returns():
    now, course = b2m.at_rest(V, 2.3, P), []
    for minute in range(300):
        above = 2.3 * (1 - minute / 240) if minute < 240 else 0.0
        c_1 = b2m.look(now, V, above, P).c_1
        d = rates(now, above, removal=0.054 * c_1 if minute < 240 else 0.0)
        now = State(m_1=now.m_1 + d.m_1, m_2=now.m_2 + d.m_2)
        course.append(c_1)
    assert 1 - course[239] / 28.0 == pytest.approx(0.59, abs=0.06)
    assert course[299] > 1.3 * course[239]
