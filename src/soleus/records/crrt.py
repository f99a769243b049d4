"""CRRT: a month of continuous dialysis in intensive care, from the MIMIC-III demo's extract, as sessions and feeds.

The stream is cut where the pump stood still for hours, and after twelve hours, the longest session there is. What it
does not say is assumed openly, in the note of each case:

    dialysate and replacement run together as replacement before the filter: at these flows both are spent by urea
    fluid in is fluid out: what was infused is charted elsewhere and exceeds what the machine took
"""

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from .. import case
from ..case import Case
from ..errors import BadRecord

TABLE, PATIENTS = "derived_crrt_machine_series_44212.csv", "patients_all100.csv"
SUBJECT = "44212"
LONGEST = 720.0  # min of one session
STILL = 180.0  # min without a flow, after which a new session begins
FEWEST = 4  # pressures, below which a session is left out
YEAR = 365.25  # days
KG = 89.0  # the median of the weights charted for this person
NAMES = {
    "Arterial Blood Pressure systolic": "systolic_mmhg", "Arterial Blood Pressure diastolic": "diastolic_mmhg",
    "Heart Rate": "heart_rate_min", "Blood Flow (ml/min)": "blood_flow_ml_min",
}  # fmt: skip
NOTE = (
    "Continuous dialysis in intensive care, MIMIC-III demo, Open Database License 1.0. Assumed: dialysate and "
    "replacement both before the filter; fluid in as fluid out; weight as charted on other days."
)
ROW = dict[str, str]


class Stretch(NamedTuple):
    """Some hours of the stream."""

    name: str
    case: Case
    rows: tuple[dict[str, Any], ...]


def there(folder: Path) -> bool:
    """Whether a folder holds the stream."""
    return (folder / TABLE).exists()


def read(folder: Path) -> tuple[list[Stretch], list[str]]:
    """The stream of a folder, cut into sessions, and what was left out of it.

    Raises:
        BadRecord: when a table is missing or lacks a column.
    """
    try:
        rows = sorted(_table(folder / TABLE), key=lambda row: row["charttime"])
        born = next(r for r in _table(folder / PATIENTS) if r["subject_id"] == SUBJECT)
        found, skipped = [], []
        for part in _parts(rows):
            cuffs = sum(bool(row["Arterial Blood Pressure systolic"]) for row in part)
            name = f"{part[0]['charttime']}, {len(part)} lines"
            if cuffs < FEWEST:
                skipped.append(f"{name}: {cuffs} pressures; {FEWEST} are needed")
            else:
                found.append(_stretch(name, part, born))
    except (KeyError, ValueError, StopIteration) as error:
        raise BadRecord(f"{folder} does not hold the stream of continuous dialysis ({error!r}). Check it.") from None
    return found, skipped


def _table(path: Path) -> Iterator[ROW]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadRecord(f"{path} cannot be read ({error}). Give the folder of the MIMIC-III extract.") from None


def _minutes(row: ROW, since: ROW) -> float:
    apart = datetime.fromisoformat(row["charttime"]) - datetime.fromisoformat(since["charttime"])
    return apart.total_seconds() / 60


def _parts(rows: list[ROW]) -> Iterator[list[ROW]]:
    """Stretches in which the pump ran."""
    part: list[ROW] = []
    ran: ROW | None = None
    for row in rows:
        runs = bool(row["Blood Flow (ml/min)"])
        still = ran is not None and _minutes(row, ran) > STILL
        if part and (still or _minutes(row, part[0]) > LONGEST):
            yield part
            part, ran = [], None
        if runs or part:
            part.append(row)
        ran = row if runs else ran
    if part:
        yield part


def _stretch(name: str, part: list[ROW], born: ROW) -> Stretch:
    first = part[0]
    day = datetime.fromisoformat(first["charttime"])
    age = (day - datetime.fromisoformat(born["dob"][:10])).days / YEAR
    flows = (next((float(row[n]) for row in part if row[n]), 0.0) for n in ("Replacement Rate", "Dialysate Rate"))
    told = {
        "note": NOTE,
        "patient": {
            "sex": born["gender"], "age_y": round(age, 1), "weight_kg": KG, "access": "catheter",
            "target_weight_unknown_reason": "not recorded in intensive care",
        },
        "prescription": {
            "mode": "HF-pre", "hours": LONGEST / 60, "blood_flow_ml_min": float(first["Blood Flow (ml/min)"]),
            "substitution_ml_min": round(sum(flows) / 60, 1),
        },
        "sessions": [{"date": day.date().isoformat(), "pre_weight_kg": KG, "uf_l": 0.0, "assumed": ["uf_l"]}],
    }  # fmt: skip
    lines = []
    for row in part:
        values = {ours: float(row[theirs]) for theirs, ours in NAMES.items() if row[theirs]}
        if values:
            lines.append({"minute": _minutes(row, first), **values})
    return Stretch(name, case.read(told, name), tuple(lines))
