"""Dialyzer: what it takes from blood of a given composition, with ultrafiltration, dilution and recirculation.

    J = D_b c_b - D_d c_d,   D_d = D_b - uf,   D_b of one pass in fiber.py
    Q_e = Q_b reach,   reach = f (1 - Hct) + red Hct      small solutes, red = phi times water of a red cell
                       reach = (1 - Hct) / fu             indoxyl sulfate by its free share, as protein carries the rest
                       reach = (1 - Hct)                  beta-2-microglobulin, per liter plasma

Blood enters only through Q_e. So D_b is built once per treatment as a quadratic in its reach, Q_e / Q_b, and only that
quadratic is read in the time loop. All solutes lie in one array, in the order of `SOLUTES`.

Assumes     ultrafiltration even along the fiber; binding of a toxin to protein at once and in proportion; substitution
            fluid is the bath itself.
Leaves out  clotting fibers; loss of surface with time; a bath that holds urea, creatinine, phosphate or toxins.
Holds for   hematocrit 0.24-0.50; free shares 0.04-0.12; at most 60 % of the plasma water filtered.
"""

import csv
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..errors import BadRecord
from ..parameter import param, part, quantity, record
from ..smooth import of
from .access import Access, cardiopulmonary, recirculated, systemic
from .dialysate import Binding, Warmth, heat, speciated
from .fiber import counter_current, drained, middle_molecule
from .membrane import Membrane, solutes

FILTERABLE = 0.95  # share of the water of the poorest node that may be filtered, so that its logarithms exist
MIDDLE_F, MIDDLE_HCT, MIDDLE_FU = 0.9375, 0.36, 0.07  # the blood of the middle node
SPAN = 0.121  # outer nodes; sqrt(3)/2 of the range 0.46-0.74 spreads the error evenly
SPAN_BOUND = 4.0  # outer nodes of indoxyl sulfate, whose reach runs from 4.5 to 16


@record
class Dialyzer:
    """A filter, with what it does to each solute."""

    KoA_urea: Any = param(
        "L/min", 1.292, within=(0.3, 2.5), source="Speedy", status="seen",
        meaning="urea mass transfer area coefficient as the maker measures it in vitro",
    )
    in_vivo: Any = param(
        "1", 0.537, within=(0.4, 0.8), source="Speedy", status="seen",
        meaning="share of the in vitro KoA that blood gets",
    )
    Q_d_full: Any = param(
        "L/min", 0.5, within=(0.4, 0.6), source="Speedy Bhimani2010", status="seen",
        meaning="dialysate flow above which KoA no longer grows",
    )
    k_Q_d: Any = param(
        "min/L", 0.183, within=(0.0, 0.5), source="Speedy", status="seen",
        meaning="growth of KoA with dialysate flow below that, 0.0549 per 0.3 L/min",
    )
    KoA_b2m: Any = param(
        "L/min", 0.055, within=(0.0005, 0.15), source="LinB2M2001 PostHdf21", status="tuned",
        meaning="mass transfer of beta-2-microglobulin in vivo; high flux tuned to the fall in both sources",
    )
    S_b2m: Any = param(
        "1", 0.75, within=(0.01, 1.0), source="GeneralKnowledge", status="recalled",
        meaning="sieving of beta-2-microglobulin, 0.7-0.8 in high flux, 0.9-1 where protein leaks, near 0 in low flux",
    )
    Q_int: Any = param(
        "L/min", 0.02, within=(0.0, 0.1), source="SoleusChoice", status="assumed",
        meaning="peak of internal filtration: out in the first half of the fiber, back in the second",
    )
    membrane: Membrane = part(Membrane)
    warmth: Warmth = part(Warmth)
    binding: Binding = part(Binding)


# What the class of a membrane says of beta-2-microglobulin; clearances below 10, 20-60 and above 70 mL/min.
CLASSES = {
    "low": Dialyzer(KoA_b2m=0.003, S_b2m=0.05, Q_int=0.0),
    "high": Dialyzer(),
    "mco": Dialyzer(KoA_b2m=0.09, S_b2m=0.9, Q_int=0.05),
}

SOLUTES = (*solutes(Membrane()), "indoxyl", "b2m")
SPANS = np.array([SPAN_BOUND if name == "indoxyl" else SPAN for name in SOLUTES])
THROUGH = np.array([[0.0, 1.0, 0.0], [-0.5, 0.0, 0.5], [0.5, -1.0, 0.5]])  # nodes -1, 0, 1 to coefficients of 1, x, x^2


@record
class Settings:
    """What the machine is told in a stretch between two switches; straight lines from `_0` to `_1`.

    All leaves have one shape: [segment, patient], or that of one segment, [patient] or none.
    """

    Q_b: Any = quantity("L/min", "blood flow")
    Q_d: Any = quantity("L/min", "dialysate flow")
    Q_pre: Any = quantity("L/min", "substitution before the filter")
    Q_post: Any = quantity("L/min", "substitution after the filter")
    uf_0: Any = quantity("L/min", "net ultrafiltration at the start")
    uf_1: Any = quantity("L/min", "net ultrafiltration at the end")
    Na_0: Any = quantity("mmol/L", "delivered bath sodium at the start")
    Na_1: Any = quantity("mmol/L", "delivered bath sodium at the end")
    K_0: Any = quantity("mmol/L", "bath potassium at the start")
    K_1: Any = quantity("mmol/L", "bath potassium at the end")
    HCO3_0: Any = quantity("mmol/L", "bath bicarbonate at the start, after mixing with the acid concentrate")
    HCO3_1: Any = quantity("mmol/L", "bath bicarbonate at the end, after mixing with the acid concentrate")
    acetate: Any = quantity("mmol/L", "bath acetate")
    citrate: Any = quantity("mmol/L", "bath citrate, free and bound")
    Ca: Any = quantity("mmol/L", "bath calcium, free and bound to citrate")
    Mg: Any = quantity("mmol/L", "bath magnesium")
    glucose: Any = quantity("mmol/L", "bath glucose")
    T_0: Any = quantity("degC", "bath temperature at the start")
    T_1: Any = quantity("degC", "bath temperature at the end")
    bath: Any = quantity("1", "1 when dialysate flows, 0 when it does not")
    on: Any = quantity("1", "1 when blood runs through the machine, 0 before, after and in between")


@record
class Operator:
    """All that `taken` needs besides the blood; leaves [..., patient], or [..., solute, coefficient, patient]."""

    D_b: Any = quantity("L/min", "at the start, coefficients of 1, x, x^2; x is reach less its middle")
    D_b_change: Any = quantity("L/min", "what they gain until the end")
    red: Any = quantity("1", "red-cell water that takes part, per red-cell volume, of each small solute")
    c_d: Any = quantity("mmol/L", "bath at the start, of each solute")
    c_d_change: Any = quantity("mmol/L", "what it gains until the end")
    settings: Settings
    cardiopulmonary: Any = quantity("1", "1 where cleaned blood returns to the access, 0 for a catheter")
    warmth: Warmth


@record
class Blood:
    """The blood at the needle, in words of the patient; what is per liter water is as the membrane sees it."""

    f: Any = quantity("1", "plasma water fraction")
    hct: Any = quantity("1", "hematocrit")
    alpha: Any = quantity("1", "Donnan ratio, protein-free fluid over plasma water, for a cation")
    CO: Any = quantity("L/min", "cardiac output")
    Q_access: Any = quantity("L/min", "flow through fistula or graft")
    t_core: Any = quantity("degC", "core temperature")
    Na: Any = quantity("mmol/L", "sodium in plasma water, without the Donnan shift")
    urea: Any = quantity("mmol/L", "urea in body water")
    creatinine: Any = quantity("mmol/L", "creatinine in body water")
    K: Any = quantity("mmol/L", "potassium")
    hco3: Any = quantity("mmol/L", "bicarbonate")
    acetate: Any = quantity("mmol/L", "acetate")
    citrate: Any = quantity("mmol/L", "citrate, free and bound")
    organic: Any = quantity("mmol/L", "organic anions that can be burnt")
    Ca: Any = quantity("mmol/L", "calcium, ionized and complexed, but for that of citrate")
    CaCit: Any = quantity("mmol/L", "calcium citrate")
    Mg: Any = quantity("mmol/L", "magnesium, ionized and complexed")
    phosphate: Any = quantity("mmol/L", "phosphate")
    glucose: Any = quantity("mmol/L", "glucose")
    mannitol: Any = quantity("mmol/L", "mannitol")
    indoxyl: Any = quantity("mmol/L", "free indoxyl sulfate")
    fu: Any = quantity("1", "free share of indoxyl sulfate in plasma")
    b2m: Any = quantity("mg/L", "beta-2-microglobulin, per liter plasma")


@record
class Taken:
    """What leaves the patient per minute, negative where the bath gives; heat is what enters."""

    uf: Any = quantity("L/min", "water")
    Na_diffusive: Any = quantity("mmol/min", "sodium that left beyond what the water carried")
    Na_convective: Any = quantity("mmol/min", "sodium that the ultrafiltrate carried")
    urea: Any = quantity("mmol/min", "urea")
    creatinine: Any = quantity("mmol/min", "creatinine")
    K: Any = quantity("mmol/min", "potassium")
    hco3: Any = quantity("mmol/min", "bicarbonate")
    acetate: Any = quantity("mmol/min", "acetate")
    citrate: Any = quantity("mmol/min", "citrate")
    organic: Any = quantity("mmol/min", "organic anions")
    Ca: Any = quantity("mmol/min", "calcium, complexes and all")
    Mg: Any = quantity("mmol/min", "magnesium")
    phosphate: Any = quantity("mmol/min", "phosphate")
    glucose: Any = quantity("mmol/min", "glucose")
    mannitol: Any = quantity("mmol/min", "mannitol")
    indoxyl: Any = quantity("mmol/min", "indoxyl sulfate, free and bound")
    b2m: Any = quantity("mg/min", "beta-2-microglobulin")
    heat: Any = quantity("kJ/min", "heat into the patient")
    on: Any = quantity("1", "1 while the machine runs")


OFF = Taken(**dict.fromkeys(Taken.__dataclass_fields__, 0.0))


def _reach(f: Any, hct: Any, fu: Any, red: Any) -> Any:
    """Q_e / Q_b of every solute; `red` is [small solute, ...]."""
    xp, plasma = of(f, hct, fu, red), 1 - hct
    bound, whole = (xp.broadcast_to(x, (1, *red.shape[1:])) for x in (plasma / fu, plasma))
    return xp.concatenate([f * plasma + red * hct, bound, whole])


def _quadratics(one_pass: Any, reach: Any, spans: Any, s: Settings, p: Dialyzer, access: Access) -> Any:
    """D_b of some solutes through filter, dilution and access at both ends, [solute, end, coefficient, ...].

    `one_pass(Q_e, Q_d, filtered, Q_f)` gives D_b of the filter alone, with a bath and without; `filtered` is Q_f kept
    below what blood can give. `reach` [solute, ...] is that of the middle node, `spans` [solute] lie beside it.
    """
    xp, lift = of(*jax.tree.leaves((s, p, access))), tuple(1 for _ in np.shape(s.on))
    Q_b = xp.where(s.on > 0, s.Q_b, p.Q_d_full)  # any flow: what it gives is multiplied by zero
    x = np.multiply.outer(spans, [-1.0, 0.0, 1.0]).reshape(-1, 1, 3, *lift)
    Q_e = Q_b * (reach[:, None, None] + x)
    uf = xp.stack([s.uf_0, s.uf_1])[:, None]
    Q_in, Q_f = Q_e + s.Q_pre, uf + s.Q_pre + s.Q_post
    flows = (s.bath > 0) & (s.Q_d > 0)
    filtered = xp.minimum(Q_f, FILTERABLE * Q_in[:, :, :1])
    with_bath, without = one_pass(Q_in, xp.where(flows, s.Q_d, p.Q_d_full), filtered, Q_f)
    D_b = xp.where(flows, with_bath, without) * Q_e / Q_in
    D_b = s.on * recirculated(D_b, Q_e, uf, access.recirculation)
    through = THROUGH / spans[:, None, None] ** np.arange(3)[:, None]
    return xp.einsum("skn,sen...->sek...", through, D_b)


def _all_quadratics(s: Settings, p: Dialyzer, access: Access, red: Any, r: Any) -> Any:
    """The same of every solute."""
    xp = of(*jax.tree.leaves((s, p, access)))
    KoA = p.KoA_urea * p.in_vivo * (1 + p.k_Q_d * (xp.minimum(s.Q_d, p.Q_d_full) - p.Q_d_full)) * r[:, None, None]
    reach = _reach(MIDDLE_F, MIDDLE_HCT, MIDDLE_FU, red)

    def small(Q_e: Any, Q_d: Any, filtered: Any, Q_f: Any) -> tuple[Any, Any]:
        return counter_current(Q_e, Q_d, KoA, filtered), Q_f

    def b2m(Q_e: Any, Q_d: Any, filtered: Any, Q_f: Any) -> tuple[Any, Any]:
        k = p.KoA_b2m, p.S_b2m
        return middle_molecule(Q_e, Q_d, *k, filtered, p.Q_int), drained(Q_e, *k, filtered)

    parts = (small, reach[:-1], SPANS[:-1]), (b2m, reach[-1:], SPANS[-1:])
    return xp.concatenate([_quadratics(*part, s, p, access) for part in parts])


def _bath(s: Settings, p: Dialyzer) -> Any:
    """What the bath holds of every solute at both ends, [end, solute, ...]."""
    xp = of(*jax.tree.leaves(s))
    ionized, complexed = speciated(s.Ca, s.citrate, p.binding)
    steady = {"acetate": s.acetate, "citrate": s.citrate, "Ca": ionized, "CaCit": complexed, "Mg": s.Mg}
    steady["glucose"] = s.glucose
    ends = ({"Na": s.Na_0, "K": s.K_0, "hco3": s.HCO3_0}, {"Na": s.Na_1, "K": s.K_1, "hco3": s.HCO3_1})
    none = xp.zeros_like(s.on)
    return xp.stack([xp.stack([(steady | end).get(name, none) for name in SOLUTES]) for end in ends])


def operator(settings: Settings, dialyzer: Dialyzer, access: Access) -> Operator:
    """The dialysance of every solute over a treatment, without cardiopulmonary recirculation.

    Leaves of `dialyzer` and `access` are scalars or [patient]; the operator takes the shape of the settings.
    """
    xp = of(*jax.tree.leaves((settings, dialyzer, access)))
    shape = xp.broadcast_shapes(*(xp.shape(x) for x in jax.tree.leaves((settings, dialyzer, access))))
    s, p, a = jax.tree.map(lambda x: xp.broadcast_to(x, shape).astype(float), (settings, dialyzer, access))
    on = xp.where((s.on > 0) & (s.Q_b > 0), 1.0, 0.0)
    s = replace(s, uf_0=on * s.uf_0, uf_1=on * s.uf_1, on=on)
    columns = zip(*solutes(p.membrane).values(), strict=True)
    r, phi = (xp.stack([xp.broadcast_to(x, shape) for x in column]) for column in columns)
    r = xp.concatenate([r, p.membrane.r_indoxyl[None]])
    red = phi * p.membrane.rbc_water

    def by_patient(x: Any, axes: int) -> Any:
        """The last axis of the settings, patients, behind the solutes; segments before them."""
        first = tuple(range(axes))
        return xp.moveaxis(x, first, tuple(i - axes - 1 for i in first)) if shape else x

    k, c_d = _all_quadratics(s, p, a, red, r), _bath(s, p)
    return Operator(
        D_b=by_patient(k[:, 0], 2),
        D_b_change=by_patient(k[:, 1] - k[:, 0], 2),
        red=by_patient(red, 1),
        c_d=by_patient(c_d[0], 1),
        c_d_change=by_patient(c_d[1] - c_d[0], 1),
        settings=s,
        cardiopulmonary=a.cardiopulmonary,
        warmth=p.warmth,
    )


def taken(blood: Blood, op: Operator, w: Any) -> Taken:
    """What the machine takes from this blood at the elapsed share `w` (0 to 1) of one segment.

    Leaves of `blood` are scalars or [patient].
    """
    s = op.settings
    uf = s.uf_0 + w * (s.uf_1 - s.uf_0)
    carried = uf * blood.alpha * blood.Na
    reach = _reach(blood.f, blood.hct, blood.fu, op.red)
    x = reach - _reach(MIDDLE_F, MIDDLE_HCT, MIDDLE_FU, op.red)
    k = op.D_b + w * op.D_b_change
    D_b = k[:, 0] + x * (k[:, 1] + x * k[:, 2])
    D_b = cardiopulmonary(D_b, uf, reach * systemic(blood.CO, blood.Q_access), op.cardiopulmonary)
    seen = {name: getattr(blood, name) for name in SOLUTES} | {"Na": blood.alpha * blood.Na}
    c = jnp.stack([jnp.broadcast_to(seen[name], jnp.shape(uf)) for name in SOLUTES])
    J = dict(zip(SOLUTES, D_b * c - (D_b - uf) * (op.c_d + w * op.c_d_change), strict=True))
    T_d = s.T_0 + w * (s.T_1 - s.T_0)
    return Taken(
        uf=uf,
        Na_diffusive=J.pop("Na") - carried,
        Na_convective=carried,
        heat=s.on * heat(s.Q_b, s.Q_pre + s.Q_post, T_d, s.bath, blood.t_core, op.warmth),
        on=s.on,
        Ca=J.pop("Ca") + J.pop("CaCit"),
        **J,
    )


@cache
def library() -> dict[str, Dialyzer]:
    """Known dialyzers by model name, from `dialyzers.csv`."""
    return {
        row["name"]: replace(CLASSES[row["class"]], KoA_urea=float(row["KoA_urea_ml_min"]) / 1000) for row in _rows()
    }


def named(name: str) -> Dialyzer:
    """The dialyzer of this model name, with or without its maker; case, spaces and hyphens do not matter.

    Raises:
        BadRecord: for a name that is not in the library.
    """
    models = {_plain(row["name"]): row["name"] for row in _rows()}
    makers = {_plain(row["maker"] + row["name"]): row["name"] for row in _rows()}
    wanted = _plain(name)
    model = models.get(wanted) or makers.get(wanted)
    if model is None:
        near = list(dict.fromkeys((models | makers)[key] for key in get_close_matches(wanted, models | makers)))
        hint = f"Did you mean {' or '.join(near)}?" if near else f"Known are {', '.join(library())}."
        raise BadRecord(f"dialyzer {name!r} is not in the library. {hint} Or give its urea KoA from the data sheet.")
    return library()[model]


@cache
def _rows() -> list[dict[str, str]]:
    with files("soleus.machine").joinpath("dialyzers.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
