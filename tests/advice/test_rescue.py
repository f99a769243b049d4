"""First aid: what is forbidden, the order, doses within limits, what is known at that minute, and broken input."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soleus import case
from soleus.advice import rescue as aid
from soleus.advice.rescue import LIMITS, Now, Spread, as_of, seen
from soleus.advice.rescue.agents import ALL, choices
from soleus.advice.rescue.diagnoses import Diagnoses, diagnoses
from soleus.advice.rescue.steps import ends_now, steps
from soleus.cli import main
from soleus.errors import BadRecord, OutOfRange
from soleus.references import references

from .somebody import AGENTS, even, standing


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
