"""Plans: arms run as their files say, on people who arrive as their charts say."""

import jax
import numpy as np
import pytest

from soleus import schedule, study
from soleus.errors import BadRecord, OutOfRange
from soleus.validate import arm, order, plan, readouts

STUDIES = {s.key: s for s in study.load_all()}
FEW = 8


@pytest.fixture(scope="module")
def hemo():
    """A group with pressures on its chart, followed for an hour."""
    return arm.treat(plan.plan_of(STUDIES["hemo-2002"].arm("hemo"), after=60.0), plan.people(FEW, 1))


def test_groups_side_by_side_are_treated_as_if_alone():
    baths = [plan.plan_of(a) for a in STUDIES["basile-2012"].arms]
    assert len({plan.alike(p) for p in baths}) == 1
    who = plan.people(FEW, 1)
    for one, together in zip(baths, arm.treat_together(baths, who), strict=True):
        alone = arm.treat(one, who)
        for name in ("Ca_ionised", "phosphate", "SBP"):
            here, there = (readouts.values(t, name, ("at", "post")) for t in (together, alone))
            assert here == pytest.approx(there, rel=1e-6)


def test_arms_of_another_length_gap_or_chart_are_run_apart():
    one = plan.plan_of(STUDIES["basile-2012"].arms[0])
    others = (("asaio-trans-1991", 0), ("kim-2000", 0), ("belgrade-2020", 0), ("jackson-1999", 0))
    assert all(plan.alike(one) != plan.alike(plan.plan_of(STUDIES[key].arms[i])) for key, i in others)


def test_the_same_people_stand_in_for_every_group_and_average_to_it():
    who = plan.people(48, 3)
    assert who.weight.mean() == pytest.approx(1)
    assert (who.weight * who.gain).mean() == pytest.approx(1)
    assert who.offset.mean() == pytest.approx(1.5)
    assert who.target.mean() == pytest.approx(1)
    assert plan.people(48, 3) is who


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
    one = plan.plan_of(STUDIES["arramreddy-2012"].arm("na-140"))
    assert one.own_gain
    t = arm.treat(one, plan.people(FEW, 1))
    gained = readouts.values(t, "IDWG", ("at", "pre"))
    assert gained.mean() != pytest.approx(one.prescription.uf, abs=1e-3)
    assert np.allclose(gained, t.uf, atol=1e-6)


def test_the_bath_and_the_filter_are_those_of_the_file():
    citrate = plan.plan_of(STUDIES["ter-meulen-2019"].arm("citrate-1.50")).prescription.dialysate
    assert (citrate.Ca, citrate.citrate, citrate.acetate, citrate.HCO3, citrate.Mg) == (1.5, 1.0, 0.0, 34.0, 0.5)
    empty = plan.plan_of(STUDIES["zehnder-2001"].arm("k0")).prescription
    assert (empty.dialysate.K, empty.dialysate.glucose) == (0, 0)
    assert empty.reason
    post = plan.plan_of(STUDIES["post-hdf-21l"].arms[0]).prescription
    assert (post.mode, post.Q_sub) == ("HDF-post", pytest.approx(0.07867))
    low = plan.plan_of(STUDIES["hemodial-int-2012"].arms[0]).prescription.dialyzer
    assert low.KoA_b2m < 0.1 * post.dialyzer.KoA_b2m


@pytest.fixture(scope="module")
def rudnicki():
    """A group with its own calcium, phosphate and acidity, followed for five hours."""
    return arm.treat(plan.plan_of(STUDIES["rudnicki-1993"].arms[0], after=300.0), plan.people(FEW, 1))


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
    assert plan.before(plan.Plan(prescription=None, pre=gases))["HCO3"] == pytest.approx(25 - 0.0307 * 40)
    known = plan.before(plan.Plan(prescription=None, pre={"HCO3": 24.0, "pH": 7.40}))
    assert known["pCO2"] == pytest.approx(39.2, abs=0.2)
    assert "HCO3" not in plan.before(plan.Plan(prescription=None, pre=gases, results=frozenset({"HCO3", "TCO2"})))


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
        plan.drawn(plan.plan_of(a), weight, 1).glucose.s for a in (treated, STUDIES["jackson-1999"].arms[0])
    )
    assert with_it == pytest.approx(0.2 * without)


def test_weeks_on_a_bath_leave_the_slow_stores_near_where_it_holds_them():
    one = plan.plan_of(STUDIES["belgrade-2020"].arm("mg-1.0"), results={"Mg_total"})
    assert set(plan.before(one)) >= {"K", "HCO3", "phosphate"}
    assert "Mg_total" not in plan.before(one)
    who = plan.people(FEW, 1)
    t = arm.treat(one, who)
    n_s = t.moment.state.magnesium.n_s
    weeks = 3
    usual = plan.each(plan.usual_of(one), one, t.uf, who)
    later = settle_further(t, usual, cycles=3 * weeks)
    assert later.magnesium.n_s == pytest.approx(n_s[0], rel=0.05)
    assert t.moment.seen.magnesium.iMg[0].mean() > 0.75


def settle_further(t, usual, cycles):
    """The state after more of the same weeks."""
    now = jax.tree.map(lambda x: x[0], t.moment.state)
    for _ in range(cycles):
        now = schedule.cycle(t.patient, now, usual, t.post_weight, t.plan.gap).back
    return now


def test_an_experiment_happens_inside_a_usual_week():
    alkaline = plan.plan_of(STUDIES["heguilen-2005"].arm("hco3-39"))
    assert plan.usual_of(alkaline).dialysate.HCO3 == 33
    assert alkaline.prescription.dialysate.HCO3 == 39
    one = plan.plan_of(STUDIES["ki-1987"].arm("na-154"))
    usual = plan.usual_of(one)
    assert usual.uf == pytest.approx(plan.LEAST_GAIN * one.weight)  # nothing was taken off that day
    assert usual.time == 240
    assert usual.dialysate.Na == 140
    assert one.prescription.dialysate.Na == 154


def test_membrane_and_kind_scale_the_filter():
    big = plan.plan_of(STUDIES["dasselaar-2006"].arm("uf-low")).prescription.dialyzer.KoA_urea
    small = plan.plan_of(STUDIES["ki-1987"].arm("na-126")).prescription.dialyzer.KoA_urea
    assert small / big == pytest.approx(1.2 / 1.8 * 0.8)


def altered(**changes):
    one = STUDIES["oliver-2001"].arm("profiled")
    return type(one)(**{**one.__dict__, "assumed": {**one.assumed, **changes}})


def test_profiles_in_words_become_profiles():
    profiled = plan.plan_of(altered()).prescription
    assert profiled.sodium_profile.values[0] == 152
    assert profiled.sodium_profile.values[-1] == 140
    late = plan.plan_of(altered(uf_profile=order.FIRST_HOUR_DRY)).prescription
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
        plan.plan_of(altered(**changes))
