"""Schedule: the days between sessions, and the person who arrives for the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import numpy as np

from . import levels, solve
from .body import body
from .body.body import Patient
from .errors import OutOfRange
from .levels import Chart as Chart
from .parameter import put
from .prescription import Prescription
from .programs import Program
from .session import (
    BODY,
    EMPTY,
    IDLE,
    MOST_UF,
    PATIENT,
    REST,
    Course,
    Tally,
    longest_step,
    on_stretches,
    run,
    simulate,
)

FIRST, LARGEST, GROWTH = 0.5, 12.0, 1.1  # min, min, ratio: errors at every step <= 1e-4 (tests/test_solve.py)
CYCLES = 5  # session and gap, repeated until the week is periodic (tests/test_schedule.py)
WEEK = (44.0, 44.0, 68.0)  # h, the gaps of three sessions of 4 h a week
FROM_MIDWEEK = (44.0, 68.0, 44.0)  # h, the same from midweek to midweek
SETTLING = 8  # such weeks until a drawn person's week repeats itself (tests/test_schedule.py)
FASTEST = 3.0 / 60  # L/min taken off in a usual session [GeneralKnowledge]
MOST_LIFTED = 0.9 * MOST_UF  # of what a person holds outside the cells
USUAL_GAIN = 2.0  # kg, to begin with where the chart has no weight


class Arrival(NamedTuple):
    """People at the door of a session, each as their own week made them."""

    patient: Patient
    start: body.State


def _alone(course: bool) -> Program:
    """The body alone, at home; the whole course or the end."""
    home = body.nothing()

    def program(y: Any, p: Any, r: Any, grid: solve.Grid) -> Any:
        def f(y: Any, *_: Any) -> Any:
            now, patient, rest = solve.unstack(y, BODY), solve.unstack(p, PATIENT), solve.unstack(r, REST)
            return solve.joined(body.rates(now, body.look(now, patient, rest), home, patient, rest), y)

        return solve.march(f, y, None, grid, course)

    return Program("course" if course else "gap", program)


PROGRAMS = {course: _alone(course) for course in (False, True)}


@lru_cache(maxsize=1)
def prepare() -> None:
    """Compile both programs side by side; they would be compiled one after the other when first needed."""
    p = Patient()
    start = body.at_rest(p, body.rest(p))
    with ThreadPoolExecutor(2) as pool:
        session = pool.submit(run, p, start, 1, [0.0, 1.0], IDLE, course=False)
        gap = pool.submit(between, p, start, 0.1)
        session.result(), gap.result()


def between(
    patient: Patient,
    start: body.State,
    hours: float,
    course: bool = False,
    infusion: body.Infused | None = None,
    switches: Sequence[float] = (),
) -> Course:
    """Live off the machine for some hours: eat, drink, gain, and take what is infused or swallowed beyond the usual.

    Args:
        patient: leaves scalar or [patient].
        start: state at minute 0.
        hours: how long.
        course: keep every step, or the end alone.
        infusion: given on the stretches between `switches`, leaves scalar, [stretch] or [stretch, patient].
        switches: times, min, at which it changes; the first and the last are its start and its end.

    Raises:
        OutOfRange: if the infusion lies outside these hours.
        NotConverged: if a patient leaves the numbers.
    """
    n = count(start, patient)
    if infusion is None:
        return _home(patient, start, hours, course, n)
    _inside(switches, hours)
    parts = []
    for times, drip in _parts(infusion, switches, 60 * hours):
        if drip is None:
            parts.append(_home(patient, start, (times[-1] - times[0]) / 60, course, n))
        else:
            parts.append(_fed(patient, start, drip, times - times[0], n, course))
        start = parts[-1].end.body
    whole = _joined(parts)
    return whole if course else Course(whole.minutes[-1:], whole.states[-1:])


def count(*trees: Any) -> int:
    """How many patients these are."""
    return max(np.shape(x)[-1] if np.ndim(x) else 1 for x in jax.tree.leaves(trees))


def _inside(switches: Sequence[float], hours: float) -> None:
    if len(switches) < 2 or switches[0] < 0 or switches[-1] > 60 * hours + 1e-6:
        raise OutOfRange(
            f"switches are {list(switches)} min; an infusion has a start and an end, within the {60 * hours:g} min that"
            " are lived. Name both, in minutes from the beginning."
        )


def _home(patient: Patient, start: body.State, hours: float, course: bool, n: int) -> Course:
    """Nothing but the usual."""
    rows = [solve.stack(x, n) for x in (start, patient, body.rest(patient))]
    if hours <= 0:
        minutes, states = np.zeros(1), rows[0][None]
    else:
        grid = solve.plan([0.0, 60 * hours], FIRST, longest_step(patient, LARGEST), GROWTH, room=1024)
        wanted = slice(None, grid.steps + 1) if course else slice(0, 1)
        states = solve.in_chunks(lambda *x: np.asarray(PROGRAMS[course](*x))[wanted], n, tuple(rows), (grid,))
        minutes = grid.minutes if course else grid.minutes[-1:]
    return Course(
        minutes=minutes, states=np.pad(solve.finite(states, "gap"), ((0, 0), (0, len(fields(EMPTY))), (0, 0)))
    )


def _parts(infusion: body.Infused, switches: Sequence[float], end: float) -> list[tuple[np.ndarray, Any]]:
    """The hours in parts: times of its switches, and what is given on the stretches between them, or None."""
    times = np.asarray(switches, float)
    drip = on_stretches(infusion, len(times) - 1)
    given = np.any([np.any(x != 0, axis=1) for x in jax.tree.leaves(drip)], axis=0)
    edges = np.flatnonzero(np.diff(given)) + 1
    parts: list[tuple[np.ndarray, Any]] = [(np.array([0.0, times[0]]), None)]
    for first, last in zip([0, *edges], [*edges, len(given)], strict=True):
        part = jax.tree.map(lambda x, a=first, b=last: x[a:b], drip) if given[first] else None
        parts.append((times[first : last + 1], part))
    return [part for part in [*parts, (np.array([times[-1], end]), None)] if part[0][-1] > part[0][0]]


def _fed(patient: Patient, start: body.State, drip: Any, times: np.ndarray, n: int, course: bool) -> Course:
    """With an infusion that changes at these times: the machine's program, without a machine."""
    stretches = len(times) - 1
    operator, _, eats = (jax.tree.map(lambda x: np.broadcast_to(x, (stretches, *x.shape[1:])), part) for part in IDLE)
    return run(patient, start, n, times, (operator, drip, eats), course=course)


def _joined(parts: Sequence[Course]) -> Course:
    """One course after the other; each begins where the one before ended."""
    starts = np.cumsum([0.0, *(part.minutes[-1] for part in parts)])
    minutes = np.concatenate([part.minutes + start for part, start in zip(parts, starts, strict=False)])
    keep = np.append(np.diff(minutes) > 0, True)  # the later of two at one time
    return Course(minutes=minutes[keep], states=np.concatenate([part.states for part in parts])[keep])


def above_dry(patient: Patient, kg: Any) -> body.State:
    """The reference state with `kg` of isotonic fluid added outside the cells (or taken off)."""
    r = body.rest(patient)
    now = body.at_rest(patient, r)
    share = patient.fluid.V_pl / (patient.fluid.V_pl + patient.fluid.V_is)
    n = now.sodium.n * (1 + kg / r.V_e)
    return put(
        now,
        {
            "fluid.V_pl": now.fluid.V_pl + 0.5 * share * kg,
            "fluid.V_is": now.fluid.V_is + (1 - 0.5 * share) * kg,
            "sodium.n": n,
        },
    )


def arrive(
    patient: Patient,
    prescriptions: Sequence[Prescription],
    hours: float,
    post_weight: Any,
    chart: Chart = Chart(),
    cycles: int = CYCLES,
    lived: Callable[..., Cycle] | None = None,
) -> Arrival:
    """Repeat gap and session until the week is periodic, bending the patient to what the chart says.

    Salt eaten bends until the weight gained is the chart's; the sodium set point until plasma sodium is; the pressure
    at dry weight until the arriving pressure is; urea generation, red cells and protein until their values are; what is
    made or eaten of every dissolved substance until its stores repeat themselves (see `levels`). Nothing else moves.

    Args:
        patient: leaves [patient].
        prescriptions: the usual session of each.
        hours: length of the gap before the session to come.
        post_weight: what they weigh after the usual session, kg, [patient].
        chart: what is known about the arrival.
        cycles: how often to repeat.
        lived: how a cycle is lived, if not by `cycle`.
    """
    if lived is None:
        lived = cycle
        prepare()
    patient, end = _guess(patient, hours, post_weight, chart)
    minutes = 60 * hours + np.array([p.time for p in prescriptions])
    for done in range(cycles + 1):
        patient, end = levels.met(patient, end, chart)
        seen = body.look(end, patient, body.rest(patient))
        if done == cycles:
            break
        if done:  # what the first guess shows is no habit
            patient, end = _bend(patient, end, seen, hours, chart)
        begin = end
        end = lived(patient, begin, prescriptions, post_weight, hours).back
        patient, end = levels.repeated(patient, begin, end, minutes)
    if chart.pre_weight is not None:
        end = weighing(patient, end, chart.pre_weight)
    patient, end = levels.met(patient, end, chart)
    return Arrival(patient=patient, start=end)


class Cycle(NamedTuple):
    """A session and the gap after it; leaves [patient]."""

    left: body.State  # after the session
    back: body.State  # on arrival for the next
    uf: np.ndarray  # L
    taken: Tally  # by the machine


def cycle(
    patient: Patient, start: body.State, prescriptions: Sequence[Prescription], post_weight: Any, hours: float
) -> Cycle:
    """A session that brings the weight to `post_weight`, kg, as far as machine and body allow, and the gap after it."""
    gained = np.asarray(body.look(start, patient, body.rest(patient)).weight) - post_weight
    uf = np.clip(gained, 0.0, liftable(start, [p.time for p in prescriptions]))
    usual = [replace(p, uf=float(x)) for p, x in zip(prescriptions, uf, strict=True)]
    left = simulate(patient, start, usual, course=False).end
    return Cycle(left.body, between(patient, left.body, hours).end.body, uf, left.tally)


def liftable(now: body.State, minutes: Any) -> np.ndarray:
    """The most that a session so long takes off, L: never above 3 L an hour or what a body can give."""
    return np.asarray(np.minimum(FASTEST * np.asarray(minutes), MOST_LIFTED * (now.fluid.V_pl + now.fluid.V_is)))


def weighing(patient: Patient, now: body.State, kg: Any) -> body.State:
    """The same people with isotonic fluid more or less between their cells, so that they weigh this."""
    seen = body.look(now, patient, body.rest(patient))
    missing = np.asarray(kg) - np.asarray(seen.weight)
    n = now.sodium.n + missing * seen.protein.r * seen.sodium.c_w
    return put(now, {"fluid.V_is": now.fluid.V_is + missing, "sodium.n": n})


class Visit(NamedTuple):
    """One session of a week: how people came and left; leaves [patient]."""

    week: int
    day: int  # 0, 1, 2 of the week's sessions
    arrived: body.State
    left: body.State
    back: body.State  # after the gap, on arrival for the next
    uf: np.ndarray  # L
    taken: Tally  # by the machine


def weeks(
    patient: Patient,
    start: body.State,
    prescriptions: Sequence[Prescription],
    post_weight: Any,
    n: int = 1,
    gaps: Sequence[float] = WEEK,
) -> Iterator[Visit]:
    """Live n weeks of sessions and gaps, one visit after the other, so that a year fits in memory.

    Each session takes off what brings the weight to `post_weight`, as far as machine and body allow; all else is as
    prescribed, and nobody bends.

    Args:
        patient: leaves [patient].
        start: on arrival for the first session of a week.
        prescriptions: one a patient.
        post_weight: what they should weigh after a session, kg, [patient].
        n: how many weeks.
        gaps: hours between the sessions of a week, the last before the first of the next.
    """
    for week in range(n):
        for day, hours in enumerate(gaps):
            lived = cycle(patient, start, prescriptions, post_weight, hours)
            yield Visit(week, day, start, *lived)
            start = lived.back


def settled(
    patient: Patient, start: body.State, prescriptions: Sequence[Prescription], post_weight: Any, n: int = SETTLING
) -> Arrival:
    """Repeat whole weeks until they repeat themselves, every level the patient's own at midweek; returns the midweek.

    Args:
        patient: leaves [patient].
        start: near their midweek arrival, as `arrive` finds it after a gap of 44 h.
        prescriptions: the usual session of each.
        post_weight: what they should weigh after a session, kg, [patient].
        n: how many weeks.
    """
    for _ in range(n):
        begin = start
        for visit in weeks(patient, start, prescriptions, post_weight, gaps=FROM_MIDWEEK):
            start = visit.back
        patient, start = levels.repeated(patient, begin, start, 60 * sum(FROM_MIDWEEK))
        patient, start = levels.met(patient, start, Chart())
    return Arrival(patient=patient, start=start)


def _guess(patient: Patient, hours: float, post_weight: Any, chart: Chart) -> tuple[Patient, body.State]:
    """People on arrival, before their first simulated week: the reference state at the chart's weight and urea."""
    r = body.rest(patient)
    if chart.urea is not None:
        patient = put(patient, {"urea.c": np.asarray(chart.urea) / r.protein.f})
    if chart.pre_weight is None:
        return patient, above_dry(patient, np.asarray(post_weight) + USUAL_GAIN - patient.fluid.dry_weight)
    gain = np.asarray(chart.pre_weight) - np.asarray(post_weight)
    patient = put(patient, {"gut.salt": _salt(patient, gain * r.sodium.n / r.V_e, hours)})
    return patient, above_dry(patient, np.asarray(chart.pre_weight) - patient.fluid.dry_weight)


def _salt(patient: Patient, sodium: Any, hours: float) -> Any:
    """Sodium eaten, mmol/min, if `sodium` mmol come in during the gap; nobody eats less than a tenth of the usual."""
    return np.maximum(sodium / (60 * hours), 0.1 * Patient().gut.salt)


def _bend(patient: Patient, end: body.State, seen: body.Seen, hours: float, chart: Chart) -> tuple[Patient, body.State]:
    """One correction of what the chart lets us infer about this patient's habits and set points."""
    p, changes = patient, {}
    if chart.pre_weight is not None:
        missing = np.asarray(chart.pre_weight) - seen.weight
        changes["gut.salt"] = _salt(p, p.gut.salt * 60 * hours + missing * seen.sodium.c_w, hours)
    if chart.sodium is not None:
        changes["sodium.Na_p"] = p.sodium.Na_p + (np.asarray(chart.sodium) - seen.sodium.Na_p)
    if chart.systolic is not None:
        missing = np.asarray(chart.systolic) - seen.circulation.SBP
        changes["circulation.MAP"] = np.clip(p.circulation.MAP + 0.7 * missing, 45.0, 150.0)
    if chart.systolic is not None and chart.diastolic is not None:
        wanted = np.asarray(chart.systolic) - np.asarray(chart.diastolic)
        factor = wanted / (seen.circulation.SBP - seen.circulation.DBP)
        changes["circulation.PP"] = np.clip(p.circulation.PP * factor, 15.0, 140.0)
        mean = np.asarray(chart.diastolic) + (1 - p.circulation.f_sys) * wanted
        changes["circulation.MAP"] = np.clip(p.circulation.MAP + 0.7 * (mean - seen.circulation.MAP), 45.0, 150.0)
    if chart.urea is not None:
        changes["urea.G"] = np.clip(p.urea.G * np.asarray(chart.urea) / (seen.protein.f * seen.urea_e), 0.02, 0.8)
    if chart.haematocrit is not None:
        ratio = np.asarray(chart.haematocrit) / seen.blood.hct
        ratio = ratio * (1 - seen.blood.hct) / (1 - np.asarray(chart.haematocrit))
        changes["blood.V_rbc"] = p.blood.V_rbc * ratio
        end = put(end, {"blood.V_rbc": changes["blood.V_rbc"]})
    if chart.protein is not None:
        ratio = np.clip(np.asarray(chart.protein) / seen.protein.c_pl, 0.8, 1.25)
        changes["protein.c_pl"] = p.protein.c_pl * ratio
        m = end.protein
        end = put(end, {"protein.m_pl": m.m_pl * ratio, "protein.m_is": m.m_is * ratio})
    return put(patient, changes), end
