"""Equipped: an administrator fills in what a unit has; advice keeps within it, and nonsense is refused by name."""

import pytest

from soleus import equipment
from soleus.records.store.tables import Patient, Unit
from soleus.web.office import equipped
from soleus.web.twin import asking


def filled(**other):
    found = {}
    for part in equipped.PARTS:
        for line in equipped._lines(part, None, {}):
            usual = getattr(getattr(equipment.usual(), part), line.name.split(".")[1])
            if isinstance(usual, bool):
                found |= {line.name: "on"} if usual else {}
            else:
                found[line.name] = ", ".join(f"{x:g}" for x in usual) if isinstance(usual, tuple) else f"{usual:g}"
    return found | other


def test_what_a_unit_has_is_kept_and_asked_with(either):
    adam = either.visitor("adam")
    page = adam.get(f"/admin/units/{either.unit}").text
    assert "Nothing outside these lists is advised" in page and 'value="2, 3"' in page
    asked = filled(**{"baths.potassium": "2; 2.5 3"})
    assert adam.post(f"/admin/units/{either.unit}", asked).status_code == 303
    assert 'value="2, 2.5, 3"' in adam.get(f"/admin/units/{either.unit}").text
    with either.store.reading() as db:
        unit = db.get(Unit, either.unit)
        assert unit.equipment["baths"]["potassium"] == [2, 2.5, 3]
        changes = asking._with_equipment(db, db.get(Patient, either.paula), "advise", None)
        assert equipment.read(changes["unit"]).baths.potassium == (2, 2.5, 3)
        assert asking._with_equipment(db, db.get(Patient, either.ines), "advise", None) is None
        assert asking._with_equipment(db, db.get(Patient, either.paula), "explain", None) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("baths.potassium", "two"),
        ("baths.potassium", "2,3"),
        ("baths.sodium", "1380"),
        ("times.longest_hours", ""),
        ("baths.calcium", ""),
    ],
)
def test_what_no_unit_has_is_refused_by_name(ward, field, value):
    adam = ward.visitor("adam")
    said = adam.post(f"/admin/units/{ward.unit}", filled(**{field: value}))
    assert said.status_code == 422 and field in said.text and f'value="{value}"' in said.text
    with ward.store.reading() as db:
        assert db.get(Unit, ward.unit).equipment == {}


@pytest.mark.parametrize("login", ["nora", "carl", "paula", "rita"])
def test_nobody_else_fills_it_in(ward, login):
    who = ward.visitor(login)
    assert who.get(f"/admin/units/{ward.unit}").status_code in (403, 404)
    assert who.post(f"/admin/units/{ward.unit}", filled()).status_code in (403, 404)
