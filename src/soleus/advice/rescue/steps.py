"""Steps: what to do, in order; words of the ward, each with who may decide it and what it rests on."""

from __future__ import annotations

import re
from typing import NamedTuple

from .agents import Choice
from .doses import LIMITS
from .standing import Standing

NURSE = "the nurse, at once"
ORDER = "the unit's standing order, or the doctor"
DOCTOR = "the doctor"
STOP_IF = (
    "chest pain", "fainting", "confusion", "breathlessness", "seizure",
    f"systolic below {LIMITS.collapse:.0f} or not to be measured",
)  # fmt: skip
RECORD = (
    "time", "muscle and side", "severity and how long", "pressure and pulse before and after",
    "rate of ultrafiltration", "what was given", "what helped",
)  # fmt: skip
NEVER = "Never quinine: it can destroy platelets and disturb the heart's rhythm."
STRETCHES = (
    (r"hand|finger|thumb|forearm|\barm|wrist", "STRETCH THE HAND: fingers flat and bent back, not against the needles"),
    (r"thigh|hamstring", "STRETCH THE THIGH: in front bend the knee, behind straighten it and lift the leg"),
    (r"belly|abdom|stomach|flank|trunk", "LAY FLAT, arms up, breathe slowly, press a warm hand on the muscle"),
    (r"foot|feet|toe|sole", "STRETCH THE FOOT: toes and foot pulled up"),
    (r"", "STRETCH THE CALF: knee straight, foot pulled up"),
)  # fmt: skip


class Step(NamedTuple):
    """One thing to do."""

    id: str
    do: str
    decides: str
    evidence: str
    sources: tuple[str, ...]


USUAL = ("GeneralKnowledge",)


def steps(s: Standing, found: tuple[Choice, ...]) -> tuple[Step, ...]:
    """What to do, in order."""
    if s.urgent:
        return _ends(s, found)
    if s.failed:
        return _failed(s, found)
    before = [Step("call", f"CALL THE DOCTOR: {s.not_relieved}.", NURSE, "D", USUAL)] if s.not_relieved else []
    if s.hypo:
        do = f"GLUCOSE IS {s.glucose:.1f}: GIVE GLUCOSE NOW, as the unit does it."
        before.append(Step("sugar", do, ORDER, "D", USUAL))
    if s.about == "hypotension":
        return (*before, *_fell(s, found))
    return (*before, _slower(s), *_flat(s), _stretch(s), _measure(s), _give(s, found), _then())


def ends_now(s: Standing) -> bool:
    """Whether the treatment ends and the doctor comes at once."""
    return bool(s.urgent) or s.failed


def _ends(s: Standing, found: tuple[Choice, ...]) -> tuple[Step, ...]:
    return (
        Step("call", "CALL THE DOCTOR NOW; not awake or not breathing: the emergency team.", NURSE, "D", USUAL),
        Step("stop", "ULTRAFILTRATION OFF, end the treatment as the unit does it; keep the access.", NURSE, "D", USUAL),
        Step("lay", "LAY FLAT, legs up; upright if breathless, on the side if drowsy. Oxygen.", NURSE, "D", USUAL),
        Step("measure", "MEASURE pressure, pulse, oxygen, glucose; ECG with chest pain.", NURSE, "D", USUAL),
        _fluid(s, found),
    )


def _failed(s: Standing, found: tuple[Choice, ...]) -> tuple[Step, ...]:
    off = Step("stop", "ULTRAFILTRATION OFF; END THE TREATMENT as the unit does it.", NURSE, "D", USUAL)
    if s.about == "hypotension":
        why = Step("call", "CALL THE DOCTOR: is it bleeding, the heart, infection, the dialyzer?", NURSE, "D", USUAL)
        return (off, why, _fluid(s, found), _measure(s))
    why = Step(
        "call", "CALL THE DOCTOR: so long a cramp may be a clotted vessel or a damaged muscle.", NURSE, "D", USUAL
    )
    return (off, why, _stretch(s), _measure(s))


def _fluid(s: Standing, found: tuple[Choice, ...]) -> Step:
    """Saline while they come, where pressure is low."""
    saline = next(c.dose for c in found if c.agent.id == "saline")
    if not s.low:
        return Step("fluid", "NO FLUID unless the doctor says so.", DOCTOR, "D", USUAL)
    do = f"SALINE 0.9 %, {saline.ml:.0f} mL in {saline.minutes:.0f} min while they come: pressure is low."
    return Step("fluid", do, ORDER, "D", USUAL)


def _flat(s: Standing) -> tuple[Step, ...]:
    """How to lie with a cramp, where something else tells."""
    if s.complaint in ("vomiting", "nausea"):
        return (Step("lay", f"LAY ON THE SIDE: {s.complaint}.", NURSE, "D", USUAL),)
    if s.low or s.complaint == "dizziness":
        why = "pressure is low" if s.low else "dizzy"
        return (Step("lay", f"LAY FLAT, legs up: {why}.", NURSE, "D", USUAL),)
    return ()


def _slower(s: Standing) -> Step:
    was = f"{1000 * s.uf_rate:.0f} mL/h"
    if s.uf_rate <= 0:
        do = "ULTRAFILTRATION is off: leave it so. Blood pump on."
    elif s.mild:
        do = f"SLOW ULTRAFILTRATION from {was} to {1000 * LIMITS.slowed * s.uf_rate:.0f}; if it grows, stop it."
    else:
        do = f"STOP ULTRAFILTRATION: rate to 0, from {was}. Leave the blood pump on."
    return Step("ultrafiltration", do, NURSE, "C", USUAL)


def _stretch(s: Standing) -> Step:
    how = next(text for pattern, text in STRETCHES if re.search(pattern, s.where, re.I))
    return Step("stretch", f"{how}; hold until it lets go.", NURSE, "C", ("Elavally",))


def _measure(s: Standing) -> Step:
    what = "pressure and pulse" + (", glucose" if s.known.diabetes is not False else "")
    flat = "" if _flat(s) else " Low or dizzy: flat, legs up."
    return Step("measure", f"MEASURE {what}.{flat}", NURSE, "D", USUAL)


def _give(s: Standing, found: tuple[Choice, ...]) -> Step:
    some = any(c.may.verdict != "no" for c in found)
    if not some:
        return Step("give", "GIVE NOTHING: all is forbidden here. Call the doctor if it stays.", DOCTOR, "D", USUAL)
    when = "now" if s.severe or s.not_relieved else f"if it holds after {LIMITS.wait:.0f} min"
    when = "only if it grows" if s.mild and not s.not_relieved else when
    return Step("give", f"GIVE ONE, {when}, by standing order or the doctor:", ORDER, "C", ("Canzanello1991",))


def _then() -> Step:
    do = f"STILL THERE {LIMITS.relief:.0f} MIN LATER: CALL THE DOCTOR; {LIMITS.severe:.0f} OR MORE: END THE TREATMENT."
    return Step("end", do, NURSE, "D", ("Howe1978",))


def _fell(s: Standing, found: tuple[Choice, ...]) -> tuple[Step, ...]:
    off = "leave it so" if s.uf_rate <= 0 else f"rate to 0, from {1000 * s.uf_rate:.0f} mL/h"
    back = f"NOT {LIMITS.fallen:.0f} AGAIN in {LIMITS.relief:.0f} min, or worse: END THE TREATMENT, CALL THE DOCTOR."
    when = "now" if s.low or s.systolic is None else f"if it is below {LIMITS.fallen:.0f} or the patient feels it"
    some = any(c.may.verdict != "no" for c in found)
    give = f"GIVE ONE, {when}, by standing order or the doctor:" if some else "GIVE NOTHING; call the doctor."
    return (
        Step("ultrafiltration", f"STOP ULTRAFILTRATION: {off}. Leave the blood pump on.", NURSE, "C", USUAL),
        Step("lay", "LAY FLAT, legs up; on the side if vomiting or drowsy.", NURSE, "D", USUAL),
        Step("measure", "MEASURE pressure and pulse, again every 3 to 5 min; glucose if drowsy.", NURSE, "D", USUAL),
        Step("give", give, ORDER, "D", USUAL),
        Step("end", back, NURSE, "D", ("Flythe2015",)),
    )


def afterwards(s: Standing) -> tuple[str, ...]:
    """When it is over: how to go on, and what to think of."""
    said = [
        "wait 10 min, then half the rate; never faster to catch up, what is left waits.",
    ]
    if s.excess.high < 0:
        said.append(f"The twin holds {-s.excess.mean:.1f} L less than at dry weight: too low a target?")
    return tuple(said)
