"""First aid: what to do now, in a session that runs."""

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from ..errors import BadRecord
from ..screen import INVALID, NOT_FOUND, USAGE, Stop, Working, ascii_only, emit
from .app import app
from .asked import TEXT, CaseFile, Output, Plot, case_of, changes_of, drawable

Minute = Annotated[float, Parameter(help="Minutes since the session began.")]
Severity = Annotated[
    float | None, Parameter(help="How bad the cramp is, 0 to 10; as the file says when left out.", show_default=False)
]
About = Annotated[
    Literal["cramp", "hypotension"] | None,
    Parameter(help="What it is; as noted or measured last when left out.", show_default=False),
]
Running = Annotated[str | None, Parameter(help="Date of the session, year-month-day; the latest when left out.")]
Told = Annotated[
    tuple[str, ...],
    Parameter(
        name="--now", consume_multiple=True, negative="", show_default=False,
        help="What is seen now: systolic_mmhg=92 glucose_mmol_l=4.1 where='left calf' complaint='chest pain' "
        "not_relieved=true ...",
    ),
]  # fmt: skip


@app.command(sort_key=2)
def rescue(
    case: CaseFile,
    /,
    *,
    minute: Minute,
    severity: Severity = None,
    about: About = None,
    session: Running = None,
    now: Told = (),
    plot: Plot = None,
    out: Output = TEXT,
) -> None:
    """First aid for a cramp or a pressure fall in a session that runs: what to do, in order, doses, when to stop.

    Nothing of the file that lies after that minute is used.
    """
    drawable(plot)
    told = changes_of(now, "--now")
    with Working(out.quiet) as say:
        found = _answer(case, session, minute, severity, about, told, say)
        if plot:
            from .. import plots

            say("drawing")
            plots.save(plots.first_aid(found), plot)
    from ..report import rescue as report

    emit(report.as_json(found) if out.json else report.page(found, ascii_only=ascii_only()))


def _answer(
    file: Path, day: str | None, minute: float, severity: float | None, about: str | None, told: dict[str, Any],
    say: Working,
) -> Any:  # fmt: skip
    """The twin of the session until that minute, and first aid by it."""
    case = case_of(file, say)
    from ..advice import rescue as aid

    try:
        seen = aid.seen(told)
    except BadRecord as error:
        raise Stop(USAGE, str(error)) from None
    if not case.on_dialysis:
        raise Stop(INVALID, f"{file.name}: {aid.NOT_ON_DIALYSIS} Ask why: soleus explain {file.name}.")
    try:
        running = case.session(day) if day is not None or not case.sessions else aid.running(case)
    except BadRecord as error:
        raise Stop(NOT_FOUND if case.sessions else INVALID, f"{file.name}: {error}") from None
    known, here, about = aid.as_of(case, running, minute, severity, about, seen)
    say("building the twin")
    from .. import fit

    twin = fit.fit(known, here)
    say("looking twenty minutes ahead")
    return aid.rescue(twin, minute, severity, about, seen)
