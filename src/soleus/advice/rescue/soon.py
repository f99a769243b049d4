"""Soon: what each action does in the next twenty minutes, by the twin, beside going on as it runs.

All actions of all draws are one batch on one grid of steps, so that what differs between them is the action alone.

Pressure goes on from the last reading of the cuff by what the twin adds to it since.

Assumes     ultrafiltration goes on as before when the twenty minutes are over: nothing is caught up.
Leaves out  stretching, lying down, and the cramp that is there: the twin knows the chance of the next one only.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ... import cohort, events, measures, person, symptoms
from ...body import body
from ...fit import Twin
from ...instruments import INSTRUMENTS
from ...machine.profiles import Profile, between, mean
from ...prescription import Prescription
from ...session import Course, Moment, simulate
from .agents import Choice
from .doses import LIMITS
from .standing import AGENTS, Spread, spread

NINETIETH = 1.645  # standard deviations that hold nine in ten [algebra]


class Action(NamedTuple):
    """Something that may be done: what is left of ultrafiltration, and what is given."""

    id: str
    label: str
    uf: float  # share of the rate
    event: str = ""  # of `soleus.events`
    ml: float = 0.0


class Soon(NamedTuple):
    """What an action does until `Outlook.minutes` have passed."""

    action: Action
    cramp: Spread  # chance of another cramp
    less: Spread  # the same, less that of going on as it runs, draw by draw
    fall: Spread  # chance of a fall of pressure
    systolic: Spread  # mmHg, at the end
    sodium: Spread  # mmol/L of plasma, at the end
    glucose: Spread  # mmol/L of plasma, the highest on the way
    osmolality: Spread  # mosm/kg of plasma, the highest on the way
    osmolality_end: Spread  # at the end; glucose is burned by then
    kept: Spread  # L of fluid that going on as it runs would not have left
    left: Spread  # share of what mannitol was given that is there at the end of treatment


class Outlook(NamedTuple):
    """All actions, going on as it runs first."""

    minutes: float  # ahead
    treated: float  # of these, until the treatment ends: chances are of these alone
    rows: tuple[Soon, ...]
    minute: np.ndarray  # [time], of the courses below
    systolic: np.ndarray  # mmHg, [action, time], mean over the twin

    def of(self, action: str) -> Soon:
        """One of them."""
        return next(row for row in self.rows if row.action.id == action)


def actions(doses: dict[str, float], labels: dict[str, str]) -> tuple[Action, ...]:
    """Everything that is tried, doses in mL by agent."""
    given = [Action(name, f"stopped, {labels[name]} {ml:.0f} mL", 0.0, AGENTS[name], ml) for name, ml in doses.items()]
    still = (
        Action("nothing", "as it runs", 1.0), Action("slow", "UF slowed", LIMITS.slowed),
        Action("stop", "UF stopped", 0.0),
    )  # fmt: skip
    return (*still, *given)


def tried(choices: tuple[Choice, ...]) -> tuple[Action, ...]:
    """The actions of these doses."""
    return actions({c.agent.id: c.dose.ml for c in choices}, {c.agent.id: c.agent.label for c in choices})


def outlook(twin: Twin, minute: float, acts: tuple[Action, ...], apart: np.ndarray) -> Outlook:
    """The next twenty minutes under each action.

    Args:
        twin, minute: who, and since when.
        acts: what is done; going on as it runs first.
        apart: mmHg by which the cuff is off the twin, [draw]: pressure goes on from the cuff as the twin goes on.
    """
    draw = np.tile(np.arange(len(twin.prescription)), len(acts))
    window = minute, minute + LIMITS.ahead
    treated = [eased(p, *window, act.uf) for act in acts for p in twin.prescription]
    course = _run(twin, window, acts, draw, treated)
    few = _few(course.minutes, *window)
    seen = course.moments(cohort.take(twin.patient, draw), at=few)
    return _read(twin, acts, course.minutes[few], window, seen, draw, apart)


def _run(
    twin: Twin, window: tuple[float, float], acts: tuple[Action, ...], draw: np.ndarray, treated: list[Prescription]
) -> Course:
    """Every draw under every action, from the start of the session to its end or that of the window."""
    n, minute, end = len(twin.prescription), window[0], max(treated[0].time, window[1])
    before = [e for e in person.events(twin.case, twin.session) if e.minute <= minute]
    new = [[events.Event(a.event, minute, a.ml)] if a.ml > 0 else [] for a in acts]
    switches, drip = events.lay([before + each for each in new], end)
    infusion = cohort.take(drip, np.repeat(np.arange(len(acts)), n))
    patient, start = cohort.take(twin.patient, draw), cohort.take(twin.start, draw)
    return simulate(patient, start, treated, end=end, infusion=infusion, switches=[*map(float, switches)])


def eased(p: Prescription, first: float, last: float, share: float) -> Prescription:
    """The same treatment with this share of its ultrafiltration between two minutes, and what that leaves of it."""
    shape = _shape(p.uf_profile, first / p.time, min(last / p.time, 1.0), share)
    if mean(shape) <= 0:
        return replace(p, uf=0.0)
    return replace(p, uf_profile=shape, uf=p.uf * mean(shape) / mean(p.uf_profile))


@lru_cache(maxsize=64)  # the same for every draw
def _shape(profile: Profile, first: float, last: float, share: float) -> Profile:
    """The course of ultrafiltration, this share of it between two shares of the treatment."""
    edges = sorted({0.0, first, last, 1.0, *(at for at, _ in profile.knots)})
    knots: list[tuple[float, float]] = []
    for low, high in zip(edges, edges[1:], strict=False):
        ends = between(profile, np.array(low), np.array(high))
        factor = share if first <= low and high <= last else 1.0
        knots += [(low, factor * float(ends[0])), (high, factor * float(ends[1]))]
    return Profile(tuple(knots))


def _few(minutes: np.ndarray, first: float, last: float) -> np.ndarray:
    """The start, all steps between two minutes, and the end."""
    inside = np.flatnonzero((minutes >= first - 1e-6) & (minutes <= last + 1e-6))
    return np.unique(np.concatenate([[0], inside, [len(minutes) - 1]]))


def _read(
    twin: Twin,
    acts: tuple[Action, ...],
    minutes: np.ndarray,
    window: tuple[float, float],
    m: Moment,
    draw: np.ndarray,
    apart: np.ndarray,
) -> Outlook:
    """Chances and values of every action."""
    a, b = (int(np.argmin(np.abs(minutes - at))) for at in window)
    shape = len(acts), len(twin.prescription)
    seen, signs, until = m.seen, symptoms.signs(m), twin.prescription[0].time
    SBP = np.asarray(signs.SBP) + np.where(np.arange(len(minutes)) < a, 0.0, 1.0)[:, None] * apart[draw]
    signs = replace(signs, SBP=SBP)
    z = symptoms.pathways(signs, body.rest(cohort.take(twin.patient, draw)), twin.about.drugs)
    cramp = symptoms.cramp(z, minutes, cohort.take(twin.cramp, draw), until)
    ufr = measures.uf_rate_ml_kg_h(np.array([p.uf for p in twin.prescription]), until / 60, twin.post_weight)
    fall = symptoms.hypotension(signs, minutes, ufr[draw], cohort.take(twin.hypotension, draw), until)
    water = np.array([x.ml for x in acts])[:, None] / 1000
    urea, on = seen.protein.f * seen.urea_e, slice(a, b + 1)
    osm = np.asarray(measures.osmolality_mosm_kg(seen.sodium.Na_p, urea, seen.glucose.g, seen.mannitol.c_w))
    values = {
        "cramp": 1 - np.exp(-(cramp.cumulative[b] - cramp.cumulative[a])),
        "fall": 1 - np.exp(-(fall.cumulative[b] - fall.cumulative[a])),
        "systolic": SBP[b],
        "sodium": seen.sodium.Na_p[b],
        "glucose": np.asarray(seen.glucose.g)[on].max(axis=0),
        "osmolality": osm[on].max(axis=0),
        "osmolality_end": osm[b],
        "uf": m.tally.uf[b],
        "mannitol": m.state.mannitol.n[-1],
    }
    of = {name: np.asarray(x).reshape(shape) for name, x in values.items()}
    of["kept"] = water + of["uf"][0] - of["uf"]
    of["less"] = of["cramp"][0] - of["cramp"]
    of["left"] = _left(acts, of["mannitol"])
    names = [name for name in Soon._fields if name != "action"]
    rows = tuple(Soon(act, **{name: spread(of[name][i]) for name in names}) for i, act in enumerate(acts))
    if apart.any():
        rows = tuple(row._replace(systolic=_by_cuff(row.systolic)) for row in rows)
    course = SBP[a : b + 1].reshape(-1, *shape).mean(axis=2).T
    return Outlook(LIMITS.ahead, min(LIMITS.ahead, until - window[0]), rows, minutes[a : b + 1], course)


def _by_cuff(x: Spread) -> Spread:
    """As wide as one reading of a cuff leaves it, and the twin's people."""
    error = NINETIETH * INSTRUMENTS.systolic
    low, high = np.hypot(x.mean - x.low, error), np.hypot(x.high - x.mean, error)
    return Spread(x.mean, x.mean - float(low), x.mean + float(high))


def _left(acts: tuple[Action, ...], n: np.ndarray) -> np.ndarray:
    """Share of the mannitol given that is there at the end; 0 where none was."""
    brought = np.array(
        [act.ml * events.KINDS[act.event].gives.get("mannitol", 0.0) if act.event else 0 for act in acts]
    )
    return np.where(brought[:, None] > 0, (n - n[0]) / np.maximum(brought, 1e-9)[:, None], 0.0)
