"""Doctor: whether Soleus works on this computer, and how fast."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np

from . import __version__, case, causes, cohort, fit, schedule, session
from .body import body
from .body.body import Patient
from .prescription import Prescription
from .screen import programs

NEAR = 0.2  # kg, between fluid taken off and weight lost: urine and what the gut still gives
LOW, HIGH = 60.0, 220.0  # mmHg, what a living person's systolic pressure is between
GAP_H = 44.0
CALF: dict[str, Any] = {
    "patient": {"sex": "F", "age_y": 61, "height_cm": 164, "target_weight_kg": 62.0, "access": "fistula"},
    "prescription": {"hours": 4, "blood_flow_ml_min": 320, "dialysate_flow_ml_min": 500, "koa_urea_ml_min": 1100},
    "sessions": [
        {
            "date": "2026-02-09", "pre_weight_kg": 64.9, "post_weight_kg": 62.0, "uf_l": 2.9,
            "pressures": [{"minute": 60 * i, "systolic_mmhg": 146 - 8 * i, "diastolic_mmhg": 79 - 3 * i}
                          for i in range(5)],
            "symptoms": [{"minute": 202, "what": "cramp", "where": "left calf"}],
        }
    ],
}  # fmt: skip


class Check(NamedTuple):
    """One thing looked at."""

    name: str
    found: str
    good: bool
    advice: str


class Time(NamedTuple):
    """One figure of speed."""

    id: str
    what: str
    value: float
    unit: str


def examine() -> list[Check]:
    """Look at everything Soleus needs; never raises."""
    version = sys.version_info[:2]
    devices = ", ".join(f"{d.platform} ({d.device_kind})" for d in jax.devices())
    return [
        Check("Soleus", __version__, True, ""),
        Check("Python", platform.python_version(), (3, 11) <= version < (3, 14), _unless("use 3.11, 3.12 or 3.13")),
        Check("NumPy", np.__version__, True, ""),
        Check("JAX", jax.__version__, True, ""),
        Check("Devices", devices, True, ""),
        Check("Cores", str(os.cpu_count()), True, ""),
        _precision(),
        _cache(),
        _one_session(),
    ]


def _unless(advice: str, good: bool = True) -> str:
    return "" if good else f" - {advice}"


def _precision() -> Check:
    double = jax.numpy.ones(1).dtype == np.float64
    return Check("Double precision", "on" if double else "off", double, _unless("unset JAX_ENABLE_X64", double))


def _cache() -> Check:
    """A cache that cannot be written costs time on every run, and nothing else."""
    folder = programs()
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    writable = os.access(place, os.W_OK)
    kept = len(list(folder.iterdir())) if folder.is_dir() else 0
    found = f"{folder}, {kept} programs" + ("" if writable else ", not writable: every run will prepare again")
    return Check("Cache", found, True, _unless("set XDG_CACHE_HOME to a folder you may write to", writable))


def _one_session() -> Check:
    """A typical person, four hours: the weight goes down by what was taken off, and the pressure stays a pressure."""
    begun = time.perf_counter()
    try:
        patient = cohort.alike(Patient(), 1)
        start = schedule.above_dry(patient, np.full(1, 2.5))
        course = session.simulate(patient, start, [Prescription(uf=2.5)])
        seen = course.moments(patient, at=[0, -1]).seen
        lost = float(seen.weight[0, 0] - seen.weight[1, 0])
        systolic = float(seen.circulation.SBP[1, 0])
    except Exception as error:  # a doctor reports, whatever it is
        return Check("One session", f"{type(error).__name__}: {error}", False, " - please report it")
    good = abs(lost - 2.5) < NEAR and LOW < systolic < HIGH
    took = time.perf_counter() - begun
    return Check("One session", f"{lost:.2f} of 2.5 kg off, systolic {systolic:.0f} mmHg, {took:.1f} s", good, "")


def pace(say: Callable[[str], None]) -> list[Time]:
    """Speed of the main questions, each the best of a few tries, programs already compiled."""
    say("timing one session under 256 prescriptions")
    n = 256
    patient = cohort.alike(Patient(), n)
    start = schedule.above_dry(patient, np.full(n, 2.5))
    orders = [Prescription(uf=2.0 + i / n) for i in range(n)]
    many = _best(lambda: session.simulate(patient, start, orders, course=False))
    say("timing a cohort over a week")
    group = cohort.draw(2048, seed=1)
    arrived = schedule.above_dry(group, np.full(2048, 2.0))
    treated = [Prescription(uf=2.0)] * 2048

    def cycle() -> body.State:
        there = schedule.between(group, arrived, GAP_H).end.body
        return session.simulate(group, there, treated, course=False).end.body

    week = 3 * _best(cycle, tries=2)
    say("timing an explanation")
    told = case.read(CALF)
    explained = _best(lambda: causes.explain(fit.fit(told)), tries=2)
    return [
        Time("counterfactuals_ms", "256 counterfactuals of one session", 1000 * many, "ms"),
        Time("sessions_per_s", "sessions", n / many, "/s"),
        Time("patient_weeks_per_s", "patient-weeks in a cohort of 2048", 2048 / week, "/s"),
        Time("explain_s", "twin and causes of one session", explained, "s"),
    ]


def _best(work: Callable[[], object], tries: int = 5) -> float:
    """Shortest time of some tries, s; one before them compiles."""
    work()
    times = []
    for _ in range(tries):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)
