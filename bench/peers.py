"""Peers: the same work by other people's solvers, as their manuals would have it.

A peer runs on one core, and its time is halved as if two cores did twice as much. The absolute tolerance of a state is
a tenth of `rtol` times its size: states that begin at zero would be lost otherwise.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Any, NamedTuple

import diffrax
import jax
import jax.numpy as jnp
import numpy as np
from scipy.integrate import solve_ivp

from soleus import session, solve
from soleus.body import body

from .flat import flatten
from .work import EMPTY, HOURS, Cycle, Ends, Truth, error, home, on_stretch, some

CORES = 2
RTOL, ATOL = 1e-4, 0.1


class Peer(NamedTuple):
    """One solver's result."""

    name: str
    seconds: float  # 48 hours of one patient, two cores assumed
    error: float
    compiling: float = 0.0  # s, with the first run


def scipy_records(c: Cycle, t: Truth, people: int) -> Peer:
    """LSODA on the very same records and functions, with NumPy numbers."""

    def one(alone: Cycle) -> Ends:
        p, r = alone.patient, alone.rest

        def off(_: float, y: Any) -> np.ndarray:
            return np.array(jax.tree.leaves(home(_body(y), p, r)))

        def on(i: int) -> Callable[[float, Any], np.ndarray]:
            setting = on_stretch(alone, i)
            return lambda w, y: np.array(jax.tree.leaves(session.rates(_body(y), p, r, setting, w)))

        return _cycle(alone, t, [on(i) for i in range(len(alone.times) - 1)], off)

    return _one_by_one("SciPy LSODA, the same records on NumPy numbers", c, t, people, one)


def scipy_flat(c: Cycle, t: Truth, people: int) -> Peer:
    """LSODA on plain Python, written out beforehand."""
    first = _numbers(some(c, [0]))
    person = first.patient, first.rest
    begun = perf_counter()
    treated = flatten(
        lambda moving, fixed: jax.tree.leaves(session.rates(moving[0], *fixed[0], fixed[1], moving[1])),
        (first.start, 0.5),
        (person, on_stretch(first, 0)),
    )
    idle = flatten(lambda now, fixed: jax.tree.leaves(home(now, *fixed)), first.start, person)
    writing = perf_counter() - begun

    def one(alone: Cycle) -> Ends:
        person = alone.patient, alone.rest
        at_home = idle.prepare(_flat(person))

        def on(i: int) -> Callable[[float, Any], list[float]]:
            k = treated.prepare(_flat((person, on_stretch(alone, i))))
            return lambda w, y: treated.rates([*y[:-EMPTY], w], k)

        stretches = [on(i) for i in range(len(alone.times) - 1)]
        return _cycle(alone, t, stretches, lambda _, y: idle.rates(y, at_home))

    return _one_by_one("SciPy LSODA, flat plain Python", c, t, people, one)._replace(compiling=writing)


def _flat(tree: Any) -> list[float]:
    return [float(x) for leaf in jax.tree.leaves(tree) for x in np.ravel(leaf)]


def _one_by_one(name: str, c: Cycle, t: Truth, people: int, one: Callable[[Cycle], Ends]) -> Peer:
    times, ends = [], []
    for i in range(people):
        alone = _numbers(some(c, [i]))
        begun = perf_counter()
        ends.append(one(alone))
        times.append(perf_counter() - begun)
    treated, gap = (np.stack(x, axis=1) for x in zip(*ends, strict=True))
    return Peer(name, float(np.median(times)) / CORES, error((treated, gap), t))


def _cycle(c: Cycle, t: Truth, on: list[Any], off: Any) -> Ends:
    """One patient: the stretches of the session, restarting at each, then the gap."""
    atol = _atol(t)
    y = np.array(jax.tree.leaves(session.Whole(body=c.start, tally=session.EMPTY)))
    for f, length in zip(on, np.diff(c.times), strict=True):
        y = _lsoda(lambda at, y, f=f, length=length: f(at / length, y), y, length, atol)
    return y, _lsoda(off, y[:-EMPTY], 60 * HOURS, atol[:-EMPTY])


def _lsoda(f: Any, y: np.ndarray, length: float, atol: np.ndarray) -> np.ndarray:
    out: np.ndarray = solve_ivp(f, (0.0, length), y, "LSODA", rtol=RTOL, atol=atol).y
    return out[:, -1]


def _atol(t: Truth) -> np.ndarray:
    return ATOL * RTOL * np.maximum(t.size.mean(axis=1), 1e-6)


def _body(y: Any) -> body.State:
    """The body's record from the first of these numbers."""
    return jax.tree.unflatten(session.BODY, list(y)[: session.BODY.num_leaves])


def _numbers(c: Cycle) -> Cycle:
    """One patient with plain numbers for leaves; stretches keep their segments."""
    patient, rest, start = jax.tree.map(lambda x: np.float64(np.ravel(x)[0]), (c.patient, c.rest, c.start))
    return c._replace(patient=patient, rest=rest, start=start, stretches=jax.tree.map(lambda x: x[..., 0], c.stretches))


def vmapped(name: str, solver: Any, c: Cycle, t: Truth, repeats: int = 3) -> Peer:
    """All people at once by diffrax."""
    rows = [solve.stack(x, c.n).T for x in (session.Whole(body=c.start, tally=session.EMPTY), c.patient, c.rest)]
    stretches = np.moveaxis(
        session.stretch_rows(c.stretches, c.n)[: len(c.times) - 1], -1, 0
    )  # [patient, segment, row]
    program = jax.jit(jax.vmap(_diffrax(solver, _atol(t), jnp.asarray(np.diff(c.times)))))

    def run() -> float:
        begun = perf_counter()
        jax.block_until_ready(program(*rows, stretches))
        return perf_counter() - begun

    compiling = run()
    seconds = float(np.median([run() for _ in range(repeats)]))
    treated, gap = (np.asarray(x).T for x in program(*rows, stretches))
    return Peer(name, seconds / c.n / CORES, error((treated, gap), t), compiling)


def _diffrax(solver: Any, atol: np.ndarray, lengths: Any) -> Callable[..., Any]:
    """48 hours of one patient."""

    def on(at: Any, y: Any, args: Any) -> Any:
        p, r, setting, length = args
        person = solve.unstack(p, session.PATIENT), solve.unstack(r, session.REST)
        now = solve.unstack(y, session.SHAPE).body
        one = jax.tree.map(lambda x: x[..., 0], session.stretch_of(setting[:, None]))
        rates = session.rates(now, *person, one, at / length)
        return jnp.stack(jax.tree.leaves(rates))

    def off(_: Any, y: Any, args: Any) -> Any:
        p, r = args
        person = solve.unstack(p, session.PATIENT), solve.unstack(r, session.REST)
        return jnp.stack(jax.tree.leaves(home(solve.unstack(y, session.BODY), *person)))

    def go(f: Any, y: Any, length: Any, args: Any) -> Any:
        control = diffrax.PIDController(rtol=RTOL, atol=jnp.asarray(atol[: len(y)]))
        term = diffrax.ODETerm(f)
        out = diffrax.diffeqsolve(
            term, solver, 0.0, length, None, y, args, stepsize_controller=control, max_steps=100_000
        )
        return out.ys[0]

    def one(y: Any, p: Any, r: Any, stretches: Any) -> Any:
        def stretch(y: Any, this: Any) -> Any:
            setting, length = this
            return go(on, y, length, (p, r, setting, length)), None

        treated, _ = jax.lax.scan(stretch, y, (stretches, lengths))
        return treated, go(off, treated[:-EMPTY], 60 * HOURS, (p, r))

    return one
