"""Plan: who the people of a study arm are, what they are usually prescribed, and the session that was studied.

The same people stand in for every group: drawn once from a seed, then sized to the arm, so that two arms differ in
their treatment alone.

    weight     after the session, and the physiological dry weight; each person's own about the arm's
    bath       every center delivers a little more sodium than it prescribes; the same prior for all studies
    blood      what the study says of blood before the session is the group's mean; each person keeps their own distance
    diabetes   insulin answers glucose a fifth as strongly
    usual      the session of other days: the studied one, unless that is an experiment inside a usual week
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.special import ndtri

from .. import cohort, schedule
from ..body.body import Patient
from ..machine.dialysate import Dialysate
from ..machine.profiles import constant
from ..parameter import get, parameters, put
from ..prescription import BATH, Prescription
from ..study import Arm
from .order import order

WEIGHT_SD, GAIN_SD = 0.20, 0.25  # of the mean, between patients; gain is per kg [Lin2019]
TARGET_SD = 1.5 / 70  # of the weight: how far target weights are from physiological dry weight [Keane2018]
MOST_GAIN = 0.075  # of the weight; more is not a member of any of these groups
USUAL_HOURS = 4.0  # h, the default of the study files
LEAST_GAIN = 0.5 / 70  # L per kg: nobody comes without having drunk
SHORT = 2.5  # h; below it a session is an experiment inside a usual week
USUAL_BATH = {"Na": (135.0, 145.0), "K": (1.0, 4.0), "HCO3": (30.0, 36.0)}  # mmol/L; outside it is an experiment too
MIDWEEK = 44.0  # h
CO2_PER_MMHG = 0.0307  # mmol/L of dissolved carbon dioxide, the laboratory's [GeneralKnowledge]
USUAL_CO2 = 38.0  # mmHg, to tell bicarbonate from total carbon dioxide where no gas was read [GeneralKnowledge]
DIABETIC_INSULIN = 0.2  # of the usual answer to glucose [GeneralKnowledge]
OFFSET = next(meta for name, _, meta in parameters(Prescription) if name == "sodium_offset")
BATH_SODIUM = next(meta.within for name, _, meta in parameters(Dialysate) if name == "Na")

CHARTED = {  # a level of a study file: its place on the chart, and the own level that a person keeps their distance by
    "K": ("potassium", "potassium.K_p"),
    "HCO3": ("bicarbonate", "acid_base.hco3"),
    "pCO2": ("carbon_dioxide", "acid_base.pCO2"),
    "Ca_ionised": ("ionized_calcium", "calcium.iCa"),
    "Ca_total": ("calcium", "calcium.iCa"),
    "Mg_total": ("magnesium", "magnesium.iMg"),
    "phosphate": ("phosphate", "phosphate.c"),
    "creatinine": ("creatinine", "creatinine.c"),
    "glucose": ("glucose", "glucose.g_b"),
    "B2M": ("b2m", "b2m.c"),
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How one group is treated; the prescription is that of its average member."""

    prescription: Prescription
    weight: float = 70.0  # kg, after the session
    haematocrit: float | None = 0.34
    protein: float | None = None  # g/L
    albumin: float | None = None  # g/L
    access: str = "fistula"
    diabetic: bool = False
    gap: float = MIDWEEK  # h
    per_week: float = 3.0
    pre: Mapping[str, float] | None = None  # what the chart says, by quantity
    own_gain: bool = False  # whether salt habits decide the weight gained, not the ultrafiltration
    weeks: float = 0.0  # for which the schedule is repeated before the session
    results: frozenset[str] = frozenset()  # levels that those weeks must bring about by themselves
    bath_sd: float = 0.0  # mmol/L, prescribed sodium between members
    after: float = 0.0  # min to follow them after the session
    share: Mapping[str, float] | None = None  # parameters that all members have in common


def plan_of(arm: Arm, after: float = 0.0, results: Collection[str] = ()) -> Plan:
    """The arm as a plan.

    Args:
        arm: of a study.
        after: minutes to follow the group after the session.
        results: what was measured before the session; no result unless the schedule is repeated to a steady state.

    Raises:
        BadRecord: for a profile, an access or a mode that has no meaning here.
        OutOfRange: for a prescription that no machine can give.
    """
    run = arm.run
    hours, per_week = run["hours"], run.get("per_week", 3)
    return Plan(
        prescription=order(run),
        weight=run.get("dry_weight_kg", run["weight_kg"]),
        haematocrit=run["pre"].get("haematocrit", run.get("haematocrit")),
        protein=run.get("protein_g_l", run["pre"].get("protein")),
        albumin=run.get("albumin_g_l", run["pre"].get("albumin")),
        access=run.get("access", "fistula"),
        diabetic=run.get("diabetic", False),
        gap=run.get("gap_h", MIDWEEK if per_week == 3 else 7 * 24 / per_week - hours),
        per_week=per_week,
        pre={k: v for k, v in run["pre"].items() if isinstance(v, int | float)},
        own_gain=arm.steady,
        weeks=float(run.get("steady_state_weeks", 0)),
        results=frozenset(results) if arm.steady else frozenset(),
        bath_sd=_bath_sd(arm),
        after=after,
    )


def _bath_sd(arm: Arm) -> float:
    """A bath given as a range varies between patients; the range is taken as four standard deviations."""
    given = (arm.session.get("dialysate") or {}).get("Na")
    return (given[1] - given[0]) / 4 if isinstance(given, list) else 0.0


@dataclass(frozen=True)
class People:
    """How the members of a group differ from its average, the same for every arm; arrays [patient]."""

    weight: np.ndarray  # relative
    target: np.ndarray  # dry weight over the weight aimed at
    gain: np.ndarray  # relative, per kg
    offset: np.ndarray  # mmol/L, delivered less prescribed sodium
    bath: np.ndarray  # standard scores of the prescribed sodium, where it varies
    seed: int


@lru_cache(maxsize=8)
def people(n: int, seed: int) -> People:
    """n members: evenly spread normal scores in random order, so that the group's mean is the arm's."""
    rng = np.random.default_rng((seed, n))

    def scores() -> np.ndarray:
        return np.clip(ndtri((rng.permutation(n) + 0.5) / n), -2.5, 2.5)

    gain = np.maximum(1 + GAIN_SD * scores(), 0.2)
    weight = 1 + WEIGHT_SD * scores()
    offset = Prescription.sodium_offset + OFFSET.sd * scores()
    return People(
        weight=weight,
        target=1 + TARGET_SD * scores(),
        gain=gain * n / (gain * weight).sum(),
        offset=offset,
        bath=scores(),
        seed=seed,
    )


def alike(plan: Plan) -> tuple[Any, ...]:
    """What two plans must have in common to be run side by side on one grid of times."""
    known = plan.haematocrit is None, plan.protein is None, tuple(sorted(before(plan)))
    weeks = plan.gap, plan.own_gain, plan.weeks, plan.results
    return (plan.prescription.time, usual_of(plan).time, plan.after, weeks, known)


def each(usual: Prescription, plan: Plan, uf: np.ndarray, who: People) -> list[Prescription]:
    """Every member's own prescription: what is removed, the sodium the center adds, and the bath where it varies."""
    low, high = BATH_SODIUM
    bath = np.clip(usual.dialysate.Na + plan.bath_sd * who.bath, low, high)
    return [
        replace(usual, uf=float(u), sodium_offset=float(o), dialysate=replace(usual.dialysate, Na=float(b)))
        for u, o, b in zip(uf, who.offset, bath, strict=True)
    ]


def usual_of(plan: Plan) -> Prescription:
    """The session of their other days: the studied one, unless that is an experiment inside a usual week."""
    p = plan.prescription
    usual = replace(p, uf_profile=constant(), sodium_profile=None)
    if not plan.own_gain:
        odd: dict[str, Any] = {
            k: sum(v) / 2 for k, v in USUAL_BATH.items() if not v[0] <= getattr(p.dialysate, k) <= v[1]
        }
        usual = replace(usual, dialysate=replace(p.dialysate, **odd))
    if (p.time < 60 * SHORT and not plan.own_gain) or p.mode not in BATH:
        flow = p.Q_d if p.mode in BATH else 0.5
        usual = replace(usual, mode="HD", Q_d=flow, Q_sub=0.0, time=60 * USUAL_HOURS)
    return replace(usual, uf=max(p.uf, LEAST_GAIN * plan.weight))


def drawn(plan: Plan, weight: np.ndarray, seed: int) -> Patient:
    """Drawn people of these weights, with the group's access, diabetes and share of albumin."""
    p = cohort.draw(len(weight), seed, dry_weight_kg=weight)
    changes: dict[str, Any] = {}
    if plan.protein is not None and plan.albumin is not None:
        share = p.protein.albumin_share
        changes["protein.albumin_share"] = share * plan.albumin / plan.protein / share.mean()
    if plan.access == "catheter":
        changes["circulation.Q_access"] = np.zeros_like(weight)
    if "PTH" in (known := before(plan)):
        changes["hormones.PTH"] = p.hormones.PTH * known["PTH"] / p.hormones.PTH.mean()
    if plan.diabetic:
        changes["glucose.s"] = DIABETIC_INSULIN * p.glucose.s
    if plan.own_gain:
        most = MOST_GAIN * weight * p.sodium.Na_p / (60 * plan.gap)  # salt that keeps the gain below the most
        changes["gut.salt"] = np.minimum(p.gut.salt, most)
    for name, value in (plan.share or {}).items():
        changes[name] = np.full_like(weight, value)
    return put(p, changes)


def before(plan: Plan) -> dict[str, float]:
    """Levels before the session, with bicarbonate and carbon dioxide made from what was read instead."""
    pre = dict(plan.pre or {})
    if "TCO2" in pre and "HCO3" not in pre:
        pre["HCO3"] = pre["TCO2"] - CO2_PER_MMHG * pre.get("pCO2", USUAL_CO2)
    if "pH" in pre and "HCO3" in pre and "pCO2" not in pre:
        acid = Patient().acid_base
        pre["pCO2"] = pre["HCO3"] / (acid.s * 10 ** (pre["pH"] - acid.pK))
    kept = {name: value for name, value in pre.items() if name not in plan.results}
    return {name: value for name, value in kept.items() if name in (*CHARTED, "PTH")} if plan.own_gain else kept


def chart(plan: Plan, patient: Patient, pre_weight: np.ndarray) -> schedule.Chart:
    """What is known about the arrival, each person keeping their own distance from the group's mean."""
    red = patient.blood.V_rbc / patient.fluid.V_pl
    blood = schedule.Chart()
    if plan.haematocrit is not None:
        wanted = red / red.mean() * plan.haematocrit / (1 - plan.haematocrit)
        blood = blood._replace(haematocrit=wanted / (1 + wanted))
    if plan.protein is not None:
        blood = blood._replace(protein=patient.protein.c_pl * plan.protein / patient.protein.c_pl.mean())
    pre = before(plan)
    levels = {}
    for name, (place, own) in CHARTED.items():
        if name in pre:
            level = np.asarray(get(patient, own))
            levels[place] = np.broadcast_to(pre[name] * level / level.mean(), pre_weight.shape)
    blood = blood._replace(**levels)
    if plan.own_gain:
        return blood
    c = patient.circulation
    own_MAP, own_PP = c.MAP - c.MAP.mean(), c.PP - c.PP.mean()
    G = patient.urea.G / patient.urea.G.mean()
    Na = patient.sodium.Na_p - patient.sodium.Na_p.mean()
    if "weight" in pre:
        pre_weight = pre_weight * pre["weight"] / pre_weight.mean()
    return blood._replace(
        pre_weight=pre_weight,
        sodium=pre["Na"] + Na if "Na" in pre else None,
        systolic=pre["SBP"] + own_MAP + c.f_sys * own_PP if "SBP" in pre else None,
        diastolic=pre["DBP"] + own_MAP - (1 - c.f_sys) * own_PP if "DBP" in pre else None,
        urea=pre["urea"] * G if "urea" in pre else None,
    )
