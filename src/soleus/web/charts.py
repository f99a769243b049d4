"""Charts: lines, bands and marks as SVG paths; drawn by the server, so they print and need no script."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 640.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 50.0, 26.0, 22.0, 32.0
ROOM = 0.04  # of the range, left free above and below
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
Points = Sequence[tuple[float, float]]


class Series(NamedTuple):
    """One thing over time; `band` is low and high around it."""

    name: str
    look: str  # class of the style sheet: a, b, c; "marks" draws points only
    points: Points
    band: tuple[Points, Points] | None = None
    marks: bool = False


class Tick(NamedTuple):
    """A number beside an axis."""

    at: float
    text: str


class Drawn(NamedTuple):
    """A series as the page needs it."""

    name: str
    look: str
    path: str
    band: str
    dots: tuple[tuple[float, float, str], ...]  # x, y, what it says


class Chart(NamedTuple):
    """A picture, and the numbers it shows for who cannot see it."""

    title: str
    unit: str
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    drawn: tuple[Drawn, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    events: tuple[Tick, ...]  # a line from top to bottom with its word
    lines: tuple[Tick, ...]  # a line from left to right with its word
    x_label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def chart(
    title: str,
    unit: str,
    series: Sequence[Series],
    *,
    x_label: str = "minutes",
    across: Sequence[tuple[float, str]] | None = None,
    events: Sequence[tuple[float, str]] = (),
    lines: Sequence[tuple[float, str]] = (),
    digits: int = 0,
) -> Chart | None:
    """A chart of all series; None when there is nothing to draw."""
    series = [s for s in series if s.points]
    if not series:
        return None
    xs = [x for s in series for x, _ in s.points] + [x for x, _ in events] + [x for x, _ in across or ()]
    ys = [y for s in series for part in (s.points, *(s.band or ())) for _, y in part] + [y for y, _ in lines]
    x0, x1 = min(xs), max(xs) if max(xs) > min(xs) else min(xs) + 1
    room = ROOM * (max(ys) - min(ys))
    low = min(ys) - room if min(ys) < 0 or min(ys) > room else min(ys)  # what cannot be negative begins at nothing
    ticks = nice(low, max(ys) + room)
    y0, y1 = ticks[0], ticks[-1]

    def px(x: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (x - x0) / (x1 - x0), 1)

    def py(y: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (y - y0) / (y1 - y0), 1)

    def path(points: Points) -> str:
        return " ".join(f"{'M' if i == 0 else 'L'}{px(x)} {py(y)}" for i, (x, y) in enumerate(points))

    def drawn(s: Series) -> Drawn:
        band = ""
        if s.band:
            band = path(s.band[0]) + " L" + path(list(s.band[1])[::-1])[1:] + " Z"
        dots = tuple((px(x), py(y), f"{s.name} {y:.{digits}f} {unit}") for x, y in s.points) if s.marks else ()
        return Drawn(s.name, s.look, "" if s.marks and s.look == "marks" else path(s.points), band, dots)

    named = list(across) if across is not None else [(x, f"{x:g}") for x in nice(x0, x1, 6) if x0 <= x <= x1]
    fine = 0 if all(t == int(t) for t in ticks) else 1 if all(round(t, 1) == round(t, 6) for t in ticks) else 2
    return Chart(
        title, unit, WIDTH, HEIGHT, LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM,
        tuple(drawn(s) for s in series),
        tuple(Tick(px(x), text) for x, text in named),
        tuple(Tick(py(y), f"{y:.{fine}f}") for y in ticks),
        tuple(Tick(px(x), text) for x, text in events),
        tuple(Tick(py(y), text) for y, text in lines),
        x_label, *_table(series, dict(named) if across is not None else {}, x_label, digits),
    )  # fmt: skip


def _table(
    series: Sequence[Series], names: dict[float, str], x_label: str, digits: int
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The same numbers, row by row; of long series every few."""
    told = [dict(s.points) for s in series]
    xs = sorted({x for points in told for x in points})
    xs = xs[:: max(1, math.ceil(len(xs) / 24))]
    rows = tuple(
        (names.get(x, f"{x:g}"), *(f"{points[x]:.{digits}f}" if x in points else "" for points in told)) for x in xs
    )
    return (x_label, *(s.name for s in series)), rows


def nice(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers from just below to just above."""
    if high - low < 1e-9:
        low, high = low - 1, high + 1
    rough = (high - low) / (most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s for s in STEPS if s * power >= rough - 1e-12) * power
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]
