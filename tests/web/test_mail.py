"""Mail: taken to a real server, tried again when it does not take it, and never telling what it should not."""

import email.policy
import re
import socket
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller

from soleus.errors import BadRecord
from soleus.records.store import accounts, mails, messages
from soleus.records.store.audit import NOBODY, Who
from soleus.records.store.tables import Mail, Patient, Thread, now
from soleus.web.messages import post
from soleus.web.place import Smtp, place_of


class Taken:
    """A mail server that keeps what it takes, and refuses when it is told to."""

    def __init__(self):
        self.mails, self.answer = [], ""

    async def handle_DATA(self, server, session, envelope):
        if self.answer:
            return self.answer
        self.mails.append(message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
def server():
    taken = Taken()
    running = Controller(taken, hostname="127.0.0.1", port=free_port())
    running.start()
    taken.port = running.port
    yield taken
    running.stop()


def place_with(place, port):
    return replace(place, smtp=Smtp("127.0.0.1", port, "unit@example.org", "none"))


@pytest.fixture
def waiting(either):
    """A ward with an answer that is to be sent."""
    with either.store.writing() as db:
        nora = accounts.find_user(db, "nora")
        asked = {"subject": "Cramps", "text": "Why?", "name": "Vera", "email": "v@example.org"}
        thread = messages.begin(db, NOBODY, **asked, urgent=False)
        messages.say(db, Who(nora.id, "nurse"), thread, "Grüße. A target weight review.", name="Nora Nurse")
    either.thread = thread.id
    return either


def only(store):
    with store.reading() as db:
        (mail,) = db.query(Mail)
        return mail


def later(store):
    """The time of the next try has come."""
    with store.writing() as db:
        for mail in db.query(Mail):
            mail.due_at = now() - timedelta(seconds=1)


def test_a_visitor_gets_the_answer(waiting, server):
    place = place_with(waiting.app.state.place, server.port)
    assert post.deliver(waiting.store, place) == 1
    assert post.deliver(waiting.store, place) == 0
    (mail,) = server.mails
    assert (mail["to"], mail["from"], mail["subject"]) == ("v@example.org", "unit@example.org", "Re: Cramps")
    said = mail.get_content()
    assert "Grüße. A target weight review." in said and "Nora Nurse" in said and "call 112" in said
    assert mail["auto-submitted"] == "auto-generated"
    kept = only(waiting.store)
    assert kept.sent_at and not kept.text  # what was sent is not kept twice


def test_what_is_not_taken_is_tried_again_and_shown(waiting, server):
    place = place_with(waiting.app.state.place, server.port)
    server.answer = "451 try later"
    assert post.deliver(waiting.store, place) == 0
    kept = only(waiting.store)
    assert "451" in kept.wrong and kept.tries == 1 and kept.text and kept.due_at > now()
    assert post.deliver(waiting.store, place) == 0 and only(waiting.store).tries == 1  # not yet
    later(waiting.store)
    post.deliver(waiting.store, place_with(place, free_port()))  # nobody listens there
    assert "ConnectionRefused" in only(waiting.store).wrong
    assert only(waiting.store).due_at - now() > timedelta(minutes=1)
    server.answer = ""
    later(waiting.store)
    assert post.deliver(waiting.store, place) == 1 and len(server.mails) == 1


def test_the_team_sees_it_and_tries_now(waiting, server):
    waiting.app.state.place = place = place_with(waiting.app.state.place, server.port)
    server.answer = "550 no such mailbox"
    post.deliver(waiting.store, place)
    nora, there = waiting.visitor("nora"), f"/messages/{waiting.thread}"
    assert "e-mail not sent" in nora.get("/messages").text
    page = nora.get(there).text
    assert "SMTPDataError 550" in page and "next try" in page and "Try the e-mail now" in page
    server.answer = ""
    assert nora.post(f"{there}/send").status_code == 303
    assert post.deliver(waiting.store, place) == 1
    assert "taken by the server" in nora.get(there).text


def test_two_postmen_never_take_the_same(waiting):
    with waiting.store.writing() as db:
        assert len(mails.due(db)) == 1
    with waiting.store.writing() as db:
        assert mails.due(db) == []  # for some minutes; then its sender is taken for dead
    later(waiting.store)
    with waiting.store.writing() as db:
        assert len(mails.due(db)) == 1


def test_after_many_tries_somebody_has_to_ask(waiting):
    with waiting.store.writing() as db:
        for mail in db.query(Mail):
            mail.tries = mails.MOST
        assert mails.due(db) == []
        mails.again(db, db.get(Thread, waiting.thread))
        assert len(mails.due(db)) == 1


def test_a_patient_is_told_only_that_something_waits(ward, server):
    place = replace(place_with(ward.app.state.place, server.port), url="https://clinic.example")
    with ward.store.writing() as db:
        paula, nora = accounts.find_user(db, "paula"), accounts.find_user(db, "nora")
        asked = {"subject": "My potassium", "text": "Is it high?", "patient": db.get(Patient, ward.paula)}
        thread = messages.begin(db, Who(paula.id, "patient"), **asked, urgent=False)
        messages.say(db, Who(nora.id, "nurse"), thread, "Not sent, for there is no address.", name="Nora")
        assert not list(db.query(Mail))
        accounts.set_email(db, Who(paula.id, "patient"), paula, "p@example.org")
        messages.say(db, Who(nora.id, "nurse"), thread, "It is 5.1 mmol/L.", name="Nora")
    assert post.deliver(ward.store, place) == 1
    (mail,) = server.mails
    assert mail["to"] == "p@example.org" and "https://clinic.example/my/messages" in mail.get_content()
    for secret in ("otassium", "5.1", "Nora", "Paula", "ramp", "ialysis"):
        assert secret not in mail.as_string(), secret


def test_the_postman_walks_when_rung_and_stops(waiting, server):
    postman = post.Post(waiting.store, place_with(waiting.app.state.place, server.port))
    postman.start()
    postman.ring()
    for _ in range(100):
        if server.mails:
            break
        postman.ended.wait(0.05)
    postman.close()
    assert len(server.mails) == 1 and not postman.thread.is_alive()


def test_an_address_of_the_account_is_checked(ward):
    paula = ward.visitor("paula")
    assert paula.post("/account/email", {"email": "nobody"}).status_code == 422
    assert paula.post("/account/email", {"email": "paula@example.org"}).status_code == 303
    assert 'value="paula@example.org"' in paula.get("/account").text
    assert paula.post("/account/email", {"email": ""}).status_code == 303
    assert not re.search(r'value="paula@', paula.get("/account").text)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("SOLEUS_SMTP_SECURITY", "ssl", "starttls"), ("SOLEUS_SMTP_PORT", "mail", "1 to 65535"),
     ("SOLEUS_SMTP_FROM", "nobody", "unit@example.org"), ("SOLEUS_EMERGENCY_NUMBER", "call me", "112 or 911")],
)  # fmt: skip
def test_a_setting_that_makes_no_sense_is_refused(monkeypatch, name, value, said):
    monkeypatch.setenv("SOLEUS_SMTP_HOST", "mail.example.org")
    monkeypatch.setenv("SOLEUS_SMTP_FROM", "unit@example.org")
    assert place_of("127.0.0.1", 8000, False).smtp == Smtp("mail.example.org", 587, "unit@example.org")
    monkeypatch.setenv(name, value)
    with pytest.raises(BadRecord, match=re.escape(said)):
        place_of("127.0.0.1", 8000, False)
