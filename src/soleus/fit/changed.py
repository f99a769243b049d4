"""Changed: signs that a person is no longer as they were: readings, gains, medicines, access, how often they cramp."""

from typing import NamedTuple

import numpy as np
from scipy import stats

from . import checks, diary, readings
from .diary import Event
from .known import Known, levels
from .stored import in_use

UNUSUAL = 0.01  # chance below which something is said to have changed; with five kinds, one update in twenty says so
FEWEST = 6  # sessions or days in each half of the diary without which nothing is said of it
GAIN_SD = 0.3  # kg a day by which gains usually differ [SoleusChoice]
GAIN_WORTH = 4.0  # gains that this is worth [SoleusChoice]
ENDS = (1e-3, 1e3)  # times as often, between which a change of cramps is looked for
LABELS = {
    "systolic": "systolic pressure", "diastolic": "diastolic pressure", "pulse": "pulse", "rbv": "blood volume",
    "sodium": "sodium",
}  # fmt: skip
UNITS = {"systolic": "mmHg", "diastolic": "mmHg", "pulse": "1/min", "rbv": "%", "sodium": "mmol/L"}


class Change(NamedTuple):
    """One thing that is not as it was, and what to look for."""

    what: str
    p: float | None  # chance of it without a change; None where it is simply so
    look: str


def changes(known: Known) -> list[Change]:
    """All of them; those of the diary without a stored twin too."""
    found = [*_readings(known), *_gains(known), *_standing(known)] if known.before is not None else []
    return [*found, *_cramps(known)]


def _readings(known: Known) -> list[Change]:
    """Readings that the stored twin did not expect: chi-square over the new sessions, by kind.

    Each session counts by the mean of its readings; days differ by what `instruments` says, and the earlier sessions
    tell where they lie about the twin.
    """
    learned, found = known.learned, []
    if learned.expected is None or known.before is None:
        return []
    noise = readings.noise(learned.observed, learned.expected.mean) + np.diag(readings.single(learned.observed))
    noise -= checks.arm(learned.observed.kinds)
    for kind, new in levels(learned, learned.prior.mean).items():
        before = known.before.levels.get(kind, ())
        usual = float(np.mean(before)) if before else 0.0
        kinds, total, off = learned.observed.kinds == kind, 0.0, []
        for i, level in new:
            rows = kinds & (learned.observed.of == i)
            each = (noise if before else learned.expected.cov)[np.ix_(rows, rows)].mean()
            total += (level - usual) ** 2 / (each * (1 + (1 / len(before) if before else 0.0)))
            off.append(level - usual)
        p = float(stats.chi2.sf(total, len(new)))
        if p < UNUSUAL:
            by = f"{abs(np.mean(off)):.1f} {UNITS[kind]} {'higher' if np.mean(off) > 0 else 'lower'} on average"
            look = "illness, the heart, the access, another dry weight, a medicine"
            found.append(Change(f"{LABELS[kind]} is not as the earlier sessions foretold: {by}", p, look))
    return found


def _gains(known: Known) -> list[Change]:
    """Weight gained a day, beside what was usual: Student's t, its spread shrunk to a usual one."""
    before, now = known.before.gains if known.before else (), known.gains
    if len(before) < 2 or not now:
        return []
    degrees = GAIN_WORTH + len(before) - 1
    sd = np.sqrt((GAIN_WORTH * GAIN_SD**2 + (len(before) - 1) * np.var(before, ddof=1)) / degrees)
    off = np.mean(now) - np.mean(before)
    t = off / (sd * np.sqrt(1 / len(now) + 1 / len(before)))
    p = float(2 * stats.t.sf(abs(t), degrees))
    if p >= UNUSUAL:
        return []
    said = f"weight gained is {np.mean(now):.1f} kg a day, before {np.mean(before):.1f}"
    return [Change(said, p, "drinking and salt, urine, appetite, what was eaten before the weighing")]


def _standing(known: Known) -> list[Change]:
    """Medicines and access, by name."""
    before = known.before
    assert before is not None
    now = in_use(known.case, known.session.date)
    found = []
    if new := [name for name in now if name not in before.drugs]:
        found.append(Change(f"new medicine: {', '.join(new)}", None, "what was learned before it may no longer hold"))
    if gone := [name for name in before.drugs if name not in now]:
        found.append(Change(f"no longer taken: {', '.join(gone)}", None, "what was learned with it may not hold"))
    access = known.case.patient.access
    if access != before.access:
        said = f"access is {access or 'not known'}, before {before.access or 'not known'}"
        found.append(Change(said, None, "flow and recirculation: dose and pressure follow them"))
    return found


def _cramps(known: Known) -> list[Change]:
    """Whether cramps came at another rate in the later half, treatment allowed for: likelihood ratio."""
    every = known.every_event
    half = len(every) // 2
    if half < FEWEST:
        return []
    first, later = every[:half], every[half:]
    w = known.cramps.mean
    apart = _most(first, w) + _most(later, w) - _most(every, w)
    p = float(stats.chi2.sf(2 * max(apart, 0.0), 1))
    if p >= UNUSUAL:
        return []
    counts = [f"{sum(e.cramped for e in part)} of {len(part)}" for part in (first, later)]
    said = f"cramps on {counts[1]} days since {later[0].day}, on {counts[0]} before, beyond what treatment explains"
    return [Change(said, p, "a new medicine, the target weight, illness, magnesium, feet and nerves")]


def _most(events: tuple[Event, ...], w: np.ndarray) -> float:
    """The highest log likelihood over a common factor of the rate."""
    expected = np.array([diary.hazard(e, w)[0] for e in events])
    cramped = np.array([e.cramped for e in events])
    log = np.linspace(np.log(ENDS[0]), np.log(ENDS[1]), 201)[:, None]
    each = np.where(cramped, np.log(-np.expm1(-np.exp(log) * expected)), -np.exp(log) * expected)
    return float(each.sum(axis=1).max())
