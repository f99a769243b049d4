"""Solve: stabilised explicit steps on a planned grid, over [state, patient] arrays.

The grid depends on the prescriptions alone, so differences between counterfactuals carry no step noise.

`ssprk` is SSPRK(10,4): ten stages, order 4, stable to rate x step = 13.9. It needs a nearly real spectrum, and a step
bounded by the fastest rate of the very patients that run. `rkc` is RKC2: order 2, stable three times as far for eight
stages; it serves crowds between sessions, where 2e-4 is enough and only the end is asked for.

Every program takes chunks of `CHUNK` patients and rows padded to round numbers, so few programs serve all questions;
they are compiled once and kept on disk (`programs`).
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from .errors import NotConverged

SSPRK_LIMIT = 13.9  # step x rate that stays stable
THREADS = os.cpu_count() or 1
CHUNK = 64  # patients whose rows fit the fastest cache together

# XLA starts each of some hundred kernels a step by itself unless a loop counts as small; then it is one function,
# three times faster (docs/decisions/0010). Read when JAX first computes, so it must be said here.
FLAGS = (
    "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000000 --xla_cpu_prefer_vector_width=512"
)
if FLAGS not in os.environ.get("XLA_FLAGS", ""):  # a process that another one started has them already
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {FLAGS}".strip()


class Grid(NamedTuple):
    """Steps planned ahead; zero-length steps at the end are padding and are not run."""

    h: np.ndarray  # [step], min
    segment: np.ndarray  # [step], which stretch of the prescription
    share: np.ndarray  # [step], share of that stretch gone at the step's start
    pace: np.ndarray  # [step], share of the stretch per minute

    @property
    def minutes(self) -> np.ndarray:
        """Times at the ends of all steps, from zero, padding left out; [step + 1]."""
        return np.concatenate([[0.0], np.cumsum(self.h[: self.steps])])

    @property
    def steps(self) -> int:
        """How many steps are run."""
        return int(np.count_nonzero(self.h))


def plan(switches: Sequence[float] | np.ndarray, first: float, largest: float, growth: float, room: int = 128) -> Grid:
    """Steps that restart at `first` min after every switch and grow to `largest`, ending exactly on each switch.

    Args:
        switches: times at which a setting jumps or bends, with start and end, min.
        first, largest: step lengths, min.
        growth: ratio of a step to the one before.
        room: steps that a program is made for at least; the rest is padding.
    """
    switches = np.asarray(switches, float)
    h, segment, share, pace = [], [], [], []
    for i, length in enumerate(np.diff(switches)):
        stretch = [min(first, length)]
        while sum(stretch) < length - 1e-9:
            stretch.append(min(stretch[-1] * growth, largest))
        steps = np.array(stretch) * length / sum(stretch)
        h.append(steps)
        segment.append(np.full(len(steps), i))
        share.append((np.cumsum(steps) - steps) / length)
        pace.append(np.full(len(steps), 1 / length))
    return padded(Grid(*(np.concatenate(x) for x in (h, segment, share, pace))), room)


def padded(grid: Grid, room: int) -> Grid:
    """The grid with idle steps added up to a round number, so that similar prescriptions share one program."""
    n = bucket(len(grid.h), room)
    return Grid(*(np.pad(x, (0, n - len(x)), mode="edge" if x is not grid.h else "constant") for x in grid))


def bucket(n: int, smallest: int) -> int:
    """The next size of `smallest` x 1, 1.5, 2, 3, 4, 6, 8 ... that holds n."""
    size = smallest
    while size < n:
        size = size * 3 // 2 if size & (size - 1) == 0 else size * 4 // 3
    return size


Field = Callable[[Any, Any, Any], Any]
Method = Callable[[Field, Any, Any, Any, Any, Any], Any]


def ssprk(f: Field, y: Any, setting: Any, share: Any, pace: Any, h: Any) -> Any:
    """One step of SSPRK(10,4): five Euler steps of h/6, a mix, five more, a mix [Ketcheson2008]."""

    def half(q: Any, mix: Any) -> Any:
        q1, q2 = q
        a, b, c, first = mix

        def stage(i: Any, q: Any) -> Any:
            return q + h / 6 * f(q, setting, share + (first + i) / 6 * h * pace)

        q1 = lax.fori_loop(0, 5, stage, q1)
        return (a * y + b * q2 + c * q1, y / 25 + 9 / 25 * q1), None

    mixes = jnp.array([[0.6, 0.0, 0.4, 0.0], [0.0, 1.0, 0.6, 2.0]])
    return lax.scan(half, (y, y), tuple(mixes.T))[0][0]


def rkc(stages: int) -> Method:
    """One step of RKC2, a Runge-Kutta-Chebyshev method of order 2 [Verwer1996], of at least three stages."""
    recurrence = _chebyshev(stages)[0]

    def step(f: Field, y: Any, setting: Any, share: Any, pace: Any, h: Any) -> Any:
        def stage(last: Any, mix: Any) -> Any:  # the first has a slope that all others need; one f compiles sooner
            one, two, slope = last
            mu, nu, fresh, old, first = mix
            here = f(one, setting, share)
            slope = jnp.where(first > 0, here, slope)
            return (mu * one + nu * two + (1 - mu - nu) * y + h * (fresh * here + old * slope), one, slope), None

        return lax.scan(stage, (y, y, jnp.zeros_like(y)), jnp.asarray(recurrence))[0][0]

    return step


def rkc_limit(stages: int) -> float:
    """Step x rate that stays stable with so many stages."""
    return _chebyshev(stages)[1]


@lru_cache
def _chebyshev(stages: int) -> tuple[np.ndarray, float]:
    """Coefficients of the stages of RKC2, [stage, 5], and its stability limit."""
    w0 = 1 + 2 / 13 / stages**2  # a little damping [Verwer1996]
    T = [np.polynomial.chebyshev.Chebyshev.basis(j) for j in range(stages + 1)]
    t, d, dd = ([float(p.deriv(k)(w0)) if k else float(p(w0)) for p in T] for k in range(3))
    w1 = d[-1] / dd[-1]
    b = [dd[2] / d[2] ** 2] * 2 + [dd[j] / d[j] ** 2 for j in range(2, stages + 1)]
    rows = [(0.0, 0.0, b[1] * w1, 0.0, 1.0)]
    for j in range(2, stages + 1):
        fresh = 2 * b[j] * w1 / b[j - 1]
        rows.append((2 * b[j] * w0 / b[j - 1], -b[j] / b[j - 2], fresh, -(1 - b[j - 1] * t[j - 1]) * fresh, 0.0))
    return np.array(rows), (w0 + 1) / w1


def march(f: Field, y: Any, settings: Any, grid: Grid, course: bool, method: Method = ssprk) -> Any:
    """Run the grid from y; returns [time, state, patient]: the start and the end of every step, or the end alone.

    Args:
        f: rates(y, setting, share of the stretch gone), like y.
        y: [state, patient].
        settings: pytree with leading [segment].
        course: keep every step (rows of the padding hold the start), or the end alone.
        method: how one step is made.
    """
    y, grid = jnp.asarray(y), jax.tree.map(jnp.asarray, grid)
    kept = jnp.broadcast_to(y, (len(grid.h) + 1 if course else 1, *y.shape))

    def step(i: Any, now: Any) -> Any:
        y, kept = now
        setting = jax.tree.map(lambda x: x[grid.segment[i]], settings)
        y = method(f, y, setting, grid.share[i], grid.pace[i], grid.h[i])
        return y, lax.dynamic_update_index_in_dim(kept, y, i + 1 if course else 0, 0)

    return lax.fori_loop(0, jnp.count_nonzero(grid.h), step, (y, kept))[1]


def watched(f: Field, y: Any, settings: Any, grid: Grid, watch: Callable[[Any], Any], rows: int) -> tuple[Any, Any]:
    """Run the grid from y; returns the end, and `rows` that were watched at the start and the end of every step."""
    y, grid = jnp.asarray(y), jax.tree.map(jnp.asarray, grid)
    steps = jnp.count_nonzero(grid.h)

    def step(i: Any, now: Any) -> Any:  # looks before it goes; the last look is followed by a step of no length
        y, kept = now
        kept = lax.dynamic_update_index_in_dim(kept, watch(y), i, 0)
        setting = jax.tree.map(lambda x: x[grid.segment[i]], settings)
        h = jnp.where(i < steps, grid.h[i], 0.0)
        return ssprk(f, y, setting, grid.share[i], grid.pace[i], h), kept

    nothing = jnp.zeros((len(grid.h) + 1, rows, *y.shape[1:]))
    return lax.fori_loop(0, steps + 1, step, (y, nothing))


def stack(tree: Any, n: int) -> np.ndarray:
    """A record as [leaf, patient]."""
    leaves = jax.tree.leaves(tree)
    rows = np.empty((len(leaves), n))
    for row, leaf in zip(rows, leaves, strict=True):
        row[:] = leaf
    return rows


def joined(tree: Any, like: Any) -> Any:
    """A record of rates as one array shaped like [state, patient], inside a traced function."""
    return jnp.stack([jnp.broadcast_to(x, like.shape[1:]) for x in jax.tree.leaves(tree)])


def unstack(rows: Any, structure: Any) -> Any:
    """[state, ...] back to the record it came from."""
    return jax.tree.unflatten(structure, [rows[i] for i in range(rows.shape[0])])


def in_chunks(program: Callable[..., Any], n: int, sliced: tuple[Any, ...], whole: tuple[Any, ...] = ()) -> Any:
    """Run `program(*sliced, *whole)` over slices of the [patient] axis, two threads, the last slice padded by its end.

    Args:
        n: patients.
        sliced: scalars, or arrays that end in a [patient] axis.
        whole: passed on as they are.
    """

    def part(start: int) -> np.ndarray:
        last = start + CHUNK > n
        at = np.minimum(np.arange(start, start + CHUNK), n - 1) if last else slice(start, start + CHUNK)
        mine = (x[..., at] if np.ndim(x) else x for x in sliced)
        return np.asarray(program(*mine, *whole))[..., : n - start]

    parts = list(pool().map(part, range(0, n, CHUNK)))
    return np.concatenate(parts, axis=-1) if len(parts) > 1 else parts[0]


@lru_cache(maxsize=1)
def pool() -> ThreadPoolExecutor:
    """The threads that run programs, one a core."""
    return ThreadPoolExecutor(THREADS)


def finite(y: np.ndarray, what: str) -> np.ndarray:
    """y [time, state, patient], or NotConverged naming how many patients left the numbers; who has left stays away."""
    bad = int(np.count_nonzero(~np.isfinite(y[-1]).all(axis=0)))
    if bad:
        raise NotConverged(
            f"{what}: {bad} of {y.shape[-1]} patients diverged; check their parameters against their ranges"
        )
    return y
