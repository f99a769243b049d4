"""Unwell: when there is no limit to drinking, when the team must be called, and how much more a warm day takes."""

from datetime import date, timedelta

from ..case import Case, DiaryDay
from .amounts import AMOUNTS

SUSPENDS = {"fever": "fever", "heat": "great heat", "vomiting": "vomiting", "diarrhea": "diarrhea"}
URGENT = {
    "breathless": "short of breath: it can be fluid on the lungs",
    "swollen legs": "swollen legs: it can be too much fluid",
}
CALL = (
    "Drink when you are thirsty, and call your dialysis team today: they say how much, and whether treatment or "
    "tablets must change."
)

CALL_FIRST = (
    "Call before you drink more than a few sips: too little and too much water are both possible, and both harm."
)


def lines(case: Case, today: date) -> list[DiaryDay]:
    """What the diary says of today, or of yesterday where it says nothing of today."""
    for day in (today, today - timedelta(days=1)):
        if found := [line for line in case.diary if line.date == day]:
            return found
    return []


def suspended(case: Case, today: date) -> tuple[str, ...]:
    """Why there is no limit now."""
    found: list[str] = []
    for line in lines(case, today):
        found += [SUSPENDS[what] for what in line.unwell if what in SUSPENDS]
        if line.body_temperature_c is not None and line.body_temperature_c >= AMOUNTS.fever:
            found.append(f"fever ({line.body_temperature_c:.1f} degC)")
        if line.air_temperature_c is not None and line.air_temperature_c >= AMOUNTS.heat:
            found.append(f"great heat ({line.air_temperature_c:.0f} degC)")
    near = [s for s in case.sessions if timedelta() <= today - s.date <= timedelta(days=1)]
    found += ["vomiting" for s in near for symptom in s.symptoms if symptom.what == "vomiting"]
    words = list(dict.fromkeys(found))
    return tuple(w for w in words if not any(other != w and other.startswith(w) for other in words))


def urgent(case: Case, today: date) -> tuple[str, ...]:
    """What the diary says for which the team must be called now."""
    return tuple(dict.fromkeys(URGENT[what] for line in lines(case, today) for what in line.unwell if what in URGENT))


def warmth(case: Case, today: date) -> float:
    """How many times the usual leaves by skin and breath today."""
    factor = 1.0
    for line in (line for line in case.diary if line.date == today):
        if line.body_temperature_c is not None:
            factor += AMOUNTS.by_body * max(0.0, line.body_temperature_c - AMOUNTS.warm_body)
        if line.air_temperature_c is not None:
            factor += AMOUNTS.by_air * max(0.0, line.air_temperature_c - AMOUNTS.warm_air)
    return factor
