"""What the tests of the report share: explanations of the examples, made once, and what a pipe would get of a page."""

import io
from datetime import date

import pytest
from rich.console import Console

from soleus import case, causes, fit, report


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
