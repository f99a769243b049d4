"""A person not on dialysis: a filtration instead of sessions, and hours watched."""

from datetime import date

import pytest

from soleus import case
from soleus.errors import BadRecord

TWITCH = {"minute": 150, "what": "twitch"}


def test_a_person_without_dialysis_is_read_and_said_to_be_one(home, small):
    here = case.read(home())
    assert not here.on_dialysis
    assert case.read(small()).on_dialysis
    assert here.patient.gfr_ml_min == 12
    assert here.episode().hours == 8
    assert here.episode().twitches
    with pytest.raises(BadRecord, match="sessions is empty"):
        here.session()


def test_a_sample_neither_before_nor_after_dialysis_serves_a_person_without_it(home, changed):
    here = case.read(home())
    assert here.lab("bicarbonate_mmol_l") == 17
    assert here.lab("pth_pg_ml", near=date(2026, 3, 2)) == 310
    on_dialysis = case.read(changed(when="other", pth_pg_ml=310))
    assert on_dialysis.lab("sodium_mmol_l") is None  # of an hour nobody knows
    assert on_dialysis.lab("pth_pg_ml") == 310


def test_the_episode_to_explain_is_the_latest_with_a_complaint(home):
    quiet = {"date": "2026-03-09"}
    here = case.read(home(episodes=[{"date": "2026-02-02"}, {"date": "2026-03-02", "symptoms": [TWITCH]}, quiet]))
    assert here.episode().date == date(2026, 3, 2)
    assert here.episode("2026-02-02").date == date(2026, 2, 2)
    assert case.read(home(episodes=[quiet, {"date": "2026-02-02"}])).episode().date == date(2026, 3, 9)
    with pytest.raises(BadRecord, match="no episode on 2026-01-01; the file has 2026-03-09"):
        case.read(home(episodes=[quiet])).episode("2026-01-01")
    with pytest.raises(BadRecord, match="episodes is empty"):
        case.read(home(episodes=[])).episode()


def test_nothing_that_belongs_to_a_machine_is_missed(home):
    absent = {each.field for each in case.read(home()).missing}
    assert not [name for name in absent if "prescription" in name or "target" in name or "dialysis" in name]
    assert {"labs.vitamin_d_nmol_l", "labs.ionized_calcium_mmol_l", "patient.neuropathy"} <= absent
    assert "labs.pth_pg_ml" not in absent


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"episodes__given": [{"minute": -5, "what": "meal"}]}, "0 to 480 min"),
        ({"episodes__symptoms": [{"minute": 500, "what": "twitch"}]}, "begin the episode earlier"),
        ({"episodes__given": [{"minute": 5, "what": "saline 0.9 %"}]}, "how much saline"),
        ({"episodes__hours": 480}, "minutes? Then write 8"),
        ({"episodes__diastolic_mmhg": 90, "episodes__systolic_mmhg": 80}, "Are they swapped?"),
        ({"episodes__weight_kg": 172}, "elsewhere 78 kg"),
        ({"patient__weight_kg": None}, "no weight anywhere"),
        ({"patient__weight_kg": None, "episodes__weight_kg": 78}, None),
        ({"episodes": [{"date": "2026-03-02"}, {"date": "2026-03-02"}]}, "second episode"),
        ({"schedule": {"per_week": -1}}, "never below 0"),
    ],
)
def test_hours_at_home_are_taken_or_refused_as_they_should_be(home, refusal, changes, words):
    data = home(**{name: value for name, value in changes.items() if value is not None})
    for name, value in changes.items():
        if value is None:
            data["patient"].pop(name.partition("__")[2])
    if words is None:
        case.read(data)
    else:
        assert words in refusal(data)


def test_sessions_and_no_dialysis_contradict_each_other(small, refusal):
    assert "take the sessions out" in refusal(small() | {"schedule": {"per_week": 0}})
