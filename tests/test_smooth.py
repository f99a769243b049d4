"""Elementary functions: NumPy where numbers are plain, JAX elsewhere, and their values at the corners."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from soleus import parameter, smooth

assert parameter  # sets double precision

X = np.linspace(-30, 30, 121)
ONE = {
    "exp": smooth.exp,
    "log": lambda x: smooth.log(smooth.exp(x)),
    "sqrt": lambda x: smooth.sqrt(x * x),
    "ramp": smooth.ramp,
    "softplus": smooth.softplus,
    "sigmoid": smooth.sigmoid,
    "soft_ceiling": lambda x: smooth.soft_ceiling(x, 2.0, 0.3),
}


@pytest.mark.parametrize("name", ONE)
def test_numpy_stays_numpy_and_agrees_with_jax(name):
    f = ONE[name]
    assert isinstance(f(X), np.ndarray)
    assert isinstance(f(0.5), float)
    assert isinstance(f(jnp.asarray(X)), jax.Array)
    assert np.allclose(f(X), f(jnp.asarray(X)), rtol=1e-12)


@pytest.mark.parametrize("name", [name for name in ONE if name != "sqrt"])
def test_every_slope_exists(name):
    slopes = jax.vmap(jax.grad(ONE[name]))(jnp.asarray(X))
    assert np.all(np.isfinite(slopes))
    assert np.all(slopes >= 0)


def test_maximum_takes_either_kind():
    assert isinstance(smooth.maximum(1.0, np.array([0.0, 2.0])), np.ndarray)
    assert isinstance(smooth.maximum(1.0, jnp.array([0.0, 2.0])), jax.Array)
    assert list(smooth.maximum(1.0, np.array([0.0, 2.0]))) == [1.0, 2.0]


def test_the_ramp_at_its_corner_and_far_out():
    assert smooth.ramp(0.0) == pytest.approx(np.log(2))
    assert smooth.ramp(1e4) == pytest.approx(1e4)
    assert 0 < smooth.ramp(-1e4) < 1e-4
    y = np.linspace(0.01, 20, 50)
    assert np.allclose(smooth.ramp(smooth.unramp(y)), y)


def test_softplus_dies_out_and_does_not_overflow():
    assert smooth.softplus(0.0) == pytest.approx(np.log(2))
    assert smooth.softplus(-50.0) < 1e-20
    assert smooth.softplus(1e4) == 1e4
    assert np.allclose(smooth.softplus(X), np.logaddexp(0, X))


def test_the_soft_ceiling():
    assert smooth.soft_ceiling(-5.0, 2.0, 0.1) == pytest.approx(-5)
    assert smooth.soft_ceiling(50.0, 2.0, 0.1) == pytest.approx(2)
    assert smooth.soft_ceiling(2.0, 2.0, 0.1) == pytest.approx(2 - 0.1 * np.log(2))


def test_sigmoid_is_symmetric():
    assert smooth.sigmoid(0.0) == 0.5
    assert np.allclose(smooth.sigmoid(X) + smooth.sigmoid(-X), 1)


def test_the_logarithm_is_right_to_the_last_digit_but_one():
    x = np.concatenate([np.exp(np.linspace(-300, 300, 20_001)), 1 + np.linspace(-1e-3, 1e-3, 2_001)])
    assert np.allclose(smooth.log(jnp.asarray(x)), np.log(x), rtol=5e-16, atol=1e-18)
    assert np.allclose(jax.vmap(jax.grad(smooth.log))(jnp.asarray(x)), 1 / x, rtol=1e-15)


@pytest.mark.parametrize("x", [-1.0, -0.0, 0.0, np.nan])
def test_where_there_is_no_logarithm_there_is_no_number(x):
    assert np.isnan(smooth.log(jnp.asarray(x)))
