"""Order: the treatment of a study arm as a prescription; every value it needs is reported or assumed in the file."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import BadRecord
from ..machine.access import KINDS
from ..machine.dialysate import Dialysate
from ..machine.dialyzer import CLASSES, Dialyzer, library, named
from ..machine.profiles import Profile, constant, linear, steps
from ..prescription import BATH, Prescription

MEMBRANE = {"high": 1.0, "low": 0.8, "mco": 1.17}  # KoA per m2 relative to high flux (machine/dialyzers.csv)
STANDARD_M2 = 1.8
STEPS = 4  # of a profile called stepwise
SOLUTES = ("Na", "K", "Ca", "Mg", "HCO3", "acetate", "citrate", "glucose")
REASON = "as studied"  # a bath without potassium must be meant

FIRST_HOUR_DRY = "0 in the first hour, then constant"
FRONT_LOADED = "half of the volume in the first third, then decreasing"


def order(run: Mapping[str, Any]) -> Prescription:
    """The prescription of the average member of an arm, from `study.Arm.run`.

    Raises:
        BadRecord: for a profile, an access or a mode that has no meaning here.
        OutOfRange: for a prescription that no machine can give.
    """
    mode, time = run["mode"], 60 * run["hours"]
    if run.get("access", "fistula") not in KINDS:
        raise BadRecord(f"access is {run['access']!r}; Soleus knows {', '.join(KINDS)}. Name one of them.")
    access = KINDS[run.get("access", "fistula")]
    if "recirculation_pct" in run:
        access = replace(access, recirculation=run["recirculation_pct"] / 100)
    return Prescription(
        mode=mode,
        time=float(time),
        Q_b=run["Qb_ml_min"] / 1000,
        Q_d=run.get("Qd_ml_min", 500) / 1000 if mode in BATH else 0.0,
        Q_sub=run.get("Qsub_ml_min", 0) / 1000,
        uf=float(run["uf_l"]),
        uf_profile=_uf_profile(run.get("uf_profile", "constant"), time),
        sodium_profile=_sodium_profile(run.get("na_profile", "constant")),
        dialysate=_dialysate(run["dialysate"]),
        dialyzer=_dialyzer(run),
        access=access,
        reason=REASON,
    ).checked()


def _dialysate(bath: Mapping[str, Any]) -> Dialysate:
    """Bicarbonate is taken as that of the mixed bath."""
    given: dict[str, Any] = {name: float(bath[name]) for name in SOLUTES if name in bath}
    return Dialysate(temperature=float(bath.get("temp_c", Dialysate.temperature)), **given)


def _dialyzer(run: Mapping[str, Any]) -> Dialyzer:
    """The one named, where the library has it; otherwise a common one of its class, scaled by its surface."""
    if run.get("dialyzer") in library():
        return named(run["dialyzer"])
    usual, surface = CLASSES[run["flux"]], run["membrane_m2"] / STANDARD_M2
    KoA = Dialyzer().KoA_urea * surface * MEMBRANE[run["flux"]]
    return replace(usual, KoA_urea=KoA, KoA_b2m=usual.KoA_b2m * surface)


def _uf_profile(words: str, time: float) -> Profile:
    if words == "constant":
        return constant()
    if words == FIRST_HOUR_DRY and time > 60:
        share = 60 / time
        return Profile(((0.0, 0.0), (share, 0.0), (share, 1.0), (1.0, 1.0)))
    if words == FRONT_LOADED:
        return Profile(((0.0, 1.5), (1 / 3, 1.5), (1.0, 0.0)))
    raise BadRecord(f"uf_profile is {words!r}; Soleus knows 'constant', {FIRST_HOUR_DRY!r} and {FRONT_LOADED!r}")


def _sodium_profile(words: str) -> Profile | None:
    if words == "constant":
        return None
    found = re.fullmatch(r"(stepwise|linear) ([\d.]+) to ([\d.]+) mmol/L", words)
    if not found:
        raise BadRecord(
            f"na_profile is {words!r}; Soleus knows 'constant' and 'stepwise (or linear) 152 to 140 mmol/L'"
        )
    first, last = float(found[2]), float(found[3])
    return linear(first, last) if found[1] == "linear" else steps([float(x) for x in np.linspace(first, last, STEPS)])
