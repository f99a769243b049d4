"""Letters: what was found as a letter, for the chart and for the patient."""

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from ..screen import FAILURE, NOT_FOUND, USAGE, Stop, Working, emit
from .app import app
from .asked import TEXT, CaseFile, Day, Output, case_of, explained_at_home, twin_of
from .care import UnitFile, unit_of

KINDS = (".pdf", ".html")
LINES, LONGEST = 6, 90  # of a letterhead; characters of a line


@app.command(sort_key=2)
def report(
    case: CaseFile,
    /,
    *,
    file: Annotated[Path, Parameter(name=["--out", "-o"], help="The letter: .pdf (accessible, PDF/UA-1) or .html.")],
    whom: Annotated[
        Literal["both", "chart", "patient"],
        Parameter(name="--for", help="The two pages for the chart, the page for the patient, or both."),
    ] = "both",
    session: Day = None,
    advise: Annotated[
        bool, Parameter(negative="--no-advice", name="--advice", help="What could be changed, too; some seconds more.")
    ] = True,
    unit: UnitFile = None,
    sender: Annotated[
        str | None, Parameter(name="--from", help="Letterhead: department; street; telephone. A semicolon ends a line.")
    ] = None,
    to: Annotated[str | None, Parameter(help="To whom; a semicolon ends a line.")] = None,
    fonts: Annotated[
        Path | None, Parameter(help="A folder of fonts, for letters that Soleus's own fonts lack.")
    ] = None,
    out: Output = TEXT,
) -> None:
    """A letter: causes, options, doubts and sources on two pages, and one page for the patient in plain words.

    For a session of dialysis, or for hours watched without it where the case file says that there is none.
    """
    _writable(file, fonts)
    there = unit_of(unit)
    lines = _lines("--from", sender), _lines("--to", to)
    with Working(out.quiet) as say:
        told = case_of(case, say)
        found = _found(case.name, told, session, say)
        advice = _advice(found, there, say) if advise and told.on_dialysis else None
        review = _review(told, say) if advice and whom != "patient" else None
        from .. import letter

        say("writing the letter")
        address = letter.Address(*lines)
        made = letter.write(file, found, advice, review=review, address=address, whom=whom, fonts=fonts)
    emit(made._asdict() | {"for": whom} if out.json else _said(made))


def _advice(found: Any, there: Any, say: Working) -> Any:
    """What could be changed; for restless legs nothing in a session is."""
    if found.about == "restless_legs":
        return None
    from .. import advice

    say("living weeks with other treatments")
    return advice.advise(found.twin, there, about=found.about)


def _review(told: Any, say: Working) -> Any:
    """The target weight beside the dry weight that all sessions tell."""
    from ..advice import review
    from ..fit import known

    say("reviewing the target weight")
    return review.review(known.know(told))


def _found(name: str, told: Any, day: str | None, say: Working) -> Any:
    """The explanation, on dialysis or without."""
    if told.on_dialysis:
        twin = twin_of(name, told, day, say)
        from .. import causes

        say("asking what would have been without each cause")
        return causes.explain(twin)
    return explained_at_home(name, told, day, say)


def _lines(option: str, text: str | None) -> tuple[str, ...]:
    """A letterhead's lines."""
    rows = tuple(row.strip() for row in (text or "").split(";") if row.strip())
    if len(rows) > LINES or any(len(row) > LONGEST for row in rows):
        said = f"{option} has {len(rows)} lines, the longest of {max(map(len, rows))} characters"
        raise Stop(USAGE, f"{said}; a letterhead has room for {LINES} of {LONGEST}. Shorten it.")
    return rows


def _writable(file: Path, fonts: Path | None) -> None:
    """Refuse a place where no letter can go before anything is computed."""
    if file.suffix.lower() not in KINDS:
        raise Stop(USAGE, f"--out {file}: the name must end in .pdf or .html.")
    if not file.parent.is_dir():
        raise Stop(NOT_FOUND, f"--out {file}: there is no folder {file.parent}. Make it, or choose another.")
    if file.is_dir():
        raise Stop(FAILURE, f"--out {file} is a folder. Choose a file name.")
    if fonts is not None and not fonts.is_dir():
        raise Stop(NOT_FOUND, f"--fonts {fonts} is no folder. Name the folder that holds the font files.")


def _said(made: Any) -> str:
    pages = "" if made.pages is None else f", {made.pages} page{'s' * (made.pages > 1)}"
    left = "; of long lists only the first part found room, and the letter says so" if made.tightness else ""
    return f"{made.file}{pages}{left}. Not a medical device: read it before it is sent."
