"""Calibration: are the twin's intervals as wide as they should be?

Simulated people of whom everything is known (`clinic`) are fitted from what a clinic would write down of them in a
month. If intervals are right, the truth lies evenly over them: half of all truths in the middle half.

    ranks     share of the answer that lies below the truth, for each trait and for susceptibility
    covered   of truths inside the 50 % and the 90 % interval
    dry       how far the dry weight is off; beside it what a perfect model could reach with these readings
    sign      a target that is 1.5 kg too low or too high is found to be so
    wrong     the same ranks where bodies are not those of the fit (`clinic`)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtr

from .. import fit
from ..case import read
from ..errors import OutOfRange, SoleusError
from ..fit import gauss, readings, traits
from ..session import Course, simulate
from . import clinic
from .clinic import Change

NAMES = (*traits.NAMES, "u")
LABELS = traits.LABELS | {"u": "susceptibility to cramps"}
MAIN = ("fluid.dry_weight", "sodium.Na_p", "circulation.A", "u")  # those asked for by name
CLOSE = 0.5  # kg, within which a dry weight counts as found
OFF = 1.5  # kg by which a target is planted wrong
SURE = 1.64  # SD from which a wrong target is told with confidence: 19 in 20 on one side
FEWEST = 10  # people, below which nothing can be said
COVERED_50, COVERED_90 = (0.45, 0.55), (0.86, 0.94)  # bars, of truths in the interval
CLOSE_BAR, SIGN_BAR = 0.75, 0.90  # bars, of people
SHARE = 5  # so many times fewer people in each of the other groups than in the first
Progress = Callable[[int, int, str], None]  # done, in all, what comes


class Kind(NamedTuple):
    """A group of simulated people."""

    id: str
    label: str
    off: float | None = None  # kg, target less dry weight; None to draw it
    change: Change = clinic.unchanged
    session_of: Callable[..., Course] = simulate


KINDS = (
    Kind("own", "people of the fit itself"),
    Kind("low", f"target {OFF:g} kg too low", off=-OFF),
    Kind("high", f"target {OFF:g} kg too high", off=OFF),
    Kind("parameter", "a parameter that is not fitted is wrong: veins' reflex halved", change=clinic.weak_veins),
    Kind("law", "another law of refilling: it dries up as tissue empties", session_of=clinic.emptying),
)


class Fitted(NamedTuple):
    """One person's truth beside the answer."""

    volume: bool  # whether there was a blood volume monitor
    ranks: tuple[float, ...]  # of the truth in the answer, by NAMES
    error: float  # kg, dry weight answered less true
    sd: float  # kg
    bound: float  # kg, SD that a perfect model of all that is not fitted could reach
    above: float  # kg, dry weight answered above the target


class Group(NamedTuple):
    """Everybody of a kind."""

    kind: Kind
    fitted: tuple[Fitted, ...]
    refused: tuple[str, ...]


class Result(NamedTuple):
    """All groups."""

    people: int
    seed: int
    groups: tuple[Group, ...]


def run(n: int, seed: int = 1, progress: Progress | None = None) -> Result:
    """Simulate, fit and rank.

    Args:
        n: people of the fit itself, every other one with a blood volume monitor; a fifth of it of each other kind.
        seed: the same seed gives the same people.
        progress: told what is done.

    Raises:
        OutOfRange: with fewer people than FEWEST.
    """
    if n < FEWEST:
        raise OutOfRange(f"n is {n} people; coverage needs {FEWEST} or more. Give 100, or 500 for a firm answer.")
    many = [n, *[max(2, n // SHARE)] * (len(KINDS) - 1)]
    groups: list[Group] = []
    for i, (kind, m) in enumerate(zip(KINDS, many, strict=True)):
        done = sum(many[:i])
        if progress:
            progress(done, sum(many), f"a month of {m}: {kind.label}")
        said = None if progress is None else lambda k, d=done: progress(d + k, sum(many), "fitting")
        groups.append(group(kind, m, seed + i, said))
    return Result(n, seed, tuple(groups))


def group(kind: Kind, n: int, seed: int, progress: Callable[[int], None] | None = None) -> Group:
    """n people of a kind, simulated in one batch and fitted one by one on all cores."""
    rng = np.random.default_rng(seed)
    who = clinic.everybody(n, rng, off=kind.off, change=kind.change)
    visits = list(clinic.month(who, rng, kind.session_of))
    with_volume, without = (clinic.files(who, visits, rng, volume) for volume in (True, False))
    cases = [(with_volume if i % 2 == 0 else without)[i] for i in range(n)]
    truth = np.column_stack([who.truth, who.cramp.u])
    fitted: list[Fitted] = []
    refused: list[str] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda i: _fitted(cases[i], truth[i], float(who.target[i]), volume=i % 2 == 0), range(n))
        for k, one in enumerate(found):
            if isinstance(one, str):
                refused.append(one)
            else:
                fitted.append(one)
            if progress:
                progress(k + 1)
    return Group(kind, tuple(fitted), tuple(refused))


def _fitted(told: dict[str, Any], truth: np.ndarray, target: float, *, volume: bool) -> Fitted | str:
    """The answer beside the truth, or why there is none."""
    try:
        twin = fit.fit(read(told))
    except SoleusError as error:
        return str(error).splitlines()[0]
    learned = twin.learned
    assert learned is not None
    now = learned.now
    z = (truth[:-1] - now.mean[: len(truth) - 1]) / now.sd[: len(truth) - 1]
    u = float(twin.field.weight @ (twin.field.traits.u < truth[-1]))
    return Fitted(
        volume,
        (*(float(x) for x in ndtr(z)), u),
        float(now.mean[0] - truth[0]),
        float(now.sd[0]),
        bound(learned),
        float(now.mean[0] - target),
    )


def bound(learned: fit.Learned) -> float:
    """SD of the dry weight, kg, that these readings allow to whom all that is not fitted is known (Fisher)."""
    line, observed = learned.line, learned.observed
    if line is None:
        return float(learned.prior.sd[0])
    noise = readings.noise(observed, line.value) + np.diag(readings.single(observed))
    perfect = line._replace(rest=np.zeros((len(line.value), 0)), bent=None)
    return float(gauss.update(learned.prior, perfect, observed.values, noise).sd[0])


class Covered(NamedTuple):
    """How often an interval held the truth, and the sampling error of that share."""

    half: float
    ninety: float
    half_error: float
    ninety_error: float


def covered(g: Group, name: str) -> Covered:
    """Coverage of one trait in one group."""
    ranks = of(g, name)
    n = max(1, len(ranks))
    half = float(np.mean(abs(ranks - 0.5) <= 0.25))
    ninety = float(np.mean(abs(ranks - 0.5) <= 0.45))
    return Covered(half, ninety, float(np.sqrt(0.25 / n)), float(np.sqrt(0.09 / n)))


def of(g: Group, name: str) -> np.ndarray:
    """Ranks of one trait, [person]."""
    return np.array([one.ranks[NAMES.index(name)] for one in g.fitted])


class Dry(NamedTuple):
    """How well the dry weight was found."""

    people: int
    close: float  # share within CLOSE
    error: float  # kg, root mean square
    bias: float  # kg
    sd: float  # kg, as answered
    bound: float  # kg, the least possible SD
    possible: float  # share within CLOSE at that bound


def dry(fitted: tuple[Fitted, ...]) -> Dry:
    """Errors of the dry weight, over these people."""
    errors, least = np.array([x.error for x in fitted]), np.array([x.bound for x in fitted])
    return Dry(
        len(fitted),
        float(np.mean(abs(errors) <= CLOSE)),
        float(np.sqrt(np.mean(errors**2))),
        float(errors.mean()),
        float(np.mean([x.sd for x in fitted])),
        float(least.mean()),
        float(np.mean(2 * ndtr(CLOSE / least) - 1)),
    )


def signs(g: Group) -> tuple[float, float, float]:
    """Of people with a wrong target: the right sign, the right sign with confidence, the wrong one with confidence."""
    assert g.kind.off is not None
    right = np.array([-np.sign(g.kind.off) * x.above for x in g.fitted])
    sure = np.array([abs(x.above) >= SURE * x.sd for x in g.fitted])
    return float(np.mean(right > 0)), float(np.mean((right > 0) & sure)), float(np.mean((right < 0) & sure))


def page(r: Result) -> str:
    """The result as plain text."""
    return "\n".join(_lines(r))


def _lines(r: Result) -> Iterator[str]:
    own, others = r.groups[0], r.groups[1:]
    yield f"Calibration: {len(own.fitted)} simulated people, a month of readings each, fitted as any case file"
    yield ""
    yield f"{'truths inside the interval':<36}{'50 %':>6}{'90 %':>7}"
    for name in NAMES:
        yield _row(own, name)
    sampling = covered(own, NAMES[0])
    yield f"  sampling error of these shares: {_percent(sampling.half_error)}, {_percent(sampling.ninety_error)}"
    yield "  bar: 50 +- 5 % and 90 +- 4 %; * outside it"
    yield ""
    yield f"Dry weight: within {CLOSE:g} kg (bar {CLOSE_BAR:.0%}), root mean square error, mean error, SD as answered"
    for label, found in _dry(own):
        yield _dry_line(label, found)
    yield ""
    for g in others:
        yield g.kind.label[0].upper() + g.kind.label[1:] + f": {len(g.fitted)} people"
        if g.kind.off is not None:
            right, sure, false = signs(g)
            yield (
                f"  said with the right sign {right:.0%} (bar {SIGN_BAR:.0%}), with confidence {sure:.0%}, "
                f"wrongly with confidence {false:.0%}"
            )
        else:
            for name in MAIN:
                yield _row(g, name)
        yield _dry_line("dry weight", dry(g.fitted))
    refused = [reason for g in r.groups for reason in g.refused]
    yield from (f"Refused: {reason}" for reason in refused)


def _row(g: Group, name: str) -> str:
    c = covered(g, name)
    outside = not _inside(c.half, COVERED_50) or not _inside(c.ninety, COVERED_90)
    return f"  {LABELS[name]:<34}{_percent(c.half):>6}{_percent(c.ninety):>7}{' *' if outside else ''}"


def _dry(g: Group) -> Iterator[tuple[str, Dry]]:
    for label, chosen in (("with blood volume", True), ("without", False)):
        if some := tuple(x for x in g.fitted if x.volume is chosen):
            yield label, dry(some)
    yield "all", dry(g.fitted)


def _dry_line(label: str, d: Dry) -> str:
    reach = f"a perfect model: SD {d.bound:.2f} kg, {d.possible:.0%}"
    return f"  {label:<20}{d.close:>5.0%}{d.error:>7.2f}{d.bias:>+7.2f}{d.sd:>6.2f} kg   ({reach})"


def _percent(x: float) -> str:
    return f"{100 * x:.0f}%"


def _inside(share: float, bar: tuple[float, float]) -> bool:
    return bar[0] <= share <= bar[1]


def as_json(r: Result) -> dict[str, Any]:
    """The result in plain values."""
    return {"schema_version": 1, "people": r.people, "seed": r.seed, "groups": {g.kind.id: _group(g) for g in r.groups}}


def _group(g: Group) -> dict[str, Any]:
    found: dict[str, Any] = {"people": len(g.fitted), "label": g.kind.label, "refused": list(g.refused)}
    found["covered"] = {name: {k: round(v, 4) for k, v in covered(g, name)._asdict().items()} for name in NAMES}
    found["ranks"] = {name: [round(float(x), 4) for x in of(g, name)] for name in NAMES}
    found["dry_weight"] = {k: round(v, 4) for k, v in dry(g.fitted)._asdict().items()}
    if g.kind.off is not None:
        found["sign"] = dict(zip(("right", "sure", "wrong_and_sure"), (round(x, 4) for x in signs(g)), strict=True))
    return found
