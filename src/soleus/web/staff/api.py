"""Api of suggestions: a treatment sent to whoever decides, and the decision."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from ...records.store import suggestions
from ...records.store.audit import note
from ...records.store.tables import Suggestion
from ..api import FAULTS
from ..doors.auth import Clinician, Staff, patient_for
from .suggested import decided, scenario_of, sent

router = APIRouter(prefix="/api/patients/{patient_id}", tags=["suggestions"])
MORE: dict[int | str, dict[str, Any]] = {
    202: {"description": "being computed: send it again"}, 503: {"description": "too many wait"},
}  # fmt: skip
OLD: dict[int | str, dict[str, Any]] = {409: {"description": "decided meanwhile"}}


class Sent(BaseModel):
    """What to set otherwise, and why."""

    changes: dict[str, float] = Field(description="by the names of the case file: hours, sodium_mmol_l ...")
    text: str = Field(description="why it is suggested")


class Decision(BaseModel):
    """Whether it is accepted, and why; no prescription changes by it."""

    accept: bool
    reason: str


class Told(BaseModel):
    """A suggestion."""

    id: str
    day: date
    changes: dict[str, float]
    told: dict[str, Any] = Field(description="as it was, what the twin expected, and limits that would be broken")
    text: str
    name: str
    role: str
    state: str
    decider: str | None
    reason: str | None
    decided_at: datetime | None
    made_at: datetime


def _told(row: Suggestion) -> Told:
    return Told(**{name: getattr(row, name) for name in Told.model_fields})


@router.get("/suggestions", responses=FAULTS)
def listed(request: Request, seen_by: Staff, patient_id: str) -> list[Told]:
    """Suggestions for a patient, the open ones first."""
    with request.app.state.store.writing() as db:
        patient_for(db, seen_by, patient_id)
        found = suggestions.of_patient(db, patient_id)
        note(db, seen_by.who, "suggestions read", f"patient:{patient_id}", suggestions=len(found))
    return [_told(row) for row in found]


@router.post("/sessions/{day}/suggestions", responses=FAULTS | MORE, status_code=201, response_model=Told)
def send(request: Request, seen_by: Staff, patient_id: str, day: date, told: Sent) -> Any:
    """Suggest a treatment, tried on a session; values out of reach stay as they were."""
    asked = {name: f"{value:.15g}" for name, value in told.changes.items()}
    made = sent(request, seen_by, scenario_of(request, seen_by, patient_id, day, asked), day, told.text)
    if made is None:
        return JSONResponse({"state": "being computed"}, 202)
    return _told(made)


@router.post("/suggestions/{suggestion_id}", responses=FAULTS | OLD)
def decide(request: Request, seen_by: Clinician, patient_id: str, suggestion_id: str, decision: Decision) -> Told:
    """Accept or decline it, for clinicians of the unit."""
    return _told(decided(request, seen_by, patient_id, suggestion_id, decision.accept, decision.reason))
