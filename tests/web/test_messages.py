"""Messages: a patient or a visitor asks, the unit answers; what cannot wait is answered by the next page."""

import html
import json
import re
import time

import pytest

from soleus.records.store import audit, erasure, messages
from soleus.records.store.audit import CONSOLE
from soleus.records.store.tables import Mail, Message, Thread
from soleus.web.messages import spam, urgent
from soleus.web.place import Place

from .conftest import Ward

ASKED = {"subject": "My bath", "text": "Is it cooler now?\nI was cold."}
VISITOR = {"name": "Vera Visitor", "email": "vera@example.org", "subject": "Cramps", "text": "My mother cramps. Why?"}


def asked(ward, login="paula", **more):
    """A question; gives who asked and its id."""
    visitor = ward.visitor(login)
    visitor.get("/my/messages")
    answer = visitor.post("/my/messages", ASKED | more)
    assert answer.status_code == 303, answer.text
    return visitor, answer.headers["location"].rsplit("/", 1)[1]


def visit(ward, monkeypatch, waits=10, **more):
    """Somebody fills in the open form; `waits` seconds pass meanwhile."""
    guest, began = ward.visitor(), time.time()
    shown = re.search(r'name="shown" value="([^"]+)"', guest.get("/ask").text)[1]
    monkeypatch.setattr(spam.time, "time", lambda: began + waits)
    return guest, guest.post("/ask", VISITOR | {"shown": shown} | more)


def threads(ward):
    with ward.store.reading() as db:
        return list(db.query(Thread))


# A patient and the team


def test_a_question_is_answered(either):
    paula, thread = asked(either)
    nora = either.visitor("nora")
    ward_page = nora.get("/ward").text
    assert "1 open message" in ward_page and "open messages" in ward_page
    assert "My bath" in nora.get("/messages").text
    page = nora.get(f"/messages/{thread}").text
    assert "Is it cooler now?\nI was cold." in page and "Paula Patient" in page
    assert nora.post(f"/messages/{thread}/reply", {"text": "Yes, by half a degree."}).status_code == 303
    assert "answered you" in paula.get("/my").text
    assert "Yes, by half a degree." in paula.get(f"/my/messages/{thread}").text
    assert "answered you" not in paula.get("/my").text
    paula.post(f"/my/messages/{thread}", {"text": "Thank you"})
    assert "waits for us" in nora.get("/messages").text
    assert nora.post(f"/messages/{thread}/close").headers["location"] == "/messages"
    assert "My bath" not in nora.get("/messages").text and "My bath" in nora.get("/messages?closed=1").text
    paula.post(f"/my/messages/{thread}", {"text": "One more thing"})
    assert "My bath" in nora.get("/messages").text  # open again
    assert audit.verify(either.store).whole


def test_a_thread_is_taken_by_somebody_of_the_unit_only(ward):
    _, thread = asked(ward)
    nora = ward.visitor("nora")
    page = nora.get(f"/messages/{thread}").text
    carl = re.search(r'<option value="(\w+)">Carl', page)[1]
    assert "Sven" not in page
    assert nora.post(f"/messages/{thread}/assign", {"to": carl}).status_code == 303
    assert "Carl" in nora.get("/messages").text
    assert "My bath" in ward.visitor("carl").get("/messages?mine=1").text
    assert "My bath" not in nora.get("/messages?mine=1").text
    assert nora.post(f"/messages/{thread}/assign", {"to": "somebody"}).status_code == 422
    assert nora.post(f"/messages/{thread}/assign", {"to": ""}).status_code == 303


def test_nobody_else_sees_a_thread(ward):
    _, thread = asked(ward)
    for login in ("ines", "sven", "rita", "adam"):
        other = ward.visitor(login)
        for page in (f"/my/messages/{thread}", f"/messages/{thread}", f"/api/messages/{thread}"):
            answer = other.get(page)
            assert answer.status_code in (403, 404) and "bath" not in answer.text, (login, page)
        for page in (f"/my/messages/{thread}", *(f"/messages/{thread}/{x}" for x in ("reply", "close", "assign"))):
            assert other.post(page, {"text": "x"}).status_code in (403, 404), (login, page)
    assert "bath" not in ward.visitor("ines").get("/my/messages").text
    assert "bath" not in ward.visitor("sven").get("/messages").text


@pytest.mark.parametrize(("text", "said"), [("", "is empty"), (" \n ", "is empty"), ("x" * 4001, "at most 4000")])
def test_a_message_that_is_none_is_refused_and_stays(ward, text, said):
    paula = ward.visitor("paula")
    paula.get("/my/messages")
    answer = paula.post("/my/messages", {"subject": "Findable", "text": text})
    assert answer.status_code == 422 and said in answer.text and 'value="Findable"' in answer.text
    assert not threads(ward)


def test_what_is_typed_is_shown_and_never_run(ward):
    xss = "<script>alert(1)</script>{{7*7}}\x1b[31m"
    paula, thread = asked(ward, subject=xss, text=xss)
    for visitor, page in ((paula, f"/my/messages/{thread}"), (ward.visitor("nora"), f"/messages/{thread}")):
        text = visitor.get(page).text
        assert "<script>alert" not in text and html.escape("<script>") in text and "\x1b" not in text


# What cannot wait


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("I have CHEST pain", "chest-pain"), ("schmerzen in der Brust", "chest-pain"), ("Brustschmerzen", "chest-pain"),
        ("me duele mucho el pecho", "chest-pain"), ("I can't breathe", "breath"), ("ich kriege keine Luft", "breath"),
        ("no puedo respirar", "breath"), ("I fainted twice", "fainting"), ("Ohnmächtig geworden", "fainting"),
        ("ohnmaechtig", "fainting"), ("me desmaye ayer", "fainting"), ("palpitations", "heart"),
        ("HERZRASEN", "heart"), ("palpitaciónes", "heart"), ("my fistula is bleeding", "access"),
        ("Die Fistel blutet", "access"), ("sangra la fistula", "access"), ("terrible cramp right now", "cramp"),
        ("Krämpfe, unerträglich", "cramp"), ("calambre muy fuerte", "cramp"), ("no chest pain any more", "chest-pain"),
        ("palpatations", "heart"), ("trouble breahting", "breath"), ("my speech is slurred", "stroke"),
        ("Schlaganfall?", "stroke"), ("convulsiones", "fit"), ("Schüttelfrost", "fever"),
    ],
)  # fmt: skip
def test_words_that_cannot_wait(text, sign):
    assert sign in urgent.signs(f"Hello. {text}, since the morning")


@pytest.mark.parametrize(
    "text",
    ["When is my next session?", "My calf cramps at night. What can I do?", "Darf ich in Urlaub fahren?",
     "¿Puedo comer plátanos?", "How much may I drink when it is warm?", "Phosphatbinder vor dem Essen?", ""],
)  # fmt: skip
def test_words_that_can_wait(text):
    assert urgent.signs(text) == []


def test_every_sign_is_told_in_all_languages():
    found = {}
    for row in urgent.rows():
        found.setdefault(row.sign, set()).add(row.language)
    assert all(languages == {"en", "de", "es"} for languages in found.values()), found
    assert set(urgent.says()) == set(found)


def test_a_long_text_is_read_to_its_end():
    long = "breathing dolor herz something " * 130
    assert urgent.signs(f"{long} my chest hurts") == ["chest-pain"]


def test_the_number_comes_first_and_the_message_is_kept_on_top(tmp_path):
    ward = Ward(Place(tmp_path, emergency="911"))
    asked(ward)
    paula, thread = asked(ward, subject="Not well", text="I have chest pain")
    page = paula.get(f"/my/messages/{thread}").text
    main = page[page.index("<main") :]
    assert main.index("Call 911 now") < main.index("I have chest pain") and 'href="tel:911"' in main
    assert "Nobody watches these messages" in main
    asked(ward, subject="Later")
    nora = ward.visitor("nora")
    inbox = nora.get("/messages").text
    assert inbox.index("Not well") < inbox.index("Later") < inbox.index("My bath")
    assert "1 urgent" in nora.get("/ward").text
    assert "Urgent words: call this person" in nora.get(f"/messages/{thread}").text
    ward.close()


# Visitors


def test_a_visitor_asks_and_every_unit_sees_it(either, monkeypatch):
    _, answer = visit(either, monkeypatch)
    assert answer.headers["location"] == "/ask?sent=1"
    for login in ("nora", "sven"):
        page = either.visitor(login).get("/messages").text
        assert "Cramps" in page and "visitor" in page
    (thread,) = threads(either)
    nora = either.visitor("nora")
    assert "vera@example.org" in nora.get(f"/messages/{thread.id}").text
    nora.post(f"/messages/{thread.id}/reply", {"text": "Often by too low a target weight."})
    assert "no mail server is set" in nora.get(f"/messages/{thread.id}").text
    with either.store.reading() as db:
        (mail,) = db.query(Mail)
        assert mail.address == "vera@example.org" and "target weight" in mail.text
    assert nora.post(f"/messages/{thread.id}/delete").status_code == 422
    assert nora.post(f"/messages/{thread.id}/delete", {"sure": "yes"}).status_code == 303
    with either.store.reading() as db:
        assert not list(db.query(Thread)) + list(db.query(Message)) + list(db.query(Mail))


def test_a_setting_chooses_whose_inbox_it_is(tmp_path, monkeypatch):
    ward = Ward(Place(tmp_path, ask_unit="South"))
    visit(ward, monkeypatch)
    assert "Cramps" in ward.visitor("sven").get("/messages").text
    assert "Cramps" not in ward.visitor("nora").get("/messages").text
    ward.close()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"waits": 1}, "very quick"),
        ({"waits": 13 * 3600}, "open for very long"),
        ({"shown": "1.abc"}, "open for very long"),
        ({"shown": ""}, "open for very long"),
        ({"website": "https://spam.example"}, "programs do"),
        ({"email": "nobody"}, "which is no address"),
        ({"email": "a@b.c\nBcc: all@example.org"}, "which is no address"),
        ({"name": ""}, "your name is empty"),
        ({"text": "y" * 4001}, "at most 4000"),
    ],
)
def test_what_a_program_sends_is_refused_in_words_for_people(ward, monkeypatch, more, said):
    _, answer = visit(ward, monkeypatch, **more)
    assert answer.status_code == 422 and said in html.unescape(answer.text)
    assert "Please correct this" in answer.text and not threads(ward)
    if "name" not in more:
        assert 'value="Vera Visitor"' in answer.text


def test_a_visitor_in_danger_is_answered_even_when_refused(ward, monkeypatch):
    guest, answer = visit(ward, monkeypatch, text="I have chest pain")
    assert answer.headers["location"] == "/urgent?kept=1&sign=chest-pain"
    page = guest.get(answer.headers["location"]).text
    assert "Call 112" in page and "was kept" in page
    _, refused = visit(ward, monkeypatch, text="I have chest pain", website="x")
    assert refused.status_code == 422 and "Call 112" in refused.text


def test_more_than_a_few_from_one_address_are_refused(ward, monkeypatch):
    codes = [visit(ward, monkeypatch)[1].status_code for _ in range(7)]
    assert codes == [303] * 5 + [429] * 2
    assert len(threads(ward)) == 5


def test_addresses_of_one_household_count_as_one():
    assert spam.network("2001:db8:1:2:aaaa::1") == spam.network("2001:db8:1:2:bbbb::2")
    assert spam.network("192.0.2.1") != spam.network("192.0.2.2")
    assert spam.network("unix") == "unix"


def test_the_open_form_needs_its_own_token(ward):
    assert ward.visitor().ask("POST", "/ask", data=VISITOR).status_code == 403


# Programs, rights


def test_the_same_for_programs(ward):
    paula, nora = ward.visitor("paula"), ward.visitor("nora")
    token = {"headers": {"x-csrf-token": paula.token}}
    made = paula.ask("POST", "/api/messages", json={"subject": "Pain", "text": "chest pain"}, **token)
    told = made.json()
    assert made.status_code == 201 and told["urgent"] and told["call"] == "112" and told["signs"]
    there = f"/api/messages/{told['id']}"
    assert [each["id"] for each in nora.get("/api/messages").json()] == [told["id"]]
    staff = {"headers": {"x-csrf-token": nora.token}}
    assert nora.ask("POST", there, json={"text": "Did you call?"}, **staff).status_code == 201
    told = paula.get(there).json()
    assert [said["from_team"] for said in told["said"]] == [False, True] and told["call"] is None
    me = nora.get("/api/me").json()["id"]
    seen_to = nora.ask("PATCH", there, json={"assigned_to": me, "closed": True}, **staff).json()
    assert seen_to["assigned_to"] == me and seen_to["closed"]
    assert paula.ask("PATCH", there, json={"closed": False}, **token).status_code == 403
    assert ward.visitor("ines").get(there).status_code == 404
    assert nora.get("/api/messages").json() == []
    assert {"/api/messages", "/api/messages/{thread_id}"} <= set(nora.get("/api/openapi.json").json()["paths"])


def test_the_audit_and_the_log_hold_ids_only(ward, monkeypatch):
    asked(ward, subject="Findable", text="Findable")
    visit(ward, monkeypatch, name="Findable", text="Findable")
    with ward.store.reading() as db:
        told = json.dumps([[x.action, x.subject, x.detail] for x in audit.lines(db, 100)])
    assert "message written" in told and "indable" not in told and "vera" not in told


def test_a_person_gets_the_own_messages_and_they_go_with_the_person(either):
    paula, thread = asked(either)
    told = paula.get("/my/export").json()
    assert told["threads"][0]["id"] == thread and told["messages"][0]["text"] == ASKED["text"]
    erasure.erase(either.store, CONSOLE, either.paula)
    with either.store.reading() as db:
        assert not list(db.query(Thread)) and not list(db.query(Message))


def test_an_account_that_is_gone_leaves_what_it_said(either):
    _, thread = asked(either)
    nora = either.visitor("nora")
    nora.post(f"/messages/{thread}/reply", {"text": "Yes."})
    with either.store.writing() as db:
        nobody = db.get(Thread, thread)
        assert [m.name for m in messages.said_in(db, nobody)] == ["Paula Patient", "Nora"]
