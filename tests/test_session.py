"""One treatment: what is ordered happens, nothing else does, and comparing two runs compares only what differs."""

from dataclasses import replace

import numpy as np
import pytest

from soleus import schedule, session, solve
from soleus.body import body
from soleus.body.body import Patient
from soleus.cohort import alike, draw, take
from soleus.errors import NotConverged, OutOfRange
from soleus.machine.dialysate import Dialysate
from soleus.machine.profiles import linear, steps
from soleus.parameter import put
from soleus.prescription import Prescription
from soleus.session import simulate
from soleus.units import hours, ml_min

N = 8  # the same everywhere here, so that all share one program
P = alike(Patient(), N)
WET = schedule.above_dry(P, np.full(N, 2.5))
USUAL = Prescription(time=hours(4), uf=2.4)


def run(*orders, patient=P, start=WET, **more):
    """The orders in turn for the first of N patients; the last order for the rest."""
    return simulate(patient, start, list(orders) + [orders[-1]] * (N - len(orders)), **more)


def infused(**rates):
    """An infusion of this and nothing else."""
    return replace(body.NO_INFUSION, **rates)


@pytest.fixture(scope="module")
def usual():
    return run(USUAL)


def test_the_course_runs_from_start_to_end(usual):
    assert usual.minutes[0] == 0
    assert usual.minutes[-1] == pytest.approx(240)
    assert np.all(np.diff(usual.minutes) > 0)
    assert usual.states.shape == (len(usual.minutes), session.SHAPE.num_leaves, N)
    assert np.array_equal(usual.states[0], solve.stack(session.Whole(body=WET, tally=session.EMPTY), N))


def test_the_end_alone_is_the_end_of_the_course(usual):
    alone = run(USUAL, course=False)
    assert np.allclose(alone.minutes, [240])
    assert np.array_equal(alone.states, usual.states[-1:])


def test_moments_are_the_look_of_the_states(usual):
    m = usual.moments(P)
    assert m.seen.circulation.SBP.shape == (len(usual.minutes), N)
    assert np.array_equal(m.state.muscle.S[-1], usual.end.body.muscle.S)
    again = body.look(usual.end.body, P, body.rest(P))
    assert np.allclose(m.seen.circulation.SBP[-1], again.circulation.SBP)
    assert np.allclose(usual.moments(P, at=[-1]).seen.weight[0], again.weight)


def test_the_ordered_volume_is_taken_whatever_the_profile():
    course = run(*(replace(USUAL, uf_profile=p) for p in (linear(2, 0), steps([3, 0, 1]), linear(1, 1))))
    assert np.allclose(course.end.tally.uf, 2.4, rtol=1e-12)


def test_a_profile_runs_as_drawn():
    course = run(replace(USUAL, uf_profile=steps([2, 0])))
    uf = course.moments(P).tally.uf[:, 0]
    assert np.interp([60, 120, 180, 240], course.minutes, uf) == pytest.approx([1.2, 2.4, 2.4, 2.4])


def test_a_shorter_treatment_ends_and_the_patient_rests():
    course = run(replace(USUAL, time=hours(2)), USUAL)
    m, after = course.moments(P), course.minutes >= 120 - 1e-9
    for name in ("uf", "urea", "Na_convective", "Na_diffusive", "heat"):
        of_it = getattr(m.tally, name)[after, 0]
        assert np.allclose(of_it, of_it[0]), name
    assert m.state.circulation.d[-1, 0] < m.state.circulation.d[after, 0][0]
    assert m.tally.urea[-1, 1] > m.tally.urea[-1, 0]


def test_the_end_may_lie_beyond_every_treatment():
    course = run(USUAL, end=300.0)
    uf = course.moments(P).tally.uf[:, 0]
    assert course.minutes[-1] == pytest.approx(300)
    assert uf[-1] == pytest.approx(np.interp(240, course.minutes, uf))


def test_what_differs_later_changes_nothing_before():
    """Two orders that part at half time agree to the last digit until then: no step noise between counterfactuals."""
    stop = replace(USUAL, uf=1.2, uf_profile=steps([1, 0]))
    course = run(stop, USUAL, replace(USUAL, sodium_profile=steps([138, 134])))
    before = course.minutes < 120 - 1e-9
    assert np.sum(before) > 10
    assert np.array_equal(course.states[before][..., 0], course.states[before][..., 1])
    assert np.array_equal(course.states[before][..., 1], course.states[before][..., 2])
    assert not np.allclose(course.states[-1][..., 0], course.states[-1][..., 1])


def test_neighbors_in_a_batch_do_not_touch():
    people = draw(N, seed=4)
    orders = [replace(USUAL, uf=1.0 + 0.2 * i) for i in range(N)]
    start = schedule.above_dry(people, np.full(N, 2.0))
    straight = simulate(people, start, orders)
    turned = np.arange(N)[::-1]
    back = simulate(take(people, turned), take(start, turned), [orders[i] for i in turned])
    assert np.allclose(straight.states, back.states[..., turned], rtol=1e-12, atol=1e-12)


def test_batch_equals_loop():
    people = draw(N, seed=4)
    start = schedule.above_dry(people, np.full(N, 2.0))
    orders = [replace(USUAL, uf=1.0 + 0.2 * i, dialysate=Dialysate(Na=133.0 + i)) for i in range(N)]
    together = simulate(people, start, orders)
    for i in (0, 3, 7):
        alone = simulate(take(people, [i]), take(start, [i]), [orders[i]])
        # The grid may differ, for its largest step is planned for those who run.
        assert np.allclose(alone.states[-1, :, 0], together.states[-1, :, i], rtol=1e-5, atol=1e-5)


def test_sodium_is_told_apart_as_carried_and_diffused(usual):
    m = usual.moments(P)
    carried = np.trapezoid(m.seen.protein.alpha[:, 0] * m.seen.sodium.c_w[:, 0] * USUAL.uf / USUAL.time, usual.minutes)
    assert m.tally.Na_convective[-1, 0] == pytest.approx(carried, rel=1e-4)
    same, poor = run(USUAL, replace(USUAL, dialysate=Dialysate(Na=130.0))).end.tally.Na_diffusive[:2]
    assert poor > same


def test_isolated_ultrafiltration_takes_isotonic_fluid_and_hardly_any_urea():
    course = run(replace(USUAL, mode="UF", Q_d=0.0))
    m = course.moments(P)
    assert abs(m.tally.Na_diffusive[-1, 0]) < 0.01 * m.tally.Na_convective[-1, 0]
    assert m.tally.urea[-1, 0] == pytest.approx(2.4 * m.seen.urea_e[:, 0].mean(), rel=0.05)


def test_nothing_is_taken_from_a_machine_that_only_turns():
    """No ultrafiltration, no bath: blood goes round and loses a little heat."""
    course = run(Prescription(mode="UF", Q_d=0.0, uf=0.0, time=hours(4)))
    tally = course.end.tally
    assert (tally.uf[0], tally.urea[0]) == (0, 0)
    assert tally.Na_convective[0] == 0
    assert abs(tally.Na_diffusive[0]) < 1e-9
    assert tally.heat[0] < 0


def test_saline_comes_when_it_is_given():
    """500 mL between minutes 100 and 110 raise weight and pressure after, and change nothing before."""
    saline = infused(water=np.array([0.0, 0.05, 0.0]), Na=np.array([0.0, 0.05 * 154, 0.0]))
    switches = (0.0, 100.0, 110.0, 240.0)
    none = infused(water=np.zeros(3))
    given, not_given = (run(USUAL, infusion=x, switches=switches) for x in (saline, none))
    before = given.minutes <= 100 + 1e-9
    assert np.array_equal(given.states[before], not_given.states[before])
    a, b = given.moments(P), not_given.moments(P)
    assert a.seen.weight[-1, 0] - b.seen.weight[-1, 0] == pytest.approx(0.5)
    assert np.interp(112, given.minutes, a.seen.circulation.SBP[:, 0] - b.seen.circulation.SBP[:, 0]) > 0


def test_an_infusion_may_differ_between_patients():
    per_patient = np.zeros((3, N))
    per_patient[1, 0] = 0.02
    drip = infused(water=per_patient, Na=154 * per_patient)
    m = run(USUAL, infusion=drip, switches=(0.0, 100.0, 110.0, 240.0)).moments(P)
    assert m.seen.weight[-1, 0] - m.seen.weight[-1, 1] == pytest.approx(0.2)


def test_more_than_a_body_can_give_is_refused():
    with pytest.raises(OutOfRange, match="uf is 9.0 L; this person holds .* Take less off"):
        run(replace(USUAL, uf=9.0))


def test_a_person_without_blood_volume_is_said_not_to_converge():
    nobody = put(WET, {"fluid.V_pl": np.full(N, np.nan)})
    with pytest.raises(NotConverged, match="8 of 8 patients"):
        run(USUAL, start=nobody)


def test_steps_shorten_for_fast_people():
    assert session.longest_step(P) <= session.LARGEST
    fast = put(P, {"circulation.k_a": np.full(N, 1.0)})
    fastest = float(np.max(body.fastest(fast, body.rest(fast))))
    assert session.longest_step(fast) * fastest < solve.SSPRK_LIMIT


def test_modes_differ_as_they_should():
    hd, post, pre = run(
        USUAL,
        replace(USUAL, mode="HDF-post", Q_sub=ml_min(70)),
        replace(USUAL, mode="HDF-pre", Q_sub=ml_min(140)),
    ).end.tally.urea[:3]
    assert post > hd
    assert pre > 0.9 * hd
