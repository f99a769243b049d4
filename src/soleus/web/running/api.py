"""Live for programs: readings of a running session come in, what is known of it goes out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from ...errors import BadRecord
from ...records.store import running
from ...records.store.audit import note
from ..api import FAULTS
from ..doors.auth import Staff
from .page import LONGEST, begun, checked, heard, live_for, runs_for

router = APIRouter(tags=["running session"])
Line = dict[str, float | str | None]
Lines = Annotated[
    list[Line] | Line,
    Body(
        description="One line or many, by the names of docs/use/live.md: minute, systolic_mmhg, rbv_pct, event ...",
        examples=[[{"minute": 30, "systolic_mmhg": 141, "diastolic_mmhg": 78}, {"minute": 31, "rbv_pct": -2.4}]],
    ),
]


class Begins(BaseModel):
    """What is known before the session."""

    pre_weight_kg: float | None = Field(None, description="kg, weight before")
    uf_l: float | None = Field(None, description="L, ultrafiltration ordered")
    minute: float = Field(0.0, ge=0, le=720, description="min that the session runs already")


class Took(BaseModel):
    """What became of the lines: they are kept before this answer is given."""

    kept: int
    repeated: int
    refused: dict[int, str]  # by the place of the line from 1: why it was not kept
    notes: dict[int, list[str]]  # by the place of the line: what of it does not count, and why
    heard: bool  # whether the monitor has taken them in; notes come with that


class Now(BaseModel):
    """A running session as the screen shows it."""

    id: str
    day: str
    number: int  # of the last line that is in it
    view: dict[str, Any] | None  # None while the twin gets ready
    refused: str | None  # why the twin cannot be built


@router.post("/api/patients/{patient_id}/live", responses=FAULTS, status_code=201)
def start(request: Request, seen_by: Staff, patient_id: str, told: Begins) -> Now:
    """Begin to watch a session of today; readings may come at once, the twin is ready within a minute."""
    made = begun(request.app.state.store, seen_by, patient_id, told.model_dump())
    request.app.state.watch.wake(made.id)
    return _now(made)


@router.get("/api/patients/{patient_id}/live", responses=FAULTS)
def state(request: Request, seen_by: Staff, patient_id: str) -> Now:
    """What is known now: readings, the hour ahead with bands, the one warning, what was done."""
    with request.app.state.store.writing() as db:
        _, found = live_for(db, seen_by, patient_id)
        note(db, seen_by.who, "watch read", f"patient:{patient_id}")
    return _now(found)


def _now(found: Any) -> Now:
    shown = found.shown or {}
    number, refused = shown.get("number", 0), shown.get("refused")
    return Now(id=found.id, day=found.day.isoformat(), number=number, view=running.view_of(found), refused=refused)


@router.post("/api/patients/{patient_id}/live/readings", responses=FAULTS)
async def readings(request: Request, seen_by: Staff, patient_id: str, told: Lines) -> Took:
    """Lines of the running session; the same line twice counts once, a late one is put where it belongs."""
    many = told if isinstance(told, list) else [told]
    if len(many) > LONGEST:
        raise BadRecord(f"{len(many)} lines came at once; send at most {LONGEST}.")
    rows, wrong = checked(many)
    name, kept = await run_in_threadpool(_keep, request, seen_by, patient_id, rows)
    watch = request.app.state.watch
    done = await heard(watch, name, max(kept.numbers, default=0))
    places = [i for i in range(1, len(many) + 1) if i not in wrong]
    notes = {i: said for i, n in zip(places, kept.numbers, strict=True) if (said := watch.notes.get((name, n)))}
    return Took(kept=kept.new, repeated=len(rows) - kept.new, refused=wrong, notes=notes, heard=done)


def _keep(request: Request, seen_by: Any, patient_id: str, rows: list[Any]) -> tuple[str, running.Appended]:
    with request.app.state.store.writing() as db:
        name = runs_for(db, seen_by, patient_id)
        if not running.known_from(db, name, seen_by.who):
            note(db, seen_by.who, "feed begun", f"patient:{patient_id}", treatment=name)
        return name, running.append(db, name, rows, seen_by.who)
