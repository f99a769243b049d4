"""Recirculation: none changes nothing, more takes more away, and water balance is never touched."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soleus.machine.access import KINDS, cardiopulmonary, recirculated, systemic


def test_without_recirculation_nothing_changes():
    assert float(recirculated(0.2, 0.25, 0.01, 0.0)) == 0.2
    assert float(cardiopulmonary(0.2, 0.01, 2.5, 0.0)) == 0.2


@given(D_b=st.floats(0.02, 0.24), uf=st.floats(0.0, 0.02), R=st.floats(0.0, 0.4))
@settings(max_examples=50)
def test_access_recirculation_is_the_mixing_of_inlet_and_outlet(D_b, uf, R):
    Q_e = 0.25
    inlet = 1.0
    for _ in range(400):  # blood goes round until nothing changes
        outlet = (Q_e - D_b) * inlet / (Q_e - uf)
        inlet = (1 - R) + R * outlet
    assert float(recirculated(D_b, Q_e, uf, R)) == pytest.approx(D_b * inlet, rel=1e-10)


@given(D_b=st.floats(0.02, 0.24), uf=st.floats(0.0, 0.02))
@settings(max_examples=50)
def test_cardiopulmonary_recirculation_is_the_mixing_in_the_heart(D_b, uf):
    tissue, access = 2.4, 0.6
    arterial = 1.0
    for _ in range(400):
        arterial = (tissue + (access - D_b) * arterial) / (tissue + access - uf)
    assert float(cardiopulmonary(D_b, uf, tissue, 1.0)) == pytest.approx(D_b * arterial, rel=1e-10)


def test_pure_ultrafiltration_does_not_see_recirculation():
    assert float(recirculated(0.02, 0.25, 0.02, 0.3)) == pytest.approx(0.02)
    assert float(cardiopulmonary(0.02, 0.02, 2.0, 1.0)) == pytest.approx(0.02)


def test_an_impossible_access_flow_leaves_some_blood_for_the_tissues():
    assert float(systemic(5.0, 1.0)) == 4.0
    assert float(systemic(1.0, 2.0)) > 0


def test_a_catheter_does_not_return_cleaned_blood_to_itself_by_the_heart():
    assert KINDS["catheter"].cardiopulmonary == 0
    assert KINDS["catheter"].recirculation > KINDS["fistula"].recirculation
