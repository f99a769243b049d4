"""Written: the letter put together, laid out as its file name says, and saved whole or not at all."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from .. import __version__, files
from ..advice.option import Advice
from ..advice.review import Review
from ..causes import Explanation
from ..causes.home import HomeExplanation
from ..report.words import DISCLAIMER, plain
from .answered import Answered, answered
from .chart import Drawn, chart, drawn
from .leaflet import leaflet
from .parts import ADVISED, ROOMS, Address, Letter, Room, written

For = Literal["chart", "patient", "both"]
KINDS = (".pdf", ".html")
PAGES = 2  # of the chart at most


class Written(NamedTuple):
    """What was written, and how."""

    file: str
    pages: int | None  # of a PDF
    tightness: int  # 0 where everything found room, more the more was left out


class Made(NamedTuple):
    """All that is needed to lay a letter out, once or several times."""

    found: Answered
    advice: Advice | None
    drawn: Drawn | None
    address: Address
    whom: For
    review: Review | None


def made(
    e: Explanation | HomeExplanation, advice: Advice | None, address: Address, whom: For, review: Review | None = None
) -> Made:
    """Words and pictures; nothing is laid out yet."""
    found = answered(e)
    return Made(found, advice, None if whom == "patient" else drawn(found, advice), address, whom, review)


def letter(made: Made, room: Room = ROOMS[0]) -> Letter:
    """The letter with so much room for each part."""
    found, address = made.found, made.address
    day = address.day or date.today()
    name = plain(found.case.patient.name)
    return Letter(
        title=f"{found.question.rstrip('?')}? {name}{', ' if name else ''}{found.day}",
        sender=tuple(plain(line) for line in address.sender),
        to=tuple(plain(line) for line in address.to),
        day=written(day),
        chart=None if made.drawn is None else chart(found, made.advice, made.review, made.drawn, room),
        leaflet=None if made.whom == "chart" else leaflet(found, made.advice),
        disclaimer=DISCLAIMER,
        version=__version__,
    )


def _rooms(made: Made) -> tuple[Room, ...]:
    return ADVISED if made.advice else ROOMS


def check(path: Path) -> None:
    """Refuse a file name that no letter can be written to, before anything is computed.

    Raises:
        BadRecord: naming the two kinds of file, or the folder that is not there.
    """
    files.check(path, KINDS, "the letters Soleus writes")


def write(
    path: Path,
    e: Explanation | HomeExplanation,
    advice: Advice | None = None,
    *,
    review: Review | None = None,
    address: Address = Address(),
    whom: For = "both",
    fonts: Path | None = None,
) -> Written:
    """Write the letter whole or not at all, as its suffix says.

    Raises:
        BadRecord: when the file cannot be written, or no font here has a letter of the case file.
    """
    check(path)
    parts = made(e, advice, address, whom, review)
    if path.suffix.lower() == ".html":
        from .html import html

        _save(path, html(letter(parts, _rooms(parts)[0])).encode())
        return Written(str(path), None, 0)
    from .pdf import pdf

    printed = pdf([partial(letter, parts, room) for room in _rooms(parts)], PAGES, fonts)
    _save(path, printed.file)
    return Written(str(path), printed.pages, printed.tightness)


def _save(path: Path, content: bytes) -> None:
    with files.whole(path) as draft:
        draft.write_bytes(content)
