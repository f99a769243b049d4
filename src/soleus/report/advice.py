"""Advice: what to change, as one screen: what to try first, the others beside it, the limits, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from ..advice import Advice, Effect, Option
from ..advice.option import Limit, Point
from ..advice.wish import Wish
from ..references import find
from .page import item, last_lines
from .plain import exact
from .sheet import DIM, title, treatment
from .words import DISCLAIMER, EVENTS, SCHEMA_VERSION

SHOWN = 6  # options in the table
NAMED = 44  # characters of an option's name there
BETTER = {"better": "+", "worse": "!", "same": " "}
METHOD = (
    "Every option was lived with for {weeks:g} weeks by each of the {people} people who could be this patient, and "
    "kept every limit there. A chance is the twin's: it says what the model makes of this patient, not what a trial "
    "would show."
)


def answer(a: Advice) -> str:
    """What to try first, in a sentence."""
    if not a.options:
        return "Nothing that is allowed here would help by more than a percentage point; see the limits below."
    first = a.options[0]
    effect = first.effects.hypotension if a.about == "hypotension" else first.effects.cramp
    return (
        f"{first.label}: the chance of {EVENTS[a.about]} in a session goes from {_of(effect, effect.was)} to"
        f" {_of(effect, effect.becomes)} ({effect.interval.low:.0f} to {effect.interval.high:.0f} %)."
    )


def page(a: Advice, wishes: Sequence[Wish] = ()) -> Group:
    """The whole screen."""
    parts: list[RenderableType] = [Text("What to change?", style="bold"), Text(treatment(a.twin), style=DIM), Text("")]
    parts += [Padding(Text(answer(a), style="bold"), (0, 0, 0, 2))]
    parts += [*_wishes(wishes, a.not_possible)]
    if a.options:
        parts += [*_first(a.options[0]), *_table(a), *_others(a.options[1:])]
    parts += [*_limits(a.limits), *last_lines(_method(a), a.sources)]
    return Group(*parts)


def _method(a: Advice) -> str:
    return METHOD.format(weeks=a.weeks, people=len(a.twin.prescription)) + f" Baths, times and machines: {a.unit}."


def _first(option: Option) -> Iterator[RenderableType]:
    """The option to try first, with its price."""
    yield from title("Try first", f"evidence {option.evidence}; decides: {option.who_decides}")
    for change in option.changes:
        yield Text(f"  {change.label}: {change.was} now, {change.becomes} then")
    yield Text(f"  Acts {option.acts_within}.", style=DIM)
    yield from effect_lines(option)
    for heading, lines in (("Costs", option.costs), ("Look at first", option.contraindications)):
        for line in lines:
            yield Padding(Text(f"- {heading}: {line}"), (0, 0, 0, 2))
    for line in option.caveats:
        yield Padding(Text(f"- {line}", style=DIM), (0, 0, 0, 2))


def effect_lines(option: Option) -> Iterator[Text]:
    """Risk, dose, balances and blood, now and then; what hardly moves is left out."""
    yield Text("")
    yield Text(f"  {'':39}{'now':>8}{'then':>8}   5th to 95th percentile", style=DIM)
    for effect in option.effects.all:
        always = effect in (option.effects.cramp, option.effects.cramp_week, option.effects.hypotension)
        if always or effect.verdict != "same" or _moved(effect):
            yield _line(effect)
    yield Text("")


def _moved(effect: Effect) -> bool:
    return f"{effect.was:.{effect.digits}f}" != f"{effect.becomes:.{effect.digits}f}"


def _line(effect: Effect) -> Text:
    low, high = (f"{x:.{effect.digits}f}" for x in effect.interval)
    label = f"{effect.label}{f', {effect.unit}' if effect.unit else ''}"
    was, becomes = (f"{x:.{effect.digits}f}" for x in (effect.was, effect.becomes))
    line = Text(f"{BETTER[effect.verdict]} {label:<39}{was:>8}{becomes:>8}")
    return line.append(f"   {low} to {high}", style=DIM)


def _of(effect: Effect, value: float) -> str:
    return f"{value:.{effect.digits}f} {effect.unit}".strip()


def _table(a: Advice) -> Iterator[RenderableType]:
    """Options side by side: risk, fall, hours; * where nothing has both less."""
    yield from title("Side by side", "chance in a session; burden in hours of treatment a week; * best for its burden")
    yield Text(f"  {'':{NAMED}}{'cramp':>8}{'fall':>7}{'burden':>9}  evidence", style=DIM)
    best = {p.option for p in a.front if p.best}
    points = {p.option: p for p in a.front}
    here = points[""]
    first = a.options[0].effects
    yield _row("As it is", first.cramp.was, first.hypotension.was, here, "", "" in best)
    for option in a.options[:SHOWN]:
        done, point = option.effects, points[option.id]
        yield from _rows(option, done.cramp.becomes, done.hypotension.becomes, point, option.id in best)


def _row(label: str, cramp: float, fall: float, point: Point, evidence: str, best: bool) -> Text:
    mark = "*" if best else " "
    return Text(f"{mark} {label:<{NAMED}}{cramp:>6.0f} %{fall:>5.0f} %{point.burden:>7.1f} h  {evidence}".rstrip())


def _rows(option: Option, cramp: float, fall: float, point: Point, best: bool) -> Iterator[Text]:
    """One option; a long name takes more lines."""
    words, lines = option.label.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) + 1 > NAMED - 2:
            lines.append("  ")
        lines[-1] += ("" if not lines[-1].strip() else " ") + word
    yield _row(lines[0], cramp, fall, point, option.evidence, best)
    for line in lines[1:]:
        yield Text(f"  {line}")


def _others(options: Sequence[Option]) -> Iterator[RenderableType]:
    """What each other change costs, once for each change."""
    said: dict[str, str] = {}
    for option in options:
        for change in option.changes:
            if change.id not in said and len(option.changes) == 1:
                costs = "; ".join(option.costs) or "little"
                said[change.id] = f"{option.label}. Costs: {costs}. Acts {option.acts_within}. {option.who_decides}."
    if said:
        yield from title("Of the single changes")
        for line in said.values():
            yield item(line[:1].upper() + line[1:])


def _limits(limits: Sequence[Limit]) -> Iterator[RenderableType]:
    yield from title("Limits that held something back")
    bound = [limit for limit in limits if limit.bound]
    if not bound:
        yield item("none")
    for limit in bound:
        yield item(f"{limit.rule} (now {limit.now}) [{' '.join(limit.sources)}]")


def _wishes(wishes: Sequence[Wish], said: Sequence[str]) -> Iterator[RenderableType]:
    if wishes or said:
        yield from title("What was wished for")
    for line in said:
        yield item(line)
    for wish in wishes:
        yield item(wish_line(wish))


def wish_line(wish: Wish) -> str:
    """A wish, what it would do, and where it breaks a limit the nearest that does not."""
    cramp, fall = wish.effects.cramp, wish.effects.hypotension
    does = f"cramps {cramp.was:.0f} to {cramp.becomes:.0f} %, falls {fall.was:.0f} to {fall.becomes:.0f} % of sessions"
    if not wish.breaks:
        return f"{wish.asked}: {does}; it keeps every limit."
    nearest = f" Nearest that can be: {wish.nearest}"
    if wish.nearest_effects is not None:
        near = wish.nearest_effects
        nearest += f" (cramps {near.cramp.becomes:.0f} %, falls {near.hypotension.becomes:.0f} %)"
    return f"{wish.asked}: not advised ({does}). Against it: {'; '.join(wish.breaks)}.{nearest}."


def compare_page(twin: Any, wishes: Sequence[Wish]) -> Group:
    """Several treatments side by side."""
    parts: list[RenderableType] = [Text("Treated otherwise", style="bold"), Text(treatment(twin), style=DIM)]
    for wish in wishes:
        parts += [*title(wish.asked, "now and after four weeks")]
        parts += [
            _line(effect) for effect in wish.effects.all if _moved(effect) or effect.id in ("cramp", "hypotension")
        ]
        parts += [item(wish_line(wish))] if wish.breaks else []
    parts += [Text(""), Text(DISCLAIMER, style=DIM)]
    return Group(*parts)


def as_json(a: Advice, wishes: Sequence[Wish] = ()) -> dict[str, Any]:
    """Plain values."""
    return exact(
        {
            "schema_version": SCHEMA_VERSION,
            "about": a.about,
            "answer": answer(a),
            "options": [option_json(option) for option in a.options],
            "front": [point._asdict() for point in a.front],
            "limits": [limit._asdict() for limit in a.limits],
            "wishes": [wish_json(wish) for wish in wishes],
            "not_possible": list(a.not_possible),
            "weeks": a.weeks,
            "unit": a.unit,
            "references": [{"key": r.key, "text": r.text, "recalled": r.recalled} for r in find(sorted(a.sources))],
            "disclaimer": DISCLAIMER,
        }
    )


def option_json(option: Option) -> dict[str, Any]:
    """One option."""
    done = option.effects
    told = option._asdict() | {"changes": [change._asdict() for change in option.changes]}
    told["effects"] = {
        "cramp": _effect(done.cramp),
        "cramp_week": _effect(done.cramp_week),
        "hypotension": _effect(done.hypotension),
        **{
            name: {effect.id: _effect(effect) for effect in getattr(done, name)}
            for name in ("dose", "balances", "end_values")
        },
    }
    return told


def wish_json(wish: Wish) -> dict[str, Any]:
    """One wish."""
    return {
        "asked": wish.asked,
        "possible": not wish.breaks,
        "breaks": list(wish.breaks),
        "nearest": wish.nearest,
        "effects": {effect.id: _effect(effect) for effect in wish.effects.all},
    }


def _effect(effect: Effect) -> dict[str, Any]:
    told = effect._asdict()
    return told | {"interval": list(effect.interval)}
