"""Cohorts: what `soleus cohort` is asked: many people of one place, lived and written to a file.

Heavy imports stand inside the functions, as in every command.
"""

import importlib.util
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from ..screen import FAILURE, NOT_FOUND, SCHEMA_VERSION, USAGE, Stop, Working, emit

BAR = 24  # signs


class Answer(Protocol):
    """How a command answers."""

    @property
    def json(self) -> bool: ...
    @property
    def quiet(self) -> bool: ...


def make(
    people: int, weeks: int, seed: int, place: str, file: Path, cluster: str | None, targets: bool, plot: Path | None,
    out: Answer,
) -> None:  # fmt: skip
    """Live a cohort, write it, and say what was done; with targets, beside a real center's statistics."""
    _asked(place, file, cluster, targets, plot)
    with Working(out.quiet) as say:
        say("drawing people")
        from ..population import run
        from ..population.plan import Plan

        plan = Plan(people, weeks, seed, place)
        try:
            made = run.make(plan, file, _bar(say, people), cluster)
        except OSError as error:
            where = f"the cluster at {cluster}" if cluster else str(file)
            raise Stop(FAILURE, f"{where}: {error}. What was lived is kept; ask again to go on.") from None
        if targets:
            rows = _compared(file, plot, say)
    found: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION, "file": str(file), "people": people, "weeks": weeks, "seed": seed,
        "place": place, "sessions": people * weeks * 3, "seconds": round(made.seconds, 1),
        "patient_weeks_lived": made.patient_weeks,
    }  # fmt: skip
    if out.json:
        emit(found | ({"targets": _told().as_json(rows)} if targets else {}))
        return
    emit(_said(found))
    if targets:
        emit("\n" + _told().page(rows))


def _asked(place: str, file: Path, cluster: str | None, targets: bool, plot: Path | None) -> None:
    """Refuse what cannot be before anything is lived."""
    if not file.parent.is_dir():
        raise Stop(NOT_FOUND, f"-o {file}: there is no folder {file.parent}. Make it, or choose another.")
    if file.is_dir() or not os.access(file.parent, os.W_OK):
        raise Stop(FAILURE, f"-o {file}: it cannot be written there. Choose another place.")
    if targets and place != "hemobp":
        raise Stop(USAGE, f"--targets are statistics of one center; add --place hemobp (the place is {place}).")
    if plot is not None and not targets:
        raise Stop(USAGE, "--plot draws the targets: add --targets.")
    if cluster is not None and importlib.util.find_spec("distributed") is None:
        raise Stop(USAGE, "--cluster needs Dask, which is not installed: pip install 'soleus[cluster]'.")


def _bar(say: Working, people: int) -> Callable[[int, int, float], None]:
    """Says how far a run is."""
    begun = time.monotonic()
    first: list[int] = []

    def progress(done: int, chunks: int, pace: float) -> None:
        first.append(done)
        share, lived = done / chunks, done - first[0]
        left = (time.monotonic() - begun) / lived * (chunks - done) if lived else 0.0
        bar = "#" * int(BAR * share) + "." * (BAR - int(BAR * share))
        rest = f", {pace:,.0f} patient-weeks/s, {left / 60:.1f} min left" if lived else ""
        say(f"living [{bar}] {min(people, round(share * people)):,} of {people:,} people{rest}")

    return progress


def _compared(file: Path, plot: Path | None, say: Working) -> Any:
    say("comparing")
    from ..population import file as files

    rows = _told().compare(files.columns(file, _told().NEEDED))
    if plot is not None:
        from .. import plots

        plots.save(plots.population(rows), plot)
    return rows


def _told() -> Any:
    from ..population import targets

    return targets


def _said(found: dict[str, Any]) -> str:
    what = f"{found['file']}: {found['people']:,} people, {found['weeks']} weeks, {found['sessions']:,} sessions"
    lived, seconds = found["patient_weeks_lived"], found["seconds"]
    if not lived:
        return f"{what}, all of them there already"
    pace = f"{lived / max(seconds, 0.1):,.0f} a second"
    return f"{what}, one a row; {lived:,} patient-weeks lived in {seconds:.0f} s ({pace})"
