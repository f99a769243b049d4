"""What the tests of the letter share: small explanations, made once, and advice made up for these tests alone."""

import copy
from pathlib import Path

import pytest
import yaml

from soleus import case, causes, fit, home
from soleus.advice.option import Advice, Change, Effect, Effects, Limit, Option, Point
from soleus.causes.answer import Interval
from soleus.causes.home import explain_home

FEW = {"people": 64, "kept": 6}
ROOT = Path(__file__).parent.parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


def answer(told):
    """The explanation of a case, by few people."""
    return causes.explain(fit.fit(told, **FEW)) if told.on_dialysis else explain_home(home.fit(told, **FEW))


@pytest.fixture(scope="session")
def explained():
    """The explanation of an example, made once."""
    made = {}

    def get(name):
        if name not in made:
            made[name] = answer(case.load(ROOT / "examples" / f"{name}.yaml"))
        return made[name]

    return get


@pytest.fixture(scope="session")
def told():
    """An explanation whose case file says something else: nothing is computed again, only the words are others."""

    def change(e, **patient):
        lines = e.twin.case.model_dump()
        for name, value in patient.items():
            place = lines if name in lines else lines["patient"]
            place[name] = copy.deepcopy(value)
        return e._replace(twin=e.twin._replace(case=case.read(lines)))

    return change


@pytest.fixture(scope="session")
def bare():
    """A session of which next to nothing is known."""
    text = yaml.safe_dump(
        {
            "patient": {"sex": "F", "age_y": 70, "target_weight_kg": 60.0},
            "prescription": {"hours": 3},
            "sessions": [{"date": "2026-01-05", "pre_weight_kg": 61.0, "uf_l": 1.0}],
        }
    )
    return answer(case.loads(text))


def effect(name, was, becomes, unit="%", digits=0, verdict="better"):
    low, high = 0.5 * becomes, 1.5 * becomes
    return Effect(name, name.replace("_", " ").capitalize(), unit, was, becomes, Interval(low, high), digits, verdict)


def option(number, label, changes, **other):
    """An invented option: no twin was asked, the numbers are there to be printed."""
    effects = Effects(
        effect("cramp", 60.0, 60.0 - 11 * number),
        effect("cramp_week", 1.8, 0.5, "", 1),
        effect("hypotension", 13.0, 7.0),
        (effect("ktv", 1.41, 1.52, "", 2, "same"), effect("hours", 12.0, 12.0 + number, "h", 1, "worse")),
        (effect("gain", 2.9, 2.6, "kg", 1), effect("phosphate", 85.0, 82.0, "mmol", 0, "worse")),
        (effect("ionized_calcium", 1.31, 1.28, "mmol/L", 2, "same"),),
    )
    return Option(
        f"invented-{number}", label, changes, effects, ("many feel cold", "another half hour in the chair"),
        12.0 + number, "in the next session", "B", ("the size in people is not known",), "nephrologist",
        ("examine for edema first",), ("Keane2018", "Tsujimoto2019"), **other,
    )  # fmt: skip


@pytest.fixture(scope="session")
def invented_advice():
    """Advice invented for these tests, in the types of the real one."""

    def make(e):
        weight = Change("target_weight", "Target weight", "62.0 kg", "63.0 kg", {"target_weight_kg": 63.0})
        cool = Change("temperature", "Dialysate temperature", "36.5 degC", "35.5 degC", {"temperature_c": 35.5})
        long = Change("session_length", "Session length", "4 h", "5 h", {"hours": 5.0})
        options = (
            option(4, "Raise the target weight to 63.0 kg, cool the bath to 35.5 degC", (weight, cool)),
            option(3, "Raise the target weight to 63.0 kg", (weight,)),
            option(1, "Treat for 5 h", (long,)),
            option(0, "Cool the bath to 35.5 degC", (cool,)),
        )
        points = [
            Point("", 12.0, 0.6, True),
            *(Point(o.id, o.burden, o.effects.cramp.becomes / 100, True) for o in options),
        ]
        limit = Limit("ufr", "ultrafiltration at most 13 mL/kg/h", "12.9 mL/kg/h", True, ("Assimon2016",))
        wish = ("No cramps at all in sessions of 2 h cannot be: the rate of fluid removal would pass its limit.",)
        return Advice(e.twin, "cramp", options, tuple(points), (limit,), wish, 4.0, "an invented unit", ("Keane2018",))

    return make
