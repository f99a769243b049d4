"""Mannitol: a sugar nobody burns. It stays outside cells and holds water there until kidney or dialyzer take it.

    dn/dt = infusion - (K_r + K_x) c - removal,   c = n / V_e

Assumes     one well-mixed extracellular pool; filtered freely, so that the kidney clears what it filters.
Leaves out  the 20-40 min until it is mixed; the water that an osmotic diuresis takes along.
Holds for   hours to days after a bolus; people without urine keep most of it until the next session.
"""

from typing import Any

from ..parameter import param, quantity, record


@record
class Mannitol:
    K_x: Any = param(
        "L/min", 0.002, within=(0.001, 0.008), gsd=1.4, scales=1.0, status="derived",
        source="MannitolDialysis MannitolLabel",
        meaning="cleared without kidney or dialyzer; its level halves in 3.2 days by one source, in 36 h by the other",
    )


@record
class State:
    n: Any = quantity("mmol", "mannitol outside cells")


@record
class Inputs:
    K_r: Any = quantity("L/min", "renal clearance, from kidney")
    infusion: Any = quantity("mmol/min", "infused, from the session")
    removal: Any = quantity("mmol/min", "taken by the dialyzer")


@record
class Seen:
    c_w: Any = quantity("mmol/L", "mannitol in water outside cells; what cells and the dialyzer's membrane see")


def at_rest() -> State:
    """None, until somebody gives it."""
    return State(n=0.0)


def look(now: State, V_e: Any) -> Seen:
    """Concentration."""
    return Seen(c_w=now.n / V_e)


def rates(now: State, seen: Seen, given: Inputs, p: Mannitol) -> State:
    """The balance of the header."""
    return State(n=given.infusion - (given.K_r + p.K_x) * seen.c_w - given.removal)
