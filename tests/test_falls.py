"""The second panel of a dialysis of which little is known: scored honestly, nearer than guessing where it can be."""

from dataclasses import replace

import numpy as np
import pytest

from soleus.cli import main
from soleus.records import falls as recorded
from soleus.validate import acute, falls
from soleus.validate.acute import Fall

BEFORE = {
    "sodium": 137.0, "potassium": 5.2, "chloride": 98.0, "bicarbonate": 21.0, "anion_gap": 23.2, "calcium": 2.2,
    "magnesium": 1.0, "phosphate": 2.0, "urea": 25.0, "creatinine": 0.7, "glucose": 6.0, "hemoglobin": 98.0,
    "albumin": 29.0,
}  # fmt: skip
FALL = Fall(who="a", clock_h=6.0, hours=24.0, before=BEFORE, after={"urea": 12.5}, weight_kg=75.0)


def predicted(*second, who="abc"):
    """Falls of different persons whose potassium went to these values, and a prediction of 4.0 to 4.4 for each."""
    told = [replace(FALL, who=w, after={"urea": 12.0, "potassium": k}) for w, k in zip(who, second, strict=True)]
    n = len(told)
    drawn = np.tile(np.linspace(4.0, 4.4, 5), (n, 1))
    values = {name: drawn.copy() for name in falls.UNITS}
    return told, falls.Prediction(values, values, np.zeros((n, 5)), np.zeros((n, 5)))


def test_errors_are_medians_beside_both_naive_answers():
    row = falls.score(*predicted(4.2, 4.3, 3.9)).rows[0]
    assert (row.test, row.n) == ("potassium", 3)
    assert row.twin == pytest.approx(0.1)
    assert row.no_change == pytest.approx(1.0)
    assert row.inside == pytest.approx(2 / 3)


def test_the_ratio_is_that_of_the_other_persons():
    told, found = predicted(2.6, 2.6, 5.2, who="aab")
    row = falls.score(told, found).rows[0]
    assert row.median_ratio == pytest.approx(2.6)  # each is told the ratio of the other: 1 for a, one half for b
    alone = falls.score(*predicted(2.6, who="a")).rows[0]
    assert alone.median_ratio == alone.no_change == pytest.approx(2.6)
    assert alone.learned == alone.twin


def test_a_fall_no_session_explains_is_named_not_scored():
    told, found = predicted(4.2, 4.2, 4.2)
    for name in found.values:
        found.values[name][1] = np.nan
    result = falls.score(told, found)
    assert result.rows[0].n == 2
    assert result.not_run == ("b: no session of this 24 h makes urea fall from 25.0 to 12.0 mmol/L",)
    assert result.not_run[0] in falls.page(result)


def test_people_with_little_creatinine_are_scored_and_marked():
    told, found = predicted(4.2, 4.2, 4.2)
    told[0] = replace(told[0], before=BEFORE | {"creatinine": 0.09})
    result = falls.score(told, found)
    assert (result.rows[0].n, result.dialyzed[0].n) == (3, 2)
    assert "creatinine 90 umol/L" in result.doubtful[0]
    page, plain = falls.page(result), falls.as_json(result)
    assert "Without those who may not have been dialyzed" in page
    assert plain["rows"][0]["test"] == "potassium"
    assert plain["doubtful"] == list(result.doubtful)


def test_why_is_said_for_every_test():
    assert set(falls.WHY) == set(falls.UNITS)


def test_the_people_of_every_fall_fill_the_whole_spread():
    z = acute.evenly(3, 8, np.random.default_rng(1)).reshape(3, 8)
    assert np.allclose(np.sort(z, axis=1), np.sort(z[0]))
    assert z.mean() == pytest.approx(0.0, abs=1e-9)
    assert z.std() == pytest.approx(1.0, abs=0.15)


@pytest.fixture(scope="module")
def drawn():
    night = replace(FALL, clock_h=22.0, hours=18.0)
    return acute.draw([FALL, night, replace(FALL, hours=6.0, weight_kg=None)], 4, np.random.default_rng(1))


def test_sessions_begin_on_the_day_shift_between_the_panels(drawn):
    time = np.full(12, 200.0)
    begin = acute.begins(drawn, time).reshape(3, 4)
    clock = begin + np.array([[6.0], [22.0], [6.0]])
    assert ((clock[0] >= 7) & (clock[0] <= 17)).all()
    assert ((clock[1] >= 31) & (clock[1] <= 41)).all()
    assert (begin + 200 / 60 <= np.array([[24.0], [18.0], [6.0]])).all()
    assert (begin >= 0.5 - 1e-9).all()


def test_orders_are_such_as_machines_can_run_and_baths_follow_the_blood(drawn):
    for dose in (0.05, 1.0, 20.0):
        for order in acute.orders(drawn, np.full(12, dose)):
            order.checked()
            assert order.dialysate.K in (1.0, 2.0)
    low = drawn._replace(told=drawn.told | {"potassium": np.full(12, 3.0)})
    assert {order.dialysate.K for order in acute.orders(low, np.ones(12))} <= {3.0, 4.0}


def test_people_arrive_as_the_first_panel_says(drawn):
    first = falls.panel(drawn.patient, drawn.start)
    for name in ("potassium", "bicarbonate", "phosphate", "creatinine", "chloride", "calcium", "magnesium"):
        assert first[name] == pytest.approx(drawn.told[name], rel=0.02), name
    assert first["urea"] == pytest.approx(drawn.told["urea"], rel=0.1)  # the ratio is what counts
    assert first["sodium"] == pytest.approx(drawn.told["sodium"], abs=1.0)


@pytest.mark.slow
def test_urea_falls_as_told_and_the_rest_follows():
    found = falls.predict([FALL, replace(FALL, after={"urea": 8.0})], people=6)
    assert np.abs(found.fell - found.wanted).max() < falls.CLOSE
    half, more = (np.median(found.values["creatinine"], axis=1)[i] for i in (0, 1))
    assert 0.3 < more < half < 0.6
    for name, low, high in (("potassium", 4.0, 5.4), ("bicarbonate", 22, 31), ("phosphate", 0.8, 2.0)):
        assert ((np.median(found.values[name], axis=1) > low) & (np.median(found.values[name], axis=1) < high)).all()
    same = falls.predict([FALL, replace(FALL, after={"urea": 8.0})], people=6)
    assert np.array_equal(found.measured["sodium"], same.measured["sodium"])


@pytest.mark.slow
def test_real_falls_are_predicted_nearer_than_by_both_naive_answers(shared):
    folder = shared / "data" / "mimic3-demo-dialysis"
    if not folder.is_dir():
        pytest.skip(f"no MIMIC-III demo extract at {folder}")
    told = recorded.read(folder).falls
    result = falls.run(told, people=8)
    assert not result.not_run
    rows = {row.test: row for row in result.rows}
    assert set(rows) == set(falls.UNITS)
    for name in ("creatinine", "phosphate"):
        assert rows[name].beaten(rows[name].twin), falls.page(result)
    for name in ("sodium", "bicarbonate", "anion_gap", "magnesium"):
        assert rows[name].twin < rows[name].no_change, falls.page(result)
    assert np.mean([row.inside for row in result.rows]) > 0.5


def test_records_that_are_not_there_or_hold_nothing_are_refused(tmp_path, capsys):
    assert main(["validate", "--records", str(tmp_path / "nowhere")]) == 4
    assert "is not there" in capsys.readouterr().err
    assert main(["validate", "--records", str(tmp_path)]) == 3
    assert "derived_urea_falls.csv cannot be read" in capsys.readouterr().err
