"""Lives: one person in health, through years of a failing kidney, on dialysis, and with overgrown glands.

The whole body lives them, without a machine or with sessions on a bath; nothing is fitted to a chart on the way. What
changes at each stage of a failing kidney is filtration, what is eaten and how much carbon dioxide is breathed out.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from .. import ckd, cohort, months, schedule, session
from ..body import body
from ..body.body import Patient
from ..machine.dialysate import Dialysate
from ..parameter import put
from ..prescription import Prescription
from ..session import Moment

DAY = 1440.0  # min
GAP, MIDWEEK = 52.0, 44.0  # h, between three sessions a week: on average, before the one in its middle
YEAR = 365.0  # days
HEALTHY = {
    "hormones.PTH": 40.0, "hormones.D25": 25000.0, "absorption.binder": 0.0, "calcium.iCa": 1.22, "phosphate.c": 1.2,
}  # fmt: skip
YEARS = {60: 3.0, 45: 2.0, 30: 3.0, 20: 2.0, 12: 1.5, 8: 0.5}  # at each filtration, mL/min, of the failing kidney
EATEN = "absorption.I_Ca", "absorption.I_P", "magnesium.G", "urea.G", "acid_base.pCO2"


class Life(NamedTuple):
    """Somebody, as they are now and are treated."""

    patient: Patient
    now: body.State
    orders: tuple[Prescription, ...] = ()  # none without dialysis


def bath(Ca: float) -> tuple[Prescription, ...]:
    """The usual session on a bath of this calcium, mmol/L."""
    return (Prescription(dialysate=Dialysate(Ca=Ca)),)


def changed(life: Life, changes: Mapping[str, Any], orders: tuple[Prescription, ...] | None = None) -> Life:
    """The same person with other parameters, other orders."""
    patient, now = put(life.patient, dict(changes)), life.now
    if "acid_base.pCO2" in changes:
        now = put(now, {"acid_base.pCO2": changes["acid_base.pCO2"] + 0 * now.acid_base.pCO2})
    return Life(patient, now, life.orders if orders is None else orders)


def later(life: Life, days: float) -> Life:
    """The same person after so many days."""
    return Life(*months.live(life.patient, life.now, life.orders or None, days, gap_h=GAP), life.orders)


def finely(life: Life, cycles: int, hours: float = GAP) -> list[Life]:
    """The person on every arrival of so many cycles of session and gap, the first included."""
    found = [life]
    for _ in range(cycles):
        done = schedule.cycle(life.patient, found[-1].now, life.orders, life.patient.fluid.dry_weight, hours)
        found.append(Life(life.patient, done.back, life.orders))
    return found


def seen(life: Life) -> body.Seen:
    """All that a chart could tell."""
    return body.look(life.now, life.patient, body.rest(life.patient))


def chart(life: Life) -> dict[str, float]:
    """What this part of a chart says; fluxes in mmol a day."""
    s, now, p = seen(life), life.now, life.patient
    found = {
        "iCa": s.calcium.iCa, "tCa": s.calcium.tCa, "P": s.phosphate.c_p, "PTH": s.hormones.PTH, "D": now.hormones.D,
        "FGF23": now.hormones.FGF, "urine Ca": DAY * s.excreted.Ca, "gut Ca": DAY * s.absorption.Ca,
        "absorbed": (s.absorption.Ca + p.absorption.secreted) / p.absorption.I_Ca, "glands": now.hormones.G,
        "receptors": now.hormones.R, "turnover": now.bone.OC, "weight": s.weight, "pH": s.acid_base.pH,
        "onto bone": DAY * (s.bone.J_form - s.bone.J_res),
    }  # fmt: skip
    return {name: number(x) for name, x in found.items()}


def number(x: Any) -> float:
    """The one number that an array of one person holds."""
    return float(np.ravel(x)[0])


def percent(after: Mapping[str, float], before: Mapping[str, float], name: str) -> float:
    """Change of one value of a chart."""
    return 100 * (after[name] / before[name] - 1)


@cache
def healthy() -> Life:
    """Somebody in health, four years on."""
    found = ckd.without_dialysis(put(cohort.alike(Patient(), 1), HEALTHY), ckd.MOST)
    return later(Life(*found), 4 * YEAR)


@cache
def failing() -> dict[int, Life]:
    """The same person by filtration, mL/min, through twelve years of a failing kidney."""
    found = {100: healthy()}
    life = found[100]
    for gfr, years in YEARS.items():
        at = ckd.stage(float(gfr))
        changes = {name: float(at[name]) for name in EATEN} | {"kidney.gfr": gfr / 1000}
        found[gfr] = life = later(changed(life, changes), YEAR * years)
    return found


@cache
def dialyzed(Ca: float = 1.5, bound: bool = True) -> Life:
    """Two years of dialysis after that, on a bath of this calcium, mmol/L, with a binder or without; diet as before."""
    changes = {
        "kidney.gfr": 0.0, "kidney.alone": 0.0, "absorption.binder": Patient().absorption.binder if bound else 0.0,
        "acid_base.pCO2": Patient().acid_base.pCO2,
    }  # fmt: skip
    return later(changed(failing()[8], changes, bath(Ca)), 2 * YEAR)


@cache
def arrived(PTH: float, iCa: float, P: float, Ca: float = 1.5) -> Life:
    """Somebody on dialysis with this PTH, ionized calcium and phosphate on arrival, at rest in the usual week."""
    own = {"hormones.PTH": PTH, "calcium.iCa": iCa, "phosphate.c": P}
    patient = put(cohort.alike(Patient(), 1), own)
    orders = bath(Ca)
    arrival = schedule.arrive(patient, orders, GAP, patient.fluid.dry_weight)
    return Life(arrival.patient, arrival.start, orders)


def sitting(life: Life, orders: Sequence[Prescription], end: float | None = None) -> tuple[np.ndarray, Moment]:
    """Minutes and all moments of one session, and of the time after it until `end`, min."""
    course = session.simulate(life.patient, life.now, orders, end=end)
    return course.minutes, course.moments(life.patient)
