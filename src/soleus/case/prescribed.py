"""What the doctor ordered, in the clinic's units, and what stands in for the lines nobody wrote."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from .fields import Sheet, number, words

# What stands in for a prescription line the clinic did not give; every use is named in `Case.missing`.
USUAL: dict[str, Any] = {
    "mode": "HD",
    "blood_flow_ml_min": 300.0,
    "dialysate_flow_ml_min": 500.0,
    "substitution_ml_min": 0.0,
    "uf_profile": "constant",
}
USUAL_DIALYSATE: dict[str, Any] = {
    "sodium_mmol_l": 138.0,
    "potassium_mmol_l": 2.0,
    "calcium_mmol_l": 1.5,
    "magnesium_mmol_l": 0.5,
    "bicarbonate_mmol_l": 34.0,
    "bicarbonate_stated": "mixed",
    "acid_mmol_l": 3.0,
    "acetate_mmol_l": 3.0,
    "citrate_mmol_l": 0.0,
    "glucose_mmol_l": 5.5,
    "temperature_c": 36.5,
}


class Profile(Sheet):
    """A course over the treatment; exactly one of the three shapes. UF values are relative, the others absolute."""

    linear: list[float] | None = Field(default=None, min_length=2, max_length=2, description="value at start and end")
    steps: list[Annotated[list[float], Field(min_length=2, max_length=2)]] | None = Field(
        default=None, min_length=1, max_length=24, description="pairs of treatment fraction (0 to below 1) and value"
    )
    exponential: list[float] | None = Field(
        default=None, min_length=2, max_length=2, description="value at start and end, falling or rising ever slower"
    )

    @model_validator(mode="after")
    def _one_shape(self) -> "Profile":
        given = [name for name in ("linear", "steps", "exponential") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of linear, steps, exponential")
        times = [t for t, _ in self.steps or []]
        if times and (times[0] != 0 or times != sorted(set(times)) or times[-1] >= 1):
            raise ValueError("steps start at fraction 0 and rise, each below 1, for example [[0, 1.5], [0.5, 1.0]]")
        return self

    @property
    def shape(self) -> Literal["linear", "steps", "exponential"]:
        """Which of the three."""
        if self.linear is not None:
            return "linear"
        return "steps" if self.steps is not None else "exponential"

    @property
    def values(self) -> list[float]:
        """The values named, in order of time."""
        return self.linear or self.exponential or [value for _, value in self.steps or []]


Course = Annotated[
    Annotated[Literal["constant"], Tag("constant")] | Annotated[Profile, Tag("profile")],
    Discriminator(lambda value: "constant" if isinstance(value, str) else "profile"),
]


class Dialysate(Sheet):
    """The bath as prescribed."""

    sodium_mmol_l: float | None = number("mmol/L", 120, 160, "sodium")
    potassium_mmol_l: float | None = number("mmol/L", 0, 5, "potassium")
    calcium_mmol_l: float | None = number("mmol/L", 0, 2.25, "calcium")
    magnesium_mmol_l: float | None = number("mmol/L", 0, 1.5, "magnesium")
    bicarbonate_mmol_l: float | None = number("mmol/L", 15, 45, "bicarbonate")
    bicarbonate_stated: Literal["mixed", "before mixing"] | None = Field(
        default=None,
        description="mixed: bicarbonate as it reaches the patient, after the acid concentrate took its share; "
        "before mixing: as the bicarbonate concentrate brings it",
    )
    acid_mmol_l: float | None = number("mmol/L", 0, 12, "acid of the acid concentrate, each using up one bicarbonate")
    acetate_mmol_l: float | None = number("mmol/L", 0, 45, "acetate")
    citrate_mmol_l: float | None = number("mmol/L", 0, 3, "citrate")
    glucose_mmol_l: float | None = number("mmol/L", 0, 20, "glucose")
    temperature_c: float | None = number("degC", 33, 39, "temperature")


class Prescribed(Sheet):
    """What the doctor ordered; in a session, only what differed that day."""

    mode: Literal["HD", "HDF-post", "HDF-pre", "HF", "HF-pre", "UF"] | None = Field(
        default=None, description="kind of treatment; HF dilutes after the filter, HF-pre before it"
    )
    hours: float | None = number("h", 0.25, 12, "treatment time")
    blood_flow_ml_min: float | None = number("ml/min", 50, 600, "blood flow")
    dialysate_flow_ml_min: float | None = number("ml/min", 0, 1000, "dialysate flow")
    substitution_ml_min: float | None = number("ml/min", 0, 500, "substitution flow of HDF and HF")
    dialyzer: str | None = words("name on the dialyzer")
    koa_urea_ml_min: float | None = number("ml/min", 300, 2500, "KoA urea of the dialyzer, from its data sheet")
    uf_profile: Course | None = Field(default=None, description="UF rate over the treatment, relative to its mean")
    sodium_profile: Course | None = Field(default=None, description="bath sodium over the treatment, mmol/L")
    potassium_profile: Course | None = Field(default=None, description="bath potassium over the treatment, mmol/L")
    bicarbonate_profile: Course | None = Field(default=None, description="bath bicarbonate over the treatment, mmol/L")
    temperature_profile: Course | None = Field(default=None, description="bath temperature over the treatment, degC")
    dialysate: Dialysate | None = Field(default=None, description="the bath")
    sodium_offset_mmol_l: float | None = number("mmol/L", -6, 8, "bath sodium measured less prescribed, this centre")
    reason: str | None = words("why the order is unusual, for example a bath potassium below 2", 500)

    def changed_by(self, own: "Prescribed | None") -> "Prescribed":
        """This prescription with what another one says in its place."""
        if own is None:
            return self
        bath = _given(self.dialysate) | _given(own.dialysate)
        order = _given(self) | _given(own) | ({"dialysate": Dialysate(**bath)} if bath else {})
        if own.mode in ("HD", "UF") and own.substitution_ml_min is None:
            order["substitution_ml_min"] = 0.0
        return Prescribed.model_construct(**order)


def _given(part: Sheet | None) -> dict[str, Any]:
    """The fields somebody filled in."""
    return {} if part is None else {name: value for name, value in part if value is not None}
