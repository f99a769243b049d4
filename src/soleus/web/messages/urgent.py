"""Urgent: words of a message that cannot wait for anybody to read it, in English, German and Spanish.

Every row of `urgent_words.csv` is groups of words, of which one of each group has to stand near the others; a word is
its beginning. Case, accents and small slips do not matter, and neither does a "no" before them: a page too much is
read in seconds, one too few may be too late.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ...knowledge import vocabulary

NEAR = 6  # words between which the groups of a row belong together
LONG = 6  # letters from which a slip is allowed
CRAMP = "A cramp that is very bad, or does not let go"
SPELLED = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ß", "ss"))  # written both ways


class Row(NamedTuple):
    """A sign, and the groups of words that tell it."""

    sign: str
    language: str
    groups: tuple[tuple[tuple[str, ...], ...], ...]


@cache
def rows() -> tuple[Row, ...]:
    """The list."""
    text = files(__package__).joinpath("urgent_words.csv").read_text(encoding="utf-8")
    return tuple(
        Row(line["sign"], line["language"], tuple(_group(group) for group in line["words"].split("+")))
        for line in csv.DictReader(text.splitlines())
    )


def _group(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(plain(each)) for each in text.split("|"))


@cache
def says() -> dict[str, str]:
    """Every sign in words."""
    known = vocabulary.signs()
    return {row.sign: CRAMP if row.sign == "cramp" else known[row.sign].label for row in rows()}


def plain(text: str) -> list[str]:
    """The words of a text in small letters without accents, umlauts alike however they are written."""
    text = text.casefold().replace("'", "").replace("’", "")
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    for a, b in SPELLED:
        text = text.replace(a, b)
    return re.findall(r"[^\W_]+", text)


def signs(*texts: str) -> list[str]:
    """What in these texts cannot wait, each once, in the order of the list."""
    said = plain(" . ".join(texts))
    return list(dict.fromkeys(row.sign for row in rows() if _told(row, said)))


def _told(row: Row, said: list[str]) -> bool:
    places: list[list[int]] = []
    for group in row.groups:
        places.append([i for i in range(len(said)) for each in group if _at(each, said, i)])
        if not places[-1]:
            return False
    return any(all(any(abs(i - j) <= NEAR for j in other) for other in places[1:]) for i in places[0])


def _at(words: tuple[str, ...], said: list[str], i: int) -> bool:
    return len(words) <= len(said) - i and all(_is(word, said[i + k]) for k, word in enumerate(words))


def _is(word: str, said: str) -> bool:
    return said.startswith(word) or (len(word) >= LONG and said[0] == word[0] and _slip(word, said))


def _slip(word: str, said: str) -> bool:
    """Whether a word begins as it should but for one letter: another, one too few or too many, or two swapped."""
    i = next((i for i, (a, b) in enumerate(zip(word, said, strict=False)) if a != b), len(said))
    tried = [(said[i + 1 :], word[i + 1 :]), (said[i:], word[i + 1 :]), (said[i + 1 :], word[i:])]
    if said[i : i + 2] == word[i : i + 2][::-1]:
        tried.append((said[i + 2 :], word[i + 2 :]))
    return any(rest.startswith(wanted) for rest, wanted in tried)
