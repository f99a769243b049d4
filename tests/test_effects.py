"""Effects over a month: the format says what was found, people live it, and the rule is one for all."""

import json
from dataclasses import replace

import numpy as np
import pytest
import yaml

from soleus import study
from soleus.studies.check import problems
from soleus.studies.effect import Effect, by_p, of_counts
from soleus.validate import effects, month, plan
from soleus.validate.effects import Row
from soleus.validate.figures import _misses

STUDIES = {s.key: s for s in study.load_all()}
FEW = 8


@pytest.fixture(scope="module")
def lived():
    """A month of a few people on the usual treatment."""
    return month.month(plan.plan_of(STUDIES["akkabut-2021"].arm("month")), FEW, 1)


def an_effect(**changes):
    told = Effect("cramp_sessions_pct", "odds_ratio", ("a", "b"), None, None, None, 2.0, None, "", True, "seen")
    return replace(told, **changes)


def row(simulated, error=0.001, **changes):
    return Row("x", "A", an_effect(**changes), simulated, error, "")


# The file


def test_the_effects_of_the_literature_are_packaged():
    told = {(s.key, e.quantity, e.by): e for s in STUDIES.values() for e in s.effects}
    assert told["akkabut-2021", "cramp_sessions_pct", "gain_kg"].value == 4.5
    assert told["akkabut-2021", "cramp_sessions_pct", "HCO3"].value == 5.6
    assert told["akkabut-2021", "cramp_sessions_pct", "prior_cramp"].value == 25.5
    assert told["akkabut-2021", "cramp_patients_pct", None].interval == (43, 77)
    assert told["pain-syndromes", "cramp_sessions_pct", "IDH"].interval == (3.0, 38.9)
    assert told["oliver-2001", "symptomatic_sessions_pct", None].interval == (0.39, 0.96)
    assert told["tsujimoto-2019", "IDH_sessions_pct", None].status == "recalled"
    assert told["dunlop-2019", "cramp_sessions_pct", None].value == 1.77
    assert told["ijkd-calcium", "cramp_sessions_pct", None].more
    assert told["kaplan-1992", "cramp_sessions_pct", "vintage_y"].below == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("cramp_sessions_pct", "cramps", "quantity is 'cramps'; choose cramp_sessions_pct"),
        ("odds_ratio", "odds", "measure is 'odds'; choose odds_ratio"),
        ("by: IDH", "by: mood", "by is 'mood'; choose gain_kg"),
        ("by: IDH", "by: gain_kg", "gain_kg takes one number, at_least or below"),
        ("by: IDH, ", "", "a ratio compares arms, or one arm by something"),
        ("arm: month", "arm: year", "give arms, two of this study"),
        ("value: 10.9", "value: 50", "write [low, high] around the value"),
        ("value: 10.9, ci95: [3.0, 38.9]", "expect: often", "expect is 'often'; write more or fewer"),
        ("value: 10.9", "value: 10.9, of: 12", "at most one of ci95, p and of"),
        ("measure", "mesure", "unknown field 'mesure'; did you mean measure?"),
    ],
)
def test_a_faulty_effect_is_told_what_to_mend(root, old, new, said):
    text = (root / "src/soleus/studies/pain-syndromes-hypotension.yaml").read_text(encoding="utf-8")
    head, tail = text.split("effects:")
    wrong = problems(yaml.safe_load(f"{head}effects:{tail.replace(old, new)}"))
    assert any(said in line for line in wrong), wrong


def test_an_arm_without_figures_needs_an_effect(root):
    text = (root / "src/soleus/studies/pain-syndromes-hypotension.yaml").read_text(encoding="utf-8")
    assert not problems(yaml.safe_load(text))
    assert any("carries nothing" in line for line in problems(yaml.safe_load(text.split("effects:")[0])))


def test_intervals_that_P_and_numbers_imply():
    low, high = by_p(0.73, 0.02)
    assert (low, high) == (pytest.approx(0.56, abs=0.01), pytest.approx(0.95, abs=0.01))
    assert low * high == pytest.approx(0.73**2)
    assert of_counts(77, 62) == (pytest.approx(65.1, abs=0.1), pytest.approx(85.7, abs=0.1))


# The rule


@pytest.mark.parametrize(
    ("simulated", "changes", "verdict", "right"),
    [
        (1.5, {"interval": (1.2, 4.0)}, "green", True),
        (1.1, {"interval": (1.2, 4.0)}, "red", True),
        (1.5, {}, "amber", True),
        (0.9, {}, "red", False),
        (4.5, {}, "red", True),  # more than twice what was measured
        (1.01, {"value": None}, "red", False),  # no direction to speak of
        (1.3, {"value": None}, "amber", True),
        (0.7, {"value": None, "more": False}, "amber", True),
        (50.0, {"measure": "share", "value": None, "interval": (43, 77), "more": None}, "green", None),
        (40.0, {"measure": "share", "value": None, "interval": (43, 77), "more": None}, "red", None),
    ],
)
def test_one_rule_for_all(simulated, changes, verdict, right):
    assert row(simulated, **changes).verdict == verdict
    assert row(simulated, **changes).direction_right == right


def test_what_chance_could_have_made_has_no_direction():
    assert row(1.2, error=0.05, value=None).verdict == "amber"
    assert row(1.2, error=0.15, value=None).verdict == "red"


def test_reasons_name_effects_that_exist():
    for miss in _misses()["miss"]:
        s = STUDIES[miss["study"]]
        told = {f"{e.quantity} by {e.by}" if e.by else e.quantity for e in s.effects}
        measured = {m.quantity for a in s.arms for m in a.measured} | {c.quantity for c in s.contrasts}
        assert set(miss["quantities"]) <= told | measured, miss["study"]


# The month


def test_a_month_is_thirteen_sessions_no_two_alike(lived):
    shape = (month.DRAWS, month.SESSIONS, FEW)
    assert lived.cramp.shape == lived.hypotension.shape == shape
    assert ((lived.cramp > 0) & (lived.cramp < 1)).all()
    assert lived.gain_kg.std(axis=0).min() > 0.2
    long = np.arange(month.SESSIONS) % 3 == 0
    assert lived.gain_kg[long].mean() > 1.1 * lived.gain_kg[~long].mean()
    assert lived.gain_kg.mean() == pytest.approx(2.5, rel=0.15)
    assert 60 < lived.late.sum() / lived.cramp.sum() < 240


def test_shares_and_ratios_of_a_month(lived):
    share = effects.simulated(an_effect(measure="share", arms=("a",)), [lived])
    people = effects.simulated(an_effect(measure="share", arms=("a",), quantity="cramp_patients_pct"), [lived])
    either = effects.simulated(an_effect(measure="share", arms=("a",), quantity="symptomatic_sessions_pct"), [lived])
    assert share == pytest.approx(100 * lived.cramp.mean())
    assert share < people
    assert share < either < 100 * (lived.cramp.mean() + lived.hypotension.mean())
    for measure in ("odds_ratio", "risk_ratio", "rate_ratio"):
        assert effects.simulated(an_effect(measure=measure), [lived, lived]) == pytest.approx(1)
    worse = replace(lived, cramp=np.minimum(1.5 * lived.cramp, 0.99))
    assert effects.simulated(an_effect(measure="risk_ratio"), [lived, worse]) == pytest.approx(1.5, rel=0.1)


def test_who_cramped_last_time_is_likelier_to_cramp_again(lived):
    again = an_effect(arms=("a",), by="prior_cramp")
    assert effects.simulated(again, [lived]) > 1.5
    same = replace(lived, cramp=np.full_like(lived.cramp, 0.1))
    assert effects.simulated(again, [same]) == pytest.approx(1)
    for by, limit in (("gain_kg", 2.5), ("HCO3", 22), ("age_y", 65), ("vintage_y", 3)):
        assert effects.simulated(an_effect(arms=("a",), by=by, at_least=limit), [lived]) > 0
    assert effects.simulated(an_effect(arms=("a",), by="diabetic"), [lived]) > 0
    assert effects.simulated(an_effect(arms=("a",), by="IDH"), [lived]) > 0


def test_the_same_seed_lives_the_same_month_and_another_treatment_the_same_days(lived):
    one = plan.plan_of(STUDIES["akkabut-2021"].arm("month"))
    again = month.month(one, FEW, 1)
    assert np.array_equal(lived.cramp, again.cramp)
    cool = replace(one.prescription, dialysate=replace(one.prescription.dialysate, temperature=35.5))
    cooled = month.month(replace(one, prescription=cool), FEW, 1)
    assert np.allclose(cooled.gain_kg, lived.gain_kg)
    assert cooled.hypotension.mean() < lived.hypotension.mean()


def test_effects_are_run_from_files_and_printed():
    steps = []
    chosen = [STUDIES["akkabut-2021"], STUDIES["lynch-2014"], STUDIES["dasselaar-2006"]]
    found = effects.run(chosen, patients=FEW, progress=lambda i, n, name: steps.append((i, n, name)))
    assert steps == [(0, 3, "akkabut-2021: month"), (1, 3, "lynch-2014: mg-0.375"), (2, 3, "lynch-2014: mg-0.50")]
    assert len(found.rows) + len(found.not_run) == sum(len(s.effects) for s in chosen)
    assert [(n.quantity, "do not differ by HCO3" in n.reason) for n in found.not_run] == [("cramp_sessions_pct", True)]
    magnesium = found.rows[-1]
    assert magnesium.simulated < 1
    page = effects.page(found)
    assert "risk ratio 0.73 (0.56 to 0.952), simulated" in page
    got = json.loads(json.dumps(effects.as_json(found), allow_nan=False))
    assert got["schema_version"] == 1
    assert sum(got["summary"].values()) == len(got["rows"]) == len(found.rows)
    fields = {"study", "what", "measure", "measured", "interval", "simulated", "error", "verdict", "reason", "status"}
    assert all(fields <= set(r) for r in got["rows"])
    assert all(r["reason"] for r in got["rows"])


def test_an_arm_that_cannot_be_run_is_listed_with_its_reason():
    lynch = STUDIES["lynch-2014"]
    broken = replace(lynch.arms[0], assumed={**lynch.arms[0].assumed, "uf_profile": "as the nurse liked"})
    found = effects.run([replace(lynch, arms=(broken, lynch.arms[1]))], patients=FEW)
    assert [r.effect.arms for r in found.rows] == [("mg-0.50",)]
    assert all("as the nurse liked" in n.reason for n in found.not_run)
    assert "not run: lynch-2014" in effects.page(found)
