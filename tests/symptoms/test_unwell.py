"""Dizziness, nausea, headache, tiredness, thirst: each moved by what its evidence names, and always a chance."""

from dataclasses import replace

import numpy as np
import pytest

from soleus import symptoms
from soleus.symptoms import About, Unwell
from soleus.symptoms.complaint import average, logistic

NAMES = ("dizzy", "sick", "headache", "tired", "thirsty")


def chances(session, about=None, ufr=8.0, until=240.0, **now):
    of = symptoms.whole(session.moment(**now), session.minutes, session.patient, until, ufr)
    return {c.id: float(c.probability[0]) for c in symptoms.unwell(of, about or About())}


def test_the_session_as_a_whole_by_hand(session):
    now = {"SBP": 150 - 40 * session.ramp, "MAP": 100 - 20 * session.ramp, "E": 285 - 5 * session.ramp}
    now |= {"urea_i": 23.0, "Na_p": 140.0, "K_p": 5.5 - 2 * session.ramp, "V_is": 11.34}
    of = symptoms.whole(session.moment(**now), session.minutes, session.patient, 240.0, 12.0)
    expected = {"SBP": 150, "fall": 40, "MAP_fall": 20, "urea": 18.8, "gradient": 3, "dilution": 5, "thirst": 2}
    expected |= {"K_low": 3.5, "K_high": 5.5, "ready": 0.7, "V_is": 0.9, "uf_rate": 0.2}
    for name, value in expected.items():
        assert getattr(of, name)[0] == pytest.approx(value), name


def test_nothing_after_the_treatment_counts(session):
    late = np.where(session.minutes > 120, 60.0, 140.0)
    assert chances(session, SBP=late, until=100.0) == chances(session)
    assert chances(session, SBP=late)["dizzy"] > chances(session)["dizzy"] + 0.1


@pytest.mark.parametrize(
    ("what", "now", "moved"),
    [
        ("pressure falls", {"SBP": lambda r: 140 - 40 * r}, {"dizzy", "sick", "headache"}),
        ("mean pressure falls", {"MAP": lambda r: 95 - 20 * r}, {"tired"}),
        ("blood becomes dilute", {"E": lambda r: 285 - 8 * r}, {"headache", "tired"}),
        ("urea stays behind", {"urea_i": lambda r: 20 + 6 * r}, {"sick", "headache"}),
        ("sodium ends high", {"Na_p": lambda r: 138 + 3 * r}, {"thirsty"}),
    ],
)
def test_each_sign_raises_its_own_complaints_alone(session, what, now, moved):
    calm, then = chances(session), chances(session, **{k: f(session.ramp) for k, f in now.items()})
    for name in NAMES:
        if name in moved:
            assert then[name] > calm[name] + 0.005, (what, name)
        else:
            assert then[name] == pytest.approx(calm[name]), (what, name)


def test_odds_that_were_read_come_out_for_one_person(session):
    """Odds ratios belong to a person; averaged over people who differ they come out smaller."""
    of = [
        symptoms.whole(session.moment(SBP=140 - x * session.ramp), session.minutes, session.patient, 240.0, 8.0)
        for x in (0, 10)
    ]
    for spread, low, high in ((0.0, 1.36, 1.38), (1.2, 1.2, 1.36)):
        p = [symptoms.unwell(each, About(), replace(Unwell(), spread=spread))[0].probability[0] for each in of]
        ratio = p[1] / (1 - p[1]) / (p[0] / (1 - p[0]))
        assert low < ratio < high


def test_fast_removal_tires_and_slow_does_not(session):
    slow, usual, fast = (chances(session, ufr=x)["tired"] for x in (2.0, 6.0, 15.0))
    assert usual == pytest.approx(slow, rel=1e-3)
    assert fast > usual + 0.02


def test_women_report_more_tiredness_and_an_unknown_sex_is_the_average(session):
    man, woman, nobody = (chances(session, About(female=x))["tired"] for x in (False, True, None))
    assert man < nobody < woman


def test_extremes_stay_chances(session):
    wild = {"SBP": np.linspace(260, 20, 49), "urea_i": 200.0, "E": np.linspace(320, 200, 49), "Na_p": 180.0}
    for x in chances(session, ufr=60.0, **wild).values():
        assert 0 <= x <= 1
    for x in chances(session, ufr=0.0, SBP=300.0, Na_p=100.0).values():
        assert 0 <= x <= 1


def test_the_average_over_people_by_quadrature():
    e = np.random.default_rng(1).standard_normal(200_000)
    for x in (-4.0, -1.0, 0.0, 2.0):
        assert average(x, 1.2) == pytest.approx(logistic(x + 1.2 * e).mean(), abs=0.01)
    assert average(-1.0, 0.0) == pytest.approx(logistic(-1.0))
    assert Unwell().spread == 1.2
