"""Potassium: nearly all of it inside cells, which hold plasma near a level of their own and take it up for acid.

    c_w = n_e / (f V_pl + r V_is)                               in plasma water
    c*  = c_ref [(n_i / V_ic) / c_i,ref]^s                      the level that cells would hold
    J   = K_m (c* - c_w) - x J_B sat - k (I - 1) c_w            out of cells; sat = 1 at c_ref, 0 at none
    dn_e/dt = G - K_gut c_w - urine + J + infusion - removal
    dn_i/dt = -J

Assumes     cells give potassium up in proportion to the gap between their level and plasma's [HemoPotassium2015];
            for every acid they release they take `x` potassium, and insulin draws some in.
Leaves out  the pump itself, red cells (they take no part in the dialyzer), exercise, drugs on beta receptors.
Holds for   plasma potassium 2.5-8 mmol/L.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import exp, log


@record
class Potassium:
    K_p: Any = param(
        "mmol/L", 5.1, within=(3.8, 6.8), sd=0.6, source="GeneralKnowledge", status="recalled",
        meaning="laboratory plasma potassium that cells hold at their usual content, as before a midweek session",
    )
    n_i: Any = param(
        "mmol", 3000.0, within=(2200.0, 3800.0), gsd=1.1, scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="potassium inside cells at that level",
    )
    s: Any = param(
        "1", 2.5, within=(1.5, 4.0), sd=0.3, source="PotassiumVolume1981", status="assumed",
        meaning="steepness of plasma against cell content: 1 mmol/L for about 230 mmol",
    )
    K_m: Any = param(
        "L/min", 0.25, within=(0.10, 0.40), gsd=1.3, scales=1.0, source="HemoPotassium2015 Zehnder2001 Kim2000",
        status="tuned", meaning="mobilization from cells; tuned to what the baths of Zehnder2001 and Kim2000 remove",
    )
    x: Any = param(
        "1", 0.40, within=(0.0, 1.0), sd=0.10, source="Heguilen2005 Broseta2021", status="assumed",
        meaning="potassium that enters cells for each acid they release; the sources disagree; its spread is such that"
        " hardly anybody's cells take up more in a session than they give",
    )
    h: Any = param(
        "mmol/L", 0.5, within=(0.2, 1.0), source="SoleusChoice", status="assumed",
        meaning="potassium at which that exchange has run half dry, so that plasma never empties",
    )
    k: Any = param(
        "L/min", 0.006, within=(0.002, 0.02), gsd=1.4, scales=1.0, source="SoleusChoice", status="assumed",
        meaning="uptake by each unit of insulin above basal, 0.03 mmol/min at 5 mmol/L; blunted on dialysis",
    )
    G: Any = param(
        "mmol/min", 0.033, within=(0.015, 0.06), gsd=1.25, scales=1.0, source="Kim2000", status="tuned",
        meaning="absorbed from food, 48 mmol a day; tuned to Kim2000's removal of some 75 mmol a session",
    )
    K_gut: Any = param(
        "L/min", 0.0020, within=(0.0008, 0.005), gsd=1.3, scales=1.0, source="ColonicPotassium2018", status="recalled",
        meaning="clearance by the colon, about 15 mmol a day; binders and laxatives raise it",
    )


@record
class Rest:
    c_w: Any = quantity("mmol/L", "plasma-water potassium that cells hold at their usual content")
    c_i: Any = quantity("mmol/L", "usual potassium of cell water")


@record
class State:
    n_e: Any = quantity("mmol", "potassium outside cells")
    n_i: Any = quantity("mmol", "potassium inside cells")


@record
class Inputs:
    J_B: Any = quantity("mmol/min", "base that cells take, from acid_base")
    insulin: Any = quantity("1", "insulin relative to basal, from glucose")
    urine: Any = quantity("mmol/min", "lost in urine, from kidney")
    infusion: Any = quantity("mmol/min", "infused or swallowed beyond the usual, from the session")
    removal: Any = quantity("mmol/min", "taken by the dialyzer")


@record
class Seen:
    c_w: Any = quantity("mmol/L", "potassium in plasma water")
    K_p: Any = quantity("mmol/L", "potassium as the laboratory reports it")
    membrane: Any = quantity("mmol/L", "potassium that the dialyzer's membrane sees")
    level: Any = quantity("mmol/L", "plasma-water potassium that cells would hold now")


def space(V_pl: Any, V_is: Any, pro: Any) -> Any:
    """Volume over which plasma-water potassium is spread, L."""
    return pro.f * V_pl + pro.r * V_is


def rest(V_ic: Any, f: Any, p: Potassium) -> Rest:
    """What cells hold, and with how much inside them."""
    return Rest(c_w=p.K_p / f, c_i=p.n_i / V_ic)


def at_rest(V_pl: Any, V_is: Any, pro: Any, p: Potassium) -> State:
    """Amounts at the usual concentrations; `pro` is what protein sees."""
    return State(n_e=p.K_p / pro.f * space(V_pl, V_is, pro), n_i=p.n_i)


def look(now: State, V_pl: Any, V_is: Any, V_ic: Any, pro: Any, p: Potassium, at_rest: Rest) -> Seen:
    """Concentrations, and the level that cells would hold; `pro` is what protein sees."""
    c_w = now.n_e / space(V_pl, V_is, pro)
    level = at_rest.c_w * exp(p.s * log(now.n_i / (V_ic * at_rest.c_i)))
    return Seen(c_w=c_w, K_p=pro.f * c_w, membrane=pro.alpha * c_w, level=level)


def rates(now: State, seen: Seen, given: Inputs, p: Potassium, at_rest: Rest) -> State:
    """The two balances of the header."""
    c = seen.c_w
    sat = c / (c + p.h) * (at_rest.c_w + p.h) / at_rest.c_w
    J = p.K_m * (seen.level - c) - p.x * given.J_B * sat - p.k * (given.insulin - 1) * c
    return State(n_e=p.G - p.K_gut * c - given.urine + J + given.infusion - given.removal, n_i=-J)
