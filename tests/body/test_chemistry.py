"""All organs of the chemistry at once: units, NumPy against JAX, batches, sensitivities, corners of the ranges."""

import dataclasses
from types import SimpleNamespace

import jax
import numpy as np
import pytest

from soleus.body import (
    acid_base,
    b2m,
    calcium,
    creatinine,
    glucose,
    indoxyl,
    kidney,
    magnesium,
    phosphate,
    potassium,
    protein,
)
from soleus.parameter import parameters, put
from soleus.units import dimension

PARTS = {
    "potassium": potassium.Potassium,
    "acid_base": acid_base.AcidBase,
    "calcium": calcium.Calcium,
    "magnesium": magnesium.Magnesium,
    "phosphate": phosphate.Phosphate,
    "glucose": glucose.Glucose,
    "creatinine": creatinine.Creatinine,
    "b2m": b2m.B2m,
    "indoxyl": indoxyl.Indoxyl,
    "kidney": kidney.Kidney,
}
USUAL = {name: cls() for name, cls in PARTS.items()} | {"kidney": kidney.Kidney(gfr=0.004)}
AROUND = {
    "V_pl": ("L", 3.4), "V_is": ("L", 14.0), "V_ic": ("L", 21.6), "V_ref": ("L", 15.5), "V": ("L", 37.0),
    "c_pl": ("g/L", 64.0), "c_is": ("g/L", 23.0), "PTH": ("pg/mL", 300.0), "FGF": ("pg/mL", 1500.0),
    "Ca_gut": ("mmol/min", 0.0002), "Ca_bone": ("mmol/min", -0.0001), "P_gut": ("mmol/min", 0.0095),
}  # fmt: skip


def at_rest(p, w):
    """The states of all organs, each at its usual concentrations in these volumes."""
    pro, V_e = w.pro, w.pro.f * w.V_pl + w.V_is
    pH, cit = acid_base.acidity(p["acid_base"].hco3, p["acid_base"].pCO2, p["acid_base"]), p["acid_base"].citrate
    return {
        "potassium": potassium.at_rest(w.V_pl, w.V_is, pro, p["potassium"]),
        "acid_base": acid_base.at_rest(w.V_pl, w.V_is, pro, p["acid_base"]),
        "calcium": calcium.at_rest(w.V_pl, w.V_is, pro, 0.56 * w.c_pl, pH, cit, p["calcium"]),
        "magnesium": magnesium.at_rest(w.V_pl, w.V_is, pro, 0.56 * w.c_pl, pH, cit, p["magnesium"]),
        "phosphate": phosphate.at_rest(V_e, p["phosphate"]),
        "glucose": glucose.at_rest(V_e, pro.f, p["glucose"]),
        "creatinine": creatinine.at_rest(V_e, w.V_ic, pro.f, p["creatinine"]),
        "b2m": b2m.at_rest(w.V, V_e - w.V_ref, p["b2m"]),
        "indoxyl": indoxyl.at_rest(p["indoxyl"]),
    }


def world_around(scale=lambda unit, x: x):
    w = SimpleNamespace(**{name: scale(unit, x) for name, (unit, x) in AROUND.items()})
    pro = protein.look(AROUND["c_pl"][1], AROUND["c_is"][1], protein.Protein())
    w.pro = rescaled(pro, scale)
    return w


def look(now, p, w):
    """All algebra, in the order in which the body needs it."""
    pro, V_e, alb = w.pro, w.pro.f * w.V_pl + w.V_is, 0.56 * w.c_pl
    K_rest = potassium.rest(w.V_ic, pro.f, p["potassium"])
    Ca_rest = calcium.rest(p["acid_base"].hco3, p["phosphate"].c, p["calcium"])
    K = potassium.look(now["potassium"], w.V_pl, w.V_is, w.V_ic, pro, p["potassium"], K_rest)
    acid = acid_base.look(now["acid_base"], w.V_pl, w.V_is, pro, p["acid_base"])
    P = phosphate.look(now["phosphate"], V_e, pro, p["phosphate"])
    Ca = calcium.look(now["calcium"], w.V_pl, w.V_is, pro, alb, acid, P.c_p, p["calcium"], Ca_rest)
    Mg = magnesium.look(now["magnesium"], w.V_pl, w.V_is, pro, alb, acid, p["magnesium"])
    out = kidney.excreted(
        K.c_w, acid.hco3, Mg.free, Ca.free, Ca.iCa, P.c_p, w.PTH, w.FGF, p["kidney"], kidney.rest(p["kidney"])
    )
    return {
        "potassium": K,
        "acid_base": acid,
        "phosphate": P,
        "calcium": Ca,
        "magnesium": Mg,
        "glucose": glucose.look(now["glucose"], V_e, pro.f),
        "creatinine": creatinine.look(now["creatinine"], V_e, w.V_ic, pro.f),
        "b2m": b2m.look(now["b2m"], w.V, V_e - w.V_ref, p["b2m"]),
        "indoxyl": indoxyl.look(now["indoxyl"], p["indoxyl"]),
        "kidney": kidney.look(V_e, w.V_ref, 20.0, out.K, p["kidney"], kidney.rest(p["kidney"])),
        "urine": out,
    }


def rates(now, seen, p, w):
    """What each organ does when nothing is taken or given."""
    out, clear = seen["urine"], seen["kidney"]
    K_rest = potassium.rest(w.V_ic, w.pro.f, p["potassium"])
    Ca_rest = calcium.rest(p["acid_base"].hco3, p["phosphate"].c, p["calcium"])
    given = {
        "potassium": potassium.Inputs(
            J_B=seen["acid_base"].J_B, insulin=now["glucose"].insulin, urine=out.K, infusion=0.0, removal=0.0
        ),
        "acid_base": acid_base.Inputs(
            kidney=out.base,
            infusion=0.0,
            infused_citrate=0.0,
            removal=0.0,
            organic_removal=0.0,
            acetate_removal=0.0,
            citrate_removal=0.0,
        ),
        "calcium": calcium.Inputs(tilt=1.0, gut=w.Ca_gut, bone=w.Ca_bone, urine=out.Ca, infusion=0.0, removal=0.0),
        "magnesium": magnesium.Inputs(urine=out.Mg, infusion=0.0, removal=0.0),
        "phosphate": phosphate.Inputs(gut=w.P_gut, deep=seen["calcium"].J_slow, urine=out.P, infusion=0.0, removal=0.0),
        "glucose": glucose.Inputs(injected=0.0, infusion=0.0, removal=0.0),
        "creatinine": creatinine.Inputs(V=w.V, K_r=clear.K_creatinine, removal=0.0),
        "b2m": b2m.Inputs(K_r=clear.K_b2m, removal=0.0),
        "indoxyl": indoxyl.Inputs(K_r=clear.K_toxin, removal=0.0),
    }
    modules = {"potassium": (potassium, K_rest), "calcium": (calcium, Ca_rest)}
    modules |= {x.__name__.rpartition(".")[2]: (x,) for x in (acid_base, magnesium, phosphate, glucose)}
    modules |= {x.__name__.rpartition(".")[2]: (x,) for x in (creatinine, b2m, indoxyl)}
    return {
        name: module.rates(now[name], seen[name], given[name], p[name], *rest)
        for name, (module, *rest) in modules.items()
    }


def rescaled(record, scale, per_minute=False):
    """The same record where the units have other sizes."""

    def field(f):
        said = f.metadata.get("param") or f.metadata["quantity"]
        value = scale(said[0], getattr(record, f.name))
        return scale("1/min", value) if per_minute else value

    return dataclasses.replace(record, **{f.name: field(f) for f in dataclasses.fields(record)})


def numbers(tree):
    return [float(x) for x in jax.tree.leaves(tree)]


def stirred(now):
    """Away from rest, so that no rate is zero by luck."""
    return {
        name: dataclasses.replace(
            x, **{f.name: 1.15**i * getattr(x, f.name) for i, f in enumerate(dataclasses.fields(x))}
        )
        for name, x in now.items()
    }


def test_every_organ_is_dimensionally_sound():
    world = {"L": 1.7, "min": 0.4, "mmol": 2.3, "mmHg": 0.6, "g": 3.1}

    def scale(unit, x):
        return x * np.prod([world[base] ** n for base, n in dimension(unit).items()])

    there_p = {name: rescaled(p, scale) for name, p in USUAL.items()}
    here_w, there_w = world_around(), world_around(scale)
    here, there = (stirred(at_rest(p, w)) for p, w in ((USUAL, here_w), (there_p, there_w)))
    saw_here, saw_there = look(here, USUAL, here_w), look(there, there_p, there_w)
    did_here, did_there = rates(here, saw_here, USUAL, here_w), rates(there, saw_there, there_p, there_w)
    for name, seen in saw_here.items():
        assert numbers(saw_there[name]) == pytest.approx(numbers(rescaled(seen, scale)), rel=1e-10), name
    for name, rate in did_here.items():
        assert numbers(did_there[name]) == pytest.approx(numbers(rescaled(rate, scale, True)), rel=1e-9), name


def everything(now, p, w):
    seen = look(now, p, w)
    return seen, rates(now, seen, p, w)


def corners(n, seed=7):
    """n patients drawn evenly over every range, and states stirred by half as much again."""
    rng = np.random.default_rng(seed)
    p = {
        part: put(cls(), {name: rng.uniform(*meta.within, n) for name, _, meta in parameters(cls)})
        for part, cls in PARTS.items()
    }
    now = at_rest(p, world_around())
    return p, jax.tree.map(lambda x: x * rng.uniform(0.67, 1.5, n), now)


def test_numpy_jax_and_one_by_one_agree():
    w = world_around()
    p, now = corners(6)
    batch = everything(now, p, w)
    compiled = jax.jit(lambda now, p: everything(now, p, w))(now, p)
    for a, b in zip(jax.tree.leaves(batch), jax.tree.leaves(compiled), strict=True):
        assert np.broadcast_to(a, 6) == pytest.approx(np.broadcast_to(b, 6), rel=1e-11, abs=1e-12)
    one = everything(*(jax.tree.map(lambda x: x[4] if np.ndim(x) else x, tree) for tree in (now, p)), w)
    assert numbers(one) == pytest.approx([np.broadcast_to(x, 6)[4] for x in jax.tree.leaves(batch)], rel=1e-12)


def test_every_sensitivity_is_finite():
    w = world_around()

    def total(now, p):
        return sum(jax.tree.leaves(everything(now, p, w)))

    sensitivities = jax.jit(jax.grad(total, argnums=(0, 1)))
    for gfr in (0.0, 0.004):
        found = sensitivities(at_rest(USUAL, w), USUAL | {"kidney": kidney.Kidney(gfr=gfr)})
        assert all(np.isfinite(x) for x in jax.tree.leaves(found))


def test_in_every_corner_concentrations_are_positive_and_days_stay_finite():
    """A thousand people who live nowhere, a day without treatment in steps of two minutes."""
    w = world_around()
    p, now = corners(1000)

    @jax.jit
    def day(now):
        def step(_, now):
            return jax.tree.map(lambda x, d: x + 2.0 * d, now, everything(now, p, w)[1])

        return jax.lax.fori_loop(0, 720, step, now)

    end = day(now)
    assert all(np.all(np.isfinite(x)) and np.all(x > 0) for x in jax.tree.leaves(end))
    seen = look(jax.tree.map(np.asarray, end), p, w)
    for name in ("potassium", "calcium", "magnesium", "phosphate", "creatinine", "b2m", "indoxyl", "glucose"):
        levels = {k: v for k, v in vars(seen[name]).items() if k not in ("J_slow", "kap")}
        assert all(np.all(v > 0) for v in levels.values()), name
    assert np.all(seen["calcium"].kap > p["calcium"].kap_low)
    assert np.all((seen["acid_base"].pH > 6.4) & (seen["acid_base"].pH < 8.0))
