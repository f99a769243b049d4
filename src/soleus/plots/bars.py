"""Bars: each cause's share of the risk with its interval, what was and what should have been."""

from __future__ import annotations

from textwrap import shorten
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.transforms import blended_transform_factory

from ..causes import Cause, Interval, Split
from ..report.words import bare, signed
from .look import INK, OTHER, PROTECTED, RAISED, SOFT, title

WIDEST = 1.25  # share beyond which an interval runs out of the frame
FEWEST = 6  # rows for which there is always room, so that few bars do not grow fat
TEXT_LEFT = -1.12  # where labels may begin, in widths of the panel
DETAIL = 62  # characters beside a bar
ALL_RIGHT, AVERAGE = "with all of it as it should be", "an average person's, all as it should be"


class Bar(NamedTuple):
    """One line of the chart."""

    label: str
    detail: str
    evidence: str
    share: float
    interval: Interval | None
    color: str


def bars_of(split: Split) -> list[Bar]:
    """Causes as ranked, then what no lever explains."""
    found = [
        Bar(c.label, _change(c), c.evidence, c.share, c.interval, PROTECTED if c.share < 0 else RAISED)
        for c in split.causes
    ]
    left = ALL_RIGHT
    if any((split.susceptibility, *split.susceptibility_interval)):
        own, left = "this person against an average one", AVERAGE
        found.append(Bar("Own susceptibility", own, "", split.susceptibility, split.susceptibility_interval, OTHER))
    found.append(Bar("Left over", left, "", split.residual, None, OTHER))
    return found


def _change(cause: Cause) -> str:
    """What was and what should have been; where that is too long, without what stands in brackets."""
    whole = f"{cause.as_it_was} → {cause.as_it_should_be}"
    return whole if len(whole) <= DETAIL else shorten(bare(whole), DETAIL, placeholder="...")


def draw(axes: Axes, split: Split, heading: str = "Where the risk came from") -> None:
    """All bars, the largest cause on top."""
    bars = bars_of(split)
    ends = [end for bar in bars for end in (bar.share, *(bar.interval or ()))]
    low, high = max(min(*ends, 0.0) - 0.04, -WIDEST), min(max(*ends, 0.2) + 0.04, WIDEST)
    beside = blended_transform_factory(axes.transAxes, axes.transData)
    for y, bar in enumerate(bars):
        axes.barh(y, bar.share, height=0.5, color=bar.color, alpha=0.9, zorder=2)
        if bar.interval is not None:
            _whisker(axes, y, bar.interval, low, high)
        axes.text(-0.025, y - 0.02, bar.label, transform=beside, ha="right", va="bottom", fontsize=9, weight="bold")
        axes.text(-0.025, y + 0.06, bar.detail, transform=beside, ha="right", va="top", fontsize=7.4, color=SOFT)
        axes.text(1.20, y, signed(bar.share), transform=beside, ha="right", va="center", fontsize=9, weight="bold")
        axes.text(1.24, y, bar.evidence, transform=beside, ha="left", va="center", fontsize=9, color=SOFT)
    axes.axvline(0, color=SOFT, lw=0.9, zorder=1)
    axes.set_xlim(low, high)
    axes.set_ylim(max(len(bars), FEWEST) - 0.4, -0.6)
    axes.set_yticks([])
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(lambda x, _: f"{100 * x:.0f}%")
    axes.locator_params(axis="x", nbins=6)
    axes.tick_params(length=2)
    note = "share, 5th to 95th percentile, evidence; left of zero: protected"
    title(axes, heading, note, x=TEXT_LEFT)


def _whisker(axes: Axes, y: float, interval: Interval, low: float, high: float) -> None:
    """The interval; an end outside the frame is an arrow."""
    left, right = (min(max(end, low), high) for end in interval)
    axes.plot([left, right], [y, y], color=INK, lw=1.1, zorder=3)
    for end, true, arrow in ((left, interval.low, "<"), (right, interval.high, ">")):
        if end == true:
            axes.plot([end, end], [y - 0.12, y + 0.12], color=INK, lw=1.1, zorder=3)
        else:
            axes.plot(end, y, arrow, ms=5, color=INK, clip_on=False, zorder=3)
