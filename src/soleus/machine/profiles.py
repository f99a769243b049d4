"""Profiles: how ultrafiltration, bath sodium or bath temperature run from the start of a treatment to its end.

A profile is a broken line over the elapsed share of the treatment; two knots at one share make a jump. For
ultrafiltration only its shape counts (the volume is prescribed); for sodium and temperature it holds the values.

Assumes     the machine follows its program at once.
Leaves out  programs that answer to pressure or blood volume.
Holds for   any treatment length; an exponential is drawn with eight straight pieces.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, isfinite
from typing import Any

import numpy as np

from ..errors import OutOfRange

PIECES = 8  # straight lines in an exponential; more would only add switches to the step grid
STEEPNESS = 3.0  # the exponential has come 1 - e^-3 of the way to where it levels off


def is_number(value: Any) -> bool:
    """Whether this is a finite number, and not a text or a yes or no."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


@dataclass(frozen=True)
class Profile:
    """Knots (elapsed share 0 to 1, value), in order.

    Raises:
        OutOfRange: when the knots do not run from 0 to 1 in order, or a value is not a finite number.
    """

    knots: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        shares = [share for share, _ in self.knots]
        if len(shares) < 2 or shares[0] != 0 or shares[-1] != 1 or shares != sorted(shares):
            raise OutOfRange(
                f"profile knots are at {shares} of the treatment; they must rise from 0 to 1, for a profile covers the"
                " whole treatment. Use constant, linear, steps or exponential, or give the share, not the minute."
            )
        for share, value in self.knots:
            if not is_number(value):
                raise OutOfRange(f"profile value at share {share:g} is {value!r}; it must be a finite number.")

    @property
    def values(self) -> tuple[float, ...]:
        """The values at the knots; the profile never leaves their range."""
        return tuple(value for _, value in self.knots)


def constant(value: float = 1.0) -> Profile:
    """The same from start to end."""
    return Profile(((0.0, value), (1.0, value)))


def linear(start: float, end: float) -> Profile:
    """A straight line."""
    return Profile(((0.0, start), (1.0, end)))


def steps(values: Sequence[float]) -> Profile:
    """One value after another, each for the same share of the treatment.

    Raises:
        OutOfRange: when there is no value.
    """
    if not values:
        raise OutOfRange("steps has 0 values; a step profile needs at least one. Use constant(1.0) for no change.")
    n = len(values)
    return Profile(tuple((edge / n, value) for i, value in enumerate(values) for edge in (i, i + 1)))


def exponential(start: float, end: float, steepness: float = STEEPNESS) -> Profile:
    """Fast at first, then levelling off; `steepness` is the number of time constants in the treatment.

    Raises:
        OutOfRange: when the steepness is not above zero.
    """
    if not steepness > 0:
        raise OutOfRange(f"steepness is {steepness!r} time constants; it must be above 0. For an even fall use linear.")
    left = [(exp(-steepness * k / PIECES) - exp(-steepness)) / (1 - exp(-steepness)) for k in range(PIECES + 1)]
    return Profile(tuple((k / PIECES, end + (start - end) * share) for k, share in enumerate(left)))


def mean(profile: Profile) -> float:
    """Average over the treatment."""
    return sum(0.5 * (v + w) * (b - a) for (a, v), (b, w) in zip(profile.knots, profile.knots[1:], strict=False))


def between(profile: Profile, first: Any, last: Any) -> tuple[Any, Any]:
    """Values at both ends of stretches that cross no knot, each taken from inside the stretch.

    `first` and `last` are elapsed shares, arrays of one shape; beyond 1 the last value holds.
    """
    shares, values = np.array(profile.knots).T
    first, last = np.clip(first, 0.0, 1.0), np.clip(last, 0.0, 1.0)
    piece = np.clip(np.searchsorted(shares, 0.5 * (first + last), side="right") - 1, 0, len(shares) - 2)
    width = np.diff(shares)
    slope = np.divide(np.diff(values), width, out=np.zeros_like(width), where=width > 0)
    at = values[piece] - slope[piece] * shares[piece]
    return at + slope[piece] * first, at + slope[piece] * last
