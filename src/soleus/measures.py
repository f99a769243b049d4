"""Measures: the clinic's own formulas. They carry hidden units, so every argument names its unit.

Concentrations are those of plasma, as the laboratory reports them. All work on numbers and on arrays alike.
"""

from typing import Any

import numpy as np

from .units import MOLAR_MASS

WEEK_H = 168
MG_DL_PER_MMOL_L = MOLAR_MASS["urea nitrogen"] / 10  # of urea nitrogen, in which older formulas are written

# Fluid and blood volume


def uf_rate_ml_kg_h(uf_l: Any, hours: Any, weight_kg: Any) -> Any:
    """Ultrafiltration rate per kg of (post-dialysis or dry) weight."""
    return 1000 * uf_l / hours / weight_kg


def interdialytic_gain_kg(pre_weight_kg: Any, last_post_weight_kg: Any) -> Any:
    """Weight gained between two sessions (IDWG)."""
    return pre_weight_kg - last_post_weight_kg


def relative_blood_volume_pct(blood_volume_l: Any) -> Any:
    """Change of blood volume since the first row, %; [time, ...]."""
    return 100 * (np.asarray(blood_volume_l) / np.asarray(blood_volume_l)[:1] - 1)


def rbv_slope_pct_h(minutes: Any, rbv_pct: Any) -> Any:
    """Least-squares slope of a relative blood volume trace, % an hour; rbv [time, ...]."""
    hours = np.asarray(minutes) / 60
    centred = hours - hours.mean()
    return np.tensordot(centred, np.asarray(rbv_pct), axes=1) / (centred**2).sum()


def refill_rate_ml_kg_h(uf_l: Any, plasma_change_l: Any, hours: Any, weight_kg: Any) -> Any:
    """Water that came back into plasma while it was ultrafiltered, as blood volume monitors reckon it."""
    return 1000 * (uf_l + plasma_change_l) / hours / weight_kg


# Dose of dialysis


def urr_pct(pre_urea: Any, post_urea: Any) -> Any:
    """Urea reduction ratio, %; both in the same unit."""
    return 100 * (1 - post_urea / pre_urea)


def sp_ktv(pre_urea: Any, post_urea: Any, hours: Any, uf_l: Any, post_weight_kg: Any) -> Any:
    """Single-pool Kt/V, second generation [Daugirdas1993]."""
    ratio = post_urea / pre_urea
    return -np.log(ratio - 0.008 * hours) + (4 - 3.5 * ratio) * uf_l / post_weight_kg


def e_ktv(sp: Any, hours: Any, access: str = "fistula") -> Any:
    """Equilibrated Kt/V by the rate equation, from single-pool Kt/V [Daugirdas2004]."""
    slope, offset = (0.47, 0.02) if access == "catheter" else (0.6, 0.03)
    return sp - slope * sp / hours + offset


def e_ktv_tattersall(sp: Any, hours: Any, access: str = "fistula") -> Any:
    """Equilibrated Kt/V by the time that far tissues need, 35 min or 22 with a catheter [Tattersall1996]."""
    return sp * hours / (hours + (22 if access == "catheter" else 35) / 60)


def e_ktv_sampled(pre_urea: Any, urea_after_1_h: Any, hours: Any, uf_l: Any, post_weight_kg: Any) -> Any:
    """Equilibrated Kt/V from a sample an hour after the end, when rebound is over; that hour also made urea."""
    return sp_ktv(pre_urea, urea_after_1_h, hours + 1, uf_l, post_weight_kg)


def rebound_pct(post_urea: Any, urea_after_1_h: Any) -> Any:
    """Rise within an hour after the end, % of the level at the end."""
    return 100 * (urea_after_1_h / post_urea - 1)


def std_ktv(e: Any, hours: Any, per_week: Any, uf_l: Any = 0.0, urea_volume_l: Any = 35.0) -> Any:
    """Standard weekly Kt/V of dialysis: the steady clearance that would hold urea at its mean level before sessions.

    From equilibrated Kt/V of one pool [Leypoldt2004], with the fluid removed [Daugirdas2010].

    Args:
        e: equilibrated Kt/V of each session.
        hours: length of each session.
        per_week: sessions a week, evenly spaced.
        uf_l: ultrafiltration of each session.
        urea_volume_l: distribution volume of urea after a session; counts only where fluid is removed.
    """
    gone = 1 - np.exp(-e)
    fixed = WEEK_H / hours * gone / (gone / e + WEEK_H / (per_week * hours) - 1)
    return fixed / (1 - 0.74 * uf_l / urea_volume_l)


def std_ktv_of_kidney(residual_ml_min: Any, sp: Any, urea_volume_l: Any) -> Any:
    """What the kidney adds to standard Kt/V, less than its own because urea is low after sessions [Daugirdas2010]."""
    share = 0.974 / (sp + 1.62) + 0.4
    return 60 * WEEK_H * residual_ml_min / 1000 * share / urea_volume_l


def std_ktv_simulated(generation_mmol_min: Any, urea_volume_l: Any, pre_urea_mmol_l: Any) -> Any:
    """Standard weekly Kt/V by its definition; `pre_urea_mmol_l` is the mean of the week, per liter of water."""
    return 60 * WEEK_H * generation_mmol_min / (urea_volume_l * pre_urea_mmol_l)


# Protein and urea


def npcr_g_kg_day(
    pre_urea_mmol_l: Any, ktv: Any, *, day: str = "midweek", residual_ml_min: Any = 0.0, urea_volume_l: Any = 35.0
) -> Any:
    """Normalized protein catabolic rate of a person on three sessions a week [Depner1996].

    `day` says which session: "first" (after the long gap), "midweek" or "last". Body weight is taken as water / 0.58.
    """
    a, b, c = {"first": (36.3, 5.48, 53.5), "midweek": (25.8, 1.15, 56.4), "last": (16.3, 4.3, 56.6)}[day]
    kidney = 1 + (0.70 + 3.08 / ktv) * residual_ml_min / urea_volume_l
    return pre_urea_mmol_l * MG_DL_PER_MMOL_L * kidney / (a + b * ktv + c / ktv) + 0.168


def npcr_generated(generation_mmol_min: Any, urea_volume_l: Any) -> Any:
    """Normalized protein catabolic rate from urea generation, g/kg/day [Borah1978]."""
    nitrogen_mg_min = generation_mmol_min * MOLAR_MASS["urea nitrogen"]
    return (9.35 * nitrogen_mg_min + 0.294 * urea_volume_l) * 0.58 / urea_volume_l


def time_average(minutes: Any, values: Any) -> Any:
    """Mean over time of a course, values [time, ...], by trapezoids."""
    minutes = np.asarray(minutes)
    return np.trapezoid(np.asarray(values), minutes, axis=0) / (minutes[-1] - minutes[0])


def tac_urea(pre_urea: Any, post_urea: Any, next_pre_urea: Any, hours: Any, gap_hours: Any) -> Any:
    """Time-averaged concentration of urea from three samples, by trapezoids; in the unit of the samples."""
    session, gap = (pre_urea + post_urea) * hours, (post_urea + next_pre_urea) * gap_hours
    return (session + gap) / (2 * (hours + gap_hours))


# Mass balance


def balance_mmol(taken_in_mmol: Any, removed_mmol: Any, excreted_mmol: Any = 0.0) -> Any:
    """What a person gained over some time: eaten, infused or made, less taken by the machine and by the kidney."""
    return taken_in_mmol - removed_mmol - excreted_mmol


def base_mmol(bicarbonate_mmol: Any, acetate_mmol: Any, citrate_mmol: Any, organic_mmol: Any = 0.0) -> Any:
    """Base in all: acetate and other organic anions become one bicarbonate, citrate three."""
    return bicarbonate_mmol + acetate_mmol + 3 * citrate_mmol + organic_mmol


def grams(substance: str, mmol: Any) -> Any:
    """Mass of an amount; substances as in `units.MOLAR_MASS` (phosphate counts as phosphorus)."""
    return mmol * MOLAR_MASS[substance] / 1000


# Body water


def watson_water_l(sex: str, age_y: Any, height_cm: Any, weight_kg: Any) -> Any:
    """Total body water of an adult [Watson1980]."""
    if sex == "M":
        return 2.447 - 0.09516 * age_y + 0.1074 * height_cm + 0.3362 * weight_kg
    return -2.097 + 0.1069 * height_cm + 0.2466 * weight_kg


def hume_weyers_water_l(sex: str, height_cm: Any, weight_kg: Any) -> Any:
    """Total body water of an adult, without age [Hume1971]."""
    if sex == "M":
        return 0.194786 * height_cm + 0.296785 * weight_kg - 14.012934
    return 0.344547 * height_cm + 0.183809 * weight_kg - 35.270121


# Electrolytes


def osmolality_mosm_kg(
    sodium_mmol_l: Any, urea_mmol_l: Any, glucose_mmol_l: Any = 5.5, mannitol_mmol_l: Any = 0.0
) -> Any:
    """Calculated plasma osmolality."""
    return 2 * sodium_mmol_l + urea_mmol_l + glucose_mmol_l + mannitol_mmol_l


def tonicity_mosm_kg(sodium_mmol_l: Any, glucose_mmol_l: Any = 5.5, mannitol_mmol_l: Any = 0.0) -> Any:
    """What holds water outside cells: osmolality without urea."""
    return osmolality_mosm_kg(sodium_mmol_l, 0.0, glucose_mmol_l, mannitol_mmol_l)


def osmolal_gap_mosm_kg(measured_mosm_kg: Any, sodium_mmol_l: Any, urea_mmol_l: Any, glucose_mmol_l: Any = 5.5) -> Any:
    """Measured less calculated osmolality; mannitol shows here."""
    return measured_mosm_kg - osmolality_mosm_kg(sodium_mmol_l, urea_mmol_l, glucose_mmol_l)


def corrected_calcium_mmol_l(total_calcium_mmol_l: Any, albumin_g_l: Any) -> Any:
    """Total calcium as if albumin were 40 g/L, by the 0.02 of the charts [Payne1973].

    In kidney failure it tells less about ionized calcium than the total itself [Lian2018]; prefer a measured one.
    """
    return total_calcium_mmol_l + 0.02 * (40 - albumin_g_l)


def ionized_calcium_at_7_40_mmol_l(ionized_calcium_mmol_l: Any, ph: Any) -> Any:
    """Ionized calcium of a sample as if its pH were 7.40: -0.22 decades a unit in a tube [IonizedCalcium1988].

    For samples that lost carbon dioxide. In the body the change is smaller, because tissues lend calcium.
    """
    return ionized_calcium_mmol_l * 10 ** (0.22 * (ph - 7.40))


def anion_gap_mmol_l(
    sodium_mmol_l: Any, chloride_mmol_l: Any, bicarbonate_mmol_l: Any, potassium_mmol_l: Any = 0.0
) -> Any:
    """Anion gap; with potassium where it is given."""
    return sodium_mmol_l + potassium_mmol_l - chloride_mmol_l - bicarbonate_mmol_l


def corrected_anion_gap_mmol_l(anion_gap_mmol_l: Any, albumin_g_l: Any, normal_albumin_g_l: Any = 44.0) -> Any:
    """Anion gap as if albumin were normal [Figge1998]."""
    return anion_gap_mmol_l + 0.25 * (normal_albumin_g_l - albumin_g_l)


def strong_ion_difference_mmol_l(
    sodium_mmol_l: Any,
    potassium_mmol_l: Any,
    ionized_calcium_mmol_l: Any,
    ionized_magnesium_mmol_l: Any,
    chloride_mmol_l: Any,
) -> Any:
    """Apparent strong ion difference."""
    divalent = ionized_calcium_mmol_l + ionized_magnesium_mmol_l
    return sodium_mmol_l + potassium_mmol_l + 2 * divalent - chloride_mmol_l


def buffer_base_mmol_l(bicarbonate_mmol_l: Any, ph: Any, albumin_g_l: Any, phosphate_mmol_l: Any) -> Any:
    """Effective strong ion difference: bicarbonate and the charges of albumin and phosphate [Figge1992]."""
    albumin, phosphate = albumin_g_l * (0.123 * ph - 0.631), phosphate_mmol_l * (0.309 * ph - 0.469)
    return bicarbonate_mmol_l + albumin + phosphate


# Pressure


def mean_pressure_mmhg(systolic_mmhg: Any, diastolic_mmhg: Any) -> Any:
    """Mean arterial pressure from the cuff."""
    return diastolic_mmhg + 0.38 * (systolic_mmhg - diastolic_mmhg)
