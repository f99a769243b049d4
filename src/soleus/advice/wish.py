"""Wish: what somebody asks for, lived through: whether it can be, which limit stops it, and the nearest that can.

Also what `compare` shows: any plan beside the treatment as it is, whether it keeps the limits or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, NamedTuple

import numpy as np

from ..errors import BadRecord, OutOfRange
from ..fit import Twin
from ..machine.dialysate import Dialysate
from . import controls, limits, options, weeks
from .option import Advice, Effects
from .plan import Plan

NAMES = {  # what may be asked for: field of the plan, factor to inner units, lowest, highest, unit
    "hours": ("time", 60.0, 1.0, 12.0, "h"),
    "per_week": ("often", 1.0, 1.0, 7.0, "sessions a week"),
    "target_weight_kg": ("target", 1.0, 25.0, 300.0, "kg"),
    "sodium_mmol_l": ("Na", 1.0, 120.0, 160.0, "mmol/L"),
    "potassium_mmol_l": ("K", 1.0, 0.5, 5.0, "mmol/L"),
    "calcium_mmol_l": ("Ca", 1.0, 0.5, 2.5, "mmol/L"),
    "magnesium_mmol_l": ("Mg", 1.0, 0.0, 1.5, "mmol/L"),
    "bicarbonate_mmol_l": ("HCO3", 1.0, 20.0, 45.0, "mmol/L"),
    "temperature_c": ("temperature", 1.0, 34.0, 39.0, "degC"),
    "citrate_mmol_l": ("citrate", 1.0, 0.0, 2.0, "mmol/L"),
    "blood_flow_ml_min": ("Q_b", 0.001, 50.0, 600.0, "mL/min"),
    "dialysate_flow_ml_min": ("Q_d", 0.001, 100.0, 1000.0, "mL/min"),
    "substitution_ml_min": ("hdf", 0.001, 20.0, 200.0, "mL/min"),
    "salt_pct": ("salt", 0.01, 30.0, 200.0, "% of now"),
}
STEPS = 9  # between the wish and the treatment as it is, among which the nearest that can be is sought


class Wish(NamedTuple):
    """Something asked for, after the weeks it was lived with."""

    asked: str
    plan: Plan
    effects: Effects
    breaks: tuple[str, ...]  # limits, in words
    nearest: str  # what could be, empty where the wish can
    nearest_effects: Effects | None


def plan_of(twin: Twin, asked: Mapping[str, Any]) -> Plan:
    """What is asked for, as a plan; names and units are the case file's, "dialysate." before them or not.

    Raises:
        BadRecord: for a name or a kind of value that is not understood, with what there is.
        OutOfRange: for a value no clinic gives.
    """
    found: dict[str, Any] = {}
    for said, value in asked.items():
        name = _name(said)
        field, factor, low, high, unit = NAMES[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadRecord(f"{said} is {value!r}, not a number. Give a plain number in {unit}, for example {low:g}.")
        if not low <= value <= high:
            raise OutOfRange(f"{said} is {value:g} {unit}; it lies between {low:g} and {high:g} {unit}.")
        found[field] = value * factor - (controls.target(twin) if field == "target" else 0.0)
    plan = Plan(**found)
    plan.ordered(twin.prescription[0]).checked()
    return plan


def _name(said: str) -> str:
    """The field that is meant; a short name will do where only one begins with it."""
    bare = said.removeprefix("dialysate.").removeprefix("patient.").removeprefix("schedule.")
    near = [name for name in NAMES if name == bare or name.startswith(f"{bare}_")]
    if len(near) != 1:
        raise BadRecord(f"{said} cannot be set here. Choose one of {', '.join(NAMES)}.")
    return near[0]


def wishes(twin: Twin, asked: Sequence[Mapping[str, Any]]) -> list[Wish]:
    """Each wish lived with, and the nearest plan that keeps every limit.

    Raises:
        BadRecord, OutOfRange: as `plan_of`.
    """
    plans = [plan_of(twin, each) for each in asked]
    ladders = [[_between(twin, plan, share) for share in np.linspace(1, 0, STEPS)[1:-1]] for plan in plans]
    every = [Plan(), *plans, *(step for ladder in ladders for step in ladder)]
    then = weeks.lived(twin, every)
    now = weeks.Outcome(*(x[:1] for x in then))
    breaks = limits.broken(now, then, weeks.often(twin))
    found = []
    for i, (plan, said) in enumerate(zip(plans, asked, strict=True)):
        first = 1 + len(plans) + i * (STEPS - 2)
        near = next((first + k for k in range(STEPS - 2) if not breaks[first + k]), None)
        stops = tuple(rule.text for rule in breaks[1 + i])
        effect = options.effects(twin, now, then, 1 + i, plan)
        if not stops:
            found.append(Wish(_said(said), plan, effect, (), "", None))
        elif near is None:
            found.append(Wish(_said(said), plan, effect, stops, "the treatment as it is", None))
        else:
            close = every[near]
            closest = options.effects(twin, now, then, near, close)
            found.append(Wish(_said(said), plan, effect, stops, words(twin, close, said), closest))
    return found


def _said(asked: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value:g}" for name, value in asked.items())


def _between(twin: Twin, plan: Plan, share: float) -> Plan:
    """Part of the way from the treatment as it is."""
    p = twin.prescription[0]
    was = {"time": p.time, "often": weeks.often(twin), "Q_b": p.Q_b, "Q_d": p.Q_d}
    was |= {"target": 0.0, "salt": 1.0, "hdf": 0.0}
    was |= {f.name: getattr(p.dialysate, f.name) for f in fields(Dialysate) if f.name in Plan._fields}
    moved: dict[str, Any] = {}
    for name, value in plan._asdict().items():
        if value == Plan._field_defaults[name]:
            continue
        between = was[name] + share * (value - was[name])
        moved[name] = float(np.round(between)) if name == "often" else value if name == "hdf" else between
    return Plan(**moved)


def words(twin: Twin, plan: Plan, asked: Mapping[str, Any]) -> str:
    """The same things as were asked for, with this plan's values."""
    said = []
    for each in asked:
        field, factor, *_ = NAMES[_name(each)]
        value = getattr(plan, field) + (controls.target(twin) if field == "target" else 0.0)
        said.append(f"{each}={float(value) / factor:.3g}")
    return ", ".join(said)


def fewest(advice: Advice, cramp: float) -> str:
    """What to say to a wished chance of a cramp (%) in a session.

    Raises:
        OutOfRange: for a chance that is none.
    """
    if not 0 <= cramp <= 100:
        raise OutOfRange(f"cramp is {cramp:g} %; a chance lies between 0 and 100 %.")
    best = min(advice.options, key=lambda o: o.effects.cramp.becomes, default=None)
    now = _now(advice)
    if now <= cramp:
        return f"{cramp:g} % of sessions with a cramp: it is {now:.0f} % now."
    bound = "; ".join(limit.rule for limit in advice.limits if limit.bound) or "what the unit has"
    if best is None:
        return f"{cramp:g} % of sessions with a cramp cannot be reached: nothing allowed lowers it. Limits: {bound}."
    low = best.effects.cramp.becomes
    if low <= cramp:
        return f"{cramp:g} % of sessions with a cramp can be reached: {best.label} ({low:.0f} %)."
    return (
        f"{cramp:g} % of sessions with a cramp cannot be reached. The fewest are {low:.0f} %: {best.label}. What stops"
        f" more: {bound}; and what is this person's own."
    )


def _now(advice: Advice) -> float:
    """Per cent of sessions with a cramp as it is."""
    return 100 * next(p.cramp for p in advice.front if not p.option)
