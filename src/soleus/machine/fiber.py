"""Fiber: what crosses the membrane while blood and dialysate run along it in opposite directions.

small solutes, sieving 1
    D_b  = Q_e - phi(y) / E,   y = dl E,   dl = Q_d - (Q_e - Q_f),   D_d = D_b - Q_f
    E    = [L(dl / Q_bo) + KoA phi(Q_f / KoA) L(Q_f dl / (Q_bo Q_do)) / Q_do] / Q_bo
    phi(x) = x / (e^x - 1),  L(x) = ln(1 + x) / x,  Q_bo = Q_e - Q_f,  Q_do = Q_d + Q_f
middle molecules, sieving S, in a bath that brings none
    j    = Q_f + pi Q_int cos(pi x)                        filtration along the fiber, back again beyond its middle
    dn/dx = -a n / q_b + b (n - m) / q_d,  m = n(1)        a = b + S j,  b = KoA phi(S j / KoA)
    D_b  = Q_e - m = Q_e [1 - e^-P / (1 + I)],  P = int(a / q_b - b / q_d),  I = int(b / q_d e^-int_x^1)
without dialysate flow
    D_b  = Q_e [1 - (1 - Q_f / Q_e)^s],  s = a / (Q_f + b) sieving 1: Q_f

The first solves the balance of both streams along the fiber with a flux that mixes diffusion and convection
[Sternby2005]; without ultrafiltration it is [Michaels1966]. The second has one integral left, which Gauss' rule takes.
All functions are smooth at 0, so equal flows and no ultrafiltration are no special cases.

Assumes     ultrafiltration even along the fiber, apart from internal filtration, which is a half wave.
Leaves out  clotting fibers, channeling of dialysate, adsorption.
Holds for   0 <= Q_f < Q_e and Q_d > 0, or no dialysate flow at all; sieving of at most 25 min/L times KoA.
"""

from functools import cache
from typing import Any

import numpy as np

from ..smooth import of

NEAR, FAR = 1e-3, 200.0  # where the series is exact to rounding; where x / (e^x - 1) is nothing
NODES = 10  # of Gauss' rule: error 1e-9 for usual filters, 1e-4 at the corners of their ranges


def _phi(x: Any) -> Any:
    """x / (e^x - 1), with its series about 0."""
    xp = of(x)
    near = abs(x) < NEAR
    far = xp.minimum(xp.where(near, 1.0, x), FAR)
    return xp.where(near, 1 - x / 2 + x * x / 12, far / (xp.exp(far) - 1))  # [algebra]


def _L(x: Any) -> Any:
    """ln(1 + x) / x, with its series about 0."""
    xp = of(x)
    near = abs(x) < NEAR
    far = xp.where(near, 1.0, x)
    return xp.where(near, 1 - x / 2 + x * x / 3 - x**3 / 4 + x**4 / 5, xp.log(1 + far) / far)  # [algebra]


def counter_current(Q_e: Any, Q_d: Any, KoA: Any, Q_f: Any) -> Any:
    """Blood-side dialysance of a small solute in one pass, L/min [Sternby2005]."""
    dl = Q_d - (Q_e - Q_f)
    over_bo, over_do = 1 / (Q_e - Q_f), 1 / (Q_d + Q_f)  # a product is cheaper than a quotient
    x = dl * over_bo
    E = (_L(x) + KoA * _phi(Q_f / KoA) * over_do * _L(Q_f * over_do * x)) * over_bo
    return Q_e - _phi(dl * E) / E


@cache
def _gauss() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes and weights on 0 to 1, and the matrix that integrates a polynomial from 0 to each node."""
    x, w = np.polynomial.legendre.leggauss(NODES)
    x, power = (x + 1) / 2, np.arange(NODES)
    upto = x[:, None] ** (power + 1) / (power + 1) @ np.linalg.inv(x[:, None] ** power)
    return x, w / 2, upto


def middle_molecule(Q_e: Any, Q_d: Any, KoA: Any, S: Any, Q_f: Any, Q_int: Any) -> Any:
    """Blood-side dialysance of a sieved solute that the bath does not hold, in one pass, L/min."""
    xp = of(Q_e, Q_d, KoA, S, Q_f, Q_int)
    nodes, weights, upto = _gauss()
    lift = (-1, *(1 for _ in xp.shape(Q_e + Q_d)))
    x, w = (xp.reshape(v, lift) for v in (nodes, weights))
    half_wave = Q_int * xp.sin(xp.pi * x)
    j = Q_f + xp.pi * Q_int * xp.cos(xp.pi * x)
    b = KoA * _phi(S * j / KoA)
    into_bath = (b + S * j) / (Q_e - Q_f * x - half_wave)
    back = b / (Q_d + Q_f * (1 - x) - half_wave)
    p = into_bath - back
    P = xp.sum(w * p, axis=0)
    later = P - xp.tensordot(upto, p, axes=1)
    I = xp.sum(w * back * xp.exp(-later), axis=0)  # noqa: E741 - the integral of the header
    return Q_e * (1 - xp.exp(-P) / (1 + I))


def drained(Q_e: Any, KoA: Any, S: Any, Q_f: Any) -> Any:
    """The same where no dialysate flows and the filtrate runs off, L/min."""
    b, xp = KoA * _phi(S * Q_f / KoA), of(Q_e, KoA, S, Q_f)
    return -Q_e * xp.expm1((b + S * Q_f) / (Q_f + b) * xp.log1p(-Q_f / Q_e))
