"""Watcher: a process of its own that hears the readings of running sessions, so that the server never loads the twin.

    python -m soleus.web.running.watcher

One JSON object a line comes in: {"ask": "hear", "session", "after", "lines"} with {"begin"} when it is asked for,
{"ask": "table", "text", "name"} for a feed as CSV, {"ask": "only", "sessions"} to forget all others.
{"answer"} or {"refused"} goes out. Everything it knows can be had again from the database.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from typing import Any

from ...errors import BadRecord, SoleusError
from ...live import Monitor, feed, kept
from ...live.reading import reading
from ..twin.beside import Say, Told, serve
from .watching import seen


@dataclass
class Session:
    """A running session, and how far it was heard."""

    monitor: Monitor
    number: int = 0  # of the last line heard
    notes: list[str] = field(default_factory=list)


SESSIONS: dict[str, Session] = {}


def hear(asked: Told) -> Told:
    """Take in the next lines of a session; "unknown" asks for all of it."""
    name, after = asked["session"], asked["after"]
    if begin := asked.get("begin"):
        SESSIONS[name] = _taken_up(begin)
    known = SESSIONS.get(name)
    if known is None or known.number != after:
        SESSIONS.pop(name, None)
        return {"unknown": True}
    update, notes = None, {}
    for number, line in asked["lines"]:
        known.number = number
        try:
            update = known.monitor.read(line)
            said = list(update.notes)
        except BadRecord as error:
            said = [str(error)]
        except (ValueError, ArithmeticError, LookupError, TypeError):  # one odd line must not end the watch
            said = ["this line could not be worked out, so it is left out."]
        notes[str(number)] = said
        known.notes += [f"Minute {line.get('minute', '?'):g}: {each}" for each in said]
    return {"number": known.number, "view": seen(known.monitor, update, known.notes), "notes": notes,
            "memory": _memory(known)}  # fmt: skip


def _memory(known: Session) -> Told:
    """What was said, to be kept beside the lines."""
    return kept.said_json(known.monitor) | {"notes": known.notes[-20:]}


def _taken_up(begin: Told) -> Session:
    """A session as it was when this was kept."""
    memory = dict(begin["memory"] or {})
    notes = memory.pop("notes", [])
    readings = [kept.reading_json(reading(line)) for _, line in begin["lines"]]
    told = begin["monitor"] | memory | {"readings": readings}
    number = begin["lines"][-1][0] if begin["lines"] else 0
    return Session(kept.from_json(told), number, notes)


def table(asked: Told) -> Told:
    """The rows of a feed that was sent as CSV."""
    return {"rows": [dict(row) for row in feed.of_text(asked["text"], asked["name"])]}


def only(asked: Told) -> Told:
    """Forget sessions that do not run any more."""
    for name in set(SESSIONS) - set(asked["sessions"]):
        del SESSIONS[name]
    return {"known": len(SESSIONS)}


ASKS = {"hear": hear, "table": table, "only": only}


def answer(line: str, _: Say) -> Told:
    """The answer to one line."""
    asked: dict[str, Any] = json.loads(line)
    try:
        return {"answer": ASKS[asked["ask"]](asked)}
    except SoleusError as error:
        return {"refused": str(error)}


def main() -> None:
    """Keep standard output for answers; whatever else is printed goes to standard error."""
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    serve(sys.stdin, told, answer)


if __name__ == "__main__":
    main()
