"""Hours without dialysis: the page and the JSON of an explanation made by hand."""

import json

import pytest

from soleus.references import references
from soleus.report import home, words


def flat(text):
    return " ".join(text.split())


@pytest.mark.parametrize("width", [80, 120])
def test_the_page_says_it_all_within_the_width(at_home, shown, width):
    page = shown(home.page(at_home), width)
    assert max(map(len, page.splitlines())) <= min(width, 96)
    for phrase in (
        "Why did the muscles twitch?", "without dialysis", "150 mmol sodium bicarbonate 8.4 % from minute 30",
        "twitch (eyelids and both calves) at minute 110", "it came at 110", "Chance of tingling and spasm",
        "From root to twitching", "From root to tingling and spasm", "Nerve margin", "What else it could be",
        "What is missing", words.DISCLAIMER,
    ):  # fmt: skip
        assert phrase in flat(page), phrase
    assert "From root to a cramp" not in page  # hardly a chance of one
    assert "left out of every number: St John's wort" in flat(page)
    assert shown(home.page(at_home, ascii_only=True)).isascii()


def test_the_json_holds_it_all(at_home):
    said = home.as_json(at_home)
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert said["about"] == "twitch" and said["causes"] == said["splits"]["twitch"]["causes"]
    assert set(said["blood"]) == {"ph", "ionized_calcium_mmol_l"}
    assert said["blood"]["ph"]["known"] == "measured" and said["blood"]["ph"]["laboratory"]["before"] == 7.26
    assert said["nerve"]["motor_firing"]["highest"]["minute"] == pytest.approx(120, abs=5)
    assert said["course"]["ph"]["unit"] == "1" and len(said["course"]["something new"]["mean"]) == len(
        said["course"]["minute"]
    )
    assert {row["key"] for row in said["references"]} <= set(references())
    assert said["episode"]["date"] == "2026-05-14"


def test_where_nothing_was_noted_it_says_so(at_home):
    silent = at_home.episode.model_copy(update={"symptoms": []})
    e = at_home._replace(episode=silent)
    assert home.question(e) == "What could have brought twitching?"
    assert home.answer(e).startswith("None was noted")
    unlikely = e.splits["twitch"].chance._replace(probability=0.001)
    e = e._replace(splits={"twitch": e.splits["twitch"]._replace(chance=unlikely)})
    assert "hardly any risk of twitching" in home.answer(e)
