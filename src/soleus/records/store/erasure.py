"""Erasure: everything that is kept of one person, handed out or wiped out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from . import patients
from .audit import Who, note
from .database import Store
from .tables import (
    Answer,
    Day,
    Invitation,
    Mail,
    Message,
    Noted,
    Patient,
    Reading,
    Row,
    Suggestion,
    Thread,
    Treatment,
    User,
)

SECRET = ("password",)  # columns that are no data of the person
# Rows that name a patient; those that name others of them first.
ABOUT: tuple[type[Any], ...] = (Treatment, Day, Mail, Message, Thread, Suggestion, Answer, Invitation, User)


def export(db: Session, who: Who, patient: Patient) -> dict[str, Any]:
    """All that is kept of a person, as plain values; also who looked at it."""
    note(db, who, "exported", f"patient:{patient.id}")
    told: dict[str, Any] = {"patient": plain(patient)}
    for table in ABOUT:
        rows = db.scalars(select(table).where(table.patient_id == patient.id))
        told[table.__tablename__] = [plain(row) for row in rows]
    treated = [row["id"] for row in told["treatments"]]
    told["readings"] = [plain(row) for row in db.scalars(select(Reading).where(Reading.treatment_id.in_(treated)))]
    seen = select(Noted).where(Noted.subject == f"patient:{patient.id}").order_by(Noted.seq)
    told["audit"] = [plain(row) for row in db.scalars(seen)]
    return told


def plain(row: Row) -> dict[str, Any]:
    """A row as plain values, moments and days as text."""
    told = {column.name: getattr(row, column.name) for column in row.__table__.columns if column.name not in SECRET}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in told.items()}


def erase(store: Store, who: Who, patient_id: str) -> None:
    """Wipe out a person: case, readings, diary, messages, answers and accounts; the audit keeps that it was done.

    The audit names the person by an id that then names nobody. Backups made before still hold the person.
    """
    with store.writing() as db:
        for table in ABOUT:
            db.execute(delete(table).where(table.patient_id == patient_id))
        db.execute(delete(Patient).where(Patient.id == patient_id))
        note(db, who, "erased", f"patient:{patient_id}")
    patients.forget(patient_id)
    clean(store)


def clean(store: Store) -> None:
    """Leave nothing of deleted rows in the file itself."""
    if not store.embedded:
        return  # PostgreSQL's own vacuum gives the room free; see docs/use/serve.md
    with store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        for order in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            raw.execute(order).fetchall()


def well(store: Store) -> bool:
    """Whether the database answers, and its file is whole."""
    with store.reading() as db:
        if store.embedded:
            return bool(db.execute(text("PRAGMA quick_check")).scalar() == "ok")
        return bool(db.execute(text("SELECT 1")).scalar() == 1)
