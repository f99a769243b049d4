"""Killed: the server dies in the middle of many people's writing, again and again; what it said was kept is there."""

import os
import re
import signal
import threading
import time
from contextlib import closing

import httpx
import pytest

from soleus.records.store import audit, open_store
from soleus.web import demo

from .test_serve import Server

WRITERS, TIMES = 4, 3
WRITING_S, PATIENCE_S = 1.5, 30  # before the server is killed; until everybody has written


class Writer(threading.Thread):
    """Somebody who enters sessions of one patient as fast as they are taken, by form and by program."""

    def __init__(self, server, patient, year):
        super().__init__(daemon=True)
        self.server, self.patient, self.year = server, patient, year
        self.kept, self.wrong = [], []

    def run(self):
        nurse = next(each for each in demo.ACCOUNTS if each.role == "nurse")
        try:
            with closing(self.server.login(nurse)) as client:
                token = re.search(r'name="csrf" value="([^"]+)"', client.get("/account").text)[1]
                for i in range(336):
                    self._write(client, token, i)
        except httpx.TransportError:
            pass  # the server is dead

    def _write(self, client, token, i):
        day = f"{self.year}-{1 + i // 28:02}-{1 + i % 28:02}"
        told = {"date": day, "uf_l": 2.0}
        if i % 2:
            there = f"/patients/{self.patient}/enter"
            version = re.search(r'name="version" value="(\d+)"', client.get(there).text)[1]
            answer = client.post(there, data=told | {"csrf": token, "version": version})
        else:
            there = f"/api/patients/{self.patient}/sessions"
            answer = client.post(there, json=told, headers={"x-csrf-token": token})
        (self.kept if answer.status_code in (201, 303) else self.wrong).append(day)


@pytest.mark.slow
def test_what_was_said_to_be_kept_is_there_after_every_kill(tmp_path):
    folder, kept = tmp_path / "d", {}
    for time_killed in range(TIMES):
        server = Server(folder, "--demo")
        nurse = next(each for each in demo.ACCOUNTS if each.role == "nurse")
        with closing(server.login(nurse)) as nora:
            told = nora.get("/api/patients").json()
            assert_kept(nora, kept)
        writers = [Writer(server, each["id"], 2010 + time_killed) for each in told[:WRITERS]]
        for writer in writers:
            writer.start()
        time.sleep(WRITING_S)
        until = time.monotonic() + PATIENCE_S
        while not all(writer.kept for writer in writers) and time.monotonic() < until:
            time.sleep(0.05)
        os.killpg(server.process.pid, signal.SIGKILL)
        server.ended()
        for writer in writers:
            writer.join(30)
            assert writer.kept and not writer.wrong and not writer.is_alive()
            kept.setdefault(writer.patient, set()).update(writer.kept)
    server = Server(folder, "--demo")
    with closing(server.login(nurse)) as nora:
        assert_kept(nora, kept)
        assert nora.get("/health").json()["status"] == "ok"
    server.stop()
    store = open_store(folder)
    verdict = audit.verify(store)
    with store.reading() as db:
        changes = [line for line in audit.lines(db, 10_000) if line.action == "case changed"]
    store.close()
    assert verdict.whole, verdict
    assert len(changes) >= sum(len(days) for days in kept.values()) > WRITERS * TIMES


def assert_kept(nora, kept):
    """Every session that was acknowledged is in the case file that a new server gives out."""
    for patient, days in kept.items():
        case = nora.get(f"/api/patients/{patient}/case").json()["case"]
        found = [session["date"] for session in case["sessions"]]
        assert days <= set(found), (patient, sorted(days - set(found)))
        assert len(found) == len(set(found))
