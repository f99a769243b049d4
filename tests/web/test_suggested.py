"""Suggested: sent with what the twin expects, decided by a clinician of the unit, and no prescription changes by it."""

import json
import re

import pytest

from soleus.records.store import audit, suggestions
from soleus.records.store.tables import Noted, Patient, Suggestion
from soleus.web import demo
from soleus.web.twin.questions import Question
from soleus.web.twin.simulator import answer as asked_twin

DAY = "2026-02-09"
ROW = {"unit": "%", "digits": 0, "verdict": "worse", "was": 60.0, "becomes": 34.0, "low": 12.0, "high": 59.0}
JUDGED = {
    "session": [{"label": "Chance of a cramp", **ROW}], "weeks": [{"label": "Cramp in a session", **ROW}], "lived": 4.0,
    "breaks": ["potassium ends at 3 to 4.7 mmol/L"], "nearest": "hours=4.3", "once": ["uf_l"],
}  # fmt: skip


@pytest.fixture
def told(either):
    """A ward whose twin answers at once; change what it says in `answer`, or let it refuse."""
    either.answer, either.refusal = JUDGED, None
    either.path = f"/patients/{either.paula}/sessions/{DAY}/suggest"
    either.asked = []

    def ask(key, kind, of, case, day, **more):
        either.asked.append((kind, more.get("changes")))
        question = Question(key, of, kind, {})
        if either.answer or either.refusal:
            question.end(either.answer, either.refusal)
        return question

    either.app.state.questions.ask = ask
    return either


def send(ward, login="nora", changes="hours=4.5,uf_l=2", text="She cramps late.\nLonger would help."):
    visitor = ward.visitor(login)
    return visitor, visitor.post(ward.path, {"changes": changes, "text": text})


def rows(ward):
    with ward.store.reading() as db:
        return list(db.query(Suggestion))


def deed_of(ward):
    return f"/patients/{ward.paula}/suggestions/{rows(ward)[0].id}"


def test_what_was_tried_is_sent_with_what_the_twin_expects(told):
    nora = told.visitor("nora")
    tried = nora.get(f"/patients/{told.paula}/sessions/{DAY}/what-if").text
    assert f'formaction="{told.path}"' in tried
    page = nora.get(f"{told.path}?hours=4.5&uf_l=2&sodium_mmol_l=138").text
    for said in (
        "4 → 4.5 h",
        "Breaks a limit",
        "potassium ends at",
        "Nearest",
        "A clinician of the unit decides",
        "34",
    ):
        assert said in page, said
    assert "Counted in this session only: fluid taken off" in page and "Bath sodium" not in page
    assert nora.post(told.path, {"changes": "hours=4.5,uf_l=2", "text": "Longer <b>helps</b>"}).status_code == 303
    assert told.asked == [("judge", {"uf_l": 2.0, "hours": 4.5})]  # what was seen is what is sent
    (row,) = rows(told)
    assert row.changes == {"hours": 4.5, "uf_l": 2.0} and row.told["was"]["hours"] == 4.0
    assert row.told["breaks"] == JUDGED["breaks"] and (row.state, row.name, row.role) == ("open", "Nora", "nurse")
    page = nora.get(f"/patients/{told.paula}").text
    assert "Longer &lt;b&gt;helps" in page and "Breaks a limit" in page and "Suggested by Nora, nurse" in page
    assert "1 open suggestion<" in nora.get("/ward").text
    assert 'value="accept"' not in page and 'value="accept"' in told.visitor("carl").get(f"/patients/{told.paula}").text


@pytest.mark.parametrize(("deed", "state"), [("accept", "accepted"), ("decline", "declined"), ("", "declined")])
def test_a_clinician_decides_once_and_nothing_is_prescribed(told, deed, state):
    nora, _ = send(told)
    carl, path = told.visitor("carl"), deed_of(told)
    with told.store.reading() as db:
        before = db.get(Patient, told.paula)
    assert nora.post(path, {"deed": "accept", "reason": "I say so"}).status_code == 403
    assert carl.post(path, {"deed": deed}).status_code == 422
    assert carl.post(path, {"deed": deed, "reason": "x" * 1001}).status_code == 422
    assert rows(told)[0].state == "open"
    assert carl.post(path, {"deed": deed, "reason": "Seen together."}).status_code == 303
    again = carl.post(path, {"deed": "accept", "reason": "Once more"})
    assert again.status_code == 409 and "decided this already" in again.text
    (row,) = rows(told)
    assert (row.state, row.decider, row.reason) == (state, "Carl", "Seen together.")
    page = nora.get(f"/patients/{told.paula}").text
    assert f"{state.capitalize()}</b> by Carl" in page and "open suggestion" not in nora.get("/ward").text
    with told.store.reading() as db:
        after = db.get(Patient, told.paula)
        deeds = [(line.action, line.actor) for line in db.query(Noted) if line.action.startswith("suggestion ")]
        lines = [str(line.detail) for line in db.query(Noted)]
    assert (after.case, after.version) == (before.case, before.version)
    assert deeds == [("suggestion sent", row.author_id), (f"suggestion {state}", row.decided_by)]
    assert not [line for line in lines if "4.5" in line or "cramps late" in line]  # names and counts, no values
    assert audit.verify(told.store).whole


def test_another_unit_sees_and_decides_nothing(told):
    send(told)
    path = deed_of(told)
    sven = told.visitor("sven")
    for there in (told.path, f"/api/patients/{told.paula}/suggestions"):
        assert sven.get(there).status_code == 404
    assert sven.post(told.path, {"changes": "hours=5", "text": "x"}).status_code == 404
    for login in ("sven", "nora", "paula", "rita", "adam"):
        assert told.visitor(login).post(path, {"deed": "accept", "reason": "x"}).status_code == 403, login
    carl = told.visitor("carl")
    for wrong in (f"/patients/{told.ines}/suggestions/{rows(told)[0].id}", f"/patients/{told.paula}/suggestions/none"):
        assert carl.post(wrong, {"deed": "accept", "reason": "x"}).status_code == 404
    assert [row.state for row in rows(told)] == ["open"]


@pytest.mark.parametrize(
    ("more", "why"),
    [({"changes": ""}, "nothing is set otherwise"), ({"changes": "hours=40,<b>=1"}, "nothing is set otherwise"),
     ({"text": " \n"}, "why you suggest it is empty"), ({"text": "x" * 1001}, "1001 characters")],
)  # fmt: skip
def test_what_makes_no_suggestion_is_said(told, more, why):
    _, answer = send(told, **more)
    assert answer.status_code == 422 and why in answer.text
    assert not rows(told)


def test_a_twin_that_waits_or_refuses_is_said(told):
    told.answer = None
    nora, answer = send(told)
    assert answer.status_code == 422 and "has not answered yet" in answer.text and not rows(told)
    assert "data-progress" in nora.get(f"{told.path}?hours=4.5").text
    told.app.state.questions.known.clear()
    told.refusal = "The weights contradict each other."
    page = nora.get(f"{told.path}?hours=4.5").text
    assert "nothing is said of limits" in page and "contradict" in page
    _, answer = send(told, changes="hours=4.5")
    assert answer.status_code == 303 and rows(told)[0].told["refused"] == [told.refusal]
    assert "contradict" in nora.get(f"/patients/{told.paula}").text


def test_programs_send_and_decide_too(told):
    def program(login):
        visitor = told.visitor(login)
        secret = re.search(r"soleus_[\w-]+", visitor.post("/account/tokens", {"label": "p", "days": "3"}).text)[0]
        head = {"Authorization": f"Bearer {secret}"}
        return lambda method, path, **more: told.visitor().ask(method, f"/api{path}", headers=head, **more)

    nora, carl = program("nora"), program("carl")
    there = f"/patients/{told.paula}"
    sent = {"changes": {"hours": 4.5, "potassium_mmol_l": 99, "x": 1}, "text": "Longer"}
    made = nora("POST", f"{there}/sessions/{DAY}/suggestions", json=sent)
    assert made.status_code == 201 and made.json()["changes"] == {"hours": 4.5}
    assert [each["id"] for each in nora("GET", f"{there}/suggestions").json()] == [made.json()["id"]]
    path = f"{there}/suggestions/{made.json()['id']}"
    said = {"accept": True, "reason": "Seen."}
    assert nora("POST", path, json=said).status_code == 403
    done = carl("POST", path, json=said)
    assert (done.status_code, done.json()["state"], done.json()["decider"]) == (200, "accepted", "Carl")
    assert carl("POST", path, json=said).status_code == 409
    told.answer = None
    later = nora("POST", f"{there}/sessions/{DAY}/suggestions", json=sent | {"changes": {"hours": 5}})
    assert later.status_code == 202 and len(rows(told)) == 1


def test_the_list_shows_open_ones_first(told):
    for hours in (4.25, 4.5, 4.75):
        send(told, changes=f"hours={hours}")
    with told.store.reading() as db:
        first = suggestions.of_patient(db, told.paula)[0]
    told.visitor("carl").post(f"/patients/{told.paula}/suggestions/{first.id}", {"deed": "accept", "reason": "Yes."})
    with told.store.reading() as db:
        found = suggestions.of_patient(db, told.paula)
        assert suggestions.open_in(db, told.unit) == {told.paula: 2} and suggestions.open_in(db, told.other) == {}
    assert [row.state for row in found] == ["open", "open", "accepted"]


@pytest.mark.slow
def test_the_twin_judges_a_treatment_in_its_session_and_over_weeks():
    case = demo.ward()[0]
    asked = {"ask": "judge", "case": case, "day": DAY, "changes": {"hours": 5.0, "uf_l": 2.5, "potassium_mmol_l": 1.0}}
    told = asked_twin(json.dumps(asked), lambda said: None)["answer"]
    assert told["once"] == ["uf_l"] and told["lived"] == 4.0 and told["nearest"]
    assert any("potassium" in rule for rule in told["breaks"])
    cramp = told["session"][0]
    assert cramp["becomes"] < cramp["was"] and 0 <= cramp["low"] <= cramp["high"] <= 100
    fast = {"ask": "judge", "case": case, "day": DAY, "changes": {"uf_l": 3.5}}
    told = asked_twin(json.dumps(fast), lambda said: None)["answer"]
    assert told["weeks"] == [] and told["breaks"] == ["ultrafiltration at most 13 mL/kg/h"]
