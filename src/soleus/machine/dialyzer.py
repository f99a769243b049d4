"""Dialyzer: counter-current exchange of any small solute, with ultrafiltration, dilution and recirculation.

    J    = D_b c_b - D_d c_d,   D_d = D_b - uf
    D_b  = Q_e - phi(y) / E,    y = dl E,   dl = Q_d - (Q_e - Q_f)
    E    = [L(dl / Q_bo) + KoA phi(Q_f / KoA) L(Q_f dl / (Q_bo Q_do)) / Q_do] / Q_bo
    phi(x) = x / (e^x - 1),  L(x) = ln(1 + x) / x,  Q_bo = Q_e - Q_f,  Q_do = Q_d + Q_f

It is the solution of the two balance equations along the fiber with a flux that mixes diffusion and convection; both
functions are smooth at 0, so equal flows and no ultrafiltration are no special cases (the latter gives [Michaels1966]).
Blood enters only through the water open to a solute, Q_e = Q_b (w + phi_s 0.72 Hct) with w = f (1 - Hct). So D_b is
built once per treatment as a quadratic in Q_e / Q_b, and only that quadratic is read in the time loop.

Assumes     ultrafiltration even along the fiber; the membrane sees sodium at its Donnan share.
Leaves out  sieving below 1 and internal filtration (middle molecules); clotting fibers; loss of surface with time.
Holds for   small solutes; plasma-water share 0.44-0.76; at most 60 % of the plasma water filtered.
"""

import csv
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

import jax

from ..errors import BadRecord
from ..parameter import param, part, quantity, record
from ..smooth import of
from .access import Access, cardiopulmonary, recirculated, systemic
from .dialysate import Warmth, heat

NEAR, FAR = 1e-3, 200.0  # where the series is exact to rounding; where x / (e^x - 1) is nothing
FILTERABLE = 0.95  # share of entering water a node of the quadratic may lose, so that its logarithms exist
MIDDLE_WATER, MIDDLE_HCT = 0.60, 0.36  # the middle node: f (1 - Hct) and Hct of a usual patient
SPAN = 0.121  # outer nodes; sqrt(3)/2 of the range 0.46-0.74 spreads the error evenly


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
    rbc_water: Any = param(
        "1", 0.72, within=(0.65, 0.75), source="Ursino2008", status="seen",
        meaning="water in a red cell",
    )
    r_Na: Any = param(
        "1", 0.86, within=(0.6, 1.0), source="Ursino2008", status="tuned",
        meaning="KoA of sodium over that of urea; tuned to a sodium dialysance of 0.16-0.175 L/min",
    )
    phi_Na: Any = param(
        "1", 0.0, within=(0.0, 0.1), source="GeneralKnowledge", status="recalled",
        meaning="share of red-cell water that gives up sodium in one pass",
    )
    phi_urea: Any = param(
        "1", 1.1, within=(1.0, 1.15), source="Speedy SoluteSolver", status="derived",
        meaning="share of red-cell water that gives up urea in one pass; above 1 because urea also binds there",
    )
    warmth: Warmth = part(Warmth)


def solutes(p: Dialyzer) -> dict[str, tuple[Any, Any]]:
    """Of each solute: its KoA over that of urea, and the share of red-cell water that takes part."""
    return {
        "Na": (p.r_Na, p.phi_Na),
        "urea": (1.0, p.phi_urea),
    }


SOLUTES = tuple(solutes(Dialyzer()))


@record
class Settings:
    """What the machine is told in a stretch between two switches; straight lines from `_0` to `_1`.

    All leaves have one shape: [segment, patient], or [segment], or that of one segment.
    """

    Q_b: Any = quantity("L/min", "blood flow")
    Q_d: Any = quantity("L/min", "dialysate flow")
    Q_pre: Any = quantity("L/min", "substitution before the filter")
    Q_post: Any = quantity("L/min", "substitution after the filter")
    uf_0: Any = quantity("L/min", "net ultrafiltration at the start")
    uf_1: Any = quantity("L/min", "net ultrafiltration at the end")
    Na_0: Any = quantity("mmol/L", "delivered bath sodium at the start")
    Na_1: Any = quantity("mmol/L", "delivered bath sodium at the end")
    T_0: Any = quantity("degC", "bath temperature at the start")
    T_1: Any = quantity("degC", "bath temperature at the end")
    bath: Any = quantity("1", "1 when dialysate flows, 0 when it does not")
    on: Any = quantity("1", "1 when blood runs through the machine, 0 before, after and in between")


@record
class Dialysance:
    """D_b of one solute: a quadratic in x = Q_e / Q_b - middle, at the start of a stretch and its change to the end."""

    red: Any = quantity("1", "red-cell water that takes part, per red-cell volume")
    middle: Any = quantity("1", "Q_e / Q_b of the middle node")
    start: tuple[Any, ...] = quantity("L/min", "coefficients of 1, x, x^2 at the start")
    change: tuple[Any, ...] = quantity("L/min", "what they gain until the end")


@record
class Operator:
    """All that `taken` needs besides the blood; every leaf has the shape of the settings."""

    D_b: dict[str, Dialysance]
    settings: Settings
    cardiopulmonary: Any = quantity("1", "1 where cleaned blood returns to the access, 0 for a catheter")
    warmth: Warmth


@record
class Blood:
    """The blood at the needle, in words of the patient."""

    f: Any = quantity("1", "plasma water fraction")
    hct: Any = quantity("1", "hematocrit")
    alpha: Any = quantity("1", "Donnan ratio, protein-free fluid over plasma water, for a cation")
    CO: Any = quantity("L/min", "cardiac output")
    Q_access: Any = quantity("L/min", "flow through fistula or graft")
    t_core: Any = quantity("degC", "core temperature")
    Na: Any = quantity("mmol/L", "sodium in plasma water")
    urea: Any = quantity("mmol/L", "urea in body water")


@record
class Taken:
    """What leaves the patient per minute; heat is what enters."""

    uf: Any = quantity("L/min", "water")
    Na_diffusive: Any = quantity("mmol/min", "sodium that left beyond what the water carried")
    Na_convective: Any = quantity("mmol/min", "sodium that the ultrafiltrate carried")
    urea: Any = quantity("mmol/min", "urea")
    heat: Any = quantity("kJ/min", "heat into the patient")
    on: Any = quantity("1", "1 while the machine runs")


OFF = Taken(uf=0.0, Na_diffusive=0.0, Na_convective=0.0, urea=0.0, heat=0.0, on=0.0)


def _phi(x: Any) -> Any:
    """x / (e^x - 1), with its series about 0."""
    xp = of(x)
    near = abs(x) < NEAR
    far = xp.minimum(xp.where(near, 1.0, x), FAR)
    return xp.where(near, 1 - x / 2 + x * x / 12, far / xp.expm1(far))  # [algebra]


def _L(x: Any) -> Any:
    """ln(1 + x) / x, with its series about 0."""
    xp = of(x)
    near = abs(x) < NEAR
    far = xp.where(near, 1.0, x)
    return xp.where(near, 1 - x / 2 + x * x / 3 - x**3 / 4 + x**4 / 5, xp.log1p(far) / far)  # [algebra]


def counter_current(Q_e: Any, Q_d: Any, KoA: Any, Q_f: Any) -> Any:
    """Blood-side dialysance D_b, L/min, of one pass; needs 0 <= Q_f < Q_e and Q_d > 0."""
    Q_bo, Q_do = Q_e - Q_f, Q_d + Q_f
    dl = Q_d - Q_bo
    E = (_L(dl / Q_bo) + KoA * _phi(Q_f / KoA) * _L(Q_f * dl / (Q_bo * Q_do)) / Q_do) / Q_bo
    return Q_e - _phi(dl * E) / E


def _whole(Q_e: Any, KoA: Any, uf: Any, s: Settings, access: Access) -> Any:
    """D_b of filter, dilution and access together; without a bath, what the filtrate carries."""
    xp = of(Q_e, uf)
    Q_f = uf + s.Q_pre + s.Q_post
    Q_in = Q_e + s.Q_pre
    flows = (s.bath > 0) & (s.Q_d > 0)
    exchanged = counter_current(Q_in, xp.where(flows, s.Q_d, Q_in), KoA, xp.minimum(Q_f, FILTERABLE * Q_in))
    D_b = xp.where(flows, exchanged, Q_f) * Q_e / Q_in
    return recirculated(D_b, Q_e, uf, access.recirculation)


def operator(settings: Settings, dialyzer: Dialyzer, access: Access) -> Operator:
    """The dialysance of every solute over a treatment, without cardiopulmonary recirculation.

    Leaves of `dialyzer` and `access` are scalars or [patient]; the operator takes the shape of the settings.
    """
    xp = of(*jax.tree.leaves((settings, dialyzer, access)))
    shape = xp.broadcast_shapes(*(xp.shape(x) for x in jax.tree.leaves((settings, dialyzer, access))))
    s, p, a = jax.tree.map(lambda x: xp.broadcast_to(x, shape).astype(float), (settings, dialyzer, access))
    runs = (s.on > 0) & (s.Q_b > 0)
    on = xp.where(runs, 1.0, 0.0)
    s = replace(s, uf_0=on * s.uf_0, uf_1=on * s.uf_1, on=on)
    Q_b = xp.where(runs, s.Q_b, p.Q_d_full)  # any flow: what it gives is multiplied by zero
    KoA_urea = p.KoA_urea * p.in_vivo * (1 + p.k_Q_d * (xp.minimum(s.Q_d, p.Q_d_full) - p.Q_d_full))

    # All solutes, both ends and three nodes in one array, [solute, end, node, *shape].
    columns = zip(*solutes(p).values(), strict=True)
    r, phi = (xp.stack([xp.broadcast_to(x, shape) for x in column]) for column in columns)
    red = phi * p.rbc_water
    middle = MIDDLE_WATER + red * MIDDLE_HCT
    x = xp.reshape(xp.array([-SPAN, 0.0, SPAN]), (-1, *(1 for _ in shape)))
    Q_e = Q_b * (middle[:, None, None] + x)
    uf = xp.stack([s.uf_0, s.uf_1])[:, None]
    D_b = on * _whole(Q_e, (KoA_urea * r)[:, None, None], uf, s, a)
    low, mid, high = D_b[:, :, 0], D_b[:, :, 1], D_b[:, :, 2]
    curve = mid, (high - low) / (2 * SPAN), (high - 2 * mid + low) / (2 * SPAN * SPAN)
    start = [[k[i, 0] for k in curve] for i in range(len(SOLUTES))]
    change = [[k[i, 1] - k[i, 0] for k in curve] for i in range(len(SOLUTES))]
    return Operator(
        D_b={
            name: Dialysance(red=red[i], middle=middle[i], start=tuple(start[i]), change=tuple(change[i]))
            for i, name in enumerate(SOLUTES)
        },
        settings=s,
        cardiopulmonary=a.cardiopulmonary,
        warmth=p.warmth,
    )


def taken(blood: Blood, op: Operator, w: Any) -> Taken:
    """What the machine takes from this blood at the elapsed share `w` (0 to 1) of one segment."""
    s = op.settings
    uf = s.uf_0 + w * (s.uf_1 - s.uf_0)
    water = blood.f * (1 - blood.hct)
    Q_tissue = systemic(blood.CO, blood.Q_access)

    def removed(name: str, c: Any, c_d: Any) -> Any:
        d = op.D_b[name]
        share = water + d.red * blood.hct
        x = share - d.middle
        k0, k1, k2 = (a + w * b for a, b in zip(d.start, d.change, strict=True))
        D_b = cardiopulmonary(k0 + x * (k1 + x * k2), uf, share * Q_tissue, op.cardiopulmonary)
        return D_b * c - (D_b - uf) * c_d

    carried = uf * blood.alpha * blood.Na
    T_d = s.T_0 + w * (s.T_1 - s.T_0)
    return Taken(
        uf=uf,
        Na_diffusive=removed("Na", blood.alpha * blood.Na, s.Na_0 + w * (s.Na_1 - s.Na_0)) - carried,
        Na_convective=carried,
        urea=removed("urea", blood.urea, 0.0),
        heat=s.on * heat(s.Q_b, s.Q_pre + s.Q_post, T_d, s.bath, blood.t_core, op.warmth),
        on=s.on,
    )


@cache
def library() -> dict[str, Dialyzer]:
    """Known dialyzers by model name, from `dialyzers.csv`."""
    return {row["name"]: Dialyzer(KoA_urea=float(row["KoA_urea_ml_min"]) / 1000) for row in _rows()}


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
