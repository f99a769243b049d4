"""Drugs: every name leads to one medicine, effects stay within what people have, and nothing is guessed."""

import csv
import subprocess
import sys
import typing
from datetime import date
from importlib.resources import files

import pytest

from soleus import case, drugs
from soleus.body.body import Patient
from soleus.case import Drug
from soleus.parameter import Status, parameters
from soleus.references import references

PARAMETERS = {name: (value, meta) for name, value, meta in parameters(Patient)}


def rows(name):
    with files("soleus").joinpath(name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def told(*them, **patient):
    """A case with these drugs."""
    who = {"sex": "F", "age_y": 60, "target_weight_kg": 65} | patient
    return case.read({"patient": who, "drugs": [{"name": d} if isinstance(d, str) else d for d in them]})


# The tables


def test_a_name_means_one_medicine():
    seen = {}
    for row in rows("drugs.csv"):
        for name in (row["id"], *filter(None, row["names"].split("|"))):
            entry = drugs.known(name)
            assert entry is not None
            assert entry.id == row["id"], f"{name} means {entry.id} and {row['id']}"
            seen.setdefault(name, row["id"])
    assert len(seen) > 700


def test_every_group_is_used_and_known():
    groups = {row["group"] for row in rows("drug_groups.csv")}
    assert groups == {row["group"] for row in rows("drugs.csv")}
    assert {row["group"] for row in rows("drug_effects.csv")} <= groups


def test_every_entry_has_sources_a_grade_and_one_sentence():
    for entry in drugs.catalogue():
        assert entry.sources, entry.id
        assert set(entry.sources) <= set(references()), entry.id
        assert entry.evidence in "ABCD", entry.id
        assert entry.says.endswith((".", "?")), entry.id
        assert entry.restless in ("", "worsens", "eases"), entry.id
        assert 0 < entry.log_rate_sd < 1, entry.id
        assert abs(entry.log_rate) <= 2 * entry.log_rate_sd, f"{entry.id}: nothing here is certain"
        assert entry.least <= entry.usual / entry.times <= entry.most or entry.times < 0.1, entry.id
    for row in rows("drug_effects.csv"):
        assert set(row["source"].split()) <= set(references()), row
        assert row["status"] in typing.get_args(Status), row
        assert row["how"] in ("is", "mean", "times"), row
        assert row["meaning"].strip(), row


@pytest.mark.parametrize("u", [0.25, 1.0, 4.0])
def test_an_effect_is_one_that_people_have(u):
    for entry in drugs.catalogue():
        for effect in entry.effects:
            typical, meta = PARAMETERS[effect.parameter]
            value = effect.at(u) * (typical if effect.how == "times" else 1)
            low, high = meta.within
            assert low <= value <= high or u > 1, (entry.id, effect)  # larger ones are cut where they are applied


def test_the_catalogue_needs_neither_jax_nor_numpy():
    code = "import sys, soleus.drugs as d; d.known('x'); print(*({'jax', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == []


# Names


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("Furosemid", "furosemide"), ("furosemida", "furosemide"), ("LASIX®", "furosemide"),
        ("Lasix 40 mg", "furosemide"), ("torem 10", "torasemide"),
        ("Hydrochlorothiazid 12,5 mg", "hydrochlorothiazide"),
        ("Natriumhydrogencarbonat", "sodium bicarbonate"), ("Chininsulfat", "quinine"),
        ("Vitamin D3", "cholecalciferol"),
        ("Omeprazol  20mg", "omeprazole"), ("sevelámero", None), ("furosemde", None), ("St John's wort", None),
        ("", None), ("40 mg", None),
    ],
)  # fmt: skip
def test_a_name_is_known_in_its_spellings_and_never_guessed(name, means):
    found = drugs.known(name)
    if name == "sevelámero":
        assert found is not None
        assert found.id == "sevelamer"
    else:
        assert (found and found.id) == means


def test_a_near_name_is_offered_and_not_taken():
    assert drugs.suggestion("furosemde") == "furosemide"
    assert drugs.suggestion("St John's wort") is None
    here = told("furosemde", residual_urine_ml_day=800)
    assert drugs.taken(here)[0][1] is None
    assert "kidney.e" not in drugs.changes(here)
    assert any("not in the catalogue" in text and "Did you mean furosemide?" in text for text in here.warnings)


# Doses


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ({"name": "furosemide"}, 1), ({"name": "furosemide", "dose_mg": 40}, 0.5),
        ({"name": "furosemide", "dose_mg": 40, "per_day": 2}, 1), ({"name": "calcitriol", "dose_ug": 0.5}, 2),
        ({"name": "calcitriol", "dose_mg": 0.0005, "per_week": 3}, 2 * 3 / 7),
        ({"name": "patiromer", "dose_g": 16.8}, 2),
        ({"name": "cholecalciferol", "dose_iu": 1000}, 1),
        ({"name": "cholecalciferol", "dose_iu": 20000, "per_week": 1}, 20 / 7),
        ({"name": "etelcalcetide", "dose_mg": 5, "per_week": 3}, 1), ({"name": "furosemide", "dose_iu": 40}, 1),
    ],
)  # fmt: skip
def test_a_dose_is_counted_in_usual_ones(line, share):
    drug = Drug.model_validate(line)
    assert drugs.share(drug, drugs.known(drug.name)) == pytest.approx(share, rel=0.01)


def test_a_larger_dose_does_more_and_levels_off():
    at = [drugs.changes(told({"name": "furosemide", "dose_mg": mg}, residual_urine_ml_day=900))["kidney.e"]
          for mg in (40, 80, 160, 500)]  # fmt: skip
    assert at[1] == pytest.approx(0.4)
    assert at[0] < at[1] < at[2] < at[3] < 1.5
    assert at[2] < 2 * at[1]


def test_a_calcimimetic_is_as_the_parameter_says():
    at = {mg: drugs.changes(told({"name": "cinacalcet", "dose_mg": mg}))["hormones.mimetic"] for mg in (30, 90)}
    assert at[30] == pytest.approx(0.5)
    assert at[90] == pytest.approx(1.2)


# What is taken changes the twin


def test_without_urine_nothing_reaches_the_kidney():
    here = told("furosemide", "spironolactone", residual_urine_ml_day=0)
    assert not [name for name in {**drugs.changes(here), **drugs.factors(here)} if name.startswith("kidney")]
    assert "potassium.K_gut" in drugs.factors(here)  # the colon still answers
    assert any("does nothing without urine" in text for text in here.warnings)
    assert any("neither urine nor filtration" in text for text in told("torasemide").warnings)
    assert not told("torasemide", residual_urine_ml_day=700).warnings


def test_binders_add_up_and_are_absent_when_none_is_listed():
    both = drugs.changes(told("sevelamer", "lanthanum carbonate"))
    assert both["absorption.binder"] == pytest.approx(1.0)
    assert drugs.changes(told("amlodipine"))["absorption.binder"] == 0
    assert drugs.changes(told()) == {}
    mixed = drugs.changes(told("calcitriol", "paricalcitol"))
    assert mixed["hormones.gut_share"] == pytest.approx(0.65)
    assert mixed["hormones.analog"] == pytest.approx(14)


def test_a_group_counts_once_for_cramps():
    one, two = told("atorvastatin"), told("atorvastatin", "simvastatin")
    assert drugs.burden(one) == drugs.burden(two) > 0
    assert drugs.spread(one) < drugs.spread(told("atorvastatin", "salmeterol"))
    assert drugs.burden(told("St John's wort")) == 0


def test_what_had_not_begun_or_was_over_does_not_count():
    them = [{"name": "salmeterol", "since": "2026-03-03"}, {"name": "sevelamer", "until": "2026-02-01"},
            {"name": "atorvastatin", "since": "2026-01-01", "until": "2026-03-02"}]  # fmt: skip
    who = {"sex": "M", "age_y": 60, "weight_kg": 70, "gfr_ml_min": 15}
    here = case.read({"patient": who, "schedule": {"per_week": 0}, "episodes": [{"date": "2026-03-02"}], "drugs": them})
    assert [entry.id for _, entry in drugs.taken(here)] == ["atorvastatin"]
    assert [entry.id for _, entry in drugs.taken(here, date(2026, 3, 4))] == ["salmeterol"]
    assert sum("was not taken on 2026-03-02" in text for text in here.warnings) == 2


def test_quinine_is_never_passed_over():
    assert drugs.known("Limptar N").never
    assert any("Never for cramps" in text for text in told("quinine sulfate").warnings)


def test_what_worsens_restless_legs_is_named():
    here = told("metoclopramide", "diphenhydramine", "mirtazapine", "haloperidol", "pramipexole", "cetirizine")
    assert len(drugs.on_restless_legs(here)) == 4
    assert [entry.id for entry in drugs.on_restless_legs(here, "eases")] == ["pramipexole"]
