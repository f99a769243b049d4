"""Effects: what studies found over a month in many people, beside the same in simulated people.

    green    inside the interval: a printed range, a 95 % interval as printed, or what P or the numbers of people imply
    amber    no interval was read: the direction is right, and the size, where one was read, within a factor of two
    red      neither

Nothing is tuned to these; where the twin fails, `studies/misses.toml` says what is known of it.
"""

import math
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .. import study
from ..errors import BadRecord, SoleusError
from ..studies.effect import RATIOS, Effect, plain
from ..study import Study
from .figures import FACTOR, NotRun, known
from .month import DRAWS, PEOPLE, SESSIONS, Month, month
from .plan import Plan, plan_of

CHANGED = {"Ca": "Ca_ionised", "Mg": "Mg_total", "HCO3": "HCO3", "K": "K"}  # what a bath of many weeks decides
LEAST_APART = 0.02  # of the logarithm of a ratio; nearer to 0 there is no direction, nor within twice its error
Key = tuple[str, str]  # study and arm
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Row:
    """One effect and what the twin gives for it."""

    study: str
    grade: str
    effect: Effect
    simulated: float
    error: float  # standard error of the simulated figure, of its logarithm for a ratio
    reason: str

    @property
    def verdict(self) -> str:
        """green, amber or red, as at the top of this file."""
        e, x = self.effect, self.simulated
        if e.interval is not None:
            return "green" if e.interval[0] <= x <= e.interval[1] else "red"
        near = e.value is None or 1 / FACTOR <= x / e.value <= FACTOR
        return "amber" if self.direction_right is not False and near else "red"

    @property
    def direction_right(self) -> bool | None:
        """Of a ratio: whether there is more where more was found, and fewer where fewer; None of a share or a mean."""
        if self.effect.more is None:
            return None
        towards = math.log(self.simulated) * (1 if self.effect.more else -1)
        return towards >= max(LEAST_APART, 2 * self.error)


@dataclass(frozen=True)
class Effects:
    """All effects of the studies."""

    rows: tuple[Row, ...]
    not_run: tuple[NotRun, ...]
    people: int = PEOPLE


def run(
    studies: Iterable[Study] | None = None,
    *,
    patients: int = PEOPLE,
    seed: int = 1,
    progress: Progress | None = None,
) -> Effects:
    """Every effect of the studies (of the packaged ones when none are given), a month of people for each arm."""
    chosen = [s for s in (study.load_all() if studies is None else studies) if s.effects]
    found, refused = _months(chosen, patients, seed, progress)
    rows, not_run = [], []
    for s in chosen:
        for e in s.effects:
            try:
                if said := "; ".join(refused[s.key, a] for a in e.arms if (s.key, a) in refused):
                    raise BadRecord(said)
                rows.append(_row(s, e, [found[s.key, a] for a in e.arms]))
            except BadRecord as fault:
                not_run.append(NotRun(s.key, " and ".join(e.arms), e.quantity, None, str(fault)))
    return Effects(tuple(rows), tuple(not_run), patients)


def _months(
    studies: Sequence[Study], patients: int, seed: int, progress: Progress | None
) -> tuple[dict[Key, Month], dict[Key, str]]:
    """A month of every arm, those treated alike once, side by side; and why some cannot be lived."""
    found: dict[Key, Month] = {}
    refused: dict[Key, str] = {}
    lived: dict[str, Future[Month]] = {}
    waiting: dict[Key, Future[Month]] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        todo = [(s, a) for s in studies for a in dict.fromkeys(a for e in s.effects for a in e.arms)]
        for s, arm in todo:
            try:
                plan = _plan(s, arm)
            except SoleusError as fault:
                refused[s.key, arm] = str(fault)
                continue
            if repr(plan) not in lived:
                lived[repr(plan)] = pool.submit(month, plan, patients, seed)
            waiting[s.key, arm] = lived[repr(plan)]
        for i, (key, one) in enumerate(waiting.items()):
            if progress:
                progress(i, len(waiting), ": ".join(key))
            try:
                found[key] = one.result()
            except SoleusError as fault:
                refused[key] = str(fault)
    return found, refused


def _plan(s: Study, arm: str) -> Plan:
    """The plan of an arm; where weeks on a bath go before, what differs between the arms' baths is left to them."""
    baths = [a.run["dialysate"] for a in s.arms if a.steady]
    results = {CHANGED[name] for name in CHANGED if len({bath.get(name) for bath in baths}) > 1}
    return plan_of(s.arm(arm), results=results)


def _row(s: Study, e: Effect, months: Sequence[Month]) -> Row:
    row = Row(s.key, s.grade, e, simulated(e, months), _error(e, months), "")
    said = [e.interval_is or ("only the direction was read" if e.value is None else "no interval was read")]
    if row.verdict == "red":
        said += known(s.key, f"{e.quantity} by {e.by}" if e.by else e.quantity)
    return replace(row, reason="; ".join(said))


def _error(e: Effect, months: Sequence[Month]) -> float:
    """Standard error from the draws, each of which has its own weights and its own people beside the body."""
    found = []
    for i in range(DRAWS):
        with suppress(BadRecord):
            found.append(simulated(e, [m.draw(i) for m in months]))
    each = np.log(found) if e.measure in RATIOS else np.array(found)
    return float(each.std() / math.sqrt(len(each)))


def simulated(e: Effect, months: Sequence[Month]) -> float:
    """The figure in simulated months, one for each arm."""
    if e.by is not None:
        return _compared(e.measure, *_by(e, months[0]))
    if e.measure == "mean":
        return float(months[0].late.sum() / months[0].cramp.sum())
    shares = [_chance(e.quantity, m) for m in months]
    if e.measure in RATIOS:
        return _compared(e.measure, float(shares[1].mean()), float(shares[0].mean()), shares)
    return 100 * float(shares[0].mean())


def _chance(quantity: str, m: Month) -> np.ndarray:
    """Of a session, [draw, session, patient], or of a person's month, [draw, 1, patient]."""
    if quantity == "cramp_patients_pct":
        return 1 - np.prod(1 - m.cramp, axis=1, keepdims=True)
    return {
        "cramp_sessions_pct": m.cramp,
        "IDH_sessions_pct": m.hypotension,
        "symptomatic_sessions_pct": 1 - (1 - m.cramp) * (1 - m.hypotension),
    }[quantity]


def _by(e: Effect, m: Month) -> tuple[float, float]:
    """The chance with a characteristic and without."""
    chance = _chance(e.quantity, m)
    if e.by == "prior_cramp":
        chance, has = chance[:, 1:], m.cramp[:, :-1]
    elif e.by == "IDH":
        has = m.hypotension
    else:
        has = np.broadcast_to(_has(e, m), chance.shape)
    if not 0 < has.mean() < 1:
        raise BadRecord(f"{chance.shape[-1]} people do not differ by {e.by} as the study's did; simulate more")
    return float((chance * has).sum() / has.sum()), float((chance * (1 - has)).sum() / (1 - has).sum())


def _has(e: Effect, m: Month) -> np.ndarray:
    """1 for whom, or for which session, the characteristic holds, else 0."""
    x = np.asarray(getattr(m, e.by) if e.by in ("gain_kg", "HCO3") else getattr(m.who, str(e.by))[:, None], float)
    if e.at_least is not None:
        return (x >= e.at_least).astype(float)
    return (x < e.below).astype(float) if e.below is not None else x


def _compared(measure: str, with_it: float, without: float, chances: Sequence[np.ndarray] = ()) -> float:
    if measure == "odds_ratio":
        return with_it / (1 - with_it) / (without / (1 - without))
    if measure == "rate_ratio" and chances:
        first, second = (float(-np.log1p(-np.minimum(c, 1 - 1e-12)).mean()) for c in chances)  # events expected
        return second / first
    return with_it / without


def as_json(found: Effects) -> dict[str, Any]:
    """Everything in plain values, as `soleus validate --effects --json` prints it."""
    rows = [
        {
            "study": r.study,
            "grade": r.grade,
            "quantity": r.effect.quantity,
            "what": r.effect.said,
            **plain(r.effect),
            "simulated": float(f"{r.simulated:.4g}"),
            "error": float(f"{r.error:.2g}"),
            "verdict": r.verdict,
            "direction_right": r.direction_right,
            "reason": r.reason,
        }
        for r in found.rows
    ]
    counts = {color: sum(r.verdict == color for r in found.rows) for color in ("green", "amber", "red")}
    missed = [{"study": n.study, "arm": n.arm, "quantity": n.quantity, "reason": n.reason} for n in found.not_run]
    return {"schema_version": 1, "people": found.people, "sessions": SESSIONS, "rows": rows, "summary": counts,
            "not_run": missed}  # fmt: skip


def page(found: Effects) -> str:
    """A line or two for each effect."""
    lines = [
        f"Effects over a month: {found.people} people, {SESSIONS} sessions each, weights drawn {DRAWS} times;",
        "intervals of what is simulated are those of the draws  (+ green, o amber, ! red)",
    ]
    study_key = ""
    for r in found.rows:
        if r.study != study_key:
            study_key = r.study
            lines.append(f"  {r.study}, grade {r.grade}")
        mark = {"green": "+", "amber": "o", "red": "!"}[r.verdict]
        lines.append(f"  {mark} {r.effect.said}")
        numbers = f"{_words(r.effect.measure)} {_measured(r.effect)}, simulated {_simulated(r)}"
        only = ", direction right" * (r.verdict == "red" and bool(r.direction_right))
        lines.append(f"      {numbers}, {r.verdict}{only}")
        if r.reason:
            lines.append(f"      {r.reason}")
    lines += [f"  not run: {n.study} {n.arm} {n.quantity}: {n.reason}" for n in found.not_run]
    colors = [r.verdict for r in found.rows]
    lines.append(f"{colors.count('green')} inside, {colors.count('amber')} in direction, {colors.count('red')} missed")
    return "\n".join(lines)


def _words(measure: str) -> str:
    return {"share": "share, %:", "mean": "mean:"}.get(measure, measure.replace("_", " "))


def _simulated(r: Row) -> str:
    """With its 95 % interval."""
    wide = 1.96 * r.error
    if r.effect.measure not in RATIOS:
        return f"{r.simulated:.3g} ({r.simulated - wide:.3g} to {r.simulated + wide:.3g})"
    return f"{r.simulated:.2f} ({r.simulated / math.exp(wide):.2f} to {r.simulated * math.exp(wide):.2f})"


def _measured(e: Effect) -> str:
    """As it was read, with its interval."""
    recalled = f" {e.status}" if e.status != "seen" else ""
    span = f"{e.interval[0]:.3g} to {e.interval[1]:.3g}" if e.interval else ""
    if e.value is None:
        return (span or ("more" if e.more else "fewer")) + recalled
    return f"{e.value:g}" + (f" ({span})" if span else "") + recalled
