"""Otherwise: the same session treated in another way, tried with sliders; and the letter about it."""

from __future__ import annotations

import base64
import math
from datetime import date
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from ...case import Case, Session
from ...records.store import patients
from ...records.store.audit import note
from ...records.store.tables import Patient
from ..charts import Chart, Series, chart
from ..doors.auth import Staff, Visitor, patient_for
from ..refused import NotFound
from ..twin.asking import Asked, ask, ask_once
from .session import session_of

router = APIRouter(include_in_schema=False)
CHANCES = ("cramp_probability", "hypotension_probability")
LOOKS = ("b", "c")  # of what is kept beside; as many as there are
PATIENCE = 4.0  # s that the page waits for a try


class Knob(NamedTuple):
    """Something that can be set otherwise."""

    name: str
    label: str
    unit: str
    low: float
    high: float
    step: float


class Figure(NamedTuple):
    """A number of the session, as it was and now."""

    name: str
    label: str
    unit: str
    digits: int
    was: float
    now: float
    low: float
    high: float
    changed: bool
    beside: tuple[float, ...]  # of what was kept beside


class Kept(NamedTuple):
    """Another way to treat that stays on the page, to be compared."""

    asked: str  # as the address says it: hours=4.5,sodium_mmol_l=138
    label: str
    tried: Asked


KNOBS = (
    Knob("hours", "Treatment time", "h", 2, 8, 0.25),
    Knob("uf_l", "Fluid taken off", "L", 0, 6, 0.1),
    Knob("blood_flow_ml_min", "Blood flow", "mL/min", 100, 500, 10),
    Knob("sodium_mmol_l", "Bath sodium", "mmol/L", 130, 145, 1),
    Knob("potassium_mmol_l", "Bath potassium", "mmol/L", 1, 4, 0.5),
    Knob("calcium_mmol_l", "Bath calcium", "mmol/L", 1, 1.75, 0.05),
    Knob("magnesium_mmol_l", "Bath magnesium", "mmol/L", 0.25, 1, 0.05),
    Knob("bicarbonate_mmol_l", "Bath bicarbonate", "mmol/L", 24, 40, 1),
    Knob("temperature_c", "Bath temperature", "°C", 34.5, 38, 0.1),
)


def reached(request: Request, seen_by: Visitor, patient_id: str, day: date) -> tuple[Patient, dict[str, float]]:
    """The patient, and how that session was set.

    Raises:
        NotFound: for a patient or a session that is not there, or hours without a machine.
    """
    with request.app.state.store.reading() as db:
        found = patient_for(db, seen_by, patient_id)
    case = patients.case_of(found)
    here = session_of(case, day)
    if here is None:
        raise NotFound("There is no machine to set otherwise: this person is not on dialysis.")
    return found, as_it_was(case, here)


@router.get("/patients/{patient_id}/sessions/{day}/what-if")
def page(
    request: Request, seen_by: Staff, patient_id: str, day: date, part: bool = False, keep: bool = False
) -> Response:
    """Sliders, and what follows; with `part` only what follows; `keep` puts it beside what comes next."""
    store = request.app.state.store
    found, set_as = reached(request, seen_by, patient_id, day)
    values, changes = chosen(dict(request.query_params), set_as)
    beside = request.query_params.getlist("kept")
    if keep:
        set_now = [(k.name, f"{values[k.name]:.12g}") for k in KNOBS if k.name in values]
        beside = [*dict.fromkeys(x for x in (*beside, written(changes)) if x)][-len(LOOKS) :]
        return RedirectResponse(f"{request.url.path}?{urlencode([*set_now, *(('kept', x) for x in beside)])}", 303)
    if not part:
        with store.writing() as db:
            note(db, seen_by.who, "what-if opened", f"patient:{patient_id}", day=day.isoformat())

    def asked(changes: dict[str, float]) -> Asked:
        return ask_once(request.app.state.tries, found, "otherwise", day.isoformat(), changes, PATIENCE)

    tried = asked(changes)
    others = [chosen(dict(part.partition("=")[::2] for part in x.split(",")), set_as)[1] for x in beside[: len(LOOKS)]]
    kept = [Kept(written(other), said(other), asked(other)) for other in others if other]
    told = {
        "patient": found, "day": day, "knobs": [meeting(k, set_as) for k in KNOBS], "set_as": set_as,
        "values": values, "tried": tried, "changes": changes, "held": kept,
        "kept": [k for k in kept if k.tried.answer], **_shown(tried, kept),
    }  # fmt: skip
    return request.app.state.show(request, "tried.html" if part else "what_if.html", told)


def as_it_was(case: Case, session: Session) -> dict[str, float]:
    """Every knob as it stood in the session."""
    order = case.prescription_for(session)
    told = {name: getattr(order, name, None) for name in ("hours", "blood_flow_ml_min")}
    told["uf_l"] = session.taken_off_l
    bath = order.dialysate
    told |= {k.name: getattr(bath, k.name) for k in KNOBS if bath is not None and hasattr(bath, k.name)}
    return {name: float(value) for name, value in told.items() if value is not None}


def meeting(knob: Knob, was: dict[str, float]) -> Knob:
    """The knob with steps that meet the value it had: a slider stands on its steps only, else it changes it unasked."""
    if knob.name not in was:
        return knob
    value = was[knob.name]
    below = math.floor((value - knob.low) / knob.step + 1e-9)
    return knob._replace(low=value - max(0, below) * knob.step, high=max(knob.high, value))


def chosen(asked: dict[str, str], was: dict[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """The knobs as they are set, and those that are set otherwise; what is out of a knob's reach stays as it was."""
    values = dict(was)
    for knob in KNOBS:
        try:
            value = float(asked.get(knob.name, "").replace(",", "."))
        except ValueError:
            continue
        if knob.low <= value <= knob.high:
            values[knob.name] = value
    changes = {name: x for name, x in values.items() if name not in was or abs(x - was[name]) > 1e-9}
    return values, changes


def written(changes: dict[str, float]) -> str:
    """Changes as an address holds them."""
    return ",".join(f"{name}={value:g}" for name, value in changes.items())


def said(changes: dict[str, float]) -> str:
    """Changes in words: treatment time 4.5 h, bath sodium 138 mmol/L."""
    named = [f"{k.label} {changes[k.name]:g} {k.unit}" for k in KNOBS if k.name in changes]
    return ", ".join(named).lower().replace("mmol/l", "mmol/L").replace("ml/min", "mL/min").replace("°c", "°C")


def _shown(tried: Asked, kept: list[Kept]) -> dict[str, Any]:
    """Curves and figures as it was, now, and of what was kept beside."""
    if tried.answer is None:
        return {"charts": [], "rows": [], "chances": []}
    was, now = tried.answer["was"]["measures"], tried.answer["now"]["measures"]
    there = [(k.label, k.tried.answer["now"]) for k in kept if k.tried.answer]
    others = [other for _, other in there]
    rows = [_row(name, was[name], now[name], [other["measures"][name] for other in others]) for name in now]
    chances = [row for row in rows if row.name in CHANCES]
    rest = [row for row in rows if row.name not in CHANCES]
    beside = [(label, other["course"]) for label, other in there]
    charts = _curves(tried.answer["was"]["course"], tried.answer["now"]["course"], beside)
    return {"charts": charts, "rows": rest, "chances": chances}


def _row(name: str, was: dict[str, Any], now: dict[str, Any], others: list[dict[str, Any]]) -> Figure:
    """A figure both ways; chances as per cent."""
    times, unit = (100.0, "%") if name in CHANCES else (1.0, now["unit"] if now["unit"] != "1" else "")
    low, high = now["interval"]
    values = [times * x for x in (was["mean"], now["mean"], low, high)]
    digits = 0 if name in CHANCES or abs(values[0]) >= 100 else 1 if abs(values[0]) >= 10 else 2
    changed = f"{values[0]:.{digits}f}" != f"{values[1]:.{digits}f}"
    beside = tuple(times * other["mean"] for other in others)
    label = f"{now['label']} taken off" if "_removed_" in name else now["label"]
    label = f"of it {label}" if "_by_" in name else label  # of what stands in the row before
    return Figure(name, label, unit, digits, values[0], values[1], values[2], values[3], changed, beside)


def _curves(was: dict[str, Any], now: dict[str, Any], beside: list[tuple[str, dict[str, Any]]]) -> list[Chart]:
    """Pressure, blood volume, sodium and the chance of a cramp, each way."""
    end = max(course["minute"][-1] for course in (was, now, *(c for _, c in beside)))
    across = [(float(t), f"{t}") for t in range(0, int(end) + 1, 60)]
    shown = (
        ("systolic_mmhg", "Systolic pressure", 0), ("rbv_pct", "Blood volume", 1), ("sodium_mmol_l", "Sodium", 1),
        ("cramp_pct_per_5_min", "Chance of a cramp", 1),
    )  # fmt: skip
    drawn = []
    for name, title, digits in shown:
        band = tuple(list(zip(now["minute"], now[name][k], strict=True)) for k in ("low", "high"))
        series = [
            Series("as it was", "ghost", list(zip(was["minute"], was[name]["mean"], strict=True))),
            *(
                Series(label, look, list(zip(c["minute"], c[name]["mean"], strict=True)))
                for look, (label, c) in zip(LOOKS, beside, strict=False)
            ),
            Series("now", "a", list(zip(now["minute"], now[name]["mean"], strict=True)), (band[0], band[1])),
        ]
        drawn.append(chart(title, now[name]["unit"], series, across=across, digits=digits))
    return [each for each in drawn if each is not None]


@router.get("/patients/{patient_id}/sessions/{day}/letter")
def letter(
    request: Request, seen_by: Staff, patient_id: str, day: date, whom: Literal["chart", "patient"] = "chart"
) -> Response:
    """The letter as PDF, once it is written."""
    store = request.app.state.store
    with store.reading() as db:
        found = patient_for(db, seen_by, patient_id)
    session_of(patients.case_of(found), day)
    with store.writing() as db:
        note(db, seen_by.who, "letter asked", f"patient:{patient_id}", day=day.isoformat(), whom=whom)
    asked = ask(store, request.app.state.questions, found, "letter", day.isoformat(), {"whom": whom})
    if asked.answer is None:
        return request.app.state.show(request, "waiting.html", {"patient": found, "day": day, "asked": asked})
    headers = {"Content-Disposition": f'inline; filename="soleus-{whom}-{day}.pdf"'}
    return Response(base64.b64decode(asked.answer["pdf"]), media_type="application/pdf", headers=headers)
