"""Flat: a function of records as plain Python numbers, so that SciPy pays for no record, no call and no NumPy.

JAX traces the function once; what depends on the constants alone goes into `prepare`, the rest into `rates`.
"""

import math
from collections.abc import Callable
from itertools import count
from typing import Any, NamedTuple

import jax
import numpy as np
from jax.extend.core import Literal

WRITE = {
    "add": "{} + {}",
    "sub": "{} - {}",
    "mul": "{} * {}",
    "div": "{} / {}",
    "neg": "-{}",
    "exp": "exp({})",
    "log": "log({})",
    "sqrt": "sqrt({})",
    "abs": "abs({})",
    "max": "max({}, {})",
    "integer_pow": "{} ** {y}",
    "convert_element_type": "{}",
    "copy": "{}",
    "custom_jvp_call": "log({})",  # `smooth.log`, the one function of ours with a slope of its own
}


class Flat(NamedTuple):
    """`rates(moving numbers, prepare(fixed numbers))` is the traced function's list of results."""

    prepare: Callable[[Any], tuple[float, ...]]
    rates: Callable[[Any, tuple[float, ...]], list[float]]


def flatten(f: Callable[[Any, Any], Any], moving: Any, fixed: Any) -> Flat:
    """f(moving, fixed), both trees of numbers or arrays, as two plain functions of numbers in a row."""
    closed = jax.make_jaxpr(f)(moving, fixed)
    (given, ys), (told, qs) = _named(moving, "y"), _named(fixed, "q")
    writer = _Writer(set(ys))
    out = [name for x in writer.equations(closed, [*given, *told]) for name in x.ravel()]
    needed = {word for line in [*writer.then, *out] for word in _words(line)}
    kept = [name for name in [*qs, *(line.split(" = ")[0] for line in writer.first)] if name in needed]
    source = [
        *_function("prepare(q)", [f"{', '.join(qs)}, = q", *writer.first, f"return ({', '.join(kept)},)"]),
        *_function("rates(y, k)", [f"{', '.join(ys)}, = y", f"{', '.join(kept)}, = k", *writer.then,
                                   f"return [{', '.join(out)}]"]),
    ]  # fmt: skip
    space: dict[str, Any] = {"exp": math.exp, "log": math.log, "sqrt": math.sqrt}
    exec(compile("\n".join(source), "<flat>", "exec"), space)
    return Flat(space["prepare"], space["rates"])


SHAPES: dict[str, Callable[..., Any]] = {  # what only moves numbers about, on arrays of names
    "broadcast_in_dim": lambda x, shape, broadcast_dimensions, **_: np.broadcast_to(
        x.reshape(
            [x.shape[broadcast_dimensions.index(i)] if i in broadcast_dimensions else 1 for i, _ in enumerate(shape)]
        ),
        shape,
    ),
    "reshape": lambda x, new_sizes, **_: x.reshape(new_sizes),
    "squeeze": lambda x, dimensions, **_: np.squeeze(x, dimensions),
    "transpose": lambda x, permutation, **_: x.transpose(permutation),
    "slice": lambda x, start_indices, limit_indices, strides, **_: x[
        tuple(map(slice, start_indices, limit_indices, strides or [1] * x.ndim))
    ],
    "concatenate": lambda *x, dimension: np.concatenate(x, dimension),
    "stack": lambda *x, **where: np.stack(x, *where.values()),
}


class _Writer:
    """Lines of source, those of constants apart; a variable is an array of names."""

    def __init__(self, moving: set[str]) -> None:
        self.moving = moving
        self.first: list[str] = []
        self.then: list[str] = []
        self.fresh = (f"v{i}" for i in count())

    def equations(self, closed: Any, given: list[Any]) -> list[Any]:
        """Write all equations, functions inside written out; returns the names of the results."""
        names = dict(zip(closed.jaxpr.invars, given, strict=True))
        names |= dict(zip(closed.jaxpr.constvars, map(_constant, closed.consts), strict=True))
        for e in closed.jaxpr.eqns:
            args = [_constant(v.val) if isinstance(v, Literal) else names[v] for v in e.invars]
            if "jaxpr" in e.params:
                names.update(zip(e.outvars, self.equations(e.params["jaxpr"], args), strict=True))
            elif e.primitive.name in SHAPES:
                names[e.outvars[0]] = SHAPES[e.primitive.name](*args, **e.params)
            else:
                shape = np.broadcast_shapes(*(x.shape for x in args))
                out, even = np.empty(shape, object), [np.broadcast_to(x, shape) for x in args]
                for at in np.ndindex(shape):
                    here = [x[at] for x in even]
                    out[at] = self.write(WRITE[e.primitive.name].format(*here, **e.params), here)
                names[e.outvars[0]] = out
        return [_constant(v.val) if isinstance(v, Literal) else names[v] for v in closed.jaxpr.outvars]

    def write(self, text: str, args: list[str]) -> str:
        here = next(self.fresh)
        moves = any(a in self.moving for a in args)
        if moves:
            self.moving.add(here)
        (self.then if moves else self.first).append(f"{here} = {text}")
        return here


def _constant(x: Any) -> np.ndarray:
    return np.vectorize(lambda v: f"({float(v)!r})", otypes=[object])(np.asarray(x))


def _named(tree: Any, letter: str) -> tuple[list[np.ndarray], list[str]]:
    """An array of fresh names for every leaf, and all names in a row."""
    fresh, arrays = count(), []
    for leaf in jax.tree.leaves(tree):
        names = [f"{letter}{next(fresh)}" for _ in range(np.size(leaf))]
        arrays.append(np.array(names, object).reshape(np.shape(leaf)))
    return arrays, [name for x in arrays for name in x.ravel()]


def _words(line: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in line).split()


def _function(head: str, lines: list[str]) -> list[str]:
    return [f"def {head}:", *(f"    {line}" for line in lines)]
