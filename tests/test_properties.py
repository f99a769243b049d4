"""No admissible patient and no admissible order gives a missing number, a negative volume or a run that leaves them."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soleus import schedule, session, solve, symptoms
from soleus.body import body
from soleus.cohort import alike, draw, draw_everywhere, take
from soleus.machine import dialyzer
from soleus.machine.access import KINDS
from soleus.machine.dialysate import Dialysate
from soleus.machine.dialyzer import Dialyzer
from soleus.machine.profiles import constant, exponential, linear, steps
from soleus.parameter import get, put
from soleus.prescription import Prescription
from soleus.prescription import settings as on_one_grid

N = 8  # patients in each example; the same everywhere, so that all examples share a program
EXAMPLES = settings(max_examples=50)

share = st.floats(0.0, 1.0)
shapes = st.sampled_from(
    [constant(), linear(2, 0), linear(0, 2), steps([2, 1, 0]), steps([0, 1, 0, 3]), exponential(3, 0.2)]
)
sodium_profiles = st.sampled_from([None, linear(155, 130), steps([150, 125, 150]), exponential(150, 135)])
warmth_profiles = st.sampled_from([None, linear(38, 34), steps([35, 39])])


@st.composite
def orders(draw):
    """Anything a machine can do and `checked` lets pass, within what `_liters` makes of the volume."""
    mode = draw(st.sampled_from(["HD", "HD", "UF", "HDF-post", "HDF-pre"]))
    return Prescription(
        mode=mode,
        time=draw(st.sampled_from([120.0, 240.0, 300.0])),
        Q_b=draw(st.floats(0.25, 0.5)),
        Q_d=0.0 if mode == "UF" else draw(st.floats(0.3, 0.8)),
        Q_sub={"HDF-post": 0.05, "HDF-pre": 0.1}.get(mode, 0.0),
        uf=draw(st.floats(0.0, 0.05)),  # share of dry weight; liters below
        uf_profile=draw(shapes),
        sodium_profile=draw(sodium_profiles),
        temperature_profile=draw(warmth_profiles),
        dialysate=Dialysate(Na=draw(st.floats(125, 155)), temperature=draw(st.floats(34, 39))),
        dialyzer=Dialyzer(KoA_urea=draw(st.floats(0.4, 2.2))),
        access=draw(st.sampled_from(list(KINDS.values()))),
    )


def in_liters(order, patient):
    """The order with its share of dry weight as liters, at most what a machine takes at the profile's peak."""
    peak = max(order.uf_profile.values) / (sum(order.uf_profile.values) / len(order.uf_profile.values))
    most = min(0.025, 0.36 * order.Q_b - (0.4 if order.mode == "HDF-pre" else 1.0) * order.Q_sub) * order.time / peak
    return [replace(order, uf=float(min(order.uf * kg, most))).checked() for kg in patient.fluid.dry_weight]


def sound(moments, patient):
    """Every number is one, and what cannot be negative is not."""
    assert all(np.all(np.isfinite(leaf)) for leaf in jax.tree.leaves(moments))
    for path in (
        "state.fluid.V_pl", "state.fluid.V_is", "state.fluid.V_ic", "state.protein.m_pl", "state.protein.m_is",
        "state.sodium.n", "state.urea.n_e", "state.urea.n_i", "seen.circulation.P_m", "seen.circulation.CO",
        "seen.circulation.MAP", "seen.circulation.HR", "seen.capillary.J_L", "seen.kidney.urine", "tally.uf",
        "tally.urea",
    ):  # fmt: skip
        assert np.min(get(moments, path)) >= 0, path
    for path in (
        "state.circulation.s",
        "state.circulation.h",
        "state.circulation.d",
        "state.muscle.S",
        "seen.blood.hct",
    ):
        assert np.min(get(moments, path)) >= 0, path
        assert np.max(get(moments, path)) <= 1, path
    signs = symptoms.signs(moments)
    chance = symptoms.cramp(
        symptoms.pathways(signs, body.rest(patient)), np.arange(float(len(signs.S))), symptoms.Cramp()
    )
    assert np.all((chance.probability >= 0) & (chance.probability <= 1))


def treated_and_home(patient, order, overload):
    start = schedule.above_dry(patient, overload * patient.fluid.dry_weight)
    course = session.simulate(patient, start, in_liters(order, patient))
    sound(course.moments(patient), patient)
    gap = schedule.between(patient, course.end.body, 68.0, course=True)
    moments = gap.moments(patient)
    sound(moments, patient)
    assert np.min(moments.state.gut.V) >= 0
    return course


@given(seed=st.integers(0, 10**6), order=orders(), overload=st.floats(-0.01, 0.06))
@EXAMPLES
def test_any_order_for_anybody_drawn(seed, order, overload):
    treated_and_home(alike_in_shape(draw(N, seed)), order, overload)


@given(seed=st.integers(0, 10**6), order=orders(), overload=st.floats(-0.01, 0.06))
@EXAMPLES
def test_any_order_in_the_corners_where_nobody_lives(seed, order, overload):
    treated_and_home(draw_everywhere(N, seed), order, overload)


def alike_in_shape(patient):
    """As drawn; a guard that all examples really share one program."""
    assert [np.shape(x) for x in jax.tree.leaves(patient)] == [np.shape(x) for x in jax.tree.leaves(alike(patient, N))]
    return patient


def test_two_threads_over_chunks_are_as_one():
    n = 2 * solve.CHUNK + 7
    people = draw(n, seed=3)
    rx = [Prescription(uf=1.0 + i % 20 / 10) for i in range(n)]
    start = schedule.above_dry(people, np.full(n, 2.0))
    together = session.simulate(people, start, rx, course=False)
    # With the fastest of all on board, a part plans the same grid.
    p_fastest = int(np.argmax(body.fastest(people, body.rest(people))))
    part = [*range(solve.CHUNK - 3, solve.CHUNK + 4), p_fastest]
    alone = session.simulate(take(people, part), take(start, part), [rx[i] for i in part], course=False)
    assert np.allclose(together.states[..., part], alone.states, rtol=1e-11, atol=1e-11)


@pytest.fixture(scope="module")
def ends():
    """The end of a session as a function of the patient, outside the compiled program of `simulate`."""
    people = draw(4, seed=9)
    rx = [
        Prescription(uf=2.0, uf_profile=steps([1, 0])),
        Prescription(mode="UF", Q_d=0.0, uf=1.5, time=120.0),
        Prescription(uf=0.0),
        Prescription(mode="HDF-post", Q_sub=0.07, uf=2.5, sodium_profile=linear(146, 134)),
    ]
    times, setting = on_one_grid(rx, 300.0)
    even = jax.tree.map(lambda x: x if np.ndim(x) == 2 else np.repeat(np.asarray(x)[:, None], 4, 1), setting)
    grid = solve.plan(times, 0.5, 4.0, 1.6)
    start = solve.stack(session.Whole(body=schedule.above_dry(people, np.full(4, 2.0)), tally=session.EMPTY), 4)
    none = np.zeros(len(times) - 1)
    dry = jax.tree.map(lambda _: none, body.NO_INFUSION)

    def end(patient):
        inputs = jax.tree.map(jnp.asarray, (dialyzer.operator(even, rx[0].dialyzer, rx[0].access), dry, none))
        f = session.field(patient, body.rest(patient))
        return solve.march(f, start, inputs, grid, course=False)[0]

    return people, end


def test_forward_sensitivities_are_finite_and_right(ends):
    """With machine on, off and without bath or ultrafiltration; against central differences."""
    people, end = ends
    names = ("capillary.K_f", "circulation.A", "urea.k_c", "fluid.V_is")
    # At a tenth of this step the differences are noise: a slow store of 300 changes by 1e-4, and rounds at 6e-14.
    still, step = np.zeros((len(names), 4)), 1e-4

    def moved(x):
        return end(put(people, {name: get(people, name) * (1 + x[i]) for i, name in enumerate(names)}))

    slope, value = jax.jit(lambda way: jax.jvp(moved, (still,), (way,))[1]), jax.jit(moved)
    for i, name in enumerate(names):
        way = still.copy()
        way[i] = 1.0
        exact, near = np.asarray(slope(way)), np.asarray(value(step * way) - value(-step * way)) / (2 * step)
        assert np.all(np.isfinite(exact)), name
        size = np.abs(near).max(axis=1, keepdims=True)
        assert np.all(np.abs(exact - near) <= 1e-5 * size + 1e-6), name
