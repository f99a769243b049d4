"""Symptoms: what a person feels, as hazards over time or as chances, each with its evidence.

Cramp and hypotension are hazards, which `fit` weighs and `causes` splits. The others are chances for one session or a
few hours at home: `complaints` gives all of them, as what to ask for and look at.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..body.body import Patient, Rest
from ..session import Moment
from .afterwards import Afterwards, afterwards
from .complaint import Complaint, Whole, whole, within
from .cramps import PATHWAYS, SHARES, Cramp, cramp, pathways
from .excitable import Excitable, Nervous, excitable, nervous
from .falls import HALF_HOUR, PRESSURE_PATHWAYS, Hypotension, hypotension
from .hazard import Risk, W, draw_weights
from .neuropathy import Neuropathy, index, neuropathy, prevalence
from .prone import About, Leaning, Prone, leaning, leanings
from .reading import Signs, signs
from .restless import QUESTIONS, Question, Restless, restless
from .unwell import Unwell, unwell
from .where import Sites, Where, severity, sites

__all__ = [
    "HALF_HOUR", "PATHWAYS", "PRESSURE_PATHWAYS", "QUESTIONS", "SHARES", "About", "Afterwards", "Complaint", "Cramp",
    "Excitable", "Hypotension", "Leaning", "Nervous", "Neuropathy", "Prone", "Question", "Restless", "Risk", "Signs",
    "Sites", "Unwell", "W", "Where", "Whole", "afterwards", "complaints", "cramp", "draw_weights", "excitable",
    "hypotension", "index", "leaning", "leanings", "nervous", "neuropathy", "pathways", "prevalence", "restless",
    "severity", "signs", "sites", "unwell", "whole", "within",
]  # fmt: skip


def complaints(
    moments: Moment,
    minutes: np.ndarray,
    patient: Patient,
    rest: Rest,
    until: Any,
    ufr: Any,
    about: About,
    weights: Cramp | None = None,
) -> tuple[Complaint, ...]:
    """What else these people may feel: during and after this session, or in these hours at home.

    Args:
        moments: the session or the hours, [time, patient].
        minutes: when, [time].
        patient: the same people.
        rest: the same people at dry weight.
        until: minute at which treatment ended, a number or [patient].
        ufr: fluid taken off, mL/kg/h, a number or [patient]; 0 at home.
        about: what is known of them beside the body.
        weights: of cramps, leaves scalar or [patient]; the typical ones when none are given.
    """
    of = whole(moments, minutes, patient, until, ufr)
    n = len(of.SBP)
    found = nervous(moments.nerves, minutes, moments.seen.calcium.iCa, until)
    z = {k: within(minutes, until, v) for k, v in pathways(signs(moments), rest, about.drugs).items()}
    each = afterwards(z, Cramp() if weights is None else weights, about.on_dialysis)
    if about.on_dialysis:
        each += unwell(of, about)
    return (*each, *excitable(found, of), restless(about, n), neuropathy(about, n))
