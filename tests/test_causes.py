"""Shares add up, follow the game's axioms, and name the cause that was planted."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from soleus import case, causes, fit, levers, symptoms
from soleus.body import body
from soleus.causes import doors, shares

EXAMPLE = Path(__file__).parent.parent / "examples"

WRONG = {
    "sodium_mmol_l": 135.0, "potassium_mmol_l": 1.0, "calcium_mmol_l": 1.0, "magnesium_mmol_l": 0.375,
    "bicarbonate_mmol_l": 39.0, "acetate_mmol_l": 0.3, "citrate_mmol_l": 1.0, "temperature_c": 37.0,
}  # fmt: skip
EXAMPLES = ("calf-cramps", "low-sodium-high-gain", "pressure-fall")


@pytest.fixture(scope="module")
def explained():
    """Each example, explained once."""
    return {name: causes.explain(fit.fit(case.load(EXAMPLE / f"{name}.yaml"))) for name in EXAMPLES}


@pytest.fixture(scope="module")
def wrong():
    """Four draws of the first example, treated with a bath wrong in nearly everything."""
    told = case.load(EXAMPLE / "calf-cramps.yaml")
    bath = told.prescription.dialysate.model_copy(update=WRONG)
    order = told.prescription.model_copy(update={"dialysate": bath, "reason": "a test"})
    return fit.fit(told.model_copy(update={"prescription": order}), people=48, kept=4)


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


def quadratic(n, seed):
    """The log of a hazard that is a sum over levers and pairs of them; every mix, three draws."""
    rng = np.random.default_rng(seed)
    plays = shares.members(shares.everyone(n), n).astype(float)
    single, pair = rng.normal(size=(n, 3)), 0.3 * rng.normal(size=(n, n, 3))
    return plays @ single + np.einsum("si,ijk,sj->sk", plays, pair, plays)


@pytest.mark.parametrize("n", [5, 7, 9])
def test_a_game_of_singles_and_pairs_is_completed_exactly(n):
    g = quadratic(n, n)
    at = np.unique(np.concatenate([shares.ends(n), shares.pairs_missing(n, np.arange(n))]))
    assert len(at) < 2**n
    np.testing.assert_allclose(shares.completed(at, g[at], n), g, atol=1e-10)


def test_without_pairs_the_ends_still_give_the_shares_of_such_a_game():
    """First and last contribution average to the Shapley value where levers play in pairs at most."""
    n = 7
    g = quadratic(n, 1)
    at = shares.ends(n)
    exact = causes.shapley(g, n)
    np.testing.assert_allclose(np.mean(shares.effects(at, g[at], n), axis=0), exact, atol=1e-10)
    np.testing.assert_allclose(causes.shapley(shares.completed(at, g[at], n), n), exact, atol=0.4)


@pytest.mark.parametrize("n", [4, 9])
def test_shares_by_many_orders_add_up_and_are_nearly_exact(n):
    g = quadratic(n, n) - 6.0
    worth = -np.expm1(-np.exp(0.3 * g))
    orders = shares.orders(n, 256, np.random.default_rng(1))
    phi = shares.by_orders(worth[shares.queues(orders)], orders)
    np.testing.assert_allclose(phi.sum(axis=0), worth[-1] - worth[0], atol=1e-12)
    exact = causes.shapley(worth, n)
    assert np.abs(phi - exact).max() < 0.05 * np.abs(exact).max()


def test_a_game_completed_where_it_is_wanted_is_the_same_game():
    n, g = 7, quadratic(7, 2)
    at, wanted = shares.ends(n), np.array([5, 0, 99, 127, 64])
    np.testing.assert_allclose(shares.completed(at, g[at], n, wanted), shares.completed(at, g[at], n)[wanted])


def test_more_levers_than_mixes_can_be_added_up_are_explained_too(wrong, monkeypatch):
    exact = causes.explain(wrong)
    monkeypatch.setattr(causes.game, "EVERY", 3)
    nearly = causes.explain(wrong)
    known = {cause.id: cause.share for cause in exact.cramp.causes}
    assert all(abs(cause.share - known[cause.id]) < 0.01 for cause in nearly.cramp.causes)
    whole = sum(c.share for c in nearly.cramp.causes) + nearly.cramp.susceptibility + nearly.cramp.residual
    assert math.isclose(whole, 1.0, abs_tol=1e-9)


def test_what_was_run_is_kept():
    rng = np.random.default_rng(3)
    g = rng.normal(size=(2**6, 2))
    at = np.unique(np.concatenate([shares.ends(6), shares.pairs_missing(6, np.array([0, 2, 5]))]))
    np.testing.assert_array_equal(shares.completed(at, g[at], 6)[at], g[at])


def test_many_levers_give_nearly_the_shares_of_all_their_mixes(wrong, monkeypatch):
    """Eight levers, four draws: the completed game against all 1,024 sessions."""
    eight = [x for x in causes.levers_of(wrong) if x.differs and x.id not in ("session_length", "dialysate_citrate")][
        :8
    ]
    assert len(eight) == 8
    monkeypatch.setattr(causes, "levers_of", lambda _: eight)
    exact = causes.explain(wrong)
    monkeypatch.setattr(causes.game, "MOST", 0)
    nearly = causes.explain(wrong)
    assert exact.method.exact and not nearly.method.exact
    assert nearly.method.sessions < 0.7 * exact.method.sessions
    assert nearly.method.error < 0.01 and nearly.method.largest < 0.08
    for one, other in ((exact.cramp, nearly.cramp), (exact.hypotension, nearly.hypotension)):
        known = {cause.id: cause.share for cause in one.causes}
        assert one.chance == other.chance
        assert all(abs(cause.share - known[cause.id]) < 0.01 for cause in other.causes)


def test_a_bath_wrong_in_everything_is_explained_without_rest(wrong):
    answer = causes.explain(wrong)
    assert len(answer.cramp.causes) >= 10 and not answer.method.exact
    for split in (answer.cramp, answer.hypotension):
        assert math.isclose(sum(c.share for c in split.causes) + split.susceptibility + split.residual, 1, abs_tol=1e-9)
    assert f"{answer.method.sessions} sessions" in answer.method.text
    found = {cause.id: cause for cause in answer.cramp.causes}
    assert found["dialysate_magnesium"].share > 0 and found["dialysate_bicarbonate"].share > 0
    assert found["dialysate_magnesium"].mechanisms[0].id == "magnesium"


def test_who_gains_or_weighs_otherwise_arrives_so_and_nobody_else_changes(wrong):
    worlds = [
        levers.World(wrong.prescription[k], gain, target) for k, gain, target in ((0, 0, 0), (1, -0.5, 0), (1, 0, 1))
    ]
    came = doors.arrivals(wrong, (), worlds, np.array([0, 1, 1]))
    seen = body.look(came.start, came.patient, body.rest(came.patient))
    weight, pressure = np.asarray(seen.weight), np.asarray(seen.circulation.SBP)
    as_was, less, more = (came.kinds[kind] for kind in ((1, 0.0, 0.0), (1, -0.5, 0.0), (1, 0.0, 1.0)))
    was = body.look(wrong.start, wrong.patient, body.rest(wrong.patient))
    np.testing.assert_allclose(weight[: len(wrong.prescription)], was.weight, rtol=1e-12)
    assert weight[less] == pytest.approx(weight[as_was] - 0.5, abs=1e-6)
    assert weight[more] == pytest.approx(weight[as_was] + 1.0, abs=1e-6)
    assert pressure[more] > pressure[as_was] > pressure[less]


def test_everybody_whose_week_is_lived_ahead_is_asked_for_and_nobody_is_missing(wrong):
    early = doors.ahead(wrong)
    worlds, moved = [], levers.weighing(wrong)
    for k, prescription in enumerate(wrong.prescription):
        was = levers.World(prescription, 0.0, 0.0)
        worlds += [was, *(x.correct(was, k) for x in moved if x.differs)]
    draw = np.repeat(np.arange(len(wrong.prescription)), len(worlds) // len(wrong.prescription))
    assert doors.arrivals(wrong, (), worlds, draw, early).start is early.start


def test_bath_calcium_acts_through_nerve_and_pressure(wrong):
    answer = causes.explain(wrong)
    calcium = {s: next(c for c in getattr(answer, s).causes if c.id == "dialysate_calcium") for s in causes.ABOUT}
    assert calcium["hypotension"].share > 0 and calcium["cramp"].share > 0
    assert {way.id for way in calcium["hypotension"].mechanisms} <= {"level", "fall"}
    assert calcium["cramp"].mechanisms[0].id == "nerve" and calcium["cramp"].mechanisms[0].evidence == "D"


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_whole_risk_is_split_without_rest(explained, name):
    for split in (explained[name].cramp, explained[name].hypotension):
        whole = sum(c.share for c in split.causes) + split.susceptibility + split.residual
        assert math.isclose(whole, 1.0, abs_tol=1e-9)
        assert 0 < split.chance.probability < 1
        assert split.chance.interval.low <= split.chance.probability <= split.chance.interval.high


@pytest.mark.parametrize("name", EXAMPLES)
def test_branches_of_a_root_add_up_to_its_share_and_are_no_surer_than_their_weaker_end(explained, name):
    answer = explained[name]
    grades = {k: grade for k, (_, grade) in (symptoms.PATHWAYS | symptoms.PRESSURE_PATHWAYS).items()}
    for about in causes.ABOUT:
        for cause in getattr(answer, about).causes:
            branches = [link for link in answer.tree if (link.root, link.symptom) == (cause.id, about)]
            assert math.isclose(sum(link.share for link in branches), cause.share, abs_tol=1e-9)
            assert all(link.evidence == max(cause.evidence, grades[link.mechanism]) for link in branches)


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


def test_what_else_the_session_may_bring_is_told_with_its_chance(explained):
    for answer in explained.values():
        chances = {complaint.id: complaint.probability for complaint in answer.complaints}
        assert "restless_legs" in chances and all(((x >= 0) & (x <= 1)).all() for x in chances.values())


def test_restless_legs_alone_have_a_chance_and_no_mechanism():
    told = case.load(EXAMPLE / "restless-or-cramping.yaml")
    session = told.session("2026-06-08")
    answer = causes.explain(fit.fit(told, session, people=48, kept=4))
    assert answer.about == "restless_legs" and answer.asked is answer.restless_legs
    assert answer.asked.causes == () and answer.asked.residual == 1.0 and answer.most_useful is None
    assert 0 < answer.asked.chance.probability < 1
    assert answer.differential[0].id == "restless_legs"
    assert not [link for link in answer.tree if link.symptom == "restless_legs"]


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
