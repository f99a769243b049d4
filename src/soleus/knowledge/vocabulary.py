"""Vocabulary: the lists that articles speak from: causes, symptoms, signs that cannot wait, and categories.

Each is a small table beside this file. Causes carry the ids of levers, symptoms those of `soleus.symptoms`, so that
whatever the twin finds leads to something to read.
"""

import csv
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

FAMILIES = ("drug", "given")  # levers of which there are as many as medicines, or things given


class Term(NamedTuple):
    """One line of a table: an id, how a reader would call it, and what it is."""

    id: str
    label: str
    says: str


def _table(name: str) -> MappingProxyType[str, Term]:
    with files(__package__).joinpath(name).open(encoding="utf-8") as file:
        return MappingProxyType({row["id"]: Term(row["id"], row["label"], row["says"]) for row in csv.DictReader(file)})


@cache
def causes() -> MappingProxyType[str, Term]:
    """What can be changed, by the ids of levers, in plain words."""
    return _table("causes.csv")


@cache
def symptoms() -> MappingProxyType[str, Term]:
    """What a person may feel, in plain words."""
    return _table("symptoms.csv")


@cache
def signs() -> MappingProxyType[str, Term]:
    """Signs that cannot wait; `label` is said to everybody when `says` is "always"."""
    return _table("urgent.csv")


@cache
def categories() -> MappingProxyType[str, Term]:
    """The shelves of the library by their path, in the order in which they are shown."""
    return _table("categories.csv")


def known_cause(id: str) -> str:
    """The id under which articles know a lever: its own, or that of its family; empty when there is none."""
    if id in causes():
        return id
    family = id.partition("_")[0]
    return family if family in FAMILIES and family in causes() else ""
