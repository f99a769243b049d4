"""Minutes that cannot be: readings outside the session, out of order, or given twice."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from .file import Place, Problem
from .treatment import BloodVolume, Pressure, Session

GRACE = 15.0  # minutes a session may run over its planned time before a reading counts as outside
AFTERWARDS = 720.0  # minutes after the end during which a complaint still belongs to the session


def minutes(session: Session, place: Place, length: float | None) -> Iterator[Problem]:
    """Every reading and complaint at a minute it cannot have; `length` of the session in minutes."""
    for name in ("pressures", "blood_volume", "pressures_before", "pressures_after"):
        points = getattr(session, name)
        yield from _order(points, (*place, name), session.date)
        for i, point in enumerate(points):
            if text := _outside(name, point.minute, length):
                here = f"is {point.minute:g} min on {session.date}, {text}"
                yield Problem((*place, name, i, "minute"), here)
    for name in ("given", "given_before", "given_after"):
        for i, each in enumerate(getattr(session, name)):
            if text := _outside(name, each.minute, length):
                yield Problem((*place, name, i, "minute"), f"is {each.minute:g} min on {session.date}, {text}")
    for i, symptom in enumerate(session.symptoms):
        if length is not None and symptom.minute > length + AFTERWARDS:
            text = f"is {symptom.minute:g} min on {session.date}, more than 12 h after the end. Put it in the diary."
            yield Problem((*place, "symptoms", i, "minute"), text)


def _outside(name: str, minute: float, length: float | None) -> str:
    """What is wrong with the minute of a reading, with the remedy; empty when nothing is."""
    span = "" if length is None else f" (0 to {length:g} min)"
    group = name.split("_")[0]
    what = "it" if group == "given" else "the reading"
    if name.endswith("_before"):
        return f"after the start of the session{span}. Move {what} to {group}." if minute > 0 else ""
    if name.endswith("_after"):
        early = length is not None and minute < length
        return f"before the end of the session{span}. Move {what} to {group}." if early else ""
    early, late = minute < 0, length is not None and minute > length + GRACE
    if not early and not late:
        return ""
    move = "" if name == "blood_volume" else f", move {what} to {group}_{'before' if early else 'after'}"
    side = "before its start" if early else "after its end"
    return f"outside the session{span}, {side}. Correct the minute{move}, or correct the hours."


def _order(points: Sequence[Pressure | BloodVolume], place: Place, day: date) -> Iterator[Problem]:
    for i, (one, two) in enumerate(pairwise(points), start=1):
        if two.minute < one.minute:
            text = f"is {two.minute:g} min on {day} but stands after {one.minute:g} min: out of order. Correct one."
            yield Problem((*place, i, "minute"), text)
        elif two.minute == one.minute and _believed(one) and _believed(two):
            same = "the same reading twice" if one == two else "two different readings"
            text = f"is {two.minute:g} min on {day}, given twice: {same}. Delete one, or mark it artefact: true."
            yield Problem((*place, i, "minute"), text)


def _believed(point: Pressure | BloodVolume) -> bool:
    return not (isinstance(point, Pressure) and point.artefact)
