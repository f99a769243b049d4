"""Api of the diary: what a person writes down at home, for programs such as a scale."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from ...records.store import diary
from ...records.store.audit import note
from ...records.store.tables import new_id
from ..api import FAULTS, Kept, Values
from ..doors.auth import Anybody, PatientOnly, patient_for
from ..refused import NotFound
from .diary import BACK, write

router = APIRouter(prefix="/api/patients/{patient_id}/diary", tags=["diary"], responses=FAULTS)
CHANGED: dict[int | str, dict[str, Any]] = {409: {"description": "changed meanwhile"}}


class Written(BaseModel):
    """An entry of a day, and the fields of the case file that it holds."""

    id: str
    at: str = Field(description="clock time when it was written, HH:MM; empty where it is from the case file")
    fields: dict[str, Any]


class WrittenDay(BaseModel):
    """A day at home."""

    day: date
    entries: list[Written]


class Diary(BaseModel):
    """Days at home, the latest first, and the version of the case: send it back with a correction."""

    version: int
    days: list[WrittenDay]


class Correction(BaseModel):
    """Other fields in place of those of an entry, and the version of the case that was seen."""

    version: int
    fields: dict[str, Any]


@router.get("")
def days(request: Request, seen_by: Anybody, patient_id: str, most: int = BACK) -> Diary:
    """The last days, entry by entry; all days are in the case file."""
    with request.app.state.store.writing() as db:
        found = patient_for(db, seen_by, patient_id)
        rows = diary.days(db, patient_id, max(1, min(most, 400)))
        note(db, seen_by.who, "diary read", f"patient:{patient_id}", days=len(rows))
    return Diary(
        version=found.version,
        days=[WrittenDay(day=row.day, entries=[_written(e) for e in row.entry["entries"]]) for row in rows],
    )


def _written(entry: diary.Entry) -> Written:
    fields = {name: value for name, value in entry.items() if name not in diary.OWN}
    return Written(id=entry["id"], at=entry["at"], fields=fields)


@router.post("/{day}", status_code=201)
def add(request: Request, seen_by: PatientOnly, patient_id: str, day: date, fields: Values) -> Kept:
    """One more entry of a day: fields of one thing, as `soleus schema` names them for a day of the diary."""
    once, at = new_id(), f"{datetime.now():%H:%M}"
    found = write(request, seen_by, patient_id, lambda db, p: diary.add(db, p.case, patient_id, day, fields, at, once))
    return Kept(id=once, version=found.version)


@router.put("/{day}/{entry_id}", responses=CHANGED)
def change(request: Request, seen_by: PatientOnly, patient_id: str, day: date, entry_id: str, told: Correction) -> Kept:
    """Other fields in place of those of an entry."""
    return _changed(request, seen_by, patient_id, day, entry_id, told.fields, told.version)


@router.delete("/{day}/{entry_id}", responses=CHANGED)
def remove(request: Request, seen_by: PatientOnly, patient_id: str, day: date, entry_id: str, version: int) -> Kept:
    """Take an entry out."""
    return _changed(request, seen_by, patient_id, day, entry_id, None, version)


def _changed(
    request: Request, seen_by: Any, patient_id: str, day: date, entry_id: str, fields: diary.Entry | None, version: int
) -> Kept:
    def deed(db: Any, found: Any) -> bool:
        if not diary.change(db, found.case, patient_id, day, entry_id, fields):
            raise NotFound
        return True

    found = write(request, seen_by, patient_id, deed, version)
    return Kept(id=entry_id, version=found.version)
