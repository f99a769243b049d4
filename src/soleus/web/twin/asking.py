"""Asking: a question to the twin of a patient; what was answered before is not computed again."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from ...records.store import Store, answers
from ...records.store.tables import Patient, Unit
from ..refused import Refused
from .questions import Question, Questions

ADVISING = ("advise", "letter")  # questions whose answer depends on what the unit has
SOON = 1.5  # s that a page waits for the twin before it shows that it waits


class Busy(Refused):
    """Too many questions are waiting."""

    status = 503
    said = "Many questions are waiting for the twin. Try again in a minute."


class Asked(NamedTuple):
    """A question: its key; the answer, where there is one; else the question that is being computed."""

    key: str
    answer: dict[str, Any] | None
    question: Question | None

    @property
    def refused(self) -> list[str]:
        """Why there is no answer and will be none."""
        return (self.question.refused or "").splitlines() if self.question else []

    @property
    def waits(self) -> bool:
        """Whether it is still computed."""
        return self.answer is None and not self.refused

    @property
    def said(self) -> str:
        """How far it is."""
        return self.question.said if self.question else ""


def ask(
    store: Store, questions: Questions, patient: Patient, kind: str, day: str | None = None,
    changes: dict[str, Any] | None = None, wait: float = SOON,
) -> Asked:  # fmt: skip
    """Ask, and wait a moment.

    Raises:
        Busy: when too many are waiting.
    """
    with store.reading() as db:
        changes = _with_equipment(db, patient, kind, changes)
        key = answers.key_of(patient, kind, {"day": day, "changes": changes})
        if body := answers.kept(db, key):
            return Asked(key, body, None)
    known = questions.find(key) is not None  # who looks again has seen that it takes long
    question = questions.ask(key, kind, patient.id, patient.case, day, changes=changes)
    if question is None:
        raise Busy
    if question.done.wait(0 if known else wait) and question.answer is not None:
        with store.writing() as db:
            answers.keep(db, patient.id, key, kind, question.answer)
        return Asked(key, question.answer, None)
    return Asked(key, None, question)


def _with_equipment(db: Session, patient: Patient, kind: str, changes: dict[str, Any] | None) -> dict[str, Any] | None:
    """Advice keeps within what the patient's unit has, where that was filled in."""
    unit = db.get(Unit, patient.unit_id) if kind in ADVISING else None
    return changes if unit is None or not unit.equipment else (changes or {}) | {"unit": unit.equipment}


def known_already(store: Store, patient: Patient, kind: str, day: str | None = None) -> dict[str, Any] | None:
    """An answer that is there; nothing is computed for it."""
    with store.reading() as db:
        return answers.kept(db, answers.key_of(patient, kind, {"day": day, "changes": None}))


def ask_once(
    questions: Questions, patient: Patient, kind: str, day: str, changes: dict[str, Any], wait: float
) -> Asked:
    """Ask what is not worth keeping, such as one place of a slider.

    Raises:
        Busy: when too many are waiting.
    """
    key = answers.key_of(patient, kind, {"day": day, "changes": changes})
    question = questions.ask(key, kind, patient.id, patient.case, day, changes=changes)
    if question is None:
        raise Busy
    question.done.wait(wait)
    return Asked(key, question.answer, None if question.answer else question)
