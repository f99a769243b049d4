"""Simulator: a process of its own that answers questions to the twin, so that pages stay quick while it computes.

    python -m soleus.web.twin.simulator

One JSON object a line comes in, {"ask", "case", "day", "changes"}; lines of progress go out, {"said"}, and at the end
{"answer"} or {"refused"}. It lives until its input ends, and keeps the twins it met last.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ... import case as cases
from ... import equipment
from ...errors import SoleusError
from .beside import BEHIND, serve

Say = Callable[[str], None]
Told = dict[str, Any]
NICE = 10  # of a process that goes behind others
KEPT = 12  # twins, some megabytes each
TWINS: OrderedDict[str, Known] = OrderedDict()
CURVES = ("systolic_mmhg", "rbv_pct", "sodium_mmol_l", "cramp_pct_per_5_min")  # that move with the sliders
DRAWING = "Drawing people who could be this patient, and treating them as in every session"


def twin_of(told: cases.Case, day: str | None, say: Say) -> Any:
    """The twin of a session; one of the last few is not built again."""
    return _known(told, day, say).twin


class Known(NamedTuple):
    """A twin, and what was worked out of it already."""

    twin: Any
    shown: Told  # its session as it was, as sliders show it; empty before the first


def _known(told: cases.Case, day: str | None, say: Say) -> Known:
    key = json.dumps([told.model_dump(mode="json"), day], sort_keys=True)
    if key not in TWINS:
        from ... import fit

        say(DRAWING)
        TWINS[key] = Known(fit.fit(told, told.session(day)), {})
        while len(TWINS) > KEPT:
            TWINS.popitem(last=False)
    TWINS.move_to_end(key)
    return TWINS[key]


def explained(told: cases.Case, day: str | None, _: Told, say: Say) -> Told:
    """Why a session went as it did, and its course; or why there was a complaint without dialysis."""
    from ... import causes, report

    if not told.on_dialysis:
        from ...report import home

        return {"why": home.as_json(_at_home(told, day, say)), "course": None}
    twin = twin_of(told, day, say)
    say("Asking what would have been without each cause")
    found = causes.explain(twin)
    return {"why": report.as_json(found), "course": report.course_json(twin, {}, None)["course"]}


def _at_home(told: cases.Case, day: str | None, say: Say) -> Any:
    from ... import home
    from ...causes.home import explain_home

    say("Drawing people who could be this patient, and living the hours with them")
    twin = home.fit(told, told.episode(day))
    say("Asking what would have been without each cause")
    return explain_home(twin)


def known(told: cases.Case, day: str | None, _: Told, say: Say) -> Told:
    """What all sessions tell of the person: the dry weight beside the target, and what is not known."""
    from ...fit.known import know
    from ...report import known as report

    say("Learning from all sessions")
    return {name: value for name, value in report.as_json(report.findings(know(told))).items() if name != "twin"}


def advised(told: cases.Case, day: str | None, changes: Told, say: Say) -> Told:
    """What to change: options that keep every limit, each lived with for weeks."""
    from ... import advice
    from ...report import advice as report

    twin = twin_of(told, day, say)
    say("Living weeks with other treatments")
    return report.as_json(advice.advise(twin, unit=_unit(changes), about=_about(twin)))


def otherwise(told: cases.Case, day: str | None, changes: Told, say: Say) -> Told:
    """The session treated otherwise, beside as it was; only what the page shows is worked out."""
    from ... import report

    known = _known(told, day, say)
    if not known.shown:
        known.shown.update(report.shown_json(known.twin, CURVES))
    now = report.shown_json(report.rerun(known.twin, changes), CURVES) if changes else known.shown
    return {"was": known.shown, "now": now}


def judged(told: cases.Case, day: str | None, changes: Told, say: Say) -> Told:
    """What the twin expects of a treatment that somebody suggests, and which limits it would break."""
    from ...report import plain
    from .judged import judge

    return plain.exact(judge(twin_of(told, day, say), changes, say))


def written(told: cases.Case, day: str | None, changes: Told, say: Say) -> Told:
    """The letter, for the chart or for the patient, as PDF."""
    from ... import advice, causes, letter

    if told.on_dialysis:
        twin = twin_of(told, day, say)
        say("Asking what would have been without each cause")
        found: Any = causes.explain(twin)
        say("Living weeks with other treatments")
        options = advice.advise(twin, unit=_unit(changes), about=_about(twin))
    else:
        found, options = _at_home(told, day, say), None
    say("Writing the letter")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "letter.pdf"
        letter.write(file, found, options, address=letter.Address(), whom=changes["whom"])
        return {"pdf": base64.b64encode(file.read_bytes()).decode()}


def _unit(changes: Told) -> Any:
    """What the unit has; None for a usual one."""
    return equipment.read(changes["unit"]) if "unit" in changes else None


def _about(twin: Any) -> str:
    return "hypotension" if twin.session.pressure_fell and not twin.session.cramps else "cramp"


def watched(told: cases.Case, day: str | None, _: Told, say: Say) -> Told:
    """The people of the twin as they come to a session that begins, and their order, as `live.kept` writes them."""
    from ...live import Monitor, kept, people

    session = told.session(day)
    seen, here = people.unseen(told, session)
    say(DRAWING)
    monitor = Monitor(people.twin_before(told, session), given=people.given_before(seen, here))
    return {"monitor": kept.as_json(monitor)}


def warmed(told: cases.Case, day: str | None, _: Told, say: Say) -> Told:
    """Nothing but that all is loaded for the first real question."""
    from ... import causes, fit, report

    return {"ready": all((causes, fit, report))}


ASKS: dict[str, Callable[[cases.Case, str | None, Told, Say], Told]] = {
    "explain": explained, "known": known, "advise": advised, "otherwise": otherwise, "letter": written,
    "judge": judged, "watch": watched, "warm": warmed,
}  # fmt: skip


def answer(line: str, say: Say) -> Told:
    """The answer to one line."""
    asked = json.loads(line)
    try:
        told = cases.read(asked["case"], "the case")
        return {"answer": ASKS[asked["ask"]](told, asked.get("day"), asked.get("changes") or {}, say)}
    except SoleusError as error:
        return {"refused": str(error)}


def main() -> None:
    """Keep standard output for answers; whatever else is printed goes to standard error.

    With `behind` it computes only where nobody else does, so that pages and running sessions stay quick.
    """
    if BEHIND in sys.argv[1:] and hasattr(os, "nice"):
        os.nice(NICE)
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    serve(sys.stdin, told, answer)


if __name__ == "__main__":
    main()
