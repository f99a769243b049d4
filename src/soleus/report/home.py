"""Home: an explanation of hours without dialysis, as a page and as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import shorten
from typing import Any

import numpy as np
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from .. import __version__
from ..case import Episode, Given
from ..causes.home import HomeExplanation
from ..references import find
from ..symptoms import Complaint
from .blood import Flag, Level, Turn, known, level
from .found import (
    complaint_lines,
    differential_lines,
    drug_lines,
    drugs_json,
    found_json,
    question_lines,
    sources_of,
    tree_lines,
    urgent_lines,
)
from .page import chance_line, head, item, last_lines, open_lines, right_lines, share_lines
from .plain import GROUPS, POINTS, exact, level_json, split_json
from .sheet import DIM, NERVES, OUTSIDE, interval_of, mark_of, start_of, title, value_of
from .usual import KINDS
from .words import (
    DISCLAIMER,
    EVENTS,
    EVIDENCE,
    LITTLE,
    QUESTIONS,
    SCHEMA_VERSION,
    between,
    main,
    percent,
    plain,
)

FELT = {"twitch": ("twitch",), "tetany": ("tingling", "cramp")}  # complaints of a case file that it may explain
ALWAYS = (  # shown, whether outside the usual or not
    "potassium_mmol_l", "bicarbonate_mmol_l", "ph", "ionized_calcium_mmol_l", "magnesium_mmol_l", "phosphate_mmol_l",
    "pth_pg_ml", "nerve_margin_mv", "motor_firing", "sensory_firing",
)  # fmt: skip
LIKELY = 0.1  # chance from which the tree of another symptom is shown too
FEW = 3  # things given and felt that are named


def happened(e: HomeExplanation) -> bool:
    """Whether what the answer is about was noted in these hours."""
    noted = {symptom.what for symptom in e.episode.symptoms}
    return bool(noted & set(FELT[e.about]))


def question(e: HomeExplanation) -> str:
    """What is answered, in a few words."""
    return QUESTIONS[e.about] if happened(e) else f"What could have brought {EVENTS[e.about]}?"


def answer(e: HomeExplanation) -> str:
    """The answer in one or two sentences, no surer than the numbers."""
    said = main(e.asked, e.about)
    return said if happened(e) else f"None was noted; this is about the risk there was. {said}"


def hours(episode: Episode) -> str:
    """The hours in one line: what was given, what was felt."""
    parts = [f"{episode.hours:g} h watched on {episode.date}, without dialysis"]
    parts += [_given(each) for each in episode.given[:FEW]]
    parts += [f"{len(episode.given) - FEW} more given"] if len(episode.given) > FEW else []
    for symptom in sorted(episode.symptoms, key=lambda s: s.minute)[:FEW]:
        where = shorten(plain(symptom.where), 40, placeholder="...")
        parts.append(f"{symptom.what}{f' ({where})' if where else ''} at minute {symptom.minute:.0f}")
    return ", ".join(parts)


def _given(each: Given) -> str:
    named = [(n.removeprefix("amount_"), x) for n, x in each.model_dump().items() if n.startswith("amount_") and x]
    amount = " ".join(f"{x:g} {unit.replace('ml', 'mL')} " for unit, x in named)
    return f"{amount}{each.what} from minute {each.minute:.0f}"


def levels(e: HomeExplanation) -> tuple[Level, ...]:
    """Blood, hormones and nerve over these hours."""
    twin, day = e.twin, e.episode.date
    m, minutes = twin.course.moments(twin.patient), twin.course.minutes
    return tuple(level(kind, kind.read(m, twin.patient), minutes, known(kind, e.case, day)) for kind in KINDS)


def page(e: HomeExplanation, *, ascii_only: bool = False) -> Group:
    """The whole screen."""
    split = e.asked
    likely = [name for name, other in e.splits.items() if name != e.about and other.chance.probability >= LIKELY]
    return Group(
        *head(question(e), e.case.question, hours(e.episode), answer(e)),
        *urgent_lines(e.complaints),
        *_chances(e),
        *share_lines(split, ascii_only),
        *tree_lines(e.tree, (e.about, *likely), ascii_only),
        *_levels(e),
        *complaint_lines(_others(e), e.episode.symptoms, "chance in these hours, interval, evidence"),
        *differential_lines(e.differential),
        *question_lines(e.episode.symptoms),
        *drug_lines(e.case),
        *_fit(e.twin.note),
        *right_lines(e.as_it_should_be),
        *open_lines(e.case, e.most_useful),
        *last_lines(e.method.text, list(dict.fromkeys(key for key, _ in _sources(e, named=True)))),
    )


def _chances(e: HomeExplanation) -> Iterator[RenderableType]:
    chance = e.asked.chance
    yield Text("")
    yield chance_line(f"Chance of {EVENTS[e.about]}", percent(chance.probability), between(chance.interval))
    yield chance_line("  with all as it should be", percent(chance.baseline), "")
    if np.isfinite(chance.likely_minute) and chance.probability >= LITTLE:
        low, high = chance.window
        when = f"80% from {low:.0f} to {high:.0f}; " if high - low >= 1 else ""
        yield chance_line("Likely minute", f"{chance.likely_minute:.0f}", f"{when}{_came(e)}".removesuffix("; "))
    for name, other in e.splits.items():
        if name != e.about:
            also = other.chance
            yield chance_line(f"Chance of {EVENTS[name]}", percent(also.probability), between(also.interval))


def _others(e: HomeExplanation) -> tuple[Complaint, ...]:
    """Complaints that have no risk of their own here: those that have are weighed by what was felt."""
    return tuple(c for c in e.complaints if c.id not in e.splits)


def _came(e: HomeExplanation) -> str:
    first = min((s.minute for s in e.episode.symptoms if s.what in FELT[e.about]), default=None)
    return "" if first is None else f"it came at {first:.0f}"


def _levels(e: HomeExplanation) -> Iterator[RenderableType]:
    found = [x for x in levels(e) if x.id in ALWAYS or x.flags]
    yield from title("Blood and nerve in these hours", "~ not measured; interval at the furthest")
    yield Text("start".rjust(34) + "furthest".rjust(14) + "end".rjust(31), style=DIM)
    for x in found:
        turns = (x.lowest, x.highest)
        far = max(turns, key=lambda turn: abs(turn.spread.mean - x.before.mean))
        line = start_of(x).append(value_of(x.before, x).rjust(6)).append(mark_of(x.flag("before")))
        line.append(value_of(far.spread, x).rjust(7)).append(mark_of(_beyond(x, far)))
        line.append(f"{interval_of(far.spread, x)} at {far.minute:.0f}".ljust(22), style=DIM)
        yield line.append(value_of(x.after, x).rjust(6))
    yield Padding(Text(f"Nerve: {NERVES}.", style=DIM), (0, 0, 0, 2))
    if any(x.flags for x in found):
        yield Padding(Text(OUTSIDE, style=DIM), (0, 0, 0, 2))


def _beyond(x: Level, far: Turn) -> Flag | None:
    """The flag of the furthest point, whichever moment it was raised for."""
    side = "low" if far is x.lowest else "high"
    return next((flag for flag in x.flags if flag.when != "before" and flag.side == side), None)


def _fit(note: str) -> Iterator[RenderableType]:
    yield from title("How well the twin is known")
    yield item(note)


def as_json(e: HomeExplanation) -> dict[str, Any]:
    """Everything the explanation says; the keys are those of a session, where they mean the same."""
    useful = e.most_useful
    found = levels(e)
    said = {
        "schema_version": SCHEMA_VERSION,
        "soleus": __version__,
        "episode": e.episode.model_dump(),
        "question": question(e),
        "asked": e.case.question,
        "about": e.about,
        "answer": answer(e),
        "splits": {name: split_json(split) for name, split in e.splits.items()},
        "causes": split_json(e.asked)["causes"],
        "already_right": [{"id": x.id, "label": x.label, "value": x.as_it_was} for x in e.as_it_should_be],
        **found_json(e._replace(complaints=_others(e))),
        "drugs": drugs_json(e.case),
        **{group: {x.id: level_json(x) for x in found if x.group == group} for group in GROUPS},
        "course": _course(e),
        "fit_quality": {"note": e.twin.note},
        "method": e.method._asdict(),
        "missing": [missing._asdict() for missing in e.case.missing],
        "warnings": list(e.case.warnings),
        "most_useful_measurement": None if useful is None else useful._asdict(),
        "evidence_grades": EVIDENCE,
        "references": _references(e),
        "disclaimer": DISCLAIMER,
    }
    return exact(said)


def _course(e: HomeExplanation) -> dict[str, Any]:
    """Every value at even times, mean and 5th to 95th percentile."""
    twin = e.twin
    m, minutes = twin.course.moments(twin.patient), twin.course.minutes
    at = np.linspace(minutes[0], minutes[-1], POINTS)
    said: dict[str, Any] = {"minute": at.tolist()}
    for kind in KINDS:
        x = kind.read(m, twin.patient)
        rows = {"mean": np.mean(x, axis=1)}
        rows["low"], rows["high"] = np.percentile(x, (5, 95), axis=1)
        said[kind.id] = {"unit": kind.unit} | {k: np.interp(at, minutes, v).tolist() for k, v in rows.items()}
    return said


def _sources(e: HomeExplanation, *, named: bool = False) -> Iterator[tuple[str, str]]:
    """Every source with its use; or those only that the page names."""
    for name, split in e.splits.items():
        if not named or name == e.about:
            yield from ((key, f"cause {cause.id}") for cause in split.causes for key in cause.sources)
    yield from sources_of(e)


def _references(e: HomeExplanation) -> list[dict[str, Any]]:
    uses: dict[str, list[str]] = {}
    for key, use in _sources(e):
        if use not in uses.setdefault(key, []):
            uses[key].append(use)
    return [{"key": r.key, "text": r.text, "recalled": r.recalled, "used_for": uses[r.key]} for r in find(uses)]
