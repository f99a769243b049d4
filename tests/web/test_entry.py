"""Entry: what a nurse writes down at the chair is what the case file then says; what is wrong stays on the screen."""

import html
import json
import re

from soleus.case import schema
from soleus.records.store.tables import Patient
from soleus.web.staff import entry

FORM = {
    "date": "2026-02-11", "start": "07:30", "pre_weight_kg": "64,6", "post_weight_kg": "62.1", "uf_l": "2.8",
    "drunk_l": "0.1", "infused_l": "0.2", "note": "new shoes", "p0_minute": "0", "p0_systolic_mmhg": "141",
    "p0_diastolic_mmhg": "77", "p0_heart_rate_min": "70", "p1_minute": "30", "p2_minute": "60",
    "p2_systolic_mmhg": "120", "s0_minute": "190", "s0_what": "cramp", "s0_where": "right calf", "s0_severity": "6",
    "s0_action": "stretching", "version": "1",
}  # fmt: skip


def kept(ward):
    """The patient as kept now."""
    with ward.store.reading() as db:
        return db.get(Patient, ward.paula)


def test_a_session_is_kept_as_it_was_entered(either):
    nora, there = either.visitor("nora"), f"/patients/{either.paula}/enter"
    assert 'name="p8_minute"' in nora.get(there).text
    answer = nora.post(there, FORM)
    assert answer.headers["location"] == f"/patients/{either.paula}/sessions/2026-02-11"
    found = kept(either)
    assert found.version == 2
    (session,) = [s for s in found.case["sessions"] if s["date"] == "2026-02-11"]
    assert session == {
        "date": "2026-02-11", "start": "07:30", "note": "new shoes", "pre_weight_kg": 64.6, "post_weight_kg": 62.1,
        "uf_l": 2.8, "drunk_l": 0.1, "infused_l": 0.2,
        "pressures": [{"minute": 0.0, "systolic_mmhg": 141.0, "diastolic_mmhg": 77.0, "heart_rate_min": 70.0},
                      {"minute": 60.0, "systolic_mmhg": 120.0}],
        "symptoms": [{"minute": 190.0, "what": "cramp", "where": "right calf", "severity": 6.0,
                      "action": "stretching"}],
    }  # fmt: skip
    assert found.summary["last_cramped"]


def test_what_is_wrong_is_named_and_what_was_entered_stays(ward):
    nora, there = ward.visitor("nora"), f"/patients/{ward.paula}/enter"
    for change, said in (
        ({"pre_weight_kg": "sixty"}, "pre_weight_kg is 'sixty'"),
        ({"pre_weight_kg": "646"}, "pre_weight_kg"),
        ({"post_weight_kg": "70"}, "weight"),
        ({"date": "2026-02-09"}, "there is a session on 2026-02-09 already"),
        ({"date": ""}, "date is empty"),
        ({"p2_minute": "900"}, "outside the session"),
        ({"start": "25:00"}, "start"),
        ({"s0_what": "ache"}, "symptoms[0].what"),
        ({"s0_severity": "60"}, "severity"),
        ({"pre_weight_kg": "nan"}, "pre_weight_kg"),
        ({"pre_weight_kg": "1e999"}, "pre_weight_kg"),
    ):
        answer = nora.post(there, FORM | change)
        assert answer.status_code == 422, change
        assert said in html.unescape(answer.text), change
        assert 'value="new shoes"' in answer.text
    assert kept(ward).version == 1


def test_a_session_is_corrected_and_what_the_form_does_not_show_stays(ward):
    nora, day = ward.visitor("nora"), "2026-02-09"
    there = f"/patients/{ward.paula}/enter?day={day}"
    before = next(s for s in kept(ward).case["sessions"] if s["date"] == day)
    page = nora.get(there).text
    entered = dict(re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', page))
    assert entered["pre_weight_kg"] == "64.9" and entered["p0_systolic_mmhg"] == "146"
    kinds = re.findall(r'name="(s\d_what)".*?</select>', page, re.S)
    chosen = dict(zip(kinds, re.findall(r"<option selected>([^<]*)", page), strict=False))
    assert list(chosen.values()) == ["cramp", "dizziness"]
    assert nora.post(there, entered | chosen | {"uf_l": "3.1"}).status_code == 303
    after = next(s for s in kept(ward).case["sessions"] if s["date"] == day)
    assert after == {**before, "uf_l": 3.1}
    assert len(kept(ward).case["sessions"]) == 4


def test_who_saw_an_older_version_is_told(ward):
    nora, there = ward.visitor("nora"), f"/patients/{ward.paula}/enter"
    assert nora.post(there, FORM).status_code == 303
    late = nora.post(there, FORM | {"date": "2026-02-13"})
    assert late.status_code == 409
    assert "somebody else changed" in late.text
    assert kept(ward).version == 2


def test_every_complaint_of_the_schema_can_be_chosen(ward):
    told = schema()["$defs"]["Symptom"]["properties"]["what"]["enum"]
    assert list(entry.KINDS) == told


def test_a_newer_file_takes_the_place_of_the_older(ward):
    nora = ward.visitor("nora")
    told = ward.case()
    told["question"] = "And now?"
    send = {"files": {"file": ("case.json", json.dumps(told))}}
    assert nora.post(f"/patients/{ward.paula}/upload", {"version": "1"}, **send).status_code == 303
    assert kept(ward).case["question"] == "And now?"
    assert nora.post(f"/patients/{ward.paula}/upload", {"version": "1"}, **send).status_code == 409


def test_a_yaml_file_from_the_examples_makes_a_patient(ward, root):
    nora = ward.visitor("nora")
    raw = (root / "examples" / "pressure-fall.yaml").read_bytes()
    answer = nora.post("/upload", files={"file": ("pressure-fall.yaml", raw)})
    assert answer.status_code == 303, answer.text
    assert "invented" in nora.get(answer.headers["location"]).text
