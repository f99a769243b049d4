"""Levers of the dose: of the session, no faster than it needs; of the months before, enough to keep toxins low.

The two do not double: the first changes this session's flows, the second the sessions that people lived with before.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .. import measures
from ..body import body
from ..fit import Twin
from ..prescription import Prescription
from .chronic import Plan, circumstance
from .lever import Lever, World
from .should import SHOULD
from .tried import Tried, extreme

USUAL_PER_WEEK = 3.0


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
        "over months is a cause of its own.",
        ("Ashby2019", "SoleusChoice"),
    )  # fmt: skip


def weekly_dose(twin: Twin, found: Tried) -> Plan | Lever | None:
    """Sessions of months past as long and fast as the week's dose asks for."""
    if "flows" not in found.moved:
        return None
    first, dose = twin.prescription[0], float(found.was.ktv.mean())
    week = _standard(twin, dose, first.time)
    often = twin.case.schedule.per_week or USUAL_PER_WEEK
    was = f"standard Kt/V {week:.1f} a week"
    caveat = (
        "Kt/V went with cramps in no pooled study. Toxins act here on the nerve's pump, which the cramp's pathways "
        "leave out; what is left is urea, acid and minerals on arrival. Neuropathy takes years, not months, to change."
    )
    sources = ("Ashby2019", "GeneralKnowledge")
    least = f"at least {SHOULD.std_ktv:.1f}"
    if week >= SHOULD.std_ktv - SHOULD.std_told:
        return circumstance("weekly_dose", "Dose over months", was, least, caveat, sources)
    faster = float(found.moved["flows"].ktv.mean())
    quick = dose < SHOULD.ktv and faster > dose
    pace = faster if quick else dose
    longest = max(first.time, SHOULD.longest)
    times = np.arange(first.time, longest + 1, 15.0)
    reached = [_standard(twin, pace * time / first.time, time) for time in times]
    time = float(next((t for t, w in zip(times, reached, strict=True) if w >= SHOULD.std_ktv), times[-1]))
    orders = [_slower(extreme(p, True) if quick else p, time) for p in twin.prescription]
    said = f"{least}: {often:.2g} sessions of {time / 60:.2g} h, blood {1000 * orders[0].Q_b:.0f} mL/min"
    if max(reached) < SHOULD.std_ktv:
        said = f"{least}; {often:.2g} sessions of {time / 60:.2g} h give {max(reached):.1f}: more sessions"
    return Plan("weekly_dose", "Dose over months", was, said, {}, "D", caveat, sources, orders=orders)


def _slower(p: Prescription, time: float) -> Prescription:
    return replace(p, time=time)


def _standard(twin: Twin, dose: float, minutes: float) -> float:
    """Standard Kt/V of a week of sessions with this single-pool dose, and of what is left of the kidneys."""
    hours, often = minutes / 60, twin.case.schedule.per_week or USUAL_PER_WEEK
    volume = float(np.mean(body.rest(twin.patient).V))
    access = "catheter" if twin.prescription[0].access.cardiopulmonary == 0 else "fistula"
    uf = twin.prescription[0].uf
    machine = measures.std_ktv(measures.e_ktv(dose, hours, access), hours, often, uf, volume)
    left = 1000 * float(np.mean(twin.patient.kidney.gfr))
    return float(machine + measures.std_ktv_of_kidney(left, dose, volume))
