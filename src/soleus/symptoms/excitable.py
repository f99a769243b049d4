"""Excitable: twitches, tetany, weakness and dangerous rhythm, from nerves that fire unasked or not at all.

    P(twitch) = logistic[b ln(motor terminals firing / 1)]
    P(tetany) = logistic[b ln(sensory terminals firing if potassium, flow and pump were usual / 4) + c fall of iCa]

Usable on a session and on hours at home alike. Tetany sees no potassium, flow or pump: it is about calcium, acidity and
warmth. Low potassium makes nerves rest further from firing, so it never raises either; weakness and rhythm at the ends
of potassium are levels to act on. How likely a heart is to stop is not said, because nothing here can know it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..body.nerve import Seen as Nerves
from ..parameter import param, record
from .complaint import Complaint, Whole, logistic, within

TINY = 1e-9  # of an axon: below it the logarithm says nothing more


@record
class Excitable:
    b: Any = param(
        "1", 2.5, within=(1.0, 5.0), source="SoleusChoice", status="assumed",
        meaning="log odds of a complaint for each e-fold of axons that fire unasked",
    )
    twitch: Any = param(
        "1", 1.0, within=(0.3, 3.0), source="SoleusChoice", status="assumed",
        meaning="motor axons of a muscle that fire unasked when half of people would say that it twitches",
    )
    tetany: Any = param(
        "1", 4.0, within=(1.0, 12.0), source="SoleusChoice", status="assumed",
        meaning="sensory axons that fire unasked when half of people would feel tingling or spasm",
    )
    falling: Any = param(
        "L/mmol", 5.0, within=(0.0, 15.0), source="SoleusChoice", status="assumed",
        meaning="log odds of tetany for each mmol/L that ionized calcium fell in an hour; a fast fall is felt sooner",
    )
    weak: Any = param(
        "1", 0.55, within=(0.45, 0.65), source="SoleusChoice", status="assumed",
        meaning="share of sodium channels ready below which muscles are weak",
    )
    weak_soft: Any = param(
        "1", 0.03, within=(0.01, 0.08), source="SoleusChoice", status="assumed",
        meaning="how sharply weakness comes at that share",
    )
    K_weak: Any = param(
        "mmol/L", 2.5, within=(2.0, 3.0), source="GeneralKnowledge", status="recalled",
        meaning="low potassium at which half of people are weak",
    )
    K_soft: Any = param(
        "mmol/L", 0.15, within=(0.05, 0.4), source="SoleusChoice", status="assumed",
        meaning="how sharply that comes",
    )
    K_high: Any = param(
        "mmol/L", 6.5, within=(6.0, 7.0), source="GeneralKnowledge", status="recalled",
        meaning="potassium above which weakness and dangerous rhythm are watched for",
    )
    K_low: Any = param(
        "mmol/L", 3.0, within=(2.5, 3.5), source="GeneralKnowledge", status="recalled",
        meaning="potassium below which they are",
    )


class Nervous(NamedTuple):
    """The chances of twitches and of tetany, at their highest over the time looked at; [patient]."""

    twitch: np.ndarray
    tetany: np.ndarray


def hourly_fall(minutes: np.ndarray, iCa: np.ndarray) -> np.ndarray:
    """How much ionized calcium fell in the hour before each moment, mmol/L; never below zero. [time, patient]."""
    minutes, iCa = np.asarray(minutes, float), np.asarray(iCa, float)
    back = np.clip(minutes - 60, minutes[0], None)
    before = np.stack([np.interp(back, minutes, one) for one in iCa.T], axis=1)
    return np.asarray(np.maximum(before - iCa, 0.0))


def nervous(nerves: Nerves, minutes: Any = None, iCa: Any = None, until: Any = np.inf, p: Any = None) -> Nervous:
    """Chances of twitches and tetany.

    Args:
        nerves: what nerves do over time, [time, patient].
        minutes, iCa: when, and ionized calcium then, [time, patient]; without them a fast fall is not counted.
        until: minute after which nothing counts, a number or [patient].
        p: other thresholds.
    """
    p = Excitable() if p is None else p
    fall: Any = 0.0 if minutes is None or iCa is None else hourly_fall(minutes, iCa)
    twitch = logistic(p.b * np.log(np.maximum(nerves.ectopic, TINY) / p.twitch))
    tetany = logistic(p.b * np.log(np.maximum(nerves.ectopic_usual, TINY) / p.tetany) + p.falling * fall)
    if minutes is not None:
        twitch, tetany = within(minutes, until, twitch), within(minutes, until, tetany)
    return Nervous(twitch=twitch.max(axis=0), tetany=tetany.max(axis=0))


def excitable(found: Nervous, of: Whole, p: Any = None) -> tuple[Complaint, ...]:
    """These four as complaints."""
    p = Excitable() if p is None else p
    weak = np.maximum(logistic((p.weak - of.ready) / p.weak_soft), logistic((p.K_weak - of.K_low) / p.K_soft))
    beyond = np.asarray((of.K_high > p.K_high) | (of.K_low < p.K_low), float)
    chance = {"twitch": found.twitch, "tetany": found.tetany, "weakness": weak, "rhythm": beyond}
    return tuple(
        Complaint(name, label, chance[name], evidence, says, tuple(sources.split()), name == "rhythm")
        for name, (label, evidence, sources, says) in SAID.items()
    )


SAID = {
    "twitch": (
        "Twitches", "C", "Layzer1994 SoleusChoice",
        "Motor nerve endings that fire unasked: low ionized calcium, low magnesium, high potassium or starved muscle. "
        "Low potassium does the reverse.",
    ),
    "tetany": (
        "Tingling, spasm (tetany)", "C", "SensoryMotor2017 SoleusChoice",
        "Sensory nerves that fire unasked as ionized calcium falls or blood turns alkaline, the sooner the faster. The "
        "thresholds rest on textbooks.",
    ),
    "weakness": (
        "Weakness", "C", "GeneralKnowledge",
        "High potassium leaves few sodium channels ready, so nerve and muscle answer less; low potassium weakens too.",
    ),
    "rhythm": (
        "Potassium at which the heart's rhythm is watched", "D", "GeneralKnowledge",
        "A warning: potassium above 6.5 or below 3.0 mmol/L. The figure is how likely potassium was there, not how "
        "likely the heart is to be harmed, which Soleus cannot know.",
    ),
}  # fmt: skip
