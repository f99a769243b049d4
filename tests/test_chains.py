"""The full path: its potential has the slopes it says, and a few draws agree with the fast path."""

import sys

import numpy as np
import pytest

from soleus import case
from soleus.errors import SoleusError
from soleus.fit import chains, known


@pytest.fixture(scope="module")
def fell(root):
    """One session with ten cuff readings."""
    return known.know(case.load(root / "examples" / "pressure-fall.yaml"), people=64)


def test_where_the_chain_starts_it_is_steered_by_the_slopes_of_the_potential(fell):
    potential = chains.Potential(fell)
    z = np.zeros((1, len(fell.now.mean)))
    _, slope = potential(z)
    step = 0.05
    for i in (0, 1, 5):
        to = step * np.eye(len(z[0]))[i]
        there, back = (potential(z + side * to)[0][0] for side in (1, -1))
        assert (there - back) / (2 * step) == pytest.approx(slope[0, i], abs=0.05)


def test_chains_side_by_side_are_the_same_as_alone(fell):
    potential = chains.Potential(fell)
    z = 0.3 * np.random.default_rng(4).standard_normal((2, len(fell.now.mean)))
    both, slopes = potential(z)
    for i in (0, 1):
        one, slope = potential(z[i])
        assert one[0] == pytest.approx(both[i], rel=1e-5)
        np.testing.assert_allclose(slope[0], slopes[i], atol=1e-3)


def test_people_who_leave_the_numbers_are_never_kept(fell, monkeypatch):
    potential = chains.Potential(fell)

    def lost(_):
        raise SoleusError("a patient left the numbers")

    monkeypatch.setattr(potential, "read", lost)
    value, slope = potential(np.zeros((3, 13)))
    assert np.all(value == chains.LARGE) and not slope.any()


def test_without_numpyro_the_remedy_is_named(fell, monkeypatch):
    monkeypatch.setitem(sys.modules, "numpyro", None)
    with pytest.raises(SoleusError, match=r"soleus\[bayes\]"):
        chains.sample(fell)


def test_without_readings_there_is_nothing_to_sample(fell):
    pytest.importorskip("numpyro")
    silent = fell._replace(learned=fell.learned._replace(line=None))
    with pytest.raises(SoleusError, match="Add pressures"):
        chains.sample(silent)


def test_numpyro_is_asked_for_nowhere_else(root):
    asking = [p.name for p in (root / "src").rglob("*.py") if "numpyro import" in p.read_text(encoding="utf-8")]
    assert asking == ["chains.py"]


@pytest.mark.slow
def test_a_few_draws_stay_near_the_fast_path(fell):
    pytest.importorskip("numpyro")
    full = chains.sample(fell, chains=2, warmup=5, draws=12)
    assert full.x.shape == (2, 12, len(fell.now.mean)) and np.all(np.isfinite(full.x))
    assert full.diverged == 0 and full.sessions > 0 and full.seconds > 0
    assert np.abs(full.shift).max() < 2.0
    assert full.dry[1] < full.dry[0] < full.dry[2]
    assert not full.trusted  # so few draws are not believed
