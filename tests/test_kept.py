"""Simulated people who follow their budget: they drink what they are told, nothing asleep, and are counted rightly."""

import json

import numpy as np
import pytest

from soleus import kept
from soleus.body import body
from soleus.cli import main
from soleus.errors import OutOfRange
from soleus.kept import home, weeks

N = 20


@pytest.fixture(scope="module")
def ready():
    """People after two weeks by habit."""
    here = weeks.everybody(N, 3)
    weeks.run_in(here, lambda what: None)
    return here


@pytest.fixture(scope="module")
def arms(ready):
    return {arm.id: weeks.week(ready, arm, 4)[0] for arm in weeks.ARMS}


def test_asleep_nobody_drinks(ready):
    end, drunk = home.live(home.asleep(ready.people.patient), ready.now, 8.0)
    assert np.all(np.abs(drunk) < 0.02)
    weight = [body.look(x, ready.people.patient, body.rest(ready.people.patient)).weight for x in (ready.now, end)]
    assert np.all(weight[1] < weight[0])


def test_awake_what_is_poured_is_drunk(ready):
    patient = home.awake(ready.people.patient, 0.0, 0.1, 1.0)
    _, drunk = home.live(patient, ready.now, 10.0)
    assert drunk == pytest.approx(1.0, abs=0.03)


def test_the_file_holds_what_a_clinic_and_a_diary_would(ready):
    for told in ready.cases:
        assert [s.date.weekday() for s in told.sessions] == [2, 4, 0, 2, 4, 0]
        assert all(s.post_weight_kg <= s.pre_weight_kg for s in told.sessions)
        logs = [d.drinks_l for d in told.diary if d.drinks_l is not None]
        assert len(logs) >= 10
        assert len([d for d in told.diary if d.weight_kg is not None]) == 12
    total = 16 * np.sum(ready.drunk, axis=0) / sum(ready.hours)
    logged = [np.mean([d.drinks_l for d in c.diary if d.drinks_l is not None]) for c in ready.cases]
    assert np.mean(logged) / np.mean(total) == pytest.approx(0.4, abs=0.1)


def test_arms_live_the_same_days_of_the_same_bodies(ready, arms):
    assert all([g.hours for g in gaps] == [44.0, 44.0, 68.0] for gaps in arms.values())
    again = weeks.week(ready, weeks.ARMS[0], 4)[0]
    assert np.array_equal(again[2].arrived, arms["follows"][2].arrived)


def test_following_is_nearer_to_the_plan_than_habit(arms):
    by = {name: kept.counted(tuple(gaps)) for name, gaps in arms.items()}
    assert by["follows"].close > by["habit"].close
    assert by["follows"].sd < by["habit"].sd
    assert by["follows"].gain < by["habit"].gain
    assert by["follows"].fast < by["habit"].fast


def test_without_a_scale_no_weight_at_home_is_used(ready):
    told = weeks._scaled(ready.cases[0], False)
    assert not any(d.weight_kg for d in told.diary)
    assert any(d.drinks_l for d in told.diary)


def test_counts_are_what_they_say(arms):
    (gap, *_) = arms["follows"]
    exact = gap._replace(arrived=gap.plan + np.where(np.arange(N) % 4 == 0, 0.5, 0.3))
    found = kept.counted((exact,))
    assert found.close == 0.75 and found.arrivals == N
    assert found.mean == pytest.approx(0.35)


def test_page_and_json(arms):
    r = kept.Result(N, 1, tuple(kept.Lived(arm, tuple(arms[arm.id]), 0) for arm in weeks.ARMS))
    told = json.loads(json.dumps(kept.as_json(r), allow_nan=False))
    assert told["arms"]["follows"]["all"]["arrivals"] == 3 * N
    assert told["met"] is (told["close"] >= 0.8)
    text = kept.page(r)
    assert ("met" if told["met"] else "missed") in text and "no scale at home" in text
    assert max(len(line) for line in text.splitlines()) <= 120


def test_too_few_are_refused(capsys):
    with pytest.raises(OutOfRange, match="a share needs 20"):
        kept.run(3)
    assert main(["validate", "--budget", "3", "-q"]) == 2
    assert "20 or more" in capsys.readouterr().err
