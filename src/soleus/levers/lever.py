"""A lever: one thing that could have been otherwise, as it was and as it should have been."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ..prescription import Prescription
from .lived import Lived


class World(NamedTuple):
    """A session of one draw, with what was changed before it: kg gained and kg of target weight, as differences."""

    prescription: Prescription
    gain: float
    target: float
    lives: tuple[str, ...] = ()  # ids of the levers whose other months were lived
    eased: float = 0.0  # log rate of cramps by medicines no longer taken, at most 0


Correct = Callable[[World, int], World]  # (world, draw) -> world with the lever as it should have been


@dataclass(frozen=True)
class Lever:
    """One thing that could have been otherwise."""

    id: str
    label: str
    as_it_was: str
    as_it_should_be: str
    differs: bool
    correct: Correct
    evidence: str  # A trial, B cohort, C mechanism, D assumption
    caveat: str
    sources: tuple[str, ...]
    lived: Lived | None = None  # for a lever that takes months


def untouched(world: World, _: int) -> World:
    """What cannot be changed stays."""
    return world


def months_of(name: str, besides: Correct | None = None) -> Correct:
    """The months before are those that this lever asks for, and the session too where it is corrected `besides`."""

    def correct(world: World, k: int) -> World:
        world = world if besides is None else besides(world, k)
        return world._replace(lives=tuple(sorted({*world.lives, name})))

    return correct


def ordered(**changes: Any) -> Correct:
    """Changes the prescription: values for all draws alike."""

    def correct(world: World, _: int) -> World:
        return world._replace(prescription=replace(world.prescription, **changes))

    return correct


def bathed(name: str, values: Any, profile: str | None = None) -> Correct:
    """Changes one substance of the bath to each draw's own value, and takes away its profile."""
    gone: dict[str, Any] = {} if profile is None else {profile: None}

    def correct(world: World, k: int) -> World:
        own: dict[str, Any] = {name: float(values[k])}
        bath = replace(world.prescription.dialysate, **own)
        return world._replace(prescription=replace(world.prescription, dialysate=bath, **gone))

    return correct
