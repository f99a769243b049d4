"""Passkeys: the public halves of the keys that log somebody in."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ...errors import BadRecord, OutOfRange
from .accounts import line
from .audit import Who, note
from .tables import Passkey, User, now

MOST = 20  # of one person: phones, computers and tokens, old ones too


def of(db: Session, user: User) -> list[Passkey]:
    """The passkeys of a user, the oldest first."""
    return list(db.scalars(select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.made_at)))


def add(db: Session, user: User, *, label: str, credential: str, public_key: str, uses: int) -> Passkey:
    """A new passkey.

    Raises:
        BadRecord: when it is known already, has no name, or there are too many.
    """
    if len(of(db, user)) >= MOST:
        raise OutOfRange(f"you have {MOST} passkeys; more are not kept. Remove one that you do not use.")
    if db.scalar(select(Passkey.id).where(Passkey.credential == credential)):
        raise BadRecord("this passkey is known already. Use another device, or remove it first.")
    made = Passkey(
        user_id=user.id, credential=credential, public_key=public_key, uses=uses, label=line(label, "name")
    )  # fmt: skip
    db.add(made)
    db.flush()
    note(db, Who(user.id, user.role), "passkey added", f"user:{user.id}", passkey=made.id)
    return made


def remove(db: Session, user: User, passkey_id: str) -> bool:
    """Forget a passkey of this user; whether there was one."""
    mine = delete(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user.id).returning(Passkey.id)
    if db.execute(mine).first() is None:
        return False
    note(db, Who(user.id, user.role), "passkey removed", f"user:{user.id}", passkey=passkey_id)
    return True


def find(db: Session, credential: str) -> Passkey | None:
    """The passkey that a browser names, held until this change ends so that its count cannot be used twice."""
    return db.scalar(select(Passkey).where(Passkey.credential == credential).with_for_update())


def used(passkey: Passkey, uses: int) -> None:
    """It logged somebody in."""
    passkey.uses, passkey.used_at = uses, now()
