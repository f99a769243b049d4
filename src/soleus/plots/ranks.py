"""Ranks: where truths lie in the twin's answers; flat where intervals are as wide as they should be."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import binom

from ..calibration import CLOSE, LABELS, NAMES, Group, Result, covered, of
from .look import BLUE, INK, ORANGE, PALE, SOFT, blank, styled, title

BINS = 10
COLUMNS = 5
BAND = (0.005, 0.995)  # of the count in a bin, where ranks are even


def ranks(r: Result) -> Figure:
    """A rank histogram of each trait, and the dry weight answered against the true one."""
    own = r.groups[0]
    with styled():
        figure = blank(14.0, 8.6)
        figure.text(0.02, 0.982, "Where truths lie in the answers", fontsize=16, weight="bold", va="top")
        said = (
            f"{len(own.fitted)} simulated people, a month of readings each; across: the answer's share below truth."
            "  Grey: 99 % of bars, were all intervals right.  A hollow: too narrow.  A hump: too wide."
        )
        figure.text(0.02, 0.945, said, fontsize=10, va="top")
        grid = figure.add_gridspec(3, COLUMNS, left=0.04, right=0.985, top=0.885, bottom=0.07, hspace=0.5, wspace=0.25)
        for i, name in enumerate(NAMES):
            _histogram(figure.add_subplot(grid[i // COLUMNS, i % COLUMNS]), own, name)
        _dry(figure.add_subplot(grid[len(NAMES) // COLUMNS, len(NAMES) % COLUMNS]), own)
    return figure


def _histogram(axes: Axes, g: Group, name: str) -> None:
    found, n = of(g, name), len(g.fitted)
    low, high = binom.ppf(BAND, n, 1 / BINS)
    axes.axhspan(low, high, color=PALE, zorder=0)
    axes.axhline(n / BINS, color=SOFT, lw=0.8, zorder=1)
    axes.hist(found, bins=BINS, range=(0, 1), color=BLUE, alpha=0.85, zorder=2)
    c = covered(g, name)
    title(axes, LABELS[name])
    axes.set_xlabel(f"truths in 50 %: {c.half:.0%}, in 90 %: {c.ninety:.0%}", fontsize=7)
    axes.set_xlim(0, 1)
    axes.tick_params(length=2)


def _dry(axes: Axes, g: Group) -> None:
    """Errors of the dry weight, with a blood volume monitor and without."""
    edges = np.arange(-2.25, 2.3, 0.25)
    for label, chosen, color in (("with blood volume", True, BLUE), ("without", False, ORANGE)):
        errors = np.clip([x.error for x in g.fitted if x.volume is chosen], edges[0], edges[-1])
        axes.hist(errors, bins=list(edges), histtype="step", lw=1.6, color=color, label=label)
    axes.axvspan(-CLOSE, CLOSE, color=PALE, zorder=0)
    axes.set_ylim(0, 1.35 * axes.get_ylim()[1])
    axes.legend(fontsize=7, frameon=False, loc="upper left")
    title(axes, "Error of the dry weight")
    axes.set_xlabel("answered less true, kg", fontsize=7)
    axes.tick_params(length=2, labelcolor=INK)
