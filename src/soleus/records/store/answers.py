"""Answers: what the twin said, kept by the question, the case as it was, and the version of Soleus."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ... import __version__
from .tables import Answer, Patient


def key_of(patient: Patient, kind: str, asked: dict[str, Any]) -> str:
    """The name of an answer: another case or another Soleus has another."""
    told = json.dumps([__version__, patient.id, kind, asked, patient.case], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def kept(db: Session, key: str) -> dict[str, Any] | None:
    """An answer that was given before."""
    found = db.get(Answer, key)
    return found.body if found else None


def latest(db: Session, patient_id: str, kind: str) -> dict[str, Any] | None:
    """The answer of a kind that was given last about a patient."""
    chosen = select(Answer).where(Answer.patient_id == patient_id, Answer.kind == kind)
    found = db.scalar(chosen.order_by(Answer.made_at.desc()).limit(1))
    return found.body if found else None


def keep(db: Session, patient_id: str, key: str, kind: str, body: dict[str, Any]) -> None:
    """Keep an answer; one that somebody else kept meanwhile is the same."""
    if db.get(Patient, patient_id) is not None and db.get(Answer, key) is None:
        db.add(Answer(id=key, patient_id=patient_id, kind=kind, body=body))
