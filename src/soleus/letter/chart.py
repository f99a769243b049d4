"""Chart: the pages for the record, put together from their parts."""

from __future__ import annotations

from typing import NamedTuple

from ..advice.option import Advice
from ..advice.review import Review
from ..report.words import LETTERS, plain
from . import pictures, unsure, who, why
from .answered import Answered
from .choice import choice
from .cited import Cited
from .parts import Chart, Picture, Room
from .target import target


class Drawn(NamedTuple):
    """The pictures, drawn once however often the page is laid out."""

    course: Picture
    roots: Picture | None
    front: Picture | None


def drawn(found: Answered, advice: Advice | None) -> Drawn:
    """All pictures of the chart."""
    return Drawn(pictures.course(found), pictures.roots(found), pictures.front(advice) if advice else None)


def chart(found: Answered, advice: Advice | None, review: Review | None, of: Drawn, room: Room) -> Chart:
    """The pages, with as much of each part as there is room for."""
    cited = Cited(room.sources)
    split_up = found.about != "restless_legs"  # nothing in the body is held to cause these
    bars = why.bars(found.split, room, cited) if split_up else ()
    options = choice(advice, of.front, room, cited) if advice else None
    together = any(len(names) > 1 and "target_weight" in names for names in _moved(advice, room))
    weight = target(review, cited, together=together)
    others = tuple(unsure.others(found, room, cited))
    doubts = tuple(unsure.unsure(found, room, cited))
    return Chart(
        question=found.question,
        asked=who.cut(plain(found.case.question), room.asked),
        patient=tuple(who.facts(found)),
        drugs=who.medicines(found.case, room.drugs),
        urgent=tuple(unsure.urgent(found)),
        answer=found.answer,
        numbers=found.numbers,
        bars=bars,
        scale=why.scale(bars) if bars else (0.0, 1.0),
        bars_note=f"{why.note(found.split, room)} Evidence: {LETTERS}." if bars else "",
        course=of.course,
        roots=of.roots if room.roots else None,
        choice=options,
        target=weight,
        others=others,
        known=tuple(who.known(found.case, room.known)),
        unsure=doubts,
        sources=cited.texts(),
        sources_note=cited.note(),
        method=found.method,
    )


def _moved(advice: Advice | None, room: Room) -> list[list[str]]:
    """What each option that is printed changes."""
    return [[change.id for change in option.changes] for option in (advice.options[: room.options] if advice else ())]
