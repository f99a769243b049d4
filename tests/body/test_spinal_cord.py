"""Spinal cord: two states at one drive, and a log rate of cramps that is nearly a straight line."""

from dataclasses import replace

import numpy as np
import pytest

from soleus.body import spinal_cord
from soleus.body.spinal_cord import SpinalCord

P = SpinalCord()
LOW, HIGH = spinal_cord.edges(P)


def test_quiet_and_cramp_are_both_possible_between_the_edges():
    assert pytest.approx(0.25, abs=0.02) == LOW
    assert pytest.approx(2.95, abs=0.02) == HIGH
    drive = np.linspace(LOW + 0.01, HIGH - 0.01, 40)
    quiet, middle, cramp = spinal_cord.states(drive, P)
    assert np.all((quiet < middle) & (middle < cramp))
    assert np.all((quiet < 0.14) & (cramp > 0.86))
    for y in (quiet, middle, cramp):
        np.testing.assert_allclose(y, 1 / (1 + np.exp(P.theta - drive - P.W * y)), atol=1e-7)


def test_no_second_state_without_enough_gain():
    near = spinal_cord.edges(replace(P, W=4.001))
    assert near[0] == pytest.approx(near[1], abs=1e-3)


def test_the_log_rate_rises_nearly_in_a_straight_line_with_the_drive():
    """Noise crosses the barrier at exp(-barrier / noise): over the middle four fifths a line explains 98 % of it."""
    span = HIGH - LOW
    drive = np.linspace(LOW + 0.1 * span, HIGH - 0.1 * span, 60)
    log_rate = -spinal_cord.barrier(drive, P)
    assert np.all(np.diff(log_rate) > 0)
    assert np.corrcoef(drive, log_rate)[0, 1] ** 2 > 0.98


def test_the_barrier_is_the_work_against_the_pull_to_quiet():
    quiet, middle, _ = (float(y) for y in spinal_cord.states(np.array(1.5), P))
    y = np.linspace(quiet, middle, 20001)
    pull = y - 1 / (1 + np.exp(P.theta - 1.5 - P.W * y))
    assert spinal_cord.barrier(np.array(1.5), P) == pytest.approx(np.trapezoid(pull, y), rel=1e-6)
    assert spinal_cord.barrier(np.array(HIGH + 0.5), P) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("tonic", "frequency"), [(0.0, 19.6), (0.3, 16.6), (0.6, 13.6)])
def test_a_tonic_drive_lowers_the_frequency_that_starts_a_cramp(tonic, frequency):
    assert spinal_cord.look(tonic, P).threshold / 60 == pytest.approx(frequency, abs=0.1)


def test_stretch_and_baclofen_raise_it():
    assert spinal_cord.look(0.0, replace(P, theta=7.0)).threshold > spinal_cord.look(0.0, P).threshold
    assert spinal_cord.look(0.0, replace(P, theta=7.0)).barrier > spinal_cord.look(0.0, P).barrier
