"""Calcium: ionized, complexed and bound to albumin outside cells, and held by the surface of bone.

    kap = a_HCO3 hco3 + a_P h P + kap_x                        complexes that pass a membrane, over ionized
    b   = b_40 (alb / 40) 10^[s (pH - 7.4)]                    bound to protein per liter plasma, over ionized
    iCa = n / {(1 + kap + a_cit cit) (f V_pl + r^2 V_is) + b (V_pl + phi V_is)},   phi = c_is / c_pl of protein
    tCa = iCa [f (1 + kap + a_cit cit) + b]                    as the laboratory reports it
    J_surf = k_b (iCa - x_eq),   x_eq = tilt x_0 F / F_0       onto the surface of bone
    J_slow = k_F (F - F_0)                                     from there into deep bone
    dn/dt = gut + bone - urine - J_surf + infusion - removal,   dF/dt = J_surf - J_slow

kap_x is each patient's own: kap is `kap_0` at the usual bicarbonate and phosphate. x_0 is such that at the usual
fill of the surface, the periodic one on the present bath, the ionized calcium is the patient's own.

Assumes     binding linear in ionized calcium; albumin and its binding the same in interstitium as in plasma.
Leaves out  calcium in vessels and soft tissue. Hormones act through tilt, gut, bone and kidney (Inputs).
Holds for   ionized calcium 0.7-1.7 mmol/L, pH 7.1-7.7.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import exp, ramp, unramp

LN_10 = 2.302585092994046  # natural logarithm of ten, for pH
PH = 7.4  # at which the binding constants are given


@record
class Calcium:
    iCa: Any = param(
        "mmol/L", 1.15, within=(0.95, 1.35), sd=0.06, source="terMeulen2019", status="recalled",
        meaning="the patient's own ionized calcium before a session on the present bath",
    )
    kap_0: Any = param(
        "1", 0.15, within=(0.10, 0.25), source="GeneralKnowledge", status="recalled",
        meaning="complexes other than citrate, over ionized, at the usual bicarbonate and phosphate",
    )
    a_HCO3: Any = param(
        "L/mmol", 0.0052, within=(0.004, 0.0064), source="Hughes1984", status="seen",
        meaning="calcium bicarbonate, over ionized, for each mmol/L of bicarbonate",
    )
    a_P: Any = param(
        "L/mmol", 0.060, within=(0.04, 0.08), source="GeneralKnowledge", status="recalled",
        meaning="calcium phosphate, over ionized, for each mmol/L of divalent phosphate",
    )
    h: Any = param(
        "1", 0.8, within=(0.75, 0.85), source="GeneralKnowledge", status="recalled",
        meaning="divalent share of phosphate",
    )
    a_cit: Any = param(
        "L/mmol", 0.46, within=(0.3, 0.6), source="SoleusChoice", status="derived",
        meaning="calcium citrate, over ionized, for each mmol/L of citrate at usual calcium and magnesium",
    )
    kap_low: Any = param(
        "1", -0.05, within=(-0.1, 0.0), source="SoleusChoice", status="assumed",
        meaning="floor of the complexes, out of the way of any usual blood",
    )
    kap_w: Any = param(
        "1", 0.02, within=(0.01, 0.04), source="SoleusChoice", status="assumed",
        meaning="softness of that floor",
    )
    b_40: Any = param(
        "1", 0.87, within=(0.75, 1.0), sd=0.05, source="terMeulen2019", status="tuned",
        meaning="bound, over ionized, at albumin 40 g/L and pH 7.4; tuned to total over ionized in terMeulen2019",
    )
    alb: Any = param(
        "g/L", 40.0, within=(38.0, 42.0), source="SoleusChoice", status="derived",
        meaning="albumin to which that value belongs",
    )
    s: Any = param(
        "1", 0.50, within=(0.4, 0.6), source="IonizedCalcium1988", status="tuned",
        meaning="decades of binding per pH; tuned to the slope of a closed sample, -0.22, of IonizedCalcium1988",
    )
    k_b: Any = param(
        "L/min", 0.12, within=(0.07, 0.25), gsd=1.3, scales=1.0, source="Rudnicki1993 GotchCalcium", status="tuned",
        meaning="exchange with the surface of bone; tuned to the return within 5 h of Rudnicki1993",
    )
    F_0: Any = param(
        "mmol", 100.0, within=(60.0, 160.0), scales=1.0, source="OpenBoneMin", status="seen",
        meaning="calcium of the bone surface when it neither gains from nor loses to deep bone",
    )
    fill: Any = param(
        "1", 1.0, within=(0.75, 1.35), source="SoleusChoice", status="assumed",
        meaning="usual fill of the surface over F_0, periodic on the present bath and diet",
    )
    k_F: Any = param(
        "1/min", 2.4e-4, within=(1.2e-4, 3.6e-4), source="EtelcalcetideYear Fujita1984", status="tuned",
        meaning="passage into deep bone, 0.35 a day; tuned to calcium in EtelcalcetideYear and Fujita1984",
    )


@record
class Rest:
    kap_x: Any = quantity("1", "other complexes over ionized calcium")
    x_0: Any = quantity("mmol/L", "ionized calcium in balance with a surface filled to F_0")


@record
class State:
    n: Any = quantity("mmol", "calcium outside cells")
    F: Any = quantity("mmol", "calcium on the surface of bone")


@record
class Inputs:
    tilt: Any = quantity("1", "what hormones make of the bone's set point, relative to usual")
    gut: Any = quantity("mmol/min", "absorbed less what the gut gives off, from absorption")
    bone: Any = quantity("mmol/min", "dissolved from bone less what is laid down, from bone")
    urine: Any = quantity("mmol/min", "lost in urine, from kidney")
    infusion: Any = quantity("mmol/min", "infused or swallowed beyond the usual, from the session")
    removal: Any = quantity("mmol/min", "taken by the dialyzer, complexes and all; negative when it gives")


@record
class Seen:
    iCa: Any = quantity("mmol/L", "ionized calcium, per liter water, at the actual pH")
    tCa: Any = quantity("mmol/L", "total calcium as the laboratory reports it")
    kap: Any = quantity("1", "complexes other than citrate, over ionized")
    kap_cit: Any = quantity("1", "calcium citrate, over ionized")
    free: Any = quantity("mmol/L", "calcium that a glomerulus filters: ionized and all complexes")
    membrane: Any = quantity("mmol/L", "calcium but that of citrate that the dialyzer's membrane sees")
    membrane_citrate: Any = quantity("mmol/L", "calcium citrate that the dialyzer's membrane sees")
    J_slow: Any = quantity("mmol/min", "from the surface of bone into deep bone")


def _loose(hco3: Any, P: Any, p: Calcium) -> Any:
    return p.a_HCO3 * hco3 + p.a_P * p.h * P


def rest(hco3: Any, P: Any, p: Calcium) -> Rest:
    """The patient's own complexes and set point, from the usual plasma bicarbonate and phosphate."""
    unfloored = p.kap_low + p.kap_w * unramp((p.kap_0 - p.kap_low) / p.kap_w)
    return Rest(kap_x=unfloored - _loose(hco3, P, p), x_0=p.iCa / p.fill)


def complexes(hco3: Any, P: Any, p: Calcium, at_rest: Rest) -> Any:
    """Complexes that pass a membrane, without citrate, over ionized calcium."""
    kap = _loose(hco3, P, p) + at_rest.kap_x
    return p.kap_low + p.kap_w * ramp((kap - p.kap_low) / p.kap_w)


def bound(albumin: Any, pH: Any, p: Calcium) -> Any:
    """Protein-bound calcium per liter plasma, over ionized."""
    return p.b_40 * albumin / p.alb * exp(LN_10 * p.s * (pH - PH))


def space(V_pl: Any, V_is: Any, pro: Any, loose: Any, b: Any) -> Any:
    """Volume over which ionized calcium is spread, L; `pro` is what protein sees, `loose` and `b` over ionized."""
    water = pro.f * V_pl + pro.r * pro.r * V_is
    return (1 + loose) * water + b * (V_pl + pro.c_is / pro.c_pl * V_is)


def at_rest(V_pl: Any, V_is: Any, pro: Any, albumin: Any, pH: Any, citrate: Any, p: Calcium) -> State:
    """Amounts at the patient's own ionized calcium, usual bicarbonate and phosphate."""
    loose = p.kap_0 + p.a_cit * citrate
    return State(n=p.iCa * space(V_pl, V_is, pro, loose, bound(albumin, pH, p)), F=p.fill * p.F_0)


def look(
    now: State, V_pl: Any, V_is: Any, pro: Any, albumin: Any, acid: Any, P: Any, p: Calcium, at_rest: Rest
) -> Seen:
    """Speciation; `pro` and `acid` are what protein and acid_base see, P plasma phosphate."""
    kap, kap_cit = complexes(acid.hco3, P, p, at_rest), p.a_cit * acid.citrate
    b = bound(albumin, acid.pH, p)
    iCa = now.n / space(V_pl, V_is, pro, kap + kap_cit, b)
    free = iCa * (1 + kap + kap_cit)
    return Seen(
        iCa=iCa,
        tCa=pro.f * free + b * iCa,
        kap=kap,
        kap_cit=kap_cit,
        free=free,
        membrane=pro.alpha * pro.alpha * iCa * (1 + kap),
        membrane_citrate=iCa * kap_cit / pro.alpha,
        J_slow=p.k_F * (now.F - p.F_0),
    )


def rates(now: State, seen: Seen, given: Inputs, p: Calcium, at_rest: Rest) -> State:
    """The two balances of the header."""
    J_surf = p.k_b * (seen.iCa - given.tilt * at_rest.x_0 * now.F / p.F_0)
    came = given.gut + given.bone + given.infusion - given.urine - given.removal
    return State(n=came - J_surf, F=J_surf - seen.J_slow)
