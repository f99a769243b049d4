"""Plan: one treatment for the coming weeks, as a clinician would order it: one number for all draws of the twin.

What is not named stays as it was, the differences between draws (delivered sodium) and other profiles included.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from ..levers import SHOULD
from ..machine.profiles import linear
from ..parameter import param, record
from ..prescription import Prescription


@record
class Falling:
    """Sodium and ultrafiltration that fall together through the session."""

    uf: float = param(
        "1", 0.5, within=(0.2, 0.8), source="Oliver2001", status="assumed",
        meaning="by how much ultrafiltration starts above, and ends below, its mean, relative",
    )  # fmt: skip
    Na: float = param(
        "mmol/L", 6.0, within=(2.0, 12.0), source="Oliver2001", status="assumed",
        meaning="by how much bath sodium starts above its end; its mean stays within the usual",
    )  # fmt: skip


FALLING = Falling()
BATH = ("Na", "K", "Ca", "Mg", "HCO3", "temperature", "citrate")
PROFILE = {"Na": "sodium_profile", "K": "potassium_profile", "HCO3": "bicarbonate_profile",
           "temperature": "temperature_profile"}  # fmt: skip


class Plan(NamedTuple):
    """What would be ordered; None leaves a thing as it was."""

    target: float = 0.0  # kg by which the target weight is moved
    time: float | None = None  # min of a session
    often: float | None = None  # sessions a week
    Na: float | None = None  # mmol/L, as all below
    K: float | None = None
    Ca: float | None = None
    Mg: float | None = None
    HCO3: float | None = None
    temperature: float | None = None  # degC
    citrate: float | None = None
    Q_b: float | None = None  # L/min
    Q_d: float | None = None  # L/min
    falling: bool = False  # sodium and ultrafiltration profiled together
    hdf: float | None = None  # L/min of substitution after the filter
    salt: float = 1.0  # of what is eaten and drunk now
    tablets: bool = False  # for pressure, after the session instead of before it
    meal: bool = False  # after the session instead of in it
    diuretic: bool = False  # a loop diuretic begun

    def ordered(self, p: Prescription) -> Prescription:
        """The prescription of one draw under this plan; what is taken off is left to its week."""
        bath = {name: getattr(self, name) for name in BATH if getattr(self, name) is not None}
        changes: dict[str, Any] = {PROFILE[name]: None for name in bath if name in PROFILE}
        changes |= {name: getattr(self, name) for name in ("time", "Q_b", "Q_d") if getattr(self, name) is not None}
        p = replace(p, dialysate=replace(p.dialysate, **bath), **changes)
        if self.falling:
            end, share = min(p.dialysate.Na, SHOULD.Na_high - FALLING.Na / 2), FALLING.uf
            p = replace(p, uf_profile=linear(1 + share, 1 - share), sodium_profile=linear(end + FALLING.Na, end))
        if self.hdf is not None:
            p = replace(p, mode="HDF-post", Q_sub=self.hdf)
        return p

    @property
    def lived(self) -> bool:
        """Whether anything changes."""
        return self != Plan()
