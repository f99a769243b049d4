"""What the chart says is kept; what it leaves open is drawn."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soleus import case, ckd, events, person
from soleus.body import kidney
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
        unit = next(iter(kind.units)).removeprefix("amount_")
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


# Hormones, drugs and kidneys


def with_drugs(cramper, *them, **patient):
    data = cramper.model_dump(mode="json", exclude_none=True)
    data["drugs"] = [{"name": name} if isinstance(name, str) else name for name in them]
    data["patient"] |= patient
    return case.read(data)


def drawn(here, n=400):
    return person.people(here, here.session(), n, np.random.default_rng(3))


def test_hormones_reach_the_chart_with_the_error_of_their_assay(cramper):
    here = cramper.session()
    tests = [
        {"date": here.date, "when": "other", "pth_pmol_l": 40.0},
        {"date": here.date - timedelta(days=20), "when": "other", "vitamin_d_ng_ml": 16.0},
    ]
    chart = person.people(*told(cramper, tests), 2000, np.random.default_rng(3)).chart
    assert np.mean(chart.PTH) == pytest.approx(377, rel=0.02)
    assert np.std(chart.PTH) / 377 == pytest.approx(person.DOUBT.PTH, rel=0.1)
    assert np.mean(chart.vitamin_d) == pytest.approx(16000, rel=0.02)
    assert np.std(chart.vitamin_d) / 16000 == pytest.approx(person.DOUBT.vitamin_d, rel=0.1)


def test_hormones_nobody_measured_are_drawn_wide(cramper):
    who = person.people(*told(cramper, []), 400, np.random.default_rng(3))
    assert who.chart.PTH is None
    assert np.std(np.log(who.patient.hormones.PTH)) > 0.5
    assert np.std(np.log(who.patient.hormones.D25)) > 0.3


def test_a_new_test_changes_nothing_else_that_is_drawn(cramper):
    tests = [{"date": cramper.session().date, "when": "other", "pth_pg_ml": 300.0}]
    one = person.people(*told(cramper, []), 8, np.random.default_rng(3))
    two = person.people(*told(cramper, tests), 8, np.random.default_rng(3))
    np.testing.assert_array_equal(one.patient.potassium.n_i, two.patient.potassium.n_i)
    np.testing.assert_array_equal(one.patient.fluid.dry_weight, two.patient.fluid.dry_weight)


def test_drugs_change_the_body_within_what_people_have(cramper):
    here = with_drugs(
        cramper, {"name": "cinacalcet", "dose_mg": 90}, "calcium acetate", "paricalcitol", "omeprazole", "bisoprolol",
        {"name": "sodium bicarbonate", "dose_mg": 5000, "per_day": 4}, "patiromer",
    )  # fmt: skip
    without, with_them = drawn(with_drugs(cramper)).patient, drawn(here).patient
    assert with_them.hormones.mimetic == pytest.approx(1.2)
    assert with_them.hormones.gut_share == pytest.approx(0.3)
    assert with_them.absorption.binder == pytest.approx(0.5)
    assert with_them.acid_base.alkali == pytest.approx(0.03)  # no more than people have
    np.testing.assert_allclose(with_them.potassium.K_gut, np.minimum(1.6 * without.potassium.K_gut, 0.005))
    assert np.all(with_them.magnesium.G < without.magnesium.G)
    assert np.all(with_them.circulation.g_H <= without.circulation.g_H)


def test_native_vitamin_d_counts_only_where_nobody_measured(cramper):
    here = with_drugs(cramper, "cholecalciferol")
    assert np.mean(drawn(here).patient.hormones.D25) > 1.3 * np.mean(drawn(with_drugs(cramper)).patient.hormones.D25)
    lab = case.Lab(date=here.session().date, when="other", vitamin_d_nmol_l=40.0)
    measured = here.model_copy(update={"labs": [*here.labs, lab]})
    np.testing.assert_allclose(drawn(measured).patient.hormones.D25, drawn(with_drugs(cramper)).patient.hormones.D25)


@pytest.mark.parametrize(
    ("patient", "gfr", "urine"),
    [
        ({"gfr_ml_min": 4, "residual_urine_ml_day": 700}, 4, 700),
        ({"gfr_ml_min": 4}, 4, 1000),
        ({"residual_urine_ml_day": 500}, 2, 500),
        ({"residual_urine_ml_day": 0}, 0, 0),
    ],
)
def test_what_is_left_of_the_kidneys_is_as_stated(cramper, patient, gfr, urine):
    bare = with_drugs(cramper)
    here = bare.model_copy(
        update={"patient": bare.patient.model_copy(update={"residual_urine_ml_day": None} | patient)}
    )
    left = drawn(here, 2000).patient.kidney
    assert np.median(left.gfr) * 1000 == pytest.approx(gfr, rel=0.05)
    assert np.median(left.urine) * 1000 * 1440 == pytest.approx(urine, rel=0.05)


def test_urine_measured_under_a_diuretic_would_be_less_without(cramper):
    stated = {"gfr_ml_min": 5, "residual_urine_ml_day": 900}
    loop = drawn(with_drugs(cramper, {"name": "furosemide", "dose_mg": 250}, **stated)).patient
    none = drawn(with_drugs(cramper, **stated)).patient
    assert np.all(loop.kidney.urine < none.kidney.urine)
    np.testing.assert_allclose(loop.kidney.urine * kidney.diuresis(loop.kidney), none.kidney.urine)
    dry = drawn(with_drugs(cramper, "furosemide", gfr_ml_min=0, residual_urine_ml_day=0)).patient
    assert np.all(dry.kidney.e == 0)


# At home


def away(**changes):
    data = {
        "patient": {"sex": "F", "age_y": 67, "height_cm": 163, "weight_kg": 66, "gfr_ml_min": 18},
        "schedule": {"per_week": 0},
        "labs": [{"date": "2026-05-14", "when": "other", "pth_pg_ml": 360, "ionized_calcium_mmol_l": 1.02}],
        "episodes": [{
            "date": "2026-05-14", "weight_kg": 66.8, "systolic_mmhg": 146,
            "given": [{"minute": 30, "what": "sodium bicarbonate 8.4 %", "amount_mmol": 150, "minutes": 90}],
            "symptoms": [{"minute": 110, "what": "twitch"}],
        }],
        "drugs": [{"name": "furosemide", "dose_mg": 80}],
    }  # fmt: skip
    data["patient"] |= changes
    return case.read(data)


def test_people_not_on_dialysis_are_drawn_around_their_chart():
    here = away()
    who = person.people_at_home(here, here.episode(), 1000, np.random.default_rng(4))
    assert np.median(who.gfr_ml_min) == pytest.approx(18, rel=0.03)
    assert np.std(np.log(who.gfr_ml_min)) == pytest.approx(person.DOUBT.gfr, rel=0.15)
    assert np.mean(who.chart.PTH) == pytest.approx(360, rel=0.03)
    assert np.mean(who.chart.ionized_calcium) == pytest.approx(1.02, rel=0.01)
    assert np.mean(who.chart.systolic) == pytest.approx(146, abs=1)
    assert who.patient.kidney.e == pytest.approx(0.4)
    assert np.all(who.patient.circulation.Q_access == 0)
    assert person.events_at_home(here.episode()) == [Event("bicarbonate", 30, 150, 90)]


def test_hormones_nobody_measured_at_home_are_drawn_wide_around_their_stage():
    here = away().model_copy(update={"labs": []})
    chart = person.people_at_home(here, here.episode(), 1000, np.random.default_rng(4)).chart
    assert np.median(chart.PTH) == pytest.approx(ckd.stage(18)["hormones.PTH"], rel=0.1)
    assert np.std(np.log(chart.PTH)) > 0.5
    assert np.std(np.log(chart.vitamin_d)) > 0.3


def test_an_estimated_filtration_is_less_certain():
    lab = case.Lab(date=away().episode().date, when="other", creatinine_umol_l=268.0)
    here = away().model_copy(update={"labs": [lab]})
    here = here.model_copy(update={"patient": here.patient.model_copy(update={"gfr_ml_min": None})})
    who = person.people_at_home(here, here.episode(), 1000, np.random.default_rng(4))
    assert np.std(np.log(who.gfr_ml_min)) == pytest.approx(person.DOUBT.gfr_estimated, rel=0.15)
    nobody = here.model_copy(update={"labs": []})
    with pytest.raises(BadRecord, match="gfr_ml_min is missing"):
        person.people_at_home(nobody, nobody.episode(), 4, np.random.default_rng(4))
