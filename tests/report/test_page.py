"""The page and the JSON of an explanation: what they must hold, within the width."""

import json
import runpy

import pytest

from soleus import report
from soleus.references import references
from soleus.report import words

EXAMPLES = ("calf-cramps", "low-sodium-high-gain", "pressure-fall", "restless-or-cramping")
SPLIT = {"probability", "interval", "baseline", "likely_minute", "window", "causes", "susceptibility", "residual"}
CAUSE = {
    "id",
    "label",
    "share",
    "interval",
    "as_it_was",
    "as_it_should_be",
    "mechanisms",
    "evidence",
    "caveat",
    "sources",
}
TOP = {
    "schema_version", "session", "about", "answer", "cramp", "hypotension", "causes", "susceptibility", "residual",
    "mechanisms", "already_right", "fit_quality", "missing", "warnings", "most_useful_measurement", "references",
    "disclaimer", "blood", "hormones", "nerve", "bath", "method", "complaints", "tree", "differential", "drugs",
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_json_holds_what_others_build_on(explained, name):
    said = report.as_json(explained(name))
    assert set(said) >= TOP
    assert set(said["cramp"]) >= SPLIT and set(said["hypotension"]) >= SPLIT
    for part in (said, said["cramp"], said["hypotension"]):
        for cause in part["causes"]:
            assert set(cause) >= CAUSE
            assert cause["evidence"] in said["evidence_grades"]
            assert cause["interval"][0] <= cause["interval"][1]
            assert (cause["effect"] == "protected") == (cause["share"] < 0)
    assert said["causes"] == said[said["about"]]["causes"]
    assert json.loads(json.dumps(said, allow_nan=False)) == said


@pytest.mark.parametrize("name", EXAMPLES)
def test_all_shares_make_the_whole(explained, name):
    said = report.as_json(explained(name))
    for part in (said["cramp"], said["hypotension"]):
        whole = sum(cause["share"] for cause in part["causes"]) + part["susceptibility"] + part["residual"]
        assert whole == pytest.approx(1, abs=1e-4)
        assert 0 <= part["interval"][0] <= part["probability"] <= part["interval"][1] <= 1
        assert part["window"][0] <= part["likely_minute"] <= part["window"][1]
        ranks = [abs(cause["share"]) for cause in part["causes"]]
        assert ranks == sorted(ranks, reverse=True)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_source_is_given_in_full_and_says_what_is_recalled(explained, name):
    said = report.as_json(explained(name))
    given = {ref["key"]: ref for ref in said["references"]}
    used = {key for cause in said["causes"] for key in cause["sources"]}
    used |= {key for c in said["contradicted"] for key in c["sources"]}
    assert used and used <= set(given)
    assert all(
        ref["recalled"] == ("recalled" in references()[key].fields.get("note", "")) for key, ref in given.items()
    )
    assert all(len(ref["text"]) > 20 and ref["used_for"] for ref in given.values())


@pytest.mark.parametrize(("name", "about"), [("calf-cramps", "cramp"), ("pressure-fall", "hypotension")])
def test_it_is_about_what_happened(explained, name, about):
    e = explained(name)
    assert e.about == about == report.about(e.twin.session)
    assert report.as_json(e)["question"] == words.QUESTIONS[about]


def test_where_nothing_happened_it_says_so(quiet, shown):
    said = report.as_json(quiet)
    assert said["question"].startswith("What could have brought")
    assert "No cramp and no pressure fall was noted" in said["answer"]
    assert said["fit_quality"]["systolic_rms"] is None
    assert {"labs.sodium_mmol_l", "patient.height_cm"} <= {missing["field"] for missing in said["missing"]}
    assert said["most_useful_measurement"]["what"]
    assert "What is missing" in shown(report.page(quiet))


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("width", [80, 120])
def test_the_page_says_it_all_within_the_width(explained, name, width, shown):
    e = explained(name)
    page = shown(report.page(e), width)
    lines = page.splitlines()
    assert max(map(len, lines)) <= min(width, 96)
    assert all(line == line.rstrip() for line in lines)
    flat = " ".join(page.split())
    for phrase in (words.answer(e), words.DISCLAIMER, "Where the risk came from", "5th to 95th percentile", "Sources:"):
        assert phrase in flat
    for cause in words.split_of(e).causes:
        assert cause.label in flat and " ".join(cause.as_it_was.split()) in flat
    assert flat.count("A trial, B cohort, C mechanism, D assumption") == 1


def test_bars_need_no_unicode(explained, shown):
    assert "█" not in shown(report.page(explained("calf-cramps"), ascii_only=True))
    assert shown(report.page(explained("calf-cramps"), ascii_only=True)).isascii()


def test_text_from_a_file_cannot_steer_the_terminal():
    assert words.plain("left\x1b[2J calf\u202e\n[bold]") == "left [2J calf [bold]"


# Pages that must keep up


def test_the_page_on_explanations_names_every_key(explained, root):
    page = (root / "docs" / "use" / "explain.md").read_text(encoding="utf-8")
    said = report.as_json(explained("calf-cramps"))
    keys = {*said, *said["cramp"], *said["causes"][0]}
    assert not {key for key in keys if f"`{key}`" not in page}


def test_the_readme_shows_what_the_program_said(root):
    page = (root / "README.md").read_text(encoding="utf-8")
    found = json.loads((root / "docs" / "results.json").read_text(encoding="utf-8"))
    assert runpy.run_path(str(root / "docs" / "readme.py"))["written"](page, found) == page, "run docs/readme.py"
    assert (root / "docs" / "images" / "calf-cramps.png").stat().st_size > 50_000
