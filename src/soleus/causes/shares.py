"""Shares: exact Shapley values, and a game completed from the runs that matter where all of them would be too many.

    phi_i = sum over S without i of |S|! (n - |S| - 1)! / n!  [P(S with i as it was) - P(S)]        [Shapley1953]

The log of a cumulative hazard is nearly a sum over levers and pairs of them. So it is expanded to second order twice,

    from below   g(S) = g(none) + sum b_i + sum c_ij + (what makes it meet the whole and each whole but one)
    from above   g(S) = g(all) - sum over those missing of l_i + sum over pairs missing of c_ij

with b_i the first lever alone, l_i the last one missing, c_ij the pairs missing from the whole; coalitions between take
from both by their size. Coalitions that were run keep their own value.
"""

from itertools import combinations
from math import factorial

import numpy as np


def shapley(worth: np.ndarray, n: int) -> np.ndarray:
    """Exact Shapley values [lever, ...] of a game; `worth` [2^n, ...], bit i of the index set when lever i plays."""
    phi = np.zeros((n, *worth.shape[1:]))
    members = np.bitwise_count(np.arange(2**n))
    weight = np.array([factorial(k) * factorial(n - k - 1) / factorial(n) for k in range(n)])
    for i in range(n):
        without = np.flatnonzero((np.arange(2**n) >> i) & 1 == 0)
        gain = worth[without | (1 << i)] - worth[without]
        phi[i] = np.tensordot(weight[members[without]], gain, axes=1)
    return phi


def orders(n: int, pairs: int, rng: np.random.Generator) -> np.ndarray:
    """Orders in which levers arrive, and the same in reverse, [order, place]."""
    forth = np.array([rng.permutation(n) for _ in range(pairs)])
    return np.concatenate([forth, forth[:, ::-1]])


def queues(orders: np.ndarray) -> np.ndarray:
    """The coalitions that these orders pass, from nobody to all, one order after the other."""
    passed = np.cumsum(1 << orders, axis=1)
    return np.concatenate([np.zeros_like(passed[:, :1]), passed], axis=1).ravel()


def by_orders(worth: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Shapley values [lever, draw] as the mean gain over these orders, from the worth of their queues [queue, draw].

    Each order's gains add up to the whole, so their mean does too.
    """
    n = orders.shape[1]
    gains = np.diff(worth.reshape(len(orders), n + 1, -1), axis=1)
    phi = np.zeros((n, gains.shape[2]))
    np.add.at(phi, orders.ravel(), gains.reshape(-1, gains.shape[2]))
    return phi / len(orders)


def everyone(n: int) -> np.ndarray:
    """All coalitions; bit i is set where lever i is as it was."""
    return np.arange(2**n)


def ends(n: int) -> np.ndarray:
    """Nobody, each alone, each missing, and all: what both expansions start from."""
    alone = 1 << np.arange(n)
    return np.unique(np.concatenate([[0], alone, 2**n - 1 - alone, [2**n - 1]]))


def pairs_missing(n: int, levers: np.ndarray) -> np.ndarray:
    """All but two of these levers, each two once."""
    both = [(1 << int(i)) | (1 << int(j)) for i, j in combinations(levers, 2)]
    return 2**n - 1 - np.array(both, dtype=int)


def members(coalitions: np.ndarray, n: int) -> np.ndarray:
    """Who plays, [coalition, lever]."""
    return (coalitions[:, None] >> np.arange(n)) & 1 == 1


def effects(at: np.ndarray, g: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """What each lever does first of all, and last of all; [lever, draw]."""
    row = {int(s): i for i, s in enumerate(at)}
    full = 2**n - 1
    first = np.array([g[row[1 << i]] - g[row[0]] for i in range(n)])
    last = np.array([g[row[full]] - g[row[full & ~(1 << i)]] for i in range(n)])
    return first, last


def completed(at: np.ndarray, g: np.ndarray, n: int, wanted: np.ndarray | None = None) -> np.ndarray:
    """The game on all coalitions, or those wanted, from those at `at` with worth g [run, draw]; see the header."""
    row = {int(s): i for i, s in enumerate(at)}
    first, last = effects(at, g, n)
    full, two = 2**n - 1, list(combinations(range(n), 2))
    c = np.zeros((len(two), g.shape[1]))
    for pair, (i, j) in enumerate(two):
        missing = row.get(full & ~(1 << i) & ~(1 << j))
        if missing is not None:
            c[pair] = g[row[full]] - g[row[full & ~(1 << i)]] - g[row[full & ~(1 << j)]] + g[missing]
    asked = everyone(n) if wanted is None else wanted
    plays = members(asked, n).astype(float)
    inside = np.stack([plays[:, i] * plays[:, j] for i, j in two], axis=1)
    outside = np.stack([(1 - plays[:, i]) * (1 - plays[:, j]) for i, j in two], axis=1)
    above = g[row[full]] - (1 - plays) @ last + outside @ c
    below = g[row[0]] + plays @ first + inside @ (c + _evened(last - first - _of_each(c, two, n), two))
    share = plays.mean(axis=1, keepdims=True)
    whole = share * above + (1 - share) * below
    place = np.searchsorted(at, asked, sorter=(order := np.argsort(at)))
    ran = order[np.minimum(place, len(at) - 1)]
    return np.where((at[ran] == asked)[:, None], g[ran], whole)


def _of_each(c: np.ndarray, two: list[tuple[int, int]], n: int) -> np.ndarray:
    """Sum over the pairs that each lever is in, [lever, draw]."""
    total = np.zeros((n, c.shape[1]))
    for pair, (i, j) in enumerate(two):
        total[i] += c[pair]
        total[j] += c[pair]
    return total


def _evened(wanted: np.ndarray, two: list[tuple[int, int]]) -> np.ndarray:
    """Pair terms u_i + u_j whose sum for each lever is the wanted one, [pair, draw]."""
    n = len(wanted)
    u = (wanted - wanted.sum(axis=0) / (2 * (n - 1))) / (n - 2)
    return np.array([u[i] + u[j] for i, j in two])
