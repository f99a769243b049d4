"""Feed: where the lines of a running session come from. A file played back, now; whatever else gives rows can join.

A feed is anything that can be iterated over and gives rows by name (`reading.NAMES`), as they come.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ..case import Session
from ..errors import BadRecord
from .reading import NAMES, _near

LARGEST = 20_000_000  # bytes: a month of lines every minute
Row = Mapping[str, Any]


class Feed(Protocol):
    """What gives rows, one after the other, as they come."""

    def __iter__(self) -> Iterator[Row]: ...


@dataclass(frozen=True)
class Replay:
    """Rows played back, so many times faster than they were written; 0 as fast as can be."""

    rows: tuple[Row, ...]
    speed: float = 0.0
    sleep: Callable[[float], None] = time.sleep

    def __iter__(self) -> Iterator[Row]:
        """The rows in the order of the file; waits as long as its minutes say."""
        latest = None
        for row in self.rows:
            minute = _minute(row)
            if self.speed > 0 and latest is not None and minute is not None and minute > latest:
                self.sleep((minute - latest) * 60 / self.speed)
            if minute is not None:
                latest = minute if latest is None else max(latest, minute)
            yield row


def _minute(row: Row) -> float | None:
    try:
        return float(row["minute"])
    except (KeyError, TypeError, ValueError):
        return None


def of_csv(file: Path, speed: float = 0.0) -> Replay:
    """A file with a line of names and a line a reading, played back.

    Raises:
        BadRecord: when it cannot be opened, is no table, or has columns of another name.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise BadRecord(f"{file} is larger than {LARGEST / 1e6:g} MB. Give the readings of one session.")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadRecord(f"{file} cannot be opened ({error.strerror}). Check the name and the folder.") from None
    except UnicodeDecodeError:
        raise BadRecord(f"{file} is not text. Save the readings as CSV in UTF-8.") from None
    return Replay(of_text(text, file.name), speed)


def of_text(text: str, name: str) -> tuple[Row, ...]:
    """The rows of a table that was read already.

    Raises:
        BadRecord: when it is no table, or has columns of another name.
    """
    return tuple(_table(text.splitlines(), name))


def _table(lines: Iterable[str], name: str) -> Iterator[Row]:
    kept = [line for line in lines if line.strip() and not line.startswith("#")]
    if not kept:
        raise BadRecord(f"{name} is empty; its first line should be names such as minute,systolic_mmhg,diastolic_mmhg.")
    separator = ";" if kept[0].count(";") > kept[0].count(",") else ","
    table = csv.DictReader(kept, delimiter=separator, strict=False)
    names = [str(n).strip() for n in table.fieldnames or []]
    wrong = [f"{n!r}: {_near(n)}" for n in names if n not in NAMES]
    if wrong or "minute" not in names:
        said = wrong or ["there is no column minute"]
        raise BadRecord(f"{name} has a first line that is not understood. " + " ".join(said))
    if len(set(names)) < len(names):
        raise BadRecord(f"{name} names a column twice. Keep one of each.")
    table.fieldnames = names
    try:
        yield from table
    except csv.Error as error:
        raise BadRecord(f"{name}, line {table.line_num} cannot be read ({error}). Save it as plain CSV.") from None


def of_session(session: Session, speed: float = 0.0) -> Replay:
    """The readings that a case file holds of one session, as they would have come."""
    rows: list[dict[str, Any]] = []
    for cuff in session.pressures:
        told = {name: getattr(cuff, name) for name in ("systolic_mmhg", "diastolic_mmhg", "heart_rate_min")}
        rows.append({"minute": cuff.minute, **{name: value for name, value in told.items() if value is not None}})
    rows += [{"minute": point.minute, "rbv_pct": point.rbv_pct} for point in session.blood_volume]
    for felt in session.symptoms:
        row = {"minute": felt.minute, "event": felt.what, "severity": felt.severity, "where": felt.where or ""}
        rows.append(row)
    rows += [{"minute": each.minute, "event": each.what, "amount": each.amount} for each in session.given]
    return Replay(tuple(sorted(rows, key=lambda row: float(row["minute"]))), speed)
