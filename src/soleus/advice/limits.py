"""Limits: what no advice may break, for hardly any of the people who could be this patient.

A limit that the treatment breaks already may stay broken, but never further. Every limit is looked at in the sessions
that were lived, not in the forecast by which a plan was found. What is advised stays a step more inside
(`HARD.spare`), as the patient is not quite the twin; what stands nearer already may move by part of one (`HARD.near`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..levers import SHOULD
from ..parameter import param, record
from .option import Limit
from .weeks import Outcome


@record
class Hard:
    """Numbers beyond which nothing is advised."""

    ufr: float = param(
        "1", 13.0, within=(10.0, 13.0), source="Kramer2016 Movilli2007", status="seen",
        meaning="mL/kg/h of ultrafiltration never to exceed; mortality, not cramps",
    )  # fmt: skip
    hours: float = param(
        "min", 720.0, within=(540.0, 900.0), source="Ashby2019", status="seen",
        meaning="least treatment a week on three sessions with little residual function",
    )  # fmt: skip
    e_ktv: float = param(
        "1", 1.2, within=(1.0, 1.4), source="Ashby2019", status="seen",
        meaning="least equilibrated Kt/V of a session, three a week",
    )  # fmt: skip
    Na_change: float = param(
        "mmol/L", 5.0, within=(3.0, 6.0), source="GeneralKnowledge", status="recalled",
        meaning="most that plasma sodium may change in a session",
    )  # fmt: skip
    Mg_before: float = param(
        "mmol/L", 1.5, within=(1.2, 2.0), source="GeneralKnowledge", status="recalled",
        meaning="plasma magnesium not to be exceeded",
    )  # fmt: skip
    systolic: float = param(
        "mmHg", 170.0, within=(150.0, 180.0), source="SoleusChoice", status="assumed",
        meaning="systolic pressure before sessions that more fluid or sodium may not bring about",
    )  # fmt: skip
    hypotension: float = param(
        "1", 0.02, within=(0.0, 0.05), source="SoleusChoice", status="assumed",
        meaning="by how much the chance of a pressure fall, or of a cramp, may rise for less of the other",
    )  # fmt: skip
    sure: float = param(
        "1", 0.95, within=(0.8, 1.0), source="SoleusChoice", status="assumed",
        meaning="share of the people who could be this one that must keep a limit",
    )  # fmt: skip
    spare: float = param(
        "1", 1.0, within=(0.0, 3.0), source="SoleusChoice", status="assumed",
        meaning="steps that mean something by which what is advised stays inside a limit, as the twin errs too",
    )  # fmt: skip
    near: float = param(
        "1", 0.5, within=(0.0, 1.0), source="SoleusChoice", status="assumed",
        meaning="of such a step, how far what is nearer to a limit, or beyond it, may still move by what is advised",
    )  # fmt: skip


HARD = Hard()


class Rule(NamedTuple):
    """A limit of the sessions that are lived."""

    id: str
    text: str
    unit: str
    read: Callable[[Outcome], np.ndarray]  # [plan, draw]
    low: float  # -inf where there is none
    high: float
    told: float  # difference that means something
    strict: bool  # not even less than that may be given away
    sources: tuple[str, ...]


def _rule(id: str, text: str, unit: str, read: Any, low: float, high: float, told: float, *sources: str) -> Rule:
    return Rule(id, text, unit, read, low, high, told, id in STRICT, sources)


INF = float("inf")
STRICT = ("hours", "uf_rate")  # set by hand, to the minute
CHANCES = ("hypotension", "cramp")  # weighed by themselves; here they may only not rise
STEPS = 10.0  # beyond a limit that weigh; what is farther out weighs no more


def chance(hazard: np.ndarray) -> np.ndarray:
    """Of at least one."""
    return np.asarray(-np.expm1(-hazard))


def rules(often: float) -> tuple[Rule, ...]:
    """Everything that has a limit; the dose of a session binds where there are at most three a week."""
    few = often <= 3
    return (
        _rule("uf_rate", f"ultrafiltration at most {HARD.ufr:g} mL/kg/h", "mL/kg/h", lambda o: o.ufr,
              -INF, HARD.ufr, 0.1, "Kramer2016"),
        _rule("hours", f"at least {HARD.hours / 60:g} hours of treatment a week", "h", lambda o: o.hours,
              HARD.hours / 60 if few else -INF, INF, 0.25, "Ashby2019"),
        _rule("dose", f"equilibrated Kt/V of at least {HARD.e_ktv:g}", "", lambda o: o.e_ktv,
              HARD.e_ktv if few else -INF, INF, 0.02, "Ashby2019"),
        _rule("weekly_dose", f"standard Kt/V of at least {SHOULD.std_ktv:g} a week", "", lambda o: o.std_ktv,
              SHOULD.std_ktv, INF, 0.02, "Ashby2019"),
        _rule("sodium_change", f"plasma sodium changes by at most {HARD.Na_change:g} mmol/L in a session", "mmol/L",
              lambda o: o.sodium_change, -HARD.Na_change, HARD.Na_change, 0.1, "GeneralKnowledge"),
        _rule("potassium", f"potassium ends at {SHOULD.K_end_low:g} to {SHOULD.K_end_high:g} mmol/L", "mmol/L",
              lambda o: o.potassium, SHOULD.K_end_low, SHOULD.K_end_high, 0.05, "Ferrey2018"),
        _rule("potassium_before", f"potassium before sessions at most {SHOULD.K_high + 3:g} mmol/L", "mmol/L",
              lambda o: o.potassium_before, -INF, SHOULD.K_high + 3, 0.05, "GeneralKnowledge"),
        _rule("calcium", f"ionized calcium ends at {SHOULD.Ca_end_low:g} to {SHOULD.Ca_end_high:g} mmol/L", "mmol/L",
              lambda o: o.ionized_calcium, SHOULD.Ca_end_low, SHOULD.Ca_end_high, 0.01, "GeneralKnowledge"),
        _rule("magnesium", f"magnesium at most {HARD.Mg_before:g} mmol/L", "mmol/L", lambda o: o.magnesium,
              -INF, HARD.Mg_before, 0.02, "GeneralKnowledge"),
        _rule("bicarbonate", f"total carbon dioxide ends at {SHOULD.TCO2_end:g} mmol/L or less", "mmol/L",
              lambda o: o.TCO2, -INF, SHOULD.TCO2_end, 1.0, "Broseta2021"),
        _rule("bicarbonate_before", f"bicarbonate before sessions at least {SHOULD.hco3_low - 2:g} mmol/L", "mmol/L",
              lambda o: o.hco3_before, SHOULD.hco3_low - 2, INF, 0.5, "GeneralKnowledge"),
        _rule("pressure", f"systolic pressure before sessions at most {HARD.systolic:g} mmHg", "mmHg",
              lambda o: o.systolic_before, -INF, HARD.systolic, 1.0, "SoleusChoice"),
        _rule("hypotension", "the chance of a pressure fall hardly rises", "", lambda o: chance(o.hypotension),
              -INF, 0.0, HARD.hypotension, "SoleusChoice"),
        _rule("cramp", "the chance of a cramp hardly rises", "", lambda o: chance(o.cramp),
              -INF, 0.0, HARD.hypotension, "SoleusChoice"),
    )  # fmt: skip


def broken(now: Outcome, then: Outcome, often: float, advised: bool = False) -> list[list[Rule]]:
    """The rules that each plan would break; `now` holds one plan, the treatment as it is.

    Args:
        advised: keep away from limits as what is advised must; otherwise the limits themselves.
    """
    found: list[list[Rule]] = [[] for _ in range(then.cramp.shape[0])]
    for rule in rules(often):
        was, becomes = rule.read(now)[0], rule.read(then)
        spare, room = _steps(rule, advised)
        low, high = np.minimum(rule.low + spare, was - room), np.maximum(rule.high - spare, was + room)
        kept = np.mean((becomes >= low - 1e-9) & (becomes <= high + 1e-9), axis=1)
        mean, most = becomes.mean(axis=1), was.mean() if advised and rule.id == "cramp" else high.mean()
        inside = (mean >= low.mean() - 1e-9) & (mean <= most + 1e-9)
        for i in np.flatnonzero((kept < HARD.sure) | ~inside):
            found[i].append(rule)
    return found


def _steps(rule: Rule, advised: bool) -> tuple[float, float]:
    """How far to stay inside of a limit, and how far what is not may move."""
    if rule.strict:
        return 0.0, 0.0
    if not advised or rule.id in CHANCES:
        return 0.0, rule.told
    return HARD.spare * rule.told, HARD.near * rule.told


def beyond(outcome: Outcome, often: float) -> np.ndarray:
    """How many steps that mean something a plan lies beyond its limits, on average, in all; [plan]."""
    found = np.zeros(len(outcome.cramp))
    for rule in rules(often):
        if rule.id not in CHANCES:
            x = rule.read(outcome).mean(axis=1)
            found += np.clip(np.maximum(rule.low - x, x - rule.high) / rule.told, 0.0, STEPS)
    return found


def where(now: Outcome, bound: set[str], often: float) -> tuple[Limit, ...]:
    """Every limit, where this patient stands, and whether it held an option back."""
    found = []
    for rule in rules(often):
        x = rule.read(now)[0]
        scale, unit = (100.0, "%") if rule.id in CHANCES else (1.0, rule.unit)
        said = f"{scale * x.mean():.3g} {unit}".strip()
        found.append(Limit(rule.id, rule.text, said, rule.id in bound, rule.sources))
    return tuple(found)
