"""Measures: the clinic's own formulas. They carry hidden units, so every argument names its unit."""

from typing import Any

import numpy as np


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


def watson_water_l(sex: str, age_y: Any, height_cm: Any, weight_kg: Any) -> Any:
    """Total body water of an adult [Watson1980]."""
    if sex == "M":
        return 2.447 - 0.09516 * age_y + 0.1074 * height_cm + 0.3362 * weight_kg
    return -2.097 + 0.1069 * height_cm + 0.2466 * weight_kg


def osmolality_mosm_kg(sodium_mmol_l: Any, urea_mmol_l: Any, glucose_mmol_l: Any = 5.5) -> Any:
    """Calculated plasma osmolality."""
    return 2 * sodium_mmol_l + urea_mmol_l + glucose_mmol_l


def mean_pressure_mmhg(systolic_mmhg: Any, diastolic_mmhg: Any) -> Any:
    """Mean arterial pressure from the cuff."""
    return diastolic_mmhg + 0.38 * (systolic_mmhg - diastolic_mmhg)
