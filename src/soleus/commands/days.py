"""Days: between two sessions, at home."""

from datetime import date
from typing import Annotated

from cyclopts import Parameter

from ..errors import BadRecord
from ..screen import INVALID, USAGE, Stop, Working, emit
from .app import app
from .asked import TEXT, CaseFile, Output, case_of


@app.command(sort_key=3)
def budget(
    case: CaseFile,
    /,
    *,
    today: Annotated[str | None, Parameter(help="The day, year-month-day; by default today's date.")] = None,
    weight: Annotated[float | None, Parameter(help="This morning's weight on the scale at home, kg.")] = None,
    next_session: Annotated[
        str | None, Parameter(name="--next", help="Day of the next session, where the file does not tell.")
    ] = None,
    out: Output = TEXT,
) -> None:
    """How much fluid and salt today, and on each day until the next session."""
    day, ahead = _day("--today", today) or date.today(), _day("--next", next_session)
    with Working(out.quiet) as say:
        told = case_of(case, say)
        from .. import budget as days
        from ..budget import page

        try:
            found = days.budget(told, day, weight, ahead)
        except BadRecord as error:
            raise Stop(INVALID, f"{case.name}: {error}") from None
    emit(page.as_json(found) if out.json else page.page(found, told.patient.name))


def _day(option: str, text: str | None) -> date | None:
    """A date of the command line."""
    from ..case.fields import read_date

    try:
        read = read_date(text)
    except ValueError as error:
        raise Stop(USAGE, f"{option} is {text}; {error}.") from None
    return read if isinstance(read, date) else None
