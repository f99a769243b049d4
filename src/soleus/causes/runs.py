"""Runs: the same session with some levers as they were and the others as they should have been, and its hazards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from .. import cohort, measures, session, symptoms
from ..body import body
from ..fit import Twin
from ..levers import Lever, World
from .doors import Doors, people


class Runs(NamedTuple):
    """Coalitions of levers, each with a draw of the twin: [time, run]."""

    minutes: np.ndarray
    z: dict[str, np.ndarray]
    signs: symptoms.Signs
    until: np.ndarray  # min, [run]
    ufr: np.ndarray  # mL/kg/h, [run]
    draw: np.ndarray  # which draw of the twin, [run]


Worlds = dict[tuple[int, int], World]  # by coalition and draw; filled as they are asked for


def world(twin: Twin, levers: tuple[Lever, ...], coalition: int, k: int, known: Worlds) -> World:
    """The session of draw k with a coalition of levers as it was and the others as they should have been."""
    if (coalition, k) not in known:
        i = next((i for i in range(len(levers)) if not coalition >> i & 1), None)
        if i is None:
            made = World(prescription=twin.prescription[k], gain=0.0, target=0.0)
        else:
            made = levers[i].correct(world(twin, levers, coalition | 1 << i, k, known), k)
        known[coalition, k] = made
    return known[coalition, k]


def run(twin: Twin, worlds: list[World], draw: np.ndarray, doors: Doors) -> Runs:
    """All sessions as one batch."""
    patient, start = people(doors, worlds, draw)
    treated = [w.prescription for w in worlds]
    drip = None if twin.infusion is None else cohort.take(twin.infusion, draw)
    course = session.simulate(patient, start, treated, infusion=drip, switches=twin.switches)
    seen = symptoms.signs(course.moments(patient))
    until = np.array([p.time for p in treated])
    uf = np.array([p.uf for p in treated])
    return Runs(
        minutes=course.minutes,
        z=symptoms.pathways(seen, body.rest(patient), twin.about.drugs + np.array([w.eased for w in worlds])),
        signs=seen,
        until=until,
        ufr=measures.uf_rate_ml_kg_h(uf, until / 60, twin.post_weight[draw]),
        draw=draw,
    )


def part(runs: Runs, at: Any) -> Runs:
    """Some of the runs."""
    return Runs(
        minutes=runs.minutes,
        z={name: z[:, at] for name, z in runs.z.items()},
        signs=cohort.take(runs.signs, at),
        until=runs.until[at],
        ufr=runs.ufr[at],
        draw=runs.draw[at],
    )


def risk(twin: Twin, runs: Runs, about: str, *, u: float | None = None, frozen: str | None = None) -> symptoms.Risk:
    """The hazard of every run; `u` replaces the susceptibility, `frozen` holds a pathway at its start."""
    if about == "hypotension":
        weights = cohort.take(twin.hypotension, runs.draw)
        return symptoms.hypotension(runs.signs, runs.minutes, runs.ufr, weights, runs.until)
    cramp = twin.cramp if u is None else replace(twin.cramp, u=np.full_like(twin.cramp.u, u))
    z = runs.z
    if frozen is not None:
        z = z | {frozen: np.broadcast_to(z[frozen][:1], z[frozen].shape)}
    return symptoms.cramp(z, runs.minutes, cohort.take(cramp, runs.draw), runs.until)
