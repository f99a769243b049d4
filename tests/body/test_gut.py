"""Thirst, and what waits in the gut."""

from dataclasses import replace

import numpy as np
import pytest

from soleus.body import gut
from soleus.body.gut import Gut, Inputs, State

P = Gut()


def test_far_below_the_set_point_only_habit_drinks():
    assert gut.thirst(120.0, 138.0, P) == pytest.approx(P.habit + P.food_water)


def test_far_above_it_thirst_is_straight():
    rise = (gut.thirst(150.0, 138.0, P) - gut.thirst(149.0, 138.0, P)) / 1.0
    assert rise == pytest.approx(P.k)


def test_thirst_never_falls_with_sodium():
    Na = np.linspace(120, 160, 200)
    assert np.all(np.diff(gut.thirst(Na, 138.0, P)) >= 0)


def test_no_thirst_without_its_gain():
    assert gut.thirst(160.0, 138.0, replace(P, k=0.0)) == P.habit + P.food_water


def test_an_empty_gut_gives_nothing():
    assert gut.absorbed(State(V=0.0, n=0.0, food=0.0), P) == (0, 0)


def test_swallowed_less_absorbed():
    now = State(V=0.3, n=30.0, food=2.0)
    water, salt = gut.absorbed(now, P)
    rates = gut.rates(now, Inputs(drink=0.01, salt=0.2, meals=0.1), P)
    assert pytest.approx(0.01 - water) == rates.V
    assert rates.n == pytest.approx(0.2 - salt)
    assert water / now.V == pytest.approx(1 / P.tau)
    assert rates.food == pytest.approx(0.1 - 2.0 / P.tau_food)
