"""Audit: who saw and changed what; only ever added to, and every line marks all lines before it.

A line's mark is an HMAC over the line and the mark before it, with a key that is not in the database: who can write to
the database can neither change, remove nor insert a line unseen. Lines cut off at the end are seen by the heads that
were noted in another file (`anchor`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from .database import Store
from .tables import Noted, now

START = "0" * 64
HEADS = "audit.heads"
TOGETHER = 1000  # lines read at once
TURN = 7_205_759  # number of the lock under which PostgreSQL lets one writer add a line


class Who(NamedTuple):
    """Who does something."""

    id: str
    role: str


NOBODY = Who("nobody", "none")
CONSOLE = Who("console", "none")


class Verdict(NamedTuple):
    """Whether the audit is whole."""

    whole: bool
    lines: int
    head: str
    first_bad: int | None
    why: str


def note(db: Session, who: Who, action: str, subject: str, **detail: Any) -> None:
    """Add a line within this change; `detail` holds names and counts, never what a person would not want read."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})
    last = db.execute(select(Noted.seq, Noted.mark).order_by(Noted.seq.desc()).limit(1)).first()
    seq, previous = (last.seq + 1, last.mark) if last else (1, START)
    line = Noted(
        seq=seq, at=now(), actor=who.id, role=who.role, action=action, subject=subject, detail=detail,
        previous=previous, mark="",
    )  # fmt: skip
    line.mark = mark_of(line, db.info["audit"])
    db.add(line)
    db.flush()


def mark_of(line: Noted, key: bytes) -> str:
    """What a line's mark must be."""
    told = [line.seq, line.at.isoformat(), line.actor, line.role, line.action, line.subject, line.detail, line.previous]
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def verify(store: Store) -> Verdict:
    """Read every line from the first, and every head that was noted."""
    heads = _heads(store.folder / HEADS)
    with store.reading() as db:
        previous, expected = START, 1
        for line in _all(db):
            why = ""
            if line.seq != expected:
                why = f"line {expected} is missing"
            elif line.previous != previous or not hmac.compare_digest(line.mark, mark_of(line, store.keys.audit)):
                why = f"line {line.seq} was changed"
            elif heads.pop(line.seq, line.mark) != line.mark:
                why = f"line {line.seq} is not the one that was noted outside the database"
            if why:
                return Verdict(False, expected - 1, previous, expected, why)
            previous, expected = line.mark, expected + 1
    if heads:
        return Verdict(False, expected - 1, previous, expected, f"lines {expected} to {max(heads)} were cut off")
    return Verdict(True, expected - 1, previous, None, "")


def _all(db: Session) -> Iterator[Noted]:
    """Every line in order, some at a time."""
    after: int | None = None
    while True:
        some = select(Noted).order_by(Noted.seq).limit(TOGETHER)
        lines = list(db.scalars(some if after is None else some.where(Noted.seq > after)))
        yield from lines
        if len(lines) < TOGETHER:
            return
        after = lines[-1].seq
        db.expunge_all()


def lines(db: Session, most: int, before: int = 0, subject: str = "") -> list[Noted]:
    """The latest lines, or those before one, or those of one record."""
    chosen = select(Noted).order_by(Noted.seq.desc()).limit(most)
    if before > 0:
        chosen = chosen.where(Noted.seq < before)
    if subject:
        chosen = chosen.where(Noted.subject == subject)
    return list(db.scalars(chosen))


def anchor(store: Store) -> None:
    """Note the last line outside the database, so that nobody can cut off what came before it unseen."""
    with store.reading() as db:
        last = db.execute(select(Noted.seq, Noted.mark).order_by(Noted.seq.desc()).limit(1)).first()
    file = store.folder / HEADS
    if last and _heads(file).get(last.seq) != last.mark:
        with file.open("a", encoding="utf-8") as out:
            out.write(f"{last.seq} {last.mark}\n")


def _heads(file: Path) -> dict[int, str]:
    if not file.exists():
        return {}
    lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
    return {int(seq): mark for seq, mark in lines}
