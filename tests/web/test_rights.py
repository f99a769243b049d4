"""Rights: a person gets everything that is kept, and can be wiped out, by an administrator who means it."""

from soleus.records.store import audit
from soleus.records.store.tables import Patient


def test_a_clinician_and_the_person_get_the_same_file(ward):
    carl = ward.visitor("carl").get(f"/patients/{ward.paula}/export")
    paula = ward.visitor("paula").get("/my/export")
    assert 'filename="soleus-' in carl.headers["content-disposition"]
    one, two = carl.json(), paula.json()
    assert one["patient"]["case"] == two["patient"]["case"] == ward.case()
    assert [line["action"] for line in two["audit"]] == ["patient made", "exported", "exported"]


def test_erasing_needs_the_name_and_leaves_nothing(either):
    adam = either.visitor("adam")
    adam.get("/admin")
    slip = adam.post("/admin/erase", {"patient": either.paula, "name": "Paula"})
    assert slip.status_code == 422 and "nobody was erased" in slip.text
    paula = either.visitor("paula")
    assert adam.post("/admin/erase", {"patient": either.paula, "name": "Paula Patient"}).status_code == 303
    assert paula.get("/my").status_code == 303  # the account is gone too
    assert either.visitor("nora").get(f"/patients/{either.paula}").status_code == 404
    assert "Paula" not in adam.get("/admin").text
    with either.store.reading() as db:
        assert db.get(Patient, either.ines)
    assert audit.verify(either.store).whole
    if either.store.embedded:
        for file in either.store.folder.iterdir():
            assert b"Paula Patient" not in file.read_bytes(), file.name
