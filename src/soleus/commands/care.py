"""Care: what to change, and what would be otherwise."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from ..errors import BadRecord, OutOfRange
from ..screen import INVALID, NOT_FOUND, REFUSED, USAGE, Stop, Working, emit
from .app import app
from .asked import TEXT, CaseFile, Day, Output, Plot, case_of, changes_of, drawable, twin_of

Wishes = Annotated[
    tuple[str, ...],
    Parameter(
        name="--wish", consume_multiple=True, negative="", show_default=False,
        help="What is asked for, such as hours=2 or cramp=0 (per cent of sessions): whether it can be, and what can.",
    ),
]  # fmt: skip
UnitFile = Annotated[
    Path | None, Parameter(help="The unit's baths, times and machines (TOML); by default those of a usual unit.")
]


@app.command(sort_key=2)
def advise(
    case: CaseFile,
    /,
    *,
    session: Day = None,
    unit: UnitFile = None,
    wish: Wishes = (),
    plot: Plot = None,
    out: Output = TEXT,
) -> None:
    """What to change: options with their effect here and elsewhere, their price, their evidence, and who decides."""
    drawable(plot)
    there = unit_of(unit)
    asked = changes_of(wish)
    with Working(out.quiet) as say:
        told = case_of(case, say)
        if not told.on_dialysis:
            said = f"{case.name} is of a person who is not on dialysis, so there is no treatment by machine to change."
            raise Stop(INVALID, f"{said} What could be otherwise: soleus explain {case.name}.")
        twin = twin_of(case.name, told, session, say)
        from .. import advice
        from ..report import advice as report

        say("living weeks with other treatments")
        found = advice.advise(twin, there, about="cramp" if twin.session.cramps else _about(twin))
        wishes = _wished(found, asked)
        if plot:
            from .. import plots

            say("drawing")
            plots.save(plots.advised(wishes[0]), plot)
    emit(report.as_json(*wishes) if out.json else report.page(*wishes))


@app.command(sort_key=2)
def compare(
    case: CaseFile,
    /,
    *,
    session: Day = None,
    change: Annotated[
        tuple[str, ...],
        Parameter(
            name="--set", negative="", show_default=False,
            help="A treatment beside the one as it is, such as hours=4.5 or sodium=138,temperature=36; give several.",
        ),
    ],
    plot: Plot = None,
    out: Output = TEXT,
) -> None:  # fmt: skip
    """Treatments side by side, each lived with for four weeks; limits are told, not enforced."""
    drawable(plot)
    asked = [changes_of(each.split(",")) for each in change]
    with Working(out.quiet) as say:
        told = case_of(case, say)
        if not told.on_dialysis:
            raise Stop(INVALID, f"{case.name} is of a person who is not on dialysis; there is no session to compare.")
        twin = twin_of(case.name, told, session, say)
        from ..advice import weeks
        from ..advice.wish import wishes
        from ..report import advice as report

        say("living weeks with each")
        try:
            found = wishes(twin, asked)
        except OutOfRange as error:
            raise Stop(REFUSED, f"--set is refused: {error}") from None
        except BadRecord as error:
            raise Stop(USAGE, f"--set is not understood: {error}") from None
        if plot:
            from .. import plots

            say("drawing")
            others = weeks.twins(twin, [each.plan for each in found])
            plots.save(plots.compared([twin, *others], ["as it is", *(each.asked for each in found)]), plot)
    if out.json:
        emit({"schema_version": 1, "compared": [report.wish_json(each) for each in found]})
    else:
        emit(report.compare_page(twin, found))


def _about(twin: Any) -> str:
    return "hypotension" if twin.session.pressure_fell else "cramp"


def unit_of(file: Path | None) -> Any:
    """The unit's settings, or None for a usual one."""
    if file is None:
        return None
    if not file.exists():
        raise Stop(NOT_FOUND, f"--unit {file} is not there. Check the name and the folder.")
    from .. import equipment

    return equipment.load(file)


def _wished(found: Any, asked: dict[str, Any]) -> tuple[Any, Any]:
    """Advice with what is said of the wishes."""
    from ..advice.wish import fewest, wishes

    try:
        said = (fewest(found, float(asked.pop("cramp"))),) if "cramp" in asked else ()
        lived = wishes(found.twin, [asked]) if asked else []
    except OutOfRange as error:
        raise Stop(REFUSED, f"--wish is refused: {error}") from None
    except (BadRecord, ValueError, TypeError) as error:
        raise Stop(USAGE, f"--wish is not understood: {error}") from None
    return found._replace(not_possible=said), lived
