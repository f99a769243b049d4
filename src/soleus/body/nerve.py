"""Nerve: how far from firing motor and sensory axons rest, at a node and at the terminal within muscle.

    S     = k_S ln[(D + D_h) / (D_0 + D_h)] - w_H (pH - 7.4),   D = iCa + w_Mg iMg       shift by surface charge
    dK    = K_max y / (1 + y),   y = [rho_0 + rho (1 - perf)] / [V_is (k_w perf + k_0)]   left around the terminal
    pump  = [phi_0 + (1 - phi_0) perf] / (1 + i toxin)
    V, margin, rheobase, tipping = polynomials in ln K, S, ln Na, T, pump, ln load       of `nerve.csv`
    ectopic = N Phi(-tipping / sigma)                                                    axons that fire unasked

The polynomials stand for the nine equations of an axon (validate/axon.py): `python tests/body/nerve_fit.py` fits them
again, and a test holds them to 0.12 mV root mean square, 0.8 mV at most, wherever the margin is above 0.5 mV. Margin
is from rest to threshold; at or below zero the axon cannot rest: it fires, then is blocked. A terminal is a node with
`load` of the conductance that steadies it; tipping is ln of the persistent sodium from which on it would fire (to 0.1,
root mean square), and axons differ in theirs.

Assumes     slow gates follow at once; gradients of ions across the membrane hold; the terminal is half a node.
Leaves out  the train of spikes itself, myelin's time constant, rundown of ions, what drugs do to channels.
Holds for   potassium 2-7.5 mmol/L at the terminal, S from -6 to 4 mV, 30-40 degC. It grades directions: after
            dialysis potassium is low and the axon rests further from firing, so that it is not what makes cramps.
"""

import csv
from importlib.resources import files
from typing import Any

from ..parameter import param, quantity, record
from ..smooth import log, ramp, sigmoid, soft_ceiling

PH = 7.4  # at which acidity shifts nothing
COEFFICIENTS = files("soleus.body").joinpath("nerve.csv")  # written by tests/body/nerve_fit.py


@record
class Nerve:
    k_S: Any = param(
        "mV", 9.8, within=(8.7, 10.9), source="Hille1975", status="derived",
        meaning="shift for each e-fold of divalent ions: a decade shifts 20 to 25 mV",
    )
    D_h: Any = param(
        "mmol/L", 0.38, within=(0.2, 0.8), source="Hille1975", status="derived",
        meaning="divalents at which that law bends: none against 2 mmol/L of calcium is -18 mV",
    )
    D_0: Any = param(
        "mmol/L", 1.495, within=(1.49, 1.5), source="SoleusChoice", status="derived",
        meaning="divalents of usual blood: ionized calcium 1.22 and half of ionized magnesium 0.55",
    )
    w_Mg: Any = param(
        "1", 0.5, within=(0.3, 0.8), source="Hille1975", status="assumed",
        meaning="strength of magnesium against calcium; less is all that was read",
    )
    w_H: Any = param(
        "mV", 3.0, within=(1.0, 6.0), source="Hille1975", status="assumed",
        meaning="shift for each pH, beside what alkalosis does through ionized calcium",
    )
    load: Any = param(
        "1", 0.5, within=(0.35, 0.8), source="SoleusChoice", status="assumed",
        meaning="conductance that steadies a terminal over that of a node",
    )
    K_max: Any = param(
        "mmol/L", 2.0, within=(1.0, 3.0), source="SoleusChoice", status="assumed",
        meaning="most potassium that can gather around the terminal without flow",
    )
    rho: Any = param(
        "1/min", 0.3, within=(0.1, 1.0), source="SoleusChoice", status="assumed",
        meaning="release of potassium into the interstitium by starved muscle",
    )
    rho_0: Any = param(
        "1/min", 0.02, within=(0.0, 0.1), source="Layzer1994", status="assumed",
        meaning="release at rest, gathering in less interstitial water; an idea without a measured size",
    )
    k_w: Any = param(
        "1/min", 1.3, within=(1.0, 2.0), source="SoleusChoice", status="assumed",
        meaning="washing out by full flow, within 30 to 60 s",
    )
    k_0: Any = param(
        "1/min", 0.05, within=(0.02, 0.1), source="SoleusChoice", status="assumed",
        meaning="diffusing away without flow",
    )
    need: Any = param(
        "1", 0.65, within=(0.55, 0.75), source="SoleusChoice", status="derived",
        meaning="oxygen flow over that at dry weight below which resting muscle takes all that comes",
    )
    corner: Any = param(
        "1", 0.05, within=(0.03, 0.1), source="SoleusChoice", status="assumed",
        meaning="softness of that limit",
    )
    phi_0: Any = param(
        "1", 0.2, within=(0.0, 0.5), source="SoleusChoice", status="assumed",
        meaning="share of the pump that goes on without flow",
    )
    i: Any = param(
        "L/mmol", 26.0, within=(0.0, 70.0), source="SoleusChoice", status="assumed",
        meaning="slowing of the pump by toxins: a fifth at usual levels; Krishnan2005 explains its axons without",
    )
    neuropathy: Any = param(
        "1", 0.0, within=(0.0, 1.0), source="SoleusChoice", status="assumed",
        meaning="neuropathy index, 0 none to 1 severe",
    )
    paranode: Any = param(
        "1", 0.3, within=(0.0, 0.45), source="SoleusChoice", status="assumed",
        meaning="share of the steadying conductance that severe neuropathy takes",
    )
    scatter: Any = param(
        "1", 0.3, within=(0.0, 0.6), source="SoleusChoice", status="assumed",
        meaning="how much more axons differ in severe neuropathy",
    )
    dead: Any = param(
        "1", 0.5, within=(0.0, 0.8), source="SoleusChoice", status="assumed",
        meaning="share of axons that severe neuropathy kills",
    )
    N: Any = param(
        "1", 300.0, within=(100.0, 600.0), source="GeneralKnowledge", status="recalled",
        meaning="axons of a muscle",
    )
    sigma: Any = param(
        "1", 0.45, within=(0.3, 0.6), source="SoleusChoice", status="tuned",
        meaning="spread of ln persistent sodium; tuned to twitches at ionized calcium 0.8-0.9, as textbooks have it",
    )
    V_h: Any = param(
        "mV", -73.5, within=(-76.0, -71.0), source="McIntyre2002", status="derived",
        meaning="potential at which half of the sodium channels are ready, without shift; as in the full axon",
    )
    k_h: Any = param(
        "mV", 7.25, within=(6.0, 8.5), source="McIntyre2002", status="derived",
        meaning="steepness of that; as in the full axon",
    )
    felt: Any = param(
        "1", 0.75, within=(0.7, 0.8), source="GeneralKnowledge", status="recalled",
        meaning="share of the surface shift that this gate feels",
    )
    Mg_0: Any = param(
        "mmol/L", 0.55, within=(0.549, 0.551), source="SoleusChoice", status="derived",
        meaning="ionized magnesium of usual blood",
    )
    K_0: Any = param(
        "mmol/L", 4.2, within=(4.19, 4.21), source="SoleusChoice", status="derived",
        meaning="potassium of usual blood, the polynomials' origin",
    )
    Na_0: Any = param(
        "mmol/L", 140.0, within=(139.9, 140.1), source="SoleusChoice", status="derived",
        meaning="sodium of usual blood, the polynomials' origin",
    )
    T_0: Any = param(
        "degC", 37.0, within=(36.99, 37.01), source="SoleusChoice", status="derived",
        meaning="temperature of a leg at rest, the polynomials' origin",
    )
    M_0: Any = param(
        "mV", 12.2, within=(12.19, 12.21), source="SoleusChoice", status="derived",
        meaning="margin of a motor terminal in usual blood, the polynomials' unit",
    )


@record
class Inputs:
    K: Any = quantity("mmol/L", "potassium as the laboratory reports it")
    Na: Any = quantity("mmol/L", "sodium as the laboratory reports it")
    iCa: Any = quantity("mmol/L", "ionized calcium")
    iMg: Any = quantity("mmol/L", "ionized magnesium")
    pH: Any = quantity("1", "arterial pH")
    warmed: Any = quantity("degC", "how much warmer the leg is than at rest: half of core's rise and half of skin's")
    oxygen: Any = quantity("1", "oxygen that flow brings to resting muscle, relative to dry weight")
    V_is: Any = quantity("1", "interstitial water, relative to dry weight")
    toxin: Any = quantity("mmol/L", "free indoxyl sulfate, for toxins like it")


@record
class Axon:
    V: Any = quantity("mV", "resting potential")
    margin: Any = quantity("mV", "from rest to threshold; at or below zero there is no rest")
    rheobase: Any = quantity("1", "least steady current that starts a spike, over that of a motor node in usual blood")
    ready: Any = quantity("1", "sodium channels ready to open; below about half a spike fails")


@record
class Seen:
    S: Any = quantity("mV", "shift of the gates by surface charge; below zero they open sooner")
    K: Any = quantity("mmol/L", "potassium around the terminal")
    pump: Any = quantity("1", "sodium pump, relative to health")
    node: Axon
    terminal: Axon
    sensory: Axon
    usual: Any = quantity("mV", "margin of the motor terminal if potassium, magnesium, flow and pump were usual")
    ectopic: Any = quantity("1", "motor terminals of a muscle expected to fire unasked")
    ectopic_sensory: Any = quantity("1", "sensory terminals expected to fire unasked, of as many")
    ectopic_usual: Any = quantity("1", "the same if potassium, flow and pump were usual: tetany")


Polynomial = dict[str, float]  # coefficient by the letters of the coordinates multiplied, "" for none


def _read() -> dict[tuple[str, str], Polynomial]:
    found: dict[tuple[str, str], Polynomial] = {}
    if COEFFICIENTS.is_file():  # not before it was first fitted
        with COEFFICIENTS.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                found.setdefault((row["axon"], row["answer"]), {})[row["term"]] = float(row["coefficient"])
    return found


POLYNOMIALS = _read()
PRODUCTS = sorted({term for each in POLYNOMIALS.values() for term in each if "m" not in term}, key=len)
NARROW = 0.02  # softness of the rheobase at zero, in units of that of a node: it never falls below


def products(x: dict[str, Any]) -> dict[str, Any]:
    """Every product of coordinates that a polynomial needs, each from a shorter one."""
    found: dict[str, Any] = {}
    for term in PRODUCTS:
        found[term] = found[term[:-1]] * x[term[-1]] if term else 1.0
    return found


def _sum(polynomial: Polynomial, of: dict[str, Any]) -> Any:
    total: Any = 0.0
    for term, coefficient in polynomial.items():
        product = of[term]
        if not (isinstance(product, float) and product == 0):  # a term known to vanish costs nothing
            total = total + coefficient * product
    return total


def shift(iCa: Any, iMg: Any, pH: Any, p: Nerve) -> Any:
    """Surface shift S, mV [Hille1975]."""
    return p.k_S * log((iCa + p.w_Mg * iMg + p.D_h) / (p.D_0 + p.D_h)) - p.w_H * (pH - PH)


def gathered(perf: Any, V_is: Any, p: Nerve) -> Any:
    """Potassium around the terminal above plasma's, mmol/L, at once: it settles within a minute."""
    y = (p.rho_0 + p.rho * (1 - perf)) / (V_is * (p.k_w * perf + p.k_0))
    return p.K_max * y / (1 + y)


def coordinates(K: Any, S: Any, Na: Any, warmed: Any, pump: Any, load: Any, p: Nerve) -> dict[str, Any]:
    """What the polynomials are written in, without dimension; see tests/body/nerve_fit.py."""
    return {
        "k": log(K / p.K_0),
        "s": S / p.M_0,
        "n": log(Na / p.Na_0),
        "t": warmed / p.T_0,
        "u": pump - 1,
        "l": log(2 * load),
    }


def axon(kind: str, of: dict[str, Any], p: Nerve) -> Axon:
    """What an axon of this kind, "motor" or "sensory", does; `of` holds the products of its coordinates."""
    V = p.M_0 * _sum(POLYNOMIALS[kind, "V"], of)
    m = _sum(POLYNOMIALS[kind, "margin"], of)
    current = m * _sum(POLYNOMIALS[kind, "rheobase"], of | {"m": m})
    return Axon(
        V=V,
        margin=p.M_0 * m,
        rheobase=(NARROW * ramp(current / NARROW)) ** 2,
        ready=sigmoid((p.V_h + p.felt * p.M_0 * of["s"] - V) / p.k_h),
    )


def ectopic(kind: str, of: dict[str, Any], p: Nerve) -> Any:
    """Axons expected to fire unasked: those with more persistent sodium than tips them over."""
    z = -_sum(POLYNOMIALS[kind, "tipping"], of) / (p.sigma * (1 + p.scatter * p.neuropathy))
    return p.N * (1 - p.dead * p.neuropathy) * sigmoid((1.5976 + 0.07056 * z * z) * z)  # [algebra] normal, to 2e-4


def _rested(of: dict[str, Any]) -> dict[str, Any]:
    """The same products with potassium and pump as they usually are."""
    return {term: 0.0 if {"k", "u"} & set(term) else product for term, product in of.items()}


def look(given: Inputs, p: Nerve) -> Seen:
    """Where motor and sensory axons rest, and how far from firing."""
    S = shift(given.iCa, given.iMg, given.pH, p)
    perf = soft_ceiling(given.oxygen / p.need, 1.0, p.corner)
    K = given.K + gathered(perf, given.V_is, p) - gathered(1.0, 1.0, p)
    pump = (p.phi_0 + (1 - p.phi_0) * perf) / (1 + p.i * given.toxin)
    whole = 1 - p.paranode * p.neuropathy
    node = products(coordinates(given.K, S, given.Na, given.warmed, pump, whole, p))
    terminal = products(coordinates(K, S, given.Na, given.warmed, pump, whole * p.load, p))
    usual = _rested(terminal)
    S_usual = shift(given.iCa, p.Mg_0, given.pH, p)
    own_magnesium = _rested(products(coordinates(given.K, S_usual, given.Na, given.warmed, pump, whole * p.load, p)))
    return Seen(
        S=S,
        K=K,
        pump=pump,
        node=axon("motor", node, p),
        terminal=axon("motor", terminal, p),
        sensory=axon("sensory", terminal, p),
        usual=p.M_0 * _sum(POLYNOMIALS["motor", "margin"], own_magnesium),
        ectopic=ectopic("motor", terminal, p),
        ectopic_sensory=ectopic("sensory", terminal, p),
        ectopic_usual=ectopic("sensory", usual, p),
    )
