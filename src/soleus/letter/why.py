"""Why: the causes as rows with a bar each, and what no cause explains."""

from __future__ import annotations

from collections.abc import Iterator

from ..causes import Cause, Split
from ..report.words import EVIDENCE, bare, between, listed, percent, plain, signed, small
from .cited import Cited
from .parts import Bar, Room

SMALL = 0.02  # share below which a cause is only named
WIDEST = 1.25  # share beyond which an interval is cut off
CHANGE = 90  # characters of a change, beyond which what stands in brackets is left out
AVERAGE, ALL_RIGHT = "an average person, all as it should be", "with all as it should be"


def bars(split: Split, room: Room, cited: Cited) -> tuple[Bar, ...]:
    """The largest causes as ranked, then susceptibility and what is left over."""
    shown = kept(split, room)
    return (*(_bar(cause, room, cited) for cause in shown), *_others(split))


def kept(split: Split, room: Room) -> list[Cause]:
    """The causes that get a row."""
    large = [cause for cause in split.causes if abs(cause.share) >= SMALL]
    return large[: room.causes]


def _bar(cause: Cause, room: Room, cited: Cited) -> Bar:
    change = f"{cause.as_it_was}; should be {cause.as_it_should_be}"
    if len(change) > CHANGE:
        change = f"{bare(cause.as_it_was)}; should be {bare(cause.as_it_should_be)}"
    word = EVIDENCE.get(cause.evidence, "")
    return Bar(
        label=plain(cause.label),
        change=plain(change),
        share=signed(cause.share),
        interval=between(cause.interval),
        evidence=f"{cause.evidence}, {word}" if word else cause.evidence,
        marks=cited.marks(cause.sources),
        note=plain(cause.caveat) if room.caveats else "",
        at=cause.share,
        low=max(cause.interval.low, -WIDEST),
        high=min(cause.interval.high, WIDEST),
        kind="protected" if cause.share < 0 else "raised",
    )


def _others(split: Split) -> Iterator[Bar]:
    left = ALL_RIGHT
    if any((split.susceptibility, *split.susceptibility_interval)):
        left, own = AVERAGE, split.susceptibility_interval
        yield Bar(
            "Own susceptibility", "this person against an average one", signed(split.susceptibility), between(own),
            "", "", "", split.susceptibility, max(own.low, -WIDEST), min(own.high, WIDEST), "other",
        )  # fmt: skip
    over = split.residual
    yield Bar("Left over", left, signed(over), "", "", "", "", over, over, over, "other")


def scale(rows: tuple[Bar, ...]) -> tuple[float, float]:
    """The least and the largest share to draw, with a little air; zero lies between."""
    ends = [end for bar in rows for end in (bar.at, bar.low, bar.high)]
    return min(0.0, *ends), max(0.2, *ends)


def note(split: Split, room: Room) -> str:
    """What the columns mean, and the causes that got no row."""
    shown = kept(split, room)
    said = (
        "Share: part of the whole risk, its 5th to 95th percentile beside it; below zero: protected. "
        "Shares, susceptibility and left over make 100%."
    )
    left = [cause for cause in split.causes if cause not in shown]
    if left:
        names = listed([f"{small(plain(cause.label))} {percent(cause.share)}" for cause in left])
        said += f" Smaller: {names}."
    return said
