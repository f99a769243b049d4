"""Prone: who cramps more readily than others, by what is known of them before any session is looked at.

    shift of u = sum of b_j (x_j - usual x_j),  b_j ~ N(mean, sd)

The mean of a coefficient is zero where studies contradict each other or none was found; its spread says how much that
leaves open. What is not known of a person shifts nothing. Medicines are a pathway of their own (`cramps.PATHWAYS`) and
neuropathy acts through the nerve's margin, so neither is here: nothing counts twice.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..parameter import param, record
from .hazard import draw_weights


class About(NamedTuple):
    """What is known of a person beside the body; None where nobody said."""

    age_y: float | None = None
    female: bool | None = None
    diabetes: bool | None = None
    vintage_y: float | None = None  # years on dialysis
    neuropathy: float | None = None  # 0 none to 1 severe, as examined
    restless_legs: bool | None = None
    drugs: Any = 0.0  # summed effect of medicines on the log rate of cramps
    cramped_before: bool | None = None  # cramps at home in the days before the session
    on_dialysis: bool = True
    gfr_ml_min: float | None = None
    sp_ktv: float | None = None  # dose of a session


@record
class Prone:
    diabetes: Any = param(
        "1", 0.3, within=(-0.6, 1.2), sd=0.3, source="Kaplan1992", status="assumed",
        meaning="having diabetes; more frequent among 8 who cramped often than among 8 who did not: a direction only",
    )
    vintage: Any = param(
        "1", 0.0, within=(-0.6, 0.6), sd=0.2, source="Kaplan1992 Kot2024 PainSyndromes", status="assumed",
        meaning="each 10 years on dialysis; two small studies say fewer cramps with years, one says more",
    )
    age: Any = param(
        "1", 0.0, within=(-0.6, 0.6), sd=0.2, source="Hung2009 PainSyndromes", status="assumed",
        meaning="each 20 years of age; two studies say more, complaints in all were fewer in the old [Caplin2011]",
    )
    female: Any = param(
        "1", 0.0, within=(-0.6, 0.6), sd=0.2, source="Caplin2011", status="assumed",
        meaning="being a woman; women report more of all complaints, no figure for cramps was found",
    )
    cramped: Any = param(
        "1", 1.0, within=(0.0, 3.3), sd=0.4, source="Akkabut2021", status="tuned",
        meaning="cramps at home before; tuned to the 2 to 4 times the odds that a spread of 1.2 allows, not to 25.5",
    )
    not_cramped: Any = param(
        "1", -0.2, within=(-0.6, 0.0), sd=0.1, source="SoleusChoice", status="derived",
        meaning="a diary without cramps; keeps the mean of all people at zero if a sixth cramp at home",
    )
    usual_diabetes: Any = param(
        "1", 0.37, within=(0.2, 0.6), source="Alvarez2020", status="seen",
        meaning="share with diabetes in a usual unit",
    )
    usual_female: Any = param(
        "1", 0.42, within=(0.3, 0.55), source="Alvarez2020", status="seen",
        meaning="share of women in a usual unit",
    )
    usual_age: Any = param(
        "1", 62.5, within=(50.0, 75.0), source="Alvarez2020", status="seen",
        meaning="years of age in a usual unit",
    )
    usual_vintage: Any = param(
        "1", 4.0, within=(2.0, 8.0), source="GeneralKnowledge", status="recalled",
        meaning="years on dialysis in a usual unit",
    )


class Leaning(NamedTuple):
    """One thing known of a person, and what it is held to do to their susceptibility."""

    id: str
    label: str
    shift: float  # of the log rate
    evidence: str
    says: str
    sources: tuple[str, ...]


SAID = {
    "diabetes": (
        "diabetes", "B", "Kaplan1992",
        "Diabetes was more frequent in one study of 8 patients who cramped often and 8 who seldom did.",
    ),
    "vintage": (
        "years on dialysis", "B", "Kaplan1992 Kot2024 PainSyndromes",
        "It is believed that cramps come with the years. Of three small studies two found the opposite and one agreed: "
        "no shift is assumed.",
    ),
    "age": (
        "age", "B", "Hung2009 PainSyndromes Caplin2011",
        "Two studies found more cramps in the old, a third fewer complaints of every kind: no shift is assumed.",
    ),
    "sex": (
        "sex", "B", "Caplin2011",
        "Women reported more of all complaints; no figure for cramps alone was found: no shift is assumed.",
    ),
    "cramped": (
        "cramps at home before", "B", "Akkabut2021",
        "One study found 25 times the odds in a session after cramps before it. It did not say how much of that is the "
        "same few patients; a spread between patients that fits how many cramp in a month allows about 4 times.",
    ),
}  # fmt: skip


def _parts(about: About, b: Any) -> dict[str, Any]:
    """Each known thing's part of the shift."""
    found: dict[str, Any] = {}
    if about.diabetes is not None:
        found["diabetes"] = b.diabetes * (1.0 * about.diabetes - b.usual_diabetes)
    if about.vintage_y is not None:
        found["vintage"] = b.vintage * (about.vintage_y - b.usual_vintage) / 10
    if about.age_y is not None:
        found["age"] = b.age * (about.age_y - b.usual_age) / 20
    if about.female is not None:
        found["sex"] = b.female * (1.0 * about.female - b.usual_female)
    if about.cramped_before is not None:
        found["cramped"] = b.cramped if about.cramped_before else b.not_cramped
    return found


def leaning(about: About, n: int, rng: np.random.Generator) -> np.ndarray:
    """n draws of how much more (or less) readily than an average person this one cramps, as a shift of u."""
    return np.asarray(sum(_parts(about, draw_weights(Prone, n, rng)).values(), np.zeros(n)))


def leanings(about: About) -> tuple[Leaning, ...]:
    """What is known of the person, each with its typical shift, its evidence and what contradicts belief."""
    found = []
    for name, shift in _parts(about, Prone()).items():
        label, evidence, sources, says = SAID[name]
        found.append(Leaning(name, label, float(shift), evidence, says, tuple(sources.split())))
    return tuple(found)
