"""People who could be the person of a case: what the chart states is kept, the rest is drawn from the population."""

from datetime import date
from typing import Any, NamedTuple

import numpy as np

from .. import ckd, cohort, measures
from ..body.body import Patient
from ..case import Case, Episode, Session
from ..errors import BadRecord
from ..parameter import parameters, put
from ..schedule import Chart
from ..units import MOLAR_MASS, ml_min
from .doubt import DOUBT, RELATIVE
from .happened import gap_h
from .medicated import kidneys, medicated

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
HORMONES = {"PTH": ("pth_pg_ml", 1.0), "vitamin_d": ("vitamin_d_nmol_l", MOLAR_MASS["vitamin D"])}
NOMINAL_WATER = Patient().fluid.V_pl * 0.934 + Patient().fluid.V_is + Patient().fluid.V_ic
SHARE = {name: meta for name, _, meta in parameters(Patient)}["protein.albumin_share"]
FARTHEST = 2.5  # standard deviations


class Arrived(NamedTuple):
    """People who could be this one, before they are settled, and what their charts say."""

    patient: Patient
    post_weight: np.ndarray  # kg, after the session before
    chart: Chart
    gap_h: float


class AtHome(NamedTuple):
    """People not on dialysis who could be this one, before they are settled, and what their charts say."""

    patient: Patient
    gfr_ml_min: np.ndarray  # as drawn around what the case says
    chart: Chart


def people(case: Case, session: Session, n: int, rng: np.random.Generator) -> Arrived:
    """n people who could be the person of this case, with what the chart says of each, errors drawn."""
    day, own = session.date, rng.spawn(1)[0]  # own: what is new here changes nothing that was drawn before
    pre, post, dry = _weights(case, session, n, rng)
    p = cohort.draw(n, int(rng.integers(2**31)), dry)
    changes = _standing(case, p, dry, rng) | kidneys(case, n, own)
    first = next(iter(case.readings(session)), None)
    systolic = None if first is None else first.systolic_mmhg
    chart = _chart(case, day, (systolic, None if first is None else first.diastolic_mmhg), n, rng)
    chart["protein"], changes["protein.albumin_share"] = _proteins(case, day, p, rng)
    p = medicated(put(p, changes), case, day)
    said = Chart(pre_weight=pre, **chart, **_sodium(case, day, n, rng), **_hormones(case, day, n, own))
    return Arrived(patient=p, post_weight=post, chart=said, gap_h=gap_h(case, session))


def people_at_home(case: Case, episode: Episode, n: int, rng: np.random.Generator) -> AtHome:
    """n people not on dialysis who could be the person of this case, with what the chart says of each, errors drawn.

    Raises:
        BadRecord: when neither filtration nor creatinine, or no weight, is known.
    """
    day, who, known = episode.date, case.patient, case.gfr_ml_min
    if known is None:
        raise BadRecord(
            "patient.gfr_ml_min is missing; without dialysis everything follows from it. Add it, or creatinine to labs."
        )
    weight, dry = _weight_at_home(case, episode, n, rng)
    p = cohort.draw(n, int(rng.integers(2**31)), dry)
    changes = _standing(case, p, dry, rng)
    if who.access_flow_ml_min is None:
        changes["circulation.Q_access"] = np.zeros(n)
    error = DOUBT.gfr if who.gfr_ml_min is not None else DOUBT.gfr_estimated
    gfr = known * np.exp(error * rng.standard_normal(n).clip(-2, 2))
    chart = _chart(case, day, (episode.systolic_mmhg, episode.diastolic_mmhg), n, rng)
    chart["protein"], changes["protein.albumin_share"] = _proteins(case, day, p, rng)
    p = medicated(put(p, changes), case, day)
    measured = {name: value for name, value in _hormones(case, day, n, rng).items() if value is not None}
    hormones = _usual_hormones(p, gfr) | measured
    said = Chart(pre_weight=weight, **chart, **_sodium(case, day, n, rng), **hormones)
    return AtHome(patient=p, gfr_ml_min=gfr, chart=said)


def _standing(case: Case, p: Patient, dry: np.ndarray, rng: np.random.Generator) -> dict[str, Any]:
    """What the case says of the body whatever the day: water, access, reflexes."""
    who, n = case.patient, len(dry)
    water: Any = 1.0
    if who.height_cm is not None:
        known = measures.watson_water_l(who.sex, who.age_y, who.height_cm, dry) / (NOMINAL_WATER * cohort.size_of(dry))
        water = np.clip(known, 0.7, 1.3) * (1 + DOUBT.water * rng.standard_normal(n))
    changes: dict[str, Any] = {f"fluid.{v}": getattr(p.fluid, v) * water for v in ("V_pl", "V_is", "V_ic")}
    if who.access == "catheter":
        changes["circulation.Q_access"] = np.zeros(n)
    elif who.access_flow_ml_min is not None:
        changes["circulation.Q_access"] = np.full(n, ml_min(who.access_flow_ml_min))
    if who.autonomic_neuropathy or who.diabetes:
        weaker = 0.55 if who.autonomic_neuropathy else 0.8  # share of autonomic integrity left [GeneralKnowledge]
        changes["circulation.A"] = np.clip(p.circulation.A * weaker, 0.1, 1.3)
    return changes


def _chart(
    case: Case, day: date, cuff: tuple[float | None, float | None], n: int, rng: np.random.Generator
) -> dict[str, Any]:
    """Pressure, haematocrit and chemistry on arrival, with the error of the instrument."""
    noise = DOUBT.pressure * rng.standard_normal((2, n))
    systolic, diastolic = cuff
    return {
        "systolic": None if systolic is None else systolic + noise[0],
        "diastolic": None if systolic is None or diastolic is None else diastolic + 0.7 * noise[1],
        "haematocrit": _haematocrit(case, day),
        **_blood(case, day, n, rng),
    }


def _sodium(case: Case, day: date, n: int, rng: np.random.Generator) -> dict[str, Any]:
    sodium = case.lab("sodium_mmol_l", "pre", day)
    return {"sodium": None if sodium is None else sodium + DOUBT.sodium * rng.standard_normal(n)}


def _hormones(case: Case, day: date, n: int, rng: np.random.Generator) -> dict[str, Any]:
    """Hormones, which differ from one day to another no more than from one assay to another."""
    found = {}
    for name, (test, factor) in HORMONES.items():
        z = rng.standard_normal(n).clip(-FARTHEST, FARTHEST)
        value = case.lab(test, "pre", day)
        found[name] = None if value is None else factor * value * (1 + getattr(DOUBT, name) * z)
    return found


def _usual_hormones(p: Patient, gfr_ml_min: np.ndarray) -> dict[str, Any]:
    """Hormones nobody measured: around what is usual at this filtration, as wide as people are."""
    beyond = p.hormones.PTH / Patient().hormones.PTH
    return {"PTH": ckd.stage(gfr_ml_min)["hormones.PTH"] * beyond, "vitamin_d": p.hormones.D25}


def _weight_at_home(case: Case, episode: Episode, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Weight that day, and the weight without excess fluid: kg, [n]."""
    who = case.patient
    target = who.dry_weight_kg if who.dry_weight_kg is not None else who.target_weight_kg
    known = (episode.weight_kg, who.weight_kg, target)
    weight = next((kg for kg in known if kg is not None), None)
    if weight is None:
        raise BadRecord("no weight is known; the twin needs one. Add episodes[].weight_kg or patient.weight_kg.")
    z = rng.standard_normal(n)
    if who.dry_weight_kg is not None:
        dry = who.dry_weight_kg + DOUBT.bioimpedance * z
    elif who.overhydration_l is not None:
        dry = weight - who.overhydration_l + DOUBT.bioimpedance * z
    else:
        dry = (weight if target is None else target) + DOUBT.target * z
    return np.full(n, weight), np.clip(dry, DOUBT.least_dry * weight, (1 + DOUBT.below_dry) * weight)


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


def weight_before(case: Case, session: Session) -> float:
    """Weight on arrival, kg: as weighed, or what is known of the weight and the fluid taken off.

    Raises:
        BadRecord: when no weight is known.
    """
    if session.pre_weight_kg is not None:
        return session.pre_weight_kg
    who = case.patient
    base = next((kg for kg in (session.post_weight_kg, who.target_weight_kg, who.weight_kg) if kg is not None), None)
    if base is None:
        raise BadRecord("no weight is known; the twin needs one. Add sessions[].pre_weight_kg or patient.weight_kg.")
    return base + (session.taken_off_l or 0.0)


def _weights(
    case: Case, session: Session, n: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weight on arrival, after the session before, and the physiological dry weight: kg, [n]."""
    last, target = case.before(session), case.patient.target_weight_kg
    pre = weight_before(case, session)
    after = pre - (session.taken_off_l or 0.0) + session.drunk_l + session.infused_l
    post = last.post_weight_kg if last is not None and last.post_weight_kg is not None else target
    post = min(post if post is not None else after, pre - 0.1)
    mean, sd = dry_weight(case, pre, after)
    lightest = min(post, after)
    most = lightest + DOUBT.below_dry * lightest
    dry = np.clip(mean + sd * rng.standard_normal(n), DOUBT.least_dry * pre, most)
    return np.full(n, pre), np.full(n, post), dry


def dry_weight(case: Case, pre: float, after: float) -> tuple[float, float]:
    """The dry weight and its standard deviation, kg, before any reading: target and bioimpedance by their precision.

    Args:
        case: what the file says.
        pre, after: weight on arrival and when leaving, kg.
    """
    who = case.patient
    said = []
    if who.dry_weight_kg is not None:
        said.append((who.dry_weight_kg, DOUBT.bioimpedance))
    elif who.overhydration_l is not None:
        said.append((pre - who.overhydration_l, DOUBT.bioimpedance))
    if who.target_weight_kg is not None:
        said.append((who.target_weight_kg, DOUBT.target))
    if not said:
        said.append((min(after, pre), DOUBT.no_target))
    weight = np.array([sd**-2 for _, sd in said])
    return float(weight @ [kg for kg, _ in said] / weight.sum()), float(weight.sum() ** -0.5)


def _haematocrit(case: Case, day: date) -> float | None:
    measured = case.lab("haematocrit", "pre", day)
    if measured is not None:
        return measured
    haemoglobin = case.lab("haemoglobin_g_dl", "pre", day)
    return None if haemoglobin is None else 0.03 * haemoglobin  # [GeneralKnowledge]
