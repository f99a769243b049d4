"""Validation: arms run as their files say, figures are scored by one rule, and nothing a study printed is lost."""

import json
import math

import numpy as np
import pytest

from soleus import study, validate
from soleus.errors import OutOfRange
from soleus.references import references
from soleus.studies.form import VOCABULARY
from soleus.study import Spread
from soleus.validate import arm, behavior, figures, lines, plan, readouts
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
    return arm.treat(plan.plan_of(STUDIES["hemo-2002"].arm("hemo"), after=60.0), plan.people(FEW, 1))


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
    assert "PTH_change" not in reasons
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


def altered(**changes):
    one = STUDIES["oliver-2001"].arm("profiled")
    return type(one)(**{**one.__dict__, "assumed": {**one.assumed, **changes}})


def test_an_arm_that_cannot_be_run_is_listed_with_its_reason():
    oliver = STUDIES["oliver-2001"]
    arms = (oliver.arms[0], altered(na_profile="up and down"))
    got = validate.run([type(oliver)(**{**oliver.__dict__, "arms": arms})], patients=FEW)
    assert {f.arms for f in got.figures} == {("constant",)}
    assert not got.contrasts
    assert all("up and down" in n.reason for n in got.not_run)
    assert len(got.not_run) == len(arms[1].measured) + len(oliver.contrasts)


@pytest.mark.slow
def test_lines_across_people_have_a_slope_or_a_zero():
    leenders = STUDIES["leenders-2018"]
    slope, zero = (lines.line(leenders, r, None, 1) for r in leenders.regressions)
    assert (slope.measured, zero.measured) == (0.3, 0.74)
    assert 0.1 < slope.simulated < 0.6
    assert 0.6 < zero.simulated < 0.95
    assert (zero.y, zero.x) == ("no Mg_total_change", "Mg_total at which")


# Tables


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
