"""Phosphate: a small pool that dialysis empties and a large one that refills it, faster when plasma runs low.

    c   = n_e / (share V_e),   c_s = n_s / V_s                                      per liter plasma
    M   = K (c_s - c) + K_lo w ramp[(c_lo - c) / w] c_s / (c_s + h)                 out of the large pool
    dn_e/dt = gut - urine + M - q deep + infusion - removal,   dn_s/dt = -M
    membrane = filterable (c / f) [h_2 / alpha^2 + (1 - h_2) / alpha]               two anions, each at its Donnan share

Assumes     mobilization proportional to the gap [Agar2011], with a second source below c_lo that keeps plasma up.
Leaves out  phosphate moved by glucose, insulin or alkalosis; the bone surface carries none.
Holds for   plasma phosphate 0.3-4 mmol/L.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import ramp


@record
class Phosphate:
    c: Any = param(
        "mmol/L", 1.66, within=(0.8, 3.2), sd=0.4, source="GeneralKnowledge", status="recalled",
        meaning="the patient's own plasma phosphate before a midweek session on the present bath, diet and binder",
    )
    share: Any = param(
        "1", 0.60, within=(0.42, 0.78), sd=0.06, source="Leypoldt2013 Agar2011", status="seen",
        meaning="central volume over extracellular water, about 10 L",
    )
    V_s: Any = param(
        "L", 76.0, within=(40.0, 115.0), gsd=1.2, scales=1.0, source="Daugirdas2016", status="assumed",
        meaning="apparent volume of the large pool, twice body water",
    )
    K: Any = param(
        "L/min", 0.098, within=(0.045, 0.208), gsd=1.35, scales=1.0, source="Agar2011 Leypoldt2013", status="seen",
        meaning="mobilization clearance",
    )
    K_lo: Any = param(
        "L/min", 0.08, within=(0.03, 0.4), scales=1.0, source="Agar2011 PhosphorusHdf2013 terMeulen2019",
        status="tuned", meaning="the second source below c_lo; tuned to one-pool fits and end levels",
    )
    c_lo: Any = param(
        "mmol/L", 0.95, within=(0.8, 1.1), source="PhosphateModes1991 Daugirdas2016", status="tuned",
        meaning="level below which it sets in; tuned to the end level of PhosphateModes1991",
    )
    w: Any = param(
        "mmol/L", 0.08, within=(0.05, 0.12), source="SoleusChoice", status="assumed",
        meaning="how gradually it sets in",
    )
    h: Any = param(
        "mmol/L", 0.2, within=(0.1, 0.4), source="SoleusChoice", status="assumed",
        meaning="level of the large pool at which the second source has run half dry",
    )
    q: Any = param(
        "1", 0.6, within=(0.55, 0.65), source="GeneralKnowledge", status="recalled",
        meaning="phosphate over calcium in bone mineral",
    )
    filterable: Any = param(
        "1", 0.88, within=(0.82, 0.93), source="GeneralKnowledge", status="recalled",
        meaning="share of plasma phosphate that is not bound to protein",
    )
    h_2: Any = param(
        "1", 0.8, within=(0.75, 0.85), source="GeneralKnowledge", status="recalled",
        meaning="divalent share of phosphate",
    )


@record
class State:
    n_e: Any = quantity("mmol", "phosphate of the small pool")
    n_s: Any = quantity("mmol", "phosphate of the large pool")


@record
class Inputs:
    gut: Any = quantity("mmol/min", "absorbed, from absorption")
    deep: Any = quantity("mmol/min", "calcium that deep bone gains, from calcium and bone")
    urine: Any = quantity("mmol/min", "lost in urine, from kidney")
    infusion: Any = quantity("mmol/min", "infused or swallowed beyond the usual, from the session")
    removal: Any = quantity("mmol/min", "taken by the dialyzer")


@record
class Seen:
    c_p: Any = quantity("mmol/L", "phosphate of plasma, as the laboratory reports it")
    c_w: Any = quantity("mmol/L", "phosphate in plasma water")
    c_s: Any = quantity("mmol/L", "level of the large pool")
    membrane: Any = quantity("mmol/L", "phosphate that the dialyzer's membrane sees")


def at_rest(V_e: Any, p: Phosphate) -> State:
    """Amounts at the patient's own level, both pools in balance."""
    return State(n_e=p.c * p.share * V_e, n_s=p.c * p.V_s)


def look(now: State, V_e: Any, pro: Any, p: Phosphate) -> Seen:
    """Concentrations, and what a protein-free fluid would hold; `pro` is what protein sees."""
    c = now.n_e / (p.share * V_e)
    c_w = c / pro.f
    push = (p.h_2 / pro.alpha + 1 - p.h_2) / pro.alpha
    return Seen(c_p=c, c_w=c_w, c_s=now.n_s / p.V_s, membrane=p.filterable * push * c_w)


def rates(now: State, seen: Seen, given: Inputs, p: Phosphate) -> State:
    """The two balances of the header."""
    c, c_s = seen.c_p, seen.c_s
    guarded = p.K_lo * p.w * ramp((p.c_lo - c) / p.w) * c_s / (c_s + p.h)
    M = p.K * (c_s - c) + guarded
    return State(
        n_e=given.gut - given.urine + M - p.q * given.deep + given.infusion - given.removal,
        n_s=-M,
    )
