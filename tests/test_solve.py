"""The two methods on problems with known answers, and the planned grid against every patient of the whole ranges."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from soleus import schedule, session, solve
from soleus.body import body, kidney
from soleus.cohort import draw_everywhere, take
from soleus.errors import NotConverged
from soleus.machine import dialyzer
from soleus.machine.dialysate import Dialysate
from soleus.machine.profiles import exponential, linear, steps
from soleus.parameter import put
from soleus.prescription import Prescription, settings
from soleus.units import hours

# The methods


def swing(y, _, share):
    """y' = -y + cos t over one unit of time; the answer from 1 is known."""
    return -y + jnp.cos(share)


SWING_END = 0.5 * (np.cos(1.0) + np.sin(1.0)) + 0.5 * np.exp(-1.0)


def after_one(n):
    grid = solve.plan([0.0, 1.0], 1 / n, 1 / n, 1.0)
    return float(solve.march(swing, np.array([[1.0]]), None, grid, course=False)[0, 0, 0])


def test_half_the_step_gives_the_fourth_order():
    coarse, fine = (abs(after_one(n) - SWING_END) for n in (8, 16))
    assert coarse / fine == pytest.approx(2**4, rel=0.2)


def growth(method, z):
    """By how much one step multiplies modes of rate x step = z."""
    z = np.asarray(z)
    return np.abs(np.asarray(method(lambda y, *_: -z * y, np.ones((1, len(z))), None, 0.0, 0.0, 1.0))[0])


def test_ssprk_is_stable_to_its_limit_and_not_beyond():
    assert np.all(growth(solve.ssprk, np.linspace(0, solve.SSPRK_LIMIT, 500)) <= 1 + 1e-12)
    assert growth(solve.ssprk, [solve.SSPRK_LIMIT + 0.1]) > 1


# The grid


@given(
    times=st.lists(st.floats(0.01, 500), min_size=1, max_size=8, unique=True),
    first=st.floats(0.1, 2),
    growth=st.floats(1.01, 2),
    largest=st.floats(2, 10),
)
def test_the_grid_hits_every_switch_and_grows_as_told(times, first, growth, largest):
    switches = np.concatenate([[0.0], np.cumsum(times)])
    grid = solve.plan(switches, first, largest, growth)
    assert grid.minutes[-1] == pytest.approx(switches[-1])
    for i, switch in enumerate(switches[1:]):
        assert np.min(np.abs(grid.minutes - switch)) < 1e-9 * switches[-1]
        mine = (grid.segment == i) & (grid.h > 0)
        h, length = grid.h[mine], times[i]
        assert h.sum() == pytest.approx(length)
        assert h[0] <= min(first, length) * (1 + 1e-9)
        assert h.max() <= largest * (1 + 1e-9)
        assert np.all(h[1:] <= h[:-1] * growth * (1 + 1e-9))
        assert np.allclose(grid.share[mine], (np.cumsum(h) - h) / length)
        assert np.allclose(grid.pace[mine] * length, 1)


def test_similar_prescriptions_share_one_size():
    sizes = {len(solve.plan([0.0, t], 0.5, 4.0, 1.6).h) for t in range(120, 361, 5)}
    assert len(sizes) < 6
    assert [solve.bucket(n, 8) for n in (1, 8, 9, 13, 17, 25, 33)] == [8, 8, 12, 16, 24, 32, 48]


def test_idle_steps_change_nothing():
    grid = solve.plan([0.0, 1.0], 0.1, 0.1, 1.0)
    bare = solve.Grid(*(x[: grid.steps] for x in grid))
    one, other = (solve.march(swing, np.array([[1.0]]), None, g, course=False) for g in (grid, bare))
    assert one == other


def test_the_course_ends_where_the_end_is():
    grid = solve.plan([0.0, 1.0], 0.1, 0.2, 1.5)
    course = solve.march(swing, np.array([[1.0, 2.0]]), None, grid, course=True)
    end = solve.march(swing, np.array([[1.0, 2.0]]), None, grid, course=False)
    assert course.shape == (len(grid.h) + 1, 1, 2)
    assert np.array_equal(course[grid.steps], end[0])


# Batches


def test_a_record_goes_to_rows_and_back():
    tree = {"a": 1.0, "b": np.array([1.0, 2.0, 3.0])}
    rows = solve.stack(tree, 3)
    assert rows.shape == (2, 3)
    back = solve.unstack(rows, jax.tree.structure(tree))
    assert np.array_equal(back["a"], [1, 1, 1])
    assert np.array_equal(back["b"], tree["b"])


@pytest.mark.parametrize("n", [1, 2, 5, 8, 513])
def test_chunks_are_as_the_whole(n):
    x, scalar, whole = np.arange(n, dtype=float), 3.0, np.array([1.0, 2.0])

    def program(x, scalar, whole):
        return scalar * x + whole[:, None]

    assert np.array_equal(solve.in_chunks(program, n, (x, scalar), (whole,)), program(x, scalar, whole))


def test_a_lost_patient_is_said():
    y = np.ones((2, 3, 4))
    assert solve.finite(y, "session") is y
    y[1:, 2, 3] = np.nan
    with pytest.raises(NotConverged, match="session: 1 of 4 patients diverged"):
        solve.finite(y, "session")


# The whole ranges: a session with every kind of profile, then 44 hours, for 1,000 patients nobody could think of

N = 1000
TALLY = len(jax.tree.leaves(session.EMPTY))
ROWS = [
    ".".join(key.name for key in path)
    for path, _ in jax.tree_util.tree_leaves_with_path(
        jax.tree.unflatten(session.SHAPE, range(session.SHAPE.num_leaves))
    )
]


class Everywhere(NamedTuple):
    patient: body.Patient
    times: np.ndarray
    setting: dialyzer.Operator
    treated: session.Course
    gap: session.Course


def orders_of(patient):
    """Fluid, sodium and warmth in steps, lines and curves, all ending at four hours."""
    rng = np.random.default_rng(1)
    liters = np.minimum(rng.uniform(0.005, 0.05, N) * patient.fluid.dry_weight, 8.0)
    shapes = [steps([2, 1, 0.5, 0]), linear(1.5, 0.5), exponential(2, 0.5), linear(1, 1)]
    sodium = [None, linear(146, 134), steps([150, 130])]
    warmth = [None, steps([37.5, 35.5])]
    return [
        Prescription(
            time=hours(4),
            uf=float(u),
            uf_profile=shapes[i % 4],
            sodium_profile=sodium[i % 3],
            temperature_profile=warmth[i % 2],
            dialysate=Dialysate(Na=130.0 + i % 15),
        ).checked()
        for i, u in enumerate(liters)
    ]


@pytest.fixture(scope="module", params=["all", "slow"])
def everywhere(request):
    """The fastest of all patients shortens the steps of all; so the slow half is tried alone, with longer steps."""
    p = draw_everywhere(N, seed=7)
    if request.param == "slow":
        p = draw_everywhere(2 * N, seed=8)
        p = take(p, np.argsort(body.fastest(p, body.rest(p)))[:N])
    more = kidney.rest(p.kidney)  # a kidney set to lose more than is eaten, with its diuretics, would empty anybody
    p = put(p, {"kidney.Na_0": p.gut.salt / more.more, "kidney.urine": p.kidney.urine / more.more_urine})
    orders = orders_of(p)
    start = schedule.above_dry(p, np.array([o.uf for o in orders]))
    treated = session.simulate(p, start, orders)
    gap = schedule.between(p, treated.end.body, 44.0, course=True)
    times, setting = settings(orders, hours(4))
    even = jax.tree.map(lambda x: x if np.ndim(x) == 2 else np.repeat(np.asarray(x)[:, None], N, 1), setting)
    operator = dialyzer.operator(even, orders[0].dialyzer, orders[0].access)
    return Everywhere(p, times, jax.tree.map(np.asarray, operator), treated, gap)


DRY_LINE = body.NO_INFUSION


@jax.jit
def in_session(y, share, p, operator):
    return session.field(p, body.rest(p))(y, (operator, DRY_LINE, 0.0), share)


@jax.jit
def in_gap(y, p):
    r = body.rest(p)
    now = solve.unstack(y, session.SHAPE).body
    rates = body.rates(now, body.look(now, p, r), body.nothing(), p, r)
    return solve.joined(session.Whole(body=rates, tally=session.EMPTY), y)


def reference(f, y, first, last, at, scale):
    """DOP853 over all these patients at once, at the times `at`: [time, state, patient]."""

    def flat(t, z):
        return (np.asarray(f(t, z.reshape(y.shape) * scale)) / scale).ravel()

    out = solve_ivp(
        flat, (first, last), (y / scale).ravel(), "DOP853", np.clip(at, first, last), rtol=1e-10, atol=1e-11
    )
    return np.moveaxis(out.y.reshape(*y.shape, -1), -1, 0) * scale


def exact_course(e, who):
    """Session and gap of some patients by the adaptive reference, at every step of the planned grid."""
    p, setting = jax.device_put((take(e.patient, who), take(e.setting, who)))
    scale = np.maximum(np.abs(e.treated.states[..., who]).mean(0), 1e-3)
    y, treated = e.treated.states[0][:, who], [e.treated.states[:1, :, who]]
    for k, (first, last) in enumerate(zip(e.times[:-1], e.times[1:], strict=True)):
        operator = jax.tree.map(lambda x, k=k: x[k], setting)
        at = e.treated.minutes[(e.treated.minutes > first + 1e-6) & (e.treated.minutes < last + 1e-6)]

        def f(t, y, first=first, last=last, operator=operator):
            return in_session(y, (t - first) / (last - first), p, operator)

        treated.append(reference(f, y, first, last, at, scale))
        y = treated[-1][-1]
    y = y.copy()
    y[-TALLY:] = 0.0
    gap = reference(lambda _, y: in_gap(y, p), y, 0.0, hours(44), e.gap.minutes, scale)
    return np.concatenate(treated), gap


@pytest.fixture(scope="module")
def errors(everywhere):
    """Worst error over every step, as a share of the largest phase mean: [phase][state, patient]."""
    p = everywhere.patient
    slow_to_fast = np.argsort(body.fastest(p, body.rest(p)))  # alike in speed, the reference may step alike
    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(lambda who: exact_course(everywhere, who), np.array_split(slow_to_fast, 4)))
    back = np.argsort(slow_to_fast)
    exact = [np.concatenate(phase, axis=-1)[..., back] for phase in zip(*parts, strict=True)]
    size = np.maximum(*(np.abs(phase).mean(0) for phase in exact))
    found = (everywhere.treated.states, everywhere.gap.states)
    return [np.max(np.abs(f - x) / np.maximum(size, 1e-9), axis=0) for f, x in zip(found, exact, strict=True)]


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["session", "gap"])
def test_every_step_is_within_a_ten_thousandth(errors, phase):
    worst = errors[0 if phase == "session" else 1]
    said = [
        f"{name}: {row.max():.1e} in patient {row.argmax()}, {np.sum(row > 1e-4)} of {N} above"
        for name, row in zip(ROWS, worst, strict=True)
        if row.max() > 1e-4
    ]
    assert not said, "\n".join(said)


def test_nobody_leaves_the_numbers(everywhere):
    for course in (everywhere.treated, everywhere.gap):
        assert np.isfinite(course.states).all()
    for name in ("body.fluid.V_pl", "body.fluid.V_is", "body.fluid.V_ic", "body.sodium.n", "body.urea.n_i"):
        row = ROWS.index(name)
        assert min(everywhere.treated.states[:, row].min(), everywhere.gap.states[:, row].min()) > 0, name


def largest_rates(f, y):
    """The largest eigenvalue magnitude of each patient, by central differences of the body's own rows."""
    n = len(y) - TALLY
    jacobian = np.empty((n, n, y.shape[1]))
    for j in range(n):
        d = np.zeros_like(y)
        d[j] = 1e-6 * np.maximum(np.abs(y[j]), 1e-2)
        jacobian[:, j] = ((np.asarray(f(y + d)) - np.asarray(f(y - d)))[:n]) / (2 * d[j])
    return np.abs(np.linalg.eigvals(np.moveaxis(jacobian, -1, 0))).max(1)


@pytest.mark.parametrize("share", [0.0, 0.05, 0.15, 0.4, 1.0])
def test_the_bound_on_the_fastest_rate_holds(everywhere, share):
    """Unstable fixed steps may stay finite, so the bound itself is tested, at several times of session and gap."""
    e = everywhere
    bound = body.fastest(e.patient, body.rest(e.patient)) * (1 + 1e-6)
    k = int(share * (len(e.treated.minutes) - 1))
    stretch = min(np.searchsorted(e.times, e.treated.minutes[k] - 1e-6, side="right") - 1, len(e.times) - 2)
    operator = jax.tree.map(lambda x: x[max(stretch, 0)], e.setting)
    treated = largest_rates(lambda y: in_session(y, 0.5, e.patient, operator), e.treated.states[k])
    idle = largest_rates(lambda y: in_gap(y, e.patient), e.gap.states[int(share * (len(e.gap.minutes) - 1))])
    for where, rates in (("session", treated), ("gap", idle)):
        worst = (rates / bound).argmax()
        assert rates[worst] <= bound[worst], (
            f"{where}: patient {worst} has {rates[worst]:.3g}/min, bound {bound[worst]:.3g}"
        )


def test_steps_stay_inside_the_limits(everywhere):
    """The largest step times the fastest rate of these very patients, in both phases."""
    p = everywhere.patient
    fastest = float(np.max(body.fastest(p, body.rest(p))))
    for course in (everywhere.treated, everywhere.gap):
        assert np.diff(course.minutes).max() * fastest <= solve.SSPRK_LIMIT
