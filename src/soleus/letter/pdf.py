"""PDF: the letter laid out by typst as an accessible document, which checks that it conforms to PDF/UA-1.

The words travel as data, so nothing in a case file is ever read as markup; no file and no network is touched.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import typst

from ..errors import BadRecord
from .fonts import chosen
from .parts import Letter, values

LONGEST = 26  # letters of a word that no column may hold; behind so many a line may break
BREAK = "\u200b"
UNBROKEN = ("svg", "alt", "title")  # not set in lines


class Printed(NamedTuple):
    """A PDF."""

    file: bytes
    pages: int
    tightness: int


def pdf(rooms: Sequence[Callable[[], Letter]], most: int, fonts: Path | None = None) -> Printed:
    """The letter with as much as its pages hold: the first of these whose chart takes no more than `most`.

    Raises:
        BadRecord: when no font here has a letter of the case file, or no room is small enough.
    """
    source, compiler, families = _template(), None, ""
    for tightness, make in enumerate(rooms):
        said = json.dumps(_breakable(values(make())), ensure_ascii=False)
        if compiler is None:
            choice = chosen(said, fonts)
            compiler = typst.Compiler(font_paths=choice.fonts, ignore_system_fonts=True)
            families = json.dumps(choice.families)
        given = {"letter": said, "families": families}
        last = _pages(source, given, choice.fonts)
        if last["chart"] <= most and last["leaflet"] <= 1:
            return Printed(_compiled(compiler, source, given), last["all"], tightness)
    raise BadRecord(
        f"the chart does not fit on {most} pages even with little of each part. Shorten the question, the conditions "
        "or the names of medicines in the case file, or write letter.html."
    )


@cache
def _template() -> bytes:
    return files("soleus").joinpath("letter", "letter.typ").read_bytes()


def _pages(source: bytes, given: dict[str, str], fonts: typst.Fonts) -> dict[str, int]:
    """Pages that chart, leaflet and the whole take."""
    told = typst.query(
        source, "<pages>", field="value", one=True, font_paths=fonts, ignore_system_fonts=True, sys_inputs=given
    )
    return dict(json.loads(told))


def _compiled(compiler: typst.Compiler, source: bytes, given: dict[str, str]) -> bytes:
    try:
        made = compiler.compile(input=source, sys_inputs=given, pdf_standards=["ua-1"])
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        said = error.message.removeprefix("PDF/UA-1 error: ")
        raise BadRecord(f"{said}. Name the folder of a font that has it with --fonts, or write letter.html.") from None
    assert isinstance(made, bytes)
    return made


def _breakable(value: object) -> object:
    """The same with places to break in words that no line holds; drawings are left alone."""
    if isinstance(value, dict):
        return {name: item if name in UNBROKEN else _breakable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_breakable(item) for item in value]
    return " ".join(_broken(word) for word in value.split(" ")) if isinstance(value, str) else value


def _broken(word: str) -> str:
    if len(word) <= LONGEST:
        return word
    return BREAK.join(word[i : i + LONGEST] for i in range(0, len(word), LONGEST))
