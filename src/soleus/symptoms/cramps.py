"""Cramp: a hazard in which disjoint pathways and a personal susceptibility add up in the log of the rate.

    ln lambda = b_0 + u + sum_k b_k z_k,  per 48th of the session: 5 min of 4 h

Why the log: a pool of motor neurons in the spinal cord (`body/spinal_cord.py`) is quiet or holds itself firing; noise
lifts it over the barrier between. The barrier falls nearly in a straight line with what drives the pool, so the log of
the rate rises in one, and drives add up. What drives it, and how steeply, is not known from there but from patients.

The weights are priors, wide where the evidence is thin; `fit` narrows them. The nerve's pathway is its margin with
potassium, magnesium, flow and pump as usual: ionized calcium, acidity, warmth and neuropathy. Magnesium and potassium
have pathways of their own, starved muscle that of perfusion, so that nothing counts twice.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..body.body import Rest
from ..parameter import param, record
from .hazard import Risk, risk
from .reading import Signs


@record
class Cramp:
    b_0: Any = param(
        "1", -8.60, within=(-12.0, -2.0), source="Akkabut2021", status="tuned",
        meaning="log rate per 48th of a session, all pathways at zero; tuned to 9.8 % of sessions: between two cohorts",
    )
    u: Any = param(
        "1", 0.0, within=(-4.0, 4.0), sd=1.2, source="Akkabut2021 Lynch2014", status="tuned",
        meaning="personal susceptibility; spread tuned to 43-77 % of patients cramping in a month",
    )
    perfusion: Any = param(
        "1", 1.6, within=(0.0, 3.5), sd=0.6, source="CalfFlow2009 Howe1978", status="assumed",
        meaning="starved calf muscle, per full step of saturation below 66 %",
    )
    volume: Any = param(
        "1", 0.45, within=(-0.5, 1.5), sd=0.30, source="Akkabut2021", status="assumed",
        meaning="extracellular water lost since the start, per 5 % beyond the first 10 %",
    )
    below_dry: Any = param(
        "1", 0.25, within=(-0.5, 1.5), sd=0.30, source="Keane2018", status="assumed",
        meaning="extracellular water below dry weight, per 5 %",
    )
    tonicity: Any = param(
        "1", 0.25, within=(-0.5, 1.5), sd=0.25, source="Oliver2001 LauWater2019", status="assumed",
        meaning="fall of tonicity since the start, per 5 mmol/L",
    )
    urea_gradient: Any = param(
        "1", 0.20, within=(-0.5, 1.5), sd=0.20, source="Correa2020", status="assumed",
        meaning="urea left behind in cells, per 3 mmol/L; odds 1.20 for each 3.6 of urea before, much shrunk: intake",
    )
    potassium: Any = param(
        "1", 0.0, within=(-0.8, 0.8), sd=0.20, source="SoleusChoice", status="assumed",
        meaning="plasma potassium below the level that cells would hold, per mmol/L: low and falling fast; no claim",
    )
    nerve: Any = param(
        "1", 0.60, within=(-0.5, 2.0), sd=0.35, source="LowerBathCalcium", status="assumed",
        meaning="nerve nearer to firing by calcium, acidity, warmth, neuropathy, per 3 mV of margin",
    )
    magnesium: Any = param(
        "1", 0.30, within=(-0.5, 1.5), sd=0.25, source="Lynch2014", status="assumed",
        meaning="ionized magnesium below 0.55, per 0.1 mmol/L; shrunk, as the one study was not blinded",
    )
    bicarbonate: Any = param(
        "1", 0.25, within=(-0.5, 1.2), sd=0.20, source="Akkabut2021", status="assumed",
        meaning="plasma bicarbonate above 24, per 3 mmol/L; shrunk, as the one cohort was confounded",
    )
    drugs: Any = param(
        "1", 1.0, within=(0.0, 2.0), sd=0.35, source="SoleusChoice", status="assumed",
        meaning="what medicines taken add to the log rate, per unit of their table: shares of users, not of sessions",
    )


PATHWAYS = {
    "perfusion": ("starved calf muscle", "B"),
    "volume": ("fluid taken faster than it refills", "B"),
    "below_dry": ("drained below dry weight", "D"),
    "tonicity": ("blood becomes dilute, water enters cells", "B"),
    "urea_gradient": ("urea left behind in cells", "B"),
    "potassium": ("potassium low and falling fast", "D"),
    "nerve": ("calcium and acidity bring the nerve nearer to firing", "D"),
    "magnesium": ("magnesium is low", "B"),
    "bicarbonate": ("blood becomes alkaline", "B"),
    "drugs": ("a medicine that makes muscles cramp", "D"),
}
SHARES = 48  # of a session, in each of which the log rate of a cramp counts


def pathways(seen: Signs, rest: Rest, drugs: Any = 0.0) -> dict[str, np.ndarray]:
    """Each pathway's strength z over time, [time, patient]; zero where it does not matter.

    Args:
        seen: signs over time.
        rest: the same people at dry weight.
        drugs: summed effect of medicines taken on the log rate, a number or [patient].
    """
    lost = 100 * (1 - seen.V_e / seen.V_e[:1])
    below = 100 * (1 - seen.V_e / np.asarray(rest.V_e))
    return {
        "perfusion": _clip01((0.66 - seen.S) / 0.125),
        "volume": (lost - 10) / 5,
        "below_dry": 0.5 * np.logaddexp(0, below / 0.5) / 5,
        "tonicity": (seen.E[:1] - seen.E) / 5,
        "urea_gradient": seen.urea_gradient / 3,
        "potassium": seen.K_gap,
        "nerve": (12.2 - seen.margin) / 3,
        "magnesium": (0.55 - seen.iMg) / 0.1,
        "bicarbonate": (seen.hco3 - 24) / 3,
        "drugs": np.broadcast_to(np.asarray(drugs, float), np.shape(seen.hco3)),
    }


def cramp(z: dict[str, np.ndarray], minutes: np.ndarray, weights: Cramp, until: Any = np.inf) -> Risk:
    """The cramp hazard of pathways z under these weights (leaves scalar or [patient]), in a session to minute `until`.

    Cramps come late in short and in long sessions alike [Howe1978], so the rate counts per share of the session: an
    hour more is not an hour more at risk. The minutes may be a part of the session; without `until` they are all of it.
    """
    log_rate = weights.b_0 + weights.u + sum(getattr(weights, k) * v for k, v in z.items())
    length = np.where(np.isfinite(until), until, minutes[-1])
    return risk(log_rate, length / SHARES, minutes, until)


def _clip01(x: np.ndarray) -> np.ndarray:
    """x between 0 and 1, with soft corners a twentieth wide."""
    return 0.05 * (np.logaddexp(0, x / 0.05) - np.logaddexp(0, (x - 1) / 0.05))
