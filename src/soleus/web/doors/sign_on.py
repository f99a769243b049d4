"""Sign-on: logging in with the clinic's own accounts; it opens accounts that are there and makes none."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from ...records.store import accounts, challenges
from ...records.store.audit import NOBODY, note
from ...records.store.tables import User
from ..place import Place, SignOn
from ..refused import NotFound, Refused
from . import oidc
from .auth import own_name
from .login import HOMES, address_of, enter, here, page

router = APIRouter(include_in_schema=False)
COOKIE = "soleus_sign_on"
BACK = "/login/sso/back"
UNKNOWN = "The clinic knows you, but there is no account here that is yours. Ask an administrator for one."
Word = Annotated[str, Query(max_length=4000)]


@router.get("/login/sso")
def leave(request: Request, next: Word = "") -> Response:
    """Go to the clinic's sign-on."""
    app, sign_on = request.app.state, _set(request)
    app.guard(address_of(request))
    browser, asked = secrets.token_urlsafe(32), oidc.question()
    try:
        there = oidc.address(sign_on, app.place.address + BACK, asked)
    except Refused as error:
        return page(request, next, str(error), error.status)
    with app.store.writing() as db:
        challenges.keep(db, f"sign-on:{browser}", asked | {"next": here(next)})
    answer = RedirectResponse(there, 303)
    answer.set_cookie(
        own_name(app.place, COOKIE), browser, max_age=int(challenges.LIVES.total_seconds()), path="/",
        secure=app.place.secure, httponly=True, samesite="lax",  # strict would not come back from the issuer
    )  # fmt: skip
    return answer


@router.get(BACK)
def back(request: Request, state: Word = "", code: Word = "") -> Response:
    """Come back from there."""
    app, sign_on = request.app.state, _set(request)
    browser = request.cookies.get(own_name(app.place, COOKIE), "")
    with app.store.writing() as db:
        asked = challenges.take(db, f"sign-on:{browser}")
    after = asked["next"] if asked else ""
    try:
        if not (asked and code and secrets.compare_digest(state.encode(), asked["state"].encode())):
            raise oidc.NotProven
        claims = oidc.proven(sign_on, app.place.address + BACK, code, asked)
        user = _known(request, sign_on, claims)
    except Refused as error:
        app.guard(address_of(request))
        with app.store.writing() as db:
            note(db, NOBODY, "login refused", "user:unknown", by="sign-on")
        return page(request, after, str(error), error.status)
    app.guard.forget(address_of(request))
    answer = RedirectResponse(after or HOMES[user.role], 303)
    answer.delete_cookie(own_name(app.place, COOKIE), path="/", secure=app.place.secure, httponly=True, samesite="lax")
    enter(request, answer, user, "sign-on")
    return answer


def _set(request: Request) -> SignOn:
    place: Place = request.app.state.place
    if place.sign_on is None:
        raise NotFound
    return place.sign_on


def _known(request: Request, sign_on: SignOn, claims: dict[str, Any]) -> User:
    """The account whose login the issuer names; an address only when the issuer has seen that it is the person's."""
    named = claims.get(sign_on.claim)
    if not isinstance(named, str) or (sign_on.claim == "email" and claims.get("email_verified") is not True):
        raise oidc.NotProven(UNKNOWN)
    with request.app.state.store.reading() as db:
        user = accounts.find_user(db, named)
    same = user is not None and user.login == (named.lower() if named.isascii() else named)  # a look-alike is another
    if user is None or not same or not user.active:
        raise oidc.NotProven(UNKNOWN)
    return user
