"""Useful: the measurement that would narrow the answer most."""

import numpy as np

from .. import measures, symptoms
from ..fit import Twin
from .answer import Measurement


def most_useful(twin: Twin, about: str) -> Measurement | None:
    """The missing measurement that would narrow this risk most: linear-Gaussian, over everybody drawn."""
    field = twin.field
    m = field.course.moments(field.patient, at=[0, -1])
    people = len(field.offset)
    at = np.repeat(np.arange(people), len(field.hazard) // people)
    target = np.log(field.hazard if about == "cramp" else _pressure_hazard(twin)[at])
    case, day = twin.case, twin.session.date
    seen = m.seen
    asked = [
        (case.patient.overhydration_l is None and case.patient.dry_weight_kg is None, "bioimpedance before dialysis",
         field.patient.fluid.dry_weight, 1.0, "it shows how far the target weight is from the physiological one"),
        (not twin.session.blood_volume, "a blood volume trace", 100 * (seen.blood.BV[1] / seen.blood.BV[0] - 1), 1.5,
         "it separates slow refilling from too much fluid taken off"),
        (case.lab("sodium_mmol_l", "post", day) is None, "sodium after dialysis", seen.sodium.Na_p[1], 1.0,
         "with the sodium before, it shows what the bath really delivered"),
        (case.lab("protein_g_l", "post", day) is None, "total protein after dialysis",
         seen.protein.c_pl[1] / seen.protein.c_pl[0], 0.03, "its rise measures the plasma volume lost"),
        (case.lab("bicarbonate_mmol_l", "post", day) is None, "bicarbonate after dialysis", seen.acid_base.hco3[1], 1.0,
         "it shows how alkaline the blood became"),
        (case.lab("magnesium_mmol_l", "pre", day) is None, "magnesium before dialysis", seen.magnesium.tMg[0], 0.03,
         "it shows whether the stores are low"),
        (case.lab("potassium_mmol_l", "post", day) is None, "potassium after dialysis", seen.potassium.K_p[1], 0.1,
         "it shows how far and how fast potassium fell"),
        (case.lab("ionized_calcium_mmol_l", "post", day) is None, "ionized calcium after dialysis",
         seen.calcium.iCa[1], 0.02, "it shows where the bath left it"),
        (about == "cramp", "calf oxygen by near-infrared probe", m.state.muscle.S[1], 0.04,
         "it shows whether the muscle is starved"),
        (about == "cramp" and len(twin.case.sessions) < 6, "a cramp diary of twelve sessions", None, 0.5,
         "it tells this person's own susceptibility from the session's"),
    ]  # fmt: skip
    found = [
        Measurement(what, narrowing(target, field.traits.u if x is None else np.asarray(x)[at], sd, field.weight), why)
        for absent, what, x, sd, why in asked
        if absent
    ]
    return max(found, key=lambda option: option.narrows, default=None)


def _pressure_hazard(twin: Twin) -> np.ndarray:
    """Cumulative hypotension hazard of everybody drawn, at typical weights."""
    field, order = twin.field, twin.prescription[0]
    ufr = measures.uf_rate_ml_kg_h(order.uf, order.time / 60, twin.post_weight[0])
    seen = symptoms.signs(field.course.moments(field.patient))
    return symptoms.hypotension(seen, field.course.minutes, ufr, symptoms.Hypotension(), order.time).cumulative[-1]


def narrowing(target: np.ndarray, reading: np.ndarray, sd: float, weight: np.ndarray) -> float:
    """Share of the target's variance that a reading with this error would explain."""
    t, r = target - weight @ target, reading - weight @ reading
    spread = weight @ r**2 + sd**2
    return float((weight @ (t * r)) ** 2 / spread / max(weight @ t**2, 1e-12))
