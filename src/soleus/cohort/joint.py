"""Joint: whole people of a place, in whom size, age, diabetes, years, reflexes, pressure and habits go together.

    z_i = sum over earlier traits of path_ij z_j + sqrt(1 - what they explain) e_i,      e ~ N(0, 1)

Each trait is a standard normal, pulled along by earlier ones; its correlations are therefore those of a distribution,
whatever the paths, as long as no trait is explained more than wholly. A trait then becomes its own quantity: a weight,
a share with diabetes, a parameter of the body, or what a ward knows of somebody (pressure and gain), to which salt
eaten and set points are bent later. Every other parameter keeps the spread that it states and is drawn by itself.

Assumes     a Gaussian copula: nothing goes together more in the extremes than in the middle.
"""

from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from .. import symptoms
from ..body.body import Patient
from ..errors import OutOfRange
from ..parameter import Meta, param, parameters, put, record
from ..symptoms import About
from . import draw
from .places import PLACES, Paths, Place

TRAITS = (
    "female", "age", "diabetes", "vintage", "weight", "filtration", "autonomic", "pressure", "pulse", "gain",
    "dilation", "lability", "target", "catheter", "length",
)  # fmt: skip
USUAL, HALF_HOUR = 240.0, 30.0  # min, a session, and what short and long ones differ by
FARTHEST = 2.5  # standard deviations; nobody is drawn farther out, as in `draw`
METAS: dict[str, Meta] = {name: meta for name, _, meta in parameters(Patient)}


@record
class Habits:
    """What people have in common wherever they live."""

    urine: Any = param(
        "1", 0.175, within=(0.08, 0.3), source="GeneralKnowledge", status="recalled",
        meaning="urine over filtration on dialysis: 2 mL/min make half a liter a day",
    )  # fmt: skip
    insulin: Any = param(
        "1", 0.2, within=(0.1, 0.6), source="GeneralKnowledge", status="assumed",
        meaning="answer of insulin to glucose in diabetes, of the usual",
    )  # fmt: skip
    labile: Any = param(
        "1", 3.0, within=(1.5, 5.0), source="SoleusChoice", status="assumed",
        meaning="most that a pressure varies from day to day, over the usual",
    )  # fmt: skip
    longest: Any = param(
        "1", 25.0, within=(15.0, 40.0), source="GeneralKnowledge", status="recalled", meaning="most years on dialysis",
    )  # fmt: skip


class People(NamedTuple):
    """Whole people; leaves [patient]."""

    patient: Patient
    about: About  # age, sex, diabetes, years on dialysis, filtration
    catheter: np.ndarray  # bool
    target: np.ndarray  # kg, prescribed weight after a session
    gain: np.ndarray  # kg, in a gap of 44 h
    systolic: np.ndarray  # mmHg, before a session
    diastolic: np.ndarray  # mmHg, the same
    lability: np.ndarray  # how far pressure varies from day to day, over the usual
    minutes: np.ndarray  # length of a session
    flow: np.ndarray  # L/min, blood flow
    cramp: symptoms.Cramp  # how readily each cramps
    hypotension: symptoms.Hypotension  # and falls


def loadings(paths: Paths | None = None) -> np.ndarray:
    """Traits from independent normals, [trait, normal]; its product with its transpose is their correlation.

    Raises:
        OutOfRange: if a trait would be explained more than wholly by earlier ones.
    """
    given = Paths() if paths is None else paths
    A = np.zeros((len(TRAITS), len(TRAITS)))
    for i, trait in enumerate(TRAITS):
        for name, _, _ in parameters(Paths):
            of, by = name.split("_by_")
            if of == trait:
                A[i] += getattr(given, name) * A[TRAITS.index(by)]
        left = 1 - A[i] @ A[i]
        if left <= 0:
            raise OutOfRange(
                f"paths to {trait} explain {1 - left:.2f} of its variance; at most all of it can be. Make them weaker."
            )
        A[i, i] = np.sqrt(left)
    return A


def place(name: str) -> Place:
    """A place by its name.

    Raises:
        OutOfRange: if there is none of that name.
    """
    if name not in PLACES:
        raise OutOfRange(f"place is {name!r}; there are {', '.join(PLACES)}. Choose one of them.")
    return PLACES[name]


def people(n: int, seed: Any, where: Place | str = "world", paths: Paths | None = None) -> People:
    """n people of a place.

    Args:
        n: how many.
        seed: the same seed gives the same people; a number or a sequence of numbers.
        where: the place, or its name.
        paths: what goes with what.

    Raises:
        OutOfRange: for a place that is not known.
    """
    here = place(where) if isinstance(where, str) else where
    rng = np.random.default_rng(seed)
    z = loadings(paths) @ rng.standard_normal((len(TRAITS), n))
    trait = dict(zip(TRAITS, np.clip(z, -FARTHEST, FARTHEST), strict=True))
    weight = here.weight * np.exp(here.weight_spread * trait["weight"])
    patient = _body(here, trait, draw(n, int(rng.integers(2**32)), weight))
    about = _about(here, trait, patient)
    leaning = symptoms.leaning(about, n, rng)
    cramp = symptoms.draw_weights(symptoms.Cramp, n, rng)
    target = weight * (1 + here.target + here.target_sd * trait["target"])
    mean, pulse = (
        here.pressure + here.pressure_sd * trait["pressure"],
        here.pulse * np.exp(here.pulse_spread * trait["pulse"]),
    )
    share = patient.circulation.f_sys
    return People(
        patient=patient,
        about=about,
        catheter=np.asarray(patient.circulation.Q_access) == 0,
        target=target,
        gain=target * here.gain * np.exp(here.gain_spread * trait["gain"]),
        systolic=mean + share * pulse,
        diastolic=mean - (1 - share) * pulse,
        lability=np.minimum(np.exp(here.lability * trait["lability"]), Habits().labile),
        minutes=USUAL + HALF_HOUR * (1.0 * _below(-trait["length"], here.long) - _below(trait["length"], here.short)),
        flow=np.minimum(here.flow, here.flow_by_weight * weight),
        cramp=put(cramp, {"u": cramp.u + leaning}),
        hypotension=symptoms.draw_weights(symptoms.Hypotension, n, rng),
    )


def _body(here: Place, trait: dict[str, np.ndarray], drawn: Patient) -> Patient:
    """The drawn bodies, with what goes together put in its place."""
    habits = Habits()
    diabetes = _below(-trait["diabetes"], here.diabetes)
    filtration = here.gfr * np.exp(here.gfr_spread * trait["filtration"])
    gfr = np.where(_below(trait["filtration"], here.anuric), 0.0, filtration)
    found = {
        "circulation.A": here.autonomic + here.autonomic_sd * trait["autonomic"],
        "circulation.dilation": here.dilation + here.dilation_sd * trait["dilation"],
        "circulation.Q_access": np.where(_below(-trait["catheter"], here.catheter), 0.0, drawn.circulation.Q_access),
        "kidney.gfr": gfr,
        "kidney.urine": habits.urine * gfr,
    }
    within = {name: np.clip(x, *METAS[name].within) for name, x in found.items()}
    within["glucose.s"] = np.where(diabetes, habits.insulin, 1.0) * drawn.glucose.s
    return put(drawn, within)


def _about(here: Place, trait: dict[str, np.ndarray], patient: Patient) -> About:
    years = here.vintage * np.exp(here.vintage_spread * trait["vintage"])
    known: dict[str, Any] = {
        "age_y": np.clip(here.age + here.age_sd * trait["age"], 18.0, 95.0),
        "female": _below(-trait["female"], here.female),
        "diabetes": _below(-trait["diabetes"], here.diabetes),
        "vintage_y": np.minimum(years, Habits().longest),
        "gfr_ml_min": 1000 * np.asarray(patient.kidney.gfr),
    }
    return About(**known)


def _below(z: np.ndarray, share: float) -> np.ndarray:
    """True in so large a share of people, those whose trait is lowest."""
    return np.asarray(z < ndtri(share))
