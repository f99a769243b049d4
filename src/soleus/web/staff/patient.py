"""Patient: one person on a page; the course of weights, pressures and cramps, the laboratory, what is not known."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...case import Case, Lab, Session
from ...records.store import patients, running, suggestions
from ...records.store.audit import note
from ...records.store.tables import Patient
from ..charts import Chart, chart
from ..charts import Series as Line
from ..doors.auth import Staff, patient_for
from ..twin.asking import Asked, ask, known_already
from .suggested import shown_of

router = APIRouter(include_in_schema=False)
LATEST = 30  # sessions on the timeline
LABS = (
    ("sodium_mmol_l", "Sodium", 0), ("potassium_mmol_l", "Potassium", 1), ("bicarbonate_mmol_l", "Bicarbonate", 0),
    ("calcium_mmol_l", "Calcium", 2), ("magnesium_mmol_l", "Magnesium", 2), ("phosphate_mmol_l", "Phosphate", 2),
    ("urea_mmol_l", "Urea", 1), ("albumin_g_l", "Albumin", 0), ("haemoglobin_g_dl", "Haemoglobin", 1),
)  # fmt: skip
UNITS = {"albumin_g_l": "g/L", "haemoglobin_g_dl": "g/dL"}


@router.get("/patients/{patient_id}")
def page(request: Request, seen_by: Staff, patient_id: str, twin: bool = False) -> Response:
    """Everything at a glance; with `twin` also what the sessions tell of the person."""
    store = request.app.state.store
    with store.reading() as db:
        found = patient_for(db, seen_by, patient_id)
        runs = running.of_patient(db, patient_id) is not None
        suggested = suggestions.of_patient(db, patient_id)
    with store.writing() as db:
        note(db, seen_by.who, "patient seen", f"patient:{patient_id}")
    case = patients.case_of(found)
    told = {
        "patient": found,
        "running": runs,
        "suggested": shown_of(suggested),
        "case": case,
        "facts": facts(case),
        "visits": visits(case),
        "episodes": sorted(case.episodes, key=lambda e: e.date, reverse=True),
        "charts": timeline(case),
        "labs": labs(case),
        "explain_day": case.day,
        "twin": _twin(request, found, case, twin),
    }
    return request.app.state.show(request, "patient.html", told)


def _twin(request: Request, patient: Patient, case: Case, asked: bool) -> Asked | None:
    """What the sessions tell: where it was asked for, or is known already."""
    if not (case.on_dialysis and case.sessions):
        return None
    if asked:
        return ask(request.app.state.store, request.app.state.questions, patient, "known")
    known = known_already(request.app.state.store, patient, "known")
    return Asked("", known, None) if known else None


def facts(case: Case) -> list[tuple[str, str]]:
    """Who this is, in a few lines."""
    who, order = case.patient, case.prescription
    bath = order.dialysate
    said: list[tuple[str, str | None]] = [
        ("Target weight", _with(who.target_weight_kg, "kg")),
        ("Dry weight by bioimpedance", _with(who.dry_weight_kg, "kg")),
        ("On dialysis for", _with(who.vintage_y, "years")),
        ("Sessions a week", _with(case.schedule.per_week, "")),
        ("Treatment", " ".join(x for x in (order.mode, _with(order.hours, "h")) if x) or None),
        ("Blood flow", _with(order.blood_flow_ml_min, "mL/min")),
        ("Bath sodium", _with(bath.sodium_mmol_l, "mmol/L") if bath else None),
        ("Bath potassium", _with(bath.potassium_mmol_l, "mmol/L") if bath else None),
        ("Bath calcium", _with(bath.calcium_mmol_l, "mmol/L") if bath else None),
        ("Bath magnesium", _with(bath.magnesium_mmol_l, "mmol/L") if bath else None),
        ("Bath bicarbonate", _with(bath.bicarbonate_mmol_l, "mmol/L") if bath else None),
        ("Bath temperature", _with(bath.temperature_c, "°C") if bath else None),
        ("Urine", _with(who.residual_urine_ml_day, "mL a day")),
        ("Access", who.access),
        ("Diabetes", {True: "yes", False: "no", None: None}[who.diabetes]),
        ("Other diagnoses", ", ".join(who.conditions) or None),
        ("Medicines", ", ".join(drug.name for drug in case.drugs) or None),
    ]
    return [(name, value) for name, value in said if value]


def _with(value: float | None, unit: str) -> str | None:
    return None if value is None else f"{value:g} {unit}".strip()


def by_day(case: Case) -> list[Session]:
    """All sessions, the latest last."""
    return sorted(case.sessions, key=lambda session: session.date)


def visits(case: Case) -> list[dict[str, Any]]:
    """A row for each session, the latest first."""
    return [
        {
            "day": s.date, "pre": s.pre_weight_kg, "post": s.post_weight_kg, "gain": case.gain_kg(s),
            "uf": s.taken_off_l, "lowest": min((p.systolic_mmhg for p in s.believed), default=None), "cramps": s.cramps,
            "fell": s.pressure_fell, "complaints": [x.what for x in s.symptoms if x.what != "cramp"],
        }
        for s in reversed(by_day(case))
    ]  # fmt: skip


def timeline(case: Case) -> list[Chart]:
    """Weights, gains and pressures from session to session, cramps marked."""
    sessions = by_day(case)[-LATEST:]
    if not sessions:
        return []
    every = max(1, len(sessions) // 6)
    across = [(_x(s), f"{s.date.day} {s.date:%b}") for s in sessions[::every]]
    events = [(_x(s), "cramp") for s in sessions if s.cramps]
    target = case.patient.target_weight_kg
    shared: dict[str, Any] = {"x_label": "session", "across": across, "events": events}
    drawn = [
        chart(
            "Weight", "kg",
            [_over(sessions, "before", "a", lambda s: s.pre_weight_kg),
             _over(sessions, "after", "b", lambda s: s.post_weight_kg)],
            lines=[] if target is None else [(target, f"target {target:g}")], digits=1, **shared,
        ),
        chart("Gained since the one before", "kg", [_over(sessions, "gain", "a", case.gain_kg)], digits=1, **shared),
        chart(
            "Systolic pressure", "mmHg",
            [_over(sessions, "first", "a", lambda s: s.believed[0].systolic_mmhg if s.believed else None),
             _over(sessions, "lowest", "b", lambda s: min((p.systolic_mmhg for p in s.believed), default=None))],
            **shared,
        ),
    ]  # fmt: skip
    return [each for each in drawn if each is not None]


def _x(session: Session) -> float:
    return float(session.date.toordinal())


def _over(sessions: list[Session], name: str, look: str, value: Any) -> Line:
    points = [(_x(s), float(v)) for s in sessions if (v := value(s)) is not None]
    return Line(name, look, points, marks=True)


def labs(case: Case) -> dict[str, Any]:
    """The latest samples before and after dialysis, newest first."""
    samples = sorted(case.labs, key=lambda lab: lab.date or date.min, reverse=True)[:5]
    rows = []
    for name, label, digits in LABS:
        values = [_value(sample, name, digits) for sample in samples]
        if any(values):
            rows.append((label, UNITS.get(name, "mmol/L"), values))
    return {"samples": samples, "rows": rows}


def _value(sample: Lab, name: str, digits: int) -> str:
    value = getattr(sample, name, None)
    return "" if value is None else f"{value:.{digits}f}"
