"""Filter, dilution, access and heart as one circuit: the balance of what goes in and comes out, in every mode."""

import dataclasses
import sys
from pathlib import Path

import jax
import numpy as np
import pytest

from soleus.machine.access import Access
from soleus.machine.dialysate import Binding, speciated
from soleus.machine.dialyzer import OFF, SOLUTES, Dialyzer, operator, taken
from soleus.machine.fiber import counter_current, drained, middle_molecule
from soleus.machine.membrane import solutes
from soleus.units import dimension

sys.path.insert(0, str(Path(__file__).parent))
from treated import BLOOD, CATHETER, HD, MIDDLE, READ, UF, holding, reach_of, read, sodium  # noqa: E402

ALL_MODES = {
    "HD": HD,
    "no UF": dataclasses.replace(HD, uf_0=0.0, uf_1=0.0),
    "HDF-post": dataclasses.replace(HD, Q_post=0.08),
    "HDF-pre": dataclasses.replace(HD, Q_pre=0.16),
    "HF": dataclasses.replace(UF, Q_post=0.07),
    "HF-pre": dataclasses.replace(UF, Q_pre=0.15),
    "UF": UF,
}
every_mode = pytest.mark.parametrize("s", ALL_MODES.values(), ids=ALL_MODES.keys())


IN_BALANCE = {
    "Na_0": BLOOD.alpha * BLOOD.Na, "Na_1": BLOOD.alpha * BLOOD.Na, "K_0": BLOOD.K, "K_1": BLOOD.K,
    "HCO3_0": BLOOD.hco3, "HCO3_1": BLOOD.hco3, "acetate": BLOOD.acetate, "citrate": BLOOD.citrate, "Mg": BLOOD.Mg,
    "glucose": BLOOD.glucose,
}  # fmt: skip


@every_mode
@pytest.mark.parametrize(
    "access", [Access(), CATHETER, Access(recirculation=0.1)], ids=["fistula", "catheter", "recirculating"]
)
def test_from_a_bath_in_balance_water_carries_its_own_solutes(s, access):
    out = taken(BLOOD, operator(dataclasses.replace(s, **IN_BALANCE), Dialyzer(), access), 0.3)
    assert float(out.Na_diffusive) == pytest.approx(0.0, abs=1e-12)
    assert float(out.Na_convective) == pytest.approx(s.uf_0 * BLOOD.alpha * BLOOD.Na)
    for name in ("K", "hco3", "acetate", "citrate", "Mg", "glucose"):
        assert float(getattr(out, name)) == pytest.approx(s.uf_0 * getattr(BLOOD, name), rel=1e-10, abs=1e-12), name


@every_mode
def test_calcium_in_balance_in_both_its_forms_is_carried_too(s):
    ionized, complexed = speciated(1.5, 1.0, Binding())
    blood = dataclasses.replace(BLOOD, Ca=ionized, CaCit=complexed)
    s = dataclasses.replace(s, Ca=1.5, citrate=1.0)
    assert float(taken(blood, operator(s, Dialyzer(), Access()), 0.3).Ca) == pytest.approx(s.uf_0 * 1.5, abs=1e-12)


BATHS = {"Na": "Na_0", "K": "K_0", "hco3": "HCO3_0", "Ca": "Ca"} | {
    name: name for name in ("acetate", "citrate", "Mg", "glucose")
}


def around_the_circuit(s, blood, name, access):
    """What is taken of a solute, by solving every junction of heart, access, dilution and filter as one linear system.

    Unknown concentrations: arterial, filter inlet, filter outlet, returned to the access.
    """
    p = Dialyzer()
    reach = reach_of(blood, name, p)
    Q_e, c_d = s.Q_b * reach, getattr(s, BATHS[name]) if name in BATHS else 0.0
    Q_f = s.uf_0 + s.Q_pre + s.Q_post
    Q_in = Q_e + s.Q_pre
    if name == "b2m":
        k = p.KoA_b2m, p.S_b2m, Q_f
        D_b = middle_molecule(Q_in, s.Q_d, *k, p.Q_int) if s.bath else drained(Q_in, *k)
    else:
        r = p.membrane.r_indoxyl if name == "indoxyl" else solutes(p.membrane)[name][0]
        KoA = p.KoA_urea * p.in_vivo * r
        D_b = counter_current(Q_in, s.Q_d, KoA, Q_f) if s.bath else Q_f
    D_b, R, tissue = float(D_b), access.recirculation, reach * (blood.CO - blood.Q_access)
    c = blood.alpha * blood.Na if name == "Na" else getattr(blood, name)
    A, b = np.zeros((4, 4)), np.zeros(4)
    A[1] = [Q_e * (1 - R), -Q_in, 0, Q_e * R]  # fresh and returned blood, with what is infused before the filter
    b[1] = -s.Q_pre * c_d
    A[2] = [0, Q_in - D_b, -(Q_in - Q_f), 0]  # filter: what came in less what crossed
    b[2] = -(D_b - Q_f) * c_d
    A[3] = [0, 0, Q_in - Q_f, -(Q_e - s.uf_0)]  # what is infused after it
    b[3] = -s.Q_post * c_d
    # Heart: tissue blood and access blood come in, arterial blood goes out; the tissues refill what is filtered.
    lost = [Q_e * (1 - R), 0, 0, -(Q_e * (1 - R) - s.uf_0)]
    A[0] = [tissue - s.uf_0 + lost[0], 0, 0, lost[3]] if access.cardiopulmonary else [1, 0, 0, 0]
    b[0] = tissue * c if access.cardiopulmonary else c
    return np.array(lost) @ np.linalg.solve(A, b)


@every_mode
@pytest.mark.parametrize(
    "access",
    [Access(), CATHETER, Access(recirculation=0.15), Access(recirculation=0.15, cardiopulmonary=0.0)],
    ids=["fistula", "catheter", "recirculating fistula", "recirculating catheter"],
)
def test_what_is_taken_balances_around_the_whole_circuit(s, access):
    out = taken(dataclasses.replace(MIDDLE, CaCit=0.0), operator(s, Dialyzer(), access), 0.5)
    for name in SOLUTES:
        if name != "CaCit":
            expected = around_the_circuit(s, MIDDLE, name, access)
            assert float(read(out, name)) == pytest.approx(expected, rel=1e-12, abs=1e-13), name


def test_isolated_ultrafiltration_takes_plasma_water():
    out = taken(BLOOD, operator(UF, Dialyzer(), Access(recirculation=0.1)), 0.5)
    assert float(out.Na_diffusive) == pytest.approx(0.0, abs=1e-13)
    for name in set(READ) - {"Na", "b2m"}:
        assert float(getattr(out, name)) == pytest.approx(0.01 * getattr(BLOOD, name)), name
    assert Dialyzer().S_b2m * 0.01 * BLOOD.b2m < float(out.b2m) < 0.01 * BLOOD.b2m


def test_hemofiltration_exchanges_filtrate_for_infusate():
    out = taken(BLOOD, operator(ALL_MODES["HF"], Dialyzer(), CATHETER), 0.5)
    assert float(out.urea) == pytest.approx(0.08 * BLOOD.urea)
    assert float(sodium(out)) == pytest.approx(0.08 * BLOOD.alpha * BLOOD.Na - 0.07 * 138.0)


@pytest.mark.parametrize(
    "changed", [{"on": 0.0}, {"on": 0.0, "Q_b": 0.0, "Q_d": 0.0, "bath": 0.0}], ids=["off", "stopped"]
)
def test_nothing_is_taken_when_off(changed):
    out = taken(BLOOD, operator(dataclasses.replace(HD, **changed), Dialyzer(), Access()), 0.5)
    assert all(float(x) == 0 for x in jax.tree.leaves(out))
    assert jax.tree.structure(out) == jax.tree.structure(OFF)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"on": 0.0},
        {"on": 0.0, "Q_b": 0.0, "uf_0": 0.0},
        {"bath": 0.0, "Q_d": 0.0},
        {"uf_0": 0.0, "uf_1": 0.0},
        {"bath": 0.0, "Q_d": 0.0, "uf_0": 0.0, "uf_1": 0.0},
        {"Q_d": 0.18},
        holding(),
    ],
    ids=["on", "off", "stopped", "no bath", "no UF", "nothing", "equal flows", "water as bath"],
)
def test_every_sensitivity_is_finite(changed):
    def outcome(s, p, access, blood):
        return sum(jax.tree.leaves(taken(blood, operator(s, p, access), 0.3)))

    every = jax.grad(outcome, argnums=(0, 1, 2, 3))(dataclasses.replace(HD, **changed), Dialyzer(), Access(), BLOOD)
    assert all(np.isfinite(x) for x in jax.tree.leaves(every))


def test_the_sensitivity_to_ultrafiltration_is_right_where_there_is_none():
    def urea(uf):
        s = dataclasses.replace(HD, uf_0=uf, uf_1=uf)
        return taken(BLOOD, operator(s, Dialyzer(), Access()), 0.5).urea

    assert float(jax.grad(urea)(0.0)) == pytest.approx((float(urea(1e-5)) - float(urea(0.0))) / 1e-5, rel=1e-3)


def rescaled(record, world):
    """The same record where a liter, a minute ... are of another size."""

    def field(f):
        said = f.metadata.get("param") or f.metadata.get("quantity")
        if said is None:
            return rescaled(getattr(record, f.name), world)
        power = dimension(said[0])
        return getattr(record, f.name) * np.prod([world[base] ** n for base, n in power.items()])

    return dataclasses.replace(record, **{f.name: field(f) for f in dataclasses.fields(record)})


@every_mode
def test_it_is_dimensionally_sound(s):
    world = {"L": 1.7, "min": 0.4, "mmol": 2.3, "degC": 1.3, "kJ": 0.6, "g": 3.1}
    here = taken(BLOOD, operator(s, Dialyzer(), Access()), 0.4)
    there = taken(rescaled(BLOOD, world), operator(rescaled(s, world), rescaled(Dialyzer(), world), Access()), 0.4)
    for a, b in zip(jax.tree.leaves(rescaled(here, world)), jax.tree.leaves(there), strict=True):
        assert float(a) == pytest.approx(float(b), rel=1e-12, abs=1e-12)
