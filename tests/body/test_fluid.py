"""Water balances and the osmotic shift, by hand."""

from dataclasses import fields, replace

import pytest

from soleus.body import fluid
from soleus.body.fluid import Fluid, Inputs, State

P = Fluid()
DRY = State(V_pl=P.V_pl, V_is=P.V_is, V_ic=P.V_ic)
STILL = Inputs(uf=0.0, J_v=0.0, J_L=0.0, J_w=0.0, gut=0.0, urine=0.0, infusion=0.0, cells=0.0)


def total(rates):
    return rates.V_pl + rates.V_is + rates.V_ic


def test_equal_osmolality_moves_no_water():
    assert fluid.osmotic_shift(17.0, 22.0, 290.0, 290.0, P) == 0


def test_the_shift_goes_to_the_saltier_side_and_equalizes_it():
    V_e, V_ic, low, high = 15.0, 20.0, 280.0, 300.0
    assert fluid.osmotic_shift(V_e, V_ic, low, high, P) > 0  # dilute outside: into cells
    moved = fluid.osmotic_shift(V_e, V_ic, 290.0, 290.1, P) * P.tau_osm
    outside, inside = 290.0 * V_e / (V_e - moved), 290.1 * V_ic / (V_ic + moved)
    assert outside == pytest.approx(inside, rel=1e-6)


def test_without_flows_only_skin_and_breath_lose_water():
    rates = fluid.rates(DRY, STILL, P)
    assert (rates.V_pl, rates.V_is, rates.V_ic) == (0, -P.insensible, 0)


@pytest.mark.parametrize("name", ["J_v", "J_L", "J_w"])
def test_an_inner_flow_moves_water_and_loses_none(name):
    rates = fluid.rates(DRY, replace(STILL, **{name: 0.01}), P)
    assert total(rates) == pytest.approx(-P.insensible)


@pytest.mark.parametrize(("name", "sign"), [("uf", -1), ("urine", -1), ("gut", 1), ("infusion", 1)])
def test_what_crosses_the_border_goes_through_plasma(name, sign):
    rates = fluid.rates(DRY, replace(STILL, **{name: 0.01}), P)
    assert rates.V_pl == pytest.approx(sign * 0.01)
    assert total(rates) == pytest.approx(sign * 0.01 - P.insensible)


def test_a_litre_weighs_a_kilogram_wherever_it_is():
    assert fluid.weight(DRY, 0.0, P) == P.dry_weight
    for field in fields(State):
        more = replace(DRY, **{field.name: getattr(DRY, field.name) + 1.0})
        assert fluid.weight(more, 0.0, P) == pytest.approx(P.dry_weight + 1)
    assert fluid.weight(DRY, 1.0, P) == P.dry_weight + 1
