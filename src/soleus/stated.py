"""Stated: a number with its unit, range, meaning, source and status on one line. Nothing here loads JAX or NumPy.

`parameter` adds what a body and a machine need: records that JAX can look into. What answers at once, such as the
budget of a day, keeps its numbers in `constants`.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, TypeVar, dataclass_transform

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


@dataclass_transform(kw_only_default=True, frozen_default=True)
def constants(cls: type[T]) -> type[T]:
    """Make `cls` a frozen, keyword-only dataclass of plain numbers."""
    return dataclasses.dataclass(frozen=True, kw_only=True)(cls)


def parameters(cls: type, prefix: str = "") -> Iterator[tuple[str, float, Meta]]:
    """Every parameter of a record type and of the records inside it: (dotted name, typical value, meta)."""
    for field in dataclasses.fields(cls):
        name = f"{prefix}{field.name}"
        if "param" in field.metadata:
            value: Any = field.default
            yield name, value, field.metadata["param"]
        elif field.default_factory is not dataclasses.MISSING and isinstance(field.default_factory, type):
            yield from parameters(field.default_factory, name + ".")
