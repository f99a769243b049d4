"""Chains: the full path. The traits by NUTS with the sessions themselves at every step, not a line through them.

    U(z) = 1/2 (x - m)' P^-1 (x - m) + sum_i (nu + 1)/2 ln(1 + e_i^2 / nu),   x = x_fast + L z,   e = W (y - f(x) - d)

m, P are the prior; W whitens what instruments, arm, day, hour and the traits that are not fitted do to the readings,
and what it leaves is Student's t. L is the root of the fast path's covariance, so that z is nearly standard normal from
the start and no mass matrix is learned. f treats one typical person with these traits in every session; d makes it
agree with the mean of the people where the line was drawn. The slopes of f are taken once, by central differences at
the start: a chain that is steered by other slopes than those of U is as exact, for a draw is accepted by U itself; it
is slower where f bends. So a step costs one person for each chain, not two for each trait.
"""

import time
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from .. import cohort, drugs
from ..errors import BadRecord, SoleusError
from . import readings, traits
from .known import Known
from .learned import ROUNDS, TAIL, within

CHAINS = 8
WARMUP, DRAWS = 10, 30  # of each chain; the fast path is the start, so that nothing has to be learned first
LEAP, DEPTH = 0.5, 3  # step of a chain, and depth of its tree: up to 7 steps, half a turn of a standard normal
STEP = 0.25  # of a central difference, in standard deviations of the fast path
AGREED, ENOUGH = 1.1, 40.0  # R-hat below, and effective draws above which chains this short are believed
LARGE = 1e10  # potential where the people leave the numbers


class Sampled(NamedTuple):
    """Draws of the traits by the full path, and whether they can be trusted."""

    x: np.ndarray  # [chain, draw, trait]
    r_hat: np.ndarray  # [trait]
    effective: np.ndarray  # [trait], draws
    diverged: int
    warmup: int
    sessions: int  # simulated sessions
    seconds: float
    fast: tuple[np.ndarray, np.ndarray]  # the fast path's mean and SD, [trait]
    dry: tuple[float, float, float]  # kg: mean, 5th and 95th percentile

    @property
    def trusted(self) -> bool:
        """Whether the chains agree and there are draws enough."""
        return bool(self.r_hat.max() < AGREED and self.effective.min() > ENOUGH and not self.diverged)

    @property
    def shift(self) -> np.ndarray:
        """Mean of the draws from the fast path's, in its standard deviations, [trait]."""
        return np.asarray((self.x.mean(axis=(0, 1)) - self.fast[0]) / self.fast[1])

    @property
    def width(self) -> np.ndarray:
        """Standard deviation of the draws over the fast path's, [trait]."""
        return np.asarray(self.x.std(axis=(0, 1)) / self.fast[1])


class Potential:
    """Minus the log posterior of whitened traits, by treating people, and slopes that steer a chain."""

    def __init__(self, known: Known) -> None:
        learned, self.known = known.learned, known
        line = learned.line
        assert line is not None
        self.observed, self.prior = learned.observed, known.start
        self.fast = known.now
        self.root = np.linalg.cholesky(self.fast.cov)
        noise = readings.noise(self.observed, line.value) + np.diag(readings.single(self.observed))
        self.whiten = np.linalg.inv(np.linalg.cholesky(noise + line.left_over))
        self.exact = np.linalg.inv(self.prior.cov)
        self.typical = jax.tree.map(np.mean, known.everybody.patient)
        self.drugs = drugs.burden(known.case, known.session.date)
        self.within = within(known.everybody, float(cohort.size_of(self.typical.fluid.dry_weight)))
        self.runs, k = 0, len(self.fast.mean)
        self.offset = line.value - self.read(line.at[None, :k])[:, 0]
        step, self.ends = STEP * self.fast.sd, self.within["fluid.dry_weight"]
        at = self.fast.mean.copy()
        at[0] = np.clip(at[0], self.ends[0] + step[0], self.ends[1] - step[0])
        read = self.read(at + np.concatenate([np.diag(step), -np.diag(step)]))
        self.slope = self.whiten @ (read[:, :k] - read[:, k:]) / (2 * step)  # [reading, trait]

    def read(self, x: np.ndarray) -> np.ndarray:
        """What people with these traits [person, trait] read, [reading, person]."""
        n, crowd = len(x), self.known.everybody
        few = crowd.take(np.zeros(n, int))._replace(
            post_weight=np.full(n, crowd.post_weight.mean()),
            chart=jax.tree.map(lambda v: np.full(n, np.mean(v)), crowd.chart),
        )
        patient, offset = traits.put_in(cohort.alike(self.typical, n), x, self.within)
        there = few.arrive(patient, offset, ROUNDS[-1])
        self.runs += n * len(self.observed.sittings)
        return readings.predict(self.observed, *there, offset, self.drugs).read

    def __call__(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Value [chain] and steering slopes [chain, trait] at [chain, trait]."""
        z = np.atleast_2d(np.asarray(z, float))
        x = self.fast.mean + z @ self.root.T
        try:
            read = self.read(x) + self.offset[:, None]
        except SoleusError:
            return np.full(len(z), LARGE), np.zeros_like(z)
        e, away = (self.whiten @ (self.observed.values[:, None] - read)).T, x - self.prior.mean
        value = 0.5 * np.sum((away @ self.exact) * away, axis=1)
        value += 0.5 * (TAIL + 1) * np.log1p(e**2 / TAIL).sum(axis=1)
        pull = (TAIL + 1) * e / (TAIL + e**2)
        by_reading = pull @ self.slope
        by_reading[:, 0] *= (x[:, 0] > self.ends[0]) & (x[:, 0] < self.ends[1])  # nobody is heavier than can be
        return value, (away @ self.exact - by_reading) @ self.root


def sample(known: Known, chains: int = CHAINS, warmup: int = WARMUP, draws: int = DRAWS, seed: int = 0) -> Sampled:
    """Draws by NUTS, all chains side by side.

    Raises:
        SoleusError: when NumPyro is not installed.
        BadRecord: when there is nothing to learn from.
    """
    try:
        from numpyro import diagnostics
        from numpyro.infer import MCMC, NUTS
    except ImportError:
        said = "--full needs NumPyro, which is not installed. Install it: pip install 'soleus[bayes]'."
        raise SoleusError(said) from None
    if known.learned.line is None:
        raise BadRecord("--full needs readings, and there are none. Add pressures to a session.")
    begun, potential = time.perf_counter(), Potential(known)
    k = len(known.now.mean)
    kernel = NUTS(
        potential_fn=_in_jax(potential, k), step_size=LEAP, adapt_step_size=False, adapt_mass_matrix=False,
        inverse_mass_matrix=jnp.ones(k), dense_mass=False, max_tree_depth=DEPTH,
    )  # fmt: skip
    run = MCMC(
        kernel, num_warmup=warmup, num_samples=draws, num_chains=chains, chain_method="vectorized", progress_bar=False
    )
    start = 0.5 * np.random.default_rng(seed).standard_normal((chains, k))
    run.run(jax.random.PRNGKey(seed), init_params=jnp.asarray(start), extra_fields=("diverging",))
    z = np.asarray(run.get_samples(group_by_chain=True))
    x = potential.fast.mean + z @ potential.root.T
    x[..., 0] = np.clip(x[..., 0], *potential.ends)
    mean, sd = known.now.mean.copy(), known.now.sd
    mean[0], sd[0] = known.dry_weight.mean, known.dry_weight.sd
    low, high = np.percentile(x[..., 0], (5, 95))
    return Sampled(
        x=x,
        r_hat=np.asarray(diagnostics.split_gelman_rubin(x)),
        effective=np.asarray(diagnostics.effective_sample_size(x)),
        diverged=int(np.sum(run.get_extra_fields()["diverging"])),
        warmup=warmup,
        sessions=potential.runs,
        seconds=time.perf_counter() - begun,
        fast=(mean, sd),
        dry=(float(x[..., 0].mean()), float(low), float(high)),
    )


def _in_jax(potential: Potential, k: int) -> Any:
    """The potential as JAX sees it: one call of Python gives value and slopes."""
    shape = (jax.ShapeDtypeStruct((), float), jax.ShapeDtypeStruct((k,), float))

    def both(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        flat = np.asarray(z).reshape(-1, k)
        value, slope = potential(flat)
        return value.reshape(np.shape(z)[:-1]), slope.reshape(np.shape(z))

    def call(z: Any) -> Any:
        return jax.pure_callback(both, shape, z, vmap_method="broadcast_all")

    @jax.custom_vjp
    def of(z: Any) -> Any:
        return call(z)[0]

    def forward(z: Any) -> Any:
        value, slope = call(z)
        return value, slope

    def back(slope: Any, by: Any) -> Any:
        return (by * slope,)

    of.defvjp(forward, back)
    return of
