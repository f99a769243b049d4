"""File: a cohort as one Parquet file, one row a session, made of parts that survive whatever stops the run.

out.parquet.parts/plan.json         what is being made; another plan is refused
out.parquet.parts/00017.parquet     one chunk, written under another name and renamed when whole
out.parquet                         all parts, one after the other, when none is missing; then the folder goes
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import BadRecord
from . import lives
from .plan import Plan

SMALL = ("day", "readings", "uf_stops", "cramp", "hypotension", "female", "diabetes", "catheter")  # 0 or 1, or a count
WHOLE = {"patient": pa.int32(), "week": pa.int16()} | dict.fromkeys(SMALL, pa.int8())
KEY = b"soleus.cohort"


def chunk(plan: Plan, number: int) -> pa.Table:
    """The rows of one chunk, session by session."""
    n, first = plan.size(number), number * plan.together
    who = np.arange(first, first + n)
    rows = [{"patient": who} | row for row in lives.live(n, (plan.seed, number), plan.weeks, plan.place)]
    return pa.table({name: _column(name, [row[name] for row in rows], n) for name in rows[0]})


def _column(name: str, parts: Sequence[Any], n: int) -> pa.Array:
    values = np.concatenate([np.broadcast_to(np.asarray(x), (n,)) for x in parts])
    return pa.array(values).cast(WHOLE.get(name, pa.float32()), safe=False)


class Parts:
    """The chunks of a cohort that are there, beside the file they will become."""

    def __init__(self, plan: Plan, out: Path) -> None:
        self.plan, self.out = plan, out
        self.folder = out.with_name(out.name + ".parts")

    def begin(self) -> None:
        """Make the folder, or carry on where it was left.

        Raises:
            BadRecord: if another cohort stands or is being made there.
        """
        if self.out.exists():
            raise BadRecord(f"{self.out} is there already. Take another name, or remove it.")
        self.folder.mkdir(exist_ok=True)
        told = self.folder / "plan.json"
        if told.exists() and (was := told.read_text(encoding="utf-8")) != self.plan.said():
            raise BadRecord(
                f"{self.folder} holds parts of another cohort: {_differs(was, self.plan.said())}. Ask for the same"
                " again, take another name with -o, or remove the folder."
            )
        _whole(told, self.plan.said().encode())

    def missing(self) -> list[int]:
        """Chunks that are not there."""
        return [k for k in range(self.plan.chunks) if not self._file(k).exists()]

    def write(self, number: int, data: bytes) -> None:
        """One chunk, whole or not at all."""
        _whole(self._file(number), data)

    def join(self) -> None:
        """All parts as one file; one of them in memory at a time."""
        unfinished = self.out.with_name(self.out.name + f".{os.getpid()}")
        schema = pq.read_schema(self._file(0)).with_metadata({KEY: self.plan.said().encode()})
        try:
            with pq.ParquetWriter(unfinished, schema, compression="zstd") as writer:
                for number in range(self.plan.chunks):
                    writer.write_table(pq.read_table(self._file(number)).replace_schema_metadata(schema.metadata))
            unfinished.replace(self.out)
        finally:
            unfinished.unlink(missing_ok=True)
        shutil.rmtree(self.folder)

    def _file(self, number: int) -> Path:
        return self.folder / f"{number:05}.parquet"


def as_bytes(table: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def made(plan: Plan, out: Path) -> bool:
    """Whether the file is there and holds this very cohort.

    Raises:
        BadRecord: if it holds something else.
    """
    if not out.exists():
        return False
    try:
        said = (pq.read_schema(out).metadata or {}).get(KEY, b"").decode()
    except (pa.ArrowInvalid, OSError):
        said = ""
    if said == plan.said():
        return True
    differs = _differs(said, plan.said()) if said else "it is no cohort of Soleus"
    raise BadRecord(f"{out} is there and holds something else: {differs}. Take another name with -o, or remove it.")


def columns(out: Path, names: Iterable[str]) -> dict[str, np.ndarray]:
    """Some columns of a cohort's file, [session]."""
    table = pq.read_table(out, columns=list(names))
    return {name: table[name].to_numpy() for name in table.column_names}


def _differs(was: str, now: str) -> str:
    """What two plans do not share, in words."""
    try:
        one, other = json.loads(was), json.loads(now)
    except ValueError:
        return "what it is cannot be read"
    names = [name for name in other if one.get(name) != other[name]]
    return ", ".join(f"{name} {one.get(name)}, not {other[name]}" for name in names)


def _whole(file: Path, data: bytes) -> None:
    part = file.with_name(f".{file.name}.{os.getpid()}")
    part.write_bytes(data)
    part.replace(file)
