"""Whole people of a place."""

import dataclasses

import numpy as np
import pytest

from soleus.cohort import joint
from soleus.cohort.places import PLACES, Paths
from soleus.errors import OutOfRange
from soleus.parameter import parameters, put

N = 4000


@pytest.fixture(scope="module", params=list(PLACES))
def here(request):
    return PLACES[request.param], joint.people(N, 3, request.param)


def test_correlations_are_those_of_a_distribution():
    A = joint.loadings()
    R = A @ A.T
    assert np.allclose(np.diag(R), 1)
    assert np.linalg.eigvalsh(R).min() > 0.05


def test_every_path_leads_from_an_earlier_trait_to_a_later_one():
    for name, _, _ in parameters(Paths):
        of, by = name.split("_by_")
        assert joint.TRAITS.index(by) < joint.TRAITS.index(of), name


def test_paths_that_explain_too_much_are_refused():
    with pytest.raises(OutOfRange, match="pulse explain"):
        joint.loadings(dataclasses.replace(Paths(), pulse_by_pressure=0.9, pulse_by_age=0.9))


def test_the_spread_of_one_place_is_as_it_says(here):
    place, people = here
    dry = np.log(people.patient.fluid.dry_weight)
    assert np.exp(np.median(dry)) == pytest.approx(place.weight, rel=0.02)
    assert dry.std() == pytest.approx(place.weight_spread, rel=0.06)
    assert np.mean(people.about.female) == pytest.approx(place.female, abs=0.03)
    assert np.mean(people.about.diabetes) == pytest.approx(place.diabetes, abs=0.03)
    assert np.mean(people.catheter) == pytest.approx(place.catheter, abs=0.03)
    assert np.mean(people.patient.kidney.gfr == 0) == pytest.approx(place.anuric, abs=0.03)
    assert np.median(people.gain / people.target) == pytest.approx(place.gain, rel=0.05)


def test_what_goes_together_does(here):
    _, people = here
    about, body = people.about, people.patient
    assert np.mean(body.circulation.A[about.diabetes]) < np.mean(body.circulation.A[~about.diabetes]) - 0.08
    assert np.corrcoef(about.age_y, body.circulation.A)[0, 1] < -0.15
    pulse = people.systolic - people.diastolic
    assert np.corrcoef(about.age_y, pulse)[0, 1] > 0.1
    assert np.mean(body.fluid.dry_weight[about.female]) < np.mean(body.fluid.dry_weight[~about.female]) - 3
    assert np.corrcoef(np.log(about.vintage_y), about.gfr_ml_min)[0, 1] < -0.2


def test_nobody_leaves_the_ranges(here):
    _, people = here
    size = people.patient.fluid.dry_weight / 72.5
    for name, (low, high) in {k: m.within for k, m in joint.METAS.items()}.items():
        x = np.asarray(_get(people.patient, name)) / (size ** joint.METAS[name].scales)
        if name not in ("fluid.dry_weight", "glucose.s"):
            assert np.all((x >= low - 1e-9) & (x <= high + 1e-9)), name


def test_the_same_seed_gives_the_same_people():
    one, again, other = (joint.people(20, s) for s in (1, 1, 2))
    assert np.array_equal(one.target, again.target)
    assert np.array_equal(one.cramp.u, again.cramp.u)
    assert not np.array_equal(one.target, other.target)


def test_a_place_nobody_knows_is_refused():
    with pytest.raises(OutOfRange, match="there are world, hemobp"):
        joint.people(3, 1, "atlantis")


def test_without_paths_nothing_goes_together():
    none = put(Paths(), {name: 0.0 for name, _, _ in parameters(Paths)})
    people = joint.people(N, 1, paths=none)
    assert abs(np.corrcoef(people.about.age_y, people.patient.circulation.A)[0, 1]) < 0.05


def _get(tree, name):
    for step in name.split("."):
        tree = getattr(tree, step)
    return tree
