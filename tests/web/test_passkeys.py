"""Passkeys: kept, used and removed; every answer but the right one opens nothing."""

import json
from datetime import timedelta

import pytest

from soleus.records.store import audit
from soleus.records.store.challenges import LIVES
from soleus.records.store.passkeys import MOST
from soleus.records.store.tables import Challenge, Noted, Passkey, now
from soleus.web.doors.auth import Guard

from .conftest import PASSWORD
from .device import PRESENT, Device

OTHER = "Yk9Ud2hhdFdhc05vdEFza2VkRm9yWWs5VQ"  # a challenge nobody gave


def send(visitor, path, told):
    kind = "application/json"
    headers = {"x-csrf-token": visitor.token, "accept": kind, "content-type": kind}
    return visitor.ask("POST", path, content=json.dumps(told), headers=headers)


def begin(visitor, password=PASSWORD):
    return send(visitor, "/account/passkeys/begin", {"password": password})


def added(visitor, device=None, label="my phone"):
    """A device whose key is kept."""
    device = device or Device()
    made = device.make(begin(visitor).json())
    answer = send(visitor, "/account/passkeys", {"label": label, "credential": made})
    assert answer.status_code == 200, answer.text
    return device


def asked(visitor):
    """What somebody who is not logged in has to answer."""
    visitor.get("/login")
    answer = send(visitor, "/login/passkey/begin", {})
    assert answer.status_code == 200, answer.text
    return answer.json()


def show(visitor, credential, after=""):
    return send(visitor, "/login/passkey", {"credential": credential, "next": after})


def test_a_passkey_logs_in_and_is_good_for_nothing_once_removed(either):
    nora = either.visitor("nora")
    device = added(nora)
    guest = either.visitor()
    answer = show(guest, device.show(asked(guest)), "/upload")
    assert answer.json() == {"next": "/upload"}
    assert guest.get("/api/me").json()["name"] == "Nora"
    page = nora.get("/account").text
    assert "my phone, last used" in page
    with either.store.reading() as db:
        (kept,) = db.query(Passkey)
        lines = {(line.action, line.detail.get("by")) for line in db.query(Noted)}
    assert kept.uses == 1
    assert {("passkey added", None), ("logged in", "passkey")} <= lines
    assert not any(either.app.state.guard.by_place.of.values())  # who came in is not counted against the address
    assert nora.post("/account/passkeys/remove", {"passkey": kept.id}).status_code == 303
    late = either.visitor()
    assert show(late, device.show(asked(late))).status_code == 401
    assert audit.verify(either.store).whole


def test_what_is_asked_needs_the_person_and_not_only_the_device(ward):
    nora = ward.visitor("nora")
    told = begin(nora).json()
    assert told["authenticatorSelection"] == {
        "residentKey": "required", "requireResidentKey": True, "userVerification": "required",
    }  # fmt: skip
    assert told["attestation"] == "none" and told["rp"]["id"] == "localhost"
    added(nora)
    assert len(begin(nora).json()["excludeCredentials"]) == 1
    login = asked(ward.visitor())
    assert login["userVerification"] == "required" and not login["allowCredentials"]  # tells of no account


@pytest.mark.parametrize(
    "lies",
    [
        {"challenge": OTHER},
        {"origin": "https://evil.example"},
        {"origin": "http://localhost"},
        {"type": "webauthn.get"},
    ],
)
def test_a_new_key_that_answers_something_else_is_not_kept(ward, lies):
    nora = ward.visitor("nora")
    made = Device().make(begin(nora).json(), **lies)
    assert send(nora, "/account/passkeys", {"label": "x", "credential": made}).status_code == 422
    assert count(ward) == 0


def count(ward):
    with ward.store.reading() as db:
        return db.query(Passkey).count()


def test_a_key_is_added_only_with_the_password_and_to_the_account_that_asked(ward):
    nora, carl = ward.visitor("nora"), ward.visitor("carl")
    assert begin(nora, "not the one").status_code == 422
    made = Device().make(begin(nora).json())
    assert send(carl, "/account/passkeys", {"label": "x", "credential": made}).status_code == 422
    assert send(ward.visitor("nora"), "/account/passkeys", {"label": "x", "credential": made}).status_code == 422
    assert send(nora, "/account/passkeys", {"label": "x", "credential": made}).status_code == 200
    assert send(nora, "/account/passkeys", {"label": "x", "credential": made}).status_code == 422
    device = Device()
    device.flags = PRESENT
    made = device.make(begin(nora).json())
    assert send(nora, "/account/passkeys", {"label": "x", "credential": made}).status_code == 422
    assert count(ward) == 1


def test_a_key_belongs_to_one_account_and_there_are_not_too_many(ward):
    nora, carl = ward.visitor("nora"), ward.visitor("carl")
    device = added(nora)
    again = device.make(begin(carl).json())
    told = send(carl, "/account/passkeys", {"label": "x", "credential": again})
    assert told.status_code == 422 and "known already" in told.json()["error"]["message"]
    with ward.store.writing() as db:
        (kept,) = db.query(Passkey)
        for i in range(MOST - 1):
            db.add(Passkey(user_id=kept.user_id, credential=f"c{i}", public_key="x", uses=0, label="x"))
    many = Device().make(begin(nora).json())
    assert "not kept" in send(nora, "/account/passkeys", {"label": "x", "credential": many}).json()["error"]["message"]
    assert carl.post("/account/passkeys/remove", {"passkey": kept.id}).status_code == 404
    assert count(ward) == MOST


@pytest.mark.parametrize(
    "lies",
    [
        {"challenge": OTHER}, {"origin": "https://evil.example"}, {"origin": "https://localhost:8000"},
        {"type": "webauthn.create"},
    ],
)  # fmt: skip
def test_an_answer_to_something_else_opens_nothing(ward, lies):
    device, guest = added(ward.visitor("nora")), ward.visitor()
    assert show(guest, device.show(asked(guest), **lies)).status_code == 401
    assert guest.get("/api/me").status_code == 401


def test_an_answer_counts_once_for_one_browser_and_not_for_long(ward):
    device, guest, thief = added(ward.visitor("nora")), ward.visitor(), ward.visitor()
    answer = device.show(asked(guest))
    asked(thief)
    assert show(thief, answer).status_code == 401  # not what this browser was asked
    assert show(guest, answer).status_code == 200
    again = ward.visitor()
    again.cookies.set("soleus_form", guest.cookies["soleus_form"])
    again.get("/login")
    assert show(again, answer).status_code == 401
    late = ward.visitor()
    answer = device.show(asked(late))
    with ward.store.writing() as db:
        for each in db.query(Challenge):
            each.made_at = now() - LIVES - timedelta(seconds=1)
    assert show(late, answer).status_code == 401


def test_a_copy_of_a_key_is_seen_by_its_count(ward):
    device, guest = added(ward.visitor("nora")), ward.visitor()
    device.uses = 7
    assert show(guest, device.show(asked(guest))).status_code == 200
    for uses, status in ((0, 401), (6, 401), (7, 401), (8, 200)):
        device.uses = uses  # one more is told than was counted
        copy = ward.visitor()
        assert show(copy, device.show(asked(copy))).status_code == status, uses


def test_a_key_without_finger_face_or_pin_opens_nothing(ward):
    device, guest = added(ward.visitor("nora")), ward.visitor()
    device.flags = PRESENT
    assert show(guest, device.show(asked(guest))).status_code == 401


def test_another_key_or_place_opens_nothing_nor_does_a_closed_account(ward):
    nora, adam, guest = ward.visitor("nora"), ward.visitor("adam"), ward.visitor()
    device = added(nora)
    forged = Device()
    forged.id = device.id
    assert show(guest, forged.show(asked(guest))).status_code == 401
    assert show(guest, Device().show(asked(guest))).status_code == 401
    device.name = "evil.example"
    assert show(guest, device.show(asked(guest))).status_code == 401
    device.name = "localhost"
    who = nora.get("/api/me").json()["id"]
    adam.get("/admin")
    adam.post(f"/admin/users/{who}/close")
    assert show(guest, device.show(asked(guest))).status_code == 401


@pytest.mark.parametrize("part", [None, "id", "rawId", "type", "response"])
def test_a_made_up_answer_is_refused_and_no_fault(either, part):
    nora, guest = either.visitor("nora"), either.visitor()
    device = added(nora)
    for value in (None, 7, "", "\ud800", "\x00", "ä", "====", [], {"clientDataJSON": "e30"}):
        either.app.state.guard = Guard()  # not what is tried here
        answer = device.show(asked(guest))
        answer = answer | {part: value} if part else {"id": value}
        assert show(guest, answer).status_code in (401, 422), (part, value)
        made = Device().make(begin(nora).json()) | {part or "id": value}
        assert send(nora, "/account/passkeys", {"label": "x", "credential": made}).status_code == 422, (part, value)
        assert send(nora, "/account/passkeys", {"label": value, "credential": made}).status_code == 422, (part, value)


def test_asking_again_and_again_is_stopped(ward):
    guest = ward.visitor()
    guest.get("/login")
    codes = [send(guest, "/login/passkey/begin", {}).status_code for _ in range(42)]
    assert codes == [200] * 40 + [429] * 2
