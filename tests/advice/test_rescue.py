"""First aid: what is forbidden, the order, doses within limits, what the twin says of each action, and broken input."""

import io
import json
import re
import time
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from soleus import case, cohort, fit, plots
from soleus.advice import rescue as aid
from soleus.advice.rescue import LIMITS, Now, Spread, Standing, as_of, rescue, seen
from soleus.advice.rescue.agents import ALL, choices
from soleus.advice.rescue.diagnoses import Diagnoses, diagnoses
from soleus.advice.rescue.now import URGENT
from soleus.advice.rescue.soon import eased, outlook, tried
from soleus.advice.rescue.steps import ends_now, steps
from soleus.cli import main
from soleus.errors import BadRecord, OutOfRange
from soleus.machine.profiles import between, constant, exponential, linear, mean
from soleus.machine.profiles import steps as stepped
from soleus.prescription import Prescription
from soleus.references import references
from soleus.report import rescue as report
from soleus.report import show

AGENTS = [agent.id for agent in ALL]


def even(x):
    """A spread without width."""
    return Spread(x, x, x)


def standing(about="cramp", **changes):
    """Somebody to whom nothing is forbidden, and who is known well; with changes, those of diagnoses by their name."""
    known = Diagnoses(False, False, False, False, False, False, False)
    known = known._replace(**{name: changes.pop(name) for name in list(changes) if name in Diagnoses._fields})
    usual = Standing(
        about=about, minute=150.0, left=90.0, severity=8.0, where="left calf", complaint="", not_relieved="",
        systolic=124.0, systolic_minute=148.0, twin_systolic=even(126.0), apart=np.zeros(3), excess=even(0.3),
        sodium=even(138.0), glucose=None, weight=70.0, uf_rate=0.7, known=known, given=dict.fromkeys(AGENTS, 0.0),
        urgent=(), earlier=(),
    )  # fmt: skip
    return usual._replace(**changes)


def verdicts(s, left=0.2):
    """What is said of each agent."""
    return {c.agent.id: c.may.verdict for c in choices(s, left)}


# What is forbidden


def test_nothing_is_forbidden_to_somebody_without_a_reason():
    assert verdicts(standing()) == dict.fromkeys(AGENTS, "yes")


FORBIDS = [  # what stands in the way: saline, glucose, mannitol, strong saline
    ({"little_urine": True}, 0.7, "yes yes no yes"),
    ({"little_urine": True}, 0.4, "yes yes yes yes"),
    ({"little_urine": None}, 0.7, "yes yes ask yes"),
    ({"little_urine": False}, 0.9, "yes yes yes yes"),
    ({"excess": even(1.6)}, 0.2, "ask yes ask no"),
    ({"excess": Spread(0.6, 0.1, 1.3)}, 0.2, "ask yes ask ask"),
    ({"systolic": 172.0}, 0.2, "ask yes ask no"),
    ({"systolic": None, "systolic_minute": None}, 0.2, "ask yes ask ask"),
    ({"hypertension": True}, 0.2, "yes yes yes ask"),
    ({"hypertension": None}, 0.2, "yes yes yes ask"),
    ({"heart_failure": True}, 0.2, "ask yes no no"),
    ({"heart_failure": None}, 0.2, "ask yes ask ask"),
    ({"diabetes": True}, 0.2, "yes ask yes yes"),
    ({"diabetes": None}, 0.2, "yes ask yes yes"),
    ({"diabetes": True, "glucose": 6.0}, 0.2, "yes ask yes yes"),
    ({"glucose": 15.0}, 0.2, "yes no yes yes"),
    ({"head_bleeding": True}, 0.2, "yes yes no yes"),
    ({"digoxin": True}, 0.2, "yes ask yes yes"),
    ({"sodium": even(147.0)}, 0.2, "yes yes yes no"),
    ({"given": dict.fromkeys(AGENTS, 0.0) | {"saline": 400.0}}, 0.2, "ask yes yes yes"),
    ({"given": dict.fromkeys(AGENTS, 0.0) | {"glucose": 100.0}}, 0.2, "yes ask yes yes"),
    ({"given": dict.fromkeys(AGENTS, 0.0) | {"mannitol": 100.0}}, 0.2, "yes yes ask yes"),
    ({"given": dict.fromkeys(AGENTS, 0.0) | {"strong saline": 16.0}}, 0.2, "yes yes yes ask"),
    ({"heart_failure": True, "little_urine": True, "diabetes": True, "systolic": 165.0}, 0.8, "ask ask no no"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "left", "said"), FORBIDS)
def test_every_agent_under_every_condition(changes, left, said):
    assert verdicts(standing(**changes), left) == dict(zip(AGENTS, said.split(), strict=True))


@pytest.mark.parametrize(("changes", "left", "said"), FORBIDS)
def test_whatever_is_not_simply_allowed_says_why(changes, left, said):
    for c in choices(standing(**changes), left):
        assert bool(c.may.why) == (c.may.verdict != "yes")
        assert all(len(reason) <= 60 for reason in c.may.why)


DIAGNOSED = [
    (["heart failure, EF 30 %"], "heart_failure", True),
    (["Herzinsuffizienz NYHA III"], "heart_failure", True),
    (["insuficiencia cardiaca"], "heart_failure", True),
    (["HFrEF"], "heart_failure", True),
    (["gout"], "heart_failure", False),
    (["no heart failure"], "heart_failure", False),
    ([], "heart_failure", None),
    (["arterial hypertension"], "hypertension", True),
    (["Bluthochdruck"], "hypertension", True),
    (["portal hypertension"], "hypertension", False),
    (["hypotension"], "hypertension", False),
    (["subdural haematoma in May"], "head_bleeding", True),
    (["type 2 diabetes"], "diabetes", True),
]


@pytest.mark.parametrize(("conditions", "name", "told"), DIAGNOSED)
def test_diagnoses_are_read_in_the_words_of_the_file(root, conditions, name, told):
    here = case.load(root / "examples" / "calf-cramps.yaml")
    who = here.patient.model_copy(update={"conditions": conditions, "diabetes": None})
    assert getattr(diagnoses(here.model_copy(update={"patient": who})), name) is told


def test_a_drug_against_sugar_means_diabetes_and_digoxin_is_seen(root):
    here = case.load(root / "examples" / "calf-cramps.yaml")
    assert diagnoses(here).diabetes is False
    more = [case.Drug(name="insulin glargine"), case.Drug(name="Digoxin 0.125 mg"), case.Drug(name="quinine")]
    told = diagnoses(here.model_copy(update={"drugs": [*here.drugs, *more]}))
    assert (told.diabetes, told.digoxin, told.quinine) == (True, True, True)


@pytest.mark.parametrize(
    ("urine", "gfr", "little"),
    [(0, None, True), (399, 5, True), (400, None, False), (None, 1.0, True), (None, 5.0, False), (None, None, None)],
)
def test_little_urine_is_told_by_urine_before_filtration(root, urine, gfr, little):
    here = case.load(root / "examples" / "calf-cramps.yaml")
    who = here.patient.model_copy(update={"residual_urine_ml_day": urine, "gfr_ml_min": gfr})
    assert diagnoses(here.model_copy(update={"patient": who})).little_urine is little


# Order


def ids(s, left=0.2):
    """The agents in the order in which they are told."""
    return [c.agent.id for c in choices(s, left)]


def test_volume_comes_first_where_volume_is_missing_and_glucose_elsewhere():
    assert ids(standing())[0] == "glucose"
    assert ids(standing(systolic=95.0))[0] == "saline"
    assert ids(standing(excess=even(-0.8)))[0] == "saline"
    assert ids(standing("hypotension", systolic=84.0))[0] == "saline"
    assert ids(standing("hypotension", systolic=84.0, heart_failure=True))[0] == "saline"


@pytest.mark.parametrize(("changes", "left", "said"), FORBIDS)
def test_what_is_forbidden_stands_last_and_what_is_allowed_first(changes, left, said):
    order = [("yes", "ask", "no").index(c.may.verdict) for c in choices(standing(**changes), left)]
    assert order == sorted(order)


def done(s):
    """What to do, in order."""
    return [step.id for step in steps(s, choices(s, 0.2))]


def test_first_aid_goes_in_order():
    assert done(standing()) == ["ultrafiltration", "stretch", "measure", "give", "end"]
    assert done(standing("hypotension")) == ["ultrafiltration", "lay", "measure", "give", "end"]
    assert done(standing(not_relieved="it did not help", severity=5.0))[0] == "call"


def test_a_low_glucose_is_treated_first_whatever_else_there_is():
    s = standing(diabetes=True, digoxin=True, glucose=3.1, systolic=95.0, excess=even(-1.0))
    assert ids(s)[0] == "glucose" and verdicts(s)["glucose"] == "yes"
    assert done(s) == ["sugar", "ultrafiltration", "stretch", "measure", "give", "end"]
    assert done(standing("hypotension", systolic=84.0, glucose=3.1))[0] == "sugar"
    assert done(standing(glucose=4.1))[0] == "ultrafiltration"


def test_a_cramp_with_a_low_pressure_lies_flat_first():
    assert done(standing(systolic=84.0)) == ["ultrafiltration", "lay", "stretch", "measure", "give", "end"]
    assert ids(standing(systolic=84.0))[0] == "saline"
    assert done(standing(complaint="dizziness"))[1] == "lay"
    assert "SIDE" in steps(standing(complaint="vomiting", systolic=84.0), choices(standing(), 0.2))[1].do


@pytest.mark.parametrize(
    ("severity", "does", "gives"),
    [(2.0, "SLOW", "only if it grows"), (5.0, "STOP", "after 5 min"), (9.0, "STOP", "now"), (None, "STOP", "after 5")],
)
def test_a_mild_cramp_slows_and_a_worse_one_stops_ultrafiltration(severity, does, gives):
    s = standing(severity=severity)
    told = {step.id: step.do for step in steps(s, choices(s, 0.2))}
    assert told["ultrafiltration"].startswith(does)
    assert gives in told["give"]


@pytest.mark.parametrize("where", ["left calf", "right hand", "thigh", "both feet", "belly", ""])
def test_each_muscle_has_its_stretch(where):
    word = {"left calf": "CALF", "right hand": "HAND", "thigh": "THIGH", "both feet": "FOOT", "belly": "FLAT"}
    s = standing(where=where)
    told = {step.id: step.do for step in steps(s, choices(s, 0.2))}["stretch"]
    assert word.get(where, "CALF") in told


ENDS = [
    ({"urgent": ("chest pain",)}, True),
    ({"not_relieved": "it did not help", "severity": 7.0}, True),
    ({"not_relieved": "it did not help", "severity": 6.0}, False),
    ({"severity": 10.0}, False),
    ({"about": "hypotension", "not_relieved": "it did not help", "systolic": 84.0}, True),
    ({"about": "hypotension", "not_relieved": "it did not help", "systolic": 110.0}, False),
]


@pytest.mark.parametrize(("changes", "ends"), ENDS)
def test_when_the_treatment_ends(changes, ends):
    s = standing(**changes)
    assert ends_now(s) is ends
    first = steps(s, choices(s, 0.2))[0].do
    assert ("CALL THE DOCTOR" in first or "END THE TREATMENT" in first) == (ends or bool(s.not_relieved))


def test_fluid_runs_while_they_come_only_where_pressure_is_low():
    low, usual = (standing(urgent=("fainting",), systolic=x) for x in (82.0, 130.0))
    assert "SALINE" in steps(low, choices(low, 0.2))[-1].do
    assert "NO FLUID" in steps(usual, choices(usual, 0.2))[-1].do


# Doses within limits, whoever it is

MAYBE = st.sampled_from([True, False, None])
ANYBODY = st.builds(
    lambda about, severity, systolic, excess, wide, sodium, glucose, weight, uf, known, had: standing(
        about, severity=severity, systolic=systolic, systolic_minute=None if systolic is None else 140.0,
        excess=Spread(excess, excess - wide, excess + wide), sodium=even(sodium), glucose=glucose, weight=weight,
        uf_rate=uf, given=dict(zip(AGENTS, had, strict=True)),
    )._replace(known=Diagnoses(*known)),
    st.sampled_from(["cramp", "hypotension"]), st.none() | st.floats(0, 10), st.none() | st.floats(50, 230),
    st.floats(-4, 6), st.floats(0, 2), st.floats(118, 158), st.none() | st.floats(2, 30), st.floats(25, 220),
    st.floats(0, 2), st.tuples(MAYBE, MAYBE, MAYBE, MAYBE, MAYBE, st.booleans(), st.booleans()),
    st.tuples(st.floats(0, 800), st.floats(0, 150), st.floats(0, 200), st.floats(0, 40)),
)  # fmt: skip


@settings(max_examples=1000)
@given(s=ANYBODY, left=st.floats(0, 1))
def test_no_dose_leaves_its_limits_and_nothing_forbidden_is_offered(s, left):
    for c in choices(s, left):
        name, dose = c.agent.id, c.dose
        assert dose.least <= dose.ml <= dose.most <= dose.session
        assert dose.most <= {"saline": 250, "glucose": 50, "mannitol": 100, "strong saline": 16}[name]
        if c.may.verdict == "yes":
            assert s.given[name] + dose.ml <= dose.session
    told = verdicts(s, left)
    overload, high = s.excess.mean >= LIMITS.overload, s.systolic is not None and s.systolic >= LIMITS.high
    if overload or high or s.known.heart_failure or s.sodium.mean > LIMITS.sodium:
        assert told["strong saline"] == "no"
    if s.known.heart_failure or s.known.head_bleeding or (s.known.little_urine and left > LIMITS.left):
        assert told["mannitol"] == "no"
    if s.glucose is not None and s.glucose >= LIMITS.sugar:
        assert told["glucose"] == "no"
    if s.known.diabetes is not False and not s.hypo:
        assert told["glucose"] != "yes"
    if overload or high or s.known.heart_failure:
        assert told["saline"] == "ask" and {c.agent.id: c.dose.ml for c in choices(s, left)}["saline"] == 100
    for unknown in (s.systolic, s.known.heart_failure):
        if unknown is None:
            assert "yes" not in (told["saline"], told["strong saline"])


def test_every_source_is_known():
    keys = {key for agent in ALL for key in agent.sources}
    for changes, _ in ENDS:
        s = standing(**changes)
        keys |= {key for step in steps(s, choices(s, 0.2)) for key in step.sources}
    assert keys <= set(references())


# As of that minute


@pytest.fixture(scope="module")
def calf(root):
    """The first example."""
    return case.load(root / "examples" / "calf-cramps.yaml")


def test_nothing_of_what_came_later_is_known(calf):
    session = aid.running(calf)
    known, here, _ = as_of(calf, session, 190.0, 8.0, None, Now())
    assert max(p.minute for p in here.pressures) <= 190 and max(p.minute for p in here.blood_volume) <= 190
    assert [s.minute for s in here.symptoms] == [190.0] and here.post_weight_kg is None
    later = session.model_copy(
        update={
            "post_weight_kg": 61.2, "symptoms": [], "blood_volume": [x for x in session.blood_volume if x.minute < 195],
            "pressures": [p for p in session.pressures if p.minute < 195],
        }
    )  # fmt: skip
    labs = [*calf.labs, calf.labs[-1].model_copy(update={"date": date(2026, 2, 9), "sodium_mmol_l": 131.0})]
    other = calf.model_copy(update={"sessions": [*calf.sessions[:-1], later], "labs": labs})
    assert as_of(other, later, 190.0, 8.0, None, Now())[1] == here
    assert as_of(other, later, 190.0, 8.0, None, Now())[0] == known


def test_an_earlier_session_knows_no_later_one(calf):
    known, _, _ = as_of(calf, calf.session("2026-02-04"), 60.0, 5.0, None, Now())
    assert [str(s.date) for s in known.sessions] == ["2026-02-02", "2026-02-04"]


def test_what_is_told_now_is_added(calf):
    now = seen({"systolic_mmhg": 92, "diastolic_mmhg": 50, "rbv_pct": -15.5, "where": "right foot"})
    _, here, about = as_of(calf, aid.running(calf), 200.0, 6.0, None, now)
    assert here.pressures[-1].minute == 200 and here.pressures[-1].systolic_mmhg == 92
    assert here.blood_volume[-1].rbv_pct == -15.5
    assert (about, here.cramps[-1].where, here.cramps[-1].severity) == ("cramp", "right foot", 6.0)


def test_what_it_is_about_follows_from_what_was_noted_or_measured(root, calf):
    fall = case.load(root / "examples" / "pressure-fall.yaml")
    assert as_of(fall, aid.running(fall), 152.0, None, None, Now())[2] == "hypotension"
    assert as_of(calf, aid.running(calf), 204.0, None, None, Now())[2] == "cramp"
    assert as_of(calf, aid.running(calf), 100.0, None, None, seen({"systolic_mmhg": 80}))[2] == "hypotension"
    assert as_of(calf, aid.running(calf), 100.0, None, "cramp", seen({"systolic_mmhg": 80}))[2] == "cramp"


def test_fluid_without_a_time_counts_up_to_that_minute(calf):
    session = aid.running(calf)  # 0.2 L infused and 0.1 L drunk, without a time
    half = as_of(calf, session, 120.0, 5.0, None, Now())[1]
    assert half.infused_l == pytest.approx(0.1) and half.drunk_l == pytest.approx(0.05)
    assert half.unexplained_l(mouth=False) == pytest.approx(0) and half.uf_l == session.uf_l


# The twin


@pytest.fixture(scope="module")
def at_200(calf):
    """The first example at minute 200: twin, and first aid."""
    known, here, about = as_of(calf, aid.running(calf), 200.0, 8.0, None, Now())
    twin = fit.fit(known, here, people=64, kept=12)
    return twin, rescue(twin, 200.0, 8.0, about)


@pytest.fixture(scope="module")
def fell(root):
    """The pressure fall at minute 152."""
    told = case.load(root / "examples" / "pressure-fall.yaml")
    known, here, about = as_of(told, aid.running(told), 152.0, None, None, Now())
    return rescue(fit.fit(known, here, people=64, kept=12), 152.0, None, about)


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


def test_it_answers_within_a_second(at_200):
    """Of the processor: others may be at work on the same computer."""
    twin, _ = at_200
    began = time.process_time()
    rescue(twin, 180.0, 8.0)
    assert time.process_time() - began < 1.0


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


# Broken input


@pytest.mark.parametrize(
    ("minute", "severity", "now", "said"),
    [
        (-5.0, 8.0, {}, "minute is -5 min; .* Give the minutes since its start"),
        (240.0, 8.0, {}, "minute is 240 min; .* its end at 240 min.*correct hours"),
        (1e6, 8.0, {}, "its end at 240 min"),
        (float("nan"), 8.0, {}, "not a number"),
        (200.0, 11.0, {}, "severity is 11; .* from 0 to 10"),
        (200.0, -1.0, {}, "severity is -1"),
        (200.0, float("nan"), {}, "severity is nan"),
        (200.0, 8.0, {"systolic_mmhg": 60, "diastolic_mmhg": 90}, "Swap them"),
        (200.0, 8.0, {"diastolic_mmhg": 90}, "Add systolic_mmhg"),
    ],
)
def test_what_cannot_be_is_refused(calf, minute, severity, now, said):
    with pytest.raises(OutOfRange, match=said):
        as_of(calf, aid.running(calf), minute, severity, None, seen(now))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"systolic": 90}, "systolic is not known; known are systolic_mmhg.*Did you mean systolic_mmhg"),
        ({"systolic_mmhg": 900}, "900 mmHg; 30 to 300 mmHg is possible"),
        ({"systolic_mmhg": "high"}, "a number in mmHg"),
        ({"complaint": "hungry"}, "one of chest pain"),
        ({"not_relieved": "maybe"}, "true or false"),
    ],
)
def test_what_is_told_now_must_be_something(told, said):
    with pytest.raises(BadRecord, match=said):
        seen(told)


def test_a_person_without_dialysis_is_told_what_to_do_instead(root):
    home = case.load(root / "examples" / "ckd4-twitching.yaml")
    with pytest.raises(BadRecord, match=r"not on dialysis.*Stretch.*emergency number"):
        as_of(home, case.Session(date=date(2026, 1, 1)), 10.0, 8.0, None, Now())


CALF = "examples/calf-cramps.yaml"


@pytest.mark.parametrize(
    ("code", "tokens", "said"),
    [
        (2, [CALF], "--minute"),
        (2, [CALF, "--minute", "soon"], "--minute"),
        (2, [CALF, "--minute", "200", "--now", "systolic"], "systolic_mmhg=92"),
        (2, [CALF, "--minute", "200", "--now", "pulse=90"], "is not known"),
        (2, [CALF, "--minute", "200", "--plot", "a.pdf"], ".png or .svg"),
        (3, [CALF, "--minute", "300", "--severity", "8"], "its end at 240 min"),
        (3, [CALF, "--minute", "-1", "--severity", "8"], "since its start"),
        (3, [CALF, "--minute", "200", "--severity", "80"], "0 to 10"),
        (3, ["examples/ckd4-twitching.yaml", "--minute", "10"], "not on dialysis"),
        (4, [CALF, "--minute", "200", "--session", "2020-01-01"], "2026-02-09"),
        (4, ["nobody.yaml", "--minute", "200"], "is not there"),
    ],
)
def test_each_kind_of_trouble_has_its_exit_code(root, monkeypatch, capsys, code, tokens, said):
    monkeypatch.chdir(root)
    given = main(["rescue", *tokens, "--quiet"])
    out, err = capsys.readouterr()
    assert given == code and said in err and not out and "Traceback" not in err


def test_a_case_without_a_session_is_refused(root, tmp_path, capsys):
    text = (root / CALF).read_text().split("\nsessions:")[0] + "\n"
    (tmp_path / "none.yaml").write_text(text)
    assert main(["rescue", str(tmp_path / "none.yaml"), "--minute", "20", "--severity", "5", "-q"]) == 3
    assert "sessions is empty" in capsys.readouterr().err
