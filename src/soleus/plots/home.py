"""Home: hours without dialysis over time, what was given and felt in them, and the causes beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from ..causes.home import HomeExplanation
from ..events import checked
from ..report import home
from ..report.usual import KINDS
from .look import BLUE, GREEN, ORANGE, PURPLE, SKY, SOFT, title
from .panels import FEW, line, mark_times


class Panel(NamedTuple):
    """One value over time: its id, title, note, color, whether the axis begins at zero."""

    id: str
    title: str
    note: str
    color: str
    from_zero: bool = False


PANELS = (
    Panel("ph", "Acidity", "pH", PURPLE),
    Panel("ionized_calcium_mmol_l", "Ionized calcium", "mmol/L", SKY),
    Panel("nerve_margin_mv", "Nerve in muscle", "mV from rest to firing, 12.2 in usual blood", BLUE),
    Panel("motor_firing", "Motor endings firing unasked", "of 300; at one a twitch is as likely as not", ORANGE, True),
    Panel("sensory_firing", "Sensory endings firing unasked",
          "of 300, at usual potassium; at four tingling is as likely as not", GREEN, True),
    Panel("pth_pg_ml", "Parathyroid hormone", "pg/mL", PURPLE, True),
)  # fmt: skip


SPAN: dict[str, Any] = {"color": SOFT, "alpha": 0.15, "lw": 0.5, "zorder": 0}
HEIGHTS = (1.6, *[1.0] * (len(PANELS) - 1))  # the first has room for the names of complaints


FEWER = (  # where there is no room for more, nor for long notes
    PANELS[0],
    PANELS[1],
    PANELS[3]._replace(note="of 300"),
    PANELS[4]._replace(note="of 300"),
)


def draw(axes: Sequence[Axes], e: HomeExplanation) -> None:
    """One panel a value; what was given as a grey span, complaints as lines through all."""
    _draw(axes, e, PANELS)
    axes[-1].set_xlabel("minutes from the start; grey: while something was given", fontsize=8.5, color=SOFT)
    _mark(axes, e)


def few(axes: Sequence[Axes], e: HomeExplanation) -> None:
    """Acidity and calcium above the endings that fire unasked; where a complaint was felt is not said."""
    _draw(axes, e, FEWER)
    for place in axes[2:]:
        place.tick_params(labelbottom=True)
        place.set_xlabel("minutes; grey: while something was given", fontsize=8.5, color=SOFT)
    _mark(axes, e, where=False)


def _draw(axes: Sequence[Axes], e: HomeExplanation, panels: Sequence[Panel]) -> None:
    twin = e.twin
    m, minutes = twin.course.moments(twin.patient), twin.course.minutes
    read = {kind.id: kind.read for kind in KINDS}
    for place, panel in zip(axes, panels, strict=True):
        line(place, minutes, read[panel.id](m, twin.patient), panel.color)
        title(place, panel.title, panel.note)
        if panel.from_zero:
            place.set_ylim(bottom=0)
        place.set_xlim(minutes[0], minutes[-1])
        place.set_xticks(np.arange(0, minutes[-1] + 1, 60 * np.ceil(minutes[-1] / 600)))
        place.margins(y=0.12)
        place.tick_params(labelbottom=place is axes[-1], length=2)
        place.locator_params(axis="y", nbins=4)
        for each in twin.given:
            place.axvspan(each.minute, each.minute + (checked(each).minutes or 0.0), **SPAN)


def _mark(axes: Sequence[Axes], e: HomeExplanation, *, where: bool = True) -> None:
    felt = [s for s in e.episode.symptoms if s.what in {what for words in home.FELT.values() for what in words}]
    named = felt if where else [s.model_copy(update={"where": None}) for s in felt]
    mark_times(axes, named[: 2 * FEW], float(e.twin.course.minutes[-1]))
