"""Answers to one patient: how long somebody waits for each, in a process that runs already and in a new one.

`python -m bench.answers`; `python -m bench` prints it too, beside other solvers.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from soleus import advice, budget, case, causes, fit, letter
from soleus.advice import rescue as aid
from soleus.advice import review
from soleus.budget import page as days
from soleus.calibration import clinic
from soleus.events import Event, lay
from soleus.fit import known
from soleus.machine.profiles import exponential
from soleus.prescription import Dialysate, Prescription, settings
from soleus.web.messages import urgent

from .clock import median

EXAMPLE = Path(__file__).parent.parent / "examples" / "calf-cramps.yaml"
COMMAND = (sys.executable, "-c", "from soleus.cli import main; main()")
MANY = 4096  # people whose orders and events are laid at once
SEED = 1
LONG = "breathing dolor herz something " * 130  # as long as a message may be, and nearly dangerous all along
MINUTE, SEVERITY = 200.0, 8.0  # of the cramp that first aid is for
TODAY = date(2026, 2, 10)  # the day after its last session


class Timed(NamedTuple):
    """Something waited for."""

    what: str
    work: Callable[[], object]
    bar_s: float


def answers() -> Table:
    """Every answer beside its bar."""
    table = Table("what", "waited for", "bar", title="Answers to one patient")
    with tempfile.TemporaryDirectory() as folder:
        for timed in (*_running(Path(folder) / "letter.pdf"), *_anew(), *_laid()):
            seconds = median(timed.work)
            verdict = "met" if seconds <= timed.bar_s else "NOT MET"
            table.add_row(timed.what, f"{seconds:.2g} s", f"{timed.bar_s:g} s: {verdict}")
    return table


def _running(page: Path) -> list[Timed]:
    """In a process that runs already; the letter is written to `page`."""
    told = case.load(EXAMPLE)
    month = _month()
    explained = causes.explain(fit.fit(told))
    advised = advice.advise(explained.twin)
    at_hand, here, about = aid.as_of(told, aid.running(told), MINUTE, SEVERITY, None, aid.Now())
    twin = fit.fit(at_hand, here)
    return [
        Timed("an explanation", lambda: causes.explain(fit.fit(told)), 1.0),
        Timed("the twin of twelve sessions", lambda: known.know(month), 5.0),
        Timed("what to change", lambda: advice.advise(explained.twin), 5.0),
        Timed("first aid, of a twin that is there", lambda: aid.rescue(twin, MINUTE, SEVERITY, about), 1.0),
        Timed("first aid, with its twin", lambda: aid.rescue(fit.fit(at_hand, here), MINUTE, SEVERITY, about), 1.0),
        Timed("fluid and salt of the day", lambda: days.as_json(budget.budget(told, TODAY)), 0.3),
        Timed(
            "review of the target weight, and the letter",
            lambda: letter.write(page, explained, advised, review=review.review(known.know(told))),
            2.0,
        ),
        Timed("a long message, read for danger", lambda: urgent.signs(LONG), 5.0),
    ]


def _anew() -> list[Timed]:
    """In a new process."""

    def run(*words: str) -> Callable[[], object]:
        return lambda: subprocess.run([*COMMAND, *words], check=True, capture_output=True)

    return [
        Timed("which version", run("--version"), 0.5),
        Timed("an explanation, new process", run("explain", "--json", "--quiet", str(EXAMPLE)), 3.0),
        Timed(
            "fluid and salt of the day, new process",
            run("budget", "--json", "--quiet", "--today", str(TODAY), str(EXAMPLE)),
            0.3,
        ),
    ]


def _laid() -> list[Timed]:
    """What every cohort begins with."""
    events = [[Event("saline", 60, 200), Event("glucose", 120, 50), Event("meal", 30, 1)]] * MANY
    usual = Prescription(uf_profile=exponential(2.0, 1.0))
    orders = [replace(usual, uf=2 + i * 1e-4, dialysate=Dialysate(Na=136 + i * 1e-3)) for i in range(MANY)]
    return [
        Timed(f"events of {MANY} people laid", lambda: lay(events, 240), 1.0),
        Timed(f"orders of {MANY} people laid", lambda: settings(orders, 240.0), 0.15),
    ]


def _month() -> Any:
    """Twelve sessions of somebody simulated, as a clinic writes them down."""
    rng = np.random.default_rng(SEED)
    who = clinic.everybody(1, rng)
    visits = list(clinic.month(who, rng))
    return case.read(clinic.files(who, visits, rng, True)[0])


if __name__ == "__main__":
    Console().print(answers())
