"""Monitor: one running session, watched: readings go in, what is known and what comes goes out.

It can be stored at any moment and goes on elsewhere as if nothing had happened (`kept`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..events import Event
from ..fit import Twin
from ..prescription import Prescription
from . import ahead, alert, going, people
from .ahead import Forecast
from .alert import Alert, Memory
from .going import Going
from .people import People
from .reading import Reading, reading
from .vigilance import VIGILANCE

AHEAD = 60.0  # min of a forecast
LONGEST = 240.0  # min of one that is asked for
NEWS = ("systolic_mmhg", "rbv_pct")  # readings at which a warning may sound


class Update(NamedTuple):
    """What one reading changed."""

    minute: float  # of the reading
    used: tuple[str, ...]  # names of values that counted
    notes: tuple[str, ...]  # what did not count, and why
    ask: str  # a measurement to take; empty when none
    alert: Alert | None
    forecast: Forecast  # of the next hour


class Monitor:
    """One running session."""

    def __init__(
        self,
        twin: Twin | People,
        prescription: Prescription | None = None,
        weight_kg: float | None = None,
        given: Sequence[Event] = (),
    ) -> None:
        """Watch a session of these people.

        Args:
            twin: of the person, for this session (`people.twin_before`), or its people.
            prescription: what was ordered; by default what the twin's session says.
            weight_kg: before the session, where it was weighed after the twin was made.
            given: what is known to be given all through it.
        """
        if prescription is None:
            if isinstance(twin, People):
                raise TypeError("People come without an order: give the prescription too.")
            prescription = twin.prescription[0]
        who = twin if isinstance(twin, People) else people.of(twin)
        who = who if weight_kg is None else people.weighed(who, weight_kg)
        self.going: Going = going.begin(who, prescription, given)
        self.memory = Memory()
        self.asked = 0.0  # minute at which a pressure was asked for because none came

    def read(self, line: Reading | Mapping[str, Any]) -> Update:
        """Take in one line of a feed.

        Raises:
            BadRecord: when it has no minute.
        """
        each = line if isinstance(line, Reading) else reading(line)
        before = len(self.going.did)
        self.going, heard = going.take(self.going, each)
        draws, known = self._known(AHEAD)
        news = not heard.ask and any(name in heard.used for name in NEWS)
        did = each.did if len(self.going.did) > before else None
        self.memory, said = alert.judge(self.memory, self.going, did, known, draws, news)
        return Update(each.minute, heard.used, heard.notes, heard.ask or self._silent(), said, known)

    def forecast(self, minutes: float = AHEAD) -> Forecast:
        """What comes in the next minutes, at most four hours."""
        return self._known(min(max(minutes, ahead.STEP), LONGEST))[1]

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """Everything that was said so far."""
        return self.memory.alerts

    def _known(self, minutes: float) -> tuple[ahead.Draws, Forecast]:
        now = self.going
        b = now.listening.belief
        draws = ahead.draw(now.people, now.shown, b, minutes, now.cramps)
        return draws, ahead.forecast(now.people, now.shown, b, draws, minutes, now.treated.end, now.floor)

    def _silent(self) -> str:
        """Ask for a pressure when none came for long; once in that time."""
        now = self.going
        last = now.listening.last.get("cuff")
        since = max(last.minute if last else 0.0, self.asked)
        if now.minute - since < VIGILANCE.silent or now.over or now.minute >= now.treated.end:
            return ""
        self.asked = now.minute
        return f"No pressure for {now.minute - (last.minute if last else 0.0):.0f} min: please measure."
