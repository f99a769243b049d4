"""What the chart says is kept; what it leaves open is drawn."""

from pathlib import Path

import numpy as np
import pytest

from soleus import case, person
from soleus.errors import BadRecord, OutOfRange

EXAMPLE = Path(__file__).parent.parent / "examples"


@pytest.fixture(scope="module")
def cramper():
    return case.load(EXAMPLE / "calf-cramps.yaml")


def test_the_order_is_the_recorded_treatment(cramper):
    session = cramper.session()
    order = person.order(cramper, session)
    assert order.time == 240
    assert order.uf == pytest.approx(session.taken_off_l)
    assert pytest.approx(0.32) == order.Q_b
    assert order.dialysate.Na == 138


def test_people_share_the_chart_and_differ_elsewhere(cramper):
    who = person.people(cramper, cramper.session(), 64, np.random.default_rng(1))
    assert np.ptp(who.chart.pre_weight) == 0
    assert np.std(who.patient.fluid.dry_weight) > 0.5
    assert np.std(who.patient.circulation.A) > 0
    np.testing.assert_allclose(who.patient.circulation.Q_access, cramper.patient.access_flow_ml_min / 1000)


def test_bioimpedance_narrows_the_dry_weight(cramper):
    measured = cramper.model_copy(update={"patient": cramper.patient.model_copy(update={"overhydration_l": 2.0})})
    rng = np.random.default_rng
    wide = person.people(cramper, cramper.session(), 256, rng(1)).patient.fluid.dry_weight
    narrow = person.people(measured, measured.session(), 256, rng(1)).patient.fluid.dry_weight
    assert np.std(narrow) < np.std(wide)


def test_nobody_is_drawn_who_could_not_have_walked_out(cramper):
    who = person.people(cramper, cramper.session(), 512, np.random.default_rng(2))
    assert np.max(who.patient.fluid.dry_weight / who.post_weight) < 1.05


def test_a_steps_profile_reaches_the_machine(cramper):
    steps = case.Profile(steps=[[0, 1.5], [0.5, 0.5]])
    told = cramper.model_copy(update={"prescription": cramper.prescription.model_copy(update={"uf_profile": steps})})
    profile = person.order(told, told.session()).uf_profile
    assert profile.knots == ((0, 1.5), (0.5, 1.5), (0.5, 0.5), (1.0, 0.5))


def test_no_machine_could_do_it(cramper):
    session = cramper.session().model_copy(update={"uf_l": 19.0})
    with pytest.raises(OutOfRange, match="L/h"):
        person.order(cramper, session)


def test_no_weight_at_all_is_refused(cramper):
    nobody = cramper.patient.model_copy(update={"target_weight_kg": None, "weight_kg": None})
    told = cramper.model_copy(update={"patient": nobody})
    session = told.session().model_copy(update={"pre_weight_kg": None, "post_weight_kg": None})
    with pytest.raises(BadRecord, match="weight"):
        person.people(told, session, 8, np.random.default_rng(0))
