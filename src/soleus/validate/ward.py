"""Ward: simulated sessions to ask questions of, each run once and kept; what differs between them is one argument."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from ..machine.dialysate import Dialysate
from ..machine.profiles import Profile, constant, linear
from ..prescription import Prescription
from ..studies.form import Time
from .arm import Treated, treat
from .order import REASON
from .plan import MIDWEEK, Plan, people
from .readouts import CHANGES, at, values

USUAL = {"Na": 137.0, "urea": 24.0}  # mmol/L before a session
BEFORE: Time = ("at", "pre")
HOUR: Time = ("at_min", 60)
POST: Time = ("at", "post")
SESSION: Time = ("over", "session")
FRONT_HOUR_DRY = Profile(((0.0, 0.0), (0.25, 0.0), (0.25, 1.0), (1.0, 1.0)))
FALLING, RISING = linear(1.5, 0.5), linear(0.5, 1.5)


class Ward:
    """The same people under one treatment after another."""

    def __init__(self, patients: int, seed: int) -> None:
        self.who = people(patients, seed)
        self.session = lru_cache(maxsize=None)(self._session)

    def _session(
        self,
        uf: float = 2.5,
        hours: float = 4.0,
        Na: float = 140.0,
        T: float = 36.5,
        mode: str = "HD",
        uf_profile: Profile | None = None,
        sodium_profile: Profile | None = None,
        small: bool = False,
        gap: float = MIDWEEK,
        own_gain: bool = False,
        bath_sd: float = 0.0,
        after: float = 0.0,
        pre: tuple[tuple[str, float], ...] = (),
        share: tuple[tuple[str, float], ...] = (),
        bath: tuple[tuple[str, float], ...] = (),
        flows: tuple[tuple[str, float], ...] = (),
    ) -> Treated:
        """A treated group; `small` is a small low-flux filter at 0.25 L/min of blood.

        `pre` is what the chart says, `share` what all members have in common, `bath` what it holds besides sodium, and
        `flows` those of the prescription.
        """
        holds: dict[str, Any] = dict(bath)
        runs: dict[str, Any] = dict(flows)
        order = Prescription(
            mode=mode,
            time=60 * hours,
            uf=uf,
            uf_profile=uf_profile or constant(),
            sodium_profile=sodium_profile,
            dialysate=Dialysate(Na=Na, temperature=T, **holds),
            reason=REASON,
            **runs,
        )
        if small:
            order = replace(order, Q_b=0.25, dialyzer=replace(order.dialyzer, KoA_urea=0.5 * order.dialyzer.KoA_urea))
        chart: Mapping[str, float] = USUAL | dict(pre)
        plan = Plan(
            prescription=order, gap=gap, own_gain=own_gain, bath_sd=bath_sd, after=after, pre=chart, share=dict(share)
        )
        return treat(plan, self.who)

    def mean(self, quantity: str, time: Time = POST, **session: Any) -> float:
        """The group's mean of a readout after this session."""
        return float(values(self.session(**session), quantity, time).mean())


def ufr(t: Treated) -> np.ndarray:
    """Fluid removed, mL/kg/h."""
    return np.asarray(1000 * t.uf / (t.end / 60) / t.post_weight)


def refill_by_hour(t: Treated) -> np.ndarray:
    """mL/kg/h in each hour, [hour, patient]."""
    edges = np.arange(0, t.end + 1, 60)
    plasma = at(t, CHANGES["plasma_volume_change"](t), edges)
    removed = at(t, t.moment.tally.uf, edges)
    return np.asarray(1000 * np.diff(plasma + removed, axis=0) / t.post_weight)


def slope(x: np.ndarray, y: np.ndarray) -> float:
    """Of a straight line through the members."""
    return float(np.polyfit(x, y, 1)[0])


def correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Between two figures over the members."""
    return float(np.corrcoef(x, y)[0, 1])
