"""Filtration against dialysis, urine and creatinine; hormones in their units; doses and dates of drugs."""

import pytest

from soleus import case, ckd
from soleus.case import kidneys, medicines
from soleus.drugs import ANURIC, LEAST_GFR


def warned(data, words):
    return any(words in text for text in case.read(data).warnings)


# Filtration


@pytest.mark.parametrize(
    ("sex", "age", "creatinine", "gfr"),
    [("F", 50, 62, 105), ("M", 60, 90, 88), ("M", 66, 420, 13), ("F", 67, 268, 17)],
)
def test_creatinine_says_what_the_formula_says(sex, age, creatinine, gfr):
    who = case.Patient(sex=sex, age_y=float(age))
    assert kidneys.by_creatinine(who, creatinine) == pytest.approx(gfr, rel=0.05)


def test_the_least_filtration_is_that_of_the_twin():
    assert kidneys.LEAST == ckd.LEAST
    assert ANURIC >= kidneys.ANURIC
    assert LEAST_GFR < kidneys.QUIET


def test_what_is_not_stated_is_told_by_creatinine_and_said_so(home, refusal):
    data = home(labs__creatinine_umol_l=420)
    del data["patient"]["gfr_ml_min"]
    assert case.read(data).gfr_ml_min == pytest.approx(13, abs=1)
    assert warned(data, "13 ml/min by creatinine (CKD-EPI) stands in")
    del data["labs"][0]["creatinine_umol_l"]
    assert "gfr_ml_min is missing" in refusal(data)


def test_on_dialysis_nobody_asks_for_it(small):
    assert case.read(small()).gfr_ml_min is None


@pytest.mark.parametrize(
    ("patient", "words"),
    [
        ({"gfr_ml_min": 3}, None),
        ({"gfr_ml_min": 3, "residual_urine_ml_day": 600}, None),
        ({"gfr_ml_min": 1, "residual_urine_ml_day": 0}, None),
        ({"gfr_ml_min": 5, "residual_urine_ml_day": 0}, "must leave as urine"),
        ({"gfr_ml_min": 0, "residual_urine_ml_day": 900}, "more cannot leave than is filtered"),
        ({"gfr_ml_min": 0.4, "residual_urine_ml_day": 900}, "0.62 ml/min"),
        ({"gfr_ml_min": 45}, "nobody with more than 30 ml/min needs dialysis"),
        ({"gfr_ml_min": 250}, "No kidneys filter more"),
        ({"gfr_ml_min": -3}, "Then write 3"),
    ],
)
def test_filtration_on_dialysis_is_taken_or_refused(changed, refusal, patient, words):
    data = changed(**patient)
    if words is None:
        case.read(data)
    else:
        assert words in refusal(data)


@pytest.mark.parametrize(
    ("gfr", "creatinine", "words"),
    [
        (12, 420, None),
        (60, 420, "about 13 ml/min (CKD-EPI)"),
        (5, 90, "is either in another unit"),
        (2, 900, "4 ml/min or more"),
    ],
)
def test_filtration_and_creatinine_must_be_of_one_person(home, refusal, gfr, creatinine, words):
    data = home(patient__gfr_ml_min=gfr, labs__creatinine_umol_l=creatinine)
    if words is None:
        assert not warned(data, "CKD-EPI")
    else:
        assert words in refusal(data)


def test_a_filtration_that_is_only_odd_is_said(changed, home):
    assert warned(changed(gfr_ml_min=20), "unusually much")
    assert warned(home(patient__gfr_ml_min=38, labs__creatinine_umol_l=420), "13 by creatinine")
    assert warned(home(patient__vintage_y=3), "has it stopped?")


# Hormones


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("pth_pg_ml", 32, "pth_pmol_l: 32 (302 pg/mL)"),
        ("pth_pg_ml", 300, None),
        ("pth_pmol_l", 32, None),
        ("pth_pmol_l", 180, "pth_pg_ml: 180"),
        ("vitamin_d_nmol_l", 9, "vitamin_d_ng_ml: 9"),
        ("vitamin_d_nmol_l", 40, None),
        ("vitamin_d_ng_ml", 120, "vitamin_d_nmol_l: 120"),
        ("vitamin_d_ng_ml", 16, None),
    ],
)
def test_a_hormone_that_may_be_in_another_unit_is_asked_about(changed, name, value, words):
    found = case.read(changed(**{name: value})).warnings
    assert any(words in text for text in found) if words else not found


def test_a_checked_value_is_kept(changed):
    here = case.read(changed(pth_pg_ml=6, confirmed=["pth_pg_ml"]))
    assert here.lab("pth_pg_ml") == 6
    assert any("It is confirmed" in text for text in here.warnings)


def test_in_healthy_kidneys_a_low_hormone_is_nothing_odd(home):
    assert not warned(home(patient__gfr_ml_min=85, labs__pth_pg_ml=32), "pmol/L")
    assert warned(home(patient__gfr_ml_min=12, labs__pth_pg_ml=32), "pmol/L")


# Drugs and dates


@pytest.mark.parametrize(
    ("drug", "words"),
    [
        ({"name": "furosemide", "dose_mg": 2000}, "unusually large"),
        ({"name": "furosemide", "dose_mg": 2}, "unusually small"),
        ({"name": "calcitriol", "dose_ug": 0.25}, None),
        ({"name": "calcitriol", "dose_iu": 10}, "not how calcitriol is dosed"),
        ({"name": "furosemide", "dose_iu": 40}, "the usual dose stands in"),
        ({"name": "St John's wort"}, "kept and counts for nothing"),
        ({"name": "metolazon", "since": "2030-01-01"}, "not taken on 2026-03-02"),
        ({"name": "Chinin"}, "Never for cramps"),
    ],
)
def test_what_is_odd_about_a_drug_is_said(home, drug, words):
    found = case.read(home(drugs=[drug])).warnings
    assert any(words in text for text in found) if words else not found


def test_a_drug_listed_twice_counts_twice_and_is_said(home):
    assert warned(home(drugs=[{"name": "Lasix"}, {"name": "furosemide"}]), "listed twice (furosemide)")


@pytest.mark.parametrize("name", list(medicines.DOSES))
def test_any_dose_is_read_or_refused(home, refusal, name):
    for value in (0, 1e-4, 1, 1e5):
        data = home(drugs=[{"name": "calcitriol", name: value}])
        try:
            case.read(data)
        except case.BadRecord as error:
            assert name in str(error)


def test_a_day_that_cannot_be_read_contradicts_nothing_else(small, refusal):
    data = small()
    data["patient"]["vintage_y"] = 2
    data["sessions"].append(data["sessions"][0] | {"date": "2026-02-30"})
    data["drugs"] = [{"name": "sevelamer", "since": "2026-13-01"}]
    message = refusal(data)
    assert "2 problems" in message
    assert "0001" not in message


def test_days_to_come_and_days_twice_in_the_diary_are_said(changed):
    data = changed()
    data["diary"] = [{"date": "2098-03-01"}, {"date": "2026-03-01"}, {"date": "2026-03-01"}]
    assert warned(data, "2098-03-01, in the future")
    assert warned(data, "a day the diary already has")
