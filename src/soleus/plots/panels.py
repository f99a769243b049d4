"""Panels: the session over time, the twin as line and band, what was measured as marks."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import blended_transform_factory

from ..case import Pressure, Session, Symptom
from ..fit import Twin
from ..report import Level, Traces, levels, traces
from ..report.words import plain
from .look import BLUE, GREEN, INK, ORANGE, PURPLE, SKY, SOFT, title

HEIGHTS = (2.2, 1.2, 1.2, 1.7, 1.0, 1.2)
ALL = (*HEIGHTS[:5], 1.2, 1.2, HEIGHTS[5])  # with hormone and nerve
MARKED = ("cramp", "hypotension", "fainting")  # complaints that a line marks in the session
DENSE = 60  # points of a monitor beyond which marks would hide the line
LINE, ROUNDS = 0.155, 60  # height of a label as a share of the chemistry's axis; passes until none touch
FEW = 3  # different complaints that get a label; the others only a line


def draw(axes: Sequence[Axes], twin: Twin, about: str, as_it_was: Twin | None = None) -> None:
    """Top to bottom: pressure, blood volume, sodium and osmolality, chemistry, calf oxygen, hazard.

    Two more axes hold parathyroid hormone and the nerve, before the hazard.
    """
    now, was = traces(twin), None if as_it_was is None else traces(as_it_was)
    session = None if as_it_was is not None else twin.session
    pressure, volume, salt, dissolved, calf, *more, hazard = axes
    _pressure(pressure, now, was, session)
    _volume(volume, now, was, session)
    _salt(salt, now, was)
    _dissolved(dissolved, now, was, [] if session is None else levels(twin))
    line(calf, now.minutes, now.calf, GREEN)
    _ghost(calf, was, "calf")
    title(calf, "Oxygen in the calf", "% saturation")
    if more:
        _hormone(more[0], now, was)
        _nerve(more[1], now, was)
    _hazard(hazard, now, was, about)
    end = max(now.minutes[-1], 0 if was is None else was.minutes[-1])
    for panel in axes:
        frame(panel, end, last=panel is axes[-1])
    if session is not None:
        named = [s for s in session.symptoms if s.what in MARKED]
        mark_times(axes, named, end)


def few(axes: Sequence[Axes], twin: Twin, about: str) -> None:
    """Pressure, blood volume, chemistry and hazard, where there is no room for more or for long notes."""
    now, session = traces(twin), twin.session
    pressure, volume, dissolved, hazard = axes
    _pressure(pressure, now, None, session, note="mmHg; marks: cuff")
    _volume(volume, now, None, session)
    _dissolved(dissolved, now, None, levels(twin), note="% of the start; at the end mmol/L")
    _hazard(hazard, now, None, about)
    for panel in axes:
        frame(panel, float(now.minutes[-1]), last=panel in (dissolved, hazard))
    named = [s.model_copy(update={"where": None}) for s in session.symptoms if s.what in MARKED]
    mark_times(axes, named, float(now.minutes[-1]))


def frame(panel: Axes, end: float, *, last: bool) -> None:
    """The axis of minutes, named where it is the last one of a column."""
    panel.set_xlim(0, end)
    panel.set_xticks(np.arange(0, end + 1, 60 if end > 200 else 30))
    panel.margins(y=0.12)
    panel.tick_params(labelbottom=last, length=2)
    panel.locator_params(axis="y", nbins=4)
    if last:
        panel.set_xlabel("minutes from the start", fontsize=8.5, color=SOFT)


def _pressure(axes: Axes, now: Traces, was: Traces | None, session: Session | None, note: str = "") -> None:
    for values, color, name in ((now.systolic, BLUE, "systolic"), (now.diastolic, PURPLE, "diastolic")):
        line(axes, now.minutes, values, color)
        _ghost(axes, was, name)
        _label(axes, now.minutes[-1], values[-1].mean(), name, color)
    long = "mmHg"
    if session is not None and session.pressures:
        _readings(axes, [reading for reading in session.pressures if 0 <= reading.minute <= now.minutes[-1] + 1])
        hollow = "; hollow: not believed" if any(r.artefact for r in session.pressures) else ""
        long += f"   marks: cuff readings{hollow}"
    title(axes, "Blood pressure", note or long)


def _readings(axes: Axes, readings: Sequence[Pressure]) -> None:
    """Systolic as a tip pointing down, diastolic as one pointing up, as on a ward chart."""
    for name, mark in (("systolic_mmhg", "v"), ("diastolic_mmhg", "^")):
        for believed in (True, False):
            found = [r for r in readings if r.artefact is not believed and getattr(r, name) is not None]
            axes.plot(
                [r.minute for r in found], [getattr(r, name) for r in found], mark, ms=5.0, color=INK, mew=0.9,
                mfc=INK if believed else "white", zorder=4, clip_on=False,
            )  # fmt: skip


def _volume(axes: Axes, now: Traces, was: Traces | None, session: Session | None) -> None:
    line(axes, now.minutes, now.blood_volume, BLUE)
    _ghost(axes, was, "blood_volume")
    note = "% of the start"
    if session is not None and session.blood_volume:
        points = [point for point in session.blood_volume if point.minute <= now.minutes[-1] + 1]
        at, seen = [point.minute for point in points], [point.rbv_pct for point in points]
        axes.plot(at, seen, "o" if len(at) <= DENSE else "-", ms=3.6, lw=1.0, color=INK, zorder=4, clip_on=False)
        note += "   marks: monitor"
    title(axes, "Blood volume", note)


def _salt(axes: Axes, now: Traces, was: Traces | None) -> None:
    said = []
    for values, color, name, unit in (
        (now.sodium, ORANGE, "sodium", "mmol/L"),
        (now.osmolality, BLUE, "osmolality", "mosm/kg"),
    ):
        line(axes, now.minutes, values - values[:1], color)
        if was is not None:
            older = getattr(was, name)
            axes.plot(was.minutes, (older - older[:1]).mean(axis=1), "--", lw=1.1, color=SOFT, zorder=2)
        _label(axes, now.minutes[-1], (values[-1] - values[0]).mean(), name, color)
        said.append(f"{name} {values[0].mean():.0f} to {values[-1].mean():.0f} {unit}")
    title(axes, "Sodium and osmolality", "change;  " + ",  ".join(said))


SOLUTES = (  # trace, symbol, digits of the value at the end, color
    ("bicarbonate", "HCO₃", 0, PURPLE), ("ionized_calcium", "iCa", 2, SKY), ("magnesium", "Mg", 2, GREEN),
    ("potassium", "K", 1, ORANGE), ("phosphate", "PO₄", 2, BLUE),
)  # fmt: skip


def _dissolved(axes: Axes, now: Traces, was: Traces | None, known: Sequence[Level], note: str = "") -> None:
    """Each over its own start, so that all fit one axis; where a line ends, its value in mmol/L."""
    laboratory = {level.id: level.known.after for level in known}
    ends, texts = [], []
    for name, symbol, digits, color in SOLUTES:
        values = getattr(now, name)
        start = values[0].mean()
        line(axes, now.minutes, 100 * values / values[:1], color)
        if was is not None:
            older = getattr(was, name)
            axes.plot(was.minutes, 100 * older.mean(axis=1) / older[0].mean(), "--", lw=1.1, color=SOFT, zorder=2)
        if (found := laboratory.get(f"{name}_mmol_l")) is not None:
            axes.plot(now.minutes[-1], 100 * found / start, "o", ms=4.5, color=color, mec=INK, zorder=4, clip_on=False)
        ends.append(100 * values[-1].mean() / start)
        texts.append((f"{symbol} {values[-1].mean():.{digits}f}", color))
    low, high = axes.get_ylim()
    for y, (text, color) in zip(_apart(ends, LINE * (high - low)), texts, strict=True):
        _label(axes, now.minutes[-1], y, text, color)
    long = "% of the start; at the end of each line, mmol/L" + "   marks: laboratory" * any(laboratory.values())
    title(axes, "Chemistry of the blood", note or long)


def _apart(wanted: Sequence[float], least: float) -> list[float]:
    """The same heights, moved up and down until neighbors are `least` apart, their order kept."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [wanted[i] for i in order]
    for _ in range(ROUNDS):
        for i in range(len(placed) - 1):
            close = max(0.0, least - (placed[i + 1] - placed[i])) / 2
            placed[i], placed[i + 1] = placed[i] - close, placed[i + 1] + close
    return [y for _, y in sorted(zip(order, placed, strict=True))]


def _hormone(axes: Axes, now: Traces, was: Traces | None) -> None:
    line(axes, now.minutes, now.pth, PURPLE)
    _ghost(axes, was, "pth")
    axes.set_ylim(bottom=0)
    title(axes, "Parathyroid hormone", "pg/mL")


def _nerve(axes: Axes, now: Traces, was: Traces | None) -> None:
    line(axes, now.minutes, now.margin, BLUE)
    _ghost(axes, was, "margin")
    firing = now.firing.mean(axis=1)
    ends = f"{firing[0]:.1f} of 300 endings fire unasked before, {firing[-1]:.1f} after"
    title(axes, "Nerve in muscle", f"mV from rest to firing, 12.2 in usual blood;  {ends}")


def _hazard(axes: Axes, now: Traces, was: Traces | None, about: str) -> None:
    name, span = ("hypotension", "30 min") if about == "hypotension" else ("cramp", "5 min")
    values = getattr(now, name)
    line(axes, now.minutes, values, ORANGE)
    _ghost(axes, was, name)
    axes.set_ylim(bottom=0)
    event = "pressure fall" if about == "hypotension" else "cramp"
    title(axes, f"Chance of a {event}", f"% in {span}")


def line(axes: Axes, minutes: np.ndarray, values: np.ndarray, color: str) -> None:
    """Mean and 5th to 95th percentile of [time, draw]."""
    low, high = np.percentile(values, (5, 95), axis=1)
    axes.fill_between(minutes, low, high, color=color, alpha=0.18, lw=0, zorder=1)
    axes.plot(minutes, values.mean(axis=1), color=color, zorder=3)


def _ghost(axes: Axes, was: Traces | None, name: str) -> None:
    """The session as it was, dashed, behind the changed one."""
    if was is not None:
        axes.plot(was.minutes, getattr(was, name).mean(axis=1), "--", lw=1.1, color=SOFT, zorder=2)


def _label(axes: Axes, x: float, y: float, text: str, color: str) -> None:
    axes.annotate(
        text, (x, y), xytext=(5, 0), textcoords="offset points", color=color, fontsize=8.5, va="center",
        annotation_clip=False,
    )  # fmt: skip


def mark_times(axes: Sequence[Axes], symptoms: Sequence[Symptom], end: float) -> None:
    """Complaints as lines through all panels, the first few named in the uppermost."""
    noted = [s for s in symptoms if s.minute <= end]
    for panel in axes:
        for symptom in noted:
            panel.axvline(symptom.minute, color=ORANGE, lw=1.1, ls=(0, (4, 2)), zorder=2)
    panel = axes[0]
    across = blended_transform_factory(panel.transData, panel.transAxes)
    named: dict[str, float] = {}
    for symptom in sorted(noted, key=lambda s: s.minute):
        where = shorten(plain(symptom.where), 24, placeholder="...")
        named.setdefault(f"{symptom.what}{', ' + where if where else ''}", symptom.minute)
    for i, (text, minute) in enumerate(list(named.items())[:FEW]):
        left = minute > end / 2
        panel.text(
            minute + (-0.012 if left else 0.012) * end, 0.97 - 0.13 * i, text, transform=across,
            ha="right" if left else "left", va="top", color=ORANGE, fontsize=8.5, weight="bold", zorder=5,
            bbox={"fc": "white", "ec": "none", "alpha": 0.8, "pad": 1.0},
        )  # fmt: skip
