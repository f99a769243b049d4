"""Accounts: units, people who may log in, their browsers and programs, and the links that invite them."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ...errors import BadRecord, OutOfRange
from .audit import Who, note
from .tables import ROLES, Invitation, Login, Token, Unit, User, new_id, now

WEEK = timedelta(days=7)
LONGEST = 200  # characters of a name or a login
ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")


class Opened(NamedTuple):
    """A login made now: the secret goes to the browser, its hash stays here."""

    secret: str
    login: Login


def hashed(secret: str) -> str:
    """How a secret is kept: it is long and random, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def add_unit(db: Session, who: Who, name: str) -> Unit:
    """A new unit."""
    unit = Unit(name=line(name, "name of the unit"), equipment={})
    if db.scalar(select(Unit.id).where(Unit.name == unit.name)):
        raise BadRecord(f"there is a unit named {unit.name} already. Choose another name.")
    db.add(unit)
    db.flush()
    note(db, who, "unit made", f"unit:{unit.id}")
    return unit


def equip(db: Session, who: Who, unit: Unit, has: dict[str, Any]) -> None:
    """What a unit has from now on, as `equipment` reads it."""
    unit.equipment = has
    note(db, who, "equipment changed", f"unit:{unit.id}")


def add_user(
    db: Session, who: Who, *, login: str, name: str, role: str, password: str, unit: str | None,
    patient: str | None = None, known_as: str | None = None,
) -> User:  # fmt: skip
    """A new account; `password` is its argon2 hash, `known_as` its id where it must be a certain one.

    Raises:
        BadRecord: when the login is taken, or role, unit and patient do not go together.
    """
    login = line(login, "login").lower()
    if role not in ROLES:
        raise BadRecord(f"role is {role!r}; it must be one of {', '.join(ROLES)}.")
    if (role == "patient") != (patient is not None):
        raise BadRecord("an account of a patient needs the patient, and no other account has one.")
    if role in ("nurse", "clinician") and unit is None:
        raise BadRecord(f"a {role} needs a unit, whose patients are shown. Choose one.")
    if db.scalar(select(User.id).where(User.login == login)):
        raise BadRecord(f"the login {login} is taken. Choose another.")
    user = User(login=login, name=line(name, "name"), role=role, unit_id=unit, patient_id=patient, password=password)
    user.id = known_as or new_id()
    db.add(user)
    db.flush()
    note(db, who, "user made", f"user:{user.id}", role=role)
    return user


def line(text: str, what: str) -> str:
    """A line of text that was filled in, without what steers a screen."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not text:
        raise BadRecord(f"{what} is empty. Fill it in.")
    if len(text) > LONGEST:
        raise OutOfRange(f"{what} has {len(text)} characters; at most {LONGEST} are kept. Shorten it.")
    return text


def find_user(db: Session, login: str) -> User | None:
    """The account of a login."""
    return db.scalar(select(User).where(User.login == login.strip().lower()))


def users(db: Session) -> list[User]:
    """All accounts by name."""
    return list(db.scalars(select(User).order_by(User.name)))


def units(db: Session) -> list[Unit]:
    """All units by name."""
    return list(db.scalars(select(Unit).order_by(Unit.name)))


def any_user(db: Session) -> bool:
    """Whether anybody can log in yet."""
    return bool(db.scalar(select(func.count()).select_from(User)))


def set_active(db: Session, who: Who, user: User, active: bool) -> None:
    """Close an account, or open it again; who is closed out is logged out."""
    user.active = active
    if not active:
        db.execute(delete(Login).where(Login.user_id == user.id))
        db.execute(delete(Token).where(Token.user_id == user.id))
    note(db, who, "user opened" if active else "user closed", f"user:{user.id}")


def set_password(db: Session, who: Who, user: User, password: str) -> None:
    """Another password; every browser that knew the old one is logged out."""
    user.password = password
    db.execute(delete(Login).where(Login.user_id == user.id))
    note(db, who, "password changed", f"user:{user.id}")


def set_email(db: Session, who: Who, user: User, text: str) -> None:
    """Where to say that a message waits; empty for nowhere."""
    user.email = address(text) if text.strip() else None
    note(db, who, "e-mail changed", f"user:{user.id}", given=user.email is not None)


def address(text: str) -> str:
    """An e-mail address to which something can be sent.

    Raises:
        BadRecord: when it is none.
    """
    text = text.strip()
    if len(text) > LONGEST or not ADDRESS.fullmatch(text):
        raise BadRecord(f"e-mail is {text[:60]!r}, which is no address. Write it like name@example.org.")
    return text


def open_login(db: Session, user: User, by: str = "password") -> Opened:
    """A browser that is logged in from now, by password, passkey or single sign-on."""
    secret = secrets.token_urlsafe(32)
    login = Login(id=hashed(secret), user_id=user.id, csrf=secrets.token_urlsafe(32))
    db.add(login)
    note(db, Who(user.id, user.role), "logged in", f"user:{user.id}", by=by)
    return Opened(secret, login)


def close_login(db: Session, secret: str) -> None:
    """The browser is logged out."""
    db.execute(delete(Login).where(Login.id == hashed(secret)))


def drop_idle(db: Session, idle: timedelta, longest: timedelta) -> None:
    """Forget browsers that were silent, or logged in, for too long."""
    db.execute(delete(Login).where((Login.seen_at < now() - idle) | (Login.made_at < now() - longest)))


def add_token(db: Session, user: User, label: str, days: int) -> str:
    """A secret with which a program asks as this user does; shown once."""
    if not 1 <= days <= 366:
        raise OutOfRange(f"days is {days} days; a token lives 1 to 366. Make a new one when it ends.")
    secret = "soleus_" + secrets.token_urlsafe(32)
    db.add(
        Token(id=hashed(secret), user_id=user.id, label=line(label, "label"), expires_at=now() + timedelta(days=days))
    )
    note(db, Who(user.id, user.role), "token made", f"user:{user.id}", days=days)
    return secret


def tokens(db: Session, user: User) -> list[Token]:
    """The secrets of a user's programs that are still good."""
    return list(db.scalars(select(Token).where(Token.user_id == user.id, Token.expires_at > now())))


def end_tokens(db: Session, user: User) -> None:
    """All programs of a user are shut out."""
    db.execute(delete(Token).where(Token.user_id == user.id))
    note(db, Who(user.id, user.role), "tokens ended", f"user:{user.id}")


def invite(
    db: Session, who: Who, *, role: str, unit: str | None = None, patient: str | None = None, lives: timedelta = WEEK
) -> str:
    """The secret of a link with which one account can be made, once."""
    if role not in ROLES:
        raise BadRecord(f"role is {role!r}; it must be one of {', '.join(ROLES)}.")
    if role in ("nurse", "clinician") and unit is None:
        raise BadRecord(f"a {role} needs a unit, whose patients are shown. Choose one.")
    if (role == "patient") != (patient is not None):
        raise BadRecord("an account of a patient needs the patient, and no other account has one.")
    secret = secrets.token_urlsafe(24)
    db.add(
        Invitation(
            id=hashed(secret), role=role, unit_id=unit, patient_id=patient, made_by=who.id, expires_at=now() + lives
        )
    )
    note(db, who, "invited", f"role:{role}")
    return secret


def invitation(db: Session, secret: str) -> Invitation | None:
    """The invitation of a link, unless it was used or has ended."""
    found = db.get(Invitation, hashed(secret))
    return found if found and found.used_at is None and found.expires_at > now() else None


def accept(db: Session, secret: str, *, login: str, name: str, password: str) -> User:
    """Make the account a link was for; the link is spent.

    Raises:
        BadRecord: when the link is no longer good, or the account cannot be.
    """
    found = invitation(db, secret)
    if found is None:
        raise BadRecord("this link was used, or is older than it may be. Ask whoever invited you for a new one.")
    found.used_at = now()
    who = Who("invited", found.role)
    made = {"login": login, "name": name, "role": found.role, "password": password}
    return add_user(db, who, **made, unit=found.unit_id, patient=found.patient_id)
