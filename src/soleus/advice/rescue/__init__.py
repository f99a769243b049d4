"""Rescue: first aid for a cramp or a fall of pressure in a session that runs: what to do, in order, with doses.

The order, the doses and what forbids them are the ward's and the literature's; the twin adds what each action would do
in the next twenty minutes. It decides nothing: where the file does not say whether something is allowed, ask first.
"""

from __future__ import annotations

from ...fit import Twin
from .agents import Choice, choices
from .answer import Rescue
from .doses import LIMITS, FirstAid
from .now import NOT_ON_DIALYSIS, Now, as_of, checked_minute, checked_severity, running, seen
from .soon import Action, Outlook, Soon, outlook, tried
from .standing import Spread, Standing, standing
from .steps import NEVER, RECORD, STOP_IF, Step, afterwards, ends_now, steps

__all__ = [
    "LIMITS", "NOT_ON_DIALYSIS", "Action", "Choice", "FirstAid", "Now", "Outlook", "Rescue", "Soon", "Spread",
    "Standing", "Step", "as_of", "choices", "rescue", "running", "seen",
]  # fmt: skip


def rescue(
    twin: Twin, minute: float, severity: float | None = None, about: str = "cramp", now: Now | None = None
) -> Rescue:
    """What to do at that minute of the twin's session.

    Args:
        twin: of the session as far as it has gone (`as_of`); what came after the minute is not looked at.
        minute: since the start of the session.
        severity: of the cramp, 0 to 10; None takes what the file says.
        about: "cramp" or "hypotension".
        now: what is seen and measured beside the file.

    Raises:
        OutOfRange: for a minute outside the session, or a severity outside 0 to 10.
    """
    now = now or Now()
    checked_minute(minute, twin.prescription[0].time)
    here = standing(twin, minute, checked_severity(severity), about, now)
    ahead = outlook(twin, minute, tried(choices(here, 0.0)), here.apart)
    found = choices(here, ahead.of("mannitol").left.mean)
    done = steps(here, found)
    keys = [key for step in done for key in step.sources] + [key for c in found for key in c.agent.sources]
    return Rescue(
        twin=twin,
        standing=here,
        ends=ends_now(here),
        steps=done,
        choices=found,
        outlook=ahead,
        stop_if=STOP_IF,
        afterwards=afterwards(here),
        record=RECORD,
        never=NEVER,
        sources=tuple(dict.fromkeys([*keys, "Howe1978", "QuinineFda"])),
    )
