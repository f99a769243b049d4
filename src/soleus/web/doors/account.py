"""Account: one's own password, passkeys, and secrets for programs that ask as oneself."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from ...errors import SoleusError
from ...records.store import accounts, passkeys
from ...records.store.tables import User
from . import passwords
from .auth import Anybody, Visitor
from .login import Word, address_of

router = APIRouter(include_in_schema=False)


@router.get("/account")
def page(request: Request, seen_by: Anybody) -> Response:
    """The page."""
    return _page(request, seen_by)


def _page(request: Request, seen_by: Visitor, wrong: str = "", secret: str = "") -> Response:
    with request.app.state.store.reading() as db:
        kept = {"tokens": accounts.tokens(db, seen_by.user), "passkeys": passkeys.of(db, seen_by.user)}
    told: dict[str, Any] = kept | {"wrong": wrong, "secret": secret, "shortest": passwords.SHORTEST}
    return request.app.state.show(request, "account.html", told, status_code=422 if wrong else 200)


@router.post("/account/password")
def password(request: Request, seen_by: Anybody, old: Word = "", new: Word = "") -> Response:
    """Another password; every browser has to log in again."""
    request.app.state.guard(address_of(request), seen_by.user.login)
    if not passwords.right(seen_by.user.password, old):
        return _page(request, seen_by, "The password you have now is not right, so it was not changed.")
    request.app.state.guard.forget(address_of(request), seen_by.user.login)
    try:
        kept = passwords.hash_of(new, seen_by.user.login)
    except SoleusError as error:
        return _page(request, seen_by, str(error))
    with request.app.state.store.writing() as db:
        user = db.get(User, seen_by.user.id)
        accounts.set_password(db, seen_by.who, user, kept)
    return RedirectResponse("/login", 303)


@router.post("/account/email")
def email(request: Request, seen_by: Anybody, email: Word = "") -> Response:
    """Where to say that a message waits; empty for nowhere."""
    try:
        with request.app.state.store.writing() as db:
            accounts.set_email(db, seen_by.who, db.get(User, seen_by.user.id), email)
    except SoleusError as error:
        return _page(request, seen_by, str(error))
    return RedirectResponse("/account", 303)


@router.post("/account/tokens")
def add(request: Request, seen_by: Anybody, label: Word = "", days: Annotated[int, Form()] = 30) -> Response:
    """A secret for a program, shown once."""
    try:
        with request.app.state.store.writing() as db:
            secret = accounts.add_token(db, seen_by.user, label, days)
    except SoleusError as error:
        return _page(request, seen_by, str(error))
    return _page(request, seen_by, secret=secret)


@router.post("/account/tokens/end")
def end(request: Request, seen_by: Anybody) -> Response:
    """All one's programs are shut out."""
    with request.app.state.store.writing() as db:
        accounts.end_tokens(db, seen_by.user)
    return RedirectResponse("/account", 303)
