"""Database: opened, kept up to date, read and written; SQLite beside the data, or PostgreSQL by its address."""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.exc import ArgumentError, DataError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session

from ...errors import BadRecord

FILE, KEYS = "soleus.db", "keys.json"
MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = 15.0  # s that a writer waits for another
OPEN = 40  # connections kept open: as many as the server has threads, so that none is opened for a page
ADDRESSES = "postgresql+psycopg://name:password@host/database"


@dataclass(frozen=True)
class Keys:
    """Secrets of this installation, kept beside the database and in every backup."""

    audit: bytes  # marks the lines of the audit
    forms: bytes  # marks forms that are shown before anybody has logged in


@dataclass(frozen=True)
class Store:
    """An open database."""

    engine: Engine
    keys: Keys
    folder: Path
    turn: threading.Lock = field(default_factory=threading.Lock)  # of writers of this process, where only one may write

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Look things up; what is changed is not kept."""
        with _said(), Session(self.engine, expire_on_commit=False) as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Change things together: all of it is kept, or nothing.

        SQLite lets a writer who finds another one sleep and look again; so writers of one process wait in line here.
        """
        engine = self.engine.execution_options(writing=True)
        session = Session(engine, expire_on_commit=False, info={"audit": self.keys.audit})
        with self.turn if self.embedded else nullcontext(), _said(), session as db, db.begin():
            yield db

    @property
    def embedded(self) -> bool:
        """Whether it is a file of our own."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


@contextmanager
def _said() -> Iterator[None]:
    """What a database cannot keep, as a zero byte in a text, is somebody's bad value and no fault."""
    try:
        yield
    except DataError as error:
        raise BadRecord(f"a value cannot be kept: {str(error.orig).splitlines()[0]}. Correct it.") from None


def open_store(folder: Path, url: str | None = None) -> Store:
    """The database of a data folder, made and brought up to date.

    Args:
        folder: where data and keys are; made when it is not there.
        url: another database than the file in the folder, as SQLAlchemy writes it.

    Raises:
        BadRecord: when it cannot be reached, or was made by a newer Soleus.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadRecord(f"{folder} cannot be used for data ({error.strerror}). Choose another folder.") from None
    engine = connect(url or f"sqlite:///{folder / FILE}")
    store = None
    try:
        migrate(engine)
        store = Store(engine, keys_of(folder), folder)
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", error)).splitlines()[0]
        raise BadRecord(f"the database cannot be opened: {said}. Is the address right, and does it run?") from None
    finally:
        if store is None:  # nobody else can give its connections back
            engine.dispose()
    return store


def connect(url: str) -> Engine:
    """An engine; SQLite is told to be strict, durable, and to wait for other writers."""
    try:
        engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"), pool_size=OPEN)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        said = f"{error}. Write {ADDRESSES}, and install soleus[postgres]."
        raise BadRecord(f"the address of the database is not understood: {said}") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _strict)
        event.listen(engine, "begin", _begin)
    return engine


def _strict(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say so, in `_begin`
    for rule in (
        "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON",
        f"busy_timeout={1000 * PATIENCE:.0f}",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {rule}")


def _begin(connection: Connection) -> None:
    """A writer takes its turn before it reads, so that nobody changes what it saw."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def migrate(engine: Engine, to: str = "head", connection: Connection | None = None) -> None:
    """Bring the tables up to date, within the change of `connection` where there is one.

    Raises:
        BadRecord: when a newer Soleus made them.
    """
    if connection is None:
        with engine.execution_options(writing=True).begin() as connection:
            migrate(engine, to, connection)
        return
    try:
        command.upgrade(_alembic(connection), to)
    except CommandError as error:
        raise BadRecord(f"the database is not one of this version of Soleus: {error}. Use a newer one.") from None


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def revision(engine: Engine) -> str | None:
    """The step of the migrations at which the tables are; None when there are none."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())


def keys_of(folder: Path) -> Keys:
    """The secrets of a folder, made on first use; nobody else may read them."""
    file = folder / KEYS
    if not file.exists():
        write_keys(folder, Keys(secrets.token_bytes(32), secrets.token_bytes(32)))
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return Keys(bytes.fromhex(told["audit"]), bytes.fromhex(told["forms"]))
    except (OSError, ValueError, KeyError):
        raise BadRecord(f"{file} is damaged. Restore it from a backup.") from None


def write_keys(folder: Path, keys: Keys) -> None:
    """Keep the secrets, whole or not at all."""
    file, draft = folder / KEYS, folder / f".{KEYS}"
    text = json.dumps({"audit": keys.audit.hex(), "forms": keys.forms.hex()})
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, file)
