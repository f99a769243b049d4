"""What can hardly be: an answer that says why it is wide, or a refusal with a remedy; never confident nonsense."""

import copy
from datetime import date, timedelta

import numpy as np
import pytest

from soleus import fit
from soleus.calibration import clinic
from soleus.case import read
from soleus.errors import BadRecord
from soleus.fit import readings

PEOPLE = 64  # treated in a round, half of what `fit` takes: for speed


@pytest.fixture(scope="module")
def person():
    """The file of a simulated person, and their true dry weight."""
    rng = np.random.default_rng(11)
    who = clinic.everybody(2, rng)
    files = clinic.files(who, list(clinic.month(who, rng)), rng, volume=True)
    return files[0], float(who.truth[0, 0])


def spoilt(person, how):
    """The file after `how` was done to it."""
    told = copy.deepcopy(person[0])
    how(told)
    return read(told)


@pytest.fixture(scope="module")
def well(person):
    return fit.fit(read(person[0]), people=PEOPLE)


def holds(twin, person):
    """Whether the truth is no farther off than three in a thousand are."""
    now = twin.learned.now
    return abs(now.mean[0] - person[1]) < 3 * now.sd[0]


def test_the_file_itself_is_answered(person, well):
    assert holds(well, person)
    assert well.quality.note == "the twin went as the readings did"
    assert well.learned.now.sd[0] < 0.85 * well.learned.prior.sd[0]


def test_constant_pressures_count_once_a_session_and_are_named(person, well):
    def constant(told):
        for session in told["sessions"]:
            for reading in session.get("pressures", []):
                reading |= {"systolic_mmhg": 140.0, "diastolic_mmhg": 80.0, "heart_rate_min": 70.0}

    twin = fit.fit(spoilt(person, constant), people=PEOPLE)
    assert "are the same all session long" in twin.quality.note
    assert twin.learned.now.sd[0] > well.learned.now.sd[0]
    assert holds(twin, person)


def test_one_session_leaves_more_open(person, well):
    twin = fit.fit(spoilt(person, lambda told: told.update(sessions=told["sessions"][-1:])), people=PEOPLE)
    assert twin.quality.sessions == 1
    assert twin.learned.now.sd[0] > well.learned.now.sd[0]
    assert holds(twin, person)


def test_weights_that_contradict_each_other_are_said_and_do_not_decide(person):
    def heavy(told):
        for session in told["sessions"][1::2]:
            session["pre_weight_kg"] += 4.0
            session["post_weight_kg"] += 4.0

    case = spoilt(person, heavy)
    assert sum("mistyped" in warning for warning in case.warnings) >= 3
    assert holds(fit.fit(case, people=PEOPLE), person)


def test_a_weight_that_rose_is_refused(person):
    def swap(told):
        for session in told["sessions"]:
            session["pre_weight_kg"], session["post_weight_kg"] = session["post_weight_kg"], session["pre_weight_kg"]

    with pytest.raises(BadRecord, match="swapped"):
        spoilt(person, swap)


def test_swapped_samples_are_refused_with_the_remedy(person):
    def swap(told):
        day = told["labs"][0]["date"]
        told["labs"][0]["urea_mmol_l"] = 7.0
        told["labs"].append({"date": day, "when": "post", "urea_mmol_l": 24.0})

    with pytest.raises(BadRecord, match="samples swapped"):
        spoilt(person, swap)


def test_a_year_without_readings_is_not_bridged(person, well):
    def year(told):
        for session in told["sessions"][:6]:
            session["date"] = str(date.fromisoformat(session["date"]) - timedelta(days=365))

    twin = fit.fit(spoilt(person, year), people=PEOPLE)
    left = twin.learned.observed.left_out
    assert len(left) == 6 and "not put together" in left[0]
    assert twin.quality.sessions <= 6
    assert twin.learned.now.sd[0] > well.learned.now.sd[0]
    assert holds(twin, person)


@pytest.mark.parametrize(
    ("fields", "factor", "said"),
    [
        (("systolic_mmhg", "diastolic_mmhg"), 1 / 7.5, "kPa"),
        (("pre_weight_kg", "post_weight_kg"), 2.2, "pounds"),
    ],
)
def test_units_that_change_half_way_are_refused(person, fields, factor, said):
    def change(told):
        for session in told["sessions"][6:]:
            for line in (session, *session.get("pressures", [])):
                line |= {name: round(line[name] * factor, 1) for name in fields if name in line}

    with pytest.raises(BadRecord, match=said):
        spoilt(person, change)


def test_a_monitor_in_another_unit_half_way_does_not_decide(person):
    def share(told):
        for session in told["sessions"][6:]:
            for point in session.get("blood_volume", []):
                point["rbv_pct"] = round(point["rbv_pct"] / 100, 2)

    assert holds(fit.fit(spoilt(person, share), people=PEOPLE), person)


def test_copies_are_told_from_readings(person):
    case = read(person[0])
    assert np.all(readings.copied(readings.gather(case, case.session())) == 1)
