"""The dialyzer against the differential equations of its fiber, and the balance of what goes in and comes out."""

import dataclasses

import jax
import numpy as np
import pytest

from soleus.errors import BadRecord
from soleus.machine.access import KINDS, Access
from soleus.machine.dialysate import Binding, speciated
from soleus.machine.dialyzer import (
    CLASSES,
    MIDDLE_F,
    MIDDLE_FU,
    MIDDLE_HCT,
    MOST_BACK,
    OFF,
    SOLUTES,
    SPAN,
    Blood,
    Dialyzer,
    Settings,
    library,
    named,
    operator,
    taken,
)
from soleus.machine.fiber import counter_current, drained, middle_molecule
from soleus.machine.membrane import solutes
from soleus.units import dimension

BLOOD = Blood(
    f=0.934, hct=0.34, alpha=0.954, CO=5.0, Q_access=1.0, t_core=36.6, Na=146.0, urea=25.0, creatinine=0.8, K=5.2,
    hco3=26.0, acetate=0.03, citrate=0.12, organic=1.5, Ca=1.2, CaCit=0.07, Mg=0.6, phosphate=1.7, glucose=6.0,
    mannitol=2.0, indoxyl=0.01, fu=0.08, b2m=28.0,
)  # fmt: skip
# At the middle node the polynomial is exact.
MIDDLE = dataclasses.replace(BLOOD, f=MIDDLE_F, hct=MIDDLE_HCT, fu=MIDDLE_FU)
HD = Settings(
    Q_b=0.3,
    Q_d=0.5,
    Q_pre=0.0,
    Q_post=0.0,
    uf_0=0.01,
    uf_1=0.01,
    Na_0=138.0,
    Na_1=138.0,
    K_0=2.0,
    K_1=2.0,
    HCO3_0=34.0,
    HCO3_1=34.0,
    acetate=3.0,
    citrate=0.0,
    Ca=1.5,
    Mg=0.5,
    glucose=5.5,
    T_0=36.5,
    T_1=36.5,
    bath=1.0,
    on=1.0,
)
UF = dataclasses.replace(HD, Q_d=0.0, bath=0.0)
CATHETER = Access(recirculation=0.0, cardiopulmonary=0.0)

SMALL = SOLUTES[:-2]
READ = [name for name in SOLUTES if name not in ("Ca", "CaCit")]


def read(out, name):
    """What was taken of a solute, where calcium is alone in its form."""
    return sodium(out) if name == "Na" else getattr(out, "Ca" if name == "CaCit" else name)


def holding(**bath):
    """A bath without anything but this."""
    empty = dict.fromkeys(
        ("Na_0", "Na_1", "K_0", "K_1", "HCO3_0", "HCO3_1", "acetate", "citrate", "Ca", "Mg", "glucose"), 0.0
    )
    return empty | bath


def sodium(out):
    return out.Na_diffusive + out.Na_convective


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


def reach_of(blood, name, p):
    """Q_e / Q_b."""
    if name in SMALL:
        phi = solutes(p.membrane)[name][1]
        return blood.f * (1 - blood.hct) + phi * p.membrane.rbc_water * blood.hct
    return (1 - blood.hct) / (blood.fu if name == "indoxyl" else 1.0)


@pytest.fixture(scope="module")
def exact(along_the_fiber):
    """D_b of one pass at this very blood, by integrating along the fiber."""

    def solved(blood, s, name, uf, p=Dialyzer()):
        Q_e, Q_f = s.Q_b * reach_of(blood, name, p) + s.Q_pre, uf + s.Q_pre + s.Q_post
        diluted = (Q_e - s.Q_pre) / Q_e
        if name == "b2m":
            leaving = s.Q_b * (1 - MIDDLE_HCT - SPAN) + s.Q_pre - Q_f  # the poorest blood
            felt = min(p.Q_int, MOST_BACK * min(leaving, s.Q_d))
            return diluted * along_the_fiber(Q_e, s.Q_d, p.KoA_b2m, Q_f, p.S_b2m, felt)
        r = p.membrane.r_indoxyl if name == "indoxyl" else solutes(p.membrane)[name][0]
        return diluted * along_the_fiber(Q_e, s.Q_d, p.KoA_urea * p.in_vivo * r, Q_f)

    return solved


def dialysance(blood, s, p, name):
    """D_b that the operator gives, from blood that holds one mmol/L of one solute and a bath without it."""
    alone = {n: 1.0 if n == name else 0.0 for n in SOLUTES} | {"alpha": 1.0}
    out = taken(dataclasses.replace(blood, **alone), operator(dataclasses.replace(s, **holding()), p, CATHETER), 0.5)
    return float(read(out, name))


FLOWS = {
    "usual": {},
    "no ultrafiltration": {"uf_0": 0.0, "uf_1": 0.0},
    "fast": {"Q_b": 0.45, "Q_d": 0.8, "uf_0": 0.03, "uf_1": 0.03},
    "slow": {"Q_b": 0.15, "Q_d": 0.5},
    "equal flows": {"Q_d": 0.3 * 0.9375 * 0.63},  # the plasma water of the middle node
    "post-dilution": {"Q_post": 0.08},
    "pre-dilution": {"Q_pre": 0.16},
}


@pytest.mark.parametrize("changed", FLOWS.values(), ids=FLOWS.keys())
@pytest.mark.parametrize("kind", CLASSES)
def test_every_solute_follows_the_two_streams_along_the_fiber(exact, changed, kind):
    s, p = dataclasses.replace(HD, **changed), CLASSES[kind]
    p = dataclasses.replace(p, k_Q_d=0.0)
    for name in SOLUTES:
        assert dialysance(MIDDLE, s, p, name) == pytest.approx(exact(MIDDLE, s, name, s.uf_0, p), rel=1e-5), name


WHOLE_RANGE = [
    {"Q_b": Q_b, "Q_d": Q_d, "uf_0": uf, "uf_1": uf} | more
    for Q_b, Q_d in ((0.1, 0.3), (0.2, 0.5), (0.4, 0.5), (0.6, 0.3), (0.5, 1.0))
    for uf, more in ((0.0, {}), (0.03, {}), (0.01, {"Q_post": 0.15 * Q_b}), (0.01, {"Q_pre": 0.4 * Q_b}))
]


@pytest.mark.parametrize("name", SOLUTES)
def test_the_polynomial_follows_the_blood_over_the_whole_range(exact, name):
    """Within a ten-thousandth of the two streams along the fiber, whatever hematocrit, protein and binding."""
    rng, worst = np.random.default_rng(5), 0.0
    for changed in WHOLE_RANGE:
        s = dataclasses.replace(HD, **changed)
        for p in (Dialyzer(), Dialyzer(KoA_urea=0.5), Dialyzer(KoA_urea=2.4)):
            hct, f, fu = rng.choice([0.24, 0.28, 0.35, 0.45, 0.5]), rng.choice([0.92, 0.945]), rng.choice([0.05, 0.1])
            blood = dataclasses.replace(BLOOD, hct=float(hct), f=float(f), fu=float(fu))
            expected = exact(blood, s, name, s.uf_0, dataclasses.replace(p, k_Q_d=0.0))
            found = dialysance(blood, s, dataclasses.replace(p, k_Q_d=0.0), name)
            worst = max(worst, abs(found / expected - 1))
    assert worst < 1e-4


@pytest.mark.parametrize(
    ("name", "expected"),
    {
        "urea": 211, "creatinine": 168, "K": 159, "hco3": 172, "acetate": 175, "organic": 153, "Ca": 139, "Mg": 139,
        "phosphate": 135, "glucose": 165, "b2m": 54,
    }.items(),
)  # fmt: skip
def test_the_dialysances_of_a_common_session(name, expected):
    """Worked values in mL/min for a KoA of 1292, 300 and 500 mL/min, 2.5 L in 4 h, a fistula."""
    alone = {n: 1.0 if n == name else 0.0 for n in SOLUTES} | {"alpha": 1.0, "f": 0.93}
    s = dataclasses.replace(HD, uf_0=2.5 / 240, uf_1=2.5 / 240, **holding())
    out = taken(dataclasses.replace(BLOOD, **alone), operator(s, Dialyzer(), Access()), 0.5)
    assert 1000 * float(read(out, name)) == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize(("kind", "low", "high"), [("low", 0, 10), ("high", 30, 60), ("mco", 70, 100)])
def test_classes_of_membranes_differ_in_middle_molecules(kind, low, high):
    assert low < 1000 * dialysance(BLOOD, HD, CLASSES[kind], "b2m") < high
    assert dialysance(BLOOD, HD, CLASSES[kind], "urea") == dialysance(BLOOD, HD, Dialyzer(), "urea")


def test_a_bound_toxin_asks_for_membrane_and_dialysate_not_for_blood_flow():
    def cleared(p=Dialyzer(), **changed):
        s = dataclasses.replace(HD, **changed)
        return BLOOD.fu * dialysance(BLOOD, s, p, "indoxyl")

    assert 1000 * cleared() == pytest.approx(21, abs=2)
    assert cleared(Q_b=0.4) < 1.03 * cleared()
    assert cleared(Q_d=0.8) > 1.1 * cleared()
    assert cleared(Dialyzer(KoA_urea=2.0)) > 1.1 * cleared()


def test_a_toxin_that_is_not_bound_is_an_ordinary_solute(along_the_fiber):
    p = Dialyzer()
    free = dataclasses.replace(BLOOD, fu=1.0)
    assert reach_of(free, "indoxyl", p) == 1 - BLOOD.hct
    Q_e, KoA = HD.Q_b * (1 - BLOOD.hct) / 0.08, p.KoA_urea * p.in_vivo * p.membrane.r_indoxyl
    assert dialysance(BLOOD, HD, p, "indoxyl") == pytest.approx(along_the_fiber(Q_e, HD.Q_d, KoA, 0.01), rel=3e-3)


def test_a_sloping_ultrafiltration_is_exact_at_its_ends_and_close_between(exact):
    s = dataclasses.replace(HD, uf_0=0.03, uf_1=0.005)
    op = operator(s, Dialyzer(), CATHETER)
    for w, tolerance in ((0.0, 1e-7), (1.0, 1e-7), (0.5, 1e-3)):
        uf = 0.03 + w * (0.005 - 0.03)
        D_b = exact(MIDDLE, s, "Na", uf)
        expected = D_b * MIDDLE.alpha * MIDDLE.Na - (D_b - uf) * 138.0
        assert float(sodium(taken(MIDDLE, op, w))) == pytest.approx(expected, rel=tolerance)


def test_sodium_potassium_and_bicarbonate_of_the_bath_run_along_straight_lines():
    s = dataclasses.replace(HD, Na_0=146.0, Na_1=134.0, K_0=3.0, K_1=1.0, HCO3_0=30.0, HCO3_1=38.0)
    halfway = operator(dataclasses.replace(HD, Na_0=140.0, Na_1=140.0, K_0=2.0, K_1=2.0), Dialyzer(), CATHETER)
    for a, b in zip(
        jax.tree.leaves(taken(BLOOD, operator(s, Dialyzer(), CATHETER), 0.5)),
        jax.tree.leaves(taken(BLOOD, halfway, 0.5)),
        strict=True,
    ):
        assert float(a) == pytest.approx(float(b), rel=1e-12)


def test_citrate_in_the_bath_costs_calcium():
    def gained(**bath):
        return -float(taken(BLOOD, operator(dataclasses.replace(HD, **bath), Dialyzer(), CATHETER), 0.5).Ca)

    assert gained() > gained(citrate=1.0)
    assert gained(citrate=1.0) == pytest.approx(gained(Ca=1.34), abs=0.006), "1 mmol/L costs 0.1-0.2 of bath calcium"


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
    n = len(SOLUTES)
    assert {x.shape for x in jax.tree.leaves(op)} == {shape, (3, 5, n, 5), (3, n, 5), (3, len(SMALL), 5)}
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
    world = {"L": 1.7, "min": 0.4, "mmol": 2.3, "degC": 1.3, "kJ": 0.6, "g": 3.1}
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
    assert named("F8HPS").S_b2m < named("FX 80").S_b2m < named("Theranova 400").S_b2m
    assert named("Fresenius FX 80").KoA_urea == named("fx80").KoA_urea == pytest.approx(1.292)
    assert all(0.8 <= p.KoA_urea <= 1.7 for p in library().values())
    with pytest.raises(BadRecord, match=r"'Elisio 17' .*Did you mean Elisio 17H"):
        named("Elisio 17")
    with pytest.raises(BadRecord, match="Known are FX 60"):
        named("zzz")
    assert set(KINDS) == {"fistula", "graft", "catheter"}
