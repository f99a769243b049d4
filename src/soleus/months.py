"""Months: the same people after weeks, months or years under their present parameters, without living every session.

A few cycles (a session and the gap after it) are lived finely; between them the slow states alone move, by days:

    dx/dt = rate(x) - k (x - x_1) + c    x: dissolved substances, hormones, bone, on arrival; x_1 in the cycle before
    k = -ln(1 - taken / held) / cycle    what a session takes more of when there is more
    c                                    what the last lived cycle changed beyond that: sessions, gains, the rest;
                                         in proportion to x for hormones and bone

`rate` is the body's own; water, salt, circulation and heat stay as the last cycle left them. Without dialysis nothing
stays and nothing is corrected: all states move by the body's own rates. Steps are ROS2 [Verwer1999], linearly implicit,
with sensitivities by differences; logarithms keep amounts above zero, and no step changes one more than e^(1/2).

Assumes     nobody changes but by these equations: habits, prescriptions and target weight stay; a lived cycle near
            each end of a jump tells enough of what sessions do in between.
Leaves out  the long gap of the week; one gap stands for all.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, NamedTuple

import jax
import numpy as np

from . import schedule, solve
from .body import body
from .body.body import Patient
from .errors import NotConverged, OutOfRange
from .prescription import Prescription
from .schedule import Arrival
from .session import BODY, Tally

DAY = 1440.0  # min
GAP = 44.0  # h
GAMMA = 1 - np.sqrt(0.5)  # of ROS2: L-stable
NUDGE = 1e-6  # relative, for sensitivities
MOST_MOVED, MOST_DRIFT, MOST_LIVED = 0.5, 5.0, 2.0  # of a logarithm: in a step, in a leap, of what is vital
MOST_APART = 20.0  # of what has no logarithm (degC at most), in one leap
MOST_STEPS = 600  # in one leap
FIRST, SHORTEST, GROWTH = 0.5, 0.1, 2.0  # days, days, ratio of a step to the one before at most
TOLERANCE = 0.05  # of a logarithm, by which two orders of a step may differ
LARGEST = 10.0, 20.0  # days: on dialysis, without
FINE = 4  # cycles or fewer are all lived
REFRESH = 3  # steps that share sensitivities
WORTH = 1.4  # times longer, and a step is made longer
MOST_TAKEN = 0.95  # of what is held, in one cycle
LEAST_OUTSIDE = 0.6  # of the water outside cells, whatever swells
MOST_YEARS = 40.0

# Dissolved substance, and the rows of what a session takes from and what follows that pool.
TAKEN = {
    "urea": ("urea.n_e", "urea.n_i"),
    "creatinine": ("creatinine.n_e", "creatinine.n_i"),
    "phosphate": ("phosphate.n_e", "phosphate.n_s"),
    "indoxyl": ("indoxyl.n_1", "indoxyl.n_2"),
    "b2m": ("b2m.m_1", "b2m.m_2"),
}
EXCHANGED = ("potassium.n_e", "acid_base.n", "calcium.n", "magnesium.n_e")  # a bath gives as well as takes
SLOW = ("potassium", "calcium", "magnesium", "phosphate", "hormones", "bone", "urea", "creatinine", "b2m", "indoxyl")
SLOW_TOO = ("acid_base.n", "acid_base.buffer")
LINEAR = ("circulation", "heat", "muscle", "gut", "mannitol")  # may be zero or negative


def _names() -> list[str]:
    now = body.at_rest(Patient(), body.rest(Patient()))
    return [f"{organ.name}.{state.name}" for organ in fields(now) for state in fields(getattr(now, organ.name))]


NAMES = _names()
ROW = {name: i for i, name in enumerate(NAMES)}
FEW = np.array([i for i, name in enumerate(NAMES) if name.split(".")[0] in SLOW or name in SLOW_TOO])
ALL = np.arange(len(NAMES))
VITAL = [ROW[name] for name in ("acid_base.n", "potassium.n_e", "calcium.n", "sodium.n", "fluid.V_is", "fluid.V_ic")]
GROWING = np.array([name.split(".")[0] in ("hormones", "bone") for name in NAMES])  # in proportion to themselves
IN_LOGS = np.array([name.split(".")[0] not in LINEAR for name in NAMES])

Field = Callable[[np.ndarray], np.ndarray]


class Lived(NamedTuple):
    """A cycle that was lived: arrivals before and after it, [state, patient]; its length, min; what was taken."""

    before: np.ndarray
    after: np.ndarray
    minutes: np.ndarray
    taken: Tally


def live(
    patient: Patient,
    start: body.State,
    orders: Sequence[Prescription] | None,
    days: float,
    *,
    post_weight: Any = None,
    gap_h: float = GAP,
) -> Arrival:
    """The same people after so many days.

    Args:
        patient: leaves scalar or [patient].
        start: on arrival for a session, or, without dialysis, now.
        orders: one prescription a patient, or None without dialysis.
        days: how long.
        post_weight: what they weigh after a session, kg; dry weight if not told.
        gap_h: hours between sessions.

    Raises:
        OutOfRange: if the days are negative or beyond a life.
        NotConverged: if a lived cycle leaves the numbers, or if nobody could live so long without dialysis.
    """
    if not 0 <= days <= MOST_YEARS * 365:
        raise OutOfRange(f"days is {days:g}; months are lived for 0 to {MOST_YEARS * 365:g} days.")
    if orders is None:
        return at_home(patient, start, days)
    post_weight = patient.fluid.dry_weight if post_weight is None else post_weight
    minutes = 60 * gap_h + np.array([order.time for order in orders])
    length = float(np.mean(minutes)) / DAY

    def cycle(start: body.State) -> tuple[Lived, body.State]:
        lived = schedule.cycle(patient, start, orders, post_weight, gap_h)
        rows = solve.stack(start, len(orders)), solve.stack(lived.back, len(orders))
        return Lived(*rows, minutes, lived.taken), lived.back

    for jump in _jumps(days, length):
        lived, start = cycle(start)
        if jump:
            start = _leap(patient, lived, jump)
    return Arrival(patient, start)


def _jumps(days: float, length: float) -> list[float]:
    """Days to leap after each lived cycle, none after the last; each leap is twice the one before, up to a limit."""
    cycles = max(round(days / length), 0)
    if cycles <= FINE:
        return [0.0] * cycles
    leaps = max(2, int(np.ceil(np.log2(1 + days / 40))))
    left = days - (leaps + 1) * length
    shares = 2.0 ** np.arange(leaps)
    return [*(left * shares / shares.sum()), 0.0]


def at_home(patient: Patient, start: body.State, days: float) -> Arrival:
    """The same people after so many days without dialysis."""
    rows = solve.stack(start, schedule.count(start, patient))
    rest = body.rest(patient)

    def field(x: np.ndarray) -> np.ndarray:
        return _rates(x, patient, rest)

    later = _advance(field, rows, ALL, days, LARGEST[1])
    lost = np.abs(np.log(later[VITAL] / rows[VITAL])) > MOST_LIVED
    if lost.any():
        raise NotConverged(
            f"months: {int(lost.any(axis=0).sum())} of {rows.shape[-1]} people do not live for {days:g} days like this"
            " without dialysis; check their filtration."
        )
    return Arrival(patient, solve.unstack(later, BODY))


def _rates(rows: np.ndarray, patient: Patient, rest: body.Rest) -> np.ndarray:
    """The body's rates at home, [state, ..., patient], per day."""
    now = solve.unstack(rows, BODY)
    d = body.rates(now, body.look(now, patient, rest), body.nothing(), patient, rest)
    return DAY * np.stack([np.broadcast_to(x, rows.shape[1:]) for x in jax.tree.leaves(d)])


def _leap(patient: Patient, lived: Lived, days: float) -> body.State:
    """Slow states moved on by days from the arrival after a lived cycle."""
    rest, anchor = body.rest(patient), lived.after
    k = _given_back(patient, lived)

    def field(x: np.ndarray) -> np.ndarray:
        anchors = _beside(anchor, x)
        return _rates(_cells_filled(x, anchors, patient, rest), patient, rest) - _beside(k, x) * (x - anchors)

    moved = np.log(lived.after[FEW] / lived.before[FEW])
    by_itself, by_size = np.zeros_like(anchor), np.zeros_like(anchor)
    c = _unexplained(field, lived.before, moved, lived.minutes / DAY)
    by_itself[FEW] = np.where(GROWING[FEW, None], 0.0, c * lived.before[FEW])
    by_size[FEW] = np.where(GROWING[FEW, None], c, 0.0)

    def mended(x: np.ndarray) -> np.ndarray:
        return field(x) + _beside(by_itself, x) + _beside(by_size, x) * x

    rows = _cells_filled(_advance(mended, anchor, FEW, days, LARGEST[0]), anchor, patient, rest)
    return solve.unstack(rows, BODY)


def _beside(rows: np.ndarray, x: np.ndarray) -> np.ndarray:
    """[state, patient] shaped to stand beside x, [state, ..., patient]."""
    return rows.reshape(len(rows), *[1] * (x.ndim - 2), -1)


def _cells_filled(x: np.ndarray, anchors: np.ndarray, patient: Patient, rest: body.Rest) -> np.ndarray:
    """Cells as large as their potassium makes them; sessions keep the weight, and plasma sodium stays as it was."""
    outside = [ROW[name] for name in ("fluid.V_pl", "fluid.V_is", "sodium.n")]
    salts = rest.n_ic + patient.sodium.phi * (anchors[ROW["potassium.n_i"]] - patient.potassium.n_i)
    more = patient.sodium.phi * (x[ROW["potassium.n_i"]] - anchors[ROW["potassium.n_i"]]) / salts
    cells, water = anchors[ROW["fluid.V_ic"]], sum(anchors[row] for row in outside[:2])
    x = x.copy()
    x[ROW["fluid.V_ic"]] = cells * (1 + more)
    x[outside] = anchors[outside] * np.maximum(1 - cells * more / water, LEAST_OUTSIDE)
    return x


def _given_back(patient: Patient, lived: Lived) -> np.ndarray:
    """k of the header, [state, patient], per day."""
    now = solve.unstack(lived.before, BODY)
    seen = body.look(now, patient, body.rest(patient))
    k = np.zeros_like(lived.before)
    days = lived.minutes / DAY
    for name, pools in TAKEN.items():
        held = sum(lived.before[ROW[pool]] for pool in pools)
        share = np.clip(getattr(lived.taken, name) / held, 0.0, MOST_TAKEN)
        k[ROW[pools[0]]] = -np.log(1 - share) / days * held / lived.before[ROW[pools[0]]]
    cleared = lived.taken.creatinine / seen.creatinine.c_e / days  # L of plasma water a day
    water = seen.potassium.c_w, seen.acid_base.hco3, seen.calcium.membrane, seen.magnesium.membrane
    for name, c in zip(EXCHANGED, water, strict=True):
        k[ROW[name]] = cleared * c / lived.before[ROW[name]]
    return k


def _z(rows: np.ndarray, which: np.ndarray) -> np.ndarray:
    """What is stepped: logarithms of amounts."""
    logs = IN_LOGS[which]
    z = rows[which].copy()
    z[logs] = np.log(z[logs])
    return z


def _x(z: np.ndarray, rows: np.ndarray, which: np.ndarray) -> np.ndarray:
    """All states, [state, ..., patient], from what is stepped."""
    x = np.broadcast_to(rows.reshape(len(rows), *[1] * (z.ndim - 2), -1), (len(rows), *z.shape[1:])).copy()
    logs = IN_LOGS[which].reshape(-1, *[1] * (z.ndim - 1))
    x[which] = np.where(logs, np.exp(np.where(logs, z, 0.0)), z)
    return x


def _slopes(field: Field, z: np.ndarray, rows: np.ndarray, which: np.ndarray) -> np.ndarray:
    """dz/dt per day."""
    logs = IN_LOGS[which].reshape(-1, *[1] * (z.ndim - 1))
    with np.errstate(all="ignore"):  # whoever leaves the numbers stands still, and is told of by the next lived cycle
        x = _x(z, rows, which)
        return np.nan_to_num(field(x)[which] / np.where(logs, x[which], 1.0))


def _sensitivity(field: Field, z: np.ndarray, rows: np.ndarray, which: np.ndarray) -> np.ndarray:
    """d(dz/dt)/dz, [patient, of, by]."""
    n = len(which)
    nudge = np.where(IN_LOGS[which][:, None], NUDGE, NUDGE * np.maximum(np.abs(z), 0.01))
    nudged = np.repeat(z[:, None], n + 1, axis=1)
    nudged[np.arange(n), np.arange(n)] += nudge
    d = _slopes(field, nudged, rows, which)
    return np.moveaxis((d[:, :n] - d[:, n:]) / nudge, -1, 0)


def _advance(field: Field, rows: np.ndarray, which: np.ndarray, days: float, largest: float) -> np.ndarray:
    """Rows after these days, by ROS2 in steps as long as the most demanding patient allows."""
    z = _z(rows, which)
    floor, top = _limits(z, which)
    one, unit = np.eye(len(which)), np.where(IN_LOGS[which][:, None], 1.0, 0.01 + np.abs(z))
    gone, wanted, age, made_for, steps = 0.0, FIRST, REFRESH, 0.0, 0
    while gone < days * (1 - 1e-9):
        steps += 1
        if steps > MOST_STEPS:
            raise NotConverged(f"months: after {gone:.0f} of {days:.0f} days somebody still changes within hours.")
        h = min(wanted, largest, days - gone)
        if age >= REFRESH:
            J, age, made_for = _sensitivity(field, z, rows, which), 0, 0.0
        if h != made_for:
            W, made_for = np.linalg.inv(one - GAMMA * h * J), h
        k1 = _times(W, _slopes(field, z, rows, which))
        k2 = _times(W, _slopes(field, z + _bound(h * k1, which), rows, which) - 2 * k1)
        error = max(float(np.max(np.abs(0.5 * h * (k1 + k2)) / unit)), 1e-9)
        if error <= TOLERANCE or h <= SHORTEST:
            z = np.clip(z + _bound(h * (1.5 * k1 + 0.5 * k2), which), floor, top)
            gone, age = gone + h, age + 1
        elif age:
            age = REFRESH
        change = min(0.8 * float(np.sqrt(TOLERANCE / error)), GROWTH)
        if not 1 <= change < WORTH:
            wanted = max(SHORTEST, h * max(change, 1 / GROWTH))
    return _x(z, rows, which)


def _limits(z: np.ndarray, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nothing becomes so much less or more in one leap."""
    free = np.where(IN_LOGS[which][:, None], MOST_DRIFT, MOST_APART)
    return z - free, z + free


def _bound(moved: np.ndarray, which: np.ndarray) -> np.ndarray:
    return np.where(IN_LOGS[which][:, None], np.clip(moved, -MOST_MOVED, MOST_MOVED), moved)


def _times(matrix: np.ndarray, z: np.ndarray) -> np.ndarray:
    """[patient, of, by] on [by, patient]."""
    return np.nan_to_num(np.einsum("pij,jp->ip", matrix, z))


def _unexplained(field: Field, before: np.ndarray, moved: np.ndarray, days: np.ndarray) -> np.ndarray:
    """c of the header: what, added to the rates, carries `before` to where the lived cycle ended, [slow, patient]."""
    z = _z(before, FEW)
    J = _sensitivity(field, z, before, FEW)
    one = np.eye(len(FEW))
    respond, gone = np.zeros_like(J), np.zeros_like(z)
    steps = 4
    h = days / steps
    W = np.linalg.inv(one - GAMMA * h[:, None, None] * J)
    f = _slopes(field, z, before, FEW)
    for _ in range(steps):
        slope = f + _times(J, gone)
        k1 = _times(W, slope)
        k2 = _times(W, slope + h * _times(J, k1) - 2 * k1)
        gone = gone + h * (1.5 * k1 + 0.5 * k2)
        Jr = J @ respond + one
        m1 = W @ Jr
        m2 = W @ (Jr + h[:, None, None] * (J @ m1) - 2 * m1)
        respond = respond + h[:, None, None] * (1.5 * m1 + 0.5 * m2)
    return np.linalg.solve(respond, (moved - gone).T[..., None])[..., 0].T
