"""Center: what the patients of one center tell together: how far its bath and its laboratory are off.

Each patient's readings leave a Normal of (bath sodium delivered less set, laboratory sodium read less true). Over what
is known of all centers, the patients' own parts multiply:

    C^-1 = P^-1 + sum_i (C_i^-1 - P^-1)          C^-1 m = P^-1 m_0 + sum_i (C_i^-1 m_i - P^-1 m_0)

which is exact where everything is linear and Normal, and the patients have nothing else in common.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..case import Case
from ..errors import BadRecord
from ..instruments import INSTRUMENTS
from ..parameter import parameters
from ..prescription import Prescription
from . import gauss, readings
from .gauss import Normal
from .known import Known

NAMES = ("bath", "laboratory")
LABELS = ("Bath sodium, delivered less set", "Laboratory sodium, read less true")


class Center(NamedTuple):
    """A center's two offsets, mmol/L."""

    before: Normal
    now: Normal
    patients: tuple[Normal, ...]  # what each tells alone
    samples: tuple[int, ...]  # of sodium, of each


def prior() -> Normal:
    """What is known of centers."""
    meta = {name: (value, m) for name, value, m in parameters(Prescription)}["sodium_offset"]
    return Normal(np.array([meta[0], 0.0]), np.diag([meta[1].sd ** 2, INSTRUMENTS.sodium_laboratory**2]))


def alone(known: Known) -> Normal:
    """What one patient tells of the two, all other traits left open: the last line, with one column more."""
    start, learned = prior(), known.learned
    line = learned.line
    if line is None:
        return start
    k = len(learned.prior.mean)
    mean = np.append(learned.prior.mean, 0.0)
    cov = np.zeros((k + 1, k + 1))
    cov[:k, :k], cov[k, k] = learned.prior.cov, start.cov[1, 1]
    bath = k - 2  # before the day
    cov[bath, :], cov[:, bath] = 0.0, 0.0
    mean[bath], cov[bath, bath] = start.mean[0], start.cov[0, 0]
    column = (learned.observed.kinds == "sodium").astype(float)
    wider = line._replace(at=np.append(line.at, 0.0), slope=np.column_stack([line.slope, column]))
    noise = readings.noise(learned.observed, line.value) + np.diag(readings.single(learned.observed) / learned.trust)
    now = gauss.update(Normal(mean, cov), wider, learned.observed.values, noise)
    few = np.array([bath, k])
    return Normal(now.mean[few], now.cov[np.ix_(few, few)])


def together(known: Sequence[Known]) -> Center:
    """The center of these patients.

    Raises:
        BadRecord: when a case states what its bath delivers: then there is nothing to learn.
    """
    for each in known:
        stated(each.case)
    start = prior()
    exact = np.linalg.inv(start.cov)
    total, pull = exact.copy(), exact @ start.mean
    patients = tuple(alone(each) for each in known)
    for one in patients:
        own = np.linalg.inv(one.cov)
        total += own - exact
        pull += own @ one.mean - exact @ start.mean
    cov = np.linalg.inv(total)
    samples = tuple(int(np.sum(each.learned.observed.kinds == "sodium")) for each in known)
    return Center(start, Normal(cov @ pull, 0.5 * (cov + cov.T)), patients, samples)


def stated(case: Case) -> None:
    """Refuse a case that says what its bath delivers."""
    told = [case.prescription, *(s.prescription for s in case.sessions)]
    if any(p is not None and p.sodium_offset_mmol_l is not None for p in told):
        raise BadRecord(
            "prescription.sodium_offset_mmol_l is stated, so the center has nothing to tell of it. Leave it out of the "
            "case, or leave the center out."
        )
