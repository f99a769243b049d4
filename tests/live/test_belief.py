"""The filter is the very Gaussian that it claims to be, and moods go where the readings point."""

import numpy as np
import pytest

from soleus.instruments import INSTRUMENTS
from soleus.live import belief
from soleus.live.shown import Shown
from soleus.live.vigilance import VIGILANCE

N = 12
MINUTES = np.linspace(0.0, 240.0, 49)


@pytest.fixture
def shown():
    """Twelve invented courses."""
    rng = np.random.default_rng(3)
    start, slope = 140 + 10 * rng.standard_normal(N), -0.1 + 0.05 * rng.standard_normal(N)
    systolic = start + slope * MINUTES[:, None]
    of = {
        "systolic_mmhg": systolic, "diastolic_mmhg": 0.5 * systolic + rng.standard_normal(N),
        "heart_rate_min": 70 + 0 * systolic, "rbv_pct": (0.5 * slope - 0.02) * MINUTES[:, None],
        "cramp": -9 + 0 * systolic, "uf": 0.01 * MINUTES[:, None] + 0 * start,
    }  # fmt: skip
    return Shown(MINUTES, of, {}, np.full_like(systolic, 10.0))


def test_before_any_reading_the_belief_is_the_twin(shown):
    b = belief.moved(belief.before(N), 120.0)
    for kind in ("systolic_mmhg", "rbv_pct"):
        at, h = belief.row(kind, shown, 120.0)
        here = shown.at(kind, 120.0)
        assert at == pytest.approx(here.mean())
        people = h.copy()
        people[N:] = 0.0
        assert people @ b.cov[0] @ people == pytest.approx(here.var(ddof=1))


def test_the_filter_is_the_conditional_gaussian(shown):
    """Reading by reading gives what one update with the whole covariance gives, by another formula."""
    times, values = np.array([0.0, 30.0, 60.0, 90.0]), np.array([150.0, 143.0, 149.0, 131.0])
    b = belief.before(N)
    for t, y in zip(times, values, strict=True):
        b = belief.heard(belief.moved(b, t), "systolic_mmhg", y, shown, t)
    b = belief.moved(b, 120.0)
    at, h = belief.row("systolic_mmhg", shown, 120.0)

    when = np.append(times, 120.0)
    courses = shown.over("systolic_mmhg", when)
    apart = abs(when[:, None] - when[None])
    cov = np.cov(courses) + INSTRUMENTS.arm**2 + INSTRUMENTS.wander**2 * np.exp(-apart / INSTRUMENTS.wander_time)
    cov += VIGILANCE.start**2 + VIGILANCE.calm_walk**2 * np.minimum(when[:, None], when[None]) / 60
    mean = courses.mean(axis=1)
    seen = cov[:4, :4] + INSTRUMENTS.systolic**2 * np.eye(4)
    expected = mean[4] + cov[4, :4] @ np.linalg.solve(seen, values - mean[:4])
    variance = cov[4, 4] - cov[4, :4] @ np.linalg.solve(seen, cov[4, :4])
    assert at + b.mean[0] @ h == pytest.approx(expected, abs=1e-8)
    assert h @ b.cov[0] @ h == pytest.approx(variance, abs=1e-8)


def test_a_reading_of_one_kind_moves_another_that_goes_along(shown):
    fast = belief.before(N)
    for t in (60.0, 120.0):
        fast = belief.heard(belief.moved(fast, t), "rbv_pct", float(shown.at("rbv_pct", t).min()), shown, t)
    usual, low = (
        belief.expect(belief.moved(b, 120.0), "systolic_mmhg", shown, 120.0) for b in (belief.before(N), fast)
    )
    assert low.mean < usual.mean - 1.0
    assert low.sd < usual.sd


def test_a_day_that_swings_is_held_for_restless_and_a_smooth_one_for_calm(shown):
    swings, smooth = belief.before(N), belief.before(N)
    mean = shown.of["systolic_mmhg"].mean(axis=1)
    for k, t in enumerate(np.arange(0.0, 240.0, 15.0)):
        at = float(np.interp(t, MINUTES, mean))
        swings = belief.heard(belief.moved(swings, t), "systolic_mmhg", at + 25 * (-1) ** (k // 2), shown, t)
        smooth = belief.heard(belief.moved(smooth, t), "systolic_mmhg", at + 3 * (-1) ** k, shown, t)
    assert swings.share[0] < 0.05
    assert smooth.share[0] > 0.7


def test_certainty_grows_with_readings_and_goes_with_silence(shown):
    b = belief.before(N)
    sd = [belief.expect(b, "systolic_mmhg", shown, 0.0).sd]
    b = belief.heard(b, "systolic_mmhg", 140.0, shown, 0.0)
    sd.append(belief.expect(b, "systolic_mmhg", shown, 0.0).sd)
    sd.append(belief.expect(belief.moved(b, 120.0), "systolic_mmhg", shown, 120.0).sd)
    assert sd[1] < sd[0]
    assert sd[1] < sd[2]
    later = belief.moved(b, 120.0)
    assert np.all(np.linalg.eigvalsh(later.cov) > -1e-9)


def test_time_may_pass_in_any_steps(shown):
    """Two steps are one, and what they make of a trend is what many small draws make of it."""
    b = belief.heard(belief.before(N), "systolic_mmhg", 120.0, shown, 0.0)
    once, twice = belief.moved(b, 62.0), belief.moved(belief.moved(b, 7.0), 62.0)
    for a, c in zip(once[1:], twice[1:], strict=True):
        np.testing.assert_allclose(a, c, atol=1e-10)

    rng = np.random.default_rng(8)
    dt, slid = 0.25, np.exp(-0.25 / VIGILANCE.trend_time)
    trend, walk = VIGILANCE.trend * rng.standard_normal(20_000), np.zeros(20_000)
    for _ in range(int(62 / dt)):
        walk += trend * dt / 60
        trend = slid * trend + np.sqrt(1 - slid**2) * VIGILANCE.trend * rng.standard_normal(len(trend))
    start = belief.before(N)
    late = belief.moved(start, 62.0)
    grown = late.cov[2, belief.WALK, belief.WALK] - start.cov[2, belief.WALK, belief.WALK]
    assert grown - VIGILANCE.calm_walk**2 * 62 / 60 == pytest.approx(walk.var(), rel=0.03)
    assert late.cov[2, belief.WALK, belief.TREND] == pytest.approx(np.mean(walk * trend), rel=0.05)
