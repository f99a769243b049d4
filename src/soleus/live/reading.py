"""Reading: one line of a feed: what was read and what was done at a minute of the session, checked.

Names and units are those of the case file. A value that cannot be is left out and said, with the unit it seems to be
in; nothing is converted. All else of the line still counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, NamedTuple, get_args

from ..advice.rescue.now import URGENT
from ..case.given import KINDS as GIVEN
from ..case.treatment import Complaint
from ..errors import BadRecord
from ..parameter import param, record
from ..units import fahrenheit, kpa


def _read(unit: str, typical: float, low: float, high: float, meaning: str) -> Any:
    return param(unit, typical, within=(low, high), source="GeneralKnowledge", status="recalled", meaning=meaning)


@record
class Possible:
    """What can be read in a session: its range is what an instrument or a machine can show of a living person."""

    systolic_mmhg: float = _read("mmHg", 130.0, 40.0, 280.0, "systolic pressure")
    diastolic_mmhg: float = _read("mmHg", 70.0, 20.0, 180.0, "diastolic pressure")
    heart_rate_min: float = _read("1/min", 75.0, 20.0, 220.0, "heart rate")
    rbv_pct: float = _read("%", -8.0, -40.0, 6.0, "change of blood volume since the start, negative for a fall")
    uf_l: float = _read("L", 2.0, 0.0, 20.0, "ultrafiltrate so far")
    uf_rate_l_h: float = _read("1", 0.6, 0.0, 4.0, "ultrafiltration rate, L/h")
    bath_temperature_c: float = _read("degC", 36.5, 33.0, 40.0, "bath temperature")
    conductivity_ms_cm: float = _read("1", 14.0, 12.0, 16.0, "conductivity of the bath, mS/cm")
    blood_flow_ml_min: float = _read("mL/min", 300.0, 30.0, 600.0, "blood flow")


POSSIBLE = {field.name: field.metadata["param"] for field in fields(Possible)}
SLIPS: dict[str, tuple[str, Callable[[float], float]]] = {  # what a value beyond the range may be, and what that is
    "systolic_mmhg": ("in kPa", kpa),
    "diastolic_mmhg": ("in kPa", kpa),
    "rbv_pct": ("what is left, in %", lambda x: x - 100),
    "uf_l": ("in mL", lambda x: x / 1000),
    "uf_rate_l_h": ("in mL/h", lambda x: x / 1000),
    "bath_temperature_c": ("in degrees Fahrenheit", fahrenheit),
    "conductivity_ms_cm": ("mmol/L of sodium", lambda x: x / 10),
    "blood_flow_ml_min": ("in L/min", lambda x: x * 1000),
}
ACTS = {  # what is done at the machine or the chair, with the unit of its amount
    "uf rate": "L/h", "uf stopped": "", "bath temperature": "degC", "blood flow": "mL/min",
    "legs raised": "", "stretched": "", "cramp over": "", "treatment stopped": "",
}  # fmt: skip
LIMIT = {"uf rate": "uf_rate_l_h", "bath temperature": "bath_temperature_c", "blood flow": "blood_flow_ml_min"}
COMPLAINTS = tuple(dict.fromkeys([*get_args(Complaint), *URGENT]))
ALIASES = {"saline": "saline 0.9 %"}
WORDS = (*ACTS, *COMPLAINTS, *GIVEN, *ALIASES)
EVENT = ("event", "amount", "severity", "where")
NAMES = ("minute", *POSSIBLE, *EVENT)
SEVEREST = 10.0  # of a complaint, by the patient's own word


class Did(NamedTuple):
    """Something felt, given or done."""

    what: str  # of WORDS
    amount: float | None = None  # in the unit of its kind
    severity: float | None = None  # 0 to 10
    where: str = ""


class Reading(NamedTuple):
    """One line of a feed."""

    minute: float
    values: dict[str, float]  # by the names of `Possible`
    did: Did | None = None
    refused: tuple[str, ...] = ()  # what in the line could not be, and why


def reading(row: Mapping[str, Any]) -> Reading:
    """A line, from texts or numbers by name; empty values are nothing read.

    Raises:
        BadRecord: when the line has no minute.
    """
    told = {name: value for name, value in row.items() if name is not None and not _empty(value)}
    minute = _number(told.get("minute"))
    if minute is None:
        raise BadRecord(f"minute is {told.get('minute')!r}; a line of a feed needs its minute from the start.")
    refused: list[str] = [f"{name} is not a name of a feed: {_near(name)}" for name in told if name not in NAMES]
    values: dict[str, float] = {}
    for name in POSSIBLE:
        if name in told:
            number = _number(told[name])
            if wrong := _impossible(name, number, told[name]):
                refused.append(wrong)
            elif number is not None:
                values[name] = number
    did = None
    if "event" in told:
        did, unfit = _did(told)
        refused += unfit
    return Reading(minute, values, did, tuple(refused))


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _number(value: Any) -> float | None:
    """A finite number, or nothing."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) and not isinstance(value, bool) else None


def _near(name: str) -> str:
    close = get_close_matches(str(name), NAMES, n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else f"names are {', '.join(NAMES)}."


def _impossible(name: str, value: float | None, said: Any) -> str:
    """Why a value cannot be; empty when it can."""
    meta = POSSIBLE[name]
    low, high = meta.within
    if value is None:
        return f"{name} is {str(said)[:40]!r}, not a number. It is left out."
    if low <= value <= high:
        return ""
    slip = SLIPS.get(name)
    if slip and low <= slip[1](value) <= high:
        return f"{name} is {value:g}: is it {slip[0]}? That would be {slip[1](value):.3g}. Left out: set the feed."
    return f"{name} is {value:g}; {meta.meaning} lies between {low:g} and {high:g}. It is left out."


def _did(told: Mapping[str, Any]) -> tuple[Did | None, list[str]]:
    """What was done, and what in it could not be."""
    said = " ".join(str(told["event"]).split()).lower()
    what = ALIASES.get(said, said)
    if what not in WORDS:
        close = get_close_matches(what, WORDS, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]!r}?" if close else f"events are {', '.join(WORDS)}."
        return None, [f"event is {str(told['event'])[:40]!r}: {hint}"]
    amount, severity = _number(told.get("amount")), _number(told.get("severity"))
    wrong = list(_unfit(what, amount, told))
    if wrong:
        return None, wrong
    if severity is not None and not 0 <= severity <= SEVEREST:
        return Did(what, amount, None, str(told.get("where", ""))), [f"severity is {severity:g}; it runs from 0 to 10."]
    return Did(what, amount, severity, str(told.get("where", ""))[:80]), []


def _unfit(what: str, amount: float | None, told: Mapping[str, Any]) -> Iterator[str]:
    """Why an amount does not go with what was done."""
    if what in GIVEN:
        kind = GIVEN[what]
        unit = next(iter(kind.units)).removeprefix("amount_").replace("ml", "mL")
        if amount is None or not 0 < amount <= kind.most:
            yield f"amount of {what} is {told.get('amount')!r}; give it in {unit}, above 0 and at most {kind.most:g}."
    elif ACTS.get(what):
        if amount is None:
            yield f"amount of {what} is {told.get('amount')!r}; give it in {ACTS[what]}."
        elif wrong := _impossible(LIMIT[what], amount, amount):
            yield wrong
