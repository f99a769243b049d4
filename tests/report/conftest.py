"""What the tests of the report share: explanations of the examples, made once, and what a pipe would get of a page."""

import io
from datetime import date
from typing import NamedTuple

import numpy as np
import pytest
from rich.console import Console

from soleus import case, causes, fit, report, symptoms


@pytest.fixture(scope="session")
def explained(root):
    """The explanation of each example, made once."""
    made = {}

    def get(name):
        if name not in made:
            made[name] = causes.explain(fit.fit(case.load(root / "examples" / f"{name}.yaml")))
        return made[name]

    return get


@pytest.fixture(scope="session")
def quiet():
    """A session in which nothing happened and little is known."""
    told = {
        "patient": {"sex": "M", "age_y": 50, "target_weight_kg": 75.0},
        "prescription": {"hours": 4},
        "sessions": [{"date": date(2026, 1, 5), "pre_weight_kg": 77.0, "post_weight_kg": 75.0, "uf_l": 2.0}],
    }
    return causes.explain(fit.fit(case.read(told)))


@pytest.fixture(scope="session")
def shown():
    """Prints a page into a text."""

    def get(page, width=80):
        file = io.StringIO()
        report.show(Console(width=width, file=file), page)
        return file.getvalue()

    return get


class Hours(NamedTuple):
    """What the causes of hours without dialysis answer."""

    case: case.Case
    episode: case.Episode
    about: str
    splits: dict
    complaints: tuple
    tree: tuple
    differential: tuple
    as_it_should_be: tuple
    most_useful: causes.Measurement | None
    method: causes.Method
    timeline: tuple


def link(root, mechanism, symptom, share, evidence):
    return causes.Link(root, mechanism, symptom, share, evidence, root.capitalize(), mechanism)


@pytest.fixture(scope="session")
def felt():
    """Complaints made by hand: likely, hardly likely, and a level passed."""
    spread = np.linspace(0.5, 1.5, 20)
    return tuple(
        symptoms.Complaint(name, label, chance * spread, "C", says, ("Layzer1994",), name == "rhythm")
        for name, label, chance, says in (
            ("twitch", "Twitches", 0.4, "Nerve endings that fire unasked. More of it in the JSON."),
            ("weakness", "Weakness", 0.001, "High potassium."),
            ("rhythm", "Potassium at which the heart's rhythm is watched", 0.2, "The figure is the level's."),
        )
    )


@pytest.fixture(scope="session")
def at_home(root, felt):
    """An explanation of the example's hours without dialysis, made by hand."""
    told = case.load(root / "examples" / "ckd4-twitching.yaml")
    none = causes.Interval(0.0, 0.0)
    parts = [("bicarbonate", 0.45, "C"), ("vitamin D", 0.25, "D"), ("loop diuretic", 0.1, "D"), ("binder", -0.03, "C")]
    found = tuple(
        causes.Cause(
            name, name.capitalize(), x, causes.Interval(x - 0.1, x + 0.1), "as was", "as should be", (), letter,
            "What is weak about it.", ("Layzer1994",),
        )
        for name, x, letter in parts
    )  # fmt: skip
    chance = causes.Chance(0.6, causes.Interval(0.3, 0.9), 0.1, 105.0, causes.Interval(60.0, 200.0))
    split = causes.Split(chance, found, 0.0, none, 0.23, ())
    tree = tuple(
        link(name, way, about, x * part, letter)
        for about in ("twitch", "tetany", "cramp")
        for name, x, letter in parts
        for way, part in (("ionized calcium falls", 0.7), ("blood becomes alkaline", 0.3))
    )
    minutes = np.linspace(0.0, 480.0, 97)
    wave = np.exp(-(((minutes - 120) / 90) ** 2))[:, None] * np.linspace(0.8, 1.2, 20)
    series = {
        "ph": 7.26 + 0.15 * wave, "ionized_calcium": 1.02 - 0.1 * wave, "margin": 8 - 5 * wave, "firing": 3 * wave,
        "sensory_firing": 6 * wave, "pth_pg_ml": 360 + 90 * wave, "something new": wave,
    }  # fmt: skip
    return Hours(
        told, told.episode(), "twitch",
        {"twitch": split, "tetany": split, "cramp": split._replace(chance=chance._replace(probability=0.02))},
        felt, tree, causes.differential(told, told.episode().symptoms, told.episode().date), (),
        causes.Measurement("ionized calcium again", 0.3, "it says how far it fell"),
        causes.Method(True, 128, 0, 0.0, 0.0, ()), (minutes, series),
    )  # fmt: skip
