"""Patients drawn from the spread that parameters state."""

import jax
import numpy as np
import pytest

from soleus import cohort
from soleus.body.body import Patient
from soleus.parameter import get, parameters

N = 4000
METAS = {name: (value, meta) for name, value, meta in parameters(Patient)}


@pytest.fixture(scope="module")
def drawn():
    return cohort.draw(N, seed=5, dry_weight_kg=Patient().fluid.dry_weight)


def test_the_same_seed_gives_the_same_people():
    one, again, other = (cohort.draw(10, seed=s) for s in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(again), strict=True))
    assert not np.array_equal(one.fluid.V_pl, other.fluid.V_pl)


def test_what_states_no_spread_is_the_same_for_all(drawn):
    for name, (value, _) in METAS.items():
        leaf = get(drawn, name)
        if name in cohort.VARYING:
            assert np.shape(leaf) == (N,)
        else:
            assert leaf == value


def test_spread_and_middle_are_as_stated(drawn):
    for name, (value, meta) in METAS.items():
        x = np.asarray(get(drawn, name))
        if meta.gsd > 1:
            assert np.median(x) == pytest.approx(value, rel=0.1), name
            inside = np.all((x > meta.within[0]) & (x < meta.within[1]))
            if inside:
                assert np.std(np.log(x)) == pytest.approx(np.log(meta.gsd), rel=0.1), name
        elif meta.sd:
            assert np.median(x) == pytest.approx(value, abs=0.1 * meta.sd), name


def test_nobody_leaves_the_ranges(drawn):
    for name, (_, meta) in METAS.items():
        x, (low, high) = np.asarray(get(drawn, name)), meta.within
        assert np.all((x >= low) & (x <= high)), name


def test_a_larger_person_has_more_of_what_grows():
    small, large = (cohort.draw(20, seed=3, dry_weight_kg=kg) for kg in (50.0, 100.0))
    for name in cohort.VARYING:
        x, y = (np.asarray(get(people, name)) for people in (large, small))
        assert np.allclose(x, y * 2.0 ** METAS[name][1].scales, rtol=1e-5), name
    assert np.all(large.fluid.dry_weight == 100.0)


def test_everybody_may_have_an_own_weight():
    weights = np.array([55.0, 70.0, 85.0])
    assert np.allclose(cohort.draw(3, seed=1, dry_weight_kg=weights).fluid.dry_weight, weights)
    free = cohort.draw(500, seed=1).fluid.dry_weight
    assert 60 < np.mean(free) < 85
    assert free.min() >= 42
    assert free.max() <= 130


def test_everywhere_fills_the_whole_range():
    p = cohort.draw_everywhere(N, seed=1)
    size = cohort.size_of(p.fluid.dry_weight)
    for name, (_, meta) in METAS.items():
        if name == "fluid.dry_weight":
            continue
        low, high = meta.within
        share = (get(p, name) / size**meta.scales - low) / (high - low)
        assert share.min() >= -1e-9, name
        assert share.max() <= 1 + 1e-9, name
        assert share.min() < 0.01, name
        assert share.max() > 0.99, name


def test_copies_are_alike_and_share_the_shape_of_a_draw():
    copies, drawn = cohort.alike(Patient(), 7), cohort.draw(7, seed=1)
    assert all(np.all(get(copies, name) == value) for name, (value, _) in METAS.items())
    shapes = [[np.shape(x) for x in jax.tree.leaves(p)] for p in (copies, drawn)]
    assert shapes[0] == shapes[1]


def test_take_count_and_both():
    p = cohort.draw(7, seed=1)
    two = cohort.take(p, [1, 4])
    assert (cohort.count(p), cohort.count(two), cohort.count(Patient())) == (7, 2, 1)
    assert list(two.fluid.V_pl) == list(p.fluid.V_pl[[1, 4]])
    assert cohort.count(cohort.both(p, two)) == 9
