"""Admin: units, accounts, invitations and the audit; an administrator sees no case."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from ...errors import BadRecord, SoleusError
from ...records.store import accounts, audit, patients
from ...records.store.tables import ROLES, Patient, User
from ..doors.auth import Admin, Visitor
from ..doors.login import Word
from ..refused import NotFound

router = APIRouter(include_in_schema=False)
SHOWN = 200  # lines of the audit on a page


@router.get("/admin")
def page(request: Request, seen_by: Admin) -> Response:
    """Units and accounts."""
    return _page(request)


def _page(request: Request, wrong: str = "", link: str = "") -> Response:
    with request.app.state.store.reading() as db:
        units = accounts.units(db)
        told: dict[str, Any] = {
            "users": accounts.users(db), "units": units, "patients": patients.names(db), "roles": ROLES, "wrong": wrong,
            "link": link, "unit_names": {unit.id: unit.name for unit in units},
        }  # fmt: skip
    return request.app.state.show(request, "admin.html", told, status_code=422 if wrong else 200)


@router.post("/admin/units")
def add_unit(request: Request, seen_by: Admin, name: Word = "") -> Response:
    """A new unit."""
    try:
        with request.app.state.store.writing() as db:
            accounts.add_unit(db, seen_by.who, name)
    except SoleusError as error:
        return _page(request, str(error))
    return RedirectResponse("/admin", 303)


@router.post("/admin/invitations")
def invite(request: Request, seen_by: Admin, role: Word = "", unit: Word = "", patient: Word = "") -> Response:
    """A link with which somebody makes an account, shown once."""
    try:
        with request.app.state.store.writing() as db:
            if unit and unit not in {each.id for each in accounts.units(db)}:
                raise BadRecord("there is no such unit. Choose one of the list.")
            if patient and db.get(Patient, patient) is None:
                raise BadRecord("there is no such patient. Choose one of the list.")
            secret = accounts.invite(db, seen_by.who, role=role, unit=unit or None, patient=patient or None)
    except SoleusError as error:
        return _page(request, str(error))
    return _page(request, link=f"{request.app.state.place.address}/join/{secret}")


@router.post("/admin/users/{user_id}/{deed}")
def set_active(request: Request, seen_by: Admin, user_id: str, deed: str) -> Response:
    """Close an account, or open it again."""
    if deed not in ("close", "open"):
        raise NotFound
    if user_id == seen_by.user.id:
        return _page(request, "Your own account stays open: another administrator can close it.")
    with request.app.state.store.writing() as db:
        user = db.get(User, user_id)
        if user is None:
            raise NotFound
        accounts.set_active(db, seen_by.who, user, deed == "open")
    return RedirectResponse("/admin", 303)


@router.get("/admin/audit")
def lines(request: Request, seen_by: Admin, before: int = 0, subject: str = "") -> Response:
    """Who saw and changed what, the latest first, and whether the chain is whole."""
    store = request.app.state.store
    with store.reading() as db:
        found = audit.lines(db, SHOWN, before, subject)
        names = {user.id: user.name for user in accounts.users(db)}
    told = {"lines": found, "names": names, "verdict": audit.verify(store), "subject": subject, "shown": SHOWN}
    _seen(request, seen_by)
    return request.app.state.show(request, "audit.html", told)


def _seen(request: Request, seen_by: Visitor) -> None:
    with request.app.state.store.writing() as db:
        audit.note(db, seen_by.who, "audit seen", "audit:all")
