"""Medicines of a case: doses in the wrong unit, names nobody knows, and what should be looked at."""

from collections.abc import Iterator, Sequence
from datetime import date

from .. import drugs as catalogue
from .fields import Drug, Patient, Schedule
from .file import Place, Problem
from .slips import rounded

DOSES = {"dose_mg": "mg", "dose_ug": "ug", "dose_g": "g", "dose_iu": "IU"}
OUT = 20.0  # times the largest usual dose, or less than the smallest by that much: no dose, but a slip of the unit
SMALL = 3.0  # times below the smallest usual dose, before it is odd


def impossible_drugs(drugs: Sequence[Drug]) -> Iterator[Problem]:
    """Doses that nobody takes, and lines that say a dose or a frequency twice."""
    for i, drug in enumerate(drugs):
        place: Place = ("drugs", i)
        stated = [name for name in DOSES if getattr(drug, name) is not None]
        if len(stated) > 1:
            yield Problem((*place, stated[1]), f"is given for {drug.name}, and {stated[0]} as well. Keep one.")
            continue
        if drug.per_day is not None and drug.per_week is not None:
            yield Problem((*place, "per_week"), f"is given for {drug.name}, and per_day as well. Keep one.")
        entry = catalogue.known(drug.name)
        dose = catalogue.single(drug, entry) if entry else None
        if entry is None or not dose or entry.least / OUT <= dose <= entry.most * OUT:
            continue
        yield Problem((*place, stated[0]), _beyond(drug, entry, stated[0]))


def _beyond(drug: Drug, entry: catalogue.Entry, name: str) -> str:
    """What is wrong with a dose, and the unit in which it would be one."""
    value = getattr(drug, name)
    fits = [other for other in DOSES if other != name and _usual(drug.model_copy(update={name: None, other: value}))]
    offer = f"Was it given in {DOSES[fits[0]]}? Then write {fits[0]}: {value:g}." if fits else "Check it and its unit."
    return (
        f"is {value:g} {DOSES[name]} of {drug.name}; one dose is {rounded(entry.least)} to {rounded(entry.most)} "
        f"{entry.unit}. {offer}"
    )


def _usual(drug: Drug) -> bool:
    entry = catalogue.known(drug.name)
    dose = catalogue.single(drug, entry) if entry else None
    return entry is not None and dose is not None and entry.least / SMALL <= dose <= entry.most


def odd_drugs(drugs: Sequence[Drug], patient: Patient, schedule: Schedule, day: date | None) -> Iterator[Problem]:
    """Names that are not in the catalogue, drugs that cannot work or should not be taken, unusual doses."""
    for i, drug in enumerate(drugs):
        place: Place = ("drugs", i)
        entry = catalogue.known(drug.name)
        if entry is None:
            near = catalogue.suggestion(drug.name)
            hint = f" Did you mean {near}? Then write that." if near else ""
            yield Problem(place, f"{drug.name} is not in the catalogue: it is kept and counts for nothing.{hint}")
            continue
        if not catalogue.in_use(drug, day):
            yield Problem(place, f"{drug.name} was not taken on {day}, the day to explain; it counts for nothing.")
            continue
        yield from _dose(drug, entry, place)
        if entry.never:
            yield Problem(place, f"{drug.name}: {entry.says}")
        if any(effect.parameter in ("kidney.e", "kidney.thiazide") for effect in entry.effects):
            yield from _without_urine(drug, patient, schedule, place)
        if entry.id in [other.id for other in map(catalogue.known, (d.name for d in drugs[:i])) if other]:
            yield Problem(place, f"{drug.name} is listed twice ({entry.id}): both doses count.")


def _dose(drug: Drug, entry: catalogue.Entry, place: Place) -> Iterator[Problem]:
    stated = next((name for name in DOSES if getattr(drug, name) is not None), None)
    dose = catalogue.single(drug, entry)
    if stated is None:
        return
    value, unit = getattr(drug, stated), DOSES[stated]
    if dose is None:
        yield Problem((*place, stated), f"is {value:g} {unit}, not how {drug.name} is dosed; the usual dose stands in.")
    elif dose > entry.most or 0 < dose < entry.least / SMALL:
        how = "large" if dose > entry.most else "small"
        text = (
            f"is {value:g} {unit} of {drug.name}, an unusually {how} dose ({rounded(entry.least)} to "
            f"{rounded(entry.most)} {entry.unit}): is the number right?"
        )
        yield Problem((*place, stated), text)


def _without_urine(drug: Drug, patient: Patient, schedule: Schedule, place: Place) -> Iterator[Problem]:
    """A diuretic needs a kidney that still makes urine."""
    urine, gfr = patient.residual_urine_ml_day, patient.gfr_ml_min
    dry = (urine is not None and urine < catalogue.ANURIC) or (gfr is not None and gfr < catalogue.LEAST_GFR)
    if dry:
        yield Problem(place, f"{drug.name} does nothing without urine; it counts for nothing.")
    elif urine is None and gfr is None and schedule.per_week != 0:
        text = f"{drug.name}: neither urine nor filtration is stated, so that it counts for nothing. Add one of them."
        yield Problem(place, text)
