"""Usual: the values of blood, hormones and nerve that are shown, and between what limits each usually lies.

`usual.csv` holds them with their source. A limit is a number, or the name of the one in `levers.SHOULD` that a bath is
aimed at; none stands where nothing is known to be too little or too much.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from importlib.resources import files
from typing import Any, NamedTuple

from .. import measures
from ..body.body import Patient, Seen
from ..levers import SHOULD
from ..session import Moment
from ..units import nmol_l

BLOOD, HORMONES, NERVE = "blood", "hormones", "nerve"  # groups, in the order in which they are shown
NG_PER_PG = 0.001


class Usual(NamedTuple):
    """Between what a value usually lies; None where nothing is known to be too little or too much."""

    low: float | None = None
    high: float | None = None


class Kind(NamedTuple):
    """One value: its name, how it is read off the twin, and what is usual before and after a session."""

    id: str
    group: str
    label: str
    unit: str
    digits: int
    read: Callable[[Moment, Patient], Any]  # [time, draw]
    before: Usual
    after: Usual
    source: str
    status: str
    meaning: str


def urea(seen: Seen) -> Any:
    """Urea of plasma, mmol/L."""
    return seen.protein.f * seen.urea_e


def osmolality(seen: Seen) -> Any:
    """Calculated osmolality of plasma, mosm/kg."""
    return measures.osmolality_mosm_kg(seen.sodium.Na_p, urea(seen), seen.glucose.g, seen.mannitol.c_w)


def anion_gap(seen: Seen) -> Any:
    """Sodium less chloride and bicarbonate, mmol/L; chloride is what makes plasma neutral."""
    return measures.anion_gap_mmol_l(seen.sodium.Na_p, seen.chloride, seen.acid_base.hco3)


READ: dict[str, Callable[[Moment, Patient], Any]] = {
    "potassium_mmol_l": lambda m, _: m.seen.potassium.K_p,
    "bicarbonate_mmol_l": lambda m, _: m.seen.acid_base.hco3,
    "ph": lambda m, _: m.seen.acid_base.pH,
    "ionized_calcium_mmol_l": lambda m, _: m.seen.calcium.iCa,
    "calcium_mmol_l": lambda m, _: m.seen.calcium.tCa,
    "magnesium_mmol_l": lambda m, _: m.seen.magnesium.tMg,
    "phosphate_mmol_l": lambda m, _: m.seen.phosphate.c_p,
    "sodium_mmol_l": lambda m, _: m.seen.sodium.Na_p,
    "urea_mmol_l": lambda m, _: urea(m.seen),
    "creatinine_umol_l": lambda m, _: 1000 * m.seen.creatinine.c_p,
    "glucose_mmol_l": lambda m, _: m.seen.glucose.g,
    "b2m_mg_l": lambda m, _: m.seen.b2m.c_1,
    "osmolality_mosm_kg": lambda m, _: osmolality(m.seen),
    "anion_gap_mmol_l": lambda m, _: anion_gap(m.seen),
    "pth_pg_ml": lambda m, _: m.seen.hormones.PTH,
    "vitamin_d_nmol_l": lambda m, p: 0 * m.seen.hormones.PTH + nmol_l(NG_PER_PG, "vitamin D") * p.hormones.D25,
    "calcitriol_pg_ml": lambda m, _: m.state.hormones.D,
    "fgf23_pg_ml": lambda m, _: m.state.hormones.FGF,
    "nerve_margin_mv": lambda m, _: m.nerves.terminal.margin,
    "motor_firing": lambda m, _: m.nerves.ectopic,
    "sensory_firing": lambda m, _: m.nerves.ectopic_usual,
}


def _limit(written: str) -> float | None:
    """A number, the named limit of a session, or nothing."""
    if not written:
        return None
    return float(getattr(SHOULD, written)) if written[0].isalpha() else float(written)


def _kinds() -> tuple[Kind, ...]:
    with files("soleus.report").joinpath("usual.csv").open(encoding="utf-8") as file:
        return tuple(
            Kind(
                row["id"], row["group"], row["label"], row["unit"], int(row["digits"]), READ[row["id"]],
                Usual(_limit(row["before_low"]), _limit(row["before_high"])),
                Usual(_limit(row["after_low"]), _limit(row["after_high"])), row["source"], row["status"],
                row["meaning"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


KINDS = _kinds()
