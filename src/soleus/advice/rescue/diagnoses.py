"""Diagnoses: what the case file says of conditions and medicines that forbid an agent. None: it does not say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ... import drugs
from ...case import Case
from .doses import LIMITS

SUGAR_DRUGS = frozenset({
    "insulin", "gliclazide", "glimepiride", "glipizide", "glibenclamide", "repaglinide", "metformin", "sitagliptin",
    "linagliptin", "vildagliptin", "pioglitazone", "dapagliflozin", "empagliflozin", "semaglutide", "liraglutide",
    "dulaglutide",
})  # fmt: skip
DIABETES = r"diabet"
HEART_FAILURE = (
    r"(heart|cardiac) (failure|insufficiency)|cardiomyopath|reduced ejection|hf[rp]ef|\bchf\b|nyha|herzinsuffizienz"
    r"|herzschw|kardiomyopath|insuficiencia card|cardiomiopat|(pulmonary|lung) o?edema"
)
HYPERTENSION = r"(?<!portal )(?<!pulmonary )hypertens|high blood pressure|hypertonie|bluthochdruck|hipertens"
HEAD_BLEEDING = (
    r"(intracranial|cerebral|subdural|brain)\W+(\w+\W+)?(h.?emorrhag|h.?ematoma|bleed)|h.?emorrhagic stroke"
    r"|hirnblutung|hemorragia cerebral"
)
DENIED = re.compile(r"\b(no|not|without|never|kein\w*|ohne|sin)\b", re.I)


class Diagnoses(NamedTuple):
    """What decides on agents beside the session itself."""

    little_urine: bool | None  # so little that mannitol stays until a dialyzer takes it
    diabetes: bool | None
    heart_failure: bool | None
    hypertension: bool | None
    head_bleeding: bool | None
    digoxin: bool
    quinine: bool


def diagnoses(case: Case) -> Diagnoses:
    """What the file says of them."""
    who, taken = case.patient, [entry for _, entry in drugs.taken(case) if entry is not None]
    groups = {entry.group for entry in taken}
    told = told_of(who.conditions, DIABETES) or any(entry.id in SUGAR_DRUGS for entry in taken)
    return Diagnoses(
        little_urine=_little(who.residual_urine_ml_day, who.gfr_ml_min),
        diabetes=True if told else who.diabetes,
        heart_failure=told_of(who.conditions, HEART_FAILURE),
        hypertension=told_of(who.conditions, HYPERTENSION),
        head_bleeding=told_of(who.conditions, HEAD_BLEEDING),
        digoxin="digoxin" in groups,
        quinine="quinine" in groups,
    )


def told_of(conditions: Sequence[str], pattern: str) -> bool | None:
    """Whether a list of diagnoses holds one; None when there is no list."""
    if not conditions:
        return None
    return any(re.search(pattern, text, re.I) and not DENIED.search(text) for text in conditions)


def _little(urine_ml_day: float | None, gfr_ml_min: float | None) -> bool | None:
    if urine_ml_day is not None:
        return urine_ml_day < LIMITS.urine
    return None if gfr_ml_min is None else gfr_ml_min < LIMITS.gfr
