"""A number with its unit, range, meaning, source and status on one line; and the records that hold such numbers.

Records are frozen, keyword-only dataclasses and JAX pytrees: every leaf is a scalar or an array over patients.
Double precision is set here, once, because every record passes through this file.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, TypeVar, dataclass_transform

import jax

jax.config.update("jax_enable_x64", True)

T = TypeVar("T")
Status = Literal["seen", "recalled", "tuned", "assumed", "derived"]


class Meta(NamedTuple):
    """What stands beside a parameter's value."""

    unit: str
    within: tuple[float, float]
    source: str
    meaning: str
    status: Status
    sd: float
    gsd: float
    scales: float


def param(
    unit: str,
    value: float,
    *,
    within: tuple[float, float],
    source: str,
    meaning: str,
    status: Status,
    sd: float = 0.0,
    gsd: float = 1.0,
    scales: float = 0.0,
) -> Any:
    """A constant of a body or a machine, with a typical value.

    Args:
        unit: as in `units.UNITS`; "1" for a pure number.
        value: typical value of a 72.5 kg adult on hemodialysis, or of a common machine.
        within: the range outside which no patient or machine is; draws are cut there.
        source: keys of `references.bib`, separated by spaces.
        meaning: plain words.
        status: seen (read in the source), recalled (not checked), tuned (source says to what), assumed, derived.
        sd: standard deviation between patients (normal), in `unit`.
        gsd: geometric standard deviation between patients (log-normal); give `sd` or `gsd`, not both.
        scales: power of (dry weight / 72.5 kg) by which the value grows with the person.
    """
    return dataclasses.field(
        default=value, metadata={"param": Meta(unit, within, source, meaning, status, sd, gsd, scales)}
    )


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


def parameters(cls: type, prefix: str = "") -> Iterator[tuple[str, float, Meta]]:
    """Every parameter of a record type and of the records inside it: (dotted name, typical value, meta)."""
    for field in dataclasses.fields(cls):
        name = f"{prefix}{field.name}"
        if "param" in field.metadata:
            value: Any = field.default
            yield name, value, field.metadata["param"]
        elif field.default_factory is not dataclasses.MISSING and isinstance(field.default_factory, type):
            yield from parameters(field.default_factory, name + ".")


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
