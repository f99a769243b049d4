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
from soleus.report import blood, course, plain, words

EXAMPLES = ("calf-cramps", "low-sodium-high-gain", "pressure-fall")
BATHS = {  # example of the chemistry: the cause it was made for
    "low-calcium-citrate": "dialysate_calcium",
    "alkaline-bath": "dialysate_bicarbonate",
    "potassium-1-bath": "dialysate_potassium",
    "low-magnesium": "dialysate_magnesium",
}
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
    "disclaimer", "blood", "bath", "method",
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
        ({"salt": (0.3, -0.1), "heat": (0.08, 0.02)}, ["leave open", "Surer, though smaller, is the heat, 8% (2 to"]),
        ({"salt": (0.3, -0.1), "heat": (0.25, 0.1)}, ["leave open", "The heat did, with 25% (10 to"]),
        ({"heat": (0.06, 0.02)}, ["Nothing that could have been changed", "Small but sure is the heat, 6% (2 to"]),
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


# Chemistry


def test_the_blood_that_is_shown_is_the_twins(explained):
    twin = explained("low-magnesium").twin
    seen, minutes = twin.course.moments(twin.patient).seen, twin.course.minutes
    shown_ = {level.id: level for level in report.levels(twin)}
    expected = {
        "potassium_mmol_l": seen.potassium.K_p,
        "bicarbonate_mmol_l": seen.acid_base.hco3,
        "ph": seen.acid_base.pH,
        "ionized_calcium_mmol_l": seen.calcium.iCa,
        "calcium_mmol_l": seen.calcium.tCa,
        "magnesium_mmol_l": seen.magnesium.tMg,
        "phosphate_mmol_l": seen.phosphate.c_p,
        "sodium_mmol_l": seen.sodium.Na_p,
        "urea_mmol_l": seen.protein.f * seen.urea_e,
        "creatinine_umol_l": 1000 * seen.creatinine.c_p,
        "glucose_mmol_l": seen.glucose.g,
        "b2m_mg_l": seen.b2m.c_1,
        "osmolality_mosm_kg": 2 * seen.sodium.Na_p + seen.protein.f * seen.urea_e + seen.glucose.g,
        "anion_gap_mmol_l": seen.sodium.Na_p - seen.chloride - seen.acid_base.hco3,
    }
    assert list(shown_) == list(expected)
    for name, x in expected.items():
        level = shown_[name]
        for said, row in ((level.before, x[0]), (level.after, x[-1])):
            assert said == pytest.approx((row.mean(), *np.percentile(row, (5, 95))), rel=1e-6)
        assert level.lowest.spread.mean == pytest.approx(x.mean(axis=1).min(), rel=1e-6)
        assert level.highest.minute == minutes[x.mean(axis=1).argmax()]
    trace = report.traces(twin)
    for name, (key, _) in course.UNITS.items():
        if key in expected:
            np.testing.assert_allclose(getattr(trace, name), expected[key])


def test_what_was_taken_off_is_what_the_machine_counted(explained):
    twin = explained("low-calcium-citrate").twin
    out = twin.course.end.tally
    said = {m.id: m for m in report.measured(twin)}
    for name, x in (
        ("potassium_removed_mmol", out.K),
        ("calcium_removed_mmol", out.Ca),
        ("magnesium_removed_mmol", out.Mg),
        ("phosphate_removed_mmol", out.phosphate),
        ("urea_removed_mmol", out.urea),
        ("creatinine_removed_mmol", out.creatinine),
        ("glucose_removed_mmol", out.glucose),
        ("b2m_removed_mg", out.b2m),
        ("sodium_removed_mmol", out.Na_convective + out.Na_diffusive),
        ("base_removed_mmol", out.hco3 + out.acetate + 3 * out.citrate + out.organic),
    ):
        assert said[name].mean == pytest.approx(np.mean(x), rel=1e-6)
        assert (said[name].low, said[name].high) == pytest.approx(tuple(np.percentile(x, (5, 95))), rel=1e-6)
    assert said["base_removed_mmol"].mean < 0 < said["potassium_removed_mmol"].mean
    assert said["phosphate_removed_mmol"].grams == pytest.approx(30.974e-3 * said["phosphate_removed_mmol"].mean)
    assert said["e_ktv"].mean < said["sp_ktv"].mean < said["std_ktv"].mean


@pytest.fixture
def chart(explained):
    """The twin of an example with other blood samples in its file; nothing is simulated again."""

    def get(*labs, **prescription):
        twin = explained("low-magnesium").twin
        told = twin.case.model_dump()
        told["labs"] = [{"when": "pre", "date": twin.session.date} | lab for lab in labs]
        told["prescription"]["dialysate"] = prescription or told["prescription"]["dialysate"]
        return twin._replace(case=case.read(told))

    return get


DAY, EARLIER = date(2026, 5, 20), date(2026, 5, 6)


@pytest.mark.parametrize(
    ("labs", "name", "how"),
    [
        ([], "potassium_mmol_l", ("assumed", "")),
        ([{"potassium_mmol_l": 5.0}], "potassium_mmol_l", ("measured", "")),
        ([{"magnesium_mg_dl": 1.9}], "magnesium_mmol_l", ("measured", "")),
        ([{"ionized_magnesium_mmol_l": 0.4}], "magnesium_mmol_l", ("worked out", "ionized magnesium")),
        ([{"calcium_mmol_l": 2.2}], "ionized_calcium_mmol_l", ("worked out", "total calcium")),
        ([{"calcium_mmol_l": 2.2, "ionized_calcium_mmol_l": 1.1}], "calcium_mmol_l", ("worked out", "ionized calcium")),
        ([{"bicarbonate_mmol_l": 22.0}], "ph", ("worked out", "bicarbonate alone")),
        ([{"bicarbonate_mmol_l": 22.0, "pco2_mmhg": 37.0}], "ph", ("worked out", "bicarbonate and carbon dioxide")),
        ([{"bicarbonate_mmol_l": 22.0, "ph": 7.38}], "ph", ("measured", "")),
        ([{"ph": 7.38}], "ph", ("assumed", "")),
        ([{"osmolality_mosm_kg": 301.0}], "osmolality_mosm_kg", ("assumed", "")),
        ([], "anion_gap_mmol_l", ("assumed", "")),
    ],
)
def test_it_says_what_was_measured_and_what_was_not(chart, labs, name, how):
    assert blood.known(name, chart(*labs))[:2] == how


def test_a_sample_of_another_day_and_one_after_the_session_are_told(chart):
    twin = chart({"potassium_mmol_l": 5.0, "date": EARLIER}, {"potassium_mmol_l": 3.4, "when": "post"})
    known = blood.known("potassium_mmol_l", twin)
    assert known == blood.Known("measured", "", 5.0, EARLIER, True, 3.4)
    page = " ".join(shown(report.course_page(twin)).split())
    assert "Measured on 2026-05-06, not on this day: potassium." in page
    assert "The laboratory found after this session: potassium 3.4." in page
    assert "Assumed, drawn from the population: bicarbonate, pH, ionized calcium, total calcium, magnesium" in page
    later = chart({"potassium_mmol_l": 3.4, "when": "post", "date": EARLIER})
    assert blood.known("potassium_mmol_l", later).after is None


def test_the_bath_is_told_as_it_reaches_the_patient(chart):
    stated = {"bicarbonate_mmol_l": 37.0, "citrate_mmol_l": 0.8}
    parts = {part.label: part for part in blood.bath(chart(**stated))}
    assert parts["citrate"].stated and not parts["potassium"].stated
    twin = chart(**stated)
    mixing = report.rerun(twin, {"bicarbonate_mmol_l": 37.0, "bicarbonate_stated": "before mixing"})
    assert next(part.first for part in blood.bath(mixing) if part.label == "bicarbonate") == 34.0
    falling = report.rerun(twin, {"potassium_profile": {"linear": [3.0, 1.5]}})
    assert next(part for part in blood.bath(falling) if part.label == "potassium") == ("potassium", 3.0, 1.5, True)
    page = " ".join(shown(report.course_page(falling, twin)).split())
    assert "potassium 3 to 1.5 (was 2)" in page and "magnesium ~0.5 (was 0.375)" in page
    assert report.rerun(falling, {"potassium_mmol_l": 2.0}).prescription[0].potassium_profile is None


@pytest.mark.parametrize(
    ("start", "middle", "end", "flags"),
    [
        (5.0, 4.5, 4.0, {}),
        (5.0, 4.0, 2.6, {"after": "low"}),
        (6.6, 5.0, 4.0, {"before": "high"}),
        (6.6, 5.6, 5.4, {"before": "high", "after": "high"}),
        (4.0, 2.5, 4.0, {"on the way": "low"}),
    ],
)
def test_what_lies_outside_the_usual_is_said(start, middle, end, flags):
    kind = next(kind for kind in blood.KINDS if kind.id == "potassium_mmol_l")
    x = np.array([start, middle, end])[:, None] + np.linspace(-0.1, 0.1, 20)
    for how in ("measured", "assumed"):
        level = blood._level(kind, x, np.array([0.0, 120.0, 240.0]), blood.Known(how, "", None, None, False, None))
        told = {when: side for when, side in flags.items() if how == "measured" or when != "before"}
        assert {flag.when: flag.side for flag in level.flags} == told
        assert all(flag.chance == 1 for flag in level.flags)
        assert level.turns == ("on the way" in flags)


def test_a_value_that_may_lie_outside_is_marked_as_perhaps():
    kind = next(kind for kind in blood.KINDS if kind.id == "ionized_calcium_mmol_l")
    x = np.stack([np.full(20, 1.2), 1.11 + np.linspace(-0.03, 0.03, 20)])
    level = blood._level(kind, x, np.array([0.0, 240.0]), blood.Known("measured", "", 1.2, DAY, False, None))
    assert [(flag.side, flag.when) for flag in level.flags] == [("low", "after")]
    assert blood.POSSIBLE <= level.flags[0].chance < blood.LIKELY


def test_sources_of_the_usual_are_known():
    assert {key for kind in blood.KINDS for key in kind.source.split()} <= set(references())


@pytest.mark.parametrize("name", [*EXAMPLES, *BATHS])
def test_the_chemistry_fits_the_screen(explained, name):
    e = explained(name)
    whole, brief = shown(report.course_page(e.twin)), shown(report.page(e))
    assert max(map(len, [*whole.splitlines(), *brief.splitlines()])) <= 80
    for label in ("Potassium", "Bicarbonate", "Ionized calcium", "Magnesium", "Phosphate"):
        assert label in brief and label in whole
    assert "Creatinine" not in brief and "Creatinine" in whole
    assert brief.index("Where the risk came from") < brief.index("The blood in this session")
    said = report.as_json(e)
    assert set(said["blood"]) == {kind.id for kind in blood.KINDS}
    for value in said["blood"].values():
        assert value["known"] in ("measured", "worked out", "assumed")
        assert value["lowest"]["mean"] <= min(value["before"]["mean"], value["after"]["mean"])
    assert said["bath"]["potassium_mmol_l"]["stated"]


@pytest.mark.parametrize(("name", "cause"), BATHS.items())
def test_the_examples_of_the_bath_find_the_bath(explained, name, cause):
    e = explained(name)
    ranked = sorted(words.split_of(e).causes, key=lambda c: -c.share)
    found = next(c for c in ranked[:3] if c.id == cause)
    assert found.share > words.LITTLE and found.interval.low > -words.LITTLE
    assert found.label[0].lower() + found.label[1:] in words.answer(e)


# Otherwise


def test_what_was_given_is_given_again_over_the_new_length(explained):
    twin = explained("potassium-1-bath").twin
    longer = report.rerun(twin, {"hours": 5})
    for one in (twin, longer):
        spans = np.diff(one.switches)
        assert one.switches[-1] == pytest.approx(one.prescription[0].time)
        assert (spans[:, None] * one.infusion.water).sum(axis=0) == pytest.approx(0.1, rel=1e-6)


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
