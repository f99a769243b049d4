"""Auth: who asks, whether they may, and whether the form they send was one of ours."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session, defer
from starlette.concurrency import run_in_threadpool

from ...records.store import accounts
from ...records.store.audit import Who
from ...records.store.tables import Login, Patient, Token, User, now
from ..place import Place
from ..refused import Forbidden, NotFound, NotLoggedIn, TooMany
from .tries import Tries

COOKIE, FORM_COOKIE = "soleus", "soleus_form"
SAFE = ("GET", "HEAD", "OPTIONS")
NOTED = timedelta(seconds=30)  # between two notes that a browser was seen
BY_PLACE, BY_LOGIN = (40, 60.0), (8, 900.0)  # tries to log in and s, from one address, to one account
STAFF = ("nurse", "clinician")


@dataclass(frozen=True)
class Visitor:
    """Somebody who is logged in, by browser or by program."""

    user: User
    csrf: str  # empty for a program, which sends no forms

    @property
    def who(self) -> Who:
        """For the audit."""
        return Who(self.user.id, self.user.role)


class Guard:
    """Counts tries to log in, and refuses the next one when there were too many; right ones do not count."""

    def __init__(self) -> None:
        self.by_place, self.by_login = Tries(*BY_PLACE), Tries(*BY_LOGIN)

    def __call__(self, address: str, login: str | None = None) -> None:
        """Count one try; where no login is named, against the address alone."""
        wait = self.by_place.count(address)
        if not wait and login is not None:
            wait = self.by_login.count(_short(login))
        if wait:
            raise TooMany(int(wait) + 1)

    def forget(self, address: str, login: str | None = None) -> None:
        """A try was right: it is taken back from its address, and what was counted against the account is cleared.

        A whole clinic may come from one address, all at the change of shifts.
        """
        self.by_place.take_back(address)
        if login is not None:
            self.by_login.clear(_short(login))


def _short(login: str) -> str:
    return login.strip().lower()[:200]


def own_name(place: Place, name: str) -> str:
    """The name of a cookie; the browser itself refuses a __Host- cookie that another host set."""
    return f"__Host-{name}" if place.secure else name


def cookie_name(place: Place) -> str:
    """The cookie of who is logged in."""
    return own_name(place, COOKIE)


def set_login(response: Response, place: Place, secret: str) -> None:
    """Give the browser its secret; no script can read it, no other site can send it with a form."""
    response.set_cookie(
        cookie_name(place), secret, max_age=int(place.longest.total_seconds()), path="/", secure=place.secure,
        httponly=True, samesite="lax",
    )  # fmt: skip


def visitor(request: Request) -> Visitor | None:
    """Who asks; None for somebody who is not logged in."""
    if hasattr(request.state, "visitor"):
        return request.state.visitor
    found = _program(request) or _browser(request)
    request.state.visitor = found
    return found


def _program(request: Request) -> Visitor | None:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret:
        return None
    with request.app.state.store.reading() as db:
        chosen = select(User).join(Token, Token.user_id == User.id)
        user = db.scalar(chosen.where(Token.id == accounts.hashed(secret.strip()), Token.expires_at > now()))
    return Visitor(user, "") if user and user.active else None


def _browser(request: Request) -> Visitor | None:
    place: Place = request.app.state.place
    secret = request.cookies.get(cookie_name(place))
    if not secret:
        return None
    with request.app.state.store.reading() as db:
        chosen = select(Login, User).join(User, User.id == Login.user_id)
        found = db.execute(chosen.where(Login.id == accounts.hashed(secret))).first()
    if found is None or not found.User.active:
        return None
    login, user = found.Login, found.User
    silent, age = now() - login.seen_at, now() - login.made_at
    if silent > place.idle or age > place.longest:
        return None
    if silent > min(NOTED, place.idle / 4):
        with request.app.state.store.writing() as db:
            if kept := db.get(Login, login.id):
                kept.seen_at = now()
    return Visitor(user, login.csrf)


def needs(*roles: str) -> Callable[[Request], Visitor]:
    """Only people of these roles; anybody who is logged in where none is named."""

    def known(request: Request) -> Visitor:
        found = visitor(request)
        if found is None:
            raise NotLoggedIn
        if roles and found.user.role not in roles:
            raise Forbidden
        return found

    return known


Anybody = Annotated[Visitor, Depends(needs())]
Staff = Annotated[Visitor, Depends(needs(*STAFF))]
Clinician = Annotated[Visitor, Depends(needs("clinician"))]
Admin = Annotated[Visitor, Depends(needs("admin"))]
PatientOnly = Annotated[Visitor, Depends(needs("patient"))]


def patient_for(db: Session, seen_by: Visitor, patient_id: str, *, case: bool = True) -> Patient:
    """A patient this visitor may see; any other is as if there were none.

    Args:
        db: an open database.
        seen_by: who asks.
        patient_id: whom for.
        case: whether the case file is read too; without it, it is read when `db` is asked for it.

    Raises:
        NotFound: for a patient of another unit, of nobody, or another patient's own.
    """
    user, found = seen_by.user, db.get(Patient, patient_id, options=[] if case else [defer(Patient.case)])
    own = user.role == "patient" and user.patient_id == patient_id
    if found is None or not (own or (user.role in STAFF and found.unit_id == user.unit_id)):
        raise NotFound
    return found


def form_secret(request: Request) -> str:
    """What marks the forms of a browser that is not logged in yet."""
    return request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)


def form_token(request: Request, secret: str) -> str:
    """The token of a form that is shown to somebody not logged in."""
    return hmac.new(request.app.state.store.keys.forms, secret.encode(), hashlib.sha256).hexdigest()


async def ours(request: Request) -> None:
    """Refuse a change that was not sent from a page of ours; for every request of the application.

    Raises:
        Forbidden: when it comes from another site, or without the token of the form.
    """
    if request.method in SAFE:
        return
    if request.headers.get("authorization", "").lower().startswith("bearer "):
        return  # no browser adds this by itself
    origin, fetched = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    host = request.headers.get("host", "")
    if fetched not in ("same-origin", "none") or (origin and urlsplit(origin).netloc != host):
        raise Forbidden("This was sent from another site, so it was not done.")
    sent = request.headers.get("x-csrf-token", "")
    if not sent and "form" in request.headers.get("content-type", ""):
        sent = str((await request.form()).get("csrf", ""))
    found = await run_in_threadpool(visitor, request)  # it may have to wait for its turn to write
    expected = found.csrf if found else form_token(request, request.cookies.get(FORM_COOKIE, ""))
    known = bool(found) or FORM_COOKIE in request.cookies
    if not (known and expected and hmac.compare_digest(sent.encode(), expected.encode())):
        raise Forbidden("The form was too old, or not one of ours, so nothing was done. Go back and load it again.")
