"""Person: from what a case file says to people who could be that person, and to the treatment they got.

Whatever the file leaves open is drawn from the population; what it states is kept, with the error of its instrument.
"""

from typing import NamedTuple

import numpy as np

from . import cohort, measures
from .body.body import Patient
from .case import Case, Prescribed, Profile, Session
from .case import Dialysate as CaseBath
from .errors import BadRecord
from .machine.access import KINDS
from .machine.dialysate import Dialysate
from .machine.dialyzer import Dialyzer, named
from .machine.profiles import Profile as Course
from .machine.profiles import exponential, linear
from .parameter import Meta, param, parameters, put, record
from .prescription import Prescription
from .schedule import Chart
from .units import ml_min


@record
class Doubt:
    """How far the chart may be from the truth; standard deviations."""

    target: float = param(
        "kg", 1.5, within=(0.5, 3.0), source="Keane2018", status="assumed",
        meaning="prescribed target weight, as a guess at the physiological dry weight",
    )  # fmt: skip
    no_target: float = param(
        "kg", 2.5, within=(1.0, 5.0), source="SoleusChoice", status="assumed",
        meaning="weight after dialysis, as a guess at the dry weight when no target is known",
    )  # fmt: skip
    bioimpedance: float = param(
        "kg", 1.0, within=(0.5, 2.0), source="GeneralKnowledge", status="recalled",
        meaning="dry weight by bioimpedance",
    )  # fmt: skip
    below_dry: float = param(
        "1", 0.03, within=(0.02, 0.05), source="Keane2018", status="assumed",
        meaning="how far below the dry weight a person can be and walk out, relative",
    )  # fmt: skip
    least_dry: float = param(
        "1", 0.8, within=(0.7, 0.9), source="SoleusChoice", status="assumed",
        meaning="least dry weight, as a share of the weight on arrival",
    )  # fmt: skip
    water: float = param(
        "1", 0.06, within=(0.02, 0.12), source="Watson1980", status="recalled",
        meaning="total body water by the formula of sex, age, height and weight, relative",
    )  # fmt: skip
    pressure: float = param(
        "mmHg", 5.0, within=(2.0, 12.0), source="GeneralKnowledge", status="recalled",
        meaning="the first cuff reading",
    )  # fmt: skip
    sodium: float = param(
        "mmol/L", 1.2, within=(0.5, 2.5), source="SodiumStability2010", status="assumed",
        meaning="laboratory sodium, of this day or of another",
    )  # fmt: skip


DOUBT = Doubt()
NOMINAL_WATER = Patient().fluid.V_pl * 0.934 + Patient().fluid.V_is + Patient().fluid.V_ic
USUAL_GAP_H = 44.0  # thrice a week, the short gap
SALINE = 154.0  # mmol/L, isotonic saline [GeneralKnowledge]


class Arrived(NamedTuple):
    """People who could be this one, before they are settled, and what their charts say."""

    patient: Patient
    post_weight: np.ndarray  # kg, after the session before
    chart: Chart
    gap_h: float


def order(case: Case, session: Session) -> Prescription:
    """The treatment of that day, checked.

    Raises:
        BadRecord: when length or fluid removed is unknown.
        OutOfRange: when no machine could do it.
    """
    told = case.prescription_for(session)
    length, uf = session.length_min(case.prescription), session.taken_off_l
    if length is None:
        raise BadRecord(
            "prescription.hours is missing; the twin needs the treatment time. Add it, or sessions[].hours."
        )
    if uf is None:
        raise BadRecord(
            "sessions[].uf_l is missing, and so is a weight; one of them is needed. Add what the machine took off."
        )
    mode = told.mode or "HD"
    return Prescription(
        mode=mode,
        time=length,
        Q_b=ml_min(told.blood_flow_ml_min or 300),
        Q_d=0.0 if mode in ("UF", "HF") else ml_min(told.dialysate_flow_ml_min or 500),
        Q_sub=ml_min(told.substitution_ml_min or 0),
        uf=uf,
        uf_profile=_course(told.uf_profile) or linear(1.0, 1.0),
        sodium_profile=_course(told.sodium_profile),
        temperature_profile=_course(told.temperature_profile),
        dialysate=_bath(told.dialysate or CaseBath()),
        dialyzer=_dialyzer(told),
        access=KINDS[case.patient.access or "fistula"],
        sodium_offset=_offset_typical() if told.sodium_offset_mmol_l is None else told.sodium_offset_mmol_l,
    ).checked()


def _bath(told: CaseBath) -> Dialysate:
    """The bath as ordered; what the file leaves open stays as usual."""
    words = {"Na": "sodium", "K": "potassium", "Ca": "calcium", "Mg": "magnesium", "HCO3": "bicarbonate"}
    words |= {name: name for name in ("acetate", "citrate", "glucose")}
    ordered = {name: getattr(told, f"{word}_mmol_l") for name, word in words.items()}
    ordered["temperature"] = told.temperature_c
    return Dialysate(**{name: value for name, value in ordered.items() if value is not None})


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


def people(case: Case, session: Session, n: int, rng: np.random.Generator) -> Arrived:
    """n people who could be the person of this case, with what the chart says of each, errors drawn."""
    who, day = case.patient, session.date
    pre, post, dry = _weights(case, session, n, rng)
    p = cohort.draw(n, int(rng.integers(2**31)), dry)
    water = 1.0
    if who.height_cm is not None:
        known = measures.watson_water_l(who.sex, who.age_y, who.height_cm, dry) / (NOMINAL_WATER * cohort.size_of(dry))
        water = np.clip(known, 0.7, 1.3) * (1 + DOUBT.water * rng.standard_normal(n))
    changes = {f"fluid.{v}": getattr(p.fluid, v) * water for v in ("V_pl", "V_is", "V_ic")}
    if who.access == "catheter":
        changes["circulation.Q_access"] = np.zeros(n)
    elif who.access_flow_ml_min is not None:
        changes["circulation.Q_access"] = np.full(n, ml_min(who.access_flow_ml_min))
    if who.residual_urine_ml_day:
        changes["kidney.urine"] = np.full(n, who.residual_urine_ml_day / 1000 / (24 * 60))
        changes["kidney.gfr"] = np.full(n, min(0.010, who.residual_urine_ml_day / 1000 * 0.004))
    if who.autonomic_neuropathy or who.diabetes:
        weaker = 0.55 if who.autonomic_neuropathy else 0.8  # share of autonomic integrity left [GeneralKnowledge]
        changes["circulation.A"] = np.clip(p.circulation.A * weaker, 0.1, 1.3)
    p = put(p, changes)
    first = next(iter(case.readings(session)), None)
    noise = DOUBT.pressure * rng.standard_normal((2, n))
    sodium = case.lab("sodium_mmol_l", "pre", day)
    chart = Chart(
        pre_weight=pre,
        sodium=None if sodium is None else sodium + DOUBT.sodium * rng.standard_normal(n),
        systolic=None if first is None else first.systolic_mmhg + noise[0],
        diastolic=None if first is None or first.diastolic_mmhg is None else first.diastolic_mmhg + 0.7 * noise[1],
        urea=case.lab("urea_mmol_l", "pre", day),
        haematocrit=_haematocrit(case, session),
        protein=case.lab("protein_g_l", "pre", day),
    )
    return Arrived(patient=p, post_weight=post, chart=chart, gap_h=_gap(case, session))


def _weights(
    case: Case, session: Session, n: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weight on arrival, after the session before, and the physiological dry weight: kg, [n]."""
    who, uf = case.patient, session.taken_off_l or 0.0
    last, target = case.before(session), who.target_weight_kg
    own_post = session.post_weight_kg
    pre = session.pre_weight_kg
    if pre is None:
        base = own_post if own_post is not None else target if target is not None else who.weight_kg
        if base is None:
            raise BadRecord(
                "no weight is known; the twin needs one. Add sessions[].pre_weight_kg or patient.weight_kg."
            )
        pre = base + uf
    after = pre - uf + session.drunk_l + session.infused_l
    post = last.post_weight_kg if last is not None and last.post_weight_kg is not None else target
    post = min(post if post is not None else after, pre - 0.1)
    z = rng.standard_normal(n)
    if who.dry_weight_kg is not None:
        dry = who.dry_weight_kg + DOUBT.bioimpedance * z
    elif who.overhydration_l is not None:
        dry = pre - who.overhydration_l + DOUBT.bioimpedance * z
    elif target is not None:
        dry = target + DOUBT.target * z
    else:
        dry = min(after, pre) + DOUBT.no_target * z
    lightest = min(post, after)
    most = lightest + DOUBT.below_dry * lightest
    return np.full(n, pre), np.full(n, post), np.clip(dry, DOUBT.least_dry * pre, most)


def _haematocrit(case: Case, session: Session) -> float | None:
    measured = case.lab("haematocrit", "pre", session.date)
    if measured is not None:
        return measured
    haemoglobin = case.lab("haemoglobin_g_dl", "pre", session.date)
    return None if haemoglobin is None else 0.03 * haemoglobin  # [GeneralKnowledge]


def _gap(case: Case, session: Session) -> float:
    """Hours since the session before, at most three days: longer gaps are two sessions, one of them not in the file."""
    last = case.before(session)
    if last is not None:
        days = (session.date - last.date).days
        return float(np.clip(24 * days - (last.length_min(case.prescription) or 240) / 60, 12, 68))
    if case.schedule.gap_h is not None:
        return float(np.clip(case.schedule.gap_h, 8, 92))
    return USUAL_GAP_H


def offsets(case: Case, session: Session, n: int, rng: np.random.Generator) -> np.ndarray:
    """Delivered minus prescribed bath sodium, mmol/L: the center's, or its prior."""
    known = case.prescription_for(session).sodium_offset_mmol_l
    return np.full(n, known) if known is not None else _offset_typical() + _offset().sd * rng.standard_normal(n)


def _offset() -> Meta:
    return {name: meta for name, _, meta in parameters(Prescription)}["sodium_offset"]


def _offset_typical() -> float:
    return Prescription().sodium_offset
