"""Shares add up, follow the game's axioms, and name the cause that was planted."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from soleus import case, causes, fit

EXAMPLE = Path(__file__).parent.parent / "examples"

EXAMPLES = ("calf-cramps", "low-sodium-high-gain", "pressure-fall")


@pytest.fixture(scope="module")
def explained():
    """Each example, explained once."""
    return {name: causes.explain(fit.fit(case.load(EXAMPLE / f"{name}.yaml"))) for name in EXAMPLES}


def by_hand(worth, n, i):
    """Average gain of player i over all orders in which players can arrive."""
    gains = []
    for order in itertools.permutations(range(n)):
        before = sum(1 << j for j in order[: order.index(i)])
        gains.append(worth[before | (1 << i)] - worth[before])
    return np.mean(gains, axis=0)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_shapley_equals_the_average_over_all_orders(n):
    worth = np.random.default_rng(n).normal(size=(2**n, 3))
    phi = causes.shapley(worth, n)
    for i in range(n):
        np.testing.assert_allclose(phi[i], by_hand(worth, n, i), atol=1e-12)


def test_shapley_is_efficient_and_gives_a_bystander_nothing():
    rng = np.random.default_rng(1)
    core = rng.normal(size=8)
    worth = np.array([core[s & 0b111] for s in range(16)])  # the fourth player changes nothing
    phi = causes.shapley(worth, 4)
    assert math.isclose(phi.sum(), worth[-1] - worth[0])
    assert abs(phi[3]) < 1e-12


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_whole_risk_is_split_without_rest(explained, name):
    for split in (explained[name].cramp, explained[name].hypotension):
        whole = sum(c.share for c in split.causes) + split.susceptibility + split.residual
        assert math.isclose(whole, 1.0, abs_tol=1e-9)
        assert 0 < split.chance.probability < 1
        assert split.chance.interval.low <= split.chance.probability <= split.chance.interval.high


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_cause_says_how_how_sure_and_from_where(explained, name):
    from soleus.references import find

    for cause in explained[name].cramp.causes:
        assert cause.evidence in "ABCD" and cause.caveat and cause.as_it_was and cause.as_it_should_be
        assert cause.interval.low <= cause.interval.high
        assert find(" ".join(cause.sources))
        assert all(m.evidence in "ABCD" for m in cause.mechanisms)


def test_an_inaccurate_target_weight_is_found(explained):
    answer = explained["calf-cramps"]
    assert answer.about == "cramp"
    assert answer.cramp.causes[0].id == "target_weight"
    assert answer.cramp.causes[0].share > 0.25
    late = answer.cramp.chance.likely_minute / answer.twin.prescription[0].time
    assert late > 0.5


def test_a_low_sodium_bath_is_found_among_the_first_two(explained):
    first_two = [c.id for c in explained["low-sodium-high-gain"].cramp.causes[:2]]
    assert "dialysate_sodium" in first_two


def test_without_cramps_the_pressure_fall_is_explained(explained):
    assert explained["pressure-fall"].about == "hypotension"
    assert explained["pressure-fall"].hypotension.causes


def test_the_same_case_gives_the_same_answer(explained):
    again = causes.explain(fit.fit(case.load(EXAMPLE / "pressure-fall.yaml")))
    assert again.hypotension.causes == explained["pressure-fall"].hypotension.causes


def test_the_most_useful_measurement_is_one_that_is_missing(explained):
    best = explained["calf-cramps"].most_useful
    assert best is not None and 0 < best.narrows <= 1
    assert best.what != "a blood volume trace"  # the file has one
