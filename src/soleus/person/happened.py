"""What was given to a person: during a session, after it, in the gap before it, or away from a machine."""

from collections.abc import Sequence

import numpy as np

from .. import events as laid
from ..body.body import Infused
from ..case import Case, Episode, Given, Session
from ..case.given import KINDS as GIVEN
from ..errors import BadRecord
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


def events_before(case: Case, session: Session) -> list[Event]:
    """What was given in the gap before a session; minutes from the end of the session before.

    Raises:
        BadRecord: when something was given before that end.
    """
    gap, last = 60 * gap_h(case, session), case.before(session)
    found = [_event(each, gap) for each in session.given_before]
    if last is not None:
        found += [_event(each, -length(case, last)) for each in last.given_after]
    for event in found:
        if not 0 <= event.minute < gap:
            raise BadRecord(
                f"given_before has {event.kind} {gap - event.minute:g} min before the session of {session.date}; the"
                f" one before it ended {gap:g} min before. Correct the minute, or put it in the session it belongs to."
            )
    return _in_order(found)


def events_at_home(episode: Episode) -> list[Event]:
    """What was given in hours watched; minutes from their start."""
    return _in_order([_event(each) for each in episode.given])


def before_session(case: Case, session: Session, n: int) -> tuple[np.ndarray, Infused] | None:
    """What n people got in the gap before a session, as `schedule.between` takes it: switches in min, and rates.

    None when nothing was given; minutes from the end of the session before. Infusions that outlast the gap end with it.
    """
    found = events_before(case, session)
    return laid.lay([found] * n, 60 * gap_h(case, session)) if found else None


def at_home(episode: Episode, n: int) -> tuple[np.ndarray, Infused] | None:
    """What n people got in hours watched, in the same form."""
    found = events_at_home(episode)
    return laid.lay([found] * n, episode.length_min + 1e-6) if found else None


def _event(each: Given, later: float = 0.0) -> Event:
    return Event(GIVEN[each.what].event, each.minute + later, each.amount, each.minutes)


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
