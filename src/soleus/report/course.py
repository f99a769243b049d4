"""Course: what the twin did minute by minute, and the same session treated otherwise."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import Any, NamedTuple

import numpy as np
from pydantic import ValidationError

from .. import events, measures, person, session, symptoms
from ..body import body
from ..case import Case, Dialysate, Prescribed, Session
from ..case.file import path
from ..case.words import problems_of
from ..errors import BadRecord, OutOfRange
from ..fit import Twin
from . import usual

IN_SESSION = ("hours", "uf_l")
IN_ORDER = tuple(n for n in Prescribed.model_fields if n not in ("hours", "dialysate", "sodium_offset_mmol_l"))
IN_BATH = tuple(Dialysate.model_fields)
SETTABLE = (*IN_SESSION, *IN_ORDER, *IN_BATH)
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
    potassium: np.ndarray  # mmol/L
    bicarbonate: np.ndarray  # mmol/L
    ph: np.ndarray
    ionized_calcium: np.ndarray  # mmol/L
    magnesium: np.ndarray  # mmol/L
    phosphate: np.ndarray  # mmol/L
    glucose: np.ndarray  # mmol/L
    urea: np.ndarray  # mmol/L
    calf: np.ndarray  # % saturation
    pth: np.ndarray  # pg/mL
    margin: np.ndarray  # mV, of motor endings from rest to firing
    firing: np.ndarray  # motor endings of a muscle that fire unasked
    cramp: np.ndarray  # % chance in 5 min
    hypotension: np.ndarray  # % chance in 30 min


UNITS = {
    "systolic": ("systolic_mmhg", "mmHg"),
    "diastolic": ("diastolic_mmhg", "mmHg"),
    "heart_rate": ("heart_rate_min", "1/min"),
    "blood_volume": ("rbv_pct", "%"),
    "sodium": ("sodium_mmol_l", "mmol/L"),
    "osmolality": ("osmolality_mosm_kg", "mosm/kg"),
    "potassium": ("potassium_mmol_l", "mmol/L"),
    "bicarbonate": ("bicarbonate_mmol_l", "mmol/L"),
    "ph": ("ph", "1"),
    "ionized_calcium": ("ionized_calcium_mmol_l", "mmol/L"),
    "magnesium": ("magnesium_mmol_l", "mmol/L"),
    "phosphate": ("phosphate_mmol_l", "mmol/L"),
    "glucose": ("glucose_mmol_l", "mmol/L"),
    "urea": ("urea_mmol_l", "mmol/L"),
    "calf": ("calf_saturation_pct", "%"),
    "pth": ("pth_pg_ml", "pg/mL"),
    "margin": ("nerve_margin_mv", "mV"),
    "firing": ("motor_firing", "1"),
    "cramp": ("cramp_pct_per_5_min", "% in 5 min"),
    "hypotension": ("hypotension_pct_per_30_min", "% in 30 min"),
}


def traces(twin: Twin) -> Traces:
    """The course of every draw of the twin."""
    m = twin.course.moments(twin.patient)
    seen, minutes = m.seen, twin.course.minutes
    cramp, fall = risks(twin)
    return Traces(
        minutes=minutes,
        systolic=seen.circulation.SBP,
        diastolic=seen.circulation.DBP,
        heart_rate=seen.circulation.HR,
        blood_volume=measures.relative_blood_volume_pct(seen.blood.BV),
        sodium=seen.sodium.Na_p,
        osmolality=usual.osmolality(seen),
        potassium=seen.potassium.K_p,
        bicarbonate=seen.acid_base.hco3,
        ph=seen.acid_base.pH,
        ionized_calcium=seen.calcium.iCa,
        magnesium=seen.magnesium.tMg,
        phosphate=seen.phosphate.c_p,
        glucose=seen.glucose.g,
        urea=usual.urea(seen),
        calf=100 * m.state.muscle.S,
        pth=seen.hormones.PTH,
        margin=m.nerves.terminal.margin,
        firing=m.nerves.ectopic,
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
    during = [event for event in person.events(twin.case, changed) if event.minute < ordered.time]
    switches: tuple[float, ...] = ()
    drip = None
    if during:
        times, drip = events.lay([during] * len(treated), ordered.time)
        switches = tuple(float(minute) for minute in times)
    course = session.simulate(twin.patient, twin.start, treated, infusion=drip, switches=switches)
    return twin._replace(session=changed, prescription=treated, switches=switches, infusion=drip, course=course)


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
    for name in IN_BATH:
        profile = f"{name.split('_')[0]}_profile"
        if profile in IN_ORDER and name in changes and profile not in changes:
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
