"""Tree, complaints, differential and drugs: told briefly on the page, wholly in the JSON."""

import json

import numpy as np
import pytest

from soleus import case, causes, fit, plots, report, symptoms
from soleus.references import references
from soleus.report import found, words


@pytest.fixture
def said(explained, felt):
    return explained("new-calcimimetic")._replace(complaints=felt)


def flat(text):
    return " ".join(text.split())


def test_the_tree_stands_on_the_page_with_the_evidence_of_each_link(said, shown):
    page = shown(report.page(said))
    links = [x for x in said.tree if x.symptom == "cramp" and abs(x.share) >= found.LEAST]
    assert links
    tree = page[page.index("From root to a cramp") : page.index("How it came about")]
    for link in links:
        row = next(line for line in tree.splitlines() if link.mechanism_label[:50] in line)
        assert row.rstrip()[-1] in "ABCD"
        assert link.root_label in tree
    assert "hypotension" not in tree and "pressure fall" not in tree
    plain = shown(report.page(said, ascii_only=True))
    assert "`- " in plain and "└" not in plain


@pytest.mark.parametrize("name", ["calf-cramps", "years-underdialysed"])
def test_links_of_a_root_make_its_share(explained, name):
    said = report.as_json(explained(name))
    for cause in said["causes"]:
        own = [x["share"] for x in said["tree"] if (x["root"], x["symptom"]) == (cause["id"], said["about"])]
        assert not own or sum(own) == pytest.approx(cause["share"], abs=1e-4)


def test_complaints_are_one_line_each_and_a_level_is_no_chance_of_harm(said, shown):
    page = flat(shown(report.page(said)))
    assert "Twitches 40% 22 to 58% C Nerve endings that fire unasked." in page
    assert "More of it in the JSON" not in page
    assert "! Potassium at which the heart's rhythm is watched 20%" in page
    assert "The figure is the level's." in page
    assert "Below 5%: weakness." in page
    rows = {row["id"]: row for row in report.as_json(said)["complaints"]}
    assert rows["rhythm"]["warning"] and not rows["twitch"]["warning"]
    assert rows["twitch"]["probability"] == pytest.approx(0.4)
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows


def test_a_level_that_was_likely_passed_stands_at_the_top(said, shown):
    assert "See to this first" not in shown(report.page(said))
    level = next(c for c in said.complaints if c.warning)
    page = shown(report.page(said._replace(complaints=(level._replace(probability=np.ones(20)),))))
    assert page.index("See to this first") < page.index("Chance of a cramp")


def test_what_was_noted_comes_first_and_is_marked(said, shown):
    page = shown(report.page(said))
    assert "tingling" in {symptom.what for symptom in said.twin.session.symptoms}
    rare = said._replace(complaints=(*said.complaints, said.complaints[1]._replace(id="tetany", label="Tingling")))
    page = shown(report.page(rare))
    assert "* Tingling" in page and "* Noted in the file." in page
    assert page.index("* Tingling") < page.index("Twitches")


def test_restless_legs_get_questions_and_no_share(root, shown, tmp_path):
    told = case.load(root / "examples" / "restless-or-cramping.yaml")
    e = causes.explain(fit.fit(told, told.session("2026-06-08")))
    page = flat(shown(report.page(e)))
    assert e.about == "restless_legs" and "Why are the legs restless?" in page
    assert words.RESTLESS in page and "Where the risk came from" not in page
    for question in symptoms.QUESTIONS:
        assert question.ask in page and question.restless in page
    said = report.as_json(e)
    assert said["causes"] == [] and said["restless_legs"]["probability"] > 0
    plots.save(plots.explained(e), tmp_path / "legs.png")


def test_the_nearest_alternatives_are_told_in_full_and_the_others_named(said, shown):
    page = flat(shown(report.page(said)))
    assert len(said.differential) > found.MOST
    for other in said.differential[: found.MOST]:
        assert other.label in page and flat(other.tell_apart)[:60] in page
    last = said.differential[-1]
    assert found.small(last.label) in page and flat(last.tell_apart)[:60] not in page
    told = report.as_json(said)["differential"]
    assert [x["id"] for x in told] == [x.id for x in said.differential]
    assert {key for x in told for key in x["sources"]} <= set(references())


def test_an_unknown_drug_is_kept_and_nothing_is_guessed_of_it(explained, shown):
    e = explained("new-calcimimetic")
    told = e.twin.case.model_dump()
    told["drugs"].append({"name": "zzyzx forte\x1b[2J"})
    odd = e._replace(twin=e.twin._replace(case=case.read(told)))
    page = flat(shown(report.page(odd)))
    assert "Not known to Soleus, so left out of every number: zzyzx forte [2J." in page
    rows = {row["name"]: row for row in report.as_json(odd)["drugs"]}
    assert rows["zzyzx forte\x1b[2J"]["known"] is False and rows["zzyzx forte\x1b[2J"]["says"] is None
    assert rows["etelcalcetide"]["known"] and rows["etelcalcetide"]["sources"]
    assert any("zzyzx" in warning for warning in odd.twin.case.warnings)


def test_nothing_found_is_nothing_said(quiet, shown):
    none = quiet._replace(complaints=(), tree=(), differential=())
    page = shown(report.page(none))
    for heading in ("From root to", "What else may be felt", "What else it could be", "The drugs"):
        assert heading not in page


def test_a_long_label_wraps_under_its_branch(shown):
    long = "a pathway with a name so long that no screen would hold it on a single line of its own"
    links = [
        causes.Link("a", "b", "cramp", 0.3, "C", "A root", long),
        causes.Link("a", "c", "cramp", 0.1, "B", "A root", "c"),
    ]
    lines = [text.plain for text in found._roots(links, False)]
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("  A root") and lines[0].rstrip().endswith("+40%")
    assert lines[2].startswith("  │  ")
