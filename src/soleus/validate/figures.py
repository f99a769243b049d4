"""Figures: published numbers beside what the twin gives, scored by how far apart they are.

    z = (simulated - measured) / SD between patients        green |z| <= 0.5, amber <= 1, red above

A figure that repeats a starting value is no result, and one whose organ does not exist yet cannot be run; both are
listed with the reason, so that nothing a study printed is lost. Groups whose sessions and gaps are equally long are
run side by side.
"""

import math
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from .. import study
from ..errors import BadRecord, SoleusError
from ..studies.form import Time
from ..study import Arm, Contrast, Measured, Regression, Spread, Study
from .arm import Treated, treat_together
from .groups import BATH_OF, group
from .lines import Line, line
from .plan import People, Plan, alike, people, plan_of
from .readouts import values

Key = tuple[str, str]  # study and arm
GREEN, AMBER = 0.5, 1.0
FACTOR = 2.0  # a difference within this factor of the measured one is about right
INFLUENTIAL = ("hours", "uf_l", "Qb_ml_min", "membrane_m2")  # inputs that matter to every figure, beside its own
TOGETHER = 8  # groups side by side at most, so that memory stays small
Progress = Callable[[int, int, str], None]  # arms done, arms in all, the one that comes


@dataclass(frozen=True)
class Figure:
    """One measured figure, or one difference between two arms, and what the twin gives for it."""

    study: str
    grade: str
    arms: tuple[str, ...]  # one, or first and second of a contrast
    quantity: str
    time: Time
    measured: float
    spread: Spread
    unit: str
    simulated: float
    reason: str
    ci95: tuple[float, float] | None = None
    undecided: bool = False  # whether the study itself could not tell the two arms apart

    @property
    def z(self) -> float:
        """Distance in standard deviations between patients."""
        return (self.simulated - self.measured) / self.spread.sd

    @property
    def verdict(self) -> str:
        """green, amber or red."""
        return verdict(self.z)

    @property
    def sign_right(self) -> bool | None:
        """Of a difference: whether it goes the measured way; None where the study saw none beyond chance."""
        if self.measured == 0 or self.undecided or (self.ci95 and self.ci95[0] <= 0 <= self.ci95[1]):
            return None
        return self.measured * self.simulated > 0

    @property
    def within_factor(self) -> bool | None:
        """Of a difference: whether it is between half and twice the measured one; None where that has no meaning."""
        return None if self.sign_right is None else 1 / FACTOR <= self.simulated / self.measured <= FACTOR


@dataclass(frozen=True)
class NotRun:
    """A figure, an arm or a file that gave no number, and why."""

    study: str
    arm: str | None
    quantity: str | None
    time: Time | None
    reason: str


@dataclass(frozen=True)
class Result:
    """All that the studies say about the twin."""

    figures: tuple[Figure, ...]
    contrasts: tuple[Figure, ...]
    regressions: tuple[Line, ...]
    not_run: tuple[NotRun, ...]


def verdict(z: float) -> str:
    """green, amber or red."""
    return "green" if abs(z) <= GREEN else "amber" if abs(z) <= AMBER else "red"


def read(folder: str | Path | None = None) -> tuple[list[Study], list[NotRun]]:
    """The studies of a folder (of the package when none is given), and the files that could not be used.

    Raises:
        BadRecord: where there is no folder, or no study file in it.
    """
    studies: dict[str, Study] = {}
    faults = []
    for path in study.paths(folder):
        try:
            one = study.load(path)
            if one.key in studies:
                raise BadRecord(f"{path.name}: key {one.key} belongs to another file too; give each study its own")
            studies[one.key] = one
        except BadRecord as fault:
            faults.append(NotRun(path.name, None, None, None, str(fault)))
    return list(studies.values()), faults


def run(
    studies: Iterable[Study],
    faults: Sequence[NotRun] = (),
    *,
    patients: int = 96,
    seed: int = 1,
    progress: Progress | None = None,
) -> Result:
    """Every arm of every study, simulated on the same drawn people.

    Args:
        studies: as from `read`.
        faults: files that could not be used, to be listed beside what else could not be run.
        patients: how many people stand in for a group; below 96 a share of sessions is uncertain by some 4 %.
        seed: the same seed gives the same people, and the same result.
        progress: told before every few arms.
    """
    who, desk = people(patients, seed), _Desk(list(faults))
    studies = list(studies)
    todo = [(s, a) for s in studies for a in s.arms if _wanted(s, a)]
    plans: dict[Key, Plan] = {}
    for s, arm in todo:
        try:
            plans[s.key, arm.id] = plan_of(arm, _after(s, arm), _before(s))
        except SoleusError as fault:
            desk.refused[s.key, arm.id] = str(fault)
    groups: dict[Key, Treated] = {}
    for batch in _batches(plans):
        if progress:
            progress(len(desk.refused) + len(groups), len(todo), ": ".join(batch[0]))
        groups |= _treated(batch, plans, who, desk.refused)
    if progress:
        progress(len(todo), len(todo), "")
    for s in studies:
        desk.score(s, groups, who)
    return Result(tuple(desk.figures), tuple(desk.contrasts), tuple(desk.lines), tuple(desk.not_run))


def _batches(plans: dict[Key, Plan]) -> list[list[Key]]:
    """Arms that can be run side by side, a few at a time, in the order of the first of each."""
    kinds: dict[Any, list[Key]] = {}
    for key, plan in plans.items():
        kinds.setdefault(alike(plan), []).append(key)
    return [keys[i : i + TOGETHER] for keys in kinds.values() for i in range(0, len(keys), TOGETHER)]


def _treated(batch: list[Key], plans: dict[Key, Plan], who: People, refused: dict[Key, str]) -> dict[Key, Treated]:
    """These arms treated; where one cannot be, the others are treated one by one."""
    try:
        return dict(zip(batch, treat_together([plans[key] for key in batch], who), strict=True))
    except SoleusError as fault:
        if len(batch) == 1:
            refused[batch[0]] = str(fault)
            return {}
    return {k: t for key in batch for k, t in _treated([key], plans, who, refused).items()}


class _Desk:
    """Where scored and refused figures are laid down, study by study."""

    def __init__(self, faults: list[NotRun]) -> None:
        self.figures: list[Figure] = []
        self.contrasts: list[Figure] = []
        self.lines: list[Line] = []
        self.not_run = faults
        self.refused: dict[Key, str] = {}

    def score(self, s: Study, groups: dict[Key, Treated], who: People) -> None:
        for arm in s.arms:
            for m in arm.measured:
                self.one(s, (arm,), m, m.value, groups, "a starting value, given to the run" * arm.is_input(m.time))
        for c in s.contrasts:
            pair = (s.arm(c.arms[0]), s.arm(c.arms[1]))
            same = "both are starting values, given to the run" * all(a.is_input(c.time) for a in pair)
            self.one(s, pair, c, c.difference, groups, same)
        for r in s.regressions:
            self.regression(s, r, groups, who)

    def one(
        self,
        s: Study,
        arms: tuple[Arm, ...],
        m: Measured | Contrast,
        measured: float,
        groups: dict[Key, Treated],
        given: str,
    ) -> None:
        ids = tuple(a.id for a in arms)
        refused = [self.refused[s.key, i] for i in ids if (s.key, i) in self.refused]
        reason = given or _cannot(m.needs) or "; ".join(refused)
        if not reason and not m.between.sd > 0:
            reason = m.between.note
        if not reason:
            try:
                simulated = _simulated([groups[s.key, i] for i in ids], m)
            except SoleusError as fault:
                reason = str(fault)
        if reason:
            self.not_run.append(NotRun(s.key, " and ".join(ids), m.quantity, m.time, reason))
            return
        row = Figure(
            study=s.key, grade=s.grade, arms=ids, quantity=m.quantity, time=m.time, measured=measured,
            spread=m.between, unit=m.unit, simulated=simulated, reason="", ci95=getattr(m, "ci95", None),
            undecided=_undecided(s.key, ids, m.quantity),
        )  # fmt: skip
        row = Figure(**{**row.__dict__, "reason": _reason(row, s, arms)})
        (self.figures if isinstance(m, Measured) else self.contrasts).append(row)

    def regression(self, s: Study, r: Regression, groups: dict[Key, Treated], who: People) -> None:
        try:
            self.lines.append(line(s, r, groups.get((s.key, r.arm)), who.seed))
        except SoleusError as fault:
            self.not_run.append(NotRun(s.key, r.arm, f"{r.y} on {r.x}", None, str(fault)))


def _wanted(s: Study, arm: Arm) -> bool:
    """Whether anything in this arm can be run and is a result."""
    figures = any(not _cannot(m.needs) and not arm.is_input(m.time) for m in arm.measured)
    return figures or any(arm.id in c.arms and not _cannot(c.needs) for c in s.contrasts)


def _after(s: Study, arm: Arm) -> float:
    """Minutes after the session until the last figure of this arm."""
    times = [m.time for m in arm.measured] + [c.time for c in s.contrasts if arm.id in c.arms]
    return float(max((np.max(value) for kind, value in times if kind == "after_min"), default=0.0))


def _before(s: Study) -> set[str]:
    """What the study measured before a session, bicarbonate by either name."""
    rows = [m for a in s.arms for m in a.measured] + [*s.contrasts]
    names = {m.quantity for m in rows if m.time == ("at", "pre")}
    return names | ({"HCO3", "TCO2", "pH"} if names & {"HCO3", "TCO2"} else set())


def _cannot(needs: str) -> str:
    """Why figures that need this part cannot be run; empty when they can."""
    return "a quantity outside the vocabulary" if needs == "unknown" else ""


def _simulated(groups: list[Treated], m: Measured | Contrast) -> float:
    """The group's mean (its median where quartiles are printed), or the difference of two."""
    middle = np.median if getattr(m, "spread_is", "") == "iqr" else np.mean
    got = [float(middle(values(t, m.quantity, m.time))) for t in groups]
    if not all(math.isfinite(x) for x in got):
        raise BadRecord(f"{m.quantity} has no value here: nothing was removed by then")
    if len(got) == 1:
        return got[0]
    difference = got[1] - got[0]
    return 100 * difference / got[0] if isinstance(m, Contrast) and m.relative else difference


def _reason(row: Figure, s: Study, arms: tuple[Arm, ...]) -> str:
    """How the spread was got where it was not printed as an SD, and for a miss what is known about it."""
    said = [] if row.spread.note == "as printed" else [row.spread.note]
    if row.verdict != "green":
        said += known(s.key, row.quantity) or _supposed(row.quantity, arms)
    return "; ".join(said)


def _supposed(quantity: str, arms: tuple[Arm, ...]) -> list[str]:
    """Which inputs that matter the paper did not give."""
    given = {name for a in arms for name in (*a.assumed, *(a.assumed.get("dialysate") or {}))}
    start = {
        name
        for a in arms
        for name in (a.assumed.get("pre") or {})
        if not a.steady and (quantity.startswith(name) or name in quantity.split("_"))
    }
    matters = (*INFLUENTIAL, *BATH_OF.get(group(quantity), ()))
    missing = [name for name in matters if name in given] + [f"{name} before" for name in sorted(start)]
    return [f"not read in the source and supposed: {', '.join(missing)}"] if missing else []


def known(key: str, quantity: str) -> list[str]:
    """What is known of a figure, or an effect, that the twin does not meet."""
    return [m["reason"] for m in _misses()["miss"] if m["study"] == key and quantity in m["quantities"]]


def _undecided(key: str, arms: tuple[str, ...], quantity: str) -> bool:
    return [key, [*arms], quantity] in [[u["study"], u["arms"], u["quantity"]] for u in _misses()["undecided"]]


@cache
def _misses() -> dict[str, list[dict[str, Any]]]:
    """What is known about figures that the twin does not meet, and differences that their study could not tell."""
    with files("soleus.studies").joinpath("misses.toml").open("rb") as file:
        return tomllib.load(file)
