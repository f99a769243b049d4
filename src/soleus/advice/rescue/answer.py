"""Answer: what first aid gives back; the order of actions first, numbers after."""

from __future__ import annotations

from typing import NamedTuple

from ...fit import Twin
from .agents import Choice
from .soon import Outlook
from .standing import Standing
from .steps import Step


class Rescue(NamedTuple):
    """First aid at one minute of one session."""

    twin: Twin
    standing: Standing
    ends: bool  # the treatment ends, and the doctor comes, now
    steps: tuple[Step, ...]
    choices: tuple[Choice, ...]  # the one to take first, first
    outlook: Outlook
    stop_if: tuple[str, ...]
    afterwards: tuple[str, ...]
    record: tuple[str, ...]
    never: str
    sources: tuple[str, ...]
