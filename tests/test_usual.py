"""A usual week, the tables of ranges, and people who live on for a year."""

import numpy as np
import pytest

from soleus import cohort, schedule
from soleus.body import body
from soleus.body.body import Patient
from soleus.prescription import Prescription
from soleus.references import references
from soleus.schedule import FROM_MIDWEEK
from soleus.validate import usual


@pytest.fixture(scope="module")
def week():
    return usual.week()


def test_every_value_of_the_usual_week_lies_where_patients_do(week):
    outside = [f"{row.when} {row.what}: {row.simulated} against {row.low}-{row.high}" for row in week]
    assert all(all(row.inside) for row in week), [
        line for line, row in zip(outside, week, strict=True) if not all(row.inside)
    ]
    assert len([row for row in week if row.when == "pre"]) >= 20
    assert len([row for row in week if row.when == "post"]) >= 19


def test_the_long_gap_brings_more(week):
    by = {(row.when, row.what.split(",")[0]): row.simulated for row in week}
    for name in ("weight above dry", "urea", "creatinine", "phosphate", "beta-2-microglobulin"):
        first, _, last = by["pre", name]
        assert first > last, name
    assert by["pre", "bicarbonate"][0] < by["pre", "bicarbonate"][2]


def test_every_range_has_a_known_source():
    table = usual._table()
    for group in ("week", "ckd"):
        for name, entry in table[group].items():
            assert not set(entry["source"].split()) - set(references()), name
            assert entry["status"] in ("seen", "recalled"), name
    for name, (low, high) in table["bounds"].items():
        assert low < high, name


def test_the_bounds_of_life_lie_outside_the_ranges_of_patients():
    table = usual._table()
    for name, entry in table["week"].items():
        low, high = table["bounds"][name]
        for when in ("pre", "post"):
            if when in entry:
                assert low <= entry[when][0] < entry[when][1] <= high, name


def test_the_page_marks_what_lies_outside(week):
    odd = week[0]._replace(simulated=(0.0, 3.0, 3.0))
    text = usual.page([odd, *week[1:]])
    assert "0*" in text
    assert f"{len(week) - 1} of {len(week)} rows" in text
    assert usual.as_json([odd])[0]["inside"] == (False, True, True)


def test_the_week_repeats_itself_and_midweek_is_the_patients_own():
    people = cohort.draw(8, seed=2)
    orders = usual.ordered(people)
    patient, start = usual.usual_week(people, orders)
    *_, last = schedule.weeks(patient, start, orders, patient.fluid.dry_weight, gaps=FROM_MIDWEEK)
    was, now = usual.readings(patient, start), usual.readings(patient, last.back)
    assert np.allclose(was["potassium"], people.potassium.K_p, rtol=1e-6)
    assert np.allclose(was["phosphate"], people.phosphate.c, rtol=1e-6)
    for name in ("potassium", "phosphate", "urea", "sodium", "gain", "protein"):
        assert np.allclose(was[name], now[name], rtol=0.02, atol=0.02), name


def test_who_has_little_potassium_is_given_more():
    people = cohort.draw(64, seed=1)
    baths = np.array([order.dialysate.K for order in usual.ordered(people)])
    assert set(baths) <= {2.0, 2.5, 3.0}
    assert np.all(baths[people.potassium.K_p >= 5] == 2)
    assert np.all(baths[people.potassium.K_p < 5] > 2)
    assert usual.ordered(cohort.alike(Patient(), 1)) == [Prescription()]


def test_small_people_have_their_blood_pumped_slower():
    people = cohort.draw(3, seed=1, dry_weight_kg=np.array([42.0, 55.0, 90.0]))
    assert [order.Q_b for order in usual.ordered(people)] == pytest.approx([0.2, 0.2475, 0.3])


def test_weeks_take_off_what_was_gained():
    patient = cohort.alike(Patient(), 2)
    dry = patient.fluid.dry_weight
    start = schedule.above_dry(patient, np.array([2.0, 4.0]))
    visits = list(schedule.weeks(patient, start, [Prescription()] * 2, dry, n=2))
    assert [(v.week, v.day) for v in visits] == [(w, d) for w in (0, 1) for d in (0, 1, 2)]
    assert visits[0].uf == pytest.approx([2.0, 4.0], abs=1e-6)
    for visit in visits:
        assert np.allclose(body.look(visit.left, patient, body.rest(patient)).weight, dry, atol=0.3)
    assert np.array_equal(visits[0].back.sodium.n, visits[1].arrived.sodium.n)


def test_a_few_drawn_people_live_for_two_months():
    lived = usual.lived(cohort.draw(64, seed=9), weeks=8)
    assert not lived.left()


@pytest.mark.slow
def test_a_thousand_drawn_people_live_for_a_year():
    """Everything finite and within the bounds of life, before and after each of 156 sessions."""
    lived = usual.lived(cohort.draw(1000, seed=1), weeks=52)
    assert not lived.left()


def test_leaving_the_bounds_is_told_with_who():
    some = {name: np.full(3, (low + high) / 2) for name, (low, high) in usual._table()["bounds"].items()}
    odd = some | {"potassium": np.array([5.0, 9.0, np.nan])}
    assert {name: list(who) for name, who in usual.Lived(1, odd, odd).left().items()} == {"potassium": [1, 2]}
    assert not usual.Lived(1, some, some).left()
