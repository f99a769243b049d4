"""Equipped: the baths, times and machines of a unit, filled in by an administrator; advice keeps within them."""

from __future__ import annotations

from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from ... import equipment
from ...errors import SoleusError
from ...records.store import accounts
from ...records.store.tables import Unit
from ..doors.auth import Admin
from ..refused import NotFound

router = APIRouter(include_in_schema=False)
LABELS = {
    "sodium": ("Sodium", "mmol/L"), "potassium": ("Potassium", "mmol/L"), "calcium": ("Calcium", "mmol/L"),
    "magnesium": ("Magnesium", "mmol/L"), "bicarbonate": ("Bicarbonate", "mmol/L"),
    "temperature": ("Temperature", "°C"),
    "citrate_free": ("A bath without citrate is there", ""), "longest_hours": ("Longest session", "h"),
    "step_minutes": ("Steps of session length", "min"), "sessions_most": ("Most sessions a week", ""),
    "blood_flow_ml_min": ("Blood flow", "mL/min"), "dialysate_flow_ml_min": ("Dialysate flow", "mL/min"),
    "hdf": ("Haemodiafiltration", ""), "substitution_ml_min": ("Substitution in haemodiafiltration", "mL/min"),
    "profiles": ("Profiles of sodium and ultrafiltration", ""),
}  # fmt: skip
PARTS = {"baths": "Baths that can be had", "times": "Times", "machines": "Machines"}


class Line(NamedTuple):
    """One thing to fill in."""

    name: str  # part.field
    label: str
    unit: str
    value: str | bool  # True and False where it is there or not


@router.get("/admin/units/{unit_id}")
def page(request: Request, seen_by: Admin, unit_id: str) -> Response:
    """What the unit has."""
    with request.app.state.store.reading() as db:
        found = db.get(Unit, unit_id)
    if found is None:
        raise NotFound
    return _page(request, found, equipment.read(found.equipment | {"name": found.name}).model_dump())


@router.post("/admin/units/{unit_id}")
async def change(request: Request, seen_by: Admin, unit_id: str) -> Response:
    """What it has from now on; refused where no unit can mean it."""
    form = await request.form()
    asked = {name: str(value) for name, value in form.items()}
    store = request.app.state.store
    with store.reading() as db:
        found = db.get(Unit, unit_id)
    if found is None:
        raise NotFound
    try:
        told = equipment.read(read(asked) | {"name": found.name}, found.name).model_dump(mode="json")
    except SoleusError as error:
        return _page(request, found, None, asked, str(error))
    with store.writing() as db:
        kept = db.get(Unit, unit_id)
        if kept is None:
            raise NotFound
        accounts.equip(db, seen_by.who, kept, told)
    return RedirectResponse("/admin", 303)


def read(asked: dict[str, str]) -> dict[str, Any]:
    """The form as plain values: lists, numbers, and what is there or not."""
    found: dict[str, Any] = {}
    for part, fields in equipment.usual().model_dump().items():
        if part not in PARTS:
            continue
        for field, usual in fields.items():
            text = asked.get(f"{part}.{field}", "")
            value: Any = text == "on" if isinstance(usual, bool) else _values(text)
            if not isinstance(usual, (bool, tuple)):
                value = value[0] if len(value) == 1 else text
            found.setdefault(part, {})[field] = value
    return found


def _values(text: str) -> list[Any]:
    """Numbers with blanks or semicolons between them; 2,3 could be one or two, and is refused later."""
    found: list[Any] = []
    for word in text.replace(";", " ").replace(", ", " ").split():
        try:
            found.append(float(word))
        except ValueError:
            found.append(word)
    return found


def _page(
    request: Request, unit: Unit, has: dict[str, Any] | None, asked: dict[str, str] | None = None, wrong: str = ""
) -> Response:
    lines = {label: list(_lines(part, has, asked or {})) for part, label in PARTS.items()}
    told = {"unit": unit, "lines": lines, "wrong": wrong}
    return request.app.state.show(request, "equipped.html", told, status_code=422 if wrong else 200)


def _lines(part: str, has: dict[str, Any] | None, asked: dict[str, str]) -> list[Line]:
    """What there is, or what was just filled in."""
    found = []
    for field, usual in equipment.usual().model_dump()[part].items():
        name, (label, unit) = f"{part}.{field}", LABELS[field]
        value = usual if has is None else has[part][field]
        shown: str | bool = ", ".join(f"{x:g}" for x in value) if isinstance(value, tuple) else f"{value:g}"
        if isinstance(usual, bool):
            shown = asked.get(name) == "on" if has is None else bool(value)
        elif has is None:
            shown = asked.get(name, "")
        found.append(Line(name, label, unit, shown))
    return found
