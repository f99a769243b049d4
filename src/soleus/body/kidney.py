"""Kidney: what is left of it. It loses salt with overload and handles each solute as a failing kidney does. No memory.

    g     = GFR / GFR_0;   each solute that is only filtered is cleared by its own share of GFR, urea by less in health
    x     = (V_e - V_ref) / V_ref                                                       overload
    e     = loop g / (g + g_e),   t = thiazide g / (g + g_t)                            what of a drug reaches a tubule
    U     = U_0 (1 + k x)+ (1 + l_U e + t_Na t)                                         on dialysis
    salt  = Na_0 (1 + k_0 g^n_0 x)+ (1 + l_Na e + t_Na t)                               by the kidney alone
    Na    = c_Na U + alone salt
    urine =      U + alone [2 (salt + K) + urea] / osm
    K     = K_0 g^n_K (c / c_ref)^3 (1 + l_K e + t_K t)                                 secreted
    base  = B_0 g^n_B {1 + k_B [ramp((h_1 - hco3) / w) - ln 2]} - B_leak g softplus((hco3 - h_2) / w)
    Mg, Ca, P = GFR free FE,   FE = y / (1 + y / top)                                   what is not reabsorbed
        y_Mg = FE_Mg g^-n_Mg (1 + l_Mg e + t_Mg t)
        y_Ca = FE_Ca (PTH_0 / PTH)^a (iCa / x)^a_Ca g^-n_Ca (1 + e) (1 - t_Ca)^t
        y_P  = FE_P (PTH / PTH_0)^b (FGF / FGF_0)^b_F

Assumes     on dialysis urine is as measured (U_0) without diuretics, its sodium constant; without dialysis U_0 is 0 and
            the kidney alone keeps salt and water, in urine as concentrated as is usual at its GFR; clearances follow
            GFR, the mean of urea and creatinine clearance; PTH and FGF23 act at once; below about 0.5 mL/min potassium
            and base are let alone.
Leaves out  vasopressin: thirst alone holds plasma sodium; renin; glucose in urine; the alkalosis of diuretics.
Holds for   GFR 0-100 mL/min; 0 is anuric.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import maximum, power, ramp, softplus


@record
class Kidney:
    gfr: Any = param(
        "L/min", 0.0, within=(0.0, 0.12), source="GeneralKnowledge", status="assumed",
        meaning="residual glomerular filtration, mean of urea and creatinine clearance",
    )
    urine: Any = param(
        "L/min", 0.0, within=(0.0, 0.0015), source="GeneralKnowledge", status="assumed",
        meaning="urine at dry weight, as measured in people on dialysis; without diuretics",
    )
    k: Any = param(
        "1", 4.0, within=(0.0, 8.0), source="SoleusChoice", status="assumed",
        meaning="rise of urine with relative overload of extracellular water",
    )
    c_Na: Any = param(
        "mmol/L", 70.0, within=(20.0, 120.0), source="GeneralKnowledge", status="recalled",
        meaning="urine sodium",
    )
    corner: Any = param(
        "1", 0.05, within=(0.02, 0.1), source="SoleusChoice", status="assumed",
        meaning="how gradually urine dries up below dry weight",
    )
    alone: Any = param(
        "1", 0.0, within=(0.0, 1.0), source="SoleusChoice", status="assumed",
        meaning="1 in a person not on dialysis, whose kidney alone keeps salt and water; 0 where urine is measured",
    )
    Na_0: Any = param(
        "mmol/min", 0.132, within=(0.04, 0.30), scales=1.0, source="IndividualSodium", status="assumed",
        meaning="sodium lost at dry weight by a kidney that alone keeps salt: as much as is usually eaten",
    )
    k_0: Any = param(
        "1", 4.0, within=(2.0, 8.0), source="SoleusChoice", status="assumed",
        meaning="rise of that loss with relative overload, in health",
    )
    n_0: Any = param(
        "1", 0.3, within=(0.1, 0.6), source="SoleusChoice", status="assumed",
        meaning="power of GFR by which that rise weakens",
    )
    l_Na: Any = param(
        "1", 1.0, within=(0.5, 2.0), source="SoleusChoice", status="assumed",
        meaning="rise of sodium with the loop diuretic",
    )
    osm_low: Any = param(
        "mmol/L", 350.0, within=(300.0, 450.0), source="GeneralKnowledge", status="recalled",
        meaning="osmolality of urine that a failing kidney makes, day and night",
    )
    osm: Any = param(
        "mmol/L", 600.0, within=(450.0, 900.0), source="GeneralKnowledge", status="recalled",
        meaning="usual osmolality of a healthy person's urine",
    )
    urea_share: Any = param(
        "1", 0.75, within=(0.6, 0.9), source="GeneralKnowledge", status="recalled",
        meaning="urea clearance over GFR when the kidney fails",
    )
    urea_kept: Any = param(
        "1", 0.25, within=(0.1, 0.35), source="GeneralKnowledge", status="recalled",
        meaning="by how much less that is in health, where water and urea are taken back",
    )
    creatinine_share: Any = param(
        "1", 1.25, within=(1.1, 1.4), source="GeneralKnowledge", status="recalled",
        meaning="creatinine clearance over GFR",
    )
    b2m_share: Any = param(
        "1", 0.9, within=(0.7, 1.0), source="GeneralKnowledge", status="recalled",
        meaning="clearance of beta-2-microglobulin over GFR",
    )
    toxin_share: Any = param(
        "1", 3.0, within=(1.0, 6.0), source="GeneralKnowledge", status="recalled",
        meaning="clearance of the free indoxyl sulfate over GFR; it is secreted",
    )
    gfr_0: Any = param(
        "L/min", 0.1, within=(0.09, 0.12), source="GeneralKnowledge", status="recalled",
        meaning="filtration of a healthy person",
    )
    gfr_low: Any = param(
        "L/min", 0.0005, within=(0.0003, 0.001), source="SoleusChoice", status="assumed",
        meaning="filtration below which tubules no longer move potassium and base",
    )
    e: Any = param(
        "1", 0.0, within=(0.0, 1.5), source="SoleusChoice", status="assumed",
        meaning="effect of a loop diuretic in a healthy kidney; 0.4 when chronic, 1.5 at once",
    )
    l_U: Any = param(
        "1", 2.5, within=(1.0, 6.0), source="Lemes2011", status="assumed",
        meaning="rise of measured urine and its sodium with the loop diuretic; twofold between people in Lemes2011",
    )
    g_e: Any = param(
        "1", 0.1, within=(0.05, 0.2), source="SoleusChoice", status="assumed",
        meaning="filtration over health at which half of a loop diuretic reaches its tubule",
    )
    thiazide: Any = param(
        "1", 0.0, within=(0.0, 4.0), source="SoleusChoice", status="assumed",
        meaning="effect of a thiazide in a healthy kidney; 1 at a usual dose",
    )
    g_t: Any = param(
        "1", 0.2, within=(0.1, 0.4), source="Click2021", status="assumed",
        meaning="filtration over health at which half of a thiazide reaches its tubule; it still works at GFR 23",
    )
    t_Na: Any = param(
        "1", 0.4, within=(0.2, 0.8), source="SoleusChoice", status="assumed",
        meaning="rise of sodium and water with a thiazide",
    )
    t_K: Any = param(
        "1", 0.35, within=(0.15, 0.6), source="GeneralKnowledge", status="tuned",
        meaning="rise of potassium with a thiazide; tuned to 0.3-0.5 mmol/L less potassium in health",
    )
    t_Mg: Any = param(
        "1", 0.2, within=(0.05, 0.5), source="SoleusChoice", status="assumed",
        meaning="rise of magnesium with a thiazide",
    )
    t_Ca: Any = param(
        "1", 0.40, within=(0.2, 0.55), source="Parfitt1972 Sakhaee1984", status="tuned",
        meaning="calcium that a thiazide keeps out of urine; tuned to a third less, between those two",
    )
    PTH_0: Any = param(
        "pg/mL", 40.0, within=(30.0, 50.0), source="GeneralKnowledge", status="recalled",
        meaning="parathyroid hormone in health",
    )
    FGF_0: Any = param(
        "pg/mL", 45.0, within=(35.0, 60.0), source="GeneralKnowledge", status="recalled",
        meaning="FGF23 in health",
    )
    K_0: Any = param(
        "mmol/min", 0.023, within=(0.015, 0.035), scales=1.0, source="SoleusChoice", status="assumed",
        meaning="potassium secreted by a healthy kidney at the level below",
    )
    K_ref: Any = param(
        "mmol/L", 4.5, within=(4.2, 4.8), source="SoleusChoice", status="assumed",
        meaning="plasma-water potassium to which that belongs",
    )
    n_K: Any = param(
        "1", 0.25, within=(0.1, 0.5), source="SoleusChoice", status="assumed",
        meaning="power of GFR: remaining nephrons secrete more",
    )
    l_K: Any = param(
        "1", 0.3, within=(0.1, 0.6), source="SoleusChoice", status="assumed",
        meaning="rise of potassium with the loop diuretic",
    )
    B_0: Any = param(
        "mmol/min", 0.032, within=(0.02, 0.055), scales=1.0, source="SoleusChoice", status="assumed",
        meaning="net acid excreted by a healthy kidney",
    )
    n_B: Any = param(
        "1", 0.5, within=(0.3, 0.8), source="SoleusChoice", status="assumed",
        meaning="power of GFR for it",
    )
    k_B: Any = param(
        "1", 0.18, within=(0.1, 0.3), source="SoleusChoice", status="assumed",
        meaning="its rise with acidosis",
    )
    h_1: Any = param(
        "mmol/L", 25.0, within=(24.0, 26.0), source="SoleusChoice", status="assumed",
        meaning="bicarbonate below which it rises",
    )
    B_leak: Any = param(
        "mmol/min", 0.05, within=(0.02, 0.1), scales=1.0, source="SoleusChoice", status="assumed",
        meaning="bicarbonate lost above the threshold",
    )
    h_2: Any = param(
        "mmol/L", 27.0, within=(26.0, 28.0), source="SoleusChoice", status="assumed",
        meaning="threshold of that loss",
    )
    w: Any = param(
        "mmol/L", 0.5, within=(0.3, 0.8), source="SoleusChoice", status="assumed",
        meaning="how gradually both set in",
    )
    FE_Mg: Any = param(
        "1", 0.038, within=(0.02, 0.06), source="GeneralKnowledge", status="recalled",
        meaning="filtered magnesium lost in health",
    )
    n_Mg: Any = param(
        "1", 0.85, within=(0.6, 1.0), source="SoleusChoice", status="assumed",
        meaning="its rise as GFR falls",
    )
    l_Mg: Any = param(
        "1", 0.5, within=(0.2, 1.0), source="SoleusChoice", status="assumed",
        meaning="its rise with the loop diuretic",
    )
    FE_Ca: Any = param(
        "1", 0.0235, within=(0.015, 0.035), source="SoleusChoice", status="assumed",
        meaning="filtered calcium lost in health",
    )
    a: Any = param(
        "1", 0.9, within=(0.4, 1.2), source="Isakova2011", status="tuned",
        meaning="power of PTH that keeps calcium; tuned to calcium in urine of Isakova2011",
    )
    a_Ca: Any = param(
        "1", 3.5, within=(2.0, 5.0), source="SoleusChoice", status="assumed",
        meaning="power of ionized calcium that loses it",
    )
    n_Ca: Any = param(
        "1", 0.0, within=(-0.1, 0.2), source="SoleusChoice", status="assumed",
        meaning="its rise as GFR falls",
    )
    iCa_0: Any = param(
        "mmol/L", 1.22, within=(1.18, 1.26), source="GeneralKnowledge", status="recalled",
        meaning="ionized calcium in health",
    )
    FE_P: Any = param(
        "1", 0.195, within=(0.14, 0.25), source="SoleusChoice", status="assumed",
        meaning="filtered phosphate lost in health, before the ceiling makes it 0.16",
    )
    b: Any = param(
        "1", 0.50, within=(0.3, 0.7), source="SoleusChoice", status="assumed",
        meaning="power of PTH that loses phosphate",
    )
    b_F: Any = param(
        "1", 0.80, within=(0.5, 1.1), source="SoleusChoice", status="assumed",
        meaning="power of FGF23 that loses phosphate",
    )
    top: Any = param(
        "1", 0.5, within=(0.4, 0.6), source="SoleusChoice", status="assumed",
        meaning="most that can be lost of filtered magnesium and calcium",
    )
    top_P: Any = param(
        "1", 0.9, within=(0.8, 1.0), source="SoleusChoice", status="assumed",
        meaning="most that can be lost of filtered phosphate",
    )


@record
class Rest:
    k_0: Any = quantity("1", "rise of sodium with relative overload, where the kidney alone keeps salt")
    more: Any = quantity("1", "sodium that the kidney alone loses with diuretics over without")
    more_urine: Any = quantity("1", "measured urine with diuretics over without")
    osm: Any = quantity("mmol/L", "osmolality of urine, where the kidney alone keeps water")
    K_urea: Any = quantity("L/min", "renal urea clearance")
    K: Any = quantity("mmol/min", "potassium secreted at its reference level, with diuretics")
    base: Any = quantity("mmol/min", "net acid excreted at the reference bicarbonate")
    leak: Any = quantity("mmol/min", "bicarbonate lost per step above its threshold")
    FE_Mg: Any = quantity("1", "filtered magnesium lost")
    y_Ca: Any = quantity("1", "filtered calcium lost at healthy ionized calcium and PTH, before the ceiling")


@record
class Seen:
    urine: Any = quantity("L/min", "urine")
    sodium: Any = quantity("mmol/min", "sodium in urine")
    K_urea: Any = quantity("L/min", "renal urea clearance")
    K_creatinine: Any = quantity("L/min", "renal creatinine clearance")
    K_b2m: Any = quantity("L/min", "renal clearance of beta-2-microglobulin")
    K_toxin: Any = quantity("L/min", "renal clearance of free indoxyl sulfate")


@record
class Excreted:
    K: Any = quantity("mmol/min", "potassium in urine")
    base: Any = quantity("mmol/min", "net acid in urine: base gained")
    Mg: Any = quantity("mmol/min", "magnesium in urine")
    Ca: Any = quantity("mmol/min", "calcium in urine")
    P: Any = quantity("mmol/min", "phosphate in urine")


def _ceiling(y: Any, top: Any) -> Any:
    return y / (1 + y / top)


def _reached(p: Kidney, g: Any) -> tuple[Any, Any]:
    """What of loop diuretic and thiazide reaches the tubules, which is little where little is filtered."""
    return p.e * g / (g + p.g_e), p.thiazide * g / (g + p.g_t)


def diuresis(p: Kidney) -> Any:
    """Measured urine with this person's diuretics over that without, on dialysis."""
    e, t = _reached(p, maximum(p.gfr, p.gfr_low) / p.gfr_0)
    return 1 + p.l_U * e + p.t_Na * t


def rest(p: Kidney) -> Rest:
    """What GFR and diuretics fix for as long as they stay."""
    g = maximum(p.gfr, p.gfr_low) / p.gfr_0
    share = p.gfr * p.gfr / (p.gfr * p.gfr + p.gfr_low * p.gfr_low)
    e, t = _reached(p, g)
    return Rest(
        k_0=p.k_0 * power(g, p.n_0),
        more=1 + p.l_Na * e + p.t_Na * t,
        more_urine=diuresis(p),
        osm=p.osm_low + (p.osm - p.osm_low) * g,
        K_urea=(p.urea_share - p.urea_kept * p.gfr / p.gfr_0) * p.gfr,
        K=share * p.K_0 * power(g, p.n_K) * (1 + p.l_K * e + p.t_K * t),
        base=share * p.B_0 * power(g, p.n_B),
        leak=share * p.B_leak * g,
        FE_Mg=_ceiling(p.FE_Mg * power(g, -p.n_Mg) * (1 + p.l_Mg * e + p.t_Mg * t), p.top),
        y_Ca=p.FE_Ca * power(g, -p.n_Ca) * (1 + e) * power(1 - p.t_Ca, t),
    )


def _wetted(slope: Any, overload: Any, p: Kidney) -> Any:
    """What overload makes of a loss, relative to dry weight; never negative."""
    return p.corner * ramp((1 + slope * overload) / p.corner)


def look(V_e: Any, V_ref: Any, urea: Any, K: Any, p: Kidney, at_rest: Rest) -> Seen:
    """Urine, its sodium, and what filtration clears; from plasma-water urea and the potassium in urine, mmol/min."""
    r = at_rest
    x = (V_e - V_ref) / V_ref
    measured = p.urine * _wetted(p.k, x, p) * r.more_urine
    salt = p.Na_0 * _wetted(r.k_0, x, p) * r.more
    return Seen(
        urine=measured + p.alone * (2 * (salt + K) + r.K_urea * urea) / r.osm,
        sodium=measured * p.c_Na + p.alone * salt,
        K_urea=r.K_urea,
        K_creatinine=p.creatinine_share * p.gfr,
        K_b2m=p.b2m_share * p.gfr,
        K_toxin=p.toxin_share * p.gfr,
    )


def excreted(
    K_w: Any, hco3: Any, Mg: Any, Ca: Any, iCa: Any, P: Any, PTH: Any, FGF: Any, p: Kidney, at_rest: Rest
) -> Excreted:
    """What tubules lose or keep, from plasma-water K, bicarbonate, free Mg and Ca, phosphate, PTH and FGF23."""
    r = at_rest
    K = K_w / p.K_ref
    acidosis = ramp((p.h_1 - hco3) / p.w) - ramp(0.0)
    y_Ca = r.y_Ca * power(iCa / p.iCa_0, p.a_Ca) * power(PTH / p.PTH_0, -p.a)
    y_P = p.FE_P * power(PTH / p.PTH_0, p.b) * power(FGF / p.FGF_0, p.b_F)
    return Excreted(
        K=r.K * K * K * K,
        base=r.base * (1 + p.k_B * acidosis) - r.leak * softplus((hco3 - p.h_2) / p.w),
        Mg=p.gfr * Mg * r.FE_Mg,
        Ca=p.gfr * Ca * _ceiling(y_Ca, p.top),
        P=p.gfr * P * _ceiling(y_P, p.top_P),
    )
