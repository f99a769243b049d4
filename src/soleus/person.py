"""Person: from what a case file says to people who could be that person, and to the treatment they got.

Whatever the file leaves open is drawn from the population; what it states is kept, with the error of its instrument.
"""

from datetime import date
from typing import Any, NamedTuple

import numpy as np

from . import cohort, measures
from .body.body import Patient
from .case import Case, Given, Prescribed, Profile, Session
from .case import Dialysate as CaseBath
from .case.file import path
from .case.given import KINDS as GIVEN
from .case.impossible import unsafe
from .errors import BadRecord, OutOfRange
from .events import Event
from .machine.access import KINDS
from .machine.dialysate import Dialysate
from .machine.dialyzer import Dialyzer, named
from .machine.profiles import Profile as Course
from .machine.profiles import exponential, linear
from .parameter import Meta, param, parameters, put, record
from .prescription import Prescription
from .schedule import Chart
from .units import ml_min


def _lab(unit: str, value: float, low: float, high: float, meaning: str) -> float:
    """The error of an instrument."""
    return param(unit, value, within=(low, high), source="GeneralKnowledge", status="recalled", meaning=meaning)


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
    potassium: float = _lab("mmol/L", 0.1, 0.05, 0.3, "laboratory potassium; a squeezed or late sample adds to it")
    bicarbonate: float = _lab("mmol/L", 1.0, 0.5, 2.0, "laboratory bicarbonate, or total CO2 taken for it")
    carbon_dioxide: float = _lab("mmHg", 2.0, 1.0, 4.0, "carbon dioxide by the blood gas analyzer")
    ionized_calcium: float = _lab("mmol/L", 0.02, 0.01, 0.05, "ionized calcium by electrode")
    calcium: float = _lab("mmol/L", 0.04, 0.02, 0.1, "laboratory total calcium")
    magnesium: float = _lab("mmol/L", 0.03, 0.015, 0.06, "laboratory total magnesium")
    phosphate: float = _lab("1", 0.03, 0.01, 0.06, "laboratory phosphate, relative")
    urea: float = _lab("1", 0.03, 0.01, 0.06, "laboratory urea, relative")
    creatinine: float = _lab("1", 0.04, 0.02, 0.08, "laboratory creatinine, relative")
    glucose: float = _lab("1", 0.03, 0.01, 0.1, "laboratory glucose, relative")
    b2m: float = _lab("1", 0.06, 0.03, 0.12, "laboratory beta-2-microglobulin, relative")
    protein: float = _lab("1", 0.02, 0.01, 0.04, "laboratory total protein, relative")
    albumin: float = _lab("1", 0.05, 0.02, 0.12, "laboratory albumin, relative; two dyes in use differ by more")
    other_day: float = param(
        "1", 3.0, within=(1.5, 6.0), source="SoleusChoice", status="assumed",
        meaning="how many times these errors a value of another day is off",
    )  # fmt: skip
    ionized_share: float = param(
        "1", 0.60, within=(0.5, 0.72), source="IonizedMagnesium2002", status="recalled",
        meaning="ionized over total magnesium, where only ionized is measured",
    )  # fmt: skip


DOUBT = Doubt()
RELATIVE = {name for name, _, meta in parameters(Doubt) if meta.unit == "1"}
LABS = {  # words of the chart, the blood test, and the factor to the chart's unit
    "urea": ("urea_mmol_l", 1),
    "potassium": ("potassium_mmol_l", 1),
    "bicarbonate": ("bicarbonate_mmol_l", 1),
    "carbon_dioxide": ("pco2_mmhg", 1),
    "ionized_calcium": ("ionized_calcium_mmol_l", 1),
    "calcium": ("calcium_mmol_l", 1),
    "magnesium": ("magnesium_mmol_l", 1),
    "phosphate": ("phosphate_mmol_l", 1),
    "creatinine": ("creatinine_umol_l", 1e-3),
    "glucose": ("glucose_mmol_l", 1),
    "b2m": ("b2m_mg_l", 1),
}
NOMINAL_WATER = Patient().fluid.V_pl * 0.934 + Patient().fluid.V_is + Patient().fluid.V_ic
SHARE = {name: meta for name, _, meta in parameters(Patient)}["protein.albumin_share"]
FARTHEST = 2.5  # standard deviations
MOST_BAG = 2000.0  # mL, of saline or of drink as one event [GeneralKnowledge]
USUAL_GAP_H = 44.0  # thrice a week, the short gap


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
    length, uf = _length(case, session), session.taken_off_l
    if uf is None:
        raise BadRecord(
            "sessions[].uf_l is missing, and so is a weight; one of them is needed. Add what the machine took off."
        )
    for wrong in unsafe(told, ("prescription",)):
        raise OutOfRange(f"{path(wrong.place)} {wrong.text}")
    mode = told.mode or "HD"
    return Prescription(
        mode=mode,
        time=length,
        Q_b=ml_min(told.blood_flow_ml_min or 300),
        Q_d=0.0 if mode in ("UF", "HF", "HF-pre") else ml_min(told.dialysate_flow_ml_min or 500),
        Q_sub=ml_min(told.substitution_ml_min or 0),
        uf=uf,
        uf_profile=_course(told.uf_profile) or linear(1.0, 1.0),
        sodium_profile=_course(told.sodium_profile),
        potassium_profile=_course(told.potassium_profile),
        bicarbonate_profile=_course(told.bicarbonate_profile),
        temperature_profile=_course(told.temperature_profile),
        dialysate=_bath(told.dialysate or CaseBath()),
        dialyzer=_dialyzer(told),
        access=KINDS[case.patient.access or "fistula"],
        sodium_offset=_offset_typical() if told.sodium_offset_mmol_l is None else told.sodium_offset_mmol_l,
        reason=told.reason or "",
    ).checked()


def _length(case: Case, session: Session) -> float:
    """Minutes treated."""
    length = session.length_min(case.prescription)
    if length is None:
        raise BadRecord(
            "prescription.hours is missing; the twin needs the treatment time. Add it, or sessions[].hours."
        )
    return length


def _bath(told: CaseBath) -> Dialysate:
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


def events(case: Case, session: Session) -> list[Event]:
    """What was given from the start of a session on, and after it; minutes from its start.

    What was infused or drunk beyond the things named counts as saline, or as a drink, evenly over the session.

    Raises:
        BadRecord: when the length of the session is unknown.
    """
    found = [_event(each) for each in (*session.given, *session.given_after)]
    length = _length(case, session)
    for kind, mouth in (("saline", False), ("drink", True)):
        rest = 1000 * session.unexplained_l(mouth)
        bags = int(np.ceil(rest / MOST_BAG))
        found += [Event(kind, 0.0, rest / bags, length) for _ in range(bags)]
    return sorted(found, key=lambda event: event.minute)


def events_before(case: Case, session: Session) -> list[Event]:
    """What was given in the gap before a session; minutes from the end of the session before.

    Raises:
        BadRecord: when something was given before that end.
    """
    gap, last = 60 * _gap(case, session), case.before(session)
    found = [_event(each, gap) for each in session.given_before]
    if last is not None:
        found += [_event(each, -_length(case, last)) for each in last.given_after]
    for event in found:
        if not 0 <= event.minute < gap:
            raise BadRecord(
                f"given_before has {event.kind} {gap - event.minute:g} min before the session of {session.date}; the"
                f" one before it ended {gap:g} min before. Correct the minute, or put it in the session it belongs to."
            )
    return sorted(found, key=lambda event: event.minute)


def _event(each: Given, later: float = 0.0) -> Event:
    return Event(GIVEN[each.what].event, each.minute + later, each.amount, each.minutes)


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
    first = next(iter(case.readings(session)), None)
    noise = DOUBT.pressure * rng.standard_normal((2, n))
    sodium = case.lab("sodium_mmol_l", "pre", day)
    labs = _blood(case, day, n, rng)
    labs["protein"], changes["protein.albumin_share"] = _proteins(case, day, p, rng)
    p = put(p, changes)
    chart = Chart(
        pre_weight=pre,
        sodium=None if sodium is None else sodium + DOUBT.sodium * rng.standard_normal(n),
        systolic=None if first is None else first.systolic_mmhg + noise[0],
        diastolic=None if first is None or first.diastolic_mmhg is None else first.diastolic_mmhg + 0.7 * noise[1],
        haematocrit=_haematocrit(case, session),
        **labs,
    )
    return Arrived(patient=p, post_weight=post, chart=chart, gap_h=_gap(case, session))


def _blood(case: Case, day: date, n: int, rng: np.random.Generator) -> dict[str, Any]:
    """What the laboratory says of the chemistry before the session, with the error of the instrument."""
    found = {name: _measured(case, day, test, name, n, rng) for name, (test, _) in LABS.items()}
    known = {name: factor * found[name] for name, (_, factor) in LABS.items() if found[name] is not None}
    free = _measured(case, day, "ionized_magnesium_mmol_l", "magnesium", n, rng)
    if "magnesium" not in known and free is not None:
        known["magnesium"] = free / DOUBT.ionized_share
    return known


def _measured(case: Case, day: date, test: str, doubt: str, n: int, rng: np.random.Generator) -> Any:
    """n values that could be behind the blood test nearest to the day; None when there is none."""
    z = rng.standard_normal(n).clip(-FARTHEST, FARTHEST)  # drawn even when not used: a new value changes no other
    sample = case.sample(test, "pre", day)
    value = sample.value(test) if sample else None
    if sample is None or value is None:
        return None
    error = getattr(DOUBT, doubt) * (1.0 if sample.date == day else DOUBT.other_day)
    return value * (1 + error * z) if doubt in RELATIVE else np.maximum(value + error * z, value / 2)


def _proteins(case: Case, day: date, p: Patient, rng: np.random.Generator) -> tuple[Any, Any]:
    """Protein before the session and albumin's share of it; where only albumin is known, with the usual globulins."""
    share = p.protein.albumin_share
    n = len(share)
    total = _measured(case, day, "protein_g_l", "protein", n, rng)
    albumin = _measured(case, day, "albumin_g_l", "albumin", n, rng)
    if albumin is None:
        return total, share
    if total is None:
        total = albumin + p.protein.c_pl * (1 - share)
    return total, np.clip(albumin / total, *SHARE.within)


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
