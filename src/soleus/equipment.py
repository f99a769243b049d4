"""Equipment: the baths, times and machines that a dialysis unit has; nothing else is ever advised there."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from .errors import BadRecord


def _values(low: float, high: float, unit: str) -> Any:
    return Annotated[
        tuple[Annotated[float, Field(ge=low, le=high)], ...],
        Field(min_length=1, max_length=40, description=f"what there is, {low:g} to {high:g} {unit}"),
    ]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*")
    @classmethod
    def _in_order(cls, value: Any) -> Any:
        return tuple(sorted(set(value))) if isinstance(value, tuple) else value


class Baths(_Part):
    """Concentrates and settings."""

    sodium: _values(125, 160, "mmol/L")  # type: ignore[valid-type]
    potassium: _values(0.5, 5, "mmol/L")  # type: ignore[valid-type]
    calcium: _values(0.5, 2.5, "mmol/L")  # type: ignore[valid-type]
    magnesium: _values(0.2, 1.5, "mmol/L")  # type: ignore[valid-type]
    bicarbonate: _values(20, 45, "mmol/L")  # type: ignore[valid-type]
    temperature: _values(34, 39, "degC")  # type: ignore[valid-type]
    citrate_free: bool


class Times(_Part):
    """How long and how often."""

    longest_hours: float = Field(ge=2, le=10)
    step_minutes: float = Field(ge=5, le=60)
    sessions_most: float = Field(ge=1, le=7)


class Machines(_Part):
    """Flows and modes."""

    blood_flow_ml_min: _values(100, 600, "mL/min")  # type: ignore[valid-type]
    dialysate_flow_ml_min: _values(200, 1000, "mL/min")  # type: ignore[valid-type]
    hdf: bool
    substitution_ml_min: float = Field(ge=20, le=200)
    profiles: bool


class Unit(_Part):
    """A dialysis unit."""

    name: str = Field(min_length=1, max_length=200)
    baths: Baths
    times: Times
    machines: Machines


def usual() -> Unit:
    """What stands in where no unit is named."""
    return Unit.model_validate(tomllib.loads(files("soleus").joinpath("equipment.toml").read_text("utf-8")))


def load(path: Path) -> Unit:
    """A unit's settings file; what it leaves out is as in a usual unit.

    Raises:
        BadRecord: for a line that no unit can mean, with the rule and the remedy.
    """
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadRecord(
            f"{path.name} is no TOML: {error}. Copy unit.toml of the documentation and correct it."
        ) from None
    return read(told, path.name)


def read(told: dict[str, Any], name: str = "the equipment") -> Unit:
    """A unit from plain values, as of a file or a form; what they leave out is as in a usual unit.

    Raises:
        BadRecord: for what no unit can mean, with the rule and the remedy.
    """
    known = usual().model_dump()
    merged = known | told
    for part in ("baths", "times", "machines"):
        if isinstance(merged[part], dict):
            merged[part] = known[part] | merged[part]
    try:
        return Unit.model_validate(merged)
    except (ValidationError, TypeError) as error:
        said = "; ".join(_problem(e) for e in error.errors()) if isinstance(error, ValidationError) else str(error)
        raise BadRecord(f"{name}: {said}. See docs/use/advise.md for every line.") from None


def _problem(error: Any) -> str:
    where = ".".join(str(x) for x in error["loc"])
    return f"{where} is {error['input']!r}: {error['msg'].lower()}"
