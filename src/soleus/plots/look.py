"""Look: colors that everybody can tell apart, one style for all figures, and how a figure becomes a file."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .. import files

# Okabe and Ito's colors: apart for every kind of color vision, and in grey
BLUE, ORANGE, GREEN, SKY, PURPLE = "#0072B2", "#D55E00", "#009E73", "#56B4E9", "#AA4499"
INK, SOFT, PALE, PAPER = "#222222", "#6b6b6b", "#d9d9d9", "#ffffff"
RAISED, PROTECTED, OTHER = ORANGE, BLUE, "#8c8c8c"
KINDS = (".png", ".svg")
DPI = 160

STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#ececec",
    "grid.linewidth": 0.8,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "lines.linewidth": 1.6,
    "lines.solid_capstyle": "round",
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "svg.hashsalt": "soleus",
}


@contextmanager
def styled() -> Iterator[None]:
    """Our style inside, anybody else's outside; a letter that the font lacks is drawn as a box, without a warning."""
    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        yield


def blank(width: float, height: float) -> Figure:
    """An empty figure in inches, on no screen."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def title(axes: Axes, text: str, note: str = "", x: float = 0.0) -> None:
    """A panel's title above it, beginning at x panel widths, with a softer note behind it."""
    said = axes.annotate(
        text, (x, 1), xytext=(0, 5), xycoords="axes fraction", textcoords="offset points", weight="bold", fontsize=9.5
    )
    if note:
        axes.annotate(note, (1, 0), xytext=(6, 2), xycoords=said, textcoords="offset points", color=SOFT, fontsize=8.0)


def check(path: Path) -> None:
    """Refuse a file name that no figure can be written to, before anything is computed.

    Raises:
        BadRecord: naming the two kinds of file, or the folder that is not there.
    """
    files.check(path, KINDS, "the figures Soleus draws")


def save(figure: Figure, path: Path) -> None:
    """Write a figure whole or not at all; the same figure gives the same file.

    Raises:
        BadRecord: when the file cannot be written.
    """
    check(path)
    said = {"Date": None} if path.suffix.lower() == ".svg" else {"Software": "Soleus"}
    with files.whole(path) as draft, styled():
        figure.savefig(draft, dpi=DPI, metadata=said)
