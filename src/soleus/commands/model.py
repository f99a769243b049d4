"""Model: whether it is right, whom it draws, where its numbers come from, and whether it runs here."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from ..errors import BadRecord
from ..screen import FAILURE, NOT_FOUND, SCHEMA_VERSION, USAGE, Stop, Working, emit
from .app import app
from .asked import TEXT, Output, Plot, drawable

Budgets = Annotated[
    int | None, Parameter(help="Let so many simulated people live a week by their budget; 500 take minutes.")
]
Forecast = Annotated[Path | None, Parameter(help="Predict the second half of every session of a folder of case files.")]
Live = Annotated[
    int | None, Parameter(help="Watch eight sessions of each of so many simulated people live; 60 take half an hour.")
]
LiveRecords = Annotated[
    Path | None, Parameter(help="Watch real sessions live: case files, or the eICU or MIMIC-III extract.")
]


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
    advice: Annotated[
        int | None, Parameter(help="Advise so many simulated people, and see what becomes of them; 200 take an hour.")
    ] = None,
    budget: Budgets = None,
    forecast: Forecast = None,
    live: Live = None,
    live_records: LiveRecords = None,
    plot: Plot = None,
    out: Output = TEXT,
) -> None:
    """Published study arms beside what the twin gives: measured, spread, simulated, z, verdict.

    Without --studies also what is known of the body as a whole, and a drawn population.
    """
    from . import checking

    if studies is not None and not studies.is_dir():
        raise Stop(NOT_FOUND, f"{studies} is no folder. Give the folder that holds the study files.")
    drawable(plot)
    told: dict[str, Any] = {
        "--week": week, "--records": records, "--tables": tables, "--effects": effects, "--planted": planted,
        "--calibration": calibration, "--advice": advice, "--budget": budget, "--forecast": forecast,
        "--live": live, "--live-records": live_records,
    }  # fmt: skip
    question = checking.one_of(told)
    if plot is not None and not calibration:
        raise Stop(USAGE, "--plot draws what --calibration finds: give both, or neither.")
    checking.ask(question, told.get(question), studies, plot, out)


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

    drawable(plot)
    cohorts.make(people, weeks, seed, place, file, cluster, targets, plot, out)


@app.command(sort_key=5)
def schema(*, out: Output = TEXT) -> None:
    """The JSON Schema of a case file: every field with its unit and range."""
    from .. import case

    emit(case.schema())


@app.command(sort_key=6)
def cite(
    *keys: Annotated[str, Parameter(help="Keys of sources; without any, all are listed.")], out: Output = TEXT
) -> None:
    """Where numbers come from: full citations, and what was read of each."""
    from ..references import find, references

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
        from .. import report

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
        from ..doctor import examine

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
        from ..doctor import pace

        times = pace(say)
    if out.json:
        emit({"schema_version": SCHEMA_VERSION, "timings": [time._asdict() for time in times]})
    else:
        emit("\n".join(f"{t.what}: {t.value:.4g} {t.unit}" for t in times))
