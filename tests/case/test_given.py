"""What was given: in the ward's units, with volumes that agree, and never more than a dose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soleus import case
from soleus.case.given import KINDS, Given
from soleus.errors import BadRecord

SALINE = {"minute": 200, "what": "saline 0.9 %", "amount_ml": 200}
TEA = {"minute": 60, "what": "drink", "amount_ml": 150}


def one(**values):
    return Given.model_validate({"minute": 10, **values})


@pytest.mark.parametrize(
    ("stated", "amount", "litres"),
    [
        ({"what": "saline 0.9 %", "amount_ml": 200}, 200, 0.2),
        ({"what": "glucose 50 %", "amount_g": 25}, 50, 0.05),
        ({"what": "mannitol 25 %", "amount_g": 12.5}, 50, 0.05),
        ({"what": "sodium bicarbonate 8.4 %", "amount_mmol": 50}, 50, 0.05),
        ({"what": "sodium bicarbonate 1.4 %", "amount_mmol": 83.5}, 500, 0.5),
        ({"what": "oral bicarbonate", "amount_g": 1}, 11.9, 0),
        ({"what": "oral calcium", "amount_g": 1}, 24.95, 0),
        ({"what": "magnesium sulfate 50 %", "amount_g": 2}, 4, 0.004),
        ({"what": "calcium gluconate 10 %", "amount_g": 1}, 10, 0.01),
        ({"what": "albumin 20 %", "amount_g": 20}, 100, 0.1),
        ({"what": "red cells", "amount_units": 2}, 2, 0.516),
        ({"what": "citrate", "amount_mmol": 20}, 20, 0.147),
        ({"what": "oral salt", "amount_g": 6}, 6, 0),
        ({"what": "meal"}, 1, 0.25),
        ({"what": "meal", "amount_meals": 0.5}, 0.5, 0.125),
    ],
)
def test_the_ward_s_unit_becomes_the_one_of_the_kind(stated, amount, litres):
    assert one(**stated).amount == pytest.approx(amount)
    assert one(**stated).litres == pytest.approx(litres)


def test_every_kind_can_be_named_and_has_a_unit():
    named = Given.model_json_schema()["properties"]["what"]["enum"]
    assert set(named) == set(KINDS)
    for word, kind in KINDS.items():
        assert set(kind.units) <= set(Given.model_fields), word
        for name, factor in kind.units.items():
            assert kind.most / factor <= next(m.le for m in Given.model_fields[name].metadata if hasattr(m, "le")), word


def test_volumes_that_nobody_stated_follow_from_what_was_given(changed):
    here = case.read(changed(given=[SALINE, TEA, {"minute": 90, "what": "meal"}], uf_l=2.9)).sessions[0]
    assert (here.infused_l, here.drunk_l) == pytest.approx((0.2, 0.4))
    assert (here.unexplained_l(mouth=True), here.unexplained_l(mouth=False)) == (0, 0)
    assert case.read(changed()).sessions[0].infused_l == 0
    again = case.Session.model_validate(here.model_dump())
    assert again == here


def test_a_volume_taken_off_follows_from_weights_and_what_was_given(changed):
    here = case.read(changed(given=[SALINE], uf_l=None)).sessions[0]
    assert here.taken_off_l == pytest.approx(2.3 + 0.2)


def test_what_is_stated_beyond_what_is_listed_is_kept_and_said(changed):
    here = case.read(changed(given=[SALINE], infused_l=0.9, uf_l=3.2))
    assert here.sessions[0].unexplained_l(mouth=False) == pytest.approx(0.7)
    assert any("0.7 L more than given names" in text for text in here.warnings)


def test_what_was_taken_at_home_does_not_count_for_the_session(changed):
    before = {"minute": -90, "what": "meal"}
    after = {"minute": 300, "what": "drink", "amount_ml": 500}
    here = case.read(changed(given_before=[before], given_after=[after])).sessions[0]
    assert (here.drunk_l, here.infused_l) == (0, 0)


@given(st.lists(st.sampled_from([SALINE, TEA | {"minute": 5}, {"minute": 1, "what": "citrate", "amount_mmol": 40}]),
                unique_by=str), st.floats(0, 1), st.floats(0, 1))  # fmt: skip
def test_stated_volumes_may_exceed_the_given_ones_and_not_the_other_way(changed, them, drunk, infused):
    data = changed(given=them, drunk_l=drunk, infused_l=infused, weight_reason="not weighed with care")
    swallowed = 0.15 if any(each["what"] == "drink" for each in them) else 0.0
    blood = sum({"saline 0.9 %": 0.2, "citrate": 0.294}.get(each["what"], 0.0) for each in them)
    short = [name for name, listed, stated in (("drunk_l", swallowed, drunk), ("infused_l", blood, infused))
             if listed > stated + 0.05]  # fmt: skip
    try:
        case.read(data)
        said = ""
    except BadRecord as error:
        said = str(error)
    assert [name for name in ("drunk_l", "infused_l") if f"{name} is" in said] == short


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"given": [SALINE | {"amount_ml": 0.2}]}, None),
        ({"given": [SALINE | {"amount_ml": 2500}]}, "amount_ml is 2500 mL of saline 0.9 %; one dose is at most 2000"),
        ({"given": [SALINE | {"amount_ml": 5000}]}, "0 to 4000 mL is possible"),
        ({"given": [SALINE | {"amount_ml": -100}]}, "Is the minus sign a slip? Then write 100."),
        ({"given": [SALINE | {"amount_ml": 0}]}, "is 0: how much saline"),
        ({"given": [{"minute": 5, "what": "saline 0.9 %"}]}, "given[0].amount_ml is missing: how much saline"),
        ({"given": [SALINE | {"amount_g": 2}]}, "amount_g does not fit saline 0.9 %. Write amount_ml."),
        ({"given": [{"minute": 5, "what": "glucose 50 %", "amount_ml": 50, "amount_g": 25}]}, "amount_ml as well"),
        ({"given": [{"minute": 5, "what": "hypertonic saline 23.4 %", "amount_ml": 200}]}, "at most 40 mL"),
        ({"given": [{"minute": 5, "what": "calcium chloride 10 %", "amount_g": 5}]}, "at most 3 g"),
        ({"given": [SALINE, SALINE]}, "same as the line above"),
        ({"given": [SALINE | {"what": "saline"}]}, "Did you mean saline 0.9 %?"),
        ({"given": [SALINE | {"what": "Glucose"}]}, "Did you mean glucose 50 %?"),
        ({"given": [SALINE | {"minute": -5}]}, "Correct the minute, move it to given_before"),
        ({"given": [SALINE | {"minute": 270}]}, "move it to given_after"),
        ({"given_before": [SALINE]}, "after the start of the session (0 to 240 min). Move it to given."),
        ({"given_after": [SALINE]}, "before the end of the session (0 to 240 min). Move it to given."),
        ({"given": [SALINE], "infused_l": 0.1}, "infused_l is 0.1 L on 2026-03-02, but given adds up to 0.2 L"),
        ({"given": [TEA], "drunk_l": 0}, "drunk_l is 0 L on 2026-03-02, but given adds up to 0.15 L by mouth"),
        ({"given": [SALINE | {"minute": "late"}], "uf_l": 2300}, "2 problems"),
    ],
)  # fmt: skip
def test_what_was_given_is_taken_or_refused_as_it_should_be(changed, refusal, changes, words):
    data = changed(**changes)
    if words is None:
        case.read(data)
    else:
        assert words in refusal(data)
