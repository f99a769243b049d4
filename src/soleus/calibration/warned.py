"""Warned: what watched sessions say of the monitor: what it tells apart, how early it warns, how often in vain.

area       of two readings, one before an event within the hour and one not: how often the first has the higher score
warned     of events, those with a warning before them in the session; lead, the time from the first of these on
in vain    warnings, a session, after which nothing came in it
beside     the last systolic pressure, and that with its past rate: warned with as few in vain as the monitor has,
           their threshold taken from these very sessions, which favors them
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import rankdata

from ..live import Alert
from ..live.vigilance import VIGILANCE
from .watched import Asked, Watched

EVENTS = {"hypotension": ("falls", "fell", "below"), "cramp": ("cramps", "cramped", "cramp")}
BESIDE = {"last": "last systolic", "rate": "last systolic and past rate", "minute": "minute of the session"}
GAP = 10.0  # mmHg or min by which a score beside must fall before it may warn again
BOOTSTRAPS = 400
HOURS = 60.0


class Warned(NamedTuple):
    """One kind of event."""

    about: str
    events: int
    areas: dict[str, float]  # by score; the monitor's own is "monitor"
    interval: tuple[float, float]  # 95 % of the monitor's area, sessions drawn again
    warned: int
    lead: float | None  # min, median
    in_vain: float  # a session
    early: float  # warnings a session
    beside: dict[str, tuple[int, float | None]]  # events warned of, and lead, with as few in vain
    foretold: tuple[float, float]  # mean chance, and share that came


def area(score: np.ndarray, came: np.ndarray) -> float:
    """Area under the curve; one half where it cannot be told."""
    n, m = int(came.sum()), int((~came).sum())
    if not n or not m:
        return 0.5
    return float((rankdata(score)[came].sum() - n * (n + 1) / 2) / (n * m))


def measured(sessions: Sequence[Watched], about: str) -> Warned:
    """How one kind of event was foretold and warned of."""
    which, happened, own = EVENTS[about]
    asked = [
        (k, a) for k, w in enumerate(sessions) for a in w.asked if getattr(a, which) is not None and not _ended(a, w)
    ]
    came = np.array([getattr(a, which) for _, a in asked], bool)
    scores = {name: np.array([a.scores[name] for _, a in asked]) for name in (own, *BESIDE)}
    areas = {"monitor" if name == own else name: area(score, came) for name, score in scores.items()}
    events = [getattr(w.truth, happened) for w in sessions]
    early = [[a.minute for a in w.alerts if a.about == about and _foretold(a)] for w in sessions]
    warned, lead, vain = _times(early, events)
    beside = {name: _beside(sessions, name, events, vain, which) for name in BESIDE}
    return Warned(
        about, sum(e is not None for e in events), areas, _interval(scores[own], came, np.array([k for k, _ in asked])),
        warned, lead, vain / len(sessions), sum(len(x) for x in early) / len(sessions), beside,
        (float(scores[own].mean()), float(came.mean())),
    )  # fmt: skip


def _foretold(a: Alert) -> bool:
    """Whether the monitor said it by itself; a cramp that is there was reported."""
    return a.level == "early" or a.about == "hypotension"


def _ended(a: Asked, w: Watched) -> bool:
    """Whether nothing is left of the session."""
    return a.minute >= len(w.truth.pressure) - 2


def _times(said: Sequence[Sequence[float]], events: Sequence[float | None]) -> tuple[int, float | None, int]:
    """Events warned of, median lead, and warnings in vain; what is said after the event does not count."""
    leads, vain = [], 0
    for minutes, event in zip(said, events, strict=True):
        if event is None:
            vain += len(minutes)
        elif before := [m for m in minutes if m <= event]:
            leads.append(event - min(before))
    return len(leads), float(np.median(leads)) if leads else None, vain


def _beside(
    sessions: Sequence[Watched], name: str, events: Sequence[float | None], vain: int, which: str
) -> tuple[int, float | None]:
    """The most events that a plain score warns of with no more in vain, and its lead."""
    best: tuple[int, float | None] = (0, None)
    values = sorted({a.scores[name] for w in sessions for a in w.asked})
    for line in values[:: max(1, len(values) // 200)]:
        said = [_crossings(w, name, line, which) for w in sessions]
        found, lead, in_vain = _times(said, events)
        if in_vain <= vain and found > best[0]:
            best = (found, lead)
    return best


def _crossings(w: Watched, name: str, line: float, which: str) -> list[float]:
    """Minutes at which a score crosses its line, armed again when it has fallen back."""
    found, on = [], False
    for a in w.asked:
        if getattr(a, which) is None:
            break
        score = a.scores[name]
        if score >= line and not on:
            found.append(a.minute)
            on = True
        elif score < line - GAP:
            on = False
    return found


def _interval(score: np.ndarray, came: np.ndarray, session: np.ndarray) -> tuple[float, float]:
    """Of the area, by drawing sessions again."""
    rng = np.random.default_rng(1)
    rows = [np.flatnonzero(session == k) for k in np.unique(session)]
    found = []
    for _ in range(BOOTSTRAPS):
        chosen = np.concatenate([rows[k] for k in rng.integers(len(rows), size=len(rows))])
        if came[chosen].any():
            found.append(area(score[chosen], came[chosen]))
    low, high = np.percentile(found, (2.5, 97.5)) if found else (0.0, 1.0)
    return float(low), float(high)


def held(sessions: Sequence[Watched]) -> dict[float, tuple[float, float, int]]:
    """Of forecasts so many minutes ahead: share inside the 90 % band, mean absolute error in mmHg, how many."""
    rows = np.array([row for w in sessions for row in w.inside])
    return {
        float(ahead): (float((x[:, 1] * x[:, 2]).mean()), float(abs(x[:, 3]).mean()), len(x))
        for ahead in np.unique(rows[:, 0])
        for x in [rows[rows[:, 0] == ahead]]
    }


def page(sessions: Sequence[Watched], refused: Sequence[str]) -> str:
    """The result as plain text."""
    people = len({(w.person, w.group) for w in sessions})
    lines = [f"Live: {len(sessions)} simulated sessions of {people} people, watched as their readings came", ""]
    for about in EVENTS:
        lines += [*_said(measured(sessions, about), len(sessions)), ""]
    lines.append("Systolic pressure foretold: share in the 90 % band, mean absolute error, mmHg")
    lines += [
        f"  {ahead:.0f} min ahead {inside:>6.0%} {off:>6.1f}" for ahead, (inside, off, _) in held(sessions).items()
    ]
    wild, fooled = sum(w.wild for w in sessions), sum(w.fooled for w in sessions)
    asked = sum(w.repeats for w in sessions) / len(sessions)
    lines.append(f"Wild cuff readings: {wild}, an alarm at {fooled} of them; repeats asked for: {asked:.2f} a session")
    times = np.concatenate([w.seconds for w in sessions])
    half, most = (1000 * float(np.percentile(times, q)) for q in (50, 95))
    lines.append(f"From reading to update: median {half:.0f} ms, 95 % below {most:.0f} ms, {len(times)} readings")
    lines.append(f"Thresholds: hypotension {VIGILANCE.hypotension:.0%}, cramp {VIGILANCE.cramp:.0%} within the hour")
    return "\n".join([*lines, *(f"Refused: {reason}" for reason in refused)])


def _said(x: Warned, sessions: int) -> list[str]:
    name = {"hypotension": "Fall of pressure below the floor", "cramp": "Cramp"}[x.about]
    low, high = x.interval
    lead = "-" if x.lead is None else f"{x.lead:.0f} min"
    rows = [
        f"{name}: {x.events} in {sessions} sessions",
        f"  area under the curve, within the hour: {x.areas['monitor']:.2f} ({low:.2f} to {high:.2f})",
        *(f"    {BESIDE[k]:<32}{x.areas[k]:.2f}" for k in BESIDE),
        f"  warned of before: {x.warned} of {x.events}, lead {lead}; "
        f"{x.early:.2f} warnings a session, {x.in_vain:.2f} in vain",
    ]
    for k, (found, ahead) in x.beside.items():
        when = "" if ahead is None else f", lead {ahead:.0f} min"
        rows.append(f"    {BESIDE[k]:<32}{found} of {x.events}{when}, with no more in vain")
    mean, came = x.foretold
    return [*rows, f"  foretold on average {mean:.1%}, came {came:.1%}"]


def as_json(sessions: Sequence[Watched], refused: Sequence[str]) -> dict[str, Any]:
    """The result in plain values."""
    times = np.concatenate([w.seconds for w in sessions])
    return {
        "schema_version": 1,
        "sessions": len(sessions),
        "events": {about: measured(sessions, about)._asdict() for about in EVENTS},
        "held": {f"{ahead:g}": list(found) for ahead, found in held(sessions).items()},
        "wild": sum(w.wild for w in sessions),
        "fooled": sum(w.fooled for w in sessions),
        "repeats": sum(w.repeats for w in sessions),
        "seconds": {"median": float(np.median(times)), "p95": float(np.percentile(times, 95.0))},
        "refused": list(refused),
    }
