"""Watching: a running session, reading by reading."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from ..errors import BadRecord
from ..screen import FAILURE, INVALID, NOT_FOUND, USAGE, Stop, Working, emit
from .app import app
from .asked import TEXT, CaseFile, Day, Output, case_of


@app.command(sort_key=2)
def live(
    case: CaseFile,
    /,
    *,
    feed: Annotated[
        Path | None, Parameter(help="Readings as CSV, played back; by default those of the case file's own session.")
    ] = None,
    speed: Annotated[float, Parameter(help="So many times faster than they came; 0 as fast as can be.")] = 0.0,
    session: Annotated[str | None, Parameter(help="Date of the session; by default the latest.")] = None,
    keep: Annotated[
        Path | None, Parameter(help="Store the session here after each line, and go on from it where it is there.")
    ] = None,
    out: Output = TEXT,
) -> None:
    """Watch a running session: pressure, blood volume, hypotension and cramps an hour ahead; few warnings.

    The twin knows the case file as it was before the session began. --json prints a JSON object a line.
    """
    if speed < 0:
        raise Stop(USAGE, f"--speed {speed:g}: give 0 for as fast as can be, or 60 for a minute a second.")
    if feed is not None and not feed.exists():
        raise Stop(NOT_FOUND, f"--feed {feed} is not there. Check the name and the folder.")
    if keep is not None and not keep.parent.is_dir():
        raise Stop(NOT_FOUND, f"--keep {keep}: there is no folder {keep.parent}. Make it, or choose another.")
    with Working(out.quiet) as say:
        told, day = _session(case, session, case_of(case, say))
        rows = _rows(feed, speed, day)
        say("building the twin as it was before the session")
        monitor = _monitor(told, day, keep)
    _watch(case.name, day, monitor, rows, keep, out)


def _session(file: Path, wanted: Day, told: Any) -> tuple[Any, Any]:
    """The case and the session that is meant."""
    from ..fit import known

    if not told.on_dialysis:
        raise Stop(INVALID, f"{file.name} is of a person who is not on dialysis, so there is no session to watch.")
    if wanted is None:
        return told, known.latest(told)
    try:
        return told, told.session(wanted)
    except BadRecord as error:
        raise Stop(NOT_FOUND if told.sessions else INVALID, f"{file.name}: {error}") from None


def _rows(feed: Path | None, speed: float, day: Any) -> Any:
    from ..live import feed as feeds

    return feeds.of_session(day, speed) if feed is None else feeds.of_csv(feed, speed)


def _monitor(told: Any, day: Any, keep: Path | None) -> Any:
    """A new session, or the one that was stored."""
    from ..live import Monitor, kept, people

    if keep is not None and keep.exists():
        return kept.load(keep)
    seen, here = people.unseen(told, day)
    return Monitor(people.twin_before(told, day), given=people.given_before(seen, here))


def _watch(name: str, day: Any, monitor: Any, rows: Any, keep: Path | None, out: Output) -> None:
    """Line by line."""
    from ..live import kept
    from ..report import watched as report

    if not out.json:
        emit(report.heading(name, day.date))
    lines = doubted = 0
    for row in rows:
        try:
            update = monitor.read(row)
        except BadRecord as error:
            emit(json.dumps({"error": str(error)}) if out.json else f"        -  {error}")
            continue
        lines, doubted = lines + 1, doubted + bool(update.notes)
        emit(json.dumps(report.as_json(update), allow_nan=False) if out.json else report.line(update))
        sys.stdout.flush()
        if keep is not None:
            kept.save(monitor, keep)
    if not out.json:
        emit(report.summary(lines, monitor.alerts, doubted))
    if not lines:
        raise Stop(FAILURE, "no line of the feed could be read.")
