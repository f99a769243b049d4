"""Targets: statistics of a real center's 161,373 sessions beside those of a simulated cohort, each with its band.

The band of every row is made by one rule, laid down before anything was tuned: the 95 % interval that the table's
own number of patients leaves, and a twentieth of the value on either side, for what a model of a center may miss.
What a share of sessions is, is asked of each session's chance, so that twelve sessions tell as much as hundreds.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from scipy.special import ndtri
from scipy.stats import spearmanr

ROOM, WIDE = 0.05, 1.96  # of the value; standard errors in 95 %
PATIENTS = 924  # of all sessions together [Lin2019]
PERCENTILES = (5, 25, 50, 75, 95)
QUINTILE_SLOPE = 2.0  # times the real one, at most
SESSIONS_A_WEEK = 3
COLUMNS = {  # of the file, by the table's names
    "idh90": "low_reading_chance", "drop20": "sbp_drop_chance", "ufr_ml_kg_h": "uf_rate_ml_kg_h",
    "avg_weight_loss": "loss_kg", "wloss_pct": "loss_pct", "avg_dialysis_lengh_in_m": "minutes",
    "avg_sbp_systolic_blood_pressure": "sbp_usual", "avg_dbp_diastolic_blood_pressure": "dbp_usual",
    "avg_dryweight": "target_kg", "avg_number_of_bp_measurements": "readings_expected",
    "avg_uf_was_stopped_counter": "uf_stops_expected",
}  # fmt: skip
NEEDED = (
    "patient", "week", "female", "diabetes", "weight_before_kg", "weight_after_kg", "cramp_chance", "cramp",
    *(name for name in COLUMNS.values() if not name.startswith("loss")),
)  # fmt: skip
CRAMPS = (  # evidence, of sessions or patients: name, definition, range, where it was read
    ("cramp_sessions", "sessions with a cramp", (0.06, 0.20), "Akkabut2021 Arramreddy2012"),
    ("cramp_patients_month", "patients with a cramp in four weeks", (0.43, 0.77), "Lynch2014 Alvarez2020"),
)


@dataclass(frozen=True)
class Row:
    """One statistic, real and simulated."""

    metric: str
    definition: str
    real: float | None
    low: float
    high: float
    simulated: float

    @property
    def inside(self) -> bool:
        """Whether the simulated value lies in its band."""
        return self.low <= self.simulated <= self.high


@cache
def table() -> dict[str, tuple[float, int, str]]:
    """Value, number of patients or sessions, and definition of each metric of the center."""
    with files("soleus.population").joinpath("hemobp.csv").open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {r["metric"]: (float(r["value"]), int(r["n"]), r["definition"]) for r in rows}


def compare(columns: Mapping[str, np.ndarray]) -> list[Row]:
    """Every row of the table, and cramps, for a cohort's columns [session]."""
    person = _people(columns)
    found = _statistics(person)
    rows = [Row(name, said, value, *band(name), found[name]) for name, (value, _, said) in table().items()]
    slope = [found[f"pooled_idh90_ufr_quintile_{i}"] for i in (1, 5)]
    real = table()["pooled_idh90_ufr_quintile_5"][0] - table()["pooled_idh90_ufr_quintile_1"][0]
    said = "share with SBP<90 in the fifth less the first quintile of UF rate; at most twice the real one"
    rows.append(Row("quintile_slope", said, real, -np.inf, QUINTILE_SLOPE * real, slope[1] - slope[0]))
    cramps = {"cramp_sessions": float(person["cramp_chance"].mean()), "cramp_patients_month": _month(columns)}
    rows += [Row(name, f"{what} [{keys}]", None, *span, cramps[name]) for name, what, span, keys in CRAMPS]
    return rows


def _people(columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Means over each person's sessions."""
    _, who = np.unique(columns["patient"], return_inverse=True)
    sessions = np.bincount(who)
    loss = np.asarray(columns["weight_before_kg"], float) - columns["weight_after_kg"]
    every = {**columns, "loss_kg": loss, "loss_pct": 100 * loss / columns["target_kg"]}
    return {
        name: np.bincount(who, np.asarray(x, float)) / sessions
        for name, x in every.items()
        if name not in ("patient", "week")
    }


def _month(columns: Mapping[str, np.ndarray]) -> float:
    """Share of patients with a cramp within four weeks, expected from the chances of their sessions."""
    _, who = np.unique(columns["patient"], return_inverse=True)
    chance = np.clip(np.asarray(columns["cramp_chance"], float), 0.0, 1 - 1e-9)
    free = np.bincount(who, np.log1p(-chance)) * 4 * SESSIONS_A_WEEK / np.bincount(who)
    return float(np.mean(-np.expm1(free)))


def _statistics(person: Mapping[str, np.ndarray]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, column in COLUMNS.items():
        for p in PERCENTILES:
            found[f"{name}_p{p}"] = float(np.percentile(person[column], p))
    low, fell, rate = (person[COLUMNS[name]] for name in ("idh90", "drop20", "ufr_ml_kg_h"))
    diabetes, female = person["diabetes"] > 0.5, person["female"] > 0.5
    mean, spread = low.mean(), low.var()
    many = mean * (1 - mean) / spread - 1
    order = np.argsort(np.argsort(rate)) * 5 // len(rate)
    return found | {
        "pooled_share_sessions_nadir_sbp_lt_90": float(mean),
        "pooled_share_sessions_sbp_drop_ge_20": float(fell.mean()),
        "share_patients_never_nadir_lt_90": float((low == 0).mean()),
        "spearman_idh90_vs_ufr": float(spearmanr(low, rate)[0]),
        "spearman_idh90_vs_mean_sbp": float(spearmanr(low, person["sbp_usual"])[0]),
        "spearman_drop20_vs_ufr": float(spearmanr(fell, rate)[0]),
        "pooled_idh90_not_diabetic": float(low[~diabetes].mean()),
        "pooled_idh90_diabetic": float(low[diabetes].mean()),
        "pooled_idh90_gender_Female": float(low[female].mean()),
        "pooled_idh90_gender_Male": float(low[~female].mean()),
        "share_diabetic": float(diabetes.mean()),
        **{f"pooled_idh90_ufr_quintile_{i + 1}": float(low[order == i].mean()) for i in range(5)},
        "beta_binomial_alpha_idh90": float(mean * many),
        "beta_binomial_beta_idh90": float((1 - mean) * many),
    }


def band(metric: str) -> tuple[float, float]:
    """The range in which a simulated value counts as the real one."""
    value, n, _ = table()[metric]
    room = ROOM * abs(value)
    stem, _, percent = metric.rpartition("_p")
    if stem in COLUMNS:
        low, high = _percentile_interval(stem, int(percent) / 100, n)
    else:
        low, high = value - WIDE * _error(metric), value + WIDE * _error(metric)
    least = -1.0 if metric.startswith("spearman") else 0.0
    return max(low - room, least), high + room


def _percentile_interval(stem: str, share: float, n: int) -> tuple[float, float]:
    """What another such sample's percentile may be: shares a sampling error off, along the table's own percentiles."""
    known = [table()[f"{stem}_p{p}"][0] for p in PERCENTILES]
    scores = [float(ndtri(p / 100)) for p in PERCENTILES]
    off = WIDE * np.sqrt(share * (1 - share) / n)

    def at(z: float) -> float:
        i = int(np.clip(np.searchsorted(scores, z) - 1, 0, len(scores) - 2))
        return known[i] + (z - scores[i]) / (scores[i + 1] - scores[i]) * (known[i + 1] - known[i])

    return at(float(ndtri(share - off))), at(float(ndtri(share + off)))


def _error(metric: str) -> float:
    """Standard error of a statistic that is no percentile, from the spread of patients about it."""
    value, n, _ = table()[metric]
    alpha, beta = (table()[f"beta_binomial_{name}_idh90"][0] for name in ("alpha", "beta"))
    if metric.startswith("beta_binomial"):
        return _fitted_error("alpha" in metric, alpha, beta, n)
    if metric.startswith("spearman"):
        return float(1 / np.sqrt(n - 1))
    if metric.startswith("share"):
        return float(np.sqrt(value * (1 - value) / n))
    spread = float(np.sqrt(alpha * beta / (alpha + beta + 1)) / (alpha + beta))
    if "drop" in metric:
        spread = (table()["drop20_p95"][0] - table()["drop20_p5"][0]) / (2 * float(ndtri(0.95)))
    return float(spread / np.sqrt(min(n, PATIENTS)))


@cache
def _fitted_error(first: bool, alpha: float, beta: float, n: int) -> float:
    """Of the moment fit of a beta distribution to n patients, by drawing such samples."""
    drawn = np.random.default_rng(1).beta(alpha, beta, (500, n))
    mean, spread = drawn.mean(axis=1), drawn.var(axis=1)
    many = mean * (1 - mean) / spread - 1
    return float(np.std((mean if first else 1 - mean) * many))


def as_json(rows: Sequence[Row]) -> dict[str, Any]:
    """The rows in plain values."""
    listed = [
        {"metric": r.metric, "definition": r.definition, "real": r.real, "low": r.low if np.isfinite(r.low) else None,
         "high": r.high, "simulated": float(f"{r.simulated:.5g}"), "inside": r.inside}
        for r in rows
    ]  # fmt: skip
    return {"schema_version": 1, "rows": listed, "inside": sum(r.inside for r in rows)}


def page(rows: Sequence[Row]) -> str:
    """A line for each row; a value outside its band is marked."""
    lines = [f"{'':38}{'real':>9}{'band':>20}{'simulated':>11}"]
    for r in rows:
        real = "" if r.real is None else f"{r.real:.4g}"
        span = f"{r.low:.4g} to {r.high:.4g}" if np.isfinite(r.low) else f"up to {r.high:.4g}"
        lines.append(f"{r.metric[:37]:38}{real:>9}{span:>20}{r.simulated:>11.4g}{'' if r.inside else ' *'}")
    return "\n".join([*lines, f"{sum(r.inside for r in rows)} of {len(rows)} rows in their band; * marks one outside"])
