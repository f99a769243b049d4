"""Blood volume, haematocrit, and red cells that swell."""

import pytest

from soleus.body import blood
from soleus.body.blood import Blood, Inputs, State

P = Blood()
OWN = State(V_rbc=P.V_rbc)


def test_reference_tonicity_gives_the_reference_cells():
    seen = blood.look(OWN, 3.0, 280.0, 280.0, P)
    assert pytest.approx(3.0 + P.V_rbc) == seen.BV
    assert seen.hct == pytest.approx(P.V_rbc / (3.0 + P.V_rbc))


def test_only_their_water_swells():
    """At half the tonicity the water of a cell doubles, the rest stays."""
    seen = blood.look(OWN, 3.0, 140.0, 280.0, P)
    assert pytest.approx(P.V_rbc * (1 + P.w)) == seen.BV - 3.0


def test_ultrafiltration_concentrates_what_is_left():
    before, after = (blood.look(OWN, V, 280.0, 280.0, P) for V in (3.2, 2.8))
    assert after.hct / before.hct == pytest.approx(before.BV / after.BV)


def test_cells_given_stay():
    assert blood.rates(OWN, Inputs(transfused=0.01), P) == State(V_rbc=0.01)
    more = blood.look(State(V_rbc=P.V_rbc + 0.18), 3.0, 280.0, 280.0, P)
    assert pytest.approx(3.18 + P.V_rbc) == more.BV
