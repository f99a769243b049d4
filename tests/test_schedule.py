"""The days between, and arriving as the chart says."""

from dataclasses import replace

import numpy as np
import pytest

from soleus import schedule
from soleus.body import body
from soleus.body.body import Patient
from soleus.cohort import alike, draw
from soleus.errors import OutOfRange
from soleus.machine.dialysate import Dialysate
from soleus.parameter import put
from soleus.prescription import Prescription
from soleus.schedule import Chart, above_dry, arrive, between
from soleus.session import simulate
from soleus.units import days, hours, salt_grams

N = 8
P = alike(Patient(), N)
DRY = Patient().fluid.dry_weight
USUAL = Prescription(time=hours(4), uf=2.4)


def look(state, patient=P):
    return body.look(state, patient, body.rest(patient))


def spread(name, factors):
    """Patients who differ by these factors in one parameter."""
    return put(P, {name: getattr(getattr(P, name.split(".")[0]), name.split(".")[1]) * np.asarray(factors)})


# Between sessions


def test_above_dry_weighs_what_it_says_and_is_isotonic():
    kg = np.linspace(-2, 5, N)
    seen = look(above_dry(P, kg))
    assert np.allclose(seen.weight, DRY + kg)
    assert np.allclose(seen.sodium.E, look(above_dry(P, 0.0)).sodium.E, rtol=0.02)


def test_a_gap_takes_its_time_and_a_course_ends_as_its_end():
    start = above_dry(P, 0.0)
    course = between(P, start, 44.0, course=True)
    assert course.minutes[-1] == pytest.approx(hours(44))
    assert np.array_equal(between(P, start, 44.0).states[-1], course.states[-1])


def test_two_gaps_in_a_row_are_one():
    start = above_dry(P, 0.0)
    whole = between(P, start, 44.0).end.body
    halves = between(P, between(P, start, 22.0).end.body, 22.0).end.body
    assert np.allclose(whole.sodium.n, halves.sodium.n, rtol=1e-4)
    assert np.allclose(look(whole).weight, look(halves).weight, atol=2e-3)


def test_eight_grams_of_salt_are_a_litre():
    """Whoever drinks to the own sodium keeps about a litre for each 8 g of salt [Lindley2009]."""
    grams = 5.0 + np.arange(N)
    p = put(P, {"gut.salt": salt_grams(grams) / days(1)})
    litres = (look(between(p, above_dry(p, 0.0), 48.0).end.body, p).weight - DRY) / 2
    per_8_g = 8 * np.polyfit(grams, litres, 1)[0]
    assert 0.8 < per_8_g < 1.3


def test_what_raises_and_lowers_the_gain():
    def gain(p, gap=44.0):
        return look(between(p, above_dry(p, 0.0), gap).end.body, p).weight - DRY

    usual = gain(P)
    assert 1.0 < usual[0] < 4.0
    assert np.all(np.diff(gain(spread("gut.salt", np.linspace(0.6, 1.6, N)))) > 0)
    assert np.all(np.diff(gain(spread("gut.habit", np.linspace(0.5, 4.0, N)))) > 0)
    assert np.all(gain(P, 68.0) > 1.3 * usual)
    assert np.all(gain(put(P, {"kidney.urine": 0.0005, "kidney.gfr": 0.003})) < usual - 0.3)


def test_water_without_salt_lowers_sodium_and_salt_raises_pressure():
    habit = between(spread("gut.habit", [1.0] * 4 + [5.0] * 4), above_dry(P, 0.0), 44.0).end.body
    Na = look(habit).sodium.Na_p
    assert Na[4] < Na[0] - 0.5
    salty = look(between(spread("gut.salt", [1.0] * 4 + [1.6] * 4), above_dry(P, 0.0), 44.0).end.body)
    assert salty.circulation.SBP[4] > salty.circulation.SBP[0]


def test_urea_rises_in_a_straight_line_without_a_kidney():
    start = above_dry(P, 0.0)
    course = between(P, start, 44.0, course=True)
    m = course.moments(P)
    total = (m.state.urea.n_e + m.state.urea.n_i)[:, 0]
    assert np.allclose(total, total[0] + P.urea.G[0] * course.minutes)


# Infusions and meals at home


def test_what_is_infused_at_home_arrives():
    """Salt and water into plasma between two times; nothing before, and all of it after."""
    start, minutes = above_dry(P, 0.0), 30.0
    saline = replace(body.NO_INFUSION, water=0.5 / minutes, Na=77.0 / minutes)
    course = between(P, start, 6.0, course=True, infusion=saline, switches=(120.0, 120.0 + minutes))
    plain = between(P, start, 6.0, course=True)
    assert (course.minutes[-1], plain.minutes[-1]) == pytest.approx((hours(6), hours(6)))
    assert np.all(np.diff(course.minutes) > 0)
    more = look(course.end.body).weight - look(plain.end.body).weight
    assert np.all((more > 0.4) & (more < 0.6))
    at = np.argmin(np.abs(course.minutes - 120.0))
    before = between(P, start, 2.0).end.body
    assert np.allclose(course.states[at, 0], between(P, start, 2.0).states[-1, 0], rtol=1e-6)
    assert np.allclose(course.end.body.sodium.n - plain.end.body.sodium.n, 77.0, atol=15)
    assert np.all(before.sodium.n < course.end.body.sodium.n)


def test_each_patient_may_get_something_else():
    start = above_dry(P, 0.0)
    drip = replace(body.NO_INFUSION, K=np.linspace(0, 0.5, N)[None] * np.array([[1.0], [0.0], [1.0]]))
    ends = between(P, start, 24.0, infusion=drip, switches=(0.0, 60.0, 600.0, 660.0))
    assert len(ends.states) == 1
    held = ends.end.body.potassium.n_e + ends.end.body.potassium.n_i
    assert np.all(np.diff(held) > 0)
    assert np.allclose(held - held[0], np.linspace(0, 60, N), rtol=0.1)


def test_an_infusion_of_nothing_changes_nothing():
    start = above_dry(P, 0.0)
    with_none = between(P, start, 5.0, infusion=body.NO_INFUSION, switches=(0.0, 300.0)).end.body
    assert np.allclose(with_none.sodium.n, between(P, start, 5.0).end.body.sodium.n, rtol=1e-9)


@pytest.mark.parametrize("switches", [(), (30.0,), (-5.0, 30.0), (30.0, 400.0)])
def test_an_infusion_lies_within_the_hours_lived(switches):
    with pytest.raises(OutOfRange, match="switches are"):
        between(P, above_dry(P, 0.0), 5.0, infusion=body.NO_INFUSION, switches=switches)


# Arriving


@pytest.fixture(scope="module")
def drawn():
    """Eight people, each with a chart of their own."""
    people = draw(N, seed=6)
    dry = people.fluid.dry_weight
    rng = np.random.default_rng(7)
    chart = Chart(
        pre_weight=dry * rng.uniform(1.02, 1.045, N),
        sodium=rng.uniform(134, 141, N),
        systolic=rng.uniform(125, 165, N),
        diastolic=rng.uniform(65, 85, N),
        urea=rng.uniform(18, 30, N),
        haematocrit=rng.uniform(0.28, 0.37, N),
        protein=rng.uniform(60, 74, N),
    )
    orders = [USUAL] * N
    return chart, dry, orders, arrive(people, orders, 44.0, dry, chart)


def test_the_arriving_person_is_the_one_in_the_chart(drawn):
    chart, _, _, (patient, start) = drawn
    seen = look(start, patient)
    assert np.allclose(seen.weight, chart.pre_weight, atol=1e-6)
    assert np.allclose(seen.sodium.Na_p, chart.sodium, atol=0.5)
    assert np.allclose(seen.circulation.SBP, chart.systolic, atol=5)
    assert np.allclose(seen.circulation.DBP, chart.diastolic, atol=5)
    assert np.allclose(seen.protein.f * seen.urea_e, chart.urea, rtol=0.1)
    assert np.allclose(seen.blood.hct, chart.haematocrit, atol=0.01)
    assert np.allclose(seen.protein.c_pl, chart.protein, rtol=0.05)


def test_the_week_repeats_itself(drawn):
    """One more session and gap bring everybody back to where they arrived."""
    _, dry, orders, (patient, start) = drawn
    before = look(start, patient)
    lifted = [replace(o, uf=float(kg)) for o, kg in zip(orders, before.weight - dry, strict=True)]
    again = between(patient, simulate(patient, start, lifted, course=False).end.body, 44.0).end.body
    after = look(again, patient)
    assert np.allclose(after.weight, before.weight, atol=0.3)
    assert np.allclose(after.sodium.Na_p, before.sodium.Na_p, atol=0.5)
    assert np.allclose(after.urea_e, before.urea_e, rtol=0.1)
    assert np.allclose(after.circulation.SBP, before.circulation.SBP, atol=5)


def test_after_eight_weeks_a_drawn_person_s_week_repeats_itself(drawn):
    """One more whole week, and everybody is at midweek as a week before."""
    _, dry, orders, (patient, start) = drawn
    patient, begin = schedule.settled(patient, start, orders, dry)
    end = begin
    for visit in schedule.weeks(patient, begin, orders, dry, gaps=schedule.FROM_MIDWEEK):
        end = visit.back
    before, after = look(begin, patient), look(end, patient)
    assert np.allclose(after.weight, before.weight, atol=0.1)
    assert np.allclose(after.sodium.Na_p, before.sodium.Na_p, atol=0.1)
    assert np.allclose(after.urea_e, before.urea_e, rtol=0.01)
    assert np.allclose(after.circulation.SBP, before.circulation.SBP, atol=1)


def test_without_a_chart_only_the_week_speaks():
    people = draw(N, seed=8)
    patient, start = arrive(people, [USUAL] * N, 44.0, people.fluid.dry_weight)
    assert np.array_equal(patient.gut.salt, people.gut.salt)
    assert np.array_equal(patient.circulation.MAP, people.circulation.MAP)
    gain = look(start, patient).weight - people.fluid.dry_weight
    assert np.all((gain > 0.3) & (gain < 6))


def test_only_what_the_chart_speaks_of_is_bent(drawn):
    people = draw(N, seed=6)
    patient, _ = arrive(people, [USUAL] * N, 44.0, people.fluid.dry_weight, Chart(sodium=138.0))
    assert not np.array_equal(patient.sodium.Na_p, people.sodium.Na_p)
    for name in ("gut", "circulation", "urea", "blood", "protein"):
        one, other = getattr(patient, name), getattr(people, name)
        assert all(np.array_equal(a, b) for a, b in zip(vars(one).values(), vars(other).values(), strict=True)), name


def test_the_long_gap_brings_more_of_everything():
    after = np.full(N, DRY)
    short, long = (arrive(P, [USUAL] * N, gap, after) for gap in (44.0, 68.0))
    one, other = look(short.start, short.patient), look(long.start, long.patient)
    assert np.all(other.weight > one.weight)
    assert np.all(other.urea_e > one.urea_e)
    assert np.all(other.circulation.SBP > one.circulation.SBP)


def test_a_salty_bath_makes_thirst():
    """Across a week a higher bath sodium brings a higher gain [MunozMendoza2011, Arramreddy2012]."""
    baths = [replace(USUAL, dialysate=Dialysate(Na=Na)) for Na in np.linspace(134, 144, N)]
    patient, start = arrive(P, baths, 44.0, np.full(N, DRY))
    assert np.all(np.diff(look(start, patient).weight) > 0)


def test_less_dialysis_leaves_more_urea():
    orders = [replace(USUAL, time=hours(h)) for h in np.linspace(2, 5.5, N)]
    patient, start = arrive(P, orders, 44.0, np.full(N, DRY))
    assert np.all(np.diff(look(start, patient).urea_e) < 0)


def test_who_must_leave_lighter_arrives_lighter():
    after = DRY + np.linspace(-1.0, 1.5, N)
    patient, start = arrive(P, [USUAL] * N, 44.0, after, Chart(pre_weight=after + 2.0))
    seen = look(start, patient)
    assert np.allclose(seen.weight, after + 2.0)
    assert np.all(np.diff(seen.circulation.SBP) > 0)


def test_no_more_is_taken_than_a_machine_and_a_body_allow():
    """A gain that cannot come off in a short session leaves an overload, not a broken run."""
    short = [replace(USUAL, time=hours(1))] * N
    patient, start = arrive(P, short, 44.0, np.full(N, DRY), Chart(pre_weight=DRY + 6.0))
    assert np.all(np.isfinite(look(start, patient).circulation.SBP))
    assert schedule.CYCLES >= 4
