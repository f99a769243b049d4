"""Levers that take months: what is judged, which way each acts, and that a planted one is found."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from soleus import case, causes, fit, levers, symptoms
from soleus.body import body
from soleus.causes import doors
from soleus.levers import chronic, minerals
from soleus.prescription import Prescription
from soleus.references import find

EXAMPLE = Path(__file__).parent.parent / "examples"
RIGHT = {"phosphate_mmol_l": 1.5, "bicarbonate_mmol_l": 23.0, "magnesium_mmol_l": 0.95, "ionized_calcium_mmol_l": 1.16}


@cache
def twin(drugs=(), hours=4.0, flow=350, urine=None, **labs):
    """A person as right as can be, but for what is told: blood before the session, drugs, dose."""
    told = case.load(EXAMPLE / "new-calcimimetic.yaml").model_dump(mode="json", exclude_none=True)
    blood = {"date": "2026-08-21", "when": "pre", "sodium_mmol_l": 138, "potassium_mmol_l": 5.0, "urea_mmol_l": 22.0}
    session = told["sessions"][-1] | {"hours": hours}
    for noted in ("pressures", "symptoms"):
        session[noted] = [x for x in session[noted] if x["minute"] <= 60 * hours]
    order = told["prescription"] | {"hours": hours, "blood_flow_ml_min": flow}
    order["dialysate"] = order["dialysate"] | {"calcium_mmol_l": 1.5, "sodium_mmol_l": 139, "temperature_c": 35.9}
    told |= {
        "labs": [blood | RIGHT | labs], "prescription": order, "sessions": [session],
        "drugs": [{"name": name} for name in drugs], "diary": [],
    }  # fmt: skip
    told["patient"]["residual_urine_ml_day"] = urine
    return fit.fit(case.read(told), people=48, kept=8)


def lever(found, name):
    return next(x for x in levers.levers_of(found) if x.id == name)


def arrived(found, *names):
    """What is seen of people on arrival, with these levers right."""
    all_levers = levers.levers_of(found)
    m = len(found.prescription)
    worlds = [levers.World(p, 0.0, 0.0) for p in found.prescription]
    for x in all_levers:
        if x.id in names:
            worlds = [x.correct(w, k) for k, w in enumerate(worlds)]
    draw = np.arange(m)
    patient, start = doors.people(doors.arrivals(found, all_levers, worlds, draw), worlds, draw)
    return body.look(start, patient, body.rest(patient))


def differing(found):
    return {x.id for x in levers.levers_of(found) if x.differs}


SLOW = {
    "phosphate", "vitamin_d", "calcimimetic", "active_vitamin_d", "parathyroid_hormone", "magnesium_store", "acidosis",
    "weekly_dose",
}  # fmt: skip


def test_nothing_is_blamed_in_a_person_as_it_should_be():
    assert not differing(twin(drugs=("sevelamer",))) & SLOW


def test_what_was_not_measured_is_not_judged():
    made = [x for x in minerals.over_months(twin()) if x is not None]
    assert not {"vitamin_d", "parathyroid_hormone"} & {x.id for x in made}


@pytest.mark.parametrize(
    ("name", "labs", "drugs", "reading", "wanted"),
    [
        ("phosphate", {"phosphate_mmol_l": 2.4}, ("sevelamer",), "phosphate.c_p", 1.8),
        ("phosphate", {"phosphate_mmol_l": 0.8}, ("sevelamer",), "phosphate.c_p", 1.1),
        ("active_vitamin_d", {"ionized_calcium_mmol_l": 1.0}, ("sevelamer",), "calcium.iCa", 1.10),
        ("magnesium_store", {"magnesium_mmol_l": 0.65}, ("omeprazole",), "magnesium.tMg", 0.80),
        ("acidosis", {"bicarbonate_mmol_l": 18.0}, ("sevelamer",), "acid_base.hco3", 22.0),
    ],
)
def test_each_brings_its_own_reading_to_where_it_should_be(name, labs, drugs, reading, wanted):
    found = twin(drugs=drugs, **labs)
    assert name in differing(found)
    organ, value = reading.split(".")
    was, moved = (getattr(getattr(arrived(found, *who), organ), value).mean() for who in ((), (name,)))
    assert abs(moved - wanted) < 0.3 * abs(was - wanted)


def test_without_a_calcimimetic_calcium_rises_and_the_lever_says_how_far():
    found = twin(drugs=("etelcalcetide",), ionized_calcium_mmol_l=0.98)
    was, without = arrived(found).calcium.iCa.mean(), arrived(found, "calcimimetic").calcium.iCa.mean()
    assert 0.02 < without - was < 0.15
    assert f"90 days bring it to {without:.3g} mmol/L" in lever(found, "calcimimetic").as_it_should_be


def test_a_filled_store_of_vitamin_d_makes_more_of_it_active():
    found = twin(vitamin_d_nmol_l=20.0)
    assert arrived(found, "vitamin_d").hormones.u.mean() > 1.1 * arrived(found).hormones.u.mean()
    assert "vitamin_d" not in differing(twin(vitamin_d_nmol_l=90.0))


def test_high_parathyroid_hormone_falls_unless_calcium_forbids_it():
    found = twin(pth_pg_ml=1200.0)
    assert "parathyroid_hormone" in differing(found)
    assert arrived(found, "parathyroid_hormone").hormones.PTH.mean() < 0.9 * arrived(found).hormones.PTH.mean()
    low = twin(pth_pg_ml=1200.0, ionized_calcium_mmol_l=1.0)
    assert {"active_vitamin_d"} == differing(low) & {"active_vitamin_d", "parathyroid_hormone"}


def test_too_small_a_dose_for_months_raises_what_dialysis_takes():
    found = twin(hours=3.0, flow=200, urea_mmol_l=33.0)
    assert "weekly_dose" in differing(found)
    was, better = arrived(found), arrived(found, "weekly_dose")
    assert better.urea_e.mean() < 0.85 * was.urea_e.mean()
    assert better.indoxyl.free.mean() < was.indoxyl.free.mean()
    assert better.weight == pytest.approx(was.weight)


def test_the_doses_of_session_and_months_do_not_double():
    """One changes the session and not who comes, the other who comes and not the session."""
    found = twin(hours=3.0, flow=200, urea_mmol_l=33.0)
    was = levers.World(found.prescription[0], 0.0, 0.0)
    session, months = (lever(found, name).correct(was, 0) for name in ("dose", "weekly_dose"))
    assert session.prescription != was.prescription and session.lives == ()
    assert months.prescription == was.prescription and months.lives == ("weekly_dose",)


def test_a_kidney_that_is_gone_is_a_circumstance():
    for urine in (0, 500):
        assert not lever(twin(urine=urine), "residual_function").differs


def test_two_levers_add_up_and_commute():
    found = twin(drugs=("sevelamer",), phosphate_mmol_l=2.4, bicarbonate_mmol_l=18.0)
    both = arrived(found, "phosphate", "acidosis")
    assert both.phosphate.c_p.mean() < 2.1 and both.acid_base.hco3.mean() > 20.5
    one, other = lever(found, "phosphate"), lever(found, "acidosis")
    was = levers.World(found.prescription[0], 0.0, 0.0)
    assert one.correct(other.correct(was, 0), 0) == other.correct(one.correct(was, 0), 0)


def test_levers_right_together_go_no_further_than_each_is_meant_to():
    """A larger dose brings phosphate and bicarbonate nearly home; binder and alkali have the rest to do."""
    found = twin(drugs=("sevelamer",), hours=3.0, flow=200, phosphate_mmol_l=2.6, bicarbonate_mmol_l=18.0)
    names = ("phosphate", "acidosis", "weekly_dose")
    assert set(names) <= differing(found)
    seen = arrived(found, *names)
    should = levers.SHOULD
    assert 0.95 * should.P_high < seen.phosphate.c_p.mean() < 1.08 * should.P_high
    assert seen.acid_base.hco3.mean() < 0.5 * (should.hco3_low + should.hco3_high)


def test_a_medicine_that_goes_with_cramps_is_a_lever_and_one_that_does_not_is_none():
    found = twin(drugs=("salmeterol", "indapamide", "sevelamer", "a herb"))
    ids = {x.id for x in levers.levers_of(found) if x.id.startswith("drug_")}
    assert ids == {"drug_long_acting_beta_2_agonist", "drug_thiazide"}
    answer = causes.explain(found)
    causal = {cause.id: cause for cause in answer.cramp.causes if cause.id in ids}
    assert all(cause.share > 0 and cause.mechanisms[0].id == "drugs" for cause in causal.values())
    assert all("on their own" in cause.caveat for cause in causal.values())
    pressure = {cause.id: cause.share for cause in answer.hypotension.causes}
    assert all(abs(pressure[name]) < 1e-9 for name in ids)


def test_a_planted_low_magnesium_store_is_the_first_cause_and_acts_by_magnesium():
    answer = causes.explain(twin(drugs=("omeprazole",), magnesium_mmol_l=0.45))
    first = max(answer.cramp.causes, key=lambda cause: cause.share)
    assert first.id == "magnesium_store" and first.mechanisms[0].id == "magnesium"
    whole = sum(c.share for c in answer.cramp.causes) + answer.cramp.susceptibility + answer.cramp.residual
    assert whole == pytest.approx(1, abs=1e-9)


def test_a_low_bath_magnesium_fills_stores_and_is_not_blamed_twice():
    told = case.load(EXAMPLE / "low-magnesium.yaml")
    found = {x.id: x for x in levers.levers_of(fit.fit(told.model_copy(update={"drugs": []}), people=48, kept=4))}
    assert found["dialysate_magnesium"].differs and found["dialysate_magnesium"].lived is not None
    assert not found["magnesium_store"].differs
    world = found["dialysate_magnesium"].correct(levers.World(Prescription(), 0.0, 0.0), 0)
    assert world.prescription.dialysate.Mg > 0.45 and world.lives == ("dialysate_magnesium",)


def test_a_planted_calcimimetic_acts_by_the_nerve():
    answer = causes.explain(twin(drugs=("etelcalcetide",), ionized_calcium_mmol_l=0.85))
    cause = next(c for c in answer.cramp.causes if c.id == "calcimimetic")
    assert cause.share > 0.01 and cause.mechanisms[0].id == "nerve"
    assert [link.evidence for link in answer.tree if link.root == "calcimimetic" and link.mechanism == "nerve"] == ["D"]


def test_minerals_rest_on_mechanism_or_assumption_and_say_what_contradicts_them():
    found = twin(
        drugs=("omeprazole",), phosphate_mmol_l=2.4, vitamin_d_nmol_l=20.0, pth_pg_ml=1200.0, magnesium_mmol_l=0.6,
        bicarbonate_mmol_l=18.0,
    )  # fmt: skip
    slow = [x for x in levers.levers_of(found) if x.id in SLOW]
    assert len(slow) >= 6
    for x in slow:
        assert x.evidence in "CD" and x.caveat and find(" ".join(x.sources))
    never_more = {"phosphate", "parathyroid_hormone", "vitamin_d", "active_vitamin_d", "weekly_dose"}
    assert {x.evidence for x in slow if x.id in never_more} == {"D"}
    for name in ("phosphate", "parathyroid_hormone"):
        assert "alike in those with and without cramps" in next(x.caveat for x in slow if x.id == name)


def test_a_few_draws_stand_for_all():
    found = twin(drugs=("omeprazole",), phosphate_mmol_l=2.4, magnesium_mmol_l=0.6)
    plans = [x for x in minerals.over_months(found) if isinstance(x, chronic.Plan)]
    few, all_of_them = (chronic.live(found, plans, room=room) for room in (3 * (1 + len(plans)), 1000))
    for one, other in zip(few, all_of_them, strict=True):
        size = np.abs(other.delta).max()
        assert np.abs(one.delta.mean(axis=1) - other.delta.mean(axis=1)).max() < 0.25 * size


def test_the_drugs_pathway_is_named():
    assert "drugs" in symptoms.PATHWAYS
