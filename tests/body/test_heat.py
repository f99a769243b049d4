"""Two heat compartments: rest, what constriction keeps in, and what the circuit takes."""

from dataclasses import replace

import pytest

from soleus.body import heat
from soleus.body.heat import Heat, Inputs, State

P = Heat()
REST = State(T_c=P.T_c, T_k=P.T_k)
CALM = Inputs(skin=1.0, acute=0.0, circuit=0.0)


def test_rest_is_at_rest():
    seen, rates = heat.look(REST, P), heat.rates(REST, CALM, P)
    assert (seen.T_b, seen.skin) == (0, 1)
    assert rates.T_c == pytest.approx(0, abs=1e-12)
    assert rates.T_k == pytest.approx(0, abs=1e-12)


def test_the_circuit_warms_the_core_alone():
    rates = heat.rates(REST, replace(CALM, circuit=2.0), P)
    assert rates.T_c == pytest.approx(2.0 / P.C_c)
    assert rates.T_k == pytest.approx(0, abs=1e-12)


def test_constriction_keeps_heat_in_and_open_skin_lets_it_out():
    shut, wide = (heat.rates(REST, replace(CALM, **x), P) for x in ({"acute": 0.05}, {"skin": 1.5}))
    assert shut.T_c > 0 > shut.T_k
    assert wide.T_c < 0 < wide.T_k


def test_a_warm_core_opens_the_skin():
    assert heat.look(replace(REST, T_c=P.T_c + 0.5), P).skin > 1
    assert heat.look(replace(REST, T_c=P.T_c + 0.5), P).T_b == pytest.approx(0.5 * P.w_core)


def test_it_comes_back_to_rest():
    for core, shell in ((0.5, 0.0), (-0.5, 0.0), (0.0, 1.0), (0.3, -1.0)):
        now = State(T_c=P.T_c + core, T_k=P.T_k + shell)
        for _ in range(4000):
            rates = heat.rates(now, replace(CALM, skin=heat.look(now, P).skin), P)
            now = State(T_c=now.T_c + rates.T_c, T_k=now.T_k + rates.T_k)
        assert now.T_c == pytest.approx(P.T_c, abs=0.01)
        assert now.T_k == pytest.approx(P.T_k, abs=0.01)


@pytest.mark.parametrize("acute", [-0.4, 0.4])
def test_the_heat_path_opens_and_closes_within_bounds(acute):
    """However hard the drive, the shell neither freezes off nor becomes one with the core within minutes."""
    rates = heat.rates(REST, replace(CALM, acute=acute), P)
    assert abs(rates.T_k) < 0.5  # degC/min
