"""Levers of minerals over months: phosphate, vitamin D, parathyroid hormone, calcimimetics, magnesium, acidosis.

Only what the laboratory measured is judged. Every one rests on mechanism or assumption: no study shows that putting it
right prevents cramps, and each caveat says what contradicts it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import drugs
from ..fit import Twin
from .chronic import Plan, circumstance
from .lever import Lever
from .should import SHOULD

MOST_BINDER = 2.0  # within the parameter's range
PHOSPHATE_POWER = 1.3  # of absorption for a wanted ratio of phosphate: dialysis takes less when there is less
FIRST_ANALOG = 6.0  # pg/mL of active vitamin D: calcitriol 0.25 ug a day
FIRST_MIMETIC = 0.5  # cinacalcet 30 mg a day
MOST_STRETCH = 3.0  # of these first guesses
ALKALI = 0.010  # mmol/min: 15 mmol a day
CALCIUM = 0.0087  # mmol/min swallowed: 500 mg a day
MAGNESIUM = 0.0003  # mmol/min absorbed: 0.4 mmol a day
NMOL = 2.496e-3  # nmol/L of 25-hydroxyvitamin D in a pg/mL
PROTON_PUMP = "proton-pump inhibitor"
NO_COHORT = "Phosphate, calcium and PTH were alike in those with and without cramps in the one cohort that looked. "


def _lab(twin: Twin, name: str) -> float | None:
    return twin.case.lab(name, "pre", twin.session.date)


def _own(twin: Twin, organ: str, name: str) -> np.ndarray:
    return np.broadcast_to(np.asarray(getattr(getattr(twin.patient, organ), name), float), len(twin.prescription))


def _ionized(twin: Twin) -> float | None:
    """Ionized calcium on arrival as the twin has it, if the laboratory gave ionized or total calcium."""
    known = [_lab(twin, f"{name}_mmol_l") is not None for name in ("ionized_calcium", "calcium")]
    return float(np.mean(twin.course.moments(twin.patient, at=[0]).seen.calcium.iCa)) if any(known) else None


def phosphate(twin: Twin) -> Plan | Lever | None:
    """Between the limits, by binder and by what is eaten."""
    c = _lab(twin, "phosphate_mmol_l")
    if c is None:
        return None
    was = f"{c:.1f} mmol/L"
    caveat = NO_COHORT + "Here it acts over months by binding calcium and through hormones and bone: an assumption."
    sources = ("PainSyndromes", "GeneralKnowledge")
    if SHOULD.P_low - SHOULD.P_told <= c <= SHOULD.P_high + SHOULD.P_told:
        return circumstance("phosphate", "Phosphate over months", was, was, caveat, sources)
    high = c > SHOULD.P_high
    wanted = SHOULD.P_high if high else SHOULD.P_low
    binder, eaten = _own(twin, "absorption", "binder"), _own(twin, "absorption", "I_P")
    ratio = (wanted / c) ** PHOSPHATE_POWER
    bound = np.clip((1 + binder) / ratio - 1, 0.0, MOST_BINDER)
    return Plan(
        "phosphate", "Phosphate over months", was,
        f"at most {wanted:.1f} mmol/L (diet, binder)" if high else f"at least {wanted:.1f} mmol/L (less binder, food)",
        {"absorption.binder": bound, "absorption.I_P": eaten * ratio * (1 + bound) / (1 + binder)},
        "D", caveat, sources, reading=lambda seen: seen.phosphate.c_p, wanted=wanted, unit="mmol/L", most=MOST_STRETCH,
    )  # fmt: skip


def vitamin_d(twin: Twin) -> Plan | Lever | None:
    """The native store filled."""
    stored = _lab(twin, "vitamin_d_nmol_l")
    if stored is None:
        return None
    caveat = "No trial of native vitamin D counted cramps in people on dialysis, where hardly any of it is made active."
    was, full = f"{stored:.0f} nmol/L", f"at least {SHOULD.D25 * NMOL:.0f} nmol/L"
    sources = ("Armas2013", "GeneralKnowledge")
    if stored / NMOL > SHOULD.D25 - SHOULD.D25_told:
        return circumstance("vitamin_d", "Vitamin D store", was, full, caveat, sources)
    filled = np.maximum(_own(twin, "hormones", "D25"), SHOULD.D25)
    return Plan("vitamin_d", "Vitamin D store", was, full, {"hormones.D25": filled}, "D", caveat, sources)


def calcimimetic(twin: Twin) -> Plan | Lever | None:
    """Never so much that ionized calcium is too low."""
    mimetic, iCa = _own(twin, "hormones", "mimetic"), _ionized(twin)
    if iCa is None or float(mimetic.mean()) <= 0:
        return None
    names = [entry.id for _, entry in drugs.taken(twin.case) if entry and "hormones.mimetic" in entry.changes]
    was = f"{', '.join(names) or 'taken'}, ionized calcium {iCa:.2f} mmol/L"
    caveat = (
        "Low calcium is the known harm of these drugs and tetany its sign; how much of a cramp it makes is assumed. "
        "Calcium, vitamin D or the bath can raise it as well as a lower dose."
    )
    sources = ("EtelcalcetidePlacebo", "PainSyndromes")
    if iCa >= SHOULD.Ca_pre_low - SHOULD.Ca_pre_told:
        return circumstance("calcimimetic", "Calcimimetic", was, "as it was", caveat, sources)
    return Plan(
        "calcimimetic", "Calcimimetic", was, f"so little that ionized calcium is {SHOULD.Ca_pre_low:.2f} mmol/L",
        {"hormones.mimetic": 0.4 * mimetic}, "C", caveat, sources,
        reading=lambda seen: seen.calcium.iCa, wanted=SHOULD.Ca_pre_low, unit="mmol/L", most=1 / 0.6,
    )  # fmt: skip


def active_vitamin_d(twin: Twin) -> Plan | None:
    """As much, with calcium by mouth, as ionized calcium needs, and no more than it bears."""
    iCa, analog = _ionized(twin), _own(twin, "hormones", "analog")
    if iCa is None or float(_own(twin, "hormones", "mimetic").mean()) > 0:
        return None
    low = iCa < SHOULD.Ca_pre_low - SHOULD.Ca_pre_told
    if not low and not (float(analog.mean()) > 0 and iCa > SHOULD.Ca_pre_high + SHOULD.Ca_pre_told):
        return None
    wanted = SHOULD.Ca_pre_low if low else SHOULD.Ca_pre_high
    more = {"hormones.analog": analog + FIRST_ANALOG, "absorption.salt": _own(twin, "absorption", "salt") + CALCIUM}
    return Plan(
        "active_vitamin_d", "Active vitamin D and calcium", f"ionized calcium {iCa:.2f} mmol/L",
        f"as much as holds it {'above' if low else 'below'} {wanted:.2f} mmol/L",
        more if low else {"hormones.analog": 0.4 * analog}, "D",
        NO_COHORT + "It raises phosphate too; a bath with more calcium would do as well.",
        ("PainSyndromes", "ParicalcitolCalcitriol"),
        reading=lambda seen: seen.calcium.iCa, wanted=wanted, unit="mmol/L", most=MOST_STRETCH if low else 1 / 0.6,
    )  # fmt: skip


def parathyroid(twin: Twin) -> Plan | Lever | None:
    """Between the limits for people on dialysis; lowered by active vitamin D where blood bears it, else a mimetic."""
    PTH, iCa = _lab(twin, "pth_pg_ml"), _ionized(twin)
    if PTH is None:
        return None
    was, label = f"{PTH:.0f} pg/mL", "Parathyroid hormone"
    caveat = (
        NO_COHORT + "One survey told of more cramps with low PTH, against the belief. Lowering it lowers calcium, and "
        "may cost more than it gains."
    )
    sources = ("PainSyndromes", "EtelcalcetidePlacebo")
    told = f"{SHOULD.PTH_low:.0f} to {SHOULD.PTH_high:.0f} pg/mL"
    high = SHOULD.PTH_high * (1 + SHOULD.PTH_told) < PTH
    drug = _suppressed(twin)
    if not high and not (drug and SHOULD.PTH_low * (1 - SHOULD.PTH_told) > PTH):
        return circumstance("parathyroid_hormone", label, was, told, caveat, sources)
    if high and iCa is not None and iCa < SHOULD.Ca_pre_low - SHOULD.Ca_pre_told:
        later = f"{told}, once calcium is"
        return circumstance("parathyroid_hormone", label, was, later, caveat, sources)
    changes = _less_hormone(twin, iCa) if high else {drug: 0.4 * _own(twin, *drug.split("."))}
    wanted = SHOULD.PTH_high if high else SHOULD.PTH_low
    return Plan(
        "parathyroid_hormone", label, was, told, changes, "D", caveat, sources,
        reading=lambda seen: seen.hormones.PTH, wanted=wanted, unit="pg/mL", most=MOST_STRETCH if high else 1 / 0.6,
    )  # fmt: skip


def _suppressed(twin: Twin) -> str:
    """The drug that lowers PTH, as a parameter; none when none is taken."""
    taken = [name for name in ("mimetic", "analog") if float(_own(twin, "hormones", name).mean()) > 0]
    return f"hormones.{taken[0]}" if taken else ""


def _less_hormone(twin: Twin, iCa: float | None) -> dict[str, Any]:
    """What lowers PTH in this patient."""
    P = _lab(twin, "phosphate_mmol_l")
    bears = (iCa is None or iCa < SHOULD.Ca_pre_high - 0.1) and (P is None or SHOULD.P_high >= P)
    if bears:
        return {"hormones.analog": _own(twin, "hormones", "analog") + FIRST_ANALOG}
    return {"hormones.mimetic": _own(twin, "hormones", "mimetic") + FIRST_MIMETIC}


def magnesium_store(twin: Twin, low_bath: bool) -> Plan | Lever | None:
    """Not low before a session; a low bath is why, unless a drug keeps magnesium out of the gut."""
    c = _lab(twin, "magnesium_mmol_l")
    if c is None:
        return None
    blocked = drugs.factors(twin.case).get("magnesium.G", 1.0)
    names = [entry.id for _, entry in drugs.taken(twin.case) if entry and entry.group == PROTON_PUMP]
    was = f"{c:.2f} mmol/L" + (f", on {names[0]}" if names else "")
    should = f"at least {SHOULD.Mg_pre_low:.2f} mmol/L" + (" (without it, food, bath)" if names else " (food, bath)")
    caveat = (
        "Magnesium of the bath went with cramps before and after, unblinded; that of stores was not studied. By mouth "
        "it did nothing for the cramps of people with healthy kidneys."
    )
    sources = ("Lynch2014", "GeneralKnowledge")
    if c >= SHOULD.Mg_pre_low - SHOULD.Mg_pre_told or (low_bath and not names):
        return circumstance("magnesium_store", "Magnesium store", was, should, caveat, sources)
    taken_up = _own(twin, "magnesium", "G")
    more = np.maximum(taken_up / min(blocked, 1.0), taken_up + MAGNESIUM)
    return Plan(
        "magnesium_store", "Magnesium store", was, should, {"magnesium.G": more}, "C", caveat, sources,
        reading=lambda seen: seen.magnesium.tMg, wanted=SHOULD.Mg_pre_low, unit="mmol/L", most=MOST_STRETCH,
    )  # fmt: skip


def acidosis(twin: Twin) -> Plan | Lever | None:
    """Bicarbonate between the limits on arrival, by alkali swallowed or, over weeks, by the bath."""
    base = _lab(twin, "bicarbonate_mmol_l")
    if base is None:
        return None
    alkali = _own(twin, "acid_base", "alkali")
    low = base < SHOULD.hco3_low - SHOULD.hco3_told
    high = base > SHOULD.hco3_high + SHOULD.hco3_told and float(alkali.mean()) > 0
    was, told = f"bicarbonate {base:.0f} mmol/L", f"{SHOULD.hco3_low:.0f} to {SHOULD.hco3_high:.0f} mmol/L"
    caveat = (
        "High bicarbonate went with cramps in one cohort, low with none: putting acidosis right may cost a little, "
        "for less calcium stays ionized. Bone and muscle are the reason to do it."
    )
    sources = ("Akkabut2021", "GeneralKnowledge")
    if not low and not high:
        return circumstance("acidosis", "Acidosis over months", was, told, caveat, sources)
    return Plan(
        "acidosis", "Acidosis over months", was, told, {"acid_base.alkali": alkali + ALKALI if low else 0.4 * alkali},
        "C", caveat, sources, reading=lambda seen: seen.acid_base.hco3, unit="mmol/L",
        wanted=SHOULD.hco3_low if low else SHOULD.hco3_high, most=MOST_STRETCH if low else 1 / 0.6,
    )  # fmt: skip


def over_months(twin: Twin, low_bath: bool = False) -> list[Plan | Lever | None]:
    """All of them; `low_bath` says that the bath held another magnesium than it should have."""
    makers = (phosphate, vitamin_d, calcimimetic, active_vitamin_d, parathyroid, acidosis)
    return [*(make(twin) for make in makers), magnesium_store(twin, low_bath)]
