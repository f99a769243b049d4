"""The words of a study file: what can be measured and in which unit, the fields of an arm, and their limits.

The prose is in docs/use/study-file.md. `check` holds a file against this, `soleus.study` makes records of it.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple, TypeGuard

Needs = Literal["fluid", "symptoms", "chemistry", "hormones", "unknown"]
Time = tuple[str, Any]  # ("at_min", 60), ("at", "post"), ("after_min", 30 or (30, 60)), ("over", "session")
Limit = tuple[float, float]
Rule = Limit | frozenset[str] | type
Raw = Mapping[str, Any]

ANY: Limit = (-1e9, 1e9)


class Quantity(NamedTuple):
    """What a measured name stands for: its one unit, and the part of the twin that answers for it."""

    unit: str
    needs: Needs


_TABLE: tuple[tuple[Needs, str, str], ...] = (
    ("fluid", "mmol/L", "Na urea"),
    ("fluid", "g/L", "protein"),
    ("fluid", "mosmol/kg", "osmolality"),
    ("fluid", "mmHg", "SBP DBP MAP PP"),
    ("fluid", "1/min", "HR"),
    ("fluid", "L/min", "CO"),
    ("fluid", "mL", "stroke_volume"),
    ("fluid", "mmHg min/L", "TPR"),
    ("fluid", "degC", "core_temp"),
    ("fluid", "1", "haematocrit spKtV eKtV"),
    ("fluid", "%", "RBV_change_pct RBV_min_pct plasma_volume_change_pct IDWG_pct muscle_StO2 URR"),
    ("fluid", "%/h", "RBV_slope_pct_per_h"),
    ("fluid", "%/L", "RBV_change_pct_per_l"),
    ("fluid", "kg", "weight IDWG"),
    ("fluid", "L", "ECF_change ICF_change plasma_volume_change"),
    ("fluid", "mL/kg/h", "refill_rate"),
    ("symptoms", "%", "cramp_sessions_pct cramp_patients_pct symptomatic_sessions_pct IDH_sessions_pct"),
    ("chemistry", "mmol/L", "K Ca_total Ca_ionised Ca_ionised_pH74 Mg_total Mg_ionised phosphate HCO3 TCO2"),
    ("chemistry", "mmol/L", "creatinine glucose citrate acetate"),
    ("chemistry", "pH", "pH"),
    ("chemistry", "mmHg", "pCO2"),
    ("chemistry", "mg/L", "B2M"),
    ("chemistry", "g/L", "albumin"),
    ("hormones", "pg/mL", "PTH calcitriol FGF23 vitamin_D"),
    ("chemistry", "%", "phosphate_pct_of_pre"),
    ("chemistry", "mL/min", "phosphate_mobilisation_clearance"),
    ("chemistry", "L", "phosphate_central_volume"),
    ("chemistry", "mmol", "K_removed_from_ECF K_removed_from_ICF"),
)
VOCABULARY = {name: Quantity(unit, needs) for needs, unit, names in _TABLE for name in names.split()}
_DERIVED = (  # how a name may be built from another, and its unit (None: that of the other)
    (r"(\w+?)_(?:removed|gained)", "mmol"),
    (r"(\w+?)_clearance", "mL/min"),
    (r"rebound_(\w+)_pct", "%"),
    (r"(\w+?)_change_pct", "%"),
    (r"(\w+?)_change", None),
)
_BASES = VOCABULARY | dict.fromkeys(("Ca", "Mg"), Quantity("mmol/L", "chemistry"))
_AMOUNT = {"B2M": "mg", "albumin": "g", "protein": "g"}

PATIENT: dict[str, Rule] = {
    "weight_kg": (20, 200),
    "dry_weight_kg": (20, 200),
    "height_cm": (100, 220),
    "age_y": (1, 100),
    "vintage_y": (0, 50),
    "haematocrit": (0.15, 0.55),
    "albumin_g_l": (15, 60),
    "protein_g_l": (40, 100),
    "sex": frozenset({"M", "F", "mixed"}),
    "anuric": bool,
    "diabetic": bool,
}
SESSION: dict[str, Rule] = {
    "mode": frozenset({"HD", "HDF-post", "HDF-pre", "HF", "UF"}),
    "hours": (0.25, 12),
    "Qb_ml_min": (50, 600),
    "Qd_ml_min": (50, 1000),
    "Qsub_ml_min": (0, 500),
    "uf_l": (0, 8),
    "membrane_m2": (0.5, 3),
    "recirculation_pct": (0, 60),
    "flux": frozenset({"high", "low", "mco"}),
    "dialyzer": str,
    "access": str,
    "uf_profile": str,
    "na_profile": str,
}
SCHEDULE: dict[str, Rule] = {"per_week": (1, 7), "gap_h": (8, 200), "steady_state_weeks": (0, 520)}
DIALYSATE: dict[str, Rule] = {
    "Na": (110, 165),
    "K": (0, 5),
    "Ca": (0, 2.5),
    "Mg": (0, 2),
    "HCO3": (0, 45),
    "acetate": (0, 45),
    "citrate": (0, 3),
    "glucose": (0, 60),
    "temp_c": (33, 40),
}
STATUS = frozenset({"seen", "recalled", "secondary"})
SPREADS = frozenset({"sd", "sem", "ci95", "iqr", "unknown"})
ALWAYS = ("weight_kg", "haematocrit", "albumin_g_l", "mode", "hours", "Qb_ml_min", "uf_l", "membrane_m2", "flux")

# What a group of patients can have; outside it a figure is a slip of the pen or of the unit.
PLAUSIBLE: dict[str, Limit] = {
    "Na": (115, 165), "K": (2, 9), "Ca_total": (1.5, 3.5), "Ca_ionised": (0.7, 1.8), "Ca_ionised_pH74": (0.7, 1.8),
    "Mg_total": (0.3, 2), "Mg_ionised": (0.2, 1.2), "phosphate": (0.2, 4), "HCO3": (8, 40), "TCO2": (8, 42),
    "pH": (7.1, 7.7), "pCO2": (20, 60), "urea": (2, 60), "creatinine": (0.1, 2), "B2M": (1, 60), "albumin": (15, 60),
    "protein": (40, 100), "glucose": (2, 30), "citrate": (0.01, 2), "acetate": (0, 8), "PTH": (5, 3000),
    "SBP": (70, 230), "DBP": (30, 130), "MAP": (50, 160), "muscle_StO2": (20, 95), "spKtV": (0.5, 3), "eKtV": (0.5, 3),
    "URR": (30, 95), "IDWG": (0.1, 7), "K_removed": (10, 250), "urea_removed": (100, 1500), "Na_removed": (-300, 1000),
    "phosphate_removed": (2, 120), "Ca_gained": (-20, 20), "Ca_removed": (-30, 30), "refill_rate": (0, 20),
    "calcitriol": (1, 300), "FGF23": (5, 100000), "vitamin_D": (1000, 200000),
}  # fmt: skip


def quantity(name: str) -> Quantity | None:
    """Unit and need of a measured name, or None if it is outside the vocabulary."""
    if name in VOCABULARY:
        return VOCABULARY[name]
    for pattern, unit in _DERIVED:
        found = re.fullmatch(pattern, name)
        if found and found[1] in _BASES:
            base = _BASES[found[1]]
            unit = _AMOUNT.get(found[1], unit) if unit == "mmol" else unit
            return Quantity(unit or base.unit, base.needs)
    return None


def needs(name: str) -> Needs:
    """The part of the twin that must exist before this quantity can be run."""
    known = quantity(name)
    return known.needs if known else "unknown"


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """The nearest known name as a question, or where the names stand."""
    close = difflib.get_close_matches(str(name), list(known), 1)
    return f"did you mean {close[0]}?" if close else "the names are in docs/use/study-file.md"


def number(value: object) -> TypeGuard[float]:
    """Whether this is a finite number (YAML reads `1e-3` and `5 mL` as text, and yes as true)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= ANY[1]


def pair(value: object) -> TypeGuard[list[float]]:
    """Whether this is [low, high]."""
    return isinstance(value, list) and len(value) == 2 and all(map(number, value)) and value[0] <= value[1]


def time_of(row: Raw) -> Time | None:
    """When a figure was taken, or None if that is missing or impossible."""
    given = [k for k in ("at_min", "at", "after_min", "over") if k in row]
    if len(given) != 1:
        return None
    value = row[given[0]]
    allowed = {
        "at_min": number(value) and value > 0,
        "at": value in ("pre", "post"),
        "after_min": (number(value) and value > 0) or (pair(value) and value[0] >= 0),
        "over": value in ("session", "week"),
    }
    return (given[0], tuple(value) if isinstance(value, list) else value) if allowed[given[0]] else None
