"""Besides: what is swallowed around a session and can be moved: tablets for pressure, a meal, a diuretic.

    tablets     each that widens vessels and is taken before dialysis is taken after it instead
    meal        what was eaten during the session is eaten after it; food and drink stay the same
    diuretic    a loop diuretic for who still makes urine and takes none

Assumes     a tablet before the session acts throughout it; a usual dose.
Leaves out  what the same tablet does at night, and beta-blockers: these are not to be left out for a session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .. import drugs
from ..body import body
from ..fit import Twin
from ..parameter import get, param, put, record
from .plan import Plan


@record
class Besides:
    """How strongly these act."""

    tablet: float = param(
        "1", 0.1, within=(0.0, 0.2), source="GeneralKnowledge", status="assumed",
        meaning="rise of vascular conductance during a session by one vasodilating tablet before it",
    )  # fmt: skip
    tablets: float = param(
        "1", 2.0, within=(1.0, 3.0), source="SoleusChoice", status="assumed",
        meaning="tablets that count at most; what more would do is not known",
    )  # fmt: skip
    diuretic: float = param(
        "1", 0.4, within=(0.2, 1.0), source="SoleusChoice", status="assumed",
        meaning="effect of a usual dose of a loop diuretic on the tubule, taken for weeks",
    )  # fmt: skip
    urine: float = param(
        "mL/min", 0.139, within=(0.07, 0.35), source="SoleusChoice", status="assumed",
        meaning="urine from which a diuretic is worth trying: 200 mL a day",
    )  # fmt: skip


BESIDES = Besides()
MINUTES = 24 * 60.0  # a day
WIDENING = (
    "dihydropyridine", "nifedipine", "rate-slowing calcium-channel blocker", "vasodilator", "ACE inhibitor",
    "angiotensin receptor blocker",
)  # fmt: skip
LOOP = "loop diuretic"


def before(twin: Twin) -> tuple[str, ...]:
    """Vasodilating tablets that the case says are taken before dialysis, by name."""
    taken = drugs.taken(twin.case, twin.session.date)
    return tuple(
        drug.name
        for drug, entry in taken
        if entry and entry.group in WIDENING and getattr(drug, "before_dialysis", None)
    )


def eats(twin: Twin) -> bool:
    """Whether something was eaten during the session."""
    return any(each.what == "meal" for each in twin.session.given)


def may_need_diuretic(twin: Twin) -> bool:
    """Whether there is urine that a diuretic could raise, and none is taken."""
    urine = twin.case.patient.residual_urine_ml_day
    taken = {entry.group for _, entry in drugs.taken(twin.case, twin.session.date) if entry}
    return urine is not None and urine >= BESIDES.urine * MINUTES and LOOP not in taken


def people(twin: Twin, plans: Sequence[Plan], patient: body.Patient) -> body.Patient:
    """Everybody of every plan, [plan * draw], with what they swallow."""
    m, changes = len(twin.prescription), dict[str, Any]()
    if any(p.tablets for p in plans):
        less = BESIDES.tablet * min(len(before(twin)), BESIDES.tablets)
        changes["circulation.dilation"] = get(patient, "circulation.dilation") - less * _each(plans, "tablets", m)
    if any(p.diuretic for p in plans):
        given = _each(plans, "diuretic", m) > 0
        changes["kidney.e"] = np.where(given, BESIDES.diuretic, get(patient, "kidney.e"))
    return put(patient, changes) if changes else patient


def drip(plans: Sequence[Plan], infusion: body.Infused | None, m: int) -> body.Infused | None:
    """What is given in the session to come, [stretch, plan * draw], without the meal where it waits."""
    if infusion is None or not any(p.meal for p in plans):
        return infusion
    return replace(infusion, meals=np.asarray(infusion.meals) * (1 - _each(plans, "meal", m)))


def _each(plans: Sequence[Plan], name: str, m: int) -> np.ndarray:
    return np.repeat([float(getattr(p, name)) for p in plans], m)
