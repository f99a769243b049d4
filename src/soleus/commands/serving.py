"""Serving: the clinic on a screen, its backups, and whether its audit is whole.

Heavy imports stand inside the functions, as in every command.
"""

import getpass
import os
import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from ..screen import INVALID, NOT_FOUND, SCHEMA_VERSION, USAGE, Stop, emit
from .app import app
from .asked import TEXT, Output

PORTS = (1, 65535)
LOCAL, PORT = "127.0.0.1", 8000
Passphrase = Annotated[
    Path | None,
    Parameter(name="--passphrase-file", help="Holds the passphrase; else SOLEUS_PASSPHRASE, or asked for."),
]


@app.command(sort_key=10)
def serve(
    *,
    host: Annotated[str, Parameter(help="The address to listen on; 0.0.0.0 for all networks.")] = LOCAL,
    port: Annotated[int, Parameter(help="The port.")] = PORT,
    demo: Annotated[
        bool, Parameter(negative="", show_default=False, help="A ward of invented people, in a folder of its own.")
    ] = False,
    quiet: Annotated[
        bool, Parameter(negative="", alias="-q", show_default=False, help="Say nothing at start.")
    ] = False,
) -> None:
    """The web application for a ward: patients, sessions, why they cramped, and what to change.

    Data are kept where SOLEUS_DATA_DIR says, else in the user's own data folder.
    """
    if not PORTS[0] <= port <= PORTS[1]:
        raise Stop(USAGE, f"--port {port}: ports go from {PORTS[0]} to {PORTS[1]}. 8000 is usual.")
    from ..web.place import place_of
    from ..web.run import run

    run(place_of(host, port, demo), quiet=quiet)


@app.command(sort_key=11)
def backup(
    file: Annotated[Path, Parameter(help="The file to write; it must not be there yet.")],
    /,
    *,
    passphrase: Passphrase = None,
    out: Output = TEXT,
) -> None:
    """The whole ward in one encrypted file, while it is served or not; SOLEUS_DATA_DIR says which ward."""
    if not file.parent.is_dir():
        raise Stop(NOT_FOUND, f"{file}: there is no folder {file.parent}. Make it, or choose another.")
    from ..records.store import backup as backups
    from ..records.store import open_store
    from ..web.place import place_of

    place = place_of(LOCAL, PORT, False)
    if not place.folder.is_dir():
        raise Stop(NOT_FOUND, f"{place.folder} is not there, so there is nothing to keep. Set SOLEUS_DATA_DIR.")
    store = open_store(place.folder, place.database)
    rows = backups.write(store, file, _phrase(passphrase))
    store.close()
    _say(f"{rows} rows of {place.folder} are in {file}. Keep the passphrase elsewhere.", {"rows": rows}, out)


@app.command(sort_key=12)
def restore(
    file: Annotated[Path, Parameter(help="A file that soleus backup wrote.")],
    /,
    *,
    passphrase: Passphrase = None,
    out: Output = TEXT,
) -> None:
    """Put a backup into an empty data folder, or an empty PostgreSQL database."""
    if not file.exists():
        raise Stop(NOT_FOUND, f"{file} is not there. Check the name and the folder.")
    from ..records.store import backup as backups
    from ..web.place import place_of

    place = place_of(LOCAL, PORT, False)
    rows = backups.read(place.folder, place.database, file, _phrase(passphrase))
    _say(f"{rows} rows are in {place.folder}. Start it: soleus serve.", {"rows": rows}, out)


@app.command(sort_key=13)
def audit(*, out: Output = TEXT) -> None:
    """Whether the audit is whole: no line changed, removed, put in, or cut off since its heads were noted."""
    from ..records.store import audit as lines
    from ..records.store import open_store
    from ..web.place import place_of

    place = place_of(LOCAL, PORT, False)
    if not place.folder.is_dir():
        raise Stop(NOT_FOUND, f"{place.folder} is not there. Set SOLEUS_DATA_DIR.")
    store = open_store(place.folder, place.database)
    found = lines.verify(store)
    store.close()
    said = f"The audit is whole: {found.lines} lines, the last marked {found.head}."
    _say(said if found.whole else f"The audit was tampered with: {found.why}.", found._asdict(), out)
    if not found.whole:
        raise Stop(INVALID, f"{found.why}; the {found.lines} lines before it are whole.")


def _say(text: str, told: dict[str, Any], out: Output) -> None:
    emit({"schema_version": SCHEMA_VERSION, **told} if out.json else text)


def _phrase(file: Path | None) -> str:
    """The passphrase: from a file, from SOLEUS_PASSPHRASE, or asked for; never an argument, which others could see."""
    if file is not None:
        if not file.is_file():
            raise Stop(NOT_FOUND, f"--passphrase-file {file} is not there.")
        return file.read_text(encoding="utf-8").strip()
    if told := os.environ.get("SOLEUS_PASSPHRASE"):
        return told
    if not sys.stdin.isatty():
        raise Stop(USAGE, "a passphrase is needed: --passphrase-file FILE, or SOLEUS_PASSPHRASE.")
    return getpass.getpass("Passphrase: ")
