"""Options in the letter: on the first page, with what they cost and who decides; advice here is invented."""

import tomllib
from importlib.resources import files

import pytest

from soleus import advice, letter
from soleus.advice import review
from soleus.fit import known
from soleus.letter import leaflet, target
from soleus.letter.answered import answered
from soleus.letter.cited import Cited

from .conftest import EXAMPLES
from .test_html import page_of
from .test_pdf import is_accessible, printed, text_of


@pytest.mark.parametrize("name", [p.stem for p in EXAMPLES if p.stem != "ckd4-twitching"])
def test_with_options_every_example_keeps_to_its_pages(name, explained, invented_advice, tmp_path):
    e = explained(name)
    made, reader = printed(tmp_path, e, advice=invented_advice(e))
    is_accessible(reader)
    assert made.pages == len(reader.pages) == 3
    first = text_of(reader, 0, 1)
    for option in invented_advice(e).options[:2]:
        assert option.label in first
    for wanted in (
        "60% → 16%",
        "8 to 24%",
        "1.41 → 1.52",
        "Decides: nephrologist",
        "Check first: examine for edema first.",
    ):
        assert wanted in first
    assert "hours 12.0 h to 16.0 h" in first  # worse is told
    assert "gain 2.9" not in first  # better elsewhere is left to the whole advice
    assert "cannot be: the rate of fluid removal" in text_of(reader, 0, 2)


def test_a_long_list_of_costs_and_checks_keeps_to_two_pages_and_loses_no_check(explained, invented_advice, tmp_path):
    e = explained("low-sodium-high-gain")
    advice = invented_advice(e)
    many = tuple(f"check number {n} before anything is changed, with the ward's own rule at hand" for n in range(9))
    options = tuple(
        option._replace(costs=many[:5], contraindications=many, caveats=many * 3) for option in advice.options
    )
    made, reader = printed(tmp_path, e, advice=advice._replace(options=options), whom="chart")
    said = text_of(reader)
    assert made.pages == 2
    assert all(check in said for check in many)


def test_without_an_option_the_limits_are_still_told(explained, invented_advice, tmp_path):
    e = explained("calf-cramps")
    none = invented_advice(e)._replace(options=(), front=())
    _, reader = printed(tmp_path, e, advice=none)
    assert "What could be changed" not in text_of(reader)
    assert "ultrafiltration at most 13 mL/kg/h" in text_of(reader)


def test_burden_and_risk_are_drawn_and_said(explained, invented_advice):
    e = explained("calf-cramps")
    made = letter.made(e, invented_advice(e), letter.Address(), "chart")
    front = made.drawn.front
    assert front.svg.startswith("<?xml")
    assert "As it is: 12.0 hours a week and 60%" in front.alt and "Option 1: 16.0 hours a week and 16%" in front.alt


def test_the_leaflet_says_what_the_first_options_change(explained, invented_advice):
    e = explained("calf-cramps")
    said = leaflet.leaflet(answered(e), invented_advice(e)).team
    assert said[0].startswith("raise your target weight") and "cooler" in said[1]


def test_a_change_that_has_no_plain_words_is_said_as_it_stands(explained, invented_advice):
    e, advice = explained("calf-cramps"), invented_advice(explained("calf-cramps"))
    other = advice.options[0]
    other = other._replace(label="Do something new", changes=(other.changes[0]._replace(id="new"),))
    assert leaflet.leaflet(answered(e), advice._replace(options=(other,))).team == ("do something new",)


def test_html_holds_the_options_too(explained, invented_advice, tmp_path):
    e = explained("calf-cramps")
    page = page_of(tmp_path, e, advice=invented_advice(e))
    assert not page.unbalanced and not page.open
    assert "Raise the target weight to 63.0 kg" in "".join(page.text) and len(page.all("img")) == 3


def test_the_real_advice_is_printed(explained, tmp_path):
    e = explained("calf-cramps")
    found = advice.advise(e.twin, about=e.about)
    looked = review.review(known.know(e.twin.case, people=48))
    assert found.options and looked.steps
    made, reader = printed(tmp_path, e, advice=found, review=looked)
    is_accessible(reader)
    assert made.pages == 3
    said = text_of(reader, 0, 1)
    first = found.options[0]
    assert first.label in said and first.who_decides in said
    effect = first.effects.cramp
    assert f"{effect.was:.0f}% → {effect.becomes:.0f}%" in said
    assert all(text.rstrip(".") in said for text in first.contraindications)
    both = text_of(reader, 0, 2)
    assert all(rule.sign in both and rule.do in both for rule in looked.stops) and looked.who_decides in both
    moved = [{c.id for c in o.changes} for o in found.options[:2]]
    assert ("Beside the options" in both) == any("target_weight" in ids and len(ids) > 1 for ids in moved)
    assert len(text_of(reader, 2)) > 500


def test_a_target_that_stays_is_one_line(explained, invented_advice):
    looked = review.review(known.know(explained("calf-cramps").twin.case, people=48))
    held = target.target(looked._replace(verdict="hold", steps=()), Cited(9))
    assert len(held) == 1 and held[0].text == looked.said
    assert target.target(None, Cited(9)) == ()


def test_every_change_that_can_be_advised_has_plain_words():
    table = tomllib.loads(files("soleus").joinpath("advice", "changes.toml").read_text(encoding="utf-8"))
    assert not [name for name in table if name != "target_weight" and not leaflet.words()[name].team]
