"""Asked: what commands have in common: the options of the line, and the files, days and changes that they name.

Heavy imports stand inside the functions, as in every command.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from ..errors import BadRecord, OutOfRange
from ..screen import FAILURE, INVALID, NOT_FOUND, REFUSED, USAGE, Stop, Working


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
EXAMPLE = {"--set": "hours=4.5", "--now": "systolic_mmhg=92"}


def case_of(file: Path, say: Working) -> Any:
    """A case file, read and checked."""
    if not file.exists():
        raise Stop(NOT_FOUND, f"{file} is not there. Check the name and the folder.")
    from .. import case

    say("reading the case")
    return case.load(file)


def twin_of(name: str, case: Any, day: str | None, say: Working, changes: dict[str, Any] | None = None) -> Any:
    """The twin of a case, for one session; changes to it are checked before anything is computed."""
    try:
        session = case.session(day)
    except BadRecord as error:
        raise Stop(NOT_FOUND if case.sessions else INVALID, f"{name}: {error}") from None
    say("building the twin")
    if changes:
        allowed(case, session, changes)
    from .. import fit

    return fit.fit(case, session)


def explained_at_home(name: str, case: Any, day: str | None, say: Working) -> Any:
    """Why, in hours without dialysis."""
    try:
        episode = case.episode(day)
    except BadRecord as error:
        raise Stop(NOT_FOUND if case.episodes else INVALID, f"{name}: {error}") from None
    say("building the twin")
    from .. import home
    from ..causes.home import explain_home

    twin = home.fit(case, episode)
    say("asking what would have been without each cause")
    return explain_home(twin)


def allowed(case: Any, session: Any, changes: dict[str, Any]) -> None:
    """Refuse what no clinic would do."""
    from .. import report

    try:
        report.otherwise(case, session, changes)
    except OutOfRange as error:
        raise Stop(REFUSED, f"--set is refused: {error}") from None
    except BadRecord as error:
        raise Stop(USAGE, f"--set is not understood: {error}") from None


def changes_of(pairs: Sequence[str], option: str = "--set") -> dict[str, Any]:
    """name=value pairs, values as a case file writes them."""
    from ..case.file import parse

    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not value:
            raise Stop(USAGE, f"{option} {pair} is not understood. Write name=value, for example {EXAMPLE[option]}.")
        try:
            found[name.strip()] = parse(f"value: {value}", f"{option} {name}").data["value"]
        except BadRecord as error:
            raise Stop(USAGE, str(error)) from None
    return found


def drawable(plot: Path | None) -> None:
    """Refuse a place where no figure can go before anything is computed."""
    if plot is None:
        return
    if plot.suffix.lower() not in (".png", ".svg"):
        raise Stop(USAGE, f"--plot {plot}: the name must end in .png or .svg.")
    if not plot.parent.is_dir():
        raise Stop(NOT_FOUND, f"--plot {plot}: there is no folder {plot.parent}. Make it, or choose another.")
    if plot.is_dir() or not os.access(plot.parent, os.W_OK):
        raise Stop(FAILURE, f"--plot {plot}: it cannot be written there. Choose another place.")
