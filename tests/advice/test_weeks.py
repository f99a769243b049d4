"""Weeks lived with other treatments: the short way against the long one, and directions that physiology demands."""

import numpy as np
import pytest

from soleus import case, fit
from soleus.advice import weeks
from soleus.advice.limits import chance
from soleus.advice.plan import Plan

PLANS = [
    Plan(),
    Plan(target=1.0),
    Plan(time=270.0),
    Plan(Na=140.0),
    Plan(K=3.0),
    Plan(Mg=0.75),
    Plan(HCO3=31.0),
    Plan(salt=0.8),
    Plan(falling=True),
    Plan(hdf=0.08),
    Plan(often=4.0),
    Plan(temperature=35.5),
    Plan(Ca=1.25),
]


@pytest.fixture(scope="module")
def twin(root):
    return fit.fit(case.load(root / "examples" / "calf-cramps.yaml"), people=64, kept=8)


@pytest.fixture(scope="module")
def lived(twin):
    return weeks.lived(twin, PLANS)


def of(outcome, plan, name):
    return getattr(outcome, name)[PLANS.index(plan)].mean()


@pytest.mark.slow
def test_four_sessions_lived_foretell_the_four_weeks(twin, lived):
    """Against every one of the sessions of four weeks."""
    whole = weeks.lived(twin, PLANS[:10], 12)
    apart = np.abs(chance(lived.cramp[:10]).mean(axis=1) - chance(whole.cramp).mean(axis=1))
    assert apart.max() < 0.03 and apart.mean() < 0.01
    for name, most in (("potassium", 0.05), ("TCO2", 0.1), ("gain", 0.1), ("systolic_before", 3.0)):
        assert np.abs(getattr(lived, name)[:10] - getattr(whole, name)).mean(axis=1).max() < most, name


def test_the_treatment_as_it_is_changes_nothing(twin, lived):
    was = twin.course.moments(twin.patient)
    end = np.asarray(was.seen.potassium.K_p)[-1]
    np.testing.assert_allclose(lived.potassium[0], end, rtol=1e-6)
    gained = np.asarray(was.seen.weight)[0] - twin.post_weight
    np.testing.assert_allclose(lived.gain[0], gained, atol=1e-6)


@pytest.mark.parametrize(
    ("plan", "name", "sign"),
    [
        (Plan(target=1.0), "cramp", -1),  # this patient's target is below dry weight
        (Plan(target=1.0), "systolic_before", 1),
        (Plan(time=270.0), "ufr", -1),
        (Plan(time=270.0), "ktv", 1),
        (Plan(Na=140.0), "gain", 1),
        (Plan(Na=140.0), "sodium", 1),
        (Plan(Na=140.0), "cramp", -1),
        (Plan(K=3.0), "potassium", 1),
        (Plan(K=3.0), "potassium_before", 1),
        (Plan(Mg=0.75), "magnesium", 1),
        (Plan(Mg=0.75), "cramp", -1),
        (Plan(HCO3=31.0), "TCO2", -1),
        (Plan(HCO3=31.0), "hco3_before", -1),
        (Plan(HCO3=31.0), "cramp", -1),
        (Plan(salt=0.8), "gain", -1),
        (Plan(salt=0.8), "ufr", -1),
        (Plan(falling=True), "cramp", -1),
        (Plan(hdf=0.08), "ktv", 1),
        (Plan(hdf=0.08), "hypotension", -1),
        (Plan(often=4.0), "cramp", -1),
        (Plan(Ca=1.25), "cramp", 1),
        (Plan(Ca=1.25), "ionized_calcium", -1),
        (Plan(often=4.0), "gain", -1),
        (Plan(often=4.0), "std_ktv", 1),
        (Plan(temperature=35.5), "hypotension", -1),
        (Plan(temperature=35.5), "lowest_systolic", 1),
    ],
    ids=str,
)
def test_directions(lived, plan, name, sign):
    """What was measured or must be so (evidence/clinical.md C; conservation)."""
    assert sign * (of(lived, plan, name) - of(lived, Plan(), name)) > 0


def test_what_comes_in_goes_out(twin, lived):
    """Sodium taken off in a week follows what is eaten, once people have settled."""
    plan = Plan(salt=0.8)
    assert of(lived, plan, "Na") / of(lived, Plan(), "Na") == pytest.approx(0.8, abs=0.1)
    assert of(lived, Plan(target=1.0), "Na") == pytest.approx(of(lived, Plan(), "Na"), rel=0.05)


def test_a_twin_of_a_plan_is_a_twin(twin, lived):
    (other,) = weeks.twins(twin, [Plan(Mg=0.75)])
    seen = other.course.moments(other.patient).seen.magnesium.tMg
    assert float(np.asarray(seen)[-1].mean()) == pytest.approx(of(lived, Plan(Mg=0.75), "magnesium"), rel=1e-4)


def test_what_follows_from_a_pace_never_runs_empty():
    """A hormone that falls for months would be below nothing, were its pace of the first sessions kept up."""
    same = [np.full((2, 1), 1.0)] * 4
    other = [np.array([[1.0 - x], [1.0 + x]]) for x in (0.3, 0.55, 0.75, 0.9)]
    down, up = weeks.after(np.full((2, 1), 1.0), same, other, 12.0)[:, 0]
    assert down == weeks.LEFT and 1.9 < up <= 1.0 + 2 * 0.9


def test_what_has_come_to_rest_stays_there():
    same = [np.full((1, 1), 1.0)] * 4
    other = [np.array([[1.0 + x]]) for x in (0.2, 0.3, 0.35, 0.375)]  # halves each time, towards 0.4
    assert weeks.after(np.full((1, 1), 1.0), same, other, 40.0)[0, 0] == pytest.approx(1.4, abs=1e-6)
