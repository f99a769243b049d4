"""Acid and base: bicarbonate, the slow buffers of cells and bone, organic anions, acetate, citrate and breathing.

    hco3 = f n / (f V_pl + V_is / r)                      per liter plasma, as a blood gas gives it
    pH   = pK + log10[hco3 / (s pCO2)]                    [Henderson and Hasselbalch: GeneralKnowledge]
    J_B  = H (hco3 - buffer)                              base that cells and bone take, acid they give
    P    = w ramp(P_0 / w + k_P (hco3 - hco3_ref) / w)    organic acid made; each uses up one bicarbonate
    dn/dt         = -J_B - P + k_OA c_OA + ac + 3 cit - G + alkali + kidney + infusion - removal
    d buffer/dt   = J_B / V_B
    d organic/dt  = P - k_OA c_OA - removal;   d acetate/dt = -ac - removal;   d citrate/dt = -cit - removal
    d pCO2/dt     = [pCO2_ref + m (hco3 - hco3_ref) - pCO2] / tau
    ac = V c / (K + c) less the same at rest;   cit = k_cit (c - c at rest)     burnt less made

Assumes     the quick buffers of plasma and red cells are part of V_B, so pH needs no iteration; breathing answers
            bicarbonate with a lag. Fixed set point instead of `buffer` would give [HydrogenMobilization2024].
Leaves out  lactic acidosis, CO2 taken by the dialyzer or blown off by a bolus, the day's alkaline tides.
Holds for   bicarbonate 8-45 mmol/L.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import log, ramp, unramp

LN_10 = 2.302585092994046  # natural logarithm of ten, for pH


@record
class AcidBase:
    hco3: Any = param(
        "mmol/L", 23.0, within=(16.0, 29.0), sd=2.3, source="GeneralKnowledge", status="recalled",
        meaning="the patient's own plasma bicarbonate before a midweek session",
    )
    pCO2: Any = param(
        "mmHg", 36.0, within=(30.0, 48.0), sd=3.0, source="AcidBaseKinetics2022", status="recalled",
        meaning="arterial carbon dioxide at that bicarbonate",
    )
    pK: Any = param(
        "1", 6.10, within=(6.08, 6.12), source="GeneralKnowledge", status="recalled",
        meaning="apparent pK of carbonic acid in plasma",
    )
    s: Any = param(
        "mmol/L/mmHg", 0.0307, within=(0.030, 0.0315), source="GeneralKnowledge", status="recalled",
        meaning="solubility of carbon dioxide in plasma",
    )
    m: Any = param(
        "mmHg L/mmol", 0.55, within=(0.0, 1.0), sd=0.15, source="AcidBaseKinetics2022", status="assumed",
        meaning="rise of carbon dioxide for each bicarbonate; blunted on dialysis",
    )
    tau: Any = param(
        "min", 30.0, within=(15.0, 120.0), source="GeneralKnowledge", status="recalled",
        meaning="lag of breathing",
    )
    H: Any = param(
        "L/min", 0.12, within=(0.05, 0.25), gsd=1.35, scales=1.0, status="tuned",
        source="HydrogenMobilization2024 HydrogenMobilization2023",
        meaning="exchange with the slow buffers; tuned to the apparent 0.15-0.16 of HydrogenMobilization2024",
    )
    V_B: Any = param(
        "L", 20.0, within=(10.0, 40.0), gsd=1.25, scales=1.0, source="AcidBaseKinetics2022", status="tuned",
        meaning="capacity of the slow buffers; tuned to the level a day after the session of AcidBaseKinetics2022",
    )
    organic: Any = param(
        "mmol/L", 1.5, within=(0.8, 3.0), source="GeneralKnowledge", status="recalled",
        meaning="organic anions that can be burnt (lactate, ketones) at rest, per liter water",
    )
    k_OA: Any = param(
        "L/min", 0.40, within=(0.2, 0.6), scales=1.0, source="SoleusChoice", status="assumed",
        meaning="burning of organic anions; makes 0.6 mmol/min of acid at rest",
    )
    k_P: Any = param(
        "L/min", 0.07, within=(0.0, 0.15), sd=0.025, scales=1.0, source="Sargent2020", status="tuned",
        meaning="organic acid made for each bicarbonate above the usual; tuned to the direction in Sargent2020",
    )
    w: Any = param(
        "mmol/min", 0.05, within=(0.02, 0.1), scales=1.0, source="SoleusChoice", status="assumed",
        meaning="how gradually that production stops at low bicarbonate",
    )
    acetate: Any = param(
        "mmol/L", 0.03, within=(0.01, 0.08), source="GeneralKnowledge", status="recalled",
        meaning="acetate at rest, per liter water",
    )
    V_ac: Any = param(
        "mmol/min", 2.5, within=(1.5, 5.0), gsd=1.25, scales=1.0, source="Coll2007", status="tuned",
        meaning="fastest burning of acetate; tuned to the level after a session of Coll2007",
    )
    K_ac: Any = param(
        "mmol/L", 1.0, within=(0.5, 2.0), source="Coll2007", status="tuned",
        meaning="acetate at half of that; tuned to the level after a session of Coll2007",
    )
    citrate: Any = param(
        "mmol/L", 0.12, within=(0.06, 0.2), source="GeneralKnowledge", status="recalled",
        meaning="citrate at rest, per liter water",
    )
    k_cit: Any = param(
        "L/min", 0.60, within=(0.3, 0.8), scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="burning of citrate; low in liver failure",
    )
    G: Any = param(
        "mmol/min", 0.032, within=(0.015, 0.055), gsd=1.22, scales=1.0, source="HydrogenBalance", status="derived",
        meaning="acid from food, 0.77 mmol for each gram of protein broken down, 46 mmol a day",
    )
    alkali: Any = param(
        "mmol/min", 0.0, within=(0.0, 0.03), source="SoleusChoice", status="assumed",
        meaning="alkali swallowed: bicarbonate, carbonate of binders, vegetables",
    )
    z_P: Any = param(
        "1", 1.8, within=(1.75, 1.85), source="GeneralKnowledge", status="recalled",
        meaning="charge of a phosphate at pH 7.4",
    )
    unmeasured: Any = param(
        "mmol/L", 8.0, within=(1.0, 12.0), sd=1.5, source="GeneralKnowledge", status="recalled",
        meaning="charge of sulfate, urate and the like before a session; makes an anion gap of 18",
    )
    retained: Any = param(
        "1", 0.90, within=(0.6, 0.95), source="SoleusChoice", status="assumed",
        meaning="share of it that only the kidney or the dialyzer takes away, and that goes as creatinine goes",
    )


@record
class State:
    n: Any = quantity("mmol", "bicarbonate outside cells")
    buffer: Any = quantity("mmol/L", "level of the slow buffers, as the bicarbonate they balance")
    n_organic: Any = quantity("mmol", "organic anions that can be burnt")
    n_acetate: Any = quantity("mmol", "acetate")
    n_citrate: Any = quantity("mmol", "citrate")
    pCO2: Any = quantity("mmHg", "arterial carbon dioxide")


@record
class Inputs:
    kidney: Any = quantity("mmol/min", "net acid excreted, from kidney")
    infusion: Any = quantity("mmol/min", "bicarbonate infused, from the session")
    infused_citrate: Any = quantity("mmol/min", "citrate infused, from the session")
    removal: Any = quantity("mmol/min", "bicarbonate taken by the dialyzer; negative when it gives")
    organic_removal: Any = quantity("mmol/min", "organic anions taken by the dialyzer")
    acetate_removal: Any = quantity("mmol/min", "acetate taken by the dialyzer; negative when it gives")
    citrate_removal: Any = quantity("mmol/min", "citrate taken by the dialyzer; negative when it gives")


@record
class Seen:
    hco3_w: Any = quantity("mmol/L", "bicarbonate in plasma water")
    hco3: Any = quantity("mmol/L", "bicarbonate of plasma, as a blood gas gives it")
    TCO2: Any = quantity("mmol/L", "total carbon dioxide, as the laboratory reports it")
    pH: Any = quantity("1", "arterial pH")
    membrane: Any = quantity("mmol/L", "bicarbonate that the dialyzer's membrane sees")
    organic: Any = quantity("mmol/L", "organic anions, per liter water")
    acetate: Any = quantity("mmol/L", "acetate, per liter water")
    citrate: Any = quantity("mmol/L", "citrate, per liter water")
    J_B: Any = quantity("mmol/min", "base that cells and bone take")


def space(V_pl: Any, V_is: Any, pro: Any) -> Any:
    """Volume over which plasma-water bicarbonate is spread, L; `pro` is what protein sees."""
    return pro.f * V_pl + V_is / pro.r


def at_rest(V_pl: Any, V_is: Any, pro: Any, p: AcidBase) -> State:
    """Amounts at the usual concentrations, slow buffers in balance."""
    V_e = pro.f * V_pl + V_is
    return State(
        n=p.hco3 / pro.f * space(V_pl, V_is, pro),
        buffer=p.hco3,
        n_organic=p.organic * V_e,
        n_acetate=p.acetate * V_e,
        n_citrate=p.citrate * V_e,
        pCO2=p.pCO2,
    )


def acidity(hco3: Any, pCO2: Any, p: AcidBase) -> Any:
    """pH."""
    return p.pK + log(hco3 / (p.s * pCO2)) / LN_10


def look(now: State, V_pl: Any, V_is: Any, pro: Any, p: AcidBase) -> Seen:
    """Concentrations, pH and what the slow buffers take."""
    V_e = pro.f * V_pl + V_is
    hco3_w = now.n / space(V_pl, V_is, pro)
    hco3 = pro.f * hco3_w
    return Seen(
        hco3_w=hco3_w,
        hco3=hco3,
        TCO2=hco3 + p.s * now.pCO2,
        pH=acidity(hco3, now.pCO2, p),
        membrane=hco3_w / pro.alpha,
        organic=now.n_organic / V_e,
        acetate=now.n_acetate / V_e,
        citrate=now.n_citrate / V_e,
        J_B=p.H * (hco3 - now.buffer),
    )


def _burnt(c: Any, p: AcidBase) -> Any:
    return p.V_ac * c / (p.K_ac + c)


def rates(now: State, seen: Seen, given: Inputs, p: AcidBase) -> State:
    """The six balances of the header."""
    above = seen.hco3 - p.hco3
    made = p.w * ramp(unramp(p.k_OA * p.organic / p.w) + p.k_P * above / p.w)
    burnt = p.k_OA * seen.organic
    acetate = _burnt(seen.acetate, p) - _burnt(p.acetate, p)
    citrate = p.k_cit * (seen.citrate - p.citrate)
    gained = burnt + acetate + 3 * citrate + p.alkali + given.kidney + given.infusion
    return State(
        n=gained - seen.J_B - made - p.G - given.removal,
        buffer=seen.J_B / p.V_B,
        n_organic=made - burnt - given.organic_removal,
        n_acetate=-acetate - given.acetate_removal,
        n_citrate=given.infused_citrate - citrate - given.citrate_removal,
        pCO2=(p.pCO2 + p.m * above - now.pCO2) / p.tau,
    )


def protein_charge(alpha: Any, C: Any) -> Any:
    """Charge of plasma protein per liter water, from its Donnan ratio at C mmol/L of monovalent cations."""
    return C * (1 / alpha - alpha)


def chloride(
    Na_w: Any, K_w: Any, iCa: Any, iMg: Any, P_w: Any, protein: Any, seen: Seen, p: AcidBase, uremic: Any = 1.0
) -> Any:
    """Chloride that makes plasma water neutral, mmol per liter of it; all concentrations per liter water too.

    `uremic` is creatinine over the usual.
    """
    unmeasured = p.unmeasured * (1 - p.retained + p.retained * uremic)
    plus = Na_w + K_w + 2 * iCa + 2 * iMg
    minus = seen.hco3_w + seen.organic + seen.acetate + 3 * seen.citrate + p.z_P * P_w + protein + unmeasured
    return plus - minus
