"""Doors: people on arrival, as they came and as they would have come with another gain, target weight or other months.

A changed gain or target moves pressure, protein and every concentration, so people live a week with it first. They set
out from where the twin is; what the same week does to the twin itself is taken off again, so that only the change
counts. Levers that take months bring their own change of the slow states (`levers.chronic`), and these add up. Water
and salt stay as they came: a unit weighs people anew when their cells have come to hold less potassium.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import jax
import numpy as np

from .. import cohort, months, schedule, solve
from ..body import body
from ..fit import Twin
from ..levers import Lever, Lived, World, stretches, weighing
from ..parameter import get, put
from ..session import BODY

CYCLES = 3  # of session and gap
LEAST_SALT = 0.1  # of what the person eats; nobody eats less

Kind = tuple[int, float, float]  # draw, gain, target weight


class Doors(NamedTuple):
    """People who could stand at the door, and what other months would have changed in them."""

    kinds: dict[Kind, int]  # where among the people they are
    patient: body.Patient
    start: body.State
    lived: dict[str, Lived]  # by lever


def ahead(twin: Twin) -> Doors:
    """Those whom the levers of weight will ask for: their week can be lived while other levers are still looked at."""
    moving = [lever for lever in weighing(twin) if lever.differs]
    as_it_was = [World(p, 0.0, 0.0) for p in twin.prescription]
    worlds = [w for n in range(len(moving) + 1) for some in combinations(moving, n) for w in _right(as_it_was, some)]
    return arrivals(twin, (), worlds, np.arange(len(worlds)) % len(as_it_was))


def _right(worlds: list[World], levers: tuple[Lever, ...]) -> list[World]:
    for lever in levers:
        worlds = [lever.correct(world, k) for k, world in enumerate(worlds)]
    return worlds


def arrivals(
    twin: Twin, levers: tuple[Lever, ...], worlds: list[World], draw: np.ndarray, known: Doors | None = None
) -> Doors:
    """Everybody of another gain or target weight who is asked for; first those who came as they did."""
    m = len(twin.prescription)
    kinds = {(k, 0.0, 0.0): k for k in range(m)}
    lived = {lever.id: lever.lived for lever in levers if lever.lived is not None}
    asked = {(int(k), w.gain, w.target) for k, w in zip(draw, worlds, strict=True)}
    if known is not None and asked <= set(known.kinds):
        return known._replace(lived=lived)
    others = sorted(asked - set(kinds))
    if not others:
        return Doors(kinds, twin.patient, twin.start, lived)
    everybody = [*kinds, *others]
    who = np.array([k for k, _, _ in everybody])
    gain, target = np.array([each[1:] for each in everybody]).T
    end = _week(twin, who, gain, target)
    start = jax.tree.map(lambda came, now: came[who] + now - now[who], twin.start, end)
    kinds |= {each: m + i for i, each in enumerate(others)}
    return Doors(kinds, cohort.take(twin.patient, who), start, lived)


def people(doors: Doors, worlds: list[World], draw: np.ndarray) -> tuple[body.Patient, body.State]:
    """Who comes to these sessions at minute 0, [run]."""
    row = np.array([doors.kinds[int(k), w.gain, w.target] for k, w in zip(draw, worlds, strict=True)])
    patient, start = cohort.take(doors.patient, row), cohort.take(doors.start, row)
    otherwise = {name: np.array([name in w.lives for w in worlds]) for name in doors.lived}
    if not any(each.any() for each in otherwise.values()):
        return patient, start
    rows = solve.stack(start, len(worlds))
    changes: dict[str, np.ndarray] = {}
    for name, far in stretches(doors.lived, otherwise, draw).items():
        life = doors.lived[name]
        rows[months.FEW] *= np.exp(far * life.delta[:, draw])
        for parameter, step in life.steps.items():
            was = changes.get(parameter, np.broadcast_to(get(patient, parameter), len(worlds)))
            changes[parameter] = np.maximum(was + far * step[draw], 0.0)
    came = solve.unstack(rows, BODY)
    held = came.potassium.n_i / start.potassium.n_i
    changes["potassium.n_i"] = patient.potassium.n_i * held
    changes["potassium.K_p"] = patient.potassium.K_p * held**patient.potassium.s
    return put(patient, changes), came


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
