"""Rights: what is kept of a person, handed out to them or their clinician, and wiped out by an administrator."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from ...errors import BadRecord
from ...records.store import erasure
from ...records.store.tables import Patient
from ..doors.auth import Admin, Clinician, PatientOnly, Visitor, patient_for
from ..doors.login import Word
from ..refused import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/patients/{patient_id}/export")
def export(request: Request, seen_by: Clinician, patient_id: str) -> Response:
    """Everything that is kept of a patient of one's unit, as a file."""
    return _file(request, seen_by, patient_id)


@router.get("/my/export")
def own(request: Request, seen_by: PatientOnly) -> Response:
    """Everything that is kept of oneself, as a file."""
    return _file(request, seen_by, str(seen_by.user.patient_id))


def _file(request: Request, seen_by: Visitor, patient_id: str) -> Response:
    with request.app.state.store.writing() as db:
        told = erasure.export(db, seen_by.who, patient_for(db, seen_by, patient_id))
    headers = {"Content-Disposition": f'attachment; filename="soleus-{patient_id}.json"'}
    return Response(json.dumps(told, indent=1), media_type="application/json", headers=headers)


@router.post("/admin/erase")
def erase(request: Request, seen_by: Admin, patient: Word = "", name: Word = "") -> Response:
    """Wipe out a person, whose name is written once more so that it is no slip."""
    with request.app.state.store.reading() as db:
        found = db.get(Patient, patient)
    if found is None:
        raise NotFound
    if " ".join(name.split()) != found.name:
        raise BadRecord("the name that was written is not that of the patient who was chosen, so nobody was erased.")
    erasure.erase(request.app.state.store, seen_by.who, patient)
    request.app.state.questions.forget(patient)
    request.app.state.watch.forget()
    return RedirectResponse("/admin", 303)
