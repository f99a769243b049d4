"""Sheet: one session in figures; fluid, pressure and risk first, then the blood, what was taken off, the dose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import shorten

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from ..case import Symptom
from ..fit import Twin
from ..paper import DIM as DIM
from ..paper import title as title
from .blood import LIKELY, Flag, Level, Spread, bath, levels
from .figures import DOSE, SESSION, TAKEN, Measure, measured
from .usual import BLOOD, HORMONES, NERVE
from .words import DISCLAIMER, listed, plain, small

LABEL = 33
BRIEF = ("potassium_mmol_l", "bicarbonate_mmol_l", "ionized_calcium_mmol_l", "magnesium_mmol_l", "phosphate_mmol_l")
ALWAYS = ("sodium_mmol_l", "urea_mmol_l")  # shown on other lines of the short form, or of no bearing on muscle
TITLES = {
    TAKEN: ("Taken off by the machine", "with a minus: given by the bath"),
    DOSE: ("Dose", ""),
}
NERVES = "mV from rest to firing, 12.2 in usual blood; of 300 endings, those firing unasked, sensory at usual potassium"
GROUPS = {
    BLOOD: ("The blood", "mean and 5th to 95th percentile; ~ not measured"),
    HORMONES: ("Hormones of calcium and phosphate", ""),
    NERVE: ("The nerve in muscle", NERVES),
}
SIDES = {"low": "L", "high": "H"}
OUTSIDE = "L, H: lower, higher than usual; in brackets: perhaps."


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


def course_page(twin: Twin, as_it_was: Twin | None = None) -> Group:
    """A simulated session as one sheet; beside it the session as it was, when it was changed."""
    was = {m.id: m for m in measured(as_it_was)} if as_it_was is not None else {}
    lines: list[RenderableType] = [
        Text("The session as the twin ran it", style="bold"),
        Text(treatment(twin, noted=as_it_was is None), style=DIM),
    ]
    if as_it_was is not None:
        lines.append(Text(f"As it was: {treatment(as_it_was)}", style=DIM))
    figures = measured(twin)
    lines += [Text(""), *_figures(figures, SESSION, was)]
    lines += blood_lines(twin, as_it_was)
    for group, words in TITLES.items():
        lines += [*title(*words), *_figures(figures, group, was)]
    note = "Mean and 5th to 95th percentile over the twin. " + plain(twin.quality.note).capitalize() + "."
    return Group(*lines, Text(""), Text(note, style=DIM), Text(DISCLAIMER, style=DIM))


def _figures(all_of: Sequence[Measure], group: str, was: dict[str, Measure]) -> Iterator[Text]:
    for m in all_of:
        if m.group != group:
            continue
        line = Text("  " + m.label.ljust(LABEL) + _number(m.mean, m).rjust(9) + f" {_unit(m)}".ljust(10))
        line.append(f"{_number(m.low, m)} to {_number(m.high, m)}".ljust(18), style=DIM)
        if m.id in was:
            line.append(f"was {_number(was[m.id].mean, m)}")
        elif m.grams is not None:
            line.append(f"{_fixed(m.grams, 0 if abs(m.grams) >= 10 else 1)} g", style=DIM)
        yield line


def _number(x: float, m: Measure) -> str:
    if m.id.endswith("_probability"):
        return f"{100 * x:.0f}"
    if m.unit in ("mmol", "mg", "%", "mmHg"):
        return _fixed(x, 0 if abs(m.mean) >= 10 else 1)
    return f"{x:.2f}" if m.unit in ("1", "g/kg/day") else f"{x:.1f}"


def _unit(m: Measure) -> str:
    if m.id.endswith("_probability"):
        return "%"
    return "" if m.unit == "1" else m.unit


def blood_lines(twin: Twin, was: Twin | None = None) -> list[RenderableType]:
    """Blood, hormones and nerve before and after, the bath, what happened on the way, and what of it was measured."""
    lines: list[RenderableType] = []
    outside = False
    for group, words in GROUPS.items():
        now = levels(twin, group)
        then = None if was is None else {x.id: x for x in levels(was, group)}
        lines += [*title(*words), *_table(now, then)]
        lines += [*(_bath(twin, was) if group == BLOOD else ()), *_said(now)]
        outside = outside or any(level.flags for level in now)
    return [*lines, *([_note(OUTSIDE)] if outside else [])]


def _table(now: Sequence[Level], was: dict[str, Level] | None = None) -> Iterator[Text]:
    """Every value before and after, with the session as it was where it was changed."""
    was = was or {}
    yield Text("before".rjust(34) + "after".rjust(11 if was else 25), style=DIM)
    for level in now:
        line = start_of(level).append(value_of(level.before, level).rjust(6)).append(mark_of(level.flag("before")))
        if not was:
            line.append(interval_of(level.before, level).ljust(14), style=DIM)
        line.append(value_of(level.after, level).rjust(6)).append(mark_of(level.flag("after")))
        line.append(interval_of(level.after, level).ljust(14), style=DIM)
        if level.id in was:
            line.append(f"was {value_of(was[level.id].after, level)}")
        yield line


def brief_lines(twin: Twin) -> list[RenderableType]:
    """What bears on muscle and nerve, and whatever else is outside the usual: before and after on one line."""
    blood = [level for level in levels(twin) if level.id in BRIEF or (level.id not in ALWAYS and level.flags)]
    hormones = [x for x in levels(twin, HORMONES) if x.known.how == "measured" or x.flags]
    lines: list[RenderableType] = list(title("The blood in this session", "before and after, interval; ~ not measured"))
    lines += [*_brief(blood), *_bath(twin), *_brief(hormones), *_said([*blood, *hormones])]
    nerve = levels(twin, NERVE)
    lines += [*title("The nerve in this session", NERVES), *_brief(nerve)]
    outside = any(level.flags for level in (*blood, *hormones, *nerve))
    return [*lines, *([_note(OUTSIDE)] if outside else [])]


def _brief(shown: Sequence[Level]) -> Iterator[Text]:
    for level in shown:
        line = start_of(level).append(value_of(level.before, level).rjust(6)).append(mark_of(level.flag("before")))
        line.append("to".center(4), style=DIM).append(value_of(level.after, level).rjust(6))
        yield line.append(mark_of(level.flag("after"))).append(interval_of(level.after, level), style=DIM)


def start_of(level: Level) -> Text:
    """The name of a value with its unit; the mark says that it was not measured."""
    mark = " " if level.known.how == "measured" or level.group == NERVE else "~"
    line = Text(f"{mark} {level.label}".ljust(20))
    return line.append(("" if level.unit == "1" else level.unit).ljust(8), style=DIM)


def mark_of(flag: Flag | None) -> str:
    """The letter of a flag."""
    if flag is None:
        return " " * 5
    side = SIDES[flag.side]
    return f" {side}   " if flag.chance >= LIKELY else f" ({side}) "


def value_of(spread: Spread, level: Level) -> str:
    """The mean."""
    return _fixed(spread.mean, level.digits)


def interval_of(spread: Spread, level: Level) -> str:
    """5th to 95th percentile."""
    return f"{_fixed(spread.low, level.digits)} to {_fixed(spread.high, level.digits)}"


def _fixed(x: float, digits: int) -> str:
    """A number without a minus before nothing."""
    return f"{round(x, digits) + 0.0:.{digits}f}"


def _bath(twin: Twin, was: Twin | None = None) -> Iterator[Padding]:
    """What the bath held, in one line; what the file does not say has the mark."""
    before = {} if was is None else {part.label: part for part in bath(was)}
    words = []
    for part in bath(twin):
        course = f"{part.first:g}" if part.first == part.last else f"{part.first:g} to {part.last:g}"
        old = before.get(part.label, part)
        changed = "" if old[:3] == part[:3] else f" (was {old.first:g})"
        words.append(f"{part.label} {'' if part.stated else '~'}{course}{changed}")
    if words:
        yield _note(f"Bath, mmol/L: {', '.join(words)}.")


def _said(now: Sequence[Level]) -> Iterator[Padding]:
    """In words: the way between, what the laboratory found, and what of the start was measured."""
    for level in now:
        if level.turns and (flag := level.flag("on the way")):
            turn = level.lowest if flag.side == "low" else level.highest
            way = f"{value_of(turn.spread, level)} at minute {turn.minute:.0f}"
            yield _note(f"{level.label} {flag.side} on the way: {way}.")
    after = [f"{_name(x)} {_fixed(x.known.after, x.digits)}" for x in now if x.known.after is not None]
    if after:
        yield _note(f"The laboratory found after this session: {listed(after)}.")
    old = [x for x in now if x.known.how == "measured" and x.known.other_day]
    for day in sorted({str(x.known.day) for x in old}):
        names = [_name(x) for x in old if str(x.known.day) == day]
        yield _note(f"Measured on {day}, not on this day: {listed(names)}.")
    if worked := [f"{_name(x)} (from {x.known.of})" for x in now if x.known.how == "worked out" and x.group != NERVE]:
        yield _note(f"~ Worked out: {listed(worked)}.")
    if assumed := [_name(x) for x in now if x.known.how == "assumed"]:
        yield _note(f"~ Assumed, drawn from the population: {listed(assumed)}.")


def _name(level: Level) -> str:
    return level.label if level.label.startswith("b2") else small(level.label)


def _note(text: str) -> Padding:
    return Padding(Text(text, style=DIM), (0, 0, 0, 2))
