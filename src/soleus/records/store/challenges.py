"""Challenges: what is asked of a browser that logs in, kept until it answers, and good for one answer only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from .accounts import hashed
from .tables import Challenge, now

LIVES = timedelta(minutes=5)  # time to find the phone, or to log in at the clinic's own sign-on


def keep(db: Session, browser: str, told: dict[str, Any]) -> None:
    """Ask something of a browser, in place of what it was asked before.

    Args:
        browser: a secret that only this browser holds, after the name of the door it came to.
        told: what must come back.
    """
    past = Challenge.made_at < now() - LIVES
    db.execute(delete(Challenge).where(past | (Challenge.id == hashed(browser))))
    db.add(Challenge(id=hashed(browser), told=told))


def take(db: Session, browser: str) -> dict[str, Any] | None:
    """What was asked of this browser; it is gone from now on, so that no answer counts twice."""
    mine = delete(Challenge).where(Challenge.id == hashed(browser)).returning(Challenge.told, Challenge.made_at)
    found = db.execute(mine).first()
    return found.told if found and found.made_at > now() - LIVES else None
