"""First aid: what to do in order, then the chance of another cramp, or fall, and the pressure, action by action."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..advice.rescue import Rescue
from ..report.rescue import ending, offered, possible, short
from .look import BLUE, GREEN, INK, ORANGE, PURPLE, SKY, SOFT, title

COLORS = {
    "nothing": SOFT, "slow": "#9a9a9a", "stop": BLUE, "saline": SKY, "glucose": GREEN, "mannitol": PURPLE,
    "strong saline": ORANGE,
}  # fmt: skip
APART = 0.07  # of the panel's height between two names at the end of lines
FIRST, LINE, PANELS, FOOT = 0.78, 0.22, 3.5, 0.7  # inches: to the first line of order, each line, panels, below them


def lines(r: Rescue) -> list[str]:
    """The order of actions, one a line."""
    said = [f"{i}  {step.do}{f' {offered(r)}' if step.id == 'give' else ''}" for i, step in enumerate(r.steps, 1)]
    return [ending(r), *said] if r.ends else said


def height(r: Rescue) -> float:
    """Inches of the figure."""
    return FIRST + LINE * len(lines(r)) + (FOOT if r.ends else 0.5 + PANELS + FOOT)


def panel(figure: Figure, r: Rescue, left: float, width: float) -> Axes:
    """A panel below the order."""
    return figure.add_axes((left, FOOT / height(r), width, (PANELS - 0.3) / height(r)))


def order(figure: Figure, r: Rescue) -> None:
    """What to do, line by line."""
    wide, tall = figure.get_size_inches()
    for i, text in enumerate(lines(r)):
        stop = r.ends and i == 0
        figure.text(
            0.25 / wide, 1 - (FIRST + LINE * i) / tall, text, fontsize=10.2, va="top",
            color=ORANGE if stop else INK, weight="bold" if stop else "normal",
        )  # fmt: skip


def chances(axes: Axes, r: Rescue) -> None:
    """Every action with its interval."""
    rows, about = possible(r), r.standing.about
    for y, row in enumerate(rows):
        chance = row.cramp if about == "cramp" else row.fall
        low, high = 100 * chance.low, 100 * chance.high
        color = COLORS[row.action.id]
        axes.plot([low, high], [y, y], color=color, lw=5, alpha=0.35, zorder=2)
        axes.plot([100 * chance.mean], [y], "o", ms=6, color=color, zorder=3)
        axes.annotate(
            f"{100 * chance.mean:.0f}%", (high, y), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9
        )
    axes.set_yticks(range(len(rows)), [short(row.action.label) for row in rows], fontsize=8.8)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.margins(x=0.12)
    axes.grid(axis="y", visible=False)
    what = "cramp" if about == "cramp" else "fall"
    axes.set_xlabel("%; bar: 5th to 95th percentile of the twin", fontsize=8.5, color=SOFT)
    title(axes, f"Chance of another {what} in {r.outlook.treated:.0f} minutes")


def pressures(axes: Axes, r: Rescue) -> None:
    """Systolic pressure of every action over these minutes."""
    shown, ahead, ends = {row.action.id for row in possible(r)}, r.outlook, []
    for row, course in zip(ahead.rows, ahead.systolic, strict=True):
        if row.action.id in shown:
            color = COLORS[row.action.id]
            axes.plot(ahead.minute, course, color=color, lw=2.4 if row.action.id == "nothing" else 1.5, zorder=3)
            ends.append((float(course[-1]), short(row.action.label), color))
    above, step = float("-inf"), APART * float(np.ptp(axes.get_ylim()))
    for value, label, color in sorted(ends):
        above = max(value, above + step)
        axes.annotate(
            label, (ahead.minute[-1], above), xytext=(5, 0), textcoords="offset points", va="center", fontsize=8.2,
            color=color, annotation_clip=False,
        )  # fmt: skip
    axes.set_xlabel("minute of the session", fontsize=8.5, color=SOFT)
    axes.set_ylabel("mmHg", fontsize=8.5, color=SOFT)
    title(axes, "Systolic pressure", "from the last reading on")
