"""What was given to a person, during a session and after it or away from a machine; and how long the gap before was."""

from collections.abc import Sequence

import numpy as np

from ..case import Case, Episode, Given, Session
from ..case.given import KINDS as GIVEN
from ..events import Event
from .treatment import length

MOST_BAG = 2000.0  # mL, of saline or of drink as one event [GeneralKnowledge]
USUAL_GAP_H = 44.0  # thrice a week, the short gap


def events(case: Case, session: Session) -> list[Event]:
    """What was given from the start of a session on, and after it; minutes from its start.

    What was infused or drunk beyond the things named counts as saline, or as a drink, evenly over the session.

    Raises:
        BadRecord: when the length of the session is unknown.
    """
    found = [_event(each) for each in (*session.given, *session.given_after)]
    minutes = length(case, session)
    for kind, mouth in (("saline", False), ("drink", True)):
        rest = 1000 * session.unexplained_l(mouth)
        bags = int(np.ceil(rest / MOST_BAG))
        found += [Event(kind, 0.0, rest / bags, minutes) for _ in range(bags)]
    return _in_order(found)


def events_at_home(episode: Episode) -> list[Event]:
    """What was given in hours watched; minutes from their start."""
    return _in_order([_event(each) for each in episode.given])


def _event(each: Given) -> Event:
    return Event(GIVEN[each.what].event, each.minute, each.amount, each.minutes)


def _in_order(found: Sequence[Event]) -> list[Event]:
    return sorted(found, key=lambda event: event.minute)


def gap_h(case: Case, session: Session) -> float:
    """Hours since the session before, at most three days: longer gaps are two sessions, one of them not in the file."""
    last = case.before(session)
    if last is not None:
        days = (session.date - last.date).days
        return float(np.clip(24 * days - (last.length_min(case.prescription) or 240) / 60, 12, 68))
    if case.schedule.gap_h is not None:
        return float(np.clip(case.schedule.gap_h, 8, 92))
    return USUAL_GAP_H
