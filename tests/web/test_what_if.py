"""What if: what was tried stays beside what is tried next, and an address holds all of it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from soleus.web.staff import otherwise
from soleus.web.twin.asking import Asked

DAY = "2026-02-09"


def answer(systolic):
    """What the simulator gives, as short as can be."""
    line = {"unit": "mmHg", "mean": [150.0, systolic], "low": [145.0, systolic - 5], "high": [155.0, systolic + 5]}
    course = {"minute": [0, 240]} | dict.fromkeys(
        ("systolic_mmhg", "rbv_pct", "sodium_mmol_l", "cramp_pct_per_5_min"), line
    )
    figures = {"cramp_probability": 0.2, "sp_ktv": 1.4}
    measures = {
        name: {"label": name, "unit": "1", "mean": x, "interval": [0.9 * x, 1.1 * x]} for name, x in figures.items()
    }
    both = {"course": course, "measures": measures}
    return Asked("key", {"was": both, "now": both}, None)


def test_what_was_tried_is_kept_beside(ward):
    carl, path = ward.visitor("carl"), f"/patients/{ward.paula}/sessions/{DAY}/what-if"
    seen = carl.get(f"{path}?hours=4.5&keep=1")
    asked = parse_qs(urlsplit(seen.headers["location"]).query)
    assert seen.status_code == 303 and asked["kept"] == ["hours=4.5"] and asked["hours"] == ["4.5"]
    more = carl.get(f"{path}?hours=5&kept=hours%3D4.5&keep=1")
    assert parse_qs(urlsplit(more.headers["location"]).query)["kept"] == ["hours=4.5", "hours=5"]
    assert "<script>" not in carl.get(f"{path}?kept=%3Cscript%3E").text


def test_curves_and_figures_hold_every_way():
    kept = [otherwise.Kept("hours=4.5", otherwise.said({"hours": 4.5, "sodium_mmol_l": 139.0}), answer(130.0))]
    shown = otherwise._shown(answer(120.0), kept)
    assert kept[0].label == "treatment time 4.5 h, bath sodium 139 mmol/L"
    assert [s.name for s in shown["charts"][0].drawn] == ["as it was", kept[0].label, "now"]
    assert shown["rows"][0].beside == (1.4,) and shown["chances"][0].beside == (20.0,)
    waits = [otherwise.Kept("hours=5", "longer", Asked("key", None, None))]
    assert otherwise._shown(answer(120.0), waits)["rows"][0].beside == ()


def test_an_address_that_makes_no_sense_changes_nothing():
    was = {"hours": 4.0}
    assert otherwise.chosen({"hours": "forty", "<script>": "1"}, was) == (was, {})
    assert otherwise.chosen({"hours": "40"}, was) == (was, {})
    assert otherwise.written({"hours": 4.5, "uf_l": 2.0}) == "hours=4.5,uf_l=2"


@pytest.mark.parametrize("value", [0.375, 0.5, 0.2, 1.2])
def test_a_slider_can_stand_where_it_was(value):
    (knob,) = (k for k in otherwise.KNOBS if k.name == "magnesium_mmol_l")
    met = otherwise.meeting(knob, {knob.name: value})
    steps = (value - met.low) / met.step
    assert met.low <= value <= met.high and abs(steps - round(steps)) < 1e-9
    assert met.low < knob.low + knob.step and met.high >= knob.high
    assert otherwise.meeting(knob, {}) == knob


def test_what_is_taken_off_says_so():
    """In a table of its own a row cannot lean on the heading that it has elsewhere."""
    told = {"unit": "mmol", "mean": 515.0, "interval": [458.0, 585.0]}
    named = {
        "sodium_removed_mmol": "Sodium",
        "sodium_by_diffusion_mmol": "through the bath",
        "post_weight_kg": "Weight",
    }
    rows = [otherwise._row(name, told | {"label": x}, told | {"label": x}, []) for name, x in named.items()]
    assert [row.label for row in rows] == ["Sodium taken off", "of it through the bath", "Weight"]
