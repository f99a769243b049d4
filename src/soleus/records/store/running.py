"""Running: sessions while they run: begun, every line kept before it is acknowledged, ended."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Text, case, cast, func, select, update
from sqlalchemy.orm import Session

from ... import __version__
from ...errors import BadRecord
from .audit import Who, note
from .tables import Patient, Reading, Treatment, now

MOST = 20_000  # lines of one session: two days of one every ten seconds
Line = dict[str, Any]


class Appended(NamedTuple):
    """What became of some lines."""

    numbers: tuple[int, ...]  # of each, new or known
    new: int


def begin(
    db: Session, who: Who, patient: Patient, day: date, ordered: dict[str, Any], since: datetime | None = None
) -> Treatment:
    """A session begins to be watched.

    Raises:
        BadRecord: when one of the patient runs already.
    """
    db.get(Patient, patient.id, with_for_update=True)
    if of_patient(db, patient.id) is not None:
        raise BadRecord("a session of this patient is watched already. End it first.")
    made = Treatment(patient_id=patient.id, day=day, ordered=ordered, started_at=since or now())
    db.add(made)
    db.flush()
    note(db, who, "watch begun", f"patient:{patient.id}", treatment=made.id)
    return made


def of_patient(db: Session, patient_id: str) -> Treatment | None:
    """The session of a patient that runs now."""
    chosen = select(Treatment).where(Treatment.patient_id == patient_id, Treatment.state == "running")
    return db.scalars(chosen.order_by(Treatment.started_at.desc()).limit(1)).first()


def id_of(db: Session, patient_id: str) -> str | None:
    """Its id alone."""
    chosen = select(Treatment.id).where(Treatment.patient_id == patient_id, Treatment.state == "running")
    return db.scalar(chosen.order_by(Treatment.started_at.desc()).limit(1))


def in_unit(db: Session, unit: str) -> dict[str, dict[str, Any]]:
    """What a list says of sessions that run now in a unit, by patient: minute and warning; empty before there are any.

    Only that is read from the database: a list of fifty would else read some megabytes.
    """
    view = Treatment.shown["view"]
    chosen = select(
        Treatment.patient_id, Treatment.shown["soleus"].label("soleus"), view["minute"].label("minute"),
        view["warning"]["level"].label("level"), view["warning"]["title"].label("title"),
    ).join(Patient, Patient.id == Treatment.patient_id)  # fmt: skip
    found = db.execute(chosen.where(Patient.unit_id == unit, Treatment.state == "running"))
    return {row.patient_id: _said(row) if row.soleus == __version__ else {} for row in found}


def _said(row: Any) -> dict[str, Any]:
    warning = None if row.level is None else {"level": row.level, "title": row.title}
    return {} if row.minute is None else {"minute": row.minute, "warning": warning}


class Standing(NamedTuple):
    """How far a running session is heard."""

    twin: bool  # whether its people are there
    number: int  # of the last line on the screen
    shown: bool  # whether the screen says something, in words of this version


def standing(db: Session, names: Sequence[str]) -> dict[str, Standing]:
    """How far sessions are heard, of those that run; people and screens are not read for it."""
    people = cast(Treatment.monitor, Text)
    twin = case((people.is_(None), 0), (people == "null", 0), else_=1).label("twin")
    number, soleus = Treatment.shown["number"].label("number"), Treatment.shown["soleus"].label("soleus")
    chosen = select(Treatment.id, twin, number, soleus).where(Treatment.id.in_(names), Treatment.state == "running")
    return {
        row.id: Standing(bool(row.twin), int(row.number or 0), row.soleus == __version__) for row in db.execute(chosen)
    }


def keep(db: Session, treatment_id: str, **told: Any) -> None:
    """Put columns of a session, as `monitor` or `shown`, in place of what was there; nothing when it has ended."""
    chosen = update(Treatment).where(Treatment.id == treatment_id, Treatment.state == "running")
    db.execute(chosen.values(**told).execution_options(synchronize_session=False))


def everything(db: Session) -> list[str]:
    """Ids of all sessions that run now."""
    return list(db.scalars(select(Treatment.id).where(Treatment.state == "running")))


def append(db: Session, treatment_id: str, rows: Sequence[Line], who: Who) -> Appended:
    """Keep lines in the order they came; one that is there already is not kept twice.

    Raises:
        BadRecord: when the session has ended, or has more lines than a session can have.
    """
    locked = select(Treatment.state).where(Treatment.id == treatment_id).with_for_update()  # one writer at a time
    if db.scalar(locked) != "running":
        raise BadRecord("this session has ended: nothing was kept. Begin another one.")
    marks = [mark_of(row) for row in rows]
    chosen = select(Reading.mark, Reading.number).where(Reading.treatment_id == treatment_id, Reading.mark.in_(marks))
    known = {found.mark: found.number for found in db.execute(chosen)}
    first = last = db.scalar(select(func.max(Reading.number)).where(Reading.treatment_id == treatment_id)) or 0
    for row, mark in zip(rows, marks, strict=True):
        if mark not in known:
            last += 1
            known[mark] = last
            db.add(Reading(treatment_id=treatment_id, number=last, line=row, mark=mark, source=who.id))
    if last > MOST:
        raise BadRecord(f"a session holds at most {MOST} lines. Is the feed sending those of several?")
    return Appended(tuple(known[mark] for mark in marks), last - first)


def known_from(db: Session, treatment_id: str, who: Who) -> bool:
    """Whether this account has sent a line of the session before."""
    chosen = select(Reading.number).where(Reading.treatment_id == treatment_id, Reading.source == who.id)
    return db.execute(chosen.limit(1)).first() is not None


def view_of(treatment: Treatment) -> dict[str, Any] | None:
    """What the screen says; None before it says anything, or where another Soleus wrote it in words of its own."""
    shown = treatment.shown or {}
    return shown.get("view") if shown.get("soleus") == __version__ else None


def latest(db: Session, treatment_id: str) -> Reading | None:
    """The line that came last."""
    chosen = select(Reading).where(Reading.treatment_id == treatment_id)
    return db.scalars(chosen.order_by(Reading.number.desc()).limit(1)).first()


def last_came(db: Session, treatment_id: str) -> datetime | None:
    """When the last line came; None before the first."""
    chosen = select(Reading.received_at).where(Reading.treatment_id == treatment_id)
    return db.scalar(chosen.order_by(Reading.number.desc()).limit(1))


def lines(db: Session, treatment_id: str, after: int = 0, most: int = MOST) -> list[tuple[int, Line]]:
    """Number and line, in the order they came."""
    chosen = select(Reading.number, Reading.line).where(Reading.treatment_id == treatment_id, Reading.number > after)
    return [(number, line) for number, line in db.execute(chosen.order_by(Reading.number).limit(most))]


def end(db: Session, who: Who, treatment: Treatment) -> None:
    """It is not watched any more."""
    found = db.get(Treatment, treatment.id, with_for_update=True)
    if found is not None and found.state == "running":
        found.state, found.ended_at, found.monitor = "ended", now(), None
        note(db, who, "watch ended", f"patient:{found.patient_id}", treatment=found.id)


def plain(row: dict[str, Any]) -> Line:
    """A line without empty cells; numbers as numbers.

    Raises:
        BadRecord: when it has no minute, or holds what no line holds.
    """
    told = {str(name).strip()[:60]: _value(value) for name, value in row.items() if name is not None}
    told = {name: value for name, value in told.items() if value not in (None, "")}
    if not isinstance(told.get("minute"), float):
        raise BadRecord(f"minute is {row.get('minute')!r}; a line needs its minute from the start.")
    if len(told) == 1:
        raise BadRecord(f"minute {told['minute']:g} comes with nothing beside it. Give what was read or done.")
    return told


def _value(value: Any) -> float | str | None:
    if value is None or isinstance(value, bool | dict | list):
        return None if value is None else str(value)[:80]
    try:
        number = float(value)
    except ValueError:
        return str(value).strip()[:80]
    return number if math.isfinite(number) else str(value)


def mark_of(line: Line) -> str:
    """The same for the same line, however its numbers are written."""
    return hashlib.sha256(json.dumps(line, sort_keys=True).encode()).hexdigest()
