"""Hormones, bone and absorption at once: units, NumPy against JAX, batches, sensitivities, corners of the ranges."""

# ruff: noqa: SIM300 - a symbol in capitals is no constant

import dataclasses
from dataclasses import replace

import jax
import numpy as np
import pytest

from soleus.body import absorption, bone, hormones
from soleus.parameter import parameters, put
from soleus.units import dimension


def flat(record):
    """All numbers of a record."""
    return np.array([getattr(record, f.name) for f in dataclasses.fields(record)], float)


PARTS = {"hormones": hormones.Hormones, "bone": bone.Bone, "absorption": absorption.Absorption}
AROUND = {"iCa": ("mmol/L", 1.12), "P": ("mmol/L", 1.7), "g": ("1", 0.08), "J_slow": ("mmol/min", 0.002)}


def everything(ho, bo, x, p):
    """Readings and rates of the new organs from what surrounds them."""
    given = hormones.Inputs(iCa=x["iCa"], P=x["P"], g=x["g"])
    h = hormones.look(ho, given, p["hormones"])
    b = bone.look(bo, h.u, x["iCa"], x["P"], x["g"], p["bone"])
    d = hormones.rates(ho, h, given, p["hormones"])
    e = bone.rates(bo, b, bone.Inputs(PTH=h.PTH, J_slow=x["J_slow"]), p["bone"])
    return (h, b, absorption.look(h.u_gut, p["absorption"])), (d, e)


def at_rest(x, p):
    ho = hormones.at_rest(hormones.Inputs(iCa=x["iCa"], P=x["P"], g=x["g"]), p["hormones"])
    u = (ho.D + p["hormones"].analog) / p["hormones"].D_0
    PTH = p["hormones"].PTH
    return ho, bone.at_rest(PTH, u, x["g"], p["bone"])


def rescaled(record, scale, per_minute=False):
    def field(f):
        said = f.metadata.get("param") or f.metadata["quantity"]
        value = scale(said[0], getattr(record, f.name))
        return scale("1/min", value) if per_minute else value

    return replace(record, **{f.name: field(f) for f in dataclasses.fields(record)})


def test_every_organ_is_dimensionally_sound():
    world = {"L": 1.7, "min": 0.4, "mmol": 2.3, "g": 3.1}

    def scale(unit, value):
        return value * np.prod([world[base] ** n for base, n in dimension(unit).items()])

    here_p = {name: cls() for name, cls in PARTS.items()}
    there_p = {name: rescaled(p, scale) for name, p in here_p.items()}
    here_x = {name: value for name, (_, value) in AROUND.items()}
    there_x = {name: scale(unit, value) for name, (unit, value) in AROUND.items()}
    here, there = at_rest(here_x, here_p), at_rest(there_x, there_p)
    for a, b in zip(here, there, strict=True):
        assert flat(b) == pytest.approx(flat(rescaled(a, scale)), rel=1e-9)
    here, there = (
        [
            replace(s, **{f.name: 1.15**i * getattr(s, f.name) for i, f in enumerate(dataclasses.fields(s))})
            for s in x[:2]
        ]
        for x in (here, there)
    )
    saw_here, did_here = everything(here[0], here[1], here_x, here_p)
    saw_there, did_there = everything(there[0], there[1], there_x, there_p)
    for a, b in zip(saw_here, saw_there, strict=True):
        assert flat(b) == pytest.approx(flat(rescaled(a, scale)), rel=1e-10)
    for a, b in zip(did_here, did_there, strict=True):
        assert flat(b) == pytest.approx(flat(rescaled(a, scale, True)), rel=1e-9)


def corners(n):
    """People drawn evenly over every range, their surroundings, and states stirred by half as much again."""
    rng = np.random.default_rng(5)
    p = {
        part: put(cls(), {name: rng.uniform(*meta.within, n) for name, _, meta in parameters(cls)})
        for part, cls in PARTS.items()
    }
    x = {
        "iCa": rng.uniform(0.6, 1.7, n), "P": rng.uniform(0.4, 4.0, n), "g": rng.uniform(0.0, 1.0, n),
        "J_slow": rng.uniform(-0.01, 0.01, n),
    }  # fmt: skip
    ho, bo = at_rest(x, p)
    stir = lambda tree: jax.tree.map(lambda v: v * rng.uniform(0.67, 1.5, n), tree)  # noqa: E731
    return p, x, stir(ho), stir(bo)


def test_numpy_jax_and_one_by_one_agree():
    p, x, ho, bo = corners(5)
    batch = everything(ho, bo, x, p)
    compiled = jax.jit(everything)(ho, bo, x, p)
    one = everything(*(jax.tree.map(lambda v: v[3], t) for t in (ho, bo, x, p)))
    for a, b, c in zip(*(jax.tree.leaves(t) for t in (batch, compiled, one)), strict=True):
        assert a == pytest.approx(np.asarray(b), rel=1e-10, abs=1e-14)
        assert c == pytest.approx(a[3], rel=1e-12)


def test_every_sensitivity_is_finite_even_without_a_kidney():
    p, x, ho, bo = corners(20)
    x["g"] = x["g"] * 0.0

    def total(*args):
        return sum(leaf.sum() for leaf in jax.tree.leaves(everything(*args)))

    found = jax.jit(jax.grad(total, argnums=(0, 1, 2, 3)))(ho, bo, x, p)
    assert all(np.all(np.isfinite(leaf)) for leaf in jax.tree.leaves(found))


def test_in_every_corner_two_months_stay_positive_and_finite():
    """People who live nowhere, two months in steps of twenty minutes, their blood held."""
    p, x, ho, bo = corners(200)

    @jax.jit
    def months(ho, bo):
        def step(_, now):
            return jax.tree.map(lambda v, d: v + 20.0 * d, now, everything(*now, x, p)[1])

        return jax.lax.fori_loop(0, 4320, step, (ho, bo))

    seen, _ = everything(*(end := jax.tree.map(np.asarray, months(ho, bo))), x, p)
    assert all(np.all(np.isfinite(v)) and np.all(v > 0) for v in jax.tree.leaves(end[0]))
    assert all(np.all(np.isfinite(v)) and np.all(v > 0) for v in (end[1].H, end[1].OC, end[1].OB))
    largest = np.maximum(5 * p["hormones"].G_max, ho.G)
    assert np.all(end[0].G <= largest)
    assert np.all(seen[0].PTH > 0)
