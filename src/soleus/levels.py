"""Levels: what the laboratory says of a person on arrival, and the amounts, stores and generation behind it.

A person lives in a week that repeats itself. So a level is met by the amounts in all pools; what is made or eaten bends
until a cycle of session and gap leaves all stores as they were; and the two stores that would take weeks to find their
place (magnesium in cells, calcium on the surface of bone) are put there. Where the chart is silent, the level is the
patient's own usual one.
"""

from typing import Any, NamedTuple

import numpy as np

from .body import absorption, body, bone, hormones
from .body.body import Patient
from .parameter import get, parameters, put

LEAST, MOST = 0.1, 6.0  # of the usual generation: nobody makes or eats less or more [SoleusChoice]
NOMINAL = Patient()
RANGES = {name: meta.within for name, _, meta in parameters(Patient)}


class Chart(NamedTuple):
    """What the chart says about the arrival; each None, a number, or [patient]."""

    pre_weight: Any = None  # kg
    sodium: Any = None  # mmol/L, laboratory
    systolic: Any = None  # mmHg
    diastolic: Any = None  # mmHg
    urea: Any = None  # mmol/L of plasma
    haematocrit: Any = None
    protein: Any = None  # g/L of plasma
    potassium: Any = None  # mmol/L of plasma, and so all below
    bicarbonate: Any = None
    carbon_dioxide: Any = None  # mmHg, arterial
    ionized_calcium: Any = None
    calcium: Any = None  # total; used where ionized is not known
    magnesium: Any = None  # total
    phosphate: Any = None
    creatinine: Any = None
    glucose: Any = None
    b2m: Any = None  # mg/L
    PTH: Any = None  # pg/mL
    vitamin_d: Any = None  # pg/mL of 25-hydroxyvitamin D, a thousand for each ng/mL


class Level(NamedTuple):
    """Where a laboratory value lives in the body."""

    usual: str  # the patient's own value
    own: str  # the same as seen
    labs: tuple[tuple[str, str], ...]  # words of the chart and the readings they mean, the first that is known counts
    amount: str  # what is set to meet it
    follows: str | None = None  # the pool that is set along with it
    made: str | None = None  # what comes in, bent until the stores repeat themselves


LEVELS = (
    Level("potassium.K_p", "potassium.K_p", (("potassium", "potassium.K_p"),), "potassium.n_e", "potassium.n_i",
          "potassium.G"),
    Level("acid_base.hco3", "acid_base.hco3", (("bicarbonate", "acid_base.hco3"),), "acid_base.n", "acid_base.buffer"),
    Level("calcium.iCa", "calcium.iCa", (("ionized_calcium", "calcium.iCa"), ("calcium", "calcium.tCa")), "calcium.n"),
    Level("magnesium.iMg", "magnesium.iMg", (("magnesium", "magnesium.tMg"),), "magnesium.n_e", None, "magnesium.G"),
    Level("phosphate.c", "phosphate.c_p", (("phosphate", "phosphate.c_p"),), "phosphate.n_e", "phosphate.n_s",
          "absorption.I_P"),
    Level("creatinine.c", "creatinine.c_p", (("creatinine", "creatinine.c_p"),), "creatinine.n_e", "creatinine.n_i",
          "creatinine.G"),
    Level("b2m.c", "b2m.c_1", (("b2m", "b2m.c_1"),), "b2m.m_1", "b2m.m_2", "b2m.G"),
    Level("indoxyl.c", "indoxyl.c_1", (), "indoxyl.n_1", "indoxyl.n_2", "indoxyl.G"),
    Level("glucose.g_b", "glucose.g", (("glucose", "glucose.g"),), "glucose.n"),
)  # fmt: skip


def met(patient: Patient, now: body.State, chart: Chart) -> tuple[Patient, body.State]:
    """The same person with every level as the chart says, or as usual; twice, because binding follows acidity."""
    if chart.carbon_dioxide is not None:
        patient = put(patient, {"acid_base.pCO2": chart.carbon_dioxide})
        now = put(now, {"acid_base.pCO2": chart.carbon_dioxide * np.ones_like(now.acid_base.pCO2)})
    patient = _with_hormones(patient, chart)
    told = [(level, _told(level, chart)) for level in LEVELS]
    for _ in range(2):
        seen = body.look(now, patient, body.rest(patient))
        usual, pools = {}, {}
        for level, lab in told:
            wanted, reading = lab or (get(patient, level.usual), level.own)
            ratio = np.asarray(wanted) / get(seen, reading)
            pools[level.amount] = get(now, level.amount) * ratio
            if level.follows is not None:  # cells hold potassium by a power of their content
                alike = ratio ** (1 / patient.potassium.s) if level.follows == "potassium.n_i" else ratio
                pools[level.follows] = get(now, level.follows) * alike
            if lab is not None:
                usual[level.usual] = get(seen, level.own) * ratio
        patient, now = put(patient, usual), put(now, pools)
    return patient, _with_glands(patient, now)


def _with_hormones(patient: Patient, chart: Chart) -> Patient:
    """The same person with parathyroid hormone and 25-hydroxyvitamin D as measured, no farther out than people are."""
    told = {"hormones.PTH": chart.PTH, "hormones.D25": chart.vitamin_d}
    changes = {
        name: np.clip(value, *RANGES[name]) + 0.0 * get(patient, name)
        for name, value in told.items()
        if value is not None
    }
    return put(patient, changes)


def _with_glands(patient: Patient, now: body.State) -> body.State:
    """Glands that make the patient's own PTH at this calcium and phosphate, and bone that is used to it."""
    seen = body.look(now, patient, body.rest(patient))
    g = patient.kidney.gfr / patient.kidney.gfr_0
    PTH = patient.hormones.PTH + np.zeros_like(now.bone.H)
    here = hormones.Inputs(iCa=seen.calcium.iCa, P=seen.phosphate.c_p, g=g)
    glands = hormones.at_rest(here, put(patient.hormones, {"PTH": PTH}))
    cells = bone.at_rest(PTH, hormones.active(glands, patient.hormones), g, patient.bone)
    return put(now, {"hormones": glands, "bone": put(cells, {"B": now.bone.B})})


def _told(level: Level, chart: Chart) -> tuple[Any, str] | None:
    """What the chart says of a level, and the reading that is meant."""
    return next(((getattr(chart, word), seen) for word, seen in level.labs if getattr(chart, word) is not None), None)


def repeated(patient: Patient, begin: body.State, end: body.State, minutes: Any) -> tuple[Patient, body.State]:
    """The person whose next cycle changes no store, from what this one (session and gap, `minutes` long) changed."""
    changes = {}
    for level in LEVELS:
        if level.made is not None:
            gained = get(end, level.amount) - get(begin, level.amount)
            slow = level.follows or "magnesium.n_s"
            share = 1.0  # of what is eaten that comes in
            if level.made == "absorption.I_P":
                u = hormones.active(begin.hormones, patient.hormones)
                share = absorption.look(u, patient.absorption).P / patient.absorption.I_P
            stored = gained + get(end, slow) - get(begin, slow)
            bent = get(patient, level.made) - stored / minutes / share
            usual = get(NOMINAL, level.made)
            changes[level.made] = np.clip(bent, LEAST * usual, MOST * usual)
    acid, mg, ca = patient.acid_base, patient.magnesium, patient.calcium
    base = acid.G - acid.alkali + (_base(end, acid.V_B) - _base(begin, acid.V_B)) / minutes
    changes["acid_base.G"] = np.clip(base, LEAST * NOMINAL.acid_base.G, MOST * NOMINAL.acid_base.G)
    changes["acid_base.alkali"] = np.clip(changes["acid_base.G"] - base, 0.0, NOMINAL.acid_base.G)
    onto_bone = end.calcium.n + end.calcium.F - begin.calcium.n - begin.calcium.F
    changes["calcium.fill"] = np.clip(ca.fill + onto_bone / minutes / (ca.k_F * ca.F_0), 0.3, 3.0)
    into_cells = end.magnesium.n_s - begin.magnesium.n_s
    n_s = end.magnesium.n_s + into_cells / minutes * mg.V_s / mg.K
    return put(patient, changes), put(end, {"calcium.F": changes["calcium.fill"] * ca.F_0, "magnesium.n_s": n_s})


def _base(now: body.State, V_B: Any) -> Any:
    """All base that the body holds, mmol."""
    acid = now.acid_base
    return acid.n + V_B * acid.buffer + acid.n_organic + acid.n_acetate + 3 * acid.n_citrate
