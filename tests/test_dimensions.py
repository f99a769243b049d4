"""Units are tested, not carried: a sound equation cannot notice that a litre or a minute has changed its size.

Every parameter, state and input is rescaled by the unit its own line declares; what comes out must rescale by its own.
A wrong exponent, a forgotten volume, a stray 1000 or a hidden "per hour" does not.
"""

import dataclasses
import inspect
import random

import jax
import numpy as np
import pytest

from soleus.body import body
from soleus.body.body import Patient
from soleus.cohort import draw_everywhere
from soleus.machine.access import Access
from soleus.machine.dialyzer import Blood, Dialyzer, Settings, Taken, operator, taken
from soleus.parameter import param, put, quantity, record
from soleus.schedule import above_dry
from soleus.units import UNITS, dimension

BASES = sorted({base for exponents in UNITS.values() for base in exponents})
WORLDS = [1, 2, 3]
ORGANS = sorted(f.name for f in dataclasses.fields(body.State))
N = 50
BLOOD = Blood(
    f=0.93, hct=0.33, alpha=0.95, CO=5.5, Q_access=1.1, t_core=36.6, Na=147.0, urea=24.0, creatinine=0.8, K=5.2,
    hco3=26.0, acetate=0.03, citrate=0.12, organic=1.5, Ca=1.2, CaCit=0.07, Mg=0.6, phosphate=1.7, glucose=6.0,
    mannitol=1.0, indoxyl=0.01, fu=0.08, b2m=28.0,
)  # fmt: skip
SETTINGS = Settings(
    Q_b=0.3, Q_d=0.5, Q_pre=0.02, Q_post=0.01, uf_0=0.012, uf_1=0.006, Na_0=140.0, Na_1=136.0, K_0=2.0, K_1=1.5,
    HCO3_0=32.0, HCO3_1=35.0, acetate=3.0, citrate=1.0, Ca=1.5, Mg=0.5, glucose=5.5, T_0=37.0, T_1=35.5,
    bath=1.0, on=1.0,
)  # fmt: skip


def world(seed):
    """A size for each base unit. A litre of water stays a kilogram, which `fluid.weight` relies on."""
    draws = random.Random(seed)
    sizes = {base: draws.choice([0.3, 0.6, 1.7, 2.9]) for base in BASES}
    return sizes | {"kg": sizes["L"]}


def factor(unit, sizes):
    return np.prod([sizes[base] ** power for base, power in dimension(unit).items()])


def units_of(tree, path=()):
    """The declared unit of every number in a record, as a record of the same shape."""
    fields = {}
    for field in dataclasses.fields(tree):
        value = getattr(tree, field.name)
        if dataclasses.is_dataclass(value):
            fields[field.name] = units_of(value, (*path, field.name))
        elif "param" in field.metadata:
            fields[field.name] = field.metadata["param"].unit
        else:
            fields[field.name] = field.metadata["quantity"][0]
    return dataclasses.replace(tree, **fields)


def rescaled(tree, sizes, per=""):
    """The same record as people of another world would write it; a rate is `per` "/min"."""
    return jax.tree.map(lambda unit, x: x * factor(unit + per, sizes), units_of(tree), tree)


def same(here, there):
    names = [jax.tree_util.keystr(path) for path, _ in jax.tree_util.tree_leaves_with_path(here)]
    for name, a, b in zip(names, jax.tree.leaves(here), jax.tree.leaves(there), strict=True):
        size = np.max(np.abs(a))
        assert np.allclose(a, b, rtol=1e-8, atol=1e-8 * size), f"{name} does not rescale by its unit"


def somebody():
    """Patients from everywhere, away from rest, with their organs' inputs as the wired body hands them over."""
    p = draw_everywhere(N, seed=3)
    rng = np.random.default_rng(4)
    shaken = jax.tree.map(lambda x: x * rng.uniform(0.95, 1.05, N), above_dry(p, 0.03 * p.fluid.dry_weight))
    shaken = put(shaken, {"gut.V": np.full(N, 0.2), "gut.n": np.full(N, 20.0), "circulation.d": np.full(N, 0.4)})
    removal, infused = (jax.tree.map(lambda _: rng.uniform(0.1, 2.0), x) for x in (body.NO_REMOVAL, body.NO_INFUSION))
    given = body.Given(removal=removal, infused=infused, uf=0.01, heat=-0.5, on=1.0, eats=1.0)
    return p, shaken, jax.tree.map(lambda x: np.full(N, x), given)


@pytest.fixture(scope="module")
def handed_over():
    """What the wired body gives each organ's `rates`: (state, inputs, parameters)."""
    seen, real = {}, {name: getattr(body, name).rates for name in ORGANS}
    p, now, given = somebody()
    r = body.rest(p)
    with pytest.MonkeyPatch.context() as patch:
        for name in ORGANS:

            def keep(*args, name=name):
                seen[name] = args
                return real[name](*args)

            patch.setattr(getattr(body, name), "rates", keep)
        body.rates(now, body.look(now, p, r), given, p, r)
    return seen


@pytest.mark.parametrize("seed", WORLDS)
@pytest.mark.parametrize("name", ORGANS)
def test_rates_of_every_organ(handed_over, name, seed):
    sizes, organ = world(seed), getattr(body, name)
    there = organ.rates(*(rescaled(x, sizes) for x in handed_over[name]))
    same(rescaled(organ.rates(*handed_over[name]), sizes, per="/min"), there)


@pytest.mark.parametrize("seed", WORLDS)
def test_the_wired_body(seed):
    sizes = world(seed)
    p, now, given = somebody()
    r = body.rest(p)
    p_there, now_there = rescaled(p, sizes), rescaled(now, sizes)
    r_there = body.rest(p_there)
    same(rescaled(r, sizes), r_there)
    same(rescaled(body.at_rest(p, r), sizes), body.at_rest(p_there, r_there))
    seen, seen_there = body.look(now, p, r), body.look(now_there, p_there, r_there)
    same(rescaled(seen, sizes), seen_there)
    rates_there = body.rates(now_there, seen_there, rescaled(given, sizes), p_there, r_there)
    same(rescaled(body.rates(now, seen, given, p, r), sizes, per="/min"), rates_there)
    assert np.allclose(body.fastest(p, r) / sizes["min"], body.fastest(p_there, r_there), rtol=1e-8)


@pytest.mark.parametrize("seed", WORLDS)
@pytest.mark.parametrize("mode", ["dialysis", "isolated ultrafiltration"])
def test_the_machine(seed, mode):
    sizes = world(seed)
    settings = SETTINGS if mode == "dialysis" else dataclasses.replace(SETTINGS, bath=0.0, Q_d=0.0)
    access = Access(recirculation=0.1)

    def took(settings, dialyzer, access, blood):
        return taken(blood, operator(settings, dialyzer, access), 0.3)

    args = (settings, Dialyzer(), access, BLOOD)
    same(rescaled(took(*args), sizes), took(*(rescaled(x, sizes) for x in args)))
    assert units_of(took(*args)) == dataclasses.replace(
        Taken(**dict.fromkeys(Taken.__dataclass_fields__, "mmol/min")), uf="L/min", b2m="mg/min", heat="kJ/min", on="1"
    )


def is_temperature(name, unit):
    """A reading of a thermometer, not a difference of two."""
    return unit == "degC" and name not in ("T_b", "loss")


def on_another_thermometer(tree, zero):
    """The same record read off a thermometer whose zero lies elsewhere."""
    fields = {}
    for field in dataclasses.fields(tree):
        value, unit = getattr(tree, field.name), getattr(units_of(tree), field.name)
        if dataclasses.is_dataclass(value):
            fields[field.name] = on_another_thermometer(value, zero)
        elif is_temperature(field.name, unit):
            fields[field.name] = value + zero
    return dataclasses.replace(tree, **fields)


def test_only_differences_of_temperature_count():
    p, now, given = somebody()
    there = on_another_thermometer(p, 273.15)
    r, r_there = body.rest(p), body.rest(there)
    now_there = on_another_thermometer(now, 273.15)
    seen, seen_there = body.look(now, p, r), body.look(now_there, there, r_there)
    same(seen, seen_there)
    same(body.rates(now, seen, given, p, r), body.rates(now_there, seen_there, given, there, r_there))
    warm = taken(BLOOD, operator(SETTINGS, Dialyzer(), Access()), 0.3)
    args = (on_another_thermometer(x, 273.15) for x in (SETTINGS, Dialyzer()))
    same(warm, taken(on_another_thermometer(BLOOD, 273.15), operator(*args, Access()), 0.3))


@record
class Leak:
    K: float = param("L/min", 0.2, within=(0.1, 0.3), source="", meaning="of the test", status="assumed")


@record
class Pool:
    n: float = quantity("mmol", "amount")
    V: float = quantity("L", "volume")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda n, V, K: K * n,  # the volume forgotten
        lambda n, V, K: K * (n / V + 0.001),  # a bare number among concentrations
        lambda n, V, K: K * (n / V) ** 1.01,
    ],
)
def test_a_flawed_equation_is_noticed(wrong):
    """The test itself is tested: these must fail, and the sound one must not."""
    sizes, pool, leak = world(1), Pool(n=30.0, V=15.0), Leak()
    there, leak_there = rescaled(pool, sizes), rescaled(leak, sizes)
    scale = factor("mmol/min", sizes)
    assert leak.K * pool.n / pool.V * scale == pytest.approx(leak_there.K * there.n / there.V)
    assert wrong(pool.n, pool.V, leak.K) * scale != pytest.approx(wrong(there.n, there.V, leak_there.K), rel=1e-5)


def test_no_organ_with_memory_is_left_out():
    modules = [m for _, m in inspect.getmembers(body, inspect.ismodule) if hasattr(m, "rates")]
    assert sorted(m.__name__.rpartition(".")[2] for m in modules) == ORGANS
    assert set(ORGANS) < {f.name for f in dataclasses.fields(Patient)}
