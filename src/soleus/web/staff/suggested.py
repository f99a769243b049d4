"""Suggested: a treatment that was tried with the sliders, sent to whoever decides; nothing follows by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from ...errors import SoleusError
from ...records.store import suggestions
from ...records.store.audit import note
from ...records.store.tables import Patient, Suggestion
from ..doors.auth import Clinician, Staff, Visitor, patient_for
from ..doors.login import Long, Word
from ..refused import NotFound
from ..twin.asking import Asked, ask
from .otherwise import KNOBS, chosen, reached, said, written

router = APIRouter(include_in_schema=False)
WAITS = "The twin has not answered yet. Wait a moment, then send it."


class Line(NamedTuple):
    """One thing set otherwise."""

    label: str
    unit: str
    was: float | None
    becomes: float


class Shown(NamedTuple):
    """A suggestion as a page shows it."""

    row: Suggestion
    lines: list[Line]
    again: str  # where its curves are


class Scenario(NamedTuple):
    """A patient, how the session was, and what is to be set otherwise."""

    patient: Patient
    was: dict[str, float]
    changes: dict[str, float]


def scenario_of(request: Request, seen_by: Visitor, patient_id: str, day: date, asked: dict[str, str]) -> Scenario:
    """What is asked for; what is out of a knob's reach stays as it was.

    Raises:
        NotFound: for a patient or a session that is not there, or hours without a machine.
    """
    found, was = reached(request, seen_by, patient_id, day)
    return Scenario(found, was, chosen(asked, was)[1])


def judged(request: Request, told: Scenario, day: date) -> Asked:
    """What the twin expects of it; kept, so that what is sent is what was seen."""
    store, questions = request.app.state.store, request.app.state.questions
    return ask(store, questions, told.patient, "judge", day.isoformat(), told.changes)


def expected(told: Scenario, asked: Asked) -> dict[str, Any]:
    """What is kept with a suggestion; where the twin refused, why."""
    if asked.answer is None:
        return {"was": told.was, "refused": asked.refused}
    return {"was": told.was} | asked.answer | {"nearest": in_words(asked.answer["nearest"])}


def in_words(nearest: str) -> str:
    """The nearest plan as a page says it: treatment time 4.4 h, where the twin wrote hours=4.4."""
    values = dict(part.strip().partition("=")[::2] for part in nearest.split(","))
    try:
        return said({name: float(value) for name, value in values.items()}) or nearest
    except ValueError:
        return nearest


@router.get("/patients/{patient_id}/sessions/{day}/suggest")
def page(request: Request, seen_by: Staff, patient_id: str, day: date) -> Response:
    """What would be sent, what the twin expects of it, and why it is suggested."""
    told = scenario_of(request, seen_by, patient_id, day, dict(request.query_params))
    with request.app.state.store.writing() as db:
        note(db, seen_by.who, "suggestion opened", f"patient:{patient_id}", day=day.isoformat())
    return _page(request, told, day, "", [])


def _page(request: Request, told: Scenario, day: date, text: str, wrong: list[str]) -> Response:
    asked = judged(request, told, day) if told.changes else None
    shown = {
        "patient": told.patient, "day": day, "lines": lines(told.changes, told.was), "asked": asked, "text": text,
        "expected": expected(told, asked) if asked and not asked.waits else None, "wrong": wrong,
        "changes": written(told.changes), "again": again(told.patient.id, day, told.changes),
        "longest": suggestions.LONGEST, "once": once_names(asked.answer) if asked and asked.answer else "",
    }  # fmt: skip
    return request.app.state.show(request, "suggest.html", shown, status_code=422 if wrong else 200)


@router.post("/patients/{patient_id}/sessions/{day}/suggest")
def send(request: Request, seen_by: Staff, patient_id: str, day: date, changes: Word = "", text: Long = "") -> Response:
    """Send it; it stands on the patient's page until a clinician decides."""
    asked = dict(part.partition("=")[::2] for part in changes.split(","))
    told = scenario_of(request, seen_by, patient_id, day, asked)
    try:
        made = sent(request, seen_by, told, day, text)
    except SoleusError as error:
        return _page(request, told, day, text, str(error).splitlines())
    if made is None:
        return _page(request, told, day, text, [WAITS])
    return RedirectResponse(f"/patients/{patient_id}#suggestions", 303)


def sent(request: Request, seen_by: Visitor, told: Scenario, day: date, text: str) -> Suggestion | None:
    """Keep it with what the twin expects; None while that is computed.

    Raises:
        BadRecord, OutOfRange: as `suggestions.send`.
    """
    suggestions.said(text, "why you suggest it")
    asked = judged(request, told, day) if told.changes else None
    if asked is not None and asked.waits:
        return None
    with request.app.state.store.writing() as db:
        found = patient_for(db, seen_by, told.patient.id)
        more = {} if asked is None else expected(told, asked)
        return suggestions.send(
            db, seen_by.who, found, seen_by.user.name, day=day, changes=told.changes, told=more, text=text
        )


@router.post("/patients/{patient_id}/suggestions/{suggestion_id}")
def decide(
    request: Request, seen_by: Clinician, patient_id: str, suggestion_id: str, deed: Word = "", reason: Long = ""
) -> Response:
    """Accept or decline it, with the reason."""
    decided(request, seen_by, patient_id, suggestion_id, deed == "accept", reason)
    return RedirectResponse(f"/patients/{patient_id}#suggestions", 303)


def decided(
    request: Request, seen_by: Visitor, patient_id: str, suggestion_id: str, accept: bool, reason: str
) -> Suggestion:
    """Decide a suggestion for a patient of one's own unit.

    Raises:
        NotFound: when there is none, or it is not for this visitor.
        Outdated, BadRecord, OutOfRange: as `suggestions.decide`.
    """
    with request.app.state.store.writing() as db:
        patient_for(db, seen_by, patient_id)
        found = suggestions.find(db, patient_id, suggestion_id)
        if found is None:
            raise NotFound
        suggestions.decide(db, seen_by.who, found, seen_by.user.name, accept=accept, reason=reason)
        return found


def lines(changes: Mapping[str, float], was: Mapping[str, float]) -> list[Line]:
    """Each thing set otherwise, in the order of the sliders."""
    return [Line(k.label, k.unit, was.get(k.name), changes[k.name]) for k in KNOBS if k.name in changes]


def once_names(told: Mapping[str, Any]) -> str:
    """What counts in its session only, in words."""
    return ", ".join(k.label.lower() for k in KNOBS if k.name in told.get("once", []))


def again(patient_id: str, day: date, changes: Mapping[str, float]) -> str:
    """Where the curves of it are."""
    values = urlencode({name: f"{value:g}" for name, value in changes.items()})
    return f"/patients/{patient_id}/sessions/{day}/what-if?{values}"


def shown_of(rows: list[Suggestion]) -> list[Shown]:
    """Suggestions as the patient's page shows them."""
    return [
        Shown(row, lines(row.changes, row.told.get("was", {})), again(row.patient_id, row.day, row.changes))
        for row in rows
    ]
