"""Diary: what a person writes down of a day at home, entry by entry, and the line of the case file it makes.

An entry holds fields of a day of the case file. A day is all its entries together: fluid adds up, of two weights the
later one counts, of salt and restless legs the worse. So the case file stays what `soleus.case` reads, and every entry
can be corrected.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ... import case as cases
from ...errors import BadRecord, OutOfRange
from .tables import Day, new_id, now

MOST = 60  # entries of a day
SALT = ("little", "usual", "much")
LEGS = ("none", "some", "bad")
KINDS: dict[str, tuple[str, ...]] = {
    "weight": ("weight_kg",), "drinks": ("drinks_l",), "salt": ("salt",), "cramp": ("cramp", "cramps"),
    "legs": ("restless_legs",), "feeling": ("unwell", "body_temperature_c", "air_temperature_c", "note"),
}  # fmt: skip
OWN = ("id", "at")  # fields of an entry that are none of the case file
Entry = dict[str, Any]


def _all(values: Sequence[list[Any]]) -> list[Any]:
    return [each for some in values for each in some]


TOGETHER: dict[str, Callable[[Any], Any]] = {
    "weight_kg": lambda values: values[-1],
    "drinks_l": lambda values: round(sum(values), 3),
    "salt": lambda values: max(values, key=SALT.index),
    "unwell": lambda values: list(dict.fromkeys(_all(values))),
    "body_temperature_c": max,
    "air_temperature_c": max,
    "cramp": any,
    "cramps": _all,
    "restless_legs": lambda values: max(values, key=LEGS.index),
    "note": "; ".join,
}


def together(entries: Sequence[Entry]) -> dict[str, Any]:
    """The fields of a day that its entries make."""
    found = {name: [e[name] for e in entries if e.get(name) is not None] for name in TOGETHER}
    return {name: TOGETHER[name](values) for name, values in found.items() if values}


def laid_in(db: Session, patient_id: str, told: dict[str, Any]) -> dict[str, Any]:
    """A case file with the days that the person wrote; what it says itself of other days and fields stays."""
    own = {row.day.isoformat(): row for row in db.scalars(select(Day).where(Day.patient_id == patient_id))}
    if not own or not isinstance(told.get("diary", []), list):
        return told
    told = copy.deepcopy(told)
    lines = {str(line.get("date")): line for line in told.get("diary", []) if isinstance(line, dict)}
    if len(lines) != len(told.get("diary", [])):
        return told  # unreadable, or a day twice: the reading of the case says so
    for day, row in own.items():
        before, after = row.entry.get("laid", {}), together(row.entry.get("entries", []))
        line = {name: value for name, value in lines.get(day, {}).items() if before.get(name, ...) != value}
        lines[day] = {"date": day} | line | after
        row.entry = row.entry | {"laid": after}
    told["diary"] = [lines[day] for day in sorted(lines) if set(lines[day]) != {"date"}]
    return told


def days(db: Session, patient_id: str, most: int = 14) -> list[Day]:
    """The days that the person wrote, the latest first."""
    chosen = select(Day).where(Day.patient_id == patient_id).order_by(Day.day.desc()).limit(most)
    return [row for row in db.scalars(chosen) if row.entry.get("entries")]


def entry_of(db: Session, patient_id: str, day: date, entry_id: str) -> Entry | None:
    """One entry."""
    row = _row(db, patient_id, day)
    return next((e for e in row.entry["entries"] if e["id"] == entry_id), None) if row else None


def add(db: Session, case: dict[str, Any], patient_id: str, day: date, fields: Entry, at: str, once: str) -> bool:
    """Write an entry into a day; the same one sent twice, as by a second tap, is one. Tells whether it is new.

    Raises:
        BadRecord, OutOfRange: for what a case file cannot hold, or a day to come.
    """
    checked(case, day, fields)
    row = _row(db, patient_id, day)
    if row is None:
        row = Day(patient_id=patient_id, day=day, entry={"entries": _from_file(case, day)})
        db.add(row)
    entries = row.entry["entries"]
    if any(e["id"] == once for e in entries):
        return False
    if len(entries) >= MOST:
        raise OutOfRange(f"{day} has {len(entries)} entries; at most {MOST} are kept. Correct one of them instead.")
    _set(db, row, [*entries, {"id": once or new_id(), "at": at, **fields}])
    return True


def change(db: Session, case: dict[str, Any], patient_id: str, day: date, entry_id: str, fields: Entry | None) -> bool:
    """Another entry in place of one, or none at all; tells whether there was such an entry.

    Raises:
        BadRecord, OutOfRange: for what a case file cannot hold.
    """
    row = _row(db, patient_id, day)
    if row is None or all(e["id"] != entry_id for e in row.entry["entries"]):
        return False
    if fields is not None:
        checked(case, day, fields)
    kept = [_changed(e, entry_id, fields) for e in row.entry["entries"]]
    _set(db, row, [e for e in kept if e is not None])
    return True


def _changed(entry: Entry, entry_id: str, fields: Entry | None) -> Entry | None:
    if entry["id"] != entry_id:
        return entry
    return None if fields is None else {name: entry[name] for name in OWN} | fields


def _set(db: Session, row: Day, entries: list[Entry]) -> None:
    row.entry, row.changed_at = row.entry | {"entries": entries}, now()
    db.flush()


def checked(case: dict[str, Any], day: date, fields: Entry) -> None:
    """Refuse an entry that a case file could not hold by itself.

    Raises:
        BadRecord, OutOfRange: as `case.read`, and for an empty entry or a day to come.
    """
    if not fields:
        raise BadRecord("there is nothing in it. Choose or write something, then keep it.")
    if len({kind for kind, names in KINDS.items() for name in names if name in fields}) > 1:
        raise BadRecord("an entry tells one thing: weight, drinks, salt, cramp, legs or how one feels. Write several.")
    if day > date.today():
        raise BadRecord(f"date is {day}, a day to come. Write down what was, on the day it was.")
    about = {name: value for name, value in case.items() if name not in ("diary", "sessions", "episodes")}
    cases.read(about | {"diary": [{"date": day.isoformat()} | fields]}, "the diary")


def kind_of(entry: Entry) -> str:
    """What an entry is about."""
    return next((kind for kind, names in KINDS.items() if any(name in entry for name in names)), "feeling")


def _from_file(case: dict[str, Any], day: date) -> list[Entry]:
    """What the case file says of that day already, as first entries, so that it is added to and not lost."""
    lines = [line for line in case.get("diary", []) if line["date"] == day.isoformat()]
    told = lines[0] if lines else {}
    found = [{name: told[name] for name in names if told.get(name) not in (None, [])} for names in KINDS.values()]
    return [{"id": new_id(), "at": "", **fields} for fields in found if fields]


def _row(db: Session, patient_id: str, day: date) -> Day | None:
    return db.scalar(select(Day).where(Day.patient_id == patient_id, Day.day == day))
