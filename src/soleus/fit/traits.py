"""Traits: what readings of pressure, pulse, blood volume and sodium can tell of a person, as numbers on a common scale.

Chosen by how far one standard deviation of each parameter moves what a clinic reads in a session; all others are drawn
from the population, and what they do counts as error (`gauss`). On the scale of `x`, log-normal parameters are logs.
"""

from typing import Any

import numpy as np

from ..body.body import Patient
from ..parameter import get, parameters, put

META = {name: meta for name, _, meta in parameters(Patient)}
BODY = (
    "fluid.dry_weight", "circulation.MAP", "circulation.PP", "circulation.HR", "circulation.A", "circulation.dilation",
    "circulation.g_H", "circulation.C_sys", "capillary.K_f", "capillary.k_1", "capillary.knee", "sodium.Na_p",
)  # fmt: skip
OFFSET = "sodium_offset"  # mmol/L, delivered less prescribed: of the center
NAMES = (*BODY, OFFSET)
LABELS = {
    "fluid.dry_weight": "dry weight", "circulation.MAP": "mean pressure at dry weight",
    "circulation.PP": "pulse pressure", "circulation.HR": "heart rate", "circulation.A": "autonomic integrity",
    "circulation.dilation": "vessels widening in dialysis", "circulation.g_H": "heart rate reflex",
    "circulation.C_sys": "compliance of veins", "capillary.K_f": "filtration coefficient",
    "capillary.k_1": "compliance of tissue", "capillary.knee": "where tissue fills easily",
    "sodium.Na_p": "sodium set point", OFFSET: "bath sodium, delivered less set",
}  # fmt: skip
UNITS = {name: META[name].unit for name in BODY} | {OFFSET: "mmol/L"}


def logged(name: str) -> bool:
    """Whether a trait is a logarithm on the scale of `x`."""
    return name in META and META[name].gsd > 1


def x_of(patient: Patient, offset: np.ndarray) -> np.ndarray:
    """Traits of people, [person, trait]."""
    n = len(offset)
    columns = [np.broadcast_to(get(patient, name), (n,)) for name in BODY]
    return np.stack(
        [*(np.log(c) if logged(name) else c for name, c in zip(BODY, columns, strict=True)), offset], axis=1
    )


def natural(x: np.ndarray) -> dict[str, np.ndarray]:
    """Traits [..., trait] in their own units."""
    return {name: np.exp(x[..., i]) if logged(name) else x[..., i] for i, name in enumerate(NAMES)}


def put_in(patient: Patient, x: np.ndarray, limits: dict[str, tuple[Any, Any]]) -> tuple[Patient, np.ndarray]:
    """The same people with these traits, none farther out than people are, and the sodium offset of each."""
    value = natural(x)
    changes = {name: np.clip(value[name], *limits[name]) for name in BODY}
    return put(patient, changes), value[OFFSET]


def limits(size: Any, lightest: Any, heaviest: Any) -> dict[str, tuple[Any, Any]]:
    """How far out each trait of the body can be, for people of this size and a dry weight between these, kg."""
    found: dict[str, tuple[Any, Any]] = {}
    for name in BODY:
        low, high = META[name].within
        scale = size ** META[name].scales
        found[name] = (low * scale, high * scale)
    found["fluid.dry_weight"] = (lightest, heaviest)
    return found
