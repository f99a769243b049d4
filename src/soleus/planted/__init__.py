"""Planted: does the first cause named turn out to be the one that was put there?

Simulated people, each with one dominant cause (see `people`), go to the explainer as a case file. What counts as true
is the exact Shapley share of each lever in the very person, by their own body, bath and weights; what is right for a
lever is what the product holds right. The explainer sees the file alone.

    dominant    LEAST of the risk, and in size MARGIN times what any other lever has
    right       the planted cause is the first of the causes said to have raised the risk
    calibrated  predicted share against the true one, cause by cause, in tenths of the predicted
    blamed      low bath potassium, planted alone: no cause, and never to be named as one with confidence
"""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from .. import causes, fit
from ..case import read
from ..causes import Explanation, Split
from ..errors import OutOfRange, SoleusError
from . import file, people
from .people import CONTROL, PLANTS, Lived, Plant

PEOPLE, KEPT = 64, 20  # drawn for a twin, fewer than `fit` takes, for speed; and kept, as many as it keeps
LEAST, MARGIN = 0.15, 2.0
TRIES, MOST = 3, 160  # batches of people until a cause has its number, and the most in one
HOPELESS = 8  # truths worked out in vain before a cause is given up
CONTROLS = 10  # people for each one of the control
FIRST_BAR, TWO_BAR = 0.80, 0.95
NAMED = 0.10  # share from which the page names a cause in its answer
TENTHS = 10
Progress = Callable[[int, int, str], None]  # done, in all, what comes


class Share(NamedTuple):
    """One lever's share of one risk, as predicted and as true."""

    lever: str
    predicted: float
    low: float
    high: float
    true: float


class Answered(NamedTuple):
    """One simulated person, and what the explainer made of them."""

    plant: str
    about: str
    named: tuple[str, ...]  # levers that raised the risk, the largest first
    rank: int  # of the planted cause among these; 0 where it is not there
    chance: tuple[float, float]  # predicted, true
    shares: tuple[Share, ...]


class Work(NamedTuple):
    """Somebody to explain."""

    plant: Plant
    one: Lived
    true: Split


class Counts(NamedTuple):
    """How many people it took, by cause."""

    drawn: dict[str, int]
    asked: dict[str, int]  # the planted thing mattered, they had the complaint, and the truth was worked out
    dominant: dict[str, int]


class Result(NamedTuple):
    """Everybody, and how many it took."""

    told: str
    seed: int
    answered: tuple[Answered, ...]
    control: tuple[Answered, ...]
    counts: Counts


def run(n: int = 500, seed: int = 1, progress: Progress | None = None, *, told: str = "known") -> Result:
    """Plant, explain and score.

    Args:
        n: people, as evenly over the causes as these can be planted; a tenth more are the control.
        seed: the same seed gives the same people.
        progress: told what is done.
        told: how much the file tells, one of `file.TOLD`.

    Raises:
        OutOfRange: when there are fewer people than causes.
        NotConverged: if a patient leaves the numbers.
    """
    if n < len(PLANTS):
        raise OutOfRange(
            f"n is {n} people; every one of the {len(PLANTS)} causes needs somebody. Give {len(PLANTS)} or more."
        )
    template = _template(seed, told)
    everybody = Counts({}, {}, {})
    work: list[Work] = []
    answers: list[Answered] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for i, plant in enumerate((*PLANTS, CONTROL)):
            left = len(PLANTS) - i
            wanted = math.ceil((n - len(work)) / left) if left else max(2, n // CONTROLS)
            if progress:
                progress(0, n, f"planting: {plant.label.lower()}")
            work += _dominant(plant, wanted, np.random.default_rng((seed, i)), template, pool, everybody)
        for answer in pool.map(lambda i: _answered(i, seed, told, work[i]), range(len(work))):
            answers.append(answer)
            if progress:
                progress(len(answers), len(work), "explaining")
    control = tuple(a for a in answers if a.plant == CONTROL.id)
    return Result(told, seed, tuple(a for a in answers if a.plant != CONTROL.id), control, everybody)


def _template(seed: int, told: str) -> fit.Twin:
    """Any twin, for what of it does not matter to a share."""
    one = people.planted(CONTROL, 32, np.random.default_rng(seed), screened=False)[0]
    return fit.fit(read(file.written(one, "cramp", told, np.random.default_rng(seed))), people=PEOPLE, kept=KEPT)


def _dominant(
    plant: Plant, wanted: int, rng: np.random.Generator, template: fit.Twin, pool: Any, counts: Counts
) -> list[Work]:
    """People in whom this cause is dominant, with the true split of their risk; at most TRIES batches are drawn."""
    found: list[Work] = []
    drawn = asked = 0
    for _ in range(TRIES):
        rate = (len(found) + 0.5) / drawn if drawn else 0.3
        many = min(MOST, math.ceil((wanted - len(found)) / rate))
        drawn += many
        those = people.planted(plant, many, rng, screened=plant is not CONTROL)
        while those and len(found) < wanted:
            some, those = those[: wanted - len(found)], those[wanted - len(found) :]
            asked += len(some)
            for one, split in zip(some, pool.map(lambda one: _true(plant, one, template), some), strict=True):
                if split and (plant is CONTROL or is_dominant(plant, split)):
                    found.append(Work(plant, one, split))
        if len(found) >= wanted or (not found and asked >= HOPELESS):
            break
    counts.drawn[plant.id], counts.asked[plant.id], counts.dominant[plant.id] = drawn, asked, len(found)
    return found


def is_dominant(plant: Plant, split: Split) -> bool:
    """Whether the planted cause has LEAST of the risk, and MARGIN times what any other lever has, in size."""
    shares = {cause.id: cause.share for cause in split.causes}
    own = max(shares.pop(lever, 0.0) for lever in plant.levers)
    return own >= LEAST and own >= MARGIN * max(map(abs, shares.values()), default=0.0)


def _true(plant: Plant, one: Lived, template: fit.Twin) -> Split | None:
    """The exact shares in the person as they truly are: one draw, their own body, weights and delivered baths.

    None where no body can live through a session that the truth has to be worked out with.
    """
    case = read(file.exact(one))
    here = case.session()
    twin = template._replace(
        case=case, session=here, prescription=one.orders, patient=one.patient, start=one.start,
        post_weight=one.post_weight, gap_h=people.GAP, switches=(), infusion=None, cramp=one.cramp,
        hypotension=one.hypotension, course=one.course, about=fit.about(case, here), leaning=np.zeros(1),
    )  # fmt: skip
    try:
        return _asked(plant, causes.explain(twin))
    except SoleusError:
        return None


def _asked(plant: Plant, answer: Explanation) -> Split:
    return answer.cramp if plant.about == "cramp" else answer.hypotension


def _answered(i: int, seed: int, told: str, work: Work) -> Answered:
    """What the explainer says of this person's file."""
    rng = np.random.default_rng((seed, 1000 + i))
    case = read(file.written(work.one, work.plant.about, told, rng))
    try:
        answer = causes.explain(fit.fit(case, people=PEOPLE, kept=KEPT, seed=int(rng.integers(2**31))))
    except SoleusError:  # no answer is a wrong answer
        return Answered(work.plant.id, work.plant.about, (), 0, (0.0, work.true.chance.probability), ())
    return scored(work.plant, _asked(work.plant, answer), work.true)


def scored(plant: Plant, split: Split, true: Split) -> Answered:
    """The answer beside the truth."""
    named = tuple(c.id for c in sorted(split.causes, key=lambda c: -c.share) if c.share > 0)
    rank = next((i + 1 for i, lever in enumerate(named) if lever in plant.levers), 0)
    predicted, truly = {c.id: c for c in split.causes}, {c.id: c.share for c in true.causes}
    shares = []
    for lever in sorted({*predicted, *truly}):
        cause = predicted.get(lever)
        said = (cause.share, *cause.interval) if cause else (0.0, 0.0, 0.0)
        shares.append(Share(lever, *said, truly.get(lever, 0.0)))
    chance = split.chance.probability, true.chance.probability
    return Answered(plant.id, plant.about, named, rank, chance, tuple(shares))


class Score(NamedTuple):
    """How often it was right."""

    people: int
    first: float
    two: float
    blamed: float  # of the control, in how many potassium was named with confidence


def score(r: Result) -> Score:
    """Right first, right among the first two, and how often the control was blamed."""
    n = len(r.answered)
    first = sum(a.rank == 1 for a in r.answered) / n
    two = sum(a.rank in (1, 2) for a in r.answered) / n
    return Score(n, first, two, sum(map(blamed, r.control)) / max(1, len(r.control)))


def blamed(a: Answered) -> bool:
    """Whether potassium has so much of the risk that the page names it, and an interval that leaves no doubt."""
    return any(s.lever in CONTROL.levers and s.predicted >= NAMED and s.low > 0 for s in a.shares)


class Bin(NamedTuple):
    """Predicted shares of a tenth, on average, and the true ones."""

    n: int
    predicted: float
    true: float


class Calibration(NamedTuple):
    """Predicted shares against true ones."""

    bins: tuple[Bin, ...]
    slope: float  # of true on predicted
    error: float  # mean absolute
    covered: float  # of the true shares, inside the 90 % interval


def calibration(answered: Sequence[Answered]) -> Calibration:
    """Over every cause that explainer or truth names."""
    shares = [s for a in answered for s in a.shares]
    x, y = np.array([s.predicted for s in shares]), np.array([s.true for s in shares])
    order = np.argsort(x, kind="stable")
    bins = tuple(Bin(len(at), float(x[at].mean()), float(y[at].mean())) for at in np.array_split(order, TENTHS))
    inside = np.mean([s.low <= s.true <= s.high for s in shares if s.low < s.high])
    return Calibration(bins, float(np.polyfit(x, y, 1)[0]), float(abs(x - y).mean()), float(inside))


def confused(answered: Sequence[Answered]) -> dict[str, Counter[str]]:
    """For each planted cause, how often each lever came first."""
    table: dict[str, Counter[str]] = {}
    for a in answered:
        table.setdefault(a.plant, Counter())[a.named[0] if a.named else "none"] += 1
    return table


def as_json(r: Result) -> dict[str, Any]:
    """The result in plain values."""
    s, c = score(r), calibration(r.answered)
    return {
        "schema_version": 1,
        "people": s.people,
        "seed": r.seed,
        "file": r.told,
        "first": round(s.first, 4),
        "first_two": round(s.two, 4),
        "bars": {"first": FIRST_BAR, "first_two": TWO_BAR},
        "control": {"people": len(r.control), "blamed": round(s.blamed, 4)},
        "causes": {plant.id: _of(plant, r) for plant in PLANTS},
        "confusion": {plant: dict(counts) for plant, counts in confused(r.answered).items()},
        "calibration": {
            "slope": round(c.slope, 3),
            "mean_absolute_error": round(c.error, 4),
            "covered_90": round(c.covered, 3),
            "tenths": [{"n": b.n, "predicted": round(b.predicted, 4), "true": round(b.true, 4)} for b in c.bins],
        },
    }


def _of(plant: Plant, r: Result) -> dict[str, Any]:
    own = [a for a in r.answered if a.plant == plant.id]
    hits = {"first": sum(a.rank == 1 for a in own), "second": sum(a.rank == 2 for a in own)}
    return hits | {"people": len(own), "about": plant.about, "drawn": r.counts.drawn[plant.id]}


def page(r: Result) -> str:
    """The result as plain text."""
    return "\n".join(_lines(r))


def _lines(r: Result) -> Iterator[str]:
    s, c, table = score(r), calibration(r.answered), confused(r.answered)
    yield f"Planted causes: {s.people} simulated people, {file.TOLD[r.told]}"
    yield f"  right first cause     {_percent(s.first)}   bar {_percent(FIRST_BAR)}   {_met(s.first >= FIRST_BAR)}"
    yield f"  among the first two   {_percent(s.two)}   bar {_percent(TWO_BAR)}   {_met(s.two >= TWO_BAR)}"
    yield f"  low bath potassium blamed with confidence: {_percent(s.blamed)} of {len(r.control)} who had nothing else"
    yield ""
    yield f"{'planted':<26}{'about':<13}{'people':>6}{'first':>7}{'second':>8}  taken for"
    for plant in PLANTS:
        row = _of(plant, r)
        others = [f"{k} {n}" for k, n in table.get(plant.id, Counter()).most_common() if k not in plant.levers]
        counts = f"{row['people']:>6}{row['first']:>7}{row['second']:>8}"
        yield f"{plant.label:<26}{plant.about:<13}{counts}  {', '.join(others)}"
    yield ""
    yield "Share of the risk, predicted and true, in tenths of the predicted; all causes"
    for b in c.bins:
        yield f"  {_percent(b.predicted)}  {_percent(b.true)}   {b.n}"
    covered = f"{_percent(c.covered)} of true shares in the 90% interval"
    yield f"  slope {c.slope:.2f}, mean error {_percent(c.error)}; {covered}"


def _percent(x: float) -> str:
    return f"{100 * x:5.1f}%"


def _met(so: bool) -> str:
    return "met" if so else "NOT MET"
