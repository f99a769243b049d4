"""Places: who is dialyzed there and how, and what of a person goes with what.

A place says how its people are spread; `Paths` says how far one trait pulls another along, in standard deviations, and
is the same everywhere. Nothing here changes a body's equations: a place only says who comes.
"""

from typing import Any

from ..parameter import param, record


@record
class Place:
    """The world's typical unit."""

    weight: Any = param(
        "kg", 72.5, within=(45.0, 95.0), source="GeneralKnowledge", status="recalled", meaning="dry weight, the middle",
    )  # fmt: skip
    weight_spread: Any = param(
        "1", 0.19, within=(0.1, 0.35), source="GeneralKnowledge", status="recalled",
        meaning="spread of the logarithm of dry weight",
    )  # fmt: skip
    female: Any = param(
        "1", 0.42, within=(0.3, 0.6), source="Alvarez2020", status="seen", meaning="share of women",
    )  # fmt: skip
    diabetes: Any = param(
        "1", 0.37, within=(0.2, 0.6), source="Alvarez2020", status="seen", meaning="share with diabetes",
    )  # fmt: skip
    age: Any = param(
        "1", 62.5, within=(50.0, 75.0), source="Alvarez2020", status="seen", meaning="years of age, the mean",
    )  # fmt: skip
    age_sd: Any = param(
        "1", 14.0, within=(8.0, 18.0), source="GeneralKnowledge", status="recalled", meaning="spread of years of age",
    )  # fmt: skip
    vintage: Any = param(
        "1", 2.7, within=(1.0, 8.0), source="GeneralKnowledge", status="recalled",
        meaning="years on dialysis, the middle",
    )  # fmt: skip
    vintage_spread: Any = param(
        "1", 0.9, within=(0.4, 1.4), source="GeneralKnowledge", status="recalled",
        meaning="spread of the logarithm of years on dialysis",
    )  # fmt: skip
    catheter: Any = param(
        "1", 0.2, within=(0.0, 0.8), source="GeneralKnowledge", status="recalled", meaning="share dialyzed by catheter",
    )  # fmt: skip
    anuric: Any = param(
        "1", 0.5, within=(0.2, 0.9), source="GeneralKnowledge", status="recalled",
        meaning="share without any filtration",
    )  # fmt: skip
    gfr: Any = param(
        "L/min", 0.0025, within=(0.0005, 0.006), source="ResidualGain", status="assumed",
        meaning="filtration of those who have some, the middle",
    )  # fmt: skip
    gfr_spread: Any = param(
        "1", 0.6, within=(0.2, 1.0), source="GeneralKnowledge", status="assumed", meaning="spread of its logarithm",
    )  # fmt: skip
    gain: Any = param(
        "1", 0.033, within=(0.01, 0.08), source="LongGapGain", status="recalled",
        meaning="weight gained in a gap of 44 h over the target weight, the middle: 2.4 kg in the usual patient",
    )  # fmt: skip
    gain_spread: Any = param(
        "1", 0.30, within=(0.1, 0.5), source="IndividualSodium", status="assumed", meaning="spread of its logarithm",
    )  # fmt: skip
    pressure: Any = param(
        "mmHg", 109.0, within=(80.0, 120.0), source="Hemo2002", status="seen",
        meaning="mean arterial pressure before a session, the mean of people: 153 over 82",
    )  # fmt: skip
    pressure_sd: Any = param(
        "mmHg", 12.0, within=(5.0, 16.0), source="Hemo2002", status="assumed", meaning="its spread between people",
    )  # fmt: skip
    pulse: Any = param(
        "mmHg", 71.0, within=(40.0, 95.0), source="Hemo2002", status="seen",
        meaning="pulse pressure before a session, the middle",
    )  # fmt: skip
    pulse_spread: Any = param(
        "1", 0.22, within=(0.1, 0.4), source="Hemo2002", status="assumed", meaning="spread of its logarithm",
    )  # fmt: skip
    dilation: Any = param(
        "1", -0.02, within=(-0.2, 0.2), source="PressureChange197", status="tuned",
        meaning="rise of vascular conductance by treatment, the mean; tuned to PressureChange197",
    )  # fmt: skip
    dilation_sd: Any = param(
        "1", 0.19, within=(0.02, 0.3), source="PressureChange197", status="tuned",
        meaning="its spread between people; tuned to PressureChange197",
    )  # fmt: skip
    lability: Any = param(
        "1", 0.7, within=(0.0, 1.0), source="Lin2019", status="tuned",
        meaning="spread of the logarithm of how far a person's pressure varies by day; tuned to HEMOBP's low readings",
    )  # fmt: skip
    autonomic: Any = param(
        "1", 0.72, within=(0.4, 1.0), source="BaroreflexTask2025", status="assumed",
        meaning="autonomic integrity, the mean of people",
    )  # fmt: skip
    autonomic_sd: Any = param(
        "1", 0.25, within=(0.1, 0.35), source="BaroreflexTask2025", status="assumed",
        meaning="its spread between people",
    )  # fmt: skip
    target: Any = param(
        "1", 0.0, within=(-0.03, 0.03), source="Keane2018", status="assumed",
        meaning="target weight above the physiological dry weight, relative, the mean",
    )  # fmt: skip
    target_sd: Any = param(
        "1", 0.0214, within=(0.01, 0.05), source="Keane2018", status="assumed", meaning="its spread between people",
    )  # fmt: skip
    short: Any = param(
        "1", 0.3, within=(0.0, 0.6), source="GeneralKnowledge", status="recalled", meaning="share treated for 3.5 h",
    )  # fmt: skip
    long: Any = param(
        "1", 0.15, within=(0.0, 0.6), source="GeneralKnowledge", status="recalled", meaning="share treated for 4.5 h",
    )  # fmt: skip
    flow: Any = param(
        "L/min", 0.33, within=(0.2, 0.45), source="GeneralKnowledge", status="recalled",
        meaning="most blood flow that is prescribed; small people are not drained at full speed",
    )  # fmt: skip
    flow_by_weight: Any = param(
        "L/min/kg", 0.0045, within=(0.003, 0.006), source="GeneralKnowledge", status="recalled",
        meaning="blood flow prescribed per kg, up to the most",
    )  # fmt: skip


@record
class Hemobp(Place):
    """One center in Taiwan, of which 161,373 sessions were published."""

    weight: Any = param(
        "kg", 56.2, within=(45.0, 95.0), source="Lin2019", status="seen", meaning="dry weight, the middle",
    )  # fmt: skip
    weight_spread: Any = param(
        "1", 0.214, within=(0.1, 0.35), source="Lin2019", status="seen",
        meaning="spread of the logarithm of dry weight, from its percentiles",
    )  # fmt: skip
    female: Any = param("1", 0.52, within=(0.3, 0.6), source="Lin2019", status="seen", meaning="share of women")
    diabetes: Any = param("1", 0.447, within=(0.2, 0.6), source="Lin2019", status="seen", meaning="share with diabetes")
    catheter: Any = param(
        "1", 0.1, within=(0.0, 0.8), source="GeneralKnowledge", status="assumed", meaning="share dialyzed by catheter",
    )  # fmt: skip
    anuric: Any = param(
        "1", 0.7, within=(0.2, 0.9), source="SoleusChoice", status="assumed", meaning="share without any filtration",
    )  # fmt: skip
    gain: Any = param(
        "1", 0.0325, within=(0.01, 0.08), source="Lin2019", status="tuned",
        meaning="weight gained in a gap of 44 h over the target weight, the middle; tuned to HEMOBP's fluid removal",
    )  # fmt: skip
    gain_spread: Any = param(
        "1", 0.27, within=(0.1, 0.5), source="Lin2019", status="tuned",
        meaning="spread of its logarithm; tuned to HEMOBP's fluid removal",
    )  # fmt: skip
    pressure: Any = param(
        "mmHg", 101.0, within=(80.0, 115.0), source="Lin2019", status="tuned",
        meaning="mean arterial pressure before a session, the mean of people; tuned to HEMOBP's pressures",
    )  # fmt: skip
    pressure_sd: Any = param(
        "mmHg", 11.5, within=(5.0, 16.0), source="Lin2019", status="tuned",
        meaning="its spread between people; tuned to HEMOBP's pressures",
    )  # fmt: skip
    pulse: Any = param(
        "mmHg", 78.0, within=(40.0, 95.0), source="Lin2019", status="tuned",
        meaning="pulse pressure before a session, the middle; tuned to HEMOBP's pressures",
    )  # fmt: skip
    pulse_spread: Any = param(
        "1", 0.15, within=(0.1, 0.4), source="Lin2019", status="tuned",
        meaning="spread of its logarithm; tuned to HEMOBP's pressures",
    )  # fmt: skip
    dilation: Any = param(
        "1", -0.085, within=(-0.2, 0.2), source="Lin2019", status="tuned",
        meaning="rise of vascular conductance by treatment, the mean; tuned to HEMOBP's falls of 20 mmHg",
    )  # fmt: skip
    dilation_sd: Any = param(
        "1", 0.06, within=(0.02, 0.3), source="Lin2019", status="tuned",
        meaning="its spread between people; tuned to HEMOBP's falls of 20 mmHg",
    )  # fmt: skip
    short: Any = param(
        "1", 0.0, within=(0.0, 0.6), source="Lin2019", status="seen", meaning="share treated for 3.5 h",
    )  # fmt: skip
    long: Any = param(
        "1", 0.0, within=(0.0, 0.6), source="Lin2019", status="seen", meaning="share treated for 4.5 h",
    )  # fmt: skip


def _path(value: float, low: float, high: float, source: str, meaning: str) -> Any:
    """How far one trait pulls another, in standard deviations of both, the other traits being equal."""
    return param("1", value, within=(low, high), source=source, status="assumed", meaning=meaning)


@record
class Paths:
    """X_by_Y: how far trait Y pulls trait X along; the order of `TRAITS` is that in which they are drawn."""

    vintage_by_diabetes: Any = _path(-0.15, -0.4, 0.1, "GeneralKnowledge", "people with diabetes live fewer years")
    weight_by_female: Any = _path(-0.30, -0.5, 0.0, "GeneralKnowledge", "women are lighter")
    weight_by_age: Any = _path(-0.10, -0.3, 0.1, "GeneralKnowledge", "the old are lighter")
    weight_by_diabetes: Any = _path(0.15, 0.0, 0.3, "GeneralKnowledge", "people with diabetes are heavier")
    diabetes_by_age: Any = _path(0.15, 0.0, 0.4, "GeneralKnowledge", "diabetes comes with age")
    filtration_by_vintage: Any = _path(
        -0.50, -0.8, 0.0, "ResidualGain", "what is left of the kidney is lost with years"
    )
    autonomic_by_diabetes: Any = _path(-0.35, -0.6, 0.0, "BaroreflexTask2025", "diabetes damages autonomic nerves")
    autonomic_by_age: Any = _path(-0.25, -0.5, 0.0, "GeneralKnowledge", "reflexes weaken with age")
    autonomic_by_vintage: Any = _path(-0.10, -0.4, 0.1, "GeneralKnowledge", "and with years of uremia")
    pressure_by_female: Any = _path(-0.15, -0.4, 0.1, "GeneralKnowledge", "women have lower pressures")
    pressure_by_vintage: Any = _path(-0.20, -0.4, 0.1, "GeneralKnowledge", "years on dialysis lower the pressure")
    pressure_by_age: Any = _path(-0.10, -0.3, 0.2, "GeneralKnowledge", "mean pressure falls in the old")
    pulse_by_age: Any = _path(0.30, 0.0, 0.6, "GeneralKnowledge", "stiff arteries widen the pulse pressure")
    pulse_by_diabetes: Any = _path(0.20, 0.0, 0.5, "GeneralKnowledge", "diabetes stiffens arteries")
    pulse_by_pressure: Any = _path(0.40, 0.0, 0.7, "GeneralKnowledge", "a high mean pressure widens it too")
    gain_by_weight: Any = _path(-0.25, -0.5, 0.2, "Lin2019", "per kg, light people gain more")
    gain_by_diabetes: Any = _path(0.10, -0.1, 0.4, "DiabeticGain", "people with diabetes gain more")
    gain_by_age: Any = _path(-0.20, -0.5, 0.1, "GeneralKnowledge", "the old gain less")
    gain_by_filtration: Any = _path(-0.20, -0.5, 0.1, "ResidualGain", "who passes urine gains less")
    gain_by_pressure: Any = _path(0.0, -0.3, 0.5, "SoleusChoice", "pressure and gain: no claim")
    dilation_by_diabetes: Any = _path(0.15, -0.2, 0.5, "Lin2019", "pressure falls more often in diabetes")
    dilation_by_gain: Any = _path(-0.40, -0.6, 0.3, "Lin2019", "who falls is told to drink less")
    lability_by_autonomic: Any = _path(-0.20, -0.6, 0.0, "GeneralKnowledge", "weak reflexes let the pressure vary")
    lability_by_diabetes: Any = _path(0.25, 0.0, 0.5, "Lin2019", "low pressures are more frequent in diabetes")
    lability_by_female: Any = _path(0.15, -0.1, 0.4, "Lin2019", "and in women")
    catheter_by_vintage: Any = _path(-0.20, -0.5, 0.1, "GeneralKnowledge", "catheters are for the first months")


PLACES = {"world": Place(), "hemobp": Hemobp()}
