"""Falls of urea: two panels around a dialysis of which nothing else is known; the first predicts the second.

Told are the first panel, how far urea fell, the hours between and, where charted, the body weight. Each of the people
drawn (`acute`) is dialyzed as much as makes urea fall as it did. No organ is bent to the second panels. Beside the twin
stand two naive answers: no change, and the median ratio after / before of all other persons; and, since that ratio has
seen the other persons' second panels, the twin once more with the same advantage: times the median ratio
measured / predicted of all other persons.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import schedule, session, solve
from ..body import body
from ..parameter import param, record
from .acute import Drawn, Fall, begins, draw, error, evenly, orders

PEOPLE = 32  # for each fall
ROUNDS = 5  # of the search for the dose
LEAST, MOST = 0.1, 6.0  # of the usual dose
CLOSE = 0.05  # by which ln(urea after / before) may differ from the measured one
CLEARLY = 0.98  # of a naive answer's error; what is nearer to it is a tie
DIALYZED = 0.177  # mmol/L (2 mg/dL); people with less creatinine seldom need dialysis [GeneralKnowledge]
UNITS = {
    "sodium": "mmol/L", "potassium": "mmol/L", "chloride": "mmol/L", "bicarbonate": "mmol/L", "anion_gap": "mmol/L",
    "calcium": "mmol/L", "magnesium": "mmol/L", "phosphate": "mmol/L", "creatinine": "mmol/L", "glucose": "mmol/L",
    "hemoglobin": "g/L",
}  # fmt: skip


WHY = {  # what stands in the twin's way, where it is not nearer than both naive answers
    "sodium": "infusions and what was drunk are not told, nor the bath",
    "potassium": "the bath is not told, and the twin's cells give back nine tenths of the fall within 6 h, people about"
    " seven; the ratio has seen how far potassium stays down in the others",
    "chloride": "it is what sodium, bicarbonate and the unmeasured anions leave, and inherits the errors of all three",
    "bicarbonate": "the bath is not told, nor the acids of an acute illness",
    "anion_gap": "the twin loses too few unmeasured anions to the bath, and its thicker protein carries more charge",
    "calcium": "the change is not larger than the error of the laboratory",
    "magnesium": "the bath is not told",
    "phosphate": "what is mobilized, eaten and bound is not told",
    "creatinine": "the dose follows from urea, and so inherits the error of its generation",
    "glucose": "food, glucose given and insulin are not told, and dialysis hardly matters by the next morning",
    "hemoglobin": "blood given and lost is not told",
}


def _daily(value: float, meaning: str) -> Any:
    """How far a value moves from day to day in one healthy person, relative."""
    return param(
        "1", value, within=(value / 3, value * 3), source="GeneralKnowledge", meaning=meaning, status="recalled"
    )


@record
class Wander:
    """What moves from day to day without dialysis; standard deviations, relative."""

    sodium: Any = _daily(0.006, "sodium from day to day")
    potassium: Any = _daily(0.046, "potassium from day to day")
    chloride: Any = _daily(0.012, "chloride from day to day")
    bicarbonate: Any = _daily(0.04, "bicarbonate from day to day")
    calcium: Any = _daily(0.02, "total calcium from day to day")
    magnesium: Any = _daily(0.036, "total magnesium from day to day")
    phosphate: Any = _daily(0.08, "phosphate from day to day")
    creatinine: Any = _daily(0.05, "creatinine from day to day")
    glucose: Any = _daily(0.06, "glucose from day to day")
    hemoglobin: Any = _daily(0.028, "hemoglobin from day to day")
    ill: Any = param(
        "1", 2.0, within=(1.0, 4.0), source="SoleusChoice", status="assumed",
        meaning="how many times that in people ill enough to be in hospital: infusions, blood, drugs, bleeding",
    )  # fmt: skip


WANDER = Wander()


class Prediction(NamedTuple):
    """What the second panels could be, [fall, person]; nan in people in whom no dose makes urea fall as it did."""

    values: Mapping[str, np.ndarray]  # of the body
    measured: Mapping[str, np.ndarray]  # as a laboratory would report them, on a day on the ward
    fell: np.ndarray  # ln(urea after / before), simulated
    wanted: np.ndarray  # the same, measured


class Row(NamedTuple):
    """Median absolute errors of one test."""

    test: str
    unit: str
    n: int
    twin: float
    learned: float  # the twin, corrected by the other persons
    no_change: float
    median_ratio: float  # of the other persons
    inside: float  # share within the 80 % interval of the twin

    def beaten(self, answer: float) -> bool:
        """Whether an answer is nearer than both naive ones, and not by a hair."""
        return answer < CLEARLY * min(self.no_change, self.median_ratio)


class Score(NamedTuple):
    """All rows; the same without the persons who may not have been dialyzed; and what could not be run."""

    rows: tuple[Row, ...]
    dialyzed: tuple[Row, ...]
    falls: int
    doubtful: tuple[str, ...]
    not_run: tuple[str, ...]


def predict(falls: Sequence[Fall], people: int = PEOPLE, seed: int = 1) -> Prediction:
    """The second panel of every fall, from its first and from how far urea fell.

    Raises:
        NotConverged: if a patient leaves the numbers.
    """
    rng = np.random.default_rng(seed)
    drawn = draw(falls, people, rng)
    wanted = np.log([f.after["urea"] / f.before["urea"] for f in falls])[drawn.fall]
    first = panel(drawn.patient, drawn.start)
    wait = schedule.between(drawn.patient, drawn.start, float(drawn.hours.max()), course=True)
    tried: list[tuple[np.ndarray, np.ndarray]] = []
    for _ in range(ROUNDS):
        dose = _closer(tried, wanted)
        last = panel(drawn.patient, second(drawn, wait, np.exp(dose)))
        tried.append((dose, np.log(last["urea"] / first["urea"])))
    fell = tried[-1][1]
    last["hemoglobin"] = drawn.told["hemoglobin"] * last["hemoglobin"] / first["hemoglobin"]
    reached = np.abs(fell - wanted) < CLOSE
    values = {name: np.where(reached, last[name], np.nan) for name in UNITS if name != "anion_gap"}
    shape = len(falls), people
    measured = {name: _measured(name, value, shape, rng) for name, value in values.items()}
    for each in (values, measured):
        each["anion_gap"] = each["sodium"] + each["potassium"] - each["chloride"] - each["bicarbonate"]
        each |= {name: value.reshape(shape) for name, value in each.items()}
    return Prediction(values, measured, fell.reshape(shape), wanted.reshape(shape))


def _measured(name: str, value: np.ndarray, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """With what moves from day to day, and the error of the laboratory."""
    wander = getattr(WANDER, name) * WANDER.ill * evenly(*shape, rng)
    return value * (1 + wander) + error(name, value, evenly(*shape, rng))


def _closer(tried: Sequence[tuple[np.ndarray, np.ndarray]], wanted: np.ndarray) -> np.ndarray:
    """ln of the dose to try next: the secant through the last two, steps and dose within bounds."""
    if not tried:
        return np.log(np.clip(-1.4 * wanted, LEAST, MOST))  # the usual session halves urea by the next morning
    dose, fell = tried[-1]
    slope = fell  # as if the fall were in proportion to the dose
    if len(tried) > 1:
        moved = dose - tried[-2][0]
        still = np.abs(moved) < 1e-6
        slope = np.where(still, fell, (fell - tried[-2][1]) / np.where(still, 1.0, moved))
    slope = np.minimum(slope, 0.2 * wanted)
    return np.clip(dose + np.clip((wanted - fell) / slope, -1.0, 1.0), np.log(LEAST), np.log(MOST))


def second(drawn: Drawn, wait: session.Course, dose: np.ndarray) -> body.State:
    """The body at the second panel: hours on the ward (`wait`), a session of this dose, hours on the ward."""
    treatments = orders(drawn, dose)
    time = np.array([order.time for order in treatments])
    begin = begins(drawn, time)
    now = session.simulate(drawn.patient, _at(wait, begin), treatments, course=False).end.body
    rest = np.maximum(drawn.hours - begin - time.max() / 60, 0.0)
    return _at(schedule.between(drawn.patient, now, float(rest.max()), course=True), rest)


def _at(course: session.Course, hours: np.ndarray) -> body.State:
    """Everybody, each after so many hours, to the step of the grid."""
    nearest = np.abs(course.minutes[:, None] - 60 * hours).argmin(0)
    return solve.unstack(course.states[nearest, :, np.arange(len(hours))].T, session.SHAPE).body


def panel(patient: body.Patient, now: body.State) -> dict[str, np.ndarray]:
    """What a laboratory finds; hemoglobin stands for itself as the hematocrit."""
    seen = body.look(now, patient, body.rest(patient))
    return {
        "sodium": seen.sodium.Na_p,
        "potassium": seen.potassium.K_p,
        "chloride": seen.chloride,
        "bicarbonate": seen.acid_base.TCO2,
        "calcium": seen.calcium.tCa,
        "magnesium": seen.magnesium.tMg,
        "phosphate": seen.phosphate.c_p,
        "urea": seen.protein.f * seen.urea_e,
        "creatinine": seen.creatinine.c_p,
        "glucose": seen.glucose.g,
        "hemoglobin": seen.blood.hct,
    }


def score(falls: Sequence[Fall], found: Prediction) -> Score:
    """How far off the twin is, beside the naive answers; nothing is left out without a word."""
    run = ~np.isnan(found.values["sodium"]).all(axis=1)
    not_run = [
        f"{falls[i].who}: no session of this {falls[i].hours:.0f} h makes urea fall from"
        f" {falls[i].before['urea']:.1f} to {falls[i].after['urea']:.1f} mmol/L"
        for i in _where(~run)
    ]
    unsure = np.array([f.before.get("creatinine", np.inf) < DIALYZED for f in falls])
    doubtful = [
        f"{falls[i].who}: creatinine {1000 * falls[i].before['creatinine']:.0f} umol/L before; perhaps no dialysis"
        for i in _where(unsure)
    ]

    def rows(which: np.ndarray) -> tuple[Row, ...]:
        made = (_row(name, falls, found, _where(which)) for name in UNITS)
        return tuple(row for row in made if row is not None)

    return Score(rows(run), rows(run & ~unsure), len(falls), tuple(doubtful), tuple(not_run))


def _where(mask: np.ndarray) -> list[int]:
    return [int(i) for i in np.flatnonzero(mask)]


def _row(name: str, falls: Sequence[Fall], found: Prediction, which: Sequence[int]) -> Row | None:
    both = [i for i in which if name in falls[i].before and name in falls[i].after]
    if not both:
        return None
    before, after = (np.array([getattr(falls[i], when)[name] for i in both]) for when in ("before", "after"))
    who = np.array([falls[i].who for i in both])
    twin = np.nanmedian(found.values[name][both], axis=1)
    low, high = np.nanquantile(found.measured[name][both], (0.1, 0.9), axis=1)

    def off(answer: np.ndarray) -> float:
        return float(np.median(np.abs(answer - after)))

    return Row(
        test=name,
        unit=UNITS[name],
        n=len(both),
        twin=off(twin),
        learned=off(twin * _others(after / twin, who)),
        no_change=off(before),
        median_ratio=off(before * _others(after / before, who)),
        inside=float(np.mean((low <= after) & (after <= high))),
    )


def _others(ratio: np.ndarray, who: np.ndarray) -> np.ndarray:
    """The median ratio of all other persons; 1 where there is nobody else."""
    return np.array([np.median(ratio[who != each]) if (who != each).any() else 1.0 for each in who])


def run(falls: Sequence[Fall], people: int = PEOPLE, seed: int = 1) -> Score:
    """Predict and score."""
    return score(falls, predict(falls, people, seed))


def as_json(found: Score) -> dict[str, Any]:
    """The score in plain values, as `soleus validate --records --json` prints it."""

    def plain(row: Row) -> dict[str, Any]:
        numbers = {name: float(f"{getattr(row, name):.4g}") for name in Row._fields[3:]}
        beats = {"twin_beats_both": row.beaten(row.twin), "learned_beats_both": row.beaten(row.learned)}
        return {"test": row.test, "unit": row.unit, "n": row.n} | numbers | beats

    return {
        "schema_version": 1,
        "falls": found.falls,
        "rows": [plain(row) for row in found.rows],
        "dialyzed": [plain(row) for row in found.dialyzed],
        "doubtful": list(found.doubtful),
        "not_run": list(found.not_run),
    }


def page(found: Score) -> str:
    """The score as a table: median absolute errors, * where nearer than both naive answers."""
    head = f"{'':12s}{'unit':8s}{'n':>4s}{'twin':>10s}{'learned':>10s}{'no change':>11s}{'ratio':>9s}{'inside':>8s}"
    lines = [f"{found.falls} falls of urea: median absolute error of the second panel", head, *map(_line, found.rows)]
    if found.doubtful:
        lines += ["", "Without those who may not have been dialyzed:", head, *map(_line, found.dialyzed)]
        lines += ["", *(f"Doubtful: {line}" for line in found.doubtful)]
    lines += [f"Not run: {line}" for line in found.not_run]
    lines += [
        "",
        "twin: told the first panel and the fall of urea.",
        "learned: the same times the median of measured / predicted in the other persons.",
        "no change, ratio: naive answers; the ratio is the median of after / before in the other persons.",
        "inside: share of the values inside the twin's 80 % interval.  * nearer than both naive answers.",
    ]
    lost = [row.test for row in found.rows if not row.beaten(row.twin)]
    lines += ["", *(f"Not nearest, {test.replace('_', ' ')}: {WHY[test]}" for test in lost)]
    return "\n".join(lines)


def _line(row: Row) -> str:
    twin, learned = (f"{x:.3g}{'*' if row.beaten(x) else ' '}" for x in (row.twin, row.learned))
    rest = f"{row.no_change:>10.3g} {row.median_ratio:>8.3g} {row.inside:>7.0%}"
    return f"{row.test.replace('_', ' '):12s}{row.unit:8s}{row.n:4d}{twin:>10s}{learned:>10s} {rest}"
