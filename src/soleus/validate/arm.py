"""A study arm made runnable: who the people are, what they are usually prescribed, and the session that was studied.

The same people stand in for every group: drawn once from a seed, then sized to the arm, so that two arms differ in
their treatment alone. Before the studied session their week is repeated until it is periodic.

    weight     after the session, and the physiological dry weight; each person's own about the arm's
    gain       the studied ultrafiltration, so that people arrive as heavy as the study says; at least half a liter
    bath       every center delivers a little more sodium than it prescribes; the same prior for all studies
    blood      hematocrit and protein are those before the session, as a laboratory sees them
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.special import ndtri

from .. import cohort, schedule, session
from ..body import body
from ..body.body import Patient
from ..errors import BadRecord
from ..machine.access import KINDS
from ..machine.dialysate import Dialysate
from ..machine.dialyzer import Dialyzer, library, named
from ..machine.profiles import Profile, constant, linear, steps
from ..parameter import parameters, put
from ..prescription import BATH, Prescription
from ..study import Arm

WEIGHT_SD, GAIN_SD = 0.20, 0.25  # of the mean, between patients; gain is per kg [Lin2019]
TARGET_SD = 1.5 / 70  # of the weight: how far target weights are from physiological dry weight [Keane2018]
MOST_GAIN = 0.075  # of the weight; more is not a member of any of these groups
USUAL_HOURS = 4.0  # h, the default of the study files
LEAST_GAIN = 0.5 / 70  # L per kg: nobody comes without having drunk
SHORT = 2.5  # h; below it a session is an experiment inside a usual week
USUAL_BATH = (135.0, 145.0)  # mmol/L; a studied bath outside is an experiment too
MIDWEEK = 44.0  # h
MEMBRANE = {"high": 1.0, "low": 0.8, "mco": 1.17}  # KoA per m2 relative to high flux (machine/dialyzers.csv)
STANDARD_M2 = 1.8
STEPS = 4  # of a profile called stepwise
MARGIN = 5.0  # min simulated beyond the last reading
OFFSET = next(meta for name, _, meta in parameters(Prescription) if name == "sodium_offset")
BATH_SODIUM = next(meta.within for name, _, meta in parameters(Dialysate) if name == "Na")
MOST_UF = 3.0 / 60  # L/min, of people whose own gain is removed

FIRST_HOUR_DRY = "0 in the first hour, then constant"
FRONT_LOADED = "half of the volume in the first third, then decreasing"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How one group is treated; the prescription is that of its average member."""

    prescription: Prescription
    weight: float = 70.0  # kg, after the session
    haematocrit: float | None = 0.34
    protein: float | None = None  # g/L
    albumin: float | None = None  # g/L
    access: str = "fistula"
    gap: float = MIDWEEK  # h
    per_week: float = 3.0
    pre: Mapping[str, float] | None = None  # what the chart says, by quantity
    own_gain: bool = False  # whether salt habits decide the weight gained, not the ultrafiltration
    bath_sd: float = 0.0  # mmol/L, prescribed sodium between members
    after: float = 0.0  # min to follow them after the session
    share: Mapping[str, float] | None = None  # parameters that all members have in common


@dataclass(frozen=True)
class Treated:
    """A group after its session; arrays are [time, patient] or [patient]."""

    plan: Plan
    patient: Patient
    minutes: np.ndarray
    moment: session.Moment
    uf: np.ndarray  # L
    post_weight: np.ndarray  # kg, after the usual session

    @property
    def end(self) -> float:
        """Length of the session, min."""
        return self.plan.prescription.time


def plan_of(arm: Arm, after: float = 0.0) -> Plan:
    """The arm as a plan.

    Raises:
        BadRecord: for a profile, an access or a mode that has no meaning here.
        OutOfRange: for a prescription that no machine can give.
    """
    run = arm.run
    hours, per_week = run["hours"], run.get("per_week", 3)
    return Plan(
        prescription=_prescription(run).checked(),
        weight=run.get("dry_weight_kg", run["weight_kg"]),
        haematocrit=run["pre"].get("haematocrit", run.get("haematocrit")),
        protein=run.get("protein_g_l", run["pre"].get("protein")),
        albumin=run.get("albumin_g_l", run["pre"].get("albumin")),
        access=run.get("access", "fistula"),
        gap=run.get("gap_h", MIDWEEK if per_week == 3 else 7 * 24 / per_week - hours),
        per_week=per_week,
        pre={k: v for k, v in run["pre"].items() if isinstance(v, int | float)},
        own_gain=arm.steady,
        bath_sd=_bath_sd(arm),
        after=after,
    )


def _bath_sd(arm: Arm) -> float:
    """A bath given as a range varies between patients; the range is taken as four standard deviations."""
    given = (arm.session.get("dialysate") or {}).get("Na")
    return (given[1] - given[0]) / 4 if isinstance(given, list) else 0.0


def _prescription(run: Mapping[str, Any]) -> Prescription:
    mode, bath, time = run["mode"], run["dialysate"], 60 * run["hours"]
    dialysate = Dialysate(
        Na=float(bath.get("Na", Dialysate.Na)), temperature=float(bath.get("temp_c", Dialysate.temperature))
    )
    if run.get("access", "fistula") not in KINDS:
        raise BadRecord(f"access is {run['access']!r}; Soleus knows {', '.join(KINDS)}. Name one of them.")
    access = KINDS[run.get("access", "fistula")]
    if "recirculation_pct" in run:
        access = replace(access, recirculation=run["recirculation_pct"] / 100)
    return Prescription(
        mode=mode,
        time=float(time),
        Q_b=run["Qb_ml_min"] / 1000,
        Q_d=run.get("Qd_ml_min", 500) / 1000 if mode in BATH else 0.0,
        Q_sub=run.get("Qsub_ml_min", 0) / 1000,
        uf=float(run["uf_l"]),
        uf_profile=_uf_profile(run.get("uf_profile", "constant"), time),
        sodium_profile=_sodium_profile(run.get("na_profile", "constant")),
        dialysate=dialysate,
        dialyzer=_dialyzer(run),
        access=access,
    )


def _dialyzer(run: Mapping[str, Any]) -> Dialyzer:
    """The one named, where the library has it; otherwise a common one scaled by its surface and its kind."""
    if run.get("dialyzer") in library():
        return named(run["dialyzer"])
    KoA = Dialyzer().KoA_urea * run["membrane_m2"] / STANDARD_M2 * MEMBRANE[run["flux"]]
    return replace(Dialyzer(), KoA_urea=KoA)


def _uf_profile(words: str, time: float) -> Profile:
    if words == "constant":
        return constant()
    if words == FIRST_HOUR_DRY and time > 60:
        share = 60 / time
        return Profile(((0.0, 0.0), (share, 0.0), (share, 1.0), (1.0, 1.0)))
    if words == FRONT_LOADED:
        return Profile(((0.0, 1.5), (1 / 3, 1.5), (1.0, 0.0)))
    raise BadRecord(f"uf_profile is {words!r}; Soleus knows 'constant', {FIRST_HOUR_DRY!r} and {FRONT_LOADED!r}")


def _sodium_profile(words: str) -> Profile | None:
    if words == "constant":
        return None
    found = re.fullmatch(r"(stepwise|linear) ([\d.]+) to ([\d.]+) mmol/L", words)
    if not found:
        raise BadRecord(
            f"na_profile is {words!r}; Soleus knows 'constant' and 'stepwise (or linear) 152 to 140 mmol/L'"
        )
    first, last = float(found[2]), float(found[3])
    return linear(first, last) if found[1] == "linear" else steps([float(x) for x in np.linspace(first, last, STEPS)])


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


def treat(plan: Plan, who: People) -> Treated:
    """Draw the group, repeat its usual week until it is periodic, and give it the studied session.

    Raises:
        NotConverged: if a patient leaves the numbers.
    """
    weight, gain = plan.weight * who.weight, who.weight * who.gain
    studied, usual = plan.prescription, _usual(plan)
    patient = _patient(plan, weight * who.target, who.seed)
    usual_uf, uf = (np.minimum(p.uf * gain, MOST_GAIN * weight) for p in (usual, studied))
    chart = _chart(plan, patient, weight + usual_uf)
    arrival = schedule.arrive(patient, _each(usual, plan, usual_uf, who), plan.gap, weight, chart)
    if plan.own_gain:
        here = body.look(arrival.start, arrival.patient, body.rest(arrival.patient))
        uf = np.clip(np.asarray(here.weight) - weight, 0.0, np.minimum(MOST_UF * studied.time, MOST_GAIN * weight))
    last = studied.time + (plan.after + MARGIN if plan.after else 0.0)
    course = session.simulate(arrival.patient, arrival.start, _each(studied, plan, uf, who), end=last)
    return Treated(plan, arrival.patient, course.minutes, course.moments(arrival.patient), uf, weight)


def _each(usual: Prescription, plan: Plan, uf: np.ndarray, who: People) -> list[Prescription]:
    """Every member's own prescription: what is removed, the sodium the center adds, and the bath where it varies."""
    low, high = BATH_SODIUM
    bath = np.clip(usual.dialysate.Na + plan.bath_sd * who.bath, low, high)
    return [
        replace(usual, uf=float(u), sodium_offset=float(o), dialysate=replace(usual.dialysate, Na=float(b)))
        for u, o, b in zip(uf, who.offset, bath, strict=True)
    ]


def _usual(plan: Plan) -> Prescription:
    """The session of their other days: the studied one, unless that is an experiment inside a usual week."""
    p = plan.prescription
    usual = replace(p, uf_profile=constant(), sodium_profile=None)
    low, high = USUAL_BATH
    if not low <= p.dialysate.Na <= high and not plan.own_gain:
        usual = replace(usual, dialysate=replace(p.dialysate, Na=(low + high) / 2))
    if p.time < 60 * SHORT or p.mode not in BATH:
        flow = p.Q_d if p.mode in BATH else 0.5
        usual = replace(usual, mode="HD", Q_d=flow, Q_sub=0.0, time=60 * USUAL_HOURS)
    return replace(usual, uf=max(p.uf, LEAST_GAIN * plan.weight))


def _patient(plan: Plan, weight: np.ndarray, seed: int) -> Patient:
    """Drawn people of these weights, with the group's access and share of albumin."""
    p = cohort.draw(len(weight), seed, dry_weight_kg=weight)
    changes: dict[str, Any] = {}
    if plan.protein is not None and plan.albumin is not None:
        share = p.protein.albumin_share
        changes["protein.albumin_share"] = share * plan.albumin / plan.protein / share.mean()
    if plan.access == "catheter":
        changes["circulation.Q_access"] = np.zeros_like(weight)
    if plan.own_gain:
        most = MOST_GAIN * weight * p.sodium.Na_p / (60 * plan.gap)  # salt that keeps the gain below the most
        changes["gut.salt"] = np.minimum(p.gut.salt, most)
    for name, value in (plan.share or {}).items():
        changes[name] = np.full_like(weight, value)
    return put(p, changes)


def _chart(plan: Plan, patient: Patient, pre_weight: np.ndarray) -> schedule.Chart:
    """What is known about the arrival, each person keeping their own distance from the group's mean."""
    red = patient.blood.V_rbc / patient.fluid.V_pl
    blood = schedule.Chart()
    if plan.haematocrit is not None:
        wanted = red / red.mean() * plan.haematocrit / (1 - plan.haematocrit)
        blood = blood._replace(haematocrit=wanted / (1 + wanted))
    if plan.protein is not None:
        blood = blood._replace(protein=patient.protein.c_pl * plan.protein / patient.protein.c_pl.mean())
    if plan.own_gain:
        return blood
    pre = plan.pre or {}
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
