"""Watched: a running session as lines: one a reading, one a warning, and what it came to at the end."""

from __future__ import annotations

from typing import Any

from ..live import Alert, Forecast, Update
from ..live.kept import alert_json

DIGITS = 4


def line(update: Update) -> str:
    """What one reading changed, as text: the reading, the hour ahead, and below it what to know."""
    f = update.forecast
    now, then = (_pressure(f, i) for i in (0, -1))
    ahead = (
        f"{update.minute:5.0f} min  systolic {now}, in an hour {then}; below {f.floor:.0f} by then {f.below[-1]:4.0%},"
        f" cramp {f.cramp.middle[-1]:4.0%}"
    )
    said = [f"           {note}" for note in update.notes]
    if update.ask:
        said.append(f"       ?   {update.ask}")
    if update.alert:
        said += alert(update.alert)
    return "\n".join([ahead, *said])


def alert(one: Alert) -> list[str]:
    """A warning as lines: what, why, what to do, how sure that is, who decides."""
    after = "" if one.after is None else f" By the twin that leaves {one.after:.0%}."
    return [
        f"  {'!' * ({'early': 1, 'now': 2, 'urgent': 3}[one.level]):>5}   {one.text}{after}",
        f"           Evidence {one.step.evidence}. {one.step.limits} Decides: {one.step.who}.",
    ]


def _pressure(f: Forecast, i: int) -> str:
    return f"{f.systolic.middle[i]:.0f} ({f.systolic.low[i]:.0f} to {f.systolic.high[i]:.0f})"


def heading(name: str, day: Any) -> str:
    """What is watched, and what this is not."""
    return (
        f"Session of {day} in {name}, watched as its readings come. In brackets: nine of ten. Not a medical device; an "
        "alarm that is silent is no sign that all is well."
    )


def summary(updates: int, alerts: tuple[Alert, ...], doubted: int) -> str:
    """What it came to."""
    by = {level: sum(one.level == level for one in alerts) for level in ("early", "now", "urgent")}
    said = ", ".join(f"{n} {level}" for level, n in by.items() if n) or "none"
    return f"{updates} lines; warnings: {said}; lines with something that did not count: {doubted}."


def as_json(update: Update) -> dict[str, Any]:
    """What one reading changed, in plain values."""
    return {
        "minute": update.minute,
        "used": list(update.used),
        "notes": list(update.notes),
        "ask": update.ask,
        "alert": None if update.alert is None else alert_json(update.alert),
        "forecast": forecast_json(update.forecast),
    }


def forecast_json(f: Forecast) -> dict[str, Any]:
    """A forecast in plain values: each course with its band, over its minutes."""
    units = {"systolic": "mmHg", "rbv": "%", "hypotension": "chance", "cramp": "chance"}
    bands = {
        name: {k: _plain(v) for k, v in getattr(f, name)._asdict().items()} | {"unit": unit}
        for name, unit in units.items()
    }
    return {
        "minute": f.minute,
        "minutes": f.minutes.tolist(),
        **bands,
        "floor": round(f.floor, 1),
        "below": _plain(f.below),
        "mood": {name: round(share, DIGITS) for name, share in f.mood.items()},
    }


def _plain(values: Any) -> list[float]:
    return [round(float(x), DIGITS) for x in values]
