"""Rescue: first aid on one screen; what to do stands first, in order, and the numbers of the twin after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .. import __version__
from ..advice.rescue import Choice, Rescue, Soon, Spread, Step
from ..fit import WENT
from .plain import exact
from .sheet import DIM, title
from .words import DISCLAIMER, SCHEMA_VERSION, between, listed, percent, plain

URGENT, FIRST, CAREFUL = "bold red", "bold", "dark_orange3"
AGENT, DOSE = 14, 17  # characters of columns
LABEL, CHANCE, PRESSURE = 25, 16, 16
SHORT = "Not a medical device: the responsible clinician decides."
KINDS = {"cramp": "cramp", "hypotension": "pressure fall"}
CHANCES = {"cramp": "another cramp", "hypotension": "another fall"}
PAIN = (
    "A cramp lasts some 10 min by itself. Glucose, mannitol and strong saline were equal in one trial (A); that any of "
    "them, saline or a stretch ends it sooner than waiting is unproven (C, D)."
)
FELL = "Usual first aid, without a trial (D); no study of these agents in a fall of pressure was read."
METHOD = "The twin knows the chance of the next cramp, not the one that is there, and no stretching or lying down."


def page(r: Rescue, *, ascii_only: bool = False) -> Group:
    """The whole screen."""
    lines = [*_head(r), *_steps(r), *_stop(r)]
    if not r.ends:
        lines += [*_numbers(r), *_after(r)]
    lines.append(_told("Write down", f"{', '.join(r.record)}."))
    if not r.ends:
        lines.append(Text(f"{PAIN} {METHOD}" if r.standing.about == "cramp" else FELL, style=DIM))
    return Group(*lines, Text(f"Sources: {', '.join(r.sources)}. {SHORT}", style=DIM))


def headline(r: Rescue) -> str:
    """What happened, when, where, how bad."""
    s = r.standing
    cramp = s.about == "cramp"
    pain = "" if not cramp else ", severity not told" if s.severity is None else f", severity {s.severity:g} of 10"
    where = f", {plain(s.where)[:30]}" if cramp and s.where else ""
    return f"First aid: {KINDS[s.about]} at minute {s.minute:.0f}{where}{pain}"


def ending(r: Rescue) -> str:
    """Why the treatment ends now."""
    return f"STOP DIALYSIS AND CALL THE DOCTOR: {listed(r.standing.urgent or (r.standing.not_relieved,))}."


def offered(r: Rescue) -> str:
    """What may be given, in a line."""
    asked = {"yes": "", "ask": " (ask first)"}
    found = [c for c in r.choices if c.may.verdict != "no"]
    return "; ".join(f"{c.agent.label}, {c.dose.ml:.0f} mL{asked[c.may.verdict]}" for c in found)


def possible(r: Rescue) -> list[Soon]:
    """What may be done; what a forbidden agent would do is not told, lest it tempt."""
    forbidden = {c.agent.id for c in r.choices if c.may.verdict == "no"}
    return [row for row in r.outlook.rows if row.action.id not in forbidden]


def _head(r: Rescue) -> Iterator[RenderableType]:
    s, twin = r.standing, r.twin
    yield Text(headline(r), style="bold")
    cuff = "no pressure in the last half hour"
    if s.systolic is not None and s.systolic_minute is not None:
        cuff = f"systolic {s.systolic:.0f} at minute {s.systolic_minute:.0f}"
    name = plain(twin.case.patient.name)[:20]
    yield Text(f"{name}{', ' if name else ''}{twin.session.date}, {s.left:.0f} min left, {cuff}.", style=DIM)
    if r.ends:
        yield Text("")
        yield Text(ending(r), style=URGENT)
    if s.earlier:
        yield Text(f"Tell the doctor: {listed(s.earlier)} in this session.", style=CAREFUL)


def _steps(r: Rescue) -> Iterator[RenderableType]:
    yield Text("")
    for i, step in enumerate(r.steps, 1):
        yield Padding(_step(i, step), (0, 0, 0, 1))
        if step.id == "give":
            yield from (_agent(choice) for choice in r.choices)
            yield from _most(r)


def _step(i: int, step: Step) -> RenderableType:
    """What stands in capitals is what is read at a glance."""
    words = step.do.split(" ")
    n = next((k for k, word in enumerate(words) if word.upper() != word), len(words))
    do = Text(" ".join(words[:n]), style=FIRST)
    do.append("".join(f" {word}" for word in words[n:]), style="not bold")
    line = Table.grid(padding=0)
    line.add_column(width=3)
    line.add_column()
    line.add_row(Text(str(i), style=FIRST), do)
    return line


def _agent(choice: Choice) -> RenderableType:
    may, dose = choice.may, choice.dose
    told = f"{dose.ml:.0f} mL in {dose.minutes:.0f} min" if may.verdict != "no" else ""
    style = {"yes": "", "ask": CAREFUL, "no": DIM}[may.verdict]
    words = {"yes": "may be given", "ask": "ask first: ", "no": "NO: "}[may.verdict] + "; ".join(may.why)
    line = Table.grid(padding=0)
    for width in (AGENT, DOSE, None):
        line.add_column(width=width)
    line.add_row(
        Text(choice.agent.label, style=DIM if may.verdict == "no" else ""), Text(told, FIRST), Text(words, style)
    )
    return Padding(line, (0, 0, 0, 7))


def _most(r: Rescue) -> Iterator[RenderableType]:
    """How much of each a session may bring, in the order of the lines above."""
    most = [f"{c.dose.session:.0f}" for c in r.choices if c.may.verdict != "no"]
    if most:
        said = f"At most {listed(most)} mL of them in a session without the doctor."
        yield Padding(Text(said, style=DIM), (0, 0, 0, 7))


def _stop(r: Rescue) -> Iterator[RenderableType]:
    if not r.ends:
        said = Text("STOP DIALYSIS, CALL THE DOCTOR: ", style=URGENT).append(f"{', '.join(r.stop_if)}.", style="none")
        yield Padding(said, (0, 0, 0, 4))
    warned = " It is on this patient's list: ask the doctor." if r.standing.known.quinine else ""
    yield Padding(Text(r.never + warned, style=CAREFUL if warned else ""), (0, 0, 0, 4))


def _told(what: str, said: str) -> Text:
    return Text(f"{what}: ", style=FIRST).append(said, style="not bold")


def _numbers(r: Rescue) -> Iterator[RenderableType]:
    note = "mean, 5th to 95th percentile"
    if r.outlook.treated < r.outlook.minutes:
        note += f"; chance in the {r.outlook.treated:.0f} min left"
    yield from title(f"The next {r.outlook.minutes:.0f} minutes by the twin", note)
    head = "".ljust(LABEL) + CHANCES[r.standing.about].ljust(CHANCE) + "systolic".ljust(PRESSURE)
    yield Text("  " + head + "  Na  gluc  osm kept", style=DIM)
    for row in possible(r):
        yield _row(row, r.standing.about)
    if r.twin.quality.note != WENT:
        yield Padding(Text(f"{r.twin.quality.note.capitalize()}.", style=DIM), (0, 0, 0, 2))
    yield Text("  Na at the end; peak glucose and osmolality; kept: L of fluid to take off later", style=DIM)


def _row(row: Soon, about: str) -> Text:
    chance = row.cramp if about == "cramp" else row.fall
    line = Text("  " + short(row.action.label).ljust(LABEL))
    line.append(percent(chance.mean).rjust(4), style="bold")
    line.append(f" ({between((chance.low, chance.high))})".replace("%", "").ljust(CHANCE - 4), style=DIM)
    line.append(f"{row.systolic.mean:.0f}".rjust(3), style="bold")
    line.append(f" ({row.systolic.low:.0f} to {row.systolic.high:.0f})".ljust(PRESSURE - 3), style=DIM)
    return line.append(f"{row.sodium.mean:4.0f}{row.glucose.mean:6.1f}{row.osmolality.mean:5.0f}{row.kept.mean:5.1f}")


def short(label: str) -> str:
    """So that it fits its column."""
    return label.replace("stopped, ", "+ ").replace(" %", "%")


def _after(r: Rescue) -> Iterator[RenderableType]:
    yield Text("")
    yield _told("When it lets go" if r.standing.about == "cramp" else "When it is back", " ".join(r.afterwards))


def as_json(r: Rescue) -> dict[str, Any]:
    """Everything, for other programs."""
    s = r.standing
    told = s._asdict() | {name: _spread(getattr(s, name)) for name in ("twin_systolic", "excess", "sodium")}
    told = {name: value for name, value in told.items() if name not in ("apart", "known")} | s.known._asdict()
    found: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "soleus": __version__,
        "session": r.twin.session.date,
        "stop_dialysis_and_call": r.ends,
        "standing": told,
        "steps": [step._asdict() for step in r.steps],
        "agents": [_choice(r, c) for c in r.choices],
        "outlook": {
            "minutes": r.outlook.minutes,
            "minutes_of_treatment": r.outlook.treated,
            "actions": [_soon(row) for row in possible(r)],
        },
        "stop_if": r.stop_if,
        "afterwards": r.afterwards,
        "record": r.record,
        "never": r.never,
        "evidence": PAIN if s.about == "cramp" else FELL,
        "method": METHOD,
        "references": r.sources,
        "disclaimer": DISCLAIMER,
    }
    return exact(found)


def _choice(r: Rescue, c: Choice) -> dict[str, Any]:
    agent, dose = c.agent, c.dose
    return {
        "id": agent.id, "label": agent.label, "verdict": c.may.verdict, "why": c.may.why,
        "dose_ml": None if c.may.verdict == "no" else dose.ml, "over_min": dose.minutes,
        "limits_ml": {"least": dose.least, "most": dose.most, "session": dose.session},
        "given_so_far_ml": r.standing.given[agent.id], "evidence": agent.evidence, "caveat": agent.caveat,
        "references": agent.sources,
    }  # fmt: skip


def _soon(row: Soon) -> dict[str, Any]:
    act = row.action
    units = {
        "cramp": "cramp_probability", "less": "cramp_less_than_as_it_runs", "fall": "hypotension_probability",
        "systolic": "systolic_mmhg", "sodium": "sodium_mmol_l", "glucose": "highest_glucose_mmol_l",
        "osmolality": "highest_osmolality_mosm_kg", "osmolality_end": "osmolality_mosm_kg", "kept": "fluid_kept_l",
    }  # fmt: skip
    if act.id == "mannitol":
        units["left"] = "mannitol_left_at_the_end"
    values = {name: _spread(getattr(row, field)) for field, name in units.items()}
    return {"id": act.id, "label": act.label, "ultrafiltration": act.uf, "given_ml": act.ml, **values}


def _spread(x: Spread) -> dict[str, float]:
    return {"mean": x.mean, "low": x.low, "high": x.high}
