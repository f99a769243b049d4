"""Twitches, tetany, weakness, rhythm: what raises them, what must not, and that a warning is a warning."""

from dataclasses import fields

import numpy as np
import pytest

from soleus import symptoms
from soleus.body import nerve
from soleus.body.nerve import Inputs, Nerve
from soleus.symptoms import About, Excitable, nervous
from soleus.symptoms.excitable import hourly_fall

P = Nerve()
USUAL = {
    "K": 4.2,
    "Na": 140.0,
    "iCa": 1.22,
    "iMg": 0.55,
    "pH": 7.4,
    "warmed": 0.0,
    "oxygen": 1.5,
    "V_is": 1.0,
    "toxin": 0.0,
}


def nerves(**now):
    """What nerves do in this blood, one moment of one person."""
    given = Inputs(**{k: np.full((1, 1), v) for k, v in (USUAL | now).items()})
    return nerve.look(given, P)


def chance(**now):
    found = nervous(nerves(**now))
    return float(found.twitch[0]), float(found.tetany[0])


def test_usual_blood_neither_twitches_nor_tingles():
    twitch, tetany = chance()
    assert twitch < 0.05
    assert tetany < 0.05


@pytest.mark.parametrize(
    ("what", "low", "high"),
    [("calcium falls", {"iCa": 0.9}, {"iCa": 0.7}), ("alkalosis too", {"iCa": 0.8}, {"iCa": 0.8, "pH": 7.6})],
)
def test_calcium_and_alkalosis_raise_both(what, low, high):
    for less, more in zip(chance(**low), chance(**high), strict=True):
        assert more > less, what


def test_magnesium_lowers_twitches():
    assert chance(iCa=0.8, iMg=0.3)[0] > chance(iCa=0.8)[0] > chance(iCa=0.8, iMg=1.0)[0]


def test_low_potassium_never_makes_a_nerve_fire():
    """Not from 4.2 down, not together with anything else that excites."""
    for blood in ({}, {"iCa": 0.7}, {"iCa": 0.8, "pH": 7.6}, {"oxygen": 0.2}, {"warmed": 1.0, "iMg": 0.3}):
        course = [chance(K=K, **blood) for K in np.linspace(4.2, 2.2, 9)]
        twitch, tetany = zip(*course, strict=True)
        assert np.all(np.diff(twitch) <= 1e-6), blood
        assert np.ptp(tetany) < 1e-6, blood


def test_tetany_sees_neither_potassium_nor_flow_nor_the_pump():
    alone = chance(iCa=0.8)[1]
    for other in ({"K": 6.0}, {"K": 3.0}, {"oxygen": 0.1}, {"toxin": 0.01}):
        assert chance(iCa=0.8, **other)[1] == pytest.approx(alone, abs=1e-9), other


def test_half_of_people_feel_it_at_the_threshold():
    at = nerves()
    p = Excitable()
    one = {f.name: getattr(at, f.name) for f in fields(at)}
    made = type(at)(**one | {"ectopic": np.array([[p.twitch]]), "ectopic_usual": np.array([[p.tetany]])})
    found = nervous(made)
    assert found.twitch[0] == pytest.approx(0.5)
    assert found.tetany[0] == pytest.approx(0.5)


def test_a_fast_fall_of_calcium_is_felt_sooner(session):
    steady = session.moment(iCa=1.0, ectopic_usual=2.0)
    falling = session.moment(iCa=1.2 - 0.2 * session.ramp, ectopic_usual=2.0)
    slow, fast = (nervous(m.nerves, session.minutes, m.seen.calcium.iCa).tetany[0] for m in (steady, falling))
    assert fast > slow
    rising = session.moment(iCa=1.0 + 0.2 * session.ramp, ectopic_usual=2.0)
    assert nervous(rising.nerves, session.minutes, rising.seen.calcium.iCa).tetany[0] == slow


def test_the_fall_in_an_hour_by_hand():
    minutes = np.array([0.0, 30.0, 60.0, 120.0, 180.0])
    iCa = np.array([[1.2], [1.1], [1.0], [0.9], [1.0]])
    assert hourly_fall(minutes, iCa)[:, 0] == pytest.approx([0, 0.1, 0.2, 0.1, 0])


def test_the_highest_of_the_time_counts_and_nothing_after_the_end(session):
    peak = np.where(session.minutes == 120, 5.0, 0.1)
    m = session.moment(people=2, ectopic=peak)
    found = nervous(m.nerves, session.minutes, m.seen.calcium.iCa, np.array([60.0, 240.0]))
    assert found.twitch[0] < 0.05
    assert found.twitch[1] > 0.9


def complaints(session, **now):
    m = session.moment(**now)
    of = symptoms.whole(m, session.minutes, session.patient, 240.0, 8.0)
    return {c.id: c for c in symptoms.excitable(nervous(m.nerves), of)}


@pytest.mark.parametrize(("K", "level"), [(2.8, 1.0), (3.2, 0.0), (5.0, 0.0), (6.4, 0.0), (6.7, 1.0)])
def test_rhythm_is_a_level_and_says_so(session, K, level):
    rhythm = complaints(session, K_p=K)["rhythm"]
    assert rhythm.probability[0] == level
    assert rhythm.warning
    assert "not how likely the heart is to be harmed" in rhythm.says
    assert not any(word in (rhythm.label + rhythm.says).lower() for word in ("arrest", "death", "die"))


def test_weakness_at_both_ends_of_potassium(session):
    usual = complaints(session)["weakness"].probability[0]
    blocked = complaints(session, ready=0.45)["weakness"].probability[0]
    low = complaints(session, K_p=2.1)["weakness"].probability[0]
    assert usual < 0.02
    assert blocked > 0.9
    assert low > 0.9


def test_high_potassium_leaves_few_channels_ready():
    ready = [float(nerves(K=K).node.ready[0, 0]) for K in (4.2, 6.0, 7.0, 7.5)]
    assert np.all(np.diff(ready) < 0)
    assert ready[-1] < Excitable().weak < ready[0]


def test_no_axon_at_all_is_no_warning(session):
    m = session.moment(ectopic=0.0, ectopic_usual=0.0)
    found = nervous(m.nerves)
    assert found.twitch[0] == pytest.approx(0, abs=1e-9)
    assert found.tetany[0] == pytest.approx(0, abs=1e-9)
    assert About().drugs == 0
