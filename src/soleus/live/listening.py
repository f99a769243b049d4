"""Listening: which readings are believed, and what to ask when one is not.

A reading far from what was expected waits for another one. If the next agrees with it, pressure really leapt, and both
count; if it returns to where it was, the odd one never counts, and nothing was said but: please repeat. A value that
contradicts itself, or is only shown again, does not count. What is somewhat odd counts less.
"""

from __future__ import annotations

from typing import NamedTuple

from ..fit.learned import TAIL
from . import belief
from .belief import Belief
from .reading import Reading
from .shown import Shown
from .vigilance import VIGILANCE

CUFF = ("systolic_mmhg", "diastolic_mmhg")
CHANNELS: dict[str, tuple[str, ...]] = {"cuff": CUFF, "pulse": ("heart_rate_min",), "volume": ("rbv_pct",)}
WORDS = {"cuff": "pressure", "pulse": "heart rate", "volume": "blood volume"}
BELIEVED_WITH = {"dizziness", "fainting", "hypotension", "nausea", "vomiting"}  # what goes with a real fall of pressure


class Held(NamedTuple):
    """A doubted reading that waits."""

    minute: float
    values: dict[str, float]


class Heard(NamedTuple):
    """What became of one reading."""

    used: tuple[str, ...]  # names of values
    notes: tuple[str, ...]  # why others were not
    ask: str = ""  # a measurement to repeat


class Listening(NamedTuple):
    """Belief, and what is not believed yet."""

    belief: Belief
    held: dict[str, Held]  # by channel
    last: dict[str, Held]  # by channel, the last one that counted
    start: float | None = None  # mmHg, systolic pressure when it was first believed


def begin(people: int) -> Listening:
    """Before the first reading."""
    return Listening(belief.before(people), {}, {})


def hear(now: Listening, reading: Reading, shown: Shown, felt: bool = False) -> tuple[Listening, Heard]:
    """Take in one reading.

    Args:
        now: before it, not later than the reading.
        reading: its values; what was done is not looked at.
        shown: of all people.
        felt: whether the patient feels what goes with a fall of pressure.
    """
    now = now._replace(belief=belief.moved(now.belief, reading.minute))
    used: list[str] = []
    notes: list[str] = []
    ask = ""
    for channel, kinds in CHANNELS.items():
        values = {kind: reading.values[kind] for kind in kinds if kind in reading.values}
        if not values:
            continue
        now, one = _channel(now, channel, values, reading.minute, shown, felt)
        used += one.used
        notes += one.notes
        ask = ask or one.ask
    return now, Heard(tuple(used), tuple(notes), ask)


def _channel(
    now: Listening, channel: str, values: dict[str, float], minute: float, shown: Shown, felt: bool
) -> tuple[Listening, Heard]:
    said = _said(values)
    if contradicts_itself(values):
        note = f"pressure {said} contradicts itself: it is left out"
        return now, Heard((), (note,), "Repeat the pressure: cuff and arm may have moved.")
    if _again(now, channel, values, minute):
        return now, Heard((), (f"{WORDS[channel]} {said} is the last one shown again",))
    odd = max(_odd(now.belief, kind, value, shown, minute) for kind, value in values.items())
    waiting = now.held.get(channel)
    if waiting is not None and minute - waiting.minute > VIGILANCE.waits:
        now, waiting = _let_go(now, channel), None
    alone = waiting is None or not _agree(waiting.values, values)
    if odd > VIGILANCE.odd and alone and not (felt and channel == "cuff"):
        now = now._replace(held={**now.held, channel: Held(minute, values)})
        note = f"{WORDS[channel]} {said} is far from what was expected: it waits for another one"
        return now, Heard((), (note,), _asked(said) if channel == "cuff" else "")
    return _believed(now, channel, values, minute, shown, waiting, odd)


def _believed(
    now: Listening,
    channel: str,
    values: dict[str, float],
    minute: float,
    shown: Shown,
    waiting: Held | None,
    odd: float,
) -> tuple[Listening, Heard]:
    """A reading that counts, and with it, or instead of it, the one that waited."""
    notes: list[str] = []
    b = now.belief
    kind = next(iter(values))
    away = values[kind] - belief.expect(b, kind, shown, minute).mean
    confirmed = waiting is not None and _agree(waiting.values, values) and _nearer(values, waiting, away)
    if waiting is not None:
        word = "is confirmed" if confirmed else "is not believed: the next one was"
        tail = "" if confirmed else f" {_said(values)}"
        notes.append(f"{WORDS[channel]} {_said(waiting.values)} of minute {waiting.minute:g} {word}{tail}")
    if odd > VIGILANCE.odd or confirmed:
        b = belief.jumped(b, kind, away)
        for each, value in (waiting.values if confirmed and waiting else {}).items():
            b = belief.heard(b, each, value, shown, minute)
    for kind, value in values.items():
        b = belief.heard(b, kind, value, shown, minute, _trust(_odd(b, kind, value, shown, minute)))
    if now.start is None and CUFF[0] in values:
        now = now._replace(start=belief.expect(b, CUFF[0], shown, minute).mean)
    now = _let_go(now, channel)._replace(belief=b)
    now = now._replace(last={**now.last, channel: Held(minute, values)})
    return now, Heard(tuple(values), tuple(notes))


def contradicts_itself(values: dict[str, float]) -> bool:
    """Whether systolic and diastolic cannot belong together."""
    return len(values) == len(CUFF) and values[CUFF[0]] - values[CUFF[1]] < VIGILANCE.narrow


def _again(now: Listening, channel: str, values: dict[str, float], minute: float) -> bool:
    """Whether a cuff's display only shows the last reading again."""
    last = now.last.get(channel)
    waits = now.held.get(channel)
    if channel != "cuff":
        return False
    return any(
        one is not None and minute - one.minute <= VIGILANCE.shown_again and one.values == values and len(values) > 1
        for one in (last, waits)
    )


def _odd(b: Belief, kind: str, value: float, shown: Shown, minute: float) -> float:
    """How far a value is from what was expected, in standard deviations."""
    expected = belief.expect(b, kind, shown, minute)
    return abs(value - expected.mean) / expected.sd


def _trust(odd: float) -> float:
    """What is somewhat odd counts less, as in the fit."""
    return (TAIL + 1) / (TAIL + max(odd**2, 1.0))


def _agree(first: dict[str, float], second: dict[str, float]) -> bool:
    """Whether two readings tell of the same."""
    kind = next(iter(first))
    error = 2**0.5 * belief.ERROR[kind]
    return kind in second and abs(first[kind] - second[kind]) <= VIGILANCE.agrees * error


def _nearer(values: dict[str, float], waiting: Held, away: float) -> bool:
    """Whether a reading is nearer to the one that waited than to what was expected."""
    kind = next(iter(values))
    return kind in waiting.values and abs(values[kind] - waiting.values[kind]) < abs(away)


def _let_go(now: Listening, channel: str) -> Listening:
    return now._replace(held={name: one for name, one in now.held.items() if name != channel})


def _asked(said: str) -> str:
    return f"Repeat the pressure now ({said} was read), and look at the patient."


def _said(values: dict[str, float]) -> str:
    return "/".join(f"{value:g}" for value in values.values())
