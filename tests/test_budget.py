"""The budget of a day: what it allows, what it never does, when it is silent, and that it answers at once."""

import json
import subprocess
import sys
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soleus import case
from soleus.body.body import Patient
from soleus.budget import AMOUNTS, budget, page, water
from soleus.cli import main
from soleus.errors import BadRecord
from soleus.limits import LIMITS
from soleus.paper import show

MONDAY = date(2026, 3, 2)
TUESDAY = MONDAY + timedelta(days=1)


def at(day, hour):
    return datetime.combine(day, datetime.min.time()) + timedelta(hours=hour)


def told(gain=3.0, weeks=2, target=70.0, hours=4.0, urine=0.0, diary=(), start="08:00", last=MONDAY, **patient):
    """A person treated on Mondays, Wednesdays and Fridays, who comes with the same gain each time."""
    days = [last - timedelta(days=d) for d in range(7 * weeks) if (last - timedelta(days=d)).weekday() in (0, 2, 4)]
    sessions = [
        {"date": str(day), "start": start, "pre_weight_kg": target + gain, "post_weight_kg": target, "uf_l": gain}
        for day in sorted(days)
    ]
    who = {"sex": "F", "age_y": 60.0, "target_weight_kg": target, "residual_urine_ml_day": urine, **patient}
    who = {name: value for name, value in who.items() if value is not None}
    return case.read({"patient": who, "schedule": {"per_week": 3.0}, "prescription": {"hours": hours},
                      "sessions": sessions, "diary": list(diary)})  # fmt: skip


# What it is reckoned with


def test_the_water_of_a_day_is_that_of_the_twin():
    p = Patient()
    assert AMOUNTS.food == pytest.approx(1440 * p.gut.food_water, rel=0.01)
    assert AMOUNTS.insensible == pytest.approx(1440 * p.fluid.insensible, rel=0.01)
    assert AMOUNTS.urine_salt == pytest.approx(p.kidney.c_Na / 17.11, rel=0.01)


def test_what_is_drunk_is_what_is_gained():
    here = told(gain=2.4, urine=300.0)
    lost = water.losses(here, 70.0)
    start, end = at(MONDAY, 12.0), at(MONDAY + timedelta(days=2), 8.0)
    drinks = water.drunk(start, end, 2.4, lost)
    assert water.gained(start, end, drinks, lost) == pytest.approx(2.4)
    assert water.waking(start, end) == 11 + 16 + 1


def test_limits_are_those_of_the_levers():
    b = budget(told(), TUESDAY)
    by = {bound.id: bound.kg for bound in b.plan.bounds}
    assert by["gain"] == pytest.approx(70.0 * (1 + LIMITS.gain))
    assert by["uf_rate"] == pytest.approx(70.0 + LIMITS.ufr * 70.0 * 4 / 1000)
    assert b.plan.comfortable_kg == min(by.values())


def test_a_short_session_leaves_less_to_drink():
    short, long = (budget(told(hours=h, urine=400.0, gain=4.0), TUESDAY) for h in (3.0, 4.5))
    assert short.plan.comfortable_kg < long.plan.comfortable_kg
    assert short.days[0].drink_l < long.days[0].drink_l


def test_nobody_is_told_to_drink_more_than_usual():
    b = budget(told(gain=1.8), TUESDAY)
    assert b.plan.why == "usual" and b.plan.weight_kg == b.plan.usual_kg < b.plan.comfortable_kg
    assert any("no need to drink more" in note for note in b.notes)
    light = budget(told(gain=1.8), TUESDAY, 69.0)
    assert light.days[0].drink_l <= AMOUNTS.catch_up * light.habit.total + 1e-9
    assert light.plan.weight_kg == b.plan.weight_kg


def test_urine_is_added():
    with_urine, without = (budget(told(gain=2.5, urine=urine), TUESDAY) for urine in (900.0, 0.0))
    assert with_urine.floor_l == pytest.approx(without.floor_l + 0.9)
    assert with_urine.days[0].drink_l == pytest.approx(without.days[0].drink_l + 0.9, abs=0.5)


def test_weighing_anchors_anew():
    here = told(gain=3.5, urine=300.0)
    wednesday = TUESDAY + timedelta(days=1)
    heavy, light = (budget(here, TUESDAY, kg) for kg in (71.8, 71.2))
    assert heavy.days[0].drink_l < light.days[0].drink_l
    assert heavy.plan.weight_kg == light.plan.weight_kg
    assert heavy.now_kg == 71.8 and heavy.anchor.home
    assert budget(here, TUESDAY).now_kg == pytest.approx(71.0, abs=0.2)
    assert budget(here, wednesday, 71.0).next.at.date() == wednesday


def test_the_scale_at_home_is_compared_with_the_units():
    """At home 1.4 kg more on every morning of a session: allowed for, and said."""
    days = [MONDAY - timedelta(days=d) for d in (14, 12, 10, 7, 5, 3)]
    diary = [{"date": str(day), "weight_kg": 74.4} for day in days]
    here = told(gain=3.0, weeks=3, diary=diary, urine=500.0)
    b = budget(here, TUESDAY, 72.2)
    assert b.anchor.kg == pytest.approx(72.2 - 1.25, abs=0.2)
    assert any("scale at home" in note for note in b.notes)
    assert b.anchor.shown_kg == 72.2


def test_unlogged_fluid_is_told_without_blame():
    """Half a liter on whole days, as much less on days of treatment as they are shorter: 12 of 16 waking hours."""
    days = [MONDAY - timedelta(days=d) for d in range(8)]
    diary = [{"date": str(d), "drinks_l": 0.375 if d.weekday() in (0, 2, 4) else 0.5} for d in days]
    b = budget(told(gain=3.0, diary=diary), TUESDAY, 71.6)
    assert b.habit.logged == pytest.approx(0.5)
    assert b.habit.unnoticed == pytest.approx(b.habit.total - 0.5)
    after = 0.375 * 11 / 12  # of the waking hours off dialysis on Monday, those after noon
    assert b.since.logged_l == pytest.approx(after)
    assert b.since.unnoticed_l == pytest.approx(1.6 + b.since.lost_l - after)
    text = printed(b)
    assert "it is not a fault" in text and "unnoticed" in text
    assert not any(word in text.lower() for word in ("must not", "you failed", "non-compliant", "too much again"))


def test_without_logs_two_fifths_are_taken_to_be_noticed():
    b = budget(told(gain=3.0), TUESDAY)
    assert b.habit.unnoticed == pytest.approx(0.6 * b.habit.total)
    assert "diary.drinks_l" in {m.field for m in b.missing}


def test_eight_grams_of_salt_bring_a_liter():
    b = budget(told(gain=3.0), TUESDAY)
    day = b.habit.total + water.losses(told(), 70.0).food - water.losses(told(), 70.0).insensible
    assert b.salt.eaten == pytest.approx(8 * day)
    assert b.salt.advised <= b.salt.told <= AMOUNTS.salt_step * b.salt.eaten + 1e-9
    assert budget(told(gain=0.8), TUESDAY).salt.told == budget(told(gain=0.8), TUESDAY).salt.eaten < 5


def test_more_salt_than_guidelines_allow_is_never_told_alone():
    much, little = budget(told(gain=3.0), TUESDAY), budget(told(gain=0.8), TUESDAY)
    assert much.days[0].salt_g > much.salt.advised and "a step towards the 5 g" in page.answer(much)
    assert "a step towards" not in page.answer(little)


@pytest.mark.parametrize(("days_ago", "tells"), [
    ((2, 0), False),  # two days of what may be three
    ((9, 0), False),  # written down when something happened
    ((7, 5, 0), True),
    ((14, 12, 9, 7, 5, 0), True),  # one of six was missed
])  # fmt: skip
def test_a_file_without_a_schedule_tells_the_days_of_a_whole_week_only(days_ago, tells):
    last = date(2026, 3, 4)
    days = [str(last - timedelta(days=d)) for d in days_ago]
    sessions = [{"date": day, "pre_weight_kg": 72.5, "post_weight_kg": 70.0, "uf_l": 2.5} for day in days]
    who = {"sex": "F", "age_y": 60.0, "target_weight_kg": 70.0}
    here = case.read({"patient": who, "prescription": {"hours": 4.0}, "sessions": sessions})
    if tells:
        assert budget(here, last + timedelta(days=1)).next.at.date() > last + timedelta(days=1)
    else:
        with pytest.raises(BadRecord, match="schedule.weekdays"):
            budget(here, last + timedelta(days=1))


# What it never does


@settings(max_examples=150)
@given(
    gain=st.floats(0.2, 6.0), target=st.floats(40.0, 130.0), urine=st.floats(0.0, 2500.0), hours=st.floats(2.0, 8.0),
    off=st.floats(-3.0, 6.0), days=st.integers(0, 3), start=st.sampled_from(["06:00", "08:00", "13:30", "18:00"]),
)  # fmt: skip
def test_never_below_urine_and_half_a_liter(gain, target, urine, hours, off, days, start):
    here = told(gain=gain, target=target, urine=urine, hours=hours, start=start)
    try:
        b = budget(here, MONDAY + timedelta(days=days), target + off)
    except BadRecord as error:
        assert "Weigh again" in str(error) or "a day of treatment" in str(error)
        return
    floor = urine / 1000 + 0.5
    for day in b.days:
        assert day.drink_l >= floor * day.share - 1e-9
        assert day.count_l >= AMOUNTS.logged * floor * day.share - 1e-9
        assert day.count_l + day.unnoticed_l == pytest.approx(day.drink_l)
        least = max(floor, AMOUNTS.logged * floor + b.habit.unnoticed)
        assert day.drink_l <= max(AMOUNTS.catch_up * b.habit.total, least) * day.share + 1e-9
        assert day.salt_g >= min(b.salt.eaten, b.salt.advised) - 1e-9
    assert b.plan.arrival[1] <= b.plan.arrival[0] <= b.plan.arrival[2]
    json.dumps(page.as_json(b), allow_nan=False)


SILENT = [
    {"unwell": ["fever"]}, {"unwell": ["vomiting"]}, {"unwell": ["diarrhea"]}, {"unwell": ["heat"]},
    {"body_temperature_c": 38.4}, {"air_temperature_c": 35.0},
]  # fmt: skip


@pytest.mark.parametrize("line", SILENT, ids=str)
def test_suspended_with_a_word_to_call(line):
    b = budget(told(diary=[{"date": str(TUESDAY), **line}]), TUESDAY)
    assert b.suspended
    assert b.days[0].drink_l is None
    assert "call your dialysis team" in page.answer(b)
    assert "by thirst" in printed(b)
    assert page.as_json(b)["days"][0]["drink_l"] is None


def test_it_comes_back_when_the_next_day_is_well():
    sick = {"date": str(TUESDAY), "unwell": ["vomiting"]}
    well = {"date": str(TUESDAY + timedelta(days=1)), "drinks_l": 0.3}
    assert budget(told(diary=[sick]), TUESDAY + timedelta(days=1)).suspended
    assert not budget(told(diary=[sick, well]), TUESDAY + timedelta(days=1)).suspended


def test_vomiting_at_the_unit_suspends_too():
    here = told()
    last = here.sessions[-1].model_copy(update={"symptoms": [case.Symptom(minute=200.0, what="vomiting")]})
    here = here.model_copy(update={"sessions": [*here.sessions[:-1], last]})
    assert budget(here, TUESDAY).suspended == ("vomiting",)


def test_a_warm_day_gives_more():
    mild = {"date": str(TUESDAY), "air_temperature_c": 30.0}
    warm, usual = budget(told(diary=[mild]), TUESDAY), budget(told(), TUESDAY)
    assert warm.days[0].drink_l == pytest.approx(usual.days[0].drink_l + 0.25 * water.losses(told(), 70.0).insensible)
    assert not warm.suspended


@pytest.mark.parametrize("sign", ["breathless", "swollen legs"])
def test_what_is_urgent_comes_first(sign):
    text = printed(budget(told(diary=[{"date": str(TUESDAY), "unwell": [sign]}]), TUESDAY))
    assert "Call the dialysis team now" in text.split("The week")[0]


def test_breath_comes_before_thirst():
    line = {"date": str(TUESDAY), "unwell": ["breathless", "diarrhea"]}
    b = budget(told(diary=[line]), TUESDAY)
    assert "Drink when you are thirsty" not in page.answer(b) and "before you drink more" in page.answer(b)
    assert not b.notes


def test_after_todays_session_nothing_is_taken_off_for_the_morning():
    diary = [{"date": str(MONDAY), "drinks_l": 0.6}]
    assert "written down already" not in page.answer(budget(told(diary=diary), MONDAY))
    assert "written down already" in page.answer(budget(told(diary=[{"date": str(TUESDAY), "drinks_l": 0.2}]), TUESDAY))


def test_far_above_the_target_is_urgent():
    here, wednesday = told(gain=5.5), TUESDAY + timedelta(days=1)
    assert any("above the target weight" in why for why in budget(here, wednesday, 75.2).urgent)


# Days


def test_a_week_has_its_sessions():
    b = budget(told(), TUESDAY)
    assert [day.date for day in b.days] == [TUESDAY + timedelta(days=i) for i in range(7)]
    assert [day.date.weekday() for day in b.days if day.session] == [2, 4, 0]
    assert [day.later for day in b.days] == [False, False, True, True, True, True, True]


def test_the_day_of_the_next_session_by_schedule_by_word_and_by_guess():
    few = told().model_copy(update={"sessions": told().sessions[-1:]})
    assert not budget(few, TUESDAY).next.sure
    assert "schedule.weekdays" in {m.field for m in budget(few, TUESDAY).missing}
    assert budget(few, TUESDAY, None, TUESDAY + timedelta(days=2)).next.at.date() == TUESDAY + timedelta(days=2)
    written = few.model_copy(update={"schedule": case.Schedule(per_week=3.0, weekdays=["Mon", "Thu", "Sat"])})
    assert budget(written, TUESDAY).next.at.date() == MONDAY + timedelta(days=3)
    with pytest.raises(BadRecord, match="next is 2026-04-02"):
        budget(few, TUESDAY, None, date(2026, 4, 2))


def test_a_session_that_is_missing_is_asked_for():
    """Friday, and the file ends on Monday."""
    friday = MONDAY + timedelta(days=4)
    with pytest.raises(BadRecord, match="2026-03-04, a day of treatment"):
        budget(told(), friday)
    b = budget(told(), friday, 72.0)
    assert any("If it was missed, call the team" in note for note in b.notes)


def test_later_lines_of_the_file_are_not_used():
    here = told(last=MONDAY + timedelta(days=7))
    assert budget(here, TUESDAY).plan == budget(told(weeks=1), TUESDAY).plan


# Who gets none


def test_who_is_not_on_dialysis_gets_a_word():
    home = case.read({"patient": {"sex": "F", "age_y": 60.0, "weight_kg": 60.0, "gfr_ml_min": 12.0},
                      "schedule": {"per_week": 0.0}})  # fmt: skip
    with pytest.raises(BadRecord, match="for people on dialysis"):
        budget(home, TUESDAY)


def test_no_weight_and_an_old_weight_are_refused():
    none = told().model_copy(update={"sessions": []})
    none = none.model_copy(update={"schedule": case.Schedule(per_week=3.0, weekdays=["Mon", "Wed", "Fri"])})
    with pytest.raises(BadRecord, match="no weight up to today"):
        budget(none, TUESDAY)
    assert budget(none, TUESDAY, 71.0).habit.total is None
    few = told().model_copy(update={"sessions": told().sessions[-1:]})
    with pytest.raises(BadRecord, match="10 days ago"):
        budget(few, MONDAY + timedelta(days=10))


@pytest.mark.parametrize(("kg", "says"), [(160.0, "pounds"), (80.0, "Weigh again"), (64.0, "Weigh again"),
                                          (20.0, "25 to 300"), (110.0, "out of date")])  # fmt: skip
def test_weights_that_contradict_are_refused(kg, says):
    with pytest.raises(BadRecord, match=says):
        budget(told(), TUESDAY, kg)


def test_without_a_target_the_last_weight_stands_in():
    here = told(gain=2.5, target_weight_kg=None, target_weight_unknown_reason="new here")
    b = budget(here, TUESDAY)
    assert b.plan.base_kg == 70.0 and "for want of a target" in b.plan.base
    assert "patient.target_weight_kg" in {m.field for m in b.missing}


def test_who_weighs_and_writes_nothing_gets_a_wider_answer():
    known, unknown = (
        budget(told(), TUESDAY),
        budget(told().model_copy(update={"sessions": told().sessions[-1:]}), TUESDAY),
    )
    width = [b.plan.arrival[2] - b.plan.arrival[1] for b in (known, unknown)]
    assert width[1] > width[0]


# Page, command, case file


def printed(b):
    import io

    from rich.console import Console

    out = io.StringIO()
    show(Console(file=out, width=80), page.page(b, "somebody"))
    return out.getvalue()


GLASSES = {
    0.0: "0 glasses",
    0.15: "3/4 glass",
    0.2: "1 glass",
    0.25: "1 1/4 glasses",
    0.5: "2 1/2 glasses",
    1: "5 glasses",
}


@pytest.mark.parametrize(("liters", "said"), GLASSES.items())
def test_glasses(liters, said):
    assert page.glasses(liters) == said


def test_the_command_answers_in_text_and_json(root, capsys):
    calf = str(root / "examples" / "calf-cramps.yaml")
    assert main(["budget", calf, "--today", "2026-02-10", "--weight", "63.0", "-q"]) == 0
    text = capsys.readouterr().out
    assert "comes unnoticed, so pour" in text and "not a medical device" in text.replace("\n", " ")
    assert max(len(line) for line in text.splitlines()) <= 96
    assert main(["budget", calf, "--today", "2026-02-10", "--json", "-q"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["days"]) == 7 and found["next_session"]["date"] == "2026-02-11"


@pytest.mark.parametrize(("code", "tokens", "said"), [
    (2, ["--today", "10/02/2026"], "day and month"), (3, ["--today", "2026-02-10", "--weight", "139"], "pounds"),
    (3, ["--today", "2026-03-20"], "calf-cramps.yaml"), (2, ["--today", "tomorrow"], "year-month-day"),
])  # fmt: skip
def test_the_command_says_no(code, tokens, said, root, capsys):
    assert main(["budget", str(root / "examples" / "calf-cramps.yaml"), "-q", *tokens]) == code
    assert said in capsys.readouterr().err


def test_it_loads_no_jax(root):
    code = (
        "import sys; sys.argv=['soleus','budget',sys.argv[1],'--today','2026-02-10','-q',*sys.argv[2:]]\n"
        "from soleus.cli import main\nassert main() == 0\n"
        "print('loaded:', *({'jax','numpy','scipy','matplotlib'} & set(sys.modules)))"
    )
    for more in ([], ["--json"]):
        run = [sys.executable, "-c", code, str(root / "examples" / "calf-cramps.yaml"), *more]
        out = subprocess.run(run, capture_output=True, text=True, check=True).stdout
        assert out.split("loaded:")[1].split() == []


@pytest.mark.parametrize(("change", "said"), [
    ({"diary": [{"date": "2026-03-02", "weight_kg": 155.0}]}, "pounds"),
    ({"diary": [{"date": "2026-03-02", "body_temperature_c": 100.4}]}, "Fahrenheit"),
    ({"diary": [{"date": "2026-03-02", "unwell": ["feever"]}]}, "Did you mean fever"),
    ({"schedule": {"per_week": 3.0, "weekdays": ["Mon", "Wed"]}}, "per_week is 3"),
    ({"schedule": {"weekdays": ["Mon", "Mon"]}}, "twice"),
])  # fmt: skip
def test_the_case_file_refuses(change, said):
    plain = {"patient": {"sex": "F", "age_y": 60.0, "target_weight_kg": 70.0}}
    with pytest.raises(BadRecord, match=said):
        case.read(plain | change)
