"""Treated: how the session goes for all people, through every change of the machine and everything given.

Between changes all people run as one batch to an hour beyond the planned end. A change cuts what comes after it and
runs on from the state it finds, so the past is never computed twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from .. import events
from ..body import body
from ..events import Event
from ..machine.profiles import Profile, between, constant, mean
from ..prescription import Prescription
from ..session import SHAPE, TALLIED, Course, givable, simulate
from ..solve import unstack
from .people import People

BEYOND = 60.0  # min after the planned end that are simulated: the forecast's hour
LEAST = 1.0  # min that are left of a treatment when it is changed
INSIDE = 1e-9  # of a treatment: just before, or just after, a jump


class Change(NamedTuple):
    """What was set otherwise at the machine, from a minute on; None stays as it was."""

    minute: float
    uf: float | None = None  # L/min
    temperature: float | None = None  # degC
    Q_b: float | None = None  # L/min
    longer: float = 0.0  # min beyond the planned end


class Treated(NamedTuple):
    """A session as it goes, by what is known."""

    minutes: np.ndarray  # [time]
    states: np.ndarray  # [time, state, person]
    begins: float  # minute of the last change
    order: Prescription  # for what is left from there
    given: tuple[Event, ...]

    @property
    def end(self) -> float:
        """Minute at which the treatment ends."""
        return self.begins + self.order.time

    @property
    def course(self) -> Course:
        """For whoever looks at moments."""
        return Course(self.minutes, self.states)

    def uf_rate(self, minute: Any) -> Any:
        """Fluid taken from the last change on, L/min, as ordered."""
        share = (np.asarray(minute, float) - self.begins) / self.order.time
        inside = np.clip(share, 0.0, 1.0 - INSIDE)
        shape = self.order.uf_profile
        rate = self.order.uf / self.order.time * between(shape, inside, inside)[0] / mean(shape)
        return np.where(share < 1, rate, 0.0)


def begin(people: People, order: Prescription, given: Sequence[Event] = ()) -> Treated:
    """From arrival, as ordered."""
    nothing = Treated(np.zeros(0), np.zeros((0, 0, 0)), 0.0, order, tuple(given))
    return _run(people, people.start, nothing, 0.0, order.time + BEYOND)


def changed(people: People, so_far: Treated, change: Change, until: float | None = None) -> Treated:
    """The same session, set otherwise from a minute that is not before the last change."""
    minute = max(change.minute, so_far.begins)
    order = altered(left_of(so_far.order, minute - so_far.begins), change)
    return _on(people, so_far, order, minute, until)


def also_given(people: People, so_far: Treated, event: Event, until: float | None = None) -> Treated:
    """The same session with something given, not before the last change."""
    minute = max(event.minute, so_far.begins)
    order = left_of(so_far.order, minute - so_far.begins)
    given = (*so_far.given, replace(event, minute=minute))
    return _on(people, so_far._replace(given=given), order, minute, until)


def stopped(people: People, so_far: Treated, minute: float) -> Treated:
    """Off the machine from this minute on."""
    minute = max(minute, so_far.begins)
    order = replace(left_of(so_far.order, minute - so_far.begins), time=LEAST, uf=0.0, uf_profile=constant())
    return _on(people, so_far, order, minute, None)


def left_of(order: Prescription, elapsed: float) -> Prescription:
    """What is left of an order after some minutes of it: the same rates at the same times."""
    time = max(order.time - elapsed, LEAST)
    share = min(elapsed / order.time, 1.0)
    if share >= 1 - INSIDE:
        return replace(order, time=time, uf=0.0, uf_profile=constant())
    tail = _tail(order.uf_profile, share)
    uf = order.uf * (1 - share) * mean(tail) / mean(order.uf_profile)
    names = ("sodium_profile", "potassium_profile", "bicarbonate_profile", "temperature_profile")
    rest: dict[str, Any] = {name: None if (p := getattr(order, name)) is None else _tail(p, share) for name in names}
    return replace(order, time=time, uf=uf, uf_profile=tail if uf > 0 else constant(), **rest)


def altered(order: Prescription, change: Change) -> Prescription:
    """The order with what was set otherwise, for all of its time."""
    found: dict[str, Any] = {}
    if change.longer:
        found |= {"time": order.time + change.longer, "uf": order.uf * (order.time + change.longer) / order.time}
    if change.uf is not None:
        found |= {"uf": change.uf * found.get("time", order.time), "uf_profile": constant()}
    if change.temperature is not None:
        found |= {"dialysate": replace(order.dialysate, temperature=change.temperature), "temperature_profile": None}
    if change.Q_b is not None:
        found["Q_b"] = change.Q_b
    return replace(order, **found)


def _tail(profile: Profile, share: float) -> Profile:
    """What is left of a profile after a share of its time."""
    at = share + INSIDE
    first = float(between(profile, at, at)[0])
    later = tuple(((s - share) / (1 - share), v) for s, v in profile.knots if s > at)
    return Profile(((0.0, first), *later[:-1], (1.0, later[-1][1])))


def state_at(so_far: Treated, minute: float) -> np.ndarray:
    """Every state at a minute, [state, person]."""
    i = int(np.clip(np.searchsorted(so_far.minutes, minute) - 1, 0, len(so_far.minutes) - 2))
    w = np.clip((minute - so_far.minutes[i]) / (so_far.minutes[i + 1] - so_far.minutes[i]), 0.0, 1.0)
    return np.asarray((1 - w) * so_far.states[i] + w * so_far.states[i + 1])


def side_by_side(
    many: People,
    so_far: Treated,
    who: np.ndarray,
    orders: Sequence[Prescription],
    given: Sequence[Sequence[Event]],
    minute: float,
    until: float,
) -> Treated:
    """Some people, each by an order of their own, from a minute on; of the past only the start is kept.

    Args:
        many: who they are.
        so_far: the session of those they come from.
        who: which of those each is.
        orders, given: of each.
        minute, until: from when to when.
    """
    here = state_at(so_far, minute)[:, who]
    new = _batch(many, unstack(here, SHAPE).body, orders, given, minute, until)
    new.states[:, -len(TALLIED) :] += here[-len(TALLIED) :]
    first = so_far.minutes[:1] < minute
    minutes = np.concatenate([so_far.minutes[:1][first], new.minutes])
    states = np.concatenate([so_far.states[:1][first][..., who], new.states])
    longest = replace(orders[0], time=so_far.end - minute) if so_far.end > minute else orders[0]
    return Treated(minutes, states, minute, longest, ())


def _on(people: People, so_far: Treated, order: Prescription, minute: float, until: float | None) -> Treated:
    """What was until a minute, and from there by another order."""
    here = state_at(so_far, minute)
    past = so_far.minutes < minute - INSIDE
    until = minute + order.time + BEYOND if until is None else until
    start = unstack(here, SHAPE).body
    new = _run(people, start, so_far._replace(order=order), minute, until)
    new.states[:, -len(TALLIED) :] += here[-len(TALLIED) :]
    minutes = np.concatenate([so_far.minutes[past], new.minutes])
    return new._replace(minutes=minutes, states=np.concatenate([so_far.states[past], new.states]))


def _run(people: People, start: body.State, what: Treated, minute: float, until: float) -> Treated:
    """All people from a state on, treated by `what` says until another minute."""
    done = _batch(people, start, [what.order] * people.n, [what.given] * people.n, minute, until)
    return what._replace(minutes=done.minutes, states=done.states, begins=minute)


def _batch(
    people: People,
    start: body.State,
    orders: Sequence[Prescription],
    given: Sequence[Sequence[Event]],
    minute: float,
    until: float,
) -> Course:
    """People, each by an order, from a state on; nobody is taken more from than a body can give."""
    most = np.broadcast_to(givable(start), (people.n,))
    ready = [
        replace(order, sodium_offset=float(x), uf=min(order.uf, float(kg)))
        for order, x, kg in zip(orders, people.offset, most, strict=True)
    ]
    drip: body.Infused | None = None
    switches: tuple[float, ...] = ()
    running = [[event for event in each if event.minute < until] for each in given]
    if any(running):
        laid, drip = events.lay(running, until, start=minute)
        switches = tuple(float(x) for x in laid)
    done = simulate(people.patient, start, ready, end=until - minute, infusion=drip, switches=switches)
    return Course(done.minutes + minute, np.array(done.states))
