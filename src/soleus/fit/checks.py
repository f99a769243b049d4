"""Checks: what the readings told of each trait and what they did not, and whether they fit what the others foretell."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..instruments import INSTRUMENTS
from . import gauss, readings, traits
from .gauss import Normal
from .known import Known
from .learned import Learned

NOT_TOLD = 0.9  # posterior over prior width from which a trait is said not to be told
STRONG = 0.5  # correlation from which two traits are said to be told only together
PAIRS = 4  # of these that are named
WITHIN = 1.645  # standard deviations that hold nine in ten readings
MISFIT = 0.7  # share of readings inside below which a kind or a session does not fit
FEWEST = 5  # readings of a kind or a session without which nothing is said of it
HALF = 0.75  # trust from which a reading is said to count less


class Trait(NamedTuple):
    """One trait before and after; SD of a logarithm as a share, else in the trait's unit."""

    name: str
    label: str
    unit: str
    before: float
    before_sd: float
    now: float
    now_sd: float
    told: float  # 1 - posterior over prior width
    relative: bool  # whether the SDs are shares


class Pair(NamedTuple):
    """Two traits that the readings tell only together."""

    one: str
    other: str
    r: float


class Fits(NamedTuple):
    """How many readings of a kind or a session lie where all the others say."""

    what: str
    readings: int
    inside: int


class Doubted(NamedTuple):
    """A reading that counted less, because it is far from what all others say."""

    day: str
    kind: str
    minute: float
    value: float
    trust: float


def table(known: Known) -> list[Trait]:
    """Every trait with its width before and after, those told most first."""
    before, now = known.prior, known.now
    found = []
    for i, name in enumerate(traits.NAMES):
        log = traits.logged(name)
        means = [float(np.exp(x.mean[i]) if log else x.mean[i]) for x in (before, now)]
        sds = [float(x.sd[i]) for x in (before, now)]
        if name == "fluid.dry_weight":  # as heavy as can be, and no heavier
            means[1], sds[1] = known.dry_weight.mean, known.dry_weight.sd
        told = 1 - sds[1] / max(sds[0], 1e-12)
        found.append(
            Trait(name, traits.LABELS[name], traits.UNITS[name], means[0], sds[0], means[1], sds[1], told, log)
        )
    return sorted(found, key=lambda t: -t.told)


def not_told(found: list[Trait]) -> list[Trait]:
    """Those that the readings leave as they were."""
    return [t for t in found if 1 - t.told > NOT_TOLD]


def pairs(now: Normal) -> list[Pair]:
    """The strongest correlations that the readings leave."""
    r = now.cov / np.outer(now.sd, now.sd)
    k = len(r)
    found = [
        Pair(traits.LABELS[traits.NAMES[i]], traits.LABELS[traits.NAMES[j]], float(r[i, j]))
        for i in range(k)
        for j in range(i)
        if abs(r[i, j]) >= STRONG
    ]
    return sorted(found, key=lambda p: -abs(p.r))[:PAIRS]


def away(learned: Learned) -> np.ndarray:
    """How far each reading lies from what all others of the fit foretell, in predictive standard deviations.

    Each reading is judged as one that counts in full; the others as they were trusted.
    """
    observed = learned.observed
    if learned.expected is None or learned.line is None:
        return np.zeros(0)
    single = readings.single(observed)
    noise = readings.noise(observed, learned.expected.mean) + np.diag(single / learned.trust)
    exact = np.linalg.inv(gauss.predicted(learned.prior, learned.line, noise).cov)
    alone = np.diag(exact)
    rest = exact @ (observed.values - learned.expected.mean) / alone
    return np.asarray(rest / np.sqrt(1 / alone - single / learned.trust + single))


def arm(kinds: np.ndarray) -> np.ndarray:
    """Covariance of what one arm does to readings of these kinds, however often they are taken: [reading, reading]."""
    off = INSTRUMENTS.arm * ((kinds == "systolic") + readings.DIASTOLIC_ARM * (kinds == "diastolic"))
    return np.outer(off, off)


def fits(learned: Learned) -> tuple[Fits, list[Fits], list[Fits]]:
    """All readings, each kind, each session: how many are inside their 90 % interval given all the others."""
    inside = np.abs(away(learned)) < WITHIN
    observed = learned.observed

    def count(what: str, which: np.ndarray) -> Fits:
        return Fits(what, int(which.sum()), int(inside[which].sum()))

    def by(what: np.ndarray, name: Callable[[object], str]) -> list[Fits]:
        return [count(name(each), what == each) for each in dict.fromkeys(what.tolist())]

    every = count("all readings", np.ones(len(inside), bool))
    days = [str(s.session.date) for s in observed.sittings]
    return every, by(observed.kinds, str), by(observed.of, lambda i: days[int(str(i))])


def misfits(found: list[Fits]) -> list[Fits]:
    """Those where too few are inside."""
    return [f for f in found if f.readings >= FEWEST and f.inside < MISFIT * f.readings]


def doubted(learned: Learned) -> list[Doubted]:
    """Readings that counted less, the least trusted first."""
    o = learned.observed
    if not len(learned.trust):
        return []
    days = [str(s.session.date) for s in o.sittings]
    order = np.argsort(learned.trust)
    return [
        Doubted(days[o.of[i]], str(o.kinds[i]), float(o.minutes[i]), float(o.values[i]), float(learned.trust[i]))
        for i in order
        if learned.trust[i] < HALF
    ]
