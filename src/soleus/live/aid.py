"""Aid: first aid for what is there now, asked of `advice.rescue` with what the monitor knows of this minute.

The order, the doses and what forbids them are those of `soleus rescue`. Mannitol is left to that command, because how
much of it a dialyzer takes by the end needs a run of its own.
"""

from __future__ import annotations

from typing import NamedTuple, get_args

import numpy as np

from ..advice.rescue import LIMITS, Choice, Standing, choices
from ..advice.rescue import Step as Order
from ..advice.rescue.now import URGENT, Seen
from ..advice.rescue.standing import AGENTS, spread
from ..advice.rescue.steps import steps
from ..body import body
from ..case.given import KINDS as GIVEN
from . import ahead
from .ahead import Draws
from .going import Going
from .steps import EARLY, Step, done

ALL_LEFT = 1.0  # share of a dose of mannitol still there at the end, where nobody worked it out
UNDONE = {"ultrafiltration": "stop_uf", "stop": "stop_uf"}
MEASURES = ("stretched", "legs raised", *GIVEN)  # what somebody did about what is there
DONE_BY = {"stretch": ("stretched",), "lay": ("legs raised",), "give": tuple(GIVEN)}


class Aid(NamedTuple):
    """What to do now, in order, and what may be given."""

    ends: bool  # the treatment ends, and the doctor comes
    steps: tuple[Order, ...]
    may: tuple[Choice, ...]


def first_aid(now: Going, draws: Draws, about: str, minute: float) -> Aid:
    """First aid at this minute.

    Args:
        now: the session.
        draws: of what is known.
        about: "cramp" or "hypotension".
        minute: now.
    """
    here = standing(now, draws, about, minute)
    found = tuple(choice for choice in choices(here, ALL_LEFT) if choice.agent.id != "mannitol")
    return Aid(bool(here.urgent) or here.failed, steps(here, found), found)


def standing(now: Going, draws: Draws, about: str, minute: float) -> Standing:
    """How things stand, by what was read, felt and given, and by the twin."""
    seen, people = now.shown, now.people
    pressure = ahead.systolic(people, seen, draws, minute)
    cuff = now.listening.last.get("cuff")
    fresh = cuff is not None and minute - cuff.minute <= LIMITS.read and "systolic_mmhg" in cuff.values
    told = [(at, did) for at, did in now.did if did.what == about and minute - LIMITS.read <= at <= minute]
    last = told[-1][1] if told else None
    beyond = seen.at("water", minute) - np.asarray(body.rest(people.patient).V_e)
    return Standing(
        about=about,
        minute=minute,
        left=now.treated.end - minute,
        severity=None if last is None else last.severity,
        where="" if last is None else last.where,
        not_relieved=_not_relieved(now, about, minute),
        systolic=float(np.mean(pressure)) if fresh else None,
        systolic_minute=cuff.minute if fresh and cuff is not None else None,
        twin_systolic=spread(pressure),
        apart=np.zeros(people.n),
        excess=spread(beyond),
        sodium=spread(seen.at("sodium", minute)),
        glucose=None,
        weight=float(np.mean(people.post_weight)),
        uf_rate=60 * float(now.treated.uf_rate(minute)),
        known=people.known,
        given=_given(now),
        urgent=tuple(
            dict.fromkeys(did.what for at, did in now.did if did.what in URGENT and minute - LIMITS.warned <= at)
        ),
        earlier=(),
        complaint=_beside(now, minute),
    )


def _beside(now: Going, minute: float) -> str:
    """What else was felt last, minutes ago at most; empty when nothing was."""
    known = [did.what for at, did in now.did if did.what in get_args(Seen) and minute - LIMITS.relief <= at <= minute]
    return known[-1] if known else ""


def _given(now: Going) -> dict[str, float]:
    """What was given so far, mL, by agent."""
    amounts = [(GIVEN[did.what].event, did.amount or 0.0) for _, did in now.did if did.what in GIVEN]
    return {name: sum(ml for event, ml in amounts if event == kind) for name, kind in AGENTS.items()}


def _not_relieved(now: Going, about: str, minute: float) -> str:
    """In words, when first measures were taken and it is still there."""
    if about == "cramp":
        over = max((at for at, did in now.did if did.what == "cramp over"), default=-1.0)
        since = [at for at, did in now.did if did.what == "cramp" and at > over and at >= minute - LIMITS.read]
        first = min(since, default=minute)
        return f"it began at minute {first:.0f}" if minute - first >= LIMITS.relief else ""
    given = [at for at, did in now.did if did.what in GIVEN and at >= minute - LIMITS.read]
    off = done(now).get("stop_uf")
    if off is None or not given or minute - max(off, given[0]) < LIMITS.relief:
        return ""
    return f"ultrafiltration is off since minute {off:.0f}, and fluid was given"


def headline(aid: Aid, now: Going, since: float) -> Step:
    """The first of these that nobody has done since then, as the one action of a warning."""
    order = next((each for each in aid.steps if not was_done(each, now, since)), aid.steps[-1])
    give = _may(aid) if order.id == "give" else ""
    return Step(order.id, f"{order.do.rstrip('.:')}{give}", order.evidence, _wait(order), "", order.decides,
                order.sources)  # fmt: skip


def was_done(order: Order, now: Going, since: float) -> bool:
    """Whether somebody has done this since a minute; ultrafiltration counts as off from whenever it was."""
    if order.id in UNDONE:
        return now.over or UNDONE[order.id] in done(now)
    if order.id == "measure":
        return any("systolic_mmhg" in each.values and each.minute > since for each in now.log)
    names = DONE_BY.get(order.id, ())
    return any(did.what in names and at >= since for at, did in now.did)


def _may(aid: Aid) -> str:
    """What may be given, the one to take first, first; what must be asked, and what must not be."""
    said = []
    for choice in aid.may:
        dose, why = choice.dose, "; ".join(choice.may.why)
        amount = f"{choice.agent.label} {dose.ml:.0f} mL in {dose.minutes:.0f} min"
        words = {"yes": amount, "ask": f"{amount} (ask first: {why})", "no": f"NO {choice.agent.label} ({why})"}
        said.append(words[choice.may.verdict])
    return ": " + ", ".join(said)


def _wait(order: Order) -> float:
    return LIMITS.wait if order.id in ("ultrafiltration", "stretch", "lay", "measure") else EARLY.fast
