"""Turns: what a reading says was done otherwise than planned: fluid, flow, warmth, something given, the end."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..case.given import KINDS as GIVEN
from ..events import Event
from . import treated
from .people import People
from .reading import Reading
from .shown import Shown
from .treated import Change, Treated
from .vigilance import VIGILANCE

SHORTEST = 5.0  # min between two readings of the ultrafiltrate from which a rate is told
LONGER = 30.0  # min that a treatment is held to go on at least, when it runs on beyond its planned end
ML, HOUR = 1000.0, 60.0
MOST = 4.0 / HOUR  # L/min that a controller takes off at most


class Turn(NamedTuple):
    """One change of what goes on: a setting, something given, or the end of treatment."""

    minute: float
    change: Change | None = None
    event: Event | None = None


def apply(people: People, so_far: Treated, turn: Turn) -> Treated:
    """The session with this turn."""
    if turn.change is not None:
        return treated.changed(people, so_far, turn.change)
    if turn.event is not None:
        return treated.also_given(people, so_far, turn.event)
    return treated.stopped(people, so_far, turn.minute)


def of_event(reading: Reading, so_far: Treated) -> list[Turn]:
    """What somebody did, as turns."""
    did, minute = reading.did, reading.minute
    if did is None:
        return []
    if did.what in GIVEN and did.amount is not None:
        return [Turn(minute, event=Event(GIVEN[did.what].event, minute, did.amount))]
    amount = did.amount or 0.0
    changes = {
        "uf stopped": Change(minute, uf=0.0),
        "uf rate": Change(minute, uf=amount / HOUR),
        "bath temperature": Change(minute, temperature=amount),
        "blood flow": Change(minute, Q_b=amount / ML),
    }
    if did.what == "treatment stopped":
        return [Turn(minute)] if minute < so_far.end else []
    return [Turn(minute, change=changes[did.what])] if did.what in changes else []


def of_machine(reading: Reading, so_far: Treated, shown: Shown, last_uf: tuple[float, float], over: bool) -> list[Turn]:
    """What the machine's numbers say differs from the plan.

    Args:
        reading: its numbers.
        so_far, shown: the session as it is held to go.
        last_uf: the ultrafiltrate read before this one: minute, L.
        over: whether treatment was said to be stopped.
    """
    values, minute = reading.values, reading.minute
    found: list[Turn] = []
    if over:
        return found
    rate = values.get("uf_rate_l_h")
    if minute >= so_far.end and _still_on(values, last_uf):
        found.append(Turn(minute, change=Change(minute, uf=(rate or 0.0) / HOUR, longer=LONGER)))
    elif rate is not None and abs(rate / HOUR - float(so_far.uf_rate(minute))) > VIGILANCE.rate_off:
        found.append(Turn(minute, change=Change(minute, uf=rate / HOUR)))
    if "uf_l" in values and minute < so_far.end:
        found = [*_volume(values["uf_l"], minute, so_far, shown, last_uf, rate), *found]
    bath = values.get("bath_temperature_c")
    same = so_far.order.temperature_profile is None
    if bath is not None and same and abs(bath - so_far.order.dialysate.temperature) > VIGILANCE.temperature_off:
        found.append(Turn(minute, change=Change(minute, temperature=bath)))
    flow = values.get("blood_flow_ml_min")
    if flow is not None and abs(flow / ML - so_far.order.Q_b) > VIGILANCE.flow_off:
        found.append(Turn(minute, change=Change(minute, Q_b=flow / ML)))
    return found


def _still_on(values: dict[str, float], last_uf: tuple[float, float]) -> bool:
    return values.get("uf_rate_l_h", 0.0) > 0 or values.get("uf_l", 0.0) > last_uf[1] + VIGILANCE.uf_off


def _volume(
    uf: float, minute: float, so_far: Treated, shown: Shown, last_uf: tuple[float, float], rate: float | None
) -> list[Turn]:
    """Turns that bring the fluid taken off to what was read, and on from there at the pace that was seen."""
    expected = float(shown.at("uf", minute).mean())
    since = max(last_uf[0], so_far.begins)
    gone = minute - since
    if abs(uf - expected) <= VIGILANCE.uf_off or gone < SHORTEST or uf < last_uf[1]:
        return []
    missing = (uf - float(shown.at("uf", since).mean())) / gone
    seen = (uf - last_uf[1]) / max(minute - last_uf[0], SHORTEST) if rate is None else rate / HOUR
    turns: list[tuple[float, Any]] = [(since, missing), (minute, seen)]
    return [Turn(at, change=Change(at, uf=min(max(pace, 0.0), MOST))) for at, pace in turns]
