"""Dissolved: what is known of potassium, base, calcium, phosphate and toxins in people on hemodialysis, as computed.

Rows C1 to C51 of studies/targets.toml; those that a study file holds are figures of that study instead.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import measures
from ..body import body, calcium
from ..parameter import put
from .arm import Treated
from .readouts import LEVELS, at, values
from .ward import BEFORE, POST, Ward

DAY = 1440.0  # min
HYPERVENTILATED = 0.8  # of carbon dioxide: pH 0.1 higher
FAST = (("Q_b", 0.4), ("Q_d", 0.8))  # L/min
BICARBONATE_22 = (("HCO3", 22.0),)
LOW_BASE = (("HCO3", 17.5), ("pCO2", 34.3))


def dose(w: Ward) -> dict[str, float]:
    """C1 and C2: Kt/V from a sample taken an hour after, over what the formulas make of the one at the end."""
    ratio = {}
    for letter, hours, flows in (("a", 3.0, FAST), ("b", 5.0, ())):
        t = w.session(hours=hours, after=60.0, flows=flows)
        pre, post, later = at(t, LEVELS["urea"](t), [0.0, t.end, t.end + 60])
        sp, true = (measures.sp_ktv(pre, x, hours, t.uf, t.post_weight) for x in (post, later))
        ratio[f"C1{letter}"] = float(np.mean(true / measures.e_ktv(sp, hours)))
        ratio[f"C2{letter}"] = float(np.mean(true / (sp * t.end / (t.end + 30.7))))  # [Speedy]
    return ratio


def potassium(w: Ward) -> dict[str, float]:
    """C9: how much of its fall potassium regains."""
    t = w.session(bath=(("K", 1.0),), pre=(("K", 5.6),), after=360.0)
    pre, post, soon, later = at(t, LEVELS["K"](t), [0.0, t.end, t.end + 60, t.end + 360])
    fall = (pre - post).mean()
    return {"C9a": float(100 * (soon - post).mean() / fall), "C9b": float(100 * (later - post).mean() / fall)}


def base(w: Ward) -> dict[str, float]:
    """C16 and C17: bicarbonate after the session, and how strongly cells and bone oppose its rise."""
    t = w.session(bath=(("HCO3", 32.0),), pre=LOW_BASE, gap=68.0, after=1200.0)
    post, soon, later = (x.mean() for x in at(t, LEVELS["HCO3"](t), [t.end, t.end + 60, t.end + 1200]))
    t = w.session(bath=(("HCO3", 35.0),), pre=BICARBONATE_22)
    level, held = LEVELS["HCO3"](t), t.moment.state.acid_base.n
    kept = -values(t, "HCO3_removed", POST) - (at(t, held, [t.end])[0] - held[0])
    rise = np.trapezoid(level - level[:1], t.minutes, axis=0)
    return {"C16a": float(soon - post), "C16b": float(later - post), "C17": float(np.mean(kept / rise))}


def ionized(w: Ward) -> dict[str, float]:
    """C36 and C37: ionized calcium after the session, and with acidity in the body and in a closed sample."""
    t = w.session(bath=(("Ca", 1.66),), pre=(("Ca_ionised", 1.19),), after=300.0)
    return {
        "C36": float((values(t, "Ca_ionised", ("after_min", 300)) - values(t, "Ca_ionised", BEFORE)).mean()),
        "C37a": _slope_in_the_body(t),
        "C37b": _slope_in_a_sample(t),
    }


def _slope_in_the_body(t: Treated) -> float:
    """Decades of ionized calcium per pH, when breathing is forced and nothing has had time to move."""
    p, r, first = t.patient, body.rest(t.patient), t.moment.state
    now = put(first, {"acid_base.pCO2": HYPERVENTILATED * first.acid_base.pCO2})
    was, seen = body.look(first, p, r), body.look(now, p, r)
    slope = np.log10(seen.calcium.iCa / was.calcium.iCa) / (seen.acid_base.pH - was.acid_base.pH)
    return float(np.mean(slope[0]))


def _slope_in_a_sample(t: Treated) -> float:
    """The same in plasma alone, between its own pH and 7.40."""
    seen = t.moment.seen
    away = np.abs(seen.acid_base.pH[0] - calcium.PH) > 0.01  # far enough to divide by
    decades = np.log10(LEVELS["Ca_ionised_pH74"](t) / seen.calcium.iCa)[0]
    return float(np.mean((decades / (calcium.PH - seen.acid_base.pH[0]))[away]))


def phosphate(w: Ward) -> dict[str, float]:
    """C21, C41 and C44: mobilization, its course, and the way back."""
    name = "phosphate_mobilisation_clearance"
    short, usual = (w.mean(name, hours=hours, pre=(("phosphate", 1.8),)) for hours in (2.0, 4.0))
    t = w.session(hours=5.0, pre=(("phosphate", 1.75),))
    early, whole = at(t, t.moment.tally.phosphate, [120.0, t.end])
    t = w.session(pre=(("phosphate", 1.6),), gap=48.0, after=DAY)
    back = values(t, "phosphate_pct_of_pre", ("after_min", DAY))
    return {
        "C21": short / usual,
        "C41": 100 * float(np.mean(early / whole)),
        "C44": 100 * float(np.mean(back > 90)),
    }


def toxins(w: Ward) -> dict[str, float]:
    """C48, C50 and C51: beta-2-microglobulin an hour after, and what moves indoxyl sulfate."""
    filtered: dict[str, Any] = {"mode": "HDF-post", "flows": (("Q_sub", 0.08),)}
    rebound = [w.mean("rebound_B2M_pct", ("after_min", 60), after=60.0, **how) for how in ({}, filtered)]
    usual = _cleared(w.session())
    reduced = [x.mean() for x in at(w.session(), w.session().moment.seen.indoxyl.c_1, [0.0, w.session().end])]
    return {
        "C48a": rebound[0],
        "C48b": rebound[1] - rebound[0],
        "C50a": 100 * (_cleared(w.session(flows=(("Q_b", 0.4),))) / usual - 1),
        "C50b": usual - _cleared(w.session(small=True, flows=(("Q_d", 0.3),))),
        "C51": 100 * float(1 - reduced[1] / reduced[0]),
    }


def _cleared(t: Treated) -> float:
    """Plasma cleared of indoxyl sulfate, mL/min over the session."""
    level = at(t, t.moment.seen.indoxyl.c_1, np.linspace(0, t.end, 49)).mean(axis=0)
    return float(np.mean(1000 * at(t, t.moment.tally.indoxyl, [t.end])[0] / level / t.end))


CHEMISTRY: tuple[Callable[[Ward], dict[str, float]], ...] = (dose, potassium, base, ionized, phosphate, toxins)
