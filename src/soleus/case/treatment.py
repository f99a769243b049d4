"""One treatment as it went: weights, fluid, cuff readings, blood volume, complaints; in the clinic's units."""

from typing import Literal

from pydantic import Field

from .fields import Day, Sheet, number, words
from .given import Given, follows, volume
from .prescribed import Prescribed


class Pressure(Sheet):
    """One cuff reading."""

    minute: float = number("min", -1440, 2880, "minutes from the start of treatment", required=True)
    systolic_mmhg: float = number("mmHg", 1, 350, "systolic pressure", required=True)
    diastolic_mmhg: float | None = number("mmHg", 1, 250, "diastolic pressure")
    mean_mmhg: float | None = number("mmHg", 1, 300, "mean pressure as the cuff gave it")
    heart_rate_min: float | None = number("1/min", 20, 250, "heart rate")
    artefact: bool = Field(default=False, description="true when the reading is kept but not believed")
    artefact_reason: str | None = words("why it is not believed")


class BloodVolume(Sheet):
    """One point of the blood volume monitor."""

    minute: float = number("min", 0, 1440, "minutes from the start of treatment", required=True)
    rbv_pct: float = number("%", -50, 30, "change of blood volume since the start, negative for a fall", required=True)


Complaint = Literal[
    "cramp", "hypotension", "dizziness", "nausea", "vomiting", "headache", "chest pain", "back pain", "itching",
    "restless legs", "twitch", "tingling", "tiredness", "fainting", "other",
]  # fmt: skip


class Symptom(Sheet):
    """What the patient felt, and what was done."""

    minute: float = number("min", 0, 2880, "minutes from the start; may be after the end", required=True)
    what: Complaint = Field(description="the complaint")
    where: str | None = words("body part, for example left calf")
    severity: float | None = number("0-10", 0, 10, "severity, 10 the worst")
    action: str | None = words("what was done, for example saline 200 ml", 500)


class Session(Sheet):
    """One treatment as it went."""

    date: Day
    start: str | None = Field(default=None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="clock time, HH:MM")
    pre_weight_kg: float | None = number("kg", 25, 300, "weight before")
    post_weight_kg: float | None = number("kg", 25, 300, "weight after")
    uf_l: float | None = number("L", 0, 20, "all fluid the machine took off")
    given: list[Given] = Field(default=[], max_length=200, description="what was given during treatment")
    given_before: list[Given] = Field(default=[], max_length=200, description="what was taken since the last session")
    given_after: list[Given] = Field(default=[], max_length=200, description="what was taken after the end")
    drunk_l: float = number(
        "L", 0, 5, "fluid and food taken during the session; follows from given when left out", made=follows(mouth=True)
    )
    infused_l: float = number(
        "L", 0, 10, "fluid given into the blood, rinse-back included; follows from given when left out",
        made=follows(mouth=False),
    )  # fmt: skip
    weight_reason: str | None = words("why weights and UF do not agree, or why the weight rose", 500)
    hours: float | None = number("h", 0.25, 12, "time actually treated, when it differed from the prescription")
    prescription: Prescribed | None = Field(default=None, description="only what differed from the prescription")
    pressures: list[Pressure] = Field(default=[], max_length=1500, description="cuff readings during treatment")
    pressures_before: list[Pressure] = Field(default=[], max_length=500, description="readings before the start")
    pressures_after: list[Pressure] = Field(default=[], max_length=500, description="readings after the end")
    blood_volume: list[BloodVolume] = Field(default=[], max_length=1500, description="blood volume monitor")
    symptoms: list[Symptom] = Field(default=[], max_length=100, description="complaints; an empty list: none noted")
    assumed: list[str] = Field(default=[], max_length=30, description="names of fields that are assumed, not recorded")
    note: str | None = words("anything else", 2000)

    def length_min(self, usual: Prescribed) -> float | None:
        """Minutes treated: as noted for this day, else as prescribed; None when neither is known."""
        own = self.prescription.hours if self.prescription else None
        hours = self.hours or own or usual.hours
        return hours * 60 if hours else None

    @property
    def taken_off_l(self) -> float | None:
        """Fluid the machine took off, L: as noted, else what the two weights and what was given imply."""
        if self.uf_l is not None or self.pre_weight_kg is None or self.post_weight_kg is None:
            return self.uf_l
        implied = self.pre_weight_kg - self.post_weight_kg + self.drunk_l + self.infused_l
        return implied if implied >= 0 else None

    def unexplained_l(self, mouth: bool) -> float:
        """Fluid drunk, or infused, that no line of `given` names, L."""
        return max(0.0, (self.drunk_l if mouth else self.infused_l) - volume(self.given, mouth))

    @property
    def believed(self) -> list[Pressure]:
        """Cuff readings during treatment that are not marked as artefacts."""
        return [reading for reading in self.pressures if not reading.artefact]

    @property
    def cramps(self) -> list[Symptom]:
        """The cramps noted, during treatment or after it."""
        return [symptom for symptom in self.symptoms if symptom.what == "cramp"]

    @property
    def pressure_fell(self) -> bool:
        """Systolic below 90 mmHg, or hypotension noted, or a fall of 20 mmHg with a complaint."""
        systolic = [reading.systolic_mmhg for reading in self.believed]
        fall = systolic[0] - min(systolic) if systolic else 0.0
        noted = any(symptom.what in ("hypotension", "fainting") for symptom in self.symptoms)
        return noted or (bool(systolic) and min(systolic) < 90) or (fall >= 20 and bool(self.symptoms))
