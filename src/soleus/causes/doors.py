"""Doors: people on arrival, as they came and as they would have come with another gain or another target weight.

A changed gain or target moves pressure, protein and every concentration, so people live a week with it first. They set
out from where the twin is; what the same week does to the twin itself is taken off again, so that only the change
counts.
"""

from typing import NamedTuple

import jax
import numpy as np

from .. import cohort, schedule
from ..body import body
from ..fit import Twin
from ..levers import World
from ..parameter import put

CYCLES = 3  # of session and gap
LEAST_SALT = 0.1  # of what the person eats; nobody eats less


class Doors(NamedTuple):
    """People at minute 0."""

    kinds: dict[tuple[int, float, float], int]  # (draw, gain, target) and where among the people they are
    patient: body.Patient
    start: body.State


def arrivals(twin: Twin, worlds: list[World], draw: np.ndarray) -> Doors:
    """Everybody who is asked for, at minute 0."""
    m = len(twin.prescription)
    kinds = {(k, 0.0, 0.0): k for k in range(m)}
    others = sorted({(int(k), w.gain, w.target) for k, w in zip(draw, worlds, strict=True)} - set(kinds))
    if not others:
        return Doors(kinds, twin.patient, twin.start)
    lived = [*kinds, *others]
    who = np.array([k for k, _, _ in lived])
    gain, target = np.array([kind[1:] for kind in lived]).T
    end = _week(twin, who, gain, target)
    start = jax.tree.map(lambda came, now: came[who] + now - now[who], twin.start, end)
    kinds |= {kind: m + i for i, kind in enumerate(others)}
    return Doors(kinds, cohort.take(twin.patient, who), start)


def _week(twin: Twin, who: np.ndarray, gain: np.ndarray, target: np.ndarray) -> body.State:
    """People on arrival after some cycles with so much more gain and target weight, kg."""
    patient, orders = cohort.take(twin.patient, who), [twin.prescription[k] for k in who]
    now = cohort.take(twin.start, who)
    wanted = np.asarray(body.look(now, patient, body.rest(patient)).weight) + gain + target
    least = LEAST_SALT * patient.gut.salt
    now = schedule.weighing(patient, now, wanted)
    for _ in range(CYCLES):
        now = schedule.cycle(patient, now, orders, twin.post_weight[who] + target, twin.gap_h).back
        seen = body.look(now, patient, body.rest(patient))
        salt = patient.gut.salt + (wanted - seen.weight) * seen.sodium.c_w / (60 * twin.gap_h)
        patient = put(patient, {"gut.salt": np.maximum(salt, least)})
        now = schedule.weighing(patient, now, wanted)
    return now
