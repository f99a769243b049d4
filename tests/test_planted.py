"""Planted causes: the truth is the person's own, the file a clinic's, and the first cause named the planted one."""

import json

import numpy as np
import pytest

from soleus import planted
from soleus.case import read
from soleus.errors import OutOfRange
from soleus.planted import file, people

KNOWN, MEASURED = "known", "measured"


@pytest.fixture(scope="module")
def few():
    """A few people with much fluid gained, screened."""
    plant = next(p for p in people.PLANTS if p.id == "low_target")
    return plant, people.planted(plant, 6, np.random.default_rng(3))


@pytest.fixture(scope="module")
def result():
    """Two dozen people, explained."""
    return planted.run(24, seed=1)


def test_somebody_planted_has_the_cause_and_the_complaint(few):
    plant, those = few
    assert those
    for one in those:
        x = one.lives[0]
        assert x.target < 0 and one.post_weight[0] == pytest.approx(x.dry + x.target)
        assert one.risks["cramp"].probability[0] > 0.01


@pytest.mark.parametrize("told", file.TOLD)
def test_the_file_is_one_that_a_clinic_could_write(few, told):
    plant, those = few
    for i, one in enumerate(those):
        written = file.written(one, plant.about, told, np.random.default_rng(i))
        case = read(json.loads(json.dumps(written)))
        here, x = case.session(), one.lives[0]
        assert here.cramps and len(case.sessions) == 4
        assert (case.patient.dry_weight_kg is not None) == (told != "usual")
        assert bool(here.blood_volume) == (told != "usual")
        assert abs(case.gain_kg(here) - x.gain) < 0.5
        assert all(r.systolic_mmhg % 2 == 0 for r in here.pressures)
        if told == KNOWN:
            assert case.patient.dry_weight_kg == round(x.dry, 1)


def test_what_the_file_does_not_say_differs_from_what_was_ordered(few):
    _, those = few
    for one in those:
        ordered, given = one.lives[0].order.dialysate, one.orders[0].dialysate
        assert given.Mg != ordered.Mg and given.temperature != ordered.temperature
        assert one.orders[0].sodium_offset != type(one.orders[0]).sodium_offset


def test_bodies_go_beyond_the_population_but_stay_within_their_ranges():
    from soleus.body.body import Patient
    from soleus.parameter import get, parameters

    rng = np.random.default_rng(2)
    p = people.bodies([people.life(rng) for _ in range(16)], rng)
    for name, _, meta in parameters(Patient):
        x = np.asarray(get(p, name))
        if name.split(".")[0] in people.DISTURBED and x.ndim and not meta.scales:
            assert (x >= meta.within[0]).all() and (x <= meta.within[1]).all(), name
    assert np.ptp(p.heat.k_c) > 0 and np.ptp(p.nerve.w_Mg) > 0  # the population holds these fixed


def test_dominant_means_most_of_all_by_the_margin(few):
    class Cause:
        def __init__(self, id, share):
            self.id, self.share = id, share

    class Split:
        def __init__(self, **shares):
            self.causes = [Cause(*pair) for pair in shares.items()]

    plant = few[0]
    assert planted.is_dominant(plant, Split(target_weight=0.4, fluid_gain=0.2))
    assert not planted.is_dominant(plant, Split(target_weight=0.4, fluid_gain=0.25))
    assert not planted.is_dominant(plant, Split(target_weight=0.4, fluid_gain=-0.25))
    assert not planted.is_dominant(plant, Split(target_weight=planted.LEAST / 2))
    assert not planted.is_dominant(plant, Split(fluid_gain=0.5))


@pytest.mark.parametrize("n", [-1, 0, len(people.PLANTS) - 1])
def test_fewer_people_than_causes_are_refused(n):
    with pytest.raises(OutOfRange, match=rf"n is {n} people.*Give {len(people.PLANTS)} or more"):
        planted.run(n)


@pytest.mark.slow
def test_a_few_dozen_are_scored_and_most_are_right(result):
    s, c, told = planted.score(result), planted.calibration(result.answered), planted.as_json(result)
    assert s.people >= 20 and result.control
    assert s.first >= 0.6 and s.two >= 0.75
    assert 0.4 < c.slope < 1.6 and c.covered > 0.5
    assert sum(b.n for b in c.bins) == sum(len(a.shares) for a in result.answered)
    assert json.loads(json.dumps(told))["people"] == s.people
    assert sum(row["people"] for row in told["causes"].values()) == s.people
    page = planted.page(result)
    assert "right first cause" in page and all(plant.label in page for plant in people.PLANTS)
    for a in result.answered:
        assert a.rank == 0 or a.named[a.rank - 1] in next(p for p in people.PLANTS if p.id == a.plant).levers
