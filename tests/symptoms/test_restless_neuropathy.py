"""Restless legs from who somebody is, neuropathy from years, dose and filtration; where and how bad cramps are."""

import numpy as np
import pytest

from soleus import symptoms
from soleus.references import references
from soleus.symptoms import QUESTIONS, About, index, neuropathy, prevalence, restless, severity, sites


def legs(**known):
    return float(restless(About(**known), 3).probability[0])


def test_restless_legs_are_as_common_as_they_were_found():
    assert legs() == pytest.approx(0.272)
    assert legs(on_dialysis=False) == pytest.approx(0.045)
    woman, man = legs(female=True), legs(female=False)
    assert woman == pytest.approx(0.31, abs=0.02)
    assert man == pytest.approx(0.245, abs=0.02)
    assert legs(vintage_y=15.0) > legs(vintage_y=1.0)


def test_no_state_of_the_body_enters_and_the_chart_goes_first():
    assert legs(restless_legs=True, vintage_y=30.0) == 1
    assert legs(restless_legs=False, female=True) == 0
    assert "no state of the body" in restless(About(), 1).says


def test_questions_tell_them_apart():
    assert len(QUESTIONS) >= 5
    for each in QUESTIONS:
        assert each.ask.endswith("?")
        assert each.cramp != each.restless


def test_neuropathy_is_as_common_as_it_was_found():
    assert prevalence(About(vintage_y=0.0)) == pytest.approx(0.65)
    for years in (1.0, 5.0, 20.0):
        assert 0.6 <= prevalence(About(vintage_y=years)) <= 1
    assert prevalence(About(on_dialysis=False, gfr_ml_min=12.0)) < 0.25
    assert prevalence(About(on_dialysis=False, gfr_ml_min=30.0)) < 0.01


def test_years_of_too_little_dialysis_hurt_nerves_more_than_years():
    full, little = (prevalence(About(vintage_y=10.0, sp_ktv=x)) for x in (1.5, 0.9))
    assert little > full + 0.1
    assert prevalence(About(vintage_y=10.0)) == pytest.approx(full)
    assert prevalence(About(vintage_y=0.0, sp_ktv=0.9)) == pytest.approx(0.65)


def test_less_filtration_and_diabetes_hurt_nerves():
    by_gfr = [prevalence(About(on_dialysis=False, gfr_ml_min=g)) for g in (30.0, 15.0, 8.0, 3.0)]
    assert np.all(np.diff(by_gfr) > 0)
    assert prevalence(About(diabetes=True)) > prevalence(About(diabetes=False))


def test_an_examination_goes_before_an_estimate():
    assert index(About(neuropathy=0.6)) == 0.6
    assert index(About(neuropathy=0.0, vintage_y=30.0)) == 0
    assert neuropathy(About(neuropathy=0.0, vintage_y=30.0), 2).probability == pytest.approx([0, 0])
    assert neuropathy(About(neuropathy=0.6), 1).probability[0] == 1
    assert 0 < index(About(vintage_y=5.0)) < 0.5


@pytest.mark.parametrize("known", [{}, {"gfr_ml_min": 0.0}, {"vintage_y": 60.0, "sp_ktv": 0.0}, {"on_dialysis": False}])
def test_extremes_and_unknowns_are_chances(known):
    for each in (restless(About(**known), 4), neuropathy(About(**known), 4)):
        assert each.probability.shape == (4,)
        assert np.all((each.probability >= 0) & (each.probability <= 1))
        assert set(each.sources) <= set(references())


def test_without_dialysis_and_filtration_it_is_that_of_the_start():
    assert prevalence(About(on_dialysis=False)) == pytest.approx(0.65)


def test_legs_before_all_and_more_when_drained():
    usual, drained, full = (sites(x) for x in (1.0, 0.8, 1.3))
    assert usual.legs == pytest.approx(0.75)
    assert full.legs < usual.legs < drained.legs
    for each in (usual, drained, full, sites(0.0)):
        assert sum(each) == pytest.approx(1)


def test_severity_is_drawn_as_patients_score_it():
    drawn = severity(5000, np.random.default_rng(1))
    assert drawn.min() >= 0
    assert drawn.max() <= 10
    assert drawn.mean() == pytest.approx(5.3, abs=0.2)
    assert symptoms.Where().pain == 5.3
