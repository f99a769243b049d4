"""Serve: the real command in a process of its own, from its first words to its end, kind or not."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing

import httpx
import pytest

from soleus.cli import main
from soleus.records.store import audit, open_store
from soleus.records.store.tables import Patient
from soleus.web import demo

PHRASE = "a phrase that nobody would guess"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Server:
    """`soleus serve` on a port of its own."""

    def __init__(self, folder, *options, **more):
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        command = [sys.executable, "-m", "soleus.cli", "serve", "--port", str(self.port), *options]
        env = os.environ | {"SOLEUS_DATA_DIR": str(folder)} | more
        self.told = [folder.with_name(f"{folder.name}.{self.port}.{kind}") for kind in ("out", "err")]
        with self.told[0].open("w") as out, self.told[1].open("w") as err:  # a pipe that nobody reads fills up
            self.process = subprocess.Popen(command, env=env, start_new_session=True, stdout=out, stderr=err)
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/health").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        self.process.kill()
        raise AssertionError(self.ended())

    def stop(self, how=signal.SIGTERM):
        """End it; gives what it printed and what it logged."""
        self.process.send_signal(how)
        return self.ended()

    def ended(self):
        """Wait until it has ended; gives what it printed and what it logged."""
        self.process.wait(timeout=30)
        return [file.read_text() for file in self.told]

    def login(self, account):
        """A client that is logged in."""
        client = httpx.Client(base_url=self.url)
        token = re.search(r'name="csrf" value="([^"]+)"', client.get("/login").text)[1]
        form = {"csrf": token, "login": account.login, "password": account.password}
        assert client.post("/login", data=form).status_code == 303
        return client


def accounts_of(role):
    return next(each for each in demo.ACCOUNTS if each.role == role)


def test_a_demonstration_from_start_to_a_graceful_end(tmp_path):
    server = Server(tmp_path / "d", "--demo")
    with closing(server.login(accounts_of("nurse"))) as nora:
        assert "Paula Patient" in nora.get("/ward").text
    out, err = server.stop()
    assert all(each.password in out for each in demo.ACCOUNTS)
    events = [json.loads(line)["event"] for line in err.splitlines()]
    assert events[0] == "start" and events[-1] == "stop"
    store = open_store(tmp_path / "d")
    assert audit.verify(store).whole
    assert (tmp_path / "d" / "audit.heads").exists()
    store.close()
    for file in (tmp_path / "d").iterdir():
        assert oct(file.stat().st_mode)[-2:] == "00", file.name


@pytest.mark.slow
def test_a_real_start_prints_a_link_and_no_password_and_never_mixes_with_a_demonstration(tmp_path):
    server = Server(tmp_path / "real")
    link = f"{server.url}/join/"
    with httpx.Client(base_url=server.url) as guest:
        page = guest.get("/login").text
        assert "Look around as" not in page and "demo" not in page.lower()
    out, _ = server.stop()
    assert link in out
    assert not any(each.password in out for each in demo.ACCOUNTS)
    again = Server(tmp_path / "real")
    path = re.search(r"/join/\S+", out)[0]
    with httpx.Client(base_url=again.url) as guest:
        token = re.search(r'name="csrf" value="([^"]+)"', guest.get(path).text)[1]
        form = {"csrf": token, "login": "first", "name": "First", "password": "words to begin it all with"}
        assert guest.post(path, data=form).status_code == 303
    out, _ = again.stop()
    third = Server(tmp_path / "real")
    out, _ = third.stop()
    assert "/join/" not in out  # there is an administrator now
    said = refused(tmp_path / "real", "--demo")
    assert "holds a real ward" in said
    Server(tmp_path / "demo", "--demo").stop()
    assert "passwords everybody knows" in refused(tmp_path / "demo")


def refused(folder, *options):
    """What the command says when it does not start."""
    command = [sys.executable, "-m", "soleus.cli", "serve", "--port", str(free_port()), *options]
    env = os.environ | {"SOLEUS_DATA_DIR": str(folder)}
    run = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60)
    assert run.returncode == 3
    return run.stderr


def test_a_port_that_is_taken_is_said(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "soleus.cli", "serve", "--port", str(taken.getsockname()[1])]
        env = os.environ | {"SOLEUS_DATA_DIR": str(tmp_path)}
        run = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60)
    assert run.returncode == 3
    assert "Choose another with --port" in run.stderr


@pytest.mark.slow
def test_a_server_killed_while_it_writes_loses_nothing_it_said_was_kept(tmp_path):
    """Sessions are added as fast as they can be; the server is killed in the middle, and started again."""
    server = Server(tmp_path / "d", "--demo")
    told = []
    with closing(server.login(accounts_of("nurse"))) as nora:
        token = re.search(r'name="csrf" value="([^"]+)"', nora.get("/account").text)[1]
        patient = next(p["id"] for p in nora.get("/api/patients").json() if p["name"] == "Paula Patient")
        begun = time.monotonic()
        try:
            for i in range(150):
                day = f"2025-{1 + i // 28:02}-{1 + i % 28:02}"
                session = {"date": day, "pre_weight_kg": 64.0, "post_weight_kg": 62.0, "uf_l": 2.0}
                headers = {"x-csrf-token": token}
                answer = nora.post(f"/api/patients/{patient}/sessions", json=session, headers=headers)
                assert answer.status_code == 201, answer.text
                told.append((day, answer.json()["version"]))
                if time.monotonic() - begun > 2 and server.process.poll() is None:
                    os.killpg(server.process.pid, signal.SIGKILL)
        except httpx.TransportError:
            pass
    server.ended()
    assert len(told) > 3
    store = open_store(tmp_path / "d")
    with store.reading() as db:
        found = db.get(Patient, patient)
        days = {session["date"] for session in found.case["sessions"]}
    assert {day for day, _ in told} <= days
    assert told[-1][1] <= found.version <= told[-1][1] + 1
    assert audit.verify(store).whole
    store.close()
    Server(tmp_path / "d", "--demo").stop()


# The commands beside it


@pytest.fixture
def ask(capsys, monkeypatch, tmp_path):
    """Run a command on a data folder; gives code, standard output, standard error."""

    def run(*tokens, folder="ward"):
        monkeypatch.setenv("SOLEUS_DATA_DIR", str(tmp_path / folder))
        monkeypatch.setenv("SOLEUS_PASSPHRASE", PHRASE)
        code = main([str(token) for token in tokens])
        return code, *capsys.readouterr()

    store = open_store(tmp_path / "ward")
    demo.fill(store)
    store.close()
    return run


def test_backup_restore_and_audit_on_the_command_line(ask, tmp_path):
    file = tmp_path / "kept.soleus"
    assert ask("audit")[0] == 0
    code, out, _ = ask("backup", file, "--json")
    assert code == 0
    rows = json.loads(out)["rows"]
    assert ask("backup", file)[0] == 3
    assert ask("backup", tmp_path / "no" / "where")[0] == 4
    assert ask("backup", tmp_path / "x", folder="nothing")[0] == 4
    code, out, _ = ask("restore", file, "--json", folder="new")
    assert (code, json.loads(out)["rows"]) == (0, rows)
    assert ask("restore", file, folder="new")[0] == 3
    assert ask("restore", tmp_path / "none")[0] == 4
    told = json.loads(ask("audit", "--json", folder="new")[1])
    assert (told["whole"], told["lines"]) == (True, json.loads(ask("audit", "--json")[1])["lines"])
    with (tmp_path / "new" / "audit.heads").open("a") as heads:
        heads.write(f"9999 {'0' * 64}\n")
    code, _, err = ask("audit", folder="new")
    assert code == 3 and "cut off" in err


def test_a_passphrase_comes_from_a_file_and_never_from_the_line(ask, tmp_path, monkeypatch):
    (tmp_path / "phrase").write_text(PHRASE + "\n")
    assert ask("backup", tmp_path / "a", "--passphrase-file", tmp_path / "phrase")[0] == 0
    assert ask("backup", tmp_path / "b", "--passphrase-file", tmp_path / "nothing")[0] == 4
    (tmp_path / "short").write_text("short")
    code, _, err = ask("backup", tmp_path / "b", "--passphrase-file", tmp_path / "short")
    assert code == 3 and "at least 12" in err
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("SOLEUS_URL", "dialysis.example", "https://"), ("SOLEUS_IDLE_MIN", "0", "1 to 720"),
     ("SOLEUS_IDLE_MIN", "soon", "1 to 720"), ("SOLEUS_DATABASE_URL", "nonsense", "not understood")],
)  # fmt: skip
def test_a_setting_that_makes_no_sense_is_refused(ask, monkeypatch, name, value, said):
    monkeypatch.setenv(name, value)
    code, _, err = ask("serve", "--port", free_port())
    assert code == 3
    assert said in err


@pytest.mark.parametrize("port", ["0", "70000", "x"])
def test_a_port_that_is_none_is_refused(ask, port):
    assert ask("serve", "--port", port)[0] == 2
