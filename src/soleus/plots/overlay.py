"""Overlay: one session under several treatments, each the mean of the twin, one panel a question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from ..fit import Twin
from ..report import Traces, traces
from .look import BLUE, GREEN, INK, ORANGE, PURPLE, SKY, SOFT, title

HEIGHTS = (2.0, 1.4, 1.4, 1.4, 1.4, 1.4, 1.4)
COLORS = (INK, ORANGE, BLUE, GREEN, PURPLE, SKY)
PANELS = (
    ("systolic", "Systolic pressure", "mmHg"),
    ("blood_volume", "Blood volume", "% of the start"),
    ("sodium", "Sodium", "mmol/L"),
    ("potassium", "Potassium", "mmol/L"),
    ("ionized_calcium", "Ionized calcium", "mmol/L"),
    ("calf", "Oxygen in the calf", "% saturation"),
    ("cramp", "Cramp", "% chance in 5 min"),
)


def draw(axes: Sequence[Axes], twins: Sequence[Twin], names: Sequence[str]) -> None:
    """Every panel, with a key in the first."""
    every = [traces(twin) for twin in twins]
    end = max(found.minutes[-1] for found in every)
    for panel, (name, label, unit) in zip(axes, PANELS, strict=True):
        for i, found in enumerate(every):
            minutes, values = _treated(found, twins[i], name)
            style = "--" if i == 0 else "-"
            panel.plot(minutes, values, style, color=COLORS[i % len(COLORS)], label=names[i], zorder=3 - 0.1 * i)
        title(panel, label, unit)
        panel.set_xlim(0, end)
        panel.set_xticks(np.arange(0, end + 1, 60 if end > 200 else 30))
        panel.margins(y=0.12)
        panel.tick_params(labelbottom=panel is axes[-1], length=2)
        panel.locator_params(axis="y", nbins=4)
    axes[0].legend(fontsize=7.5, frameon=False, loc="lower left", ncols=2, labelcolor=INK)
    axes[-1].set_xlabel("minutes from the start", fontsize=8.5, color=SOFT)


def _treated(found: Traces, twin: Twin, name: str) -> tuple[np.ndarray, np.ndarray]:
    """The mean course, as long as this treatment lasts."""
    on = found.minutes <= twin.prescription[0].time + 1e-6
    return found.minutes[on], getattr(found, name)[on].mean(axis=1)
