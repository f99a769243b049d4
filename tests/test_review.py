"""The review of the dry weight: when it says to leave the target, and how it moves it, step by step, with an end."""

import io
import json

import pytest
from rich.console import Console

from soleus import case
from soleus.advice.review import PROBING, review
from soleus.fit import known
from soleus.references import find
from soleus.report.review import review_lines


@pytest.fixture(scope="module")
def calf(root):
    return case.load(root / "examples" / "calf-cramps.yaml")


@pytest.fixture(scope="module")
def fitted(calf):
    """A target of 62 kg, and readings that ask for more."""
    return known.know(calf, people=48)


def with_dry(fitted, mean, half=0.4, at_limit=False, **patient):
    """The same fit with another dry weight, and another line of the chart."""
    dry = fitted.dry_weight._replace(mean=mean, low=mean - half, high=mean + half, at_limit=at_limit)
    who = fitted.case.patient.model_copy(update=patient)
    return fitted._replace(dry_weight=dry, case=fitted.case.model_copy(update={"patient": who}))


def printed(r):
    out = io.StringIO()
    console = Console(file=out, width=80)
    for line in review_lines(r):
        console.print(line)
    return out.getvalue()


def test_the_example_is_to_be_raised(fitted):
    r = review(fitted)
    assert r.verdict == "up"
    assert r.steps[0].target_kg == pytest.approx(62.5) and r.steps[-1].target_kg <= fitted.dry_weight.mean + 0.05
    assert r.evidence == "C" and {"pressure", "breath", "edema"} <= {rule.id for rule in r.stops}
    text = printed(r)
    assert "Stop, and do this" in text and "nephrologist decides" in text


def test_no_plan_where_the_interval_spans_the_target(fitted):
    r = review(with_dry(fitted, 62.3, 0.5))
    assert r.verdict == "hold" and not r.steps and not r.stops
    assert "No reason to move" in r.said
    assert any("bioimpedance" in m.what for m in r.first)
    assert "It would tell" in printed(r)


def test_no_plan_for_a_difference_nobody_would_move_it_for(fitted):
    assert review(with_dry(fitted, 62.2, 0.1)).verdict == "hold"


@pytest.mark.parametrize(("dry", "verdict", "size", "often"), [
    (62.7, "up", 0.3, "week"), (64.5, "up", 0.5, "week"), (61.3, "down", -0.2, "session"), (59.0, "down", -0.5, "week"),
])  # fmt: skip
def test_steps_are_small_and_never_pass_the_dry_weight(fitted, dry, verdict, size, often):
    r = review(with_dry(fitted, dry, 0.3))
    assert r.verdict == verdict
    targets = [62.0, *(step.target_kg for step in r.steps)]
    assert [b - a for a, b in zip(targets, targets[1:], strict=False)] == pytest.approx([size] * len(r.steps))
    assert abs(targets[-1] - 62.0) <= min(abs(dry - 62.0), PROBING.most) + 1e-6
    assert r.steps[0].when == "from the next session"
    assert all(often in step.when for step in r.steps[1:])
    assert "fit anew" in r.then


def test_downwards_stops_at_cramps_low_pressure_and_dizziness(fitted):
    r = review(with_dry(fitted, 60.8, 0.3))
    signs = " ".join(rule.sign for rule in r.stops)
    for word in ("cramp", "below 90 mmHg (100", "dizziness", "saline", "10 mL/kg/h", "urine"):
        assert word in signs
    assert not any(rule.id == "urine" for rule in review(with_dry(fitted, 60.8, 0.3, residual_urine_ml_day=0.0)).stops)


def test_a_trial_stands_behind_lowering_in_who_comes_with_high_pressure_alone(fitted):
    """The example comes with 139 to 146 mmHg."""
    down = with_dry(fitted, 60.8, 0.3)
    assert review(down).evidence == "A"

    def lower(p):
        return p.model_copy(update={"systolic_mmhg": p.systolic_mmhg - 20})

    sessions = [s.model_copy(update={"pressures": [lower(p) for p in s.pressures]}) for s in down.case.sessions]
    calm = down._replace(case=down.case.model_copy(update={"sessions": sessions}))
    assert review(calm).evidence == "C"
    assert any("whose pressure is high" in text for text in review(calm).caveats)


def test_a_wide_interval_asks_for_a_measurement_first(fitted):
    wide = review(with_dry(fitted, 64.5, 1.2))
    assert wide.steps and wide.first and "measure before the first step" in wide.said
    assert not review(with_dry(fitted, 64.5, 0.3)).first
    assert review(with_dry(fitted, 64.5, 0.3, at_limit=True)).first


def test_what_would_tell_most_comes_first(fitted):
    r = review(with_dry(fitted, 62.2, 0.5), "bioimpedance, once")
    assert r.first[0].what == "bioimpedance, once"
    assert len([m for m in r.first if "bioimpedance" in m.what]) == 1


def test_bioimpedance_that_says_the_opposite_holds_everything(fitted):
    r = review(with_dry(fitted, 63.5, 0.3, dry_weight_kg=60.5))
    assert r.verdict == "hold" and "the opposite" in r.said
    agrees = review(with_dry(fitted, 63.5, 0.3, dry_weight_kg=63.2))
    assert agrees.verdict == "up" and not any("bioimpedance" in m.what for m in agrees.first)


def test_without_target_or_readings_there_is_no_plan(fitted, calf):
    none = review(with_dry(fitted, 63.5, 0.3, target_weight_kg=None, target_weight_unknown_reason="new"))
    assert none.verdict == "unknown" and not none.steps and "where to begin" in none.said
    bare = [s.model_copy(update={"pressures": [], "blood_volume": []}) for s in calf.sessions]
    unread = known.know(calf.model_copy(update={"sessions": bare, "labs": []}), people=48)
    r = review(unread)
    assert r.verdict == "unknown" and r.dry_kg is None and "No readings" in r.said


def test_every_source_is_known_and_the_json_is_plain(fitted):
    for r in (review(fitted), review(with_dry(fitted, 60.8, 0.3)), review(with_dry(fitted, 62.1, 0.5))):
        assert find(list(r.sources))
        told = json.loads(json.dumps(r.as_json(), allow_nan=False))
        assert told["verdict"] == r.verdict and len(told["steps"]) == len(r.steps)
