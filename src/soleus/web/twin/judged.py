"""Judged: a treatment that is suggested, in the session it was tried on and over weeks, held against every limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ... import report
from ...advice import limits, weeks
from ...advice.option import Effect
from ...advice.wish import NAMES, wishes
from ...fit import Twin

Told = dict[str, Any]
IN_SESSION = (
    "cramp_probability", "hypotension_probability", "lowest_systolic_mmhg", "uf_rate_ml_kg_h", "sodium_removed_mmol",
    "potassium_removed_mmol", "calcium_removed_mmol", "magnesium_removed_mmol", "phosphate_removed_mmol", "e_ktv",
)  # fmt: skip
PERCENT = ("cramp_probability", "hypotension_probability")
TAKEN = "_removed_mmol"


def judge(twin: Twin, changes: dict[str, float], say: Callable[[str], None]) -> Told:
    """What the twin expects, and the limits that would be broken, more than they are.

    Weeks are lived with what an order holds; fluid taken off follows from what is gained, so it counts in its session.
    """
    say("Treating the same session so")
    was = report.course_json(twin, {}, None)["measures"]
    now = report.course_json(report.rerun(twin, changes), changes, None)["measures"]
    rows = [_row(name, was[name], now[name]) for name in IN_SESSION if name in was and name in now]
    told: Told = {"session": rows, "weeks": [], "lived": 0.0, "breaks": [], "nearest": "", "once": []}
    if asked := {name: value for name, value in changes.items() if name in NAMES}:
        say("Living weeks with it")
        (wish,) = wishes(twin, [asked])
        effects = wish.effects
        told |= {
            "weeks": [_effect(e) for e in (effects.cramp, effects.hypotension, *effects.dose, *effects.balances)],
            "lived": weeks.WEEKS, "breaks": list(wish.breaks), "nearest": wish.nearest,
        }  # fmt: skip
    told["once"] = [name for name in changes if name not in NAMES]
    rate, before = now["uf_rate_ml_kg_h"]["mean"], was["uf_rate_ml_kg_h"]["mean"]
    rule = f"ultrafiltration at most {limits.HARD.ufr:g} mL/kg/h"
    if rate > max(limits.HARD.ufr, before) and rule not in told["breaks"]:
        told["breaks"].append(rule)
    return told


def _row(name: str, was: Told, now: Told) -> Told:
    times, unit = (100.0, "%") if name in PERCENT else (1.0, now["unit"] if now["unit"] != "1" else "")
    low, high = (times * x for x in now["interval"])
    digits = 0 if name in PERCENT or name == "lowest_systolic_mmhg" or name.endswith(TAKEN) else 1
    label = f"{now['label'].strip()} taken off" if name.endswith(TAKEN) else now["label"].strip()
    values = {"was": times * was["mean"], "becomes": times * now["mean"], "low": low, "high": high}
    return {"label": label, "unit": unit, "digits": digits if unit else 2, "verdict": "same"} | values


def _effect(e: Effect) -> Told:
    same = {"label": e.label, "unit": e.unit, "digits": e.digits, "verdict": e.verdict}
    return same | {"was": e.was, "becomes": e.becomes, "low": e.interval.low, "high": e.interval.high}
