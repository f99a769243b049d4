"""Diary: weights at home and days of treatment that cannot be true, each with its remedy."""

from collections.abc import Iterator, Sequence

from .fields import DiaryDay, Patient, Schedule
from .file import Place, Problem
from .weights import FAR, POUND, reference


def impossible_diary(patient: Patient, diary: Sequence[DiaryDay]) -> Iterator[Problem]:
    """Weights at home in pounds, or far from what this person weighs; cramps of a day that says it had none."""
    for i, day in enumerate(diary):
        if day.cramps and not day.cramp:
            said = "false" if day.cramp is False else "missing"
            text = f"is {said} on {day.date}, which lists cramps. Write cramp: true, or take them out."
            yield Problem(("diary", i, "cramp"), text)
    known = reference(patient)
    if known is None:
        return
    name, kg = known
    for i, day in enumerate(diary):
        place: Place = ("diary", i, "weight_kg")
        if day.weight_kg is not None and (problem := far(day.weight_kg, name, kg)):
            yield Problem(place, f"is {day.weight_kg:g} kg on {day.date} while {name} is {kg:.4g} kg. {problem}")


def far(weight: float, name: str, kg: float) -> str:
    """What to do about a weight that this person cannot have; empty where it is possible."""
    ratio = weight / kg
    if 1.8 < ratio < 2.8:
        return f"Was it weighed in pounds? Then write {weight * POUND:.1f}."
    if not FAR[0] < ratio < FAR[1]:
        return f"Weigh again, and correct the wrong one of the two; if both are right, {name} is out of date."
    return ""


def impossible_weekdays(schedule: Schedule) -> Iterator[Problem]:
    """A day of treatment named twice, or days that are not as many as treatments a week."""
    place, days = ("schedule", "weekdays"), schedule.weekdays
    twice = sorted({day for day in days if days.count(day) > 1})
    if twice:
        yield Problem(place, f"has {', '.join(twice)} twice. Name each day once.")
    elif days and schedule.per_week is not None and abs(len(days) - schedule.per_week) >= 1:
        text = f"has {len(days)} days, but per_week is {schedule.per_week:g}. Correct one of them."
        yield Problem(place, text)
