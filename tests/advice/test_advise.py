"""Advice: never outside a limit, whatever the slopes say; complete; and honest about what cannot be."""

import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from soleus import advice, case, equipment, fit
from soleus.advice import burden, controls, limits, search, weeks, wish
from soleus.advice.plan import Plan
from soleus.advice.slopes import Slopes, foretold
from soleus.advice.weeks import Outcome
from soleus.errors import BadRecord, OutOfRange
from soleus.levers import SHOULD
from soleus.parameter import put
from soleus.report import advice as report

CASES = 2000


@pytest.fixture(scope="module")
def twin(root):
    return fit.fit(case.load(root / "examples" / "calf-cramps.yaml"), people=64, kept=8)


@pytest.fixture(scope="module")
def advised(twin):
    return advice.advise(twin)


def drawn(twin, rng):
    """Somebody else at the same door: any order a machine can give, any dry weight, any unit."""
    p = twin.prescription[0]
    bath = replace(
        p.dialysate,
        Na=float(rng.uniform(130, 148)), K=float(rng.uniform(0.6, 4)), Ca=float(rng.uniform(1, 1.75)),
        Mg=float(rng.uniform(0.25, 1)), HCO3=float(rng.uniform(26, 40)), temperature=float(rng.uniform(34.5, 38)),
        citrate=float(rng.choice([0, 1])),
    )  # fmt: skip
    order = replace(p, dialysate=bath, time=float(rng.uniform(120, 420)), Q_b=float(rng.uniform(0.15, 0.5)))
    m = len(twin.prescription)
    dry = np.asarray(twin.patient.fluid.dry_weight) + rng.normal(0, 3)
    told = twin.case.model_copy(
        update={"schedule": twin.case.schedule.model_copy(update={"per_week": float(rng.integers(1, 6))})}
    )
    other = put(twin.patient, {"fluid.dry_weight": dry})
    return twin._replace(prescription=[replace(order, uf=2.0)] * m, patient=other, case=told)


def any_slopes(twin, there, rng):
    """Anything that lived weeks could show, good luck and bad."""
    m = len(twin.prescription)
    middle = dict.fromkeys(Outcome._fields, 1.0) | {
        "cramp": 0.5, "hypotension": 0.2, "ufr": 10.0, "hours": 12.0, "e_ktv": 1.3, "std_ktv": 2.3, "potassium": 3.6,
        "ionized_calcium": 1.2, "magnesium": 0.9, "TCO2": 28.0, "hco3_before": 22.0, "potassium_before": 5.2,
        "systolic_before": 150.0, "sodium_change": 0.0,
    }  # fmt: skip
    now = Outcome(**{
        name: abs(value) * np.exp(0.1 * rng.standard_normal((1, m))) + (rng.normal(0, 3) if value == 0 else 0)
        for name, value in middle.items()
    })  # fmt: skip
    sides = [(c.id, v > c.was) for c in there for v in c.probes()]
    rows = np.stack([np.stack([np.atleast_1d(x[0]) * 0.3 * rng.normal(0, 1) for x in now]) for _ in sides])
    return Slopes(now, {side: i for i, side in enumerate(sides)}, rows)


def test_no_plan_leaves_the_unit_or_a_limit_whatever_the_slopes(twin):
    rng = np.random.default_rng(4)
    there_is = equipment.usual()
    b, found_any = there_is.baths, 0
    allowed = {
        "Na": (b.sodium, SHOULD.Na_low, SHOULD.Na_high), "K": (b.potassium, SHOULD.K_low, SHOULD.K_high),
        "Ca": (b.calcium, SHOULD.Ca_low, SHOULD.Ca_high), "Mg": (b.magnesium, SHOULD.Mg_low, SHOULD.Mg_high),
        "HCO3": (b.bicarbonate, SHOULD.HCO3_low, SHOULD.HCO3_high), "temperature": (b.temperature, 35.5, 36.5),
    }  # fmt: skip
    for _ in range(CASES):
        who = drawn(twin, rng)
        there = controls.of(who, there_is)
        slopes = any_slopes(who, there, rng)
        looked = search.Search(who, there, slopes)
        found = looked.found()
        found_any += bool(found)
        p, often = who.prescription[0], weeks.often(who)
        dry = float(np.mean(who.patient.fluid.dry_weight))
        for each in found:
            plan = each.plan
            for name, (values, low, high) in allowed.items():
                value = getattr(plan, name)
                assert value is None or (value in values and low <= value <= high), (name, value)
            assert plan.time is None or p.time < plan.time <= 60 * there_is.times.longest_hours
            assert plan.often is None or often < plan.often <= there_is.times.sessions_most
            assert plan.target == 0 or (0 < plan.target <= 1.0 and controls.target(who) + plan.target <= dry + 0.26)
            assert 0.8 <= plan.salt <= 1.0 and plan.hdf is None
            assert plan.Q_b is None or plan.Q_b <= SHOULD.Q_b
            assert len(each.moved) <= search.MOST
            steps = {id: value - looked.controls[id].was for id, value in each.moved.items()}
            assert limits.broken(slopes.now, foretold(slopes, [steps]), often) == [[]]
    assert found_any > CASES / 8  # or nothing was tested; most of these people stand near a limit


def test_a_limit_binds_nearly_everybody_and_never_gets_worse():
    rng = np.random.default_rng(1)
    base = {name: np.ones((1, 40)) for name in Outcome._fields}
    now = Outcome(**(base | {"ufr": np.full((1, 40), 12.0), "potassium": np.full((1, 40), 2.7)}))
    for _ in range(300):
        then = Outcome(*(x + 0.5 * rng.standard_normal((1, 40)) for x in now))
        (found,) = limits.broken(now, then, 3)
        ids = {rule.id for rule in found}
        assert ("uf_rate" in ids) == (np.mean(then.ufr[0] <= 13) < 0.95 or then.ufr[0].mean() > 13)
        below = np.mean((then.potassium[0] >= 2.65 - 1e-9) & (then.potassium[0] <= SHOULD.K_end_high + 0.0))
        assert ("potassium" in ids) == (below < 0.95 or then.potassium[0].mean() < 2.65 - 1e-9)


def test_every_option_says_all_that_a_decision_needs(advised):
    assert len(advised.options) >= 3
    for option in advised.options:
        assert option.label and option.changes and option.who_decides and option.acts_within and option.sources
        assert option.evidence in "ABCD" and option.caveats
        for effect in option.effects.all:
            assert effect.interval.low - 1e-9 <= effect.becomes <= effect.interval.high + 1e-9 or effect.digits <= 2
        assert option.effects.cramp.becomes < option.effects.cramp.was
    assert {p.option for p in advised.front} == {o.id for o in advised.options} | {""}


def test_combinations_do_what_their_slopes_foretold(twin):
    there = controls.of(twin, equipment.usual())
    from soleus.advice.slopes import slopes as looked

    found = search.Search(twin, there, looked(twin, there))
    several = [f for f in found.found() if len(f.moved) > 1]
    assert several
    was = {c.id: c.was for c in there}
    told = foretold(found.slopes, [{id: v - was[id] for id, v in f.moved.items()} for f in several])
    then = weeks.lived(twin, [f.plan for f in several])
    apart = limits.chance(told.cramp).mean(axis=1) - limits.chance(then.cramp).mean(axis=1)
    assert np.abs(apart).max() < 0.02


def test_the_first_option_is_worth_most(twin, advised):
    """By the weighed sum of what was lived, worked out anew."""

    def worth(option):
        e, often = option.effects, weeks.often(twin)
        many = next((c.fields["per_week"] for c in option.changes if "per_week" in c.fields), often)
        felt = burden.BURDEN.worth * e.cramp.becomes + burden.BURDEN.fall * e.hypotension.becomes
        return many * felt / 6000 + (option.burden)

    quick = [o for o in advised.options if "=" in o.id]
    assert worth(quick[0]) <= min(map(worth, quick)) + 3.0  # limits already broken weigh besides


def test_who_may_not_have_it_is_told(root):
    told = case.load(root / "examples" / "calf-cramps.yaml")
    drug = (
        [*told.drugs, told.drugs[0].model_copy(update={"name": "digoxin", "since": None, "until": None})]
        if (told.drugs)
        else [case.fields.Drug(name="digoxin")]
    )
    patient = told.patient.model_copy(update={"conditions": ["heart failure NYHA III"]})
    found = advice.advise(fit.fit(told.model_copy(update={"drugs": drug, "patient": patient}), people=64, kept=8))
    raised = [o for o in found.options if any(c.id == "target_weight" for c in o.changes)]
    assert raised and all(any("heart failure" in line for line in o.contraindications) for o in raised)


def test_an_impossible_wish_names_the_limit_and_the_nearest(twin, advised):
    (short,) = wish.wishes(twin, [{"hours": 2.0}])
    assert any("12 hours" in text for text in short.breaks) and short.nearest
    assert short.effects.cramp.becomes > short.effects.cramp.was
    (fine,) = wish.wishes(twin, [{"sodium": 138.0}])
    assert not fine.breaks
    said = wish.fewest(advised, 0.0)
    assert "cannot be reached" in said and advised.options[0].label.split(",")[0].split()[0] in said
    assert "can be reached" in wish.fewest(advised, 50.0)


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"hours": 40.0}, OutOfRange, "hours is 40 h"),
        ({"sodium": "high"}, BadRecord, "not a number"),
        ({"love": 1.0}, BadRecord, "cannot be set here"),
        ({"potassium": 0.2}, OutOfRange, "potassium"),
        ({"blood_flow": 900}, OutOfRange, "blood_flow is 900"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(twin, asked, error, said):
    with pytest.raises(error, match=re.escape(said)):
        wish.plan_of(twin, asked)


def test_page_and_json(advised):
    console = Console(width=96, record=True, file=io.StringIO())
    console.print(report.page(advised))
    text = console.export_text()
    first = advised.options[0]
    assert first.label.split()[0] in text and "Try first" in text and "not a medical device" in text
    told = json.loads(json.dumps(report.as_json(advised), allow_nan=False))
    assert set(told) >= {"options", "front", "limits", "references"}
    keys = {"id", "label", "changes", "effects", "costs", "acts_within", "evidence", "who_decides", "contraindications"}
    assert keys <= set(told["options"][0])
    assert {"cramp", "hypotension", "dose", "balances", "end_values"} <= set(told["options"][0]["effects"])


def test_a_unit_with_one_bath_is_left_with_weight_and_salt(twin):
    usual, p = equipment.usual(), twin.prescription[0]
    bath = {name: (getattr(p.dialysate, short),) for name, short in (
        ("sodium", "Na"), ("potassium", "K"), ("calcium", "Ca"), ("magnesium", "Mg"), ("bicarbonate", "HCO3"),
        ("temperature", "temperature"),
    )}  # fmt: skip
    poor = usual.model_copy(
        update={
            "baths": equipment.Baths(**bath, citrate_free=False),
            "times": usual.times.model_copy(update={"longest_hours": p.time / 60, "sessions_most": 3.0}),
            "machines": usual.machines.model_copy(update={"blood_flow_ml_min": (1000 * p.Q_b,), "profiles": False}),
        }
    )
    assert {c.id for c in controls.of(twin, poor)} == {"target_weight", "fluid_gain"}
    nothing = Slopes(any_slopes(twin, controls.of(twin, usual), np.random.default_rng(1)).now, {}, np.zeros((0, 1, 1)))
    assert search.Search(twin, (), nothing).found() == ()


def test_plans_say_what_they_are():
    assert not Plan().lived and Plan(Na=138.0).lived
