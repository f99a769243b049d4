"""Slopes: how each change moves the risk, and everything that has a limit, in every draw of the twin.

Differences to either side, all in one batch of weeks that are lived (`weeks`). What several changes do together is
taken as the sum, of the logarithm of a hazard or of the value itself; that is only to find plans, which are then lived
themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ..fit import Twin
from . import weeks
from .controls import Control
from .plan import Plan
from .weeks import Outcome

LOGS = np.array([name in ("cramp", "hypotension") for name in Outcome._fields])
LEAST = 1e-6  # a hazard below which it is nothing


class Slopes(NamedTuple):
    """The treatment as it is, and by control what moving it by one unit of its own does, up and down."""

    now: Outcome  # [1, draw]
    places: dict[tuple[str, bool], int]  # (control, upwards) to the row below
    rows: np.ndarray  # [side, number, draw]


def _numbers(o: Outcome) -> np.ndarray:
    """[plan, number, draw], hazards as logarithms."""
    x = np.stack(o, axis=1)
    x[:, LOGS] = np.log(np.maximum(x[:, LOGS], LEAST))
    return x


def slopes(twin: Twin, controls: Sequence[Control]) -> Slopes:
    """Every control moved as far as it may be, on either side."""
    probes = [(c, v) for c in controls for v in c.probes()]
    found = weeks.lived(twin, [Plan(), *(c.set(Plan(), v) for c, v in probes)])
    x = _numbers(found)
    far = np.array([abs(v - c.was) for c, v in probes])
    places = {(c.id, v > c.was): i for i, (c, v) in enumerate(probes)}
    return Slopes(Outcome(*(each[:1] for each in found)), places, (x[1:] - x[:1]) / far[:, None, None])


def foretold(slopes: Slopes, moved: Sequence[Mapping[str, float]]) -> Outcome:
    """About what plans would do: each `moved` by control, in its own unit; [plan, draw]."""
    far = np.zeros((len(moved), len(slopes.rows)))
    for i, plan in enumerate(moved):
        for id, by in plan.items():
            far[i, slopes.places[id, by > 0]] = abs(by)
    x = _numbers(slopes.now) + np.einsum("ps,snd->pnd", far, slopes.rows)
    x[:, LOGS] = np.exp(x[:, LOGS])
    return Outcome(*np.moveaxis(x, 1, 0))
