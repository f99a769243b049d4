"""Commands: what can be asked of Soleus on the command line.

Heavy imports stand inside the commands, so that --help answers at once.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from . import __version__
from .errors import BadRecord, OutOfRange
from .screen import FAILURE, INVALID, NOT_FOUND, REFUSED, SCHEMA_VERSION, USAGE, Stop, Working, ascii_only, emit

EPILOGUE = "Soleus is not a medical device: what is done for a patient is for the responsible clinician to decide."


@Parameter(name="*")
@dataclass(frozen=True)
class Output:
    """How a command answers."""

    json: Annotated[bool, Parameter(negative="", help="Print JSON instead of text.", show_default=False)] = False
    quiet: Annotated[bool, Parameter(negative="", alias="-q", help="Say nothing of progress.", show_default=False)] = (
        False
    )


CaseFile = Annotated[Path, Parameter(help="The case file (YAML).")]
Day = Annotated[
    str | None, Parameter(help="Date of the session or hours, year-month-day; by default the one worth explaining.")
]
Plot = Annotated[Path | None, Parameter(help="Draw it to this file, .png or .svg.")]
TEXT = Output()

app = App(
    name="soleus",
    help="Why the muscles of a person on dialysis cramp, how much each cause weighs, and what would stop it.",
    help_epilogue=EPILOGUE,
    help_format="plaintext",
    version=__version__,
    version_flags=["--version", "-V"],
    result_action="return_value",
    suppress_keyboard_interrupt=False,  # cli.py tells what happened
)
importing = App(name="import", help="Turn other people's records into case files.", sort_key=4)
app.command(importing)


@app.command(sort_key=1)
def explain(case: CaseFile, /, *, session: Day = None, plot: Plot = None, out: Output = TEXT) -> None:
    """Why the muscles cramped or twitched, or the pressure fell: causes, ranked, with shares.

    For a session of dialysis, or for hours watched without it where the case file says that there is none.
    """
    _drawable(plot)
    with Working(out.quiet) as say:
        told = _case(case, say)
        if not told.on_dialysis:
            emit(_explained_at_home(case.name, told, session, plot, out, say))
            return
        twin = _twin(case.name, told, session, say)
        from . import causes, report

        say("asking what would have been without each cause")
        found = causes.explain(twin)
        if plot:
            from . import plots

            say("drawing")
            plots.save(plots.explained(found), plot)
    emit(report.as_json(found) if out.json else report.page(found, ascii_only=ascii_only()))


@app.command(sort_key=2)
def simulate(
    case: CaseFile,
    /,
    *,
    session: Day = None,
    change: Annotated[
        tuple[str, ...],
        Parameter(
            name="--set", consume_multiple=True, negative="", show_default=False,
            help="Treat otherwise: names and units of the case file, such as hours=4.5 uf_l=2.2 temperature_c=36.",
        ),
    ] = (),
    plot: Plot = None,
    out: Output = TEXT,
) -> None:  # fmt: skip
    """How one session goes: pressure, risk, the blood before and after, what the machine takes off, dose."""
    _drawable(plot)
    changes = _changes(change)
    with Working(out.quiet) as say:
        told = _case(case, say)
        if not told.on_dialysis:
            said = f"{case.name} is of a person who is not on dialysis, so there is no session to simulate."
            raise Stop(INVALID, f"{said} Ask why: soleus explain {case.name}.")
        was = _twin(case.name, told, session, say, changes)
        from . import report

        say("treating")
        now = report.rerun(was, changes) if changes else was
        before = was if changes else None
        if plot:
            from . import plots

            say("drawing")
            plots.save(plots.course(now, report.about(was.session), before), plot)
    emit(report.course_json(now, changes, before) if out.json else report.course_page(now, before))


@app.command(sort_key=3)
def fit(
    *cases: CaseFile,
    keep: Annotated[Path | None, Parameter(name=["--out", "-o"], help="Store what was learned in this file.")] = None,
    update: Annotated[Path | None, Parameter(help="Go on from a stored twin: only what came since is used.")] = None,
    center: Annotated[Path | None, Parameter(help="What the center's other patients told, as stored with -o.")] = None,
    full: Annotated[bool, Parameter(negative="", show_default=False, help="Sample by NUTS too: minutes.")] = False,
    plot: Plot = None,
    out: Output = TEXT,
) -> None:
    """What all sessions tell of a person: the dry weight beside the target, what is known, what would help to know.

    Of several cases: what the patients of one center tell of its bath sodium and its laboratory.
    """
    from . import fitting

    asked = fitting.Asked(keep, update, center, full, plot, out.json)
    _drawable(plot)
    fitting.refuse(cases, asked)
    with Working(out.quiet) as say:
        found = fitting.answer(cases, [_case(file, say) for file in cases], asked, say)
    emit(found)


@app.command(sort_key=3)
def validate(
    *,
    studies: Annotated[Path | None, Parameter(help="A folder of study files; by default the packaged ones.")] = None,
    week: Annotated[
        bool, Parameter(negative="", show_default=False, help="A usual week and the stages of CKD beside patients'.")
    ] = False,
    records: Annotated[
        Path | None, Parameter(help="Real records instead: the folder of the MIMIC-III demo's falls of urea.")
    ] = None,
    tables: Annotated[
        bool, Parameter(negative="", show_default=False, help="Minerals and hormones, nerve and muscle, line by line.")
    ] = False,
    effects: Annotated[
        bool, Parameter(negative="", show_default=False, help="What studies found over a month in many people.")
    ] = False,
    planted: Annotated[
        int | None, Parameter(help="Explain so many simulated people of whom the cause is known; 500 take an hour.")
    ] = None,
    calibration: Annotated[
        int | None, Parameter(help="Fit so many simulated people of whom all is known; 500 take some hours.")
    ] = None,
    forecast: Annotated[
        Path | None, Parameter(help="Predict the second half of every session of a folder of case files.")
    ] = None,
    plot: Plot = None,
    out: Output = TEXT,
) -> None:
    """Published study arms beside what the twin gives: measured, spread, simulated, z, verdict.

    Without --studies also what is known of the body as a whole, and a drawn population.
    """
    from . import checking

    if studies is not None and not studies.is_dir():
        raise Stop(NOT_FOUND, f"{studies} is no folder. Give the folder that holds the study files.")
    _drawable(plot)
    told: dict[str, Any] = {
        "--week": week, "--records": records, "--tables": tables, "--effects": effects, "--planted": planted,
        "--calibration": calibration, "--forecast": forecast,
    }  # fmt: skip
    chosen = [name for name, value in told.items() if value]
    if len(chosen) > 1:
        raise Stop(USAGE, f"{' and '.join(chosen)} are different questions: ask one at a time.")
    if plot is not None and not calibration:
        raise Stop(USAGE, "--plot draws what --calibration finds: give both, or neither.")
    checking.ask("".join(chosen), told.get("".join(chosen)), studies, plot, out)


@app.command(sort_key=4)
def cohort(
    *,
    people: Annotated[int, Parameter(name=["--people", "-n"], help="How many.")],
    file: Annotated[Path, Parameter(name=["--out", "-o"], help="The Parquet file to write, one row a session.")],
    weeks: Annotated[int, Parameter(help="How long they live, three sessions a week.")] = 4,
    seed: Annotated[int, Parameter(help="The same seed gives the same people and the same days.")] = 1,
    place: Annotated[str, Parameter(help="Where they are dialyzed: world, or hemobp, one center in Taiwan.")] = "world",
    cluster: Annotated[str | None, Parameter(help="Address of a Dask scheduler, to use its workers instead.")] = None,
    targets: Annotated[
        bool, Parameter(negative="", show_default=False, help="Beside that center's own statistics, each in its band.")
    ] = False,
    plot: Plot = None,
    out: Output = TEXT,
) -> None:
    """Many drawn people live for weeks; a run that was stopped goes on where it was."""
    from . import cohorts

    _drawable(plot)
    cohorts.make(people, weeks, seed, place, file, cluster, targets, plot, out)


@importing.command
def eicu(
    folder: Annotated[Path, Parameter(name="DIR", help="The folder of the eICU dialysis extract.")],
    /,
    *,
    out_folder: Annotated[Path, Parameter(name="--out", help="Where the case files go; made when it is not there.")],
    out: Output = TEXT,
) -> None:
    """One case file for each dialysis session of the eICU demo database; nothing is dropped without a word."""
    if not folder.is_dir():
        raise Stop(NOT_FOUND, f"{folder} is no folder. Give the folder that holds the eICU extract.")
    with Working(out.quiet) as say:
        say("reading the tables")
        from .records import tables

        made = tables.import_eicu(folder, out_folder)
    if out.json:
        emit({"schema_version": SCHEMA_VERSION, "written": [str(p) for p in made.written],
              "remarks": list(made.remarks), "skipped": list(made.skipped)})  # fmt: skip
    else:
        skipped = [f"Skipped: {line}" for line in made.skipped]
        emit("\n".join([f"{len(made.written)} case files in {out_folder}", *made.remarks, *skipped]))
    if not made.written:
        raise Stop(INVALID, f"{folder} gave no case file: every session in it was skipped.")


@app.command(sort_key=5)
def schema(*, out: Output = TEXT) -> None:
    """The JSON Schema of a case file: every field with its unit and range."""
    from . import case

    emit(case.schema())


@app.command(sort_key=6)
def cite(
    *keys: Annotated[str, Parameter(help="Keys of sources; without any, all are listed.")], out: Output = TEXT
) -> None:
    """Where numbers come from: full citations, and what was read of each."""
    from .references import find, references

    try:
        found = find(keys or sorted(references()))
    except BadRecord as error:
        raise Stop(NOT_FOUND, str(error)) from None
    if out.json:
        rows = [{"key": r.key, "kind": r.kind, "text": r.text, "recalled": r.recalled, **r.fields} for r in found]
        emit({"schema_version": SCHEMA_VERSION, "references": rows})
    else:
        emit("\n".join(f"{r.key}: {r.text}" for r in found))


@app.command(sort_key=7)
def parameters(
    organ: Annotated[str | None, Parameter(help="One part only, such as muscle, dialyzer or cramp.")] = None,
    /,
    *,
    out: Output = TEXT,
) -> None:
    """Every number of the model: value, unit, range, status, source, meaning."""
    with Working(out.quiet) as say:
        say("reading the model")
        from . import report

        try:
            rows = report.parameter_rows(organ)
        except KeyError as error:
            raise Stop(NOT_FOUND, f"there is no part {organ!r}; there are {error.args[0]}.") from None
    emit({"schema_version": SCHEMA_VERSION, "parameters": rows} if out.json else report.parameter_page(rows))


@app.command(sort_key=8)
def doctor(*, out: Output = TEXT) -> None:
    """Whether Soleus works on this computer: Python, JAX, cache, and one session as a test."""
    with Working(out.quiet) as say:
        say("testing")
        from .doctor import examine

        checks = examine()
    well = all(check.good for check in checks)
    if out.json:
        emit({"schema_version": SCHEMA_VERSION, "well": well, "checks": [check._asdict() for check in checks]})
    else:
        emit("\n".join(f"{'ok  ' if c.good else 'FAIL'} {c.name}: {c.found}" + c.advice for c in checks))
    if not well:
        raise Stop(FAILURE, "something does not work here; see the lines marked FAIL.")


@app.command(sort_key=9)
def bench(*, out: Output = TEXT) -> None:
    """How fast Soleus is on this computer, in under a minute; against other solvers: nox -s bench in a checkout."""
    with Working(out.quiet) as say:
        from .doctor import pace

        times = pace(say)
    if out.json:
        emit({"schema_version": SCHEMA_VERSION, "timings": [time._asdict() for time in times]})
    else:
        emit("\n".join(f"{t.what}: {t.value:.4g} {t.unit}" for t in times))


def _case(file: Path, say: Working) -> Any:
    """A case file, read and checked."""
    if not file.exists():
        raise Stop(NOT_FOUND, f"{file} is not there. Check the name and the folder.")
    from . import case

    say("reading the case")
    return case.load(file)


def _twin(name: str, case: Any, day: str | None, say: Working, changes: dict[str, Any] | None = None) -> Any:
    """The twin of a case, for one session; changes to it are checked before anything is computed."""
    try:
        session = case.session(day)
    except BadRecord as error:
        raise Stop(NOT_FOUND if case.sessions else INVALID, f"{name}: {error}") from None
    say("building the twin")
    if changes:
        _allowed(case, session, changes)
    from . import fit

    return fit.fit(case, session)


def _explained_at_home(name: str, case: Any, day: str | None, plot: Path | None, out: Output, say: Working) -> Any:
    """Why, in hours without dialysis: a page, or JSON."""
    try:
        episode = case.episode(day)
    except BadRecord as error:
        raise Stop(NOT_FOUND if case.episodes else INVALID, f"{name}: {error}") from None
    say("building the twin")
    from . import home as hours

    twin = hours.fit(case, episode)
    from .causes import home as causes
    from .report import home as report

    say("asking what would have been without each cause")
    found = causes.explain_home(twin)
    if plot:
        from . import plots

        say("drawing")
        plots.save(plots.at_home(found), plot)
    return report.as_json(found) if out.json else report.page(found, ascii_only=ascii_only())


def _allowed(case: Any, session: Any, changes: dict[str, Any]) -> None:
    """Refuse what no clinic would do."""
    from . import report

    try:
        report.otherwise(case, session, changes)
    except OutOfRange as error:
        raise Stop(REFUSED, f"--set is refused: {error}") from None
    except BadRecord as error:
        raise Stop(USAGE, f"--set is not understood: {error}") from None


def _changes(pairs: Sequence[str]) -> dict[str, Any]:
    """name=value pairs, values as a case file writes them."""
    from .case.file import parse

    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not value:
            raise Stop(USAGE, f"--set {pair} is not understood. Write name=value, for example hours=4.5.")
        try:
            found[name.strip()] = parse(f"value: {value}", f"--set {name}").data["value"]
        except BadRecord as error:
            raise Stop(USAGE, str(error)) from None
    return found


def _drawable(plot: Path | None) -> None:
    """Refuse a place where no figure can go before anything is computed."""
    if plot is None:
        return
    if plot.suffix.lower() not in (".png", ".svg"):
        raise Stop(USAGE, f"--plot {plot}: the name must end in .png or .svg.")
    if not plot.parent.is_dir():
        raise Stop(NOT_FOUND, f"--plot {plot}: there is no folder {plot.parent}. Make it, or choose another.")
    if plot.is_dir() or not os.access(plot.parent, os.W_OK):
        raise Stop(FAILURE, f"--plot {plot}: it cannot be written there. Choose another place.")
