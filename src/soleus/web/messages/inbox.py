"""Inbox: what patients and visitors ask the unit; read, taken, answered and closed by nurses and clinicians."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from ...errors import BadRecord, SoleusError
from ...records.store import accounts, mails, messages
from ...records.store.audit import note
from ...records.store.tables import Thread, User
from ..doors.auth import Staff, Visitor
from ..doors.login import Long, Word
from ..refused import NotFound
from . import urgent

router = APIRouter(include_in_schema=False)
NOBODY = ""


def thread_for(db: Session, seen_by: Visitor, thread_id: str) -> Thread:
    """A thread this visitor may see; any other is as if there were none.

    Raises:
        NotFound: for a thread of another unit or person, or of nobody.
    """
    found = messages.thread(db, seen_by.user, thread_id)
    if found is None:
        raise NotFound
    return found


@router.get("/messages")
def page(request: Request, seen_by: Staff, closed: bool = False, mine: bool = False) -> Response:
    """Open threads, the urgent ones first; or those that are closed."""
    with request.app.state.store.writing() as db:
        found = messages.threads(db, seen_by.user, closed=closed)
        names = {user.id: user.name for user in accounts.users(db)}
        stuck = mails.stuck(db)
        note(db, seen_by.who, "messages listed", f"unit:{seen_by.user.unit_id}", threads=len(found))
    shown = [each for each in found if not mine or each.assigned_to == seen_by.user.id]
    told = {"threads": shown, "names": names, "closed": closed, "mine": mine, "stuck": stuck}
    return request.app.state.show(request, "inbox.html", told)


@router.get("/messages/{thread_id}")
def thread(request: Request, seen_by: Staff, thread_id: str) -> Response:
    """One thread."""
    return _thread(request, seen_by, thread_id, "", [])


def _thread(request: Request, seen_by: Visitor, thread_id: str, text: str, wrong: list[str]) -> Response:
    with request.app.state.store.writing() as db:
        found = thread_for(db, seen_by, thread_id)
        said = messages.said_in(db, found)
        asked = [m.text for m in said if not m.from_team]
        told: dict[str, Any] = {
            "thread": found, "said": said, "team": messages.team(db, found), "mails": mails.of(db, found),
            "text": text, "wrong": wrong, "longest": messages.LONGEST, "most": mails.MOST,
            "smtp": request.app.state.place.smtp is not None,
            "signs": [urgent.says()[sign] for sign in urgent.signs(found.subject, *asked)],
        }  # fmt: skip
        note(db, seen_by.who, "message seen", f"message:{found.id}")
    return request.app.state.show(request, "thread.html", told, status_code=422 if wrong else 200)


@router.post("/messages/{thread_id}/reply")
def reply(request: Request, seen_by: Staff, thread_id: str, text: Long = "", close: Word = "") -> Response:
    """An answer, on the person's page and by e-mail; with `close` nothing more is to be done."""
    try:
        with request.app.state.store.writing() as db:
            found = thread_for(db, seen_by, thread_id)
            messages.say(db, seen_by.who, found, text, name=seen_by.user.name)
            if close:
                messages.set_closed(db, seen_by.who, found, True)
    except SoleusError as error:
        return _thread(request, seen_by, thread_id, text, str(error).splitlines())
    request.app.state.post.ring()
    return RedirectResponse("/messages" if close else f"/messages/{thread_id}", 303)


@router.post("/messages/{thread_id}/assign")
def assign(request: Request, seen_by: Staff, thread_id: str, to: Word = NOBODY) -> Response:
    """Somebody of the team takes it, or nobody."""
    with request.app.state.store.writing() as db:
        set_assigned(db, seen_by, thread_for(db, seen_by, thread_id), to)
    return RedirectResponse(f"/messages/{thread_id}", 303)


def set_assigned(db: Session, seen_by: Visitor, found: Thread, to: str) -> None:
    """Give a thread to somebody who may see it.

    Raises:
        BadRecord: for anybody else.
    """
    chosen: User | None = next((user for user in messages.team(db, found) if user.id == to), None)
    if to != NOBODY and chosen is None:
        raise BadRecord("there is nobody of that name in the team. Choose one of the list.")
    messages.assign(db, seen_by.who, found, chosen)


@router.post("/messages/{thread_id}/close")
def close(request: Request, seen_by: Staff, thread_id: str, deed: Word = "close") -> Response:
    """Nothing more is to be done about it, or something is after all (`deed` is open)."""
    with request.app.state.store.writing() as db:
        messages.set_closed(db, seen_by.who, thread_for(db, seen_by, thread_id), deed != "open")
    return RedirectResponse("/messages" if deed != "open" else f"/messages/{thread_id}", 303)


@router.post("/messages/{thread_id}/send")
def send(request: Request, seen_by: Staff, thread_id: str) -> Response:
    """Try the e-mails once more that no server took."""
    with request.app.state.store.writing() as db:
        found = thread_for(db, seen_by, thread_id)
        mails.again(db, found)
        note(db, seen_by.who, "mail tried again", f"message:{found.id}")
    request.app.state.post.ring()
    return RedirectResponse(f"/messages/{thread_id}", 303)


@router.post("/messages/{thread_id}/delete")
def delete(request: Request, seen_by: Staff, thread_id: str, sure: Word = "") -> Response:
    """Wipe out what a visitor wrote, as spam or as the visitor wishes; a patient's messages go with the patient."""
    with request.app.state.store.writing() as db:
        found = thread_for(db, seen_by, thread_id)
        if found.patient_id is not None or sure != "yes":
            raise BadRecord("only what a visitor wrote can be wiped out here, and only when you say that you are sure.")
        messages.wipe(db, seen_by.who, found)
    return RedirectResponse("/messages", 303)
