"""Neuropathy: how likely long nerves have suffered, from filtration before dialysis, from years and dose on it.

    before dialysis   log odds = start - slope ln(GFR / GFR at the start)
    on dialysis       log odds = start + years (drift + lack x missing dose)
    diabetes          adds to either

Assumes     the toxins that hurt nerves are those that dose removes; nobody has proved which they are.
Leaves out  transplantation, which heals; causes other than kidney and diabetes.
Holds for   prevalence: 65 % at the start of dialysis, 60 to 100 % on it, seldom above a filtration of 12 mL/min.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..parameter import param, record
from .complaint import Complaint, log_odds, logistic
from .prone import About


@record
class Neuropathy:
    start: Any = param(
        "1", 0.65, within=(0.5, 0.8), source="Krishnan2006", status="seen",
        meaning="share with neuropathy when dialysis starts, by examination and conduction",
    )
    gfr_start: Any = param(
        "L/min", 0.008, within=(0.005, 0.012), source="GeneralKnowledge", status="recalled",
        meaning="filtration at which dialysis usually starts",
    )
    slope: Any = param(
        "1", 5.0, within=(2.0, 10.0), source="Krishnan2007", status="tuned",
        meaning="log odds for each e-fold of filtration; tuned to few above 12 mL/min",
    )
    drift: Any = param(
        "1", 0.03, within=(-0.05, 0.15), source="Krishnan2007", status="tuned",
        meaning="each year on dialysis of a full dose; tuned to 60 to 100 % on dialysis",
    )
    lack: Any = param(
        "1", 0.3, within=(0.0, 1.0), source="SoleusChoice", status="assumed",
        meaning="each year for each unit of spKt/V that a session's dose falls short",
    )
    full: Any = param(
        "1", 1.4, within=(1.2, 1.6), source="GeneralKnowledge", status="recalled",
        meaning="spKt/V of a session taken as a full dose, three a week",
    )
    diabetes: Any = param(
        "1", 0.7, within=(0.0, 1.5), source="GeneralKnowledge", status="recalled",
        meaning="having diabetes, which hurts the same nerves",
    )
    noted: Any = param(
        "1", 0.1, within=(0.02, 0.25), source="SoleusChoice", status="assumed",
        meaning="index above which an examined neuropathy is called one",
    )
    severity: Any = param(
        "1", 0.4, within=(0.1, 0.7), source="SoleusChoice", status="assumed",
        meaning="mean index, 0 none to 1 severe, of those who have one",
    )


def prevalence(about: About, p: Any = None) -> float:
    """Share of people like this one with a neuropathy."""
    p = Neuropathy() if p is None else p
    x = log_odds(p.start)
    if about.on_dialysis:
        missing = 0.0 if about.sp_ktv is None else max(0.0, p.full - about.sp_ktv)
        x += (about.vintage_y or 0.0) * (p.drift + p.lack * missing)
    elif about.gfr_ml_min is not None:
        x -= p.slope * np.log(max(about.gfr_ml_min, 1.0) / (1000 * p.gfr_start))
    if about.diabetes:
        x += p.diabetes
    return float(logistic(x))


def index(about: About, p: Any = None) -> float:
    """Severity, 0 none to 1 severe: as examined, else what people like this one have on average."""
    p = Neuropathy() if p is None else p
    return about.neuropathy if about.neuropathy is not None else p.severity * prevalence(about, p)


def neuropathy(about: About, n: int, p: Any = None) -> Complaint:
    """The chance of a neuropathy, the same for n draws."""
    p = Neuropathy() if p is None else p
    examined = about.neuropathy is not None
    chance = float(about.neuropathy > p.noted) if about.neuropathy is not None else prevalence(about, p)
    says = (
        "As examined."
        if examined
        else "How common it is with so little filtration, or after so many years at such a dose; examine the feet. "
        "Potassium held high between sessions is one suspect, larger toxins another; neither is proved."
    )
    return Complaint(
        "neuropathy", "Neuropathy (numb or weak feet)", np.full(n, chance), "B", says, ("Krishnan2006", "Krishnan2007")
    )
