"""Passkeys: a key in one's own phone, computer or token that logs one in; it shows itself only to this address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from ...errors import BadRecord
from ...records.store import challenges, passkeys
from ...records.store.audit import NOBODY, note
from ...records.store.tables import User
from ..place import Place
from ..refused import Forbidden, NotFound, Refused
from . import passwords
from .auth import FORM_COOKIE, Anybody, cookie_name
from .login import HOMES, address_of, enter, here

router = APIRouter(include_in_schema=False)
VERIFIED = UserVerificationRequirement.REQUIRED  # by finger, face or PIN: what was stolen alone opens nothing
KIND = AuthenticatorSelectionCriteria(resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED)
OLD = "This took too long, or was answered already. Load the page again and begin anew."


class NotProven(Refused):
    """A passkey that is none of ours, or did not answer what was asked."""

    status = 401
    said = "This passkey does not log anybody in here. Log in with the password, and look at your account."


class Begun(BaseModel):
    """Who wants to add a passkey proves once more who they are, so that a browser left open cannot be used for it."""

    password: str = Field(max_length=1000)


class Made(BaseModel):
    """A new passkey as the browser tells it."""

    label: str = Field(max_length=1000)
    credential: dict[str, Any]


class Shown(BaseModel):
    """A passkey's answer as the browser tells it."""

    credential: dict[str, Any]
    next: str = Field("", max_length=1000)


@router.post("/account/passkeys/begin")
def begin_adding(request: Request, seen_by: Anybody, told: Begun) -> Response:
    """What a browser needs to make a passkey."""
    app, user = request.app.state, seen_by.user
    app.guard(address_of(request), user.login)
    if not passwords.right(user.password, told.password):
        raise BadRecord("The password you have now is not right, so no passkey was added.")
    app.guard.forget(address_of(request), user.login)
    with app.store.reading() as db:
        known = [base64url_to_bytes(each.credential) for each in passkeys.of(db, user)]
    options = generate_registration_options(
        rp_id=app.place.name, rp_name="Soleus", user_name=user.login, user_display_name=user.name,
        user_id=user.id.encode(), authenticator_selection=KIND,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )  # fmt: skip
    return _asked(request, _logged_in(request, seen_by.user), options)


@router.post("/account/passkeys")
def add(request: Request, seen_by: Anybody, told: Made) -> Response:
    """Keep a passkey that was just made."""
    app = request.app.state
    asked = _taken(request, _logged_in(request, seen_by.user))
    found = _proven(verify_registration_response, app.place, asked, credential=told.credential)
    if found is None:
        raise BadRecord(f"The passkey was not kept. {OLD}")
    with app.store.writing() as db:
        passkeys.add(
            db, seen_by.user, label=told.label, credential=bytes_to_base64url(found.credential_id),
            public_key=bytes_to_base64url(found.credential_public_key), uses=found.sign_count,
        )  # fmt: skip
    return JSONResponse({"next": "/account#passkeys"})


@router.post("/account/passkeys/remove")
def remove(request: Request, seen_by: Anybody, passkey: Annotated[str, Form(max_length=100)] = "") -> Response:
    """Forget a passkey; it logs nobody in any more."""
    with request.app.state.store.writing() as db:
        if not passkeys.remove(db, seen_by.user, passkey):
            raise NotFound
    return RedirectResponse("/account#passkeys", 303)


@router.post("/login/passkey/begin")
def begin_login(request: Request) -> Response:
    """What a browser needs to ask for a passkey; the same whoever asks, so it tells of no account."""
    app = request.app.state
    app.guard(address_of(request))
    options = generate_authentication_options(rp_id=app.place.name, user_verification=VERIFIED)
    return _asked(request, _stranger(request), options)


@router.post("/login/passkey")
def login(request: Request, told: Shown) -> Response:
    """Log in with a passkey."""
    app = request.app.state
    asked = _taken(request, _stranger(request))
    with app.store.writing() as db:
        user = _owner(db, app.place, asked, told.credential)
    if user is None:
        app.guard(address_of(request))
        with app.store.writing() as db:
            note(db, NOBODY, "login refused", "user:unknown", by="passkey")
        raise NotProven
    app.guard.forget(address_of(request))
    answer = JSONResponse({"next": here(told.next) or HOMES[user.role]})
    enter(request, answer, user, "passkey")
    return answer


def _owner(db: Session, place: Place, asked: bytes | None, credential: dict[str, Any]) -> User | None:
    """Whom this answer logs in."""
    name = credential.get("id")
    kept = passkeys.find(db, name) if isinstance(name, str) and name.isascii() else None
    user = db.get(User, kept.user_id) if kept else None
    if kept is None or user is None or not user.active:
        return None
    found = _proven(
        verify_authentication_response, place, asked, credential=credential,
        credential_public_key=base64url_to_bytes(kept.public_key), credential_current_sign_count=kept.uses,
    )  # fmt: skip
    if found is None:
        return None
    passkeys.used(kept, found.new_sign_count)
    return user


def _proven(check: Callable[..., Any], place: Place, asked: bytes | None, **given: Any) -> Any:
    """What the library says of an answer; None when it is not the answer to what was asked."""
    if asked is None:
        return None
    try:
        return check(
            expected_challenge=asked, expected_rp_id=place.name, expected_origin=place.origin,
            require_user_verification=True, **given,
        )  # fmt: skip
    except Exception as error:  # whatever a made-up answer breaks while it is read, it opens nothing
        structlog.get_logger().warning("passkey refused", kind=type(error).__name__)
        return None


def _logged_in(request: Request, user: User) -> str:
    """The browser of somebody who is logged in; a program has none."""
    secret = request.cookies.get(cookie_name(request.app.state.place))
    if not secret:
        raise Forbidden
    return f"new passkey:{user.id}:{secret}"


def _stranger(request: Request) -> str:
    """The browser of somebody who is not logged in yet."""
    secret = request.cookies.get(FORM_COOKIE)
    if not secret:
        raise Forbidden(OLD)
    return f"passkey:{secret}"


def _asked(request: Request, browser: str, options: Any) -> Response:
    """Tell the browser what to answer, and remember it."""
    with request.app.state.store.writing() as db:
        challenges.keep(db, browser, {"challenge": bytes_to_base64url(options.challenge)})
    return Response(options_to_json(options), media_type="application/json")


def _taken(request: Request, browser: str) -> bytes | None:
    """What the browser was asked; from now on it is asked nothing."""
    with request.app.state.store.writing() as db:
        told = challenges.take(db, browser)
    return base64url_to_bytes(told["challenge"]) if told else None
