"""The session goes on as it was set: changes act from their minute on, and the past stays."""

from dataclasses import replace

import numpy as np
import pytest

from soleus.events import Event
from soleus.live import treated
from soleus.live.shown import shown
from soleus.live.treated import Change
from soleus.machine.profiles import linear, steps
from soleus.prescription import Prescription


@pytest.fixture(scope="module")
def order(twin):
    return twin.prescription[0]


@pytest.fixture(scope="module")
def plain(who, order):
    return treated.begin(who, order)


@pytest.mark.parametrize("shape", [linear(1.0, 1.0), linear(2.0, 0.5), steps([2.0, 1.0, 0.5])])
def test_what_is_left_of_an_order_takes_what_is_left(shape):
    order = Prescription(uf=3.0, time=240.0, uf_profile=shape, temperature_profile=linear(36.5, 35.5))
    whole = treated.Treated(np.zeros(0), np.zeros((0, 0, 0)), 0.0, order, ())
    rest = treated.left_of(order, 100.0)
    cut = treated.Treated(np.zeros(0), np.zeros((0, 0, 0)), 100.0, rest, ())
    t = np.linspace(100.5, 239.5, 140)
    np.testing.assert_allclose(cut.uf_rate(t), whole.uf_rate(t), rtol=1e-6)
    assert rest.uf == pytest.approx(np.trapezoid(whole.uf_rate(np.linspace(100, 240, 20001)), dx=140 / 20000), rel=1e-3)
    assert rest.temperature_profile.values == pytest.approx((36.5 - 100 / 240, 35.5))


def test_a_change_that_changes_nothing_changes_nothing(who, order, plain):
    same = treated.changed(who, plain, Change(90.0, uf=order.uf / order.time))
    a, b = shown(who, plain), shown(who, same)
    for kind in ("systolic_mmhg", "rbv_pct", "uf"):
        np.testing.assert_allclose(b.at(kind, 200.0), a.at(kind, 200.0), rtol=2e-3, atol=2e-3)


def test_an_hour_cut_out_of_a_session_is_as_risky_as_within_it(who, order, plain):
    n = who.n
    every, nothing = [treated.left_of(order, 100.0)] * n, [()] * n
    part = treated.side_by_side(who, plain, np.arange(n), every, nothing, 100.0, 160.0)
    a, b = shown(who, plain), shown(who, part)
    np.testing.assert_allclose(b.at("cramp", 130.0), a.at("cramp", 130.0), atol=0.05)


def test_the_past_is_never_computed_anew(who, plain):
    later = treated.changed(who, plain, Change(90.0, uf=0.0))
    kept = plain.minutes < 90
    np.testing.assert_array_equal(later.states[: kept.sum()], plain.states[kept])


def test_stopped_ultrafiltration_takes_no_more_and_blood_refills(who, plain):
    a, b = shown(who, plain), shown(who, treated.changed(who, plain, Change(120.0, uf=0.0)))
    np.testing.assert_allclose(b.at("uf", 240.0), b.at("uf", 120.0), atol=1e-9)
    assert np.all(b.at("rbv_pct", 200.0) > a.at("rbv_pct", 200.0))
    assert np.mean(b.at("systolic_mmhg", 200.0) - a.at("systolic_mmhg", 200.0)) > 0


def test_a_cooler_bath_holds_pressure(who, plain):
    a, b = shown(who, plain), shown(who, treated.changed(who, plain, Change(60.0, temperature=35.5)))
    assert np.mean(b.at("systolic_mmhg", 180.0) - a.at("systolic_mmhg", 180.0)) > 0


def test_saline_fills_the_blood(who, plain):
    a = shown(who, plain)
    b = shown(who, treated.also_given(who, plain, Event("saline", 120.0, 200.0)))
    assert np.all(b.at("rbv_pct", 140.0) > a.at("rbv_pct", 140.0))


def test_after_the_machine_is_off_nothing_is_taken(who, plain):
    off = treated.stopped(who, plain, 150.0)
    seen = shown(who, off)
    assert off.end == pytest.approx(151.0)
    np.testing.assert_allclose(seen.at("uf", 200.0), seen.at("uf", 150.0), atol=1e-6)


def test_a_volume_beyond_what_a_body_holds_takes_what_there_is(who, order):
    huge = treated.begin(who, replace(order, uf=12.0))
    assert np.all(np.isfinite(huge.states[-1]))
