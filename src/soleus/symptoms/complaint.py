"""Complaint: what a person may feel, how likely, on what evidence; and the session as a whole that it comes from."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..body.body import Patient
from ..parameter import quantity, record
from ..session import Moment


class Complaint(NamedTuple):
    """One thing a person may feel."""

    id: str
    label: str
    probability: np.ndarray  # [patient]
    evidence: str  # A trial, B cohort, C mechanism, D assumption
    says: str
    sources: tuple[str, ...]
    warning: bool = False  # a level passed: the probability is that of the level, not of harm


@record
class Whole:
    """A session, or hours at home, in figures; [patient]."""

    SBP: Any = quantity("mmHg", "systolic pressure at the start")
    fall: Any = quantity("mmHg", "systolic pressure at the start less its lowest")
    MAP_fall: Any = quantity("mmHg", "mean pressure at the start less that at the end")
    urea: Any = quantity("mmol/L", "plasma urea at the start")
    gradient: Any = quantity("mmol/L", "urea inside less outside cells, at its most")
    dilution: Any = quantity("mmol/L", "tonicity at the start less that at the end")
    thirst: Any = quantity("mmol/L", "plasma sodium at the end above the person's own")
    K_low: Any = quantity("mmol/L", "potassium as the laboratory reports it, at its lowest")
    K_high: Any = quantity("mmol/L", "the same at its highest")
    ready: Any = quantity("1", "sodium channels of the motor node ready to open, at their fewest")
    V_is: Any = quantity("1", "interstitial water at the end over that at dry weight")
    uf_rate: Any = quantity("mL/kg/min", "fluid taken off")


def within(minutes: np.ndarray, until: Any, x: Any) -> np.ndarray:
    """x [time, patient] with what comes after minute `until` replaced by its last value before."""
    x = np.asarray(x, float)
    inside = np.atleast_1d(minutes)[:, None] <= np.broadcast_to(np.asarray(until, float), x.shape[-1:]) + 1e-6
    inside[0] = True
    last = np.maximum.accumulate(np.where(inside, np.arange(len(x))[:, None], 0), axis=0)
    return np.asarray(np.take_along_axis(x, last, axis=0))


def whole(moments: Moment, minutes: np.ndarray, patient: Patient, until: Any, ufr: Any) -> Whole:
    """What of a session matters to complaints; `ufr` is fluid taken off in mL/kg/h."""
    seen, n = moments.seen, np.shape(moments.seen.circulation.SBP)[-1:]

    def held(x: Any) -> np.ndarray:
        return within(minutes, until, np.broadcast_to(x, (len(minutes), *n)))

    SBP, MAP, K = held(seen.circulation.SBP), held(seen.circulation.MAP), held(seen.potassium.K_p)
    E, gradient = held(seen.sodium.E), held(seen.urea_i - seen.urea_e)
    return Whole(
        SBP=SBP[0],
        fall=SBP[0] - SBP.min(axis=0),
        MAP_fall=MAP[0] - MAP[-1],
        urea=held(seen.protein.f * seen.urea_e)[0],
        gradient=gradient.max(axis=0),
        dilution=E[0] - E[-1],
        thirst=held(seen.sodium.Na_p)[-1] - np.asarray(patient.sodium.Na_p),
        K_low=K.min(axis=0),
        K_high=K.max(axis=0),
        ready=held(moments.nerves.node.ready).min(axis=0),
        V_is=held(moments.state.fluid.V_is)[-1] / np.asarray(patient.fluid.V_is),
        uf_rate=np.broadcast_to(np.asarray(ufr, float), n) / 60,
    )


def logistic(x: Any) -> np.ndarray:
    """A probability from log odds, without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.asarray(x, float))))


def log_odds(share: float) -> float:
    """The reverse."""
    return float(np.log(share / (1 - share)))


SMEAR = (16 / (15 * np.pi)) ** 2 * 3  # [algebra] a logistic curve averaged over a normal spread is nearly one again


def average(x: Any, spread: float) -> np.ndarray:
    """The mean probability over people whose log odds are spread about x by this standard deviation."""
    return logistic(np.asarray(x, float) / np.sqrt(1 + SMEAR * spread**2))
