"""Split: a risk, without rest, into levers, the person's own susceptibility and what is left over."""

from __future__ import annotations

import numpy as np

from .. import symptoms
from ..fit import Twin
from ..levers import Lever
from . import ways
from .answer import Cause, Chance, Interval, Link, Mechanism, Split
from .game import Game, of
from .runs import Runs, risk


def split(twin: Twin, levers: tuple[Lever, ...], game: Game, about: str) -> tuple[Split, tuple[Link, ...]]:
    """The risk of one symptom, split, and the branches of its tree."""
    n, m = len(levers), len(twin.prescription)
    total, right, phi = game.total[about], game.right[about], game.phi[about]
    as_was, as_should = of(game, 2**n - 1, m), of(game, 0, m)
    average = risk(twin, as_should, about, u=0.0).probability if about == "cramp" else right
    whole = total.mean()
    happened = risk(twin, as_was, about)
    steep = ways.steepness(happened.cumulative[-1])
    causes: list[Cause] = []
    tree: list[Link] = []
    for i, lever in enumerate(levers):
        change = ways.changes(twin, about, as_was, of(game, 2**n - 1 - (1 << i), m), happened)
        causes.append(_cause(lever, phi[i] / whole, change))
        tree += ways.links(causes[-1], change, about, steep)
    minute, window = _when(as_was.minutes, happened)
    found = Split(
        chance=Chance(float(whole), interval(total), float(right.mean()), minute, window),
        causes=tuple(sorted(causes, key=lambda c: -abs(c.share))),
        susceptibility=float((right - average).mean() / whole),
        susceptibility_interval=interval((right - average) / whole),
        residual=float(average.mean() / whole),
        mechanisms=_frozen(twin, as_was, whole) if about == "cramp" else (),
    )
    return found, tuple(sorted(tree, key=lambda link: -abs(link.share)))


def _cause(lever: Lever, share: np.ndarray, change: dict[str, float]) -> Cause:
    return Cause(
        lever.id, lever.label, float(share.mean()), interval(share), lever.as_it_was, lever.as_it_should_be,
        ways.mechanisms(change), lever.evidence, lever.caveat, lever.sources,
    )  # fmt: skip


def interval(x: np.ndarray) -> Interval:
    """5th to 95th percentile."""
    low, high = np.percentile(x, (5, 95))
    return Interval(float(low), float(high))


def _when(minutes: np.ndarray, happened: symptoms.Risk) -> tuple[float, Interval]:
    """Median minute of the risk of the session as it was, and the minutes between which 80 % of it lies."""
    cumulative = happened.cumulative.mean(axis=1)
    share = cumulative / cumulative[-1]
    low, middle, high = np.interp((0.1, 0.5, 0.9), share, minutes)
    return float(middle), Interval(float(low), float(high))


def _frozen(twin: Twin, as_was: Runs, whole: float) -> tuple[Mechanism, ...]:
    """What of the risk goes when one pathway stays as it was at the start."""
    found = []
    for name in symptoms.PATHWAYS:
        held = risk(twin, as_was, "cramp", frozen=name).probability.mean()
        found.append(ways.mechanism(name, float(1 - held / whole)))
    return tuple(sorted(found, key=lambda way: -way.share))
