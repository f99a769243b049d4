"""A center: what its patients tell together of bath and laboratory, stored, and used for the next."""

import dataclasses

import numpy as np
import pytest

from soleus import case
from soleus.errors import BadRecord
from soleus.fit import center, known, stored, traits
from soleus.fit.gauss import Normal
from soleus.report import center as report


@pytest.fixture(scope="module")
def calf(root):
    return case.load(root / "examples" / "calf-cramps.yaml")


@pytest.fixture(scope="module")
def one(calf):
    return known.know(calf, people=64)


def test_a_laboratory_that_is_right_leaves_the_bath_as_the_fit_has_it(one, monkeypatch):
    right = dataclasses.replace(center.INSTRUMENTS, sodium_laboratory=1e-3)
    monkeypatch.setattr(center, "INSTRUMENTS", right)
    alone = center.alone(one)
    bath = known.trait(traits.OFFSET)
    assert alone.mean[0] == pytest.approx(one.now.mean[bath], abs=0.25)
    assert alone.sd[0] == pytest.approx(one.now.sd[bath], rel=0.1)


def test_patients_multiply_as_normals_do(one, monkeypatch):
    """Three who say the same are worth three times what one adds to what is known of all centers."""
    told = Normal(np.array([2.5, 0.4]), np.array([[0.8, -0.2], [-0.2, 0.6]]))
    monkeypatch.setattr(center, "alone", lambda _: told)
    found = center.together([one, one, one])
    before = np.linalg.inv(found.before.cov)
    exact = before + 3 * (np.linalg.inv(told.cov) - before)
    np.testing.assert_allclose(np.linalg.inv(found.now.cov), exact)
    pull = before @ found.before.mean + 3 * (np.linalg.inv(told.cov) @ told.mean - before @ found.before.mean)
    np.testing.assert_allclose(found.now.mean, np.linalg.solve(exact, pull))
    np.testing.assert_allclose(center.together([one]).now.mean, told.mean)


def test_a_stated_bath_is_refused(calf, one):
    order = calf.prescription.model_copy(update={"sodium_offset_mmol_l": 1.0})
    with pytest.raises(BadRecord, match="sodium_offset_mmol_l is stated"):
        center.together([one._replace(case=calf.model_copy(update={"prescription": order}))])


def test_a_stored_center_is_the_start_for_the_next_patient(calf, one, tmp_path):
    path = tmp_path / "center.json"
    found = center.together([one, one])._replace(now=Normal(np.array([3.0, 0.5]), np.diag([0.1, 0.2]) ** 2))
    stored.save_center(found, path)
    here = stored.load_center(path)
    np.testing.assert_array_equal(here.mean, [3.0, 0.5])
    next_one = known.know(calf, center=here, people=64)
    bath = known.trait(traits.OFFSET)
    assert next_one.now.mean[bath] == pytest.approx(3.0, abs=0.2) and next_one.now.sd[bath] < 0.15
    sodium = next_one.learned.observed.kinds == "sodium"
    np.testing.assert_allclose(next_one.learned.observed.values[sodium], one.learned.observed.values[sodium] - 0.5)


@pytest.mark.parametrize("text", ["{}", '{"format": "a"}', '{"format": "soleus center", "schema_version": 1}'])
def test_a_file_that_is_no_center_is_refused(tmp_path, text):
    path = tmp_path / "center.json"
    path.write_text(text)
    with pytest.raises(BadRecord, match=r"center\.json"):
        stored.load_center(path)


def test_the_page_names_every_patient(one):
    found = center.together([one, one])
    said = report.as_json(found, ["a.yaml", "b.yaml"])
    assert [p["name"] for p in said["patients"]] == ["a.yaml", "b.yaml"]
    assert said["center"]["bath"]["sd"] < said["before"]["bath"]["sd"]
