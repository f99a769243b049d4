"""Sodium: one extracellular pool, spread by Donnan between plasma water and interstitium; it carries the tonicity.

    c_w = n / (f V_pl + r V_is)          sodium in plasma water
    Na_p = f c_w                         as the laboratory reports it (indirect electrode)
    E = 2 phi r c_w + other              effective osmoles, seen by cells

Assumes     sodium is osmotically active and extracellular; anions follow.
Leaves out  tissue-bound sodium; potassium and glucose act beyond their usual level only (`extra`).
Holds for   plasma sodium 110-165 mmol/L.
"""

from typing import Any

from ..parameter import param, quantity, record


@record
class Sodium:
    Na_p: Any = param(
        "mmol/L", 137.5, within=(130.0, 144.0), sd=2.6, source="MunozMendoza2011 SodiumStability2010", status="seen",
        meaning="laboratory plasma sodium at dry weight, the individual set point",
    )
    phi: Any = param(
        "1", 0.93, within=(0.92, 0.95), source="GeneralKnowledge", status="recalled",
        meaning="osmotic coefficient of sodium and its anion",
    )
    other: Any = param(
        "mmol/L", 12.0, within=(8.0, 18.0), source="GeneralKnowledge", status="recalled",
        meaning="other effective osmoles outside cells: potassium, calcium, magnesium, glucose",
    )


@record
class Rest:
    n: Any = quantity("mmol", "sodium at dry weight")
    E: Any = quantity("mmol/L", "tonicity at dry weight")


@record
class State:
    n: Any = quantity("mmol", "exchangeable extracellular sodium")


@record
class Inputs:
    removal: Any = quantity("mmol/min", "taken by the dialyzer")
    gut: Any = quantity("mmol/min", "absorbed, from gut")
    urine: Any = quantity("mmol/min", "lost in urine, from kidney")
    infusion: Any = quantity("mmol/min", "infused, from the session")


@record
class Seen:
    c_w: Any = quantity("mmol/L", "sodium in plasma water")
    Na_p: Any = quantity("mmol/L", "sodium as the laboratory reports it")
    E: Any = quantity("mmol/L", "tonicity")


def space(V_pl: Any, V_is: Any, f: Any, r: Any) -> Any:
    """Volume over which plasma-water sodium is spread, L."""
    return f * V_pl + r * V_is


def look(n: Any, V_pl: Any, V_is: Any, f: Any, r: Any, p: Sodium, extra: Any = 0.0) -> Seen:
    """Concentration and tonicity from the amount; `extra` are other effective osmoles beyond the usual, mmol/L."""
    c_w = n / space(V_pl, V_is, f, r)
    return Seen(c_w=c_w, Na_p=f * c_w, E=2 * p.phi * r * c_w + p.other + extra)


def rest(V_pl: Any, V_is: Any, f: Any, r: Any, p: Sodium) -> Rest:
    """Amount and tonicity that give the set point at dry weight."""
    n = p.Na_p / f * space(V_pl, V_is, f, r)
    return Rest(n=n, E=look(n, V_pl, V_is, f, r, p).E)


def rates(now: State, given: Inputs, p: Sodium) -> State:
    """What comes in less what goes out."""
    return State(n=given.gut + given.infusion - given.urine - given.removal)
