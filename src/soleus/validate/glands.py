"""Glands: rows on parathyroid glands that have grown, what slows them and what is left when they are cut out."""

from functools import cache

import numpy as np

from .. import cohort, schedule, session
from ..body import body, hormones
from ..body.body import Patient
from ..machine.dialysate import Dialysate
from ..parameter import put
from ..prescription import Prescription
from . import table
from .lives import DAY, GAP, YEAR, Life, arrived, bath, changed, chart, finely, later, number, percent
from .table import Row

SEVERE = 1600.0  # pg/mL, before glands are cut out
MANY, SEED = 48, 1  # people who are started on cinacalcet
CHECKS = (30.0, 60.0, 90.0, 95.0, 90.0)  # days from one look at calcium to the next, a year in all
NOISE = 0.05  # mmol/L, between two looks at the same total calcium [GeneralKnowledge]
LOW, SEVERELY_LOW = 2.1, 1.875  # mmol/L of total calcium
REMNANT = 0.03


def rows() -> list[Row]:
    """All rows on glands."""
    return [_secretion(), _hysteresis(), _etelcalcetide(), _cinacalcet(), *_cut()]


@cache
def severe() -> Life:
    """Somebody on dialysis with overgrown glands."""
    return arrived(PTH=SEVERE, iCa=1.20, P=1.8)


def _secretion() -> Row:
    p, R = severe().patient.hormones, chart(severe())["receptors"]
    model = {f"at {iCa:g}": number(hormones.secretion(iCa, R, 0.0, p)) for iCa in (1.20, 1.14)}
    return table.row(
        "13", "basal PTH over the most, at higher and at lower calcium", "47 and 73 %; ±7 set here", "SevereSecretion",
        model, {"at 1.2": (0.40, 0.54), "at 1.14": (0.66, 0.80)},
        "which ionized calcium the second group had was not read; 1.10 would do",
    )  # fmt: skip


def _hysteresis() -> Row:
    """A session with almost no calcium in the bath, then one with much."""
    patient = put(cohort.alike(Patient(), 1), {"hormones.PTH": 132.0, "hormones.s_0": 1.06})
    orders = bath(1.5)
    patient, now = schedule.arrive(patient, orders, GAP, patient.fluid.dry_weight)
    parts = []
    for Ca, minutes in ((0.25, 120.0), (2.25, 150.0)):
        order = Prescription(time=minutes, uf=0.0, dialysate=Dialysate(Ca=Ca), reason="as studied")
        course = session.simulate(patient, now, [order])
        now, of = course.end.body, course.moments(patient)
        parts.append([np.ravel(x) for x in (of.seen.calcium.iCa, of.seen.hormones.PTH)])
    iCa, PTH = (np.concatenate(x) for x in zip(*parts, strict=True))
    half, top = PTH.max() / 2, int(PTH.argmax())
    down, up = np.interp(half, PTH[: top + 1], iCa[: top + 1]), np.interp(-half, -PTH[top:], iCa[top:])
    return table.row(
        "14", "calcium that halves PTH, on the way down and up", "1.11, 1.06 mmol/L: 0.05 apart; ±0.02 set here",
        "PthHysteresis1991", {"down": float(down), "up": float(up), "apart": float(down - up)},
        {"down": (1.09, 1.13), "up": (1.04, 1.08), "apart": (0.03, 0.07)}, "the store of the glands runs too far ahead",
    )  # fmt: skip


def _etelcalcetide() -> Row:
    """Against the same person without the drug."""
    life = arrived(PTH=849.0, iCa=1.20, P=1.8)
    model: dict[str, float] = {}
    for label, days in (("26 weeks", 182.0), ("a year", YEAR)):
        drug, none = (chart(later(changed(life, {"hormones.mimetic": x}), days)) for x in (4.0, 0.0))
        model |= {f"{name} at {label}, %": percent(drug, none, name) for name in ("PTH", "tCa")}
    return table.row(
        "15", "etelcalcetide", "PTH 849 to 384 at 26 weeks, total Ca -8.3 to -9.1 % at a year; ±5 and ±1.5 set here",
        "EtelcalcetidePlacebo EtelcalcetideYear", model,
        {"PTH at 26 weeks, %": (-60, -50), "tCa at 26 weeks, %": (-10.5, -6), "tCa at a year, %": (-10.5, -7)},
        "bone lets calcium fall too little or too far",
    )  # fmt: skip


def _cinacalcet() -> Row:
    """People drawn as they come, on doses as drawn, their calcium looked at six times with a laboratory's noise."""
    rng = np.random.default_rng(SEED)
    people = cohort.draw(MANY, SEED)
    own = {
        "hormones.PTH": np.clip(np.exp(rng.normal(np.log(600.0), 0.5, MANY)), 250, 2000),
        "phosphate.c": np.clip(rng.normal(1.8, 0.3, MANY), 1.1, 2.6),
    }
    people = put(people, own)
    orders = bath(1.5) * MANY
    life = Life(*schedule.arrive(people, orders, GAP, people.fluid.dry_weight), orders)
    life = changed(life, {"hormones.mimetic": rng.uniform(0.5, 1.5, MANY)})
    first, lowest = np.asarray(_total(life)), np.full(MANY, np.inf)
    for days in CHECKS:
        life = later(life, days)
        lowest = np.minimum(lowest, _total(life) + rng.normal(0.0, NOISE, MANY))
    normal = first >= LOW
    model = {name: 100 * float(np.mean(lowest[normal] < x)) for name, x in (("low", LOW), ("severe", SEVERELY_LOW))}
    return table.row(
        "16", "cinacalcet for a year: people whose total calcium was normal and fell, %", "67 low, 9 severe; 55-80 and "
        "4-18 set here", "CinacalcetHypocalcemia", model, {"low": (55, 80), "severe": (4, 18)},
        "doses are drawn, not fitted to calcium as they were in patients",
    )  # fmt: skip


def _total(life: Life) -> np.ndarray:
    return np.asarray(body.look(life.now, life.patient, body.rest(life.patient)).calcium.tCa)


def without(life: Life) -> Life:
    """The same person with a remnant of glands."""
    return Life(life.patient, put(life.now, {"hormones.G": REMNANT + 0 * life.now.hormones.G}), life.orders)


def _cut() -> list[Row]:
    """Untreated, and given calcium by mouth and vein (10 mmol a day absorbed) with active vitamin D."""
    before, cut = chart(severe()), without(severe())
    bare = finely(cut, 13)
    day = {2: bare[1], 14: bare[6], 30: bare[13], 180: later(bare[13], 150)}
    at = {n: chart(life) for n, life in day.items()}
    salt = 10.0 / DAY / cut.patient.absorption.f_s
    treated = [chart(x) for x in finely(changed(cut, {"hormones.analog": 30.0, "absorption.salt": salt}), 6)]
    return [
        table.row(
            "21", "glands cut out, untreated: calcium falls for weeks, comes back in months; bone takes it up",
            "trough at two weeks and after; 5-20 mmol a day needed", "Ho2017",
            {"iCa day 2, %": percent(at[2], before, "iCa"), "day 14, %": percent(at[14], before, "iCa"),
             "least": min(at[14]["iCa"], at[30]["iCa"]), "day 180": at[180]["iCa"], "onto bone": at[14]["onto bone"]},
            {"iCa day 2, %": (-45, -10), "day 14, %": (-50, -20), "least": (0.6, 0.9), "day 180": (0.85, 1.2),
             "onto bone": (4, 20)}, "calcium falls too soon",
        ),
        table.row(
            "22", "glands cut out, treated: phosphate falls by day 4 and lies low at day 14", "falls and settles",
            "Ho2017", {"day 4, %": percent(treated[2], before, "P"), "day 14, %": percent(treated[6], before, "P")},
            {"day 4, %": (-40, -5), "day 14, %": (-60, -15)}, "bone takes up too little",
        ),
    ]  # fmt: skip
