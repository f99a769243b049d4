"""Following: the ward's list is sent when it changed, to its own unit, until the shift ends."""

import re

import pytest

from soleus.records.store import accounts, running
from soleus.records.store.audit import CONSOLE
from soleus.records.store.tables import Noted, Treatment
from soleus.web.running import demo as demo_running
from soleus.web.staff import following

from .test_live_page import TOLD, read_stream


@pytest.fixture
def quick(either, monkeypatch):
    """The ward's list, looked at often."""
    monkeypatch.setattr(following, "STEP", 0.05)
    monkeypatch.setattr(following, "BEAT", 0.2)
    either.live = "/ward"
    return either


def test_the_list_is_sent_when_a_session_begins_and_when_it_ends(quick):
    nora = quick.visitor("nora")
    page = nora.get("/ward").text
    mark = re.search(r'data-live="/ward/stream\?q=&amp;have=(\w+)"', page)[1]
    _, text = read_stream(quick, nora, [(b"last-event-id", mark.encode())], 2)
    assert "event: screen" not in text and "event: beat" in text  # nothing is sent twice
    name = demo_running.begin(quick.store, TOLD)
    _, text = read_stream(quick, nora, [(b"last-event-id", mark.encode())], 2)
    assert "event: screen" in text and "running now" in text and "Ines Invented" not in text
    mark = re.search(r"^id: (\w+)$", text, re.M)[1]
    with quick.store.writing() as db:
        running.end(db, CONSOLE, db.get(Treatment, name))
    _, text = read_stream(quick, nora, [(b"last-event-id", mark.encode())], 2)
    assert "event: screen" in text and "running now" not in text
    with quick.store.reading() as db:
        assert [line.action for line in db.query(Noted)].count("list seen") == 1  # an open list is one look


def test_it_ends_with_the_account_and_is_for_staff_alone(quick):
    nora = quick.visitor("nora")
    nora.get("/ward")
    for login in ("paula", "rita", "adam", None):
        assert quick.visitor(login).get("/ward/stream").status_code in (303, 403)
    user = quick.visitor("sven")
    user.get("/ward")
    with quick.store.writing() as db:
        accounts.find_user(db, "sven").unit_id = quick.unit

    class Seen:
        csrf, user = "", type("User", (), {"id": "gone", "unit_id": quick.unit})

    request = type("Request", (), {"app": quick.app})
    assert following._screen(request, Seen, "") is None
