"""Blood values that cannot be, or that were probably given in another unit, and those worth a second look."""

from collections.abc import Iterator, Sequence

from .file import Place, Problem
from .labs import OTHER, Lab, bicarbonate
from .slips import lab as other_unit
from .slips import unit_of

# Above the first a value is looked at, above the second it is refused unless confirmed: in a person who dialyses both
# are far likelier in another unit [GeneralKnowledge].
CEILINGS = {
    "ionized_magnesium_mmol_l": (0.85, 1.1),
    "magnesium_mmol_l": (1.3, 1.6),
    "phosphate_mmol_l": (3.0, 3.8),
    "urea_mmol_l": (36.0, 45.0),
    "glucose_mmol_l": (30.0, 40.0),
    "pth_pmol_l": (120.0, 250.0),
    "vitamin_d_ng_ml": (90.0, 150.0),
    "vitamin_d_nmol_l": (225.0, 375.0),
}
# Below the first a value is looked at, below the second it is refused unless confirmed, where kidneys fail.
FLOOR = {"pth_pg_ml": (55.0, 12.0), "vitamin_d_nmol_l": (12.0, 5.0)}
FLOORS = {"magnesium_mg_dl": 1.1, "phosphate_mg_dl": 1.6}  # below them mmol/L is likely [GeneralKnowledge]
PARTS = [  # the part cannot exceed the whole; usual share of it [GeneralKnowledge]
    ("ionized_calcium_mmol_l", "calcium_mmol_l", "calcium", (0.35, 0.65)),
    ("ionized_magnesium_mmol_l", "magnesium_mmol_l", "magnesium", (0.45, 0.8)),
    ("albumin_g_l", "protein_g_l", "protein", (0.35, 0.75)),
]
BASE, BREATH = (2.0, 60.0), (8.0, 130.0)  # mmol/L of bicarbonate and mmHg of carbon dioxide that people live with
RISEN = 1.1  # times the value before a session; what is higher after it is no error of the laboratory
OFF = 4.0  # mmol/L between bicarbonate and what pH and carbon dioxide make of it, before it is odd
GAP = (2.0, 30.0)  # mmol/L, sodium less chloride and bicarbonate; outside it one of the three is usually wrong


def impossible_values(labs: Sequence[Lab], failing: bool = True) -> Iterator[Problem]:
    """Values that contradict each other or stand in the wrong unit, each with its remedy; `failing` kidneys or not."""
    yield from _swapped(labs)
    for i, sample in enumerate(labs):
        place: Place = ("labs", i)
        yield from _twice(sample, place)
        yield from _never(sample, place)
        for name, (_, most) in CEILINGS.items():
            value = getattr(sample, name)
            if value is not None and value > most and name not in sample.confirmed:
                yield Problem((*place, name), _beyond(sample, name, value, f"{most:g}", "exceeded"))
        for name, (_, least) in FLOOR.items():
            value = getattr(sample, name)
            if failing and value is not None and value < least and name not in sample.confirmed:
                yield Problem((*place, name), _beyond(sample, name, value, f"less than {least:g}", "seen"))
        for part, whole, word, _ in PARTS:
            less, more = sample.value(part), sample.value(whole)
            if less is not None and more is not None and less >= more:
                unit = "g/L" if word == "protein" else "mmol/L"
                text = (
                    f"is {less:.3g} {unit} on {sample.date}, not below the {more:.3g} {unit} of all {word}, of which "
                    "it is a part. Are they swapped, or is one in another unit?"
                )
                yield Problem((*place, _written(sample, part)), text)


def _swapped(labs: Sequence[Lab]) -> Iterator[Problem]:
    """Urea or creatinine higher after a session than before it: no machine does that."""
    for i, after in enumerate(labs):
        for before in labs:
            if after.when != "post" or before.when != "pre" or after.date != before.date:
                continue
            for name in ("urea_mmol_l", "creatinine_umol_l"):
                low, high = before.value(name), after.value(name)
                if low is not None and high is not None and high > RISEN * low:
                    text = (
                        f"is {high:g} {unit_of(name)} after dialysis and {low:g} before it on {after.date}, but "
                        "machines take it off. Are the two samples swapped? Then change when: of both."
                    )
                    yield Problem(("labs", i, _written(after, name)), text)


def _beyond(sample: Lab, name: str, value: float, most: str, seen: str) -> str:
    """Why a value is refused, and how to keep it."""
    unit = unit_of(name)
    return (
        f"is {value:g} {unit} on {sample.date}; where kidneys fail {most} {unit} is hardly ever {seen} "
        f"(general knowledge). {other_unit(name, value) or 'Check the number and its unit.'} "
        f"If it truly is {unit}, add confirmed: [{name}]."
    )


def odd_values(labs: Sequence[Lab], failing: bool = True) -> Iterator[Problem]:
    """Values that may be true but should be looked at."""
    for i, sample in enumerate(labs):
        place: Place = ("labs", i)
        yield from _unusual(sample, place, failing)
        yield from _acid(sample, place)
        for part, whole, word, (low, high) in PARTS:
            less, more = sample.value(part), sample.value(whole)
            if less is not None and more is not None and less < more and not low <= less / more <= high:
                text = (
                    f"is {less / more:.0%} of all {word} on {sample.date}; {low:.0%} to {high:.0%} is usual. "
                    "Are both from one sample, each in its own unit?"
                )
                yield Problem((*place, _written(sample, part)), text)


def _twice(sample: Lab, place: Place) -> Iterator[Problem]:
    """One substance in two units."""
    for name, unit in OTHER.items():
        value, first = getattr(sample, name), getattr(sample, unit.of)
        if value is not None and first is not None:
            text = f"is given on {sample.date}, and {unit.of} as well: one substance in two units. Keep one."
            yield Problem((*place, name), text)
    for names in (("calcium_mg_dl", "calcium_meq_l"), ("ionized_calcium_mg_dl", "ionized_calcium_meq_l"),
                  ("magnesium_mg_dl", "magnesium_meq_l"), ("urea_mg_dl", "bun_mg_dl")):  # fmt: skip
        if all(getattr(sample, name) is not None for name in names):
            text = f"is given on {sample.date}, and {names[0]} as well: one substance in two units. Keep one."
            yield Problem((*place, names[1]), text)


def _never(sample: Lab, place: Place) -> Iterator[Problem]:
    """A pH that would need a bicarbonate or carbon dioxide nobody lives with."""
    base, pco2 = sample.value("bicarbonate_mmol_l"), sample.value("pco2_mmhg")
    if sample.ph is None or base is None or pco2 is None:
        return
    for value, (low, high), what, known in (
        (base, BASE, "mmol/L of bicarbonate", f"{pco2:.0f} mmHg of carbon dioxide"),
        (pco2, BREATH, "mmHg of carbon dioxide", f"{base:.3g} mmol/L of bicarbonate"),
    ):
        if not low <= value <= high:
            text = (
                f"is {sample.ph:g} on {sample.date}, which with {known} would need {value:.0f} {what}; {low:g} to "
                f"{high:g} is possible. Are they of one sample, each in its own unit?"
            )
            yield Problem((*place, "ph"), text)


def _unusual(sample: Lab, place: Place, failing: bool) -> Iterator[Problem]:
    for name, (high, most) in CEILINGS.items():
        value = getattr(sample, name)
        if value is not None and high < value and (value <= most or name in sample.confirmed):
            checked = " It is confirmed." if name in sample.confirmed else " " + other_unit(name, value)
            text = f"is {value:g} {unit_of(name)} on {sample.date}, unusually high.{checked}".rstrip()
            yield Problem((*place, name), text)
    for name, (low, least) in FLOOR.items():
        value = getattr(sample, name)
        if failing and value is not None and value < low and (value >= least or name in sample.confirmed):
            checked = " It is confirmed." if name in sample.confirmed else " " + other_unit(name, value)
            text = f"is {value:g} {unit_of(name)} on {sample.date}, unusually low where kidneys fail.{checked}".rstrip()
            yield Problem((*place, name), text)
    for name, least in FLOORS.items():
        value = getattr(sample, name)
        if value is not None and value < least:
            text = f"is {value:g} mg/dL on {sample.date}, unusually low. {other_unit(name, value)}"
            yield Problem((*place, name), text)


def _acid(sample: Lab, place: Place) -> Iterator[Problem]:
    """Bicarbonate against pH and carbon dioxide, and against sodium and chloride."""
    base, pco2 = sample.bicarbonate_mmol_l, sample.value("pco2_mmhg")
    if base is not None and pco2 is not None and sample.ph is not None:
        goes_with = bicarbonate(sample.ph, pco2)
        if abs(base - goes_with) > OFF:
            text = (
                f"is {base:g} mmol/L on {sample.date}, but pH {sample.ph:g} and {pco2:.0f} mmHg of carbon dioxide make "
                f"{goes_with:.1f} mmol/L (Henderson and Hasselbalch). Are all three of one sample?"
            )
            yield Problem((*place, "bicarbonate_mmol_l"), text)
    if base is not None and sample.sodium_mmol_l is not None and sample.chloride_mmol_l is not None:
        gap = sample.sodium_mmol_l - sample.chloride_mmol_l - base
        if not GAP[0] <= gap <= GAP[1]:
            text = (
                f"makes an anion gap of {gap:.0f} mmol/L on {sample.date} (sodium less chloride and bicarbonate); "
                f"{GAP[0]:g} to {GAP[1]:g} is plausible. Is one of the three mistyped?"
            )
            yield Problem((*place, "chloride_mmol_l"), text)


def _written(sample: Lab, name: str) -> str:
    """The field that a value stands in."""
    others = [other for other, unit in OTHER.items() if unit.of == name and getattr(sample, other) is not None]
    return name if getattr(sample, name) is not None or not others else others[0]
