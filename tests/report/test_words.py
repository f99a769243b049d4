"""Wording: no surer than the numbers."""

import json
from datetime import date

import numpy as np
import pytest

from soleus import causes
from soleus.references import references
from soleus.report import plain, words


def with_shares(e, **shares):
    """The same explanation with these shares instead."""
    template = e.cramp.causes[0]
    made = [
        template._replace(id=name, label=name.capitalize(), share=x, interval=causes.Interval(low, x + 0.1))
        for name, (x, low) in shares.items()
    ]
    return e._replace(about="cramp", cramp=e.cramp._replace(causes=tuple(made)))


@pytest.mark.parametrize(
    ("shares", "phrases"),
    [
        ({"salt": (0.6, 0.3)}, ["Most of the risk came from the salt:"]),
        ({"salt": (0.6, -0.1)}, ["Most of the risk", "leave open whether the salt mattered"]),
        ({"salt": (0.3, 0.1), "heat": (0.25, 0.1)}, ["from the salt (", "and the heat (", "together"]),
        ({"salt": (0.2, 0.1), "heat": (0.15, 0.1)}, ["largest part of the risk that could have been changed, 20%"]),
        ({"salt": (0.02, 0.0)}, ["Nothing that could have been changed stands out"]),
        ({"heat": (-0.7, -0.9), "salt": (0.12, 0.0)}, ["12%", "the salt"]),
        ({"salt": (0.3, -0.1), "heat": (0.08, 0.02)}, ["leave open", "Surer, though smaller, is the heat, 8% (2 to"]),
        ({"salt": (0.3, -0.1), "heat": (0.25, 0.1)}, ["leave open", "The heat did, with 25% (10 to"]),
        ({"heat": (0.06, 0.02)}, ["Nothing that could have been changed", "Small but sure is the heat, 6% (2 to"]),
        ({}, ["Nothing that could have been changed stands out"]),
    ],
)
def test_the_answer_is_no_surer_than_the_shares(explained, shares, phrases):
    said = words.answer(with_shares(explained("calf-cramps"), **shares))
    for phrase in phrases:
        assert phrase in said


@pytest.mark.parametrize(
    ("share", "plain_text", "with_sign"),
    [(0.574, "57%", "+57%"), (-0.061, "-6%", "-6%"), (0.001, "<1%", "0%"), (-0.001, "<1%", "0%"), (0.0, "0%", "0%")],
)
def test_percent_has_no_false_precision(share, plain_text, with_sign):
    assert words.percent(share) == plain_text
    assert words.signed(share) == with_sign


def test_between_names_both_ends():
    assert words.between((-0.001, 0.42)) == "0 to 42%"


def test_only_contradictions_that_bear_on_the_session_are_told(explained):
    e = with_shares(explained("pressure-fall"), dialysate_sodium=(0.5, 0.2))
    topics = [c.about for c in words.contradictions(e)]
    assert ("dialysate_sodium",) in topics
    assert ("target_weight", "fluid_gain") not in topics
    assert {key for c in words.CONTRADICTED for key in c.sources} <= set(references())


def test_json_never_holds_what_json_lacks():
    odd = {"a": float("nan"), "b": [np.float64("inf"), np.float64(0.1234567891), True], "c": date(2026, 1, 2), 1: -0.0}
    said = plain.exact(odd)
    assert said == {"a": None, "b": [None, 0.123457, True], "c": "2026-01-02", "1": 0.0}
    json.dumps(said, allow_nan=False)
