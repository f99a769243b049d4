"""Profiles: what a nurse draws is what the machine runs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soleus.errors import OutOfRange
from soleus.machine.profiles import Profile, between, constant, exponential, linear, mean, steps


def test_the_four_shapes():
    assert constant(2.0).values == (2.0, 2.0)
    assert mean(linear(2.0, 0.0)) == 1.0
    assert steps([3.0, 1.0]).knots == ((0.0, 3.0), (0.5, 3.0), (0.5, 1.0), (1.0, 1.0))
    fall = exponential(148.0, 138.0)
    assert fall.values[0] == pytest.approx(148)
    assert fall.values[-1] == pytest.approx(138)
    assert len(fall.knots) == 9
    drops = -np.diff(fall.values)
    assert all(drops[:-1] > drops[1:])


def test_a_jump_is_read_from_the_side_it_is_met():
    p = steps([3.0, 1.0])
    assert between(p, np.array([0.2, 0.5]), np.array([0.5, 0.9]))[1].tolist() == [3.0, 1.0]
    assert between(p, np.array([0.2, 0.5]), np.array([0.5, 0.9]))[0].tolist() == [3.0, 1.0]


def test_after_the_end_the_last_value_holds():
    assert [float(v) for v in between(linear(2.0, 1.0), 1.0, 1.4)] == [1.0, 1.0]


@given(values=st.lists(st.floats(0.0, 5.0), min_size=1, max_size=9))
def test_the_mean_of_steps_is_the_mean_of_their_values(values):
    assert mean(steps(values)) == pytest.approx(np.mean(values), abs=1e-12)


@given(start=st.floats(0.1, 5.0), end=st.floats(0.0, 5.0), x=st.floats(0.0, 1.0), y=st.floats(0.0, 1.0))
def test_a_line_is_a_line(start, end, x, y):
    first, last = between(linear(start, end), x, y)
    assert float(first) == pytest.approx(start + x * (end - start))
    assert float(last) == pytest.approx(start + y * (end - start))


def test_equal_profiles_are_one():
    assert len({exponential(2, 1), exponential(2, 1), linear(2, 1)}) == 2


@pytest.mark.parametrize(
    "build",
    [
        lambda: Profile(((0.0, 1.0), (240.0, 1.0))),
        lambda: Profile(((0.0, 1.0), (0.7, 2.0), (0.5, 1.0), (1.0, 1.0))),
        lambda: Profile(((0.0, 1.0),)),
        lambda: linear(1.0, float("nan")),
        lambda: constant("fast"),  # type: ignore[arg-type]
        lambda: steps([]),
        lambda: exponential(2.0, 1.0, steepness=0.0),
    ],
    ids=["minutes", "out of order", "one knot", "not a number", "a text", "no steps", "no steepness"],
)
def test_what_is_no_profile_is_refused(build):
    with pytest.raises(OutOfRange, match=r"must|needs"):
        build()
