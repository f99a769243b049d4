"""Lived: what other months change in people on arrival, alone and several at once.

Each lever that takes months was lived alone, as a first guess. Its effects are logarithms of the slow states, and add
up. How far each guess is stretched depends on the others that are right too, so that together they bring every reading
where it should be and not beyond:

    sum over i of s_i g_ij = ln(wanted_j / came_j),   0 <= s_j <= most_j        g_ij  what guess i does to reading j

solved by sweeps, each lever in its turn; what is past its aim without a lever leaves that lever nothing to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

SWEEPS = 6
LEAST = 1e-3  # of a logarithm; a guess that moves its own reading less is taken as it stands


class Lived(NamedTuple):
    """Months that went otherwise, as a first guess."""

    delta: np.ndarray  # of the logarithms of the slow states `months.FEW`, [state, draw]
    steps: dict[str, np.ndarray]  # parameters of the patient, what is added to them, [draw]
    gains: dict[str, np.ndarray]  # of the logarithm of each lever's reading, by lever, [draw]
    asked: np.ndarray | None = None  # of the logarithm of the own reading, [draw]; None: as guessed
    most: float = 1.0  # how far it may be stretched


def stretches(lived: Mapping[str, Lived], right: Mapping[str, np.ndarray], draw: np.ndarray) -> dict[str, np.ndarray]:
    """How far each is stretched in every run, [run], where the levers that are right there are `right` [run]."""
    s = {name: np.where(right[name], 1.0 if life.asked is None else 0.0, 0.0) for name, life in lived.items()}
    for _ in range(SWEEPS):
        for name, life in lived.items():
            if life.asked is None:
                continue
            own = life.gains[name][draw]
            others = sum((s[o] * lived[o].gains[name][draw] for o in lived if o != name), np.zeros(len(draw)))
            left = life.asked[draw] - others
            fit = np.where(np.abs(own) < LEAST, 1.0, left / np.where(np.abs(own) < LEAST, np.inf, own))
            s[name] = np.where(right[name], np.clip(fit, 0.0, life.most), 0.0)
    return s
