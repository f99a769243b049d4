"""Restless legs: a chance from who somebody is, without any mechanism; and how to tell them from cramps.

    log odds = base + woman + years on dialysis

No state of the body enters: the motor axon says nothing about restless legs, and iron, phosphate and dose have no
consistent effect. Before dialysis, four in five of those whom a questionnaire finds have something else [Calvino2015].
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..parameter import param, record
from .complaint import Complaint, log_odds, logistic
from .prone import About


@record
class Restless:
    dialysis: Any = param(
        "1", 0.272, within=(0.15, 0.46), source="Zhou2024", status="seen",
        meaning="share of people on hemodialysis with restless legs, 24.8 to 29.7 % pooled; single units 16 to 46 %",
    )
    before: Any = param(
        "1", 0.045, within=(0.02, 0.21), source="Calvino2015", status="seen",
        meaning="share before dialysis once examined; 21 % by questionnaire alone",
    )
    female: Any = param(
        "1", 0.32, within=(0.0, 0.7), source="Zhou2024", status="derived",
        meaning="being a woman: 29.7 against 23.5 %; no difference in RestlessAhvaz2015 and Menezes2018",
    )
    years: Any = param(
        "1", 0.2, within=(-0.2, 0.6), source="RestlessAhvaz2015 Menezes2018", status="assumed",
        meaning="each 10 years on dialysis; more in one study, no difference in another",
    )
    usual_female: Any = param(
        "1", 0.42, within=(0.3, 0.55), source="Alvarez2020", status="seen",
        meaning="share of women in a usual unit",
    )
    usual_years: Any = param(
        "1", 4.0, within=(2.0, 8.0), source="GeneralKnowledge", status="recalled",
        meaning="years on dialysis in a usual unit",
    )


class Question(NamedTuple):
    """One thing to ask or look at, and what each answer speaks for."""

    ask: str
    cramp: str
    restless: str


QUESTIONS = (
    Question("What is it like?", "pain in a hard, visible knot of muscle", "an urge to move, with crawling or pulling"),
    Question("What ends it?", "stretching the muscle", "walking about, for as long as one walks"),
    Question("When does it come?", "late in dialysis, or suddenly out of sleep", "in the evening, sitting or lying"),
    Question("How long does it last?", "seconds to some minutes", "an hour or more, coming and going"),
    Question("Where is it?", "one calf, foot or hand", "deep in both legs, hard to point at"),
    Question("What does an examination find?", "a tender muscle afterwards", "nothing; numb feet speak for neuropathy"),
)


def restless(about: About, n: int, p: Any = None) -> Complaint:
    """The chance that this person has restless legs, the same for n draws; as noted in the chart where it is noted."""
    p = Restless() if p is None else p
    x = log_odds(p.dialysis if about.on_dialysis else p.before)
    if about.female is not None:
        x += p.female * (float(about.female) - p.usual_female)
    if about.vintage_y is not None and about.on_dialysis:
        x += p.years * (about.vintage_y - p.usual_years) / 10
    chance = float(logistic(x)) if about.restless_legs is None else float(about.restless_legs)
    says = (
        "How common they are among people like this one; no state of the body is held to cause them. Ask and examine: "
        "of those whom a questionnaire finds before dialysis, four in five have other trouble of the legs."
        if about.restless_legs is None
        else "As noted in the chart. Restless legs are not cramps: an urge to move that moving relieves."
    )
    return Complaint(
        "restless_legs", "Restless legs", np.full(n, chance), "B", says,
        ("Zhou2024", "RestlessAhvaz2015", "Menezes2018", "Calvino2015"),
    )  # fmt: skip
