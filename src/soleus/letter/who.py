"""Who: the block about the patient; what the file does not say is said to be not stated."""

from __future__ import annotations

from collections.abc import Iterator

from .. import drugs
from ..case import Case, Patient, Prescribed
from ..report.words import plain
from .answered import Answered
from .parts import Fact, Item

UNKNOWN = "not stated"
YES = {True: "yes", False: "no", None: UNKNOWN}
SEX = {"F": "woman", "M": "man"}
DOSES = (("dose_mg", "mg"), ("dose_ug", "ug"), ("dose_g", "g"), ("dose_iu", "IU"))
BATH = (("sodium", "Na"), ("potassium", "K"), ("calcium", "Ca"), ("magnesium", "Mg"), ("bicarbonate", "HCO3"))
CONDITIONS = 240  # characters


def facts(found: Answered) -> Iterator[Fact]:
    """Who is treated, and how."""
    case, who = found.case, found.case.patient
    yield Fact("Name", plain(who.name) or UNKNOWN)
    yield Fact("Patient", f"{SEX[who.sex]}, {who.age_y:g} years, {_of(who.height_cm, 'cm', 'height')}")
    if case.on_dialysis:
        yield Fact("Dialysis", f"{_since(who)}, {_often(case)}, access: {who.access or UNKNOWN}")
    else:
        yield Fact("Kidneys", f"not on dialysis; filtration {_of(case.gfr_ml_min, 'mL/min')}")
    yield Fact("Target weight", _of(who.target_weight_kg, "kg"))
    yield Fact("Urine", _of(who.residual_urine_ml_day, "mL a day"))
    yield Fact("Diabetes", YES[who.diabetes])
    if who.conditions:
        yield Fact("Conditions", cut(", ".join(plain(c) for c in who.conditions), CONDITIONS))
    if case.on_dialysis:
        session = case.session(found.day)
        yield Fact("Prescription", _order(case.prescription.changed_by(session.prescription)))
    yield Fact("Looked at", found.treated)


def _of(value: float | None, unit: str, name: str = "") -> str:
    """A number with its unit, or that it is not stated."""
    return f"{name or ''} {UNKNOWN}".strip() if value is None else f"{value:g} {unit}"


def _since(who: Patient) -> str:
    return f"time on dialysis {UNKNOWN}" if who.vintage_y is None else f"for {who.vintage_y:g} years"


def _often(case: Case) -> str:
    often = case.schedule.per_week
    return f"sessions a week {UNKNOWN}" if often is None else f"{often:g} sessions a week"


def _order(order: Prescribed) -> str:
    """Treatment and bath in a line; only what was written."""
    parts = [order.mode or f"mode {UNKNOWN}", _of(order.hours, "h", "hours")]
    if order.blood_flow_ml_min is not None:
        parts.append(f"blood {order.blood_flow_ml_min:g} mL/min")
    bath = order.dialysate
    told = [] if bath is None else [(short, getattr(bath, f"{name}_mmol_l")) for name, short in BATH]
    held = [f"{short} {value:g}" for short, value in told if value is not None]
    parts.append(f"bath {' '.join(held)} mmol/L" if held else f"bath {UNKNOWN}")
    if bath is not None and bath.temperature_c is not None:
        parts.append(f"{bath.temperature_c:g} degC")
    return ", ".join(parts)


def medicines(case: Case, most: int) -> str:
    """The list of medicines, those that the twin knows first, in so many characters; how many were left out is said."""
    if not case.drugs:
        return UNKNOWN
    pairs = sorted(drugs.taken(case), key=lambda pair: pair[1] is None)
    named = [_dosed(drug) for drug, _ in pairs]
    kept: list[str] = []
    for name in named:
        if kept and sum(len(x) + 2 for x in kept) + len(name) > most:
            break
        kept.append(cut(name, most))
    left = len(named) - len(kept)
    return "; ".join(kept) + (f"; and {left} more in the case file" if left else "")


def _dosed(drug: drugs.Taken) -> str:
    dose = next((f" {getattr(drug, name):g} {unit}" for name, unit in DOSES if getattr(drug, name) is not None), "")
    often = f" {drug.per_day:g} a day" if drug.per_day else f" {drug.per_week:g} a week" if drug.per_week else ""
    return f"{plain(drug.name)}{dose}{often}"


def known(case: Case, most: int) -> Iterator[Item]:
    """What is known of the first few medicines."""
    entries = [entry for _, entry in drugs.taken(case) if entry is not None]
    for entry in entries[:most]:
        yield Item(f"{entry.label} ({entry.evidence})", plain(entry.says))


def cut(text: str, most: int, where: str = "more in the file") -> str:
    """Not longer than this, and it shows where the rest is."""
    return text if len(text) <= most else f"{text[: most - len(where) - 6].rstrip()} ... ({where})"
