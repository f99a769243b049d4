"""What the chart says is kept; what it leaves open is drawn."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soleus import case, events, person
from soleus.case.given import KINDS as GIVEN
from soleus.case.impossible import unsafe
from soleus.errors import BadRecord, OutOfRange
from soleus.events import Event
from soleus.prescription import Prescription

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


# The chemistry


def told(cramper, labs=(), **session):
    """The case with other blood samples and another session."""
    plain = cramper.session().model_dump() | session
    here = case.Session.model_validate(plain)
    return cramper.model_copy(update={"labs": [case.Lab.model_validate(lab) for lab in labs], "sessions": [here]}), here


def sample(here, days=0, **values):
    return {"date": here.date - timedelta(days=days), "when": "pre", **values}


def test_blood_values_reach_the_chart_in_its_units(cramper):
    here = cramper.session()
    labs = [sample(here, potassium_mmol_l=5.4, ph=7.38, bicarbonate_mmol_l=22, ionized_calcium_mmol_l=1.1,
                   calcium_mg_dl=9.2, magnesium_mg_dl=2.1, phosphate_mg_dl=5.5, bun_mg_dl=60, creatinine_mg_dl=8.8,
                   glucose_mg_dl=100, b2m_mg_l=27)]  # fmt: skip
    chart = person.people(*told(cramper, labs), 2000, np.random.default_rng(3)).chart
    expected = {"potassium": 5.4, "bicarbonate": 22, "carbon_dioxide": 37.6, "ionized_calcium": 1.1, "calcium": 2.296,
                "magnesium": 0.864, "phosphate": 1.776, "urea": 21.42, "creatinine": 0.778, "glucose": 5.55,
                "b2m": 27}  # fmt: skip
    for name, value in expected.items():
        drawn, error = getattr(chart, name), getattr(person.DOUBT, name)
        error *= value if name in person.RELATIVE else 1
        assert np.mean(drawn) == pytest.approx(value, abs=0.1 * error + 1e-3 * value), name
        assert np.std(drawn) == pytest.approx(error, rel=0.1), name


def test_a_value_of_another_day_is_less_certain_and_an_old_one_is_not_used(cramper):
    here = cramper.session()
    spread = [
        np.std(person.people(*told(cramper, [sample(here, days, potassium_mmol_l=5)]), 500, np.random.default_rng(3))
               .chart.potassium)
        for days in (0, 10)
    ]  # fmt: skip
    assert spread[1] == pytest.approx(person.DOUBT.other_day * spread[0])
    old, session = told(cramper, [sample(here, 60, potassium_mmol_l=5)])
    assert person.people(old, session, 8, np.random.default_rng(3)).chart.potassium is None
    assert "labs.potassium_mmol_l" in {absent.field for absent in old.missing}


def test_one_more_value_changes_no_other(cramper):
    here = cramper.session()
    one = person.people(*told(cramper, [sample(here, phosphate_mmol_l=2)]), 8, np.random.default_rng(3))
    two = person.people(*told(cramper, [sample(here, phosphate_mmol_l=2, urea_mmol_l=20)]), 8, np.random.default_rng(3))
    np.testing.assert_array_equal(one.chart.phosphate, two.chart.phosphate)
    np.testing.assert_array_equal(one.patient.protein.c_pl, two.patient.protein.c_pl)


def test_ionized_magnesium_alone_tells_the_total(cramper):
    labs = [sample(cramper.session(), ionized_magnesium_mmol_l=0.54)]
    chart = person.people(*told(cramper, labs), 2000, np.random.default_rng(3)).chart
    assert np.mean(chart.magnesium) == pytest.approx(0.9, rel=0.01)


def test_albumin_tells_its_share_and_with_the_usual_globulins_the_total(cramper):
    here = cramper.session()
    both = person.people(*told(cramper, [sample(here, albumin_g_l=30, protein_g_l=60)]), 2000, np.random.default_rng(3))
    assert np.mean(both.patient.protein.albumin_share) == pytest.approx(0.5, rel=0.02)
    alone = person.people(*told(cramper, [sample(here, albumin_g_l=25)]), 2000, np.random.default_rng(3))
    assert np.mean(alone.chart.protein) == pytest.approx(25 + 0.44 * 71, rel=0.03)
    assert np.mean(alone.patient.protein.albumin_share) < 0.48


def test_the_bath_reaches_the_machine(cramper):
    bath = {"potassium_mmol_l": 0, "citrate_mmol_l": 0.8, "acid_mmol_l": 2.4, "bicarbonate_stated": "before mixing"}
    changed = {"dialysate": bath, "bicarbonate_profile": {"linear": [30, 34]}, "reason": "potassium 8"}
    order = person.order(*told(cramper, prescription=changed))
    assert (order.dialysate.K, order.dialysate.citrate, order.dialysate.acid, order.dialysate.mixed) == (
        0,
        0.8,
        2.4,
        False,
    )
    assert order.bicarbonate_profile.knots == ((0.0, 30.0), (1.0, 34.0))
    assert order.potassium_profile is None
    assert order.reason == "potassium 8"


@given(
    calcium=st.floats(0, 2.25), base=st.floats(15, 45), acid=st.floats(0, 12), citrate=st.floats(0, 3),
    potassium=st.floats(0, 3), stated=st.sampled_from(["mixed", "before mixing"]),
    reason=st.sampled_from([None, "meant"]),
)  # fmt: skip
def test_case_file_and_machine_refuse_the_same_baths(calcium, base, acid, citrate, potassium, stated, reason):
    bath = case.Dialysate(
        calcium_mmol_l=calcium, bicarbonate_mmol_l=base, acid_mmol_l=acid, citrate_mmol_l=citrate,
        potassium_mmol_l=potassium, bicarbonate_stated=stated,
    )  # fmt: skip
    wrong = list(unsafe(case.Prescribed(dialysate=bath, reason=reason), ("prescription",)))
    order = Prescription(dialysate=person.bath(bath), reason=reason or "")
    if wrong:
        assert all("_mmol_l is " in problem.text or problem.place[-1].endswith("_mmol_l") for problem in wrong)
        with pytest.raises(OutOfRange, match=r"mmol"):
            order.checked()
    else:
        order.checked()


def test_a_bath_changed_later_is_refused_in_the_words_of_the_case_file(cramper):
    with pytest.raises(OutOfRange, match=r"prescription.dialysate.potassium_mmol_l is 0 mmol/L"):
        person.order(*told(cramper, prescription={"dialysate": {"potassium_mmol_l": 0}}))


# What was given


def test_the_case_file_and_the_events_have_the_same_kinds():
    assert {kind.event for kind in GIVEN.values()} == set(events.KINDS)
    for word, kind in GIVEN.items():
        theirs = events.KINDS[kind.event]
        volume = sum(theirs.gives.get(name, 0.0) for name in ("water", "red_cells", "gut_water"))
        assert kind.most == theirs.most, word
        assert kind.litres == pytest.approx(volume), word
        assert kind.mouth == (theirs.by == "mouth"), word
        unit = next(iter(kind.units)).removeprefix("amount_").rstrip("s")
        assert unit.lower() == theirs.unit.lower(), word


def test_what_was_given_becomes_events_and_the_rest_runs_evenly(cramper):
    here = [{"minute": 200, "what": "glucose 50 %", "amount_g": 25, "minutes": 4}, {"minute": 60, "what": "meal"}]
    after = [{"minute": 300, "what": "oral salt", "amount_g": 3}]
    found = person.events(
        *told(cramper, given=here, given_after=after, infused_l=0.45, drunk_l=0.25, weight_reason="example")
    )
    assert found == [
        Event("saline", 0.0, pytest.approx(400), 240),
        Event("meal", 60, 1),
        Event("glucose", 200, 50, 4),
        Event("salt", 300, 3),
    ]
    assert [events.checked(event).kind for event in found] == ["saline", "meal", "glucose", "salt"]


@given(infused=st.floats(0, 10), drunk=st.floats(0, 5))
def test_no_volume_is_lost(cramper, infused, drunk):
    found = person.events(*told(cramper, infused_l=infused, drunk_l=drunk, weight_reason="example"))
    total = [sum(e.amount for e in found if e.kind == kind) / 1000 for kind in ("saline", "drink")]
    assert total == pytest.approx([infused, drunk])
    assert all(events.checked(event) for event in found)


def test_what_was_taken_at_home_counts_from_the_end_of_the_session_before(cramper):
    here = cramper.session().model_dump() | {"given_before": [{"minute": -90, "what": "meal"}]}
    here = case.Session.model_validate(here)
    day = here.date - timedelta(days=2)
    last = {"date": day, "hours": 4, "uf_l": 2.0, "given_after": [{"minute": 300, "what": "drink", "amount_ml": 500}]}
    both = cramper.model_copy(update={"sessions": [case.Session.model_validate(last), here]})
    assert person.events_before(both, here) == [Event("drink", 60, 500), Event("meal", 44 * 60 - 90, 1)]
    long_ago = here.model_copy(update={"given_before": [here.given_before[0].model_copy(update={"minute": -4000})]})
    with pytest.raises(BadRecord, match="given_before has meal 4000 min before"):
        person.events_before(both, long_ago)
