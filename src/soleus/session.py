"""Session: the one place that knows both body and machine. Prescription in, course of the treatment out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import numpy as np

from . import solve
from .body import body
from .body.body import Patient
from .errors import OutOfRange
from .machine import dialyzer
from .machine.access import Access
from .parameter import quantity, record
from .prescription import Prescription, devices, settings

MOST_UF = 0.33  # share of extracellular fluid; far beyond any practice [GeneralKnowledge]
FIRST, LARGEST, GROWTH = 0.5, 5.0, 1.3  # min, min, ratio: errors at every step <= 1e-4 (tests/test_solve.py)


@record
class Tally:
    """What the machine has exchanged since the session began."""

    uf: Any = quantity("L", "ultrafiltrate")
    Na_convective: Any = quantity("mmol", "sodium removed with ultrafiltrate")
    Na_diffusive: Any = quantity("mmol", "sodium removed by diffusion; negative when the bath gives")
    urea: Any = quantity("mmol", "urea removed")
    heat: Any = quantity("kJ", "heat given to the patient")


@record
class Whole:
    """Body and tally: what is integrated."""

    body: body.State
    tally: Tally


@record
class Infusion:
    """What runs in besides dialysis; leaves [segment] or [segment, patient]."""

    water: Any = quantity("L/min", "water")
    sodium: Any = quantity("mmol/min", "sodium")


@record
class Moment:
    """Everything at one time."""

    state: body.State
    seen: body.Seen
    tally: Tally


class Course(NamedTuple):
    """A batch of sessions, all on one grid."""

    minutes: np.ndarray  # [time], from 0
    states: np.ndarray  # [time, state, patient], rows as in `Whole`

    @property
    def end(self) -> Whole:
        """The last states, leaves [patient]."""
        return solve.unstack(self.states[-1], SHAPE)

    def moments(self, patient: Patient, at: Any = slice(None)) -> Moment:
        """Everything at all times, or at some; leaves [time, patient]."""
        return moment(np.moveaxis(self.states[at], -2, 0), patient)


EMPTY = Tally(uf=0.0, Na_convective=0.0, Na_diffusive=0.0, urea=0.0, heat=0.0)
SHAPE = jax.tree.structure(Whole(body=body.at_rest(Patient(), body.rest(Patient())), tally=EMPTY))
PATIENT = jax.tree.structure(Patient())
REST = jax.tree.structure(body.rest(Patient()))
BODY = jax.tree.structure(body.at_rest(Patient(), body.rest(Patient())))
OFF = dialyzer.Settings(**{f.name: np.zeros(1) for f in fields(dialyzer.Settings)})
IDLE = (  # a stretch without treatment
    dialyzer.operator(OFF, dialyzer.Dialyzer(), Access()),
    Infusion(water=np.zeros(1), sodium=np.zeros(1)),
)
STRETCH = jax.tree.structure(IDLE)


def blood_at_machine(now: body.State, seen: body.Seen) -> dialyzer.Blood:
    """What the machine sees of the body."""
    return dialyzer.Blood(
        f=seen.protein.f,
        hct=seen.blood.hct,
        alpha=seen.protein.alpha,
        CO=seen.circulation.CO,
        Q_access=seen.circulation.Q_access,
        t_core=now.heat.T_c,
        Na=seen.sodium.c_w,
        urea=seen.urea_e,
    )


def rates(now: body.State, p: Patient, r: body.Rest, setting: Any, share: Any) -> Whole:
    """What body and tally do under an operator of the machine and an infusion, `share` of the stretch gone."""
    operator, drip = setting
    seen = body.look(now, p, r)
    taken = dialyzer.taken(blood_at_machine(now, seen), operator, share)
    given = body.Given(
        uf=taken.uf,
        sodium=taken.Na_convective + taken.Na_diffusive,
        urea=taken.urea,
        heat=taken.heat,
        on=taken.on,
        infusion=drip.water,
        infused_sodium=drip.sodium,
        eats=0.0,
    )
    tally = Tally(
        uf=taken.uf,
        Na_convective=taken.Na_convective,
        Na_diffusive=taken.Na_diffusive,
        urea=taken.urea,
        heat=taken.heat,
    )
    return Whole(body=body.rates(now, seen, given, p, r), tally=tally)


def field(p: Patient, r: body.Rest) -> solve.Field:
    """The same over [state, patient]."""

    def f(y: Any, setting: Any, share: Any) -> Any:
        return solve.joined(rates(solve.unstack(y, SHAPE).body, p, r, setting, share), y)

    return f


def moment(rows: Any, p: Patient) -> Moment:
    """The moment behind [state, ..., patient] rows."""
    whole = solve.unstack(rows, SHAPE)
    return Moment(state=whole.body, seen=body.look(whole.body, p, body.rest(p)), tally=whole.tally)


@lru_cache(maxsize=1)
def _program() -> Any:
    """Body and machine together as one compiled program."""
    solve.keep_programs()

    def program(y: Any, p: Any, r: Any, stretches: Any, grid: solve.Grid) -> Any:
        def f(y: Any, stretch: Any, share: Any) -> Any:
            person = solve.unstack(p, PATIENT), solve.unstack(r, REST)
            return field(*person)(y, solve.unstack(stretch, STRETCH), share)

        return solve.march(f, y, stretches, grid, course=True)

    return jax.jit(program)


def run(patient: Patient, start: body.State, n: int, times: Any, stretches: Any, *, course: bool) -> Course:
    """Take n patients through stretches between `times` (min), each an operator of the machine and an infusion."""
    rest = body.rest(patient)
    grid = solve.plan(times, FIRST, longest_step(patient), GROWTH)
    wanted = slice(None, grid.steps + 1) if course else slice(grid.steps, grid.steps + 1)
    rows = [solve.stack(x, n) for x in (Whole(body=start, tally=EMPTY), patient, rest)]
    states = solve.in_chunks(
        lambda *x: np.asarray(_program()(*x))[wanted], n, (*rows, _stretches(stretches, n)), (grid,)
    )
    return Course(minutes=grid.minutes[wanted], states=solve.finite(states, "session"))


def simulate(
    patient: Patient,
    start: body.State,
    prescriptions: Sequence[Prescription],
    *,
    end: float | None = None,
    infusion: Infusion | None = None,
    switches: Sequence[float] = (),
    course: bool = True,
) -> Course:
    """Treat every patient by their own prescription, all on one planned grid.

    Args:
        patient: leaves scalar or [patient]; see `cohort.alike`.
        start: state at minute 0, leaves [patient].
        prescriptions: one a patient.
        end: minutes to simulate; by default to the end of the longest prescription. After a prescription's own
            end its patient rests, off the machine.
        infusion: given on the stretches between `switches` (which then must hold start and end), [stretch, patient].
        switches: further times at which settings may jump, min.
        course: keep every step, or the end alone.

    Raises:
        OutOfRange: if more fluid is taken off than a body can give.
        NotConverged: if a patient leaves the numbers.
    """
    n = len(prescriptions)
    _givable(start, prescriptions)
    end = max(p.time for p in prescriptions) if end is None else end
    times, setting = settings(prescriptions, end, extra_switches=switches)
    operator = dialyzer.operator(setting, *devices(prescriptions))
    drip = _drip(infusion, switches, times, n)
    return run(patient, start, n, times, (operator, drip), course=course)


def _givable(start: body.State, prescriptions: Sequence[Prescription]) -> None:
    """Refuse to take off more than a third of what lies outside the cells: nobody survives that."""
    uf = np.array([p.uf for p in prescriptions])
    water = np.broadcast_to(start.fluid.V_pl + start.fluid.V_is, uf.shape)
    worst = int(np.argmax(uf / water))
    if uf[worst] > MOST_UF * water[worst]:
        raise OutOfRange(
            f"uf is {uf[worst]:.1f} L; this person holds {water[worst]:.1f} L outside the cells, and at most"
            f" {MOST_UF:.0%} of it can be taken in one session. Take less off, or check the weight."
        )


def longest_step(patient: Patient, largest: float = LARGEST) -> float:
    """The longest stable step for these patients, min, and never above `largest`."""
    fastest = float(np.max(body.fastest(patient, body.rest(patient))))
    return min(largest, 0.9 * solve.SSPRK_LIMIT / fastest)


def _stretches(tree: Any, n: int) -> np.ndarray:
    """Leaves [segment] or [segment, patient] as [segment rounded up, leaf, patient]; those added are never used."""
    leaves = [np.asarray(x) for x in jax.tree.leaves(tree)]
    rows = np.zeros((solve.bucket(len(leaves[0]), 8), len(leaves), n))
    for i, leaf in enumerate(leaves):
        rows[: len(leaf), i] = leaf if leaf.ndim == 2 else leaf[:, None]
    return rows


def _drip(infusion: Infusion | None, switches: Sequence[float], times: np.ndarray, n: int) -> Infusion:
    if infusion is None:
        return Infusion(water=np.zeros(len(times) - 1), sodium=np.zeros(len(times) - 1))
    at = np.clip(np.searchsorted(switches, times[:-1] + 1e-9) - 1, 0, len(switches) - 2)
    inside = ((times[:-1] >= switches[0] - 1e-9) & (times[1:] <= switches[-1] + 1e-9))[:, None]

    def spread(x: Any) -> np.ndarray:
        return np.broadcast_to(np.asarray(x, float).reshape(len(switches) - 1, -1)[at] * inside, (len(at), n))

    return jax.tree.map(spread, infusion)
