"""Hours without dialysis: the page and the JSON."""

import json

import numpy as np
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
        "Why the tingling and the spasm?", "without dialysis", "150 mmol sodium bicarbonate 8.4 % from minute 30",
        "twitch (eyelids and both calves) at minute 110", "it came at 95", "Chance of twitching", "Own susceptibility",
        "From root to tingling and spasm", "Nerve margin", "PTH", "What else it could be", words.DISCLAIMER,
        "left out of every number: St John's wort", words.main(at_home.asked, "tetany"),
    ):  # fmt: skip
        assert phrase.lower() in flat(page).lower(), phrase
    for cause in at_home.asked.causes:
        assert cause.label in flat(page) and cause.as_it_was in flat(page)
    assert shown(home.page(at_home, ascii_only=True)).isascii()


def test_a_symptom_that_is_hardly_likely_has_no_tree_on_the_page(at_home, shown):
    rare = at_home.splits["twitch"].chance._replace(probability=0.02)
    splits = at_home.splits | {"twitch": at_home.splits["twitch"]._replace(chance=rare)}
    assert "From root to twitching" not in shown(home.page(at_home._replace(splits=splits)))
    assert "From root to twitching" in shown(home.page(at_home))


def test_the_json_holds_it_all(at_home):
    said = home.as_json(at_home)
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert said["about"] == "tetany" and said["causes"] == said["splits"]["tetany"]["causes"]
    for part in said["splits"].values():
        whole = sum(cause["share"] for cause in part["causes"]) + part["susceptibility"] + part["residual"]
        assert whole == pytest.approx(1, abs=1e-3)
    assert said["blood"]["ph"]["known"] == "measured" and said["blood"]["ph"]["laboratory"]["before"] == 7.26
    calcium = at_home.twin.course.moments(at_home.twin.patient).seen.calcium.iCa
    shown = said["course"]["ionized_calcium_mmol_l"]
    assert shown["unit"] == "mmol/L" and min(shown["mean"]) >= np.mean(calcium, axis=1).min() - 1e-6
    assert said["nerve"]["sensory_firing"]["highest"]["mean"] > said["nerve"]["sensory_firing"]["before"]["mean"]
    assert {row["key"] for row in said["references"]} <= set(references())
    assert said["episode"]["date"] == "2026-05-14"
    assert {row["name"]: row["known"] for row in said["drugs"]}["St John's wort"] is False


def test_the_page_of_the_manual_names_every_key(at_home, root):
    page = (root / "docs" / "use" / "explain.md").read_text(encoding="utf-8")
    assert not {key for key in home.as_json(at_home) if f"`{key}`" not in page}


def test_where_nothing_was_noted_it_says_so(at_home):
    silent = at_home.episode.model_copy(update={"symptoms": []})
    e = at_home._replace(twin=at_home.twin._replace(episode=silent), about="twitch")
    assert home.question(e) == "What could have brought twitching?"
    assert home.answer(e).startswith("None was noted")
    unlikely = e.splits["twitch"].chance._replace(probability=0.001)
    e = e._replace(splits={"twitch": e.splits["twitch"]._replace(chance=unlikely)})
    assert "hardly any risk of twitching" in home.answer(e)
