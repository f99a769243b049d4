"""Tree: lever, mechanism, symptom; a band is as wide as its share of the risk."""

from __future__ import annotations

from textwrap import fill
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from ..causes import Explanation
from ..report.words import signed, split_of
from .look import INK, PROTECTED, RAISED, SOFT, title

LEVER, WAY, SYMPTOM = 0.27, 0.60, 0.89  # left edges of the three columns of boxes
THICK = 0.012  # width of a box
LEAST = 0.02  # share below which a lever, and a tenth of it below which a band, is not drawn
LINE, GAP = 0.048, 0.02  # height of a line of a label, and the space between two boxes
WRAP = 26  # characters in a line of a label
LEAST_WHOLE = 0.6  # share that would fill the height: bands of a risk that no lever explains stay thin
SYMPTOMS = {"cramp": "cramp", "hypotension": "pressure\nfall"}


class Flow(NamedTuple):
    """One band: from a lever through a mechanism, its share of the risk, and whether it protected."""

    lever: str
    way: str
    width: float
    protects: bool


class Box(NamedTuple):
    """Where a box stands; top and bottom in axes units, down from the top."""

    top: float
    bottom: float


def flows_of(e: Explanation) -> list[Flow]:
    """Every lever's share, divided among its mechanisms by how much each moved the hazard."""
    found = []
    for cause in split_of(e).causes:
        whole = sum(abs(way.share) for way in cause.mechanisms)
        for way in cause.mechanisms:
            width = abs(cause.share) * abs(way.share) / whole
            if abs(cause.share) >= LEAST and width >= LEAST / 10:
                found.append(Flow(cause.label, way.label, width, cause.share < 0))
    return found


def draw(axes: Axes, e: Explanation) -> None:
    """The three columns and the bands between them."""
    axes.set(xlim=(0, 1), ylim=(1, 0), xticks=[], yticks=[])
    axes.axis("off")
    title(axes, "How it came about", "lever, mechanism, symptom; width: share of the risk")
    flows = flows_of(e)
    if not flows:
        axes.text(0.5, 0.4, "No lever moved the risk enough to draw.", ha="center", va="center", color=SOFT)
        return
    levers, ways = _widths(flows, "lever"), _by_neighbors(_widths(flows, "way"), flows)
    total = sum(flow.width for flow in flows)
    shares = {cause.label: signed(cause.share) for cause in split_of(e).causes}
    said = {name: fill(f"{name} {shares[name]}", WRAP) for name in levers} | {name: fill(name, WRAP) for name in ways}
    least = {name: LINE * (1 + text.count("\n")) for name, text in said.items()} | {"symptom": 2 * LINE}
    scale = _scale([levers, ways, {"symptom": total}], least)
    left, middle = _boxes(levers, scale, least), _boxes(ways, scale, least)
    right = _boxes({"symptom": total}, scale, least)["symptom"]
    _bands(axes, flows, scale, left, middle, right)
    for name, box in left.items():
        _box(axes, LEVER, box, INK)
        y = (box.top + box.bottom) / 2
        axes.text(LEVER - 0.012, y, said[name], ha="right", va="center", fontsize=8.6, linespacing=1.15)
    for name, box in middle.items():
        _box(axes, WAY, box, INK)
        _beside(axes, WAY + THICK, box, said[name])
    _box(axes, SYMPTOM, right, INK)
    y = (right.top + right.bottom) / 2
    axes.text(SYMPTOM + THICK + 0.012, y, SYMPTOMS[e.about], va="center", weight="bold", fontsize=9.5)


def _widths(flows: list[Flow], which: str) -> dict[str, float]:
    """Width of each box of a column, in order of first appearance: the widest lever comes first."""
    found: dict[str, float] = {}
    for flow in flows:
        name = getattr(flow, which)
        found[name] = found.get(name, 0.0) + flow.width
    return found


def _by_neighbors(ways: dict[str, float], flows: list[Flow]) -> dict[str, float]:
    """Mechanisms in the mean order of the levers that reach them, so that few bands cross."""
    order = {name: i for i, name in enumerate(dict.fromkeys(flow.lever for flow in flows))}

    def mean(way: str) -> float:
        return sum(order[flow.lever] * flow.width for flow in flows if flow.way == way) / ways[way]

    return {way: ways[way] for way in sorted(ways, key=mean)}


def _scale(columns: list[dict[str, float]], least: dict[str, float]) -> float:
    """Axes units a share, the largest with which the fullest column fits."""
    scale = 0.9 / max(sum(columns[0].values()), LEAST_WHOLE)
    while max(_height(column, scale, least) for column in columns) > 1 and scale > 1e-3:
        scale *= 0.97
    return scale


def _height(widths: dict[str, float], scale: float, least: dict[str, float]) -> float:
    return sum(max(width * scale, least[name]) + GAP for name, width in widths.items()) - GAP


def _boxes(widths: dict[str, float], scale: float, least: dict[str, float]) -> dict[str, Box]:
    """Boxes from the top, each in the middle of a slot that holds its label; the column stands in the middle."""
    y = (1 - _height(widths, scale, least)) / 2
    found = {}
    for name, width in widths.items():
        slot = max(width * scale, least[name])
        top = y + (slot - width * scale) / 2
        found[name] = Box(top, top + width * scale)
        y += slot + GAP
    return found


def _bands(
    axes: Axes, flows: list[Flow], scale: float, left: dict[str, Box], middle: dict[str, Box], right: Box
) -> None:
    """Each flow twice: into the mechanism, and on from there to the symptom."""
    out = {name: box.top for name, box in left.items()}
    into = {name: box.top for name, box in middle.items()}
    order = list(middle)
    for flow in sorted(flows, key=lambda f: (list(left).index(f.lever), order.index(f.way))):
        color, h = PROTECTED if flow.protects else RAISED, flow.width * scale
        _band(axes, (LEVER + THICK, out[flow.lever]), (WAY, into[flow.way]), h, color)
        out[flow.lever] += h
        into[flow.way] += h
    top = right.top
    for way in order:
        y = middle[way].top
        for protects in (False, True):
            h = scale * sum(flow.width for flow in flows if flow.way == way and flow.protects is protects)
            if h:
                _band(axes, (WAY + THICK, y), (SYMPTOM, top), h, PROTECTED if protects else RAISED)
            y, top = y + h, top + h


def _band(axes: Axes, start: tuple[float, float], end: tuple[float, float], h: float, color: str) -> None:
    """A ribbon of height h whose upper edge runs from start to end."""
    (x0, y0), (x1, y1) = start, end
    xm = (x0 + x1) / 2
    corners = [(x0, y0), (xm, y0), (xm, y1), (x1, y1), (x1, y1 + h), (xm, y1 + h), (xm, y0 + h), (x0, y0 + h), (x0, y0)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(corners, codes), fc=color, ec=color, alpha=0.45, lw=0.5, zorder=1))


def _box(axes: Axes, x: float, box: Box, color: str) -> None:
    axes.add_patch(Rectangle((x, box.top), THICK, max(box.bottom - box.top, 0.004), color=color, lw=0, zorder=3))


def _beside(axes: Axes, x: float, box: Box, text: str) -> None:
    """A label to the right of a box, over the bands."""
    axes.text(
        x + 0.012, (box.top + box.bottom) / 2, text, va="center", fontsize=8.6, linespacing=1.15, zorder=4,
        bbox={"fc": "white", "ec": "none", "alpha": 0.72, "pad": 1.5},
    )  # fmt: skip
