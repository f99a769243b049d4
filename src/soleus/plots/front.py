"""Front: every option between what it asks of the patient's week and the cramps that are left."""

from __future__ import annotations

from textwrap import fill

from matplotlib.axes import Axes

from ..advice import Advice
from .look import BLUE, INK, OTHER, PALE, SOFT, title


def draw(axes: Axes, a: Advice) -> None:
    """Points, the best for their burden joined; the vertical bars are 5th to 95th percentile."""
    made = {option.id: option for option in a.options}
    best = [p for p in a.front if p.best]
    axes.plot(
        [p.burden for p in best], [100 * p.cramp for p in best], color=PALE, lw=6, zorder=1, solid_joinstyle="round"
    )
    for point in a.front:
        color = INK if not point.option else BLUE if point.best else OTHER
        if point.option:
            low, high = made[point.option].effects.cramp.interval
            axes.plot([point.burden] * 2, [low, high], color=color, lw=0.8, alpha=0.5, zorder=2)
        axes.plot(point.burden, 100 * point.cramp, "o" if point.option else "s", ms=7, color=color, zorder=3)
    _names(axes, a)
    axes.set_xlabel("what it asks of the week, hours of treatment and what weighs like them")
    axes.set_ylabel("sessions with a cramp, %")
    axes.set_ylim(0, None)
    axes.margins(x=0.08)
    title(axes, "Options", "joined: nothing asks less and leaves fewer cramps.  Bars: 5th to 95th percentile")


def _names(axes: Axes, a: Advice) -> None:
    """A number at each point, and what it stands for at the side."""
    numbers = {option.id: i for i, option in enumerate(a.options, 1)}
    for point in a.front:
        text = str(numbers[point.option]) if point.option else "as it is"
        shift = (6, 5) if point.best or not point.option else (-11, 5)
        at = (point.burden, 100 * point.cramp)
        axes.annotate(text, at, xytext=shift, textcoords="offset points", fontsize=9, weight="bold")
    y = 1.0
    for option in a.options:
        cramp = option.effects.cramp
        said = fill(
            f"{numbers[option.id]}  {option.label} ({option.evidence}): {cramp.becomes:.0f}\N{NO-BREAK SPACE}%", 50
        )
        axes.text(1.03, y, said, transform=axes.transAxes, va="top", fontsize=8.2, color=INK if y == 1.0 else SOFT)
        y -= 0.047 * (said.count("\n") + 1) + 0.03
