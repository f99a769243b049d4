"""Patient: why, how the session goes, and what is known of the person."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from ..screen import INVALID, Stop, Working, ascii_only, emit
from .app import app
from .asked import TEXT, CaseFile, Day, Output, Plot, case_of, changes_of, drawable, explained_at_home, twin_of


@app.command(sort_key=1)
def explain(case: CaseFile, /, *, session: Day = None, plot: Plot = None, out: Output = TEXT) -> None:
    """Why the muscles cramped or twitched, or the pressure fell: causes, ranked, with shares.

    For a session of dialysis, or for hours watched without it where the case file says that there is none.
    """
    drawable(plot)
    with Working(out.quiet) as say:
        told = case_of(case, say)
        if not told.on_dialysis:
            emit(_explained_at_home(case.name, told, session, plot, out, say))
            return
        twin = twin_of(case.name, told, session, say)
        from .. import causes, report

        say("asking what would have been without each cause")
        found = causes.explain(twin)
        if plot:
            from .. import plots

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
    drawable(plot)
    changes = changes_of(change)
    with Working(out.quiet) as say:
        told = case_of(case, say)
        if not told.on_dialysis:
            said = f"{case.name} is of a person who is not on dialysis, so there is no session to simulate."
            raise Stop(INVALID, f"{said} Ask why: soleus explain {case.name}.")
        was = twin_of(case.name, told, session, say, changes)
        from .. import report

        say("treating")
        now = report.rerun(was, changes) if changes else was
        before = was if changes else None
        if plot:
            from .. import plots

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
    drawable(plot)
    fitting.refuse(cases, asked)
    with Working(out.quiet) as say:
        found = fitting.answer(cases, [case_of(file, say) for file in cases], asked, say)
    emit(found)


def _explained_at_home(name: str, case: Any, day: str | None, plot: Path | None, out: Output, say: Working) -> Any:
    """Why, in hours without dialysis: a page, or JSON."""
    from ..report import home as report

    found = explained_at_home(name, case, day, say)
    if plot:
        from .. import plots

        say("drawing")
        plots.save(plots.at_home(found), plot)
    return report.as_json(found) if out.json else report.page(found, ascii_only=ascii_only())
