"""Crowd: a session and a gap for many people at once, at the pace of a cohort rather than with an explanation's care.

The equations are those of `session` and `schedule`. A gap takes RKC2 in long steps, because only its end is asked for
and 2e-4 is enough; a session keeps its method, in steps as long as is stable, and hands back what symptoms and cuff
need to know of each step instead of everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from .. import schedule, session, solve
from ..body import body
from ..body.body import Patient
from ..machine import dialyzer
from ..parameter import quantity, record
from ..prescription import Prescription, devices, settings
from ..programs import Program
from ..session import BODY, EMPTY, PATIENT, REST, SHAPE, Tally, Whole
from ..symptoms import Signs
from ..symptoms.reading import signs

SESSION_STEP, SESSION_GROWTH = 12.0, 1.3  # min, ratio: ends within 1e-4 (tests/population)
STAGES, FIRST, GAP_STEP, GROWTH = 8, 0.5, 40.0, 1.2  # of RKC2; min, min, ratio: ends within 3e-4 (tests/population)


@record
class Watched:
    """What is kept of every step."""

    signs: Signs
    DBP: Any = quantity("mmHg", "diastolic pressure")


class Treated(NamedTuple):
    """A session of a crowd."""

    minutes: np.ndarray  # [time]
    watched: Watched  # leaves [time, patient]
    end: body.State
    taken: Tally


SIGNS = [f.name for f in fields(Signs)]


def _watch(rows: Any, p: Any, r: Any) -> Any:
    """The rows of `Watched`, from the rows of a session's state."""
    whole = solve.unstack(rows, SHAPE)
    seen = body.look(whole.body, p, r)
    here = signs(
        session.Moment(state=whole.body, seen=seen, nerves=body.nerves(whole.body, seen, p, r), tally=whole.tally)
    )
    kept = [*(getattr(here, name) for name in SIGNS), seen.circulation.DBP]
    return jnp.stack([jnp.broadcast_to(x, rows.shape[1:]) for x in kept])


def _session(y: Any, p: Any, r: Any, stretches: Any, grid: Any) -> Any:
    """The end, and what was watched."""
    who = solve.unstack(p, PATIENT), solve.unstack(r, REST)

    def f(y: Any, stretch: Any, share: Any) -> Any:
        return session.field(*who)(y, session.stretch_of(stretch), share)

    return solve.watched(f, y, stretches, grid, lambda y: _watch(y, *who), len(SIGNS) + 1)


def _gap(y: Any, p: Any, r: Any, grid: Any) -> Any:
    """The body alone, at home; the end."""
    home, patient, rest = body.nothing(), solve.unstack(p, PATIENT), solve.unstack(r, REST)

    def f(y: Any, *_: Any) -> Any:
        now = solve.unstack(y, BODY)
        return solve.joined(body.rates(now, body.look(now, patient, rest), home, patient, rest), y)

    return solve.march(f, y, None, grid, course=False, method=solve.rkc(STAGES))


SESSION, GAP = Program("crowd-session", _session), Program("crowd-gap", _gap)


@lru_cache(maxsize=1)
def prepare() -> None:
    """Compile both programs side by side; they would be compiled one after the other when first needed."""
    p = Patient()
    start = body.at_rest(p, body.rest(p))
    with ThreadPoolExecutor(2) as pool:
        treated, home = pool.submit(treat, p, start, [Prescription()]), pool.submit(between, p, start, 1.0)
        treated.result(), home.result()


def treat(patient: Patient, start: body.State, orders: Sequence[Prescription]) -> Treated:
    """One session of people whose sessions are equally long.

    Raises:
        NotConverged: if a patient leaves the numbers.
    """
    n, end = len(orders), orders[0].time
    times, setting = settings(orders, end)
    operator = dialyzer.operator(setting, *devices(orders))
    infused = session.on_stretches(body.NO_INFUSION, len(times) - 1)
    stretches = session.stretch_rows((operator, infused, np.zeros((len(times) - 1, 1))), n)
    grid = solve.plan(times, 0.5, session.longest_step(patient, SESSION_STEP), SESSION_GROWTH, room=64)
    rows = [solve.stack(x, n) for x in (Whole(body=start, tally=EMPTY), patient, body.rest(patient))]

    def program(*x: Any) -> np.ndarray:
        last, kept = (np.asarray(y) for y in SESSION(*x))
        return np.concatenate([last, kept[: grid.steps + 1].reshape(-1, last.shape[-1])])

    found = solve.in_chunks(program, n, (*rows, stretches), (grid,))
    last = solve.finite(found[None, : len(rows[0])], "session")[0]
    kept = np.moveaxis(found[len(rows[0]) :].reshape(grid.steps + 1, -1, n), 1, 0)
    whole = solve.unstack(last, SHAPE)
    watched = Watched(signs=Signs(**dict(zip(SIGNS, kept, strict=False))), DBP=kept[-1])
    return Treated(grid.minutes, watched, whole.body, whole.tally)


def between(patient: Patient, start: body.State, hours: float) -> body.State:
    """The body after some hours at home.

    Raises:
        NotConverged: if a patient leaves the numbers.
    """
    n = schedule.count(start, patient)
    rest = body.rest(patient)
    fastest = float(np.max(body.fastest(patient, rest)))
    largest = min(GAP_STEP, 0.9 * solve.rkc_limit(STAGES) / fastest)
    grid = solve.plan([0.0, 60 * hours], FIRST, largest, GROWTH, room=128)
    rows = [solve.stack(x, n) for x in (start, patient, rest)]
    return solve.unstack(solve.finite(solve.in_chunks(GAP, n, tuple(rows), (grid,)), "gap")[-1], BODY)


def together(parts: Sequence[tuple[np.ndarray, Treated]], n: int) -> Treated:
    """Sessions of several lengths as one of n people, on the longest's times; who has ended keeps the last values."""
    minutes = max((done.minutes for _, done in parts), key=lambda times: float(times[-1]))

    def held(x: np.ndarray, times: np.ndarray) -> np.ndarray:
        return np.stack([np.interp(minutes, times, column) for column in x.T], axis=1)

    def joined(*leaves: Any) -> np.ndarray:
        whole = np.empty((*np.shape(leaves[0])[:-1], n))
        for (who, _), leaf in zip(parts, leaves, strict=True):
            whole[..., who] = leaf
        return whole

    watched = [jax.tree.map(lambda x, t=done.minutes: held(x, t), done.watched) for _, done in parts]
    return Treated(
        minutes,
        jax.tree.map(joined, *watched),
        jax.tree.map(joined, *(done.end for _, done in parts)),
        jax.tree.map(joined, *(done.taken for _, done in parts)),
    )
