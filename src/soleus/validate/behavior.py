"""Targets: how people on hemodialysis are known to behave (studies/targets.toml), beside what the twin does.

Every number of the twin is computed when asked for. A row is scored as a figure is: against its spread between
patients, against its range, or by its sign.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from .. import symptoms
from ..machine.profiles import linear
from ..study import STAND_IN
from .arm import Treated
from .dissolved import CHEMISTRY
from .figures import verdict
from .lines import over_the_gap
from .readouts import at, values
from .ward import (
    BEFORE,
    FALLING,
    FRONT_HOUR_DRY,
    HOUR,
    POST,
    RISING,
    SESSION,
    Ward,
    correlation,
    refill_by_hour,
    slope,
    ufr,
)

SALT = 58.44 / 1000  # g of sodium chloride per mmol
DAY = 1440.0  # min
LONG_GAP = 68.0  # h
PRE_153 = (("SBP", 153.1), ("DBP", 81.7))
URINE = (("kidney.urine", 0.7 / DAY), ("kidney.gfr", 0.003))


@dataclass(frozen=True)
class Target:
    """One row."""

    id: str
    what: str
    source: str
    measured: str
    model: float
    verdict: str
    reason: str = ""  # of a miss


def targets(patients: int = 96, seed: int = 1) -> list[Target]:
    """Every row of the table, computed."""
    ward = Ward(patients, seed)
    model: dict[str, float] = {}
    for topic in TOPICS:
        model |= topic(ward)
    return [row(entry, model[entry["id"]]) for entry in table()]


@cache
def table() -> list[dict[str, Any]]:
    """The rows as data."""
    with files("soleus.studies").joinpath("targets.toml").open("rb") as file:
        return list(tomllib.load(file)["target"])


def row(entry: dict[str, Any], model: float) -> Target:
    """One row, scored."""
    if "sign" in entry:
        measured = "rises" if entry["sign"] > 0 else "falls"
        colour = "green" if model * entry["sign"] > 0 else "red"
    elif "low" in entry:
        low, high = entry["low"], entry["high"]
        measured = f"{low:g} to {high:g}"
        beyond = max(low - model, model - high, 0.0)
        colour = "green" if beyond == 0 else "amber" if beyond <= (high - low) / 2 else "red"
    elif "measured" not in entry:
        measured, colour = "", ""
    else:
        value = entry["measured"]
        measured = f"{value:g} ± {entry['spread']:g}" if "spread" in entry else f"{value:g}"
        colour = verdict((model - value) / entry.get("spread", STAND_IN * abs(value)))
    reason = entry.get("reason", "") if colour in ("amber", "red") else ""
    return Target(entry["id"], entry["what"], entry["source"], measured, model, colour, reason)


def volume(w: Ward) -> dict[str, float]:
    """T1 to T5: blood and plasma volume."""
    first_hour = 100 + values(w.session(), "RBV_change_pct", HOUR)
    gentle = w.session(uf=1.7)
    steepness = values(gentle, "RBV_slope_pct_per_h", SESSION)
    return {
        "T1a": w.mean("RBV_change_pct", uf=2.7),
        "T1b": w.mean("RBV_change_pct", uf=1.5),
        "T2a": w.mean("RBV_change_pct_per_l", uf=2.7),
        "T2b": w.mean("RBV_change_pct_per_l", uf=1.5),
        "T3a": 100 * float(np.mean((first_hour >= 93) & (first_hour <= 96))),
        "T3b": 100 * float(np.mean(first_hour > 96)),
        "T4a": float(steepness.mean()),
        "T4b": correlation(ufr(gentle), steepness),
        "T5": w.mean("plasma_volume_change_pct", uf=3.1, hours=3.5, pre=PRE_153),
    }


def refilling(w: Ward) -> dict[str, float]:
    """T6 to T8: protein, refilling and what drives it."""
    hemo: dict[str, Any] = {"uf": 2.76, "hours": 3.45, "after": 60.0}
    t = w.session()
    hourly = refill_by_hour(t)
    share = _drive(t)
    return {
        "T6a": 1 + w.mean("protein_change_pct", **hemo) / 100,
        "T6b": 1 + w.mean("protein_change_pct", ("after_min", 30), **hemo) / 100,
        "T6c": 1 + w.mean("protein_change_pct", ("after_min", 60), **hemo) / 100,
        "T7a": float(hourly.mean()),
        "T7b": float(hourly.max(axis=0).mean()),
        "T7c": 1 + float(np.argmax(hourly.mean(axis=1))),
        "T7d": correlation(ufr(t), hourly.mean(axis=0)),
        "T8a": share["plasma"],
        "T8b": share["capillary"],
        "T8c": share["interstitial"],
        "T8d": share["pressure"],
    }


def _drive(t: Treated) -> dict[str, float]:
    """By how much each force of the capillary moved towards refilling over the session, % of their sum."""
    sigma, seen = t.patient.capillary.sigma, t.moment.seen
    forces = {
        "plasma": sigma * seen.protein.pi_pl,
        "capillary": -seen.circulation.P_c,
        "interstitial": -sigma * seen.protein.pi_is,
        "pressure": seen.capillary.P_is,
    }
    moved = {name: float((at(t, x, [t.end]) - x[:1]).mean()) for name, x in forces.items()}
    return {name: 100 * x / sum(moved.values()) for name, x in moved.items()}


def sodium(w: Ward) -> dict[str, float]:
    """T9 to T12: sodium and cell water."""
    moret = {Na: w.mean("Na_removed", SESSION, Na=Na, uf_profile=FRONT_HOUR_DRY) for Na in (140.0, 141.0, 144.0)}
    tally = w.session().moment.tally
    total = (tally.Na_convective + tally.Na_diffusive)[-1].mean()
    cohort = w.session(Na=141.3, bath_sd=3.25, pre=(("Na", 136.7),))
    sarkar = w.session(uf=2.8, Na=142.0, pre=(("Na", 138.2),))
    gradient = 142.0 - sarkar.moment.seen.sodium.Na_p[0]
    cells = values(sarkar, "ICF_change", SESSION)
    return {
        "T9a": moret[140.0],
        "T9b": moret[141.0],
        "T9c": moret[144.0],
        "T10": 100 * float(tally.Na_convective[-1].mean() / total),
        "T11a": float(values(cohort, "Na", POST).mean()),
        "T11b": 100 * float(np.mean(values(cohort, "Na_change", POST) > 0)),
        "T12a": slope(gradient, cells),
        "T12b": float(cells.mean()),
    }


def bath(w: Ward) -> dict[str, float]:
    """T13 to T15: bath sodium and the vessels."""
    weak: dict[str, Any] = {"uf": 0.0, "hours": 1.75, "Na": 126.0, "small": True}
    salty = weak | {"Na": 154.0}
    blood = w.mean("RBV_change_pct", **weak), w.mean("RBV_change_pct", **salty)
    plasma = w.mean("plasma_volume_change_pct", **weak), w.mean("plasma_volume_change_pct", **salty)
    profiled = w.session(sodium_profile=linear(148.0, 134.0))
    even = w.session(sodium_profile=linear(141.0, 141.0))
    return {
        "T13a": blood[0],
        "T13b": blood[1],
        "T13c": (plasma[1] - plasma[0]) / (blood[1] - blood[0]),
        "T14a": w.mean("plasma_volume_change", uf=1.8, hours=3.0, Na=150.0, small=True),
        "T14b": w.mean("plasma_volume_change", uf=1.8, hours=3.0, Na=130.0, small=True),
        "T15a": float((refill_by_hour(profiled) - refill_by_hour(even))[:2].mean()),
        "T15b": w.mean("RBV_change_pct", T=35.0) - w.mean("RBV_change_pct", T=37.0),
    }


def warmth(w: Ward) -> dict[str, float]:
    """T16 and T17: bath temperature."""
    cool: dict[str, Any] = {"T": 35.0}
    warm: dict[str, Any] = {"T": 37.0}
    return {
        "T16a": w.mean("core_temp_change", uf=0.7, hours=1.0, T=37.5),
        "T16b": w.mean("core_temp_change", uf=0.7, hours=1.0, T=35.5),
        "T17a": w.mean("MAP", **cool) - w.mean("MAP", **warm),
        "T17b": w.mean("MAP_change", **cool) - w.mean("MAP_change", **warm),
        "T17c": w.mean("IDH_sessions_pct", **cool) / w.mean("IDH_sessions_pct", **warm),
    }


def pressure(w: Ward) -> dict[str, float]:
    """T18, T19, T22, T23: pressure, heart and resistance."""
    hemo = w.session(uf=3.1, hours=3.5, pre=PRE_153)
    t = w.session()
    lost = values(hemo, "plasma_volume_change_pct", POST)
    blood = t.moment.seen.blood.BV
    return {
        "T18a": float(values(hemo, "SBP", POST).mean()),
        "T18b": float(values(hemo, "DBP", POST).mean()),
        "T19a": w.mean("RBV_change_pct"),
        "T19b": w.mean("PP_change"),
        "T19c": w.mean("HR_change"),
        "T19d": w.mean("TPR_change_pct"),
        "T19e": w.mean("stroke_volume_change"),
        "T19f": w.mean("CO_change"),
        "T22": -5 * slope(lost, values(hemo, "SBP", POST)),
        "T23": float(values(t, "MAP_change", POST).mean() / (at(t, blood, [t.end]) - blood[:1]).mean()),
    }


def hypotension(w: Ward) -> dict[str, float]:
    """T20 and T21: hypotension by rate of removal, how often and when."""
    chance = {}
    for rate in (9.0, 11.0, 13.0, 15.0, 17.0):
        share = w.mean("IDH_sessions_pct", SESSION, uf=rate * 3.5 * 70 / 1000, hours=3.5) / 100
        chance[rate] = share / (1 - share)
    t = w.session(hours=3.5)
    p = values(t, "IDH_sessions_pct", SESSION)
    fifth = max(1, len(p) // 5)
    by_rate = p[np.argsort(ufr(t))]
    timing = _hazard(t)
    odds = {f"T20{letter}": chance[rate] / chance[9.0] for letter, rate in zip("abcd", (11, 13, 15, 17), strict=True)}
    return odds | {
        "T20e": float(by_rate[-fifth:].mean() / by_rate[:fifth].mean()),
        "T21a": float(p.mean()),
        "T21b": timing[1],
        "T21c": timing[-1],
    }


def _hazard(t: Treated) -> list[float]:
    """First episodes of hypotension per 100 half hours still free of one, HOUR by hour."""
    rng, n = np.random.default_rng(len(t.uf)), len(t.uf)
    seen, rate = symptoms.signs(t.moment), ufr(t)
    edges = np.append(np.arange(0, t.end - 30, 60), t.end)
    free = np.zeros((len(edges), n))
    for _ in range(16):
        weights = symptoms.draw_weights(symptoms.Hypotension, n, rng)
        free += np.exp(-at(t, symptoms.hypotension(seen, t.minutes, rate, weights, t.end).cumulative, edges))
    left = free.mean(axis=1)
    half_hours = np.diff(edges) / 30
    return [float(x) for x in 100 * -np.diff(left) / left[:-1] / half_hours]


def gain(w: Ward) -> dict[str, float]:
    """T24 to T28 and T33: what is eaten, drunk and gained between sessions."""
    free = w.session(own_gain=True)
    kg = values(free, "IDWG", BEFORE)
    modest = w.session(own_gain=True, share=(("gut.salt", 6 / SALT / DAY),))
    cohort = w.session(Na=141.3, bath_sd=3.25, own_gain=True)
    gradient = 141.3 + 3.25 * w.who.bath - cohort.moment.seen.sodium.Na_p[0]
    long = w.session(own_gain=True, gap=LONG_GAP)
    urine = w.session(own_gain=True, gap=LONG_GAP, share=URINE)
    return {
        "T24a": float((free.patient.gut.salt * free.plan.gap * 60 * SALT / kg).mean()),
        "T24b": float(values(modest, "IDWG", BEFORE).mean() / (modest.plan.gap / 24)),
        "T25a": slope(gradient, values(cohort, "IDWG", BEFORE)),
        "T25b": w.mean("IDWG_pct", BEFORE, own_gain=True, Na=134.0) - w.mean("IDWG_pct", BEFORE, own_gain=True),
        "T26": w.mean("Na", BEFORE, own_gain=True, Na=145.0) - w.mean("Na", BEFORE, own_gain=True, Na=135.0),
        "T27": over_the_gap(w.session(uf=2.35, gap=48.0), "SBP"),
        "T28": 100 * float(values(long, "IDWG", BEFORE).mean() / LONG_GAP / (kg.mean() / free.plan.gap) - 1),
        "T33": float(values(urine, "IDWG", BEFORE).mean() / values(long, "IDWG", BEFORE).mean()),
    }


def rest(w: Ward) -> dict[str, float]:
    """T29 to T32: osmolality, calf, profiles of fluid removal, urea."""
    even = w.mean("RBV_change_pct", HOUR), w.mean("RBV_change_pct")
    return {
        "T29": w.mean("osmolality_change"),
        "T30": w.mean("muscle_StO2"),
        "T31a": w.mean("RBV_change_pct", HOUR, uf_profile=FALLING) - even[0],
        "T31b": w.mean("RBV_change_pct", uf_profile=FALLING) - even[1],
        "T31c": w.mean("RBV_change_pct", uf_profile=RISING) - even[1],
        "T32a": w.mean("URR", SESSION),
        "T32b": w.mean("rebound_urea_pct", ("after_min", 30), after=30.0),
    }


TOPICS: tuple[Callable[[Ward], dict[str, float]], ...] = (
    volume,
    refilling,
    sodium,
    bath,
    warmth,
    pressure,
    hypotension,
    gain,
    rest,
    *CHEMISTRY,
)
