"""Few words: one reason, one action, not twice, further when it did not help, first aid when it is there."""

import pytest

from soleus.live import Monitor
from soleus.live.vigilance import VIGILANCE


def watch(monitor, lines):
    """The alerts of some lines, by minute."""
    found = {}
    for line in lines:
        update = monitor.read(line)
        if update.alert:
            found[update.minute] = update.alert
    return found


def cuffs(*pairs):
    return [{"minute": m, "systolic_mmhg": s, "diastolic_mmhg": round(0.55 * s)} for m, s in pairs]


FALLING = cuffs((0, 140), (30, 131), (60, 121), (75, 113), (90, 107), (100, 102), (110, 98))


def test_a_steady_session_hears_no_word_about_pressure(monitor):
    steady = cuffs(*((m, 140 - 0.04 * m) for m in range(0, 240, 20)))
    assert not [a for a in watch(monitor, steady).values() if a.about == "hypotension"]


def test_a_falling_pressure_is_warned_of_once_with_a_reason_and_an_action(monitor):
    found = [a for a in watch(monitor, FALLING).values() if a.about == "hypotension"]
    assert len(found) == 1
    one = found[0]
    assert one.level == "early"
    assert one.chance >= VIGILANCE.hypotension
    assert one.reason.id in ("fluid", "warmth")
    assert one.step.id in ("lower_uf", "cool")
    assert one.after is not None
    assert one.after <= one.chance
    assert one.text.count(". ") == 1  # what and why, then what to do


def test_what_was_done_is_remembered_and_given_its_time(twin):
    monitor = Monitor(twin)
    first = next(a for a in watch(monitor, FALLING).values() if a.about == "hypotension")
    rate = monitor.going.order.uf / monitor.going.order.time * 60
    monitor.read({"minute": 111, "event": "uf rate", "amount": round(0.5 * rate, 2)})
    monitor.read({"minute": 111, "event": "bath temperature", "amount": 35.5})
    soon = watch(monitor, cuffs((116, 97), (126, 96)))
    assert not [a for a in soon.values() if a.level == "early" and a.about == "hypotension"]
    later = watch(monitor, cuffs((146, 95), (150, 95)))
    again = [a for a in later.values() if a.about == "hypotension"]
    assert [a.step.id for a in again][:1] != [first.step.id]


def test_a_pressure_that_is_low_now_gets_first_aid_and_then_the_next_step(twin):
    monitor = Monitor(twin)
    watch(monitor, FALLING)
    low = watch(monitor, cuffs((120, 80), (122, 78)))
    one = next(iter(low.values()))
    assert one.level == "now"
    assert one.aid is not None
    assert "STOP ULTRAFILTRATION" in one.step.say
    monitor.read({"minute": 123, "event": "uf stopped"})
    monitor.read({"minute": 124, "event": "legs raised"})
    assert not watch(monitor, cuffs((126, 79)))  # the wait
    further = watch(monitor, cuffs((140, 76)))
    assert further[140].step.id not in ("ultrafiltration", "lay")


def test_a_severe_cramp_gets_first_aid_at_once_up_to_ending_the_treatment(twin):
    monitor = Monitor(twin)
    watch(monitor, cuffs((0, 140), (30, 138), (60, 136)))
    first = monitor.read({"minute": 80, "event": "cramp", "severity": 8, "where": "left calf"}).alert
    assert (first.level, first.about, first.chance) == ("urgent", "cramp", 1.0)
    assert first.aid.steps[0].id == "ultrafiltration"
    assert "left calf" in first.text
    monitor.read({"minute": 81, "event": "uf stopped"})
    monitor.read({"minute": 82, "event": "stretched"})
    still = monitor.read({"minute": 95, "event": "cramp", "severity": 8, "where": "left calf"}).alert
    assert still.level == "urgent"
    assert still.aid.ends
    assert "CALL THE DOCTOR" in still.step.say
    assert any("END THE TREATMENT" in step.do for step in still.aid.steps)


def test_the_same_cramp_told_twice_within_minutes_is_one_word(twin):
    monitor = Monitor(twin)
    lines = [{"minute": m, "event": "cramp", "severity": 4} for m in (80, 81, 82)]
    assert len(watch(monitor, lines)) == 1


@pytest.mark.parametrize("complaint", ["chest pain", "fainting", "seizure"])
def test_danger_ends_the_treatment(monitor, complaint):
    one = monitor.read({"minute": 50, "event": complaint}).alert
    assert one.level == "urgent"
    assert "CALL THE DOCTOR NOW" in one.step.say
    assert one.aid.ends


def test_early_words_are_few_however_much_pressure_swings(twin):
    monitor = Monitor(twin)
    swinging = cuffs(*((m, 100 + (28 if (m // 8) % 2 else 0)) for m in range(0, 236, 4)))
    found = watch(monitor, swinging)
    assert sum(a.level == "early" for a in found.values()) <= VIGILANCE.most


def test_mannitol_is_left_to_rescue_and_forbidden_agents_have_no_dose(twin):
    monitor = Monitor(twin)
    one = monitor.read({"minute": 80, "event": "cramp", "severity": 8}).alert
    assert {c.agent.id for c in one.aid.may} == {"saline", "glucose", "strong saline"}


def test_after_the_end_no_hour_is_foretold(monitor):
    watch(monitor, FALLING)
    monitor.read({"minute": 112, "event": "treatment stopped"})
    update = monitor.read({"minute": 125, "systolic_mmhg": 96, "diastolic_mmhg": 54})
    assert update.forecast.cramp.middle[-1] == 0.0
    assert update.alert is None
