"""Falls of urea: pairs of blood tests around dialyses that nobody charted, read from the MIMIC-III demo's extract.

One row is two panels of one person less than 30 h apart between which urea fell by more than 30 %. Concentrations are
converted to mmol/L (hemoglobin and albumin to g/L). Nothing of the tables is copied: they stay where they are.
"""

import csv
import gzip
import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ..errors import BadRecord
from ..units import g_dl, mg_dl
from ..validate.acute import Fall

TABLE, CHART = "derived_urea_falls.csv", "chartevents_dialysis_vitals.csv.gz"
FAR = 60.0  # days; a weight charted farther off does not say how large the person was
WEIGHTS = ("Daily Weight", "Admission Weight (Kg)", "Previous Weight", "Previous WeightF")
KG = (25.0, 250.0)
MOST_HOURS = 48.0


class Test(NamedTuple):
    """How the table names a blood test, in which unit, and between which values it is one."""

    column: str
    low: float
    high: float
    substance: str | None = None  # converted from mg/dL where named


TESTS = {
    "sodium": Test("sodium_meq_l", 100, 190),
    "potassium": Test("potassium_meq_l", 1, 12),
    "chloride": Test("chloride_meq_l", 60, 150),
    "bicarbonate": Test("bicarbonate_meq_l", 3, 60),
    "anion_gap": Test("anion_gap_meq_l", -5, 60),
    "calcium": Test("calcium_total_mg_dl", 3, 20, "calcium"),
    "magnesium": Test("magnesium_mg_dl", 0.3, 10, "magnesium"),
    "phosphate": Test("phosphate_mg_dl", 0.3, 25, "phosphate"),
    "urea": Test("bun_mg_dl", 1, 300, "urea nitrogen"),
    "creatinine": Test("creatinine_mg_dl", 0.1, 35, "creatinine"),
    "glucose": Test("glucose_mg_dl", 10, 1500, "glucose"),
    "hemoglobin": Test("hemoglobin_g_dl", 2, 25),
    "albumin": Test("albumin_g_dl", 0.5, 7),
}
ROW = dict[str, str]


class Read(NamedTuple):
    """What a folder holds, and what of it could not be used, each with its reason."""

    falls: tuple[Fall, ...]
    skipped: tuple[str, ...]


def read(place: str | Path) -> Read:
    """The falls of urea in a folder of the extract, or in one table; every row is used or named as skipped.

    Raises:
        BadRecord: when the table is not there, is no table, or lacks a column.
    """
    path = Path(place)
    path = path / TABLE if path.is_dir() else path
    rows = list(_rows(path))
    _complete(rows, path)
    weights = _weights(path.parent / CHART)
    falls, skipped = [], []
    for line, row in enumerate(rows, start=2):
        try:
            falls.append(_fall(row, weights.get(row["subject_id"], [])))
        except BadRecord as error:
            skipped.append(f"{path.name}, line {line}: {error}")
    return Read(tuple(falls), tuple(skipped))


def _rows(path: Path) -> Iterator[ROW]:
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise BadRecord(f"{path} cannot be read ({error}). Give the folder that holds {TABLE}, or the table.") from None


def _complete(rows: list[ROW], path: Path) -> None:
    if not rows:
        raise BadRecord(f"{path} holds no rows. Give the table of falls of urea.")
    needed = ["subject_id", "before_charttime", "after_charttime"]
    needed += [f"{when}_{test.column}" for test in TESTS.values() for when in ("before", "after")]
    missing = [column for column in needed if column not in rows[0]]
    if missing:
        raise BadRecord(f"{path} lacks the columns {', '.join(missing)}. Give the table as it was made.")


def _fall(row: ROW, weights: list[tuple[datetime, float]]) -> Fall:
    if None in row or None in row.values():
        raise BadRecord("the row has more or fewer cells than the header. Correct it.")
    first, second = _time(row, "before_charttime"), _time(row, "after_charttime")
    hours = (second - first).total_seconds() / 3600
    if not 0 < hours <= MOST_HOURS:
        raise BadRecord(
            f"after_charttime is {hours:.1f} h after before_charttime; a session and its two panels lie within"
            f" {MOST_HOURS:g} h. Correct the times."
        )
    before, after = _panel(row, "before"), _panel(row, "after")
    for when, panel in (("before", before), ("after", after)):
        if "urea" not in panel:
            raise BadRecord(f"{when}_{TESTS['urea'].column} is missing; without it the dose is unknown. Add it.")
    if after["urea"] >= before["urea"]:
        raise BadRecord(
            f"urea rose from {before['urea']:.1f} to {after['urea']:.1f} mmol/L; dialysis lowers it. Remove the row."
        )
    near = [(abs((at - first).total_seconds()), kg) for at, kg in weights]
    weight = min((w for w in near if w[0] <= FAR * 86400), default=None)
    return Fall(
        who=row["subject_id"],
        clock_h=first.hour + first.minute / 60,
        hours=hours,
        before=before,
        after=after,
        weight_kg=weight[1] if weight else None,
    )


def _time(row: ROW, column: str) -> datetime:
    try:
        return datetime.fromisoformat(row[column])
    except ValueError:
        raise BadRecord(f"{column} is {row[column]!r}, not a time. Write year-month-day hour:minute:second.") from None


def _panel(row: ROW, when: str) -> dict[str, float]:
    """The tests of one panel that were done."""
    found = {}
    for name, test in TESTS.items():
        column = f"{when}_{test.column}"
        text = row[column].strip()
        if not text:
            continue
        unit = test.column.split("_", 1)[1].removeprefix("total_").removeprefix("gap_").replace("_", "/", 1)
        value = _number(text, column)
        if not test.low <= value <= test.high:
            raise BadRecord(
                f"{column} is {value:g} {unit}; it lies between {test.low:g} and {test.high:g} in people (general"
                " knowledge). Check value and unit."
            )
        if name in ("albumin", "hemoglobin"):
            value = g_dl(value)
        found[name] = value if test.substance is None else mg_dl(value, test.substance)
    return found


def _number(text: str, column: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadRecord(
            f"{column} is {text!r}, not a number. Correct it, or leave the cell empty if it was not measured."
        )
    return value


def _weights(path: Path) -> dict[str, list[tuple[datetime, float]]]:
    """Charted body weights by person; a chart that is not there says nothing, cells that are no weight are not used."""
    found: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    if not path.exists():
        return found
    for row in _rows(path):
        if row.get("label") not in WEIGHTS or row.get("valueuom") not in ("kg", "") or not row.get("valuenum"):
            continue
        kg = _number(row["valuenum"], "valuenum")
        if KG[0] <= kg <= KG[1]:
            found[row["subject_id"]].append((_time(row, "charttime"), kg))
    return found
