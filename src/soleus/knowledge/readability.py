"""Readability: how old somebody must be to read a text with ease, by the lengths of its sentences and words.

    grade = 0.39 words per sentence + 11.8 syllables per word - 15.59      Flesch-Kincaid; age = grade + 5
    ease  = 206.835 - 1.015 words per sentence - 84.6 syllables per word   Flesch

The formulas are recalled (Kincaid 1975). Syllables are counted by rule, which is right for nine words in ten.
"""

import re
from typing import NamedTuple

from .claims import MARK

SCHOOL = 5  # years of age before the first grade
PER_SENTENCE, PER_SYLLABLE, FROM = 0.39, 11.8, 15.59
EASE, LESS_SENTENCE, LESS_SYLLABLE = 206.835, 1.015, 84.6
END = re.compile(r"[.!?]+(?=\s|$)|\n\s*\n|\n(?=\s*(?:[-*#|]|\d+\. ))")
WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
VOWELS = re.compile(r"[aeiouy]+")
SILENT = re.compile(  # have, role; passed; comes
    r"[^aeiouyl]e$|[aeiouyr]le$|[^aeiouytd]ed$|[^aeiouysxzcgl](?<!ch|sh)es$|[aeiouyr]les$"
)
APART = re.compile(  # two vowels that are two syllables: calcium, material, period, urea, diet, fluid
    r"i(?:um|a(?!l|n$))|[^tcsg]ia[ln]|[^tcsgx]io|eo(?!u|ple)|ua|ui(?=ng)|ea(?=te)|(?:[rd]|us)eas?$|iet|eing|fluid"
)


class Readability(NamedTuple):
    """How hard a text is."""

    words: int
    sentences: int
    syllables: int

    @property
    def grade(self) -> float:
        """School grade of Flesch and Kincaid."""
        return PER_SENTENCE * self.words / self.sentences + PER_SYLLABLE * self.syllables / self.words - FROM

    @property
    def age(self) -> float:
        """Age at which the text is read with ease."""
        return self.grade + SCHOOL

    @property
    def ease(self) -> float:
        """Flesch's reading ease, 0 to 100, higher is easier."""
        return EASE - LESS_SENTENCE * self.words / self.sentences - LESS_SYLLABLE * self.syllables / self.words


def syllables(word: str) -> int:
    """Syllables of an English word, by rule."""
    word = re.sub(r"[^a-z]", "", word.casefold())
    count = len(VOWELS.findall(word)) - bool(SILENT.search(word)) + len(APART.findall(word))
    return max(count, 1)


def measure(markdown: str) -> Readability:
    """How hard a text is to read; pictures, links' targets and marks of evidence are not read."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", " ", MARK.sub("", markdown))
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    sentences = [s for s in END.split(re.sub(r"[*_`]", "", text)) if WORD.search(s)]
    found = [w for s in sentences for w in WORD.findall(s)]
    return Readability(len(found), max(len(sentences), 1), sum(map(syllables, found)))
