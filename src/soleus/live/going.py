"""Going: a session on its way: who, how treated so far, what was heard and felt; every reading makes the next one.

A reading that comes late is put where it belongs: belief goes back to before it, and hears again what came after.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from ..events import Event
from ..prescription import Prescription
from . import ahead, listening, treated, turns
from .listening import BELIEVED_WITH, Heard, Listening
from .people import People
from .reading import Did, Reading
from .shown import Shown, shown
from .treated import Treated
from .turns import Turn
from .vigilance import VIGILANCE

EARLY = 30.0  # min before the start from which a reading counts as that of the start
NEAR = 10.0  # min around a reading in which a complaint belongs to it


class Point(NamedTuple):
    """One reading, and what was known after it."""

    reading: Reading
    after: Listening


class Going(NamedTuple):
    """A session on its way."""

    people: People
    order: Prescription
    given: tuple[Event, ...]  # known before the start
    treated: Treated
    shown: Shown
    turns: tuple[Turn, ...] = ()  # in order of minutes
    points: tuple[Point, ...] = ()  # in order of minutes
    did: tuple[tuple[float, Did], ...] = ()  # in order of minutes
    uf: tuple[float, float] = (0.0, 0.0)  # min and L, the last ultrafiltrate read
    minute: float = 0.0  # of the latest reading
    log: tuple[Reading, ...] = ()  # in the order they came

    @property
    def listening(self) -> Listening:
        """What is known after the latest reading."""
        return self.points[-1].after if self.points else listening.begin(self.people.n)

    @property
    def floor(self) -> float:
        """Systolic pressure below which a fall counts in this person, mmHg."""
        start = self.listening.start
        return ahead.floor(float(self.shown.at("systolic_mmhg", 0.0).mean()) if start is None else start)

    @property
    def over(self) -> bool:
        """Whether treatment was stopped before its end."""
        return any(turn.change is None and turn.event is None for turn in self.turns)

    @property
    def cramps(self) -> tuple[float, ...]:
        """Minutes of cramps."""
        return tuple(minute for minute, did in self.did if did.what == "cramp")


def begin(people: People, order: Prescription, given: Sequence[Event] = ()) -> Going:
    """Before the first reading."""
    start = treated.begin(people, order, given)
    return Going(people, order, tuple(given), start, shown(people, start))


def take(now: Going, reading: Reading) -> tuple[Going, Heard]:
    """Take in one reading, whenever it comes.

    Args:
        now: the session so far.
        reading: the next line of the feed.
    """
    wrong = misplaced(now, reading)
    if wrong:
        return now, Heard((), (wrong,))
    reading = reading._replace(minute=max(reading.minute, 0.0))
    if any(each[:3] == reading[:3] for each in now.log):
        return now, Heard((), ("this line came before: it counts once",))
    now = now._replace(log=(*now.log, reading))
    now = _turned(now, reading)
    if reading.did is not None:
        did = sorted([*now.did, (reading.minute, reading.did)], key=lambda pair: pair[0])
        now = now._replace(did=tuple(did))
    now, heard = _heard(now, reading)
    late = () if reading.minute >= now.minute else (f"minute {reading.minute:g} came late: put where it belongs",)
    now = now._replace(minute=max(now.minute, reading.minute))
    return now, heard._replace(notes=(*reading.refused, *late, *heard.notes))


def misplaced(now: Going, reading: Reading) -> str:
    """Why a reading's minute cannot be; empty when it can."""
    latest = max(now.treated.end, now.minute) + VIGILANCE.after
    if -EARLY <= reading.minute <= latest:
        return ""
    return f"minute is {reading.minute:g}: this session runs from 0 to about {now.treated.end:g}. It is left out."


def _turned(now: Going, reading: Reading) -> Going:
    """The session with what this reading says was done otherwise than planned."""
    new = turns.of_event(reading, now.treated)
    if reading.minute >= now.uf[0]:
        new += turns.of_machine(reading, now.treated, now.shown, now.uf, now.over)
        if "uf_l" in reading.values:
            now = now._replace(uf=(reading.minute, reading.values["uf_l"]))
    return turned(now, new)


def turned(now: Going, new: Sequence[Turn]) -> Going:
    """The session with these turns; from the start again where one lies before others."""
    if not new:
        return now
    everything = tuple(sorted([*now.turns, *new], key=lambda turn: turn.minute))
    if everything[: len(now.turns)] == now.turns:
        so_far, left = now.treated, everything[len(now.turns) :]
    else:
        so_far, left = treated.begin(now.people, now.order, now.given), everything
    for turn in left:
        so_far = turns.apply(now.people, so_far, turn)
    return now._replace(turns=everything, treated=so_far, shown=shown(now.people, so_far))


def _heard(now: Going, reading: Reading) -> tuple[Going, Heard]:
    """What is known with this reading, and with those again that belong after it."""
    at = bisect_right([point.reading.minute for point in now.points], reading.minute)
    again = [reading, *(point.reading for point in now.points[at:])]
    kept = now.points[:at]
    here = kept[-1].after if kept else listening.begin(now.people.n)
    first = None
    points = []
    for each in again:
        here, heard = listening.hear(here, each, now.shown, _felt(now, each.minute))
        first = heard if first is None else first
        points.append(Point(each, here))
    assert first is not None
    return now._replace(points=(*kept, *points)), first


def _felt(now: Going, minute: float) -> bool:
    """Whether the patient felt, about then, what goes with a fall of pressure."""
    return any(did.what in BELIEVED_WITH and abs(at - minute) <= NEAR for at, did in now.did)
