"""Hormones, bone, gut and kidney together over days to years, against what was measured in people.

A small body: calcium, phosphate, hormones and bone in constant water, with kidney and gut, and where it applies a
dialysis spread over the week. The dialysis is what sessions of the whole body give at baths of 1.25 to 1.75 mmol/L.
Each row of the table prints what was measured, what comes out and a verdict: OK inside the measured spread (where none
was read, inside one set here), ~ for the right sign and half to one and a half times the size, NO for worse. A NO is
expected, and says why. `python tests/body/test_minerals.py` prints them all.
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


STAGES = (
    World(60.0, 7.40, 25.0, 25.0, 42.0), World(45.0, 7.39, 24.0, 23.0, 40.0), World(30.0, 7.37, 22.0, 21.0, 37.0),
    World(20.0, 7.35, 21.0, 20.0, 35.0), World(12.0, 7.32, 19.0, 20.0, 33.0), World(8.0, 7.31, 18.0, 20.0, 30.0),
)  # fmt: skip
YEARS = (3.0, 2.0, 3.0, 2.0, 1.5, 0.5)
ON = World(gfr=0.0, pH=7.38, hco3=23.0, I_Ca=22.0, I_P=30.0, binder=0.5, bath=1.5)


@cache
def failing():
    """States by filtration, through twelve years of a failing kidney."""
    found = {100.0: live(begin(World()), World(), 1500)}
    y = found[100.0]
    for w, years in zip(STAGES, YEARS, strict=True):
        found[w.gfr] = y = live(y, w, 365 * years)
    return found


@cache
def dialyzed(bath=1.5, binder=0.5):
    """Two years of dialysis after that."""
    return live(failing()[8.0], ON._replace(bath=bath, binder=binder), 730)


@cache
def severe():
    """Severe hyperparathyroidism: PTH of 1600 pg/mL, and a fortnight for the rest to fit it."""
    return live(begin(ON, PTH=1600.0, phosphorus=1.6), ON, 14)


def without_glands(y):
    y = y.copy()
    y[SIZES[1] + 4] = 0.03
    return y


def change(after, before, name):
    return 100 * (after[name] / before[name] - 1)


@cache
def row(name):
    """(what was measured, what comes out, lowest and highest that agree)"""
    return TABLE[name]()


def health():
    now = of(failing()[100.0], World())
    return "iCa 1.22, P 1.2, PTH 40, D 40, urine Ca 5", now, {
        "iCa": (1.20, 1.24), "P": (1.1, 1.3), "PTH": (35, 45), "D": (35, 45), "UCa": (4, 6),
    }  # fmt: skip


def stage_30():
    now = of(failing()[30.0], STAGES[2])
    return "GFR 30: Ca and P normal, PTH and calcitriol are not", now, {
        "iCa": (1.15, 1.28), "P": (1.0, 1.45), "PTH": (65, 180), "D": (18, 33), "FGF": (90, 250),
    }  # fmt: skip


def stage_12():
    return "GFR below 20: PTH 150-250", of(failing()[12.0], STAGES[4]), {"PTH": (150, 250)}


def stage_8():
    return "GFR 8, untreated: PTH about 340, P 2.0, total Ca 2.2", of(failing()[8.0], STAGES[5]), {
        "PTH": (290, 390), "P": (1.8, 2.2), "tCa": (2.1, 2.3),
    }  # fmt: skip


def calcitriol_on_dialysis():
    low = ON._replace(D25=14.0)
    now = of(live(dialyzed(), low, 180), low)
    return "on dialysis, 25OHD 14 ng/mL: D 15.1 (10.5-18.8), 12 % (7-17) absorbed", now, {
        "D": (10.5, 18.8), "share": (0.07, 0.17),
    }  # fmt: skip


def native_vitamin_d():
    high = ON._replace(D25=49.0)
    return (
        "25OHD raised to 49 ng/mL: absorption not changed",
        of(live(dialyzed(), high, 180), high),
        {"share": (0.07, 0.17)},
    )


def calciuria():
    w = STAGES[1]._replace(I_Ca=20.0)
    return (
        "GFR 44: urine Ca 0.99 mmol/d, PTH 53",
        of(live(failing()[45.0], w, 730), w),
        {"UCa": (0.8, 1.2), "PTH": (45, 62)},
    )


def loop_diuretic():
    """Cross-sectional, so two years of both."""
    plain, loop = STAGES[2], STAGES[2]._replace(loop=0.5)
    a, b = (of(live(failing()[30.0], w, 730), w) for w in (plain, loop))
    now = {"UCa %": change(b, a, "UCa"), "PTH %": change(b, a, "PTH")}
    return "loop diuretic: urine Ca +39 %, PTH +29 %", now, {"UCa %": (25, 50), "PTH %": (20, 40)}


def furosemide():
    w = World(loop=1.5)
    a, b = of(failing()[100.0], World()), of(live(failing()[100.0], w, 14), w)
    now = {name + " %": change(b, a, name) for name in ("UCa", "ACa", "PTH", "iCa")}
    return "healthy, furosemide: urine and gut Ca up, PTH up, iCa as before", now, {
        "UCa %": (20, 200), "ACa %": (3, 100), "PTH %": (5, 100), "iCa %": (-2, 2),
    }  # fmt: skip


def phosphate_on_dialysis():
    now = {"P bare": of(dialyzed(binder=0.0), ON)["P"], "P bound": of(dialyzed(), ON)["P"]}
    return "P 2.0-2.3 without binder, 1.5-1.8 with", now, {"P bare": (2.0, 2.3), "P bound": (1.45, 1.8)}


def bath_lowered():
    before, after = ON._replace(bath=1.75), ON
    a = of(dialyzed(1.75), before)
    b = of(live(dialyzed(1.75), after, 270), after)
    return "bath 1.75 to 1.5, 9 months: PTH times 1.63", {"PTH ratio": b["PTH"] / a["PTH"]}, {"PTH ratio": (1.4, 1.9)}


def active_vitamin_d():
    w = ON._replace(analog=12.0)
    a, (b, c) = of(dialyzed(), ON), (of(y, w) for y in live(dialyzed(), w, [42, 168]))
    now = {"6 weeks %": change(b, a, "PTH"), "24 weeks %": change(c, a, "PTH"), "iCa %": change(b, a, "iCa")}
    return "calcitriol: PTH -30 % at 6 weeks, -42 % at 24, Ca not lower", now, {
        "6 weeks %": (-40, -25), "24 weeks %": (-55, -38), "iCa %": (-1, 8),
    }  # fmt: skip


def calcimimetic():
    w = ON._replace(mimetic=4.0)
    a, (b, c) = of(severe(), ON), (of(y, w) for y in live(severe(), w, [182, 365]))
    now = {"PTH %": change(b, a, "PTH"), "iCa %": change(b, a, "iCa"), "iCa 1 y %": change(c, a, "iCa")}
    return "etelcalcetide: PTH -55 % at 26 weeks, Ca -8.3 to -9.1 % at a year", now, {
        "PTH %": (-60, -50), "iCa %": (-10, -6), "iCa 1 y %": (-10, -7.5),
    }  # fmt: skip


def secretion_on_dialysis():
    p, R = hormones.Hormones(), apart(severe())[2].R
    now = {"high": hormones.secretion(1.20, R, 0.0, p), "low": hormones.secretion(1.14, R, 0.0, p)}
    return "basal over most PTH 47 % with higher, 73 % with lower Ca", now, {"high": (0.42, 0.52), "low": (0.66, 0.80)}


def glands_taken_out():
    t = [2, 14, 30, 180]
    a, (b, c, d, e) = of(severe(), ON), (of(y, ON) for y in live(without_glands(severe()), ON, t))
    now = {"day 2 %": change(b, a, "iCa"), "day 14 %": change(c, a, "iCa"), "iCa least": min(c["iCa"], d["iCa"]),
           "iCa day 180": e["iCa"], "onto bone": c["onto"]}  # fmt: skip
    return "glands out, untreated: Ca falls for two weeks and more, comes back in months", now, {
        "day 2 %": (-45, -15), "day 14 %": (-50, -25), "iCa least": (0.6, 0.9), "iCa day 180": (0.85, 1.2),
        "onto bone": (4, 20),
    }  # fmt: skip


def phosphate_without_glands():
    """As treated: calcium by vein and mouth 10 mmol a day, active vitamin D."""
    w = ON._replace(drip=10.0, analog=30.0)
    a, (b, c) = of(severe(), ON), (of(y, w) for y in live(without_glands(severe()), w, [4, 14]))
    now = {"day 4 %": change(b, a, "P"), "day 14 %": change(c, a, "P")}
    return (
        "glands out, treated: P falls by day 4 and lies low at day 14",
        now,
        {"day 4 %": (-40, -5), "day 14 %": (-60, -15)},
    )


def bicarbonate():
    """Held at pH 7.25 for three days, then corrected at once."""
    acid, base = ON._replace(pH=7.25, hco3=14.0), ON._replace(pH=7.45, hco3=27.0)
    y = live(dialyzed(), acid, 3)
    a, b, later = of(y, acid), of(y, base), of(live(y, base, 4 / 24), base)
    now = {
        "slope": np.log10(b["iCa"] / a["iCa"]) / 0.2,
        "back in 4 h": (later["iCa"] - b["iCa"]) / (a["iCa"] - b["iCa"]),
    }
    return "pH 7.25 to 7.45: log10 iCa per pH -0.15 +- 0.08", now, {"slope": (-0.23, -0.07), "back in 4 h": (0.2, 1.0)}


def verdict(value, low, high):
    """OK, ~ or NO for one number against the spread that agrees."""
    if low <= value <= high:
        return "OK"
    small, large = sorted((abs(low), abs(high)))
    least = 0.0 if low < 0 < high else 0.5 * small
    signed = low < 0 < high or value * high > 0
    return "~" if signed and least <= abs(value) <= 1.5 * large else "NO"


def said(name):
    """The worst verdict of a row, and the row as a line."""
    measured, model, bounds = row(name)
    each = {key: verdict(model[key], *spread) for key, spread in bounds.items()}
    worst = max(each.values(), key=["OK", "~", "NO"].index)
    found = ", ".join(f"{key} {model[key]:.3g}{'' if each[key] == 'OK' else ' ' + each[key]}" for key in bounds)
    return worst, f"{worst:2s} {name}: {measured} | {found}"


TABLE = {
    f.__name__: f
    for f in (
        health, stage_30, stage_12, stage_8, calcitriol_on_dialysis, native_vitamin_d, calciuria, loop_diuretic,
        furosemide, phosphate_on_dialysis, bath_lowered, active_vitamin_d, calcimimetic, secretion_on_dialysis,
        glands_taken_out, phosphate_without_glands, bicarbonate,
    )
}  # fmt: skip
MISSES = {
    "loop_diuretic": "PTH hardly rises: gut and bone make up for 0.35 mmol a day; patients differ in more than that",
}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(n, marks=pytest.mark.xfail(strict=True, reason=MISSES[n])) if n in MISSES else n
        for n in TABLE
    ],
)  # fmt: skip
def test_against_people(name):
    worst, line = said(name)
    print("\n" + line)
    assert worst != "NO"


def test_the_order_of_events():
    """FGF23 moves first, then calcitriol and PTH, phosphate last (recalled)."""
    start, at_60 = (of(failing()[g], w) for g, w in ((100.0, World()), (60.0, STAGES[0])))
    moved = {name: abs(np.log(at_60[name] / start[name])) for name in ("FGF", "PTH", "D", "P", "iCa")}
    assert moved["FGF"] > moved["PTH"] > moved["P"] > moved["iCa"]
    assert moved["D"] > moved["P"]


def test_calcium_and_phosphate_are_conserved():
    """What all pools gain is what comes in less what goes out."""
    y, w = severe(), ON._replace(drip=5.0)
    s, d = look(y, w), apart(rates(y, w))
    ca, ph, _, bo = d
    out = DIALYSANCE * (NEUTRAL * s.calcium.iCa - w.bath) / DAY
    assert ca.n + ca.F + bo.B == pytest.approx(s.gut.Ca + 5.0 / DAY - s.urine.Ca - out, rel=1e-9)
    deep = PHOSPHATE.q * bo.B
    assert ph.n_e + ph.n_s + deep == pytest.approx(s.gut.P - s.urine.P - K_P * s.phosphate.c_p / DAY, rel=1e-9)


if __name__ == "__main__":
    print("\n".join(said(name)[1] for name in TABLE))
