"""Clinic: a month of simulated people, drawn from the very prior that the twin is drawn from.

Everybody has a chart; who they are is one draw of the people that `fit` holds possible for it (`fit.crowd`). So if
every step of the fit were exact, truths would be spread evenly over what it answers. They are treated twelve times:

    gaps       44 and 68 h; salt eaten differs from gap to gap
    weights    what is taken off is meant to end at the target by the scale, and misses it a little
    the day    every session has its own pressure, as a set point of the body (`readings.day_of`)
    delivered  a bath whose sodium is off by the center's own amount

Then a clinic writes it down (`files`). Every error is drawn from `instruments`, which is also what `fit` weighs
readings by. What the fit does not know: sessions are chained, so the blood before one follows from all before;
numbers are rounded, clocks are off; and what is planted: bodies not of the fit (`weak_veins`, `emptying`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from .. import cohort, fit, schedule, symptoms
from ..body import body
from ..body.body import Patient
from ..case import read
from ..fit import readings, traits
from ..fit.readings import DIASTOLIC, DIASTOLIC_ARM, Observed
from ..instruments import INSTRUMENTS
from ..parameter import put
from ..person import DOUBT
from ..planted.file import LABS, ordered
from ..planted.people import life
from ..prescription import Prescription
from ..session import Course, simulate

FIRST = date(2026, 3, 4)  # a Wednesday, as FROM_MIDWEEK begins
GAPS = 4 * schedule.FROM_MIDWEEK  # h, after each of twelve sessions: a month
HOURS = 4.0  # of every session, as of most
SALT = 0.15  # SD of the log of what is eaten in one gap over the usual [GeneralKnowledge]
MISSED = 0.2  # kg, SD by which a session ends off its target [GeneralKnowledge]
SETTLING = 4  # weeks before, until blood and protein no longer drift
FASTEST = 13.0  # mL/kg/h, above which clinics do not go [Kramer2016]
EVERY = 30.0  # min between readings
LOST = 0.10  # of single readings, that nobody wrote down [GeneralKnowledge]
EMPTY = 0.08  # of sessions without any reading of pressure, and as many without blood volume [GeneralKnowledge]
CLOCK = 3.0  # min by which the clock of a session is off, SD [GeneralKnowledge]
EVEN = 2.0  # mmHg, to which pressures are rounded
SAMPLED = (0, 6)  # sessions with sodium before: two samples a month
WEAKER = 0.5  # of what one's veins give back by reflex: 2.5 SD of the population is 0.63
EMPTYING = 4.0  # power of tissue volume, over that on arrival, with which filtration back to blood falls
PARTS = 8  # of a session, in each of which the filtration coefficient stands still
Change = Callable[[Patient], Patient]


class Everybody(NamedTuple):
    """Who is treated, in one batch; leaves and arrays [person]."""

    charts: list[dict[str, Any]]  # case files before the first session
    patient: Patient
    start: body.State  # on arrival for the first session
    orders: list[Prescription]  # as delivered
    target: np.ndarray  # kg
    truth: np.ndarray  # [person, trait], on the scale of `traits.x_of`
    cramp: symptoms.Cramp  # true weights


class Visit(NamedTuple):
    """One session of everybody."""

    day: date
    before: np.ndarray  # kg, as they are
    after: np.ndarray  # kg
    uf: np.ndarray  # L
    minutes: np.ndarray  # [time]
    shown: dict[str, np.ndarray]  # what instruments without error would show, [time, person]
    risk: symptoms.Risk  # of a cramp


def unchanged(patient: Patient) -> Patient:
    """No error of the model: the people of the fit themselves."""
    return patient


def everybody(n: int, rng: np.random.Generator, *, off: float | None = None, change: Change = unchanged) -> Everybody:
    """n people before their month.

    Args:
        n: how many.
        rng: of the draws.
        off: target less dry weight, kg; None to draw it as far off as targets are held to be (`person.DOUBT`).
        change: what makes their bodies otherwise than any that the fit could draw.
    """
    charts = [_chart(rng) for _ in range(n)]
    cases = [read(chart) for chart in charts]
    none = Observed((), None, ())
    drawn = [fit.crowd(case, case.session(), 1, rng, none) for case in cases]
    drawn = [one._replace(chart=one.chart._replace(haematocrit=np.atleast_1d(one.chart.haematocrit))) for one in drawn]
    patient, chart = (cohort.side_by_side([getattr(one, name) for one in drawn], 1) for name in ("patient", "chart"))
    target = np.array([chart["patient"]["target_weight_kg"] for chart in charts])
    if off is not None:
        patient = put(patient, {"fluid.dry_weight": target - off})
    patient = change(patient)
    offset = np.concatenate([one.offset for one in drawn])
    orders = [replace(one.order, sodium_offset=float(x)) for one, x in zip(drawn, offset, strict=True)]
    arrival = schedule.settled(*schedule.arrive(patient, orders, GAPS[0], target, chart), orders, target, SETTLING)
    weights = symptoms.draw_weights(symptoms.Cramp, n, rng)
    leaning = np.array([float(symptoms.leaning(fit.about(case), 1, rng)[0]) for case in cases])
    weights = replace(weights, u=weights.u + leaning)
    return Everybody(charts, *arrival, orders, target, traits.x_of(patient, offset), weights)


def _chart(rng: np.random.Generator) -> dict[str, Any]:
    """What is known of somebody before the month: a usual session a day before it, and a blood sample."""
    x = life(rng)
    target = round(x.dry, 1)
    labs = {LABS[place][0]: round(value * LABS[place][1], LABS[place][2]) for place, value in x.labs.items()
            if place in LABS and place != "sodium"}  # fmt: skip
    labs = {name: float(value) for name, value in labs.items()} | {"haematocrit": round(x.labs["haematocrit"], 3)}
    return {
        "schema_version": 1,
        "patient": {
            "sex": x.sex, "age_y": float(x.age_y), "height_cm": float(x.height_cm), "target_weight_kg": target,
            "diabetes": x.diabetes, "access": "fistula", "residual_urine_ml_day": 0.0, "weight_confirmed": True,
        },
        "schedule": {"per_week": 3.0, "gap_h": GAPS[0]},
        "prescription": ordered(replace(x.order, time=60 * HOURS)),
        "labs": [{"date": FIRST.isoformat(), "when": "pre", **labs}],
        "sessions": [
            {"date": (FIRST - timedelta(days=1)).isoformat(), "pre_weight_kg": round(target + x.gain, 2),
             "post_weight_kg": target, "uf_l": round(x.gain, 2)}
        ],
    }  # fmt: skip


def month(who: Everybody, rng: np.random.Generator, session_of: Callable[..., Course] = simulate) -> Iterator[Visit]:
    """Twelve sessions of everybody, one after the other.

    Args:
        who: on arrival for the first.
        rng: of what differs from one session to the next.
        session_of: how a session goes; by default as `session.simulate` does.
    """
    n, now, day = len(who.orders), who.start, FIRST
    for hours in GAPS:
        of_day = put(who.patient, readings.day_of(INSTRUMENTS.day * _z(rng, n), who.patient))
        before = _weight(of_day, now)
        measured = before + INSTRUMENTS.scale * _z(rng, n)
        uf = np.round(measured - who.target + MISSED * _z(rng, n), 1)
        uf = np.clip(uf, 0.0, np.round(FASTEST / 1000 * HOURS * who.target, 1))
        course = session_of(of_day, now, [replace(o, uf=float(x)) for o, x in zip(who.orders, uf, strict=True)])
        left = course.end.body
        yield _visit(who, of_day, day, (before, _weight(of_day, left)), uf, course)
        eaten = put(who.patient, {"gut.salt": who.patient.gut.salt * np.exp(SALT * _z(rng, n))})
        now, day = schedule.between(eaten, left, hours).end.body, day + timedelta(hours=hours + HOURS)


def _visit(
    who: Everybody, patient: Patient, day: date, weights: tuple[np.ndarray, np.ndarray], uf: np.ndarray, course: Course
) -> Visit:
    m = course.moments(patient)
    z = symptoms.pathways(symptoms.signs(m), body.rest(patient))
    until = np.array([order.time for order in who.orders])
    shown = {kind: readings.shown(kind, m) for kind in ("systolic", "diastolic", "pulse", "rbv", "sodium")}
    risk = symptoms.cramp(z, course.minutes, who.cramp, until)
    return Visit(day, *weights, uf, course.minutes, shown, risk)


def _weight(patient: Patient, now: body.State) -> np.ndarray:
    return np.asarray(body.look(now, patient, body.rest(patient)).weight)


def _z(rng: np.random.Generator, n: int) -> np.ndarray:
    """Standard normal, none farther out than people of the population are."""
    return np.clip(rng.standard_normal(n), -2.5, 2.5)


def weak_veins(patient: Patient) -> Patient:
    """A parameter that is not fitted, farther off than the population goes: the reflex on venous volume."""
    return put(patient, {"circulation.g_V": WEAKER * np.asarray(patient.circulation.g_V)})


def emptying(patient: Patient, start: body.State, orders: Sequence[Prescription]) -> Course:
    """A session by another law of refilling: the filtration coefficient falls as tissue empties.

    Every order runs for the same time and takes off fluid evenly.
    """
    full, minutes, states, K_f = start.fluid.V_is, [np.zeros(1)], [], patient.capillary.K_f
    now = start
    for i in range(PARTS):
        share = (now.fluid.V_is / full) ** EMPTYING
        those = [replace(order, time=order.time / PARTS, uf=order.uf / PARTS) for order in orders]
        part = simulate(put(patient, {"capillary.K_f": K_f * share}), now, those)
        states.append(part.states if i == 0 else part.states[1:])
        minutes.append(part.minutes[1:] + minutes[-1][-1])
        now = part.end.body
    return Course(np.concatenate(minutes), np.concatenate(states))


def files(who: Everybody, visits: Sequence[Visit], rng: np.random.Generator, volume: bool) -> list[dict[str, Any]]:
    """A case file of each.

    Args:
        who: the people.
        visits: their month.
        rng: of the errors.
        volume: whether there is a blood volume monitor.
    """
    made = []
    for i, chart in enumerate(who.charts):
        arm = INSTRUMENTS.arm * float(rng.standard_normal())
        sessions = [_session(visit, i, who.orders[i].time, arm, rng, volume) for visit in visits]
        sodium = [_sample(visits[k], i, rng) for k in SAMPLED if k < len(visits)]
        labs = [chart["labs"][0] | sodium[0], *sodium[1:]]
        made.append(chart | {"sessions": sessions, "labs": labs})
    return made


def _session(visit: Visit, i: int, length: float, arm: float, rng: np.random.Generator, volume: bool) -> dict[str, Any]:
    before, after = (_kg(x[i], rng) for x in (visit.before, visit.after))
    uf = round(float(visit.uf[i]), 1)
    told: dict[str, Any] = {"date": visit.day.isoformat(), "pre_weight_kg": before, "post_weight_kg": after, "uf_l": uf}
    late = CLOCK * float(np.clip(rng.standard_normal(), -2, 2))
    true = np.append(np.arange(0.0, length - 1, EVERY), length)
    noted = np.clip(np.round(true + late), 0.0, length)
    pressures = _pressures(visit, i, true, noted, arm, rng)
    trace = _volume(visit, i, true[1:], noted[1:], rng)
    if rng.random() >= EMPTY:
        told["pressures"] = pressures
    if volume and rng.random() >= EMPTY:
        told["blood_volume"] = trace
    told["symptoms"] = _cramps(visit, i, length, rng)
    return told


def _kg(true: float, rng: np.random.Generator) -> float:
    return round(float(true) + INSTRUMENTS.scale * float(rng.standard_normal()), 1)


def _at(visit: Visit, kind: str, i: int, minutes: np.ndarray) -> np.ndarray:
    return np.interp(minutes, visit.minutes, visit.shown[kind][:, i])


def wander(minutes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Slow ups and downs of systolic pressure at these minutes, mmHg: an Ornstein-Uhlenbeck course."""
    kept = np.exp(-np.diff(minutes) / INSTRUMENTS.wander_time)
    z = rng.standard_normal(len(minutes))
    found = [z[0]]
    for share, new in zip(kept, z[1:], strict=True):
        found.append(share * found[-1] + np.sqrt(1 - share**2) * new)
    return INSTRUMENTS.wander * np.array(found)


def _pressures(
    visit: Visit, i: int, true: np.ndarray, noted: np.ndarray, arm: float, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """The cuff; the day's pressure is already in what it would show."""
    slow, k = wander(true, rng), len(true)
    noise = rng.standard_normal((3, k))
    S = _at(visit, "systolic", i, true) + arm + slow + INSTRUMENTS.systolic * noise[0]
    D = _at(visit, "diastolic", i, true) + DIASTOLIC_ARM * arm + DIASTOLIC * slow + INSTRUMENTS.diastolic * noise[1]
    pulse = _at(visit, "pulse", i, true) + INSTRUMENTS.pulse * noise[2]
    pulse = pulse + INSTRUMENTS.pulse_day * float(rng.standard_normal())
    S = np.clip(EVEN * np.round(S / EVEN), 40.0, 260.0)
    D = np.clip(EVEN * np.round(D / EVEN), 20.0, S - 6)
    kept = rng.random((2, k)) >= LOST
    read: list[dict[str, Any]] = []
    for t, s, d, h, (cuff, heart) in zip(noted, S, D, np.clip(np.round(pulse), 30, 180), kept.T, strict=True):
        if cuff and not any(r["minute"] == t for r in read):
            read.append({"minute": float(t), "systolic_mmhg": float(s), "diastolic_mmhg": float(d)})
            if heart:
                read[-1]["heart_rate_min"] = float(h)
    return read


def _volume(
    visit: Visit, i: int, true: np.ndarray, noted: np.ndarray, rng: np.random.Generator
) -> list[dict[str, Any]]:
    gain, drift = rng.standard_normal(2) * (INSTRUMENTS.rbv_gain, INSTRUMENTS.rbv_drift)
    read = _at(visit, "rbv", i, true) * (1 + gain) + drift * true + INSTRUMENTS.rbv * rng.standard_normal(len(true))
    kept = rng.random(len(true)) >= LOST
    return [{"minute": float(t), "rbv_pct": round(float(v), 1)} for t, v, k in zip(noted, read, kept, strict=True) if k]


def _sample(visit: Visit, i: int, rng: np.random.Generator) -> dict[str, Any]:
    """Sodium before the session."""
    value = visit.shown["sodium"][0, i] + DOUBT.sodium * float(rng.standard_normal())
    return {"date": visit.day.isoformat(), "when": "pre", "sodium_mmol_l": float(np.round(value))}


def _cramps(visit: Visit, i: int, length: float, rng: np.random.Generator) -> list[dict[str, Any]]:
    """The first cramp, by the true hazard."""
    cumulative = visit.risk.cumulative[:, i]
    reached = -np.log1p(-float(rng.random()))
    if reached >= cumulative[-1]:
        return []
    minute = float(np.interp(reached, cumulative, visit.minutes))
    return [{"minute": min(round(minute, 0), length), "what": "cramp"}]
