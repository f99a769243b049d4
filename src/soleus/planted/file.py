"""File: what a clinic writes down of a simulated person, with the errors of its instruments, rounded as they round.

The dry weight is the one number that no instrument gives well, so how it is told makes three kinds of file (`TOLD`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from ..fit.readings import DIASTOLIC_ARM
from ..instruments import INSTRUMENTS
from ..person import DOUBT
from ..prescription import Prescription
from .people import Lived

DAY = date(2026, 3, 4)
EVERY = 30.0  # min between readings
TOLD = {
    "known": "the dry weight known, blood of the day, and a blood volume monitor",
    "measured": "the dry weight by bioimpedance, blood of the day, and a blood volume monitor",
    "usual": "a target weight, and blood of the week before without ionized calcium and magnesium",
}
BEFORE = 3  # sessions in the file before the one to explain
WEEK = timedelta(days=7)
LABS = {  # of the file: place on the chart, field, factor, digits, whether not in the usual file
    "sodium": ("sodium_mmol_l", 1.0, 0, False),
    "potassium": ("potassium_mmol_l", 1.0, 1, False),
    "bicarbonate": ("bicarbonate_mmol_l", 1.0, 0, False),
    "ionized_calcium": ("ionized_calcium_mmol_l", 1.0, 2, True),
    "magnesium": ("magnesium_mmol_l", 1.0, 2, True),
    "phosphate": ("phosphate_mmol_l", 1.0, 2, False),
    "urea": ("urea_mmol_l", 1.0, 1, False),
    "creatinine": ("creatinine_umol_l", 1000.0, 0, False),
    "protein": ("protein_g_l", 1.0, 0, False),
}


def written(one: Lived, about: str, told: str, rng: np.random.Generator) -> dict[str, Any]:
    """The case file of one person, who complained of this."""
    x = one.lives[0]
    full = told != "usual"
    file = _exact(one, _labs(one, full, rng), x.target + x.dry, _weights(one, rng))
    session = file["sessions"][-1]
    if full:
        error = DOUBT.bioimpedance * float(rng.standard_normal()) * (told == "measured")
        file["patient"]["dry_weight_kg"] = round(x.dry + error, 1)
        session["blood_volume"] = _monitor(one, rng)
    session["pressures"] = _readings(one, rng)
    minute = _minute(one, about, rng)
    session["symptoms"] = [{"minute": minute, "what": about}] if about == "cramp" else _fell(minute)
    for earlier in file["sessions"][:-1]:
        if rng.random() < one.risks["cramp"].probability[0]:
            earlier["symptoms"] = [{"minute": _minute(one, "cramp", rng), "what": "cramp"}]
    return file


def exact(one: Lived) -> dict[str, Any]:
    """The same file without an error, to ask what is true."""
    x = one.lives[0]
    pre = one.post_weight[0] + x.gain
    labs: dict[str, Any] = {name: x.labs[place] * factor for place, (name, factor, _, _) in LABS.items()}
    labs |= {"date": DAY.isoformat(), "when": "pre", "haematocrit": x.labs["haematocrit"]}
    told = _exact(one, labs, x.target + x.dry, [(pre, pre - x.gain)] * (BEFORE + 1))
    told["patient"]["dry_weight_kg"] = x.dry
    return told


def _exact(one: Lived, labs: dict[str, Any], target: float, weights: list[tuple[float, float]]) -> dict[str, Any]:
    """The frame of the file."""
    x = one.lives[0]
    patient = {
        "sex": x.sex, "age_y": float(x.age_y), "height_cm": float(x.height_cm), "target_weight_kg": round(target, 1),
        "diabetes": x.diabetes, "access": "fistula", "residual_urine_ml_day": 0.0, "weight_confirmed": True,
    }  # fmt: skip
    days = [DAY - timedelta(days=d) for d in (7, 5, 2, 0)]
    sessions = [
        {"date": day.isoformat(), "pre_weight_kg": pre, "post_weight_kg": post, "uf_l": round(x.gain, 1)}
        for day, (pre, post) in zip(days, weights, strict=True)
    ]
    told: dict[str, Any] = {
        "schema_version": 1, "patient": patient, "schedule": {"per_week": 3.0, "gap_h": 44.0},
        "prescription": ordered(x.order), "sessions": sessions,
        "labs": [labs],
    }  # fmt: skip
    if x.drug:
        told["drugs"] = [{"name": x.drug}]
    return told


def ordered(p: Prescription) -> dict[str, Any]:
    """The prescription as written."""
    b = p.dialysate
    bath = {
        "sodium_mmol_l": b.Na, "potassium_mmol_l": b.K, "calcium_mmol_l": b.Ca, "magnesium_mmol_l": b.Mg,
        "bicarbonate_mmol_l": b.HCO3, "acetate_mmol_l": b.acetate, "citrate_mmol_l": b.citrate,
        "glucose_mmol_l": b.glucose, "temperature_c": b.temperature,
    }  # fmt: skip
    told: dict[str, Any] = {
        "mode": p.mode, "hours": p.time / 60, "blood_flow_ml_min": 1000 * p.Q_b, "dialysate_flow_ml_min": 1000 * p.Q_d,
        "koa_urea_ml_min": 1000 * p.dialyzer.KoA_urea, "dialysate": {k: float(v) for k, v in bath.items()},
        "reason": p.reason,
    }  # fmt: skip
    for name in ("uf_profile", "sodium_profile"):
        profile = getattr(p, name)
        if profile is not None and len(set(profile.values)) > 1:
            told[name] = _profile(profile.knots)
    return told


def _profile(knots: Any) -> dict[str, Any]:
    """A line by its ends, or steps."""
    if len(knots) == 2:
        return {"linear": [float(value) for _, value in knots]}
    return {"steps": [[float(share), float(value)] for share, value in knots[::2]]}


def _weights(one: Lived, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Before and after each session, as the scale says."""
    x = one.lives[0]
    off = INSTRUMENTS.scale * np.clip(rng.standard_normal((BEFORE + 1, 2)), -2, 2)
    post = float(one.post_weight[0])
    return [(round(post + x.gain + float(a), 1), round(post + float(b), 1)) for a, b in off]


def _labs(one: Lived, full: bool, rng: np.random.Generator) -> dict[str, Any]:
    """The blood before the session, or the monthly sample a week before it."""
    x = one.lives[0]
    day = DAY if full else DAY - WEEK
    told: dict[str, Any] = {"date": day.isoformat(), "when": "pre"}
    for place, (name, factor, digits, needs) in LABS.items():
        z = float(np.clip(rng.standard_normal(), -2.5, 2.5)) * (1.0 if full else 2.0)
        if needs and not full:
            continue
        error, value = float(getattr(DOUBT, place)), x.labs[place]
        read = value * (1 + error * z) if place in ("phosphate", "urea", "creatinine", "protein") else value + error * z
        told[name] = float(round(read * factor, digits))
    total = float(one.course.moments(one.patient, at=[0]).seen.calcium.tCa[0, 0])
    told["calcium_mmol_l"] = round(total + DOUBT.calcium * float(rng.standard_normal()), 2)
    told["haematocrit"] = round(x.labs["haematocrit"] + 0.01 * float(rng.standard_normal()), 3)
    return told


def _readings(one: Lived, rng: np.random.Generator) -> list[dict[str, Any]]:
    """The cuff every half hour, written down to even numbers."""
    time = one.orders[0].time
    flow = one.course.moments(one.patient).seen.circulation
    at = np.append(np.arange(0.0, time - 1, EVERY), time)
    true = [np.interp(at, one.course.minutes, np.asarray(x)[:, 0]) for x in (flow.SBP, flow.DBP, flow.HR)]
    sd = np.array([INSTRUMENTS.systolic, INSTRUMENTS.diastolic, INSTRUMENTS.pulse])
    off = INSTRUMENTS.arm * np.array([1.0, DIASTOLIC_ARM, 0.0])
    noise = sd[:, None] * rng.standard_normal((3, len(at))) + off[:, None] * rng.standard_normal((3, 1))
    SBP, DBP, HR = true + noise
    DBP = np.clip(DBP, 25.0, SBP - 12)
    return [
        {"minute": float(t), "systolic_mmhg": float(2 * round(s / 2)), "diastolic_mmhg": float(2 * round(d / 2)),
         "heart_rate_min": float(round(h))}
        for t, s, d, h in zip(at, np.clip(SBP, 45, 230), DBP, np.clip(HR, 35, 150), strict=True)
    ]  # fmt: skip


def _monitor(one: Lived, rng: np.random.Generator) -> list[dict[str, float]]:
    """The blood volume monitor every half hour."""
    at = np.arange(0.0, one.orders[0].time + 1, EVERY)
    volume = np.asarray(one.course.moments(one.patient).seen.blood.BV)[:, 0]
    true = np.interp(at, one.course.minutes, 100 * (volume / volume[0] - 1))
    read = true * (1 + INSTRUMENTS.rbv_gain * rng.standard_normal())
    read = read + INSTRUMENTS.rbv * rng.standard_normal(len(at)) * (at > 0)
    return [{"minute": float(t), "rbv_pct": round(float(v), 1)} for t, v in zip(at, read, strict=True)]


def _minute(one: Lived, about: str, rng: np.random.Generator) -> float:
    """When it happened, by the true hazard, given that it did."""
    risk = one.risks[about]
    cumulative = risk.cumulative[:, 0]
    reached = -np.log1p(-rng.random() * float(-np.expm1(-cumulative[-1])))
    minute = float(np.interp(reached, cumulative, one.course.minutes))
    return float(min(round(minute), one.orders[0].time))


def _fell(minute: float) -> list[dict[str, Any]]:
    return [{"minute": minute, "what": "hypotension"}]
