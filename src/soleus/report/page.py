"""Page: an explanation as one calm screen; what was found first, then why, how sure, and what would help to know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from ..case import Case
from ..causes import Cause, Explanation, Measurement, Split
from ..levers import Lever
from ..levers.home import HomeLever
from ..paper import item as item
from ..paper import show as show
from .found import complaint_lines, differential_lines, drug_lines, question_lines, tree_lines, urgent_lines
from .plain import cited
from .sheet import DIM, brief_lines, title, treatment
from .words import (
    DISCLAIMER,
    EVENTS,
    LETTERS,
    answer,
    bare,
    between,
    contradictions,
    percent,
    plain,
    question,
    signed,
    small,
    split_of,
)

WAY = 64  # characters of the longest pathway
BAR = 12  # characters of the longest bar
LABEL = 30
LEAST = 0.005  # share that still shows as a percent
RAISED, PROTECTED = "dark_orange3", "deep_sky_blue3"
EIGHTHS = " ▏▎▍▌▋▊▉"


class Row(NamedTuple):
    """One line of the table of shares."""

    label: str
    share: float
    interval: str
    note: str


def page(e: Explanation, *, ascii_only: bool = False) -> Group:
    """The whole screen."""
    split, case, noted = split_of(e), e.twin.case, e.twin.session.symptoms
    parts = [
        *head(question(e), case.question, treatment(e.twin), answer(e)),
        *urgent_lines(e.complaints),
        *_chance(e),
        *(share_lines(split, ascii_only) if split.causes or split.mechanisms else letter_lines()),
        *tree_lines(e.tree, (e.about,), ascii_only),
        *_ways(split),
        *brief_lines(e.twin),
        *complaint_lines(e.complaints, noted, "chance in and after this session, interval, evidence"),
        *differential_lines(e.differential),
        *question_lines(noted),
        *drug_lines(case),
        *_fit(e),
        *right_lines(e.as_it_should_be),
        *open_lines(case, e.most_useful),
        *_last(e),
    ]
    return Group(*parts)


def head(asked: str, whose: str | None, treated: str, said: str) -> Iterator[RenderableType]:
    """The question, the file's own, what was treated, the answer."""
    yield Text(asked, style="bold")
    if whose:
        yield Text(f"Asked: {plain(whose)}", style=DIM)
    yield Text(treated, style=DIM)
    yield Text("")
    yield Padding(Text(said, style="bold"), (0, 0, 0, 2))


def _chance(e: Explanation) -> Iterator[RenderableType]:
    chance = split_of(e).chance
    yield Text("")
    if e.about == "restless_legs":
        yield chance_line("Restless legs in such people", percent(chance.probability), "")
    else:
        yield chance_line(f"Chance of {EVENTS[e.about]}", percent(chance.probability), between(chance.interval))
        yield chance_line("  with all as it should be", percent(chance.baseline), "")
        low, high = chance.window
        when = f"80% from {low:.0f} to {high:.0f}{_came(e)}"
        yield chance_line("Likely minute", f"{chance.likely_minute:.0f}", when)
    for about, other in (("cramp", e.cramp), ("hypotension", e.hypotension)):
        if about != e.about:
            also = other.chance
            yield chance_line(f"Chance of {EVENTS[about]}", percent(also.probability), between(also.interval))


def chance_line(label: str, value: str, note: str) -> Text:
    """One figure below the answer."""
    return Text("  " + label.ljust(LABEL) + value.rjust(6)).append(f"   {note}".rstrip(), style=DIM)


def _came(e: Explanation) -> str:
    """When the first cramp really came."""
    first = min((cramp.minute for cramp in e.twin.session.cramps), default=None)
    return f"; it came at {first:.0f}" if e.about == "cramp" and first is not None else ""


def letter_lines() -> Iterator[RenderableType]:
    """What the letters of evidence mean, once a page."""
    yield Text(f"  Evidence: {LETTERS}.", style=DIM)


def share_lines(split: Split, ascii_only: bool) -> Iterator[RenderableType]:
    """Every cause with its share, what was and what should have been; then what no cause explains."""
    rows = [Row(c.label, c.share, between(c.interval), c.evidence) for c in split.causes]
    whose = "with all right"
    if any((split.susceptibility, *split.susceptibility_interval)):
        own = between(split.susceptibility_interval)
        rows.append(Row("Own susceptibility", split.susceptibility, own, ""))
        whose = "an average person"
    rows.append(Row(f"Left over, {whose}", split.residual, "", ""))
    longest = max((abs(row.share) for row in rows), default=1.0) or 1.0
    yield from title("Where the risk came from", "share of the whole, 5th to 95th percentile, evidence")
    yield from letter_lines()
    details = [_details(cause) for cause in split.causes] + [()] * 2
    for row, detail in zip(rows, details, strict=False):
        yield _bar(row, longest, ascii_only)
        for line in detail:
            yield Padding(Text(line, style=DIM), (0, 0, 0, 6))


def _bar(row: Row, longest: float, ascii_only: bool) -> Text:
    length = abs(row.share) / longest * BAR
    whole, part = int(length), int((length % 1) * 8)
    bar = "#" * round(length) if ascii_only else "█" * whole + (EIGHTHS[part] if part else "")
    protected = row.share <= -LEAST
    line = Text("  " + _padded(row.label, LABEL))
    line.append(bar.ljust(BAR), style=PROTECTED if protected else RAISED)
    line.append(signed(row.share).rjust(7), style="bold")
    return line.append(f"  {row.interval.ljust(13)} {row.note}".rstrip(), style=DIM)


def _padded(text: str, width: int) -> str:
    return text.ljust(width) if len(text) < width else f"{text} "


def _details(cause: Cause) -> tuple[str, ...]:
    change = f"as it was: {cause.as_it_was}; as it should be: {cause.as_it_should_be}"
    if cause.share <= -LEAST:
        change = f"protected; {change}"
    if abs(cause.share) < LEAST:
        return (change,)
    return (change, cause.caveat) if cause.caveat else (change,)


def _ways(split: Split) -> Iterator[RenderableType]:
    ways = [way for way in split.mechanisms if abs(way.share) >= LEAST]
    if not ways:
        return
    yield from title("How it came about", "what of the risk goes when one pathway stays as at the start; they overlap")
    for way in ways:
        yield Text("  " + way.label.ljust(WAY) + signed(way.share).rjust(6)).append(f"  {way.evidence}", style=DIM)


def _fit(e: Explanation) -> Iterator[RenderableType]:
    quality = e.twin.quality
    yield from title("How well the twin went as the patient did")
    off = []
    if quality.systolic_rms is not None:
        off.append(f"systolic pressure off by {quality.systolic_rms:.0f} mmHg over {_count(quality.readings)}")
    if quality.rbv_rms is not None:
        off.append(f"blood volume off by {quality.rbv_rms:.1f} %")
    others = quality.sessions - 1
    if others > 0:
        off.append(f"fitted to the readings of {others} other session{'s' * (others > 1)} too")
    for line in (*off, quality.note):
        yield item(line)


def right_lines(levers: Sequence[Lever | HomeLever]) -> Iterator[RenderableType]:
    """What was already as it should be."""
    if levers:
        yield from title("Already right, or not in question")
        yield item(", ".join(f"{small(lever.label)} ({bare(lever.as_it_was)})" for lever in levers))


def _count(readings: int) -> str:
    return "1 reading" if readings == 1 else f"{readings} readings"


def open_lines(case: Case, useful: Measurement | None) -> Iterator[RenderableType]:
    """The most useful next measurement, what else is missing, and what in the file is odd."""
    if case.missing or useful:
        yield from title("What is missing")
    if useful:
        narrows = f"; it would take away {percent(useful.narrows)} of the uncertainty" if useful.narrows >= 0.01 else ""
        yield Padding(Text(f"Most useful next: {useful.what}, because {useful.why}{narrows}."), (0, 0, 0, 2))
    for missing in case.missing:
        yield item(f"{missing.what}: {missing.why}")
    if case.warnings:
        yield from title("Worth a second look in the file")
        for warning in case.warnings:
            yield item(plain(warning))


def _last(e: Explanation) -> Iterator[RenderableType]:
    if found := contradictions(e):
        yield from title("What the literature contradicts")
        for c in found:
            yield item(f"{c.statement} [{' '.join(c.sources)}]")
    yield from last_lines(e.method.text, cited(e))


def last_lines(method: str, sources: Sequence[str]) -> Iterator[RenderableType]:
    """How it was computed, on whose work it rests, and who decides."""
    yield Text("")
    yield Text(method, style=DIM)
    yield Text(f"Sources: {', '.join(sources)}. In full: soleus cite KEY, or --json.", style=DIM)
    yield Text(DISCLAIMER, style=DIM)
