"""Gauss: a least-squares update whose slopes come from the people themselves.

People drawn around the prior are treated as the patient was. A straight line through what they read gives the slopes;
what is left over is what the traits that are not fitted do, and counts as error with all its correlation. So one round
costs one batch of sessions, no derivative is compiled, and what is not fitted widens the answer instead of bending it.

    y = value + J (x - at) + rest + noise        x ~ N(mean, cov)
"""

from typing import NamedTuple

import numpy as np

LEAST_DOF = 8  # residual degrees of freedom below which too few people were drawn for a line


class Normal(NamedTuple):
    """Some numbers that are not known exactly."""

    mean: np.ndarray  # [trait]
    cov: np.ndarray  # [trait, trait]

    @property
    def sd(self) -> np.ndarray:
        """Standard deviations."""
        return np.sqrt(np.diag(self.cov))

    def of(self, z: np.ndarray) -> np.ndarray:
        """Draws [person, trait] from standard normal ones."""
        return self.mean + z @ np.linalg.cholesky(self.cov + 1e-12 * np.eye(len(self.mean))).T


class Line(NamedTuple):
    """What people read as a straight line of their traits."""

    at: np.ndarray  # [trait]
    value: np.ndarray  # [reading], there
    slope: np.ndarray  # [reading, trait]
    rest: np.ndarray  # [reading, person], scaled: rest @ rest.T is the covariance of what is not fitted
    bent: np.ndarray | None = None  # [reading, person], likewise, of what no straight line can follow

    @property
    def left_over(self) -> np.ndarray:
        """Covariance of all that the line leaves over, [reading, reading]."""
        found = self.rest @ self.rest.T
        return found if self.bent is None else found + self.bent @ self.bent.T


def moments(x: np.ndarray) -> Normal:
    """Mean and covariance of [person, trait]."""
    return Normal(x.mean(axis=0), np.atleast_2d(np.cov(x, rowvar=False)))


def line(x: np.ndarray, read: np.ndarray) -> Line:
    """The line through [person, trait] and [reading, person].

    Raises:
        ValueError: when there are too few people for so many traits.
    """
    n, k = x.shape
    if n - k - 1 < LEAST_DOF:
        raise ValueError(f"{n} people are too few to tell {k} traits apart; draw at least {k + 1 + LEAST_DOF}")
    at = x.mean(axis=0)
    design = np.hstack([np.ones((n, 1)), x - at])
    found, *_ = np.linalg.lstsq(design, read.T, rcond=None)
    rest = (read.T - design @ found).T / np.sqrt(n - k - 1)
    return Line(at, found[0], found[1:].T, rest)


def paired(x: np.ndarray, read: np.ndarray) -> Line:
    """The line through people of whom the second half are the first once more, with other traits.

    Slopes come from the differences of two, in which all that they have in common cancels; what is not fitted comes
    from their means.

    Raises:
        ValueError: when there are too few people for so many traits.
    """
    n, k = len(x) // 2, x.shape[1]
    if n - k < LEAST_DOF:
        raise ValueError(f"{2 * n} people are too few to tell {k} traits apart; draw at least {2 * (k + LEAST_DOF)}")
    at = x.mean(axis=0)
    apart, off = 0.5 * (x[:n] - x[n:]), 0.5 * (read[:, :n] - read[:, n:])
    slope = np.linalg.lstsq(apart, off.T, rcond=None)[0].T
    mean = 0.5 * (read[:, :n] + read[:, n:]) - slope @ (0.5 * (x[:n] + x[n:]) - at).T
    value = mean.mean(axis=1)
    rest, bent = (mean - value[:, None]) / np.sqrt(n - 1), (off - slope @ apart.T) / np.sqrt(n - k)
    return Line(at, value, slope, rest, bent)


def update(prior: Normal, told: Line, read: np.ndarray, noise: np.ndarray) -> Normal:
    """What is known after the readings.

    Args:
        prior: before them.
        told: how readings follow traits.
        read: [reading].
        noise: covariance of the instruments and of the day, [reading, reading].
    """
    J, P = told.slope, prior.cov
    error = noise + told.left_over
    gain = np.linalg.solve(J @ P @ J.T + error, J @ P).T
    mean = prior.mean + gain @ (read - told.value - J @ (prior.mean - told.at))
    left = np.eye(len(P)) - gain @ J
    cov = left @ P @ left.T + gain @ error @ gain.T  # Joseph's form stays positive
    return Normal(mean, 0.5 * (cov + cov.T))


def predicted(now: Normal, told: Line, noise: np.ndarray) -> Normal:
    """Readings to be expected, instruments and day included."""
    mean = told.value + told.slope @ (now.mean - told.at)
    return Normal(mean, told.slope @ now.cov @ told.slope.T + told.left_over + noise)


def learned(before: Normal, after: Normal) -> float:
    """Information gained, nats."""
    return float(0.5 * (np.linalg.slogdet(before.cov)[1] - np.linalg.slogdet(after.cov)[1]))
