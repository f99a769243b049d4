"""Dialyzer: what it takes from blood of a given composition, with ultrafiltration, dilution and recirculation.

    J = D_b c_b - D_d c_d,   D_d = D_b - uf,   D_b of one pass in fiber.py
    Q_e = Q_b reach,   reach = f (1 - Hct) + red Hct      small solutes, red = phi times water of a red cell
                       reach = (1 - Hct) / fu             indoxyl sulfate by its free share, as protein carries the rest
                       reach = (1 - Hct)                  beta-2-microglobulin, per liter plasma

Blood enters only through Q_e. So D_b is built once per treatment as a polynomial in its reach (for indoxyl sulfate, in
1 / reach) through five Chebyshev nodes, and only that is read in the time loop. All solutes lie in one array, in the
order of `SOLUTES`.

Assumes     ultrafiltration even along the fiber; binding of a toxin to protein at once and in proportion; substitution
            fluid is the bath itself.
Leaves out  clotting fibers; loss of surface with time; a bath that holds urea, creatinine, phosphate or toxins.
Holds for   hematocrit 0.24-0.50; free shares 0.05-0.10; at most 60 % of the plasma water filtered.
"""

import csv
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

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
MOST_BACK = 0.5  # of the water leaving it, or of the dialysate, may be filtered inside the fiber and come back
MIDDLE_F, MIDDLE_HCT, MIDDLE_FU = 0.9375, 0.37, 0.084  # the blood of the middle node
SPAN, SPAN_BOUND = 0.13, 0.068  # half the range of reaches, and of 1 / reach of indoxyl sulfate
X = np.cos(np.pi * (np.arange(5)[::-1] + 0.5) / 5)  # Chebyshev nodes: errors below 1e-4 over the whole range


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
SPANS = np.array([SPAN_BOUND if name == "indoxyl" else SPAN for name in SOLUTES])[:, None]
WEIGHTS = np.random.default_rng(0).standard_normal(100)  # hardly any two settings share a sum of these
THROUGH = np.linalg.inv(np.vander(X, increasing=True))  # values at the nodes to coefficients of 1, x, x^2 ...


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
    """All that `taken` needs besides the blood; leaves [..., patient], or [..., coefficient, solute, patient]."""

    D_b: Any = quantity("L/min", "at the start, coefficients of 1, x, x^2 ...; x is the reach, in spans off its middle")
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


def _reach(f: Any, hct: Any, fu: Any, red: Any) -> tuple[Any, Any]:
    """Q_e / Q_b of every solute, and what its polynomial is in; `red` is [small solute, ...]."""
    xp, plasma = of(f, hct, fu, red), 1 - hct
    small = f * plasma + red * hct
    bound, inverse, whole = (xp.broadcast_to(x, (1, *red.shape[1:])) for x in (plasma / fu, fu / plasma, plasma))
    return xp.concatenate([small, bound, whole]), xp.concatenate([small, inverse, whole])


class _Points(NamedTuple):
    """Where a filter is asked to work: one setting at one ultrafiltration; leaves [point]."""

    Q_b: Any
    Q_d: Any
    Q_pre: Any
    Q_post: Any
    uf: Any
    bath: Any
    on: Any
    filter: Dialyzer
    access: Access


def _polynomials(at: _Points) -> Any:
    """D_b through filter, dilution and access as a polynomial in the reach, [coefficient, solute, point]."""
    xp, p, n = of(*jax.tree.leaves(at)), at.filter, (len(at.uf),)
    columns = zip(*solutes(p.membrane).values(), strict=True)
    r, phi = (xp.stack([xp.broadcast_to(x, n) for x in column]) for column in columns)
    r = xp.concatenate([r, xp.broadcast_to(p.membrane.r_indoxyl, (1, *n))])
    KoA = p.KoA_urea * p.in_vivo * (1 + p.k_Q_d * (xp.minimum(at.Q_d, p.Q_d_full) - p.Q_d_full)) * r
    _, middle = _reach(MIDDLE_F, MIDDLE_HCT, MIDDLE_FU, phi * p.membrane.rbc_water)
    place = middle + SPANS * xp.append(X, -1.0)[:, None, None]
    reach = xp.concatenate([place[:, :-2], 1 / place[:, -2:-1], place[:, -1:]], axis=1)
    Q_b = xp.where(at.on > 0, at.Q_b, p.Q_d_full)  # what is off is taken times 0
    Q_e, Q_f = Q_b * reach[:-1], at.uf + at.Q_pre + at.Q_post
    Q_in, poorest = Q_e + at.Q_pre, Q_b * xp.minimum(reach[-1], reach[0]) + at.Q_pre  # the least water in the range
    filtered = xp.minimum(Q_f, FILTERABLE * poorest)
    flows = (at.bath > 0) & (at.Q_d > 0)
    Q_d = xp.where(flows, at.Q_d, p.Q_d_full)
    small = xp.where(flows, counter_current(Q_in[:, :-1], Q_d, KoA, filtered[:-1]), Q_f)
    back = xp.minimum(p.Q_int, MOST_BACK * xp.minimum(poorest[-1] - filtered[-1], Q_d))
    b2m, k = Q_in[:, -1:], (p.KoA_b2m, p.S_b2m, filtered[-1])
    large = xp.where(flows, middle_molecule(b2m, Q_d, *k, back), drained(b2m, *k))
    D_b = xp.concatenate([small, large], axis=1) * Q_e / Q_in
    D_b = at.on * recirculated(D_b, Q_e, at.uf, at.access.recirculation)
    return xp.tensordot(THROUGH, D_b, axes=1)


def _distinct(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns that differ, and which of them each column is: many patients share a setting."""
    keys = WEIGHTS[: len(rows)] @ rows
    _, first, back = np.unique(keys, return_index=True, return_inverse=True)
    if np.array_equal(rows[:, first][:, back], rows):
        return first, back
    everyone = np.arange(rows.shape[1])  # two that differ met in one key
    return everyone, everyone


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
    everything = (settings, dialyzer, access)
    xp = of(*jax.tree.leaves(everything))
    shape = xp.broadcast_shapes(*(xp.shape(x) for x in jax.tree.leaves(everything)))
    s, p, a = jax.tree.map(lambda x: xp.broadcast_to(x, shape).astype(float), everything)
    on = xp.where((s.on > 0) & (s.Q_b > 0), 1.0, 0.0)
    s = replace(s, uf_0=on * s.uf_0, uf_1=on * s.uf_1, on=on)
    points = _Points(
        s.Q_b, s.Q_d, s.Q_pre, s.Q_post, xp.stack([s.uf_0, s.uf_1]), s.bath, on, dialyzer, access
    )  # both ends of every segment
    points = jax.tree.map(lambda x: xp.broadcast_to(x, (2, *shape)).reshape(-1), points)
    if xp is np:
        first, back = _distinct(np.stack(jax.tree.leaves(points)))
        k = _polynomials(jax.tree.map(lambda x: x[first], points))[..., back]
    else:
        k = _polynomials(points)

    def by_patient(x: Any, axes: int) -> Any:
        """The last axis of the settings, patients, behind the solutes; segments before them."""
        first = tuple(range(axes))
        return xp.moveaxis(x, first, tuple(i - axes - 1 for i in first)) if shape else x

    k = k.reshape(*k.shape[:2], 2, *shape)
    red = xp.stack([xp.broadcast_to(phi * p.membrane.rbc_water, shape) for _, phi in solutes(p.membrane).values()])
    c_d = _bath(s, p)
    return Operator(
        D_b=by_patient(k[:, :, 0], 2),
        D_b_change=by_patient(k[:, :, 1] - k[:, :, 0], 2),
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
    reach, place = _reach(blood.f, blood.hct, blood.fu, op.red)
    _, middle = _reach(MIDDLE_F, MIDDLE_HCT, MIDDLE_FU, op.red)
    x = (place - middle) / (SPANS if jnp.ndim(place) == 2 else SPANS[:, 0])
    k = op.D_b + w * op.D_b_change
    D_b = k[4]
    for i in (3, 2, 1, 0):
        D_b = k[i] + x * D_b
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
