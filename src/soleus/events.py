"""Events: what is infused, transfused, swallowed or eaten at a minute of a session or of the time between two.

`events.csv` holds what a unit of each kind brings; `lay` turns the events of many patients into steady rates between
switches, for `session.simulate` and `schedule.between`. The amounts are the physics of an event, never advice what to
give: the largest ones only tell a dose from a slip of the pen.

Assumes     an infusion runs evenly; a milliliter given is a milliliter of plasma; what is swallowed, but for salt and
            water, reaches plasma evenly while it is eaten and absorbed; the usual diet goes on beside it.
Leaves out  the urea and acid of a meal's protein; the base of gluconate; the calcium that citrate takes into the bath.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from importlib.resources import files
from typing import Any

import numpy as np

from .body import body
from .errors import OutOfRange
from .parameter import param, record

SHORTEST, LONGEST = 1.0, 1440.0  # min, of one event
DIGITS = 6  # decimals of a minute; what lies closer together is one switch
SWALLOWED = ("gut_water", "gut_Na", "meals")  # the gut itself takes its time with these
SUBSTANCES = tuple(field.name for field in fields(body.Infused))


@dataclass(frozen=True)
class Event:
    """Something given: `amount` in the unit of its kind, from `minute` on, over `minutes` (by default as usual)."""

    kind: str
    minute: float
    amount: float
    minutes: float | None = None


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A row of `events.csv`."""

    unit: str  # of an amount
    by: str  # vein, filter (into the circuit before it) or mouth
    minutes: float  # how long it usually takes to give
    most: float  # the largest amount that is one event
    absorbed_min: float  # until the last of it is absorbed
    gives: dict[str, float]  # fields of `body.Infused` without their "/min", for one unit
    source: str
    status: str
    meaning: str


@record
class Circuit:
    """What the bath takes in its first pass of what runs in before the filter: dialysance over plasma water flow."""

    citrate: Any = param(
        "1",
        0.70,
        within=(0.5, 0.9),
        source="SoleusChoice",
        status="derived",
        meaning="share of citrate, at a blood flow of 0.3 L/min; 0.86 at 0.2",
    )
    Na: Any = param(
        "1",
        0.90,
        within=(0.75, 0.97),
        source="SoleusChoice",
        status="derived",
        meaning="share of the sodium that comes with it",
    )


def _read() -> dict[str, Kind]:
    with files("soleus").joinpath("events.csv").open(encoding="utf-8") as file:
        return {row["kind"]: _kind(row) for row in csv.DictReader(file)}


def _kind(row: dict[str, str]) -> Kind:
    return Kind(
        unit=row["unit"],
        by=row["by"],
        minutes=float(row["minutes"]),
        most=float(row["most"]),
        absorbed_min=float(row["absorbed_min"] or 0),
        gives={name: float(row[name]) for name in SUBSTANCES if row[name]},
        source=row["source"],
        status=row["status"],
        meaning=row["meaning"],
    )


KINDS = _read()


def checked(event: Event) -> Event:
    """The same event with its usual duration filled in, if it can be one.

    Raises:
        OutOfRange: for a kind, time or amount that no clinic has, with the rule and what to do.
    """
    if event.kind not in KINDS:
        near = get_close_matches(str(event.kind).lower(), KINDS, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(near)}?" if near else "Choose one of them."
        raise OutOfRange(f"kind is {event.kind!r}; events are {', '.join(KINDS)} (events.csv). {hint}")
    kind = KINDS[event.kind]
    minutes = kind.minutes if event.minutes is None else event.minutes
    for name, value in {"amount": event.amount, "minute": event.minute, "minutes": minutes}.items():
        if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not np.isfinite(value):
            raise OutOfRange(
                f"{name} of {event.kind} is {value!r}, not a number; an event has a time and an amount. Give a plain"
                f" number in {kind.unit if name == 'amount' else 'min'}."
            )
    if event.minute < 0:
        raise OutOfRange(
            f"minute of {event.kind} is {event.minute:g} min; time begins with the session at 0. Give the minute after"
            " the start, or put what came before it into the time between sessions."
        )
    if not SHORTEST <= minutes <= LONGEST:
        raise OutOfRange(
            f"minutes of {event.kind} is {minutes:g} min; one event lasts {SHORTEST:g} to {LONGEST:g} min (limit of"
            " this simulation). Give a bolus one minute, or split what runs for days."
        )
    if not 0 < event.amount <= kind.most:
        raise OutOfRange(
            f"amount of {event.kind} is {event.amount:g} {kind.unit}; one event of it ({kind.meaning}) is above 0 and"
            f" at most {kind.most:g} {kind.unit} (general knowledge, events.csv). {_remedy(event, kind)}"
        )
    return Event(event.kind, event.minute, event.amount, minutes)


def _remedy(event: Event, kind: Kind) -> str:
    if event.amount <= 0:
        return "Leave out what is not given; an event cannot take anything away."
    for word in event.kind.split():
        if word in KINDS and word != event.kind and event.amount <= KINDS[word].most:
            return f"Did you mean {word} ({KINDS[word].meaning})?"
    return f"Is it really in {kind.unit}? If so, give it as several events."


def lay(
    events: Sequence[Sequence[Event]], end: float, start: float = 0.0, circuit: Circuit | None = None
) -> tuple[np.ndarray, body.Infused]:
    """All events of all patients as steady rates: switches in min [stretch + 1], and leaves [stretch, patient].

    Events that overlap add up.

    Args:
        events: those of each patient, in any order.
        end: minute at which this part of time ends. What is still running then goes on in the part that begins there.
        start: minute of the events' clock at which this part begins; the switches returned count from it.
        circuit: what the bath takes of an infusion before the filter.

    Raises:
        OutOfRange: for an event that `checked` refuses, or one that begins only after the end.
    """
    flat = [(who, event) for who, each in enumerate(events) for event in each]
    known = {event: checked(event) for event in dict.fromkeys(event for _, event in flat)}
    for event in known:
        if event.minute >= end:
            raise OutOfRange(
                f"minute of {event.kind} is {event.minute:g} min; this part of time ends at {end:g} min, so it would"
                " never be given. Correct the minute, or lay the event in the part that it belongs to."
            )
    spans = _spans([(who, known[event]) for who, event in flat], circuit or Circuit())
    window = round(start, DIGITS), round(end, DIGITS)
    first, last = (np.clip(spans[name], *window) for name in ("first", "last"))
    switches = np.unique(np.concatenate([window, first, last]))
    rate = spans["amount"] / (spans["last"] - spans["first"])
    begins, ends = np.searchsorted(switches, first), np.searchsorted(switches, last)
    row = np.repeat(np.arange(len(rate)), ends - begins)
    stretch = np.arange(len(row)) - np.repeat(np.cumsum(ends - begins) - ends, ends - begins)
    leaves = np.zeros((len(SUBSTANCES), len(switches) - 1, len(events)))
    np.add.at(leaves, (spans["substance"][row], stretch, spans["who"][row]), rate[row])
    return switches - switches[0], body.Infused(**dict(zip(SUBSTANCES, leaves, strict=True)))


def _spans(flat: Sequence[tuple[int, Event]], circuit: Circuit) -> dict[str, np.ndarray]:
    """Each substance of each event: which, whose, how much of it, and between which minutes."""
    found: dict[str, list[np.ndarray]] = {name: [] for name in ("substance", "who", "amount", "first", "last")}
    for name, kind in KINDS.items():
        rows = [(who, e.minute, e.amount, e.minutes) for who, e in flat if e.kind == name]
        if not rows:
            continue
        who, minute, amount, minutes = np.array(rows, dtype=float).T
        for substance, each in kind.gives.items():
            passed = 1 - getattr(circuit, substance, 0.0) if kind.by == "filter" else 1.0
            slow = kind.absorbed_min if substance not in SWALLOWED else 0.0
            found["substance"].append(np.full(len(rows), SUBSTANCES.index(substance)))
            found["who"].append(who.astype(int))
            found["amount"].append(amount * each * passed)
            found["first"].append(np.round(minute, DIGITS))
            found["last"].append(np.round(minute + minutes + slow, DIGITS))
    return {name: np.concatenate(parts) if parts else np.zeros(0, int) for name, parts in found.items()}


def given(switches: np.ndarray, infused: body.Infused) -> dict[str, np.ndarray]:
    """What is given in all, by field of `body.Infused` without its "/min"; [patient]."""
    return {name: np.diff(switches) @ getattr(infused, name) for name in SUBSTANCES}
