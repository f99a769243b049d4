"""Found: how a root becomes a symptom, what else may be felt, what else it could be, and what the drugs do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any, NamedTuple

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from .. import drugs
from ..case import Case, Symptom
from ..causes import Alternative, Link
from ..symptoms import QUESTIONS, Complaint
from .blood import Spread, spread
from .sheet import DIM, title
from .words import EVENTS, listed, percent, plain, signed, small

LEAST = 0.005  # share that still shows as a percent
FELT = 50  # characters of a complaint
UNLIKELY = 0.05  # chance below which a complaint that nobody noted is only named
URGENT = 0.5  # chance from which a level that was passed stands at the top
MOST = 4  # alternatives told in full
WIDE, WRAP = 66, 56  # column of a share, and characters of a label before it
BRANCHES = {False: ("├─ ", "└─ ", "│  "), True: ("|- ", "`- ", "|  ")}  # by whether only ASCII may be used


class Felt(NamedTuple):
    """A complaint with its chance over the twin; of a warning, the chance that the level was passed."""

    id: str
    label: str
    chance: Spread
    warning: bool
    evidence: str
    says: str
    sources: tuple[str, ...]


NOTED = {  # words of a case file, and the complaint they are
    "tingling": "tetany", "twitch": "twitch", "dizziness": "dizzy", "fainting": "dizzy", "nausea": "sick",
    "vomiting": "sick", "headache": "headache", "tiredness": "tired", "restless legs": "restless_legs",
}  # fmt: skip


def felt(complaints: Sequence[Complaint]) -> tuple[Felt, ...]:
    """Every complaint, warnings first, then the likeliest."""
    found = [Felt(c.id, c.label, spread(c.probability), c.warning, c.evidence, c.says, c.sources) for c in complaints]
    return tuple(sorted(found, key=lambda f: (not f.warning, -f.chance.mean)))


def complaint_lines(
    complaints: Sequence[Complaint], symptoms: Sequence[Symptom], note: str
) -> Iterator[RenderableType]:
    """One line a complaint, what was noted first, and below it what it follows from; unlikely ones in one line."""
    noted = {NOTED.get(symptom.what) for symptom in symptoms}
    rows = sorted(felt(complaints), key=lambda row: row.id not in noted)
    if not rows:
        return
    yield from title("What else may be felt", note)
    unlikely = [row for row in rows if row.chance.mean < UNLIKELY and row.id not in noted]
    for row in rows:
        if row in unlikely:
            continue
        line = Text(("* " if row.id in noted else "! " if row.warning else "  ") + row.label.ljust(FELT))
        line.append(percent(row.chance.mean).rjust(6), style="bold")
        yield line.append(f"  {_range(row.chance)}".ljust(14) + row.evidence, style=DIM)
        yield Padding(Text(plain(row.says) if row.warning else _first(row.says), style=DIM), (0, 0, 0, 6))
    if noted & {row.id for row in rows}:
        yield Padding(Text("* Noted in the file.", style=DIM), (0, 0, 0, 2))
    if unlikely:
        names = listed([small(row.label) for row in unlikely])
        yield Padding(Text(f"Below {percent(UNLIKELY)}: {names}.", style=DIM), (0, 0, 0, 2))


def urgent_lines(complaints: Sequence[Complaint]) -> Iterator[RenderableType]:
    """Levels that were more likely passed than not: above all else."""
    for row in felt(complaints):
        if row.warning and row.chance.mean >= URGENT:
            said = f"! {row.label}: more likely than not it was there. See to this first."
            yield Padding(Text(said, style="bold red"), (1, 0, 0, 2))


def _first(text: str) -> str:
    """Its first sentence; the whole is in the JSON."""
    return plain(text).split(". ")[0].rstrip(".") + "."


def _range(chance: Spread) -> str:
    low, high = (percent(x).rstrip("%") for x in (chance.low, chance.high))
    return f"{low} to {high}%"


def tree_lines(tree: Sequence[Link], symptoms: Sequence[str], ascii_only: bool) -> Iterator[RenderableType]:
    """Roots with their mechanisms below, for each of these symptoms."""
    for symptom in symptoms:
        links = [link for link in tree if link.symptom == symptom and abs(link.share) >= LEAST]
        if links:
            yield from title(f"From root to {EVENTS.get(symptom, symptom)}", "share of the risk, evidence of each link")
            yield from _roots(links, ascii_only)


def _roots(links: Sequence[Link], ascii_only: bool) -> Iterator[Text]:
    whole: dict[str, float] = {}
    for link in links:
        root = link.root_label or link.root
        whole[root] = whole.get(root, 0.0) + link.share
    more, last, down = BRANCHES[ascii_only]
    for root in sorted(whole, key=lambda name: -abs(whole[name])):
        yield _line(f"  {root}", whole[root], "", bold=True)
        own = [link for link in links if root in (link.root_label, link.root)]
        ways = sorted(own, key=lambda link: -abs(link.share))
        for way in ways:
            first, *rest = wrap(plain(way.mechanism_label or way.mechanism), WRAP) or [""]
            yield _line(f"  {last if way is ways[-1] else more}{first}", way.share, way.evidence)
            for text in rest:
                yield Text(f"  {'   ' if way is ways[-1] else down}{text}")


def _line(text: str, share: float, letter: str, *, bold: bool = False) -> Text:
    line = Text(text.ljust(WIDE), style="bold" if bold else "")
    return line.append(signed(share).rjust(6)).append(f"  {letter}".rstrip(), style=DIM)


def differential_lines(found: Sequence[Alternative]) -> Iterator[RenderableType]:
    """What else the complaint may be, why it is thought of here, and what would tell."""
    if not found:
        return
    yield from title("What else it could be, and what would tell")
    for other in found[:MOST]:
        line = Text(f"- {other.label}", style="bold").append(f"  {other.evidence}".rstrip(), style=f"not bold {DIM}")
        yield Padding(line, (0, 0, 0, 2))
        for text in (_sentence(other.why), _sentence(f"To tell: {other.tell_apart}")):
            yield Padding(Text(text), (0, 0, 0, 6))
    if found[MOST:]:
        names = listed([small(other.label) for other in found[MOST:]])
        yield Padding(Text(f"Less near, with reasons in --json: {names}.", style=DIM), (0, 0, 0, 2))


def question_lines(symptoms: Sequence[Symptom]) -> Iterator[RenderableType]:
    """What to ask, where restless legs were noted: they are often taken for cramps."""
    if not any(symptom.what == "restless legs" for symptom in symptoms):
        return
    yield from title("What to ask: cramp or restless legs?")
    for each in QUESTIONS:
        yield Padding(Text(f"- {each.ask}", style="bold"), (0, 0, 0, 2))
        yield Padding(Text(f"cramp: {each.cramp}; restless legs: {each.restless}"), (0, 0, 0, 6))


def _sentence(text: str) -> str:
    text = plain(text)
    return (text[:1].upper() + text[1:]).rstrip(".") + "."


def drug_lines(case: Case) -> Iterator[RenderableType]:
    """What is known of each drug in the file; one that is not known is kept, and nothing is guessed of it."""
    if not case.drugs:
        return
    yield from title("The drugs", "what is taken into account; nobody should stop one on their own")
    unknown = []
    for drug, entry in drugs.taken(case):
        if entry is None:
            unknown.append(plain(drug.name))
            continue
        line = Text(f"- {entry.label}: {_bare_end(entry.says)}").append(f"  {entry.evidence}", style=DIM)
        yield Padding(line, (0, 0, 0, 2))
    if unknown:
        names = listed(unknown)
        said = f"- Not known to Soleus, so left out of every number: {names}. Ask a pharmacist about cramps."
        yield Padding(Text(said), (0, 0, 0, 2))


def _bare_end(text: str) -> str:
    return plain(text).rstrip(".")


def drugs_json(case: Case) -> list[dict[str, Any]]:
    """Every drug of the file, and what is known of it; None where nothing is."""
    return [
        {"name": drug.name, "known": entry is not None, "label": entry and entry.label, "group": entry and entry.group,
         "says": entry and entry.says, "evidence": entry and entry.evidence,
         "sources": list(entry.sources) if entry else []}
        for drug, entry in drugs.taken(case)
    ]  # fmt: skip


def found_json(e: Any) -> dict[str, Any]:
    """Complaints, tree and differential of an explanation as plain values."""
    return {
        "complaints": [_felt(row) for row in felt(e.complaints)],
        "tree": [link._asdict() for link in e.tree],
        "differential": [other._asdict() | {"sources": list(other.sources)} for other in e.differential],
    }


def _felt(row: Felt) -> dict[str, Any]:
    said = row._asdict() | {"probability": row.chance.mean, "interval": [row.chance.low, row.chance.high]}
    del said["chance"]
    return said | {"sources": list(row.sources)}


def sources_of(e: Any) -> Iterator[tuple[str, str]]:
    """Every source of complaints and differential, with what it was used for."""
    for row in e.complaints:
        yield from ((key, f"complaint {row.id}") for key in row.sources)
    for other in e.differential:
        yield from ((key, f"alternative {other.id}") for key in other.sources)
