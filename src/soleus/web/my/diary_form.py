"""Diary form: what the buttons of the diary mean in the words of a case file, and entries in words again."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from ...errors import BadRecord, OutOfRange, SoleusError
from ...records.store.diary import Entry, kind_of
from ..messages import urgent
from .plain_words import SEVERE

WHERE = (
    "left calf", "right calf", "both calves", "left foot", "right foot", "thigh", "hand", "belly",
)  # fmt: skip
UNWELL = {
    "dizziness": "Dizzy", "thirst": "Very thirsty", "swollen legs": "Swollen legs", "breathless": "Short of breath",
    "vomiting": "Vomiting", "diarrhea": "Diarrhea", "fever": "Fever", "heat": "A very hot day",
}  # fmt: skip
ALARMS = {
    "chest-pain": "Pain in the chest", "breath": "Cannot get my breath", "fainting": "Fainted, or nearly",
    "heart": "Heart races or stumbles", "access": "Access is bleeding", "weakness": "Suddenly very weak",
}  # fmt: skip
LABELS = {
    "weight_kg": "Your weight", "drinks_l": "What you drank that day", "salt": "Salt", "cramps": "The cramp",
    "restless_legs": "Restless legs", "unwell": "How you feel", "body_temperature_c": "Body temperature",
    "note": "What you wrote", "cramp": "The cramp", "date": "The day",
}  # fmt: skip
FIELD = re.compile(r"^\s*diary\[\d+\]\.(\w+)(?:\[\d+\])?(?:\.\w+)?")
LEGS = {"none": "Legs were quiet", "some": "Legs a little restless", "bad": "Legs very restless"}
MOST_ML = 3000.0  # mL of one drink; more is a slip
WORST = 10.0


def fields_of(entered: dict[str, Any]) -> Entry:
    """The fields of the case file that a form means.

    Raises:
        BadRecord, OutOfRange: for a field that is no number or an impossible one.
    """
    kind = str(entered.get("kind", ""))
    if kind not in KINDS:
        raise BadRecord("it was not said what to write down. Choose one of the buttons.")
    return KINDS[kind](entered)


def _number(entered: dict[str, Any], name: str, what: str, example: str) -> float | None:
    text = str(entered.get(name, "")).strip().replace(",", ".")
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        said = f"{what} is {text[:40]!r}, which is no number"
        raise BadRecord(f"{said}. Write it with digits, for example {example}.") from None


def _needed(value: float | None, what: str) -> float:
    if value is None:
        raise BadRecord(f"{what} is empty. Write it down, then keep it.")
    return value


def _weight(entered: dict[str, Any]) -> Entry:
    return {"weight_kg": _needed(_number(entered, "weight_kg", "weight", "64.5"), "weight")}


def _drinks(entered: dict[str, Any]) -> Entry:
    ml = _needed(_number(entered, "drink_ml", "the drink", "200"), "the drink")
    if not 0 < ml <= MOST_ML:
        raise OutOfRange(f"the drink is {ml:g} mL; one is 1 to {MOST_ML:.0f} mL. A glass is 200.")
    return {"drinks_l": round(ml / 1000, 4)}


def _salt(entered: dict[str, Any]) -> Entry:
    return {"salt": str(entered.get("salt", ""))}


def _cramp(entered: dict[str, Any]) -> Entry:
    if entered.get("cramp") == "none":
        return {"cramp": False}
    where = str(entered.get("other", "")).strip() or str(entered.get("where", "")).strip()
    severity = _needed(_number(entered, "severity", "how bad", "5"), "how bad it was")
    if not 0 <= severity <= WORST:
        raise OutOfRange(f"how bad it was is {severity:g}; it must be 0 to {WORST:.0f}, {WORST:.0f} the worst.")
    cramp = {"at": entered.get("at") or None, "where": where or None, "severity": severity}
    return {"cramp": True, "cramps": [{name: value for name, value in cramp.items() if value is not None}]}


def _legs(entered: dict[str, Any]) -> Entry:
    return {"restless_legs": str(entered.get("restless_legs", ""))}


def _feeling(entered: dict[str, Any]) -> Entry:
    alarms = [ALARMS[name] for name in entered.get("alarm", []) if name in ALARMS]
    unwell = [*entered.get("unwell", []), *(["breathless"] if "breath" in entered.get("alarm", []) else [])]
    note = "; ".join(x for x in (*alarms, str(entered.get("note", "")).strip()) if x)
    told = {
        "unwell": list(dict.fromkeys(unwell)) or None,
        "body_temperature_c": _number(entered, "body_temperature_c", "body temperature", "37.5"),
        "note": note or ("well" if entered.get("well") else None),
    }
    return {name: value for name, value in told.items() if value is not None}


KINDS = {
    "weight": _weight, "drinks": _drinks, "salt": _salt, "cramp": _cramp, "legs": _legs, "feeling": _feeling,
}  # fmt: skip


def plainly(error: SoleusError) -> list[str]:
    """Why an entry was refused, without the names that a case file has for things."""
    lines = [line for line in str(error).splitlines() if not re.fullmatch(r".*: \d+ problems?", line)]
    lines = [FIELD.sub(lambda found: LABELS.get(found[1], found[1]), line) for line in lines]
    return [re.sub(r"(target|dry)_weight_kg", r"your \1 weight", line) for line in lines]


def needs_help(entered: dict[str, Any]) -> list[str]:
    """Signs in a form that cannot wait: what was ticked, a very bad cramp, words of the note."""
    found = [name for name in entered.get("alarm", []) if name in ALARMS]
    if entered.get("kind") == "cramp" and entered.get("cramp") != "none":
        text = str(entered.get("severity", "")).strip().replace(",", ".")
        with suppress(ValueError):
            found += ["cramp"] if float(text) >= SEVERE else []
    found += ["breath"] if "breathless" in entered.get("unwell", []) else []
    return list(dict.fromkeys([*found, *urgent.signs(str(entered.get("note", "")), str(entered.get("other", "")))]))


def said(entry: Entry) -> str:
    """An entry in a few words."""
    kind = kind_of(entry)
    if kind == "weight":
        return f"Weight {entry['weight_kg']:g} kg"
    if kind == "drinks":
        return f"Drank {1000 * entry['drinks_l']:.0f} mL"
    if kind == "salt":
        return {"little": "Little salt", "usual": "Salt as usual", "much": "Salty food"}[entry["salt"]]
    if kind == "cramp":
        return "; ".join(_cramp_said(c) for c in entry.get("cramps", [])) or ("Cramp" if entry["cramp"] else "No cramp")
    if kind == "legs":
        return LEGS[entry["restless_legs"]]
    warm = entry.get("body_temperature_c")
    parts = [UNWELL.get(x, x) for x in entry.get("unwell", [])] + ([f"{warm:g} °C"] if warm is not None else [])
    air = entry.get("air_temperature_c")
    parts += [f"{air:g} °C outside"] if air is not None else []
    return ", ".join([*parts, *([entry["note"]] if entry.get("note") else [])])


def _cramp_said(cramp: Entry) -> str:
    bad = "" if cramp.get("severity") is None else f"{cramp['severity']:g} of 10"
    return ", ".join(x for x in ("Cramp", cramp.get("where") or "", bad) if x)
