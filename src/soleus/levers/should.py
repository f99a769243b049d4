"""Should: what is right where the patient's own physiology does not say, and the limits within which it may.

A limit is a guideline's or a habit's number with its source beside it. `told` numbers say how much a lever must differ
before the difference means something.
"""

from typing import Any

from ..limits import Limits
from ..parameter import param, record


def _usual(unit: str, value: float, low: float, high: float, meaning: str) -> Any:
    return param(unit, value, within=(low, high), source="GeneralKnowledge", status="recalled", meaning=meaning)


def _told(unit: str, value: float, low: float, high: float, what: str) -> Any:
    meaning = f"least difference of {what} that means anything"
    return param(unit, value, within=(low, high), source="SoleusChoice", status="assumed", meaning=meaning)


@record
class Should(Limits):
    """Limits, those of fluid (`limits`) among them, and what differences mean."""

    longest: float = param(
        "min", 300.0, within=(240.0, 480.0), source="Ashby2019", status="assumed",
        meaning="longest session asked for in a day unit",
    )  # fmt: skip
    ktv: float = param(
        "1", 1.4, within=(1.2, 1.6), source="Ashby2019", status="recalled",
        meaning="single-pool Kt/V to reach, an equilibrated one of about 1.2",
    )  # fmt: skip
    ktv_most: float = param(
        "1", 2.0, within=(1.7, 2.5), source="GeneralKnowledge", status="recalled",
        meaning="single-pool Kt/V thrice a week beyond which urea may go more slowly; less is never advised below it",
    )  # fmt: skip
    Na_low: float = _usual("mmol/L", 135.0, 132.0, 137.0, "lowest usual bath sodium")
    Na_high: float = _usual("mmol/L", 140.0, 138.0, 145.0, "highest usual bath sodium")
    Na_rise: float = _usual("mmol/L", 5.0, 4.0, 6.0, "most that bath sodium may stand above the blood's")
    cooler: float = _usual("degC", 0.5, 0.3, 1.0, "how far below the patient's own core the bath should be")
    T_low: float = _usual("degC", 35.5, 35.0, 36.0, "coolest usual bath")
    K_low: float = param(
        "mmol/L", 2.0, within=(1.0, 3.0), source="Ferrey2018", status="seen",
        meaning="lowest bath potassium; more died on 1 than on 2 in that cohort",
    )  # fmt: skip
    K_high: float = _usual("mmol/L", 3.0, 2.0, 4.0, "highest usual bath potassium")
    K_gradient: float = _usual("mmol/L", 4.0, 3.0, 5.0, "most that bath potassium may stand below the blood's")
    K_end_low: float = _usual("mmol/L", 3.0, 2.8, 3.5, "lowest plasma potassium to end a session with")
    K_end_high: float = _usual("mmol/L", 4.7, 4.2, 5.2, "highest plasma potassium to end a session with")
    Ca_low: float = _usual("mmol/L", 1.25, 1.0, 1.5, "lowest bath calcium (KDIGO 2017)")
    Ca_high: float = _usual("mmol/L", 1.5, 1.25, 1.75, "highest bath calcium (KDIGO 2017)")
    Ca_end_low: float = _usual("mmol/L", 1.10, 1.05, 1.15, "lowest ionized calcium to end a session with")
    Ca_end_high: float = _usual("mmol/L", 1.32, 1.25, 1.35, "highest ionized calcium to end a session with")
    Mg_low: float = param(
        "mmol/L", 0.5, within=(0.375, 0.75), source="Leenders2018 Lynch2014", status="seen",
        meaning="lowest bath magnesium; the usual value, which still lowers magnesium in most",
    )  # fmt: skip
    Mg_high: float = _usual("mmol/L", 0.75, 0.5, 1.0, "highest usual bath magnesium")
    Mg_end_low: float = _usual("mmol/L", 0.45, 0.40, 0.50, "lowest ionized magnesium to end a session with")
    Mg_end_high: float = _usual("mmol/L", 0.75, 0.60, 0.9, "highest ionized magnesium to end a session with")
    HCO3_low: float = _usual("mmol/L", 30.0, 26.0, 33.0, "lowest usual bath bicarbonate, after mixing")
    HCO3_high: float = _usual("mmol/L", 37.0, 35.0, 40.0, "highest usual bath bicarbonate, after mixing")
    TCO2_end: float = param(
        "mmol/L", 29.0, within=(27.0, 31.0), source="Broseta2021", status="seen",
        meaning="most total carbon dioxide to end a session with",
    )  # fmt: skip
    ph_end: float = _usual("1", 7.50, 7.46, 7.55, "highest pH to end a session with")
    hco3_low: float = _usual("mmol/L", 22.0, 20.0, 24.0, "lowest plasma bicarbonate before sessions or at home (KDOQI)")
    hco3_high: float = _usual("mmol/L", 26.0, 25.0, 28.0, "highest plasma bicarbonate to come with")
    citrate: float = _usual("mmol/L", 1.0, 0.8, 1.5, "most citrate of usual citrate baths")
    glucose_low: float = _usual("mmol/L", 5.0, 4.0, 6.0, "lowest bath glucose; without it glucose is lost")
    glucose_high: float = _usual("mmol/L", 11.1, 8.0, 12.0, "highest usual bath glucose")
    glucose: float = _usual("mmol/L", 5.5, 5.0, 6.0, "usual bath glucose")
    Q_b: float = _usual("L/min", 0.40, 0.30, 0.45, "fastest usual blood pump on a fistula or graft")
    Q_b_catheter: float = _usual("L/min", 0.35, 0.25, 0.40, "fastest usual blood pump on a catheter")
    Q_b_slow: float = _usual("L/min", 0.20, 0.15, 0.25, "slowest usual blood pump")
    Q_d: float = _usual("L/min", 0.80, 0.50, 0.80, "fastest usual dialysate")
    P_low: float = _usual("mmol/L", 1.1, 0.8, 1.2, "lowest plasma phosphate to come with")
    P_high: float = _usual("mmol/L", 1.8, 1.5, 1.9, "highest plasma phosphate to come with; KDIGO: towards normal")
    D25: float = _usual("pg/mL", 30000.0, 20000.0, 40000.0, "least 25-hydroxyvitamin D: 75 nmol/L, 30 ng/mL")
    PTH_low: float = _usual("pg/mL", 130.0, 100.0, 150.0, "lowest PTH on dialysis, twice normal (KDIGO)")
    PTH_high: float = _usual("pg/mL", 600.0, 500.0, 650.0, "highest PTH on dialysis, nine times normal (KDIGO)")
    Ca_pre_low: float = _usual("mmol/L", 1.10, 1.05, 1.15, "lowest ionized calcium to come with")
    Ca_pre_high: float = _usual("mmol/L", 1.32, 1.25, 1.35, "highest ionized calcium to come with")
    Mg_pre_low: float = _usual("mmol/L", 0.80, 0.70, 0.95, "lowest plasma magnesium to come with")
    P_home: float = _usual("mmol/L", 1.5, 1.3, 1.8, "highest plasma phosphate without dialysis, towards normal (KDIGO)")
    Ca_home: float = _usual("mmol/L", 1.12, 1.08, 1.16, "lowest ionized calcium of a person without dialysis")
    Mg_home: float = _usual("mmol/L", 0.75, 0.65, 0.8, "lowest plasma magnesium of a person without dialysis")
    K_home: float = _usual("mmol/L", 5.5, 5.0, 6.0, "highest plasma potassium of a person without dialysis")
    std_ktv: float = _usual("1", 2.1, 2.0, 2.3, "least standard Kt/V of a week, that of the kidneys included (KDOQI)")
    days: float = param(
        "d", 90.0, within=(30.0, 365.0), source="SoleusChoice", status="assumed",
        meaning="how long another treatment of minerals, acidosis or dose is lived with before the session",
    )  # fmt: skip
    P_told: float = _told("mmol/L", 0.1, 0.05, 0.3, "plasma phosphate")
    D25_told: float = _told("pg/mL", 2000.0, 1000.0, 5000.0, "25-hydroxyvitamin D")
    PTH_told: float = _told("1", 0.1, 0.05, 0.3, "parathyroid hormone, relative")
    Ca_pre_told: float = _told("mmol/L", 0.02, 0.01, 0.05, "ionized calcium")
    Mg_pre_told: float = _told("mmol/L", 0.05, 0.03, 0.1, "plasma magnesium")
    hco3_told: float = _told("mmol/L", 1.0, 0.5, 2.0, "plasma bicarbonate")
    std_told: float = _told("1", 0.1, 0.05, 0.2, "standard Kt/V")
    drug_told: float = _told("1", 0.05, 0.02, 0.2, "a medicine's log rate of cramps")
    target_told: float = _told("kg", 0.3, 0.2, 0.5, "target weight")
    target_sure: float = param(
        "1", 1.64, within=(1.0, 2.5), source="SoleusChoice", status="assumed",
        meaning="standard deviations between dry weight and target from which it is told: 19 in 20 on one side",
    )  # fmt: skip
    Na_told: float = _told("mmol/L", 0.75, 0.5, 1.5, "bath sodium")
    T_told: float = _told("degC", 0.2, 0.1, 0.5, "bath temperature")
    K_told: float = _told("mmol/L", 0.3, 0.2, 0.5, "bath potassium")
    Ca_told: float = _told("mmol/L", 0.08, 0.05, 0.125, "bath calcium")
    Mg_told: float = _told("mmol/L", 0.06, 0.04, 0.125, "bath magnesium")
    HCO3_told: float = _told("mmol/L", 1.5, 1.0, 3.0, "bath bicarbonate")
    citrate_told: float = _told("mmol/L", 0.2, 0.1, 0.4, "bath citrate")
    ktv_told: float = _told("1", 0.15, 0.1, 0.25, "Kt/V")


SHOULD = Should()
