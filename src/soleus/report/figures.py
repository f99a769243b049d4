"""Figures: a session summed up as in the clinic; fluid, pressure and risk, what the machine took off, the dose."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .. import measures
from ..body import body
from ..fit import Twin
from ..session import Moment
from .blood import spread
from .course import risks
from .usual import urea

SESSION, TAKEN, DOSE = "session", "taken", "dose"  # groups of figures
WEEKLY = 3  # sessions a week where the file has none
Rows = tuple[tuple[str, str, str, Any], ...]  # name, label, unit, one value a draw


class Measure(NamedTuple):
    """One figure of a session, mean and 5th to 95th percentile over the twin."""

    id: str
    label: str
    unit: str
    mean: float
    low: float
    high: float
    group: str
    grams: float | None = None  # the mean of an amount as a mass, where the clinic counts so


def measured(twin: Twin) -> tuple[Measure, ...]:
    """All figures of the session."""
    ends = twin.course.moments(twin.patient, at=[0, -1])
    return (*_session(twin, ends), *_taken(ends), *_dose(twin, ends))


def _session(twin: Twin, ends: Moment) -> tuple[Measure, ...]:
    p, hours = twin.prescription[0], twin.prescription[0].time / 60
    weight, plasma = np.asarray(ends.seen.weight), ends.state.fluid.V_pl
    systolic = twin.course.moments(twin.patient).seen.circulation.SBP
    cramp, fall = risks(twin)
    rows: Rows = (
        ("uf_l", "Fluid taken off", "L", ends.tally.uf[1]),
        ("uf_rate_ml_kg_h", "Rate of fluid removal", "mL/kg/h", measures.uf_rate_ml_kg_h(p.uf, hours, weight[1])),
        ("refill_ml_kg_h", "Refilling from the tissues", "mL/kg/h",
         measures.refill_rate_ml_kg_h(p.uf, plasma[1] - plasma[0], hours, weight[1])),
        ("pre_weight_kg", "Weight before", "kg", weight[0]),
        ("post_weight_kg", "Weight after", "kg", weight[1]),
        ("lowest_systolic_mmhg", "Lowest systolic pressure", "mmHg", systolic.min(axis=0)),
        ("cramp_probability", "Chance of a cramp", "1", cramp.probability),
        ("hypotension_probability", "Chance of a pressure fall", "1", fall.probability),
    )  # fmt: skip
    return tuple(_measure(*row, group=SESSION) for row in rows)


def _taken(ends: Moment) -> tuple[Measure, ...]:
    """What the machine took off over the session, negative where the bath gave."""
    out = ends.tally
    base = measures.base_mmol(out.hco3[1], out.acetate[1], out.citrate[1], out.organic[1])
    rows = (
        ("sodium_removed_mmol", "Sodium", out.Na_convective[1] + out.Na_diffusive[1], ""),
        ("sodium_by_convection_mmol", "  with the fluid", out.Na_convective[1], ""),
        ("sodium_by_diffusion_mmol", "  through the bath", out.Na_diffusive[1], ""),
        ("potassium_removed_mmol", "Potassium", out.K[1], ""),
        ("base_removed_mmol", "Base", base, ""),
        ("calcium_removed_mmol", "Calcium", out.Ca[1], ""),
        ("magnesium_removed_mmol", "Magnesium", out.Mg[1], ""),
        ("phosphate_removed_mmol", "Phosphate", out.phosphate[1], "phosphate"),
        ("urea_removed_mmol", "Urea", out.urea[1], "urea"),
        ("creatinine_removed_mmol", "Creatinine", out.creatinine[1], ""),
        ("glucose_removed_mmol", "Glucose", out.glucose[1], "glucose"),
    )
    found = [_measure(name, label, "mmol", x, TAKEN, substance) for name, label, x, substance in rows]
    return (*found, _measure("b2m_removed_mg", "b2-microglobulin", "mg", out.b2m[1], TAKEN))


def _dose(twin: Twin, ends: Moment) -> tuple[Measure, ...]:
    """Urea's fall, and what it says of the dose."""
    p, hours = twin.prescription[0], twin.prescription[0].time / 60
    pre, post = urea(ends.seen)
    sp = measures.sp_ktv(pre, post, hours, p.uf, np.asarray(ends.seen.weight)[1])
    equilibrated = measures.e_ktv(sp, hours, twin.case.patient.access or "fistula")
    water = body.rest(twin.patient).V
    weekly = measures.std_ktv(equilibrated, hours, twin.case.schedule.per_week or WEEKLY, p.uf, water)
    rows: Rows = (
        ("urr_pct", "Urea reduction ratio", "%", measures.urr_pct(pre, post)),
        ("sp_ktv", "Kt/V, single pool", "1", sp),
        ("e_ktv", "Kt/V, equilibrated", "1", equilibrated),
        ("std_ktv", "Kt/V, standard, a week", "1", weekly),
        ("npcr_g_kg_day", "Protein eaten (nPCR)", "g/kg/day", measures.npcr_generated(twin.patient.urea.G, water)),
    )
    return tuple(_measure(*row, group=DOSE) for row in rows)


def _measure(name: str, label: str, unit: str, x: Any, group: str, substance: str = "") -> Measure:
    mean, low, high = spread(x)
    grams = float(measures.grams(substance, mean)) if substance else None
    return Measure(name, label, unit, mean, low, high, group, grams)
