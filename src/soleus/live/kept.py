"""Kept: a session on its way as plain values, so that a process that died is taken up where it was.

The people, the order and the log of readings are kept, with what was said. Taking up again goes through the log anew,
which takes a tenth of a second: the same readings give the same belief.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ..errors import BadRecord
from ..events import Event
from . import going, people, steps
from .aid import Aid
from .alert import Alert, Memory
from .monitor import Monitor
from .reading import Did, Reading
from .why import Reason

FORMAT, SCHEMA_VERSION = "soleus session", 1
LARGEST = 20_000_000  # bytes


def as_json(monitor: Monitor, *, who: bool = True) -> dict[str, Any]:
    """All of a session; without its people, which never change, where they are kept elsewhere."""
    now = monitor.going
    return {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "people": people.as_json(now.people) if who else None,
        "order": people.order_json(now.order),
        "given": [[e.kind, e.minute, e.amount, e.minutes] for e in now.given],
        "readings": [reading_json(each) for each in now.log],
        **said_json(monitor),
    }


def said_json(monitor: Monitor) -> dict[str, Any]:
    """What was said so far, and what cannot be had again from people, order and readings."""
    return {
        "alerts": [alert_json(each) for each in monitor.memory.alerts],
        "on": list(monitor.memory.on),
        "asked": monitor.asked,
    }


def from_json(told: dict[str, Any], who: people.People | None = None) -> Monitor:
    """The same session, taken up again.

    Args:
        told: what `as_json` gave.
        who: the people, where they were kept elsewhere.

    Raises:
        BadRecord: when it is no stored session, or one of another version.
    """
    if told.get("format") != FORMAT or told.get("schema_version") != SCHEMA_VERSION:
        raise BadRecord(f"this is no stored session of schema_version {SCHEMA_VERSION}. Begin the session anew.")
    try:
        who = people.from_json(told["people"]) if who is None else who
        given = [Event(str(kind), minute, amount, minutes) for kind, minute, amount, minutes in told["given"]]
        monitor = Monitor(who, people.order_from(told["order"]), given=given)
        for each in told["readings"]:
            monitor.going = going.take(monitor.going, _reading(each))[0]
        monitor.memory = Memory(tuple(_alert(each) for each in told["alerts"]), tuple(told["on"]))
        monitor.asked = float(told["asked"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadRecord(f"a stored session cannot be read ({error}). Begin the session anew.") from None
    return monitor


def save(monitor: Monitor, file: Path) -> None:
    """Write a session whole or not at all.

    Raises:
        BadRecord: when the file cannot be written.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_text(json.dumps(as_json(monitor), allow_nan=False) + "\n", encoding="utf-8")
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise BadRecord(f"{file} could not be written ({error.strerror}). Choose another place.") from None


def load(file: Path) -> Monitor:
    """A session that was written.

    Raises:
        BadRecord: when it cannot be read, or is none.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise BadRecord(f"{file} is larger than {LARGEST / 1e6:g} MB: it is no stored session.")
        told = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadRecord(f"{file} cannot be opened ({error.strerror}). Check the name and the folder.") from None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise BadRecord(f"{file} is no stored session (JSON). Choose another name, or begin the session anew.")
    return from_json(told)


def reading_json(each: Reading) -> dict[str, Any]:
    """One reading in plain values."""
    did = None if each.did is None else each.did._asdict()
    return {"minute": each.minute, "values": dict(each.values), "did": did, "refused": list(each.refused)}


def _reading(told: dict[str, Any]) -> Reading:
    did = None if told["did"] is None else Did(**told["did"])
    return Reading(float(told["minute"]), dict(told["values"]), did, tuple(told["refused"]))


def alert_json(each: Alert) -> dict[str, Any]:
    """One alert in plain values."""
    return {
        "minute": each.minute, "about": each.about, "level": each.level, "chance": each.chance, "text": each.text,
        "reason": each.reason._asdict(), "step": {**each.step._asdict(), "sources": list(each.step.sources)},
        "after": each.after, "aid": None if each.aid is None else _aid_json(each.aid),
    }  # fmt: skip


def _aid_json(help_: Aid) -> dict[str, Any]:
    """First aid in plain values."""
    may = [
        {"agent": c.agent.id, "label": c.agent.label, "ml": c.dose.ml, "minutes": c.dose.minutes,
         "may": c.may.verdict, "why": list(c.may.why)}
        for c in help_.may
    ]  # fmt: skip
    steps_ = [{**step._asdict(), "sources": list(step.sources)} for step in help_.steps]
    return {"ends": help_.ends, "steps": steps_, "may": may}


def _alert(told: dict[str, Any]) -> Alert:
    step = steps.Step(**{**told["step"], "sources": tuple(told["step"]["sources"])})
    names = ("minute", "about", "level", "chance", "after")
    return Alert(**{name: told[name] for name in names}, reason=Reason(**told["reason"]), step=step, aid=None)
