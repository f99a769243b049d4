"""What the screen of a running session shows: numbers, pictures and words, made of what the watcher found."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, NamedTuple

from fastapi import Request
from sqlalchemy.orm import Session

from ...records.store import running
from ...records.store.tables import Treatment, now
from ..charts import Chart, Series, chart

BEFORE = 120.0  # min of the past that pictures show
SILENT = 10.0  # min without a line after which the screen says so
WHERE = ("left calf", "right calf", "both calves", "thigh", "foot", "hand", "belly")


class Screen(NamedTuple):
    """What is swapped in when there is something new."""

    mark: str  # the same for the same screen
    html: str


def clock(db: Session, treatment: Treatment) -> float:
    """The minute of the session that it is now: by the clock, or by a feed that is ahead of it."""
    passed = (now() - treatment.started_at).total_seconds() / 60
    view = running.view_of(treatment) or {}
    last = running.latest(db, treatment.id)
    return float(max(passed, view.get("minute", 0.0), last.line["minute"] if last else 0.0))


def fragment(request: Request, treatment: Treatment, last: datetime | None) -> Screen:
    """The part of the page that changes.

    Args:
        request: for whom.
        treatment: the session.
        last: when its last line came; None before the first.
    """
    shown = treatment.shown or {}
    view = running.view_of(treatment)
    line = f"/patients/{treatment.patient_id}/live/line"
    told: dict[str, Any] = {"path": line, "view": view, "refused": shown.get("refused"), "silent": None}
    if view is not None:
        told |= {"charts": charts(view), "tiles": tiles(view), "silent": _silent(treatment, last)}
    page = request.app.state.show(request, "live_now.html", told)
    html = bytes(page.body).decode()
    return Screen(hashlib.sha256(html.encode()).hexdigest()[:16], html)


def _silent(treatment: Treatment, last: datetime | None) -> int | None:
    """Whole minutes for which no line came; None where that is not long."""
    minutes = (now() - (last or treatment.started_at)).total_seconds() / 60
    return int(minutes) if minutes >= SILENT else None


class Tile(NamedTuple):
    """One number that matters."""

    name: str
    value: str
    unit: str
    more: str
    look: str  # "warm" or "hot" where it is warned of


def tiles(view: dict[str, Any]) -> list[Tile]:
    """Pressure, blood volume and the two chances, large."""
    f, read = view["forecast"], view["read"]
    fall, cramp = f["below"][-1], f["cramp"]
    made = [
        Tile("Systolic pressure", _last(read["systolic_mmhg"], 0), "mmHg", _ahead(f["systolic"], 0), ""),
        Tile("Blood volume", _last(read["rbv_pct"], 1), "%", _ahead(f["rbv"], 1), ""),
    ]
    if view["over"]:
        return made
    warning = view["warning"] or {}
    look = {warning.get("about"): "warm" if warning.get("level") == "early" else "hot"}
    band = f"{_share(cramp['low'][-1])} to {_share(cramp['high'][-1])}"
    return [
        *made,
        Tile("Fall below " + f"{view['floor']:.0f}", _share(fall), "", "within the hour",
             look.get("hypotension", "")),
        Tile("Cramp", _share(cramp["middle"][-1]), "", f"within the hour, {band}", look.get("cramp", "")),
    ]  # fmt: skip


def _last(read: list[list[float]], digits: int) -> str:
    return f"{read[-1][1]:.{digits}f}".replace("-", "−") if read else "–"


def _ahead(band: dict[str, Any], digits: int) -> str:
    low, high = (f"{band[name][-1]:.{digits}f}".replace("-", "−") for name in ("low", "high"))
    return f"in an hour {low} to {high}"


def _share(x: float) -> str:
    return "<1%" if 0 < x < 0.01 else f"{100 * x:.0f}%"


def charts(view: dict[str, Any]) -> list[Chart]:
    """What was read, and the hour ahead with its band."""
    f, at = view["forecast"], view["minute"]
    first = max(0.0, at - BEFORE)
    last = f["minutes"][-1]
    across = [(float(t), f"{t}") for t in range(int(first // 30) * 30, int(last) + 1, 30) if t >= first]
    events = [(at, "now"), *((e["minute"], e["text"]) for e in view["log"] if _marked(e) and e["minute"] >= first)]
    shared: dict[str, Any] = {"across": across, "events": events}
    floor = [(view["floor"], f"{view['floor']:.0f}")]
    pressure = [_course(f, "systolic", "expected", "a"), _dots(view, "systolic_mmhg", first)]
    volume = [_course(f, "rbv", "expected", "a"), _dots(view, "rbv_pct", first)]
    drawn = [
        chart("Systolic pressure", "mmHg", pressure, lines=floor, **shared),
        chart("Blood volume", "% of the start", volume, digits=1, **shared),
    ]
    if not view["over"]:
        points = [(t, 100 * x) for t, x in zip(f["minutes"], f["below"], strict=True)]
        below = Series(f"systolic below {view['floor']:.0f}", "a", points)
        felt = _course(f, "hypotension", "fall that is felt", "b", 100.0)
        chances = [below, felt, _course(f, "cramp", "cramp", "c", 100.0)]
        drawn.append(chart("Chance by then", "%", chances, across=_hour(f["minutes"])))
    return [each for each in drawn if each is not None]


def _marked(entry: dict[str, Any]) -> bool:
    return entry["kind"] == "did" and entry["text"].startswith("cramp") and not entry["text"].startswith("cramp over")


def _hour(minutes: list[float]) -> list[tuple[float, str]]:
    return [(t, "now" if i == 0 else f"+{t - minutes[0]:.0f}") for i, t in enumerate(minutes) if i % 3 == 0]


def _course(f: dict[str, Any], name: str, label: str, look: str, times: float = 1.0) -> Series:
    low, middle, high = ([times * x for x in f[name][part]] for part in ("low", "middle", "high"))
    at = f["minutes"]
    band = (list(zip(at, low, strict=True)), list(zip(at, high, strict=True)))
    return Series(label, look, list(zip(at, middle, strict=True)), band)


def _dots(view: dict[str, Any], name: str, first: float) -> Series:
    return Series("read", "marks", [(t, x) for t, x in view["read"][name] if t >= first], marks=True)
