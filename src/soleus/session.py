"""Session: the one place that knows both body and machine. Prescription in, course of the treatment out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, NamedTuple

import jax
import numpy as np

from . import solve
from .body import body
from .body.body import Patient
from .body.nerve import Seen as Nerves
from .errors import OutOfRange
from .machine import dialyzer
from .machine.access import Access
from .parameter import quantity, record
from .prescription import Prescription, devices, settings
from .programs import Program

MOST_UF = 0.33  # share of extracellular fluid; far beyond any practice [GeneralKnowledge]
FIRST, LARGEST, GROWTH = 0.5, 5.0, 1.2  # min, min, ratio: errors at every step <= 1e-4 (tests/test_solve.py)


@record
class Tally:
    """What the machine has taken since the session began, negative where the bath gave; heat is what it gave."""

    uf: Any = quantity("L", "ultrafiltrate")
    Na_convective: Any = quantity("mmol", "sodium removed with ultrafiltrate")
    Na_diffusive: Any = quantity("mmol", "sodium removed by diffusion")
    urea: Any = quantity("mmol", "urea removed")
    creatinine: Any = quantity("mmol", "creatinine removed")
    K: Any = quantity("mmol", "potassium removed")
    hco3: Any = quantity("mmol", "bicarbonate removed")
    acetate: Any = quantity("mmol", "acetate removed")
    citrate: Any = quantity("mmol", "citrate removed, that of its calcium complex included")
    organic: Any = quantity("mmol", "organic anions removed")
    Ca: Any = quantity("mmol", "calcium removed, complexes and all")
    Mg: Any = quantity("mmol", "magnesium removed")
    phosphate: Any = quantity("mmol", "phosphate removed")
    glucose: Any = quantity("mmol", "glucose removed")
    mannitol: Any = quantity("mmol", "mannitol removed")
    indoxyl: Any = quantity("mmol", "indoxyl sulfate removed")
    b2m: Any = quantity("mg", "beta-2-microglobulin removed")
    heat: Any = quantity("kJ", "heat given to the patient")


@record
class Whole:
    """Body and tally: what is integrated."""

    body: body.State
    tally: Tally


@record
class Moment:
    """Everything at one time."""

    state: body.State
    seen: body.Seen
    nerves: Nerves
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


TALLIED = [f.name for f in fields(Tally)]
EMPTY = Tally(**dict.fromkeys(TALLIED, 0.0))
SHAPE = jax.tree.structure(Whole(body=body.at_rest(Patient(), body.rest(Patient())), tally=EMPTY))
PATIENT = jax.tree.structure(Patient())
REST = jax.tree.structure(body.rest(Patient()))
BODY = jax.tree.structure(body.at_rest(Patient(), body.rest(Patient())))
OFF = dialyzer.Settings(**{f.name: np.zeros((1, 1)) for f in fields(dialyzer.Settings)})
IDLE = (  # a stretch without treatment
    dialyzer.operator(OFF, dialyzer.Dialyzer(), Access()),
    jax.tree.map(lambda _: np.zeros((1, 1)), body.NO_INFUSION),
    np.ones((1, 1)),  # free to eat and drink
)


def blood_at_machine(now: body.State, seen: body.Seen, fu: Any) -> dialyzer.Blood:
    """What the machine sees of the body; `fu` is the free share of indoxyl sulfate."""
    return dialyzer.Blood(
        f=seen.protein.f,
        hct=seen.blood.hct,
        alpha=seen.protein.alpha,
        CO=seen.circulation.CO,
        Q_access=seen.circulation.Q_access,
        t_core=now.heat.T_c,
        Na=seen.sodium.c_w,
        urea=seen.urea_e,
        creatinine=seen.creatinine.c_e,
        K=seen.potassium.membrane,
        hco3=seen.acid_base.membrane,
        acetate=seen.acid_base.acetate,
        citrate=seen.acid_base.citrate,
        organic=seen.acid_base.organic,
        Ca=seen.calcium.membrane,
        CaCit=seen.calcium.membrane_citrate,
        Mg=seen.magnesium.membrane,
        phosphate=seen.phosphate.membrane,
        glucose=seen.glucose.c_w,
        mannitol=seen.mannitol.c_w,
        indoxyl=seen.indoxyl.free,
        fu=fu,
        b2m=seen.b2m.c_1,
    )


def rates(now: body.State, p: Patient, r: body.Rest, setting: Any, share: Any) -> Whole:
    """What body and tally do under a setting (operator, infusion, free to eat), `share` of the stretch gone."""
    operator, drip, eats = setting
    seen = body.look(now, p, r)
    taken = dialyzer.taken(blood_at_machine(now, seen, p.indoxyl.fu), operator, share)
    tally = Tally(**{name: getattr(taken, name) for name in TALLIED})
    solutes = {f.name: getattr(tally, f.name) for f in fields(body.Removal) if f.name != "Na"}
    removal = body.Removal(Na=taken.Na_convective + taken.Na_diffusive, **solutes)
    given = body.Given(removal=removal, infused=drip, uf=taken.uf, heat=taken.heat, on=taken.on, eats=eats)
    return Whole(body=body.rates(now, seen, given, p, r), tally=tally)


def field(p: Patient, r: body.Rest) -> solve.Field:
    """The same over [state, patient]."""

    def f(y: Any, setting: Any, share: Any) -> Any:
        return solve.joined(rates(solve.unstack(y, SHAPE).body, p, r, setting, share), y)

    return f


def moment(rows: Any, p: Patient) -> Moment:
    """The moment behind [state, ..., patient] rows."""
    whole = solve.unstack(rows, SHAPE)
    r = body.rest(p)
    seen = body.look(whole.body, p, r)
    return Moment(state=whole.body, seen=seen, nerves=body.nerves(whole.body, seen, p, r), tally=whole.tally)


def _together(y: Any, p: Any, r: Any, stretches: Any, grid: solve.Grid) -> Any:
    """Body and machine together, every step kept; rows [..., patient]."""

    def f(y: Any, stretch: Any, share: Any) -> Any:
        person = solve.unstack(p, PATIENT), solve.unstack(r, REST)
        return field(*person)(y, stretch_of(stretch), share)

    return solve.march(f, y, stretches, grid, course=True)


PROGRAM = Program("session", _together)


def run(patient: Patient, start: body.State, n: int, times: Any, stretches: Any, *, course: bool) -> Course:
    """Take n patients through stretches between `times` (min): operator of the machine, infusion, free to eat."""
    rest = body.rest(patient)
    grid = solve.plan(times, FIRST, longest_step(patient), GROWTH)
    wanted = slice(None, grid.steps + 1) if course else slice(grid.steps, grid.steps + 1)
    rows = [solve.stack(x, n) for x in (Whole(body=start, tally=EMPTY), patient, rest)]
    states = solve.in_chunks(
        lambda *x: np.asarray(PROGRAM(*x))[wanted], n, (*rows, stretch_rows(stretches, n)), (grid,)
    )
    return Course(minutes=grid.minutes[wanted], states=solve.finite(states, "session"))


def simulate(
    patient: Patient,
    start: body.State,
    prescriptions: Sequence[Prescription],
    *,
    end: float | None = None,
    infusion: body.Infused | None = None,
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
    return run(patient, start, n, times, (operator, drip, np.zeros((len(times) - 1, 1))), course=course)


def givable(start: body.State) -> np.ndarray:
    """The most that can be taken off these people, L: a third of what lies outside the cells; nobody survives more."""
    return np.asarray(MOST_UF * (start.fluid.V_pl + start.fluid.V_is))


def _givable(start: body.State, prescriptions: Sequence[Prescription]) -> None:
    """Refuse to take off more."""
    uf = np.array([p.uf for p in prescriptions])
    most = np.broadcast_to(givable(start), uf.shape)
    worst = int(np.argmax(uf / most))
    if uf[worst] > most[worst]:
        raise OutOfRange(
            f"uf is {uf[worst]:.1f} L; this person holds {most[worst] / MOST_UF:.1f} L outside the cells, and at most"
            f" {MOST_UF:.0%} of it can be taken in one session. Take less off, or check the weight."
        )


def longest_step(patient: Patient, largest: float = LARGEST) -> float:
    """The longest stable step for these patients, min, and never above `largest`."""
    fastest = float(np.max(body.fastest(patient, body.rest(patient))))
    return min(largest, 0.9 * solve.SSPRK_LIMIT / fastest)


def stretch_rows(tree: Any, n: int) -> np.ndarray:
    """Leaves [segment, ..., patient] as [segment rounded up, row, patient]; segments added are never used."""
    leaves = [np.asarray(x) for x in jax.tree.leaves(tree)]
    leaves = [x.reshape(len(x), -1, x.shape[-1]) for x in leaves]
    rows = np.zeros((solve.bucket(len(leaves[0]), 8), sum(x.shape[1] for x in leaves), n))
    first = 0
    for leaf in leaves:
        rows[: len(leaf), first : first + leaf.shape[1]] = leaf
        first += leaf.shape[1]
    return rows


def stretch_of(rows: Any) -> Any:
    """One stretch's rows back to the setting they came from, leaves [..., patient]."""
    shapes = [x.shape[1:-1] for x in jax.tree.leaves(IDLE)]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    parts = [rows[end - int(np.prod(shape)) : end] for end, shape in zip(ends, shapes, strict=True)]
    leaves = [x.reshape(*shape, x.shape[-1]) for x, shape in zip(parts, shapes, strict=True)]
    return jax.tree.unflatten(jax.tree.structure(IDLE), leaves)


def _drip(infusion: body.Infused | None, switches: Sequence[float], times: np.ndarray, n: int) -> body.Infused:
    """The infusion on the stretches between `times`; nothing outside its own switches."""
    if infusion is None:
        return jax.tree.map(lambda _: np.zeros((len(times) - 1, 1)), body.NO_INFUSION)
    at = np.clip(np.searchsorted(switches, times[:-1] + 1e-9) - 1, 0, len(switches) - 2)
    inside = ((times[:-1] >= switches[0] - 1e-9) & (times[1:] <= switches[-1] + 1e-9))[:, None]
    return jax.tree.map(lambda x: x[at] * inside, on_stretches(infusion, len(switches) - 1))


def on_stretches(infusion: body.Infused, n: int) -> body.Infused:
    """Leaves scalar, [stretch] or [stretch, patient] as [stretch, patient] with n stretches, one patient for all."""

    def spread(x: Any) -> np.ndarray:
        each = np.asarray(x, float)
        each = each if each.ndim == 2 else each.reshape(-1, 1)
        return np.broadcast_to(each, (n, each.shape[1]))

    return jax.tree.map(spread, infusion)
