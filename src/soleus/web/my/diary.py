"""Diary: what a person writes down at home, one tap a thing; it goes into the case file as if it stood there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from ...errors import SoleusError
from ...records.store import diary, patients
from ...records.store.diary import Entry
from ...records.store.patients import Outdated
from ...records.store.tables import Patient, new_id
from ..doors.auth import PatientOnly, Visitor, patient_for
from ..messages import urgent
from ..refused import NotFound
from .diary_form import ALARMS, KINDS, UNWELL, WHERE, fields_of, needs_help, plainly, said

router = APIRouter(include_in_schema=False)
BACK = 14  # days that are shown


def write(
    request: Request, seen_by: Visitor, patient_id: str, deed: Callable[[Session, Patient], bool],
    version: int | None = None,
) -> Patient:  # fmt: skip
    """Change the diary, and with it the case file; whole or not at all.

    Args:
        request: the request.
        seen_by: who asks.
        patient_id: whose diary.
        deed: what to do; tells whether anything changed.
        version: of the case that was seen; None where an entry is only added, which contradicts nothing.

    Raises:
        NotFound: when it is not for this visitor.
        Outdated: when somebody changed the case since.
        BadRecord, OutOfRange: for what a case file cannot hold.
    """
    with request.app.state.store.writing() as db:
        found = patient_for(db, seen_by, patient_id)
        db.refresh(found, with_for_update=True)
        if deed(db, found):
            seen = found.version if version is None else version
            patients.save(db, seen_by.who, found, found.case, seen, "diary")
    return found


@router.get("/my/diary")
def page(request: Request, seen_by: PatientOnly, day: date | None = None, kept: bool = False) -> Response:
    """Buttons for a day, and what was written on the last ones."""
    return _page(request, seen_by, day or date.today(), kept=kept)


def _page(
    request: Request, seen_by: Visitor, day: date, *, kept: bool = False, wrong: list[str] | None = None,
    entered: dict[str, Any] | None = None, signs: list[str] | None = None,
) -> Response:  # fmt: skip
    with request.app.state.store.reading() as db:
        found = patient_for(db, seen_by, str(seen_by.user.patient_id))
        rows = diary.days(db, found.id, BACK)
    own = [{"day": row.day, "entries": [{**e, "said": said(e)} for e in row.entry["entries"]]} for row in rows]
    here = date.today()
    told = {
        "day": day, "today": here, "yesterday": here - timedelta(days=1), "days": own, "version": found.version,
        "once": new_id(), "kept": kept, "wrong": wrong or [], "entered": entered or {}, "where": WHERE,
        "unwell": UNWELL, "alarms": ALARMS, "on_dialysis": patients.case_of(found).on_dialysis,
        "signs": [urgent.says()[sign] for sign in signs or []],
    }  # fmt: skip
    return request.app.state.show(request, "diary.html", told, status_code=422 if wrong else 200)


@router.post("/my/diary")
async def add(request: Request, seen_by: PatientOnly) -> Response:
    """One more entry; the same form sent twice is one."""
    return await run_in_threadpool(_add, request, seen_by, await request.form())


def _add(request: Request, seen_by: Visitor, form: FormData) -> Response:
    entered = _entered(form)
    day, once = _day(entered), str(entered.get("once", ""))
    once = once if once.isalnum() and len(once) == len(new_id()) else new_id()
    signs = needs_help(entered)
    try:
        fields, at = fields_of(entered), f"{datetime.now():%H:%M}"
        mine = str(seen_by.user.patient_id)
        write(request, seen_by, mine, lambda db, p: diary.add(db, p.case, mine, day, fields, at, once))
    except SoleusError as error:
        return _page(request, seen_by, day, wrong=plainly(error), entered=entered, signs=signs)
    return _after(day, signs)


def _after(day: date, signs: list[str]) -> Response:
    """Who needs help now is told so at once, and never given a number instead."""
    if signs:
        return RedirectResponse(f"/urgent?{'&'.join(f'sign={sign}' for sign in signs)}", 303)
    return RedirectResponse(f"/my/diary?day={day}&kept=1", 303)


def _entered(form: FormData) -> dict[str, Any]:
    """What was filled in; boxes that may be ticked together as a list."""
    told: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
    return told | {name: [v for v in form.getlist(name) if isinstance(v, str)] for name in ("unwell", "alarm")}


def _day(entered: dict[str, Any]) -> date:
    try:
        return date.fromisoformat(str(entered.get("day", "")))
    except ValueError:
        return date.today()


@router.get("/my/diary/{day}/{entry_id}")
def correct(request: Request, seen_by: PatientOnly, day: date, entry_id: str) -> Response:
    """One entry, to be corrected or taken out."""
    return _correct(request, seen_by, day, entry_id, None, [])


def _correct(
    request: Request, seen_by: Visitor, day: date, entry_id: str, entered: dict[str, Any] | None, wrong: list[str]
) -> Response:
    with request.app.state.store.reading() as db:
        found = patient_for(db, seen_by, str(seen_by.user.patient_id))
        entry = diary.entry_of(db, found.id, day, entry_id)
    if entry is None:
        raise NotFound
    told = {
        "day": day, "entry": entry, "said": said(entry), "version": found.version, "wrong": wrong,
        "kind": diary.kind_of(entry), "entered": entered or _filled(entry), "where": WHERE, "unwell": UNWELL,
        "alarms": ALARMS, "once": "",
    }  # fmt: skip
    return request.app.state.show(request, "diary_entry.html", told, status_code=422 if wrong else 200)


def _filled(entry: Entry) -> dict[str, Any]:
    """What stands in the form of an entry."""
    shown = {name: f"{v:g}" if isinstance(v, float | int) else v for name, v in entry.items()}
    if "drinks_l" in entry:
        shown["drink_ml"] = f"{1000 * entry['drinks_l']:g}"
    for cramp in entry.get("cramps", [])[:1]:
        bad = cramp.get("severity")
        shown |= {"where": cramp.get("where") or "", "severity": "" if bad is None else f"{bad:g}"}
    return shown


@router.post("/my/diary/{day}/{entry_id}")
async def change(request: Request, seen_by: PatientOnly, day: date, entry_id: str) -> Response:
    """Another entry in its place, or none."""
    return await run_in_threadpool(_change, request, seen_by, day, entry_id, await request.form())


def _change(request: Request, seen_by: Visitor, day: date, entry_id: str, form: FormData) -> Response:
    entered = _entered(form)
    version = int(entered["version"]) if str(entered.get("version", "")).isdigit() else 0
    gone = entered.get("kind") == "remove"
    mine, signs = str(seen_by.user.patient_id), [] if gone else needs_help(entered)
    try:
        fields = None if gone else fields_of(entered)

        def deed(db: Session, found: Patient) -> bool:
            if not diary.change(db, found.case, mine, day, entry_id, fields):
                raise NotFound
            return True

        write(request, seen_by, mine, deed, version)
    except Outdated:
        raise
    except SoleusError as error:
        return _correct(request, seen_by, day, entry_id, entered, plainly(error))
    return _after(day, signs)


assert set(KINDS) == set(diary.KINDS)
