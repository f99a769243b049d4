"""Agents: what may be given against a cramp or a fall of pressure, how much to this person, and what forbids it.

None is better than the others where all are allowed: glucose, mannitol and strong saline were equal in the one trial,
and none was compared with waiting [Canzanello1991].
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ...events import KINDS
from .doses import LIMITS
from .standing import AGENTS, Standing

EQUAL = "A trial found glucose, mannitol and strong saline equal; nobody was left untreated, so relief is unproven."


class Agent(NamedTuple):
    """One thing that may be given."""

    id: str
    label: str
    prefix: str  # of its numbers in LIMITS
    step: float  # mL, to which a dose is rounded
    evidence: str
    caveat: str
    sources: tuple[str, ...]


class Dose(NamedTuple):
    """One dose of it, for this person now."""

    ml: float
    minutes: float
    least: float
    most: float
    session: float  # mL in a session without a doctor


class May(NamedTuple):
    """Whether it may be given: "yes", "ask" or "no", and why not at once."""

    verdict: str
    why: tuple[str, ...]


class Choice(NamedTuple):
    """An agent with its dose and what the case says of it."""

    agent: Agent
    dose: Dose
    may: May


ALL = (
    Agent(
        "saline", "saline 0.9 %", "saline", 50.0, "D",
        "Usual first aid; no trial of it against a cramp was read. Its volume and salt stay.", ("GeneralKnowledge",),
    ),
    Agent(
        "glucose", "glucose 50 %", "glucose", 5.0, "C", f"{EQUAL} Burned within the hour, so its osmoles do not stay.",
        ("Canzanello1991",),
    ),
    Agent(
        "mannitol", "mannitol 25 %", "mannitol", 10.0, "C",
        f"{EQUAL} It stays in the blood until kidney or dialyzer take it.", ("Canzanello1991", "MannitolLabel"),
    ),
    Agent(
        "strong saline", "saline 23.4 %", "strong", 1.0, "C", f"{EQUAL} Its salt stays, and with it thirst and weight.",
        ("Canzanello1991",),
    ),
)  # fmt: skip


def choices(s: Standing, mannitol_left: float) -> tuple[Choice, ...]:
    """Every agent, the one to take first, first; what is forbidden last.

    Args:
        s: how things stand.
        mannitol_left: share of a dose of mannitol that the twin still holds at the end of treatment.
    """
    found = [Choice(agent, dose(agent, s), may(agent.id, s, mannitol_left)) for agent in ALL]
    first = "saline" if wants_volume(s) and not s.hypo else "glucose"

    def order(c: Choice) -> tuple[bool, bool, int, bool]:
        fell = s.about == "hypotension" and c.agent.id == first  # volume first, even where it must be asked for
        return c.may.verdict == "no", not fell, ("yes", "ask", "no").index(c.may.verdict), c.agent.id != first

    return tuple(sorted(found, key=order))


def wants_volume(s: Standing) -> bool:
    """Whether fluid comes before osmoles: pressure fell or is low, or the twin holds less water than at dry weight."""
    low = s.systolic if s.systolic is not None else s.twin_systolic.mean
    return s.about == "hypotension" or low < LIMITS.low or s.excess.mean < 0


def dose(agent: Agent, s: Standing) -> Dose:
    """How much to this person now: by weight between the least and the most; least where fluid is a danger."""
    each, least, most, whole = (getattr(LIMITS, agent.prefix + end) for end in ("", "_least", "_most", "_all"))
    ml = min(max(each * s.weight, least), most)
    if agent.id == "saline" and _fluid_is_a_danger(s):
        ml = least
    rounded = min(max(agent.step * round(ml / agent.step), least), most)
    return Dose(rounded, KINDS[AGENTS[agent.id]].minutes, least, most, whole)


def _fluid_is_a_danger(s: Standing) -> bool:
    return overloaded(s) is not False or hypertensive(s) is True or bool(s.known.heart_failure)


def overloaded(s: Standing) -> bool | None:
    """Whether the twin holds too much water outside its cells; None where its people disagree."""
    if s.excess.mean >= LIMITS.overload:
        return True
    return None if s.excess.high >= LIMITS.overload else False


def hypertensive(s: Standing) -> bool | None:
    """Whether pressure is high now; None where no reading tells."""
    return None if s.systolic is None else s.systolic >= LIMITS.high


def may(agent: str, s: Standing, mannitol_left: float) -> May:
    """What the case says of an agent: the strictest of all rules."""
    found = [*RULES[agent](s, mannitol_left), *_already(agent, s)]
    for verdict in ("no", "ask"):
        why = tuple(reason for said, reason in found if said == verdict)
        if why:
            return May(verdict, why)
    return May("yes", ())


Said = Iterator[tuple[str, str]]


def _already(agent: str, s: Standing) -> Said:
    """What a session may bring without a doctor."""
    this = next(each for each in ALL if each.id == agent)
    had, whole = s.given[agent], getattr(LIMITS, f"{this.prefix}_all")
    if had + dose(this, s).ml > whole:
        yield "ask", f"{had:.0f} mL given already; beyond {whole:.0f} the doctor decides"


def _saline(s: Standing, _: float) -> Said:
    over, high = overloaded(s), hypertensive(s)
    if over:
        yield "ask", f"overload {s.excess.mean:.1f} L"
    elif over is None:
        yield "ask", f"overload? up to {s.excess.high:.1f} L"
    if high:
        yield "ask", f"pressure {s.systolic:.0f}"
    elif high is None:
        yield "ask", "measure pressure"
    yield from _heart(s, "ask")


def _glucose(s: Standing, _: float) -> Said:
    if s.hypo:
        return
    if s.glucose is not None and s.glucose >= LIMITS.sugar:
        yield "no", f"glucose is {s.glucose:.0f} mmol/L"
    if s.known.diabetes:
        yield "ask", "diabetes" if s.glucose is not None else "diabetes: measure glucose"
    elif s.known.diabetes is None:
        yield "ask", "diabetes?"
    if s.known.digoxin:
        yield "ask", "digoxin: it lowers potassium"


def _mannitol(s: Standing, left: float) -> Said:
    stays = f"{100 * left:.0f}% left at the end"
    if left > LIMITS.left and s.known.little_urine is not False:
        yield ("no", f"little urine, {stays}") if s.known.little_urine else ("ask", f"urine? else {stays}")
    if s.known.head_bleeding:
        yield "no", "bleeding in the head"
    if overloaded(s) is not False:
        yield "ask", f"overload {s.excess.mean:.1f} L" if overloaded(s) else "overload?"
    if hypertensive(s) is not False:
        yield "ask", "measure pressure" if s.systolic is None else f"pressure {s.systolic:.0f}"
    yield from _heart(s, "no")


def _strong(s: Standing, _: float) -> Said:
    if overloaded(s) is not False:
        yield ("no", f"overload {s.excess.mean:.1f} L") if overloaded(s) else ("ask", "overload?")
    if hypertensive(s) is not False:
        yield ("ask", "measure pressure") if s.systolic is None else ("no", f"pressure {s.systolic:.0f}")
    elif s.known.hypertension is not False:
        yield "ask", "hypertension" if s.known.hypertension else "hypertension?"
    if s.sodium.mean > LIMITS.sodium:
        yield "no", f"sodium {s.sodium.mean:.0f} mmol/L"
    yield from _heart(s, "no")


def _heart(s: Standing, verdict: str) -> Said:
    if s.known.heart_failure:
        yield verdict, "heart failure"
    elif s.known.heart_failure is None:
        yield "ask", "heart failure?"


RULES = {"saline": _saline, "glucose": _glucose, "mannitol": _mannitol, "strong saline": _strong}
