"""Printed: pictures drawn at the size at which a page prints them, so that 8 point stays 8 point."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import matplotlib
from matplotlib import font_manager
from matplotlib.figure import Figure

from ..advice.option import Point
from ..causes import Explanation, Link
from ..causes.home import HomeExplanation
from . import home, panels, tree
from .look import BLUE, INK, PALE, SOFT, blank, styled, title

WIDE = 7.0  # inches between the margins of a page
SESSION = 3.1  # inches high
TREE, ROW, LEAST, MOST = 0.55, 0.4, 1.15, 2.5  # inches: of a tree, with each box of its fullest column, within limits
FRONT = (3.3, 2.0)
ROOTS, FINEST = 5, 0.015  # roots in a small tree, and the least share of a link
PLACES = (  # left, bottom, width, height of four panels
    (0.048, 0.585, 0.370, 0.335), (0.560, 0.585, 0.370, 0.335),
    (0.048, 0.125, 0.370, 0.335), (0.560, 0.125, 0.370, 0.335),
)  # fmt: skip


def course(e: Explanation | HomeExplanation, families: Sequence[str]) -> str:
    """The session, or the hours without one, in four panels; as SVG."""
    with _in(families):
        figure = blank(WIDE, SESSION)
        axes = [figure.add_axes(place) for place in PLACES]
        if isinstance(e, HomeExplanation):
            home.few(axes, e)
        else:
            about = "cramp" if e.about == "restless_legs" else e.about
            panels.few([axes[0], axes[1], axes[2], axes[3]], e.twin, about)
        return _svg(figure)


def roots(links: Sequence[Link], symptom: str, families: Sequence[str]) -> str:
    """From the largest roots through mechanisms to the symptom; as SVG."""
    with _in(families):
        columns = ({link.root for link in links}, {link.mechanism for link in links})
        figure = blank(WIDE, min(max(TREE + ROW * max(map(len, columns)), LEAST), MOST))
        tree.draw(figure.add_axes((0.0, 0.01, 1.0, 0.90)), links, (symptom,))
        return _svg(figure)


def front(points: Sequence[Point], names: dict[str, str], event: str, families: Sequence[str]) -> str:
    """Hours of treatment a week against the chance of the event; the way it is as a ring; as SVG."""
    with _in(families):
        figure = blank(*FRONT)
        axes = figure.add_axes((0.17, 0.23, 0.78, 0.62))
        best = sorted((point for point in points if point.best), key=lambda point: point.burden)
        axes.plot([p.burden for p in best], [100 * p.cramp for p in best], "-", color=SOFT, lw=0.9, zorder=1)
        for point in points:
            now = not point.option
            axes.plot(
                point.burden, 100 * point.cramp, "o", ms=7 if now else 6, mec=INK, mew=1.2 if now else 0.6,
                mfc="white" if now else BLUE if point.best else PALE, zorder=3, clip_on=False,
            )  # fmt: skip
            said = "now" if now else names.get(point.option, "")
            place, off = (point.burden, 100 * point.cramp), (6, -11 if now else 3)
            axes.annotate(said, place, xytext=off, textcoords="offset points", fontsize=8.5)
        axes.set_ylim(bottom=0)
        axes.margins(x=0.12, y=0.15)
        axes.locator_params(nbins=5)
        axes.set_xlabel("hours of treatment a week", fontsize=8.5, color=SOFT)
        title(axes, "Burden and risk", f"% chance of {event} in a session", x=-0.14)
        return _svg(figure)


def largest(links: Sequence[Link], symptom: str) -> tuple[Link, ...]:
    """The links of a small tree: those of the roots that moved the risk most."""
    own = [link for link in links if link.symptom == symptom and abs(link.share) >= FINEST]
    whole: dict[str, float] = {}
    for link in own:
        whole[link.root] = whole.get(link.root, 0.0) + abs(link.share)
    kept = sorted(whole, key=lambda root: -whole[root])[:ROOTS]
    return tuple(link for link in own if link.root in kept)


def known_fonts(files: Sequence[str]) -> None:
    """Let figures use these font files."""
    have = {entry.fname for entry in font_manager.fontManager.ttflist}
    for file in files:
        if file not in have:
            font_manager.fontManager.addfont(file)


@contextmanager
def _in(families: Sequence[str]) -> Iterator[None]:
    """Our style in these fonts; that one of them has no bold, and its semibold serves, is nobody's warning."""
    told = logging.getLogger("matplotlib.font_manager")
    told.addFilter(_no_weight)
    try:
        with styled(), matplotlib.rc_context({"font.family": list(families)}):
            yield
    finally:
        told.removeFilter(_no_weight)


def _no_weight(record: logging.LogRecord) -> bool:
    return "Failed to find font weight" not in record.msg


def _svg(figure: Figure) -> str:
    """As text, the same every time."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()
