"""Flat: a function of records as plain Python numbers, so that SciPy pays for no record, no call and no NumPy.

JAX traces the function once; what depends on the constants alone goes into `prepare`, the rest into `rates`.
"""

import math
from collections.abc import Callable
from itertools import count
from typing import Any, NamedTuple

import jax
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
}


class Flat(NamedTuple):
    """`rates(moving numbers, prepare(fixed numbers))` is the traced function's list of results."""

    prepare: Callable[[Any], tuple[float, ...]]
    rates: Callable[[Any, tuple[float, ...]], list[float]]


def flatten(f: Callable[[Any, Any], Any], moving: Any, fixed: Any) -> Flat:
    """f(moving, fixed), both trees of numbers, as two plain functions."""
    closed = jax.make_jaxpr(f)(moving, fixed)
    n = len(jax.tree.leaves(moving))
    ys = [f"y{i}" for i in range(n)]
    qs = [f"q{i}" for i in range(len(closed.jaxpr.invars) - n)]
    writer = _Writer(set(ys))
    out = writer.equations(closed, [*ys, *qs])
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


class _Writer:
    """Lines of source, those of constants apart."""

    def __init__(self, moving: set[str]) -> None:
        self.moving = moving
        self.first: list[str] = []
        self.then: list[str] = []
        self.fresh = (f"v{i}" for i in count())

    def equations(self, closed: Any, given: list[str]) -> list[str]:
        """Write all equations, functions inside written out; returns the names of the results."""
        names = dict(zip(closed.jaxpr.invars, given, strict=True))
        names |= dict(zip(closed.jaxpr.constvars, (repr(float(x)) for x in closed.consts), strict=True))

        def name(v: Any) -> str:
            return f"({float(v.val)!r})" if isinstance(v, Literal) else names[v]

        for e in closed.jaxpr.eqns:
            args = [name(v) for v in e.invars]
            if "jaxpr" in e.params:
                names.update(zip(e.outvars, self.equations(e.params["jaxpr"], args), strict=True))
            else:
                names[e.outvars[0]] = self.write(WRITE[e.primitive.name].format(*args, **e.params), args)
        return [name(v) for v in closed.jaxpr.outvars]

    def write(self, text: str, args: list[str]) -> str:
        here = next(self.fresh)
        moves = any(a in self.moving for a in args)
        if moves:
            self.moving.add(here)
        (self.then if moves else self.first).append(f"{here} = {text}")
        return here


def _words(line: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in line).split()


def _function(head: str, lines: list[str]) -> list[str]:
    return [f"def {head}:", *(f"    {line}" for line in lines)]
