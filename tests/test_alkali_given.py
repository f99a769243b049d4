"""Alkali given into a vein: what every clinician expects of acidity and ionized calcium, minute by minute."""

from dataclasses import replace

import numpy as np
import pytest

from soleus import schedule
from soleus.body import body
from soleus.body.body import Patient
from soleus.cohort import alike
from soleus.parameter import put


@pytest.fixture(scope="module")
def alkalinized():
    """An acidotic person given 200 mmol of bicarbonate in a quarter of an hour: pH and ionized calcium over 4 h."""
    p = put(alike(Patient(), 1), {"acid_base.hco3": np.array([15.0]), "acid_base.pCO2": np.array([35.0])})
    start, rate = body.at_rest(p, body.rest(p)), np.array([[200.0 / 15.0]])
    drip = replace(body.NO_INFUSION, hco3=rate, Na=rate, water=rate / 1000)
    course = schedule.between(p, start, 4.0, course=True, infusion=drip, switches=(0.0, 15.0))
    seen = course.moments(p).seen
    return [
        lambda minute, x=x: float(np.interp(minute, course.minutes, x[:, 0]))
        for x in (seen.acid_base.pH, seen.calcium.iCa)
    ]


def test_bicarbonate_into_a_vein_lowers_ionized_calcium_for_hours(alkalinized):
    pH, calcium = alkalinized
    assert pH(0) == pytest.approx(7.25, abs=0.01) and pH(15) == pytest.approx(7.45, abs=0.01)
    fall = calcium(15) - calcium(0)
    assert fall < -0.04
    assert calcium(60) - calcium(0) < 0.5 * fall < calcium(210) - calcium(0)  # half back in one to three hours, or so


@pytest.mark.xfail(
    strict=True, reason="binding follows a closed sample, -0.26 per pH with bicarbonate's complex: -0.13"
)
def test_that_fall_is_as_large_as_in_people(alkalinized):
    """Half of that of a closed sample: -0.15 log10 per pH."""
    _, calcium = alkalinized
    assert -0.09 < calcium(15) - calcium(0) < -0.06
