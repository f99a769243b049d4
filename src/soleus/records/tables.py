"""Tables of other people's records, turned into case files: so far the dialysis extract of the eICU demo database.

What the tables do not say is assumed openly: every assumption stands in the note of the file that rests on it.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from .. import case, files
from ..errors import BadRecord
from .cuff import marked

HOURS = 4.0  # assumed length: the tables chart the volume removed, not when the treatment began
BEFORE, AFTER = 12 * 60.0, 3 * 60.0  # min around a session within which a charted body weight is taken as its own
HEAD = """\
# Made by `soleus import eicu` from the eICU Collaborative Research Database Demo: real, de-identified people.
# Open Database License (ODbL) 1.0, https://opendatacommons.org/licenses/odbl/1-0/: keep this notice with copies.
# Cite Pollard 2018 [Pollard2018]. Do not try to find out who anybody is.
"""
ROW = dict[str, str]


class Report(NamedTuple):
    """What an import wrote, what is worth a look, and what it could not use."""

    written: tuple[Path, ...]
    remarks: tuple[str, ...]
    skipped: tuple[str, ...]


def import_eicu(directory: str | Path, out: str | Path) -> Report:
    """One case file for each session of the eICU demo's dialysis extract; nothing is dropped without a word."""
    source, target = Path(directory), Path(out)
    try:
        tables = _Tables(source)
    except (KeyError, ValueError) as error:
        raise BadRecord(f"{source} does not hold the eICU extract: {error} in one of its tables. Check it.") from None
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadRecord(f"{target} cannot be made a folder ({error.strerror}). Choose another place.") from None
    written, remarks, skipped = [], [], []
    for row in tables.sessions:
        name = f"session {row.get('session')} of stay {row.get('patientunitstayid')}"
        try:
            name = f"eicu-{int(row['patientunitstayid'])}-session-{int(row['session'])}.yaml"
            data = _case(row, tables)
            made = case.read(data, name)
        except (BadRecord, KeyError, ValueError) as error:
            reason = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
            skipped.append(f"{name} was not written: {reason}")
            continue
        write(target / name, data)
        written.append(target / name)
        remarks += [f"{name}: {warning}" for warning in made.warnings]
    return Report(tuple(written), tuple(remarks), tuple(skipped))


def write(path: Path, data: dict[str, Any]) -> None:
    """Write a case file whole or not at all: a reader never sees half of one."""
    text = HEAD + yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)
    with files.whole(path) as draft:
        draft.write_text(text, encoding="utf-8")


class _Tables:
    """The tables of the extract that a case needs, by stay or session."""

    def __init__(self, folder: Path) -> None:
        self.sessions = list(_rows(folder / "derived_sessions.csv"))
        self.patients = {row["patientunitstayid"]: row for row in _rows(folder / "patient.csv")}
        self.cuffs: dict[str, list[ROW]] = defaultdict(list)
        for row in _rows(folder / "derived_session_bp.csv"):
            self.cuffs[row["session"]].append(row)
        self.weights: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self.given: dict[str, dict[float, float]] = defaultdict(dict)
        for row in _rows(folder / "intakeoutput.csv.gz"):
            stay, at, label = row["patientunitstayid"], row["intakeoutputoffset"], row["celllabel"]
            if label == "Bodyweight (kg)":
                self.weights[stay].append((float(at), float(row["cellvaluenumeric"])))
            if label == "In" and "Dialysis" in row["cellpath"]:
                self.given[stay][float(at)] = float(row["cellvaluenumeric"])
        history = folder / "pasthistory.csv.gz"
        past = _rows(history) if history.exists() else iter(())
        self.diabetic = {row["patientunitstayid"] for row in past if "Diabetes" in row["pasthistorypath"]}


def _rows(path: Path) -> Iterator[ROW]:
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
                yield from csv.DictReader(file)
        else:
            with path.open(encoding="utf-8", newline="") as file:
                yield from csv.DictReader(file)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise BadRecord(f"{path} cannot be read ({error}). Give the folder that holds the eICU extract.") from None


def _case(row: ROW, tables: _Tables) -> dict[str, Any]:
    """The plain values of one session's case file."""
    stay = row["patientunitstayid"]
    person = tables.patients[stay]
    end = float(row["uf_record_offset_min"])
    day = date(int(person["hospitaldischargeyear"]), 1, 1) + timedelta(days=int(end // 1440))
    notes = [
        f"Stay {stay}, session {row['session']} of the extract, in intensive care.",
        f"Assumed: hemodialysis of {HOURS:g} h that ended when the volume removed was charted; readings before and "
        "after that window are kept apart (pressures_before, pressures_after).",
        "The date is not real: the year is that of discharge and the day counts from unit admission.",
        "Not recorded: target weight, prescription, dialysate, laboratory values, symptoms, heart rate with the "
        "readings, fluid drunk or infused (charted by shift, not by session).",
    ]
    session = {"date": day.isoformat(), "uf_l": float(row["uf_ml"]) / 1000}
    if given := tables.given[stay].get(end):
        session["infused_l"] = given / 1000
        notes.append("The machine's record names fluid given (In) beside fluid removed (Out); it is infused_l here.")
    weights, body = _weights(row, tables, notes)
    session |= weights | {"assumed": ["hours"]} | _cuffs(tables.cuffs[row["session"]])
    patient = _patient(row, person, stay in tables.diabetic, body, notes)
    return {
        "schema_version": 1,
        "note": " ".join(notes),
        "patient": patient,
        "prescription": {"mode": "HD", "hours": HOURS},
        "sessions": [session],
    }


def _patient(row: ROW, person: ROW, diabetic: bool, body: float | None, notes: list[str]) -> dict[str, Any]:
    age = row["age"]
    admitted = [person["apacheadmissiondx"]] if person.get("apacheadmissiondx") else []
    kidneys = "chronic dialysis or end-stage kidney disease" if row["chronic_dialysis_or_esrd"] == "1" else None
    if ">" in age:
        notes.append(f"The age is charted as '{age}' only; 90 years is assumed.")
    found = {
        "sex": {"Male": "M", "Female": "F"}.get(row["gender"], row["gender"]),
        "age_y": 90.0 if ">" in age else float(age),
        "height_cm": _number(row["admissionheight_cm"]),
        "weight_kg": body,
        "target_weight_unknown_reason": "not recorded in the intensive care tables",
        "diabetes": True if diabetic else None,
        "conditions": [*admitted, *([kidneys] if kidneys else [])],
    }
    return {name: value for name, value in found.items() if value is not None}


def _weights(row: ROW, tables: _Tables, notes: list[str]) -> tuple[dict[str, Any], float | None]:
    """Body weights near enough to be this session's, and one weight for the size of the person."""
    end = float(row["uf_record_offset_min"])
    start = end - HOURS * 60
    charted = sorted(set(tables.weights[row["patientunitstayid"]]))
    before = [(at, kg) for at, kg in charted if start - BEFORE <= at <= start]
    after = [(at, kg) for at, kg in charted if end <= at <= end + AFTER]
    found: dict[str, Any] = {}
    if before:
        found["pre_weight_kg"] = before[-1][1]
        notes.append(f"Weight before: charted {(start - before[-1][0]) / 60:.1f} h before the assumed start.")
    if after:
        found["post_weight_kg"] = after[0][1]
        notes.append(f"Weight after: charted {(after[0][0] - end) / 60:.1f} h after the assumed end.")
    if before and after:
        found["weight_reason"] = "bed weights hours apart in intensive care, with fluids and urine between them"
    if charted:
        at, body = min(charted, key=lambda weight: abs(weight[0] - start))
        notes.append(
            f"weight_kg was charted {abs(at - start) / 60:.0f} h {'before' if at <= start else 'after'} the start."
        )
        return found, body
    notes.append("weight_kg is the weight at admission; no other was charted.")
    return found, _number(row["admissionweight_kg"])


def _cuffs(rows: list[ROW]) -> dict[str, Any]:
    """Cuff readings before, during and after the assumed window, artefacts marked."""
    readings = [
        case.Pressure(
            minute=HOURS * 60 + float(row["min_before_uf_record"]),
            systolic_mmhg=float(row["sbp"]),
            diastolic_mmhg=_number(row["dbp"]),
            mean_mmhg=_number(row["map"]),
        )
        for row in rows
    ]
    found: dict[str, Any] = {"pressures_before": [], "pressures": [], "pressures_after": []}
    for reading in marked(readings):
        late = "pressures_after" if reading.minute > HOURS * 60 else "pressures"
        place = "pressures_before" if reading.minute < 0 else late
        found[place].append(reading.model_dump(exclude_none=True, exclude_defaults=True))
    return {place: points for place, points in found.items() if points}


def _number(text: str) -> float | None:
    return float(text) if text.strip() else None
