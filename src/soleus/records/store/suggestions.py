"""Suggestions: what somebody of the team would set otherwise, what the twin expects of it, and how it was decided."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...errors import BadRecord, OutOfRange
from .audit import Who, note
from .messages import words
from .patients import Outdated
from .tables import Patient, Suggestion, now

LONGEST = 1000  # characters of a reason
SHOWN = 20  # suggestions of a patient


def send(
    db: Session, who: Who, patient: Patient, name: str, *, day: date, changes: dict[str, float], told: dict[str, Any],
    text: str,
) -> Suggestion:  # fmt: skip
    """Send a treatment to whoever decides; the case file stays as it is.

    Raises:
        BadRecord, OutOfRange: when nothing is set otherwise, or it is not said why.
    """
    if not changes:
        raise BadRecord("nothing is set otherwise yet. Move a slider first, then suggest it.")
    made = Suggestion(
        patient_id=patient.id, day=day, changes=changes, told=told, text=said(text, "why you suggest it"),
        author_id=who.id, name=name, role=who.role,
    )  # fmt: skip
    db.add(made)
    db.flush()
    note(
        db, who, "suggestion sent", f"patient:{patient.id}", suggestion=made.id, fields=sorted(changes),
        limits=len(told.get("breaks", [])),
    )  # fmt: skip
    return made


def said(text: str, what: str) -> str:
    """A reason of some lines.

    Raises:
        BadRecord, OutOfRange: when it is empty or too long.
    """
    if not text.strip():
        raise BadRecord(f"{what} is empty. Write it in a sentence.")
    if len(text) > LONGEST:
        raise OutOfRange(f"{what} has {len(text)} characters; at most {LONGEST} are kept. Shorten it.")
    return words(text)


def of_patient(db: Session, patient_id: str, most: int = SHOWN) -> list[Suggestion]:
    """The open ones first, the latest first."""
    chosen = select(Suggestion).where(Suggestion.patient_id == patient_id)
    decided = (Suggestion.state != "open").asc()
    return list(db.scalars(chosen.order_by(decided, Suggestion.made_at.desc(), Suggestion.id).limit(most)))


def open_in(db: Session, unit: str) -> dict[str, int]:
    """How many are open in a unit, by patient."""
    chosen = select(Suggestion.patient_id, func.count()).join(Patient, Patient.id == Suggestion.patient_id)
    chosen = chosen.where(Patient.unit_id == unit, Suggestion.state == "open").group_by(Suggestion.patient_id)
    return {row[0]: row[1] for row in db.execute(chosen)}


def find(db: Session, patient_id: str, suggestion_id: str) -> Suggestion | None:
    """A suggestion for this patient; one for somebody else is as if there were none."""
    chosen = select(Suggestion).where(Suggestion.id == suggestion_id, Suggestion.patient_id == patient_id)
    return db.scalar(chosen.with_for_update())


def decide(db: Session, who: Who, found: Suggestion, name: str, *, accept: bool, reason: str) -> None:
    """Accept or decline it, once. Whoever accepts still has to order it: nothing here changes a prescription.

    Raises:
        Outdated: when it was decided already.
        BadRecord, OutOfRange: when the reason is missing or too long.
    """
    if found.state != "open":
        raise Outdated(f"{found.decider or 'somebody'} has decided this already: it was {found.state}.")
    found.reason = said(reason, "the reason")
    found.state, found.decided_by, found.decider = "accepted" if accept else "declined", who.id, name
    found.decided_at = now()
    note(db, who, f"suggestion {found.state}", f"patient:{found.patient_id}", suggestion=found.id)
