"""Artefacts, gaps, late and repeated readings: what is believed, and what is only asked for again."""

import numpy as np
import pytest

from soleus.live import going, reading


def cuff(minute, systolic, diastolic=None, **more):
    return reading({"minute": minute, "systolic_mmhg": systolic, "diastolic_mmhg": diastolic, **more})


@pytest.fixture
def begun(who, twin):
    """A session with two readings as usual."""
    now = going.begin(who, twin.prescription[0])
    for minute, S, D in ((0, 146, 79), (30, 142, 77)):
        now, heard = going.take(now, cuff(minute, S, D))
        assert heard.used == ("systolic_mmhg", "diastolic_mmhg")
    return now


def known(now):
    return now.listening.belief.mean


@pytest.mark.parametrize("wild", [(66, 38), (228, 120)])
def test_one_wild_reading_changes_nothing_but_asks_for_another(begun, wild):
    before = known(begun)
    now, heard = going.take(begun, cuff(60, *wild))
    assert not heard.used
    assert "Repeat the pressure" in heard.ask
    np.testing.assert_allclose(known(now)[:, :-7], before[:, :-7])
    now, heard = going.take(now, cuff(62, 139, 76))
    assert "systolic_mmhg" in heard.used
    assert "is not believed" in heard.notes[0]
    plain, _ = going.take(begun, cuff(62, 139, 76))
    np.testing.assert_allclose(known(now), known(plain), atol=1e-9)  # as if it had not been


def test_a_fall_that_the_next_reading_confirms_is_believed_at_once(begun):
    now, _ = going.take(begun, cuff(60, 92, 52))
    now, heard = going.take(now, cuff(62, 90, 51))
    assert "systolic_mmhg" in heard.used
    assert "is confirmed" in heard.notes[0]
    level = now.listening.belief
    from soleus.live import belief

    assert abs(belief.expect(level, "systolic_mmhg", now.shown, 62.0).mean - 91) < 5


def test_a_low_reading_is_believed_at_once_where_the_patient_feels_it(begun):
    now, _ = going.take(begun, reading({"minute": 59, "event": "dizziness"}))
    now, heard = going.take(now, cuff(60, 92, 52))
    assert "systolic_mmhg" in heard.used
    assert not heard.ask


def test_what_contradicts_itself_never_counts(begun):
    now, heard = going.take(begun, cuff(60, 120, 116))
    assert not heard.used
    assert "contradicts itself" in heard.notes[0]
    assert heard.ask


def test_a_value_that_the_display_only_shows_again_counts_once(begun):
    now, heard = going.take(begun, cuff(40, 142, 77))
    assert not heard.used
    assert "shown again" in heard.notes[0]
    later, heard = going.take(now, cuff(60, 142, 77))  # half an hour on it is a reading of its own
    assert heard.used


def test_the_same_line_twice_counts_once(begun):
    once, _ = going.take(begun, cuff(60, 138, 75))
    twice, heard = going.take(once, cuff(60, 138, 75))
    assert "came before" in heard.notes[0]
    np.testing.assert_array_equal(known(once), known(twice))


def test_order_of_arrival_does_not_matter(begun):
    lines = [cuff(60, 138, 75), cuff(90, 131, 72), reading({"minute": 75, "rbv_pct": -5.0}), cuff(120, 127, 70)]
    right = wrong = begun
    for line in sorted(lines, key=lambda r: r.minute):
        right, _ = going.take(right, line)
    notes = []
    for line in (lines[3], lines[0], lines[2], lines[1]):
        wrong, heard = going.take(wrong, line)
        notes += heard.notes
    assert sum("came late" in note for note in notes) == 3
    np.testing.assert_allclose(known(wrong), known(right), atol=1e-9)
    assert wrong.minute == right.minute == 120


def test_an_event_that_is_told_late_is_put_where_it_belongs(begun):
    stop, line = reading({"minute": 60, "event": "uf stopped"}), cuff(90, 136, 75)
    right = going.take(going.take(begun, stop)[0], line)[0]
    late = going.take(going.take(begun, line)[0], stop)[0]
    np.testing.assert_allclose(late.shown.at("uf", 200.0), right.shown.at("uf", 200.0), atol=1e-6)
    first = reading({"minute": 45, "event": "saline", "amount": 200})
    both = going.take(right, first)[0]
    assert [turn.minute for turn in both.turns] == [45, 60]


@pytest.mark.parametrize("minute", [-200, 2000])
def test_a_time_that_cannot_be_is_left_out(begun, minute):
    now, heard = going.take(begun, cuff(minute, 120, 70))
    assert "this session runs from 0" in heard.notes[0]
    assert now is begun


def test_a_long_gap_is_bridged(begun):
    now, heard = going.take(begun, cuff(200, 118, 68))
    assert "systolic_mmhg" in heard.used
    assert np.all(np.isfinite(known(now)))
