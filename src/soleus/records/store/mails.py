"""Mails: what waits to be sent by e-mail; kept until a server has taken it, tried again later and later."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from .tables import Mail, Thread, now

TOGETHER = 20  # sent in one go
LEASE = timedelta(minutes=10)  # after which one whose sender died is tried again
FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=6)  # between two tries; doubled each time
MOST = 20  # tries, some four days; then somebody has to ask for one more


def put(db: Session, thread: Thread, address: str, subject: str, text: str) -> Mail:
    """A mail that waits to be sent."""
    mail = Mail(thread_id=thread.id, patient_id=thread.patient_id, address=address, subject=subject[:200], text=text)
    db.add(mail)
    return mail


def due(db: Session) -> list[Mail]:
    """Those to be sent now; whoever asks has some minutes, in which nobody else gets the same."""
    chosen = select(Mail).where(Mail.sent_at.is_(None), Mail.due_at <= now(), Mail.tries < MOST)
    found = list(db.scalars(chosen.order_by(Mail.due_at).limit(TOGETHER).with_for_update(skip_locked=True)))
    for mail in found:
        mail.due_at, mail.tries = now() + LEASE, mail.tries + 1
    return found


def sent(db: Session, mail_id: str) -> None:
    """A server has taken it; its text is not needed any more."""
    if mail := db.get(Mail, mail_id):
        mail.sent_at, mail.wrong, mail.text = now(), None, ""


def failed(db: Session, mail_id: str, why: str) -> None:
    """It was not taken: later again."""
    if mail := db.get(Mail, mail_id):
        mail.wrong = why[:200]
        mail.due_at = now() + min(LONGEST, FIRST * 2 ** (mail.tries - 1))


def again(db: Session, thread: Thread) -> None:
    """Try all of a thread that were not sent, now."""
    for mail in of(db, thread):
        if mail.sent_at is None:
            mail.tries, mail.due_at = 0, now()


def stuck(db: Session) -> set[str]:
    """The threads of which a mail was not taken."""
    return set(db.scalars(select(Mail.thread_id).where(Mail.sent_at.is_(None), Mail.wrong.is_not(None))))


def of(db: Session, thread: Thread) -> list[Mail]:
    """The mails of a thread, in order."""
    return list(db.scalars(select(Mail).where(Mail.thread_id == thread.id).order_by(Mail.made_at)))
