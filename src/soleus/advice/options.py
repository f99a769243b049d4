"""Options: plans that were lived through, put into words and numbers, the one to try first, first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from .. import drugs
from ..causes.answer import Interval
from ..fit import Twin
from . import burden, controls
from .controls import Control
from .limits import chance
from .option import Change, Effect, Effects, Option
from .plan import Plan
from .weeks import Outcome, often

GRADES = "ABCD"
PERCENT = 100.0


class Row(NamedTuple):
    """A number of an outcome, as it is shown."""

    id: str
    label: str
    unit: str
    digits: int
    better: int  # 1 more is better, -1 less is, 0 neither
    told: float  # difference that means something


DOSE = (
    Row("ktv", "Kt/V of a session", "", 2, 0, 0.05),
    Row("std_ktv", "Standard Kt/V of a week", "", 2, 1, 0.05),
    Row("ufr", "Ultrafiltration rate", "mL/kg/h", 1, -1, 0.3),
    Row("hours", "Treatment a week", "h", 1, -1, 0.1),
)
BALANCES = (
    Row("gain", "Gained between sessions", "kg", 1, -1, 0.1),
    Row("Na", "Sodium taken off a week", "mmol", 0, 0, 10.0),
    Row("K", "Potassium taken off a week", "mmol", 0, 0, 5.0),
    Row("Ca", "Calcium taken off a week", "mmol", 0, 0, 2.0),
    Row("Mg", "Magnesium taken off a week", "mmol", 0, 0, 1.0),
    Row("phosphate", "Phosphate taken off a week", "mmol", 0, 1, 2.0),
)
ENDS = (
    Row("potassium", "Potassium at the end", "mmol/L", 1, 0, 0.1),
    Row("ionized_calcium", "Ionized calcium at the end", "mmol/L", 2, 0, 0.02),
    Row("magnesium", "Magnesium at the end", "mmol/L", 2, 0, 0.02),
    Row("TCO2", "Total carbon dioxide at the end", "mmol/L", 1, 0, 0.3),
    Row("sodium", "Sodium at the end", "mmol/L", 0, 0, 0.5),
    Row("hco3_before", "Bicarbonate before sessions", "mmol/L", 1, 0, 0.3),
    Row("potassium_before", "Potassium before sessions", "mmol/L", 1, 0, 0.1),
    Row("systolic_before", "Systolic pressure before sessions", "mmHg", 0, 0, 2.0),
    Row("lowest_systolic", "Lowest systolic pressure", "mmHg", 0, 1, 2.0),
)
CRAMP = Row("cramp", "Cramp in a session", "%", 0, -1, 1.0)
CRAMP_WEEK = Row("cramp_week", "Cramps in a week", "", 1, -1, 0.05)
FALL = Row("hypotension", "Pressure fall in a session", "%", 0, -1, 1.0)


def effects(twin: Twin, now: Outcome, then: Outcome, i: int, plan: Plan) -> Effects:
    """What plan i does beside the treatment as it is."""

    def of(row: Row) -> Effect:
        return _effect(row, getattr(now, row.id)[0], getattr(then, row.id)[i])

    def risk(row: Row) -> Effect:
        return _effect(row, PERCENT * chance(getattr(now, row.id)[0]), PERCENT * chance(getattr(then, row.id)[i]))

    week = _effect(CRAMP_WEEK, often(twin) * now.cramp[0], (plan.often or often(twin)) * then.cramp[i])
    return Effects(risk(CRAMP), week, risk(FALL), *(tuple(map(of, rows)) for rows in (DOSE, BALANCES, ENDS)))


def _effect(row: Row, was: np.ndarray, becomes: np.ndarray) -> Effect:
    a, b = float(np.mean(was)), float(np.mean(becomes))
    low, high = (float(x) for x in np.percentile(becomes, (5, 95)))
    apart = row.better * (b - a)
    verdict = "same" if abs(b - a) < row.told or not row.better else "better" if apart > 0 else "worse"
    return Effect(row.id, row.label, row.unit, a, b, Interval(low, high), row.digits, verdict)


def option(twin: Twin, by_id: Mapping[str, Control], moved: Mapping[str, float], plan: Plan, done: Effects) -> Option:
    """A plan with all that has to be known before somebody decides."""
    parts = [(by_id[id], value) for id, value in moved.items()]
    said = [c.words for c, _ in parts]
    return Option(
        id="+".join(f"{c.id}={value:g}" for c, value in parts),
        label=", ".join([_imperative(twin, *parts[0]), *(_lower(_imperative(twin, *each)) for each in parts[1:])]),
        changes=tuple(change(twin, c, value) for c, value in parts),
        effects=done,
        costs=tuple(_costs(parts, done)),
        burden=burden.hours(twin, plan),
        acts_within="; ".join(dict.fromkeys(w.acts for w in said)),
        evidence=max((w.evidence for w in said), key=GRADES.index),
        caveats=tuple(dict.fromkeys(x for w in said for x in (w.measured, w.caveat) if x)),
        who_decides=_decides([w.decides for w in said]),
        contraindications=tuple(dict.fromkeys(x for c, value in parts for x in _against(twin, c, value))),
        sources=tuple(dict.fromkeys(key for w in said for key in w.sources)),
    )


def change(twin: Twin, control: Control, value: float) -> Change:
    """What would be done otherwise."""
    return Change(
        control.id,
        control.words.label,
        shown(twin, control, control.was),
        shown(twin, control, value),
        controls.fields(twin, control, value),
    )


EITHER = {  # done or not: as it was, and otherwise
    "profiles": ("both even", "both falling"), "pressure_tablets": ("before dialysis", "after dialysis"),
    "meal": ("in the session", "after the session"), "loop_diuretic": ("none", "a usual dose"),
}  # fmt: skip


def shown(twin: Twin, control: Control, value: float) -> str:
    """A value with its unit, as a clinic says it."""
    if control.id == "target_weight":
        return f"{controls.target(twin) + value:.1f} kg"
    if control.id == "fluid_gain":
        return "as now" if value == 1 else f"{100 * (1 - value):.0f} % less"
    if control.id in EITHER:
        return EITHER[control.id][bool(value)]
    if control.id == "hdf" and not value:
        return "none"
    return f"{value * control.factor:.{control.digits}f} {control.unit}".replace(".00 h", " h").strip()


def _imperative(twin: Twin, control: Control, value: float) -> str:
    to = shown(twin, control, value)
    up = value > control.was
    said = {
        "target_weight": f"Raise the target weight to {to}",
        "fluid_gain": f"Eat {to} salt",
        "session_length": f"Treat for {to}",
        "sessions": f"Treat {value:.0f} times a week",
        "temperature": f"{'Warm' if up else 'Cool'} the bath to {to}",
        "blood_flow": f"{'Raise' if up else 'Lower'} the blood flow to {to}",
        "profiles": "Let sodium and ultrafiltration fall together through the session",
        "pressure_tablets": "Take the tablets that widen vessels after dialysis instead of before it",
        "meal": "Eat after the session instead of in it",
        "loop_diuretic": "Begin a loop diuretic, as urine is left",
        "hdf": f"Haemodiafiltration with {to} after the filter",
        "dialysate_citrate": "Take a bath without citrate",
    }
    name = control.words.label.removeprefix("Dialysate ").lower()
    return said.get(control.id, f"{'Raise' if up else 'Lower'} {name} of the bath to {to}")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _costs(parts: list[tuple[Control, float]], done: Effects) -> Iterator[str]:
    """What it costs elsewhere: what everybody knows of the change, and what the twin found worse."""
    for control, value in parts:
        said = control.words.costs_more if value > control.was else control.words.costs_less
        if said:
            yield f"{control.words.label}: {said}"
    for effect in done.all[1:]:
        if effect.verdict == "worse":
            yield f"{effect.label}: {effect.was:.{effect.digits}f} to {effect.becomes:.{effect.digits}f} {effect.unit}"


def _decides(who: list[str]) -> str:
    """Everybody who must agree, once; who may decide instead of a nephrologist need not where one decides anyway."""
    named = dict.fromkeys(who)
    if "nephrologist" in named:
        named = {each: None for each in named if not each.endswith("or nephrologist")}
    return "; ".join(named)


WARY = {  # groups of medicines that a change must be thought over with
    "dialysate_potassium": ("digoxin", "potassium shifts change the effect of digoxin"),
    "dialysate_calcium": ("digoxin", "calcium shifts change the effect of digoxin"),
    "dialysate_magnesium": ("rate-slowing calcium-channel blocker", "both slow the heart"),
}


def _against(twin: Twin, control: Control, value: float) -> Iterator[str]:
    """What speaks against it in this case, or must be looked at first."""
    words, conditions = control.words, twin.case.patient.conditions
    if value > control.was or control.id in ("temperature", "dialysate_bicarbonate", "fluid_gain", "dialysate_citrate"):
        for named in conditions:
            if any(re.search(rf"\b{re.escape(word)}", named.lower()) for word in words.refuses):
                yield f"{named}: ask first whether it forbids this"
        yield from words.check
    group, why = WARY.get(control.id, ("", ""))
    for drug, entry in drugs.taken(twin.case, twin.session.date):
        if entry is not None and entry.group == group:
            yield f"{drug.name}: {why}"
