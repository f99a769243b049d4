"""What was infused, transfused, swallowed or eaten, when and how much; in the words and units of the ward."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import Field

from .fields import Sheet, number, words
from .file import Place, Problem

What = Literal[
    "saline 0.9 %", "hypertonic saline 23.4 %", "ringer lactate", "glucose 50 %", "mannitol 25 %",
    "sodium bicarbonate 8.4 %", "sodium bicarbonate 1.4 %", "calcium gluconate 10 %", "calcium chloride 10 %",
    "red cells", "albumin 20 %", "citrate", "citrate before the filter", "magnesium sulfate 50 %",
    "oral potassium", "oral phosphate", "oral bicarbonate", "oral calcium", "oral salt", "drink", "meal",
]  # fmt: skip
ROUNDING = 0.05  # L, between a volume noted and the sum of what was given


class Given(Sheet):
    """One thing given, with its amount in one unit."""

    minute: float = number("min", -5760, 2880, "minutes from the start of treatment, when it began", required=True)
    what: What = Field(description="what it was; the strength is part of its name")
    amount_ml: float | None = number("mL", 0, 4000, "amount")
    amount_g: float | None = number("g", 0, 100, "amount of the substance itself")
    amount_mmol: float | None = number("mmol", 0, 400, "amount of the substance itself")
    amount_units: float | None = number("units", 0, 4, "bags of red cells")
    amount_meals: float | None = number("meals", 0, 3, "share of a usual meal, 1 when left out")
    minutes: float | None = number("min", 1, 1440, "how long it took; as usual when left out")
    note: str | None = words("why, or by whom", 500)

    @property
    def amount(self) -> float:
        """Amount in the unit of its kind; 0 when none is stated."""
        stated = [(getattr(self, name), factor) for name, factor in KINDS[self.what].units.items()]
        usual = 1.0 if self.what == "meal" and self.amount_meals is None else 0.0
        return next((value * factor for value, factor in stated if value is not None), usual)

    @property
    def litres(self) -> float:
        """The volume that the scale sees, L."""
        return self.amount * KINDS[self.what].litres


class Kind(NamedTuple):
    """A kind of event."""

    event: str  # its name in soleus.events
    units: dict[str, float]  # fields that can state the amount, and the factor to the unit of that event
    most: float  # of one event, in that unit
    litres: float  # that one such unit brings
    mouth: bool = False


KINDS: dict[str, Kind] = {
    "saline 0.9 %": Kind("saline", {"amount_ml": 1}, 2000, 0.001),
    "hypertonic saline 23.4 %": Kind("hypertonic saline", {"amount_ml": 1}, 40, 0.001),
    "ringer lactate": Kind("ringer", {"amount_ml": 1}, 2000, 0.001),
    "glucose 50 %": Kind("glucose", {"amount_ml": 1, "amount_g": 2}, 100, 0.001),
    "mannitol 25 %": Kind("mannitol", {"amount_ml": 1, "amount_g": 4}, 250, 0.001),
    "sodium bicarbonate 8.4 %": Kind("bicarbonate", {"amount_ml": 1, "amount_mmol": 1}, 300, 0.001),
    "sodium bicarbonate 1.4 %": Kind("weak bicarbonate", {"amount_ml": 1, "amount_mmol": 1 / 0.167}, 2000, 0.001),
    "calcium gluconate 10 %": Kind("calcium gluconate", {"amount_ml": 1, "amount_g": 10}, 60, 0.001),
    "calcium chloride 10 %": Kind("calcium chloride", {"amount_ml": 1, "amount_g": 10}, 30, 0.001),
    "magnesium sulfate 50 %": Kind("magnesium sulfate", {"amount_ml": 1, "amount_g": 2}, 20, 0.001),
    "red cells": Kind("red cells", {"amount_units": 1}, 4, 0.258),
    "albumin 20 %": Kind("albumin", {"amount_ml": 1, "amount_g": 5}, 500, 0.001),
    "citrate": Kind("citrate", {"amount_mmol": 1}, 120, 0.00735),
    "citrate before the filter": Kind("circuit citrate", {"amount_mmol": 1}, 400, 0.00735),
    "oral potassium": Kind("potassium", {"amount_mmol": 1}, 100, 0, mouth=True),
    "oral phosphate": Kind("phosphate", {"amount_mmol": 1}, 60, 0, mouth=True),
    "oral bicarbonate": Kind("oral bicarbonate", {"amount_mmol": 1, "amount_g": 11.9}, 100, 0, mouth=True),
    "oral calcium": Kind("oral calcium", {"amount_mmol": 1, "amount_g": 24.95}, 75, 0, mouth=True),
    "oral salt": Kind("salt", {"amount_g": 1}, 30, 0, mouth=True),
    "drink": Kind("drink", {"amount_ml": 1}, 2000, 0.001, mouth=True),
    "meal": Kind("meal", {"amount_meals": 1}, 3, 0.25, mouth=True),
}


def volume(given: Sequence[Given], mouth: bool) -> float:
    """Litres given by mouth, or into the blood."""
    return sum(each.litres for each in given if KINDS[each.what].mouth == mouth)


def follows(mouth: bool) -> Any:
    """Makes the volume of a session that nobody stated out of what was given during it."""
    return lambda session: round(volume(session.get("given", ()), mouth), 6)


def amounts(given: Sequence[Given], place: Place) -> Iterator[Problem]:
    """Amounts that are missing, in a unit the thing has not, doubled, or beyond any dose; the same thing twice."""
    for i, each in enumerate(given):
        kind, here = KINDS[each.what], (*place, i)
        stated = [name for name in Given.model_fields if name.startswith("amount_") and getattr(each, name) is not None]
        wrong = [name for name in stated if name not in kind.units]
        first = next(iter(kind.units))
        if wrong:
            text = f"does not fit {each.what}. Write {' or '.join(kind.units)}."
            yield Problem((*here, wrong[0]), text)
        elif len(stated) > 1:
            yield Problem((*here, stated[1]), f"is given, and {stated[0]} as well. Keep one.")
        elif each.amount <= 0:
            said = "is 0" if stated else "is missing"
            yield Problem((*here, (stated or [first])[0]), f"{said}: how much {each.what} was it?")
        elif each.amount > kind.most * (1 + 1e-9):
            name = stated[0]
            value, most = getattr(each, name), kind.most / kind.units[name]
            unit = name.removeprefix("amount_").replace("ml", "mL")
            text = (
                f"is {value:g} {unit} of {each.what}; one dose is at most {most:g} {unit}. "
                "Check amount and strength; if it is right, write it as several."
            )
            yield Problem((*here, name), text)
        if each in given[:i]:
            text = f"is {each.what} at minute {each.minute:g}, the same as the line above. Delete one, or add them up."
            yield Problem(here, text)
