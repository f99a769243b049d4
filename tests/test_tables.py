"""The tables of minerals and of nerves: every verdict at least as good as that of the first model, and its reason."""

import json

import pytest

from soleus.references import references
from soleus.validate import excitability, minerals, table

# What the model before this one reached, in the same rows; NO also where it could not be asked.
FIRST_MINERALS = {
    "1": "OK", "2": "OK", "3": "OK", "4": "~", "5": "OK", "6": "~", "7": "~", "8": "OK", "9": "~", "10": "OK",
    "11": "OK", "12": "OK", "13": "~", "14": "NO", "15": "~", "16": "NO", "17": "OK", "18": "OK", "19": "OK", "20": "~",
    "21": "OK", "22": "NO", "23": "OK",
}  # fmt: skip
FIRST_NERVE = {
    "1": "NO", "2": "OK", "3": "OK", "4": "NO", "5": "NO", "6": "OK", "7": "OK", "8": "OK", "9": "OK", "10": "OK",
    "11": "OK", "12": "OK", "13": "OK", "14": "OK", "15a": "OK", "15b": "NO", "16": "OK", "17": "NO", "18": "OK",
    "19": "NO", "20": "~", "21": "NO", "22": "NO",
}  # fmt: skip
RED = {"1", "4", "5", "15b"}  # of the nerve's; whoever mends one takes it out here


@pytest.fixture(scope="module")
def mineral_rows():
    return minerals.rows()


@pytest.fixture(scope="module")
def nerve_rows():
    return excitability.rows()


def short(id, first):
    return id if id in first else id.rstrip("abc")


def not_worse(rows, first):
    order = table.VERDICTS.index
    worse = [row for row in rows if order(row.verdict) > order(first[short(row.id, first)])]
    assert not worse, table.page(worse, "worse than before")
    assert {short(row.id, first) for row in rows} == set(first)
    assert table.counts(rows)["OK"] >= sum(verdict == "OK" for verdict in first.values())


def test_minerals_are_no_worse_than_before(mineral_rows):
    print(minerals.page(mineral_rows))
    not_worse(mineral_rows, FIRST_MINERALS)
    assert table.counts(mineral_rows)["NO"] == 0


def test_nerves_are_no_worse_than_before(nerve_rows):
    print(excitability.page(nerve_rows))
    not_worse(nerve_rows, FIRST_NERVE)
    assert {row.id for row in nerve_rows if row.verdict == "NO"} == RED


def test_what_is_not_ok_says_why_and_every_source_is_known(mineral_rows, nerve_rows):
    for row in [*mineral_rows, *nerve_rows]:
        assert (row.verdict == "OK") == (row.why == ""), row.id
        assert set(row.source.split()) <= set(references()), row.id


def test_low_potassium_is_never_what_makes_a_nerve_fire(nerve_rows):
    row = next(row for row in nerve_rows if row.id == "22")
    assert row.verdict == "OK"
    assert "no claim" in row.what


def test_page_and_json_hold_every_row(mineral_rows, nerve_rows):
    for module, rows in ((minerals, mineral_rows), (excitability, nerve_rows)):
        text, data = module.page(rows), json.loads(json.dumps(module.as_json(rows)))
        assert [x["id"] for x in data] == [row.id for row in rows]
        assert all(row.what in text and row.model in text for row in rows)
        assert f"of {len(rows)}" in text


@pytest.mark.parametrize(
    ("value", "low", "high", "found"),
    [
        (5, 4, 6, "OK"), (3, 4, 6, "~"), (1.9, 4, 6, "NO"), (9, 4, 6, "~"), (9.1, 4, 6, "NO"), (-5, 4, 6, "NO"),
        (-5, -6, -4, "OK"), (-2.1, -6, -4, "~"), (2, -6, -4, "NO"), (-2.9, -2, 2, "~"), (3.1, -2, 2, "NO"),
        (0.0, 4, 6, "NO"),
    ],
)  # fmt: skip
def test_a_verdict(value, low, high, found):
    assert table.verdict(value, low, high) == found


def test_a_tenth_is_enough_only_where_it_says_so():
    assert table.verdict(2.5, 20, 40) == "NO"
    assert table.verdict(2.5, 20, 40, table.TENTH) == "~"
    assert table.verdict(-2.5, 20, 40, table.TENTH) == "NO"
