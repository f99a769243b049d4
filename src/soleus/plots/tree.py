"""Tree: root, mechanism, symptom; a band is as wide as its share of the risk, and pale where the evidence is weak."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from ..causes import Link
from ..report.words import EVENTS, signed
from .look import INK, PROTECTED, RAISED, SOFT, title

ROOT, WAY, SYMPTOM = 0.27, 0.60, 0.885  # left edges of the three columns of boxes
THICK = 0.012  # width of a box
LEAST = 0.02  # share below which a root, and a tenth of it below which a band, is not drawn
LINE, GAP = 0.167, 0.069  # inches: height of a line of a label, and the space between two boxes
WRAP, NARROW = 26, 11  # characters in a line of a label, and of that of a symptom
NOTE = "width: share of the risk; letter: evidence; pale: C or D; hatched: protected"
LEAST_WHOLE = 0.6  # share that would fill the height: bands of a risk that no root explains stay thin
ROOM = 0.118  # inches: height of a band that holds the letter of its evidence
STRONG, PALE = 0.5, 0.22  # opacity of bands on trial or cohort, and of those on mechanism or assumption


class Flow(NamedTuple):
    """One band: from a root through a mechanism to a symptom, its share of the risk, and whether it protected."""

    root: str
    way: str
    symptom: str
    width: float
    protects: bool
    evidence: str

    @property
    def look(self) -> tuple[str, float]:
        """Color and opacity."""
        return PROTECTED if self.protects else RAISED, STRONG if self.evidence in ("A", "B") else PALE


class Box(NamedTuple):
    """Where a box stands; top and bottom in axes units, down from the top."""

    top: float
    bottom: float


def flows_of(tree: Sequence[Link], symptoms: Sequence[str]) -> list[Flow]:
    """Every link worth drawing; the shares of each symptom are of that symptom's own risk."""
    whole: dict[tuple[str, str], float] = {}
    for link in tree:
        whole[link.root, link.symptom] = whole.get((link.root, link.symptom), 0.0) + abs(link.share)
    return [
        Flow(link.root_label or link.root, link.mechanism_label or link.mechanism, _event(link.symptom),
             abs(link.share), link.share < 0, link.evidence)
        for link in tree
        if link.symptom in symptoms and whole[link.root, link.symptom] >= LEAST and abs(link.share) >= LEAST / 10
    ]  # fmt: skip


def _event(symptom: str) -> str:
    return EVENTS.get(symptom, symptom).removeprefix("a ")


def draw(axes: Axes, tree: Sequence[Link], symptoms: Sequence[str]) -> None:
    """The three columns and the bands between them."""
    axes.set(xlim=(0, 1), ylim=(1, 0), xticks=[], yticks=[])
    axes.axis("off")
    title(axes, "From root to symptom", NOTE)
    flows = flows_of(tree, symptoms)
    if not flows:
        axes.text(0.5, 0.4, "No lever moved the risk enough to draw.", ha="center", va="center", color=SOFT)
        return
    columns = [_widths(flows, "root"), _by_neighbors(_widths(flows, "way"), flows), _widths(flows, "symptom")]
    said = _said(flows, columns)
    tall = axes.bbox.height / axes.figure.dpi
    least = {name: (LINE * (1 + text.count("\n")) + GAP) / tall for name, text in said.items()}
    scale = _scale(columns, least, GAP / tall)
    left, middle, right = (_boxes(column, scale, least, GAP / tall) for column in columns)
    _bands(axes, flows, scale, ROOM / tall, left, middle, right)
    for name, box in left.items():
        _box(axes, ROOT, box)
        y = (box.top + box.bottom) / 2
        axes.text(ROOT - 0.012, y, said[name], ha="right", va="center", fontsize=8.6, linespacing=1.15)
    for name, box in middle.items():
        _box(axes, WAY, box)
        _beside(axes, WAY + THICK, box, said[name])
    for name, box in right.items():
        _box(axes, SYMPTOM, box)
        y = (box.top + box.bottom) / 2
        axes.text(SYMPTOM + THICK + 0.012, y, said[name], va="center", weight="bold", fontsize=9.5)


def _said(flows: list[Flow], columns: list[dict[str, float]]) -> dict[str, str]:
    """What stands beside each box; a root with its share, where it leads to one symptom only."""
    roots, ways, symptoms = columns
    said = {name: fill(name, NARROW) for name in symptoms} | {name: fill(name, WRAP) for name in ways}
    for name in roots:
        own = [flow for flow in flows if flow.root == name]
        said[name] = fill(f"{name} {_share(own)}" if len(symptoms) == 1 else name, WRAP)
    return said


def _share(own: list[Flow]) -> str:
    """What a root brought; where it raised and protected, both."""
    raised, kept = (sum(flow.width for flow in own if flow.protects is protects) for protects in (False, True))
    return f"{signed(raised)} {signed(-kept)}" if min(raised, kept) >= LEAST else signed(raised - kept)


def _widths(flows: list[Flow], which: str) -> dict[str, float]:
    """Width of each box of a column, the widest root first; mechanisms and symptoms as they first appear."""
    found: dict[str, float] = {}
    for flow in flows:
        name = getattr(flow, which)
        found[name] = found.get(name, 0.0) + flow.width
    if which == "root":
        return {name: found[name] for name in sorted(found, key=lambda name: -found[name])}
    return found


def _by_neighbors(ways: dict[str, float], flows: list[Flow]) -> dict[str, float]:
    """Mechanisms in the mean order of the roots that reach them, so that few bands cross."""
    order = {name: i for i, name in enumerate(_widths(flows, "root"))}

    def mean(way: str) -> float:
        return sum(order[flow.root] * flow.width for flow in flows if flow.way == way) / ways[way]

    return {way: ways[way] for way in sorted(ways, key=mean)}


def _scale(columns: list[dict[str, float]], least: dict[str, float], gap: float) -> float:
    """Axes units a share, the largest with which the fullest column fits."""
    scale = 0.9 / max(sum(columns[0].values()), LEAST_WHOLE)
    while max(_height(column, scale, least, gap) for column in columns) > 1 and scale > 1e-3:
        scale *= 0.97
    return scale


def _height(widths: dict[str, float], scale: float, least: dict[str, float], gap: float) -> float:
    return sum(max(width * scale + gap, least[name]) for name, width in widths.items()) - gap


def _boxes(widths: dict[str, float], scale: float, least: dict[str, float], gap: float) -> dict[str, Box]:
    """Boxes from the top, each in the middle of a slot that holds its label; the column stands in the middle."""
    y = (1 - _height(widths, scale, least, gap)) / 2
    found = {}
    for name, width in widths.items():
        slot = max(width * scale + gap, least[name])
        top = y + (slot - gap - width * scale) / 2
        found[name] = Box(top, top + width * scale)
        y += slot
    return found


def _bands(
    axes: Axes, flows: list[Flow], scale: float, room: float, left: dict[str, Box], middle: dict[str, Box],
    right: dict[str, Box],
) -> None:  # fmt: skip
    """Each flow twice: into the mechanism, and on from there to the symptom."""
    out = {name: box.top for name, box in left.items()}
    into = {name: box.top for name, box in middle.items()}
    at = {name: box.top for name, box in right.items()}
    order, roots = list(middle), list(left)
    for flow in sorted(flows, key=lambda f: (roots.index(f.root), order.index(f.way))):
        h = flow.width * scale
        _band(axes, (ROOT + THICK, out[flow.root]), (WAY, into[flow.way]), h, flow.look)
        if h >= room:
            axes.text(ROOT + THICK + 0.01, out[flow.root] + h / 2, flow.evidence, va="center", fontsize=7.5, color=INK)
        out[flow.root] += h
        into[flow.way] += h
    for way in order:
        y = middle[way].top
        own = [flow for flow in flows if flow.way == way]
        for flow in sorted(own, key=lambda f: (list(right).index(f.symptom), f.protects, f.evidence)):
            h = flow.width * scale
            _band(axes, (WAY + THICK, y), (SYMPTOM, at[flow.symptom]), h, flow.look)
            y, at[flow.symptom] = y + h, at[flow.symptom] + h


def _band(axes: Axes, start: tuple[float, float], end: tuple[float, float], h: float, look: tuple[str, float]) -> None:
    """A ribbon of height h whose upper edge runs from start to end."""
    (x0, y0), (x1, y1) = start, end
    xm = (x0 + x1) / 2
    corners = [(x0, y0), (xm, y0), (xm, y1), (x1, y1), (x1, y1 + h), (xm, y1 + h), (xm, y0 + h), (x0, y0 + h), (x0, y0)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    color, alpha = look
    line, hatch = (INK, "////") if color == PROTECTED else (color, None)  # to be told from the others in grey
    axes.add_patch(PathPatch(Path(corners, codes), fc=color, ec=line, alpha=alpha, lw=0.5, hatch=hatch, zorder=1))


def _box(axes: Axes, x: float, box: Box) -> None:
    axes.add_patch(Rectangle((x, box.top), THICK, max(box.bottom - box.top, 0.004), color=INK, lw=0, zorder=3))


def _beside(axes: Axes, x: float, box: Box, text: str) -> None:
    """A label to the right of a box, over the bands."""
    axes.text(
        x + 0.012, (box.top + box.bottom) / 2, text, va="center", fontsize=8.6, linespacing=1.15, zorder=4,
        bbox={"fc": "white", "ec": "none", "alpha": 0.72, "pad": 1.5},
    )  # fmt: skip
