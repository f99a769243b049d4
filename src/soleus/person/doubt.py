"""Doubt: how far what a chart says may be from the truth."""

from ..parameter import param, parameters, record


def _lab(unit: str, value: float, low: float, high: float, meaning: str) -> float:
    """The error of an instrument."""
    return param(unit, value, within=(low, high), source="GeneralKnowledge", status="recalled", meaning=meaning)


@record
class Doubt:
    """How far the chart may be from the truth; standard deviations."""

    target: float = param(
        "kg", 1.5, within=(0.5, 3.0), source="Keane2018", status="assumed",
        meaning="prescribed target weight, as a guess at the physiological dry weight",
    )  # fmt: skip
    no_target: float = param(
        "kg", 2.5, within=(1.0, 5.0), source="SoleusChoice", status="assumed",
        meaning="weight after dialysis, as a guess at the dry weight when no target is known",
    )  # fmt: skip
    bioimpedance: float = param(
        "kg", 1.0, within=(0.5, 2.0), source="GeneralKnowledge", status="recalled",
        meaning="dry weight by bioimpedance",
    )  # fmt: skip
    below_dry: float = param(
        "1", 0.03, within=(0.02, 0.05), source="Keane2018", status="assumed",
        meaning="how far below the dry weight a person can be and walk out, relative",
    )  # fmt: skip
    least_dry: float = param(
        "1", 0.8, within=(0.7, 0.9), source="SoleusChoice", status="assumed",
        meaning="least dry weight, as a share of the weight on arrival",
    )  # fmt: skip
    water: float = param(
        "1", 0.06, within=(0.02, 0.12), source="Watson1980", status="recalled",
        meaning="total body water by the formula of sex, age, height and weight, relative",
    )  # fmt: skip
    pressure: float = param(
        "mmHg", 5.0, within=(2.0, 12.0), source="GeneralKnowledge", status="recalled",
        meaning="the first cuff reading",
    )  # fmt: skip
    sodium: float = param(
        "mmol/L", 1.2, within=(0.5, 2.5), source="SodiumStability2010", status="assumed",
        meaning="laboratory sodium, of this day or of another",
    )  # fmt: skip
    potassium: float = _lab("mmol/L", 0.1, 0.05, 0.3, "laboratory potassium; a squeezed or late sample adds to it")
    bicarbonate: float = _lab("mmol/L", 1.0, 0.5, 2.0, "laboratory bicarbonate, or total CO2 taken for it")
    carbon_dioxide: float = _lab("mmHg", 2.0, 1.0, 4.0, "carbon dioxide by the blood gas analyzer")
    ionized_calcium: float = _lab("mmol/L", 0.02, 0.01, 0.05, "ionized calcium by electrode")
    calcium: float = _lab("mmol/L", 0.04, 0.02, 0.1, "laboratory total calcium")
    magnesium: float = _lab("mmol/L", 0.03, 0.015, 0.06, "laboratory total magnesium")
    phosphate: float = _lab("1", 0.03, 0.01, 0.06, "laboratory phosphate, relative")
    urea: float = _lab("1", 0.03, 0.01, 0.06, "laboratory urea, relative")
    creatinine: float = _lab("1", 0.04, 0.02, 0.08, "laboratory creatinine, relative")
    glucose: float = _lab("1", 0.03, 0.01, 0.1, "laboratory glucose, relative")
    b2m: float = _lab("1", 0.06, 0.03, 0.12, "laboratory beta-2-microglobulin, relative")
    protein: float = _lab("1", 0.02, 0.01, 0.04, "laboratory total protein, relative")
    albumin: float = _lab("1", 0.05, 0.02, 0.12, "laboratory albumin, relative; two dyes in use differ by more")
    PTH: float = param(
        "1", 0.15, within=(0.05, 0.3), source="GeneralKnowledge", status="recalled",
        meaning="parathyroid hormone, from one assay and one day to another, relative",
    )  # fmt: skip
    vitamin_d: float = param(
        "1", 0.10, within=(0.05, 0.25), source="GeneralKnowledge", status="recalled",
        meaning="25-hydroxyvitamin D, from one assay to another, relative",
    )  # fmt: skip
    gfr: float = param(
        "1", 0.15, within=(0.05, 0.3), source="GeneralKnowledge", status="recalled",
        meaning="filtration as stated, relative",
    )  # fmt: skip
    gfr_estimated: float = param(
        "1", 0.30, within=(0.15, 0.5), source="GeneralKnowledge", status="recalled",
        meaning="filtration estimated from creatinine, or from the volume of urine, relative",
    )  # fmt: skip
    other_day: float = param(
        "1", 3.0, within=(1.5, 6.0), source="SoleusChoice", status="assumed",
        meaning="how many times these errors a value of another day is off",
    )  # fmt: skip
    ionized_share: float = param(
        "1", 0.60, within=(0.5, 0.72), source="IonizedMagnesium2002", status="recalled",
        meaning="ionized over total magnesium, where only ionized is measured",
    )  # fmt: skip


DOUBT = Doubt()
RELATIVE = {name for name, _, meta in parameters(Doubt) if meta.unit == "1"}
