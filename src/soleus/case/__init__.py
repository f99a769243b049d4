"""The case file: what a clinic knows about one person, read whole or refused with every problem at once.

Numbers keep the clinic's units; the unit stands in the name of the field.
"""

import re
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import BadRecord
from .chart import Case
from .diary import impossible_diary, impossible_weekdays
from .episode import Episode, impossible_episodes
from .fields import DiaryDay, Drug, Patient, Schedule
from .file import Place, Problem, parse, read_text, say
from .given import Given
from .impossible import impossible
from .kidneys import impossible_filtration
from .labs import Lab
from .medicines import impossible_drugs
from .missing import Missing
from .prescribed import Dialysate, Prescribed, Profile
from .rest import FIRST_DAY, rest
from .times import impossible_times
from .treatment import Pressure, Session, Symptom
from .weights import reference
from .words import problems_of

__all__ = [
    "Case", "Dialysate", "DiaryDay", "Drug", "Episode", "Given", "Lab", "Missing", "Patient", "Prescribed", "Pressure",
    "Profile", "Schedule", "Session", "Symptom", "load", "loads", "read", "schema",
]  # fmt: skip

NO_DAY = re.compile(rf" on {FIRST_DAY.year:04}-\d\d-\d\d")  # a day that stands in for one nobody could read


def load(file: str | Path) -> Case:
    """The case in a YAML file; BadRecord names every problem, one a line."""
    file = Path(file)
    return loads(read_text(file), file.name)


def loads(text: str, name: str = "the case") -> Case:
    """The case in a YAML text; `name` is what messages call it."""
    written = parse(text, name)
    return read(written.data, name, written.lines)


def read(data: dict[str, Any], name: str = "the case", lines: dict[Place, int] | None = None) -> Case:
    """The case in plain values, as from a web form or another record."""
    if not isinstance(data, dict):
        raise BadRecord(f"{name} holds no case: it should be fields like patient and sessions.")
    problems: list[Problem] = []
    case: Case | None = None
    try:
        case = Case.model_validate(data)
    except ValidationError as error:
        problems = problems_of(error, Case)
        case = _legible(data, problems)
    if case is not None:
        found = _impossible(case)
        found = [Problem(place, NO_DAY.sub("", text)) for place, text in found]
        problems += [problem for problem in found if not _follows(problem, problems)]
    if problems or case is None:
        raise BadRecord(say(list(dict.fromkeys(problems)), lines or {}, name))
    return case


def schema() -> dict[str, Any]:
    """The JSON Schema of a case file."""
    about = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return about | Case.model_json_schema() | {"title": "Soleus case file"}


def _impossible(case: Case) -> list[Problem]:
    """Everything that cannot be true."""
    known = reference(case.patient)
    found = impossible(case.patient, case.prescription, case.sessions, case.labs, case.episodes, case.on_dialysis)
    kg = known[1] if known else None
    found += impossible_filtration(case.patient, case.labs, case.on_dialysis)
    found += [*impossible_drugs(case.drugs), *impossible_times(case.patient, case.sessions, case.drugs)]
    found += [*impossible_diary(case.patient, case.diary), *impossible_weekdays(case.schedule)]
    return [*found, *impossible_episodes(case.episodes, case.on_dialysis, len(case.sessions), kg)]


def _legible(data: dict[str, Any], problems: list[Problem]) -> Case | None:
    """The case without its unreadable parts: only to look for further problems, never handed on."""
    try:
        return Case.model_validate(rest(data, [problem.place for problem in problems]))
    except ValidationError:
        return None


def _follows(problem: Problem, known: list[Problem]) -> bool:
    """Whether a problem is only there because another line could not be read."""
    absent = "missing" in problem.text or "no weight" in problem.text
    sources = {"hours": ("hours",), "uf_l": ("uf_l", "pre_weight_kg", "post_weight_kg")}
    needed = sources.get(str(problem.place[-1]), ("weight_kg", "target_weight_kg", "pre_weight_kg", "post_weight_kg"))
    inside = any(place and problem.place[: len(place)] == place for place, _ in known)
    return inside or (absent and any(place and place[-1] in needed for place, _ in known))
