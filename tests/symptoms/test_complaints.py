"""All complaints of drawn people in a simulated session, of a session by hand, and of hours at home."""

import numpy as np
import pytest

from soleus import cohort, schedule, solve
from soleus import session as sessions
from soleus.body import body
from soleus.prescription import Prescription
from soleus.references import references
from soleus.symptoms import PATHWAYS, About, Cramp, complaints

HOME = ("cramp_night", "twitch", "tetany", "weakness", "rhythm", "restless_legs", "neuropathy")
UNIT = ("cramp_after", "dizzy", "sick", "headache", "tired", "thirsty")


@pytest.fixture(scope="module")
def treated():
    """Eight people after a session of four hours."""
    people = cohort.draw(8, seed=3, dry_weight_kg=70.0)
    orders = [Prescription(uf=2.5)] * 8
    chart = schedule.Chart(pre_weight=72.5, sodium=137.0, urea=24.0)
    arrival = schedule.arrive(people, orders, 44.0, np.full(8, 70.0), chart)
    course = sessions.simulate(arrival.patient, arrival.start, orders, end=260.0)
    return arrival.patient, course.minutes, course.moments(arrival.patient)


def of(treated, about=About(), until=240.0, **more):
    patient, minutes, moments = treated
    return complaints(moments, minutes, patient, body.rest(patient), until, 8.9, about, **more)


def test_everything_is_there_once_with_evidence_and_sources(treated):
    found = of(treated)
    assert sorted(c.id for c in found) == sorted(HOME + UNIT)
    for c in found:
        assert c.probability.shape == (8,)
        assert np.all((c.probability >= 0) & (c.probability <= 1)), c.id
        assert c.evidence in "ABCD"
        assert set(c.sources) <= set(references()), c.id
        assert c.says.endswith(".")
        assert c.label[0].isupper()
    assert [c.id for c in found if c.warning] == ["rhythm"]


def test_at_home_there_is_no_session_to_complain_of(treated):
    found = of(treated, About(on_dialysis=False, gfr_ml_min=14.0))
    assert sorted(c.id for c in found) == sorted(HOME)


def test_each_person_has_an_end_of_their_own(treated):
    until = np.linspace(60, 240, 8)
    whole = {c.id: c for c in of(treated)}
    for c in of(treated, until=until):
        assert np.all(np.isfinite(c.probability))
        assert c.probability[-1] == pytest.approx(whole[c.id].probability[-1])


def test_a_prone_twin_cramps_more_at_home_too(treated):
    usual, prone = ({c.id: c.probability for c in of(treated, weights=Cramp(u=np.full(8, u)))} for u in (0.0, 2.0))
    assert np.all(prone["cramp_night"] > usual["cramp_night"])
    assert np.all(prone["cramp_after"] > usual["cramp_after"])
    assert np.array_equal(prone["twitch"], usual["twitch"])


def test_medicines_reach_the_cramps_at_home(treated):
    none, some = ({c.id: c.probability for c in of(treated, About(drugs=x))} for x in (0.0, 0.5))
    assert np.all(some["cramp_night"] > none["cramp_night"])


def test_no_label_says_that_low_potassium_makes_a_nerve_fire(treated):
    said = [c.label + " " + c.says for c in of(treated)] + [label for label, _ in PATHWAYS.values()]
    for text in said:
        low = text.lower()
        assert not ("potassium" in low and "low" in low and "fire" in low and "reverse" not in low), text


def test_a_calm_session_by_hand_raises_no_warning(session):
    found = complaints(session.moment(), session.minutes, session.patient, session.rest, 240.0, 6.0, About())
    chance = {c.id: float(c.probability[0]) for c in found}
    assert chance["rhythm"] == 0
    assert chance["tetany"] < 0.01
    assert chance["twitch"] < 0.02
    assert chance["weakness"] < 0.02
    assert chance["dizzy"] < 0.2
    assert chance["cramp_after"] < 0.05


def test_one_moment_is_enough(session):
    """Nothing but a sample of blood: no change, so no fall of anything."""
    whole = session.moment()

    def first(x):
        return type(x)(**{k: first(v) for k, v in vars(x).items()}) if hasattr(x, "__dict__") else x[:1]

    found = complaints(first(whole), session.minutes[:1], session.patient, session.rest, 0.0, 0.0, About())
    assert all(0 <= float(c.probability[0]) <= 1 for c in found)


def test_bodies_that_nobody_has_raise_no_warning():
    """The corners of every range at once, at rest: all chances, none missing."""
    n = 200
    odd = cohort.draw_everywhere(n, seed=5)
    rest = body.rest(odd)
    whole = sessions.Whole(body=body.at_rest(odd, rest), tally=sessions.EMPTY)
    rows = np.asarray(solve.stack(whole, n))
    moments = sessions.moment(np.stack([rows, rows], axis=1), odd)
    for c in complaints(moments, np.array([0.0, 60.0]), odd, rest, 60.0, 40.0, About()):
        assert np.all((c.probability >= 0) & (c.probability <= 1)), c.id
