"""Told: what the chart says of a person beside blood and treatment, and what it makes of their traits."""

import numpy as np

from .. import cohort, drugs, symptoms
from ..body.body import Patient
from ..case import Case, Session
from ..parameter import parameters, put

NEUROPATHY = {"none": 0.0, "mild": 0.25, "moderate": 0.6, "severe": 1.0}  # index [SoleusChoice]
DIARY_DAYS = 14  # before the session, in which cramps at home count


def about(case: Case, session: Session | None = None) -> symptoms.About:
    """What the chart says of a person that shifts susceptibility or has complaints of its own."""
    who = case.patient
    return symptoms.About(
        age_y=who.age_y,
        female=who.sex == "F",
        diabetes=who.diabetes,
        vintage_y=who.vintage_y,
        neuropathy=None if who.neuropathy is None else NEUROPATHY[who.neuropathy],
        restless_legs=who.restless_legs,
        drugs=drugs.burden(case, None if session is None else session.date),
        cramped_before=_cramped_at_home(case, session),
        on_dialysis=case.on_dialysis,
        gfr_ml_min=case.gfr_ml_min,
    )


def examined(patient: Patient, told: symptoms.About) -> Patient:
    """The same people with the neuropathy that was found; one that is only likely does not touch the nerve."""
    n = cohort.count(patient)
    return patient if told.neuropathy is None else put(patient, {"nerve.neuropathy": np.full(n, told.neuropathy)})


def of_drugs(case: Case, weight: np.ndarray) -> np.ndarray:
    """What each draw holds medicines to do, over what their table says: as uncertain as the table is."""
    burden, spread = drugs.burden(case), drugs.spread(case)
    if not burden:
        return weight
    meta = {name: meta for name, _, meta in parameters(symptoms.Cramp)}["drugs"]
    return np.clip(1 + (weight - 1) / meta.sd * spread / abs(burden), *meta.within)


def _cramped_at_home(case: Case, session: Session | None) -> bool | None:
    """Whether the diary of the days before has a cramp; None where it has no word of cramps.

    Days of treatment do not count: what happened in a session is in the list of sessions.
    """
    treated = {each.date for each in case.sessions}
    days = [day for day in case.diary if day.cramp is not None and day.date not in treated]
    if session is not None:
        days = [day for day in days if 0 < (session.date - day.date).days <= DIARY_DAYS]
    return any(day.cramp for day in days) if days else None
