"""Schedule: the days between sessions, and the person who arrives for the next one."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import numpy as np

from . import solve
from .body import body
from .body.body import Patient
from .parameter import get, put
from .prescription import Prescription
from .session import BODY, EMPTY, IDLE, MOST_UF, PATIENT, REST, Course, longest_step, run, simulate

FIRST, LARGEST, GROWTH = 0.5, 12.0, 1.15  # min, min, ratio: errors at every step <= 1e-4 (tests/test_solve.py)
CYCLES = 4  # session and gap, repeated until the week is periodic (tests/test_schedule.py)
USUAL_GAIN = 2.0  # kg, to begin with where the chart has no weight


class Arrival(NamedTuple):
    """People at the door of a session, each as their own week made them."""

    patient: Patient
    start: body.State


class Chart(NamedTuple):
    """What the chart says about the arrival; each None, a number, or [patient]."""

    pre_weight: Any = None  # kg
    sodium: Any = None  # mmol/L, laboratory
    systolic: Any = None  # mmHg
    diastolic: Any = None  # mmHg
    urea: Any = None  # mmol/L of plasma
    haematocrit: Any = None
    protein: Any = None  # g/L of plasma
    potassium: Any = None  # mmol/L of plasma, and so all below
    bicarbonate: Any = None
    carbon_dioxide: Any = None  # mmHg, arterial
    ionized_calcium: Any = None
    calcium: Any = None  # total; used where ionized is not known
    magnesium: Any = None  # total
    phosphate: Any = None
    creatinine: Any = None
    glucose: Any = None
    b2m: Any = None  # mg/L


IONIZED_CA, IONIZED_MG = 0.495, 0.61  # of total calcium and magnesium, to begin with [IonizedCalcium1988]


class Level(NamedTuple):
    """Where a laboratory value lives: as seen, as the usual, the amount that makes it, and what makes that."""

    seen: str
    usual: str
    amount: str
    made: str | None  # generation that bends until the level is periodic
    sign: float = 1.0


LEVELS = {
    "potassium": Level("potassium.K_p", "potassium.K_p", "potassium.n_e", "potassium.G"),
    "bicarbonate": Level("acid_base.hco3", "acid_base.hco3", "acid_base.n", "acid_base.G", -1.0),
    "ionized_calcium": Level("calcium.iCa", "calcium.iCa", "calcium.n", None),
    "magnesium": Level("magnesium.tMg", "magnesium.iMg", "magnesium.n_e", "magnesium.G"),
    "phosphate": Level("phosphate.c_p", "phosphate.c", "phosphate.n_e", "phosphate.G"),
    "creatinine": Level("creatinine.c_p", "creatinine.c", "creatinine.n_e", "creatinine.G"),
    "glucose": Level("glucose.g", "glucose.g_b", "glucose.n", None),
    "b2m": Level("b2m.c_1", "b2m.c", "b2m.m_1", "b2m.G"),
}


@lru_cache(maxsize=2)
def _program(course: bool) -> Any:
    """The body alone, at home, as one compiled program; the whole course or the end."""
    solve.keep_programs()
    home = body.nothing()

    def program(y: Any, p: Any, r: Any, grid: solve.Grid) -> Any:
        def f(y: Any, *_: Any) -> Any:
            now, patient, rest = solve.unstack(y, BODY), solve.unstack(p, PATIENT), solve.unstack(r, REST)
            return solve.joined(body.rates(now, body.look(now, patient, rest), home, patient, rest), y)

        return solve.march(f, y, None, grid, course)

    return jax.jit(program)


@lru_cache(maxsize=1)
def prepare() -> None:
    """Compile both programs side by side; they would be compiled one after the other when first needed."""
    p = Patient()
    start = body.at_rest(p, body.rest(p))
    with ThreadPoolExecutor(2) as pool:
        session = pool.submit(run, p, start, 1, [0.0, 1.0], IDLE, course=False)
        gap = pool.submit(between, p, start, 0.1)
        session.result(), gap.result()


def between(patient: Patient, start: body.State, hours: float, course: bool = False) -> Course:
    """Live off the machine for some hours: eat, drink, gain.

    Raises:
        NotConverged: if a patient leaves the numbers.
    """
    n = max(np.shape(x)[-1] if np.ndim(x) else 1 for x in jax.tree.leaves((start, patient)))
    rest = body.rest(patient)
    grid = solve.plan([0.0, 60 * hours], FIRST, longest_step(patient, LARGEST), GROWTH, room=1024)
    rows = [solve.stack(x, n) for x in (start, patient, rest)]
    wanted = slice(None, grid.steps + 1) if course else slice(0, 1)
    states = solve.in_chunks(lambda *x: np.asarray(_program(course)(*x))[wanted], n, tuple(rows), (grid,))
    states = np.pad(solve.finite(states, "gap"), ((0, 0), (0, len(fields(EMPTY))), (0, 0)))
    return Course(minutes=grid.minutes if course else grid.minutes[-1:], states=states)


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
) -> Arrival:
    """Repeat gap and session until the week is periodic, bending the patient to what the chart says.

    Salt eaten bends until the weight gained is the chart's; the sodium set point until plasma sodium is; the pressure
    at dry weight until the arriving pressure is; urea generation, red cells and protein until their values are. Nothing
    else moves.

    Args:
        patient: leaves [patient].
        prescriptions: the usual session of each.
        hours: length of the gap before the session to come.
        post_weight: what they weigh after the usual session, kg, [patient].
        chart: what is known about the arrival.
        cycles: how often to repeat.
    """
    prepare()
    patient = _usually(patient, chart)
    patient, end = _guess(patient, hours, post_weight, chart)
    for cycle in range(cycles + 1):
        seen = body.look(end, patient, body.rest(patient))
        if cycle == cycles:
            break
        if cycle:  # what the first guess shows is no habit
            patient, end = _bend(patient, end, seen, hours, chart)
        weight = np.asarray(seen.weight)
        liftable = _liftable(weight - post_weight, end, prescriptions)
        usual = [replace(p, uf=float(u)) for p, u in zip(prescriptions, liftable, strict=True)]
        whole = simulate(patient, end, usual, course=False).end
        patient, now = _bone_in_balance(patient, whole, hours)
        end = between(patient, now, hours).end.body
    return Arrival(patient=patient, start=_exact(end, seen, chart))


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


def _usually(patient: Patient, chart: Chart) -> Patient:
    """The patient whose usual levels are the chart's."""
    known = {level.usual: getattr(chart, name) for name, level in LEVELS.items() if getattr(chart, name) is not None}
    if chart.magnesium is not None:
        known["magnesium.iMg"] = np.asarray(chart.magnesium) * IONIZED_MG
    if chart.ionized_calcium is None and chart.calcium is not None:
        known["calcium.iCa"] = np.asarray(chart.calcium) * IONIZED_CA
    if chart.carbon_dioxide is not None:
        known["acid_base.pCO2"] = chart.carbon_dioxide
    return put(patient, known)


def _bone_in_balance(patient: Patient, whole: Whole, hours: float) -> tuple[Patient, body.State]:
    """Fill the surface of bone so that a week on this bath leaves it as it was, or calcium would drift for months."""
    ca = patient.calcium
    minutes = 60 * hours
    fill = np.clip(1 + (ca.G * minutes - whole.tally.Ca) / minutes / (ca.k_F * ca.F_0), 0.3, 3.0)
    return put(patient, {"calcium.fill": fill}), put(whole.body, {"calcium.F": fill * ca.F_0})


def _liftable(kg: np.ndarray, now: body.State, prescriptions: Sequence[Prescription]) -> np.ndarray:
    """Ultrafiltration that brings the weight down: never negative, never above 3 L an hour or what a body can give."""
    fast = np.array([3.0 / 60 * p.time for p in prescriptions])
    return np.clip(kg, 0.0, np.minimum(fast, 0.9 * MOST_UF * (now.fluid.V_pl + now.fluid.V_is)))


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
        changes["blood.V_rbc"] = p.blood.V_rbc * ratio * (1 - seen.blood.hct) / (1 - np.asarray(chart.haematocrit))
    if chart.protein is not None:
        ratio = np.clip(np.asarray(chart.protein) / seen.protein.c_pl, 0.8, 1.25)
        changes["protein.c_pl"] = p.protein.c_pl * ratio
        m = end.protein
        end = put(end, {"protein.m_pl": m.m_pl * ratio, "protein.m_is": m.m_is * ratio})
    for name, level in LEVELS.items():
        if getattr(chart, name) is not None:
            ratio = np.asarray(getattr(chart, name)) / get(seen, level.seen)
            n = get(end, level.amount)
            end = put(end, {level.amount: n * ratio})
            if level.made is not None:
                made = get(p, level.made)
                bent = made + level.sign * n * (ratio - 1) / (60 * hours)
                changes[level.made] = np.clip(bent, 0.3 * made, 3 * made)
    return put(patient, changes), end


def _exact(end: body.State, seen: body.Seen, chart: Chart) -> body.State:
    """What is left to the chart: laboratory values by their amounts, the last grams as isotonic interstitial fluid."""
    measured = {name: level for name, level in LEVELS.items() if getattr(chart, name) is not None}
    changes = {
        level.amount: get(end, level.amount) * np.asarray(getattr(chart, name)) / get(seen, level.seen)
        for name, level in measured.items()
    }
    if chart.pre_weight is not None:
        missing = np.asarray(chart.pre_weight) - np.asarray(seen.weight)
        changes["fluid.V_is"] = end.fluid.V_is + missing
        changes["sodium.n"] = end.sodium.n + missing * seen.protein.r * seen.sodium.c_w
    return put(end, changes)
