"""Phosphate: the published line while plasma is high, a floor when it is low, balance."""

import dataclasses

import pytest

from soleus.body import phosphate, protein
from soleus.body.phosphate import Inputs, Phosphate, State

P = Phosphate()
PRO = protein.look(68.0, 25.0, protein.Protein())
V_E = 15.5
START = phosphate.at_rest(V_E, P)
QUIET = Inputs(gut=0.0095, deep=0.0, urine=0.0, infusion=0.0, removal=0.0)


def look(now=START):
    return phosphate.look(now, V_E, PRO, P)


def rates(now=START, **given):
    return phosphate.rates(now, look(now), dataclasses.replace(QUIET, **given), P)


def test_concentrations_and_what_passes_a_membrane():
    now = look()
    assert (now.c_p, now.c_s) == pytest.approx((1.66, 1.66))
    assert now.c_w == pytest.approx(1.66 / PRO.f)
    assert START.n_e == pytest.approx(1.66 * 0.6 * V_E)
    assert now.membrane / now.c_p == pytest.approx(1.03, abs=0.01)
    assert now.membrane == pytest.approx(0.88 * now.c_w * PRO.alpha**-1.8, rel=1e-3)


def test_while_plasma_is_high_mobilization_is_the_published_line():
    now = State(n_e=START.n_e * 0.9, n_s=START.n_s)
    assert -rates(now).n_s == pytest.approx(P.K * 0.166, rel=0.1)


def test_below_its_level_the_second_source_keeps_plasma_up():
    def given_up(c):
        return -rates(State(n_e=c * P.share * V_E, n_s=START.n_s)).n_s

    alone = P.K * (1.66 - 0.7)
    assert given_up(0.7) - alone == pytest.approx(P.K_lo * 0.25 * 1.66 / 1.86, rel=0.1)


def test_phosphate_is_conserved_and_bone_takes_its_share():
    now = State(n_e=9.0, n_s=140.0)
    d = rates(now, deep=0.002, urine=0.003, infusion=0.05, removal=0.12)
    assert d.n_e + d.n_s == pytest.approx(0.0095 - 0.003 - 0.6 * 0.002 + 0.05 - 0.12, rel=1e-12)


def test_nothing_falls_below_zero():
    assert rates(State(n_e=1e-9, n_s=100.0)).n_e > 0
    assert rates(State(n_e=5.0, n_s=1e-9)).n_s > 0


def test_a_session_and_its_rebound():
    """A clearance of 135 mL/min halves plasma; the curve is flat at the end and climbs within the hour after."""
    now, course = START, []
    for minute in range(300):
        J = 0.135 * look(now).membrane if minute < 240 else 0.0
        d = rates(now, removal=J)
        now = State(n_e=now.n_e + d.n_e, n_s=now.n_s + d.n_s)
        course.append(look(now).c_p)
    assert course[239] == pytest.approx(0.8, abs=0.1)
    assert course[179] - course[239] < 0.06
    assert course[299] > course[239] + 0.2
