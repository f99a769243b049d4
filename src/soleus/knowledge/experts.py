"""Experts: what kinds of people can help with what, and official bodies by name. Kinds, never persons.

Addresses are text to be typed, not links: nothing here is loaded from outside. They are recalled and were not opened.
"""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Expert(NamedTuple):
    """A kind of expert: what to ask, and the causes and symptoms (by id) that are theirs."""

    id: str
    kind: str
    ask_about: str
    topics: frozenset[str]


class Resource(NamedTuple):
    """An official body or a patients' association: what it is, and its address as plain text."""

    id: str
    name: str
    what: str
    address: str


def _rows(name: str) -> list[dict[str, str]]:
    with files(__package__).joinpath(name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def experts() -> tuple[Expert, ...]:
    """All kinds of experts, those nearest to dialysis first."""
    return tuple(Expert(r["id"], r["label"], r["says"], frozenset(r["for"].split())) for r in _rows("experts.csv"))


@cache
def resources() -> tuple[Resource, ...]:
    """Official bodies and patients' associations."""
    return tuple(Resource(r["id"], r["label"], r["says"], r["address"]) for r in _rows("resources.csv"))


def experts_for(*topics: str) -> tuple[Expert, ...]:
    """Those who know about these causes or symptoms, most of them first; the nurse when nobody is named."""
    found = sorted(experts(), key=lambda e: -len(e.topics & set(topics)))
    return tuple(e for e in found if e.topics & set(topics)) or tuple(e for e in experts() if e.id == "nurse")
