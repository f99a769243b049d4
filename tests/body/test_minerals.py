"""Hormones, bone, gut and kidney together over days to years, in constant water.

What was measured in people is held against the whole body in soleus/validate/minerals.py. Here a small body asks what a
large one would hide: that health is a fixed point, that nothing gets lost, and which way each influence goes. Where it
applies, a dialysis is spread over the week.
"""

import dataclasses
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from soleus.body import absorption, acid_base, bone, calcium, hormones, kidney, phosphate, protein

DAY = 1440.0
V_PL, V_IS = 3.0, 12.5
PRO = protein.look(68.0, 25.0, protein.Protein())
ACID = acid_base.AcidBase()
V_E = PRO.f * V_PL + V_IS
CALCIUM = calcium.Calcium(iCa=1.22)
PHOSPHATE = phosphate.Phosphate(c=1.2)
R_CA = calcium.rest(23.0, 1.66, CALCIUM)
ORGANS = (calcium, phosphate, hormones, bone)
SIZES = np.cumsum([len(dataclasses.fields(organ.State)) for organ in ORGANS])
GLAND = [f.name for f in dataclasses.fields(hormones.State)].index("G")
DIALYSANCE, NEUTRAL, K_P = 8.07, 1.212, 8.0  # L a day of calcium and of phosphate; bath in balance over ionized calcium


class World(NamedTuple):
    """How somebody lives: filtration mL/min, blood, what is eaten (mmol a day), drugs, bath (0 without dialysis)."""

    gfr: float = 100.0
    pH: float = 7.40
    hco3: float = 25.0
    I_Ca: float = 25.0
    I_P: float = 42.0
    D25: float = 25.0
    binder: float = 0.0
    analog: float = 0.0
    mimetic: float = 0.0
    loop: float = 0.0
    bath: float = 0.0
    drip: float = 0.0


@cache
def people(w):
    """The parameters of whoever lives so."""
    return (
        replace(hormones.Hormones(), D25=1000 * w.D25, analog=w.analog, mimetic=w.mimetic),
        bone.Bone(),
        replace(absorption.Absorption(), I_Ca=w.I_Ca / DAY, I_P=w.I_P / DAY, binder=w.binder),
        replace(kidney.Kidney(), gfr=w.gfr / 1000, e=w.loop),
    )


@cache
def blood(w):
    now = acid_base.State(n=1.0, buffer=23.0, n_organic=0.0, n_acetate=0.0, n_citrate=0.0, pCO2=40.0)
    return replace(acid_base.look(now, V_PL, V_IS, PRO, ACID), hco3=w.hco3, pH=w.pH, citrate=0.1)


def flat(*states):
    return np.array([getattr(s, f.name) for s in states for f in dataclasses.fields(s)], float)


def apart(y):
    parts = np.split(y, SIZES[:-1])
    return [
        organ.State(**dict(zip((f.name for f in dataclasses.fields(organ.State)), part, strict=True)))
        for organ, part in zip(ORGANS, parts, strict=True)
    ]


class Look(NamedTuple):
    calcium: calcium.Seen
    phosphate: phosphate.Seen
    hormones: hormones.Seen
    bone: bone.Seen
    gut: absorption.Seen
    urine: kidney.Excreted
    given: hormones.Inputs


def look(y, w):
    """All algebra, in the order in which the body will need it."""
    H, B, A, K = people(w)
    ca, ph, ho, bo = apart(y)
    P = phosphate.look(ph, V_E, PRO, PHOSPHATE)
    Ca = calcium.look(ca, V_PL, V_IS, PRO, 0.56 * 68.0, blood(w), P.c_p, CALCIUM, R_CA)
    given = hormones.Inputs(iCa=Ca.iCa, P=P.c_p, g=w.gfr / 100)
    h = hormones.look(ho, given, H)
    return Look(
        Ca, P, h, bone.look(bo, h.u, Ca.iCa, P.c_p, given.g, B), absorption.look(h.u_gut, A),
        kidney.excreted(147.0, w.hco3, 0.6, Ca.free, Ca.iCa, P.c_p, h.PTH, ho.FGF, K, kidney.rest(K)),
        given,
    )  # fmt: skip


def rates(y, w):
    H, B, _, _ = people(w)
    ca, ph, ho, bo = apart(y)
    s = look(y, w)
    treated = w.bath > 0
    Ca_out = treated * DIALYSANCE * (NEUTRAL * s.calcium.iCa - w.bath) / DAY
    P_out = treated * K_P * s.phosphate.c_p / DAY
    from_bone = s.bone.J_res - s.bone.J_form
    deep = s.calcium.J_slow - from_bone
    Ca_in = calcium.Inputs(
        tilt=s.bone.tilt, gut=s.gut.Ca, bone=from_bone, urine=s.urine.Ca, infusion=w.drip / DAY, removal=Ca_out
    )
    P_in = phosphate.Inputs(gut=s.gut.P, deep=deep, urine=s.urine.P, infusion=0.0, removal=P_out)
    return flat(
        calcium.rates(ca, s.calcium, Ca_in, CALCIUM, R_CA),
        phosphate.rates(ph, s.phosphate, P_in, PHOSPHATE),
        hormones.rates(ho, s.hormones, s.given, H),
        bone.rates(bo, s.bone, bone.Inputs(PTH=s.hormones.PTH, J_slow=s.calcium.J_slow), B),
    )


def begin(w, PTH=40.0, phosphorus=1.2):
    """Somebody with this PTH at healthy calcium, to whom it is new."""
    H, B, _, _ = people(w)
    one = calcium.look(calcium.State(n=1.0, F=1.0), V_PL, V_IS, PRO, 0.56 * 68.0, blood(w), 1.2, CALCIUM, R_CA).iCa
    ho = hormones.at_rest(hormones.Inputs(iCa=1.22, P=phosphorus, g=w.gfr / 100), replace(H, PTH=PTH))
    u = (ho.D + w.analog) / H.D_0
    ca = calcium.State(n=1.22 / one, F=CALCIUM.F_0)
    return flat(ca, phosphate.at_rest(V_E, PHOSPHATE), ho, replace(bone.at_rest(PTH, u, w.gfr / 100, B), used=1.0))


def live(y, w, days):
    """The state after so many days of this life; several days give several states."""
    until = np.atleast_1d(days).astype(float)
    size = np.maximum(np.abs(y), 1e-3)
    s = solve_ivp(
        lambda _, z: rates(z * size, w) * DAY / size, (0.0, until[-1]), y / size,
        method="LSODA", rtol=1e-4, atol=1e-5, t_eval=until,
    )  # fmt: skip
    assert s.success, s.message
    return s.y.T * size if np.ndim(days) else s.y[:, -1] * size


def of(y, w):
    """What a chart would say."""
    s, (ca, _, ho, bo) = look(y, w), apart(y)
    return {
        "iCa": s.calcium.iCa, "tCa": s.calcium.tCa, "P": s.phosphate.c_p, "PTH": s.hormones.PTH, "D": ho.D,
        "FGF": ho.FGF,
        "UCa": s.urine.Ca * DAY, "ACa": s.gut.Ca * DAY, "gland": ho.G, "receptors": ho.R, "surface": ca.F,
        "share": (s.gut.Ca + people(w)[2].secreted) / people(w)[2].I_Ca, "onto": (s.bone.J_form - s.bone.J_res) * DAY,
        "turnover": bo.OC,
    }  # fmt: skip


ON = World(gfr=0.0, pH=7.38, hco3=23.0, I_Ca=22.0, I_P=30.0, binder=0.35, bath=1.5)


@cache
def healthy():
    return live(begin(World()), World(), 1500)


@cache
def treated():
    """Half a year of dialysis with a PTH of 300 pg/mL."""
    return live(begin(ON, PTH=300.0, phosphorus=1.6), ON, 180)


def test_health_is_a_fixed_point_for_1500_days():
    start, end = of(begin(World()), World()), of(healthy(), World())
    for name in ("iCa", "tCa", "P", "PTH", "D", "FGF", "gland", "receptors", "surface", "turnover"):
        assert end[name] == pytest.approx(start[name], rel=0.03), name
    assert abs(end["onto"]) < 0.05
    assert end["UCa"] == pytest.approx(end["ACa"], abs=0.3)
    print({name: round(x, 3) for name, x in end.items()})


def moved(before, after, days, start, name):
    """Change of one value by another life, against the same life going on, relative."""
    return of(live(start, after, days), after)[name] / of(live(start, before, days), before)[name] - 1


@pytest.mark.parametrize(
    ("changes", "days", "name", "sign"),
    [
        ({"bath": 1.25}, 60, "PTH", 1), ({"bath": 1.75}, 60, "PTH", -1), ({"bath": 1.75}, 60, "iCa", 1),
        ({"analog": 12.0}, 60, "PTH", -1), ({"analog": 12.0}, 60, "iCa", 1), ({"D25": 10.0}, 120, "D", -1),
        ({"D25": 10.0}, 120, "PTH", 1), ({"mimetic": 2.0}, 60, "PTH", -1), ({"mimetic": 2.0}, 60, "iCa", -1),
        ({"binder": 1.0}, 60, "P", -1), ({"binder": 1.0}, 60, "FGF", -1), ({"binder": 1.0}, 120, "PTH", -1),
        ({"I_P": 40.0}, 60, "P", 1), ({"drip": 5.0}, 30, "PTH", -1),
    ],
    ids=str,
)  # fmt: skip
def test_direction_on_dialysis(changes, days, name, sign):
    assert sign * moved(ON, ON._replace(**changes), days, treated(), name) > 0.002


@pytest.mark.parametrize(
    ("changes", "name", "sign"),
    [
        ({"gfr": 40.0}, "PTH", 1), ({"gfr": 40.0}, "FGF", 1), ({"gfr": 40.0}, "D", -1), ({"gfr": 40.0}, "UCa", -1),
        ({"loop": 1.0}, "UCa", 1), ({"loop": 1.0}, "PTH", 1), ({"loop": 1.0}, "ACa", 1), ({"I_Ca": 10.0}, "PTH", 1),
    ],
    ids=str,
)  # fmt: skip
def test_direction_without_dialysis(changes, name, sign):
    assert sign * moved(World(), World()._replace(**changes), 60, healthy(), name) > 0.002


def test_without_glands_calcium_falls_and_comes_back_as_they_grow():
    y = treated().copy()
    y[SIZES[1] + GLAND] = 0.03
    a, (b, c) = of(treated(), ON), (of(x, ON) for x in live(y, ON, [30, 365]))
    assert 0.6 < b["iCa"] < 0.9 * a["iCa"]
    assert c["iCa"] > b["iCa"]
    assert b["onto"] > 0


def test_calcium_and_phosphate_are_conserved():
    """What all pools gain is what comes in less what goes out."""
    y, w = treated(), ON._replace(drip=5.0)
    s, d = look(y, w), apart(rates(y, w))
    ca, ph, _, bo = d
    out = DIALYSANCE * (NEUTRAL * s.calcium.iCa - w.bath) / DAY
    assert ca.n + ca.F + bo.B == pytest.approx(s.gut.Ca + 5.0 / DAY - s.urine.Ca - out, rel=1e-9)
    deep = PHOSPHATE.q * bo.B
    assert ph.n_e + ph.n_s + deep == pytest.approx(s.gut.P - s.urine.P - K_P * s.phosphate.c_p / DAY, rel=1e-9)
