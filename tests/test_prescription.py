"""Prescriptions: what machines cannot do is refused with a way out; many orders run on one grid."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from soleus.errors import OutOfRange
from soleus.machine.access import KINDS, Access
from soleus.machine.dialysate import Binding, Dialysate
from soleus.machine.dialyzer import Dialyzer, named
from soleus.machine.profiles import constant, exponential, linear, mean, steps
from soleus.prescription import Prescription, devices, settings
from soleus.units import hours, litres, ml_min

USUAL = Prescription(Q_b=ml_min(300), Q_d=ml_min(500), time=hours(4), uf=litres(2.4))
HDF = replace(USUAL, mode="HDF-post", Q_sub=ml_min(80))
HF = replace(HDF, mode="HF", Q_d=0.0)
ISOLATED = replace(USUAL, mode="UF", Q_d=0.0)


def bath(**changed):
    return replace(USUAL, dialysate=Dialysate(**changed))


@pytest.mark.parametrize(
    "usual",
    [
        USUAL,
        HDF,
        HF,
        ISOLATED,
        replace(HDF, mode="HDF-pre"),
        replace(HF, mode="HF-pre"),
        replace(bath(K=0.0), reason="potassium 8.1 mmol/L"),
        replace(USUAL, uf=0.0),
        replace(ISOLATED, dialysate=Dialysate(K=0.0, Ca=2.25, HCO3=45.0)),
        bath(HCO3=40.0, Ca=1.75),
        bath(HCO3=39.0, Ca=1.5, acetate=0.3, citrate=0.8, acid=2.7),
        bath(HCO3=37.0, mixed=False),
        bath(HCO3=0.0, acid=0.0, acetate=40.0, Ca=1.75),
        replace(USUAL, potassium_profile=linear(3.0, 1.0), bicarbonate_profile=steps([30.0, 36.0])),
    ],
    ids=[
        "HD",
        "HDF-post",
        "HF",
        "UF",
        "HDF-pre",
        "HF-pre",
        "no potassium, with a reason",
        "no fluid taken",
        "no bath, so whatever it holds",
        "high bicarbonate",
        "citrate",
        "stated before mixing",
        "acetate dialysis",
        "profiles",
    ],
)
def test_what_clinics_order_passes_unchanged(usual):
    assert usual.checked() is usual


REFUSED = {
    "pump in mL/min": (
        replace(USUAL, Q_b=300),
        r"Q_b is 300 L/min; .*0\.05 and 0\.6 L/min.*Did you mean ml_min\(300\)\?",
    ),
    "slow pump": (replace(USUAL, Q_b=0.01), r"Q_b is 0\.01 L/min; .* Give a value between"),
    "bath in mL/min": (replace(USUAL, Q_d=500), r"Q_d is 500 L/min; .*ml_min\(500\)"),
    "no bath flow": (replace(USUAL, Q_d=0.0), r"Q_d is 0 L/min; HD needs .* use mode UF"),
    "bath flow in UF": (replace(ISOLATED, Q_d=0.5), r"Q_d is 0\.5 L/min; UF .* must be 0"),
    "40 L/h": (replace(USUAL, uf=160), r"uf is 160 L in 240 min, 40 L/h .*at most 4 L/h.*Lower uf"),
    "fluid in mL": (replace(USUAL, uf=2400), r"uf is 2400 L.*Did you mean millilitres\(2400\)\?"),
    "fluid given": (replace(USUAL, uf=-0.5), r"uf is -0\.5 L; .*0 and"),
    "profile below zero": (replace(USUAL, uf_profile=linear(2.0, -1.0)), r"uf_profile .*none may be below 0.*infusion"),
    "time in hours": (replace(USUAL, time=4), r"time is 4 min; .*15 and 720 min.*hours\(4\)"),
    "a day": (replace(USUAL, time=1440), r"time is 1440 min"),
    "sodium": (bath(Na=14.0), r"dialysate\.Na is 14 mmol/L; .*120 and 160"),
    "Fahrenheit": (bath(temperature=97.0), r"dialysate\.temperature is 97 degC; .*33 and 40.*fahrenheit\(97\)"),
    "mg/dL": (bath(glucose=100.0), r"glucose is 100 mmol/L; .*mg_dl\(100, 'glucose'\)"),
    "calcium in mEq/L": (bath(Ca=3.0), r"dialysate\.Ca is 3 mmol/L; .*3 / 2 for mEq/L"),
    "calcium in mg/dL": (bath(Ca=6.0), r"dialysate\.Ca is 6 mmol/L; .*mg_dl\(6, 'calcium'\)"),
    "magnesium in mEq/L": (bath(Mg=1.6), r"dialysate\.Mg is 1\.6 mmol/L; .*1\.6 / 2 for mEq/L"),
    "magnesium in mg/dL": (bath(Mg=3.5), r"dialysate\.Mg is 3\.5 mmol/L; .*mg_dl\(3\.5, 'magnesium'\)"),
    "potassium in mg/dL": (bath(K=8.0), r"dialysate\.K is 8 mmol/L; .*mg_dl\(8, 'potassium'\)"),
    "sodium in mg/dL": (bath(Na=322.0), r"dialysate\.Na is 322 mmol/L; .*mg_dl\(322, 'sodium'\)"),
    "no potassium": (bath(K=0.0), r"bath potassium is 0 mmol/L; .*below 0\.5 .*needs a reason.*reason='...'"),
    "no potassium in the end": (replace(USUAL, potassium_profile=linear(2.0, 0.0)), r"bath potassium is 0 mmol/L"),
    "no potassium infused": (replace(HF, dialysate=Dialysate(K=0.0)), r"bath potassium is 0 mmol/L"),
    "potassium shares": (
        replace(USUAL, potassium_profile=linear(150.0, 100.0)),
        r"potassium_profile reaches 150 mmol/L",
    ),
    "too much bicarbonate": (
        replace(USUAL, bicarbonate_profile=steps([30.0, 50.0])),
        r"bicarbonate_profile reaches 50",
    ),
    "lime": (bath(Ca=2.0, HCO3=45.0), r"ionized calcium 2\.00, bicarbonate 45 and acid 3 .*1200 .*Lower calcium"),
    "lime in the end": (
        replace(bath(Ca=2.0), bicarbonate_profile=linear(30.0, 45.0)),
        r"bicarbonate 45 .*calcium carbonate falls out",
    ),
    "lime without acid": (bath(acid=0.0), r"acid 0 mmol/L; calcium carbonate falls out .*dialysate\.acid"),
    "all acid": (bath(HCO3=2.0, mixed=False), r"bicarbonate is 2 mmol/L before mixing.*mixed=True"),
    "mixed in words": (bath(mixed="before"), r"dialysate\.mixed is 'before'; it must be True"),
    "a reason that is none": (replace(USUAL, reason=None), r"reason is None; it must be a text"),
    "a part of a device": (
        replace(USUAL, dialyzer=replace(Dialyzer(), binding=Binding(K=1200.0))),
        r"dialyzer\.binding\.K is 1200 L/mmol",
    ),
    "sodium shares": (
        replace(USUAL, sodium_profile=linear(1.05, 1.0)),
        r"sodium_profile reaches 1\.05 .*values themselves",
    ),
    "hot profile": (
        replace(USUAL, temperature_profile=constant(41.0)),
        r"temperature_profile reaches 41 degC; .*33 and 40",
    ),
    "no substitution": (replace(HDF, Q_sub=0.0), r"Q_sub is 0 L/min; HDF-post needs"),
    "substitution in HD": (replace(HDF, mode="HD"), r"Q_sub is 0\.08 L/min; HD has no substitution.*HDF"),
    "thick blood": (replace(HDF, Q_sub=0.15), r"filters 160 mL/min.* 87% of the plasma water.*60%.*raise Q_b"),
    "mode": (replace(USUAL, mode="hd"), r"mode is 'hd'; treatments are HD"),
    "a text": (replace(USUAL, Q_b="300"), r"Q_b is '300', not a number"),
    "yes": (replace(USUAL, Q_sub=True), r"Q_sub is True, not a number"),
    "missing": (replace(USUAL, uf=float("nan")), r"uf is nan, not a number"),
    "KoA in mL/min": (replace(USUAL, dialyzer=Dialyzer(KoA_urea=1292)), r"dialyzer\.KoA_urea is 1292 .*ml_min\(1292\)"),
    "access": (replace(USUAL, access=Access(recirculation=15.0)), r"access\.recirculation is 15"),
    "a name": (replace(USUAL, dialyzer="FX 80"), r"dialyzer is 'FX 80'; it must be a Dialyzer"),
    "offset": (replace(USUAL, sodium_offset=138.0), r"sodium_offset is 138 mmol/L"),
}


@pytest.mark.parametrize(("wrong", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_no_machine_does_is_refused(wrong, message):
    with pytest.raises(OutOfRange, match=message):
        wrong.checked()


def test_a_steep_profile_is_refused_though_its_mean_is_slow():
    with pytest.raises(OutOfRange, match=r"4\.2 L/h at its peak"):
        replace(USUAL, uf=4.8, uf_profile=steps([3.5, 0.5, 0.5, 0.0, 0.5])).checked()


# The grid


def removed(switches, s):
    return (0.5 * (s.uf_0 + s.uf_1) * np.diff(switches)[:, None]).sum(0)


profiles = st.one_of(
    st.just(constant()),
    st.builds(linear, st.floats(0.1, 3.0), st.floats(0.0, 3.0)),
    st.builds(exponential, st.floats(0.5, 3.0), st.floats(0.0, 1.0)),
    st.lists(st.floats(0.1, 3.0), min_size=1, max_size=7).map(steps),
)


@given(orders=st.lists(st.tuples(profiles, st.floats(60.0, 480.0), st.floats(0.0, 4.0)), min_size=1, max_size=4))
@limits(max_examples=60)
def test_every_order_gets_its_fluid_off_exactly(orders):
    asked = [replace(USUAL, uf_profile=shape, time=time, uf=uf) for shape, time, uf in orders]
    switches, s = settings(asked, 500.0, extra_switches=[30.0, 199.5])
    assert np.all(np.diff(switches) > 0)
    assert removed(switches, s) == pytest.approx([p.uf for p in asked], rel=1e-6, abs=1e-12)


def test_an_order_alone_is_exact_to_rounding():
    p = replace(USUAL, uf_profile=exponential(2.0, 0.5), time=217.0, uf=2.7)
    assert removed(*settings([p], p.time))[0] == pytest.approx(2.7, rel=1e-14)


def test_one_grid_for_all():
    a = replace(USUAL, uf_profile=steps([2.0, 1.0]))
    b = replace(USUAL, time=180.0, sodium_profile=linear(148.0, 138.0))
    c = replace(USUAL, temperature_profile=steps([36.5, 35.5, 36.5]))
    switches, s = settings([a, b, c], 300.0, extra_switches=[100.0, 400.0])
    assert switches.tolist() == [0.0, 80.0, 100.0, 120.0, 160.0, 180.0, 240.0, 300.0]
    assert {np.shape(getattr(s, f)) for f in s.__dataclass_fields__} == {(7, 3)}
    assert s.on.T.tolist() == [[1, 1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1, 0]]
    assert s.uf_0[:, 0] == pytest.approx([2.4 / 180] * 3 + [1.2 / 180] * 3 + [0.0])
    assert s.Na_0[:, 1] - b.sodium_offset == pytest.approx(
        [148, 148 - 80 / 18, 148 - 100 / 18, 148 - 120 / 18, 148 - 160 / 18, 138, 138]
    )
    assert s.Na_1[:4, 1] == pytest.approx(s.Na_0[1:5, 1])
    assert s.T_1[:, 2].tolist() == [36.5, 35.5, 35.5, 35.5, 36.5, 36.5, 36.5]
    assert (s.Na_0[:, 0] == 138.0 + a.sodium_offset).all()


def test_the_whole_bath_reaches_the_machine():
    a = replace(USUAL, dialysate=Dialysate(K=3.0, Ca=1.25, Mg=0.75, acetate=4.0, citrate=0.8, glucose=11.0))
    b = replace(bath(HCO3=37.0, mixed=False), potassium_profile=linear(3.0, 1.0))
    c = replace(bath(mixed=False, acid=4.0), bicarbonate_profile=steps([30.0, 40.0]))
    switches, s = settings([a, b, c], 240.0)
    assert switches.tolist() == [0.0, 120.0, 240.0]
    held = {"K_0": 3.0, "K_1": 3.0, "Ca": 1.25, "Mg": 0.75, "acetate": 4.0, "citrate": 0.8, "glucose": 11.0}
    assert {name: getattr(s, name)[:, 0].tolist() for name in held} == {name: [v, v] for name, v in held.items()}
    assert s.K_0[:, 1].tolist() == [3.0, 2.0]
    assert s.K_1[:, 1].tolist() == [2.0, 1.0]
    assert s.HCO3_0.T.tolist() == s.HCO3_1.T.tolist() == [[34.0, 34.0], [34.0, 34.0], [26.0, 36.0]]


def test_modes_open_their_own_pumps():
    _, s = settings([USUAL, HDF, replace(HDF, mode="HDF-pre"), HF, ISOLATED], 240.0)
    assert s.Q_post[0].tolist() == [0, 0.08, 0, 0.08, 0]
    assert s.Q_pre[0].tolist() == [0, 0, 0.08, 0, 0]
    assert s.bath[0].tolist() == [1, 1, 1, 0, 0]


def test_devices_are_shared_or_stacked():
    p, access = devices([USUAL, USUAL])
    assert np.shape(p.KoA_urea) == ()
    p, access = devices([USUAL, replace(USUAL, dialyzer=named("FX 60"), access=KINDS["catheter"])])
    assert p.KoA_urea.tolist() == [1.292, 0.977]
    assert access.cardiopulmonary.tolist() == [1.0, 0.0]
    assert np.shape(p.warmth.k) == (2,)


def test_a_cohort_is_laid_out_shape_by_shape(monkeypatch):
    """Not person by person: 4,096 orders of one shape ask once for its mean."""
    shape = exponential(2.0, 1.0)
    many = [
        replace(USUAL, uf=2 + i * 1e-4, uf_profile=shape, dialysate=Dialysate(Na=136 + i * 1e-3)) for i in range(4096)
    ]
    means = []
    monkeypatch.setattr("soleus.prescription.mean", lambda asked: means.append(asked) or mean(asked))
    _, s = settings(many, 240.0)
    assert s.uf_0.shape == (8, 4096)
    assert means == [shape]
