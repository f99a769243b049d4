"""Course: what the twin did minute by minute, and what the clinic would have measured on it."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import Any, NamedTuple

import jax
import numpy as np
from pydantic import ValidationError

from .. import measures, person, session, symptoms
from ..body import body
from ..case import Case, Dialysate, Prescribed, Session
from ..case.file import path
from ..case.words import problems_of
from ..errors import BadRecord, OutOfRange
from ..fit import Twin

IN_SESSION = ("hours", "uf_l")
IN_ORDER = tuple(n for n in Prescribed.model_fields if n not in ("hours", "dialysate", "sodium_offset_mmol_l"))
IN_BATH = tuple(Dialysate.model_fields)
SETTABLE = (*IN_SESSION, *IN_ORDER, *IN_BATH)
GLUCOSE = 5.5  # mmol/L, counted in osmolality and held
CRAMP_STEP, FALL_STEP = 5.0, 30.0  # min, over which a chance is given


class Traces(NamedTuple):
    """The twin over the session; every field but `minutes` is [time, draw]."""

    minutes: np.ndarray
    systolic: np.ndarray  # mmHg
    diastolic: np.ndarray  # mmHg
    heart_rate: np.ndarray  # 1/min
    blood_volume: np.ndarray  # % of the start
    sodium: np.ndarray  # mmol/L
    osmolality: np.ndarray  # mosm/kg
    calf: np.ndarray  # % saturation
    cramp: np.ndarray  # % chance in 5 min
    hypotension: np.ndarray  # % chance in 30 min


class Measure(NamedTuple):
    """One figure of the session as the clinic would give it."""

    id: str
    label: str
    unit: str
    mean: float
    low: float
    high: float


UNITS = {
    "systolic": ("systolic_mmhg", "mmHg"),
    "diastolic": ("diastolic_mmhg", "mmHg"),
    "heart_rate": ("heart_rate_min", "1/min"),
    "blood_volume": ("rbv_pct", "%"),
    "sodium": ("sodium_mmol_l", "mmol/L"),
    "osmolality": ("osmolality_mosm_kg", "mosm/kg"),
    "calf": ("calf_saturation_pct", "%"),
    "cramp": ("cramp_pct_per_5_min", "% in 5 min"),
    "hypotension": ("hypotension_pct_per_30_min", "% in 30 min"),
}


def traces(twin: Twin) -> Traces:
    """The course of every draw of the twin."""
    m = twin.course.moments(twin.patient)
    seen, minutes = m.seen, twin.course.minutes
    cramp, fall = risks(twin)
    urea = seen.protein.f * seen.urea_e
    return Traces(
        minutes=minutes,
        systolic=seen.circulation.SBP,
        diastolic=seen.circulation.DBP,
        heart_rate=seen.circulation.HR,
        blood_volume=measures.relative_blood_volume_pct(seen.blood.BV),
        sodium=seen.sodium.Na_p,
        osmolality=measures.osmolality_mosm_kg(seen.sodium.Na_p, urea, GLUCOSE),
        calf=100 * m.state.muscle.S,
        cramp=-100 * np.expm1(-CRAMP_STEP * cramp.rate),
        hypotension=-100 * np.expm1(-FALL_STEP * fall.rate),
    )


def risks(twin: Twin) -> tuple[symptoms.Risk, symptoms.Risk]:
    """The hazards of cramp and of hypotension over the session."""
    signs = symptoms.signs(twin.course.moments(twin.patient))
    until = np.array([p.time for p in twin.prescription])
    uf = np.array([p.uf for p in twin.prescription])
    ufr = measures.uf_rate_ml_kg_h(uf, until / 60, twin.post_weight)
    z = symptoms.pathways(signs, body.rest(twin.patient))
    minutes = twin.course.minutes
    return (
        symptoms.cramp(z, minutes, twin.cramp, until),
        symptoms.hypotension(signs, minutes, ufr, twin.hypotension, until),
    )


def measured(twin: Twin) -> tuple[Measure, ...]:
    """The figures of the session, mean and 5th to 95th percentile over the twin."""
    m, p = twin.course.moments(twin.patient, at=[0, -1]), twin.prescription[0]
    seen, tally, hours = m.seen, m.tally, p.time / 60
    pre, post = seen.protein.f * seen.urea_e
    weight = np.asarray(seen.weight)
    sp = measures.sp_ktv(pre, post, hours, p.uf, weight[1])
    plasma = m.state.fluid.V_pl
    systolic = twin.course.moments(twin.patient).seen.circulation.SBP
    cramp, fall = risks(twin)
    bath = tally.Na_convective[1] + tally.Na_diffusive[1]
    access = twin.case.patient.access or "fistula"
    return tuple(
        _measure(*row)
        for row in (
            ("uf_l", "Fluid taken off", "L", tally.uf[1]),
            ("uf_rate_ml_kg_h", "Rate of fluid removal", "mL/kg/h", measures.uf_rate_ml_kg_h(p.uf, hours, weight[1])),
            ("refill_ml_kg_h", "Refilling from the tissues", "mL/kg/h",
             measures.refill_rate_ml_kg_h(p.uf, plasma[1] - plasma[0], hours, weight[1])),
            ("pre_weight_kg", "Weight before", "kg", weight[0]),
            ("post_weight_kg", "Weight after", "kg", weight[1]),
            ("sodium_removed_mmol", "Sodium removed", "mmol", bath),
            ("sodium_by_convection_mmol", "  with the fluid", "mmol", tally.Na_convective[1]),
            ("sodium_by_diffusion_mmol", "  through the bath (- is given)", "mmol", tally.Na_diffusive[1]),
            ("urr_pct", "Urea reduction ratio", "%", measures.urr_pct(pre, post)),
            ("sp_ktv", "Kt/V, single pool", "1", sp),
            ("e_ktv", "Kt/V, equilibrated", "1", measures.e_ktv(sp, hours, access)),
            ("lowest_systolic_mmhg", "Lowest systolic pressure", "mmHg", systolic.min(axis=0)),
            ("cramp_probability", "Chance of a cramp", "1", cramp.probability),
            ("hypotension_probability", "Chance of a pressure fall", "1", fall.probability),
        )
    )  # fmt: skip


def _measure(name: str, label: str, unit: str, x: Any) -> Measure:
    low, high = np.percentile(x, (5, 95))
    return Measure(name, label, unit, float(np.mean(x)), float(low), float(high))


def otherwise(case: Case, was: Session, changes: dict[str, Any]) -> Session:
    """The session under another prescription, checked as case file and machine check theirs; fluid kept as it was.

    Raises:
        BadRecord: for a name that is no part of a prescription, or a value of the wrong kind.
        OutOfRange: for a treatment that no clinic gives or no machine can.
    """
    changed = _changed(was, changes)
    person.order(case, changed)
    return changed


def rerun(twin: Twin, changes: dict[str, Any]) -> Twin:
    """The same people arriving for the same session, treated otherwise; names and units are the case file's.

    Raises:
        BadRecord, OutOfRange: as `otherwise`.
    """
    changed = otherwise(twin.case, twin.session, changes)
    ordered = person.order(twin.case, changed)
    treated = [replace(ordered, sodium_offset=p.sodium_offset) for p in twin.prescription]
    switches: tuple[float, ...] = ()
    drip = twin.infusion
    if drip is not None:  # the same amount, over the new length
        switches, pace = (0.0, ordered.time), twin.prescription[0].time / ordered.time
        drip = jax.tree.map(lambda x: x * pace, drip)
    course = session.simulate(twin.patient, twin.start, treated, infusion=drip, switches=switches)
    return twin._replace(session=changed, prescription=treated, infusion=drip, course=course)


def _changed(was: Session, changes: dict[str, Any]) -> Session:
    """The session with another prescription, checked as a case file is."""
    data = was.model_dump()
    order = data["prescription"] or {}
    bath = order.get("dialysate") or {}
    for name, value in changes.items():
        if name not in SETTABLE:
            near = get_close_matches(name, SETTABLE, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Choose one of {', '.join(SETTABLE)}."
            raise BadRecord(f"{name} cannot be set. {hint}")
        place = data if name in IN_SESSION else order if name in IN_ORDER else bath
        place[name] = value
    for name, profile in (("sodium_mmol_l", "sodium_profile"), ("temperature_c", "temperature_profile")):
        if name in changes and profile not in changes:
            order[profile] = "constant"  # else the old profile would overrule the new value
    data["prescription"] = order | ({"dialysate": bath} if bath else {})
    try:
        return Session.model_validate(data)
    except ValidationError as error:
        found = problems_of(error, Session)
        said = "; ".join(f"{path(problem.place[-1:])} {problem.text}" for problem in found)
        kinds = {item["type"] for item in error.errors()}
        beyond = kinds <= {"greater_than_equal", "less_than_equal"}
        raise (OutOfRange if beyond else BadRecord)(said) from None
