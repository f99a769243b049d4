"""Tables: what is kept in the database, one class a table; migrations make them, and a test holds the two together."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
)  # fmt: skip
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

ROLES = ("patient", "nurse", "clinician", "researcher", "admin")
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A name that says nothing of whom it names, and that nobody can guess."""
    return secrets.token_hex(8)


class Utc(TypeDecorator[datetime]):
    """A moment with its zone; SQLite keeps none, so all are UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; a moment without a zone is refused."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone; give it in UTC.")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """With its zone again."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Row(DeclarativeBase):
    """A row of any table."""

    type_annotation_map = {datetime: Utc, dict[str, Any]: JSON, date: Date}  # noqa: RUF012


Row.metadata.naming_convention = NAMING


def of_patient() -> Any:
    """The column that says whose a row is; the row goes when the person is erased."""
    return mapped_column(ForeignKey("patients.id", ondelete="CASCADE"), index=True)


class Unit(Row):
    """A dialysis unit; staff see the patients of their own."""

    __tablename__ = "units"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    equipment: Mapped[dict[str, Any]] = mapped_column(default=dict)  # baths and machines, as `advice` takes them
    made_at: Mapped[datetime] = mapped_column(default=now)


class Patient(Row):
    """A person who is treated: the case file as it stands, and what lists need of it."""

    __tablename__ = "patients"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    case: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)  # rises with every change: two people cannot overwrite each other
    made_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)


class User(Row):
    """Somebody who may log in."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint(f"role IN {ROLES}", name="role"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(String(200), unique=True)  # small letters
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))
    patient_id: Mapped[str | None] = mapped_column(ForeignKey("patients.id", ondelete="CASCADE"), index=True)
    password: Mapped[str] = mapped_column(String(300))  # argon2
    email: Mapped[str | None] = mapped_column(String(200))  # where to say that something waits; nothing else is sent
    active: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime] = mapped_column(default=now)


class Login(Row):
    """A browser that is logged in; its cookie is kept only as a hash."""

    __tablename__ = "logins"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)


class Token(Row):
    """A program that may ask as its owner does; kept only as a hash."""

    __tablename__ = "tokens"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class Passkey(Row):
    """A key in somebody's phone, computer or token that logs in for them; only its public half is here."""

    __tablename__ = "passkeys"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential: Mapped[str] = mapped_column(String(1400), unique=True)  # base64url, as the browser names it
    public_key: Mapped[str] = mapped_column(Text)  # base64url
    uses: Mapped[int] = mapped_column(BigInteger)  # what the key counted itself; stays 0 where it does not count
    label: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]


class Challenge(Row):
    """What a browser that is logging in must bring back, once and soon; its name is kept only as a hash."""

    __tablename__ = "challenges"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    told: Mapped[dict[str, Any]]
    made_at: Mapped[datetime] = mapped_column(default=now)


class Invitation(Row):
    """A link with which somebody makes an account, once; kept only as a hash."""

    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint(f"role IN {ROLES}", name="role"),)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))
    patient_id: Mapped[str | None] = mapped_column(ForeignKey("patients.id", ondelete="CASCADE"), index=True)
    made_by: Mapped[str | None] = mapped_column(String(32))
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Treatment(Row):
    """A session while it runs; when it has ended its readings join the case file."""

    __tablename__ = "treatments"
    __table_args__ = (CheckConstraint("state IN ('running', 'ended')", name="state"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    patient_id: Mapped[str] = of_patient()
    day: Mapped[date]
    state: Mapped[str] = mapped_column(String(20), default="running")
    ordered: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the session as known before, as in a case file
    monitor: Mapped[dict[str, Any] | None] = mapped_column(
        deferred=True
    )  # people and order, as `live.kept` writes them
    shown: Mapped[dict[str, Any] | None]  # what the screen says, and up to which reading
    started_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]


class Reading(Row):
    """A line of a running session as it came, numbered in the order of coming; the same one sent twice is one."""

    __tablename__ = "readings"
    __table_args__ = (UniqueConstraint("treatment_id", "mark"),)
    treatment_id: Mapped[str] = mapped_column(ForeignKey("treatments.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[dict[str, Any]]  # by the names of docs/use/live.md
    mark: Mapped[str] = mapped_column(String(64))  # the same for the same line
    source: Mapped[str] = mapped_column(String(40))  # id of the account that sent it
    received_at: Mapped[datetime] = mapped_column(default=now)


class Day(Row):
    """A day at home, as the person wrote it: entries, and what of them was laid into the case file."""

    __tablename__ = "diary"
    __table_args__ = (UniqueConstraint("patient_id", "day"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    patient_id: Mapped[str] = of_patient()
    day: Mapped[date]
    entry: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime] = mapped_column(default=now)


class Thread(Row):
    """A question to the care team with all that was said about it."""

    __tablename__ = "threads"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"), index=True)  # none: for every unit
    patient_id: Mapped[str | None] = mapped_column(ForeignKey("patients.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))  # of who asks
    email: Mapped[str | None] = mapped_column(String(200))  # of a visitor, who has no page to read an answer on
    subject: Mapped[str] = mapped_column(String(200))
    urgent: Mapped[bool] = mapped_column(default=False)
    waiting: Mapped[bool] = mapped_column(default=True)  # whether the team has the next word
    closed: Mapped[bool] = mapped_column(default=False)
    assigned_to: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    seen_at: Mapped[datetime | None]  # when the person looked last
    made_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)


class Message(Row):
    """Something said in a thread."""

    __tablename__ = "messages"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    patient_id: Mapped[str | None] = mapped_column(ForeignKey("patients.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(200))
    from_team: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(default=now)


class Mail(Row):
    """An e-mail on its way: kept until a server has taken it."""

    __tablename__ = "mails"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    patient_id: Mapped[str | None] = mapped_column(ForeignKey("patients.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)  # emptied when it is sent
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now, index=True)
    sent_at: Mapped[datetime | None]
    wrong: Mapped[str | None] = mapped_column(String(200))  # what the server said last
    made_at: Mapped[datetime] = mapped_column(default=now)


class Suggestion(Row):
    """A treatment that somebody of the team suggests; a clinician decides, and nothing follows by itself."""

    __tablename__ = "suggestions"
    __table_args__ = (CheckConstraint("state IN ('open', 'accepted', 'declined')", name="state"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    patient_id: Mapped[str] = of_patient()
    day: Mapped[date]  # of the session it was tried on
    changes: Mapped[dict[str, Any]]  # what is to be set otherwise, by the names of the case file
    told: Mapped[dict[str, Any]]  # as it was, and what the twin expected when it was sent
    text: Mapped[str] = mapped_column(Text)  # why, in the words of who suggests it
    author_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="open")
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    decider: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    made_at: Mapped[datetime] = mapped_column(default=now)


class Answer(Row):
    """What the twin answered, kept so that the same question is not simulated again."""

    __tablename__ = "answers"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # hash of question, case and version of Soleus
    patient_id: Mapped[str] = of_patient()
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[dict[str, Any]]
    made_at: Mapped[datetime] = mapped_column(default=now)


class Noted(Row):
    """A line of the audit: who did what to which record, and when; chained, and never changed."""

    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(40), index=True)  # id of the user, or "nobody", "console"
    role: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80), index=True)  # kind and id, such as patient:0f3a...
    detail: Mapped[dict[str, Any]]  # names of fields and counts; never what they hold
    previous: Mapped[str] = mapped_column(String(64))
    mark: Mapped[str] = mapped_column(String(64))
