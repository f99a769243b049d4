"""Doors: logging in and out, the link that makes an account, and whether the server is well."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from ... import __version__
from ...errors import BadRecord
from ...records.store import accounts, erasure
from ...records.store.audit import NOBODY, note
from ...records.store.tables import Invitation, User
from .. import demo
from ..refused import NotFound
from . import passwords
from .auth import cookie_name, set_login, visitor

router = APIRouter(include_in_schema=False)
HOMES = {"nurse": "/ward", "clinician": "/ward", "patient": "/my", "admin": "/admin", "researcher": "/account"}
WRONG = "Login or password is not right. Both are needed as they were given to you."
Word = Annotated[str, Form(max_length=1000)]
Long = Annotated[str, Form(max_length=20_000)]  # what is too long is refused in plain words, not by the form


@router.get("/")
def first(request: Request) -> Response:
    """Where a visitor begins."""
    found = visitor(request)
    return RedirectResponse(HOMES[found.user.role] if found else "/login", 303)


@router.get("/health")
def health(request: Request) -> Response:
    """Whether the server and its database answer."""
    good = erasure.well(request.app.state.store)
    return JSONResponse({"status": "ok" if good else "damaged", "version": __version__}, 200 if good else 503)


@router.get("/login")
def login_page(request: Request, next: str = "") -> Response:
    """The form to log in; in a demonstration, with the accounts that are there."""
    if found := visitor(request):
        return RedirectResponse(HOMES[found.user.role], 303)
    return page(request, next, "", 200)


def page(request: Request, after: str, wrong: str, status: int) -> Response:
    """The form to log in, and the other doors that there are."""
    place = request.app.state.place
    told = {
        "next": here(after), "wrong": wrong, "accounts": demo.ACCOUNTS if place.demo else (),
        "sign_on": urlsplit(place.sign_on.issuer).hostname if place.sign_on else "",
    }  # fmt: skip
    return request.app.state.show(request, "login.html", told, status_code=status)


@router.post("/login")
def login(request: Request, login: Word = "", password: Word = "", next: Word = "") -> Response:
    """Log in; wrong tries are counted, and told apart from nothing."""
    app = request.app.state
    app.guard(address_of(request), login)
    with app.store.reading() as db:
        user = accounts.find_user(db, login)
    good = passwords.right(user.password if user else None, password)
    if not good or user is None or not user.active:
        with app.store.writing() as db:
            note(db, NOBODY, "login refused", f"user:{user.id}" if user else "user:unknown")
        return page(request, next, WRONG, 401)
    app.guard.forget(address_of(request), login)
    answer = RedirectResponse(here(next) or HOMES[user.role], 303)
    enter(request, answer, user, "password")
    return answer


def enter(request: Request, answer: Response, user: User, by: str) -> None:
    """Somebody has proven who they are: the browser gets a new secret, and an older one it held is good for nothing."""
    app = request.app.state
    with app.store.writing() as db:
        accounts.drop_idle(db, app.place.idle, app.place.longest)
        accounts.close_login(db, request.cookies.get(cookie_name(app.place), ""))
        opened = accounts.open_login(db, user, by)
    set_login(answer, app.place, opened.secret)


def address_of(request: Request) -> str:
    """From where somebody tries to log in."""
    return request.client.host if request.client else "-"


def here(after: str) -> str:
    """A page of ours to go on to; nothing that leads elsewhere."""
    plain = after.isascii() and after.isprintable() and "\\" not in after
    return after if plain and after.startswith("/") and not after.startswith("//") else ""


@router.post("/logout")
def logout(request: Request) -> Response:
    """Log out; the browser's secret is good for nothing any more."""
    name = cookie_name(request.app.state.place)
    with request.app.state.store.writing() as db:
        accounts.close_login(db, request.cookies.get(name, ""))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(name, path="/", secure=request.app.state.place.secure, httponly=True, samesite="lax")
    return answer


@router.get("/join/{secret}")
def join_page(request: Request, secret: str) -> Response:
    """The form that makes an account."""
    return _join(request, _invited(request, secret), secret, "", "", [])


@router.post("/join/{secret}")
def join(request: Request, secret: str, login: Word = "", name: Word = "", password: Word = "") -> Response:
    """Make the account the link was for."""
    found = _invited(request, secret)
    try:
        kept = passwords.hash_of(password, login)
        with request.app.state.store.writing() as db:
            accounts.accept(db, secret, login=login, name=name, password=kept)
    except BadRecord as error:
        return _join(request, found, secret, login, name, [str(error)])
    return RedirectResponse("/login", 303)


def _invited(request: Request, secret: str) -> Invitation:
    with request.app.state.store.reading() as db:
        found = accounts.invitation(db, secret)
    if found is None:
        raise NotFound("This link was used, or is older than it may be. Ask whoever invited you for a new one.")
    return found


def _join(request: Request, found: Invitation, secret: str, login: str, name: str, wrong: list[str]) -> Response:
    told = {"role": found.role, "secret": secret, "login": login, "name": name, "wrong": wrong}
    return request.app.state.show(
        request, "join.html", told | {"shortest": passwords.SHORTEST}, status_code=422 if wrong else 200
    )
