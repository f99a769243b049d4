"""Cohort: patients drawn from the spread that every parameter states beside its value.

Here each parameter is drawn by itself, which serves a twin that a chart will bend; `joint` draws whole people, in whom
age, diabetes, size and habits go together as they do in a unit.
"""

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from ..body.body import Patient
from ..parameter import Meta, parameters, put

VARYING = {name for name, _, meta in parameters(Patient) if meta.sd or meta.gsd > 1 or meta.scales}


def size_of(dry_weight_kg: Any) -> Any:
    """How large a person is, relative to the 72.5 kg to whom typical values belong."""
    return np.asarray(dry_weight_kg) / Patient().fluid.dry_weight


def draw(n: int, seed: int, dry_weight_kg: Any = None) -> Patient:
    """n patients who differ in every parameter that states a spread.

    Args:
        n: how many.
        seed: the same seed gives the same patients.
        dry_weight_kg: one for all, one each, or None to draw it (mean 72.5, SD 14).

    Returns:
        a Patient whose varying leaves are [patient].
    """
    rng = np.random.default_rng(seed)
    if dry_weight_kg is None:
        dry_weight_kg = np.clip(rng.normal(72.5, 14.0, n), 42.0, 130.0)  # [GeneralKnowledge]
    size = np.broadcast_to(size_of(dry_weight_kg), (n,))
    z = rng.standard_normal((len(VARYING), n))
    drawn = {}
    for i, (name, value, meta) in enumerate(p for p in parameters(Patient) if p[0] in VARYING):
        drawn[name] = _within(meta, _spread(value, meta, np.clip(z[i], -2.5, 2.5))) * size**meta.scales
    return put(Patient(), drawn)


def draw_everywhere(n: int, seed: int) -> Patient:
    """n patients drawn evenly over the whole range of every parameter: the corners nobody lives in, for tests."""
    rng = np.random.default_rng(seed)
    size = rng.uniform(0.6, 1.7, n)
    drawn = {}
    for name, value, meta in parameters(Patient):
        low, high = meta.within
        even = rng.uniform(low, high, n)
        drawn[name] = (value if name == "fluid.dry_weight" else even) * size**meta.scales
    return put(Patient(), drawn)


def alike(patient: Patient, n: int) -> Patient:
    """n copies of one patient, every varying leaf [patient], so that all runs share one program."""
    return put(patient, {name: np.broadcast_to(np.asarray(_get(patient, name), float), (n,)) for name in VARYING})


def take(patients: Any, index: Any) -> Any:
    """Some of the patients (or of anything with [patient] leaves)."""
    return jax.tree.map(lambda x: np.asarray(x)[..., index] if np.ndim(x) else x, patients)


def both(first: Any, second: Any) -> Any:
    """Two groups as one."""
    return jax.tree.map(lambda a, b: np.concatenate([a, b], axis=-1) if np.ndim(a) else a, first, second)


def side_by_side(groups: Sequence[Any], n: int) -> Any:
    """Groups of n as one, group by group; what is the same in all stays one number."""

    def joined(*x: Any) -> Any:
        if all(np.ndim(v) == 0 and v == x[0] for v in x):
            return x[0]
        return np.concatenate([np.broadcast_to(v, (n,)) for v in x])

    return jax.tree.map(joined, *groups)


def count(patients: Patient) -> int:
    """How many patients."""
    return max((np.shape(x)[-1] for x in jax.tree.leaves(patients) if np.ndim(x)), default=1)


def _spread(value: float, meta: Meta, z: np.ndarray) -> np.ndarray:
    return value * meta.gsd**z if meta.gsd > 1 else value + meta.sd * z


def _within(meta: Meta, x: np.ndarray) -> np.ndarray:
    return np.clip(x, *meta.within)


def _get(patient: Any, name: str) -> Any:
    for step in name.split("."):
        patient = getattr(patient, step)
    return patient
