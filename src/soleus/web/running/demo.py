"""The session that runs in a demonstration: an invented person, half-way through, who cramps; again and again."""

from __future__ import annotations

import json
import threading
from datetime import date
from importlib import resources
from typing import Any

from sqlalchemy import select

from ... import __version__
from ...records.store import Store, running
from ...records.store.audit import CONSOLE
from ...records.store.tables import Patient, Treatment
from .playing import Playing

SPEED = 30.0  # times as fast as a real one: a minute in two seconds
PAUSE = 120.0  # s after its end until it begins again


def start(store: Store, playing: Playing) -> None:
    """Begin it, and let it run beside the server."""
    threading.Thread(target=_over_and_over, args=(store, playing), daemon=True).start()


def _over_and_over(store: Store, playing: Playing) -> None:
    told = lines()
    while not playing.closed.is_set():
        name = begin(store, told)
        if name:
            playing.watch.wake(name)
            playing.through(name, told["lines"][told["shown"]["number"] :], SPEED, CONSOLE)
        playing.closed.wait(PAUSE)


def lines() -> dict[str, Any]:
    """The session as docs/running.py wrote it: people, lines, and what the screen says at the start."""
    text = resources.files(__package__).joinpath("running.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def begin(store: Store, told: dict[str, Any]) -> str | None:
    """The session anew, in place of the one that ran before; None where the person is not there any more."""
    day = date.today()
    with store.writing() as db:
        patient = db.scalars(select(Patient).where(Patient.name == told["patient"])).first()
        if patient is None:
            return None
        for old in db.scalars(select(Treatment).where(Treatment.patient_id == patient.id)):
            db.delete(old)
        db.flush()
        ordered = {"session": {"date": day.isoformat(), **told["session"]}}
        made = running.begin(db, CONSOLE, patient, day, ordered)
        running.append(db, made.id, told["lines"][: told["shown"]["number"]], CONSOLE)
        made.monitor, made.shown = told["monitor"], told["shown"] | {"soleus": __version__}
        return made.id
