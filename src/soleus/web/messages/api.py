"""Api of messages: threads, what was said in them, and who sees to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from ...records.store import messages
from ...records.store.audit import note
from ...records.store.tables import Thread
from ..api import FAULTS
from ..doors.auth import STAFF, PatientOnly, Staff, Visitor, needs, patient_for
from . import urgent
from .inbox import set_assigned, thread_for

router = APIRouter(prefix="/api/messages", tags=["messages"], responses=FAULTS)
Concerned = Annotated[Visitor, Depends(needs("patient", *STAFF))]


class Listed(BaseModel):
    """A thread in a list."""

    id: str
    patient: str | None = Field(description="id of the patient; none for a visitor")
    name: str
    subject: str
    urgent: bool
    waiting: bool = Field(description="whether the team has the next word")
    closed: bool
    assigned_to: str | None
    made_at: datetime
    changed_at: datetime


class Said(BaseModel):
    """Something said."""

    name: str
    from_team: bool
    text: str
    made_at: datetime


class Told(Listed):
    """A thread with all that was said; `call` is the emergency number where it cannot wait."""

    said: list[Said]
    signs: list[str] = Field(description="what in it cannot wait, in words")
    call: str | None = Field(description="number to call at once, before anybody reads this")


class Question(BaseModel):
    """A new question."""

    subject: str
    text: str


class Text(BaseModel):
    """One more message."""

    text: str


class Care(BaseModel):
    """Who sees to a thread, and whether anything is left to do; what is left out stays."""

    assigned_to: str | None = None
    closed: bool | None = None


def _listed(thread: Thread) -> dict[str, Any]:
    same = ("id", "name", "subject", "urgent", "waiting", "closed", "assigned_to", "made_at", "changed_at")
    return {"patient": thread.patient_id} | {name: getattr(thread, name) for name in same}


def _told(request: Request, db: Any, thread: Thread) -> Told:
    said = messages.said_in(db, thread)
    signs = urgent.signs(thread.subject, *(m.text for m in said if not m.from_team)) if thread.waiting else []
    return Told(
        **_listed(thread), signs=[urgent.says()[sign] for sign in signs],
        call=request.app.state.place.emergency if signs else None,
        said=[Said(name=m.name, from_team=m.from_team, text=m.text, made_at=m.made_at) for m in said],
    )  # fmt: skip


@router.get("")
def listed(request: Request, seen_by: Concerned, closed: bool = False) -> list[Listed]:
    """Threads of one's unit, urgent ones first; for a patient the own."""
    with request.app.state.store.writing() as db:
        found = messages.threads(db, seen_by.user, closed=closed)
        note(db, seen_by.who, "messages listed", f"user:{seen_by.user.id}", threads=len(found))
    return [Listed(**_listed(each)) for each in found]


@router.post("", status_code=201)
def ask(request: Request, seen_by: PatientOnly, question: Question) -> Told:
    """A new question to the own care team."""
    signs = urgent.signs(question.subject, question.text)
    with request.app.state.store.writing() as db:
        own = patient_for(db, seen_by, str(seen_by.user.patient_id))
        begun = messages.begin(
            db, seen_by.who, subject=question.subject, text=question.text, urgent=bool(signs), patient=own
        )
        db.flush()
        return _told(request, db, begun)


@router.get("/{thread_id}")
def thread(request: Request, seen_by: Concerned, thread_id: str) -> Told:
    """A thread with all that was said."""
    with request.app.state.store.writing() as db:
        found = thread_for(db, seen_by, thread_id)
        if seen_by.user.role == "patient":
            messages.seen(found)
        note(db, seen_by.who, "message seen", f"message:{found.id}")
        return _told(request, db, found)


@router.post("/{thread_id}", status_code=201)
def say(request: Request, seen_by: Concerned, thread_id: str, told: Text) -> Told:
    """One more message, of the patient or of the team."""
    own = seen_by.user.role == "patient"
    with request.app.state.store.writing() as db:
        found = thread_for(db, seen_by, thread_id)
        name = found.name if own else seen_by.user.name
        messages.say(db, seen_by.who, found, told.text, name=name, urgent=own and bool(urgent.signs(told.text)))
        db.flush()
        answer = _told(request, db, found)
    request.app.state.post.ring()
    return answer


@router.patch("/{thread_id}")
def see_to(request: Request, seen_by: Staff, thread_id: str, care: Care) -> Listed:
    """Assign it, close it or open it again."""
    with request.app.state.store.writing() as db:
        found = thread_for(db, seen_by, thread_id)
        if "assigned_to" in care.model_fields_set:
            set_assigned(db, seen_by, found, care.assigned_to or "")
        if care.closed is not None:
            messages.set_closed(db, seen_by.who, found, care.closed)
        return Listed(**_listed(found))
