"""The least-squares update where the answer is known."""

import numpy as np
import pytest

from soleus.fit import gauss
from soleus.fit.gauss import Line, Normal

RNG = np.random.default_rng(4)
PRIOR = Normal(np.array([1.0, -2.0]), np.array([[1.0, 0.3], [0.3, 0.5]]))
J = np.array([[1.0, 0.0], [0.5, 2.0], [0.0, 1.0]])
NOISE = np.diag([0.2, 0.1, 0.4])
NOTHING = np.zeros((3, 0))


def test_the_update_is_that_of_bayes():
    """Against the information form, which inverts other matrices."""
    line = Line(np.zeros(2), np.array([0.5, 0.0, -1.0]), J, NOTHING)
    read = np.array([2.0, -3.0, -2.5])
    now = gauss.update(PRIOR, line, read, NOISE)
    precision = np.linalg.inv(PRIOR.cov) + J.T @ np.linalg.inv(NOISE) @ J
    told = np.linalg.inv(PRIOR.cov) @ PRIOR.mean + J.T @ np.linalg.inv(NOISE) @ (read - line.value)
    np.testing.assert_allclose(now.cov, np.linalg.inv(precision), rtol=1e-12)
    np.testing.assert_allclose(now.mean, np.linalg.solve(precision, told), rtol=1e-12)


def test_what_is_not_fitted_counts_as_error():
    free = gauss.update(PRIOR, Line(np.zeros(2), np.zeros(3), J, NOTHING), np.ones(3), NOISE)
    held = gauss.update(PRIOR, Line(np.zeros(2), np.zeros(3), J, np.full((3, 1), 2.0)), np.ones(3), NOISE)
    assert np.all(held.sd > free.sd)
    assert np.all(held.sd <= PRIOR.sd + 1e-12)


def test_a_line_is_found_and_what_it_leaves_over_measured():
    x = RNG.standard_normal((4000, 2))
    hidden = RNG.standard_normal(4000)
    read = J @ x.T + np.array([1.0, 2.0, 3.0])[:, None] + np.array([0.5, 0.0, -0.5])[:, None] * hidden
    found = gauss.line(x, read)
    np.testing.assert_allclose(found.slope, J, atol=0.03)
    np.testing.assert_allclose(found.value - found.slope @ found.at, [1, 2, 3], atol=0.03)
    np.testing.assert_allclose(found.rest @ found.rest.T, np.outer([0.5, 0, -0.5], [0.5, 0, -0.5]), atol=0.02)


def test_too_few_people_are_refused():
    with pytest.raises(ValueError, match="draw at least 11"):
        gauss.line(RNG.standard_normal((10, 2)), RNG.standard_normal((3, 10)))


def test_a_trait_known_exactly_stays_as_it_is():
    prior = Normal(PRIOR.mean, np.diag([1.0, 0.0]))
    now = gauss.update(prior, Line(np.zeros(2), np.zeros(3), J, NOTHING), np.full(3, 5.0), NOISE)
    assert now.mean[1] == -2.0 and now.sd[1] == 0.0
    assert np.all(np.isfinite(now.of(RNG.standard_normal((5, 2)))))


def test_draws_have_the_moments():
    z = RNG.standard_normal((20000, 2))
    drawn = gauss.moments(PRIOR.of(z))
    np.testing.assert_allclose(drawn.mean, PRIOR.mean, atol=0.03)
    np.testing.assert_allclose(drawn.cov, PRIOR.cov, atol=0.03)


def test_information_is_never_lost():
    line = Line(np.zeros(2), np.zeros(3), J, NOTHING)
    assert gauss.learned(PRIOR, gauss.update(PRIOR, line, np.ones(3), NOISE)) > 0
    assert gauss.learned(PRIOR, PRIOR) == 0


def test_what_is_expected_is_as_wide_as_all_doubts():
    line = Line(np.zeros(2), np.zeros(3), J, np.full((3, 1), 2.0))
    expected = gauss.predicted(PRIOR, line, NOISE)
    np.testing.assert_allclose(expected.cov, J @ PRIOR.cov @ J.T + 4.0 + NOISE)
    np.testing.assert_allclose(expected.mean, J @ PRIOR.mean)


def test_in_pairs_what_two_have_in_common_does_not_blur_the_slopes():
    x, hidden = RNG.standard_normal((200, 2)), RNG.standard_normal(200)
    both, common = np.concatenate([x, -x]), np.tile(hidden, 2)
    unlike = np.array([0.5, 0.0, -0.5])
    read = J @ both.T + np.array([1.0, 2.0, 3.0])[:, None] + unlike[:, None] * common
    found = gauss.paired(both, read)
    np.testing.assert_allclose(found.slope, J, atol=1e-10)
    np.testing.assert_allclose(found.left_over, np.outer(unlike, unlike) * np.var(hidden, ddof=1), atol=1e-10)
    np.testing.assert_allclose(found.value, [1, 2, 3] + unlike * hidden.mean(), atol=1e-10)


def test_what_no_line_can_follow_counts_as_error_too():
    x, hidden = RNG.standard_normal((500, 1)), RNG.standard_normal(500)
    both, common = np.concatenate([x, -x]), np.tile(hidden, 2)
    read = (both[:, 0] * common)[None]  # the slope differs from person to person
    found = gauss.paired(both, read)
    assert abs(found.slope[0, 0]) < 0.15
    assert found.left_over[0, 0] == pytest.approx(1.0, rel=0.3)


def test_too_few_pairs_are_refused():
    with pytest.raises(ValueError, match="draw at least 20"):
        gauss.paired(RNG.standard_normal((16, 2)), RNG.standard_normal((3, 16)))
