"""Ward: everybody of the unit on one page; who cramped lately stands first."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...records.store import messages, patients, running, suggestions
from ...records.store.audit import note
from ...records.store.tables import Patient, Unit
from ..doors.auth import Staff, Visitor
from ..running.shown import Screen

router = APIRouter(include_in_schema=False)


@router.get("/ward")
def ward(request: Request, seen_by: Staff, q: str = "") -> Response:
    """The list, or those whose name holds `q`; it follows running sessions where scripts are."""
    told = told_of(request, seen_by, q)
    with request.app.state.store.writing() as db:
        note(db, seen_by.who, "list seen", f"unit:{seen_by.user.unit_id}", patients=len(told["rows"]))
    return request.app.state.show(request, "ward.html", told | {"screen": fragment(request, told)})


def told_of(request: Request, seen_by: Visitor, q: str) -> dict[str, Any]:
    """What the page tells now."""
    with request.app.state.store.reading() as db:
        unit = db.get(Unit, seen_by.user.unit_id)
        found = patients.in_unit(db, unit.id)
        now = running.in_unit(db, unit.id)
        asked = messages.counts(db, seen_by.user)
        open_ones = suggestions.open_in(db, unit.id)
    shown = [p for p in found if q.lower() in p.name.lower()]
    made = [_row(p, now.get(p.id), asked["by"].get(p.id, 0)) | {"suggested": open_ones.get(p.id, 0)} for p in shown]
    rows = sorted(made, key=_urgency)
    return {
        "unit": unit.name,
        "rows": rows,
        "q": q,
        "cramped": sum(row["last_cramped"] for row in rows),
        "fell": sum(row["last_fell"] for row in rows),
        "all": len(found),
        "messages": asked["all"],
        "urgent": asked["urgent"],
        "running": len(now),
    }


def fragment(request: Request, told: dict[str, Any]) -> Screen:
    """The part of the page that changes by itself."""
    html = bytes(request.app.state.show(request, "ward_now.html", told).body).decode()
    return Screen(sha256(html.encode()).hexdigest()[:16], html)


def _row(patient: Patient, now: dict[str, Any] | None, asked: int) -> dict[str, Any]:
    return {"id": patient.id, "name": patient.name, "messages": asked, **patient.summary, "now": now}


LEVELS = {"urgent": 3, "now": 2, "early": 1}


def _urgency(row: dict[str, Any]) -> tuple[int, int, int, int, str]:
    """Who is warned of now first, who runs; then who cramped or fell in the last session, then who cramps most."""
    now = row["now"]
    level = -1 if now is None else LEVELS.get((now.get("warning") or {}).get("level", ""), 0)
    return (-level, -row["last_cramped"], -row["last_fell"], -row["recent_cramps"], row["name"])
