"""Usual: one week with the usual patient and every stage without dialysis, beside where real patients lie.

`studies/usual.toml` holds the ranges, each with its source, and the bounds beyond which nobody lives; `lived` holds
drawn people against those bounds over months.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np

from .. import ckd, cohort, schedule
from ..body import body
from ..body.body import Patient
from ..machine.dialysate import Dialysate
from ..prescription import Prescription
from ..schedule import FROM_MIDWEEK, Arrival

STAGES = (60.0, 45.0, 30.0, 20.0, 12.0, 8.0)  # mL/min, the columns of the table
GAP = 44.0  # h, before a midweek session
SEVEN, BATHS = 7.0, (2.0, 3.0)  # mmol/L, potassium of bath and blood together; baths in halves [GeneralKnowledge]
PER_KG, FLOWS = 4.5, (200.0, 300.0)  # mL/min, blood flow: small people are not drained at full speed [GeneralKnowledge]
AFTER_LONG_GAP = 2  # of the visits counted from midweek


class Row(NamedTuple):
    """A value where it was simulated, and the range that patients have there; `low` and `high` one a column."""

    group: str  # week or ckd
    what: str
    when: str  # pre or post, or empty
    columns: tuple[str, ...]
    simulated: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    source: str
    status: str
    note: str

    @property
    def inside(self) -> tuple[bool, ...]:
        """Whether each value lies in its range."""
        return tuple(a <= x <= b for a, x, b in zip(self.low, self.simulated, self.high, strict=True))


class Lived(NamedTuple):
    """Drawn people over some weeks: lowest and highest value of each before or after any session."""

    weeks: int
    lowest: dict[str, np.ndarray]  # [patient]
    highest: dict[str, np.ndarray]

    def left(self) -> dict[str, np.ndarray]:
        """Who left the bounds of which value."""
        out = {
            name: np.flatnonzero(~((self.lowest[name] >= low) & (self.highest[name] <= high)))
            for name, (low, high) in _table()["bounds"].items()
        }
        return {name: who for name, who in out.items() if who.size}


@cache
def _table() -> dict[str, Any]:
    with files("soleus.studies").joinpath("usual.toml").open("rb") as file:
        return tomllib.load(file)


def readings(patient: Patient, now: body.State) -> dict[str, Any]:
    """The values that the table speaks of; each [patient]."""
    seen = body.look(now, patient, body.rest(patient))
    dry = patient.fluid.dry_weight
    return {
        "gain": 100 * (seen.weight - dry) / dry,
        "sodium": seen.sodium.Na_p,
        "potassium": seen.potassium.K_p,
        "bicarbonate": seen.acid_base.hco3,
        "pH": seen.acid_base.pH,
        "carbon_dioxide": now.acid_base.pCO2,
        "ionized_calcium": seen.calcium.iCa,
        "calcium": seen.calcium.tCa,
        "magnesium": seen.magnesium.tMg,
        "phosphate": seen.phosphate.c_p,
        "PTH": seen.hormones.PTH,
        "calcitriol": now.hormones.D,
        "FGF23": now.hormones.FGF,
        "urea": seen.protein.f * seen.urea_e,
        "creatinine": seen.creatinine.c_p,
        "b2m": seen.b2m.c_1,
        "glucose": seen.glucose.g,
        "chloride": seen.chloride,
        "protein": seen.protein.c_pl,
        "hematocrit": seen.blood.hct,
        "systolic": seen.circulation.SBP,
        "diastolic": seen.circulation.DBP,
        "heart_rate": seen.circulation.HR,
        "core": now.heat.T_c,
        "plasma": now.fluid.V_pl / patient.fluid.V_pl,
        "cells": now.fluid.V_ic / patient.fluid.V_ic,
        "urine": 60 * 24 * seen.kidney.urine,
    }


def ordered(people: Patient) -> list[Prescription]:
    """The usual session of each: potassium of bath and blood make seven together, small people are pumped slower."""
    n = cohort.count(people)
    own, dry = (np.broadcast_to(x, (n,)) for x in (people.potassium.K_p, people.fluid.dry_weight))
    baths = np.clip(np.ceil(2 * (SEVEN - own)) / 2, *BATHS)
    flows = np.clip(PER_KG * dry, *FLOWS) / 1000
    return [Prescription(Q_b=float(Q), dialysate=Dialysate(K=float(K))) for Q, K in zip(flows, baths, strict=True)]


def usual_week(people: Patient, orders: Sequence[Prescription]) -> Arrival:
    """People at the midweek session of a week that repeats itself, treated three times a week to their dry weight."""
    patient, start = schedule.arrive(people, orders, GAP, people.fluid.dry_weight)
    return schedule.settled(patient, start, orders, patient.fluid.dry_weight)


def week() -> list[Row]:
    """The usual patient's week, before and after each of its three sessions, Monday first."""
    orders = [Prescription()]
    patient, start = usual_week(cohort.alike(Patient(), 1), orders)
    visits = list(schedule.weeks(patient, start, orders, patient.fluid.dry_weight, gaps=FROM_MIDWEEK))
    in_order = [visits[AFTER_LONG_GAP], *visits[:AFTER_LONG_GAP]]
    found = {
        "pre": [readings(patient, visit.arrived) for visit in in_order],
        "post": [readings(patient, visit.left) for visit in in_order],
    }
    columns = ("first", "midweek", "last")
    return [
        _row("week", entry, when, columns, [float(np.ravel(x[name])[0]) for x in found[when]], *_thrice(entry[when]))
        for when in ("pre", "post")
        for name, entry in _table()["week"].items()
        if when in entry
    ]


def stages() -> list[Row]:
    """The usual person without dialysis, at each filtration of the table."""
    patient, now = ckd.without_dialysis(cohort.alike(Patient(), len(STAGES)), np.array(STAGES))
    found = readings(patient, now)
    columns = tuple(f"GFR {gfr:g}" for gfr in STAGES)
    return [
        _row("ckd", entry, "", columns, np.broadcast_to(found[name], len(STAGES)), entry["low"], entry["high"])
        for name, entry in _table()["ckd"].items()
    ]


def lived(people: Patient, weeks: int) -> Lived:
    """People who live so many weeks, three sessions each, to their dry weight."""
    orders = ordered(people)
    patient, start = usual_week(people, orders)
    lowest: dict[str, np.ndarray] = {}
    highest: dict[str, np.ndarray] = {}
    for visit in schedule.weeks(patient, start, orders, patient.fluid.dry_weight, weeks, FROM_MIDWEEK):
        for now in (visit.arrived, visit.left):
            for name, x in readings(patient, now).items():
                lowest[name] = np.minimum(lowest.get(name, x), x)
                highest[name] = np.maximum(highest.get(name, x), x)
    return Lived(weeks, lowest, highest)


def _thrice(limits: list[float]) -> tuple[list[float], list[float]]:
    low, high = limits
    return [low] * 3, [high] * 3


def _row(group: str, entry: Any, when: str, columns: tuple[str, ...], simulated: Any, low: Any, high: Any) -> Row:
    simulated, low, high = (tuple(float(x) for x in each) for each in (simulated, low, high))
    told = entry["source"], entry["status"], entry["note"]
    return Row(group, entry["what"], when, columns, simulated, low, high, *told)


def page(rows: Sequence[Row]) -> str:
    """The rows as text, a block for each table and time; a value outside its range is marked."""
    lines: list[str] = []
    block: tuple[str, str] | None = None
    for row in rows:
        if (row.group, row.when) != block:
            block = row.group, row.when
            head = {"pre": "Before the session", "post": "After the session", "": "Without dialysis"}[row.when]
            lines += ["", f"{head:30}" + "".join(f"{column:>10} " for column in row.columns)]
        values = [f"{x:>10.4g}{' ' if ok else '*'}" for x, ok in zip(row.simulated, row.inside, strict=True)]
        spans = [f"{a:g}-{b:g}" for a, b in zip(row.low, row.high, strict=True)]
        once = len(set(spans)) == 1
        lines.append(f"{row.what:30}{''.join(values)} {f'{spans[0]}; ' if once else ''}{row.source}; {row.status}")
        if not once:
            lines.append(f"{'':30}" + "".join(f"{span:>10} " for span in spans))
    inside = sum(all(row.inside) for row in rows)
    return "\n".join(
        [*lines[1:], "", f"{inside} of {len(rows)} rows inside the range of patients; * marks a value outside"]
    )


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows for a program."""
    return [row._asdict() | {"inside": row.inside} for row in rows]
