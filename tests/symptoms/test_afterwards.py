"""Cramps after a session and at night: the same pathways, without starved muscle, at a rate of their own."""

from dataclasses import replace

import numpy as np
import pytest

from soleus.symptoms import PATHWAYS, Afterwards, Cramp, afterwards

TIME = 5


def z(**end):
    """Pathways that rise evenly from zero to these."""
    ramp = np.linspace(0, 1, TIME)[:, None]
    return {name: end.get(name, 0.0) * ramp for name in PATHWAYS}


def chance(weights=None, **end):
    return {c.id: float(c.probability[0]) for c in afterwards(z(**end), weights or Cramp())}


@pytest.mark.parametrize("name", sorted(PATHWAYS))
def test_every_pathway_but_starved_muscle_counts(name):
    calm, then = chance(), chance(**{name: 2.0})
    for when in calm:
        if name == "perfusion" or getattr(Cramp(), name) == 0:
            assert then[when] == calm[when]
        else:
            assert then[when] > calm[when]


def test_half_is_left_at_night():
    """Twice the change counts at night as much as once at once, apart from the base."""
    same = Afterwards(after=-5.0, night=-5.0)
    once = afterwards(z(volume=1.0), Cramp(), p=same)[0].probability
    twice = afterwards(z(volume=2.0), Cramp(), p=same)[1].probability
    assert once == pytest.approx(twice)


def test_what_was_there_all_day_is_there_at_night_in_full():
    all_day = {name: np.full((TIME, 1), 2.0 if name == "magnesium" else 0.0) for name in PATHWAYS}
    same = Afterwards(after=-5.0, night=-5.0)
    after, night = afterwards(all_day, Cramp(), p=same)
    assert after.probability == pytest.approx(night.probability)


def test_home_is_half_the_unit():
    prone, usual = (chance(replace(Cramp(), u=u))["cramp_after"] for u in (2.0, 0.0))
    alike = Afterwards(r=1.0)
    both = [float(afterwards(z(), replace(Cramp(), u=u), p=alike)[0].probability[0]) for u in (2.0, 0.0)]
    assert 1 < prone / usual < both[0] / both[1]
    assert prone / usual == pytest.approx(np.e, rel=0.1)  # half of 2, less what a chance loses to its ceiling


def test_without_dialysis_there_are_nights_alone():
    assert [c.id for c in afterwards(z(), Cramp(), dialysis=False)] == ["cramp_night"]


def test_extremes_stay_chances():
    for end in (50.0, -50.0):
        for x in chance(replace(Cramp(), u=4.0), **dict.fromkeys(PATHWAYS, end)).values():
            assert 0 <= x <= 1
