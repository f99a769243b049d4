"""Unsure: what is not certain, what else it could be, what would help to know, and what the literature contradicts."""

from __future__ import annotations

from collections.abc import Iterator

from ..report.found import LEAST, URGENT, felt
from ..report.words import LITTLE, listed, percent, plain, small
from .answered import Answered
from .cited import Cited
from .parts import Item, Room

FEW_MISSING, FEW_ODD = 4, 2
TELL = 260  # characters of what would tell an alternative


def urgent(found: Answered) -> Iterator[str]:
    """Levels more likely passed than not: above all else."""
    for row in felt(found.complaints):
        if row.warning and row.chance.mean >= URGENT:
            yield f"{row.label}: more likely than not it was there. See to this first."


def others(found: Answered, room: Room, cited: Cited) -> Iterator[Item]:
    """What else the complaint may be, the most urgent first, and what would tell."""
    for other in found.differential[: room.others]:
        tell = _sentences(other.tell_apart, TELL)
        yield Item(
            f"{plain(other.label)} ({other.evidence})", f"{_end(other.why)} To tell: {tell}", cited.marks(other.sources)
        )
    rest = found.differential[room.others :]
    if rest:
        yield Item("Less near", f"{listed([small(plain(other.label)) for other in rest])}.")


def unsure(found: Answered, room: Room, cited: Cited) -> list[Item]:
    """The most important first, so that the last can be left out."""
    against = [Item("Often believed otherwise", plain(c.statement)) for c in found.contradicted]
    fit = Item("Fit of the model", _end("; ".join(found.fits)))
    odd = [Item("Odd in the file", plain(text)) for text in found.case.warnings[:FEW_ODD]]
    lines = [*_first(found), *against[:1], *_useful(found), *_missing(found), fit, *odd, *against[1:]]
    by_text = {plain(c.statement): c.sources for c in found.contradicted}
    return [item._replace(marks=cited.marks(by_text.get(item.text, ()))) for item in lines[: room.unsure]]


def _first(found: Answered) -> Iterator[Item]:
    """Whether the first cause is sure, and how much of the risk belongs to none."""
    if found.about == "restless_legs":
        return
    rising = [cause for cause in found.split.causes if cause.share >= LITTLE]
    open_ = [cause for cause in rising if cause.interval.low < -LITTLE]
    if open_:
        names = listed([small(plain(cause.label)) for cause in open_[:3]])
        yield Item("Left open", f"Whether it mattered at all: {names}.")
    own, left = found.split.susceptibility, found.split.residual
    whose = f"{percent(own)} is this person's own tendency and {percent(left)} is left over"
    rest = whose if abs(own) >= LEAST else f"{percent(left)} is left over"
    yield Item("Not explained", f"{rest}: no change of treatment in the list accounts for it.")


def _useful(found: Answered) -> Iterator[Item]:
    useful = found.useful
    if useful:
        narrows = f"; it would take away {percent(useful.narrows)} of the uncertainty" if useful.narrows >= 0.01 else ""
        yield Item("Measure next", _end(f"{plain(useful.what)}, because {plain(useful.why)}{narrows}"))


def _missing(found: Answered) -> Iterator[Item]:
    names = [missing.what for missing in found.case.missing]
    if names:
        more = f", and {len(names) - FEW_MISSING} more" if len(names) > FEW_MISSING else ""
        yield Item("Not in the file", f"{', '.join(names[:FEW_MISSING])}{more}.")


def _end(text: str) -> str:
    text = plain(text)
    return (text[:1].upper() + text[1:]).rstrip(".") + "."


def _sentences(text: str, most: int) -> str:
    """As many whole sentences as find room, at least one."""
    kept = ""
    for part in _end(text).replace("? ", "?|").replace(". ", ".|").split("|"):
        if kept and len(kept) + len(part) > most:
            break
        kept = f"{kept} {part}".strip()
    return kept
