"""Potassium: what cells hold, how they give it up, and that none is lost on the way."""

import dataclasses

import numpy as np
import pytest

from soleus.body import potassium, protein
from soleus.body.potassium import Inputs, Potassium, State

P = Potassium()
PRO = protein.look(68.0, 25.0, protein.Protein())
V_PL, V_IS, V_IC = 3.15, 12.6, 21.5
REST = potassium.rest(V_IC, PRO.f, P)
START = potassium.at_rest(V_PL, V_IS, PRO, P)
QUIET = Inputs(J_B=0.0, insulin=1.0, urine=0.0, infusion=0.0, removal=0.0)


def seen(now=START, V_ic=V_IC, pro=PRO, p=P):
    return potassium.look(now, V_PL, V_IS, V_ic, pro, p, REST)


def rates(now=START, p=P, **given):
    return potassium.rates(now, seen(now, p=p), dataclasses.replace(QUIET, **given), p, REST)


def test_at_rest_cells_and_plasma_agree():
    now = seen()
    assert now.K_p == pytest.approx(5.1)
    assert now.level == pytest.approx(now.c_w)
    assert now.c_w == pytest.approx(5.1 / PRO.f)
    assert now.membrane == pytest.approx(PRO.alpha * now.c_w)
    assert rates().n_i == pytest.approx(0.0, abs=1e-12)
    assert rates().n_e == pytest.approx(P.G - P.K_gut * now.c_w)


def test_the_interstitium_holds_its_donnan_share():
    c_w = seen().c_w
    assert START.n_e == pytest.approx(c_w * PRO.f * V_PL + PRO.r * c_w * V_IS)


@pytest.mark.parametrize("J_B", [-1.0, 0.0, 2.0])
@pytest.mark.parametrize("insulin", [0.5, 3.0])
def test_none_is_lost_between_the_pools(J_B, insulin):
    now = State(n_e=40.0, n_i=2900.0)
    d = rates(now, J_B=J_B, insulin=insulin, urine=0.01, infusion=0.3, removal=0.5)
    assert d.n_e + d.n_i == pytest.approx(P.G - P.K_gut * seen(now).c_w + 0.3 - 0.01 - 0.5, rel=1e-12)


def test_some_230_mmol_move_the_level_by_one():
    def level(n_i):
        return PRO.f * seen(dataclasses.replace(START, n_i=n_i)).level

    assert 1 / (level(3000.5) - level(2999.5)) == pytest.approx(235.0, rel=0.02)


def test_water_that_leaves_cells_raises_the_level():
    assert seen(V_ic=V_IC - 0.5).level > seen().level


def test_mobilization_is_the_published_line_when_nothing_else_pulls():
    now = dataclasses.replace(START, n_e=0.7 * START.n_e)
    assert -rates(now).n_i == pytest.approx(P.K_m * 0.3 * REST.c_w)


def test_at_the_usual_level_cells_take_x_for_each_acid_and_insulin_its_line():
    assert rates(J_B=1.0).n_i == pytest.approx(P.x)
    assert rates(insulin=2.0).n_i == pytest.approx(P.k * REST.c_w)


@pytest.mark.parametrize("p", [P, dataclasses.replace(P, x=1.0, K_m=0.1, k=0.02)], ids=["usual", "corner"])
def test_plasma_never_empties(p):
    assert rates(State(n_e=1e-9, n_i=3000.0), p, J_B=3.0, insulin=8.0).n_e > 0
    assert rates(State(n_e=80.0, n_i=1e-6), p, J_B=-0.5).n_i > 0


def test_a_session_and_its_rebound():
    """A bath of 2 mmol/L lowers plasma to about 3.5; an hour later some two fifths of the fall are back."""
    now, course = START, []
    for minute in range(300):
        J = 0.159 * seen(now).membrane - 0.149 * 2.0 if minute < 240 else 0.0
        d = rates(now, removal=J, J_B=0.4 if minute < 240 else 0.0)
        now = State(n_e=now.n_e + d.n_e, n_i=now.n_i + d.n_i)
        course.append(seen(now).K_p)
    assert course[239] == pytest.approx(3.5, abs=0.3)
    assert np.all(np.diff(course[:240]) < 0)
    assert 0.25 < (course[299] - course[239]) / (5.1 - course[239]) < 0.6
