"""Checking: what `soleus validate` can be asked, each beside what was measured in people.

Heavy imports stand inside the functions, as in every command.
"""

from pathlib import Path
from typing import Any, Protocol

from ..screen import INVALID, NOT_FOUND, SCHEMA_VERSION, USAGE, Stop, Working, emit

SEED = 77  # of sessions watched live: no threshold was chosen on these
FEWEST = 20  # people, so that every cause has one, and a share means something


class Answer(Protocol):
    """How a command answers."""

    @property
    def json(self) -> bool: ...
    @property
    def quiet(self) -> bool: ...


def one_of(told: dict[str, Any]) -> str:
    """The one question that was asked; empty without any."""
    chosen = [name for name, value in told.items() if value]
    if len(chosen) > 1:
        raise Stop(USAGE, f"{' and '.join(chosen)} are different questions: ask one at a time.")
    return "".join(chosen)


def ask(question: str, value: Any, studies: Path | None, plot: Path | None, out: Answer) -> None:
    """One question, by the name of its option; without one, the studies."""
    if question in ("--planted", "--calibration", "--advice", "--budget", "--live") and value < FEWEST:
        raise Stop(USAGE, f"{question} {value}: give a number of people, {FEWEST} or more.")
    if question == "--week":
        usual(out)
    elif question == "--records":
        falls(value, out)
    elif question == "--tables":
        tables(out)
    elif question == "--effects":
        effects(studies, out)
    elif question == "--planted":
        planted(value, out)
    elif question == "--calibration":
        calibration(value, plot, out)
    elif question == "--advice":
        followed(value, out)
    elif question == "--budget":
        budget(value, out)
    elif question == "--forecast":
        forecast(value, out)
    elif question == "--live":
        watched(value, out)
    elif question == "--live-records":
        replayed(value, out)
    else:
        arms(studies, out)


def arms(studies: Path | None, out: Answer) -> None:
    """Published study arms and effects over a month, and without a folder the body and a population."""
    with Working(out.quiet) as say:
        say("reading the studies")
        from .. import report
        from .. import validate as studying
        from ..validate import effects as month

        chosen, faults = studying.read(studies)
        result = studying.run(chosen, faults, progress=lambda i, n, name: say(f"arm {min(i + 1, n)} of {n} {name}"))
        lived = month.run(chosen, progress=lambda i, n, name: say(f"month {min(i + 1, n)} of {n} {name}"))
        targets, population = [], []
        if studies is None:
            say("comparing with what is known of the body")
            targets = studying.targets()
            say("drawing a population")
            population = studying.population()
    found = report.studies_json(studying.as_json(result), targets, population)
    if out.json:
        emit(found | {"effects": month.as_json(lived)})
        return
    emit(report.studies_page(found))
    if lived.rows or lived.not_run:
        emit("\n" + month.page(lived))


def tables(out: Answer) -> None:
    """Minerals and hormones, nerve and muscle: what was measured, what the twin gives, the verdict, and why."""
    with Working(out.quiet) as say:
        from ..validate import excitability, minerals, table

        say("minerals and hormones")
        first = minerals.rows()
        say("nerve and muscle")
        second = excitability.rows()
    rows = {"minerals": table.as_json(first), "excitability": table.as_json(second)}
    emit(
        {"schema_version": SCHEMA_VERSION, **rows}
        if out.json
        else f"{minerals.page(first)}\n\n{excitability.page(second)}"
    )


def effects(studies: Path | None, out: Answer) -> None:
    """What studies found over a month in many people, beside the same in simulated people."""
    with Working(out.quiet) as say:
        say("reading the studies")
        from ..validate import effects as month
        from ..validate import read

        chosen = None if studies is None else read(studies)[0]
        found = month.run(chosen, progress=lambda i, n, name: say(f"arm {min(i + 1, n)} of {n} {name}"))
    emit(month.as_json(found) if out.json else month.page(found))


def planted(n: int, out: Answer) -> None:
    """Whether the cause that was planted in simulated people is found."""
    with Working(out.quiet) as say:
        say("planting")
        from .. import planted as people

        found = people.run(n, progress=lambda i, m, what: say(f"person {min(i + 1, m)} of {m} {what}"))
    emit(people.as_json(found) if out.json else people.page(found))


def calibration(n: int, plot: Path | None, out: Answer) -> None:
    """Whether the twin's intervals hold the truth of simulated people as often as they say."""
    with Working(out.quiet) as say:
        say("drawing people")
        from .. import calibration as people

        found = people.run(n, progress=lambda i, m, what: say(f"person {min(i + 1, m)} of {m} {what}"))
        if plot is not None:
            from .. import plots

            say("drawing")
            plots.save(plots.ranks(found), plot)
    emit(people.as_json(found) if out.json else people.page(found))


def followed(n: int, out: Answer) -> None:
    """Whether simulated people who follow the first option cramp less, and stay within every limit."""
    with Working(out.quiet) as say:
        say("drawing people")
        from ..calibration import followed as people

        found = people.run(n, progress=lambda i, m, what: say(f"person {min(i + 1, m)} of {m} {what}"))
    emit(people.as_json(found) if out.json else people.page(found))


def budget(n: int, out: Answer) -> None:
    """Whether people who follow their budget come to the next session with the weight that it planned."""
    with Working(out.quiet) as say:
        say("drawing people")
        from .. import kept as people

        found = people.run(n, progress=lambda i, m, what: say(f"part {min(i + 1, m)} of {m} {what}"))
    emit(people.as_json(found) if out.json else people.page(found))


def forecast(folder: Path, out: Answer) -> None:
    """The second half of each session's systolic pressure from the first."""
    if not folder.is_dir():
        raise Stop(NOT_FOUND, f"{folder} is no folder. Give one with case files, as soleus import writes them.")
    with Working(out.quiet) as say:
        say("reading the cases")
        from .. import case
        from ..calibration import forecast as ahead

        files = sorted(folder.glob("*.yaml"))
        if not files:
            raise Stop(
                INVALID, f"{folder} holds no case file (*.yaml). Make some: soleus import eicu DIR --out {folder}."
            )
        told = [(file.stem, case.load(file)) for file in files]
        found = ahead.run(told, lambda i, n, name: say(f"file {i + 1} of {n} {name}"))
    emit(ahead.as_json(found) if out.json else ahead.page(found))


def falls(records: Path, out: Answer) -> None:
    """The second of two real panels from the first, beside naive answers."""
    if not records.exists():
        raise Stop(NOT_FOUND, f"{records} is not there. Give the folder that holds the records.")
    with Working(out.quiet) as say:
        say("reading the records")
        from ..records import falls as recorded
        from ..validate import falls as beside

        told = recorded.read(records)
        if not told.falls:
            raise Stop(INVALID, f"{records} holds no fall of urea that can be run: {told.skipped[0]}")
        say(f"dialyzing {beside.PEOPLE} people for each of {len(told.falls)} falls of urea")
        found = beside.run(told.falls)
    skipped = list(told.skipped)
    if out.json:
        emit(beside.as_json(found) | {"skipped": skipped})
    else:
        emit("\n".join([beside.page(found), *(f"Skipped: {line}" for line in skipped)]))


def usual(out: Answer) -> None:
    """Before and after the sessions of a usual week, and stage by stage without dialysis."""
    with Working(out.quiet) as say:
        say("living a week, and some without dialysis")
        from ..validate import usual as week

        rows = [*week.week(), *week.stages()]
    emit({"schema_version": SCHEMA_VERSION, "rows": week.as_json(rows)} if out.json else week.page(rows))


def watched(n: int, out: Answer) -> None:
    """Simulated sessions watched live: what is told apart, how early it is warned of, how often in vain."""
    with Working(out.quiet) as say:
        say("drawing people")
        from ..calibration import warned
        from ..calibration import watched as sessions

        found, refused = sessions.watch_all(n, SEED, lambda i, m, what: say(f"{what} {i} of {m}"))
    emit(warned.as_json(found, refused) if out.json else warned.page(found, refused))


def replayed(folder: Path, out: Answer) -> None:
    """Real sessions watched live: alarms an hour, lead time, artefacts."""
    if not folder.is_dir():
        raise Stop(NOT_FOUND, f"{folder} is no folder. Give one with case files, or the eICU or MIMIC-III extract.")
    with Working(out.quiet) as say:
        say("reading the records")
        from ..calibration import replayed as sessions

        several, left_out = sessions.sources(folder)
        found, refused = sessions.run(several, lambda i, n, name: say(f"session {i + 1} of {n} {name}"))
    left_out = [*left_out, *refused]
    emit(sessions.as_json(found, left_out) if out.json else sessions.page(found, left_out))
