"""Game: the risk for every mix of levers as they were and as they should have been.

Few levers: all 2^n sessions of all draws of the twin run as one batch on one grid, so differences carry no step noise.
Many: those that matter run, the others follow to second order (see `shares`), and mixes drawn at random say how well.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..fit import Twin
from ..levers import Lever, World
from . import shares
from .answer import Method
from .doors import Doors, arrivals
from .runs import Runs, Worlds, part, risk, run, world

ABOUT = ("cramp", "hypotension")
MOST = 1280  # sessions up to which every mix of levers is run for every draw
PAIRED = 8  # levers that are tried in pairs: those that play most with others
PLAY = 0.02  # of the log hazard; a lever that plays less with all others together is not tried in pairs
HELD = 64  # mixes run besides, to see how far off the others are
EVERY = 12  # levers up to which the shares of all mixes are added up exactly
ORDERS = 256  # orders in which more levers are put right, each also in reverse
SEED = 20260201


class Game(NamedTuple):
    """The chance with and without every lever, what each contributes, and the runs behind it; by symptom, [draw]."""

    total: dict[str, np.ndarray]  # the session as it was
    right: dict[str, np.ndarray]  # with every lever as it should have been
    phi: dict[str, np.ndarray]  # Shapley values, [lever, draw]
    runs: Runs  # of `at`, coalition by coalition, all draws of each
    at: np.ndarray  # coalitions run
    method: Method


def play(twin: Twin, levers: tuple[Lever, ...], early: Doors | None = None) -> Game:
    """Run all mixes of levers, or those that matter; `early` are doors that may hold everybody already."""
    n, m = len(levers), len(twin.prescription)
    few = n <= 3 or m * 2**n <= MOST
    at = shares.everyone(n) if few else shares.ends(n)
    known: Worlds = {}
    worlds, draw = _worlds(twin, levers, at, known)
    doors = arrivals(twin, levers, worlds, draw, early)
    runs = run(twin, worlds, draw, doors)
    g = {about: _log(twin, runs, about).reshape(len(at), m) for about in ABOUT}
    if few:
        phi = {about: shares.shapley(chance(x), n) for about, x in g.items()}
        return _game(g, phi, runs, at, Method(True, len(draw), 0, 0.0, 0.0, ()))
    play = np.max([np.abs(np.subtract(*shares.effects(at, x, n))).mean(axis=1) for x in g.values()], axis=0)
    paired = np.sort(np.argsort(-play)[:PAIRED])
    paired = paired[play[paired] > PLAY]
    phi, sessions, off = _with_pairs(twin, levers, at, g, paired, known, doors)
    apart = tuple(lever.label for i, lever in enumerate(levers) if i not in paired)
    error = max(float(x.mean()) for x in off), max(float(x.max()) for x in off)
    return _game(g, phi, runs, at, Method(False, len(draw) + sessions, HELD, *error, apart))


def _game(g: dict[str, np.ndarray], phi: dict[str, np.ndarray], runs: Runs, at: np.ndarray, method: Method) -> Game:
    """Nobody is the first coalition that ran, everybody the last."""
    total, right = ({about: chance(x[end]) for about, x in g.items()} for end in (-1, 0))
    return Game(total, right, phi, runs, at, method)


def _with_pairs(
    twin: Twin,
    levers: tuple[Lever, ...],
    at: np.ndarray,
    first: dict[str, np.ndarray],
    paired: np.ndarray,
    known: Worlds,
    doors: Doors,
) -> tuple[dict[str, np.ndarray], int, list[np.ndarray]]:
    """Run the pairs too, complete the game, and measure by other mixes how well it is known.

    Returns:
        Shapley values by symptom, how many sessions were run, and how far the chance was off in the other mixes.
    """
    n, m = len(levers), len(twin.prescription)
    two = shares.pairs_missing(n, paired)
    rng = np.random.default_rng(SEED)
    mixes, whose = rng.integers(1, 2**n - 1, HELD), np.arange(HELD) % m
    worlds, draw = _worlds(twin, levers, two, known)
    worlds += [world(twin, levers, int(s), int(k), known) for s, k in zip(mixes, whose, strict=True)]
    runs = run(twin, worlds, np.concatenate([draw, whose]), doors)
    ran, phi, off = np.concatenate([at, two]), {}, []
    for about in ABOUT:
        more = _log(twin, runs, about)
        met = np.concatenate([first[about], more[: len(draw)].reshape(len(two), m)])
        guess = chance(shares.completed(ran, met, n, mixes))[np.arange(HELD), whose]
        off.append(np.abs(guess - chance(more[len(draw) :])))
        if n <= EVERY:
            phi[about] = shares.shapley(chance(shares.completed(ran, met, n)), n)
        else:
            orders = shares.orders(n, ORDERS, np.random.default_rng(SEED))
            worth = chance(shares.completed(ran, met, n, shares.queues(orders)))
            phi[about] = shares.by_orders(worth, orders)
    return phi, len(worlds), off


def _worlds(twin: Twin, levers: tuple[Lever, ...], at: np.ndarray, known: Worlds) -> tuple[list[World], np.ndarray]:
    """The worlds of these coalitions, all draws of each, and which draw each is of."""
    m = len(twin.prescription)
    return [world(twin, levers, int(s), k, known) for s in at for k in range(m)], np.tile(np.arange(m), len(at))


def _log(twin: Twin, runs: Runs, about: str) -> np.ndarray:
    return np.asarray(np.log(risk(twin, runs, about).cumulative[-1]))


def chance(log_hazard: np.ndarray) -> np.ndarray:
    """Of at least one event."""
    return np.asarray(-np.expm1(-np.exp(log_hazard)))


def of(game: Game, coalition: int, m: int) -> Runs:
    """The runs of one coalition, all draws."""
    row = int(np.flatnonzero(game.at == coalition)[0])
    return part(game.runs, np.arange(row * m, (row + 1) * m))
