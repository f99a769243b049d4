"""Claims: what an article says on which evidence. A mark in braces follows what it vouches for:

    More people cramped when they had gained 3.5 kg or more {B Akkabut2021}.
    Fewer fall to low pressure in a cooler bath {A recalled Tsujimoto2019}.

A letter (A trial, B cohort, C mechanism, D assumption), `recalled` where the figure is from memory, and keys of
references.bib. What is only recalled in the bibliography must be called so here.
"""

import re
from typing import Literal, NamedTuple

from ..errors import BadRecord
from ..references import Reference, find

GRADES = {
    "A": ("trial", "tested in a trial"),
    "B": ("cohort", "seen in groups of patients"),
    "C": ("mechanism", "follows from how the body works"),
    "D": ("assumption", "assumed; nobody has shown it"),
}
MARK = re.compile(r"\{([A-D]) (recalled )?([A-Za-z][\w-]*(?: [A-Za-z][\w-]*)*)\}")
BRACES = re.compile(r"\{[^{}\n]*\}?")
FROM_MEMORY = re.compile(r"^recalled|figures? (of [^;]*)?(and title )?recalled|figures recalled|they are recalled"
                         r"|effect sizes recalled|figures as noted by others")  # fmt: skip
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n\s*\n|\n(?=[-*|#>] ?)|\n(?=\d+\. )")

Level = Literal["plain", "professional"]


class Mark(NamedTuple):
    """Evidence, as a mark says it."""

    grade: str
    recalled: bool
    sources: tuple[str, ...]


class Claim(NamedTuple):
    """One sentence and what it rests on."""

    text: str
    mark: Mark
    level: Level


class Source(NamedTuple):
    """A reference of an article, and whether some of what it is used for is from memory."""

    reference: Reference
    recalled: bool


def mark_of(found: re.Match[str]) -> Mark:
    """The mark that was found."""
    return Mark(found[1], found[2] is not None, tuple(found[3].split()))


def check(text: str, name: str) -> None:
    """Refuse a mark that is none, whose source is not known, or that calls seen what is only recalled.

    Raises:
        BadRecord: naming the mark and what to write instead.
    """
    for braces in BRACES.finditer(text):
        found = MARK.fullmatch(braces[0])
        if found is None:
            raise BadRecord(f"{name}: {braces[0]} is no mark. Write {{B Key}} or {{B recalled Key}}, grades A to D.")
        mark = mark_of(found)
        try:
            references = find(mark.sources)
        except BadRecord as error:
            raise BadRecord(f"{name}: {braces[0]}: {error}") from None
        memory = [r.key for r in references if FROM_MEMORY.search(r.fields.get("note", ""))]
        if memory and not mark.recalled:
            raise BadRecord(f"{name}: {braces[0]}: of {', '.join(memory)} only memory vouches. Write 'recalled'.")


def claims(text: str, level: Level) -> tuple[Claim, ...]:
    """Every sentence that carries a mark, as often as it carries one."""
    return tuple(
        Claim(bare(sentence), mark_of(found), level)
        for sentence in SENTENCE.split(text)
        for found in MARK.finditer(sentence)
    )


def bare(text: str) -> str:
    """Text without its marks, on one line."""
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(MARK.sub("", text).split())).lstrip("-*# ").strip()


def sources(found: tuple[Claim, ...]) -> tuple[Source, ...]:
    """The references of claims in the order of their first use."""
    recalled: dict[str, bool] = {}
    for claim in found:
        for key in claim.mark.sources:
            recalled[key] = recalled.get(key, False) or claim.mark.recalled
    return tuple(Source(reference, recalled[reference.key]) for reference in find(recalled))
