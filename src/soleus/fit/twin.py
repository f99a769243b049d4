"""Twin: people who could be the patient, equally weighted, and their session treated again or otherwise."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .. import cohort, symptoms
from ..body import body
from ..body.body import Patient
from ..case import Case, Session
from ..prescription import Prescription
from ..session import Course, simulate
from .learned import Learned


class Twin(NamedTuple):
    """A person with uncertainty: [draw] leaves, equally weighted."""

    case: Case
    session: Session
    prescription: list[Prescription]  # of that day, one a draw: the delivered sodium differs
    patient: Patient
    start: body.State
    post_weight: np.ndarray  # kg, after the session before
    gap_h: float
    switches: tuple[float, ...]  # min, between which things were given; empty when nothing was
    infusion: body.Infused | None  # [stretch, draw]
    cramp: symptoms.Cramp
    hypotension: symptoms.Hypotension
    course: Course  # the session as the twin ran it
    quality: Quality
    field: Field  # everybody drawn, with weights: for what the data could still tell
    about: symptoms.About
    leaning: np.ndarray  # shift of the susceptibility that `about` gave, already in `cramp.u`
    learned: Learned | None = None  # from the readings of all sessions of the file


class Quality(NamedTuple):
    """How well the twin went as the patient did."""

    readings: int  # of this session
    sessions: int  # whose readings the twin was fitted to
    systolic_rms: float | None  # mmHg, mean twin against the cuff
    rbv_rms: float | None  # %
    effective: float  # of the people drawn, how many share the weight
    note: str


class Field(NamedTuple):
    """All people drawn: the prior, and the weights that the data gave them."""

    patient: Patient
    offset: np.ndarray  # mmol/L
    course: Course
    traits: symptoms.Cramp  # [person * trait]
    hazard: np.ndarray  # [person * trait], cumulative cramp hazard
    weight: np.ndarray  # [person * trait], sums to 1


def treat(twin: Twin, treated: list[Prescription], draw: Any = slice(None), *, course: bool = True) -> Course:
    """The same people (or some of them, repeated) arriving for the same session, given the same, treated otherwise."""
    drip = None if twin.infusion is None else cohort.take(twin.infusion, draw)
    patient, start = cohort.take(twin.patient, draw), cohort.take(twin.start, draw)
    return simulate(patient, start, treated, infusion=drip, switches=twin.switches, course=course)
