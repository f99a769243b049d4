"""Related articles: computed, the same both ways, never the article itself, the reader's own causes first."""

import math

import pytest

from soleus.knowledge import library, vocabulary
from soleus.knowledge.related import about, own_causes

SLUGS = [a.slug for a in library.articles()]
ALL = len(SLUGS)


def test_nearness_is_symmetric_and_between_nought_and_one():
    for a in SLUGS:
        for b in SLUGS:
            assert library.nearness(a, b) == library.nearness(b, a)
            assert 0 <= library.nearness(a, b) <= 1 + 1e-12
        assert library.nearness(a, a) == pytest.approx(1) or library.nearness(a, a) <= 1


@pytest.mark.parametrize("slug", SLUGS)
def test_an_article_is_not_related_to_itself_and_every_other_stands_once(slug):
    found = [r.article.slug for r in library.related(slug, limit=ALL)]
    assert slug not in found
    assert sorted(found) == sorted(set(SLUGS) - {slug})


@pytest.mark.parametrize("slug", SLUGS)
def test_without_causes_the_nearest_come_first(slug):
    found = library.related(slug, limit=ALL)
    assert [r.near for r in found] == sorted((r.near for r in found), reverse=True)
    assert not any(r.own for r in found)


MINE = {"dialysate_potassium": 0.3, "target_weight": 0.5, "fluid_gain": 0.1, "temperature": -0.2, "phosphate": 0.01}


@pytest.mark.parametrize("slug", SLUGS)
def test_the_readers_own_causes_come_first(slug):
    found = library.related(slug, MINE, limit=ALL)
    mine = [bool(r.own) for r in found]
    assert mine == sorted(mine, reverse=True)
    if slug != "target-weight":
        assert found[0].article.slug == "target-weight"
        assert found[0].own == ("target_weight", "fluid_gain")


def test_what_protects_or_hardly_matters_is_no_cause_of_the_reader():
    assert set(own_causes(MINE)) == {"dialysate_potassium", "target_weight", "fluid_gain"}
    assert own_causes({"drug_statin": 0.2, "drug_loop_diuretic": 0.1, "nobody": 1.0, "dose": math.nan}) == {
        "drug": pytest.approx(0.3)
    }


def test_an_article_is_most_about_its_first_cause():
    potassium = library.article("potassium")
    assert about(potassium, {"dialysate_potassium": 0.4}) == pytest.approx(0.4 * 2 / 3)
    assert about(potassium, {"potassium": 0.4}) == pytest.approx(0.2 * 2 / 3)
    assert about(potassium, {"target_weight": 0.4}) == 0.0


NEIGHBORS = {  # what anybody would read next, of the first four
    "sodium": "fluid-and-salt", "target-weight": "fluid-and-salt",
    "leg-cramps-during-dialysis": "treatments-for-cramps",
    "cramps-after-dialysis-and-at-night": "restless-legs", "low-blood-pressure": "tired-dizzy-sick",
    "calcium-phosphate-vitamin-d": "bicarbonate", "furosemide": "electrolytes-without-dialysis",
    "does-kidney-disease-lead-to-uremia": "can-dialysis-be-avoided", "creatinine": "does-kidney-disease-lead-to-uremia",
    "restless-legs": "toxins-and-nerves", "medicines-and-cramps": "cramps-after-dialysis-and-at-night",
}  # fmt: skip


@pytest.mark.parametrize("slug", NEIGHBORS)
def test_what_belongs_together_is_found_together(slug):
    assert NEIGHBORS[slug] in [r.article.slug for r in library.related(slug, limit=4)]


def test_every_cause_and_every_symptom_leads_to_something_to_read():
    for cause in vocabulary.causes():
        assert library.about_cause(cause), cause
    for symptom in vocabulary.symptoms():
        assert library.about_symptom(symptom), symptom
    assert library.about_cause("drug_loop_diuretic") == library.about_cause("drug")
    assert library.about_cause("no_such_lever") == ()
    first = {
        "target_weight": "target-weight", "fluid_gain": "fluid-and-salt", "dialysate_sodium": "sodium",
        "dialysate_magnesium": "magnesium", "dialysate_potassium": "potassium", "dialysate_bicarbonate": "bicarbonate",
        "dialysate_calcium": "calcium-phosphate-vitamin-d", "drug": "medicines-and-cramps", "dose": "how-many-sessions",
        "session_length": "how-many-sessions", "phosphate": "calcium-phosphate-vitamin-d",
    }  # fmt: skip
    assert {cause: library.about_cause(cause)[0].slug for cause in first} == first


def test_a_limit_is_kept():
    assert len(library.related("potassium", limit=2)) == 2
    assert library.related("potassium", limit=0) == []
