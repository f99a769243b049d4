"""Controls: what can be changed in this patient's treatment, from what it is to what the unit has and limits allow."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np

from ..equipment import Unit
from ..fit import Twin
from ..levers import SHOULD
from ..machine.profiles import constant
from ..parameter import param, record
from . import besides, weeks
from .plan import BATH, PROFILE, Plan


@record
class Reach:
    """How far one change goes at a time."""

    target: float = param(
        "kg", 1.0, within=(0.5, 2.0), source="SoleusChoice", status="assumed",
        meaning="most that a target weight is raised within four weeks, in steps of half a kilogram",
    )  # fmt: skip
    step: float = param(
        "kg", 0.5, within=(0.2, 0.5), source="SoleusChoice", status="assumed",
        meaning="least step of a target weight",
    )  # fmt: skip
    salt: float = param(
        "1", 0.8, within=(0.7, 0.95), source="SoleusChoice", status="assumed",
        meaning="least share of the salt eaten now that somebody can be asked to keep to",
    )  # fmt: skip
    Na: float = param(
        "mmol/L", 2.0, within=(1.0, 4.0), source="SoleusChoice", status="assumed",
        meaning="most that bath sodium is moved at once",
    )  # fmt: skip
    HCO3: float = param(
        "mmol/L", 4.0, within=(2.0, 6.0), source="SoleusChoice", status="assumed",
        meaning="most that bath bicarbonate is moved at once",
    )  # fmt: skip


REACH = Reach()
FLAGS = ("falling", "tablets", "meal", "diuretic")  # of `Plan`: done or not


class Words(NamedTuple):
    """What is said of a change."""

    label: str
    evidence: str
    acts: str
    decides: str
    costs_more: str
    costs_less: str
    caveat: str
    measured: str
    sources: tuple[str, ...]
    check: tuple[str, ...]
    refuses: tuple[str, ...]


class Control(NamedTuple):
    """One thing that can be set."""

    id: str
    field: str  # of `Plan`
    was: float
    values: tuple[float, ...]  # other than `was`, as the unit has them and limits allow, in order
    unit: str
    digits: int
    case_field: str  # as `--set` names it; empty where nothing there says it
    factor: float = 1.0  # from inner units to those of the case file

    @property
    def words(self) -> Words:
        """What is said of it."""
        return words()[self.id]

    def set(self, plan: Plan, value: float) -> Plan:
        """The plan with this set."""
        changes: dict[str, Any] = {self.field: bool(value) if self.field in FLAGS else value}
        return plan._replace(**changes)

    def probes(self) -> tuple[float, ...]:
        """Where its slopes are taken: the farthest value on either side."""
        low, high = [v for v in self.values if v < self.was], [v for v in self.values if v > self.was]
        return (*low[:1], *high[-1:])


@lru_cache(maxsize=1)
def words() -> dict[str, Words]:
    """What is said of each change."""
    told = tomllib.loads(files("soleus.advice").joinpath("changes.toml").read_text("utf-8"))
    return {name: _words(entry) for name, entry in told.items()}


def _words(entry: dict[str, Any]) -> Words:
    told: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
    return Words(**told)


def of(twin: Twin, unit: Unit) -> tuple[Control, ...]:
    """Everything that could be changed for this patient in this unit; what has no other value is left out."""
    made = [*_weight(twin), *_times(twin, unit), *_bath(twin, unit), *_machine(twin, unit), *_besides(twin)]
    return tuple(c for c in made if c.values)


def target(twin: Twin) -> float:
    """The target weight now, kg."""
    asked = twin.case.patient.target_weight_kg
    return float(np.mean(twin.post_weight)) if asked is None else asked


def _weight(twin: Twin) -> Iterator[Control]:
    """Up to the patient's own dry weight, in steps; downwards is for `review`, as it brings cramps."""
    room = float(np.mean(twin.patient.fluid.dry_weight)) - target(twin)
    most = min(REACH.target, REACH.step * np.floor(max(room, 0.0) / REACH.step + 0.5))
    up = np.arange(REACH.step, most + 1e-9, REACH.step)
    yield Control("target_weight", "target", 0.0, tuple(map(float, up)), "kg", 1, "")
    less = np.arange(0.9, REACH.salt - 1e-9, -0.1)
    yield Control("fluid_gain", "salt", 1.0, tuple(sorted(float(round(x, 2)) for x in less)), "", 0, "")


def _times(twin: Twin, unit: Unit) -> Iterator[Control]:
    p, t = twin.prescription[0], unit.times
    most = min(60 * t.longest_hours, p.time + 60.0)
    longer = np.arange(p.time + t.step_minutes, most + 1e-6, t.step_minutes)
    yield Control("session_length", "time", p.time, tuple(map(float, longer)), "h", 2, "hours", 1 / 60)
    now = weeks.often(twin)
    more = tuple(float(x) for x in (now + 1,) if x <= t.sessions_most)
    yield Control("sessions", "often", now, more, "a week", 0, "")


def _bath(twin: Twin, unit: Unit) -> Iterator[Control]:
    p, b = twin.prescription[0], unit.baths
    if p.mode in ("UF", "HF", "HF-pre"):
        return
    limits = {
        "Na": ("dialysate_sodium", b.sodium, SHOULD.Na_low, SHOULD.Na_high, REACH.Na, 0, "sodium_mmol_l"),
        "K": ("dialysate_potassium", b.potassium, SHOULD.K_low, SHOULD.K_high, 1.0, 1, "potassium_mmol_l"),
        "Ca": ("dialysate_calcium", b.calcium, SHOULD.Ca_low, SHOULD.Ca_high, 0.5, 2, "calcium_mmol_l"),
        "Mg": ("dialysate_magnesium", b.magnesium, SHOULD.Mg_low, SHOULD.Mg_high, 0.5, 2, "magnesium_mmol_l"),
        "HCO3": ("dialysate_bicarbonate", b.bicarbonate, SHOULD.HCO3_low, SHOULD.HCO3_high, REACH.HCO3, 0,
                 "bicarbonate_mmol_l"),
        "temperature": ("temperature", b.temperature, SHOULD.T_low, 36.5, 1.0, 1, "temperature_c"),
    }  # fmt: skip
    for name in BATH[:-1]:
        id, there, low, high, reach, digits, field = limits[name]
        profile = getattr(p, PROFILE[name]) if name in PROFILE else None
        was = float(getattr(p.dialysate, name)) if profile is None else float(np.mean(profile.values))
        other = tuple(v for v in there if low <= v <= high and 1e-6 < abs(v - was) <= reach + 1e-6)
        yield Control(id, name, was, other, "degC" if name == "temperature" else "mmol/L", digits, field)
    if p.dialysate.citrate > 0 and b.citrate_free:
        yield Control("dialysate_citrate", "citrate", p.dialysate.citrate, (0.0,), "mmol/L", 1, "citrate_mmol_l")


def _machine(twin: Twin, unit: Unit) -> Iterator[Control]:
    p, m = twin.prescription[0], unit.machines
    most = SHOULD.Q_b_catheter if p.access.cardiopulmonary == 0 else SHOULD.Q_b
    flows = tuple(x / 1000 for x in m.blood_flow_ml_min if x / 1000 <= most and abs(x / 1000 - p.Q_b) <= 0.1 + 1e-6)
    flows = tuple(x for x in flows if abs(x - p.Q_b) > 0.01)
    yield Control("blood_flow", "Q_b", p.Q_b, flows, "mL/min", 0, "blood_flow_ml_min", 1000.0)
    plain = p.uf_profile == constant() and p.sodium_profile is None
    if m.profiles and plain and p.mode in ("HD", "HDF-post", "HDF-pre"):
        yield Control("profiles", "falling", 0.0, (1.0,), "", 0, "")
    if m.hdf and p.mode == "HD":
        yield Control("hdf", "hdf", 0.0, (m.substitution_ml_min / 1000,), "mL/min", 0, "substitution_ml_min", 1000.0)


def _besides(twin: Twin) -> Iterator[Control]:
    """What is swallowed around the session."""
    there = {
        "pressure_tablets": ("tablets", besides.before(twin)), "meal": ("meal", besides.eats(twin)),
        "loop_diuretic": ("diuretic", besides.may_need_diuretic(twin)),
    }  # fmt: skip
    for id, (field, found) in there.items():
        if found:
            yield Control(id, field, 0.0, (1.0,), "", 0, "")


def fields(twin: Twin, control: Control, value: float) -> dict[str, Any]:
    """The change as a case file says it; empty where no field says it."""
    if control.id == "hdf":
        return {"mode": "HDF-post", "substitution_ml_min": round(value * control.factor, 1)}
    if control.id == "target_weight":
        return {"target_weight_kg": round(target(twin) + value, 1)}
    if control.id == "sessions":
        return {"per_week": value}
    return {control.case_field: round(value * control.factor, 3)} if control.case_field else {}
