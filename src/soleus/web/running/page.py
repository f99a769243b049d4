"""Live: the page of a running session: begun by a nurse, heard line by line, shown as it goes, ended."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from ...case import read
from ...errors import BadRecord, SoleusError
from ...records.store import Store, patients, running
from ...records.store.audit import note
from ...records.store.tables import Patient, Treatment, now
from ..doors.auth import Staff, Visitor, patient_for
from ..refused import NotFound
from . import ending
from .shown import WHERE, clock, fragment
from .watch import Watch

router = APIRouter(include_in_schema=False)
SOON = 1.0  # s that a line is given to be heard before whoever sent it gets an answer
STEP = 0.02  # s between two looks
LONGEST = 2_000  # lines sent at once
Field = Annotated[str, Form(max_length=80)]
NONE = "No session of this patient is watched now."
GROUPS = {  # one tap each: label and the line it makes
    "Felt": (("Dizzy", "dizziness"), ("Nausea", "nausea"), ("Headache", "headache"), ("Itch", "itching"),
             ("Restless legs", "restless legs")),
    "Danger": (("Chest pain", "chest pain"), ("Fainted", "fainting"), ("Confused", "confusion"),
               ("Short of breath", "breathlessness"), ("Seizure", "seizure")),
    "Done": (("Ultrafiltration stopped", "uf stopped"), ("Legs raised", "legs raised"), ("Stretched", "stretched"),
             ("Cramp is over", "cramp over"), ("Treatment stopped", "treatment stopped")),
}  # fmt: skip


def runs_for(db: Session, seen_by: Visitor, patient_id: str) -> str:
    """The id of the session that runs, of a patient of one's own unit; nothing else is read.

    Raises:
        NotFound: when there is neither.
    """
    patient_for(db, seen_by, patient_id, case=False)
    found = running.id_of(db, patient_id)
    if found is None:
        raise NotFound(NONE)
    return found


def live_for(db: Session, seen_by: Visitor, patient_id: str) -> tuple[Patient, Treatment]:
    """A patient of one's own unit, and the session that runs.

    Raises:
        NotFound: when there is neither.
    """
    patient = patient_for(db, seen_by, patient_id, case=False)
    found = running.of_patient(db, patient_id)
    if found is None:
        raise NotFound(NONE)
    return patient, found


@router.get("/patients/{patient_id}/live")
def page(request: Request, seen_by: Staff, patient_id: str) -> Response:
    """The running session; the form to begin one where none runs."""
    return _page(request, seen_by, patient_id, [], {})


def _page(request: Request, seen_by: Visitor, patient_id: str, wrong: list[str], entered: dict[str, str]) -> Response:
    store, status = request.app.state.store, 422 if wrong else 200
    with store.writing() as db:
        patient = patient_for(db, seen_by, patient_id, case=False)
        found = running.of_patient(db, patient_id)
        case = patients.case_of(patient) if found is None else None
        last = running.last_came(db, found.id) if found else None
        note(db, seen_by.who, "watch seen", f"patient:{patient_id}")
    told: dict[str, Any] = {"patient": patient, "wrong": wrong, "entered": entered}
    if case is not None:
        if not case.on_dialysis:
            raise NotFound("This person is not on dialysis, so there is no session to watch.")
        return request.app.state.show(request, "live_begin.html", told | {"case": case}, status_code=status)
    assert found is not None
    if running.view_of(found) is None:
        request.app.state.watch.wake(found.id)
    screen = fragment(request, found, last)
    told |= {"treatment": found, "screen": screen, "groups": GROUPS, "where": WHERE}
    return request.app.state.show(request, "live.html", told, status_code=status)


@router.post("/patients/{patient_id}/live")
def begin(
    request: Request, seen_by: Staff, patient_id: str, pre_weight_kg: Field = "", uf_l: Field = "", minute: Field = "0"
) -> Response:
    """Begin to watch: what is known before the session joins the case for the twin."""
    entered = {"pre_weight_kg": pre_weight_kg, "uf_l": uf_l, "minute": minute}
    try:
        begun(request.app.state.store, seen_by, patient_id, entered)
    except SoleusError as error:
        return _page(request, seen_by, patient_id, str(error).splitlines(), entered)
    with request.app.state.store.reading() as db:
        request.app.state.watch.wake(live_for(db, seen_by, patient_id)[1].id)
    return RedirectResponse(f"/patients/{patient_id}/live", 303)


def begun(store: Store, seen_by: Visitor, patient_id: str, entered: dict[str, Any]) -> Treatment:
    """A session that is watched from now on.

    Raises:
        BadRecord: when a number is none, the case refuses it, or one runs already.
    """
    numbers = {name: number(name, entered.get(name)) for name in ("pre_weight_kg", "uf_l", "minute")}
    since = now() - timedelta(minutes=numbers.pop("minute") or 0.0)
    day = date.today()
    session = {"date": day.isoformat()} | {name: value for name, value in numbers.items() if value is not None}
    with store.writing() as db:
        patient = patient_for(db, seen_by, patient_id)
        if any(s["date"] == session["date"] for s in patient.case.get("sessions", [])):
            raise BadRecord(f"there is a session on {session['date']} already. Correct that one instead.")
        read(patient.case | {"sessions": [*patient.case.get("sessions", []), session]})
        return running.begin(db, seen_by.who, patient, day, {"session": session}, since)


def number(name: str, told: Any) -> float | None:
    """A number of a form, with a comma or a point.

    Raises:
        BadRecord: when it is none.
    """
    text = "" if told is None else str(told).strip().replace(",", ".")
    try:
        return float(text) if text else None
    except ValueError:
        raise BadRecord(f"{name} is {text[:40]!r}, which is no number. Write it with digits.") from None


@router.post("/patients/{patient_id}/live/line")
async def line(request: Request, seen_by: Staff, patient_id: str) -> Response:
    """One thing felt, given, done or measured, by a button of the page."""
    entered = {name: str(value) for name, value in (await request.form()).items() if name != "csrf"}

    def keep() -> tuple[str, int]:
        with request.app.state.store.writing() as db:
            _, found = live_for(db, seen_by, patient_id)
            row = running.plain(_row(entered, clock(db, found)))
            kept = running.append(db, found.id, [row], seen_by.who)
            note(db, seen_by.who, "line entered", f"patient:{patient_id}", what=sorted(set(row) - {"minute"}))
        return found.id, max(kept.numbers)

    try:
        await heard(request.app.state.watch, *await run_in_threadpool(keep))
    except BadRecord as error:
        return await run_in_threadpool(_page, request, seen_by, patient_id, str(error).splitlines(), entered)
    return RedirectResponse(f"/patients/{patient_id}/live", 303)


def _row(entered: dict[str, str], minute: float) -> dict[str, Any]:
    """The line that a button makes; it happened now, or some minutes ago."""
    ago = number("ago", entered.pop("ago", "")) or 0.0
    told: dict[str, Any] = {"minute": max(round(minute - ago, 2), 0.0)}
    for name, text in entered.items():
        told[name] = text if name in ("event", "where") else number(name, text)
    return told


async def heard(watch: Watch, name: str, up_to: int, wait: float = SOON) -> bool:
    """Wait a moment until a line was heard; gives whether it was."""
    watch.wake(name)
    for _ in range(int(wait / STEP)):
        if watch.heard.get(name, 0) >= up_to:
            return True
        await asyncio.sleep(STEP)
    return False


@router.post("/patients/{patient_id}/live/upload")
def upload(
    request: Request, seen_by: Staff, patient_id: str, file: Annotated[UploadFile, File()], speed: Field = "0"
) -> Response:
    """Readings as CSV: all at once, or played back."""
    app = request.app.state
    with app.store.reading() as db:
        _, found = live_for(db, seen_by, patient_id)
    name = "".join(c for c in file.filename or "the file" if c.isprintable())[:80]
    try:
        fast = number("speed", speed) or 0.0
        rows = _rows(app.watch, file.file.read(), name)
        with app.store.writing() as db:
            note(db, seen_by.who, "feed sent", f"patient:{patient_id}", lines=len(rows))
            if not fast:
                running.append(db, found.id, rows, seen_by.who)
    except SoleusError as error:
        return _page(request, seen_by, patient_id, str(error).splitlines(), {})
    if fast:
        app.playing.play(found.id, rows, fast, seen_by.who)
    app.watch.wake(found.id)
    return RedirectResponse(f"/patients/{patient_id}/live", 303)


def _rows(watch: Watch, raw: bytes, name: str) -> list[dict[str, Any]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRecord(f"{name} is not text. Save the readings as CSV in UTF-8.") from None
    rows, wrong = checked(watch.hearing.table(text, name))
    if wrong:
        raise BadRecord("\n".join(wrong.values()))
    return rows


def checked(told: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[int, str]]:
    """Lines that can be kept, and why others cannot, by their place from 1."""
    rows, wrong = [], {}
    for i, each in enumerate(told, 1):
        try:
            rows.append(running.plain(each))
        except BadRecord as error:
            wrong[i] = f"line {i}: {error}"
    return rows, wrong


@router.post("/patients/{patient_id}/live/end")
def end(request: Request, seen_by: Staff, patient_id: str, post_weight_kg: Field = "", keep: Field = "") -> Response:
    """End the watch; with `keep`, what was read joins the case file as a session."""
    app, day = request.app.state, ""
    try:
        weight = number("post_weight_kg", post_weight_kg)
        with app.store.writing() as db:
            patient, found = live_for(db, seen_by, patient_id)
            if keep:
                session = ending.session_of(found, running.lines(db, found.id), weight)
                patients.save(db, seen_by.who, patient, ending.joined(patient.case, session), patient.version, "watch")
                day = session["date"]
            running.end(db, seen_by.who, found)
    except SoleusError as error:
        return _page(request, seen_by, patient_id, str(error).splitlines(), {"post_weight_kg": post_weight_kg})
    app.watch.wake(found.id)
    return RedirectResponse(f"/patients/{patient_id}/sessions/{day}" if day else f"/patients/{patient_id}", 303)
