"""Known: the dry weight beside the target, what was told of each trait, readings against what the others foretell."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from scipy.stats import norm

from ..advice.review import bioimpedance, read_at_all
from ..fit import changed, checks
from ..fit.known import Known, Weight
from ..person import DOUBT
from ..report.known import Findings
from .look import BLUE, GREEN, INK, ORANGE, PALE, PURPLE, SKY, SOFT, title

COLORS = {"systolic": BLUE, "diastolic": PURPLE, "pulse": ORANGE, "rbv": SKY, "sodium": GREEN}
PAUSE = 40.0  # min between two sessions in the picture
MANY = 8  # sessions beyond which the year is left out
FARTHEST = 4.0  # predictive SDs at the frame; a reading beyond is drawn on it


def weight(axes: Axes, known: Known) -> None:
    """The dry weight before and after, target and bioimpedance as lines."""
    dry, (mean, sd) = known.dry_weight, known.dry_weight.prior
    x = np.linspace(mean - 3 * sd, mean + 3 * sd, 200)
    before = norm.pdf(x, mean, sd)
    axes.fill_between(x, before / before.max(), color=PALE, zorder=1)
    if read_at_all(known):
        _bar(axes, dry)
    marks = [(known.case.patient.target_weight_kg, "target", ORANGE), (bioimpedance(known), "bioimpedance", GREEN)]
    for i, (value, name, color) in enumerate(marks):
        if value is not None:
            axes.axvline(value, color=color, lw=1.6, zorder=2)
            axes.annotate(
                f" {name} {value:.1f}", (value, 1.09 - 0.08 * i), color=color, fontsize=8.5, va="top", zorder=5
            )
    measured = bioimpedance(known)
    if measured is not None:
        axes.axvspan(measured - DOUBT.bioimpedance, measured + DOUBT.bioimpedance, color=GREEN, alpha=0.12)
    axes.set_ylim(0, 1.1)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("kg", fontsize=8.5, color=SOFT)
    title(axes, "Physiological dry weight", "bar: 9 in 10 by the readings; grey: before them")


def _bar(axes: Axes, dry: Weight) -> None:
    """The interval of the dry weight by the readings."""
    axes.barh(0.5, dry.high - dry.low, left=dry.low, height=0.09, color=BLUE, alpha=0.85, zorder=3)
    axes.plot([dry.mean], [0.5], "|", color="white", ms=9, mew=2, zorder=4)
    axes.annotate(
        f"{dry.mean:.1f} kg", (dry.mean, 0.55), xytext=(0, 3), textcoords="offset points", ha="center", fontsize=9,
        weight="bold", color=BLUE,
    )  # fmt: skip


def told(axes: Axes, found: Findings) -> None:
    """By how much narrower each trait became."""
    for y, t in enumerate(found.traits):
        share = 100 * max(t.told, 0.0)
        color = BLUE if 1 - t.told <= checks.NOT_TOLD else PALE
        axes.barh(y, share, height=0.6, color=color, zorder=2)
        axes.annotate(f"{share:.0f}", (share, y), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8)
    axes.set_yticks(range(len(found.traits)), [t.label for t in found.traits], fontsize=8.5)
    axes.set_ylim(len(found.traits) - 0.4, -0.6)
    axes.set_xlim(0, 100)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("% narrower than before", fontsize=8.5, color=SOFT)
    title(axes, "What the readings told", "pale: not told by these data", x=-0.62)


def fits(axes: Axes, known: Known) -> None:
    """Every reading where the others foretell it."""
    learned = known.learned
    z, o = checks.away(learned), learned.observed
    axes.axhspan(-checks.WITHIN, checks.WITHIN, color=PALE, alpha=0.6, zorder=1)
    ends = np.cumsum([0.0, *(s.order.time + PAUSE for s in o.sittings)])
    at = ends[o.of] + o.minutes if len(z) else np.zeros(0)
    for kind in dict.fromkeys(o.kinds.tolist()) if len(z) else ():
        rows = o.kinds == kind
        axes.plot(
            at[rows], np.clip(z[rows], -FARTHEST, FARTHEST), "o", ms=4, color=COLORS[kind], zorder=3, clip_on=False,
            label=changed.LABELS[kind],
        )  # fmt: skip
    middle = [(a + b - PAUSE) / 2 for a, b in zip(ends[:-1], ends[1:], strict=True)]
    days = [str(s.session.date)[5 if len(middle) > MANY else 0 :] for s in o.sittings]
    axes.set_xticks(middle, days, fontsize=8)
    axes.set_xlim(-PAUSE / 2, max(ends[-1] - PAUSE / 2, 1.0))
    axes.set_ylim(-FARTHEST, FARTHEST)
    axes.set_ylabel("SDs from the foretold", fontsize=8.5, color=SOFT)
    axes.axhline(0, color=INK, lw=0.7, zorder=2)
    if len(z):
        axes.legend(ncols=5, fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(0, -0.1))
    title(axes, "Do the readings fit together?", "each against what all others foretell; band: nine in ten")
