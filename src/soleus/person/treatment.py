"""The treatment of a day, as ordered on the machine."""

import numpy as np

from ..case import Case, Prescribed, Profile, Session
from ..case import Dialysate as CaseBath
from ..case.file import path
from ..case.impossible import unsafe
from ..errors import BadRecord, OutOfRange
from ..machine.access import KINDS
from ..machine.dialysate import Dialysate
from ..machine.dialyzer import Dialyzer, named
from ..machine.profiles import Profile as Course
from ..machine.profiles import exponential, linear
from ..parameter import Meta, parameters
from ..prescription import Prescription
from ..units import ml_min


def order(case: Case, session: Session) -> Prescription:
    """The treatment of that day, checked.

    Raises:
        BadRecord: when length or fluid removed is unknown.
        OutOfRange: when no machine could do it.
    """
    told = case.prescription_for(session)
    minutes, uf = length(case, session), session.taken_off_l
    if uf is None:
        raise BadRecord(
            "sessions[].uf_l is missing, and so is a weight; one of them is needed. Add what the machine took off."
        )
    for wrong in unsafe(told, ("prescription",)):
        raise OutOfRange(f"{path(wrong.place)} {wrong.text}")
    mode = told.mode or "HD"
    return Prescription(
        mode=mode,
        time=minutes,
        Q_b=ml_min(told.blood_flow_ml_min or 300),
        Q_d=0.0 if mode in ("UF", "HF", "HF-pre") else ml_min(told.dialysate_flow_ml_min or 500),
        Q_sub=ml_min(told.substitution_ml_min or 0),
        uf=uf,
        uf_profile=_course(told.uf_profile) or linear(1.0, 1.0),
        sodium_profile=_course(told.sodium_profile),
        potassium_profile=_course(told.potassium_profile),
        bicarbonate_profile=_course(told.bicarbonate_profile),
        temperature_profile=_course(told.temperature_profile),
        dialysate=bath(told.dialysate or CaseBath()),
        dialyzer=_dialyzer(told),
        access=KINDS[case.patient.access or "fistula"],
        sodium_offset=_offset_typical() if told.sodium_offset_mmol_l is None else told.sodium_offset_mmol_l,
        reason=told.reason or "",
    ).checked()


def length(case: Case, session: Session) -> float:
    """Minutes treated."""
    minutes = session.length_min(case.prescription)
    if minutes is None:
        raise BadRecord(
            "prescription.hours is missing; the twin needs the treatment time. Add it, or sessions[].hours."
        )
    return minutes


def bath(told: CaseBath) -> Dialysate:
    """The bath as ordered; what the file leaves open stays as usual."""
    words = {"Na": "sodium", "K": "potassium", "Ca": "calcium", "Mg": "magnesium", "HCO3": "bicarbonate"}
    words |= {name: name for name in ("acid", "acetate", "citrate", "glucose")}
    ordered = {name: getattr(told, f"{word}_mmol_l") for name, word in words.items()}
    ordered["temperature"] = told.temperature_c
    mixed = told.bicarbonate_stated != "before mixing"
    return Dialysate(mixed=mixed, **{name: value for name, value in ordered.items() if value is not None})


def _dialyzer(told: Prescribed) -> Dialyzer:
    if told.koa_urea_ml_min is not None:
        return Dialyzer(KoA_urea=ml_min(told.koa_urea_ml_min))
    return named(told.dialyzer) if told.dialyzer else Dialyzer()


def _course(told: object) -> Course | None:
    """A profile of the case file as the machine runs it; constant is None."""
    if not isinstance(told, Profile):
        return None
    if told.shape == "steps":
        assert told.steps is not None
        ends = [t for t, _ in told.steps[1:]] + [1.0]
        knots = [k for (t, v), end in zip(told.steps, ends, strict=True) for k in ((t, v), (end, v))]
        return Course(knots=tuple(knots))
    first, last = told.values
    return linear(first, last) if told.shape == "linear" else exponential(first, last)


def offsets(case: Case, session: Session, n: int, rng: np.random.Generator) -> np.ndarray:
    """Delivered minus prescribed bath sodium, mmol/L: the center's, or its prior."""
    known = case.prescription_for(session).sodium_offset_mmol_l
    return np.full(n, known) if known is not None else _offset_typical() + _offset().sd * rng.standard_normal(n)


def _offset() -> Meta:
    return {name: meta for name, _, meta in parameters(Prescription)}["sodium_offset"]


def _offset_typical() -> float:
    return Prescription().sodium_offset
