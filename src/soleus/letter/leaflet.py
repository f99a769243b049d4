"""Leaflet: the page for the patient, in words of everyday; a chance is some of ten, never a bare percentage.

What each cause is called here, what the team may change and what the patient can do stand in `leaflet.csv`. The page
promises nothing and tells nobody to change a treatment alone.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ..advice.option import Advice
from ..causes import Cause
from ..causes.home import HomeExplanation
from ..report.home import happened as happened_at_home
from ..report.words import LITTLE, NOTABLE, happened, plain, small
from .answered import Answered, target_too_low
from .choice import ids
from .parts import Dots, Leaflet, written

FEW = 3  # causes, changes and things to do
TENTH = 0.05  # chance below which not even one in ten is filled
TITLES = {
    "cramp": "Your muscle cramps in dialysis", "hypotension": "Your low blood pressure in dialysis",
    "restless_legs": "Your restless legs", "twitch": "Your twitching muscles",
    "tetany": "Your tingling and stiff hands",
}  # fmt: skip
EVENTS = {
    "cramp": "had a cramp", "hypotension": "had a fall of blood pressure", "restless_legs": "had restless legs",
    "twitch": "had twitching muscles", "tetany": "had tingling and stiff hands",
}  # fmt: skip
CHANCES = {
    "cramp": "a cramp", "hypotension": "a fall of blood pressure", "restless_legs": "restless legs",
    "twitch": "twitching", "tetany": "tingling and stiff hands",
}  # fmt: skip
STRETCH = (
    "Tell the nurse as soon as a cramp begins. Do not wait.",
    "Pull your toes toward your nose and keep the knee straight, or stand on that foot if the nurse agrees.",
)
DIZZY = (
    "Tell the nurse as soon as you feel dizzy, hot or sick. Do not wait.",
    "Lie back, and stay lying until the nurse says you may sit up.",
)
STIFF = ("Sit down, and write down when it began, where you felt it, and what you had taken.",)
MOVE = (
    "Get up and move when the legs ask for it, if you can.",
    "Tell the team: a blood test for iron may help to find out why.",
)
CALL = (
    "pain or pressure in your chest, or trouble breathing",
    "you faint, are confused, or cannot wake up properly",
    "your heart races, stumbles or beats very slowly, or your arms and legs suddenly feel weak",
    "a fit, or a tight throat",
    "one leg is swollen, hot, pale or numb, or a cramp will not go away",
)
LUCK = "How your body is made plays a part too, and so does luck."
ON_DIALYSIS = (
    "Keep to the salt and drink that you agreed with the team. Do not drink more or take salt on your own to stop it.",
    "If you have fever, vomiting or diarrhea, or it is very hot, call the unit: these amounts may then be wrong.",
)
AT_HOME = (
    "Take your medicines as agreed. Do not start or stop one on your own, not even from the health shop.",
    "If you have vomiting or diarrhea, or cannot drink, call the clinic the same day.",
)
BLEEDS = "your fistula, graft or catheter bleeds and does not stop"
WHOM = "In dialysis call the nurse. At home call your local emergency number."
WHOM_AT_HOME = "Call your local emergency number."
LAST = (
    "This page was made with Soleus, a computer model. It is not a medical device and can be wrong. It shows what may "
    "have played a part. It cannot promise that a change will help. Your doctor decides with you."
)


class Words(NamedTuple):
    """A cause in words of everyday."""

    why: str
    team: str
    you: str


@cache
def words() -> dict[str, Words]:
    """The table, by what causes are called."""
    text = files("soleus").joinpath("letter", "leaflet.csv").read_text(encoding="utf-8")
    return {row["id"]: Words(row["why"], row["team"], row["you"]) for row in csv.DictReader(text.splitlines())}


def leaflet(found: Answered, advice: Advice | None) -> Leaflet:
    """The page."""
    mattered = [cause for cause in found.split.causes if cause.share >= NOTABLE][:FEW]
    first = [_words(cause.id, found) for cause in mattered]
    return Leaflet(
        title=TITLES[found.about],
        whose=plain(found.case.patient.name),
        looked=_looked(found),
        causes=tuple(_why(cause, found) for cause in mattered),
        sure=_sure(mattered),
        dots=tuple(_dots(found)) if found.about != "restless_legs" else (),
        team=_team(found, first, advice),
        you=tuple(dict.fromkeys([*(w.you for w in first if w.you), *_you(found)])),
        now=_now(found),
        call=(*CALL, *((BLEEDS,) if found.case.on_dialysis else ())),
        whom=WHOM if found.case.on_dialysis else WHOM_AT_HOME,
        last=LAST,
    )


def _words(name: str, found: Answered) -> Words:
    """The words of a cause; a target weight may be wrong either way."""
    if name == "target_weight":
        name = "target_weight_low" if target_too_low(found) else "target_weight_high"
    if name.startswith(("drug_", "given_")):
        name = name.split("_")[0]
    return words()[name]


def _why(cause: Cause, found: Answered) -> str:
    said = _words(cause.id, found).why.replace("{label}", small(plain(cause.label)))
    if cause.evidence == "D":
        return f"{said} (That this adds to it is a guess.)"
    return f"{said} (We are not sure of this one.)" if cause.interval.low < -LITTLE else said


def _sure(mattered: Sequence[Cause]) -> str:
    if not mattered:
        return f"We found nothing that clearly stands out and could be changed. {LUCK}"
    return LUCK


def _looked(found: Answered) -> str:
    e = found.e
    felt = happened_at_home(e) if isinstance(e, HomeExplanation) else happened(e)
    which = "your dialysis of" if found.case.on_dialysis else "some hours of"
    return f"We looked at {which} {written(found.day)}" + (f", when you {EVENTS[found.about]}." if felt else ".")


def _dots(found: Answered) -> Iterator[Dots]:
    """The chance, and what would be left with everything as it should be."""
    chance, event = found.split.chance, CHANCES[found.about]
    where = "ten sessions like this one" if found.case.on_dialysis else "ten times like this one"
    yield _tenths(f"Of {where}, this many bring {event}:", chance.probability, chance.interval)
    yield _tenths("If everything were as it should be, perhaps:", chance.baseline, None)


def _tenths(lead: str, chance: float, interval: Sequence[float] | None) -> Dots:
    filled = 0 if chance < TENTH else max(1, int(10 * chance + 0.5))
    said = "fewer than 1 in 10" if filled == 0 else "all of them" if filled == 10 else f"about {filled} in 10"
    if interval is not None:
        low, high = (round(10 * x) for x in interval)
        said += f" (it may be {low} to {high} in 10)" if low < high else ""
    return Dots(lead, filled, said)


def _team(found: Answered, first: Sequence[Words], advice: Advice | None) -> tuple[str, ...]:
    """What the team may change: of the first options where there is advice, else of the causes."""
    if advice is not None and advice.options:
        names = dict.fromkeys(name for option in advice.options[:2] for name in ids(option, found.case))
        known = [_words(name, found).team for name in names if _has(name, found)]
        other = [small(plain(option.label)) for option in advice.options[:1]] if not known else []
        said = [*known, *other]
    else:
        said = [w.team for w in first if w.team]
    return tuple(dict.fromkeys(said))[:FEW] or ("look again when it happens next",)


def _has(name: str, found: Answered) -> bool:
    """Whether there are words for it."""
    try:
        return bool(_words(name, found).team)
    except KeyError:
        return False


def _you(found: Answered) -> Iterator[str]:
    """What helps whatever the cause."""
    if found.case.on_dialysis:
        yield from ON_DIALYSIS
    else:
        yield from AT_HOME
    yield "Write down each time: the day, the hour, where you felt it, how long it lasted."


def _now(found: Answered) -> tuple[str, ...]:
    if found.about == "hypotension":
        return DIZZY
    if found.about == "restless_legs":
        return MOVE
    return STRETCH if found.about == "cramp" else STIFF
