"""The page for the patient: plain words, no bare percentage, no promise, and words for every cause there can be."""

import re

import pytest

from soleus import letter, levers
from soleus.letter import leaflet
from soleus.letter.answered import answered
from soleus.letter.parts import values

from .conftest import EXAMPLES


def words_of(e):
    """Every text of the leaflet."""
    page = letter.letter(letter.made(e, None, letter.Address(), "patient")).leaflet
    return page, strings(values(page))


def strings(value):
    if isinstance(value, dict):
        return [s for item in value.values() for s in strings(item)]
    if isinstance(value, list):
        return [s for item in value for s in strings(item)]
    return [value] if isinstance(value, str) else []


def syllables(word):
    """A count good enough for a mean: groups of vowels, a silent e left out."""
    groups = len(re.findall(r"[aeiouy]+", word))
    return max(1, groups - (word.endswith("e") and not word.endswith("le") and groups > 1))


def grade(text):
    """School grade by Flesch and Kincaid; at twelve a child is in the sixth or seventh."""
    sentences = [s for s in re.split(r"[.!?:;\n]+", text) if re.search(r"[a-z]", s)]
    words = re.findall(r"[a-z]+", text.lower())
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_it_is_read_at_twelve_and_holds_no_percentage(path, explained):
    page, said = words_of(explained(path.stem))
    text = "\n".join(said)
    assert "%" not in re.sub(r"\d(\.\d)? % into a vein", "", text)
    assert grade(text) <= 7, grade(text)
    assert not re.search(r"\b(cure|cured|guarantee\w*|miracle|always works|will stop|never again)\b", text, re.I)
    assert "not a medical device" in text and "cannot promise" in text
    assert page.call and page.you and page.team and page.now


def test_the_measure_of_reading_knows_hard_from_easy():
    assert grade("The cat sat on the mat. It was warm.") < 3
    assert (
        grade("Ultrafiltration intolerance necessitates individualization of the prescribed post-dialytic weight.") > 15
    )


def test_every_cause_has_plain_words(explained):
    seen = set()
    for path in EXAMPLES:
        e = explained(path.stem)
        found = answered(e)
        splits = (found.split,)
        for cause in [c for split in splits for c in split.causes]:
            assert leaflet._words(cause.id, found).why
            seen.add(cause.id)
        if found.case.on_dialysis:
            for lever in levers.levers_of(e.twin):
                if lever.id != "residual_function":  # a circumstance, never a cause
                    assert leaflet._words(lever.id, found).team, lever.id
    assert len(seen) > 10


def test_a_target_weight_is_told_the_way_it_is_wrong(explained):
    found = answered(explained("calf-cramps"))
    assert "too low" in leaflet._words("target_weight", found).why
    heavy = found._replace(dry=(50.0, 49.0, 51.0))
    assert "too high" in leaflet._words("target_weight", heavy).why


@pytest.mark.parametrize(
    ("chance", "interval", "filled", "said"),
    [
        (0.02, None, 0, "fewer than 1 in 10"),
        (0.06, None, 1, "about 1 in 10"),
        (0.6, (0.32, 0.83), 6, "about 6 in 10 (it may be 3 to 8 in 10)"),
        (0.99, (0.98, 1.0), 10, "all of them"),
    ],
)
def test_a_chance_is_so_many_of_ten(chance, interval, filled, said):
    dots = leaflet._tenths("Of ten:", chance, interval)
    assert (dots.filled, dots.words) == (filled, said)


def test_a_doubtful_cause_is_said_to_be_doubtful(explained):
    e = explained("calf-cramps")
    first = e.cramp.causes[0]
    doubt = first._replace(interval=first.interval._replace(low=-0.4))
    found = answered(e._replace(cramp=e.cramp._replace(causes=(doubt, *e.cramp.causes[1:]))))
    assert "not sure" in leaflet.leaflet(found, None).causes[0]
    guess = answered(e._replace(cramp=e.cramp._replace(causes=(first._replace(evidence="D"),))))
    assert "guess" in leaflet.leaflet(guess, None).causes[0]
