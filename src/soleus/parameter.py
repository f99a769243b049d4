"""A number with its unit, range, meaning, source and status on one line; and the records that hold such numbers.

Records are frozen, keyword-only dataclasses and JAX pytrees: every leaf is a scalar or an array over patients.
Double precision is set here, once, because every record passes through this file.
"""

import dataclasses
from typing import Any, TypeVar, dataclass_transform

import jax

from .stated import Meta as Meta
from .stated import Status as Status
from .stated import param as param
from .stated import parameters as parameters

jax.config.update("jax_enable_x64", True)

T = TypeVar("T")


def quantity(unit: str, meaning: str) -> Any:
    """A field of a state, an input or a reading: a number that changes, so it has no typical value."""
    return dataclasses.field(metadata={"quantity": (unit, meaning)})


def part(cls: type) -> Any:
    """A record inside a record, at its typical values."""
    return dataclasses.field(default_factory=cls)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(quantity,))
def record(cls: type[T]) -> type[T]:
    """Make `cls` a frozen, keyword-only dataclass that JAX can look into."""
    return jax.tree_util.register_dataclass(dataclasses.dataclass(frozen=True, kw_only=True)(cls))


def get(tree: Any, name: str) -> Any:
    """The leaf at a dotted name."""
    for step in name.split("."):
        tree = getattr(tree, step)
    return tree


def put(tree: Any, changes: dict[str, Any]) -> Any:
    """The same record with the leaves at these dotted names replaced."""
    for name, value in changes.items():
        head, _, rest = name.partition(".")
        tree = dataclasses.replace(tree, **{head: put(getattr(tree, head), {rest: value}) if rest else value})
    return tree
