"""Levels: what the laboratory says of hormones becomes the glands and the store behind it."""

import numpy as np
import pytest

from soleus import cohort, levels
from soleus.body import body
from soleus.body.body import Patient
from soleus.levels import Chart


def arrived(chart, n=4, patient=None):
    """n people put onto the chart, as they then are and as they are seen."""
    p = cohort.alike(Patient(), n) if patient is None else patient
    p, now = levels.met(p, body.at_rest(p, body.rest(p)), chart)
    return p, now, body.look(now, p, body.rest(p))


@pytest.mark.parametrize("PTH", [40.0, 310.0, 1800.0])
@pytest.mark.parametrize("calcium", [0.95, 1.15, 1.3])
def test_parathyroid_hormone_is_met_at_any_calcium_by_the_mass_of_the_glands(PTH, calcium):
    p, now, seen = arrived(Chart(PTH=PTH, ionized_calcium=calcium))
    np.testing.assert_allclose(seen.hormones.PTH, PTH, rtol=1e-6)
    np.testing.assert_allclose(seen.calcium.iCa, calcium, rtol=1e-6)
    assert p.hormones.PTH.shape == (4,)
    assert np.all(now.hormones.G > 0)


def test_more_hormone_at_the_same_calcium_needs_larger_glands():
    _, now, _ = arrived(Chart(PTH=np.array([100.0, 300.0, 900.0, 1500.0]), ionized_calcium=1.15))
    assert np.all(np.diff(now.hormones.G) > 0)


def test_vitamin_d_is_the_store_that_calcitriol_is_made_from():
    p, now, _ = arrived(Chart(vitamin_d=np.array([8e3, 16e3, 32e3, 64e3])))
    np.testing.assert_allclose(p.hormones.D25, [8e3, 16e3, 32e3, 64e3])
    assert np.all(np.diff(now.hormones.D) > 0)


def test_nobody_is_put_beyond_what_people_have():
    p, _, _ = arrived(Chart(PTH=9000.0, vitamin_d=1e3))
    assert np.all(p.hormones.PTH == 2500)
    assert np.all(p.hormones.D25 == 4000)


def test_where_the_chart_is_silent_the_person_keeps_their_own():
    drawn = cohort.draw(8, 1, 70.0)
    p, _, seen = arrived(Chart(), patient=drawn)
    np.testing.assert_array_equal(p.hormones.PTH, drawn.hormones.PTH)
    np.testing.assert_allclose(seen.hormones.PTH, drawn.hormones.PTH, rtol=1e-6)
