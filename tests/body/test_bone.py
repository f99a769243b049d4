"""Bone: what it feels of PTH, turnover and minerals by hand, the hunger after glands are taken out."""

# ruff: noqa: SIM300 - a symbol in capitals is no constant

import dataclasses

import numpy as np
import pytest

from soleus.body import bone
from soleus.body.bone import Bone, Inputs, State

P = Bone()
HEALTH = State(H=40.0, used=1.0, OC=1.0, OB=1.0, B=25000.0)


def test_health_is_at_rest():
    assert bone.at_rest(40.0, 1.0, 1.0, P) == HEALTH
    seen = bone.look(HEALTH, 1.0, 1.22, 1.2, 1.0, P)
    assert (seen.pull, seen.tilt) == pytest.approx((1.0, 1.0))
    assert seen.J_res == pytest.approx(seen.J_form) == pytest.approx(P.J_0)
    d = bone.rates(HEALTH, seen, Inputs(PTH=40.0, J_slow=0.0), P)
    assert (d.H, d.used, d.OC, d.OB, d.B) == pytest.approx((0.0,) * 5, abs=1e-15)


def test_uremic_bone_resists():
    """Some 300 pg/mL keep the usual turnover of people on dialysis, whose vitamin D is low as well."""
    assert bone.pull(300.0, 0.37, 0.0, P) == pytest.approx(7.5 * 0.37**0.5 * (0.05 / 1.05) ** 0.78)
    assert 0.4 < bone.pull(300.0, 0.37, 0.0, P) < 1.2
    assert bone.pull(80.0, 1.0, 1.0, P) == pytest.approx(2.0)
    assert bone.pull(300.0, 0.7, 0.0, P) > bone.pull(300.0, 0.37, 0.0, P)


def test_each_flux_and_rate_by_hand():
    now, given = State(H=400.0, used=1.0, OC=1.5, OB=2.0, B=24000.0), Inputs(PTH=500.0, J_slow=0.001)
    seen = bone.look(now, 0.5, 1.10, 0.9, 0.1, P)
    pull = 10.0 * 0.5**0.5 * (0.15 / 1.05) ** 0.78
    assert seen.pull == pytest.approx(pull)
    assert seen.tilt == pytest.approx(((pull + 0.2) / 1.2) ** 0.15)
    assert seen.J_res == pytest.approx(P.J_0 * 1.5)
    minerals = 2 * 1.10 / (1.10 + 1.22) * 1.25 * 0.9 / (0.9 + 0.25 * 1.2)
    assert seen.J_form == pytest.approx(P.J_0 * 2.0 * minerals)
    d = bone.rates(now, seen, given, P)
    assert d.H == pytest.approx(100.0 / 720.0)
    assert d.OC == pytest.approx(((1 + 30 * pull / (20 + pull)) / (1 + 30 / 21) - 1.5) / 14400.0)
    assert d.OB == pytest.approx(-0.5 / 108000.0)
    assert d.B == pytest.approx(seen.J_form - seen.J_res + 0.001)


def test_a_patient_begins_with_a_set_point_that_is_the_own():
    for PTH in (50.0, 300.0, 1500.0):
        assert bone.look(bone.at_rest(PTH, 0.37, 0.0, P), 0.37, 1.15, 1.66, 0.0, P).tilt == pytest.approx(1.0)


def test_the_set_point_follows_pth_but_does_not_vanish_without_it():
    tilts = [bone.look(dataclasses.replace(HEALTH, H=H), 1.0, 1.22, 1.2, 1.0, P).tilt for H in (0.0, 20, 40, 80)]
    assert tilts == sorted(tilts)
    assert 0.72 < tilts[0] < 0.80
    assert tilts[3] == pytest.approx(1.1, abs=0.03)


def test_turnover_rises_with_pth_and_is_bounded():
    turnovers = np.array([bone.turnover(x, P) for x in (0.0, 0.5, 1.0, 3.0, 10.0, 1e6)])
    assert np.all(np.diff(turnovers) > 0)
    assert turnovers[2] == pytest.approx(1.0)
    assert 0.3 < turnovers[0] < 0.6
    assert turnovers[-1] < 13


def test_bone_without_minerals_forms_less():
    def formed(iCa, phosphate):
        return bone.look(HEALTH, 1.0, iCa, phosphate, 1.0, P).J_form / P.J_0

    assert formed(1.22, 1.2) == pytest.approx(1.0)
    assert formed(0.8, 1.2) < 0.85
    assert formed(1.22, 0.3) < 0.7
    assert formed(1.22, 0.0) == 0.0


def test_bone_is_hungry_for_weeks_when_glands_are_taken_out():
    """Resorption stops within weeks, formation within months; between them bone takes up calcium."""
    now = bone.at_rest(1200.0, 0.37, 0.0, P)
    taken = []
    for _ in range(180):
        seen = bone.look(now, 0.37, 1.1, 1.4, 0.0, P)
        taken.append((seen.J_form - seen.J_res) * 1440)
        d = bone.rates(now, seen, Inputs(PTH=5.0, J_slow=0.0), P)
        cells = {name: getattr(now, name) + 1440 * getattr(d, name) for name in ("OC", "OB", "B")}
        now = dataclasses.replace(now, H=now.H * np.exp(-2) + 5.0, **cells)
    peak = int(np.argmax(taken))
    print(f"\nbone takes {max(taken):.1f} mmol a day at day {peak}, {taken[-1]:.1f} at day 180")
    assert 10 < peak < 45
    assert 5 < max(taken) < 25
    assert taken[-1] < 0.4 * max(taken)
    assert now.B - P.B_0 == pytest.approx(sum(taken), rel=1e-9)
