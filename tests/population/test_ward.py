"""The cuff: what is written down of a session."""

import dataclasses

import numpy as np
import pytest

from soleus.instruments import INSTRUMENTS
from soleus.population import ward
from soleus.population.ward import Days, Own, Ward

MINUTES = np.array([0.0, 10.0, 60.0, 240.0])
N = 400


def read(systolic, unit, on=None, readings=7.0):
    rng = np.random.default_rng(1)
    true = np.broadcast_to(np.asarray(systolic, float)[:, None], (len(MINUTES), N))
    on = Days(np.zeros((ward.AGAIN, N)), np.zeros((ward.AGAIN, N))) if on is None else on
    return ward.read(MINUTES, true, true - 60, on, Own(np.full(N, readings), np.zeros(N)), unit, rng)


@pytest.fixture
def exact(monkeypatch):
    """A cuff without error."""
    monkeypatch.setattr(ward, "INSTRUMENTS", dataclasses.replace(INSTRUMENTS, systolic=0.0))


def test_an_exact_cuff_reads_what_is_there(exact):
    of = read([150, 150, 130, 100], Ward())
    assert np.all(of.first == 150)
    assert np.all(of.last == 100)
    assert np.all(of.lowest == 100)
    assert np.all((of.taken >= 7) & (of.taken <= 8))
    assert not of.low.any()
    assert of.fell.all()


def test_a_low_reading_is_taken_again(exact):
    of = read([100, 100, 85, 80], Ward())
    assert of.low.all()
    assert np.all(of.taken > 8)


def test_a_day_moves_all_readings_and_its_trend_the_later_ones(exact):
    on = Days(np.full((ward.AGAIN, N), -10.0), np.full((ward.AGAIN, N), -20.0))
    of = read([150] * 4, Ward(), on)
    assert np.all(of.first == 140)
    assert np.all(of.last == 120)


def test_noise_lowers_the_lowest_reading_and_leaves_the_mean():
    of = read([150] * 4, Ward())
    assert of.mean.mean() == pytest.approx(150, abs=0.3)
    assert 136 < of.lowest.mean() < 145


def test_days_differ_around_nothing():
    days = ward.days(np.ones(2000), np.random.default_rng(1), Ward())
    assert days.level.std() == pytest.approx(Ward().day, rel=0.02)
    assert days.trend.mean() == pytest.approx(-Ward().sudden * Ward().sudden_fall, abs=0.3)
