"""Page: an explanation as one calm screen; what was found first, then why, how sure, and what would help to know."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import shorten
from typing import NamedTuple

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from ..case import Symptom
from ..causes import Cause, Explanation, Mechanism, Split
from ..fit import Twin
from .course import Measure, measured
from .plain import cited
from .words import (
    DISCLAIMER,
    EVENTS,
    answer,
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
RAISED, PROTECTED, DIM = "dark_orange3", "deep_sky_blue3", "grey62"
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
    parts = [*_head(e), *_chance(e), *_shares(e, ascii_only), *_ways(e), *_known(e), *_open(e), *_last(e)]
    return Group(*parts)


def _head(e: Explanation) -> Iterator[RenderableType]:
    yield Text(question(e), style="bold")
    if e.twin.case.question:
        yield Text(f"Asked: {plain(e.twin.case.question)}", style=DIM)
    yield Text(treatment(e.twin), style=DIM)
    yield Text("")
    yield Padding(Text(answer(e), style="bold"), (0, 0, 0, 2))


def treatment(twin: Twin, *, noted: bool = True) -> str:
    """The session in one line, with what was noted in it."""
    session, told = twin.session, twin.prescription[0]
    parts = [f"Session of {session.date}", f"{told.mode} {told.time / 60:.3g} h", f"{told.uf:.1f} L taken off"]
    if not noted:
        return ", ".join(parts)
    for cramp in session.cramps[:3]:
        parts.append(f"cramp{_where(cramp)} at minute {cramp.minute:.0f}")
    if session.pressure_fell:
        low = min((reading.systolic_mmhg for reading in session.believed), default=None)
        parts.append("pressure fell" + (f" to {low:.0f} mmHg" if low is not None else ""))
    return ", ".join(parts)


def _where(symptom: Symptom) -> str:
    """In the left calf, in both calves."""
    where = shorten(plain(symptom.where), 40, placeholder="...")
    several = where.startswith(("both", "the ", "all "))
    return f" in {'' if several else 'the '}{where}" if where else ""


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
    yield from _title("Where the risk came from", "share of the whole, 5th to 95th percentile, evidence")
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
    yield from _title("How it came about", "what of the risk goes when one pathway stays as at the start; they overlap")
    for way in ways:
        line = Text("  " + way.label.ljust(LABEL + BAR) + signed(way.share).rjust(7))
        yield line.append(f"  {evidence(way.evidence)}", style=DIM)


def _known(e: Explanation) -> Iterator[RenderableType]:
    quality = e.twin.quality
    yield from _title("How well the twin went as the patient did")
    off = []
    if quality.systolic_rms is not None:
        off.append(f"systolic pressure off by {quality.systolic_rms:.0f} mmHg over {_count(quality.readings)}")
    if quality.rbv_rms is not None:
        off.append(f"blood volume off by {quality.rbv_rms:.1f} %")
    for line in (*off, quality.note):
        yield _item(line)
    if e.as_it_should_be:
        right = ", ".join(f"{lever.label.lower()} ({lever.as_it_was})" for lever in e.as_it_should_be)
        yield from _title("Already right, or not in question")
        yield _item(right)


def _count(readings: int) -> str:
    return "1 reading" if readings == 1 else f"{readings} readings"


def _open(e: Explanation) -> Iterator[RenderableType]:
    case, useful = e.twin.case, e.most_useful
    if case.missing or useful:
        yield from _title("What is missing")
    if useful:
        narrows = f"; it would take away {percent(useful.narrows)} of the uncertainty" if useful.narrows >= 0.01 else ""
        yield Padding(Text(f"Most useful next: {useful.what}, because {useful.why}{narrows}."), (0, 0, 0, 2))
    for missing in case.missing:
        yield _item(f"{missing.what}: {missing.why}")
    if case.warnings:
        yield from _title("Worth a second look in the file")
        for warning in case.warnings:
            yield _item(plain(warning))


def _last(e: Explanation) -> Iterator[RenderableType]:
    if found := contradictions(e):
        yield from _title("What the literature contradicts")
        for c in found:
            yield _item(f"{c.statement} [{' '.join(c.sources)}]")
    yield Text("")
    yield Text(f"Sources: {', '.join(cited(e))}. In full: soleus cite KEY, or --json.", style=DIM)
    yield Text("Evidence: A trial, B cohort, C mechanism, D assumption.", style=DIM)
    yield Text(DISCLAIMER, style=DIM)


def _title(text: str, note: str = "") -> Iterator[RenderableType]:
    yield Text("")
    line = Text(text, style="bold")
    yield line.append(f"  ({note})" if note else "", style=f"not bold {DIM}")


def _item(text: str) -> Padding:
    return Padding(Text(f"- {text}"), (0, 0, 0, 2))


def course_page(twin: Twin, as_it_was: Twin | None = None) -> Group:
    """A simulated session as one table; beside it the session as it was, when it was changed."""
    before = {m.id: m for m in measured(as_it_was)} if as_it_was is not None else {}
    lines = [
        Text("The session as the twin ran it", style="bold"),
        Text(treatment(twin, noted=as_it_was is None), style=DIM),
    ]
    if as_it_was is not None:
        lines.append(Text(f"As it was: {treatment(as_it_was)}", style=DIM))
    lines.append(Text(""))
    for m in measured(twin):
        line = Text("  " + m.label.ljust(LABEL + 3) + _number(m.mean, m).rjust(9) + f" {_unit(m)}".ljust(9))
        line.append(f"{_number(m.low, m)} to {_number(m.high, m)}".ljust(18), style=DIM)
        if m.id in before:
            line.append(f"was {_number(before[m.id].mean, m)}")
        lines.append(line)
    note = "Mean and 5th to 95th percentile over the twin. " + plain(twin.quality.note).capitalize() + "."
    return Group(*lines, Text(""), Text(note, style=DIM), Text(DISCLAIMER, style=DIM))


def _number(x: float, m: Measure) -> str:
    if m.id.endswith("_probability"):
        return f"{100 * x:.0f}"
    if m.unit in ("mmol", "%", "mmHg"):
        return f"{x:.0f}"
    return f"{x:.2f}" if m.unit == "1" else f"{x:.1f}"


def _unit(m: Measure) -> str:
    if m.id.endswith("_probability"):
        return "%"
    return "" if m.unit == "1" else m.unit
