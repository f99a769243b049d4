"""Protein: what it weighs, how it pulls water, and how its charge shifts ions across the capillary and the membrane.

    f = f_0 - v c                                      plasma water share
    Z = [z_alb share + z_glob (1 - share)] c / f       fixed charge, mmol per litre water
    D = sqrt(1 + x^2) - x,  x = Z / (2 C)              Donnan ratio of a monovalent cation, towards a protein-free fluid
    pi = a_1 c + a_2 c^2 + a_3 c^3                     oncotic pressure [Ursino2008]

Assumes     one protein mixture; charge at pH 7.40; albumin's share is the same in plasma and interstitium.
Leaves out  synthesis and loss: protein only moves between plasma and interstitium.
Holds for   plasma protein 40-110 g/L.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import sqrt


@record
class Protein:
    c_pl: Any = param(
        "g/L", 71.0, within=(52.0, 88.0), sd=5.0, source="GeneralKnowledge", status="recalled",
        meaning="plasma protein at dry weight; 5 % above that before dialysis",
    )
    ratio: Any = param(
        "1", 0.37, within=(0.25, 0.5), sd=0.04, source="GuytonHall IonDonnan2021", status="seen",
        meaning="interstitial over plasma protein at dry weight",
    )
    albumin_share: Any = param(
        "1", 0.56, within=(0.4, 0.68), sd=0.04, source="GeneralKnowledge", status="recalled",
        meaning="albumin as a share of plasma protein",
    )
    z_alb: Any = param(
        "mmol/g", 0.279, within=(0.25, 0.31), source="Figge1992", status="recalled",
        meaning="net negative charge of albumin at pH 7.40",
    )
    z_glob: Any = param(
        "mmol/g", 0.10, within=(0.05, 0.15), source="GeneralKnowledge", status="recalled",
        meaning="net negative charge of globulins",
    )
    C: Any = param(
        "mmol/L", 152.0, within=(140.0, 165.0), source="IonDonnan2021", status="recalled",
        meaning="monovalent cations of plasma water, inside the Donnan ratio only",
    )
    f_0: Any = param(
        "1", 0.985, within=(0.975, 0.99), source="GeneralKnowledge", status="recalled",
        meaning="plasma water share without protein (lipids lower it)",
    )
    v: Any = param(
        "L/g", 0.00075, within=(0.0007, 0.0008), source="GeneralKnowledge", status="recalled",
        meaning="volume of a gram of protein",
    )
    available: Any = param(
        "1", 0.78, within=(0.7, 0.85), source="GeneralKnowledge", status="recalled",
        meaning="share of interstitial water that protein can enter",
    )
    pl_1: Any = param(
        "mmHg L/g", 0.21, within=(0.2, 0.22), source="Ursino2008", status="seen",
        meaning="plasma oncotic pressure, linear term",
    )
    pl_2: Any = param(
        "mmHg L2/g2", 0.0016, within=(0.0015, 0.0017), source="Ursino2008", status="seen",
        meaning="plasma oncotic pressure, square term",
    )
    pl_3: Any = param(
        "mmHg L3/g3", 9e-6, within=(8e-6, 1e-5), source="Ursino2008", status="seen",
        meaning="plasma oncotic pressure, cubic term",
    )
    is_1: Any = param(
        "mmHg L/g", 0.28, within=(0.27, 0.29), source="Ursino2008", status="seen",
        meaning="interstitial oncotic pressure, linear term",
    )
    is_2: Any = param(
        "mmHg L2/g2", 0.0018, within=(0.0017, 0.0019), source="Ursino2008", status="seen",
        meaning="interstitial oncotic pressure, square term",
    )
    is_3: Any = param(
        "mmHg L3/g3", 1.2e-5, within=(1.1e-5, 1.3e-5), source="Ursino2008", status="seen",
        meaning="interstitial oncotic pressure, cubic term",
    )


@record
class State:
    m_pl: Any = quantity("g", "protein in plasma")
    m_is: Any = quantity("g", "protein in the interstitium")


@record
class Inputs:
    J: Any = quantity("g/min", "net protein leaving plasma, from capillary")
    infusion: Any = quantity("g/min", "infused, from the session")


@record
class Seen:
    c_pl: Any = quantity("g/L", "plasma protein")
    c_is: Any = quantity("g/L", "interstitial protein")
    f: Any = quantity("1", "plasma water share")
    alpha: Any = quantity("1", "Donnan ratio, plasma to a protein-free fluid")
    r: Any = quantity("1", "Donnan ratio, plasma to interstitium")
    pi_pl: Any = quantity("mmHg", "plasma oncotic pressure")
    pi_is: Any = quantity("mmHg", "interstitial oncotic pressure")


def plasma_water(c: Any, p: Protein) -> Any:
    """Share of plasma that is water."""
    return p.f_0 - p.v * c


def donnan(c: Any, p: Protein) -> Any:
    """Cation ratio from a fluid with protein c to one without [IonDonnan2021]."""
    charge = (p.z_alb * p.albumin_share + p.z_glob * (1 - p.albumin_share)) * c / plasma_water(c, p)
    x = charge / (2 * p.C)
    return sqrt(1 + x * x) - x


def look(c_pl: Any, c_is: Any, p: Protein) -> Seen:
    """Everything that follows from the two concentrations."""
    alpha, free = donnan(c_pl, p), c_is / p.available
    return Seen(
        c_pl=c_pl,
        c_is=c_is,
        f=plasma_water(c_pl, p),
        alpha=alpha,
        r=alpha / donnan(c_is, p),
        pi_pl=c_pl * (p.pl_1 + c_pl * (p.pl_2 + c_pl * p.pl_3)),
        pi_is=free * (p.is_1 + free * (p.is_2 + free * p.is_3)),
    )


def rates(now: State, given: Inputs, p: Protein) -> State:
    """What leaves plasma enters the interstitium."""
    return State(m_pl=given.infusion - given.J, m_is=given.J)
