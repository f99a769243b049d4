"""Besides: tablets, meals and a diuretic are offered where the case has them, and move what they should."""

import numpy as np
import pytest

from soleus import case, equipment, fit
from soleus.advice import besides, controls, options, weeks
from soleus.advice.plan import Plan


def twin_of(root, **more):
    told = case.load(root / "examples" / "calf-cramps.yaml")
    session = told.session()
    raw = told.model_dump(mode="json", exclude_none=True)
    raw["drugs"] = more.get("drugs", [])
    raw["patient"] |= more.get("patient", {})
    for each in raw["sessions"]:
        if each["date"] == str(session.date) and more.get("given"):
            each["given"] = more["given"]
            each.pop("drunk_l", None)
    return fit.fit(case.read(raw), people=64, kept=4)


@pytest.fixture(scope="module")
def everything(root):
    return twin_of(
        root,
        drugs=[{"name": "nifedipine", "before_dialysis": True}, {"name": "bisoprolol", "before_dialysis": True}],
        patient={"residual_urine_ml_day": 600},
        given=[{"what": "meal", "minute": 60}],
    )


def test_they_are_offered_where_the_case_has_them(everything, root):
    ids = {c.id for c in controls.of(everything, equipment.usual())}
    assert {"pressure_tablets", "meal", "loop_diuretic"} <= ids
    assert besides.before(everything) == ("nifedipine",)  # a beta-blocker is not to be left out
    none = twin_of(root, drugs=[{"name": "nifedipine"}, {"name": "furosemide"}], patient={"residual_urine_ml_day": 600})
    assert not {"pressure_tablets", "meal", "loop_diuretic"} & {c.id for c in controls.of(none, equipment.usual())}


def test_they_move_what_they_should(everything):
    plans = [Plan(), Plan(tablets=True), Plan(meal=True), Plan(diuretic=True)]
    now, tablets, meal, diuretic = (weeks.Outcome(*x) for x in zip(*weeks.lived(everything, plans), strict=True))
    assert np.mean(tablets.lowest_systolic - now.lowest_systolic) > 1
    assert np.mean(tablets.hypotension) < np.mean(now.hypotension)
    assert np.mean(meal.lowest_systolic - now.lowest_systolic) > 0
    assert np.mean(meal.gain) == pytest.approx(np.mean(now.gain), abs=0.02)  # the same food
    assert np.mean(diuretic.gain) < np.mean(now.gain) - 0.05


def test_they_are_said_in_words(everything):
    by_id = {c.id: c for c in controls.of(everything, equipment.usual())}
    for name in ("pressure_tablets", "meal", "loop_diuretic"):
        was, then = (options.shown(everything, by_id[name], value) for value in (0.0, 1.0))
        assert was != then and by_id[name].words.caveat
