"""Run: the server from its start to its graceful stop."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

import uvicorn
from fastapi import FastAPI

from ..errors import BadRecord
from ..records.store import Store, accounts, open_store
from ..records.store.audit import CONSOLE
from . import demo, logs
from .app import create
from .place import Place

IDLE = 75  # s that a connection stays open unused, so that a machine that sends every minute need not open another
GRACE = 10  # s that pages being shown have to end
FIRST = timedelta(hours=24)  # that the link for the first administrator is good


def run(place: Place, *, quiet: bool = False) -> None:
    """Serve until somebody stops it.

    Raises:
        BadRecord: when the database cannot be opened, or the address is taken.
    """
    logs.start()
    os.umask(0o077)  # what is kept is for nobody else on this computer
    store = open_store(place.folder, place.database)
    for line in greeting(place, store):
        if not quiet or "/join/" in line:
            sys.stdout.write(line + "\n")
    sys.stdout.flush()
    app = create(place, store)
    _warm(app)
    server = uvicorn.Server(
        uvicorn.Config(
            app, host=place.host, port=place.port, log_config=None, access_log=False,
            timeout_graceful_shutdown=GRACE, timeout_keep_alive=IDLE, server_header=False,
        )
    )  # fmt: skip
    try:
        server.run()
    except SystemExit:
        raise BadRecord(f"{place.host}:{place.port} cannot be used: is it taken? Choose another with --port.") from None


def _warm(app: FastAPI) -> None:
    """Let both simulators load before anybody asks."""
    case = {"patient": {"sex": "F", "age_y": 60.0, "target_weight_kg": 60.0}}
    for questions in (app.state.questions, app.state.tries):
        questions.ask("warm", "warm", "", case, None)


def greeting(place: Place, store: Store) -> list[str]:
    """What to type into a browser, and with which account; outside a demonstration only a link for the first one."""
    lines = [f"Soleus runs at {place.address}  (data in {place.folder}; Ctrl+C stops it)"]
    if place.demo:
        demo.fill(store)
        lines += ["A demonstration: every person is invented. Never enter real patients here.", ""]
        lines += [f"  {each.role:11} login {each.login:6} password {each.password}" for each in demo.ACCOUNTS]
        return [*lines, ""]
    demo.refuse(store)
    with store.writing() as db:
        if not accounts.any_user(db):
            secret = accounts.invite(db, CONSOLE, role="admin", lives=FIRST)
            lines.append(
                f"Nobody can log in yet. Make the first administrator, within a day: {place.address}/join/{secret}"
            )
    return lines
