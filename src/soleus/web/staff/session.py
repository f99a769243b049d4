"""Session: one treatment on a page; the readings, the twin beside them, why it went so, and what to change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from ...case import Case, Session
from ...errors import BadRecord
from ...knowledge import library
from ...knowledge.article import Article
from ...records.store import Store, patients
from ...records.store.audit import note
from ...records.store.tables import Patient
from ..charts import Chart, Series, chart
from ..doors.auth import Anybody, Staff, patient_for
from ..refused import NotFound
from ..twin.asking import Asked, ask

router = APIRouter(include_in_schema=False)
STEP = 0.25  # s between two looks at how far it is


@router.get("/patients/{patient_id}/sessions/{day}")
def page(request: Request, seen_by: Staff, patient_id: str, day: date) -> Response:
    """Readings at once; causes as soon as the twin has them."""
    store: Store = request.app.state.store
    with store.reading() as db:
        found = patient_for(db, seen_by, patient_id)
    case = patients.case_of(found)
    here = session_of(case, day)
    with store.writing() as db:
        note(db, seen_by.who, "session seen", f"patient:{patient_id}", day=day.isoformat())
    asked = ask(store, request.app.state.questions, found, "explain", day.isoformat())
    body = asked.answer
    options = _options(request, found, here, day.isoformat()) if body else None
    told = {
        "patient": found, "case": case, "session": here, "day": day, "asked": asked, "options": options,
        "why": body["why"] if body else None, "charts": curves(case, here, body["course"] if body else None),
        "order": order_lines(case, here) if here else [], "reading": reading(body),
    }  # fmt: skip
    return request.app.state.show(request, "session.html", told)


def _options(request: Request, patient: Patient, here: Session | None, day: str) -> Asked | None:
    """What to change is asked as soon as the causes are known; None where no machine treats."""
    if here is None:
        return None
    return ask(request.app.state.store, request.app.state.questions, patient, "advise", day, wait=0)


def reading(body: dict[str, Any] | None) -> dict[str, list[Article]]:
    """What to read about each cause."""
    found = [] if body is None else [cause["id"] for cause in body["why"].get("causes", [])]
    return {cause: list(library.about_cause(cause)[:2]) for cause in found}


def session_of(case: Case, day: date) -> Session | None:
    """The session of a day, or None for hours without dialysis.

    Raises:
        NotFound: when there is neither.
    """
    try:
        if case.on_dialysis:
            return case.session(day)
        case.episode(day)
    except BadRecord:
        raise NotFound from None
    return None


@router.get("/questions/{key}")
async def progress(request: Request, seen_by: Anybody, key: str) -> Response:
    """How far the twin is, as server-sent events; it names nobody, and its key is a hash nobody can guess."""
    question = request.app.state.questions.find(key) or request.app.state.tries.find(key)
    if question is None:
        raise NotFound

    async def events() -> AsyncIterator[str]:
        last = ""
        while not question.done.is_set():
            if question.said != last:
                last = question.said
                yield f"data: {last}\n\n"
            await asyncio.sleep(STEP)
        yield "event: done\ndata: done\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")


def order_lines(case: Case, session: Session) -> list[tuple[str, str]]:
    """How this session was treated, in a few lines."""
    order = case.prescription_for(session)
    bath = order.dialysate
    gain = case.gain_kg(session)
    said: list[tuple[str, str | None]] = [
        ("Treated", f"{order.mode} {order.hours:g} h" if order.hours else order.mode),
        ("Weight", _span(session.pre_weight_kg, session.post_weight_kg, "kg")),
        ("Gained", None if gain is None else f"{gain:.1f} kg"),
        ("Taken off", None if session.taken_off_l is None else f"{session.taken_off_l:.1f} L"),
        ("Target", None if case.patient.target_weight_kg is None else f"{case.patient.target_weight_kg:g} kg"),
        ("Bath", None if bath is None else ", ".join(_bath(bath))),
    ]
    return [(name, value) for name, value in said if value]


def _bath(bath: Any) -> list[str]:
    named = (("Na", "sodium"), ("K", "potassium"), ("Ca", "calcium"), ("Mg", "magnesium"), ("HCO₃", "bicarbonate"))
    said = [(short, getattr(bath, f"{name}_mmol_l")) for short, name in named]
    heat = [] if bath.temperature_c is None else [f"{bath.temperature_c:g} °C"]
    return [f"{short} {value:g}" for short, value in said if value is not None] + heat


def _span(a: float | None, b: float | None, unit: str) -> str | None:
    if a is None and b is None:
        return None
    return f"{'?' if a is None else f'{a:g}'} to {'?' if b is None else f'{b:g}'} {unit}"


def curves(case: Case, session: Session | None, course: dict[str, Any] | None) -> list[Chart]:
    """What was read, and the twin's course behind it; nothing for hours without dialysis."""
    if session is None:
        return []
    events = [(s.minute, s.what) for s in session.symptoms if s.what in ("cramp", "hypotension", "fainting")]
    cuff = case.readings(session)
    read = [
        Series("systolic, read", "marks", [(p.minute, p.systolic_mmhg) for p in cuff], marks=True),
        Series(
            "diastolic, read", "marks",
            [(p.minute, p.diastolic_mmhg) for p in cuff if p.diastolic_mmhg is not None], marks=True,
        ),
    ]  # fmt: skip
    volume = [Series("monitor", "marks", [(p.minute, p.rbv_pct) for p in session.blood_volume], marks=True)]
    length = session.length_min(case.prescription)
    across = (
        None if length is None else [(float(t), f"{t}") for t in range(0, int(length) + 1, 30 if length < 200 else 60)]
    )
    shared: dict[str, Any] = {"events": events, "across": across}
    drawn = [
        chart("Blood pressure", "mmHg",
              [*_twin(course, "systolic_mmhg", "systolic, twin", "a"),
               *_twin(course, "diastolic_mmhg", "diastolic, twin", "b"), *read], **shared),
        chart("Blood volume", "% of the start", [*_twin(course, "rbv_pct", "twin", "a"), *volume], digits=1, **shared),
        chart("Chance of a cramp", "% in 5 min", _twin(course, "cramp_pct_per_5_min", "twin", "c"), digits=1, **shared),
    ]  # fmt: skip
    return [each for each in drawn if each is not None]


def _twin(course: dict[str, Any] | None, name: str, label: str, look: str) -> list[Series]:
    if course is None:
        return []
    at, told = course["minute"], course[name]
    band = (list(zip(at, told["low"], strict=True)), list(zip(at, told["high"], strict=True)))
    return [Series(label, look, list(zip(at, told["mean"], strict=True)), band)]
