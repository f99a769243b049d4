"""Front: what stands above an article, between two lines of three dashes, checked before anything else is read."""

import datetime
import re
from collections.abc import Hashable
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ..errors import BadRecord
from . import vocabulary

FENCE = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)

Words = Annotated[str, Field(min_length=2, max_length=80, pattern=r"^[^\n<>{}]+$")]


class Front(BaseModel):
    """The front matter of one article."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    title: Annotated[Words, Field(description="what the article is called")]
    summary: Annotated[str, Field(min_length=40, max_length=260, pattern=r"^[^\n<>{}]+$")]
    category: str
    date: datetime.date
    authors: Literal["The Soleus authors"]
    readers: Literal["everybody", "professionals"] = "everybody"
    causes: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    asked: Annotated[tuple[Words, ...], Field(min_length=1, max_length=30)]
    urgent: tuple[str, ...] = ()
    quick: Words | None = None

    @field_validator("category")
    @classmethod
    def _shelf(cls, value: str) -> str:
        return _one_of(value, vocabulary.categories(), "categories.csv")

    @field_validator("causes", "symptoms", "urgent")
    @classmethod
    def _listed(cls, value: tuple[str, ...], info: Any) -> tuple[str, ...]:
        table = {"causes": vocabulary.causes, "symptoms": vocabulary.symptoms, "urgent": vocabulary.signs}
        name = f"{info.field_name}.csv"
        for item in value:
            _one_of(item, table[info.field_name](), name)
        if len(set(value)) != len(value):
            raise ValueError("names something twice. Keep one.")
        return value

    @field_validator("date")
    @classmethod
    def _not_before(cls, value: datetime.date) -> datetime.date:
        if value.year < 2020:
            raise ValueError("is before there was a library. Write the day of the last change, year-month-day.")
        return value


def _one_of(value: str, table: Any, name: str) -> str:
    if value not in table:
        raise ValueError(f"{value!r} is not in {name}; there are {', '.join(table)}. Take one of them, or add a line.")
    return value


class _Loader(yaml.SafeLoader):
    """YAML's safe loader that refuses the same field twice."""


def _once(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    pairs: list[tuple[Hashable, Any]] = [
        (loader.construct_object(key, deep=True), loader.construct_object(value, deep=True))
        for key, value in node.value
    ]
    names = [name for name, _ in pairs]
    twice = sorted({str(name) for name in names if names.count(name) > 1})
    if twice:
        raise yaml.constructor.ConstructorError(
            problem=f"{', '.join(twice)} is given twice", problem_mark=node.start_mark
        )
    return dict(pairs)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _once)


def split(text: str, name: str) -> tuple[Front, str]:
    """The front matter of an article, and the text below it.

    Raises:
        BadRecord: with one line for everything that is wrong in the front matter.
    """
    found = FENCE.match(text)
    if found is None:
        raise BadRecord(f"{name} has no front matter: it begins with a line '---', fields, and a line '---'.")
    try:
        fields = yaml.load(found[1], Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 2
        raise BadRecord(f"{name}, line {line}: {error.problem}. Write one 'field: value' a line.") from None
    if not isinstance(fields, dict):
        raise BadRecord(f"{name}: the front matter holds no fields. Write one 'field: value' a line.")
    try:
        return Front.model_validate(fields), text[found.end() :]
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, e['loc']))}: {_why(dict(e))}" for e in error.errors()]
        raise BadRecord("\n".join([f"{name}: the front matter is not right.", *lines])) from None


def _why(error: dict[str, Any]) -> str:
    said = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "missing":
        return "is missing. Write it."
    if error["type"] == "extra_forbidden":
        return f"is no field of an article. There are {', '.join(Front.model_fields)}."
    value = error.get("input")
    return f"{said} (it is {str(value)[:60]!r})" if not isinstance(value, list | tuple | dict) else said
