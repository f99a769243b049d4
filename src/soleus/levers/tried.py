"""Tried: the same session with one thing of the prescription moved, so that the twin says how this patient answers.

What a bath does to the blood at the end is nearly a straight line: two baths give the bath for a wanted end. All trials
of all draws are one batch.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from .. import fit, measures, schedule
from ..body import body
from ..cohort import both, take
from ..fit import Twin
from ..machine.profiles import mean
from ..prescription import Prescription
from ..session import Moment
from .should import SHOULD

STEPS = {"K": 1.0, "Ca": 0.25, "Mg": 0.25, "HCO3": 4.0}  # mmol/L, by which a bath is moved to see what it does
PROFILES = {"K": "potassium_profile", "HCO3": "bicarbonate_profile"}
LEAST = 0.02  # of the bath's step that must arrive in plasma for the line to be trusted


class Ends(NamedTuple):
    """Blood at the end of a session, mmol/L; [draw]."""

    potassium: np.ndarray
    ionized_calcium: np.ndarray
    ionized_magnesium: np.ndarray
    hco3: np.ndarray
    TCO2: np.ndarray
    ph: np.ndarray
    calcium_taken: np.ndarray  # mmol, negative where the bath gave
    ktv: np.ndarray


class Tried(NamedTuple):
    """How the session ended, and would have ended."""

    baths: dict[str, float]  # what the bath held, on average over the session, mmol/L
    before: Ends  # as they came
    was: Ends
    base: dict[str, Ends]  # with the bath constant at its mean; the same as `was` but where it ran a profile
    moved: dict[str, Ends]  # with that of the bath moved by its step, or flows at the end of their range
    after: tuple[body.State, body.State]  # people after the session with the base bath, and with more bicarbonate


def level(p: Prescription, name: str) -> float:
    """What the bath holds of something, on average over the session."""
    profile = getattr(p, PROFILES[name]) if name in PROFILES else None
    return float(mean(profile)) if profile else float(getattr(p.dialysate, name))


def tried(twin: Twin) -> Tried:
    """Try other baths, and flows as fast or as slow as they may be."""
    m = len(twin.prescription)
    both_ends = twin.course.moments(twin.patient, at=[0, -1])
    urea = both_ends.seen.urea_e[0]
    before, was = _split(_ends(both_ends, urea, twin), (0, 1))
    plans = _plans(twin, faster=float(was.ktv.mean()) < SHOULD.ktv)
    if not plans:
        return Tried({}, before, was, {}, {}, (twin.course.end.body, twin.course.end.body))
    draw = np.tile(np.arange(m), len(plans))
    course = fit.treat(twin, [p for plan in plans.values() for p in plan], draw, course=False)
    end = _ends(course.moments(take(twin.patient, draw)), np.tile(urea, len(plans)), twin)
    each = [slice(i * m, (i + 1) * m) for i in range(len(plans))]
    found = dict(zip(plans, _split(Ends(*(x[0] for x in end)), each), strict=True))
    rest = {name: take(course.end.body, at) for name, at in zip(plans, each, strict=True)}
    as_was = twin.course.end.body
    after = rest.get("HCO3 at its mean", as_was), rest.get("HCO3", as_was)
    baths = {name: level(twin.prescription[0], name) for name in STEPS}
    return Tried(baths, before, was, {name: found.get(f"{name} at its mean", was) for name in plans}, found, after)


def _plans(twin: Twin, faster: bool) -> dict[str, list[Prescription]]:
    """What is tried, for each draw."""
    first, plans = twin.prescription[0], {}
    if first.mode == "UF":
        return {}
    for name, step in STEPS.items():
        if PROFILES.get(name) and getattr(first, PROFILES[name]) is not None:
            plans[f"{name} at its mean"] = [_bath(p, name, level(p, name)) for p in twin.prescription]
        plans[name] = [_bath(p, name, level(p, name) + step) for p in twin.prescription]
    if first.dialysate.citrate > 0:
        plans["citrate"] = [_bath(p, "citrate", 0.0) for p in twin.prescription]
    if first.mode == "HD":
        plans["flows"] = [extreme(p, faster) for p in twin.prescription]
    return plans


def _ends(moment: Moment, urea: Any, twin: Twin) -> Ends:
    """The blood of these moments; urea is that before, mmol/L of plasma water."""
    seen, p = moment.seen, twin.prescription[0]
    weight = np.resize(twin.post_weight, np.shape(urea))
    found = (
        seen.potassium.K_p, seen.calcium.iCa, seen.magnesium.iMg, seen.acid_base.hco3, seen.acid_base.TCO2,
        seen.acid_base.pH, moment.tally.Ca, measures.sp_ktv(urea, seen.urea_e, p.time / 60, p.uf, weight),
    )  # fmt: skip
    return Ends(*(np.asarray(x) for x in found))


def _split(ends: Ends, parts: Any) -> list[Ends]:
    return [Ends(*(x[part] for x in ends)) for part in parts]


def _bath(p: Prescription, name: str, value: float) -> Prescription:
    """The prescription with a constant bath of this value."""
    values: dict[str, Any] = {name: value}
    flat: dict[str, Any] = {PROFILES[name]: None} if name in PROFILES else {}
    return replace(p, dialysate=replace(p.dialysate, **values), **flat)


def extreme(p: Prescription, faster: bool) -> Prescription:
    """Flows as fast, or blood as slow, as they usually may be; never slower, or faster, than they were."""
    if not faster:
        return replace(p, Q_b=min(p.Q_b, SHOULD.Q_b_slow))
    most = SHOULD.Q_b_catheter if p.access.cardiopulmonary == 0 else SHOULD.Q_b  # blood goes back into a vein
    return replace(p, Q_b=max(p.Q_b, most), Q_d=max(p.Q_d, SHOULD.Q_d))


def bath_for(wanted: float, at: float, step: float, base: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """The bath with which blood ends where it is wanted, by the straight line through two baths; [draw]."""
    slope = np.maximum((moved - base) / step, LEAST)
    return np.asarray(at + (wanted - base) / slope)


def next_time(twin: Twin, found: Tried) -> np.ndarray:
    """By how much bicarbonate before the next session follows that of the bath, mmol/L for each; [draw]."""
    m = len(twin.prescription)
    start = both(*found.after)
    people = take(twin.patient, np.tile(np.arange(m), 2))
    later = schedule.between(people, start, twin.gap_h).end.body
    hco3 = np.asarray(body.look(later, people, body.rest(people)).acid_base.hco3)
    return np.asarray((hco3[m:] - hco3[:m]) / STEPS["HCO3"])
