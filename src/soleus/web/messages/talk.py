"""Talk: what a person writes to the own care team, and what it answers."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from ...errors import SoleusError
from ...records.store import messages
from ...records.store.audit import note
from ..doors.auth import PatientOnly, Visitor, patient_for
from ..doors.login import Long, Word
from ..refused import NotFound
from . import urgent

router = APIRouter(include_in_schema=False)


@router.get("/my/messages")
def page(request: Request, seen_by: PatientOnly, about: str = "") -> Response:
    """All one asked, and the form to ask more."""
    return _page(request, seen_by, about[: messages.SHOWN], "", [])


def _page(request: Request, seen_by: Visitor, subject: str, text: str, wrong: list[str]) -> Response:
    with request.app.state.store.reading() as db:
        threads = [(each, messages.unread(each)) for each in messages.threads(db, seen_by.user)]
    told = {
        "threads": threads, "subject": subject, "text": text, "wrong": wrong, "longest": messages.LONGEST,
        "signs": [urgent.says()[sign] for sign in urgent.signs(subject, text)],
    }  # fmt: skip
    return request.app.state.show(request, "my_messages.html", told, status_code=422 if wrong else 200)


@router.post("/my/messages")
def ask(request: Request, seen_by: PatientOnly, subject: Word = "", text: Long = "") -> Response:
    """A new question; what cannot wait is answered by the next page."""
    signs = urgent.signs(subject, text)
    try:
        with request.app.state.store.writing() as db:
            own = patient_for(db, seen_by, str(seen_by.user.patient_id))
            begun = messages.begin(
                db, seen_by.who, subject=subject or "A question", text=text, urgent=bool(signs), patient=own
            )
    except SoleusError as error:
        return _page(request, seen_by, subject, text, str(error).splitlines())
    return RedirectResponse(f"/my/messages/{begun.id}", 303)


@router.get("/my/messages/{thread_id}")
def thread(request: Request, seen_by: PatientOnly, thread_id: str) -> Response:
    """One question with all that was said."""
    return _thread(request, seen_by, thread_id, "", [])


def _thread(request: Request, seen_by: Visitor, thread_id: str, text: str, wrong: list[str]) -> Response:
    with request.app.state.store.writing() as db:
        found = messages.thread(db, seen_by.user, thread_id)
        if found is None:
            raise NotFound
        said = messages.said_in(db, found)
        messages.seen(found)
        note(db, seen_by.who, "message seen", f"message:{found.id}")
    last = next((m.text for m in reversed(said) if not m.from_team), "") if found.waiting else ""
    signs = urgent.signs(found.subject if len(said) == 1 else "", last, text)
    told = {
        "thread": found, "said": said, "wrong": wrong, "text": text, "longest": messages.LONGEST,
        "signs": [urgent.says()[sign] for sign in signs],
    }  # fmt: skip
    return request.app.state.show(request, "my_thread.html", told, status_code=422 if wrong else 200)


@router.post("/my/messages/{thread_id}")
def say(request: Request, seen_by: PatientOnly, thread_id: str, text: Long = "") -> Response:
    """One more message; a closed question is open again."""
    signs = urgent.signs(text)
    try:
        with request.app.state.store.writing() as db:
            found = messages.thread(db, seen_by.user, thread_id)
            if found is None:
                raise NotFound
            messages.say(db, seen_by.who, found, text, name=found.name, urgent=bool(signs))
    except SoleusError as error:
        return _thread(request, seen_by, thread_id, text, str(error).splitlines())
    return RedirectResponse(f"/my/messages/{thread_id}", 303)
