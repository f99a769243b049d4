"""The work that every solver gets: 48 hours, a 4-hour session with stepped ultrafiltration and 44 hours at home.

Everybody starts from the same drawn people and restarts at every switch of the prescription.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import jax
import numpy as np
from scipy.integrate import solve_ivp

from soleus import cohort, schedule, session, solve
from soleus.body import body
from soleus.machine import dialyzer
from soleus.machine.profiles import steps
from soleus.prescription import Prescription, devices, settings

HOURS = 44.0
SHAPE = steps([1.5, 1.2, 0.8, 0.5])
HOME = body.nothing()
EMPTY = len(jax.tree.leaves(session.EMPTY))
Ends = tuple[np.ndarray, np.ndarray]  # [state with tally, patient] after the session, [state, patient] after the gap


class Cycle(NamedTuple):
    """People at the door, and what is done to them."""

    patient: body.Patient
    rest: body.Rest
    start: body.State
    orders: list[Prescription]
    times: np.ndarray  # min, switches of the session
    stretches: Any  # operator and infusion, leaves [segment, patient]

    @property
    def n(self) -> int:
        return len(self.orders)


def cycle(n: int, seed: int = 3) -> Cycle:
    """n drawn people who come with what they gained in 44 hours."""
    patient = cohort.draw(n, seed)
    rest = body.rest(patient)
    start = schedule.between(patient, schedule.above_dry(patient, 0.0), HOURS).end.body
    gain = body.look(start, patient, rest).weight - patient.fluid.dry_weight
    most = 0.045 * patient.fluid.dry_weight
    orders = [replace(Prescription(), uf=float(u), uf_profile=SHAPE) for u in np.clip(gain, 0.5, most)]
    return Cycle(patient, rest, start, orders, *_stretches(orders))


def _stretches(orders: list[Prescription]) -> tuple[np.ndarray, Any]:
    """Switches, and operator with infusion on each stretch between them."""
    times, setting = settings(orders, max(o.time for o in orders))
    operator = dialyzer.operator(setting, *devices(orders))
    setting = operator, session._drip(None, (), times, len(orders)), np.zeros((len(times) - 1, 1))
    return times, jax.tree.map(lambda x: np.broadcast_to(x, (*x.shape[:-1], len(orders))), setting)


def some(c: Cycle, who: list[int]) -> Cycle:
    """A few of them."""
    patient, rest, start, stretches = cohort.take((c.patient, c.rest, c.start, c.stretches), who)
    return Cycle(patient, rest, start, [c.orders[i] for i in who], c.times, stretches)


def on_stretch(c: Cycle, i: int) -> Any:
    """Operator and infusion of one stretch."""
    return jax.tree.map(lambda x: x[i], c.stretches)


def home(now: body.State, p: body.Patient, r: body.Rest) -> body.State:
    """Rates between sessions."""
    return body.rates(now, body.look(now, p, r), HOME, p, r)


def soleus(c: Cycle) -> Ends:
    """As Soleus runs it."""
    treated = session.simulate(c.patient, c.start, c.orders, course=False)
    gap = schedule.between(c.patient, treated.end.body, HOURS)
    return treated.states[-1], gap.states[-1, :-EMPTY]


class Truth(NamedTuple):
    """A reference, and the size of each state that errors are a share of."""

    ends: Ends
    size: np.ndarray  # [state with tally, patient]: the larger of the means over session and gap
    every_step: float  # our largest error over all steps, states and patients
    references: float  # how far two references lie apart


def truth(c: Cycle, adaptive: int = 4) -> Truth:
    """Our own grid with every step cut into eight, and DOP853 at rtol 1e-10 for a few people."""
    coarse, fine = _courses(c, 1), _courses(c, 8)
    size = np.maximum(*(np.abs(x).mean(axis=0) for x in fine))
    every_step = max(_worst(a, b[::8], size) for a, b in zip(coarse, fine, strict=True))
    ends = fine[0][-1], fine[1][-1, :-EMPTY]
    few = list(range(adaptive))
    t = Truth(ends, size, every_step, 0.0)
    return t._replace(references=error(dop853(some(c, few)), t))


def error(found: Ends, t: Truth) -> float:
    """Largest error after the session or after the gap, over the people who were run."""
    n = found[0].shape[1]
    return max(_worst(a, b[:, :n], t.size[: len(a), :n]) for a, b in zip(found, t.ends, strict=True))


def _worst(a: np.ndarray, b: np.ndarray, size: np.ndarray) -> float:
    return float(np.max(np.abs(a - b) / np.maximum(size, 1e-9)))


def _courses(c: Cycle, cuts: int) -> tuple[np.ndarray, np.ndarray]:
    """All steps of session and gap, each step of the plan cut into so many."""
    plan = solve.plan
    solve.plan = lambda *a, **k: _cut(plan(*a, **k), cuts)  # type: ignore[assignment]
    try:
        treated = session.simulate(c.patient, c.start, c.orders)
        gap = schedule.between(c.patient, treated.end.body, HOURS, course=True)
    finally:
        solve.plan = plan
    return treated.states, gap.states


def _cut(grid: solve.Grid, cuts: int) -> solve.Grid:
    h, segment, share, pace = (np.repeat(x[: grid.steps], cuts) for x in grid)
    part = h / cuts
    share = share + np.tile(np.arange(cuts), grid.steps) * part * pace
    return solve.padded(solve.Grid(part, segment, share, pace), len(grid.h))


def dop853(c: Cycle) -> Ends:
    """All these people as one system, on NumPy."""
    y = solve.stack(session.Whole(body=c.start, tally=session.EMPTY), c.n)
    size = np.maximum(np.abs(y), 1e-2)

    def run(f: Any, y: np.ndarray, length: float) -> np.ndarray:
        scale = size[: len(y)]

        def flat(t: float, z: np.ndarray) -> np.ndarray:
            now = solve.unstack(z.reshape(y.shape) * scale, session.SHAPE if len(y) == len(size) else session.BODY)
            return np.ravel(solve.stack(f(t / length, now), c.n) / scale)

        out = solve_ivp(flat, (0.0, length), np.ravel(y / scale), "DOP853", rtol=1e-10, atol=1e-11)
        return out.y[:, -1].reshape(y.shape) * scale

    for i, length in enumerate(np.diff(c.times)):
        setting = on_stretch(c, i)
        y = run(lambda w, now, s=setting: session.rates(now.body, c.patient, c.rest, s, w), y, length)
    return y, run(lambda _, now: home(now, c.patient, c.rest), y[:-EMPTY], 60 * HOURS)
