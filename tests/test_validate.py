"""Validation: arms run as their files say, figures are scored by one rule, and nothing a study printed is lost."""

import json
import math

import jax
import numpy as np
import pytest

from soleus import schedule, study, validate
from soleus.errors import BadRecord, OutOfRange
from soleus.references import references
from soleus.studies.form import VOCABULARY
from soleus.study import Spread
from soleus.validate import arm, behavior, figures, lines, one_pool, order, readouts
from soleus.validate.figures import Figure
from soleus.validate.groups import GROUPS, group
from soleus.validate.score import when

STUDIES = {s.key: s for s in study.load_all()}
FEW = 8
DISSOLVED = {"C1a", "C1b", "C2a", "C2b", "C9a", "C9b", "C16a", "C16b", "C17", "C21", "C36", "C37a", "C37b", "C41"}
DISSOLVED |= {"C44", "C48a", "C48b", "C50a", "C50b", "C51"}
SHORT = [STUDIES[key] for key in ("dasselaar-2006", "zehnder-2001", "hemo-total-protein", "kim-2000", "agarwal-2009")]


@pytest.fixture(scope="module")
def result():
    """Five studies on eight people."""
    steps = []
    got = validate.run(SHORT, patients=FEW, progress=lambda done, todo, name: steps.append((done, todo, name)))
    assert steps[0][0] == 0
    assert steps[-1][0] == steps[-1][1] >= len(steps) - 1
    assert sorted(steps) == steps
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
    assert figure(simulated=1.0, undecided=True, **pair).sign_right is None
    assert figure(simulated=1.0, undecided=True, **pair).within_factor is None


def test_every_quantity_that_runs_has_a_part_of_the_body():
    assert {group(name) for name in VOCABULARY} == set(GROUPS)
    assert group("rebound_urea_pct") == group("urea_removed") == group("URR") == "urea"
    assert group("PP_change") == "pressure"
    assert group("protein_change_pct") == group("albumin_removed") == "protein"
    assert group("rebound_K_pct") == group("K_removed_from_ECF") == "potassium"
    assert group("Ca_gained") == group("Ca_ionised_pH74") == "calcium"
    assert group("pCO2") == group("HCO3_gained") == "acid and base"
    assert group("phosphate_clearance") == "phosphate"
    assert group("PTH_change") == "hormones"


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


def test_what_comes_later_is_listed_with_its_reason():
    asked = [STUDIES["basile-2012"], STUDIES["post-hdf-21l"]]
    got = validate.run(asked, patients=FEW)
    reasons = {n.quantity: n.reason for n in got.not_run}
    assert "not yet" in reasons["PTH_change"]
    assert "hormone" in reasons["PTH_change"]
    assert "membrane here holds albumin back" in reasons["albumin_removed"]
    printed = sum(len(a.measured) for s in asked for a in s.arms) + sum(len(s.contrasts) for s in asked)
    assert len(got.figures) + len(got.contrasts) + len(got.not_run) == printed


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


def test_groups_side_by_side_are_treated_as_if_alone():
    baths = [arm.plan_of(a) for a in STUDIES["basile-2012"].arms]
    assert len({arm.alike(p) for p in baths}) == 1
    who = arm.people(FEW, 1)
    for plan, together in zip(baths, arm.treat_together(baths, who), strict=True):
        alone = arm.treat(plan, who)
        for name in ("Ca_ionised", "phosphate", "SBP"):
            here, there = (readouts.values(t, name, ("at", "post")) for t in (together, alone))
            assert here == pytest.approx(there, rel=1e-6)


def test_arms_of_another_length_gap_or_chart_are_run_apart():
    plan = arm.plan_of(STUDIES["basile-2012"].arms[0])
    others = (("asaio-trans-1991", 0), ("kim-2000", 0), ("belgrade-2020", 0), ("jackson-1999", 0))
    assert all(arm.alike(plan) != arm.alike(arm.plan_of(STUDIES[key].arms[i])) for key, i in others)


def test_a_group_that_cannot_be_treated_does_not_stop_its_neighbors(monkeypatch):
    basile = STUDIES["basile-2012"]
    treat = figures.treat_together

    def fails(plans, who):
        if any(p.prescription.dialysate.Ca == 1.25 for p in plans):
            raise OutOfRange("no calcium")
        return treat(plans, who)

    monkeypatch.setattr(figures, "treat_together", fails)
    got = validate.run([basile], patients=FEW)
    assert {f.arms for f in got.figures} == {("ca-1.375",), ("ca-1.50",)}
    assert any(n.reason == "no calcium" for n in got.not_run)


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


def test_the_bath_and_the_filter_are_those_of_the_file():
    citrate = arm.plan_of(STUDIES["ter-meulen-2019"].arm("citrate-1.50")).prescription.dialysate
    assert (citrate.Ca, citrate.citrate, citrate.acetate, citrate.HCO3, citrate.Mg) == (1.5, 1.0, 0.0, 34.0, 0.5)
    empty = arm.plan_of(STUDIES["zehnder-2001"].arm("k0")).prescription
    assert (empty.dialysate.K, empty.dialysate.glucose) == (0, 0)
    assert empty.reason
    post = arm.plan_of(STUDIES["post-hdf-21l"].arms[0]).prescription
    assert (post.mode, post.Q_sub) == ("HDF-post", pytest.approx(0.07867))
    low = arm.plan_of(STUDIES["hemodial-int-2012"].arms[0]).prescription.dialyzer
    assert low.KoA_b2m < 0.1 * post.dialyzer.KoA_b2m


@pytest.fixture(scope="module")
def rudnicki():
    """A group with its own calcium, phosphate and acidity, followed for five hours."""
    return arm.treat(arm.plan_of(STUDIES["rudnicki-1993"].arms[0], after=300.0), arm.people(FEW, 1))


def test_people_arrive_with_the_blood_of_the_chart(rudnicki):
    told = {
        "Ca_ionised": 1.19,
        "phosphate": 2.05,
        "pH": 7.40,
        "K": 5.1,
        "HCO3": 22,
        "Mg_total": 1.0,
        "creatinine": 0.75,
    }
    for name, level in told.items():
        assert readouts.values(rudnicki, name, ("at", "pre")).mean() == pytest.approx(level, rel=0.01), name
    assert readouts.values(rudnicki, "phosphate", ("at", "pre")).std() > 0.2


def test_total_carbon_dioxide_and_acidity_say_what_the_gases_were():
    gases = {"TCO2": 25.0, "pCO2": 40.0}
    assert arm._pre(arm.Plan(prescription=None, pre=gases))["HCO3"] == pytest.approx(25 - 0.0307 * 40)
    known = arm._pre(arm.Plan(prescription=None, pre={"HCO3": 24.0, "pH": 7.40}))
    assert known["pCO2"] == pytest.approx(39.2, abs=0.2)
    assert "HCO3" not in arm._pre(arm.Plan(prescription=None, pre=gases, results=frozenset({"HCO3", "TCO2"})))


def test_people_rest_and_then_live_at_home(rudnicki):
    minutes = np.diff(rudnicki.minutes)
    assert (minutes > 0).all()
    assert rudnicki.minutes[-1] >= 240 + 300
    removed = readouts.at(rudnicki, rudnicki.moment.tally.K, [240, 300, 500])
    assert np.allclose(removed[0], removed[1:])
    weight = readouts.at(rudnicki, rudnicki.moment.seen.weight, [240, 355, 535]).mean(axis=1)
    assert weight[1] < weight[0] < weight[2]  # breathed out, then drunk


def test_insulin_answers_less_in_diabetes():
    treated = STUDIES["jackson-2000"].arms[0]
    weight = np.full(FEW, 70.0)
    with_it, without = (
        arm._patient(arm.plan_of(a), weight, 1).glucose.s for a in (treated, STUDIES["jackson-1999"].arms[0])
    )
    assert with_it == pytest.approx(0.2 * without)


def test_the_slow_stores_settle_where_the_bath_leaves_them():
    plan = arm.plan_of(STUDIES["belgrade-2020"].arm("mg-1.0"), results={"Mg_total"})
    assert set(arm._pre(plan)) >= {"K", "HCO3", "phosphate"}
    assert "Mg_total" not in arm._pre(plan)
    who = arm.people(FEW, 1)
    t = arm.treat(plan, who)
    n_s = t.moment.state.magnesium.n_s
    weeks = 3
    usual = arm._each(arm._usual(plan), plan, t.uf, who)
    later = settle_further(t, usual, cycles=3 * weeks)
    assert later.magnesium.n_s == pytest.approx(n_s[0], rel=0.02)
    assert t.moment.seen.magnesium.iMg[0].mean() > 0.75


def settle_further(t, usual, cycles):
    """The state after more of the same weeks."""
    now = jax.tree.map(lambda x: x[0], t.moment.state)
    for _ in range(cycles):
        now = schedule.cycle(t.patient, now, usual, t.post_weight, t.plan.gap).back
    return now


def test_an_experiment_happens_inside_a_usual_week():
    alkaline = arm.plan_of(STUDIES["heguilen-2005"].arm("hco3-39"))
    assert arm._usual(alkaline).dialysate.HCO3 == 33
    assert alkaline.prescription.dialysate.HCO3 == 39
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
    profiled = arm.plan_of(altered()).prescription
    assert profiled.sodium_profile.values[0] == 152
    assert profiled.sodium_profile.values[-1] == 140
    late = arm.plan_of(altered(uf_profile=order.FIRST_HOUR_DRY)).prescription
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
    runs = [name for name, known in VOCABULARY.items() if known.needs != "hormones"]
    built = [f"{x}_change" for x in readouts.LEVELS] + [f"{x}_change_pct" for x in readouts.LEVELS]
    taken = [f"{x}_{how}" for x in readouts.TALLIES for how in ("removed", "gained")]
    return runs + built + taken + ["urea_clearance", "phosphate_clearance", "rebound_urea_pct", "rebound_K_pct"]


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
    assert np.allclose(value("Ca_gained"), -value("Ca_removed"))
    assert np.allclose(value("phosphate_pct_of_pre"), 100 + value("phosphate_change_pct"))
    assert np.allclose(value("K_removed_from_ECF") + value("K_removed_from_ICF"), value("K_removed"))
    assert np.allclose(value("TCO2"), value("HCO3") + 0.0307 * value("pCO2"))
    assert (value("Ca_ionised_pH74") > value("Ca_ionised")).mean() > 0.5  # alkaline after the session
    base = value("HCO3_gained") - value("acetate_gained") - 3 * value("citrate_gained")
    assert np.allclose(base, -readouts.at(hemo, hemo.moment.tally.hco3, [hemo.end])[0])
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
        readouts.values(hemo, "PTH", ("at", "post"))


def test_any_symptom_is_at_least_as_common_as_each(hemo):
    chance = {k: readouts.SYMPTOMS[f"{k}_sessions_pct"](hemo) for k in ("cramp", "IDH", "symptomatic")}
    assert (chance["symptomatic"] >= np.maximum(chance["cramp"], chance["IDH"]) - 1e-9).all()
    assert all(((c > 0) & (c < 100)).all() for c in chance.values())


def test_one_pool_finds_the_one_pool_that_made_the_samples():
    minutes, K_d, Q = np.linspace(0, 240, 5), np.array([0.15, 0.14]), np.array([0.0104, 0.0])
    K_m, V_0 = np.array([0.10, 0.08]), np.array([11.0, 9.0])
    k = K_m + K_d - np.maximum(Q, one_pool.LEAST_UF)
    left = 1 - np.maximum(Q, one_pool.LEAST_UF) * minutes[:, None] / V_0
    c = 1.7 * (K_m / k + (1 - K_m / k) * left ** (k / np.maximum(Q, one_pool.LEAST_UF)))
    found = one_pool.fitted(minutes, c, K_d, Q)
    assert found[0] == pytest.approx(K_m, rel=0.03)
    assert found[1] == pytest.approx(V_0 - Q * 240, rel=0.03)


@pytest.mark.slow
def test_lines_across_people_have_a_slope_or_a_zero():
    leenders = STUDIES["leenders-2018"]
    slope, zero = (lines.line(leenders, r, None, 1) for r in leenders.regressions)
    assert (slope.measured, zero.measured) == (0.3, 0.74)
    assert 0.1 < slope.simulated < 0.6
    assert 0.6 < zero.simulated < 0.95
    assert (zero.y, zero.x) == ("no Mg_total_change", "Mg_total at which")


# Tables


def test_known_misses_name_figures_that_exist():
    for miss in figures._misses()["miss"]:
        s = STUDIES[miss["study"]]
        measured = {m.quantity for a in s.arms for m in a.measured} | {c.quantity for c in s.contrasts}
        assert set(miss["quantities"]) <= measured, miss["study"]


def test_differences_that_a_study_could_not_tell_exist():
    for told in figures._misses()["undecided"]:
        found = [(c.quantity, [*c.arms]) for c in STUDIES[told["study"]].contrasts]
        assert (told["quantity"], told["arms"]) in found
        assert figures._undecided(told["study"], tuple(told["arms"]), told["quantity"])
    assert not figures._undecided("zehnder-2001", ("k0", "k2"), "K_removed")


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
    assert {r.id for r in rows if r.id.startswith("C")} == DISSOLVED
    assert not any(r.reason for r in rows if r.verdict == "green")
    assert not any(r.reason for r in rows if r.verdict == "green")
    assert all(math.isfinite(r.model) for r in rows)


def test_a_drawn_population_is_read_as_a_ward_reads():
    rows = {r.id: r for r in validate.population(patients=64)}
    assert all(math.isfinite(r.model) for r in rows.values())
    assert rows["P8"].model + rows["P11"].model <= 100
    assert rows["P1"].model < 0 < rows["P6"].model
