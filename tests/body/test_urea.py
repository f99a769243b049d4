"""Two pools of urea: exchange, generation and loss."""

import pytest

from soleus.body import urea
from soleus.body.urea import Inputs, State, Urea

P = Urea()
NOW = State(n_e=15.0 * 20, n_i=22.0 * 20)


def inputs(c_e=20.0, c_i=20.0, K_r=0.0, removal=0.0):
    return Inputs(c_e=c_e, c_i=c_i, V=37.0, K_r=K_r, removal=removal)


def test_equal_pools_only_fill():
    rates = urea.rates(NOW, inputs(), P)
    assert (rates.n_e, rates.n_i) == (P.G, 0)


def test_cells_give_what_the_outside_gains():
    rates = urea.rates(NOW, inputs(c_i=23.0), P)
    assert rates.n_i == pytest.approx(-P.k_c * 37.0 * 3.0)
    assert rates.n_e + rates.n_i == pytest.approx(P.G)


def test_kidney_and_machine_take_from_outside():
    rates = urea.rates(NOW, inputs(K_r=0.005, removal=4.0), P)
    assert rates.n_e == pytest.approx(P.G - 0.005 * 20 - 4.0)
    assert rates.n_i == 0


def test_generation_is_a_usual_protein_intake():
    """A gram of protein per kg a day is about 5.4 mmol of urea a gram of nitrogen times 16 %: 0.2-0.25 mmol/min."""
    assert 0.15 < P.G < 0.3
