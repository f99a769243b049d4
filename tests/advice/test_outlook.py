"""First aid: what the twin says of each action, and how the page and the JSON say it."""

import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from soleus import case, cohort, fit, plots
from soleus.advice import rescue as aid
from soleus.advice.rescue import Now, as_of, rescue, seen
from soleus.advice.rescue.agents import choices
from soleus.advice.rescue.now import URGENT
from soleus.advice.rescue.soon import eased, outlook, tried
from soleus.machine.profiles import between, constant, exponential, linear, mean
from soleus.machine.profiles import steps as stepped
from soleus.prescription import Prescription
from soleus.references import references
from soleus.report import rescue as report
from soleus.report import show

from .somebody import AGENTS, standing

# The twin


def one(twin, k):
    """A single draw of the twin."""
    return twin._replace(
        prescription=[twin.prescription[k]], patient=cohort.take(twin.patient, [k]), start=cohort.take(twin.start, [k]),
        post_weight=twin.post_weight[[k]], cramp=cohort.take(twin.cramp, [k]),
        hypotension=cohort.take(twin.hypotension, [k]),
    )  # fmt: skip


@pytest.mark.parametrize("minute", [15.0, 110.0, 200.0, 236.0])
def test_each_action_goes_its_way_in_every_draw(at_200, minute):
    twin, _ = at_200
    acts = tried(choices(standing(weight=62.0), 0.2))
    for k in range(len(twin.prescription)):
        ahead = outlook(one(twin, k), minute, acts, np.zeros(1))
        run = {row.action.id: row for row in ahead.rows}
        assert run["nothing"].cramp.mean >= run["slow"].cramp.mean >= run["stop"].cramp.mean
        assert run["nothing"].fall.mean >= run["slow"].fall.mean >= run["stop"].fall.mean
        assert run["nothing"].systolic.mean <= run["slow"].systolic.mean <= run["stop"].systolic.mean
        assert run["saline"].systolic.mean > run["stop"].systolic.mean
        for agent in ("glucose", "mannitol", "strong saline"):
            assert run[agent].osmolality.mean > run["stop"].osmolality.mean
        assert run["strong saline"].sodium.mean > run["stop"].sodium.mean + 0.5
        assert run["glucose"].glucose.mean > run["stop"].glucose.mean + 1
        assert run["mannitol"].sodium.mean < run["stop"].sodium.mean  # water comes out of cells


def test_what_is_kept_is_what_was_given_and_not_taken_off(at_200):
    _, r = at_200
    rate = r.standing.uf_rate / 60 * r.outlook.minutes
    assert r.outlook.of("nothing").kept.mean == 0
    assert r.outlook.of("stop").kept.mean == pytest.approx(rate, rel=1e-6)
    assert r.outlook.of("slow").kept.mean == pytest.approx(rate / 2, rel=1e-6)
    for c in r.choices:
        assert r.outlook.of(c.agent.id).kept.mean == pytest.approx(rate + c.dose.ml / 1000, rel=1e-6)


def test_each_agent_lowers_the_chance_of_another_cramp_in_the_twin(at_200):
    """On average; single draws hold that lost water protects, and there saline does not."""
    run = {row.action.id: row.cramp.mean for row in at_200[1].outlook.rows}
    assert all(run[agent] < run["stop"] < run["nothing"] for agent in AGENTS)


def test_intervals_hold_their_means(at_200):
    for row in at_200[1].outlook.rows:
        for x in (row.cramp, row.fall, row.systolic, row.sodium, row.glucose, row.osmolality, row.kept):
            assert x.low - 1e-9 <= x.mean <= x.high + 1e-9


def test_more_mannitol_is_left_the_later_it_is_given(at_200):
    twin, _ = at_200
    acts = tried(choices(standing(), 0.2))
    left = [outlook(twin, m, acts, np.zeros(12)).of("mannitol").left.mean for m in (30.0, 120.0, 200.0, 239.0)]
    assert left == sorted(left) and left[0] < 0.35 and left[-1] > 0.95


def test_little_urine_late_in_the_session_forbids_mannitol_and_early_does_not(at_200):
    twin, r = at_200
    assert {c.agent.id: c.may.verdict for c in r.choices}["mannitol"] == "no"
    early = rescue(twin, 20.0, 8.0)
    assert {c.agent.id: c.may.verdict for c in early.choices}["mannitol"] != "no"


def test_pressure_goes_on_from_the_cuff(fell):
    assert fell.standing.systolic == 84 and fell.standing.twin_systolic.mean > 95
    assert abs(fell.outlook.of("nothing").systolic.mean - 84) < 6
    assert fell.outlook.of("saline").systolic.mean > fell.outlook.of("stop").systolic.mean
    low, high = fell.outlook.of("stop").systolic.low, fell.outlook.of("stop").systolic.high
    assert high - low > 2 * 1.6 * 6  # no narrower than a cuff reads


def test_going_on_as_it_runs_is_the_twin_itself(at_200):
    """The batch changes nothing: doing nothing gives what the twin's own course gives."""
    twin, r = at_200
    i = int(np.searchsorted(twin.course.minutes, 220.0))
    near = twin.course.moments(twin.patient, at=[i - 1, i]).seen
    Na = np.asarray(near.sodium.Na_p).mean(axis=1)
    assert min(Na) - 0.05 <= r.outlook.of("nothing").sodium.mean <= max(Na) + 0.05


SHAPES = [constant(), linear(1.5, 0.5), stepped([2.0, 1.0, 0.0]), exponential(2.0, 0.5)]


@pytest.mark.parametrize("shape", SHAPES, ids=["constant", "linear", "steps", "exponential"])
@pytest.mark.parametrize("window", [(0.0, 20.0), (100.0, 120.0), (230.0, 250.0)])
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_ultrafiltration_changes_within_its_window_alone(shape, window, share):
    p = Prescription(uf=3.0, uf_profile=shape)
    q = eased(p, *window, share)

    def rate(x, minute):
        at = np.array(minute / x.time)
        return x.uf / x.time * float(between(x.uf_profile, at, at)[0]) / mean(x.uf_profile)

    for minute in np.arange(1.0, 240.0, 7.0):
        factor = share if window[0] <= minute < window[1] else 1.0
        assert rate(q, minute) == pytest.approx(factor * rate(p, minute), abs=1e-9)


def test_a_session_without_a_rest_of_ultrafiltration_is_left_alone():
    p = Prescription(uf=1.0, time=15.0)
    assert eased(p, 0.0, 20.0, 0.0).uf == 0.0
    assert replace(p, uf=0.0) == eased(replace(p, uf=0.0), 0.0, 20.0, 0.0)


# The page and the JSON


def printed(r, width=80):
    """The page as a pipe gets it."""
    file = io.StringIO()
    show(Console(width=width, file=file), report.page(r))
    return file.getvalue()


def test_a_severe_cramp_starts_with_actions_and_fits_a_screen(at_200, fell):
    for r in (at_200[1], fell):
        lines = printed(r).splitlines()
        assert len(lines) <= 40 and max(map(len, lines)) <= 80
        numbered = [i for i, line in enumerate(lines) if line.startswith(" 1  ")][0]
        assert numbered <= 4 and "STOP ULTRAFILTRATION" in lines[numbered]
        before = "\n".join(lines[: next(i for i, x in enumerate(lines) if "by the twin" in x)])
        assert "CALL THE DOCTOR" in before and "Never quinine" in before
        assert not re.findall(r"\d%(?! left at the end)", before)
        assert "Not a medical device" in "\n".join(lines[-2:])


@pytest.mark.parametrize("complaint", URGENT)
def test_what_cannot_wait_gets_no_statistic(at_200, complaint):
    twin, _ = at_200
    r = rescue(twin, 200.0, 8.0, "cramp", seen({"complaint": complaint}))
    text = printed(r)
    assert r.ends and text.splitlines()[3] == f"STOP DIALYSIS AND CALL THE DOCTOR: {complaint}."
    assert "by the twin" not in text and len(text.splitlines()) <= 20
    assert report.as_json(r)["stop_dialysis_and_call"] is True


def test_chest_pain_in_the_file_ends_the_treatment_and_older_is_told(calf):
    def told(minute):
        session = aid.running(calf)
        more = [*session.symptoms, case.Symptom(minute=minute, what="chest pain")]
        changed = session.model_copy(update={"symptoms": more})
        known, here, about = as_of(
            calf.model_copy(update={"sessions": [*calf.sessions[:-1], changed]}), changed, 200.0, 8.0, None, Now()
        )
        return rescue(fit.fit(known, here, people=48, kept=6), 200.0, 8.0, about)

    assert told(195.0).ends
    older = told(100.0)
    assert not older.ends and "Tell the doctor: chest pain at minute 100" in printed(older)
    later = told(210.0)
    assert not later.ends and "chest pain at" not in printed(later)


def test_measures_that_did_not_hold_end_a_severe_cramp(calf):
    known, here, about = as_of(calf, aid.running(calf), 214.0, 8.0, None, Now())
    r = rescue(fit.fit(known, here, people=48, kept=6), 214.0, 8.0, about)
    assert r.ends and "measures at minute 202 did not hold" in printed(r)


def test_the_json_holds_everything_and_no_forbidden_dose(at_200):
    told = json.loads(json.dumps(report.as_json(at_200[1]), allow_nan=False))
    assert {"steps", "agents", "outlook", "stop_if", "record", "never", "references", "disclaimer"} <= set(told)
    no = [a for a in told["agents"] if a["verdict"] == "no"]
    assert no and all(a["dose_ml"] is None and a["why"] for a in no)
    assert not {a["id"] for a in no} & {x["id"] for x in told["outlook"]["actions"]}
    for row in told["outlook"]["actions"]:
        for name in ("cramp_probability", "systolic_mmhg", "sodium_mmol_l", "osmolality_mosm_kg"):
            assert row[name]["low"] <= row[name]["mean"] <= row[name]["high"]
    assert set(told["references"]) <= set(references())


def test_a_name_that_steers_a_terminal_does_not(at_200):
    twin, _ = at_200
    who = twin.case.patient.model_copy(update={"name": "\x1b[31m张伟 Müller-Núñez " * 9})
    r = rescue(twin._replace(case=twin.case.model_copy(update={"patient": who})), 200.0, 8.0)
    assert "\x1b" not in printed(r) and len(printed(r).splitlines()) <= 41


@pytest.mark.parametrize("name", ["aid.png", "aid.svg"])
def test_the_figure_is_drawn(at_200, fell, tmp_path, name):
    for r in (at_200[1], fell, rescue(at_200[0], 200.0, 8.0, "cramp", seen({"complaint": "fainting"}))):
        plots.save(plots.first_aid(r), tmp_path / name)
        assert (tmp_path / name).stat().st_size > 5000
