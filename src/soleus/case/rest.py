"""What can still be read of a case file with unreadable parts, so that every other problem is found as well.

The stand-ins below let the checks run on; a case made with them is never handed to anybody.
"""

from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from .file import Place

FIRST_DAY = date(1, 1, 1)  # stands in for session dates that cannot be read; no message shows it
GIVEN = ("given", "given_before", "given_after")
READINGS = ("pressures", "pressures_before", "pressures_after", "blood_volume")


def rest(data: dict[str, Any], bad: list[Place]) -> dict[str, Any]:
    """The plain values without the bad places, required fields stood in for."""
    left = deepcopy(data)
    for place in bad:
        _take_out(left, place)
    patient = left["patient"] = _lines(left.get("patient"))
    patient.setdefault("sex", "F")
    patient.setdefault("age_y", 60.0)
    left.pop("diary", None)
    if "drugs" in left:
        left["drugs"] = [{"name": "unreadable"} | _lines(item) for item in left["drugs"]]
    if "episodes" in left:
        left["episodes"] = [_episode(_lines(item), i) for i, item in enumerate(left["episodes"])]
    if "labs" in left:
        left["labs"] = [{"date": FIRST_DAY, "when": "other"} | _lines(item) for item in left["labs"]]
    if "sessions" in left:
        left["sessions"] = [_session(_lines(item), i) for i, item in enumerate(left["sessions"])]
    return left


def _take_out(left: Any, place: Place) -> None:
    if not place:
        return
    for step in place[:-1]:
        try:
            left = left[step]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(left, dict):
        left.pop(place[-1], None)
    elif isinstance(left, list) and isinstance(place[-1], int) and place[-1] < len(left):
        left[place[-1]] = {}  # keeps its place, so that later items keep theirs


def _episode(episode: dict[str, Any], i: int) -> dict[str, Any]:
    episode.setdefault("date", FIRST_DAY + timedelta(days=i))
    return _happened(episode)


def _session(session: dict[str, Any], i: int) -> dict[str, Any]:
    session.setdefault("date", FIRST_DAY + timedelta(days=i))
    for name in READINGS:
        last = 0.0
        for reading in session.get(name, []):
            if name != "blood_volume" and "systolic_mmhg" not in reading:
                reading.update(systolic_mmhg=100.0, artefact=True)
            if name == "blood_volume":
                reading.setdefault("rbv_pct", 0.0)
            last = reading.setdefault("minute", last + 1e-6)
    return _happened(session)


def _happened(part: dict[str, Any]) -> dict[str, Any]:
    """What was given and felt, with a stand-in for a time or a kind that cannot be read."""
    for name in GIVEN:
        for each in part.get(name, []):
            each.setdefault("minute", 0.0)
            each.setdefault("what", "drink")
    for symptom in part.get("symptoms", []):
        symptom.setdefault("minute", 0.0)
        symptom.setdefault("what", "other")
    return part


def _lines(part: Any) -> dict[str, Any]:
    return part if isinstance(part, dict) else {}
