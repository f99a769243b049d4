"""Patients: case files as they are kept, checked before they are, and summed up for lists."""

from __future__ import annotations

import threading
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from ... import case as cases
from ...case import Case
from ...errors import BadRecord
from . import accounts, diary
from .audit import Who, note
from .tables import Patient, now

RECENT = 6  # sessions that count as lately
KEPT = 100  # case files that are held as they were read last
_read: dict[tuple[str, int, datetime], Case] = {}
_turn = threading.Lock()


class Outdated(BadRecord):
    """Somebody else changed the case meanwhile."""


def add(db: Session, who: Who, unit: str, told: dict[str, Any]) -> Patient:
    """A new patient from a case file; refused whole when anything in it is.

    Raises:
        BadRecord, OutOfRange: as `case.read`.
    """
    case = cases.read(told)
    name = accounts.line(case.patient.name or "", "patient.name")
    patient = Patient(unit_id=unit, name=name, case=told, summary=summary_of(case))
    db.add(patient)
    db.flush()
    note(db, who, "patient made", f"patient:{patient.id}", sessions=len(case.sessions))
    return patient


def save(db: Session, who: Who, patient: Patient, told: dict[str, Any], version: int, what: str) -> None:
    """Another case file in place of the one that was seen as `version`; what the person wrote stays in its diary.

    Raises:
        Outdated: when somebody changed it since.
        BadRecord, OutOfRange: as `case.read`.
    """
    told = diary.laid_in(db, patient.id, told)
    case = cases.read(told)
    if patient.version != version:
        raise Outdated(
            "somebody else changed this patient while you were writing. Look again, then enter it once more."
        )
    patient.name = accounts.line(case.patient.name or patient.name, "patient.name")
    patient.case, patient.summary = told, summary_of(case)
    patient.version, patient.changed_at = version + 1, now()
    note(db, who, "case changed", f"patient:{patient.id}", what=what, version=patient.version)


def in_unit(db: Session, unit: str) -> list[Patient]:
    """The patients of a unit by name, for lists: their case files are not read."""
    chosen = select(Patient).where(Patient.unit_id == unit).order_by(Patient.name)
    return list(db.scalars(chosen.options(defer(Patient.case))))


def names(db: Session) -> list[tuple[str, str]]:
    """Id and name of everybody, for who keeps accounts and sees no case."""
    return [(row.id, row.name) for row in db.execute(select(Patient.id, Patient.name).order_by(Patient.name))]


def case_of(patient: Patient) -> Case:
    """The case file as it was checked; one that was read lately and has not changed is not read again.

    A year of sessions takes some 20 ms to read; what is given is frozen, so it can be given twice.
    """
    told = (patient.id, patient.version, patient.changed_at)
    with _turn:
        known = _read.get(told)
    if known is None:
        known = cases.read(patient.case, patient.name)
        with _turn:
            _read[told] = known
            while len(_read) > KEPT:
                del _read[next(iter(_read))]
    return known


def forget(patient_id: str) -> None:
    """Hold nothing more of a person in memory."""
    with _turn:
        for told in [told for told in _read if told[0] == patient_id]:
            del _read[told]


def summary_of(case: Case) -> dict[str, Any]:
    """What lists say of a patient, so that they need not read every case file."""
    sessions = sorted(case.sessions, key=lambda session: session.date)
    last = sessions[-1] if sessions else None
    recent = sessions[-RECENT:]
    cramped = [s for s in sessions if s.cramps]
    return {
        "sex": case.patient.sex,
        "age_y": case.patient.age_y,
        "on_dialysis": case.on_dialysis,
        "target_weight_kg": case.patient.target_weight_kg,
        "sessions": len(sessions) or len(case.episodes),
        "recent": len(recent),
        "recent_cramps": sum(bool(s.cramps) for s in recent),
        "recent_falls": sum(s.pressure_fell for s in recent),
        "last_day": _day(last.date if last else case.day),
        "last_cramped": bool(last and last.cramps),
        "last_fell": bool(last and last.pressure_fell),
        "last_gain_kg": case.gain_kg(last) if last else None,
        "last_above_target_kg": _above(case),
        "cramp_day": _day(cramped[-1].date if cramped else None),
        "warnings": len(case.warnings),
        "missing": len(case.missing),
    }


def _above(case: Case) -> float | None:
    """By how much the last session ended above the target weight, kg."""
    sessions = sorted(case.sessions, key=lambda session: session.date)
    target = case.patient.target_weight_kg
    left = sessions[-1].post_weight_kg if sessions else None
    return None if left is None or target is None else round(left - target, 2)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
