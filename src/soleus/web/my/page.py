"""My: what a person on dialysis sees first, the own curve, and why it cramps, in plain words."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...case import Case
from ...records.store import answers, diary, messages, patients
from ...records.store.audit import note
from ...records.store.tables import Patient, new_id
from ..charts import Chart, Series, chart
from ..doors.auth import PatientOnly, Visitor, patient_for
from ..library import reading_for
from ..staff.patient import timeline, visits
from ..twin.asking import ask
from . import plain_words
from .today import today_of

router = APIRouter(include_in_schema=False)
SHOWN = 12  # sessions of a list
WEIGHED = 60  # days of weights at home that are drawn


def own(request: Request, seen_by: Visitor, action: str) -> tuple[Patient, Case]:
    """The person who asks, and the own case; a line of the audit says that it was looked at."""
    with request.app.state.store.writing() as db:
        found = patient_for(db, seen_by, str(seen_by.user.patient_id))
        note(db, seen_by.who, action, f"patient:{found.id}")
    return found, patients.case_of(found)


@router.get("/my")
def page(request: Request, seen_by: PatientOnly) -> Response:
    """Today's budget, and ways to everything else."""
    found, case = own(request, seen_by, "own seen")
    with request.app.state.store.reading() as db:
        unread = sum(map(messages.unread, messages.threads(db, seen_by.user)))
        written = [row for row in diary.days(db, found.id, 1) if row.day == date.today()]
    told = {
        "patient": found, "today": today_of(case, date.today()), "day": date.today(), "once": new_id(),
        "unread": unread, "entries": len(written[0].entry["entries"]) if written else 0, "case": case,
    }  # fmt: skip
    return request.app.state.show(request, "my.html", told)


@router.get("/my/curve")
def curve(request: Request, seen_by: PatientOnly) -> Response:
    """The own weights, gains, pressures and cramps."""
    _, case = own(request, seen_by, "own curve seen")
    home = _at_home(case)
    told = {"visits": visits(case)[:SHOWN], "charts": [*timeline(case), *([home] if home else [])]}
    return request.app.state.show(request, "curve.html", told)


def _at_home(case: Case) -> Chart | None:
    """Weights of the diary, with its cramps."""
    days = sorted(case.diary, key=lambda line: line.date)[-WEIGHED:]
    points = [(float(d.date.toordinal()), d.weight_kg) for d in days if d.weight_kg is not None]
    if len(points) < 2:
        return None
    every = max(1, len(points) // 6)
    across = [(x, f"{date.fromordinal(int(x)):%d %b}") for x, _ in points[::every]]
    low, high = points[0][0], points[-1][0]
    cramps = [(x, "cramp") for d in days if d.cramp and low <= (x := float(d.date.toordinal())) <= high]
    series = [Series("morning", "a", points, marks=True)]
    return chart("Weight at home", "kg", series, x_label="day", across=across, events=cramps, digits=1)


@router.get("/my/why")
def why(request: Request, seen_by: PatientOnly) -> Response:
    """Why it cramps: the session explained last, or the one to be explained now."""
    found, case = own(request, seen_by, "own explanation seen")
    store, day = request.app.state.store, case.day
    told: dict[str, object] = {"patient": found, "day": day, "asked": None, "plain": None, "reading": []}
    told["where"] = "your dialysis" if case.on_dialysis else "the hours"
    if day is not None:
        with store.reading() as db:
            body = answers.latest(db, found.id, "explain")
        if body is None or plain_words.day_of(body) != day.isoformat():
            asked = ask(store, request.app.state.questions, found, "explain", day.isoformat())
            body = asked.answer
            told["asked"] = asked
        if body is not None:
            told |= {"plain": plain_words.why(body, case.on_dialysis), "reading": reading_for(body)}
    return request.app.state.show(request, "my_why.html", told)
