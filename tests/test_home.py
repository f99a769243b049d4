"""The twin of a person who is not on dialysis, and why nerves fired by themselves."""

from pathlib import Path

import numpy as np
import pytest

from soleus import case, home
from soleus.body import body
from soleus.causes.home import explain_home
from soleus.errors import BadRecord, OutOfRange
from soleus.parameter import get

EXAMPLE = Path(__file__).parent.parent / "examples" / "ckd4-twitching.yaml"
FEW = {"people": 12, "kept": 6}


def told(**changes):
    """The example with some of its fields otherwise."""
    data = case.load(EXAMPLE).model_dump(mode="json", exclude_none=True)
    for name, value in changes.items():
        *path, last = name.split("__")
        at = data
        for step in path:
            at = at[int(step) if step.isdigit() else step]
        if value is None:
            at.pop(last, None)
        else:
            at[last] = value
    return case.Case.model_validate(data)


@pytest.fixture(scope="module")
def twin():
    return home.fit(case.load(EXAMPLE), **FEW)


@pytest.fixture(scope="module")
def found(twin):
    return explain_home(twin)


@pytest.mark.parametrize(
    ("reading", "charted", "error"),
    [
        ("calcium.iCa", 1.02, 0.03),
        ("acid_base.hco3", 14.5, 1.5),
        ("potassium.K_p", 4.4, 0.2),
        ("phosphate.c_p", 2.1, 0.15),
        ("magnesium.tMg", 0.66, 0.05),
        ("hormones.PTH", 360.0, 80.0),
    ],
)
def test_people_begin_as_charted(twin, reading, charted, error):
    seen = body.look(twin.start, twin.patient, body.rest(twin.patient))
    assert abs(float(np.mean(get(seen, reading))) - charted) < error


def test_what_was_charted_stays_without_a_dose(twin):
    alone = home.lived(twin.patient, twin.start, (), 480.0).moments(twin.patient).seen
    assert np.all(np.abs(alone.calcium.iCa[-1] - alone.calcium.iCa[0]) < 0.03)
    assert np.all(np.abs(alone.acid_base.hco3[-1] - alone.acid_base.hco3[0]) < 1.0)


def test_a_dose_of_bicarbonate_takes_calcium_and_gives_part_of_it_back(twin):
    seen, minutes = twin.course.moments(twin.patient).seen, twin.course.minutes
    iCa = seen.calcium.iCa.mean(axis=1)
    least = iCa.argmin()
    assert 100 < minutes[least] < 150
    assert 0.05 < iCa[0] - iCa[least] < 0.10
    assert 0.3 < (iCa[-1] - iCa[least]) / (iCa[0] - iCa[least]) < 1.0
    assert seen.hormones.PTH.mean(axis=1)[least] > 1.05 * seen.hormones.PTH.mean()


def test_the_dose_comes_first(found):
    assert found.about == "tetany"
    first = found.asked.causes[0]
    assert first.id == "given_bicarbonate"
    assert first.share > 0.3
    assert {way.id for way in first.mechanisms[:2]} == {"iCa", "pH"}


def test_everything_adds_up(found):
    for split in found.splits.values():
        whole = sum(cause.share for cause in split.causes) + split.susceptibility + split.residual
        assert whole == pytest.approx(1.0, abs=1e-9)


def test_branches_add_up_to_their_root(found):
    for about, split in found.splits.items():
        for cause in split.causes:
            links = [link for link in found.tree if link.symptom == about and link.root == cause.id]
            if links:
                assert sum(link.share for link in links) == pytest.approx(cause.share, abs=1e-9)


def test_acidosis_protects_and_says_so(found):
    acidosis = next(cause for cause in found.asked.causes if cause.id == "acidosis")
    assert acidosis.share < 0
    assert "protects" in acidosis.caveat


def test_nothing_given_blames_nothing_given():
    calm = explain_home(home.fit(told(episodes__0__given=None), **FEW))
    assert not any(cause.id.startswith("given") for cause in calm.asked.causes)


def test_a_medicine_that_is_not_known_is_no_lever(found):
    labels = " ".join(cause.label for cause in found.asked.causes)
    assert "wort" not in labels
    assert "Omeprazole" in labels


def test_without_potassium_low_is_never_blamed(found):
    assert not any(cause.id == "potassium" for split in found.splits.values() for cause in split.causes)
    for split in found.splits.values():
        for cause in split.causes:
            assert "low potassium" not in cause.label.lower()


def test_filtration_that_nobody_lives_with_is_refused():
    with pytest.raises(OutOfRange, match="without dialysis people live with"):
        home.fit(told(patient__gfr_ml_min=2.5, labs__0__creatinine_umol_l=None), **FEW)


@pytest.mark.parametrize("gfr", [4.5, 95.0])
def test_filtration_at_the_edge_is_answered(gfr):
    changes = {"patient__gfr_ml_min": gfr, "labs__0__creatinine_umol_l": None, "labs__0__urea_mmol_l": None}
    assert np.isfinite(home.fit(told(**changes), **FEW).course.states).all()


def test_without_filtration_and_creatinine_nothing_is_said():
    with pytest.raises(BadRecord, match="gfr_ml_min"):
        home.fit(told(patient__gfr_ml_min=None, labs__0__creatinine_umol_l=None), **FEW)


def test_the_same_seed_gives_the_same_twin(twin):
    again = home.fit(case.load(EXAMPLE), **FEW)
    assert np.array_equal(again.course.states, twin.course.states)
