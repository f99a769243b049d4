"""Readouts: what a study would have measured on this group, for every quantity of the vocabulary that runs so far.

Four kinds:
    level        a concentration, pressure, ... at a time; `over: session` is its average over time
    change       since the start; `over: session` is from before to after
    whole        a figure of the session as a whole: a slope, a dose, a gain, a share of sessions
    built        X_removed, X_gained, X_clearance, X_change, X_change_pct, rebound_X_pct from the above
"""

import re
from collections.abc import Callable

import numpy as np

from .. import measures, symptoms
from ..body import body, calcium
from ..errors import BadRecord
from ..studies.form import Time
from .arm import Treated
from .one_pool import fitted

Series = Callable[[Treated], np.ndarray]  # [time, patient]
Whole = Callable[[Treated], np.ndarray]  # [patient]

NOT_YET = {"albumin_removed": ": every membrane here holds albumin back"}
WEIGHTINGS = 16  # draws of the symptoms' weights for each patient
WINDOW = 7  # readings averaged over `after_min: [30, 60]`


def _urea(t: Treated) -> np.ndarray:
    return np.asarray(t.moment.seen.protein.f * t.moment.seen.urea_e)


def _osmolality(t: Treated) -> np.ndarray:
    seen = t.moment.seen
    return np.asarray(measures.osmolality_mosm_kg(seen.sodium.Na_p, _urea(t), seen.glucose.g))


def _albumin(t: Treated) -> np.ndarray:
    return np.asarray(t.patient.protein.albumin_share * t.moment.seen.protein.c_pl)


def _ionized_at_74(t: Treated) -> np.ndarray:
    """As an analyzer gives it for pH 7.40: its sample is closed, so all its calcium binds anew."""
    seen, p = t.moment.seen, t.patient.calcium
    loose = seen.protein.f * (1 + seen.calcium.kap + seen.calcium.kap_cit)
    return np.asarray(seen.calcium.tCa / (loose + calcium.bound(_albumin(t), calcium.PH, p)))


def _per_plasma(t: Treated, per_water: np.ndarray) -> np.ndarray:
    return np.asarray(t.moment.seen.protein.f * per_water)


LEVELS: dict[str, Series] = {
    "Na": lambda t: t.moment.seen.sodium.Na_p,
    "urea": _urea,
    "protein": lambda t: t.moment.seen.protein.c_pl,
    "osmolality": _osmolality,
    "SBP": lambda t: t.moment.seen.circulation.SBP,
    "DBP": lambda t: t.moment.seen.circulation.DBP,
    "MAP": lambda t: t.moment.seen.circulation.MAP,
    "PP": lambda t: t.moment.seen.circulation.SBP - t.moment.seen.circulation.DBP,
    "HR": lambda t: t.moment.seen.circulation.HR,
    "CO": lambda t: t.moment.seen.circulation.CO,
    "stroke_volume": lambda t: 1000 * t.moment.seen.circulation.CO / t.moment.seen.circulation.HR,
    "TPR": lambda t: t.moment.seen.circulation.MAP / t.moment.seen.circulation.CO,
    "core_temp": lambda t: t.moment.state.heat.T_c,
    "haematocrit": lambda t: t.moment.seen.blood.hct,
    "muscle_StO2": lambda t: 100 * t.moment.state.muscle.S,
    "weight": lambda t: t.moment.seen.weight,
    "albumin": _albumin,
    "K": lambda t: t.moment.seen.potassium.K_p,
    "Ca_total": lambda t: t.moment.seen.calcium.tCa,
    "Ca_ionised": lambda t: t.moment.seen.calcium.iCa,
    "Ca_ionised_pH74": _ionized_at_74,
    "Mg_total": lambda t: t.moment.seen.magnesium.tMg,
    "Mg_ionised": lambda t: t.moment.seen.magnesium.iMg,
    "phosphate": lambda t: t.moment.seen.phosphate.c_p,
    "phosphate_pct_of_pre": lambda t: 100 + _percent(t.moment.seen.phosphate.c_p),
    "HCO3": lambda t: t.moment.seen.acid_base.hco3,
    "TCO2": lambda t: t.moment.seen.acid_base.TCO2,
    "pH": lambda t: t.moment.seen.acid_base.pH,
    "pCO2": lambda t: t.moment.state.acid_base.pCO2,
    "acetate": lambda t: _per_plasma(t, t.moment.seen.acid_base.acetate),
    "citrate": lambda t: _per_plasma(t, t.moment.seen.acid_base.citrate),
    "creatinine": lambda t: t.moment.seen.creatinine.c_p,
    "glucose": lambda t: t.moment.seen.glucose.g,
    "B2M": lambda t: t.moment.seen.b2m.c_1,
    "PTH": lambda t: t.moment.seen.hormones.PTH,
    "calcitriol": lambda t: t.moment.state.hormones.D,
    "FGF23": lambda t: t.moment.state.hormones.FGF,
    "vitamin_D": lambda t: np.broadcast_to(t.patient.hormones.D25, t.moment.seen.hormones.PTH.shape),
}


def _since(x: np.ndarray) -> np.ndarray:
    return x - x[:1]


def _percent(x: np.ndarray) -> np.ndarray:
    return 100 * (x / x[:1] - 1)


CHANGES: dict[str, Series] = {
    "RBV_change_pct": lambda t: _percent(t.moment.seen.blood.BV),
    "plasma_volume_change": lambda t: _since(t.moment.state.fluid.V_pl),
    "plasma_volume_change_pct": lambda t: _percent(t.moment.state.fluid.V_pl),
    "ECF_change": lambda t: _since(t.moment.seen.V_e),
    "ICF_change": lambda t: _since(t.moment.state.fluid.V_ic),
    "RBV_change_pct_per_l": lambda t: _percent(t.moment.seen.blood.BV) / np.maximum(t.moment.tally.uf, _least_uf(t)),
}
TALLIES: dict[str, Series] = {
    "Na": lambda t: t.moment.tally.Na_convective + t.moment.tally.Na_diffusive,
    "urea": lambda t: t.moment.tally.urea,
    "creatinine": lambda t: t.moment.tally.creatinine,
    "K": lambda t: t.moment.tally.K,
    "Ca": lambda t: t.moment.tally.Ca,
    "Mg": lambda t: t.moment.tally.Mg,
    "phosphate": lambda t: t.moment.tally.phosphate,
    "glucose": lambda t: t.moment.tally.glucose,
    "acetate": lambda t: t.moment.tally.acetate,
    "citrate": lambda t: t.moment.tally.citrate,
    "HCO3": lambda t: t.moment.tally.hco3 + t.moment.tally.acetate + 3 * t.moment.tally.citrate,  # all base
    "B2M": lambda t: t.moment.tally.b2m,
}


def _least_uf(t: Treated) -> np.ndarray:
    """Below a tenth of a litre no change per litre is formed."""
    return np.where(t.moment.tally.uf < 0.1, np.nan, 0.0)


def _inside(t: Treated) -> np.ndarray:
    return t.minutes <= t.end + 1e-6


def _slope(t: Treated) -> np.ndarray:
    """Read every 10 minutes, as a monitor would store it, so that the grid's own spacing has no say."""
    minutes = np.linspace(0, t.end, 1 + round(t.end / 10))
    trace = at(t, CHANGES["RBV_change_pct"](t), minutes)
    return np.asarray(measures.rbv_slope_pct_h(minutes, trace))


def _refilled(t: Treated) -> np.ndarray:
    lost = at(t, CHANGES["plasma_volume_change"](t), [t.end])[0]
    return np.asarray(measures.refill_rate_ml_kg_h(t.uf, lost, t.end / 60, t.post_weight))


def _urea_ends(t: Treated) -> np.ndarray:
    return at(t, _urea(t), [0.0, t.end])


def _sp_ktv(t: Treated) -> np.ndarray:
    pre, post = _urea_ends(t)
    return np.asarray(measures.sp_ktv(pre, post, t.end / 60, t.uf, t.post_weight))


def _gain(t: Treated) -> np.ndarray:
    return np.asarray(measures.interdialytic_gain_kg(t.moment.seen.weight[0], t.post_weight))


def _from_outside_cells(t: Treated) -> np.ndarray:
    """Extracellular volume times the fall of potassium, the estimate of Kim2000."""
    fall = -at(t, _since(LEVELS["K"](t)), [t.end])[0]
    return np.asarray(at(t, t.moment.seen.V_e, [t.end])[0] * fall)


def _from_cells(t: Treated) -> np.ndarray:
    return np.asarray(at(t, t.moment.tally.K, [t.end])[0] - _from_outside_cells(t))


def _one_pool(t: Treated) -> tuple[np.ndarray, np.ndarray]:
    """Mobilization clearance (mL/min) and volume (L) of phosphate, fitted to hourly samples as studies do."""
    hours = np.linspace(0, t.end, 1 + round(t.end / 60))
    clearance = _clearance(t, "phosphate", ("over", "session")) / 1000
    K_m, V = fitted(hours, at(t, LEVELS["phosphate"](t), hours), clearance, t.uf / t.end)
    return 1000 * K_m, V


WHOLE: dict[str, Whole] = {
    "RBV_min_pct": lambda t: CHANGES["RBV_change_pct"](t)[_inside(t)].min(axis=0),
    "RBV_slope_pct_per_h": _slope,
    "refill_rate": _refilled,
    "URR": lambda t: measures.urr_pct(*_urea_ends(t)),
    "spKtV": _sp_ktv,
    "eKtV": lambda t: measures.e_ktv(_sp_ktv(t), t.end / 60, t.plan.access),
    "K_removed_from_ECF": _from_outside_cells,
    "K_removed_from_ICF": _from_cells,
    "phosphate_mobilisation_clearance": lambda t: _one_pool(t)[0],
    "phosphate_central_volume": lambda t: _one_pool(t)[1],
    "IDWG": _gain,
    "IDWG_pct": lambda t: 100 * _gain(t) / t.post_weight,
}


def at(t: Treated, series: np.ndarray, minutes: object) -> np.ndarray:
    """A [time, patient] series at some minutes, by straight lines between the steps."""
    wanted = np.asarray(minutes, float)
    last = np.clip(np.searchsorted(t.minutes, wanted), 1, len(t.minutes) - 1)
    width = np.maximum(t.minutes[last] - t.minutes[last - 1], 1e-9)
    share = np.clip((wanted - t.minutes[last - 1]) / width, 0.0, 1.0)[:, None]
    return np.asarray((1 - share) * series[last - 1] + share * series[last])


def _moments(t: Treated, time: Time) -> list[float]:
    """The minutes that a time of a study file stands for."""
    kind, value = time
    if kind == "at":
        return [0.0 if value == "pre" else t.end]
    if kind == "at_min":
        return [min(float(value), t.end)]
    if kind == "after_min" and isinstance(value, tuple):
        return [t.end + m for m in np.linspace(value[0], value[1], WINDOW)]
    if kind == "after_min":
        return [t.end + value]
    return [t.end]


def _when(t: Treated, series: np.ndarray, time: Time) -> np.ndarray:
    return np.asarray(at(t, series, _moments(t, time)).mean(axis=0))


def _average(t: Treated, series: np.ndarray) -> np.ndarray:
    minutes = np.linspace(0, t.end, 1 + round(t.end / 5))
    return np.asarray(np.trapezoid(at(t, series, minutes), minutes, axis=0) / t.end)


def _removed(t: Treated, name: str, time: Time) -> np.ndarray:
    """Ionic balance begins with fluid removal where the first hour is run without it [Moret2002]."""
    total = TALLIES[name](t)
    late = name == "Na" and t.plan.prescription.uf_profile.values[0] == 0
    sessions = t.plan.per_week if time == ("over", "week") else 1.0
    return sessions * (_when(t, total, time) - (at(t, total, [60.0])[0] if late else 0.0))


def _clearance(t: Treated, name: str, time: Time) -> np.ndarray:
    """What left over the plasma concentration it left from: at a time, over the ten minutes about it."""
    total, level = TALLIES[name](t), LEVELS[name](t)
    if time[0] == "over":
        return np.asarray(1000 * at(t, total, [t.end])[0] / (_average(t, level) * t.end))
    middle = float(np.clip(_moments(t, time)[0], 5.0, t.end - 5.0))
    early, late = at(t, total, [middle - 5.0, middle + 5.0])
    return np.asarray(1000 * (late - early) / 10 / at(t, level, [middle])[0])


def values(t: Treated, quantity: str, time: Time) -> np.ndarray:
    """The figure for each member of the group, [patient].

    Raises:
        BadRecord: for a quantity or a time that is not run.
    """
    built = {
        r"(\w+?)_(removed|gained)": TALLIES,
        r"(\w+?)_(clearance)": TALLIES,
        r"(\w+?)_(change_pct)": LEVELS,
        r"(\w+?)_(change)": LEVELS,
        r"rebound_(\w+?)(_pct)": LEVELS,
    }
    if time == ("over", "week") and not quantity.endswith(("_removed", "_gained")):
        raise BadRecord(f"{quantity} over a week is not run; only totals of its sessions are")
    if quantity in SYMPTOMS:
        return np.asarray(SYMPTOMS[quantity](t))
    if quantity in WHOLE:
        return np.asarray(WHOLE[quantity](t))
    if quantity in CHANGES:
        return _when(t, CHANGES[quantity](t), time)
    if quantity in LEVELS:
        series = LEVELS[quantity](t)
        return _average(t, series) if time[0] == "over" else _when(t, series, time)
    for pattern, of in built.items():
        found = re.fullmatch(pattern, quantity)
        if found and found[1] in of:
            return _built(t, found[1], found[2], time)
    raise BadRecord(f"{quantity} cannot be read from a simulated session yet{NOT_YET.get(quantity, '')}")


def _built(t: Treated, name: str, how: str, time: Time) -> np.ndarray:
    if how == "removed":
        return _removed(t, name, time)
    if how == "gained":
        return -_removed(t, name, time)
    if how == "clearance":
        return _clearance(t, name, time)
    series = LEVELS[name](t)
    if how == "change":
        return _when(t, _since(series), time)
    if how == "change_pct":
        return _when(t, _percent(series), time)
    return 100 * (_when(t, series, time) / at(t, series, [t.end])[0] - 1)


def _chance(t: Treated, kind: str) -> np.ndarray:
    """Percent of sessions with this symptom, each patient's averaged over what their weights may be."""
    seen = symptoms.signs(t.moment)
    rng = np.random.default_rng(len(t.uf))
    ufr = measures.uf_rate_ml_kg_h(t.uf, t.end / 60, t.post_weight)
    z = symptoms.pathways(seen, body.rest(t.patient))
    free = np.zeros((WEIGHTINGS, len(t.uf)))
    for row in free:
        cramp = symptoms.cramp(z, t.minutes, symptoms.draw_weights(symptoms.Cramp, len(row), rng), t.end)
        low = symptoms.draw_weights(symptoms.Hypotension, len(row), rng)
        fall = symptoms.hypotension(seen, t.minutes, ufr, low, t.end)
        row[:] = {"cramp": 1 - cramp.probability, "fall": 1 - fall.probability}.get(
            kind, (1 - cramp.probability) * (1 - fall.probability)
        )
    return np.asarray(100 * (1 - free.mean(axis=0)))


SYMPTOMS: dict[str, Whole] = {
    "cramp_sessions_pct": lambda t: _chance(t, "cramp"),
    "cramp_patients_pct": lambda t: _chance(t, "cramp"),
    "IDH_sessions_pct": lambda t: _chance(t, "fall"),
    "symptomatic_sessions_pct": lambda t: _chance(t, "either"),
}
