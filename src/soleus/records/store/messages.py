"""Messages: a person asks, the care team answers; who may see a thread, and what waits for whom."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from ...errors import BadRecord, OutOfRange
from . import accounts, mails
from .audit import NOBODY, Who, note
from .tables import Message, Patient, Thread, User, now

LONGEST = 4000  # characters of a message
SHOWN = 200  # threads of a list
WAITS = "A message waits for you"


def begin(
    db: Session, who: Who, *, subject: str, text: str, urgent: bool, name: str = "", patient: Patient | None = None,
    email: str | None = None, unit: str | None = None,
) -> Thread:  # fmt: skip
    """A new question, of a patient or of a visitor with an e-mail address; `unit` is whose staff sees it, none: all.

    Raises:
        BadRecord, OutOfRange: for an empty or too long field, or an address that is none.
    """
    thread = Thread(
        unit_id=patient.unit_id if patient else unit, patient_id=patient.id if patient else None,
        name=patient.name if patient else accounts.line(name, "your name"),
        email=None if patient else accounts.address(email or ""), subject=accounts.line(subject, "subject"),
        urgent=urgent, seen_at=(at := now()), made_at=at, changed_at=at,
    )  # fmt: skip
    said = words(text)
    db.add(thread)
    db.flush()
    author = None if who == NOBODY else who.id
    db.add(Message(thread_id=thread.id, patient_id=thread.patient_id, author_id=author, name=thread.name, text=said))
    note(db, who, "message written", f"message:{thread.id}", urgent=urgent)
    return thread


def say(db: Session, who: Who, thread: Thread, text: str, *, name: str, urgent: bool = False) -> Message:
    """One more message in a thread, which is open again if it was closed.

    Raises:
        BadRecord, OutOfRange: for an empty or too long text.
    """
    team = who.role != "patient"
    said = Message(
        thread_id=thread.id, patient_id=thread.patient_id, author_id=who.id, name=name, from_team=team, text=words(text)
    )
    db.add(said)
    thread.waiting, thread.closed, thread.changed_at = not team, False, now()
    thread.urgent = thread.urgent or urgent
    thread.seen_at = thread.seen_at if team else thread.changed_at
    if team:
        thread.assigned_to = thread.assigned_to or who.id
        _mail(db, thread, said)
    note(db, who, "message answered" if team else "message written", f"message:{thread.id}", urgent=urgent)
    return said


def _mail(db: Session, thread: Thread, said: Message) -> None:
    """A visitor gets the answer, who has no other way to it; a patient only that one waits."""
    if thread.email:
        mails.put(db, thread, thread.email, f"Re: {thread.subject}", f"{said.text}\n\n-- \n{said.name}")
        return
    for user in db.scalars(select(User).where(User.patient_id == thread.patient_id, User.active)):
        if user.email:
            mails.put(db, thread, user.email, WAITS, "")


def words(text: str) -> str:
    """A text of some lines, without what steers a screen.

    Raises:
        BadRecord, OutOfRange: when it is empty or too long.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    text = "\n".join("".join(c if c.isprintable() else " " for c in line).rstrip() for line in lines).strip()
    if not text:
        raise BadRecord("the message is empty. Write what you want to ask.")
    if len(text) > LONGEST:
        raise OutOfRange(f"the message has {len(text)} characters; at most {LONGEST} are kept. Shorten it.")
    return text


def _seen_by(user: User) -> ColumnElement[bool]:
    """Threads that somebody may see: the own ones, or those of the unit and those for every unit."""
    if user.role == "patient":
        return Thread.patient_id == user.patient_id
    return or_(Thread.unit_id == user.unit_id, Thread.unit_id.is_(None))


def threads(db: Session, user: User, *, closed: bool | None = None, most: int = SHOWN) -> list[Thread]:
    """Threads that this person may see: urgent ones first, then those that wait for the team, the latest first."""
    chosen = select(Thread).where(_seen_by(user))
    if closed is not None:
        chosen = chosen.where(Thread.closed == closed)
    if user.role != "patient":
        chosen = chosen.order_by(Thread.closed, Thread.urgent.desc(), Thread.waiting.desc())
    return list(db.scalars(chosen.order_by(Thread.changed_at.desc()).limit(most)))


def thread(db: Session, user: User, thread_id: str) -> Thread | None:
    """A thread, where this person may see it."""
    return db.scalar(select(Thread).where(Thread.id == thread_id, _seen_by(user)))


def said_in(db: Session, thread: Thread) -> list[Message]:
    """All that was said, in order."""
    return list(db.scalars(select(Message).where(Message.thread_id == thread.id).order_by(Message.made_at, Message.id)))


def seen(thread: Thread) -> None:
    """The person has looked."""
    thread.seen_at = now()


def unread(thread: Thread) -> bool:
    """Whether an answer of the team was not looked at yet by the person."""
    return not thread.waiting and (thread.seen_at is None or thread.seen_at < thread.changed_at)


def assign(db: Session, who: Who, thread: Thread, user: User | None) -> None:
    """Somebody of the team takes it, or nobody."""
    thread.assigned_to = user.id if user else None
    note(db, who, "message assigned", f"message:{thread.id}", to=user.id if user else "nobody")


def set_closed(db: Session, who: Who, thread: Thread, closed: bool) -> None:
    """Nothing more is to be done about it, or something is after all."""
    thread.closed, thread.waiting = closed, not closed and thread.waiting
    note(db, who, "message closed" if closed else "message opened", f"message:{thread.id}")


def wipe(db: Session, who: Who, thread: Thread) -> None:
    """Leave nothing of a thread."""
    note(db, who, "message wiped out", f"message:{thread.id}")
    db.delete(thread)


def team(db: Session, thread: Thread) -> list[User]:
    """Who can be asked to answer it."""
    chosen = select(User).where(User.role.in_(("nurse", "clinician")), User.active).order_by(User.name)
    return list(db.scalars(chosen if thread.unit_id is None else chosen.where(User.unit_id == thread.unit_id)))


def counts(db: Session, user: User) -> dict[str, Any]:
    """Open threads that somebody of the team sees: all, urgent ones, and by patient."""
    rows = db.execute(
        select(Thread.patient_id, Thread.urgent, func.count())
        .where(_seen_by(user), Thread.closed.is_(False))
        .group_by(Thread.patient_id, Thread.urgent)
    ).all()
    by: dict[str, int] = {}
    for patient_id, _, count in rows:
        if patient_id:
            by[patient_id] = by.get(patient_id, 0) + count
    return {"all": sum(n for _, _, n in rows), "urgent": sum(n for _, urgent, n in rows if urgent), "by": by}
