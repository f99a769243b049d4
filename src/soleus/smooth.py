"""Elementary functions for equations: smooth, so that every sensitivity exists, and the same for NumPy and JAX.

On plain numbers and NumPy arrays they stay NumPy, so a reader, a test or SciPy can call the equations without JAX's
machinery; on anything else they are JAX's.
"""

from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np


def of(*values: Any) -> ModuleType:
    """The library that these values belong to."""
    return np if all(isinstance(x, np.ndarray | np.generic | float | int) for x in values) else jnp


def exp(x: Any) -> Any:
    """e to the x."""
    return of(x).exp(x)


def log(x: Any) -> Any:
    """Natural logarithm."""
    return np.log(x) if of(x) is np else _log(x)


# Coefficients of ln[(1 + s) / (1 - s)] / s - 2 in s^2 over |s| < 0.172 [FdLibm]; bits below are those of a double.
SERIES = (
    0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
    0.15313837699209373, 0.14798198605116586,
)  # fmt: skip
ROOT_HALF, MANTISSA = 0x3FE6A09E667F3BCD, 52


@jax.custom_jvp
def _log(x: Any) -> Any:
    """The same to the last digit but one; XLA's own leaves the vector units and takes five times as long."""
    bits = jax.lax.bitcast_convert_type(jnp.asarray(x, float), jnp.int64)
    k = (bits - ROOT_HALF) >> MANTISSA  # x = 2^k m with m around 1
    m = jax.lax.bitcast_convert_type(bits - (k << MANTISSA), float)
    s = (m - 1) / (m + 1)
    z, series = s * s, jnp.zeros_like(s)
    for c in reversed(SERIES):
        series = c + z * series
    return jnp.where(x > 0, k * LN_2 + s * (2 + z * series), jnp.nan)


@_log.defjvp
def _log_slope(at: tuple[Any], along: tuple[Any]) -> tuple[Any, Any]:
    (x,), (dx,) = at, along
    return _log(x), dx / x


def power(x: Any, n: Any) -> Any:
    """x to the n, x above 0."""
    return exp(n * log(x))


def sqrt(x: Any) -> Any:
    """Square root."""
    return of(x).sqrt(x)


def maximum(x: Any, y: Any) -> Any:
    """The larger of the two."""
    return of(x, y).maximum(x, y)


LN_2 = 0.6931471805599453
CORNER = 1.9218120556728056  # (2 ln 2)^2: gives the ramp soft-plus's value at zero


def ramp(x: Any) -> Any:
    """0 far below zero, x far above; ln 2 at zero. One square root: cheaper than soft-plus, with a longer tail."""
    return 0.5 * (x + sqrt(x * x + CORNER))


def unramp(y: Any) -> Any:
    """The x whose ramp is y (y > 0)."""
    return y - 0.25 * CORNER / y


def softplus(x: Any) -> Any:
    """ln(1 + e^x), where the tail below zero must die out."""
    return maximum(x, 0.0) + log(1.0 + exp(-abs(x)))


def sigmoid(x: Any) -> Any:
    """A smooth step from 0 to 1."""
    return 1.0 / (1.0 + exp(-x))


def soft_ceiling(x: Any, top: Any, width: Any) -> Any:
    """x well below `top`, `top` above it; the corner is `width` wide."""
    return top - width * softplus((top - x) / width)
