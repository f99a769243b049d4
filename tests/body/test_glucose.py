"""Glucose: fasting is a rest, insulin follows, and what the bath takes is made up until it cannot be."""

import dataclasses

import pytest

from soleus.body import glucose
from soleus.body.glucose import Glucose, Inputs, State

P = Glucose()
V_E, F = 15.5, 0.934
START = glucose.at_rest(V_E, F, P)
QUIET = Inputs(injected=0.0, infusion=0.0, removal=0.0)


def rates(now=START, p=P, **given):
    return glucose.rates(now, glucose.look(now, V_E, F), dataclasses.replace(QUIET, **given), p)


def run(minutes, now=START, p=P, clearance=0.0, bath=0.0, infusion=0.0):
    for _ in range(minutes):
        c_w = glucose.look(now, V_E, F).c_w
        d = rates(now, p, removal=clearance * (c_w - bath), infusion=infusion)
        now = State(n=now.n + d.n, insulin=now.insulin + d.insulin)
    return now


def test_fasting_is_a_rest():
    for g_b in (5.5, 9.0):
        p = dataclasses.replace(P, g_b=g_b)
        now = glucose.at_rest(V_E, F, p)
        assert glucose.look(now, V_E, F).g == pytest.approx(g_b)
        assert (rates(now, p).n, rates(now, p).insulin) == pytest.approx((0.0, 0.0), abs=1e-12)


def test_plasma_holds_less_than_its_water():
    now = glucose.look(START, V_E, F)
    assert now.c_w * F == pytest.approx(now.g)
    assert now.c_w == pytest.approx(START.n / V_E)


def test_insulin_follows_glucose_and_not_below_basal_by_much():
    high, low = (dataclasses.replace(START, n=START.n * x) for x in (1.5, 0.5))
    assert rates(high).insulin == pytest.approx((0.5 * 5.5 - 0.3 * 0.693) / P.tau, rel=0.01)
    assert -0.25 / P.tau < rates(low).insulin < 0


def test_a_load_is_gone_in_two_hours_and_stays_longer_in_diabetes():
    load = dataclasses.replace(START, n=START.n + 139.0)
    diabetic = dataclasses.replace(P, s=0.2)
    assert glucose.look(load, V_E, F).g > 13.0
    assert glucose.look(run(120, load), V_E, F).g < 6.0
    assert glucose.look(run(45, load, diabetic), V_E, F).g > glucose.look(run(45, load), V_E, F).g + 1


def test_a_bath_without_glucose_costs_seven_grams_an_hour_and_settles_near_four():
    now = run(240, clearance=0.165)
    assert glucose.look(now, V_E, F).g == pytest.approx(4.0, abs=0.3)
    assert 0.165 * glucose.look(now, V_E, F).c_w * 60 * 0.18 == pytest.approx(7.3, abs=1.0)


def test_a_bath_of_five_and_a_half_keeps_it():
    assert glucose.look(run(240, clearance=0.165, bath=5.55), V_E, F).g == pytest.approx(5.4, abs=0.2)


def test_nothing_falls_below_zero():
    assert rates(State(n=1e-9, insulin=5.0)).n > 0
    assert rates(State(n=1e-9, insulin=1e-9)).insulin > 0
