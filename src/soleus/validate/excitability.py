"""Excitability: what was measured on axons, spinal cords and cramps, beside the nerve, the cord and whole sessions.

Numbers stand for the rows of one list; where a row asks two things it has two letters. Axons by themselves are the
nine equations of `axon` where a row needs their spikes, and the body's quick answers elsewhere. In sessions the same
people stand in for every group.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from .. import symptoms
from ..body import body, nerve, spinal_cord
from ..body.nerve import Inputs, Nerve
from ..body.spinal_cord import SpinalCord
from ..machine.dialysate import Dialysate
from ..prescription import Prescription
from . import table
from .arm import Treated, treat
from .axon import LOAD, MOTOR, SENSORY, Around, Axon, excitability, run, spikes
from .lives import Life, arrived, number, sitting
from .order import REASON
from .plan import Plan, people
from .readouts import values
from .table import Row
from .ward import SESSION, USUAL

HEALTH = Inputs(K=4.2, Na=140.0, iCa=1.22, iMg=0.55, pH=7.4, warmed=0.0, oxygen=1.0, V_is=1.0, toxin=0.0)
ISCHEMIA = replace(HEALTH, oxygen=0.01)
P, CORD = Nerve(), SpinalCord()
TITLE = "Nerve and cramp: measured, and what the twin gives"
MANY, SEED = 64, 1  # people in each session
LONG = 360.0  # min, as long as those in which cramps were timed
as_json = table.as_json


def page(found: Sequence[Row]) -> str:
    """The rows as text."""
    return table.page(found, TITLE)


def rows() -> list[Row]:
    """All of them, in the order of the list."""
    found = [*_axons(), *_dialysis(), *_ions(), *_cord(), *_cramps()]
    return sorted(found, key=lambda row: (int(row.id.rstrip("ab")), row.id))


def look(given: Inputs, p: Nerve = P) -> Any:
    """What is seen of the nerve."""
    return nerve.look(given, p)


def _judged(id: str, what: str, source: str, model: str, holds: Any, why: str = "") -> Row:
    """A row that holds or does not."""
    return Row(id, what, "", source, model, "OK" if holds else "NO", "" if holds else why)


def strength_duration(axon: Axon) -> float:
    """Time constant, ms, by Weiss's law from the least pulses of 0.2 and 1 ms that give a spike."""
    charge = []
    for length, tried in ((0.2, np.linspace(300, 900, 120)), (1.0, np.linspace(200, 600, 120))):
        fires = spikes(run(Around(), axon, length + 1.2, pulse=tried, length=length, step=0.005)) > 0
        charge.append(length * tried[np.argmax(fires)])
    slope = (charge[1] - charge[0]) / 0.8
    return float(charge[0] / slope - 0.2)


def unasked(iCa: list[float], sodium: list[float], time: float = 40.0) -> list[int]:
    """Spikes of the full axon's terminal, left alone for `time` ms."""
    S = nerve.shift(np.array(iCa), HEALTH.iMg, HEALTH.pH, P)
    return [int(x) for x in spikes(run(Around(S=S), MOTOR.loaded(LOAD).persistent(np.array(sodium)), time))]


def _axons() -> list[Row]:
    rheobase = [look(replace(HEALTH, K=K)).node.rheobase for K in (3.5, 5.0)]
    warm = excitability(Around(T=np.array([33.0, 39.0])), MOTOR).V
    return [
        table.row(
            "1", "strength-duration time constant, ms", "0.459 (SD 0.126) motor, 0.665 (0.182) sensory",
            "StrengthDuration1996", {"motor": strength_duration(MOTOR), "sensory": strength_duration(SENSORY)},
            {"motor": (0.333, 0.585), "sensory": (0.483, 0.847)},
            "one node clamped in space; its myelin's charge (1.5 pF, recalled) would make it 0.20 and 0.23, not enough",
        ),
        table.row(
            "4", "rheobase from potassium 3.5 to 5 mmol/L", "excitability follows potassium slightly; ±20 % set here",
            "Kuwabara2007", {"change, %": 100 * (rheobase[1] / rheobase[0] - 1)}, {"change, %": (-20, 0)},
            "too steep; slow inactivation of sodium channels would make it -38 %, but then potassium 7 blocks nothing",
        ),
        table.row(
            "6", "rest when 6 degC warmer, mV", "2 more negative; ±1.5 set here", "AxonHyperthermia2013",
            {"change": float(warm[1] - warm[0])}, {"change": (-3.5, -0.5)},
        ),
    ]  # fmt: skip


@cache
def _sitting() -> tuple[Life, Any]:
    """The usual patient's usual session, and all its moments."""
    life = arrived(PTH=300.0, iCa=1.15, P=1.66)
    return life, sitting(life, life.orders)[1]


def _dialysis() -> list[Row]:
    life, of = _sitting()
    health, first, last = look(HEALTH), *(_axons_at(of.nerves, i) for i in (0, -1))
    cleaner = replace(_blood(life, of, -1), toxin=0.5 * number(of.seen.indoxyl.free[-1]))
    gained = look(cleaner, life.patient.nerve).node.V - look(_blood(life, of, -1), life.patient.nerve).node.V
    K = [number(of.seen.potassium.K_p[i]) for i in (0, -1)]
    return [
        _nearer("2", "motor axons in a session: depolarized before, nearly normal after", "Krishnan2005",
                [x["node"] for x in (first, last)], health.node.V),
        _nearer("3", "sensory axons in a session: the same", "Krishnan2006",
                [x["sensory"] for x in (first, last)], health.sensory.V),
        _judged(
            "5", "hemodiafiltration leaves axons nearer to normal than hemodialysis", "Arnold2013",
            f"half the toxin: {number(gained):+.2f} mV", abs(number(gained)) > 0.5,
            "no toxin is known to act on the axon; the one modelled slows the pump, and that moves rest by little",
        ),
        _judged(
            "22", "what falling potassium does to a nerve in a session: no claim that it fires", "Krishnan2005",
            f"potassium {K[0]:.1f} -> {K[1]:.1f} mmol/L: margin {first['margin']:.1f} -> {last['margin']:.1f} mV, "
            f"terminals firing {first['ectopic']:.2f} -> {last['ectopic']:.2g}; at usual potassium the margin would be "
            f"{first['usual']:.1f} -> {last['usual']:.1f} mV",
            last["margin"] > first["margin"] and last["ectopic"] < first["ectopic"],
            "falling potassium brings the axon nearer to firing, against what is measured",
        ),
    ]  # fmt: skip


def _axons_at(nerves: Any, i: int) -> dict[str, float]:
    found = {
        "node": nerves.node.V, "sensory": nerves.sensory.V, "margin": nerves.terminal.margin,
        "ectopic": nerves.ectopic, "usual": nerves.usual,
    }  # fmt: skip
    return {name: number(x[i]) for name, x in found.items()}


def _blood(life: Life, of: Any, i: int) -> Inputs:
    """What the nerve is told at one moment of a session."""
    s, now, p = of.seen, of.state, life.patient
    rise = (now.heat.T_c[i] - p.heat.T_c) + (now.heat.T_k[i] - p.heat.T_k)
    return Inputs(
        K=s.potassium.K_p[i], Na=s.sodium.Na_p[i], iCa=s.calcium.iCa[i], iMg=s.magnesium.iMg[i], pH=s.acid_base.pH[i],
        warmed=0.5 * rise, oxygen=s.muscle.q[i] * s.blood.hct[i] / body.rest(p).circulation.hct,
        V_is=now.fluid.V_is[i] / p.fluid.V_is, toxin=s.indoxyl.free[i],
    )  # fmt: skip


def _nearer(id: str, what: str, source: str, V: list[float], usual: float) -> Row:
    """Rest before and after a session against that of healthy blood."""
    holds = V[0] > usual + 1.5 and V[0] - V[1] > 2 and abs(V[1] - usual) < 3
    model = f"{V[0]:.1f} -> {V[1]:.1f} mV, in healthy blood {usual:.1f}"
    return _judged(id, what, source, model, holds, "potassium moves rest too little or too much")


def _ions() -> list[Row]:
    bare = nerve.shift(0.0, 0.0, 7.4, P) - nerve.shift(2.0, 0.0, 7.4, P)
    decade = nerve.shift(50.0, 0.0, 7.4, P) - nerve.shift(5.0, 0.0, 7.4, P)
    quiet = unasked([1.22, 1.0, 0.75, 0.6], [1.0, 1.0, 2.6, 2.6])
    usual = look(HEALTH).terminal.margin
    Mg = look(replace(HEALTH, iMg=1.2)).terminal.margin - usual
    Ca = look(replace(HEALTH, iCa=1.22 + 0.65)).terminal.margin - usual
    starved, tetany = look(ISCHEMIA), look(replace(ISCHEMIA, iCa=0.9))
    K6, K75 = look(replace(HEALTH, K=6.0)), look(replace(HEALTH, K=7.5))
    return [
        table.row("7", "shift without divalents against 2 mmol/L, mV", "-18; ±1 set here", "Hille1975",
                  {"shift": float(bare)}, {"shift": (-19, -17)}),
        table.row("8", "shift by ten times the divalents, mV", "+20 to 25", "Hille1975", {"shift": float(decade)},
                  {"shift": (20, 25)}),
        _judged("9", "the median axon is silent at ionized calcium 1.22 and 1.0", "GeneralKnowledge",
                f"{quiet[0]} and {quiet[1]} spikes in 40 ms", quiet[:2] == [0, 0]),
        _judged("10", "as calcium falls, the excitable tail of axons fires first", "GeneralKnowledge",
                f"2.6 x persistent sodium: {quiet[2]} spikes at 0.75, {quiet[3]} at 0.6", quiet[2] == 0 < quiet[3]),
        _judged("11", "magnesium steadies like calcium, but less", "Hille1975",
                f"0.65 mmol/L more: {Mg:+.1f}, {Ca:+.1f} mV", 0 < Mg < Ca),
        _judged("12", "a cuff unmasks latent tetany (Trousseau)", "GeneralKnowledge",
                f"ectopic units {starved.ectopic:.1f} -> {tetany.ectopic:.0f} at calcium 0.9",
                tetany.ectopic > 4 * starved.ectopic),
        _judged("13", "potassium 6: more excitable; 7-8: weak, inexcitable", "GeneralKnowledge",
                f"margin {usual:.1f} -> {K6.terminal.margin:.1f} -> {K75.terminal.margin:.1f} mV, "
                f"ready channels {K75.terminal.ready:.2f}",
                0 < K6.terminal.margin < usual and K75.terminal.margin < 0.5 and K75.terminal.ready < 0.55),
    ]  # fmt: skip


def _cord() -> list[Row]:
    usual, sore = (spinal_cord.look(x, CORD).threshold / 60 for x in (0.0, CORD.pain))
    needed = [CORD.tonic + (usual - f) * 60 * CORD.c_f for f in (14.9, 25.5)]
    lasting = spinal_cord.states(np.array(CORD.tonic), CORD)[2]
    alone = 1 / (1 + np.exp(CORD.theta - CORD.tonic))
    stretched = replace(CORD, theta=CORD.theta + 0.5)
    quiet = [float(spinal_cord.look(np.array(0.5), p).barrier) for p in (CORD, stretched)]
    trained = (29.8 - 19.2) * 60 * CORD.c_f
    return [
        _judged("14", "threshold 14.9 (SE 1.3) a second in the cramp-prone, 25.5 (1.6) in others", "MillerKnight2009",
                f"{usual:.1f} at rest; theirs with a tonic drive of {needed[0]:.2f} and {needed[1]:.2f}",
                all(0 <= x <= 2 for x in needed)),
        _judged("15a", "cut off from the cord by a block, a cramp lasts 2.6 s, not 55.6 s", "Minetto2011",
                f"firing that lasts: {100 * lasting:.0f} % of the fastest; without gain {100 * alone:.0f} %",
                bool(lasting > 0.5 > alone)),
        _judged("15b", "threshold 13 a second intact, 18 blocked", "Minetto2011", "no cramp without the cord", False,
                "the short discharge of a blocked nerve arises in terminals, and stimulating them is not modelled"),
        _judged("16", "pain lowers the threshold from 31.2 to 25.7 a second", "Serrao2007", f"by {usual - sore:.1f}",
                abs(usual - sore - 5.5) < 1),
        Row("20", "stretching the calf: fewer cramps and shorter", "0.30 against 1.3 in two hours", "Elavally",
            f"a threshold half a unit higher raises the barrier from {quiet[0]:.2f} to {quiet[1]:.2f}",
            "~" if quiet[1] > quiet[0] else "NO", "direction only: what a stretch does to the threshold is not known"),
        Row("21", "training by electrical cramps raises the threshold", "19.2 to 29.8 a second", "Behringer2016",
            f"as a threshold higher by {trained:.2f} would", "~", "that training raises it is put in, not found"),
    ]  # fmt: skip


@cache
def _treated(minutes: float, gradient: float | None) -> Treated:
    """The same people on a bath of 140, or of their own sodium and `gradient`, mmol/L."""
    Na = 140.0 if gradient is None else USUAL["Na"] + gradient
    order = Prescription(time=minutes, uf=2.7, dialysate=Dialysate(Na=Na), reason=REASON)
    return treat(Plan(prescription=order, pre=USUAL), people(MANY, SEED))


def _hazards(t: Treated) -> symptoms.Risk:
    """Of cramp, each patient's own weights."""
    z = symptoms.pathways(symptoms.signs(t.moment), body.rest(t.patient))
    weights = symptoms.draw_weights(symptoms.Cramp, MANY, np.random.default_rng(SEED))
    return symptoms.cramp(z, t.minutes, weights, t.end)


def _cramps() -> list[Row]:
    long = _hazards(_treated(LONG, None))
    when = _treated(LONG, None).minutes
    middle = 0.5 * (when[1:] + when[:-1])[:, None]
    risk = np.diff(long.cumulative, axis=0)
    half, end = np.searchsorted(when, LONG / 2), np.searchsorted(when, LONG) - 1
    climb = np.log(long.rate[end] / long.rate[half])
    prone = long.probability > np.quantile(long.probability, 2 / 3)
    usual, own = (
        float(values(_treated(240.0, gradient), "cramp_sessions_pct", SESSION).mean()) for gradient in (None, -2.0)
    )
    return [
        table.row(
            "17", "when cramps come in sessions of six hours, min; drive climbs in those who cramp",
            "248 on average; 215 to 300 set here", "Howe1978",
            {"mean": float((middle * risk).sum() / risk.sum()), "climb of the prone third": float(climb[prone].mean()),
             "of the others": float(climb[~prone].mean())}, {"mean": (215, 300)},
            "the hazard rises too early or too late",
        ),
        table.row("18", "sessions with a cramp, %", "9.8 (45 of 458)", "Akkabut2021", {"share": usual},
                  {"share": (7.2, 12.9)}, "the drawn people of the table are few; the effects table has odds ratios"),
        table.row("19", "a bath of the patient's own sodium less 2, instead of 140: sessions with a cramp",
                  "6 against 1.3 or 13 %, as copies differ; not significant; half to twice set here", "Arramreddy2012",
                  {"140, %": usual, "own, %": own, "ratio": own / usual},
                  {"ratio": (0.5, 2.2)}, "too strong for sodium alone"),
    ]  # fmt: skip
