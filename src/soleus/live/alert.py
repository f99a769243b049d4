"""Alert: when a word is said, and when not: one reason, one action, few of them.

An early warning sounds once when a chance passes its threshold, and is armed again only when the chance has fallen well
below. Within an episode it goes on to the next step when the last one was taken and did not help in time, or says the
same once more when nobody took it and things got worse. What is there already, and what is dangerous, is said at once,
with first aid.
"""

from __future__ import annotations

from typing import NamedTuple

from ..advice.rescue import LIMITS
from ..advice.rescue.now import URGENT as DANGERS
from . import aid, steps, why
from .ahead import Draws, Forecast
from .aid import Aid
from .going import Going
from .reading import Did
from .steps import Step
from .vigilance import VIGILANCE
from .why import Reason

EARLY, NOW, URGENT = "early", "now", "urgent"
RANK = {EARLY: 1, NOW: 2, URGENT: 3}
REMINDERS = 1  # of a warning whose step was not taken


class Alert(NamedTuple):
    """One word to the nurse."""

    minute: float
    about: str  # hypotension, cramp or danger
    level: str  # early, now or urgent
    chance: float  # within the hour; 1 for what is there
    reason: Reason
    step: Step  # the one action
    after: float | None  # the chance that the step would leave, by the twin; None where it was not tried
    aid: Aid | None  # first aid in order, for what is there

    @property
    def text(self) -> str:
        """In one line."""
        return f"{title(self)}: {self.reason.text}. {self.step.say}."


class Memory(NamedTuple):
    """What was said, and what is going on."""

    alerts: tuple[Alert, ...] = ()
    on: tuple[str, ...] = ()  # what was warned of, and its episode is not over


class Due(NamedTuple):
    """Something that might be said."""

    about: str
    level: str
    chance: float
    reason: Reason | None  # None where it has to be found


def title(alert: Alert) -> str:
    """What it is about, in a few words."""
    if alert.level == EARLY:
        what = "Pressure may fall" if alert.about == "hypotension" else "A cramp may come"
        return f"{what} within the hour ({alert.chance:.0%})"
    return {"hypotension": "Pressure is low now", "cramp": "A cramp is there", "danger": "Danger"}[alert.about]


def judge(
    memory: Memory, now: Going, did: Did | None, known: Forecast, draws: Draws, news: bool
) -> tuple[Memory, Alert | None]:
    """What to say after a reading, if anything.

    Args:
        memory: what was said before.
        now: the session with this reading.
        did: what the reading said was felt or done, if that is new.
        known: the forecast with it.
        draws: those it was made of.
        news: whether a pressure or a blood volume counted: without it nothing foretold is said.
    """
    memory = _cleared(memory, now, known)
    chosen = [due for due in _due(now, did, known, news) if _may(memory, now, due, known.minute)]
    if not chosen:
        return memory, None
    due = max(chosen, key=lambda one: (RANK[one.level], one.chance))
    alert = _alert(memory, now, known, draws, due)
    return Memory((*memory.alerts, alert), tuple(dict.fromkeys([*memory.on, due.about]))), alert


def _due(now: Going, did: Did | None, known: Forecast, news: bool) -> list[Due]:
    """Everything that might be said."""
    found = []
    if did is not None and did.what in DANGERS:
        found.append(Due("danger", URGENT, 1.0, _reported(did)))
    if did is not None and did.what == "cramp":
        severe = did.severity is not None and did.severity >= LIMITS.severe
        found.append(Due("cramp", URGENT if severe else NOW, 1.0, _reported(did)))
    if now.over or known.minute >= now.treated.end:
        return found
    felt = did is not None and did.what == "hypotension"
    if felt or (news and float(known.below[0]) >= VIGILANCE.likely):
        found.append(Due("hypotension", NOW, 1.0, _reported(did) if felt and did else None))
    elif news and known.below[-1] >= VIGILANCE.hypotension:
        found.append(Due("hypotension", EARLY, float(known.below[-1]), None))
    if news and known.cramp.middle[-1] >= VIGILANCE.cramp:
        found.append(Due("cramp", EARLY, float(known.cramp.middle[-1]), None))
    return found


def _reported(did: Did) -> Reason:
    said = [did.where or did.what, *([] if did.severity is None else [f"{did.severity:g} of 10"]), "as reported"]
    return Reason("said", ", ".join(said), "seen", 0.0)


def _cleared(memory: Memory, now: Going, known: Forecast) -> Memory:
    """Memory without the episodes that are over."""
    hours = {"hypotension": float(known.below[-1]), "cramp": float(known.cramp.middle[-1])}
    limits = {"hypotension": VIGILANCE.hypotension, "cramp": VIGILANCE.cramp}
    quiet = {about for about, chance in hours.items() if chance < VIGILANCE.clear * limits[about]}
    if any(minute > known.minute - LIMITS.read for minute in now.cramps):
        quiet.discard("cramp")
    return memory._replace(on=tuple(about for about in memory.on if about not in quiet))


def _may(memory: Memory, now: Going, due: Due, minute: float) -> bool:
    """Whether it may be said now."""
    if due.level == EARLY and sum(alert.level == EARLY for alert in memory.alerts) >= VIGILANCE.most:
        return False
    same = [alert for alert in memory.alerts if alert.about == due.about]
    if not same or RANK[due.level] > RANK[same[-1].level]:
        return True
    last = same[-1]
    taken = _taken(now, last)
    if minute - (last.minute if taken is None else taken) < last.step.wait:
        return False
    if due.about not in memory.on or taken is not None:
        return True  # another episode; or the step was taken, and given its time
    if RANK[due.level] < RANK[last.level]:
        return False
    worse = due.level != EARLY or due.chance >= VIGILANCE.worse * last.chance
    return worse and _said_again(same) < REMINDERS


def _taken(now: Going, last: Alert) -> float | None:
    """When something was done since a warning; None where nothing was."""
    minutes = [minute for minute in steps.done(now).values() if minute >= last.minute]
    minutes += [minute for minute, did in now.did if minute >= last.minute and did.what in aid.MEASURES]
    return max(minutes, default=None)


def _said_again(same: list[Alert]) -> int:
    """How often the last step was said beyond the first time."""
    count = 0
    for alert in reversed(same):
        if (alert.step.id, alert.level) != (same[-1].step.id, same[-1].level):
            break
        count += 1
    return count - 1


def _because(reported: Reason | None, cause: Reason | None) -> Reason:
    """What was reported, with the cause that the twin holds for the strongest."""
    if reported is None or cause is None:
        found = reported or cause
        assert found is not None
        return found
    return cause._replace(text=f"{reported.text}; {cause.text}")


def _alert(memory: Memory, now: Going, known: Forecast, draws: Draws, due: Due) -> Alert:
    tells = due.about != "danger" and not now.over and known.minute < now.treated.end
    trials = why.tried(now, draws, known) if tells else {}
    reason = _because(due.reason, why.reason(now, due.about, known, trials) if tells else None)
    if due.level == EARLY:
        step = steps.following(due.about, reason.id, now, known.minute)
        after = why.chance(trials[step.id], due.about) if step.id in trials else None
        return Alert(known.minute, due.about, due.level, due.chance, reason, step, after, None)
    begun = [a.minute for a in memory.alerts if a.about == due.about and a.level != EARLY and due.about in memory.on]
    help_ = aid.first_aid(now, draws, "cramp" if due.about == "cramp" else "hypotension", known.minute)
    step = aid.headline(help_, now, min(begun, default=known.minute))
    level = URGENT if help_.ends else due.level
    return Alert(known.minute, due.about, level, due.chance, reason, step, None, help_)
