"""Parts of a letter: what stands on the page, as words ready to print; a page only lays them out."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Room(NamedTuple):
    """How much of each part is printed, so that the chart keeps to its pages; what is left out is said."""

    causes: int
    options: int
    others: int  # what else it could be
    unsure: int
    drugs: int  # characters of the list of medicines
    asked: int  # characters of the question
    known: int  # medicines with what is known of them
    sources: int
    caveats: bool  # what is weak about each cause
    roots: bool  # the picture from root to symptom
    front: bool  # the picture of burden and risk
    limits: int  # that held an option back


ROOMS = (  # from generous to tight; doubts and sources give way before causes do
    Room(7, 0, 3, 7, 600, 1000, 3, 16, True, True, False, 0),
    Room(7, 0, 2, 6, 420, 700, 2, 12, True, True, False, 0),
    Room(6, 0, 2, 6, 360, 500, 0, 10, True, True, False, 0),
    Room(5, 0, 2, 6, 300, 400, 0, 10, True, True, False, 0),
    Room(8, 0, 2, 6, 300, 400, 0, 8, False, True, False, 0),
    Room(6, 0, 2, 5, 260, 300, 0, 8, False, True, False, 0),
    Room(5, 0, 1, 5, 220, 240, 0, 6, False, True, False, 0),
    Room(4, 0, 1, 4, 160, 160, 0, 4, False, False, False, 0),
)
ADVISED = (  # the same where there are options: these stand on the first page, beside the causes
    Room(6, 3, 2, 6, 420, 600, 0, 9, False, True, True, 3),
    Room(6, 3, 2, 6, 420, 600, 0, 9, False, True, False, 3),
    Room(6, 3, 2, 5, 300, 400, 0, 7, False, True, False, 2),
    Room(5, 3, 1, 5, 300, 400, 0, 6, False, True, False, 1),
    Room(5, 2, 1, 5, 260, 300, 0, 6, False, True, False, 1),
    Room(6, 3, 2, 5, 300, 400, 0, 7, False, False, False, 1),
    Room(5, 2, 1, 4, 220, 240, 0, 5, False, False, False, 1),
    Room(4, 2, 1, 3, 160, 160, 0, 4, False, False, False, 0),
    Room(3, 1, 1, 3, 160, 160, 0, 4, False, False, False, 0),
)


class Address(NamedTuple):
    """Who sends it to whom, and when; lines of text."""

    sender: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    day: date | None = None  # today, where None


class Fact(NamedTuple):
    """A line of the block about the patient, or of the figures below the answer."""

    label: str
    value: str
    note: str = ""


class Bar(NamedTuple):
    """A cause, its share of the risk, and how it was and should be."""

    label: str
    change: str
    share: str
    interval: str
    evidence: str
    marks: str  # numbers of its sources
    note: str
    at: float  # share; 1 is the whole risk
    low: float
    high: float
    kind: str  # "raised", "protected" or "other"


class Picture(NamedTuple):
    """A drawing with the same said in words."""

    svg: str
    alt: str
    caption: str


class Item(NamedTuple):
    """A line of a list, with what it is about in front."""

    lead: str
    text: str
    marks: str = ""


class Suggestion(NamedTuple):
    """An option of the advice."""

    label: str
    cramp: Fact
    fall: Fact
    dose: Fact
    lines: tuple[Item, ...]  # what it costs, when it acts, who decides, what to check first
    evidence: str
    marks: str


class Choice(NamedTuple):
    """What could be changed, and what holds it back."""

    options: tuple[Suggestion, ...]
    front: Picture | None
    note: str
    limits: tuple[str, ...]


class Chart(NamedTuple):
    """For the chart: two pages at most."""

    question: str
    asked: str
    patient: tuple[Fact, ...]
    drugs: str
    urgent: tuple[str, ...]
    answer: str
    numbers: tuple[Fact, ...]
    bars: tuple[Bar, ...]
    scale: tuple[float, float]  # the least and the largest share that the bars have to show
    bars_note: str
    course: Picture
    roots: Picture | None
    choice: Choice | None
    target: tuple[Item, ...]  # the review of the target weight
    others: tuple[Item, ...]
    known: tuple[Item, ...]
    unsure: tuple[Item, ...]
    sources: tuple[str, ...]
    sources_note: str
    method: str


class Dots(NamedTuple):
    """A chance as some of ten."""

    lead: str
    filled: int
    words: str


class Leaflet(NamedTuple):
    """For the patient: one page in plain words."""

    title: str
    whose: str
    looked: str
    causes: tuple[str, ...]
    sure: str
    dots: tuple[Dots, ...]
    team: tuple[str, ...]
    you: tuple[str, ...]
    now: tuple[str, ...]  # when it happens
    call: tuple[str, ...]
    whom: str  # to call
    last: str


class Letter(NamedTuple):
    """A whole letter."""

    title: str
    sender: tuple[str, ...]
    to: tuple[str, ...]
    day: str
    chart: Chart | None
    leaflet: Leaflet | None
    disclaimer: str
    version: str


def written(day: date) -> str:
    """A day as a letter writes it: 9 February 2026."""
    return f"{day.day} {day:%B} {day.year}"


def values(part: object) -> object:
    """A part as plain values for JSON, names kept."""
    if isinstance(part, tuple) and hasattr(part, "_asdict"):
        return {name: values(item) for name, item in part._asdict().items()}
    if isinstance(part, tuple):
        return [values(item) for item in part]
    return part
