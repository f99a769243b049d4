"""Ending: the lines of a session that ran, as a session of the case file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from ...case.given import KINDS as GIVEN
from ...case.treatment import Complaint
from ...errors import BadRecord
from ...records.store.running import Line
from ...records.store.tables import Treatment

CUFF = ("minute", "systolic_mmhg", "diastolic_mmhg", "heart_rate_min")
NAMES = {"saline": "saline 0.9 %"}


def session_of(treatment: Treatment, lines: Sequence[tuple[int, Line]], post_weight_kg: float | None) -> dict[str, Any]:
    """The session as a case file writes it.

    Args:
        treatment: with what was known before.
        lines: number and line.
        post_weight_kg: kg, when it was weighed.
    """
    told = [line for _, line in sorted(lines, key=lambda pair: pair[1]["minute"])]
    made: dict[str, Any] = dict(treatment.ordered["session"]) | {"pressures": [], "symptoms": []}
    made["pressures"] = _once([{n: x[n] for n in CUFF if n in x} for x in told if "systolic_mmhg" in x])
    made["blood_volume"] = _once([{n: x[n] for n in ("minute", "rbv_pct")} for x in told if "rbv_pct" in x])
    taken = [line["uf_l"] for line in told if isinstance(line.get("uf_l"), float)]
    made |= {} if not taken else {"uf_l": max(taken)}
    made |= {} if post_weight_kg is None else {"post_weight_kg": post_weight_kg}
    noted = [line for line in told if "event" in line]
    made["symptoms"] = [_symptom(line) for line in noted if _what(line) in get_args(Complaint)]
    made["given"] = [_given(line) for line in noted if _what(line) in GIVEN and isinstance(line.get("amount"), float)]
    if other := [f"{_what(x)} at {x['minute']:g} min" for x in noted if _what(x) not in (*get_args(Complaint), *GIVEN)]:
        made["note"] = "; ".join(other)[:2000]
    return made


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row a minute, the last that came; none from before the start."""
    return list({row["minute"]: row for row in rows if row["minute"] >= 0}.values())


def _what(line: Line) -> str:
    said = " ".join(str(line["event"]).split()).lower()
    return NAMES.get(said, said)


def _symptom(line: Line) -> dict[str, Any]:
    told = {"minute": max(line["minute"], 0.0), "what": _what(line)}
    return told | {name: line[name] for name in ("where", "severity") if line.get(name) is not None}


def _given(line: Line) -> dict[str, Any]:
    unit = next(iter(GIVEN[_what(line)].units))
    return {"minute": line["minute"], "what": _what(line), unit: line["amount"]}


def joined(case: dict[str, Any], session: dict[str, Any]) -> dict[str, Any]:
    """The case with this session.

    Raises:
        BadRecord: when there is one on that day already.
    """
    others = case.get("sessions", [])
    if any(s["date"] == session["date"] for s in others):
        raise BadRecord(f"there is a session on {session['date']} already. End without keeping, or correct that one.")
    return case | {"sessions": sorted([*others, session], key=lambda s: str(s["date"]))}
