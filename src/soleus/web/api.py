"""Api: the same for programs, as JSON; described at /docs/api, asked with a token of one's own account."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from ..records.store import patients
from ..records.store.audit import note
from .doors.auth import Anybody, Staff, patient_for
from .staff.entry import with_session
from .staff.session import session_of
from .twin.asking import Asked, ask

router = APIRouter()
Values = Annotated[dict[str, Any], Body()]
FAULTS: dict[int | str, dict[str, Any]] = {
    code: {"description": said}
    for code, said in {
        400: "what was sent is no text", 401: "nobody is logged in", 403: "not for this role",
        404: "no such thing, or not yours", 413: "more was sent than may be",
        422: "refused, with field, value, unit, rule and remedy",
    }.items()
}  # fmt: skip


class Me(BaseModel):
    """Who asks."""

    id: str
    name: str
    role: str
    unit: str | None


class Listed(BaseModel):
    """A patient in a list."""

    id: str
    name: str
    version: int
    summary: dict[str, Any]


class Kept(BaseModel):
    """What was kept, and its version: send it back with the next change."""

    id: str
    version: int


class Changed(BaseModel):
    """A case file, and the version it takes the place of."""

    version: int
    case: dict[str, Any]


@router.get("/api/me", responses=FAULTS, tags=["account"])
def me(seen_by: Anybody) -> Me:
    """Whose token this is."""
    user = seen_by.user
    return Me(id=user.id, name=user.name, role=user.role, unit=user.unit_id)


@router.get("/api/patients", responses=FAULTS, tags=["patients"])
def listed(request: Request, seen_by: Staff) -> list[Listed]:
    """The patients of one's unit."""
    with request.app.state.store.writing() as db:
        found = patients.in_unit(db, str(seen_by.user.unit_id))
        note(db, seen_by.who, "list seen", f"unit:{seen_by.user.unit_id}", patients=len(found))
    return [Listed(id=p.id, name=p.name, version=p.version, summary=p.summary) for p in found]


@router.post("/api/patients", responses=FAULTS, tags=["patients"], status_code=201)
def add(request: Request, seen_by: Staff, case: Values) -> Kept:
    """A new patient from a case file; its fields are those of `soleus schema`."""
    with request.app.state.store.writing() as db:
        made = patients.add(db, seen_by.who, str(seen_by.user.unit_id), case)
    return Kept(id=made.id, version=made.version)


@router.get("/api/patients/{patient_id}/case", responses=FAULTS, tags=["patients"])
def case(request: Request, seen_by: Anybody, patient_id: str) -> dict[str, Any]:
    """The case file and its version."""
    with request.app.state.store.writing() as db:
        found = patient_for(db, seen_by, patient_id)
        note(db, seen_by.who, "case read", f"patient:{patient_id}")
    return {"id": found.id, "version": found.version, "case": found.case}


@router.put(
    "/api/patients/{patient_id}/case", responses=FAULTS | {409: {"description": "changed meanwhile"}}, tags=["patients"]
)
def change(request: Request, seen_by: Staff, patient_id: str, told: Changed) -> Kept:
    """Another case file in place of the one of that version."""
    with request.app.state.store.writing() as db:
        found = patient_for(db, seen_by, patient_id)
        patients.save(db, seen_by.who, found, told.case, told.version, "api")
    return Kept(id=found.id, version=found.version)


@router.post("/api/patients/{patient_id}/sessions", responses=FAULTS, tags=["patients"], status_code=201)
def add_session(request: Request, seen_by: Staff, patient_id: str, session: Values) -> Kept:
    """One more session, as a case file writes it."""
    with request.app.state.store.writing() as db:
        found = patient_for(db, seen_by, patient_id)
        told = with_session(found.case, {"date": "", "pressures": []} | session, None)
        patients.save(db, seen_by.who, found, told, found.version, "session")
    return Kept(id=found.id, version=found.version)


@router.get(
    "/api/patients/{patient_id}/sessions/{day}/explanation",
    responses=FAULTS | {202: {"description": "being computed: ask again"}, 503: {"description": "too many wait"}},
    tags=["twin"],
)
def why(request: Request, seen_by: Staff, patient_id: str, day: date) -> Response:
    """Why that session went as it did: docs/use/explain.md says what the fields mean."""
    return _of_session(request, seen_by, patient_id, day, "explain", "explanation read")


@router.get(
    "/api/patients/{patient_id}/sessions/{day}/advice",
    responses=FAULTS | {202: {"description": "being computed: ask again"}, 503: {"description": "too many wait"}},
    tags=["twin"],
)
def advice(request: Request, seen_by: Staff, patient_id: str, day: date) -> Response:
    """What to change: docs/use/advise.md says what the fields mean."""
    return _of_session(request, seen_by, patient_id, day, "advise", "advice read")


def _of_session(request: Request, seen_by: Staff, patient_id: str, day: date, kind: str, noted: str) -> Response:
    """What the twin says of a session; that it was read is noted."""
    store = request.app.state.store
    with store.writing() as db:
        found = patient_for(db, seen_by, patient_id)
        note(db, seen_by.who, noted, f"patient:{patient_id}", day=day.isoformat())
    session_of(patients.case_of(found), day)
    return _told(ask(store, request.app.state.questions, found, kind, day.isoformat()))


def _told(asked: Asked) -> Response:
    if asked.answer is not None:
        return JSONResponse(asked.answer)
    if asked.refused:
        said = "\n".join(asked.refused)
        return JSONResponse({"error": {"status": 422, "title": "Please correct", "message": said}}, 422)
    return JSONResponse({"state": asked.said}, 202)


@router.get("/docs/api", include_in_schema=False)
def described(request: Request) -> Response:
    """Every address, what it takes and gives, and who may ask."""
    about = request.app.openapi()
    shown = [
        {"path": path, "method": method.upper(), **told} for path, deeds in about["paths"].items()
        for method, told in deeds.items()
    ]  # fmt: skip
    return request.app.state.show(request, "api.html", {"shown": shown, "about": about})
