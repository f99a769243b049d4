"""Population: a simulated cohort beside a real center, statistic by statistic, and where its people lie."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..population.targets import PERCENTILES, Row
from .look import BLUE, INK, ORANGE, OTHER, PALE, SOFT, blank, styled, title

SPREADS = (  # the table's name, what is drawn, by what it is multiplied
    ("idh90", "sessions read below 90 mmHg, %", 100), ("drop20", "sessions that fell by 20 mmHg, %", 100),
    ("avg_sbp_systolic_blood_pressure", "systolic pressure, mmHg", 1),
    ("avg_dbp_diastolic_blood_pressure", "diastolic pressure, mmHg", 1), ("ufr_ml_kg_h", "fluid removal, mL/kg/h", 1),
    ("avg_weight_loss", "weight lost in a session, kg", 1), ("wloss_pct", "the same, % of the target weight", 1),
    ("avg_dryweight", "target weight, kg", 1), ("avg_dialysis_lengh_in_m", "length, min", 1),
    ("avg_number_of_bp_measurements", "readings a session", 1), ("avg_uf_was_stopped_counter", "stops of removal", 1),
)  # fmt: skip
REST = (
    ("pooled_share_sessions_nadir_sbp_lt_90", "reading < 90"), ("pooled_share_sessions_sbp_drop_ge_20", "fall of 20"),
    ("share_patients_never_nadir_lt_90", "people never < 90"), ("pooled_idh90_not_diabetic", "< 90, no diabetes"),
    ("pooled_idh90_diabetic", "< 90, diabetes"), ("pooled_idh90_gender_Female", "< 90, women"),
    ("pooled_idh90_gender_Male", "< 90, men"), ("cramp_sessions", "cramp, sessions"),
    ("cramp_patients_month", "cramp, people a month"),
)  # fmt: skip
RANKS = (
    ("spearman_idh90_vs_ufr", "< 90 and fluid removal"), ("spearman_drop20_vs_ufr", "fall and fluid removal"),
    ("spearman_idh90_vs_mean_sbp", "< 90 and pressure"),
)  # fmt: skip


def population(rows: Sequence[Row]) -> Figure:
    """Percentiles of patients, rates, quintiles of fluid removal, and rank correlations, each in its band."""
    found = {row.metric: row for row in rows}
    with styled():
        figure = blank(13.0, 11.0)
        inside = sum(row.inside for row in rows)
        figure.text(0.02, 0.982, "A simulated cohort beside a real center", fontsize=16, weight="bold", va="top")
        said = "Grey: band of the center's statistic, with its value as a line.  Dot: simulated; orange where outside."
        figure.text(0.02, 0.953, f"{inside} of {len(rows)} statistics in their band.  {said}", fontsize=10, va="top")
        grid = figure.add_gridspec(4, 4, left=0.05, right=0.985, top=0.90, bottom=0.06, hspace=0.55, wspace=0.28)
        for i, (stem, name, times) in enumerate(SPREADS):
            axes = figure.add_subplot(grid[i // 4, i % 4])
            _across(axes, [found[f"{stem}_p{p}"] for p in PERCENTILES], [str(p) for p in PERCENTILES], times)
            title(axes, name)
            axes.set_xlabel("percentile of people", fontsize=8)
        quintiles = figure.add_subplot(grid[2, 3])
        _across(quintiles, [found[f"pooled_idh90_ufr_quintile_{i}"] for i in range(1, 6)], list("12345"), 100)
        title(quintiles, "below 90 mmHg by fluid removal, %")
        quintiles.set_xlabel("fifth of people by fluid removal", fontsize=8)
        _along(figure.add_axes((0.15, 0.06, 0.36, 0.15)), found, REST, "Shares, %", 100)
        _along(figure.add_axes((0.70, 0.06, 0.285, 0.15)), found, RANKS, "Rank correlations")
        figure.text(0.02, 0.012, "Real: 161,373 sessions of HEMOBP, CC BY 4.0 (Lin 2019); cramps: ranges of surveys.",
                    fontsize=7.6, color=SOFT)  # fmt: skip
    return figure


def _across(axes: Axes, rows: Sequence[Row], names: Sequence[str], times: float) -> None:
    """Bands upright, one beside the other."""
    x = np.arange(len(rows))
    each = np.array([(r.low, r.high, r.real, r.simulated) for r in rows], float).T
    low, high, real, dots = times * each
    axes.bar(x, high - low, bottom=low, width=0.62, color=PALE)
    axes.hlines(real, x - 0.31, x + 0.31, color=OTHER, lw=1.4)
    axes.scatter(x, dots, s=26, color=[BLUE if r.inside else ORANGE for r in rows], zorder=3)
    axes.set_xticks(x, names)
    axes.grid(axis="x", visible=False)


def _along(axes: Axes, found: dict[str, Row], listed: Sequence[tuple[str, str]], head: str, times: float = 1.0) -> None:
    """Bands lying, one below the other."""
    rows, names = [found[name] for name, _ in listed], [said for _, said in listed]
    y = np.arange(len(rows))[::-1]
    for at, row in zip(y, rows, strict=True):
        axes.barh(at, times * (row.high - row.low), left=times * row.low, height=0.62, color=PALE)
        if row.real is not None:
            axes.vlines(times * row.real, at - 0.31, at + 0.31, color=OTHER, lw=1.4)
        axes.scatter([times * row.simulated], [at], s=26, color=BLUE if row.inside else ORANGE, zorder=3)
    axes.set_yticks(y, names, color=INK)
    axes.grid(axis="y", visible=False)
    title(axes, head)
