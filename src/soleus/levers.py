"""Levers: what a person could have changed, each *as it was* and *as it should have been* for this very patient.

Where the patient's own value is known to the twin it is the standard; a guideline's number only bounds it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from . import measures
from .body import body
from .fit import Twin
from .machine.profiles import constant
from .parameter import param, record
from .prescription import Prescription


@record
class Should:
    """What is right where the patient's own physiology does not say."""

    ufr: float = param(
        "1", 10.0, within=(8.0, 13.0), source="Assimon2016", status="seen",
        meaning="mL/kg/h of ultrafiltration not to exceed; a mortality line, not a cramp threshold",
    )  # fmt: skip
    gain: float = param(
        "1", 0.04, within=(0.03, 0.045), source="Dantas2019", status="recalled",
        meaning="share of dry weight not to gain between sessions",
    )  # fmt: skip
    longest: float = param(
        "min", 300.0, within=(240.0, 480.0), source="Ashby2019", status="assumed",
        meaning="longest session asked for in a day unit",
    )  # fmt: skip
    Na_low: float = param(
        "mmol/L", 135.0, within=(132.0, 137.0), source="GeneralKnowledge", status="recalled",
        meaning="lowest usual bath sodium",
    )  # fmt: skip
    Na_high: float = param(
        "mmol/L", 140.0, within=(138.0, 145.0), source="GeneralKnowledge", status="recalled",
        meaning="highest usual bath sodium",
    )  # fmt: skip
    cooler: float = param(
        "degC", 0.5, within=(0.3, 1.0), source="GeneralKnowledge", status="recalled",
        meaning="how far below the patient's own core the bath should be",
    )  # fmt: skip
    T_low: float = param(
        "degC", 35.5, within=(35.0, 36.0), source="GeneralKnowledge", status="recalled",
        meaning="coolest usual bath",
    )  # fmt: skip
    ktv: float = param(
        "1", 1.4, within=(1.2, 1.6), source="Ashby2019", status="recalled",
        meaning="single-pool Kt/V to reach; beyond it urea may be removed more slowly",
    )  # fmt: skip


SHOULD = Should()


class World(NamedTuple):
    """A session of one draw, with what was changed before it: kg gained and kg of target weight, as differences."""

    prescription: Prescription
    gain: float
    target: float


@dataclass(frozen=True)
class Lever:
    """One thing that could have been otherwise."""

    id: str
    label: str
    as_it_was: str
    as_it_should_be: str
    differs: bool
    correct: Callable[[World, int], World]  # (world, draw) -> world with this lever as it should have been
    evidence: str  # A trial, B cohort, C mechanism, D assumption
    caveat: str
    sources: tuple[str, ...]


def levers_of(twin: Twin) -> tuple[Lever, ...]:
    """All levers of this session, those that differ from what should have been and those that do not."""
    made = (_gain, _length, _profile, _target, _sodium, _temperature, _urea)
    return tuple(make(twin) for make in made)


def _gain(twin: Twin) -> Lever:
    p, dry = twin.prescription[0], float(np.mean(twin.patient.fluid.dry_weight))
    weight = np.asarray(body.look(twin.start, twin.patient, body.rest(twin.patient)).weight)
    gain = float(np.mean(weight - twin.post_weight))
    most = min(SHOULD.gain * dry, SHOULD.ufr * dry * p.time / 60 / 1000)
    less = max(0.0, gain - most)

    def correct(world: World, _: int) -> World:
        lower = max(0.0, world.prescription.uf - less)
        return world._replace(gain=-less, prescription=replace(world.prescription, uf=lower))

    return Lever(
        "fluid_gain", "Fluid gained between sessions", f"{gain:.1f} kg", f"at most {most:.1f} kg",
        less > 0.1 and p.uf > 0.2, correct, "B",
        "Gain of 3.5 kg or more went with cramps in one cohort; no trial has lowered it to prevent them.",
        ("Akkabut2021", "Dantas2019", "Lindley2009"),
    )  # fmt: skip


def _length(twin: Twin) -> Lever:
    p, dry = twin.prescription[0], float(np.mean(twin.patient.fluid.dry_weight))
    needed = 1000 * p.uf / dry / SHOULD.ufr * 60
    should = float(np.clip(np.ceil(max(needed, 240.0) / 15) * 15, p.time, max(p.time, SHOULD.longest)))

    def correct(world: World, _: int) -> World:
        return world._replace(prescription=replace(world.prescription, time=should))

    rate = measures.uf_rate_ml_kg_h(p.uf, p.time / 60, dry)
    return Lever(
        "session_length", "Session length", f"{p.time / 60:.2g} h ({rate:.1f} mL/kg/h)", f"{should / 60:.2g} h",
        should > p.time + 1, correct, "C",
        "No study gives cramps by session length; it acts here through the speed of fluid and urea removal.",
        ("Assimon2016", "Ashby2019"),
    )  # fmt: skip


def _profile(twin: Twin) -> Lever:
    p = twin.prescription[0]
    flat = len(set(p.uf_profile.values)) == 1

    def correct(world: World, _: int) -> World:
        return world._replace(prescription=replace(world.prescription, uf_profile=constant()))

    return Lever(
        "uf_profile", "Course of fluid removal", "even" if flat else "uneven", "even", not flat, correct, "C",
        "Profiles of fluid and sodium together lowered symptoms in one crossover trial; fluid alone was not tested.",
        ("Oliver2001",),
    )  # fmt: skip


def _target(twin: Twin) -> Lever:
    who = twin.case.patient
    dry = np.asarray(twin.patient.fluid.dry_weight)
    target = who.target_weight_kg if who.target_weight_kg is not None else float(np.mean(twin.post_weight))
    shift = np.clip(dry - target, -3.0, 3.0)
    low, high = np.percentile(dry, (5, 95))

    def correct(world: World, k: int) -> World:
        return world._replace(target=float(shift[k]))

    return Lever(
        "target_weight", "Target weight", f"{target:.1f} kg", f"{dry.mean():.1f} kg ({low:.1f} to {high:.1f})",
        True, correct, "B",
        "At least half of stable patients ended dialysis fluid-depleted by bioimpedance; what follows is inferred.",
        ("Keane2018",),
    )  # fmt: skip


def _sodium(twin: Twin) -> Lever:
    seen = body.look(twin.start, twin.patient, body.rest(twin.patient))
    isonatric = np.asarray(seen.protein.alpha * seen.sodium.c_w)
    offset = np.array([p.sodium_offset for p in twin.prescription])
    should = np.clip(isonatric - offset, SHOULD.Na_low, SHOULD.Na_high)
    p = twin.prescription[0]
    was = p.dialysate.Na
    profiled = p.sodium_profile is not None

    def correct(world: World, k: int) -> World:
        bath = replace(world.prescription.dialysate, Na=float(should[k]))
        return world._replace(prescription=replace(world.prescription, dialysate=bath, sodium_profile=None))

    words = f"profile around {np.mean(p.sodium_profile.values):.0f} mmol/L" if p.sodium_profile else f"{was:.0f} mmol/L"
    return Lever(
        "dialysate_sodium", "Dialysate sodium", words, f"{should.mean():.0f} mmol/L, in balance with the blood",
        profiled or abs(was - float(should.mean())) > 0.75, correct, "B",
        "A low bath sodium raised cramps in pooled trials (figure recalled), yet it lowers thirst and weight gain.",
        ("Dunlop2019", "Oliver2001", "MunozMendoza2011"),
    )  # fmt: skip


def _temperature(twin: Twin) -> Lever:
    p = twin.prescription[0]
    was = p.dialysate.temperature if p.temperature_profile is None else float(np.mean(p.temperature_profile.values))
    core = np.asarray(twin.start.heat.T_c)
    should = np.clip(core - SHOULD.cooler, SHOULD.T_low, was)

    def correct(world: World, k: int) -> World:
        bath = replace(world.prescription.dialysate, temperature=float(should[k]))
        return world._replace(prescription=replace(world.prescription, dialysate=bath, temperature_profile=None))

    return Lever(
        "temperature", "Dialysate temperature", f"{was:.1f} degC", f"{should.mean():.1f} degC",
        p.mode != "UF" and was - float(should.mean()) > 0.2, correct, "C",
        "Cooling lowers hypotension (low certainty); for cramps the evidence is very uncertain. Patients feel cold.",
        ("Tsujimoto2019", "Selby2006"),
    )  # fmt: skip


def _urea(twin: Twin) -> Lever:
    p = twin.prescription[0]
    moments = twin.course.moments(twin.patient, at=[0, -1])
    urea = moments.seen.urea_e
    ktv = float(np.mean(measures.sp_ktv(urea[0], urea[1], p.time / 60, p.uf, twin.post_weight)))
    slower = float(np.clip(SHOULD.ktv / ktv, 0.6, 1.0)) if ktv > 0 else 1.0

    def correct(world: World, _: int) -> World:
        return world._replace(prescription=replace(world.prescription, Q_b=world.prescription.Q_b * slower))

    return Lever(
        "urea_removal", "Speed of urea removal", f"Kt/V {ktv:.2f} in {p.time / 60:.2g} h",
        f"Kt/V {SHOULD.ktv:g}",
        p.mode == "HD" and ktv > SHOULD.ktv + 0.15, correct, "D",
        "That a fast fall of urea cramps muscle is an inference; no study has measured it.",
        ("Ashby2019", "SoleusChoice"),
    )  # fmt: skip
