"""What the tests of the report share: explanations of the examples, made once, and what a pipe would get of a page."""

import io
from datetime import date

import numpy as np
import pytest
from rich.console import Console

from soleus import case, causes, fit, home, report, symptoms
from soleus.causes.home import explain_home


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
def at_home(root):
    """The explanation of the example without dialysis."""
    return explain_home(home.fit(case.load(root / "examples" / "ckd4-twitching.yaml")))
