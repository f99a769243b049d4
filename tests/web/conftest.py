"""What tests of the web share: the real application on a real database, and visitors with cookies of their own."""

import asyncio
import copy
import importlib.util
import re
import secrets
from pathlib import Path

import httpx
import pytest
import structlog

from soleus.records.store import accounts, open_store, patients
from soleus.records.store.audit import CONSOLE
from soleus.web import demo
from soleus.web.app import create
from soleus.web.doors.login import passwords
from soleus.web.place import Place

_found = importlib.util.spec_from_file_location("postgres_for_tests", Path(__file__).with_name("postgres.py"))
server = importlib.util.module_from_spec(_found)
_found.loader.exec_module(server)

PASSWORD = "four words nobody would guess"
HASH = passwords.hash_of(PASSWORD)


@pytest.fixture(autouse=True)
def quiet_logs():
    """A test that starts the log leaves none behind: it would write to what pytest has closed."""
    yield
    structlog.reset_defaults()


class Visitor:
    """A browser: it keeps cookies and sends the token of the last form it saw."""

    def __init__(self, app):
        self.app = app
        self.cookies = httpx.Cookies()
        self.token = ""

    def ask(self, method, path, **more):
        """One request."""

        async def once():
            door = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=door, base_url="http://localhost", cookies=self.cookies) as client:
                answer = await client.request(method, path, **more)
                self.cookies = client.cookies
                return answer

        answer = asyncio.run(once())
        if found := re.search(r'name="csrf" value="([^"]+)"', answer.text):
            self.token = found[1]
        return answer

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, data=None, **more):
        return self.ask("POST", path, data={"csrf": self.token} | (data or {}), **more)

    def login(self, login, password=PASSWORD):
        self.get("/login")
        answer = self.post("/login", {"login": login, "password": password})
        assert answer.status_code == 303, answer.text
        self.get("/account")
        return self


class Ward:
    """Two units with a patient each, and somebody of every role."""

    def __init__(self, place, store=None):
        self.app = create(place, store)
        self.store = self.app.state.store
        cases = demo.ward()
        with self.store.writing() as db:
            self.unit, self.other = (accounts.add_unit(db, CONSOLE, name).id for name in ("North", "South"))
            self.paula = patients.add(db, CONSOLE, self.unit, cases[0]).id
            self.ines = patients.add(db, CONSOLE, self.other, cases[1]).id
            for login, role, unit, patient in (
                ("nora", "nurse", self.unit, None), ("carl", "clinician", self.unit, None),
                ("sven", "nurse", self.other, None), ("paula", "patient", None, self.paula),
                ("ines", "patient", None, self.ines), ("rita", "researcher", None, None), ("adam", "admin", None, None),
            ):  # fmt: skip
                more = {"login": login, "name": login.title(), "role": role, "password": HASH}
                accounts.add_user(db, CONSOLE, **more, unit=unit, patient=patient)

    def visitor(self, login=None):
        """A new browser, logged in when somebody is named."""
        found = Visitor(self.app)
        return found.login(login) if login else found

    def case(self):
        """A case file to change at will."""
        return copy.deepcopy(demo.ward()[0])

    def close(self):
        self.app.state.playing.close()
        self.app.state.watch.close()
        self.app.state.questions.close()
        self.app.state.tries.close()
        self.store.close()


@pytest.fixture(scope="session")
def postgres():
    """Gives the address of a new, empty database in a real PostgreSQL; skips where there is none."""
    import psycopg

    if server.programs() is None:
        pytest.skip(server.NONE)
    with server.running() as address:

        def fresh():
            name = f"soleus_{secrets.token_hex(4)}"
            with psycopg.connect(address("postgres").replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            return address(name)

        yield fresh


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    """A folder of its own, with either database."""
    url = request.getfixturevalue("postgres")() if request.param == "postgres" else None
    return Place(tmp_path / "data", database=url)


@pytest.fixture
def store(place):
    """An open database with nobody in it."""
    found = open_store(place.folder, place.database)
    yield found
    found.close()


@pytest.fixture
def ward(tmp_path):
    """The ward on SQLite."""
    made = Ward(Place(tmp_path / "data"))
    yield made
    made.close()


@pytest.fixture
def either(place):
    """The ward on either database."""
    made = Ward(place)
    yield made
    made.close()
