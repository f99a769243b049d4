"""Words: percent, evidence, the answer in one sentence, what the literature contradicts, and who decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..case import Session
from ..causes import Cause, Explanation, Split
from ..paper import DISCLAIMER as DISCLAIMER
from ..paper import plain as plain

SCHEMA_VERSION = 1
EVIDENCE = {"A": "trial", "B": "cohort", "C": "mechanism", "D": "assumption"}
LETTERS = ", ".join(f"{letter} {word}" for letter, word in EVIDENCE.items())
EVENTS = {
    "cramp": "a cramp", "hypotension": "a pressure fall", "restless_legs": "restless legs", "twitch": "twitching",
    "tetany": "tingling and spasm",
}  # fmt: skip
QUESTIONS = {
    "cramp": "Why did the muscles cramp?", "hypotension": "Why did the pressure fall?",
    "restless_legs": "Why are the legs restless?", "twitch": "Why did the muscles twitch?",
    "tetany": "Why the tingling and the spasm?",
}  # fmt: skip
RESTLESS = (
    "Restless legs were noted, and no cramp. Nothing in a session is held to cause them, so no share of any cause is "
    "given: ask what tells them from cramps, look at the drugs, and have iron measured."
)

MOST, NOTABLE, LITTLE = 0.5, 0.1, 0.03  # shares and chances that sentences turn on


class Contradiction(NamedTuple):
    """What many believe and the literature does not bear out."""

    about: tuple[str, ...]  # the levers it concerns; empty when it concerns every session of that symptom
    symptom: str
    statement: str
    sources: tuple[str, ...]


CONTRADICTED = (
    Contradiction(
        (), "cramp",
        "After dialysis the nerve is nearer to normal, not more excitable: a low potassium does not make it fire late "
        "in a session.",
        ("Krishnan2005", "Arnold2013"),
    ),
    Contradiction(
        ("target_weight", "fluid_gain"), "cramp",
        "Drying out alone did not make healthy muscle cramp more easily; drinking water without salt afterwards did.",
        ("Miller2010", "LauWater2019"),
    ),
    Contradiction(
        ("fluid_gain", "session_length", "uf_profile"), "cramp",
        "Limits of 10 and 13 mL/kg/h are lines of mortality; no study that was read gives cramps by that rate.",
        ("Assimon2016",),
    ),
    Contradiction(
        ("dialysate_sodium",), "cramp",
        "A bath sodium below the blood's lowers thirst and gain but seems to bring cramps; copies of one small study "
        "disagree on how many.",
        ("Dunlop2019", "Arramreddy2012"),
    ),
    Contradiction(
        ("dialysate_bicarbonate", "dialysate_calcium"), "cramp",
        "A strong bicarbonate bath is said to bring cramps by binding calcium; a bath of 40 mmol/L did not lower the "
        "ionized part, because the calcium of the bath decides it.",
        ("Kirschbaum2004",),
    ),
    Contradiction(
        ("vintage",), "cramp",
        "More years on dialysis are often blamed; in the one small study that was read, frequent crampers had fewer.",
        ("Kaplan1992",),
    ),
    Contradiction(
        ("target_weight",), "hypotension",
        "A flat blood volume trace does not prove overload: at least half ended dialysis depleted, whatever the trace.",
        ("Keane2018",),
    ),
    Contradiction(
        ("fluid_gain", "session_length"), "hypotension",
        "How much the rate of fluid removal matters is disputed: much in a case-control study, hardly in a large "
        "record of sessions.",
        ("UfRateCaseControl", "Lin2019"),
    ),
)  # fmt: skip


def percent(share: float) -> str:
    """A share of the risk or a chance, without false precision."""
    if 0 < abs(share) < 0.005:
        return "<1%"
    return f"{100 * share:.0f}%".replace("-0%", "0%")


def signed(share: float) -> str:
    """A share with its sign; nothing is said of less than half a percent."""
    return f"{100 * share:+.0f}%" if abs(share) >= 0.005 else "0%"


def between(interval: Sequence[float]) -> str:
    """An interval of shares, % not repeated."""
    low, high = (f"{100 * x:.0f}".replace("-0", "0") if abs(x) < 0.005 else f"{100 * x:.0f}" for x in interval)
    return f"{low} to {high}%"


def evidence(letter: str) -> str:
    """The letter with its word."""
    return f"{letter}, {EVIDENCE[letter]}" if letter in EVIDENCE else letter


def bare(text: str) -> str:
    """Without what stands in brackets."""
    return re.sub(r" \([^()]*\)", "", text)


def small(text: str) -> str:
    """A label within a sentence: its first letter small, unless it is a name of capitals."""
    return text if text[:2].isupper() or text[:2] == "pH" else text[:1].lower() + text[1:]


def listed(names: Sequence[str]) -> str:
    """One, another and a third."""
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else "".join(names)


def about(session: Session) -> str:
    """What a session is about: cramp when one happened, as `causes.explain` has it."""
    return "cramp" if session.cramps else "hypotension"


def split_of(e: Explanation) -> Split:
    """The risk that the session is about."""
    return e.asked


def question(e: Explanation) -> str:
    """What is answered, in a few words."""
    if happened(e):
        return QUESTIONS[e.about]
    return f"What could have brought {EVENTS[e.about]}?"


def happened(e: Explanation) -> bool:
    """Whether what the session is about was noted in it."""
    session = e.twin.session
    noted = {symptom.what.replace(" ", "_") for symptom in session.symptoms}
    return session.pressure_fell if e.about == "hypotension" else e.about in noted


def answer(e: Explanation) -> str:
    """The answer in one or two sentences, no surer than the numbers."""
    if e.about == "restless_legs":
        return RESTLESS
    said = main(split_of(e), e.about)
    if not happened(e):
        said = f"No cramp and no pressure fall was noted; this is about the risk there was. {said}"
    return said


def main(split: Split, about: str) -> str:
    """Where most of one risk came from, after a word of doubt where there was hardly any risk."""
    said = _main(split)
    if split.chance.probability < LITTLE:
        said = f"The twin sees hardly any risk of {EVENTS[about]}. {said}"
    return said


def _main(split: Split) -> str:
    rising = sorted((c for c in split.causes if c.share >= NOTABLE), key=lambda c: -c.share)
    if not rising:
        return "Nothing that could have been changed stands out." + _surer(split, (), "Small but sure")
    first = rising[0]
    told = rising[:1]
    if first.share >= MOST:
        said = f"Most of the risk came from the {_name(first)}: {_change(first)}."
    elif len(rising) > 1 and first.share + rising[1].share >= MOST:
        told = rising[:2]
        one, other = (f"the {_name(cause)} ({_change(cause, short=True)})" for cause in told)
        said = f"Most of the risk came from {one} and {other} together."
    else:
        said = (
            f"The largest part of the risk that could have been changed, {percent(first.share)}, came from the "
            f"{_name(first)}: {_change(first)}."
        )
    if first.interval.low < -LITTLE:
        said += f" The data leave open whether the {_name(first)} mattered at all."
        said += _surer(split, told, "Surer, though smaller,")
    return said


def _surer(split: Split, told: Sequence[Cause], how: str) -> str:
    """The largest cause that the data do not leave open."""
    sure = [cause for cause in split.causes if cause.share >= LITTLE and cause.interval.low > 0]
    if not sure:
        return ""
    cause = max(sure, key=lambda c: c.share)
    size = f"{percent(cause.share)} ({between(cause.interval)})"
    if cause in told:
        return f" The {_name(cause)} did, with {size}."
    return f" {how} is the {_name(cause)}, {size}: {_change(cause, short=True)}."


def _name(cause: Cause) -> str:
    return small(cause.label)


def _change(cause: Cause, *, short: bool = False) -> str:
    was, should = cause.as_it_was, cause.as_it_should_be
    if short:  # what stands in brackets is on the line of the cause
        was, should = bare(was), bare(should)
    return f"{was} as it was, {should} as it should be"


def contradictions(e: Explanation) -> tuple[Contradiction, ...]:
    """Those that bear on this session: on a lever of it, or on what the file tells."""
    here = {cause.id for cause in split_of(e).causes if abs(cause.share) >= LITTLE}
    if e.twin.case.patient.vintage_y is not None:
        here.add("vintage")
    return tuple(c for c in CONTRADICTED if c.symptom == e.about and (not c.about or here & set(c.about)))
