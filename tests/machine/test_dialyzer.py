"""The dialyzer against the differential equations of its fiber."""

import dataclasses
import sys
from pathlib import Path

import jax
import numpy as np
import pytest

from soleus.errors import BadRecord
from soleus.machine.access import KINDS, Access
from soleus.machine.dialyzer import (
    CLASSES,
    MIDDLE_HCT,
    MOST_BACK,
    SOLUTES,
    SPAN,
    Dialyzer,
    Settings,
    library,
    named,
    operator,
    taken,
)
from soleus.machine.membrane import solutes

sys.path.insert(0, str(Path(__file__).parent))
from treated import BLOOD, CATHETER, HD, MIDDLE, SMALL, holding, reach_of, read, sodium  # noqa: E402


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
