"""My: what a patient sees and writes is in the case file, or is refused as the command line would refuse it."""

import html
import json
import re
from datetime import date, timedelta

import pytest

from soleus import case as cases
from soleus.records.store import answers, audit
from soleus.records.store.tables import Patient
from soleus.web.demo import moved
from soleus.web.demo import ward as invented
from soleus.web.my import diary_form, plain_words, today

TODAY = date.today().isoformat()


def kept(ward):
    """The case file as kept now."""
    with ward.store.reading() as db:
        return db.get(Patient, ward.paula)


def line(ward, day=TODAY):
    """A day of the diary."""
    found = [entry for entry in kept(ward).case.get("diary", []) if entry["date"] == day]
    return found[0] if found else None


def write(visitor, **entered):
    """Send the form of the diary as it stands on the page."""
    page = visitor.get("/my/diary").text
    once = re.search(r'name="once" value="(\w+)"', page)[1]
    return visitor.post("/my/diary", {"day": TODAY, "once": once} | entered)


def links(visitor):
    return re.findall(r'href="(/my/diary/[\d-]+/\w+)"', visitor.get("/my/diary").text)


def lately(ward):
    """The last session was yesterday."""
    nora = ward.visitor("nora")
    told = moved([ward.case()], date.today())[0]
    nora.get(f"/patients/{ward.paula}/upload")
    send = {"files": {"file": ("case.json", json.dumps(told))}}
    assert nora.post(f"/patients/{ward.paula}/upload", {"version": "1"}, **send).status_code == 303


# Today


def test_today_tells_glasses_and_teaspoons(ward):
    lately(ward)
    paula = ward.visitor("paula")
    page = paula.get("/my").text
    for said in ("to drink", "of salt", "Come to dialysis", "The next days", "Weigh and write it down", "<svg"):
        assert said in page, said
    for jargon in ("--weight", "schedule.", "patient.", "idwg"):
        assert jargon not in page, jargon
    write(paula, kind="weight", weight_kg="62,9")
    write(paula, kind="drinks", drink_ml="200")
    page = paula.get("/my").text
    assert "left.</b>" in page and "Weigh and write it down" not in page
    (salt,) = re.findall(r"in all food \((\d+) g\)", page)
    assert (int(salt) > 5) == ("a step towards the 5 g that guidelines ask for" in page)


def test_a_file_that_lacks_sessions_gives_no_numbers(ward):
    page = ward.visitor("paula").get("/my").text
    assert "cannot be worked out" in page and "Call your dialysis team today" in page
    assert "to drink</p>" not in page


def test_who_is_ill_gets_no_number(ward):
    lately(ward)
    paula = ward.visitor("paula")
    write(paula, kind="feeling", unwell=["vomiting"])
    page = paula.get("/my").text
    assert "No limit today: vomiting" in page and "to drink</p>" not in page


def test_a_missed_session_is_asked_about():
    told = moved(invented()[:1], date.today() - timedelta(days=4))[0]
    told["diary"] = [{"date": TODAY, "weight_kg": 66.0}]
    found = today.today_of(cases.read(told), date.today())
    assert "has no dialysis of" in found.said and not found.coming


# The diary


def test_every_button_lands_in_the_case_file(either):
    paula = either.visitor("paula")
    for entered in (
        {"kind": "weight", "weight_kg": "63,4"}, {"kind": "drinks", "drink_ml": "200"},
        {"kind": "drinks", "drink_ml": "150"}, {"kind": "salt", "salt": "usual"}, {"kind": "salt", "salt": "much"},
        {"kind": "salt", "salt": "little"}, {"kind": "legs", "restless_legs": "some"},
        {"kind": "cramp", "where": "left calf", "severity": "4"},
        {"kind": "feeling", "unwell": ["dizziness", "thirst"], "body_temperature_c": "37.2", "note": "tired"},
    ):  # fmt: skip
        answer = write(paula, **entered)
        assert answer.headers["location"].startswith("/my/diary?day="), (entered, answer.text)
    assert line(either) == {
        "date": TODAY, "weight_kg": 63.4, "drinks_l": 0.35, "salt": "much", "restless_legs": "some", "cramp": True,
        "cramps": [{"where": "left calf", "severity": 4.0}], "unwell": ["dizziness", "thirst"],
        "body_temperature_c": 37.2, "note": "tired",
    }  # fmt: skip
    cases.read(kept(either).case)
    assert len(kept(either).case["diary"]) == 3  # the days of the file are still there
    page = paula.get("/my/diary").text
    for said in ("Weight 63.4 kg", "Drank 150 mL", "Cramp, left calf, 4 of 10", "Salty food"):
        assert said in page, said
    assert audit.verify(either.store).whole


def test_a_second_tap_on_the_same_button_is_none(ward):
    paula = ward.visitor("paula")
    page = paula.get("/my/diary").text
    once = re.search(r'name="once" value="(\w+)"', page)[1]
    for _ in range(2):
        assert paula.post("/my/diary", {"day": TODAY, "once": once, "kind": "drinks", "drink_ml": "200"}).is_redirect
    assert line(ward)["drinks_l"] == 0.2
    assert kept(ward).version == 2


def test_an_entry_is_corrected_and_taken_out(ward):
    paula = ward.visitor("paula")
    write(paula, kind="weight", weight_kg="63.4")
    write(paula, kind="cramp", where="thigh", severity="5", other="left thigh")
    weight, cramp = links(paula)
    assert 'value="left thigh"' in paula.get(cramp).text
    page = paula.get(weight).text
    assert 'value="63.4"' in page
    version = {"version": re.search(r'name="version" value="(\d+)"', page)[1]}
    assert paula.post(weight, {"kind": "weight", "weight_kg": "62.4"} | version).is_redirect
    assert line(ward)["weight_kg"] == 62.4
    late = paula.post(weight, {"kind": "weight", "weight_kg": "61"} | version)
    assert late.status_code == 409 and line(ward)["weight_kg"] == 62.4
    for there in (weight, cramp):
        version = {"version": re.search(r'name="version" value="(\d+)"', paula.get(there).text)[1]}
        assert paula.post(there, {"kind": "remove"} | version).is_redirect
    assert line(ward) is None
    assert paula.get(weight).status_code == 404


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"kind": "weight", "weight_kg": "sixty"}, "which is no number"),
        ({"kind": "weight", "weight_kg": ""}, "weight is empty"),
        ({"kind": "weight", "weight_kg": "139"}, "pounds"),
        ({"kind": "weight", "weight_kg": "634"}, "Your weight is 634 kg"),
        ({"kind": "weight", "weight_kg": "nan"}, "Your weight is"),
        ({"kind": "drinks", "drink_ml": "-200"}, "1 to 3000 mL"),
        ({"kind": "drinks", "drink_ml": "20000"}, "1 to 3000 mL"),
        ({"kind": "salt", "salt": "a lot"}, "Salt is"),
        ({"kind": "cramp", "where": "left calf"}, "how bad it was is empty"),
        ({"kind": "cramp", "severity": "11"}, "0 to 10"),
        ({"kind": "cramp", "severity": "3", "where": "x" * 300}, "The cramp is"),
        ({"kind": "legs", "restless_legs": "very"}, "Restless legs is"),
        ({"kind": "feeling"}, "nothing in it"),
        ({"kind": "feeling", "unwell": ["sad"]}, "How you feel is"),
        ({"kind": "feeling", "body_temperature_c": "98.6"}, "Was it given in Fahrenheit?"),
        ({"kind": "nothing"}, "Choose one of the buttons"),
        ({"kind": "weight", "weight_kg": "63", "day": "2999-01-01"}, "a day to come"),
    ],
)
def test_what_a_case_file_cannot_hold_is_refused_and_stays_on_the_page(ward, entered, said):
    paula = ward.visitor("paula")
    answer = write(paula, **entered)
    assert answer.status_code == 422 and said in html.unescape(answer.text)
    assert line(ward) is None and kept(ward).version == 1


def test_a_day_is_full_at_last(ward, monkeypatch):
    monkeypatch.setattr("soleus.records.store.diary.MOST", 2)
    paula = ward.visitor("paula")
    codes = [write(paula, kind="drinks", drink_ml="100").status_code for _ in range(3)]
    assert codes == [303, 303, 422]


def test_a_newer_file_keeps_what_the_patient_wrote(ward):
    paula, nora = ward.visitor("paula"), ward.visitor("nora")
    write(paula, kind="drinks", drink_ml="250")
    told = ward.case() | {"question": "And now?"}
    told["diary"] = [*told["diary"], {"date": TODAY, "salt": "much"}]
    send = {"files": {"file": ("case.json", json.dumps(told))}}
    nora.get(f"/patients/{ward.paula}/upload")
    assert nora.post(f"/patients/{ward.paula}/upload", {"version": "2"}, **send).status_code == 303
    assert line(ward) == {"date": TODAY, "salt": "much", "drinks_l": 0.25}
    assert kept(ward).case["question"] == "And now?"


def test_what_the_file_says_of_a_day_is_added_to(ward):
    paula, day = ward.visitor("paula"), ward.case()["diary"][0]["date"]
    before = line(ward, day)
    write(paula, kind="drinks", drink_ml="200", day=day)
    assert line(ward, day) == before | {"drinks_l": before["drinks_l"] + 0.2}


@pytest.mark.parametrize(
    ("entered", "sign"),
    [
        ({"kind": "cramp", "where": "left calf", "severity": "7"}, "cramp"),
        ({"kind": "feeling", "alarm": ["chest-pain"]}, "chest-pain"),
        ({"kind": "feeling", "unwell": ["breathless"]}, "breath"),
        ({"kind": "feeling", "note": "me duele el pecho"}, "chest-pain"),
    ],
)
def test_what_cannot_wait_is_answered_at_once_and_kept(ward, entered, sign):
    paula = ward.visitor("paula")
    answer = write(paula, **entered)
    assert answer.headers["location"] == f"/urgent?sign={sign}"
    page = paula.get(answer.headers["location"]).text
    assert "Call 112" in page and "Nobody watches" in page
    assert line(ward) is not None
    wrong = write(paula, **(entered | {"body_temperature_c": "hot", "kind": "feeling"}))
    if sign != "cramp":
        assert wrong.status_code == 422 and "Call 112" in wrong.text  # even where it could not be kept


def test_no_ordinary_cramp_sends_anybody_away(ward):
    assert "urgent" not in write(ward.visitor("paula"), kind="cramp", severity="6").headers["location"]


def test_the_form_knows_the_words_of_the_schema():
    day = cases.schema()["$defs"]["DiaryDay"]["properties"]
    assert list(diary_form.LEGS) == day["restless_legs"]["anyOf"][0]["enum"]
    assert set(diary_form.UNWELL) == set(day["unwell"]["items"]["enum"])


def test_cramps_of_a_day_without_one_contradict():
    told = invented()[0] | {"diary": [{"date": "2026-02-07", "cramp": False, "cramps": [{"severity": 3}]}]}
    with pytest.raises(Exception, match="which lists cramps"):
        cases.read(told)


# The curve, and why


def test_the_curve_and_why_in_plain_words(ward):
    paula = ward.visitor("paula")
    assert "cramp, left calf" in paula.get("/my/curve").text
    case = kept(ward)
    body = {
        "why": {
            "about": "cramp", "session": {"date": cases.read(case.case).day.isoformat(), "symptoms": []},
            "cramp": {"probability": 0.71, "causes": [
                {"id": "target_weight", "label": "Target weight", "share": 0.5, "interval": [0.2, 0.8],
                 "as_it_was": "62 kg", "as_it_should_be": "63.6 kg", "evidence": "B"},
                {"id": "dialysate_sodium", "label": "Bath sodium", "share": 0.2, "interval": [-0.1, 0.4],
                 "as_it_was": "138", "as_it_should_be": "140", "evidence": "D"},
                {"id": "dose", "label": "Dose", "share": 0.001, "interval": [0, 0.1], "as_it_was": "1",
                 "as_it_should_be": "1", "evidence": "C"}]},
            "causes": [{"id": "target_weight", "share": 0.5}],
        }
    }  # fmt: skip
    with ward.store.writing() as db:
        answers.keep(db, ward.paula, "k" * 64, "explain", body)
    page = html.unescape(paula.get("/my/why").text)
    for said in ("Why I cramp", "may be set too low", "guess", "about 7 would bring a cramp", "/library/target-weight",
                 "A cramp right now"):  # fmt: skip
        assert said in page, said
    assert "cleaned your blood less" not in page and "0.5" not in page


def test_a_severe_cramp_gets_help_before_any_chance():
    body = {"why": {"about": "cramp", "session": {"date": "2026-02-09", "symptoms": [{"what": "cramp", "severity": 8}]},
                    "cramp": {"probability": 0.9, "causes": []}}}  # fmt: skip
    found = plain_words.why(body, True)
    assert found.severe and found.causes == (plain_words.NOTHING,)


# Programs, rights


def test_the_same_for_programs(ward):
    paula = ward.visitor("paula")
    there, token = f"/api/patients/{ward.paula}/diary", {"headers": {"x-csrf-token": paula.token}}
    made = paula.ask("POST", f"{there}/{TODAY}", json={"weight_kg": 63.1}, **token)
    assert made.status_code == 201
    told = paula.get(there).json()
    assert told["days"][0]["entries"][0]["fields"] == {"weight_kg": 63.1}
    entry = f"{there}/{TODAY}/{made.json()['id']}"
    changed = {"version": told["version"], "fields": {"weight_kg": 62.8}}
    assert paula.ask("PUT", entry, json=changed, **token).status_code == 200
    assert paula.ask("PUT", entry, json=changed, **token).status_code == 409
    assert line(ward)["weight_kg"] == 62.8
    for wrong in ({}, {"weight_kg": "63"}, {"weight_kg": 63, "salt": "much"}, {"sugar": 1}, {"drinks_l": "x"}):
        assert paula.ask("POST", f"{there}/{TODAY}", json=wrong, **token).status_code == 422, wrong
    assert paula.ask("DELETE", f"{entry}?version={told['version'] + 1}", **token).status_code == 200
    assert line(ward) is None
    nora = ward.visitor("nora")
    assert nora.get(there).status_code == 200
    assert ward.visitor("ines").get(there).status_code == 404
    assert "/api/patients/{patient_id}/diary" in nora.get("/api/openapi.json").json()["paths"]


def test_the_audit_names_no_entry(ward):
    paula = ward.visitor("paula")
    write(paula, kind="feeling", note="Findable")
    with ward.store.reading() as db:
        assert "Findable" not in json.dumps([x.detail for x in audit.lines(db, 100)])
    told = paula.get("/my/export").json()
    assert "Findable" in json.dumps(told["diary"])


def test_pages_hold_no_inline_script_or_style(ward):
    paula = ward.visitor("paula")
    for page in ("/my", "/my/diary", "/my/curve", "/my/messages", "/ask", "/urgent"):
        text = paula.get(page).text
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", text), page
