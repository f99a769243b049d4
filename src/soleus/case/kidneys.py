"""Filtration: what a case says of it, what creatinine says, and numbers that no kidney has."""

from collections.abc import Iterator, Sequence

from .fields import Patient, Schedule
from .file import Place, Problem
from .labs import Lab, nearest

LEAST, FULL = 4.0, 30.0  # mL/min: without dialysis nobody lives below the first (as in ckd.py), on it nobody is above
LOOK = 15.0  # mL/min, above which dialysis has hardly begun [GeneralKnowledge]
ANURIC, SOME = 50.0, 200.0  # mL/day: no urine to speak of, and urine that must be filtered somewhere
QUIET = 1.5  # mL/min, the filtration that may go with no urine
DAY = 1440.0  # min
GROSS, FAR = 4.0, 2.2  # times apart that a filtration and creatinine cannot, and hardly ever are
MG_DL = 0.011312  # mg/dL of creatinine for each umol/L


def by_creatinine(patient: Patient, creatinine_umol_l: float) -> float:
    """Filtration in mL/min that usually goes with a steady creatinine (CKD-EPI 2021, without body surface)."""
    female = patient.sex == "F"
    ratio = creatinine_umol_l * MG_DL / (0.7 if female else 0.9)
    low, high = min(ratio, 1.0) ** (-0.241 if female else -0.302), max(ratio, 1.0) ** -1.2
    return float(142 * low * high * 0.9938**patient.age_y * (1.012 if female else 1.0))


def filtration(patient: Patient, labs: Sequence[Lab], on_dialysis: bool) -> float | None:
    """Filtration in mL/min as stated; without dialysis else what the latest creatinine says, if there is one."""
    if patient.gfr_ml_min is not None or on_dialysis:
        return patient.gfr_ml_min
    sample = nearest(labs, "creatinine_umol_l", ("pre", "other"), None)
    value = sample.value("creatinine_umol_l") if sample else None
    return by_creatinine(patient, value) if value is not None else None


def failing(patient: Patient, labs: Sequence[Lab], on_dialysis: bool) -> bool:
    """Whether the kidneys fail so far that the parathyroids must answer; so it is when nobody says how far."""
    known = filtration(patient, labs, on_dialysis)
    return on_dialysis or known is None or known < FULL


def impossible_filtration(patient: Patient, labs: Sequence[Lab], on_dialysis: bool) -> Iterator[Problem]:
    """A filtration that contradicts dialysis, urine or creatinine."""
    place: Place = ("patient", "gfr_ml_min")
    gfr, urine = patient.gfr_ml_min, patient.residual_urine_ml_day
    known = filtration(patient, labs, on_dialysis)
    if not on_dialysis and known is None:
        text = "is missing: without dialysis everything follows from it. Add it in mL/min, or creatinine to labs."
        yield Problem(place, text)
    if gfr is None:
        return
    if not on_dialysis and gfr < LEAST:
        second = f"Was it given in mL/s? Then write {gfr * 60:.3g}. " if gfr * 60 >= LEAST else ""
        text = (
            f"is {gfr:g} ml/min; without dialysis people live with {LEAST:g} ml/min or more. {second}"
            "If a machine treats this person, write how often in schedule.per_week."
        )
        yield Problem(place, text)
    if on_dialysis and gfr > FULL:
        text = (
            f"is {gfr:g} ml/min; nobody with more than {FULL:g} ml/min needs dialysis. An estimate (eGFR) from a "
            "creatinine that dialysis lowers is no filtration: write the mean of urea and creatinine clearance in "
            "collected urine. If there is no dialysis, write schedule.per_week: 0."
        )
        yield Problem(place, text)
    if urine is not None:
        yield from _urine(gfr, urine, place)
    yield from _creatinine(patient, gfr, labs, on_dialysis)


def _urine(gfr: float, urine: float, place: Place) -> Iterator[Problem]:
    if urine < ANURIC and gfr > QUIET:
        text = (
            f"is {gfr:g} ml/min, but residual_urine_ml_day is {urine:g}: what is filtered must leave as urine. "
            "Correct one; without urine write 0."
        )
        yield Problem(place, text)
    elif urine >= SOME and urine / DAY > gfr:
        text = (
            f"is {gfr:g} ml/min, less than the urine of {urine:g} ml/day ({urine / DAY:.2g} ml/min): more cannot leave "
            "than is filtered. Correct one, or leave the filtration out when it was not measured."
        )
        yield Problem(place, text)


def _creatinine(patient: Patient, gfr: float, labs: Sequence[Lab], on_dialysis: bool) -> Iterator[Problem]:
    """Dialysis lowers creatinine, so there the estimate is only an upper bound."""
    sample = nearest(labs, "creatinine_umol_l", ("pre", "other"), None)
    value = sample.value("creatinine_umol_l") if sample else None
    if sample is None or value is None:
        return
    estimate = by_creatinine(patient, value)
    if gfr > GROSS * estimate or (not on_dialysis and gfr < estimate / GROSS):
        text = (
            f"is {gfr:g} ml/min, but creatinine of {value:.0f} umol/L on {sample.date} goes with about {estimate:.0f} "
            "ml/min (CKD-EPI). Correct one: is either in another unit, or of another time?"
        )
        yield Problem(("patient", "gfr_ml_min"), text)


def odd_filtration(patient: Patient, schedule: Schedule, labs: Sequence[Lab]) -> Iterator[Problem]:
    """A filtration that may be true but should be looked at, and one that had to be estimated."""
    place: Place = ("patient", "gfr_ml_min")
    on_dialysis = schedule.per_week != 0
    gfr, known = patient.gfr_ml_min, filtration(patient, labs, on_dialysis)
    if gfr is None and known is not None:
        yield Problem(place, f"is not stated; {known:.0f} ml/min by creatinine (CKD-EPI) stands in.")
    if gfr is not None and on_dialysis and LOOK < gfr <= FULL:
        yield Problem(place, f"is {gfr:g} ml/min on dialysis, unusually much: is it an estimate from creatinine?")
    if not on_dialysis and patient.vintage_y:
        text = f"is {patient.vintage_y:g} years without dialysis now: has it stopped? Years on it still count."
        yield Problem(("patient", "vintage_y"), text)
    sample = nearest(labs, "creatinine_umol_l", ("pre", "other"), None)
    value = sample.value("creatinine_umol_l") if sample else None
    if gfr is not None and value is not None and not on_dialysis:
        estimate = by_creatinine(patient, value)
        if not 1 / FAR <= gfr / estimate <= FAR:
            yield Problem(place, f"is {gfr:g} ml/min, and {estimate:.0f} by creatinine (CKD-EPI): are both right?")
