"""Validation: arms run as their files say, figures are scored by one rule, and nothing a study printed is lost."""

import json
import math

import numpy as np
import pytest

from soleus import study, validate
from soleus.errors import BadRecord, OutOfRange
from soleus.references import references
from soleus.studies.form import VOCABULARY
from soleus.study import Spread
from soleus.validate import arm, behavior, figures, readouts
from soleus.validate.figures import Figure
from soleus.validate.score import GROUPS, group, when

STUDIES = {s.key: s for s in study.load_all()}
FEW = 8
SHORT = [STUDIES[key] for key in ("dasselaar-2006", "zehnder-2001", "hemo-total-protein", "kim-2000", "agarwal-2009")]


@pytest.fixture(scope="module")
def result():
    """Five studies on eight people."""
    steps = []
    got = validate.run(SHORT, patients=FEW, progress=lambda done, todo, name: steps.append((done, todo, name)))
    assert steps[0][0] == 0
    assert steps[-1][0] == steps[-1][1] == len(steps) - 1
    return got


@pytest.fixture(scope="module")
def hemo():
    """A group with pressures on its chart, followed for an hour."""
    return arm.treat(arm.plan_of(STUDIES["hemo-2002"].arm("hemo"), after=60.0), arm.people(FEW, 1))


def figure(measured=10.0, sd=2.0, simulated=11.0, **other):
    told = {"study": "x", "grade": "A", "arms": ("a",), "quantity": "Na", "time": ("at", "post"), "unit": "mmol/L"}
    spread = Spread(sd, "as printed", False)
    return Figure(**told | {"measured": measured, "spread": spread, "simulated": simulated, "reason": ""} | other)


# Scores


@pytest.mark.parametrize(("simulated", "verdict"), [(11.0, "green"), (9.0, "green"), (12.0, "amber"), (12.1, "red")])
def test_a_figure_is_scored_against_the_spread_between_patients(simulated, verdict):
    assert figure(simulated=simulated).z == pytest.approx((simulated - 10) / 2)
    assert figure(simulated=simulated).verdict == verdict


def test_a_difference_has_a_sign_and_a_size():
    pair = {"arms": ("a", "b"), "measured": -4.0}
    assert figure(simulated=-3.0, **pair).sign_right
    assert figure(simulated=-3.0, **pair).within_factor
    assert not figure(simulated=-9.0, **pair).within_factor
    assert figure(simulated=1.0, **pair).sign_right is False
    assert figure(simulated=1.0, **pair).within_factor is False
    assert figure(simulated=1.0, ci95=(-9.0, 1.0), **pair).sign_right is None


def test_every_quantity_that_runs_has_a_part_of_the_body():
    runs = [name for name, known in VOCABULARY.items() if known.needs != "chemistry"]
    assert {group(name) for name in runs} <= set(GROUPS)
    assert group("rebound_urea_pct") == group("urea_removed") == group("URR") == "urea"
    assert group("PP_change") == "pressure"
    assert group("protein_change_pct") == "protein"


# Runs


def test_everything_a_study_printed_is_scored_or_refused_with_a_reason(result):
    scored = [(f.study, f.arms[0], f.quantity, f.time) for f in result.figures]
    differences = [(f.study, " and ".join(f.arms), f.quantity, f.time) for f in result.contrasts]
    refused = [(n.study, n.arm, n.quantity, n.time) for n in result.not_run]
    printed = [(s.key, a.id, m.quantity, m.time) for s in SHORT for a in s.arms for m in a.measured]
    printed += [(s.key, " and ".join(c.arms), c.quantity, c.time) for s in SHORT for c in s.contrasts]
    assert sorted(scored + differences + refused, key=str) == sorted(printed, key=str)
    assert all(n.reason for n in result.not_run)
    assert any("starting value" in n.reason for n in result.not_run)
    assert any("chemistry" in n.reason for n in result.not_run)


def test_the_json_is_the_one_that_was_agreed(result):
    text = json.dumps(validate.as_json(result), allow_nan=False)
    got = json.loads(text)
    assert got["schema_version"] == 1
    assert {"figures", "contrasts", "summary", "not_run"} <= set(got)
    fields = {"study", "arm", "quantity", "when", "measured", "spread", "unit", "simulated", "z", "verdict", "reason"}
    assert all(fields <= set(row) for row in got["figures"] + got["contrasts"])
    for row in got["figures"]:
        assert row["z"] == pytest.approx((row["simulated"] - row["measured"]) / row["spread"], abs=0.02)
        assert row["verdict"] in ("green", "amber", "red")
        assert row["verdict"] == "green" or row["reason"]
    counts = got["summary"]["figures"]
    assert counts["count"] == counts["green"] + counts["amber"] + counts["red"] == len(got["figures"])


def test_a_spread_that_stands_in_is_said_on_the_line(result):
    zehnder = [f for f in result.figures if f.study == "zehnder-2001"]
    assert zehnder
    assert all("10 % of the value stands in" in f.reason for f in zehnder)


def test_times_read_as_in_a_study_file():
    assert when(("at_min", 60)) == "at_min 60"
    assert when(("after_min", (30, 60))) == "after_min 30-60"
    assert when(("over", "session")) == "over session"


def test_the_same_seed_gives_the_same_result(result):
    again = validate.run(SHORT[:1], patients=FEW)
    first = [f.simulated for f in result.figures if f.study == SHORT[0].key]
    assert first == [f.simulated for f in again.figures]


def test_a_line_of_pressure_on_time_is_run(result):
    slopes = {line.y: line.simulated for line in result.regressions}
    assert slopes["SBP"] > slopes["DBP"] > 0


def test_a_file_that_cannot_be_used_is_listed_and_the_others_run(tmp_path, root):
    good = (root / "src/soleus/studies/dasselaar-2006-uf-volume.yaml").read_text(encoding="utf-8")
    (tmp_path / "good.yaml").write_text(good, encoding="utf-8")
    (tmp_path / "twin.yaml").write_text(good, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("key: nobody-2020\n", encoding="utf-8")
    studies, faults = validate.read(tmp_path)
    assert [s.key for s in studies] == ["dasselaar-2006"]
    assert [f.study for f in faults] == ["bad.yaml", "twin.yaml"]
    assert "belongs to another file" in faults[1].reason
    assert validate.run([], faults).not_run == tuple(faults)


def test_a_median_is_compared_with_a_median(hemo):
    told = STUDIES["hemo-2002"].arm("hemo").measured[-1]
    assert figures._simulated([hemo], told) == pytest.approx(readouts.values(hemo, told.quantity, told.time).mean())
    quartiles = type(told)(**{**told.__dict__, "spread_is": "iqr"})
    assert figures._simulated([hemo], quartiles) == pytest.approx(
        np.median(readouts.values(hemo, told.quantity, told.time))
    )


# Groups


def test_the_same_people_stand_in_for_every_group_and_average_to_it():
    who = arm.people(48, 3)
    assert who.weight.mean() == pytest.approx(1)
    assert (who.weight * who.gain).mean() == pytest.approx(1)
    assert who.offset.mean() == pytest.approx(1.5)
    assert who.target.mean() == pytest.approx(1)
    assert arm.people(48, 3) is who


def test_people_arrive_as_the_chart_says(hemo):
    first = {name: readouts.values(hemo, name, ("at", "pre")).mean() for name in ("Na", "urea", "SBP", "DBP", "weight")}
    assert first["Na"] == pytest.approx(137, abs=0.3)
    assert first["urea"] == pytest.approx(24, abs=1)
    assert first["SBP"] == pytest.approx(153.1, abs=1)
    assert first["DBP"] == pytest.approx(81.7, abs=1)
    assert first["weight"] == pytest.approx(70 + 3.1, abs=0.05)
    assert readouts.values(hemo, "haematocrit", ("at", "pre")).mean() == pytest.approx(0.34, abs=0.01)
    assert hemo.uf.mean() == pytest.approx(3.1)


def test_habits_decide_the_gain_where_the_schedule_runs_to_a_steady_state():
    plan = arm.plan_of(STUDIES["arramreddy-2012"].arm("na-140"))
    assert plan.own_gain
    t = arm.treat(plan, arm.people(FEW, 1))
    gained = readouts.values(t, "IDWG", ("at", "pre"))
    assert gained.mean() != pytest.approx(plan.prescription.uf, abs=1e-3)
    assert np.allclose(gained, t.uf, atol=1e-6)


def test_an_experiment_happens_inside_a_usual_week():
    plan = arm.plan_of(STUDIES["ki-1987"].arm("na-154"))
    usual = arm._usual(plan)
    assert usual.uf == pytest.approx(arm.LEAST_GAIN * plan.weight)  # nothing was taken off that day
    assert usual.time == 240
    assert usual.dialysate.Na == 140
    assert plan.prescription.dialysate.Na == 154


def test_membrane_and_kind_scale_the_filter():
    big = arm.plan_of(STUDIES["dasselaar-2006"].arm("uf-low")).prescription.dialyzer.KoA_urea
    small = arm.plan_of(STUDIES["ki-1987"].arm("na-126")).prescription.dialyzer.KoA_urea
    assert small / big == pytest.approx(1.2 / 1.8 * 0.8)


def altered(**changes):
    one = STUDIES["oliver-2001"].arm("profiled")
    return type(one)(**{**one.__dict__, "assumed": {**one.assumed, **changes}})


def test_profiles_in_words_become_profiles():
    order = arm.plan_of(altered()).prescription
    assert order.sodium_profile.values[0] == 152
    assert order.sodium_profile.values[-1] == 140
    late = arm.plan_of(altered(uf_profile=arm.FIRST_HOUR_DRY)).prescription
    assert late.uf_profile.knots[1] == (0.25, 0.0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"uf_profile": "as the nurse liked"}, "uf_profile is 'as the nurse liked'"),
        ({"na_profile": "up and down"}, "na_profile is 'up and down'"),
        ({"access": "a new one"}, "access is 'a new one'"),
        ({"uf_l": 7.9, "hours": 1}, "machines take off at most"),
    ],
)
def test_what_cannot_be_run_says_why(changes, said):
    with pytest.raises((BadRecord, OutOfRange), match=said):
        arm.plan_of(altered(**changes))


def test_an_arm_that_cannot_be_run_is_listed_with_its_reason():
    oliver = STUDIES["oliver-2001"]
    arms = (oliver.arms[0], altered(na_profile="up and down"))
    got = validate.run([type(oliver)(**{**oliver.__dict__, "arms": arms})], patients=FEW)
    assert {f.arms for f in got.figures} == {("constant",)}
    assert not got.contrasts
    assert all("up and down" in n.reason for n in got.not_run)
    assert len(got.not_run) == len(arms[1].measured) + len(oliver.contrasts)


# Readouts


def names():
    """Every quantity that must run, with every way of building one from another."""
    runs = [name for name, known in VOCABULARY.items() if known.needs != "chemistry"]
    built = [f"{x}_change" for x in readouts.LEVELS] + [f"{x}_change_pct" for x in readouts.LEVELS]
    return runs + built + ["Na_removed", "Na_gained", "urea_removed", "urea_clearance", "rebound_urea_pct"]


@pytest.mark.parametrize("name", names())
def test_every_quantity_that_should_run_does(hemo, name):
    for time in (("at", "post"), ("at_min", 60), ("over", "session"), ("after_min", 30), ("after_min", (30, 60))):
        got = readouts.values(hemo, name, time)
        assert got.shape == (FEW,)
        assert np.isfinite(got).all()


def test_readouts_agree_with_each_other(hemo):
    def value(name, time=("at", "post")):
        return readouts.values(hemo, name, time)

    assert np.allclose(value("SBP_change"), value("SBP") - value("SBP", ("at", "pre")))
    assert np.allclose(value("PP"), value("SBP") - value("DBP"))
    assert np.allclose(value("Na_gained"), -value("Na_removed"))
    assert np.allclose(value("URR"), -value("urea_change_pct"))
    assert np.allclose(value("TPR") * value("CO"), value("MAP"))
    assert np.allclose(value("RBV_change_pct_per_l") * hemo.uf, value("RBV_change_pct"), rtol=1e-3)
    assert np.allclose(value("refill_rate") * hemo.post_weight * 3.5 / 1000, hemo.uf + value("plasma_volume_change"))
    assert np.allclose(value("urea_removed", ("over", "week")), 3 * value("urea_removed"))
    assert (value("RBV_min_pct") <= value("RBV_change_pct") + 1e-9).all()
    assert (value("eKtV") < value("spKtV")).all()
    assert (value("urea", ("over", "session")) > value("urea")).all()
    assert (value("Na_removed", ("at_min", 60)) < value("Na_removed")).all()
    assert ((value("urea_clearance", ("at_min", 60)) > 120) & (value("urea_clearance", ("at_min", 60)) < 300)).all()


def test_sodium_is_counted_from_where_fluid_removal_begins():
    plan = arm.plan_of(STUDIES["moret-2002"].arm("na-140"))
    t = arm.treat(plan, arm.people(FEW, 1))
    total = readouts.TALLIES["Na"](t)
    later = readouts.values(t, "Na_removed", ("over", "session"))
    assert np.allclose(later, total[-1] - readouts.at(t, total, [60.0])[0])


def test_unknown_figures_are_refused(hemo):
    with pytest.raises(BadRecord, match="over a week"):
        readouts.values(hemo, "Na", ("over", "week"))
    with pytest.raises(BadRecord, match="cannot be read"):
        readouts.values(hemo, "albumin", ("at", "post"))


def test_any_symptom_is_at_least_as_common_as_each(hemo):
    chance = {k: readouts.SYMPTOMS[f"{k}_sessions_pct"](hemo) for k in ("cramp", "IDH", "symptomatic")}
    assert (chance["symptomatic"] >= np.maximum(chance["cramp"], chance["IDH"]) - 1e-9).all()
    assert all(((c > 0) & (c < 100)).all() for c in chance.values())


# Tables


def test_known_misses_name_figures_that_exist():
    for miss in figures._misses():
        measured = {m.quantity for a in STUDIES[miss["study"]].arms for m in a.measured}
        assert set(miss["quantities"]) <= measured, miss["study"]


def test_targets_are_scored_by_spread_by_range_or_by_sign():
    told = {"id": "T0", "what": "it", "source": "GeneralKnowledge"}
    assert behavior.row(told | {"measured": 10, "spread": 2}, 11.5).verdict == "amber"
    assert behavior.row(told | {"measured": 10}, 12).verdict == "red"
    assert [behavior.row(told | {"low": 2, "high": 4}, x).verdict for x in (3, 4.9, 5.1)] == ["green", "amber", "red"]
    assert [behavior.row(told | {"sign": -1}, x).verdict for x in (-1, 1)] == ["green", "red"]


def test_targets_cite_their_sources():
    for entry in behavior.table():
        assert set(entry["source"].split()) <= set(references())


@pytest.mark.slow
def test_every_target_is_computed():
    rows = validate.targets(patients=FEW)
    assert len(rows) == len(behavior.table())
    assert {f"T{i}" for i in range(1, 34)} <= {r.id.rstrip("abcdef") for r in rows}
    assert all(math.isfinite(r.model) for r in rows)


def test_a_drawn_population_is_read_as_a_ward_reads():
    rows = {r.id: r for r in validate.population(patients=64)}
    assert all(math.isfinite(r.model) for r in rows.values())
    assert rows["P8"].model + rows["P11"].model <= 100
    assert rows["P1"].model < 0 < rows["P6"].model
