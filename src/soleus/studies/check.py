"""What is wrong with a study file, each fault with its place, its value, the rule and the remedy."""

import math
import re
import reprlib
from collections.abc import Iterable, Mapping
from typing import Any

from . import effect
from .form import (
    ALWAYS,
    ANY,
    DIALYSATE,
    PATIENT,
    PLAUSIBLE,
    SCHEDULE,
    SESSION,
    SPREADS,
    STATUS,
    VOCABULARY,
    Raw,
    Rule,
    Time,
    did_you_mean,
    number,
    pair,
    quantity,
    time_of,
)


def problems(raw: object) -> list[str]:
    """Everything wrong with the content of a study file, a sentence each; an empty list when it can be used."""
    wrong: list[str] = []
    if not isinstance(raw, dict) or not raw:
        return ["it holds no fields; a study file begins with `key: author-year`"]
    _head(raw, wrong)
    arms = raw.get("arms")
    if not isinstance(arms, list) or not arms:
        wrong.append("arms is missing; give at least one arm, as `arms:` and `  - id: ...` below it")
        arms = []
    seen: dict[str, Raw] = {}
    for place, arm in enumerate(arms, 1):
        if not isinstance(arm, dict) or not isinstance(arm.get("id"), str):
            wrong.append(f"arm {place} has no id; write `- id: name-of-the-arm`")
            continue
        if arm["id"] in seen:
            wrong.append(f"arm {arm['id']} appears twice; give each arm its own id")
        seen[arm["id"]] = arm
        _arm(arm, raw.get("spread_is"), wrong)
    used = _contrasts(raw.get("contrasts"), seen, wrong) | _regressions(raw.get("regressions"), seen, wrong)
    used |= effect.faults(raw.get("effects"), seen, wrong)
    for name in seen:
        if not seen[name].get("measured") and name not in used:
            wrong.append(
                f"arm {name} carries nothing; give it figures under measured, or name it in a contrast or an effect"
            )
    return wrong


def _fields(where: str, given: Iterable[object], known: Iterable[str], wrong: list[str]) -> None:
    known = list(known)
    strange = [name for name in given if name not in known]
    wrong += [f"{where}: unknown field {reprlib.repr(name)}; {did_you_mean(name, known)}" for name in strange]


def _flaw(value: object, rule: Rule, ranges: bool) -> str:
    """What is wrong with one value; empty when nothing is."""
    shown = reprlib.repr(value)
    if rule is bool:
        return "" if isinstance(value, bool) else f"is {shown}; write true or false"
    if rule is str:
        return "" if isinstance(value, str) and value.strip() else f"is {shown}; write words, in quotes"
    if isinstance(rule, frozenset):
        return "" if isinstance(value, str) and value in rule else f"is {shown}; choose {', '.join(sorted(rule))}"
    assert isinstance(rule, tuple)
    numbers = [value] if number(value) else value if ranges and pair(value) else None
    if numbers is None:
        return f"is {shown}; write a plain number" + (" or [low, high]" if ranges else "")
    if not all(rule[0] <= x <= rule[1] for x in numbers):
        return f"is {shown}, outside {rule[0]:g} to {rule[1]:g}; check the number and its unit"
    return ""


def _values(where: str, given: Raw, rules: Mapping[str, Rule], ranges: bool, wrong: list[str]) -> None:
    _fields(where, given, rules, wrong)
    flaws = {name: _flaw(value, rules[name], ranges) for name, value in given.items() if name in rules}
    wrong += [f"{where}: {name} {flaw}" for name, flaw in flaws.items() if flaw]


def _mapping(where: str, value: object, wrong: list[str]) -> dict[str, Any]:
    if value is None or isinstance(value, dict):
        return dict(value or {})
    wrong.append(f"{where} is {reprlib.repr(value)}; write fields, as {{name: value}}")
    return {}


def _rows(where: str, value: object, wrong: list[str]) -> list[Raw]:
    if value is None or (isinstance(value, list) and all(isinstance(r, dict) for r in value)):
        return list(value or [])
    wrong.append(f"{where} is {reprlib.repr(value)}; write a list, one `- {{quantity: ...}}` to a line")
    return []


def _head(raw: Raw, wrong: list[str]) -> None:
    words: dict[str, Rule] = dict.fromkeys(("key", "title", "authors", "journal", "notes"), str)
    choices: dict[str, Rule] = {"status": STATUS, "grade": frozenset("ABC"), "spread_is": SPREADS}
    optional = {"doi": r"10\.\d{4,}/\S+", "pmid": r"\d{5,9}", "pmc": r"PMC\d+"}
    known = {*words, *choices, *optional, "year", "arms", "contrasts", "regressions", "effects"}
    _fields("the study", raw, known, wrong)
    for name, rule in (words | choices).items():
        flaw = _flaw(raw.get(name), rule, False) if name in raw else "is missing"
        if flaw:
            wrong.append(f"the study: {name} {flaw}")
    if raw.get("year") is not None and (type(raw["year"]) is not int or not 1950 <= raw["year"] <= 2100):
        wrong.append(f"the study: year is {reprlib.repr(raw['year'])}; write four digits, or null if not seen")
    for name, form in optional.items():
        if raw.get(name) is not None and not re.fullmatch(form, str(raw[name])):
            wrong.append(f"the study: {name} is {reprlib.repr(raw[name])}; leave it out if it was not seen")


def _arm(arm: Raw, spread_is: object, wrong: list[str]) -> None:
    where = f"arm {arm['id']}"
    parts = ("patient", "pre", "session", "schedule", "assumed")
    _fields(where, arm, {"id", "n", *parts, "measured"}, wrong)
    if arm.get("n") is not None and (type(arm["n"]) is not int or arm["n"] < 1):
        wrong.append(f"{where}: n is {reprlib.repr(arm['n'])}; write the number of patients, or null if not read")
    patient, pre, session, schedule, assumed = (_mapping(f"{where}, {p}", arm.get(p), wrong) for p in parts)
    bath, bath_assumed = (_mapping(f"{where}, dialysate", d.pop("dialysate", None), wrong) for d in (session, assumed))
    pre_assumed = _mapping(f"{where}, assumed pre", assumed.pop("pre", None), wrong)
    _values(f"{where}, patient", patient, PATIENT, True, wrong)
    _values(f"{where}, session", session, SESSION, True, wrong)
    _values(f"{where}, schedule", schedule, SCHEDULE, True, wrong)
    _values(f"{where}, assumed", assumed, PATIENT | SESSION | SCHEDULE, False, wrong)
    for name, ranges, given, starts in (("", True, bath, pre), ("assumed ", False, bath_assumed, pre_assumed)):
        _values(f"{where}, {name}dialysate", given, DIALYSATE, ranges, wrong)
        rules: dict[str, Rule] = {k: PLAUSIBLE.get(k, ANY) for k in (*VOCABULARY, *starts) if quantity(str(k))}
        _values(f"{where}, {name}pre", starts, rules, ranges, wrong)
    flat = {**patient, **session, **schedule}
    for reported, chosen in ((flat, assumed), (bath, bath_assumed), (pre, pre_assumed)):
        _overlap(where, reported, chosen, wrong)
    run, run_bath = {**assumed, **_single(flat)}, {**bath_assumed, **_single(bath)}
    _runnable(where, run, run_bath, wrong)
    _figures(where, arm, run, _single(pre), spread_is, wrong)


def _single(given: Raw) -> dict[str, Any]:
    return {k: v for k, v in given.items() if not isinstance(v, list)}


def _overlap(where: str, reported: Raw, assumed: Raw, wrong: list[str]) -> None:
    for name, value in reported.items():
        if isinstance(value, list) and name not in assumed:
            wrong.append(f"{where}: {name} is a range; put the one number to run under assumed")
        if not isinstance(value, list) and name in assumed:
            wrong.append(f"{where}: {name} is both reported and assumed; delete it under assumed")


def _runnable(where: str, run: Raw, bath: Raw, wrong: list[str]) -> None:
    mode = run.get("mode")
    wanted = [*ALWAYS]
    wanted += ["Qd_ml_min"] if mode in ("HD", "HDF-post", "HDF-pre") else []
    wanted += ["Qsub_ml_min"] if mode in ("HDF-post", "HDF-pre", "HF") else []
    missing = [k for k in wanted if k not in run]
    missing += [f"dialysate {k}" for k in DIALYSATE if k not in bath and mode != "UF"]
    if missing:
        wrong.append(f"{where} cannot be run without {', '.join(missing)}; add what was not reported under assumed")


def _named(row: Raw) -> str:
    name = row.get("quantity")
    return name if isinstance(name, str) else "no quantity"


def _when(where: str, row: Raw, wrong: list[str]) -> Time | None:
    time = time_of(row)
    if time is None:
        wrong.append(
            f"{where}: the time is missing, doubled or impossible; give one of `at_min: 60` (minutes from the start), "
            "`at: pre` or `post`, `after_min: 30` or `[30, 60]` (after the end), `over: session` or `week`"
        )
    return time


def _name_and_unit(where: str, row: Raw, relative: bool, wrong: list[str]) -> None:
    name, unit = row.get("quantity"), row.get("unit")
    if not isinstance(name, str):
        wrong.append(f"{where}: quantity is {reprlib.repr(name)}; name what was measured, such as SBP or K_removed")
    elif not isinstance(unit, str):
        wrong.append(f"{where}: unit is {reprlib.repr(unit)}; write the unit of the value")
    elif (known := quantity(name)) and unit != known.unit and not (relative and unit == "%"):
        wrong.append(f"{where}: unit of {name} is {reprlib.repr(unit)}; convert the figures and write {known.unit!r}")


def _figures(where: str, arm: Raw, run: Raw, pre: Raw, spread_is: object, wrong: list[str]) -> None:
    known = ("quantity", "at_min", "at", "after_min", "over", "value", "range", "spread", "spread_is", "unit")
    seen = set()
    for i, row in enumerate(_rows(f"{where}, measured", arm.get("measured"), wrong), 1):
        name = _named(row)
        here = f"{where}, figure {i} ({name})"
        _fields(here, row, (*known, "status", "derived"), wrong)
        _name_and_unit(here, row, False, wrong)
        time = _when(here, row, wrong)
        if time and (name, time) in seen:
            wrong.append(f"{here}: this quantity at this time is there twice; keep one")
        seen.add((name, time))
        _value(here, row, name, wrong)
        _spread(here, row, row.get("spread_is", spread_is), wrong)
        if row.get("status", "seen") not in STATUS or not isinstance(row.get("derived", False), bool):
            wrong.append(f"{here}: status is one of {', '.join(sorted(STATUS))}, derived is true or false")
        start = None if "steady_state_weeks" in run else pre.get(name)
        if time == ("at", "pre") and start is not None and row.get("value", start) != start:
            wrong.append(f"{here}: {row['value']} differs from {start} under pre; make both the printed figure")
        hours = run.get("hours", math.inf)
        if time and time[0] == "at_min" and number(hours) and time[1] > hours * 60:
            wrong.append(f"{here}: minute {time[1]:g} is past the end of {hours:g} h; use after_min, or correct hours")


def _value(here: str, row: Raw, name: str, wrong: list[str]) -> None:
    if ("value" in row) == ("range" in row):
        wrong.append(f"{here}: give value, or range where only a range is printed, and not both")
        return
    given = row.get("value", row.get("range"))
    if not (number(given) if "value" in row else pair(given)):
        wrong.append(f"{here}: {reprlib.repr(given)}; value is a plain number, range is [low, high]")
        return
    flaw = _flaw(given, PLAUSIBLE.get(name, ANY), True)
    if flaw:
        wrong.append(f"{here}: {'value' if 'value' in row else 'range'} {flaw}")


def _spread(here: str, row: Raw, kind: object, wrong: list[str]) -> None:
    if not isinstance(kind, str) or kind not in SPREADS:
        wrong.append(f"{here}: spread_is is {reprlib.repr(kind)}; choose {', '.join(sorted(SPREADS))}")
    elif "spread" in row:
        spread, value = row["spread"], row.get("value")
        if kind in ("iqr", "ci95"):
            around = pair(spread) and (not number(value) or spread[0] <= value <= spread[1])
            if not around:
                wrong.append(f"{here}: spread is {reprlib.repr(spread)}; for {kind} write [low, high] around the value")
        elif not number(spread) or spread <= 0:
            wrong.append(f"{here}: spread is {reprlib.repr(spread)}; for {kind} write one number above 0")


def _contrasts(given: object, arms: Mapping[str, Raw], wrong: list[str]) -> set[str]:
    used: set[str] = set()
    for i, row in enumerate(_rows("contrasts", given, wrong), 1):
        here = f"contrast {i} ({_named(row)})"
        known = ("quantity", "at_min", "at", "after_min", "over", "arms", "difference", "ci95", "unit")
        _fields(here, row, known, wrong)
        _name_and_unit(here, row, True, wrong)
        time, both, difference, ci95 = _when(here, row, wrong), row.get("arms"), row.get("difference"), row.get("ci95")
        if not (isinstance(both, list) and len(both) == 2 and both[0] != both[1] and all(a in [*arms] for a in both)):
            wrong.append(f"{here}: arms is {reprlib.repr(both)}; name two different arms of this study")
            continue
        used |= set(both)
        if not number(difference):
            wrong.append(f"{here}: difference is {reprlib.repr(difference)}; write second arm minus first")
            continue
        if ci95 is not None and not (pair(ci95) and ci95[0] <= difference <= ci95[1]):
            wrong.append(f"{here}: ci95 is {reprlib.repr(ci95)}; write [low, high] around the difference")
        if row.get("unit") == "%" and getattr(quantity(row.get("quantity", "")), "unit", "%") != "%":
            continue
        first, second = (_printed(arms[a], row.get("quantity"), time) for a in both)
        if first is not None and second is not None and not _agree(difference, second - first, first, second):
            wrong.append(
                f"{here}: difference {difference} is not {second} ({both[1]}) less {first} ({both[0]}); "
                "mind the order, second arm minus first"
            )
    return used


def _agree(printed: float, computed: float, *figures: float) -> bool:
    return abs(printed - computed) <= 0.006 * max(map(abs, figures)) + 1e-9  # papers round


def _printed(arm: Raw, name: object, time: Time | None) -> float | None:
    rows = arm.get("measured")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and row.get("quantity") == name and time_of(row) == time and number(row.get("value")):
            return float(row["value"])
    return None


def _regressions(given: object, arms: Raw, wrong: list[str]) -> set[str]:
    used: set[str] = set()
    for i, row in enumerate(_rows("regressions", given, wrong), 1):
        if row.get("arm") not in [*arms] or not isinstance(row.get("y"), str) or not isinstance(row.get("x"), str):
            wrong.append(f"regression {i}: give arm (one of this study), y and x")
        elif not number(row.get("slope", row.get("zero_at_x"))):
            wrong.append(f"regression {i}: give slope, or zero_at_x, as a plain number")
        else:
            used.add(row["arm"])
    return used
