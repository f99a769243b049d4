"""The lines of a case file: who is treated, medicines, diary; in the clinic's units.

The unit stands in the name of every field that has one. Nothing here converts or fills in.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Sheet(BaseModel):
    """Part of a case file: unknown lines and converted types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def number(unit: str, low: float, high: float, meaning: str, *, required: bool = False, made: Any = None) -> Any:
    """A number from `low` to `high` in `unit`; left out means not known, or `made` of the fields before it."""
    about: dict[str, Any] = {"ge": low, "le": high, "description": f"{meaning} ({unit})"}
    about["json_schema_extra"] = {"unit": unit}
    return Field(default_factory=made, **about) if made else Field(... if required else None, **about)


def words(meaning: str, most: int = 200) -> Any:
    """A line of text, optional."""
    return Field(default=None, max_length=most, description=meaning)


def read_date(value: Any) -> Any:
    """A date written year-month-day; anything else is refused with the reading or readings it could have."""
    if isinstance(value, date) or not isinstance(value, str):
        return value
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return date.fromisoformat(value)
    found = re.fullmatch(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})", value)
    if not found:
        raise ValueError("write dates as year-month-day, for example 2026-03-04")
    a, b, year = (int(x) for x in found.groups())
    readings = [f"{year}-{m:02}-{d:02}" for d, m in dict.fromkeys([(a, b), (b, a)]) if 1 <= m <= 12 and 1 <= d <= 31]
    if len(readings) == 2:
        raise ValueError(
            f"day and month cannot be told apart: it could be {readings[0]} or {readings[1]}; write the one you mean"
        )
    raise ValueError("write dates as year-month-day" + (f": {readings[0]}" if readings else ""))


Day = Annotated[date, BeforeValidator(read_date)]


class Patient(Sheet):
    """Who is treated, as far as the twin needs it."""

    name: str | None = words("a name or number of your own; leave it out of files you share")
    sex: Literal["F", "M"] = Field(description="F or M, for body water")
    age_y: float = number("years", 18, 110, "age", required=True)
    height_cm: float | None = number("cm", 100, 230, "height")
    weight_kg: float | None = number("kg", 25, 300, "a weight measured at another time; used when no other is known")
    target_weight_kg: float | None = number("kg", 25, 300, "the weight prescribed for the end of a session")
    target_weight_unknown_reason: str | None = words("why no target weight is known; required when there is none")
    dry_weight_kg: float | None = number("kg", 25, 300, "dry weight assessed otherwise, for example by bioimpedance")
    overhydration_l: float | None = number("L", -5, 20, "fluid overload before dialysis, by bioimpedance")
    weight_confirmed: bool = Field(default=False, description="true when an unusual weight was checked on the scale")
    diabetes: bool | None = Field(default=None, description="diabetes of any type")
    autonomic_neuropathy: bool | None = Field(default=None, description="known autonomic neuropathy")
    neuropathy: Literal["none", "mild", "moderate", "severe"] | None = Field(
        default=None, description="polyneuropathy of the limbs, as examined"
    )
    restless_legs: bool | None = Field(default=None, description="restless legs by the criteria, mimics excluded")
    vintage_y: float | None = number("years", 0, 60, "time on dialysis")
    residual_urine_ml_day: float | None = number("ml/day", 0, 4000, "urine volume")
    gfr_ml_min: float | None = number(
        "ml/min", 0, 150, "what the kidneys still filter: GFR, on dialysis the mean of urea and creatinine clearance"
    )
    access: Literal["fistula", "graft", "catheter"] | None = Field(default=None, description="vascular access")
    access_flow_ml_min: float | None = number("ml/min", 100, 5000, "measured flow of fistula or graft")
    conditions: list[str] = Field(default=[], max_length=50, description="other diagnoses that matter")


Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
Unwell = Literal["fever", "heat", "vomiting", "diarrhea", "breathless", "swollen legs", "dizziness", "thirst"]


class Schedule(Sheet):
    """How often treatment is given."""

    per_week: float | None = number("sessions/week", 0, 7, "sessions a week; 0 for a person not on dialysis")
    gap_h: float | None = number("h", 4, 200, "hours since the previous session ended")
    weekdays: list[Weekday] = Field(
        default=[], max_length=7, description="days of treatment, for example Mon, Wed, Fri"
    )


class Drug(Sheet):
    """One medicine."""

    name: str = Field(max_length=200, description="name of the drug")
    dose_mg: float | None = number("mg", 0, 100000, "single dose")
    dose_ug: float | None = number("ug", 0, 100000, "single dose, as of active vitamin D")
    dose_g: float | None = number("g", 0, 1000, "single dose, as of a resin")
    dose_iu: float | None = number("IU", 0, 1000000, "single dose in international units, as of vitamin D")
    per_day: float | None = number("1/day", 0.01, 24, "doses a day")
    per_week: float | None = number("1/week", 0.05, 100, "doses a week, for example at each session")
    before_dialysis: bool | None = Field(default=None, description="taken in the hours before a session")
    since: Day | None = Field(default=None, description="first day taken")
    until: Day | None = Field(default=None, description="last day taken")
    note: str | None = words("how often, when in relation to dialysis", 500)


class HomeCramp(Sheet):
    """One cramp at home."""

    at: str | None = Field(default=None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="clock time, HH:MM")
    where: str | None = words("body part, for example left calf")
    severity: float | None = number("0-10", 0, 10, "severity, 10 the worst")


class DiaryDay(Sheet):
    """One day at home."""

    date: Day
    weight_kg: float | None = number("kg", 25, 300, "weight at home, in the morning before breakfast")
    drinks_l: float | None = number("L", 0, 10, "fluid drunk, as far as it was noticed")
    salt: Literal["little", "usual", "much"] | None = Field(default=None, description="salt eaten")
    unwell: list[Unwell] = Field(default=[], max_length=8, description="how the day was; heat is a very hot day")
    body_temperature_c: float | None = number("degC", 33, 43, "body temperature, the highest of the day")
    air_temperature_c: float | None = number("degC", -40, 55, "warmest air of the day where the day was spent")
    cramp: bool | None = Field(default=None, description="a cramp that day or night")
    cramps: list[HomeCramp] = Field(default=[], max_length=30, description="the cramps, where there were some")
    restless_legs: Literal["none", "some", "bad"] | None = Field(
        default=None, description="an urge to move the legs, that evening or night"
    )
    note: str | None = words("anything else", 500)
