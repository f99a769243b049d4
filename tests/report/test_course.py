"""The same session treated otherwise, as page and as JSON."""

import json
import re

import numpy as np
import pytest

from soleus import report
from soleus.errors import BadRecord, OutOfRange
from soleus.report import course


def test_what_was_given_is_given_again_over_the_new_length(explained):
    twin = explained("potassium-1-bath").twin
    longer = report.rerun(twin, {"hours": 5})
    for one in (twin, longer):
        spans = np.diff(one.switches)
        assert one.switches[-1] == pytest.approx(one.prescription[0].time)
        assert (spans[:, None] * one.infusion.water).sum(axis=0) == pytest.approx(0.1, rel=1e-6)


def test_the_same_treatment_gives_the_same_course(explained):
    twin = explained("calf-cramps").twin
    again = report.rerun(twin, {"hours": twin.prescription[0].time / 60})
    np.testing.assert_allclose(again.course.states, twin.course.states, rtol=1e-9, atol=1e-9)


def test_a_longer_session_takes_the_same_fluid_more_slowly(explained):
    twin = explained("calf-cramps").twin
    longer = report.rerun(twin, {"hours": 5})
    was, now = ({m.id: m.mean for m in report.measured(t)} for t in (twin, longer))
    assert longer.course.minutes[-1] == pytest.approx(300)
    assert now["uf_l"] == pytest.approx(was["uf_l"], rel=1e-6)
    assert now["uf_rate_ml_kg_h"] < was["uf_rate_ml_kg_h"]
    assert now["sodium_removed_mmol"] == pytest.approx(
        now["sodium_by_convection_mmol"] + now["sodium_by_diffusion_mmol"], rel=1e-9
    )
    assert twin.course.minutes[-1] == pytest.approx(240)


def test_a_new_bath_overrules_an_old_profile(explained):
    twin = explained("calf-cramps").twin
    profiled = report.rerun(twin, {"sodium_profile": {"linear": [145.0, 135.0]}})
    assert profiled.prescription[0].sodium_profile is not None
    flat = report.rerun(profiled, {"sodium_mmol_l": 139.0})
    assert flat.prescription[0].sodium_profile is None
    assert flat.prescription[0].dialysate.Na == 139.0
    assert [p.sodium_offset for p in flat.prescription] == [p.sodium_offset for p in twin.prescription]


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"uf": 3.0}, BadRecord, "Did you mean uf_l"),
        ({"colour": "red"}, BadRecord, "Choose one of hours"),
        ({"hours": "four"}, BadRecord, "hours"),
        ({"hours": 40.0}, OutOfRange, "0.25 to 12 h"),
        ({"uf_l": 17.0, "hours": 4.0}, OutOfRange, "machines take off at most"),
        ({"temperature_c": 45.0}, OutOfRange, "temperature_c"),
    ],
)
def test_what_no_clinic_would_do_is_refused(explained, changes, error, said):
    twin = explained("calf-cramps").twin
    with pytest.raises(error, match=re.escape(said)):
        report.otherwise(twin.case, twin.session, changes)


def test_what_a_slider_shows_is_a_part_of_the_whole_answer(explained):
    twin = explained("pressure-fall").twin
    names = ("systolic_mmhg", "rbv_pct")
    whole, part = report.course_json(twin, {}), report.shown_json(twin, names)
    assert part["measures"] == whole["measures"]
    assert part["course"] == {name: whole["course"][name] for name in ("minute", *names)}


def test_the_course_as_json(explained, shown):
    twin = explained("pressure-fall").twin
    now = report.rerun(twin, {"temperature_c": 35.5})
    said = report.course_json(now, {"temperature_c": 35.5}, twin)
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    points = len(said["course"]["minute"])
    for key, unit in course.UNITS.values():
        rows = said["course"][key]
        assert rows["unit"] == unit
        assert all(len(rows[k]) == points for k in ("mean", "low", "high"))
        assert np.all(np.array(rows["low"]) <= np.array(rows["high"]) + 1e-9)
    assert set(said["measures"]) == set(said["as_it_was"]["measures"])
    assert said["changes"] == {"temperature_c": 35.5}
    page = shown(report.course_page(now, twin))
    assert "As it was:" in page and "Kt/V" in page and max(map(len, page.splitlines())) <= 80
