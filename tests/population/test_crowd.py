"""A crowd's session and gap against the careful ones."""

import numpy as np
import pytest

from soleus import schedule, session, solve, symptoms
from soleus.body import body
from soleus.cohort import joint
from soleus.months import NAMES
from soleus.population import crowd, lives

N = 64


@pytest.fixture(scope="module", params=["world", "hemobp"])
def arrived(request):
    people = joint.people(N, 2, request.param)._replace(minutes=np.full(N, 240.0))
    orders = lives.ordered(people, np.random.default_rng(1))
    start = schedule.above_dry(people.patient, people.target + people.gain - people.patient.fluid.dry_weight)
    return (
        people.patient,
        start,
        [lives.replace(p, uf=float(0.7 * kg)) for p, kg in zip(orders, people.gain, strict=True)],
    )


def off(found, exact):
    """The worst relative difference of each state's people, and of which."""
    a, b = (solve.stack(x, N) for x in (found, exact))
    least = 1e-2 * np.abs(b).max(axis=1, keepdims=True) + 1e-9
    error = np.abs(a - b) / np.maximum(np.abs(b), least)
    return {name: error[i].max() for i, name in enumerate(NAMES)}


def test_a_crowds_session_ends_where_a_careful_one_does(arrived):
    patient, start, orders = arrived
    found, exact = crowd.treat(patient, start, orders), session.simulate(patient, start, orders)
    worst = off(found.end, exact.end.body)
    assert max(worst.values()) < 2e-4, max(worst, key=worst.get)
    seen, all_of_it = found.watched.signs, symptoms.signs(exact.moments(patient))
    assert np.abs(seen.SBP[-1] - all_of_it.SBP[-1]).max() < 0.05
    lowest = np.abs(seen.SBP.min(axis=0) - all_of_it.SBP.min(axis=0))
    assert lowest.max() < 0.5
    chances = [
        symptoms.cramp(symptoms.pathways(s, body.rest(patient)), minutes, symptoms.Cramp(), 240.0).probability
        for s, minutes in ((seen, found.minutes), (all_of_it, exact.minutes))
    ]
    assert np.abs(chances[0] - chances[1]).max() < 0.003


def test_a_crowds_gap_ends_where_a_careful_one_does(arrived):
    patient, start, orders = arrived
    left = session.simulate(patient, start, orders, course=False).end.body
    worst = off(crowd.between(patient, left, 44.0), schedule.between(patient, left, 44.0).end.body)
    assert max(worst.values()) < 3e-4, max(worst, key=worst.get)


def test_sessions_of_several_lengths_are_put_together(arrived):
    patient, start, orders = arrived
    short = [lives.replace(p, time=210.0 if i % 2 else 240.0) for i, p in enumerate(orders)]
    uf = np.array([p.uf for p in short])
    found = lives.treated(patient, start, short, uf)
    exact = session.simulate(patient, start, short, end=240.0)
    long = np.arange(N) % 2 == 0
    assert found.minutes[-1] == pytest.approx(240.0)
    assert np.allclose(found.taken.uf, uf, rtol=1e-6)
    pressure = symptoms.signs(exact.moments(patient)).SBP[-1]
    assert np.abs(found.watched.signs.SBP[-1] - pressure)[long].max() < 0.05


def test_the_stability_limit_of_rkc_grows_with_its_stages_squared():
    assert solve.rkc_limit(8) == pytest.approx(0.65 * 64, rel=0.03)
    assert solve.rkc_limit(4) < solve.rkc_limit(8) / 3.5
