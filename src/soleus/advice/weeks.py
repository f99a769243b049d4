"""Weeks: the twin's people live for weeks with other treatments, and what a session is like then.

Plans and draws are one batch. Everybody sets out from where the twin is, gains what they drink and eat, and leaves each
session at the target weight as far as machine and body allow. What the same weeks do to the treatment as it is, is
taken off again, so that only the change counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from .. import cohort, measures, schedule, session, solve, symptoms
from ..body import body
from ..fit import Twin
from ..parameter import put
from ..prescription import Prescription
from . import besides
from .plan import Plan

WEEK = 7 * 24.0  # h
USUAL_OFTEN = 3.0  # sessions a week where the case does not say
WEEKS = 4.0  # lived with a plan before it is judged
CYCLES = 4  # sessions that are simulated of these; the rest follows (tests/advice/test_weeks.py)
LEFT = 0.3  # of what a state was, that is left at the least: what follows from a pace must not run empty
SLOWEST, TINY = 0.9, 1e-9  # of a state's change, what is left after a session; relative, below which it is none


class Outcome(NamedTuple):
    """What a session, and a week, is like; [plan, draw]."""

    cramp: np.ndarray  # cumulative hazard of a session
    hypotension: np.ndarray
    ktv: np.ndarray  # single-pool, of a session
    e_ktv: np.ndarray
    std_ktv: np.ndarray  # of the week, kidneys included
    ufr: np.ndarray  # mL/kg/h
    hours: np.ndarray  # a week, of treatment
    gain: np.ndarray  # kg between sessions
    uf: np.ndarray  # L a session
    weight: np.ndarray  # kg, after the session
    potassium: np.ndarray  # mmol/L at the end
    ionized_calcium: np.ndarray
    magnesium: np.ndarray
    TCO2: np.ndarray
    ph: np.ndarray
    sodium: np.ndarray
    sodium_change: np.ndarray  # mmol/L in a session
    hco3_before: np.ndarray  # mmol/L before the next
    potassium_before: np.ndarray
    systolic_before: np.ndarray  # mmHg
    lowest_systolic: np.ndarray
    Na: np.ndarray  # mmol taken off in a week, as all below; negative where the bath gave
    K: np.ndarray
    Ca: np.ndarray
    Mg: np.ndarray
    phosphate: np.ndarray


def often(twin: Twin) -> float:
    """Sessions a week now."""
    return twin.case.schedule.per_week or USUAL_OFTEN


def lived(twin: Twin, plans: Sequence[Plan], cycles: int = CYCLES) -> Outcome:
    """Every plan lived for WEEKS, and the session after them.

    Args:
        twin: people who could be the patient.
        plans: other treatments.
        cycles: how many sessions and gaps are lived; the rest of the weeks follows from how states come to rest.

    Raises:
        NotConverged: if somebody leaves the numbers.
    """
    return treated(twin, plans, _people(twin, plans)[0], arrivals(twin, plans, cycles))


def arrivals(twin: Twin, plans: Sequence[Plan], cycles: int = CYCLES) -> Any:
    """People at the door after these weeks; leaves [plan * draw]."""
    everybody = [Plan(), *plans]
    groups: dict[float, list[int]] = {}
    for i, plan in enumerate(everybody):
        groups.setdefault(plan.often or often(twin), []).append(i)
    came: dict[int, list[np.ndarray]] = {}
    for per_week, group in groups.items():
        came |= dict(zip(group, _lived(twin, [everybody[i] for i in group], cycles, per_week), strict=True))
    was = solve.stack(twin.start, len(twin.prescription))
    rows = [after(was, came[0], came[i], WEEKS * (p.often or often(twin))) for i, p in enumerate(everybody) if i]
    return solve.unstack(np.concatenate(rows, axis=1), session.BODY)


def twins(twin: Twin, plans: Sequence[Plan]) -> list[Twin]:
    """The twin in the session after these weeks of each plan, to be drawn or asked as any twin."""
    m, start = len(twin.prescription), arrivals(twin, plans)
    patient, _, draw = _people(twin, plans)
    orders, left = session_of(twin, plans, patient, start)
    drip = besides.drip(plans, None if twin.infusion is None else cohort.take(twin.infusion, draw), m)
    course = session.simulate(patient, start, orders, infusion=drip, switches=twin.switches)
    found = []
    for i in range(len(plans)):
        part = slice(i * m, (i + 1) * m)
        own = course._replace(states=course.states[..., part])
        came, who = cohort.take(start, part), cohort.take(patient, part)
        found.append(
            twin._replace(patient=who, start=came, prescription=orders[part], post_weight=left[part], course=own)
        )
    return found


def after(was: np.ndarray, same: Sequence[np.ndarray], other: Sequence[np.ndarray], sessions: float) -> np.ndarray:
    """People on arrival after so many sessions treated otherwise; [state, draw].

    Each state comes to rest like a geometric series, at the pace of the last three sessions that were lived; none runs
    empty on the way, as a hormone would that falls for months.

    Args:
        was: people as they came.
        same: after each session that was lived with nothing changed.
        other: the same with the change.
        sessions: how many in all.
    """
    moved = _moved(same, other, sessions)
    return np.where(was > 0, np.maximum(was + moved, LEFT * was), was + moved)


def _moved(same: Sequence[np.ndarray], other: Sequence[np.ndarray], sessions: float) -> np.ndarray:
    apart = [b - a for a, b in zip(same, other, strict=True)]
    last, step = apart[-1], apart[-1] - apart[-2]
    before, left = apart[-2] - apart[-3], sessions - len(apart)
    if left <= 0:
        return last
    small = np.abs(before) < TINY * (1 + np.abs(last))
    pace = np.clip(np.where(small, 0.0, step / np.where(small, 1.0, before)), 0.0, SLOWEST)
    more = step * pace * (1 - pace**left) / (1 - pace)
    return np.asarray(last + np.clip(more, -np.abs(last), np.abs(last)))


def gap(twin: Twin, per_week: float) -> float:
    """Hours between sessions of so many a week; the case's own where their number is not changed."""
    if per_week == often(twin):
        return twin.gap_h
    return max(twin.gap_h + WEEK / per_week - WEEK / often(twin), 8.0)


def _lived(twin: Twin, plans: Sequence[Plan], cycles: int, per_week: float) -> list[list[np.ndarray]]:
    """People at the door after every session: by plan, a list of [state, draw]."""
    m, (patient, start, draw) = len(twin.prescription), _people(twin, plans)
    orders = _orders(twin, plans)
    weight = twin.post_weight[draw] + np.repeat([p.target for p in plans], m)
    courses = []
    for _ in range(cycles):
        start = schedule.cycle(patient, start, orders, weight, gap(twin, per_week)).back
        courses.append(solve.stack(start, len(draw)))
    return [[rows[:, i * m : (i + 1) * m] for rows in courses] for i in range(len(plans))]


def _people(twin: Twin, plans: Sequence[Plan]) -> tuple[body.Patient, Any, np.ndarray]:
    """Everybody of every plan, eating as it says."""
    m = len(twin.prescription)
    draw = np.tile(np.arange(m), len(plans))
    patient = cohort.take(twin.patient, draw)
    less = np.repeat([p.salt for p in plans], m)
    patient = besides.people(twin, plans, put(patient, {"gut.salt": patient.gut.salt * less}))
    return patient, cohort.take(twin.start, draw), draw


def _orders(twin: Twin, plans: Sequence[Plan]) -> list[Prescription]:
    return [plan.ordered(p) for plan in plans for p in twin.prescription]


def treated(twin: Twin, plans: Sequence[Plan], patient: body.Patient, start: Any, eased: Any = 0.0) -> Outcome:
    """The session to come under every plan.

    Args:
        twin: people who could be the patient.
        plans: treatments.
        patient, start: people at the door, leaves [plan * draw].
        eased: log rate of cramps by medicines no longer taken, at most 0.
    """
    m = len(twin.prescription)
    draw = np.tile(np.arange(m), len(plans))
    orders, left = session_of(twin, plans, patient, start)
    drip = besides.drip(plans, None if twin.infusion is None else cohort.take(twin.infusion, draw), m)
    course = session.simulate(patient, start, orders, infusion=drip, switches=twin.switches)
    return _outcome(twin, plans, patient, orders, course, left, eased)


def session_of(
    twin: Twin, plans: Sequence[Plan], patient: body.Patient, start: Any
) -> tuple[list[Prescription], np.ndarray]:
    """What is ordered for these people, and what they should weigh afterwards, kg."""
    m = len(twin.prescription)
    draw = np.tile(np.arange(m), len(plans))
    left = twin.post_weight[draw] + np.repeat([p.target for p in plans], m)
    came = np.asarray(body.look(start, patient, body.rest(patient)).weight)
    was = np.asarray(body.look(twin.start, twin.patient, body.rest(twin.patient)).weight)
    uf = np.array([p.uf for p in twin.prescription])[draw] + (came - was[draw]) - (left - twin.post_weight[draw])
    orders = _orders(twin, plans)
    most = schedule.liftable(start, [p.time for p in orders])
    return [replace(p, uf=float(x)) for p, x in zip(orders, np.clip(uf, 0.0, most), strict=True)], left


def _outcome(
    twin: Twin,
    plans: Sequence[Plan],
    patient: body.Patient,
    orders: list[Prescription],
    course: session.Course,
    left: np.ndarray,
    eased: Any,
) -> Outcome:
    m, n = len(twin.prescription), len(plans)
    draw, minutes = np.tile(np.arange(m), n), course.minutes
    moments = course.moments(patient)
    seen, until, uf = moments.seen, np.array([p.time for p in orders]), np.array([p.uf for p in orders])
    cramp, fall = _risks(twin, moments, minutes, patient, until, uf, eased)
    last = np.clip(np.searchsorted(minutes, until + 1e-6) - 1, 0, len(minutes) - 1)

    def end(x: Any) -> np.ndarray:
        return np.broadcast_to(np.asarray(x), (len(minutes), n * m))[last, np.arange(n * m)]

    def begin(x: Any) -> np.ndarray:
        return np.broadcast_to(np.asarray(x), (len(minutes), n * m))[0]

    per_week = np.repeat([p.often or often(twin) for p in plans], m)
    dose = _dose(twin, patient, (begin(seen.urea_e), end(seen.urea_e)), until, uf, left, per_week)
    lowest = np.where(minutes[:, None] <= until, np.asarray(seen.circulation.SBP), np.inf).min(axis=0)
    tally = {name: per_week * end(getattr(moments.tally, name)) for name in ("K", "Ca", "Mg", "phosphate")}
    found = Outcome(
        cramp=cramp,
        hypotension=fall,
        **dose,
        ufr=measures.uf_rate_ml_kg_h(uf, until / 60, twin.post_weight[draw]),
        hours=per_week * until / 60,
        gain=begin(seen.weight) - left,
        uf=uf,
        weight=left,
        potassium=end(seen.potassium.K_p),
        ionized_calcium=end(seen.calcium.iCa),
        magnesium=end(seen.magnesium.tMg),
        TCO2=end(seen.acid_base.TCO2),
        ph=end(seen.acid_base.pH),
        sodium=end(seen.sodium.Na_p),
        sodium_change=end(seen.sodium.Na_p) - begin(seen.sodium.Na_p),
        hco3_before=begin(seen.acid_base.hco3),
        potassium_before=begin(seen.potassium.K_p),
        systolic_before=begin(seen.circulation.SBP),
        lowest_systolic=lowest,
        Na=per_week * _sodium(moments.tally, end),
        **tally,
    )
    return Outcome(*(np.broadcast_to(x, n * m).reshape(n, m) for x in found))


def _risks(
    twin: Twin, moments: Any, minutes: np.ndarray, patient: body.Patient, until: np.ndarray, uf: np.ndarray, eased: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Cumulative hazards of cramp and of hypotension over the session."""
    draw = np.tile(np.arange(len(twin.prescription)), len(until) // len(twin.prescription))
    signs = symptoms.signs(moments)
    z = symptoms.pathways(signs, body.rest(patient), twin.about.drugs + eased)
    ufr = measures.uf_rate_ml_kg_h(uf, until / 60, twin.post_weight[draw])
    cramp = symptoms.cramp(z, minutes, cohort.take(twin.cramp, draw), until)
    fall = symptoms.hypotension(signs, minutes, ufr, cohort.take(twin.hypotension, draw), until)
    return cramp.cumulative[-1], fall.cumulative[-1]


def _dose(
    twin: Twin,
    patient: body.Patient,
    urea: tuple[Any, Any],
    until: np.ndarray,
    uf: np.ndarray,
    left: np.ndarray,
    per_week: Any,
) -> dict[str, np.ndarray]:
    """Kt/V of the session and of the week, from urea before and after."""
    ktv = measures.sp_ktv(urea[0], urea[1], until / 60, uf, left)
    access = "catheter" if twin.prescription[0].access.cardiopulmonary == 0 else "fistula"
    e_ktv = measures.e_ktv(ktv, until / 60, access)
    volume = np.broadcast_to(body.rest(patient).V, len(until))
    kidney = measures.std_ktv_of_kidney(1000 * np.broadcast_to(patient.kidney.gfr, len(until)), ktv, volume)
    week = measures.std_ktv(e_ktv, until / 60, per_week, uf, volume) + kidney
    return {"ktv": ktv, "e_ktv": e_ktv, "std_ktv": week}


def _sodium(tally: Any, end: Any) -> np.ndarray:
    return np.asarray(end(tally.Na_convective) + end(tally.Na_diffusive))
