"""Solve: stabilised explicit steps on a planned grid, over [state, patient] arrays.

The grid depends on the prescriptions alone, so differences between counterfactuals carry no step noise.

* `ssprk` is SSPRK(10,4): ten stages, order 4, stable to rate x step = 13.9; for sessions, where settings jump.
* `rkc` is a Runge-Kutta-Chebyshev method of order 2; for the days between, where steps are long.

Both need a real spectrum: `largest_step` bounds the step by the fastest rate of the very patients that run.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from .errors import NotConverged

SSPRK_LIMIT = 13.9
THREADS = os.cpu_count() or 1
CHUNK = 256


@lru_cache(maxsize=1)
def keep_programs() -> None:
    """Let JAX keep compiled programs in the user's cache folder, so that a second run starts fast."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    jax.config.update("jax_compilation_cache_dir", str(home / "soleus" / "programs"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


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


def plan(switches: Sequence[float] | np.ndarray, first: float, largest: float, growth: float) -> Grid:
    """Steps that restart at `first` min after every switch and grow to `largest`, ending exactly on each switch.

    Args:
        switches: times at which a setting jumps or bends, with start and end, min.
        first, largest: step lengths, min.
        growth: ratio of a step to the one before.
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
    return padded(Grid(*(np.concatenate(x) for x in (h, segment, share, pace))))


def padded(grid: Grid) -> Grid:
    """The grid with idle steps added up to a round number, so that similar prescriptions share one program."""
    n = bucket(len(grid.h), 32)
    return Grid(*(np.pad(x, (0, n - len(x)), mode="edge" if x is not grid.h else "constant") for x in grid))


def bucket(n: int, smallest: int) -> int:
    """The next size of `smallest` x 1, 1.5, 2, 3, 4, 6, 8 ... that holds n."""
    size = smallest
    while size < n:
        size = size * 3 // 2 if size & (size - 1) == 0 else size * 4 // 3
    return size


Field = Callable[[Any, Any, Any], Any]

# SSPRK(10,4) as ten equal moves q1 <- A q1 + B q2 + C h k, q2 <- D q2 + E (q1 + h k / 6) [Ketcheson2008]
_A = np.array([1, 1, 1, 1, 0.4, 1, 1, 1, 1, 0.6])
_B = np.array([0, 0, 0, 0, 0.6, 0, 0, 0, 0, 1.0])
_C = np.array([1, 1, 1, 1, 0.4, 1, 1, 1, 1, 0.6]) / 6
_D = np.array([1, 1, 1, 1, 0.04, 1, 1, 1, 1, 1.0])
_E = np.array([0, 0, 0, 0, 0.36, 0, 0, 0, 0, 0.0])
_T = np.array([0, 1, 2, 3, 4, 2, 3, 4, 5, 6]) / 6


def ssprk(f: Field, y: Any, setting: Any, share: Any, pace: Any, h: Any) -> Any:
    """One step of SSPRK(10,4)."""

    def stage(q: Any, c: Any) -> Any:
        q1, q2 = q
        a, b, e, d, g, t = c
        hk = h * f(q1, setting, share + t * h * pace)
        return (a * q1 + b * q2 + e * hk, d * q2 + g * (q1 + hk / 6)), None

    return lax.scan(stage, (y, y), tuple(jnp.asarray(c) for c in (_A, _B, _C, _D, _E, _T)))[0][0]


@lru_cache(maxsize=8)
def rkc(stages: int) -> Callable[..., Any]:
    """The Runge-Kutta-Chebyshev method of order 2 with this many stages; stable to 0.65 (s^2 - 1) [Verwer1996]."""
    s, j = stages, np.arange(stages + 1)
    w0 = 1 + 2 / 13 / s**2
    T, dT, d2T = np.zeros(s + 1), np.zeros(s + 1), np.zeros(s + 1)
    T[0], T[1], dT[1] = 1, w0, 1
    for i in range(2, s + 1):
        T[i] = 2 * w0 * T[i - 1] - T[i - 2]
        dT[i] = 2 * w0 * dT[i - 1] + 2 * T[i - 1] - dT[i - 2]
        d2T[i] = 2 * w0 * d2T[i - 1] + 4 * dT[i - 1] - d2T[i - 2]
    b = np.empty(s + 1)
    b[2:] = d2T[2:] / dT[2:] ** 2
    b[0] = b[1] = b[2]
    w1 = dT[s] / d2T[s]
    c = np.where(j > 1, w1 * d2T / np.maximum(dT, 1e-300), 0.0)
    c[1] = c[2] / (4 * w0)
    mu, nu = 2 * b[2:] * w0 / b[1:-1], -b[2:] / b[:-2]
    mu_t, gamma = 2 * b[2:] * w1 / b[1:-1], -(1 - b[1:-1] * T[1:-1]) * (2 * b[2:] * w1 / b[1:-1])
    moves = tuple(np.asarray(x) for x in (mu, nu, mu_t, gamma, c[1:-1]))

    def step(f: Field, y: Any, setting: Any, share: Any, pace: Any, h: Any) -> Any:
        hk0 = h * f(y, setting, share)

        def stage(q: Any, m: Any) -> Any:
            q1, q2 = q
            mu, nu, mu_t, gamma, t = m
            hk = h * f(q1, setting, share + t * h * pace)
            return ((1 - mu - nu) * y + mu * q1 + nu * q2 + mu_t * hk + gamma * hk0, q1), None

        first = y + b[1] * w1 * hk0
        return lax.scan(stage, (first, y), tuple(jnp.asarray(x) for x in moves))[0][0]

    return step


def rkc_stages(largest: float, fastest: float) -> int:
    """Stages that keep `largest` min stable for a rate of `fastest` per min."""
    return max(3, int(np.ceil(np.sqrt(1 + largest * fastest / 0.65))))


def march(method: Callable[..., Any], f: Field, y: Any, settings: Any, grid: Grid, course: bool) -> Any:
    """Run the grid from y; returns [time, state, patient]: every step with the start, or the end alone.

    Args:
        f: rates(y, setting, share of the stretch gone), like y.
        y: [state, patient].
        settings: pytree with leading [segment].
        course: keep every step (padding repeats the last), or the end alone.
    """

    def one(y: Any, step: Grid) -> Any:
        setting = jax.tree.map(lambda x: x[step.segment], settings)
        y = lax.cond(step.h > 0, lambda y: method(f, y, setting, step.share, step.pace, step.h), lambda y: y, y)
        return y, (y if course else None)

    start = jnp.asarray(y)
    last, all_steps = lax.scan(one, start, jax.tree.map(jnp.asarray, grid))
    return jnp.concatenate([start[None], all_steps]) if course else last[None]


def stack(tree: Any, n: int) -> np.ndarray:
    """A state record as [state, patient]."""
    return np.stack([np.broadcast_to(np.asarray(x, float), (n,)) for x in jax.tree.leaves(tree)])


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
        sliced: pytrees whose leaves are scalars or end in a [patient] axis.
        whole: passed on as they are.
    """
    size = min(CHUNK, bucket(-(-n // THREADS), 4))

    def part(start: int) -> Any:
        at = np.minimum(np.arange(start, start + size), n - 1)
        mine = jax.tree.map(lambda x: np.asarray(x)[..., at] if np.ndim(x) else x, sliced)
        out = program(*mine, *whole)
        return jax.tree.map(lambda x: np.asarray(x)[..., : min(size, n - start)], out)

    with ThreadPoolExecutor(THREADS) as pool:
        parts = list(pool.map(part, range(0, n, size)))
    return jax.tree.map(lambda *x: np.concatenate(x, axis=-1), *parts)


def finite(y: np.ndarray, what: str) -> np.ndarray:
    """y, or NotConverged naming how many patients left the numbers."""
    bad = int(np.count_nonzero(~np.isfinite(y).all(axis=tuple(range(y.ndim - 1)))))
    if bad:
        raise NotConverged(
            f"{what}: {bad} of {y.shape[-1]} patients diverged; check their parameters against their ranges"
        )
    return y
