"""Entry: a session written down at the chair in a minute; what was entered stays on screen when something is wrong."""

from __future__ import annotations

import copy
import re
from datetime import date
from typing import Any, get_args

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from ...case.treatment import Complaint
from ...errors import BadRecord, SoleusError
from ...records.store import patients
from ...records.store.patients import Outdated
from ..doors.auth import Staff, Visitor, patient_for

router = APIRouter(include_in_schema=False)
NUMBERS = ("pre_weight_kg", "post_weight_kg", "uf_l", "hours", "drunk_l", "infused_l")
WORDS = ("date", "start", "weight_reason", "note")
PRESSURE = ("minute", "systolic_mmhg", "diastolic_mmhg", "heart_rate_min")
SYMPTOM = ("minute", "what", "where", "severity", "action")
CUFFS, COMPLAINTS = 12, 5  # rows of the form
KINDS = get_args(Complaint)


@router.get("/patients/{patient_id}/enter")
def new(request: Request, seen_by: Staff, patient_id: str, day: date | None = None) -> Response:
    """An empty form, or the one of a session that is there already."""
    with request.app.state.store.reading() as db:
        found = patient_for(db, seen_by, patient_id)
    told = next((s for s in found.case.get("sessions", []) if day and s["date"] == day.isoformat()), None)
    return _page(request, found, _filled(told), found.version, day, [])


@router.post("/patients/{patient_id}/enter")
async def save(request: Request, seen_by: Staff, patient_id: str, day: date | None = None) -> Response:
    """Keep it, whole or not at all."""
    return await run_in_threadpool(_save, request, seen_by, patient_id, day, await request.form())


def _save(request: Request, seen_by: Visitor, patient_id: str, day: date | None, form: FormData) -> Response:
    store = request.app.state.store
    with store.reading() as db:
        found = patient_for(db, seen_by, patient_id)
    entered = {name: str(value) for name, value in form.items() if isinstance(value, str)}
    version = int(entered["version"]) if entered.get("version", "").isdigit() else 0
    try:
        told = with_session(found.case, session_of(entered), day)
        with store.writing() as db:
            patients.save(db, seen_by.who, patient_for(db, seen_by, patient_id), told, version, "session")
    except Outdated:
        raise
    except SoleusError as error:
        return _page(request, found, entered, version, day, str(error).splitlines())
    return RedirectResponse(f"/patients/{patient_id}/sessions/{entered['date']}", 303)


def session_of(entered: dict[str, str]) -> dict[str, Any]:
    """The session of a form, as a case file writes it; fields left empty are left out.

    Raises:
        BadRecord: naming every field that is no number.
    """
    wrong: list[str] = []
    told: dict[str, Any] = {name: v for name in WORDS if (v := entered.get(name, "").strip())}
    numbers = {name: _number(entered, name, wrong) for name in NUMBERS}
    told |= {name: value for name, value in numbers.items() if value is not None}
    told["pressures"] = _rows(entered, "p", PRESSURE, wrong)
    told["symptoms"] = _rows(entered, "s", SYMPTOM, wrong)
    if not told.get("date"):
        wrong.append("date is empty. Give the day of the session.")
    if wrong:
        raise BadRecord("\n".join(wrong))
    told["pressures"].sort(key=lambda row: row.get("minute", 0.0))
    return told


def _rows(entered: dict[str, str], kind: str, names: tuple[str, ...], wrong: list[str]) -> list[dict[str, Any]]:
    rows = []
    for i in range(_last(entered, kind) + 1):
        row: dict[str, Any] = {}
        for name in names:
            if name in ("what", "where", "action"):
                value: Any = entered.get(f"{kind}{i}_{name}", "").strip() or None
            else:
                value = _number(entered, f"{kind}{i}_{name}", wrong)
            if value is not None:
                row[name] = value
        if set(row) - {"minute"}:  # a minute that the form filled in by itself is no reading
            rows.append(row)
    return rows


def _last(entered: dict[str, str], kind: str) -> int:
    """The number of the last row of a table that was sent."""
    found = (re.fullmatch(rf"{kind}(\d{{1,4}})_\w+", name) for name in entered)
    return max((int(match[1]) for match in found if match), default=-1)


def _number(entered: dict[str, str], name: str, wrong: list[str]) -> float | None:
    text = entered.get(name, "").strip().replace(",", ".")
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        wrong.append(f"{name} is {text[:40]!r}, which is no number. Write it with digits, for example 64.5.")
        return None


def with_session(case: dict[str, Any], session: dict[str, Any], day: date | None) -> dict[str, Any]:
    """The case with this session added, or in place of what the form showed of another.

    Raises:
        BadRecord: when there is one on that day already.
    """
    told = copy.deepcopy(case)
    others = [s for s in told.get("sessions", []) if day is None or s["date"] != day.isoformat()]
    if any(s["date"] == session["date"] for s in others):
        raise BadRecord(f"date: there is a session on {session['date']} already. Open that one and correct it.")
    kept: dict[str, Any] = next((s for s in told.get("sessions", []) if day and s["date"] == day.isoformat()), {})
    shown = {*NUMBERS, *WORDS, "pressures", "symptoms"}
    merged = {name: value for name, value in kept.items() if name not in shown} | session
    merged["pressures"] = [_marked(row, kept.get("pressures", [])) for row in session["pressures"]]
    told["sessions"] = sorted([*others, merged], key=lambda s: str(s["date"]))
    return told


def _marked(row: dict[str, Any], kept: list[dict[str, Any]]) -> dict[str, Any]:
    """A reading with what the form does not show of it, such as that nobody believes it."""
    same = [old for old in kept if all(old.get(name) == row.get(name) for name in PRESSURE)]
    return same[0] if same else row


def _filled(session: dict[str, Any] | None) -> dict[str, str]:
    """What stands in the fields of the form."""
    if session is None:
        usual = {f"p{i}_minute": str(30 * i) for i in range(9)}
        return {"date": date.today().isoformat()} | usual
    entered = {name: _text(session[name]) for name in (*NUMBERS, *WORDS) if session.get(name) is not None}
    for kind, rows, names in (
        ("p", session.get("pressures", []), PRESSURE),
        ("s", session.get("symptoms", []), SYMPTOM),
    ):
        for i, row in enumerate(rows):
            entered |= {f"{kind}{i}_{name}": _text(row[name]) for name in names if row.get(name) is not None}
    return entered


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float | int) and not isinstance(value, bool) else str(value)


def _page(
    request: Request, patient: Any, entered: dict[str, str], version: int, day: date | None, wrong: list[str]
) -> Response:
    told = {
        "patient": patient, "entered": entered, "version": version, "day": day, "wrong": wrong, "kinds": KINDS,
        "cuffs": max(CUFFS, _last(entered, "p") + 3), "complaints": max(COMPLAINTS, _last(entered, "s") + 3),
    }  # fmt: skip
    return request.app.state.show(request, "entry.html", told, status_code=422 if wrong else 200)
