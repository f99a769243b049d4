"""What else a complaint may be: every rule by the case that calls for it, and by one that does not."""

from pathlib import Path

import pytest

from soleus import case
from soleus.causes import differential
from soleus.causes.differential import RULES
from soleus.references import find

EXAMPLE = Path(__file__).parent.parent / "examples"


def listed(symptoms, patient=None, drugs=(), labs=None, question=None):
    """Ids of the list, in order, for somebody of 45 without any other trouble."""
    told = {
        "patient": {"sex": "F", "age_y": 45, "target_weight_kg": 60.0, "access": "fistula", "diabetes": False},
        "prescription": {"hours": 4},
        "sessions": [{"date": "2026-03-02", "pre_weight_kg": 62.0, "uf_l": 2.0, "symptoms": symptoms}],
        "drugs": [{"name": name} for name in drugs],
    }
    told["patient"] |= patient or {}
    if labs:
        told["labs"] = [{"date": "2026-03-02", "when": "pre"} | labs]
    if question:
        told["question"] = question
    found = case.read(told)
    return [x.id for x in differential(found, found.session().symptoms, found.session().date)]


def felt(what="cramp", where="both calves", severity=5):
    return {"minute": 200, "what": what, "where": where, "severity": severity}


CALLED = {
    "emergency": {"symptoms": [felt("chest pain", "chest")]},
    "restless_legs": {"symptoms": [felt("restless legs", "both legs")]},
    "akathisia": {"symptoms": [felt("restless legs", "both legs")], "drugs": ["haloperidol"]},
    "tetany": {"symptoms": [felt(where="both hands")], "labs": {"ionized_calcium_mmol_l": 0.9}},
    "neuropathy": {"symptoms": [felt()], "patient": {"diabetes": True}},
    "peripheral_arteries": {"symptoms": [felt()], "patient": {"conditions": ["peripheral arterial disease"]}},
    "statin_myopathy": {"symptoms": [felt()], "drugs": ["Lipitor"]},
    "steal": {"symptoms": [felt(where="left hand")]},
    "clot": {"symptoms": [felt(where="left calf", severity=9)]},
    "thyroid": {"symptoms": [felt()], "drugs": ["amiodarone"]},
    "weakness": {"symptoms": [felt()], "labs": {"potassium_mmol_l": 2.6}},
    "spine": {"symptoms": [felt()], "patient": {"conditions": ["lumbar spinal stenosis"]}},
}


def test_every_rule_is_called_for_by_one_case():
    assert set(CALLED) == {rule.id for rule in RULES}


@pytest.mark.parametrize("name", CALLED)
def test_a_rule_lists_its_alternative_where_the_case_calls_for_it(name):
    assert name in listed(**CALLED[name])


def test_a_plain_cramp_of_both_calves_leaves_restless_legs_to_ask_about():
    assert listed([felt()]) == ["restless_legs"]


def test_who_felt_nothing_in_limbs_has_no_list():
    assert listed([]) == [] and listed([felt("dizziness", None)]) == []


def test_what_cannot_wait_comes_first():
    both = [felt(where="left calf", severity=9), felt("back pain", "back")]
    assert listed(both)[0] == "emergency"
    assert "emergency" not in listed([felt(where="back of the thigh")])


@pytest.mark.parametrize("question", [None, "Cramps or restless legs?"])
def test_restless_legs_lead_where_they_are_complained_of_or_asked_about(question):
    symptoms = [felt()] if question else [felt("restless legs", "legs"), felt()]
    assert listed(symptoms, question=question)[0] == "restless_legs"


def test_the_hand_of_the_access_arm_needs_an_access():
    assert "steal" not in listed([felt(where="left hand")], patient={"access": "catheter"})


def test_each_says_why_how_to_tell_and_from_where():
    told = case.load(EXAMPLE / "restless-or-cramping.yaml")
    found = differential(told, told.session().symptoms, told.session().date)
    assert found[0].id == "restless_legs" and found[0].tell_apart.count("?") >= 1
    assert "metoclopramide" in found[0].why and "metoclopramide" in found[1].why
    for rule in RULES:
        assert rule.tell_apart and rule.evidence in "ABCD" and find(" ".join(rule.sources))
    for word in ("urge", "rest", "relieve", "evening"):
        assert word in found[0].tell_apart


def test_low_potassium_is_never_said_to_make_a_nerve_fire():
    text = " ".join(f"{rule.label} {rule.tell_apart}" for rule in RULES).lower()
    assert "away from firing" in text and "makes the nerve fire" not in text


def test_a_hand_and_both_calves_are_not_one_leg():
    assert "clot" not in " ".join(listed([felt(where="both calves"), felt(where="right hand")]))
    assert "clot" in " ".join(listed([felt(where="right calf")]))
