"""Causes: why. Every lever has an *as it was* and an *as it should have been*; its share is its exact Shapley value.

The risk of a session is split without rest: shares of the levers, the person's own susceptibility, and the residual:
what an average person would still risk with every lever right. Positive shares raised the risk, negative lowered it.

Few levers: all 2^n sessions of all draws of the twin run as one batch on one grid, so differences carry no step noise.
Many: those that matter run, the others follow to second order (see `shares`), and mixes drawn at random say how well.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .. import symptoms
from ..fit import Twin
from ..levers import Lever, World, levers_of
from . import shares
from .answer import Cause, Chance, Explanation, Interval, Measurement, Mechanism, Method, Split
from .doors import Doors, arrivals
from .runs import Runs, Worlds, part, risk, run, world
from .shares import shapley
from .useful import most_useful

__all__ = [
    "Cause", "Chance", "Explanation", "Interval", "Measurement", "Mechanism", "Method", "Split", "explain",
    "most_useful", "shapley",
]  # fmt: skip

ABOUT = ("cramp", "hypotension")
MOST = 1280  # sessions up to which every mix of levers is run for every draw
PAIRED = 8  # levers that are tried in pairs: those that play most with others
PLAY = 0.02  # of the log hazard; a lever that plays less with all others together is not tried in pairs
HELD = 64  # mixes run besides, to see how far off the others are
SEED = 20260201


class Game(NamedTuple):
    """The log of the cumulative hazard for every mix of levers and every draw, and the runs behind it."""

    g: dict[str, np.ndarray]  # by symptom, [coalition, draw]
    runs: Runs  # of `at`, coalition by coalition, all draws of each
    at: np.ndarray  # coalitions run
    method: Method


def explain(twin: Twin) -> Explanation:
    """Why this session went as it did.

    Raises:
        NotConverged: if a counterfactual left the numbers.
    """
    all_levers = levers_of(twin)
    moved = tuple(lever for lever in all_levers if lever.differs)
    game = _play(twin, moved)
    about = "cramp" if twin.session.cramps else "hypotension"
    return Explanation(
        twin=twin,
        about=about,
        cramp=_split(twin, moved, game, "cramp"),
        hypotension=_split(twin, moved, game, "hypotension"),
        as_it_should_be=tuple(lever for lever in all_levers if not lever.differs),
        most_useful=most_useful(twin, about),
        method=game.method,
    )


def _play(twin: Twin, levers: tuple[Lever, ...]) -> Game:
    """Run all mixes of levers, or those that matter."""
    n, m = len(levers), len(twin.prescription)
    few = n <= 3 or m * 2**n <= MOST
    at = shares.everyone(n) if few else shares.ends(n)
    known: Worlds = {}
    worlds, draw = _worlds(twin, levers, at, known)
    doors = arrivals(twin, worlds, draw)
    runs = run(twin, worlds, draw, doors)
    g = {about: _log(twin, runs, about).reshape(len(at), m) for about in ABOUT}
    if few:
        return Game(g, runs, at, Method(True, len(draw), 0, 0.0, 0.0, ()))
    play = np.max([np.abs(np.subtract(*shares.effects(at, x, n))).mean(axis=1) for x in g.values()], axis=0)
    paired = np.sort(np.argsort(-play)[:PAIRED])
    paired = paired[play[paired] > PLAY]
    apart = tuple(lever.label for i, lever in enumerate(levers) if i not in paired)
    return _with_pairs(
        twin, levers, Game(g, runs, at, Method(False, len(draw), 0, 0.0, 0.0, apart)), paired, known, doors
    )


def _with_pairs(
    twin: Twin, levers: tuple[Lever, ...], first: Game, paired: np.ndarray, known: Worlds, doors: Doors
) -> Game:
    """Run the pairs too, complete the game, and measure by other mixes how well it is known."""
    n, m = len(levers), len(twin.prescription)
    two = shares.pairs_missing(n, paired)
    rng = np.random.default_rng(SEED)
    mixes, whose = rng.integers(1, 2**n - 1, HELD), np.arange(HELD) % m
    worlds, draw = _worlds(twin, levers, two, known)
    worlds += [world(twin, levers, int(s), int(k), known) for s, k in zip(mixes, whose, strict=True)]
    runs = run(twin, worlds, np.concatenate([draw, whose]), doors)
    at, g, off = np.concatenate([first.at, two]), {}, []
    for about in ABOUT:
        more = _log(twin, runs, about)
        met = np.concatenate([first.g[about], more[: len(draw)].reshape(len(two), m)])
        g[about] = shares.completed(at, met, n)
        off.append(np.abs(_chance(g[about][mixes, whose]) - _chance(more[len(draw) :])))
    sessions = first.method.sessions + len(worlds)
    error = max(float(x.mean()) for x in off), max(float(x.max()) for x in off)
    return Game(g, first.runs, first.at, Method(False, sessions, HELD, *error, first.method.apart))


def _worlds(twin: Twin, levers: tuple[Lever, ...], at: np.ndarray, known: Worlds) -> tuple[list[World], np.ndarray]:
    """The worlds of these coalitions, all draws of each, and which draw each is of."""
    m = len(twin.prescription)
    return [world(twin, levers, int(s), k, known) for s in at for k in range(m)], np.tile(np.arange(m), len(at))


def _log(twin: Twin, runs: Runs, about: str) -> np.ndarray:
    return np.asarray(np.log(risk(twin, runs, about).cumulative[-1]))


def _chance(log_hazard: np.ndarray) -> np.ndarray:
    return np.asarray(-np.expm1(-np.exp(log_hazard)))


def _of(game: Game, coalition: int, m: int) -> Runs:
    """The runs of one coalition, all draws."""
    row = int(np.flatnonzero(game.at == coalition)[0])
    return part(game.runs, np.arange(row * m, (row + 1) * m))


def _split(twin: Twin, levers: tuple[Lever, ...], game: Game, about: str) -> Split:
    """The risk, split among levers, susceptibility and residual."""
    n, m = len(levers), len(twin.prescription)
    worth = _chance(game.g[about])  # [coalition, draw]; the last coalition is the session as it was
    total, right = worth[-1], worth[0]
    as_was, as_should = _of(game, 2**n - 1, m), _of(game, 0, m)
    average = risk(twin, as_should, about, u=0.0).probability if about == "cramp" else right
    phi = shapley(worth, n)
    whole = total.mean()
    happened = risk(twin, as_was, about)
    causes = tuple(
        Cause(
            lever.id, lever.label, float(phi[i].mean() / whole), _interval(phi[i] / whole), lever.as_it_was,
            lever.as_it_should_be, _mechanisms(twin, game, about, 2**n - 1 - (1 << i), as_was, happened),
            lever.evidence, lever.caveat, lever.sources,
        )
        for i, lever in enumerate(levers)
    )  # fmt: skip
    minute, window = _when(as_was.minutes, happened)
    return Split(
        chance=Chance(float(whole), _interval(total), float(right.mean()), minute, window),
        causes=tuple(sorted(causes, key=lambda c: -abs(c.share))),
        susceptibility=float((right - average).mean() / whole),
        susceptibility_interval=_interval((right - average) / whole),
        residual=float(average.mean() / whole),
        mechanisms=_frozen(twin, as_was, whole) if about == "cramp" else (),
    )


def _interval(x: np.ndarray) -> Interval:
    low, high = np.percentile(x, (5, 95))
    return Interval(float(low), float(high))


def _when(minutes: np.ndarray, happened: symptoms.Risk) -> tuple[float, Interval]:
    """Median minute of the risk of the session as it was, and the minutes between which 80 % of it lies."""
    cumulative = happened.cumulative.mean(axis=1)
    share = cumulative / cumulative[-1]
    low, middle, high = np.interp((0.1, 0.5, 0.9), share, minutes)
    return float(middle), Interval(float(low), float(high))


def _mechanisms(
    twin: Twin, game: Game, about: str, without: int, as_was: Runs, happened: symptoms.Risk
) -> tuple[Mechanism, ...]:
    """Through which pathways a lever acts: what changes in the log hazard when it alone is corrected.

    Averaged over the minutes that mattered in the session as it was.
    """
    rate = happened.rate * (as_was.minutes[:, None] <= as_was.until)
    weight = rate / rate.sum(axis=0)
    corrected = _parts(twin, _of(game, without, len(twin.prescription)), about)
    parts = _parts(twin, as_was, about)
    change = {k: float((weight * (parts[k] - corrected[k])).sum(axis=0).mean()) for k in parts}
    size = sum(abs(x) for x in change.values())
    if size < 1e-6:
        return ()
    found = [_mechanism(k, x / size) for k, x in change.items() if abs(x) / size > 0.05]
    return tuple(sorted(found, key=lambda way: -abs(way.share)))


def _parts(twin: Twin, runs: Runs, about: str) -> dict[str, np.ndarray]:
    """Each pathway's part of the log rate, [time, draw]."""
    if about == "cramp":
        return {k: getattr(twin.cramp, k) * v for k, v in runs.z.items()}
    w, sbp = twin.hypotension, runs.signs.SBP
    return {
        "level": w.level * (110 - sbp) / 10,
        "fall": w.fall * (sbp[:1] - sbp) / 10,
        "uf_rate": np.broadcast_to(w.uf_rate * np.logaddexp(0, 2 * (runs.ufr - 10)) / 2, sbp.shape),
    }


def _mechanism(name: str, share: float) -> Mechanism:
    label, evidence = (symptoms.PATHWAYS | symptoms.PRESSURE_PATHWAYS)[name]
    return Mechanism(name, label, share, evidence)


def _frozen(twin: Twin, as_was: Runs, whole: float) -> tuple[Mechanism, ...]:
    """What of the risk goes when one pathway stays as it was at the start."""
    found = []
    for name in symptoms.PATHWAYS:
        held = risk(twin, as_was, "cramp", frozen=name).probability.mean()
        found.append(_mechanism(name, float(1 - held / whole)))
    return tuple(sorted(found, key=lambda way: -way.share))
