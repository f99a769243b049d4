"""Minerals: calcium, phosphate, hormones and bone over minutes to years, beside what was measured in people.

The whole body lives every row, in health, with a failing kidney, or with sessions of the machine, except where a row
says that it holds one organ's blood by hand. What a drug or a cut does is told against the same person without it,
after the same time.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from .. import schedule
from ..body import body, calcium, kidney
from ..parameter import put
from . import table
from .glands import rows as _glands
from .lives import (
    DAY,
    MIDWEEK,
    YEAR,
    Life,
    arrived,
    bath,
    changed,
    chart,
    dialyzed,
    failing,
    finely,
    healthy,
    later,
    number,
    percent,
    seen,
    sitting,
)
from .table import Row

TITLE = "Minerals and hormones: measured, and what the twin gives"
as_json = table.as_json
NG_ML = 1000.0  # pg/mL


def page(found: Sequence[Row]) -> str:
    """The rows as text."""
    return table.page(found, TITLE)


def rows() -> list[Row]:
    """All of them, in the order of the list."""
    found = [*_health(), *_kidney(), *_alkali(), *_dialysis(), *_sessions(), *_glands()]
    return sorted(found, key=lambda row: (int(row.id.rstrip("abc")), row.id))


def _health() -> list[Row]:
    now, on_salt = chart(healthy()), chart(_furosemide())
    moved = {f"{name}, %": percent(on_salt, now, name) for name in ("urine Ca", "gut Ca", "PTH", "D", "iCa")}
    wanted = {"iCa": (1.20, 1.24), "P": (1.1, 1.3), "PTH": (35, 45), "D": (35, 45), "urine Ca": (4, 6)}
    return [
        table.row("1", "health, four years on", "iCa 1.22, P 1.2, PTH 40, D 40, urine Ca 5 mmol a day",
                  "GeneralKnowledge", {name: now[name] for name in wanted}, wanted),
        table.row(
            "7", "furosemide and salt for 14 days in health", "urine and gut Ca up, PTH up, iCa not changed",
            "Fujita1984", moved,
            {"urine Ca, %": (20, 200), "gut Ca, %": (3, 100), "PTH, %": (5, 100), "iCa, %": (-2, 2)},
            "what defends calcium answers to its fall alone, so that some fall is left",
        ),
    ]  # fmt: skip


def _furosemide() -> Life:
    """As much more salt is eaten as it takes, so that weight stays."""
    p = put(healthy().patient, {"kidney.e": 1.5})
    return later(changed(healthy(), {"kidney.e": 1.5, "gut.salt": kidney.rest(p.kidney).more * p.gut.salt}), 14)


def _kidney() -> list[Row]:
    at = {gfr: chart(life) for gfr, life in failing().items()}
    moved = {name: abs(np.log(at[60][name] / at[100][name])) for name in ("FGF23", "PTH", "D", "P", "iCa")}
    in_order = moved["FGF23"] > moved["PTH"] > moved["P"] > moved["iCa"] and moved["D"] > moved["P"]
    plain, loop = (chart(later(changed(failing()[30], {"kidney.e": e}), 2 * YEAR)) for e in (0.0, 0.5))
    fed = chart(later(changed(failing()[45], {"absorption.I_Ca": 20.0 / DAY}), 2 * YEAR))
    late = {name: at[8][name] for name in ("PTH", "P", "tCa", "iCa")}
    return [
        table.row("2a", "GFR 30: calcium and phosphate still normal, PTH and calcitriol not", "recalled of the survey",
                  "Levin2007", {name: at[30][name] for name in ("iCa", "P", "PTH", "D", "FGF23")},
                  {"iCa": (1.15, 1.28), "P": (1.0, 1.45), "PTH": (65, 180), "D": (18, 33), "FGF23": (90, 250)}),
        Row("2b", "GFR 60: FGF23 moves first, then PTH and calcitriol, then phosphate, calcium last", "order",
            "GeneralKnowledge", ", ".join(f"{name} {at[60][name] / at[100][name]:.2f} times" for name in moved),
            "OK" if in_order else "NO", "" if in_order else "another order"),
        table.row("3", "PTH below a GFR of 20", "150-250 pg/mL, recalled", "GeneralKnowledge",
                  {"at 20": at[20]["PTH"], "at 12": at[12]["PTH"]}, {"at 12": (150, 250), "at 20": (130, 250)}),
        table.row("6a", "urine of people with a GFR of 44, who eat 20 mmol of calcium",
                  "calcium 0.99 mmol a day, PTH 53; ±20 % set here", "Isakova2011",
                  {"urine Ca": fed["urine Ca"], "PTH": fed["PTH"]}, {"urine Ca": (0.8, 1.2), "PTH": (42, 64)},
                  "PTH rises a little early as the kidney fails"),
        table.row("6b", "the same with a loop diuretic, compared between patients", "urine Ca +39 %, PTH +29 %",
                  "Isakova2011", {f"{name}, %": percent(loop, plain, name) for name in ("urine Ca", "PTH")},
                  {"urine Ca, %": (25, 50), "PTH, %": (20, 40)},
                  "bone and gut make up for 0.2 mmol a day, so PTH need not; patients with and without differ in more",
                  table.TENTH),
        table.row("23", "GFR 8, untreated", "PTH about 340, P 2.0, total Ca 2.2, recalled", "GeneralKnowledge", late,
                  {"PTH": (290, 390), "P": (1.8, 2.2), "tCa": (2.1, 2.3)}, "bone holds calcium up too well"),
    ]  # fmt: skip


def _alkali() -> list[Row]:
    """Bicarbonate in a tube and in a vein."""
    closed = _closed()
    found = [
        table.row("18", "a closed sample of serum: ionized calcium, mmol/L", "-0.060 for pH +0.1, -0.0036 for each "
                  "mmol/L of bicarbonate; ±25 % set here", "Hughes1984", closed,
                  {"for pH": (-0.075, -0.045), "for bicarbonate": (-0.0045, -0.0027)}),
    ]  # fmt: skip
    breathed = _breathed()
    found.append(
        table.row("19a", "in the body, pH raised by breathing", "log10 iCa for each unit of pH -0.15 ± 0.08",
                  "IonizedCalcium1988", breathed, {"slope": (-0.23, -0.07)}, "interstitium and bone give too little")
    )  # fmt: skip
    for id, gfr in (("19b", 12), ("19c", 30)):
        model = _infused(failing()[gfr])
        model["over that of breathing"] = model["without dilution"] / breathed["slope"]
        found.append(
            table.row(id, f"200 mmol of bicarbonate by vein in 20 min, GFR {gfr}", "log10 iCa half as steep again in "
                      "pH as by breathing: bicarbonate binds calcium; most of it back in hours; spreads set here",
                      "Hughes1984", model, {"over that of breathing": (1.2, 1.8), "back in 4 h": (0.5, 1.2)},
                      "bone has had less time than when breathing changed")
        )  # fmt: skip
    return found


def _breathed() -> dict[str, float]:
    """Blood of somebody healthy a quarter of an hour after carbon dioxide was brought down."""
    before = later(changed(healthy(), {"acid_base.pCO2": 50.0}), 0.25 / 24)
    after = later(changed(before, {"acid_base.pCO2": 32.0}), 0.25 / 24)
    a, b = chart(before), chart(after)
    return {"slope": float(np.log10(b["iCa"] / a["iCa"]) / (b["pH"] - a["pH"])), "iCa": a["iCa"], "then": b["iCa"],
            "pH": a["pH"], "pH then": b["pH"]}  # fmt: skip


def _closed() -> dict[str, float]:
    """Speciation alone, total calcium and albumin held."""
    life = healthy()
    s, p = seen(life), life.patient.calcium
    f, iCa, pH, hco3 = (number(x) for x in (s.protein.f, s.calcium.iCa, s.acid_base.pH, s.acid_base.hco3))
    albumin = number(life.patient.protein.albumin_share * s.protein.c_pl)
    at_rest = calcium.rest(number(life.patient.acid_base.hco3), 1.2, p)

    def held(pH: float, hco3: float) -> float:
        return number(f * (1 + calcium.complexes(hco3, 1.2, p, at_rest)) + calcium.bound(albumin, pH, p))

    total = iCa * held(pH, hco3)
    return {
        "for pH": total / held(pH + 0.1, hco3) - iCa,
        "for bicarbonate": total / held(pH, hco3 + 1) - iCa,
    }


def _infused(life: Life, mmol: float = 200.0, minutes: float = 20.0) -> dict[str, float]:
    """Blood before, at the end of, and four hours after bicarbonate by vein."""
    rate = mmol / minutes
    drip = body.Infused(**{**vars(body.NO_INFUSION), "hco3": rate, "Na": rate, "water": rate / 1000})
    course = schedule.between(life.patient, life.now, 5.0, course=True, infusion=drip, switches=[0.0, minutes])
    of = course.moments(life.patient)
    s = of.seen
    pH, iCa, PTH, V = (np.ravel(x) for x in (s.acid_base.pH, s.calcium.iCa, s.hormones.PTH, s.V_e))
    end, later_on = (int(np.argmin(abs(course.minutes - t))) for t in (minutes, minutes + 240))
    return {
        "slope": float(np.log10(iCa[end] / iCa[0]) / (pH[end] - pH[0])),
        "without dilution": float(np.log10(iCa[end] * V[end] / (iCa[0] * V[0])) / (pH[end] - pH[0])),
        "back in 4 h": float((iCa[later_on] - iCa[end]) / (iCa[0] - iCa[end])),
        "iCa": float(iCa[0]), "then": float(iCa[end]), "pH": float(pH[0]), "pH then": float(pH[end]),
        "PTH": float(PTH[0]), "PTH then": float(PTH[end]),
    }  # fmt: skip


def _dialysis() -> list[Row]:
    """Months and years of it."""
    usual = dialyzed()
    low, high = (chart(later(changed(usual, {"hormones.D25": x * NG_ML}), 180)) for x in (14.0, 49.0))
    P = {name: chart(finely(dialyzed(bound=x), 1, MIDWEEK)[1])["P"] for name, x in (("bare", False), ("bound", True))}
    before = dialyzed(1.75)
    ratio = chart(later(changed(before, {}, bath(1.5)), 270))["PTH"] / chart(later(before, 270))["PTH"]
    p = usual.patient.hormones
    setpoint = number(p.s_0 * chart(usual)["receptors"] ** -p.a_s)
    treated = changed(usual, {"hormones.analog": 12.0})
    weeks = {n: (chart(later(treated, 7 * n)), chart(later(usual, 7 * n))) for n in (6, 24)}
    vitamin = {f"{n} weeks, %": percent(*weeks[n], "PTH") for n in weeks} | {"iCa, %": percent(*weeks[24], "iCa")}
    return [
        table.row("4", "calcitriol on dialysis with 25OHD of 14 ng/mL", "15.1 pg/mL (10.5-18.8)", "Armas2013",
                  {"D": low["D"]}, {"D": (10.5, 18.8)}),
        table.row("5", "calcium absorbed on dialysis, 25OHD 14 and raised to 49 ng/mL", "12 % (7-17), not changed",
                  "Armas2013", {"share at 14": low["absorbed"], "at 49": high["absorbed"]},
                  {"share at 14": (0.07, 0.17), "at 49": (0.07, 0.17)}),
        table.row("8", "phosphate before sessions, without and with a binder", "2.0-2.3, 1.5-1.8 mmol/L, recalled",
                  "GeneralKnowledge", P, {"bare": (2.0, 2.3), "bound": (1.5, 1.8)},
                  "the binder counts for more than in patients, who take less of it"),
        table.row("11", "bath from 1.75 to 1.5 mmol/L, nine months", "PTH 372 (52) to 606 (80): times 1.63; spread as "
                  "of means", "LowerBathCalcium", {"PTH, times": ratio}, {"PTH, times": (1.13, 2.35)}),
        table.row("12", "calcium that halves secretion on dialysis", "1.16 mmol/L, 1.13 in health; ±0.02 set here",
                  "MadsenSetpoint", {"set point": setpoint}, {"set point": (1.14, 1.18)}),
        table.row("17", "calcitriol for 24 weeks, at a dose that lowers PTH by 30 % in six",
                  "PTH -42 to -48 %, calcium not lower; ±5 % set here", "ParicalcitolCalcitriol", vitamin,
                  {"6 weeks, %": (-36, -24), "24 weeks, %": (-53, -37), "iCa, %": (-1, 8)},
                  "glands shrink too slowly"),
    ]  # fmt: skip


@cache
def _rich() -> dict[str, float]:
    """One session on a bath of 1.75."""
    life = arrived(PTH=277.0, iCa=1.15, P=1.66)
    of = sitting(life, bath(1.75))[1]
    PTH = [number(x) for x in of.seen.hormones.PTH]
    return {"Ca gained": -number(of.tally.Ca[-1]), "PTH, %": 100 * (PTH[-1] / PTH[0] - 1)}


def _sessions() -> list[Row]:
    life = arrived(PTH=300.0, iCa=1.15, P=1.66)
    P = [number(x) for x in sitting(life, life.orders)[1].seen.phosphate.c_p]
    thin = arrived(PTH=300.0, iCa=1.15, P=1.66, Ca=1.35)
    visits = list(schedule.weeks(thin.patient, thin.now, thin.orders, thin.patient.fluid.dry_weight))
    lost = sum(number(visit.taken.Ca) for visit in visits)
    return [
        table.row("9", "one session on a bath of 1.75 mmol/L, ionized calcium 1.15 before",
                  "12.2 mmol gained (quartiles 6.7 apart), PTH -75 % (277 to 51)", "Pirklbauer2021", _rich(),
                  {"Ca gained": (8.0, 16.4), "PTH, %": (-85, -65)}, "less calcium than measured crosses the membrane"),
        table.row("10", "a week on a bath of 1.35 mmol/L", "calcium -5.7 mmol on average (17 of 25 lose 12.8, 8 gain "
                  "9.5), ±5.3 as of the mean", "Waniewski2016", {"gained": -lost}, {"gained": (-11.0, -0.4)}),
        table.row("20", "phosphate over a session, after over before", "0.45-0.55, recalled", "GeneralKnowledge",
                  {"ratio": P[-1] / P[0]}, {"ratio": (0.45, 0.55)}, "mobilized too slowly"),
    ]  # fmt: skip
