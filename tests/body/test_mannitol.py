"""Mannitol: one pool outside cells that nobody burns."""

import pytest

from soleus.body import mannitol
from soleus.body.mannitol import Inputs, Mannitol, State

P = Mannitol()
V_E = 17.0


def rate(n, K_r=0.0, infusion=0.0, removal=0.0):
    now = State(n=n)
    given = Inputs(K_r=K_r, infusion=infusion, removal=removal)
    return mannitol.rates(now, mannitol.look(now, V_E), given, P).n


def test_there_is_none_until_it_is_given():
    assert mannitol.at_rest().n == 0
    assert rate(0.0) == 0
    assert rate(0.0, infusion=4.6) == 4.6


def test_it_is_conserved():
    """What is infused less what kidney, body and dialyzer take: 137 mmol, the 100 mL of a quarter's strength."""
    assert rate(137.0, K_r=0.004, infusion=2.0, removal=1.5) == pytest.approx(
        2.0 - (0.004 + P.K_x) * 137 / V_E - 1.5, rel=1e-12
    )


def test_it_stays_for_days_without_kidneys():
    """Levels halved in 36 h in renal failure [MannitolLabel]; over gaps of 3.2 days, and a quarter of that fall is
    the water drunk, in people on dialysis [MannitolDialysis]. The second was measured, so it counts for more."""
    assert 36 < 0.693147 * 100 / -rate(100.0) / 60 < 5 * 24


def test_a_healthy_kidney_clears_half_within_hours():
    """A filtration of 100 mL/min: 0.5 to 2.5 h in health [MannitolLabel]."""
    assert 0.5 < 0.693147 * 100 / -rate(100.0, K_r=0.1) / 60 < 2.5
