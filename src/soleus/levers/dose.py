"""Lever of the dose: enough clearance for the time given, and no faster than it needs."""

from dataclasses import replace

import numpy as np

from ..fit import Twin
from .lever import Lever, World
from .should import SHOULD
from .tried import Tried, extreme


def dose(twin: Twin, found: Tried) -> Lever | None:
    """Flows that reach the least Kt/V, as far as pumps and access allow; slower ones only beyond any usual dose."""
    if "flows" not in found.moved:
        return None
    p, was, most = twin.prescription[0], found.was.ktv, found.moved["flows"].ktv
    goal = float(np.clip(was.mean(), SHOULD.ktv, SHOULD.ktv_most))
    moved = extreme(p, faster=float(was.mean()) < SHOULD.ktv)
    gained = most - was
    share = np.clip((goal - was) / np.where(np.abs(gained) < 1e-6, np.inf, gained), 0.0, 1.0)
    Q_b, Q_d = p.Q_b + share * (moved.Q_b - p.Q_b), p.Q_d + share * (moved.Q_d - p.Q_d)
    reached = float((was + share * gained).mean())

    def correct(world: World, k: int) -> World:
        flows = replace(world.prescription, Q_b=float(Q_b[k]), Q_d=float(Q_d[k]))
        return world._replace(prescription=flows)

    pace, wanted = f"in {p.time / 60:.2g} h", abs(float(was.mean()) - goal) > SHOULD.ktv_told
    return Lever(
        "dose", "Dose of dialysis", f"Kt/V {was.mean():.2f} {pace}, blood {1000 * p.Q_b:.0f} mL/min",
        f"Kt/V {reached:.2f} {pace}, blood {1000 * Q_b.mean():.0f} mL/min" if wanted else f"Kt/V {goal:.2g}",
        wanted and abs(reached - float(was.mean())) > 0.5 * SHOULD.ktv_told, correct, "D",
        "That a fast fall of urea cramps muscle is an inference; no study has measured it. What too small a dose does "
        "over months is not in a single session.",
        ("Ashby2019", "SoleusChoice"),
    )  # fmt: skip
