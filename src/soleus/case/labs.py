"""One blood sample, in the unit its laboratory reports: the unit stands in the name of the field.

A value may come in mmol/L or, under the other name, in mg/dL; it is kept as written and converted when looked up.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

from pydantic import Field, field_validator

from ..units import MM_HG_PER_KPA, g_dl, meq_l, mg_dl, nmol_l, pg_ml
from .fields import Day, Sheet, number

SLOW = ("pth_pg_ml", "vitamin_d_nmol_l", "alkaline_phosphatase_u_l")  # these may be of any hour
NEAR = 45  # days within which a blood sample still describes the person


class Lab(Sheet):
    """One blood sample."""

    date: Day
    when: Literal["pre", "post", "other"] = Field(description="before or after dialysis, or neither")
    sodium_mmol_l: float | None = number("mmol/L", 100, 180, "sodium")
    potassium_mmol_l: float | None = number("mmol/L", 1.5, 10, "potassium")
    chloride_mmol_l: float | None = number("mmol/L", 60, 150, "chloride")
    bicarbonate_mmol_l: float | None = number("mmol/L", 5, 50, "bicarbonate or total CO2")
    ph: float | None = number("pH", 6.8, 7.8, "acidity of arterial blood, or of blood from fistula or graft")
    pco2_mmhg: float | None = number("mmHg", 10, 120, "carbon dioxide of the same blood as ph")
    pco2_kpa: float | None = number("kPa", 1.4, 15.9, "carbon dioxide of the same blood as ph")
    calcium_mmol_l: float | None = number("mmol/L", 1, 4, "total calcium, not corrected for albumin")
    calcium_mg_dl: float | None = number("mg/dL", 4.1, 16, "total calcium, not corrected for albumin")
    calcium_meq_l: float | None = number("mEq/L", 2, 8, "total calcium, not corrected for albumin")
    ionized_calcium_mmol_l: float | None = number("mmol/L", 0.5, 2, "ionized calcium")
    ionized_calcium_mg_dl: float | None = number("mg/dL", 2.1, 8, "ionized calcium")
    ionized_calcium_meq_l: float | None = number("mEq/L", 1, 4, "ionized calcium")
    magnesium_mmol_l: float | None = number("mmol/L", 0.2, 3, "total magnesium")
    magnesium_mg_dl: float | None = number("mg/dL", 0.5, 7.2, "total magnesium")
    magnesium_meq_l: float | None = number("mEq/L", 0.4, 6, "total magnesium")
    ionized_magnesium_mmol_l: float | None = number("mmol/L", 0.1, 2.5, "ionized magnesium")
    phosphate_mmol_l: float | None = number("mmol/L", 0.2, 5, "phosphate")
    phosphate_mg_dl: float | None = number("mg/dL", 0.7, 15.4, "phosphate, as phosphorus")
    urea_mmol_l: float | None = number("mmol/L", 0.5, 100, "urea")
    urea_mg_dl: float | None = number("mg/dL", 3.1, 600, "urea, the whole molecule")
    bun_mg_dl: float | None = number("mg/dL", 1.5, 280, "urea nitrogen (BUN)")
    creatinine_umol_l: float | None = number("umol/L", 30, 3000, "creatinine")
    creatinine_mg_dl: float | None = number("mg/dL", 0.4, 33, "creatinine")
    glucose_mmol_l: float | None = number("mmol/L", 1, 80, "glucose")
    glucose_mg_dl: float | None = number("mg/dL", 19, 1440, "glucose")
    osmolality_mosm_kg: float | None = number("mosm/kg", 220, 450, "measured osmolality")
    albumin_g_l: float | None = number("g/L", 8, 65, "albumin")
    albumin_g_dl: float | None = number("g/dL", 0.8, 6.5, "albumin")
    protein_g_l: float | None = number("g/L", 25, 130, "total protein")
    protein_g_dl: float | None = number("g/dL", 2.5, 13, "total protein")
    b2m_mg_l: float | None = number("mg/L", 0.5, 150, "beta-2-microglobulin")
    haemoglobin_g_dl: float | None = number("g/dL", 3, 20, "haemoglobin")
    haematocrit: float | None = number("fraction", 0.1, 0.65, "haematocrit")
    pth_pg_ml: float | None = number("pg/mL", 0, 6000, "parathyroid hormone")
    pth_pmol_l: float | None = number("pmol/L", 0, 630, "parathyroid hormone")
    vitamin_d_nmol_l: float | None = number("nmol/L", 2, 500, "25-hydroxyvitamin D")
    vitamin_d_ng_ml: float | None = number("ng/mL", 1, 200, "25-hydroxyvitamin D")
    alkaline_phosphatase_u_l: float | None = number("U/L", 5, 6000, "alkaline phosphatase")
    confirmed: list[str] = Field(
        default=[], max_length=30, description="names of fields here whose unusual value and unit were checked"
    )

    @field_validator("confirmed")
    @classmethod
    def _names_fields(cls, names: list[str]) -> list[str]:
        unknown = [name for name in names if name not in cls.model_fields]
        if unknown:
            raise ValueError(f"{unknown[0]} is no field of a blood sample; write the name as it stands in the sample")
        return names

    def value(self, name: str) -> float | None:
        """A value by its first name, for example magnesium_mmol_l, also from its other unit or from pH."""
        stated = self._stated(name)
        if stated is not None or self.ph is None:
            return stated
        base, pco2 = self.bicarbonate_mmol_l, self._stated("pco2_mmhg")
        if name == "bicarbonate_mmol_l" and pco2 is not None:
            return bicarbonate(self.ph, pco2)
        return carbon_dioxide(self.ph, base) if name == "pco2_mmhg" and base is not None else None

    def _stated(self, name: str) -> float | None:
        found: float | None = getattr(self, name)
        for other, unit in OTHER.items():
            if found is None and unit.of == name and (written := getattr(self, other)) is not None:
                found = written * unit.factor
        return found


PK, SOLUBLE = 6.1, 0.0307  # of carbonic acid in plasma; mmol/L/mmHg, as in body/acid_base


def bicarbonate(ph: float, pco2: float) -> float:
    """Bicarbonate in mmol/L that goes with a pH and a carbon dioxide in mmHg (Henderson and Hasselbalch)."""
    return float(SOLUBLE * pco2 * 10 ** (ph - PK))


def carbon_dioxide(ph: float, bicarbonate: float) -> float:
    """Carbon dioxide in mmHg that goes with a pH and a bicarbonate in mmol/L."""
    return float(bicarbonate / SOLUBLE / 10 ** (ph - PK))


def nearest(labs: Sequence[Lab], name: str, whens: Sequence[str], near: date | None) -> Lab | None:
    """The blood sample of such a time with this test nearest to a day and at most 45 days off; else the latest."""
    found = [lab for lab in reversed(labs) if lab.when in whens and lab.value(name) is not None]
    if near is None:
        return max(found, key=lambda lab: lab.date, default=None)
    found = [lab for lab in found if abs((lab.date - near).days) <= NEAR]
    return min(found, key=lambda lab: abs((lab.date - near).days), default=None)


class Other(NamedTuple):
    """A second unit of a blood test: the field it stands for, what it is called, and what to multiply with."""

    of: str
    unit: str
    factor: float


OTHER = {
    "pco2_kpa": Other("pco2_mmhg", "kPa", MM_HG_PER_KPA),
    "calcium_mg_dl": Other("calcium_mmol_l", "mg/dL", mg_dl(1, "calcium")),
    "calcium_meq_l": Other("calcium_mmol_l", "mEq/L", meq_l(1, 2)),
    "ionized_calcium_mg_dl": Other("ionized_calcium_mmol_l", "mg/dL", mg_dl(1, "calcium")),
    "ionized_calcium_meq_l": Other("ionized_calcium_mmol_l", "mEq/L", meq_l(1, 2)),
    "magnesium_mg_dl": Other("magnesium_mmol_l", "mg/dL", mg_dl(1, "magnesium")),
    "magnesium_meq_l": Other("magnesium_mmol_l", "mEq/L", meq_l(1, 2)),
    "phosphate_mg_dl": Other("phosphate_mmol_l", "mg/dL", mg_dl(1, "phosphate")),
    "urea_mg_dl": Other("urea_mmol_l", "mg/dL of urea", mg_dl(1, "urea")),
    "bun_mg_dl": Other("urea_mmol_l", "mg/dL of urea nitrogen", mg_dl(1, "urea nitrogen")),
    "creatinine_mg_dl": Other("creatinine_umol_l", "mg/dL", 1000 * mg_dl(1, "creatinine")),
    "glucose_mg_dl": Other("glucose_mmol_l", "mg/dL", mg_dl(1, "glucose")),
    "albumin_g_dl": Other("albumin_g_l", "g/dL", g_dl(1)),
    "protein_g_dl": Other("protein_g_l", "g/dL", g_dl(1)),
    "pth_pmol_l": Other("pth_pg_ml", "pmol/L", pg_ml(1, "parathyroid hormone")),
    "vitamin_d_ng_ml": Other("vitamin_d_nmol_l", "ng/mL", nmol_l(1, "vitamin D")),
}

# What these values are around before dialysis, to tell which slip of the unit is likely [GeneralKnowledge].
AROUND = {
    "pco2_mmhg": 39, "calcium_mmol_l": 2.3, "ionized_calcium_mmol_l": 1.15, "magnesium_mmol_l": 0.95,
    "phosphate_mmol_l": 1.7, "urea_mmol_l": 21, "creatinine_umol_l": 780, "glucose_mmol_l": 6.5, "albumin_g_l": 38,
    "protein_g_l": 68, "pth_pg_ml": 300, "vitamin_d_nmol_l": 60,
}  # fmt: skip
