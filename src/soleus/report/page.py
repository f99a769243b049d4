"""Page: an explanation as one calm screen; what was found first, then why, how sure, and what would help to know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from ..causes import Cause, Explanation, Mechanism, Split
from .plain import cited
from .sheet import DIM, brief_lines, title, treatment
from .words import (
    DISCLAIMER,
    EVENTS,
    answer,
    bare,
    between,
    contradictions,
    evidence,
    percent,
    plain,
    question,
    signed,
    split_of,
)

WIDEST = 96  # characters in a line that an eye can follow
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


def show(console: Console, page: RenderableType) -> None:
    """Print a page no wider than a line should be; without trailing spaces where it goes to a file or a pipe."""
    width = min(console.width, WIDEST)
    if console.is_terminal:
        console.print(page, width=width, highlight=False)
        return
    with console.capture() as caught:
        console.print(page, width=width, highlight=False)
    for line in caught.get().splitlines():
        console.file.write(line.rstrip() + "\n")


def page(e: Explanation, *, ascii_only: bool = False) -> Group:
    """The whole screen."""
    parts = [
        *_head(e),
        *_chance(e),
        *_shares(e, ascii_only),
        *_ways(e),
        *brief_lines(e.twin),
        *_known(e),
        *_open(e),
        *_last(e),
    ]
    return Group(*parts)


def _head(e: Explanation) -> Iterator[RenderableType]:
    yield Text(question(e), style="bold")
    if e.twin.case.question:
        yield Text(f"Asked: {plain(e.twin.case.question)}", style=DIM)
    yield Text(treatment(e.twin), style=DIM)
    yield Text("")
    yield Padding(Text(answer(e), style="bold"), (0, 0, 0, 2))


def _chance(e: Explanation) -> Iterator[RenderableType]:
    split = split_of(e)
    chance = split.chance
    rows = [
        (f"Chance of {EVENTS[e.about]}", f"{percent(chance.probability)}", between(chance.interval)),
        ("  with all as it should be", f"{percent(chance.baseline)}", ""),
        ("Likely minute", f"{chance.likely_minute:.0f}", f"80% of it {_window(split)}{_came(e)}"),
    ]
    other = e.hypotension if e.about == "cramp" else e.cramp
    about = "hypotension" if e.about == "cramp" else "cramp"
    rows.append((f"Chance of {EVENTS[about]}", percent(other.chance.probability), between(other.chance.interval)))
    yield Text("")
    for label, value, note in rows:
        line = Text("  " + label.ljust(LABEL) + value.rjust(6))
        yield line.append(f"   {note}", style=DIM)


def _came(e: Explanation) -> str:
    """When the first cramp really came."""
    first = min((cramp.minute for cramp in e.twin.session.cramps), default=None)
    return f"; it came at {first:.0f}" if e.about == "cramp" and first is not None else ""


def _window(split: Split) -> str:
    low, high = split.chance.window
    return f"from {low:.0f} to {high:.0f}"


def _shares(e: Explanation, ascii_only: bool) -> Iterator[RenderableType]:
    split = split_of(e)
    rows = [Row(c.label, c.share, between(c.interval), evidence(c.evidence)) for c in split.causes]
    if e.about == "cramp":
        own = between(split.susceptibility_interval)
        rows.append(Row("Own susceptibility", split.susceptibility, own, ""))
    whose = "an average person" if e.about == "cramp" else "with all right"
    rows.append(Row(f"Left over, {whose}", split.residual, "", ""))
    longest = max((abs(row.share) for row in rows), default=1.0) or 1.0
    yield from title("Where the risk came from", "share of the whole, 5th to 95th percentile, evidence")
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
    line = Text("  " + _fit(row.label, LABEL))
    line.append(bar.ljust(BAR), style=PROTECTED if protected else RAISED)
    line.append(signed(row.share).rjust(7), style="bold")
    return line.append(f"  {row.interval.ljust(13)} {row.note}".rstrip(), style=DIM)


def _fit(text: str, width: int) -> str:
    return text.ljust(width) if len(text) < width else f"{text} "


def _details(cause: Cause) -> tuple[str, ...]:
    change = f"as it was: {cause.as_it_was}; as it should be: {cause.as_it_should_be}"
    if cause.share <= -LEAST:
        change = f"protected; {change}"
    if abs(cause.share) < LEAST:
        return (change,)
    return tuple(line for line in (change, _through(cause.mechanisms), cause.caveat) if line)


def _through(ways: tuple[Mechanism, ...]) -> str:
    rising = [f"{way.label} {percent(way.share)}" for way in ways if way.share > 0]
    falling = [f"against it {way.label} {percent(-way.share)}" for way in ways if way.share < 0]
    return f"through {'; '.join(rising + falling)}" if rising or falling else ""


def _ways(e: Explanation) -> Iterator[RenderableType]:
    ways = [way for way in split_of(e).mechanisms if abs(way.share) >= LEAST]
    if not ways:
        return
    yield from title("How it came about", "what of the risk goes when one pathway stays as at the start; they overlap")
    for way in ways:
        line = Text("  " + way.label.ljust(LABEL + BAR) + signed(way.share).rjust(7))
        yield line.append(f"  {evidence(way.evidence)}", style=DIM)


def _known(e: Explanation) -> Iterator[RenderableType]:
    quality = e.twin.quality
    yield from title("How well the twin went as the patient did")
    off = []
    if quality.systolic_rms is not None:
        off.append(f"systolic pressure off by {quality.systolic_rms:.0f} mmHg over {_count(quality.readings)}")
    if quality.rbv_rms is not None:
        off.append(f"blood volume off by {quality.rbv_rms:.1f} %")
    for line in (*off, quality.note):
        yield _item(line)
    if e.as_it_should_be:
        right = ", ".join(f"{lever.label.lower()} ({bare(lever.as_it_was)})" for lever in e.as_it_should_be)
        yield from title("Already right, or not in question")
        yield _item(right)


def _count(readings: int) -> str:
    return "1 reading" if readings == 1 else f"{readings} readings"


def _open(e: Explanation) -> Iterator[RenderableType]:
    case, useful = e.twin.case, e.most_useful
    if case.missing or useful:
        yield from title("What is missing")
    if useful:
        narrows = f"; it would take away {percent(useful.narrows)} of the uncertainty" if useful.narrows >= 0.01 else ""
        yield Padding(Text(f"Most useful next: {useful.what}, because {useful.why}{narrows}."), (0, 0, 0, 2))
    for missing in case.missing:
        yield _item(f"{missing.what}: {missing.why}")
    if case.warnings:
        yield from title("Worth a second look in the file")
        for warning in case.warnings:
            yield _item(plain(warning))


def _last(e: Explanation) -> Iterator[RenderableType]:
    if found := contradictions(e):
        yield from title("What the literature contradicts")
        for c in found:
            yield _item(f"{c.statement} [{' '.join(c.sources)}]")
    yield Text("")
    yield Text(e.method.text, style=DIM)
    yield Text(f"Sources: {', '.join(cited(e))}. In full: soleus cite KEY, or --json.", style=DIM)
    yield Text("Evidence: A trial, B cohort, C mechanism, D assumption.", style=DIM)
    yield Text(DISCLAIMER, style=DIM)


def _item(text: str) -> Padding:
    return Padding(Text(f"- {text}"), (0, 0, 0, 2))
