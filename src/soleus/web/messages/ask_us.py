"""Ask us: the form that is open to everybody, and the page for who cannot wait."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from ...errors import SoleusError
from ...records.store import messages
from ...records.store.audit import NOBODY
from ...records.store.tables import Unit
from ..doors.auth import visitor
from ..doors.login import Long, Word
from ..refused import TooMany
from . import spam, urgent

router = APIRouter(include_in_schema=False)
FIELDS = ("name", "email", "subject", "text")


@router.get("/ask")
def page(request: Request, sent: bool = False) -> Response:
    """The form; for a patient who is logged in, the way to the own team."""
    return _page(request, {}, [], sent=sent)


def _page(
    request: Request, entered: dict[str, str], wrong: list[str], *, sent: bool = False, status: int = 200
) -> Response:
    found = visitor(request)
    told = {
        "entered": entered, "wrong": wrong, "sent": sent, "longest": messages.LONGEST,
        "shown": spam.stamp(request.app.state.store.keys.forms),
        "own": found is not None and found.user.role == "patient",
        "signs": [urgent.says()[sign] for sign in urgent.signs(entered.get("subject", ""), entered.get("text", ""))],
    }  # fmt: skip
    return request.app.state.show(request, "ask.html", told, status_code=422 if wrong and status == 200 else status)


@router.post("/ask")
def ask(
    request: Request, name: Word = "", email: Word = "", subject: Word = "", text: Long = "", shown: Word = "",
    website: Word = "",
) -> Response:  # fmt: skip
    """Keep it for the team. What cannot wait is answered by the next page, whether or not it could be kept."""
    app, entered = request.app.state, {"name": name, "email": email, "subject": subject, "text": text}
    signs = urgent.signs(subject, text)
    try:
        spam.refuse(shown, website, app.store.keys.forms)
        with app.store.writing() as db:
            messages.begin(
                db, NOBODY, subject=subject or "A question", text=text, urgent=bool(signs), name=name, email=email,
                unit=_unit(db, app.place.ask_unit),
            )  # fmt: skip
            app.asked(request.client.host if request.client else "-")  # what was refused above does not count
    except TooMany as error:
        return _page(request, entered, [str(error)], status=error.status)
    except SoleusError as error:
        return _page(request, entered, str(error).splitlines())
    if signs:
        return RedirectResponse(f"/urgent?kept=1&{'&'.join(f'sign={sign}' for sign in signs)}", 303)
    return RedirectResponse("/ask?sent=1", 303)


def _unit(db: Session, name: str | None) -> str | None:
    """The unit whose staff sees it; without a setting, or with one that names no unit, everybody of every unit."""
    return db.scalar(select(Unit.id).where(Unit.name == name)) if name else None


@router.get("/urgent")
def urgent_page(request: Request, sign: Annotated[list[str], Query()] = [], kept: bool = False) -> Response:  # noqa: B006
    """The number to call and what to do, at once; open to everybody."""
    known = urgent.says()
    told = {"signs": [known[s] for s in dict.fromkeys(sign) if s in known], "kept": kept, "cramp": "cramp" in sign}
    return request.app.state.show(request, "urgent.html", told | {"all": list(known.values())})
