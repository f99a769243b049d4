"""Sodium's concentration, its laboratory value and the tonicity it carries."""

import pytest

from soleus.body import sodium
from soleus.body.sodium import Inputs, Sodium, State

P = Sodium()
PLACE = {"V_pl": 3.2, "V_is": 12.6, "f": 0.93, "r": 0.97}


def test_rest_gives_the_set_point():
    rest = sodium.rest(**PLACE, p=P)
    seen = sodium.look(rest.n, **PLACE, p=P)
    assert seen.Na_p == pytest.approx(P.Na_p)
    assert pytest.approx(rest.E) == seen.E


def test_usual_numbers():
    """About 148 mmol per litre of plasma water, an effective osmolality of about 280."""
    seen = sodium.look(sodium.rest(**PLACE, p=P).n, **PLACE, p=P)
    assert 145 < seen.c_w < 150
    assert 270 < seen.E < 295


def test_pure_water_dilutes_and_leaves_the_amount():
    wider = PLACE | {"V_is": PLACE["V_is"] + 1.0}
    n = sodium.rest(**PLACE, p=P).n
    assert sodium.look(n, **wider, p=P).c_w == pytest.approx(n / (0.93 * 3.2 + 0.97 * 13.6))


def test_without_protein_both_sides_hold_the_same():
    assert sodium.space(3.0, 12.0, 1.0, 1.0) == 15.0
    assert sodium.look(15.0 * 140, 3.0, 12.0, 1.0, 1.0, P).c_w == pytest.approx(140)


def test_what_comes_in_less_what_goes_out():
    given = Inputs(removal=1.5, gut=0.25, urine=0.125, infusion=2.0)
    assert sodium.rates(State(n=2000.0), given, P).n == pytest.approx(2.0 + 0.25 - 0.125 - 1.5)
