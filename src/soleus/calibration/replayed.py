"""Replayed: real sessions watched as their readings came: alarms an hour, lead time, artefacts, nothing else.

What really was is not known here, so a fall is the first reading below the person's floor that hindsight does not take
for an artefact (`records.cuff`). Every session runs a second time with readings gone wild between the real ones: a
single one 50 mmHg low, which the next real one contradicts. No alarm may sound at it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .. import case as cases
from .. import live, person
from ..case import Case, Pressure
from ..errors import BadRecord, SoleusError
from ..live import feed
from ..live import people as chairs
from ..records import crrt, tables
from ..records.cuff import marked
from .warned import area
from .watched import RECENT, WITHIN

LOW = 50.0  # mmHg by which a planted reading is wild
BETWEEN = 2.0  # min after a real reading at which it stands
EVERY = 4  # so many readings apart
HOUR = 60.0
EICU = "derived_sessions.csv"
Row = Mapping[str, Any]


class Source(NamedTuple):
    """One session to watch."""

    name: str
    case: Case
    rows: tuple[Row, ...]


class Replayed(NamedTuple):
    """One session, watched."""

    name: str
    lines: int
    hours: float
    alerts: tuple[live.Alert, ...]
    fell: float | None  # minute
    artefacts: int  # that hindsight finds, and that were planted
    fooled: int  # of them, with an alarm
    held: tuple[bool, ...]  # readings foretold at the one before: inside the 90 % band of pressure and instrument
    asked: tuple[tuple[bool, dict[str, float]], ...]  # readings: whether a fall comes within the hour, scores

    @property
    def lead(self) -> float | None:
        """From the first warning before the fall on, min."""
        if self.fell is None:
            return None
        before = [a.minute for a in self.alerts if a.about == "hypotension" and a.minute <= self.fell]
        return self.fell - min(before) if before else None


def sources(folder: Path) -> tuple[list[Source], list[str]]:
    """The sessions of a folder: case files, the eICU extract, or the stream of the MIMIC-III extract.

    Raises:
        BadRecord: when it holds none of these.
    """
    if crrt.there(folder):
        found, skipped = crrt.read(folder)
        return [Source(*stretch) for stretch in found], skipped
    if (folder / EICU).exists():
        with tempfile.TemporaryDirectory() as place:
            made = tables.import_eicu(folder, place)
            found_here, skipped = sources(Path(place))
        return found_here, [*made.skipped, *skipped]
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise BadRecord(f"{folder} holds no case file (*.yaml), and neither the eICU nor the MIMIC-III extract.")
    every = [(file, case) for file in files for case in [cases.load(file)]]
    found_cases = [
        Source(f"{file.stem} {session.date}", case, feed.of_session(session).rows)
        for file, case in every
        for session in case.sessions
    ]
    kept = [source for source in found_cases if any("systolic_mmhg" in row for row in source.rows)]
    return kept, [f"{s.name}: no pressure during the session" for s in found_cases if s not in kept]


def run(
    several: Sequence[Source], progress: Callable[[int, int, str], None] | None = None
) -> tuple[list[Replayed], list[str]]:
    """Watch every session, as it was and with readings gone wild."""
    found, refused = [], []
    known: dict[str, chairs.People] = {}
    for i, source in enumerate(several):
        if progress:
            progress(i, len(several), source.name)
        try:
            found.append(_watched(source, known))
        except SoleusError as error:
            refused.append(f"{source.name}: {str(error).splitlines()[0]}")
    return found, refused


def _watched(source: Source, known: dict[str, chairs.People]) -> Replayed:
    session = next(
        s for s in source.case.sessions if source.name.endswith(str(s.date)) or len(source.case.sessions) == 1
    )
    told, here = chairs.unseen(source.case, session)
    who = (
        str(told.patient) + str(here.pre_weight_kg) if source.case.note and "MIMIC" in source.case.note else source.name
    )
    if who not in known:
        known[who] = chairs.of(chairs.twin_before(source.case, session))
    monitor = live.Monitor(known[who], person.order(told, here), given=chairs.given_before(told, here))
    again = live.Monitor(known[who], person.order(told, here), given=chairs.given_before(told, here))
    hindsight = _artefacts(source.rows)
    lines = [row for row in source.rows if float(row["minute"]) <= monitor.going.treated.end]
    fell = _fall(lines, hindsight)
    heard, fooled, held, asked = _heard(monitor, lines, hindsight, fell)
    planted = [(row, odd) for row, odd in _planted(lines) if True]
    cheated = sum(again.read(row).alert is not None and odd for row, odd in planted)
    hours = (float(lines[-1]["minute"]) - float(lines[0]["minute"])) / HOUR if lines else 0.0
    odd = len(hindsight) + sum(odd for _, odd in planted)
    return Replayed(source.name, heard, hours, monitor.alerts, fell, odd, fooled + cheated, held, asked)


def _heard(
    monitor: live.Monitor, lines: Sequence[Row], hindsight: set[float], fell: float | None
) -> tuple[int, int, tuple[bool, ...], tuple[tuple[bool, dict[str, float]], ...]]:
    """Lines, artefacts with an alarm, what was foretold, and what was asked."""
    fooled, held, asked = 0, [], []
    past: list[tuple[float, float]] = []
    for row in lines:
        minute, S = float(row["minute"]), row.get("systolic_mmhg")
        if S is not None and past and minute not in hindsight:
            held.append(_inside(monitor, minute, float(S)))
        update = monitor.read(row)
        fooled += minute in hindsight and update.alert is not None
        if S is None or minute in hindsight:
            continue
        past.append((minute, float(S)))
        if fell is None or minute < fell:
            comes = fell is not None and fell <= minute + WITHIN
            asked.append((comes, _scores(update, past)))
    return len(lines), fooled, tuple(held), tuple(asked)


def _inside(monitor: live.Monitor, minute: float, value: float) -> bool:
    """Whether a reading lies where it was expected before it came."""
    from ..live import belief

    now = monitor.going
    expected = belief.expect(
        belief.moved(now.listening.belief, minute), "systolic_mmhg", now.shown, min(minute, now.shown.minutes[-1])
    )
    return abs(value - expected.mean) <= 1.645 * expected.sd


def _scores(update: live.Update, past: Sequence[tuple[float, float]]) -> dict[str, float]:
    recent = np.array(past[-RECENT:])
    rate = float(np.polyfit(recent[:, 0], recent[:, 1], 1)[0]) if np.ptp(recent[:, 0]) > BETWEEN else 0.0
    last = past[-1][1]
    return {"monitor": float(update.forecast.below[-1]), "last": -last, "rate": -(last + rate * WITHIN)}


def _artefacts(rows: Sequence[Row]) -> set[float]:
    """Minutes of readings that jump and return, in hindsight."""
    names = ("systolic_mmhg", "diastolic_mmhg")
    told = [{name: float(row[name]) for name in ("minute", *names) if row.get(name) is not None} for row in rows]
    cuffs = [Pressure.model_validate(one) for one in told if names[0] in one]
    return {one.minute for one in marked(cuffs) if one.artefact}


def _fall(rows: Sequence[Row], hindsight: set[float]) -> float | None:
    """The first reading below the floor, after the first one."""
    cuffs = [(float(r["minute"]), float(r["systolic_mmhg"])) for r in rows if r.get("systolic_mmhg") is not None]
    believed = [(minute, S) for minute, S in cuffs if minute not in hindsight]
    if not believed:
        return None
    line = live.floor(believed[0][1])
    return next((minute for minute, S in believed[1:] if line > S), None)


def _planted(rows: Sequence[Row]) -> Iterator[tuple[Row, bool]]:
    """The rows with, after every few pressures, one that is wild."""
    count = 0
    for row in rows:
        yield row, False
        S, D = row.get("systolic_mmhg"), row.get("diastolic_mmhg")
        count += S is not None
        if S is not None and count % EVERY == 0:
            low = {"systolic_mmhg": float(S) - LOW}
            if D is not None:
                low["diastolic_mmhg"] = max(float(D) - LOW / 2, 25.0)
            if low["systolic_mmhg"] >= LOW:
                yield {"minute": float(row["minute"]) + BETWEEN, **low}, True


def page(found: Sequence[Replayed], left_out: Sequence[str]) -> str:
    """A line a session, and what it comes to."""
    head = f"{'session':<44}{'lines':>6}{'hours':>7}{'early':>6}{'now':>5}{'fall':>6}{'lead':>6}{'odd':>5}{'fooled':>7}"
    lines = ["Real sessions, watched as their readings came; nothing was done about a warning", head]
    for x in found:
        early = sum(a.level == "early" for a in x.alerts)
        fell, lead = ("-" if v is None else f"{v:.0f}" for v in (x.fell, x.lead))
        lines.append(
            f"{x.name[:43]:<44}{x.lines:>6}{x.hours:>7.1f}{early:>6}{len(x.alerts) - early:>5}{fell:>6}{lead:>6}"
            f"{x.artefacts:>5}{x.fooled:>7}"
        )
    s = summed(found)
    lines += [
        f"{s['sessions']} sessions, {s['hours']:.0f} h; alarms an hour: {s['early_per_hour']:.2f} early, "
        f"{s['now_per_hour']:.2f} other; {s['in_vain']:.2f} early ones a session in vain",
        f"falls {s['falls']}, warned of before {s['warned']}, median lead "
        + ("-" if s["lead"] is None else f"{s['lead']:.0f} min"),
        f"area under the curve: monitor {s['areas']['monitor']:.2f}, last systolic {s['areas']['last']:.2f}, with past "
        f"rate {s['areas']['rate']:.2f}",
        f"artefacts {s['artefacts']}, an alarm at {s['fooled']}; readings inside the 90 % band: {s['inside']:.0%}",
    ]
    return "\n".join([*lines, *(f"Not watched: {line}" for line in left_out)])


def summed(found: Sequence[Replayed]) -> dict[str, Any]:
    """Over all sessions."""
    asked = [pair for x in found for pair in x.asked]
    came = np.array([comes for comes, _ in asked], bool)
    hours = sum(x.hours for x in found)
    early = [a for x in found for a in x.alerts if a.level == "early"]
    vain = [
        a.minute for x in found for a in x.alerts if a.level == "early" and a.about == "hypotension" and x.fell is None
    ]
    leads = [x.lead for x in found if x.lead is not None]
    held = [inside for x in found for inside in x.held]
    return {
        "sessions": len(found),
        "hours": hours,
        "early_per_hour": len(early) / max(hours, 1.0),
        "now_per_hour": (sum(len(x.alerts) for x in found) - len(early)) / max(hours, 1.0),
        "in_vain": len(vain) / max(len(found), 1),
        "falls": sum(x.fell is not None for x in found),
        "warned": len(leads),
        "lead": float(np.median(leads)) if leads else None,
        "areas": {k: area(np.array([s[k] for _, s in asked]), came) for k in ("monitor", "last", "rate")},
        "artefacts": sum(x.artefacts for x in found),
        "fooled": sum(x.fooled for x in found),
        "inside": float(np.mean(held)) if held else 0.0,
    }


def as_json(found: Sequence[Replayed], left_out: Sequence[str]) -> dict[str, Any]:
    """The same in plain values."""
    rows = [
        {
            "name": x.name, "lines": x.lines, "hours": round(x.hours, 2), "fell": x.fell, "lead": x.lead,
            "alerts": [[a.minute, a.about, a.level, round(a.chance, 3)] for a in x.alerts],
            "artefacts": x.artefacts, "fooled": x.fooled,
        }
        for x in found
    ]  # fmt: skip
    return {"schema_version": 1, "rows": rows, "all": summed(found), "left_out": list(left_out)}
