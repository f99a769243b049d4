"""What is wrong with a case file, in words: field, value, unit, rule, remedy."""

import difflib
import re
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from .file import Place, Problem
from .slips import remedy

# A number followed by nothing or by a unit: 2,4 kg or 300ml, but not 3o or 2,700.
NUMBER = re.compile(r"\s*([-+]?\d+(?:\.\d+|,\d{1,2})?)(?:\s+[^\d\s].*|[a-zA-Z%/]{2,}|[lLhg%])?\s*$")
LONGEST = 10**300  # whole numbers beyond this do not fit a float
CALCITRIOL = re.compile(r"calcitriol|1[_,.-]?25|vitamin_d_p(g|mol)", re.IGNORECASE)
RULES = {"uf_l": " Pumps take off at most 4 L/h."}


def problems_of(error: ValidationError, root: type[BaseModel]) -> list[Problem]:
    """Each thing the fields refuse, with its place in the file."""
    found = error.errors(include_url=False)
    return [_problem(item, root) for item in found if item["type"] != "default_factory_not_called"]


def plain_place(loc: tuple[str | int, ...]) -> Place:
    """A pydantic location without the names of alternatives."""
    return tuple(step for step in loc if step not in ("constant", "profile", "[key]"))


def shown(value: Any) -> str:
    """A value as it was written, shortened."""
    if isinstance(value, str):
        return f"'{value[:40]}{'...' if len(value) > 40 else ''}' (text)"
    if isinstance(value, dict):
        return "a group of lines"
    if isinstance(value, list):
        return "a list"
    if value is None or isinstance(value, bool):
        return {None: "empty", True: "yes", False: "no"}[value]
    return f"{value:g}" if isinstance(value, int | float) else str(value)[:40]


def _problem(item: Any, root: type[BaseModel]) -> Problem:
    place, kind, value = plain_place(item["loc"]), item["type"], item["input"]
    if isinstance(value, int) and abs(value) > LONGEST:
        value = float("inf") if value > 0 else float("-inf")
    field = _field(root, place)
    name = str(place[-1]) if place else ""
    if kind == "missing":
        about = f" ({field.description})" if field and field.description else ""
        return Problem(place, f"is missing{about}. Add the line.")
    if kind == "extra_forbidden":
        if value is None and " " in name:
            return Problem(place, "is not a field. Is it text after a comma? Then put the whole text in quotes.")
        if name in ("unit", "units"):
            text = "is not a field: the unit stands in the name, as in magnesium_mmol_l or magnesium_mg_dl."
            return Problem(place, text + " Use the name with your unit.")
        if CALCITRIOL.search(name):
            text = (
                "is not a field: calcitriol (1,25-dihydroxyvitamin D) is not read. 25-hydroxyvitamin D belongs into "
                "vitamin_d_nmol_l or vitamin_d_ng_ml; leave calcitriol out."
            )
            return Problem(place, text)
        return Problem(place, "is not a field of a case file." + _did_you_mean(name, _names(root, place[:-1])))
    if kind in ("greater_than_equal", "less_than_equal", "finite_number"):
        return Problem(place, _outside(place, value, field))
    if kind in ("float_type", "int_type"):
        return Problem(place, _not_a_number(name, value, field))
    if kind == "literal_error":
        return Problem(place, f"is {shown(value)}; {_choice(value, item['ctx']['expected'])}")
    if kind == "value_error":
        return Problem(place, f"is {shown(value)}; {item['ctx']['error']}.")
    return Problem(place, f"is {shown(value)}; {_rule(kind, item)}")


def _rule(kind: str, item: Any) -> str:
    context = item.get("ctx", {})
    rules = {
        "bool_type": "write true or false.",
        "string_type": "text belongs here; put it in quotes if it looks like a number.",
        "list_type": "a list belongs here, each item on a line that starts with a dash.",
        "model_type": "a group of indented lines belongs here.",
        "date_type": "write a date as year-month-day, for example 2026-03-04.",
        "invalid_key": "field names are words.",
        "string_too_long": f"at most {context.get('max_length')} characters fit.",
        "string_pattern_mismatch": "write the clock time as HH:MM, for example 07:30.",
        "too_long": f"at most {context.get('max_length')} items fit; split the file.",
        "too_short": f"at least {context.get('min_length')} values are needed.",
    }
    return rules.get(kind, f"{item['msg']}.")


def _outside(place: Place, value: Any, field: FieldInfo | None) -> str:
    unit, low, high = _unit(field), *_bounds(field)
    rule = RULES.get(str(place[-1]), "")
    return f"is {shown(value)} {unit}; {low:g} to {high:g} {unit} is possible.{rule} {remedy(place, value, low, high)}"


def _not_a_number(name: str, value: Any, field: FieldInfo | None) -> str:
    unit, low, high = _unit(field), *_bounds(field)
    rule = (
        f"is {shown(value)}; a number in {unit} belongs here ({low:g} to {high:g})."
        if field
        else f"is {shown(value)}; a number belongs here."
    )
    if value is None:
        return f"{rule} Write it, or delete the line."
    found = NUMBER.match(value) if isinstance(value, str) else None
    if found:
        return f"{rule} Write the bare number: {found[1].replace(',', '.').lstrip('+')}?"
    return f"{rule} Leave the line out when it is not known."


def _choice(value: Any, expected: str) -> str:
    options = re.findall(r"'([^']*)'", expected) or [expected]
    if options == ["constant"]:
        return "write constant, or a group with linear, steps or exponential."
    return f"one of {', '.join(options)} belongs here." + _did_you_mean(str(value), options)


def _did_you_mean(word: str, options: list[str]) -> str:
    lowered = {option.lower(): option for option in options}
    close = difflib.get_close_matches(word.lower(), lowered, 1, 0.5)
    first = [option for low, option in lowered.items() if low[:1] == word.lower()[:1]] if len(options) == 2 else []
    found = [lowered[close[0]]] if close else first
    return f" Did you mean {found[0]}?" if found else ""


def _unit(field: FieldInfo | None) -> str:
    extra = field.json_schema_extra if field else None
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def _bounds(field: FieldInfo | None) -> tuple[float, float]:
    marks = field.metadata if field else []
    low = [mark.ge for mark in marks if hasattr(mark, "ge")]
    high = [mark.le for mark in marks if hasattr(mark, "le")]
    return (low or [float("-inf")])[0], (high or [float("inf")])[0]


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]


def _model(root: type[BaseModel], place: Place) -> type[BaseModel] | None:
    here: type[BaseModel] | None = root
    for step in place:
        if isinstance(step, str) and here is not None:
            field = here.model_fields.get(step)
            here = next(iter(_models(field.annotation)), None) if field else None
    return here


def _field(root: type[BaseModel], place: Place) -> FieldInfo | None:
    here = _model(root, place[:-1])
    return here.model_fields.get(place[-1]) if here and place and isinstance(place[-1], str) else None


def _names(root: type[BaseModel], place: Place) -> list[str]:
    here = _model(root, place)
    return list(here.model_fields) if here else []
