"""A line of a feed: what counts, and what is refused with a remedy."""

import pytest

from soleus.errors import BadRecord
from soleus.live import reading


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("systolic_mmhg", 16.5, "in kPa? That would be 124"),
        ("rbv_pct", 91.5, "what is left, in %? That would be -8.5"),
        ("uf_l", 1800, "in mL? That would be 1.8"),
        ("uf_rate_l_h", 750, "in mL/h? That would be 0.75"),
        ("bath_temperature_c", 97.7, "Fahrenheit? That would be 36.5"),
        ("conductivity_ms_cm", 140, "mmol/L of sodium? That would be 14"),
        ("blood_flow_ml_min", 0.3, "in L/min? That would be 300"),
        ("heart_rate_min", 5, "between 20 and 220"),
        ("systolic_mmhg", "ERR", "not a number"),
        ("systolic_mmhg", float("inf"), "not a number"),
        ("diastolic_mmhg", float("nan"), "not a number"),
        ("bp_systolic", 120, "did you mean systolic_mmhg"),
    ],
)
def test_what_cannot_be_is_left_out_and_said_with_a_remedy(name, value, said):
    one = reading({"minute": 30, "heart_rate_min": 70} | {name: value})
    assert name not in one.values
    assert said in " ".join(one.refused)
    assert "heart_rate_min" in one.values or name == "heart_rate_min"  # the rest of the line still counts


@pytest.mark.parametrize("minute", [None, "", "soon", float("nan"), True])
def test_a_line_without_a_minute_is_no_line(minute):
    with pytest.raises(BadRecord, match="minute"):
        reading({"minute": minute, "systolic_mmhg": 120})


def test_texts_of_a_table_are_numbers_and_empty_ones_are_nothing():
    one = reading({"minute": "30", "systolic_mmhg": " 120 ", "diastolic_mmhg": "", "event": ""})
    assert (one.minute, one.values, one.did, one.refused) == (30.0, {"systolic_mmhg": 120.0}, None, ())


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"event": "saline"}, "amount of saline 0.9 % is None; give it in mL"),
        ({"event": "saline", "amount": 20000}, "at most 2000"),
        ({"event": "uf rate"}, "give it in L/h"),
        ({"event": "uf rate", "amount": 700}, "in mL/h"),
        ({"event": "crampp"}, "did you mean 'cramp'"),
        ({"event": "cramp", "severity": 12}, "from 0 to 10"),
    ],
)
def test_what_was_done_needs_its_amount_in_its_unit(row, said):
    assert said in " ".join(reading({"minute": 10} | row).refused)


def test_what_was_done_is_read_by_the_words_of_the_case_file():
    one = reading({"minute": 10, "event": "Cramp", "severity": "8", "where": "left calf"})
    assert one.did is not None
    assert (one.did.what, one.did.severity, one.did.where) == ("cramp", 8.0, "left calf")
    assert reading({"minute": 1, "event": "saline", "amount": 200}).did.what == "saline 0.9 %"
