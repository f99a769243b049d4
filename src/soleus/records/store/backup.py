"""Backup: the whole database and its keys in one sealed file, and back; from SQLite to PostgreSQL too.

Inside are JSON lines, packed: first what it is, then every row of every table, those that others name first,
and last how many there were.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, insert, select
from sqlalchemy.types import Date, DateTime

from ... import __version__
from ...errors import BadRecord
from . import audit, sealed
from .database import FILE, KEYS, Keys, Store, connect, migrate, open_store, revision, write_keys

FORMAT = 1
TOGETHER = 500  # rows put back at once
NOT_KEPT = ("logins", "challenges")  # browsers log in again


def write(store: Store, file: Path, passphrase: str) -> int:
    """Write a backup, whole or not at all; gives the number of rows.

    Raises:
        BadRecord: when the file is there already or cannot be written.
    """
    if file.exists():
        raise BadRecord(f"{file} is there already. Choose another name: a backup never takes the place of another.")
    audit.anchor(store)
    draft, told = file.with_name(f".{file.name}.part"), [0]
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            sealed.seal(_packed(_lines(store, told)), out, passphrase)
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, file)
    except OSError as error:
        raise BadRecord(f"{file} cannot be written ({error.strerror}). Is there room?") from None
    finally:
        draft.unlink(missing_ok=True)
    return told[0]


def read(folder: Path, url: str | None, file: Path, passphrase: str) -> int:
    """Put a backup into an empty place; gives the number of rows.

    Raises:
        BadRecord: when the place holds something, or the backup does not open. Then nothing was kept.
    """
    try:
        opened = file.open("rb")
    except OSError as error:
        raise BadRecord(f"{file} cannot be opened ({error.strerror}). Check the name and the folder.") from None
    with opened:
        lines = _unpacked(sealed.unseal(opened, passphrase))
        about = next(lines, {})
        if about.get("soleus_backup") != FORMAT:
            raise BadRecord(f"{file} was made by a newer Soleus ({about.get('soleus', 'unknown')}). Use that one.")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if (folder / KEYS).exists():
            raise BadRecord(f"{folder} holds a ward already. Restore into an empty folder: SOLEUS_DATA_DIR.")
        engine = connect(url or f"sqlite:///{folder / FILE}")
        try:
            if revision(engine) is not None:
                raise BadRecord("the database holds tables already. Restore into an empty one.")
            with engine.execution_options(writing=True).begin() as connection:
                migrate(engine, about["revision"], connection)
                count = _put(connection, lines)
                write_keys(folder, Keys(bytes.fromhex(about["audit"]), bytes.fromhex(about["forms"])))
        finally:
            engine.dispose()
    store = open_store(folder, url)
    audit.anchor(store)
    store.close()
    return count


def _lines(store: Store, told: list[int]) -> Iterator[dict[str, Any]]:
    yield {
        "soleus_backup": FORMAT, "soleus": __version__, "made_at": datetime.now(UTC).isoformat(),
        "revision": revision(store.engine), "audit": store.keys.audit.hex(), "forms": store.keys.forms.hex(),
    }  # fmt: skip
    with store.engine.execution_options(writing=False).connect() as connection:
        if not store.embedded:
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        for table in _tables(connection).sorted_tables:
            if table.name in NOT_KEPT or table.name == "alembic_version":
                continue
            with connection.execution_options(yield_per=TOGETHER).execute(select(table)) as rows:
                for row in rows.mappings():
                    told[0] += 1
                    yield {"table": table.name, "row": {name: _text(value) for name, value in row.items()}}
    yield {"rows": told[0]}


def _put(connection: Connection, lines: Iterable[dict[str, Any]]) -> int:
    """Every row into its table; refused when the last line is missing or tells another number."""
    tables, held, count, end = _tables(connection), list[dict[str, Any]](), 0, None
    of = ""
    for line in lines:
        if "rows" in line:
            end = line["rows"]
            continue
        if held and (line["table"] != of or len(held) >= TOGETHER):
            connection.execute(insert(tables.tables[of]), held)
            held = []
        of = line["table"]
        table = tables.tables[of]
        held.append({name: _value(table.c[name].type, value) for name, value in line["row"].items()})
        count += 1
    if held:
        connection.execute(insert(tables.tables[of]), held)
    if end != count:
        raise BadRecord("the backup is not whole. Use another copy.")
    return count


def _tables(connection: Connection) -> MetaData:
    """The tables as they are, whatever version made them."""
    found = MetaData()
    found.reflect(connection)
    return found


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _value(kind: Any, value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def _packed(lines: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    press = zlib.compressobj(6)
    for line in lines:
        yield press.compress(json.dumps(line, separators=(",", ":")).encode() + b"\n")
    yield press.flush()


def _unpacked(pieces: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    press, held = zlib.decompressobj(), b""
    for piece in pieces:
        held += press.decompress(piece)
        *whole, held = held.split(b"\n")
        for line in whole:
            yield json.loads(line)
