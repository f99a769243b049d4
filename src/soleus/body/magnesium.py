"""Magnesium: ionized, complexed and bound to protein outside cells, and a slow store in bone and muscle.

    kap = kap_0 + a_cit cit,   b = b_40 (alb / 40) 10^[s (pH - 7.4)]        both over ionized
    iMg = n_e / {(1 + kap) (f V_pl + r^2 V_is) + b (V_pl + phi V_is)},   phi = c_is / c_pl of protein
    tMg = iMg [f (1 + kap) + b]                                             as the laboratory reports it
    dn_e/dt = G - urine + K (n_s / V_s - iMg) + infusion - removal
    dn_s/dt = -K (n_s / V_s - iMg)

Assumes     binding linear in ionized magnesium; citrate's complex crosses the membrane like the others.
Leaves out  exchange with cells by insulin or acid; red-cell magnesium.
Holds for   total magnesium 0.4-2.5 mmol/L.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import exp

LN_10 = 2.302585092994046  # natural logarithm of ten, for pH
PH = 7.4  # at which the binding constants are given


@record
class Magnesium:
    iMg: Any = param(
        "mmol/L", 0.53, within=(0.35, 0.85), sd=0.07, source="IonizedMagnesium2002 Leenders2018", status="recalled",
        meaning="the patient's own ionized magnesium before a session on the present bath and diet",
    )
    kap_0: Any = param(
        "1", 0.24, within=(0.15, 0.35), source="IonizedMagnesium2002", status="recalled",
        meaning="complexes other than citrate, over ionized",
    )
    a_cit: Any = param(
        "L/mmol", 0.161, within=(0.1, 0.25), source="SoleusChoice", status="derived",
        meaning="magnesium citrate, over ionized, for each mmol/L of citrate; 0.35 of calcium's",
    )
    b_40: Any = param(
        "1", 0.50, within=(0.35, 0.65), sd=0.04, source="IonizedMagnesium2002", status="tuned",
        meaning="bound, over ionized, at albumin 40 g/L, pH 7.4; tuned to ionized over total of IonizedMagnesium2002",
    )
    alb: Any = param(
        "g/L", 40.0, within=(38.0, 42.0), source="SoleusChoice", status="derived",
        meaning="albumin to which that value belongs",
    )
    s: Any = param(
        "1", 0.3, within=(0.15, 0.45), source="GeneralKnowledge", status="recalled",
        meaning="decades of binding per pH",
    )
    K: Any = param(
        "L/min", 0.015, within=(0.007, 0.03), gsd=1.3, scales=1.0, source="Leenders2018", status="tuned",
        meaning="exchange with the slow store; tuned to the fall in a session of Leenders2018",
    )
    V_s: Any = param(
        "L", 250.0, within=(150.0, 350.0), scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="apparent volume of the slow store",
    )
    G: Any = param(
        "mmol/min", 0.0009, within=(0.0002, 0.004), gsd=1.4, scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="net absorbed by the gut, 1.3 mmol a day; less on a proton-pump inhibitor",
    )


@record
class State:
    n_e: Any = quantity("mmol", "magnesium outside cells")
    n_s: Any = quantity("mmol", "magnesium of the slow store")


@record
class Inputs:
    urine: Any = quantity("mmol/min", "lost in urine, from kidney")
    infusion: Any = quantity("mmol/min", "infused or swallowed beyond the usual, from the session")
    removal: Any = quantity("mmol/min", "taken by the dialyzer; negative when it gives")


@record
class Seen:
    iMg: Any = quantity("mmol/L", "ionized magnesium, per liter water, at the actual pH")
    tMg: Any = quantity("mmol/L", "total magnesium as the laboratory reports it")
    free: Any = quantity("mmol/L", "magnesium that a glomerulus filters: ionized and complexed")
    membrane: Any = quantity("mmol/L", "ionized and complexed magnesium that the dialyzer's membrane sees")


def complexes(citrate: Any, p: Magnesium) -> Any:
    """Complexes that pass a membrane, over ionized magnesium."""
    return p.kap_0 + p.a_cit * citrate


def bound(albumin: Any, pH: Any, p: Magnesium) -> Any:
    """Protein-bound magnesium per liter plasma, over ionized."""
    return p.b_40 * albumin / p.alb * exp(LN_10 * p.s * (pH - PH))


def space(V_pl: Any, V_is: Any, pro: Any, loose: Any, b: Any) -> Any:
    """Volume over which ionized magnesium is spread, L; `pro` is what protein sees, `loose` and `b` over ionized."""
    water = pro.f * V_pl + pro.r * pro.r * V_is
    return (1 + loose) * water + b * (V_pl + pro.c_is / pro.c_pl * V_is)


def at_rest(V_pl: Any, V_is: Any, pro: Any, albumin: Any, pH: Any, citrate: Any, p: Magnesium) -> State:
    """Amounts at the patient's own ionized magnesium, slow store in balance."""
    room = space(V_pl, V_is, pro, complexes(citrate, p), bound(albumin, pH, p))
    return State(n_e=p.iMg * room, n_s=p.iMg * p.V_s)


def look(now: State, V_pl: Any, V_is: Any, pro: Any, albumin: Any, acid: Any, p: Magnesium) -> Seen:
    """Speciation; `pro` and `acid` are what protein and acid_base see."""
    loose, b = complexes(acid.citrate, p), bound(albumin, acid.pH, p)
    iMg = now.n_e / space(V_pl, V_is, pro, loose, b)
    free = iMg * (1 + loose)
    return Seen(iMg=iMg, tMg=pro.f * free + b * iMg, free=free, membrane=pro.alpha * pro.alpha * free)


def rates(now: State, seen: Seen, given: Inputs, p: Magnesium) -> State:
    """The two balances of the header."""
    J = p.K * (now.n_s / p.V_s - seen.iMg)
    return State(n_e=p.G - given.urine + J + given.infusion - given.removal, n_s=-J)
