"""Levers of fluid: how much was gained, in how long and how evenly it was taken, and down to which weight."""

from dataclasses import replace

import numpy as np

from .. import measures
from ..body import body
from ..fit import Twin
from ..machine.profiles import constant
from .lever import Lever, World, ordered
from .should import SHOULD


def gain(twin: Twin) -> Lever:
    """No more than the weight, and the session, can bear."""
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


def weighing(twin: Twin) -> tuple[Lever, Lever]:
    """The levers that change what people weigh when they come."""
    return gain(twin), target(twin)


def length(twin: Twin) -> Lever:
    """Long enough for the fluid that was taken."""
    p, dry = twin.prescription[0], float(np.mean(twin.patient.fluid.dry_weight))
    needed = 1000 * p.uf / dry / SHOULD.ufr * 60
    should = float(np.clip(np.ceil(max(needed, 240.0) / 15) * 15, p.time, max(p.time, SHOULD.longest)))

    rate = measures.uf_rate_ml_kg_h(p.uf, p.time / 60, dry)
    return Lever(
        "session_length", "Session length", f"{p.time / 60:.2g} h ({rate:.1f} mL/kg/h)", f"{should / 60:.2g} h",
        should > p.time + 1, ordered(time=should), "C",
        "No study gives cramps by session length; it acts here through the speed of fluid and urea removal.",
        ("Assimon2016", "Ashby2019"),
    )  # fmt: skip


def profile(twin: Twin) -> Lever:
    """Even."""
    p = twin.prescription[0]
    flat = len(set(p.uf_profile.values)) == 1

    return Lever(
        "uf_profile", "Course of fluid removal", "even" if flat else "uneven", "even", not flat,
        ordered(uf_profile=constant()), "C",
        "Profiles of fluid and sodium together lowered symptoms in one crossover trial; fluid alone was not tested.",
        ("Oliver2001",),
    )  # fmt: skip


def target(twin: Twin) -> Lever:
    """The patient's own dry weight."""
    who = twin.case.patient
    dry = np.asarray(twin.patient.fluid.dry_weight)
    target = who.target_weight_kg if who.target_weight_kg is not None else float(np.mean(twin.post_weight))
    shift = np.clip(dry - target, -3.0, 3.0)
    low, high = np.percentile(dry, (5, 95))
    away = abs(float(dry.mean()) - target)
    told = away > SHOULD.target_told and away > SHOULD.target_sure * float(dry.std())

    def correct(world: World, k: int) -> World:
        return world._replace(target=float(shift[k]))

    return Lever(
        "target_weight", "Target weight", f"{target:.1f} kg", f"{dry.mean():.1f} kg ({low:.1f} to {high:.1f})",
        told, correct, "B",
        "At least half of stable patients ended dialysis fluid-depleted by bioimpedance; what follows is inferred.",
        ("Keane2018",),
    )  # fmt: skip
