"""The unit's settings file: what it leaves out is usual; what cannot be is refused with the rule."""

import pytest

from soleus import equipment
from soleus.errors import BadRecord


def written(tmp_path, text):
    path = tmp_path / "unit.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_left_out_is_usual(tmp_path):
    found = equipment.load(written(tmp_path, 'name = "Nordstadt"\n[baths]\npotassium = [3, 2, 2]\n'))
    usual = equipment.usual()
    assert found.name == "Nordstadt" and found.baths.potassium == (2, 3)
    assert found.baths.calcium == usual.baths.calcium and found.times == usual.times


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "no TOML"),
        ("[baths]\nsodium = [1400]\n", "baths.sodium.0 is 1400"),
        ("[baths]\nsodium = []\n", "baths.sodium"),
        ("[baths]\nchloride = [100]\n", "baths.chloride"),
        ("[times]\nlongest_hours = 'long'\n", "times.longest_hours is 'long'"),
        ("baths = 3\n", "baths is 3"),
        ("colour = 'blue'\n", "colour"),
    ],
)
def test_what_no_unit_can_mean_is_refused(tmp_path, text, said):
    with pytest.raises(BadRecord, match="unit.toml") as error:
        equipment.load(written(tmp_path, text))
    assert said in str(error.value)
