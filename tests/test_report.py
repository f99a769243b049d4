"""The report: what it must hold, how it words what was found, and what a session would have been otherwise."""

import io
import json
import re
import runpy
from datetime import date

import numpy as np
import pytest
from rich.console import Console

from soleus import case, causes, fit, report
from soleus.errors import BadRecord, OutOfRange
from soleus.references import references
from soleus.report import course, plain, words

EXAMPLES = ("calf-cramps", "low-sodium-high-gain", "pressure-fall")
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
    "disclaimer",
}  # fmt: skip


@pytest.fixture(scope="module")
def explained(root):
    """The explanation of each example, made once."""
    made = {}

    def get(name):
        if name not in made:
            made[name] = causes.explain(fit.fit(case.load(root / "examples" / f"{name}.yaml")))
        return made[name]

    return get


@pytest.fixture(scope="module")
def quiet(root):
    """A session in which nothing happened and little is known."""
    told = {
        "patient": {"sex": "M", "age_y": 50, "target_weight_kg": 75.0},
        "prescription": {"hours": 4},
        "sessions": [{"date": date(2026, 1, 5), "pre_weight_kg": 77.0, "post_weight_kg": 75.0, "uf_l": 2.0}],
    }
    return causes.explain(fit.fit(case.read(told)))


def shown(page, width=80):
    """What a pipe would get."""
    file = io.StringIO()
    report.show(Console(width=width, file=file), page)
    return file.getvalue()


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


def test_where_nothing_happened_it_says_so(quiet):
    said = report.as_json(quiet)
    assert said["question"].startswith("What could have brought")
    assert "No cramp and no pressure fall was noted" in said["answer"]
    assert said["fit_quality"]["systolic_rms"] is None
    assert {"labs.sodium_mmol_l", "patient.height_cm"} <= {missing["field"] for missing in said["missing"]}
    assert said["most_useful_measurement"]["what"]
    assert "What is missing" in shown(report.page(quiet))


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("width", [80, 120])
def test_the_page_says_it_all_within_the_width(explained, name, width):
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
        assert words.evidence(cause.evidence) in flat


def test_bars_need_no_unicode(explained):
    assert "█" not in shown(report.page(explained("calf-cramps"), ascii_only=True))
    assert shown(report.page(explained("calf-cramps"), ascii_only=True)).isascii()


def test_text_from_a_file_cannot_steer_the_terminal():
    assert words.plain("left\x1b[2J calf\u202e\n[bold]") == "left [2J calf [bold]"


# Wording


def with_shares(e, **shares):
    """The same explanation with these shares instead."""
    template = e.cramp.causes[0]
    made = [
        template._replace(id=name, label=name.capitalize(), share=x, interval=causes.Interval(low, x + 0.1))
        for name, (x, low) in shares.items()
    ]
    return e._replace(about="cramp", cramp=e.cramp._replace(causes=tuple(made)))


@pytest.mark.parametrize(
    ("shares", "phrases"),
    [
        ({"salt": (0.6, 0.3)}, ["Most of the risk came from the salt:"]),
        ({"salt": (0.6, -0.1)}, ["Most of the risk", "leave open whether the salt mattered"]),
        ({"salt": (0.3, 0.1), "heat": (0.25, 0.1)}, ["from the salt (", "and the heat (", "together"]),
        ({"salt": (0.2, 0.1), "heat": (0.15, 0.1)}, ["largest part of the risk that could have been changed, 20%"]),
        ({"salt": (0.02, 0.0)}, ["Nothing that could have been changed stands out"]),
        ({"heat": (-0.7, -0.9), "salt": (0.12, 0.0)}, ["12%", "the salt"]),
        ({}, ["Nothing that could have been changed stands out"]),
    ],
)
def test_the_answer_is_no_surer_than_the_shares(explained, shares, phrases):
    said = words.answer(with_shares(explained("calf-cramps"), **shares))
    for phrase in phrases:
        assert phrase in said


@pytest.mark.parametrize(
    ("share", "plain_text", "with_sign"),
    [(0.574, "57%", "+57%"), (-0.061, "-6%", "-6%"), (0.001, "<1%", "0%"), (-0.001, "<1%", "0%"), (0.0, "0%", "0%")],
)
def test_percent_has_no_false_precision(share, plain_text, with_sign):
    assert words.percent(share) == plain_text
    assert words.signed(share) == with_sign


def test_between_names_both_ends():
    assert words.between((-0.001, 0.42)) == "0 to 42%"


def test_only_contradictions_that_bear_on_the_session_are_told(explained):
    e = with_shares(explained("pressure-fall"), dialysate_sodium=(0.5, 0.2))
    topics = [c.about for c in words.contradictions(e)]
    assert ("dialysate_sodium",) in topics
    assert ("target_weight", "fluid_gain") not in topics
    assert {key for c in words.CONTRADICTED for key in c.sources} <= set(references())


def test_json_never_holds_what_json_lacks():
    odd = {"a": float("nan"), "b": [np.float64("inf"), np.float64(0.1234567891), True], "c": date(2026, 1, 2), 1: -0.0}
    said = plain.exact(odd)
    assert said == {"a": None, "b": [None, 0.123457, True], "c": "2026-01-02", "1": 0.0}
    json.dumps(said, allow_nan=False)


# Otherwise


def test_the_same_treatment_gives_the_same_course(explained):
    twin = explained("calf-cramps").twin
    again = report.rerun(twin, {"hours": twin.prescription[0].time / 60})
    np.testing.assert_allclose(again.course.states, twin.course.states, rtol=1e-9, atol=1e-9)


def test_a_longer_session_takes_the_same_fluid_more_slowly(explained):
    twin = explained("calf-cramps").twin
    longer = report.rerun(twin, {"hours": 5})
    was, now = ({m.id: m.mean for m in report.measured(t)} for t in (twin, longer))
    assert longer.course.minutes[-1] == pytest.approx(300)
    assert now["uf_l"] == pytest.approx(was["uf_l"], rel=1e-6)
    assert now["uf_rate_ml_kg_h"] < was["uf_rate_ml_kg_h"]
    assert now["sodium_removed_mmol"] == pytest.approx(
        now["sodium_by_convection_mmol"] + now["sodium_by_diffusion_mmol"], rel=1e-9
    )
    assert twin.course.minutes[-1] == pytest.approx(240)


def test_a_new_bath_overrules_an_old_profile(explained):
    twin = explained("calf-cramps").twin
    profiled = report.rerun(twin, {"sodium_profile": {"linear": [145.0, 135.0]}})
    assert profiled.prescription[0].sodium_profile is not None
    flat = report.rerun(profiled, {"sodium_mmol_l": 139.0})
    assert flat.prescription[0].sodium_profile is None
    assert flat.prescription[0].dialysate.Na == 139.0
    assert [p.sodium_offset for p in flat.prescription] == [p.sodium_offset for p in twin.prescription]


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"uf": 3.0}, BadRecord, "Did you mean uf_l"),
        ({"colour": "red"}, BadRecord, "Choose one of hours"),
        ({"hours": "four"}, BadRecord, "hours"),
        ({"hours": 40.0}, OutOfRange, "0.25 to 12 h"),
        ({"uf_l": 17.0, "hours": 4.0}, OutOfRange, "machines take off at most"),
        ({"temperature_c": 45.0}, OutOfRange, "temperature_c"),
    ],
)
def test_what_no_clinic_would_do_is_refused(explained, changes, error, said):
    twin = explained("calf-cramps").twin
    with pytest.raises(error, match=re.escape(said)):
        report.otherwise(twin.case, twin.session, changes)


def test_the_course_as_json(explained):
    twin = explained("pressure-fall").twin
    now = report.rerun(twin, {"temperature_c": 35.5})
    said = report.course_json(now, {"temperature_c": 35.5}, twin)
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    points = len(said["course"]["minute"])
    for key, unit in course.UNITS.values():
        rows = said["course"][key]
        assert rows["unit"] == unit
        assert all(len(rows[k]) == points for k in ("mean", "low", "high"))
        assert np.all(np.array(rows["low"]) <= np.array(rows["high"]) + 1e-9)
    assert set(said["measures"]) == set(said["as_it_was"]["measures"])
    assert said["changes"] == {"temperature_c": 35.5}
    page = shown(report.course_page(now, twin))
    assert "As it was:" in page and "Kt/V" in page and max(map(len, page.splitlines())) <= 80


# Tables


def test_parameters_come_with_everything_beside_the_number():
    rows = report.parameter_rows()
    assert len({row["name"] for row in rows}) == len(rows) > 100
    for row in rows:
        assert row["unit"] and row["meaning"] and row["source"] and row["status"]
        assert row["range"][0] <= row["value"] <= row["range"][1]
    muscle = report.parameter_rows("muscle")
    assert muscle and all(row["name"].startswith("muscle.") for row in muscle)
    assert muscle[0]["meaning"] in " ".join(shown(report.parameter_page(muscle)).split())
    with pytest.raises(KeyError, match="muscle"):
        report.parameter_rows("lung")


def test_studies_are_shown_with_verdict_and_reason():
    scored = {"count": 1, "green": 0, "amber": 0, "red": 1, "median_abs_z": 1.5, "share_within_1": 0.0}
    none = dict.fromkeys(scored, 0)
    row = {
        "study": "someone-2001", "arm": "low", "quantity": "SBP", "when": "at post", "measured": 120.0, "spread": 10.0,
        "unit": "mmHg", "simulated": 135.0, "z": 1.5, "verdict": "red", "grade": "B", "reason": "fever was not noted",
    }  # fmt: skip
    found = {
        "schema_version": 1, "figures": [row], "contrasts": [], "not_run": [row | {"reason": "needs chemistry"}],
        "summary": {"studies": 1, "figures": scored, "grade_a_b": scored, "contrasts": none, "groups": {},
                    "not_run": 1},
    }  # fmt: skip
    page = shown(report.studies_page(report.studies_json(found, [], [])))
    for phrase in ("someone-2001", "120 ± 10 mmHg", "z +1.50 red", "fever was not noted", "1: needs chemistry"):
        assert phrase in page


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
