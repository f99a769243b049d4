"""The dialyzer against its own differential equations, its limits, and the balance of what goes in and comes out."""

import dataclasses

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from soleus.errors import BadRecord
from soleus.machine.access import KINDS, Access
from soleus.machine.dialyzer import (
    OFF,
    SOLUTES,
    Blood,
    Dialyzer,
    Settings,
    counter_current,
    library,
    named,
    operator,
    taken,
)
from soleus.units import dimension

BLOOD = Blood(f=0.934, hct=0.34, alpha=0.954, CO=5.0, Q_access=1.0, t_core=36.6, Na=146.0, urea=25.0)
# Plasma-water share at the middle node, where the quadratic is exact for sodium.
MIDDLE = dataclasses.replace(BLOOD, f=0.60 / 0.66)
HD = Settings(
    Q_b=0.3,
    Q_d=0.5,
    Q_pre=0.0,
    Q_post=0.0,
    uf_0=0.01,
    uf_1=0.01,
    Na_0=138.0,
    Na_1=138.0,
    T_0=36.5,
    T_1=36.5,
    bath=1.0,
    on=1.0,
)
UF = dataclasses.replace(HD, Q_d=0.0, bath=0.0)
CATHETER = Access(recirculation=0.0, cardiopulmonary=0.0)

flow = st.floats(0.1, 0.5)
bath_flow = st.floats(0.2, 0.8)
area = st.floats(0.05, 1.5)
share = st.floats(0.0, 0.8)


def sodium(out):
    return out.Na_diffusive + out.Na_convective


def along_the_fiber(Q_e, Q_d, KoA, Q_f):
    """D_b by integrating both streams along the fiber from the blood inlet."""
    a = Q_f / -np.expm1(-Q_f / KoA) if Q_f > 0 else KoA
    b = a - Q_f

    def slope(x, n):
        flux = a * n[0] / (Q_e - Q_f * x) - b * n[1] / (Q_d + Q_f * (1 - x))
        return [-flux, -flux]

    def end(n):
        return solve_ivp(slope, (0, 1), n, method="DOP853", rtol=1e-11, atol=1e-13).y[:, -1]

    one, other = end([Q_e, 0.0]), end([0.0, 1.0])
    leaving = -one[1] / other[1]  # solute in the spent bath, so that the fresh bath brings none
    return Q_e - (one[0] + leaving * other[0])


@given(Q_e=flow, Q_d=bath_flow, KoA=area, share=share)
@settings(max_examples=60)
def test_it_solves_the_two_streams_along_the_fiber(Q_e, Q_d, KoA, share):
    Q_f = share * Q_e
    assert float(counter_current(Q_e, Q_d, KoA, Q_f)) == pytest.approx(along_the_fiber(Q_e, Q_d, KoA, Q_f), rel=1e-6)


@pytest.mark.parametrize("Q_f", [0.0, 1e-9, 1e-4, 0.03])
def test_equal_flows_are_no_special_case(Q_f):
    Q_e, KoA = 0.25, 0.6
    for Q_d in (Q_e, Q_e - Q_f, Q_e * (1 + 1e-10), Q_e + 1e-4):
        assert float(counter_current(Q_e, Q_d, KoA, Q_f)) == pytest.approx(
            along_the_fiber(Q_e, Q_d, KoA, Q_f), rel=1e-7
        )


@given(Q_e=flow, Q_d=bath_flow, KoA=area)
@settings(max_examples=40)
def test_without_ultrafiltration_it_is_the_formula_of_michaels(Q_e, Q_d, KoA):
    if abs(Q_e - Q_d) < 1e-3:
        return
    e = np.exp(KoA / Q_e * (1 - Q_e / Q_d))
    assert float(counter_current(Q_e, Q_d, KoA, 0.0)) == pytest.approx(Q_e * (e - 1) / (e - Q_e / Q_d), rel=1e-11)


def test_a_huge_membrane_gives_all_a_tiny_one_what_the_water_carries():
    assert float(counter_current(0.2, 0.5, 60.0, 0.0)) == pytest.approx(0.2)
    assert float(counter_current(0.5, 0.2, 60.0, 0.0)) == pytest.approx(0.2)
    assert float(counter_current(0.2, 0.5, 1e-3, 0.02)) == pytest.approx(0.02, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "at_300", "at_400"), [("FX 60", 203, 230), ("FX 80", 222, 257), ("Theranova 500", 235, 277)]
)
def test_urea_clearances_of_known_dialyzers(name, at_300, at_400):
    """Worked values for hematocrit 0.34, dialysate 500 mL/min, no ultrafiltration."""
    blood = dataclasses.replace(BLOOD, f=0.93, urea=1.0)
    for Q_b, expected in ((0.3, at_300), (0.4, at_400)):
        s = dataclasses.replace(HD, Q_b=Q_b, uf_0=0.0, uf_1=0.0)
        K = taken(blood, operator(s, named(name), CATHETER), 0.5).urea
        assert 1000 * float(K) == pytest.approx(expected, abs=1.0)


def exact(blood, s, name, uf):
    """D_b of one pass at this very blood, for a plain dialysis."""
    p = Dialyzer()
    r, phi = {"Na": (p.r_Na, p.phi_Na), "urea": (1.0, p.phi_urea)}[name]
    Q_e = s.Q_b * (blood.f * (1 - blood.hct) + phi * p.rbc_water * blood.hct)
    return counter_current(Q_e, s.Q_d, p.KoA_urea * p.in_vivo * r, uf)


@pytest.mark.parametrize("name", SOLUTES)
def test_the_quadratic_follows_the_hematocrit(name):
    worst = 0.0
    for Q_b, Q_d, uf in [(0.2, 0.5, 0.0), (0.3, 0.5, 0.01), (0.4, 0.8, 0.02), (0.5, 0.5, 0.01)]:
        s = dataclasses.replace(HD, Q_b=Q_b, Q_d=Q_d, uf_0=uf, uf_1=uf)
        op = operator(s, Dialyzer(), CATHETER)
        for hct in np.linspace(0.24, 0.50, 14):
            for f in (0.92, 0.934, 0.945):
                blood = dataclasses.replace(BLOOD, hct=hct, f=f)
                out = taken(blood, op, 0.5)
                c, c_d = (blood.alpha * blood.Na, 138.0) if name == "Na" else (blood.urea, 0.0)
                got = (float(out.urea if name == "urea" else sodium(out)) - uf * c_d) / (c - c_d)
                worst = max(worst, abs(got / float(exact(blood, s, name, uf)) - 1))
    assert worst < 2e-3


def test_a_sloping_ultrafiltration_is_exact_at_its_ends_and_close_between():
    s = dataclasses.replace(HD, uf_0=0.03, uf_1=0.005)
    op = operator(s, Dialyzer(), CATHETER)
    for w, tolerance in ((0.0, 1e-12), (1.0, 1e-12), (0.5, 1e-3)):
        uf = 0.03 + w * (0.005 - 0.03)
        D_b = float(exact(MIDDLE, s, "Na", uf))
        expected = D_b * MIDDLE.alpha * MIDDLE.Na - (D_b - uf) * 138.0
        assert float(sodium(taken(MIDDLE, op, w))) == pytest.approx(expected, rel=tolerance)


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


@every_mode
@pytest.mark.parametrize(
    "access", [Access(), CATHETER, Access(recirculation=0.1)], ids=["fistula", "catheter", "recirculating"]
)
def test_a_bath_in_balance_lets_water_carry_its_own_sodium(s, access):
    in_balance = BLOOD.alpha * BLOOD.Na
    out = taken(BLOOD, operator(dataclasses.replace(s, Na_0=in_balance, Na_1=in_balance), Dialyzer(), access), 0.3)
    assert float(out.Na_diffusive) == pytest.approx(0.0, abs=1e-13)
    assert float(out.Na_convective) == pytest.approx(s.uf_0 * in_balance)


def around_the_circuit(s, blood, c_d, access):
    """Sodium taken, by solving every junction of heart, access, dilution and filter as one linear system.

    Unknown concentrations: arterial, filter inlet, filter outlet, returned to the access.
    """
    p = Dialyzer()
    Q_e = s.Q_b * blood.f * (1 - blood.hct)
    Q_f = s.uf_0 + s.Q_pre + s.Q_post
    Q_in = Q_e + s.Q_pre
    D_b = float(counter_current(Q_in, s.Q_d, p.KoA_urea * p.in_vivo * p.r_Na, Q_f)) if s.bath else Q_f
    R, tissue = access.recirculation, blood.f * (1 - blood.hct) * (blood.CO - blood.Q_access)
    c = blood.alpha * blood.Na
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
    got = float(sodium(taken(MIDDLE, operator(s, Dialyzer(), access), 0.5)))
    assert got == pytest.approx(around_the_circuit(s, MIDDLE, 138.0, access), rel=1e-12)


def test_isolated_ultrafiltration_takes_plasma_water():
    out = taken(BLOOD, operator(UF, Dialyzer(), Access(recirculation=0.1)), 0.5)
    assert float(out.urea) == pytest.approx(0.01 * BLOOD.urea)
    assert float(out.Na_diffusive) == pytest.approx(0.0, abs=1e-13)


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
        {"Q_d": 0.18},
    ],
    ids=["on", "off", "stopped", "no bath", "no UF", "equal flows"],
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


def test_a_batch_equals_one_by_one_and_keeps_the_segments():
    rng = np.random.default_rng(3)
    shape = (3, 5)
    wide = {f.name: np.broadcast_to(getattr(HD, f.name), shape) for f in dataclasses.fields(Settings)}
    wide |= {
        "Q_b": rng.uniform(0.2, 0.45, shape),
        "uf_1": rng.uniform(0.0, 0.02, shape),
        "on": rng.integers(0, 2, shape) * 1.0,
    }
    p = Dialyzer(KoA_urea=rng.uniform(0.8, 1.6, 5))
    op = operator(Settings(**wide), p, Access())
    assert {x.shape for x in jax.tree.leaves(op)} == {shape}
    for i, j in [(0, 1), (2, 4)]:
        whole = taken(BLOOD, jax.tree.map(lambda x, i=i: x[i], op), 0.7)
        one = Settings(**{name: value[i, j] for name, value in wide.items()})
        alone = taken(BLOOD, operator(one, Dialyzer(KoA_urea=p.KoA_urea[j]), Access()), 0.7)
        for a, b in zip(jax.tree.leaves(whole), jax.tree.leaves(alone), strict=True):
            assert float(np.broadcast_to(a, 5)[j]) == pytest.approx(float(b), rel=1e-12)


def test_the_time_loop_meets_no_transcendental_function():
    jaxpr = jax.make_jaxpr(lambda b, op: taken(b, op, 0.5))(BLOOD, operator(HD, Dialyzer(), Access()))
    used = {equation.primitive.name for equation in jaxpr.jaxpr.eqns}
    assert not used & {"exp", "exp2", "expm1", "log", "log1p", "pow", "tanh", "logistic"}


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
    world = {"L": 1.7, "min": 0.4, "mmol": 2.3, "degC": 1.3, "kJ": 0.6}
    here = taken(BLOOD, operator(s, Dialyzer(), Access()), 0.4)
    there = taken(rescaled(BLOOD, world), operator(rescaled(s, world), rescaled(Dialyzer(), world), Access()), 0.4)
    for a, b in zip(jax.tree.leaves(rescaled(here, world)), jax.tree.leaves(there), strict=True):
        assert float(a) == pytest.approx(float(b), rel=1e-12, abs=1e-12)


def test_more_of_each_does_what_the_ward_expects():
    def urea(**changed):
        return float(taken(BLOOD, operator(dataclasses.replace(HD, **changed), Dialyzer(), Access()), 0.5).urea)

    assert urea(Q_b=0.4) > urea(Q_d=0.8) > urea()
    assert urea(Q_post=0.08) > urea(uf_0=0.02, uf_1=0.02) > urea() > urea(Q_pre=0.08)
    assert float(
        sodium(taken(BLOOD, operator(dataclasses.replace(HD, Na_0=145.0, Na_1=145.0), Dialyzer(), Access()), 0))
    ) < float(sodium(taken(BLOOD, operator(HD, Dialyzer(), Access()), 0)))


def test_the_library_is_found_by_name():
    assert len(library()) == 22
    assert named("Fresenius FX 80").KoA_urea == named("fx80").KoA_urea == pytest.approx(1.292)
    assert all(0.8 <= p.KoA_urea <= 1.7 for p in library().values())
    with pytest.raises(BadRecord, match=r"'Elisio 17' .*Did you mean Elisio 17H"):
        named("Elisio 17")
    with pytest.raises(BadRecord, match="Known are FX 60"):
        named("zzz")
    assert set(KINDS) == {"fistula", "graft", "catheter"}
