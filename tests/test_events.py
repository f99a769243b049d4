"""Events: what each kind brings, how many become rates between switches, and what is refused."""

import csv
import typing
from dataclasses import fields
from importlib.resources import files

import numpy as np
import pytest

from soleus import cohort, events, schedule, session
from soleus.body import body
from soleus.body.body import Patient
from soleus.case.given import KINDS as WARD
from soleus.errors import OutOfRange
from soleus.events import KINDS, Circuit, Event, checked, given, lay
from soleus.parameter import Status, get
from soleus.prescription import Prescription
from soleus.references import references

# mmol/mL by molar mass
SODIUM = {"saline": 0.154, "hypertonic saline": 4.004, "bicarbonate": 1.0, "weak bicarbonate": 0.1666}


def brought(*them, end=600.0, **kwargs):
    """What one patient gets in all, without what is nothing."""
    return {name: x[0] for name, x in given(*lay([them], end, **kwargs)).items() if x[0]}


# The table


def test_every_column_is_something_that_can_be_given():
    with files("soleus").joinpath("events.csv").open(encoding="utf-8") as file:
        columns = csv.DictReader(file).fieldnames
    told = {"kind", "unit", "by", "minutes", "most", "absorbed_min", "source", "status", "meaning"}
    assert set(columns) - told == {field.name for field in fields(body.Infused)}


def test_every_kind_has_a_source_a_status_and_sensible_numbers():
    for name, kind in KINDS.items():
        assert set(kind.source.split()) <= set(references()), name
        assert kind.status in typing.get_args(Status), name
        assert not (kind.status == "seen" and {"GeneralKnowledge", "SoleusChoice"} & set(kind.source.split())), name
        assert kind.by in ("vein", "filter", "mouth"), name
        assert (kind.absorbed_min > 0) <= (kind.by == "mouth"), name
        assert events.SHORTEST <= kind.minutes <= events.LONGEST, name
        assert kind.gives, name
        assert all(x > 0 for x in (kind.most, *kind.gives.values())), name
        assert len(kind.meaning.split()) >= 2, name


def test_the_case_file_knows_every_kind_with_its_limit_and_volume():
    """What the ward writes down is checked without this table, which needs NumPy; the two must say the same."""
    assert {each.event for each in WARD.values()} == set(KINDS)
    for each in WARD.values():
        kind = KINDS[each.event]
        assert each.most == kind.most, each.event
        assert each.mouth == (kind.by == "mouth"), each.event
        liters = sum(kind.gives.get(name, 0) for name in ("water", "red_cells", "gut_water"))
        assert each.litres == pytest.approx(liters), each.event


@pytest.mark.parametrize(("kind", "sodium"), SODIUM.items())
def test_sodium_of_the_salts(kind, sodium):
    assert KINDS[kind].gives["Na"] == pytest.approx(sodium, rel=2e-3)


def test_the_three_solutions_against_cramp_are_equal_in_osmoles():
    """Glucose 50 mL 126, mannitol 100 mL 138, saline 16 mL 126 mOsm [Canzanello1991]."""
    assert brought(Event("glucose", 0, 50))["glucose"] == pytest.approx(126, rel=0.02)
    assert brought(Event("mannitol", 0, 100))["mannitol"] == pytest.approx(138, rel=0.02)
    assert 2 * brought(Event("hypertonic saline", 0, 16))["Na"] == pytest.approx(126, rel=0.02)


def test_an_ampoule_of_calcium():
    """10 mL of 10 %: 2.2-2.3 mmol as gluconate, three times that as chloride."""
    assert 2.2 <= brought(Event("calcium gluconate", 0, 10))["Ca"] <= 2.33
    assert brought(Event("calcium chloride", 0, 10))["Ca"] == pytest.approx(6.8)


def test_a_unit_of_red_cells_is_a_bag():
    """258 mL at a hematocrit of 0.60, and potassium that has leaked out."""
    bag = brought(Event("red cells", 0, 1))
    assert bag["red_cells"] + bag["water"] == pytest.approx(0.258)
    assert bag["red_cells"] / 0.258 == pytest.approx(0.60, abs=0.01)
    assert 3 <= bag["K"] <= 7
    assert 1 <= bag["citrate"] <= 3


def test_salt_and_water_go_through_the_gut_and_the_rest_of_a_meal_does_not():
    assert brought(Event("salt", 0, 1)) == pytest.approx({"gut_Na": 17.11})
    assert brought(Event("drink", 0, 250)) == pytest.approx({"gut_water": 0.25})
    meal = brought(Event("meal", 0, 1))
    assert set(meal) == {"gut_water", "gut_Na", "meals", "K", "phosphate", "glucose"}
    assert meal["meals"] == pytest.approx(1)


def test_the_bath_takes_most_of_the_citrate_that_runs_in_before_the_filter():
    into_vein, before_filter = brought(Event("citrate", 0, 100)), brought(Event("circuit citrate", 0, 100))
    assert before_filter["citrate"] == pytest.approx(0.3 * into_vein["citrate"])
    assert before_filter["Na"] == pytest.approx(0.1 * into_vein["Na"])
    assert before_filter["water"] == into_vein["water"]
    nothing_taken = brought(Event("circuit citrate", 0, 100), circuit=Circuit(citrate=0.0, Na=0.0))
    assert nothing_taken == pytest.approx(into_vein)


# Laid out in time


def test_one_infusion():
    switches, infused = lay([[Event("saline", 60, 200, 10)]], 240)
    assert switches.tolist() == [0, 60, 70, 240]
    assert np.allclose(infused.water[:, 0], [0, 0.02, 0])
    assert np.allclose(infused.Na[:, 0], [0, 3.08, 0])
    assert not np.any(infused.K)


def test_an_infusion_takes_its_usual_time_unless_told():
    usual, _ = lay([[Event("red cells", 30, 1)]], 240)
    assert usual.tolist() == [0, 30, 30 + KINDS["red cells"].minutes, 240]


def test_nothing_given_is_one_stretch_of_nothing():
    switches, infused = lay([[], []], 240)
    assert switches.tolist() == [0, 240]
    assert all(x.shape == (1, 2) and not x.any() for x in vars(infused).values())


def test_events_that_overlap_add_up():
    one, two = Event("saline", 60, 200, 20), Event("bicarbonate", 70, 50, 30)
    switches, infused = lay([[one, two, one]], 240)
    assert switches.tolist() == [0, 60, 70, 80, 100, 240]
    assert np.allclose(infused.Na[:, 0], [0, 3.08, 3.08 + 50 / 30, 50 / 30, 0])


def test_every_patient_has_their_own_on_one_grid():
    switches, infused = lay([[Event("saline", 60, 100, 10)], [], [Event("mannitol", 65, 50, 10)]], 240)
    assert switches.tolist() == [0, 60, 65, 70, 75, 240]
    assert np.allclose(infused.water, [[0, 0, 0], [0.01, 0, 0], [0.01, 0, 0.005], [0, 0, 0.005], [0, 0, 0]])
    assert np.allclose(infused.mannitol[:, 2], [0, 0, 6.85, 6.85, 0])


def test_what_the_gut_absorbs_comes_later_and_longer_than_what_is_swallowed():
    switches, infused = lay([[Event("meal", 30, 1, 20)]], 480)
    assert switches.tolist() == [0, 30, 50, 210, 480]
    assert np.count_nonzero(infused.gut_Na) == np.count_nonzero(infused.meals) == 1
    assert infused.K[1, 0] == infused.K[2, 0] == pytest.approx(16 / 180)


def test_amounts_are_kept_whatever_the_times():
    rng = np.random.default_rng(1)
    kinds = list(KINDS)
    them = [
        [
            Event(kind, rng.uniform(0, 200), KINDS[kind].most * rng.uniform(0.1, 1), rng.uniform(1, 100))
            for kind in rng.choice(kinds, 6)
        ]
        for _ in range(5)
    ]
    total = given(*lay(them, 900.0))
    for who, each in enumerate(them):
        for name, amount in total.items():
            share = {"citrate": 0.3, "Na": 0.1}.get(name, 1.0)
            expected = sum(
                e.amount * KINDS[e.kind].gives.get(name, 0) * (share if e.kind == "circuit citrate" else 1)
                for e in each
            )
            assert amount[who] == pytest.approx(expected, rel=1e-9, abs=1e-12), name


def test_what_runs_on_after_the_end_is_given_in_the_next_part_of_time():
    """A meal begun in the last hour of a session is absorbed in the gap that follows."""
    them = [[Event("meal", 200, 1), Event("saline", 239, 200)]]
    whole = given(*lay(them, 3000.0))
    switches, rest = lay(them, 3000.0, start=240.0)
    assert switches[0] == 0
    assert switches[-1] == 2760
    for name, amount in whole.items():
        in_session = given(*lay(them, 240.0))[name]
        assert in_session + given(switches, rest)[name] == pytest.approx(amount, rel=1e-9)
    assert given(*lay(them, 240.0))["K"][0] == pytest.approx(16 * 40 / 180)


def test_of_thousands_of_patients_alike_events_are_checked_once(monkeypatch):
    seen = []
    monkeypatch.setattr("soleus.events.checked", lambda event: seen.append(event) or checked(event))
    them = [[Event("saline", 60, 200), Event("glucose", 120, 50), Event("meal", 30, 1)]] * 4096
    switches, infused = lay(them, 240)
    assert [event.kind for event in seen] == ["saline", "glucose", "meal"]
    assert infused.Na.shape == (len(switches) - 1, 4096)


# Refused


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (Event("hypertonic saline", 60, 200), r"200 mL.*at most 40 mL.*Did you mean saline"),
        (Event("hypertonic saline", 60, 5000), r"at most 40 mL.*several events"),
        (Event("saline", 60, -100), r"amount of saline is -100 mL.*above 0.*cannot take anything away"),
        (Event("saline", 60, 0), r"amount of saline is 0 mL"),
        (Event("salin", 60, 100), r"kind is 'salin'.*Did you mean saline"),
        (Event("Red cells", 60, 1), r"Did you mean red cells"),
        (Event("aspirin", 60, 100), r"kind is 'aspirin'; events are saline, "),
        (Event("saline", -5, 100), r"minute of saline is -5 min.*session"),
        (Event("saline", 60, 100, 0), r"minutes of saline is 0 min; one event lasts 1 to 1440 min"),
        (Event("saline", 60, 100, 5000), r"minutes of saline is 5000 min"),
        (Event("saline", float("nan"), 100), r"minute of saline is nan, not a number"),
        (Event("saline", 60, float("inf")), r"amount of saline is inf, not a number.*in mL"),
        (Event("saline", 60, "200"), r"amount of saline is '200', not a number"),
        (Event("saline", 60, True), r"amount of saline is True, not a number"),
        (Event("red cells", 60, 300), r"300 unit.*at most 4 unit"),
    ],
)
def test_what_no_clinic_has_is_refused_with_rule_and_remedy(event, says):
    with pytest.raises(OutOfRange, match=says):
        checked(event)
    with pytest.raises(OutOfRange, match=says):
        lay([[], [event]], 240)


def test_an_event_after_the_end_is_not_lost_in_silence():
    with pytest.raises(OutOfRange, match="minute of saline is 400 min; this part of time ends at 240 min"):
        lay([[Event("saline", 400, 100)]], 240)


def test_a_checked_event_knows_how_long_it_takes():
    assert checked(Event("mannitol", 60, 100)) == Event("mannitol", 60, 100, 15)
    assert checked(Event("mannitol", 60, 100, 30)).minutes == 30


# What they do to a person on dialysis

DOSES = {
    "saline": 500,
    "hypertonic saline": 20,
    "glucose": 50,
    "mannitol": 100,
    "bicarbonate": 100,
    "calcium gluconate": 20,
    "red cells": 2,
    "albumin": 200,
    "citrate": 60,
    "potassium": 40,
    "phosphate": 30,
    "salt": 8,
    "drink": 500,
    "meal": 1,
}


@pytest.fixture(scope="module")
def treated():
    """One person many times, each time with one event at minute 60, and last without any."""
    them = [[Event(kind, 60, amount)] for kind, amount in DOSES.items()] + [[]]
    orders = [Prescription(uf=2.4)] * len(them)
    person = schedule.arrive(
        cohort.alike(Patient(), len(them)), orders, 44.0, post_weight=np.full(len(them), Patient().fluid.dry_weight)
    )
    switches, infused = lay(them, 240.0)
    course = session.simulate(person.patient, person.start, orders, infusion=infused, switches=switches)
    return course.minutes, course.moments(person.patient), given(switches, infused)


def change(treated, kind, name, minute):
    """How much a reading differs from that of the session without events."""
    minutes, moment, _ = treated
    reading = np.broadcast_to(get(moment, name), (len(minutes), len(DOSES) + 1))
    who = list(DOSES).index(kind)
    return float(np.interp(minute, minutes, reading[:, who] - reading[:, -1]))


@pytest.mark.parametrize(
    ("kind", "name", "minute", "low", "high"),
    [
        ("saline", "seen.circulation.SBP", 72, 3, 30),
        ("saline", "seen.blood.BV", 72, 0.2, 0.5),
        ("hypertonic saline", "seen.sodium.Na_p", 70, 2, 8),
        ("hypertonic saline", "state.fluid.V_ic", 90, -0.4, -0.05),
        ("glucose", "seen.glucose.g", 66, 3, 10),
        ("glucose", "seen.glucose.g", 180, -1, 0.5),
        ("glucose", "seen.potassium.K_p", 120, -0.3, -0.01),
        ("mannitol", "state.fluid.V_ic", 90, -0.4, -0.05),
        ("mannitol", "seen.sodium.Na_p", 76, -4, -0.5),
        ("bicarbonate", "seen.acid_base.pH", 90, 0.02, 0.12),
        ("bicarbonate", "seen.acid_base.hco3", 90, 2, 6),
        ("bicarbonate", "seen.calcium.iCa", 90, -0.1, -0.01),
        ("bicarbonate", "seen.potassium.K_p", 90, -0.4, -0.03),
        ("calcium gluconate", "seen.calcium.iCa", 71, 0.08, 0.35),
        ("calcium gluconate", "seen.calcium.iCa", 240, 0.0, 0.06),
        ("red cells", "seen.blood.hct", 240, 0.03, 0.07),
        ("red cells", "seen.potassium.K_p", 180, 0.03, 0.5),
        ("albumin", "seen.protein.c_pl", 120, 2, 10),
        ("albumin", "seen.blood.BV", 120, 0.15, 0.6),
        ("citrate", "seen.calcium.iCa", 240, -0.2, -0.03),
        ("citrate", "seen.acid_base.hco3", 240, 0.5, 4),
        ("potassium", "seen.potassium.K_p", 180, 0.2, 1.2),
        ("phosphate", "seen.phosphate.c_p", 180, 0.1, 0.8),
        ("salt", "seen.sodium.Na_p", 120, 1, 5),
        ("drink", "seen.sodium.Na_p", 120, -3, -0.5),
        ("meal", "seen.circulation.SBP", 80, -12, -1),
        ("meal", "seen.glucose.g", 120, 0.3, 4),
        ("meal", "seen.potassium.K_p", 180, 0.05, 0.6),
    ],
)
def test_what_an_event_changes(treated, kind, name, minute, low, high):
    """Signs and sizes that a nephrologist expects, against the same session without it."""
    assert low < change(treated, kind, name, minute) < high


def test_what_was_given_is_on_the_scale_and_in_the_stores(treated):
    """Water: all of it is still there. Sodium: less what the machine has taken more than without the event."""
    _, moment, amounts = treated
    weight = moment.seen.weight[-1] - moment.seen.weight[-1, -1]
    swallowed = amounts["water"] + amounts["gut_water"]
    with_cells = list(DOSES).index("red cells")
    others = np.arange(len(DOSES)) != with_cells
    assert np.allclose(weight[:-1][others], swallowed[:-1][others], atol=1e-9)
    taken = moment.tally.Na_convective[-1] + moment.tally.Na_diffusive[-1]
    held = moment.state.sodium.n[-1] + moment.state.gut.n[-1]
    came = amounts["Na"] + amounts["gut_Na"] - (taken - taken[-1])
    assert np.allclose(held - held[-1], came, rtol=1e-9, atol=1e-7)
