"""Review: the dry weight that the readings tell beside the prescribed target, and how to move the target, step by step.

    hold     the interval of the dry weight spans the target, or they are so near that nobody would move it
    up       the target is too low: a little each week, while pressure, breath and ankles stay well
    down     the target is too high: a little each session or each week, while nothing speaks against it

A plan goes at most `most` kg, then asks anew: the first kilogram tells more of the dry weight than any reckoning. Where
the interval is wide, the measurement comes before the first step.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..fit.known import Known
from ..levers import SHOULD
from ..limits import LIMITS
from ..person import DOUBT, weight_before
from ..stated import constants, param

NINE_IN_TEN = 1.645  # standard deviations on either side


def _ours(unit: str, value: float, low: float, high: float, meaning: str) -> Any:
    return param(unit, value, within=(low, high), source="SoleusChoice", status="assumed", meaning=meaning)


@constants
class Probing:
    """How far and how fast a target is moved."""

    down: float = param(
        "kg", 0.2, within=(0.1, 0.5), source="Drip2009", status="recalled",
        meaning="step down, each session; the least step of that trial",
    )  # fmt: skip
    down_far: float = param(
        "kg", 0.5, within=(0.3, 0.7), source="Drip2009", status="recalled",
        meaning="step down, each week, where the difference is large; that trial lost 0.9 kg in four weeks",
    )  # fmt: skip
    up: float = _ours("kg", 0.3, 0.2, 0.5, "step up, each week")
    up_far: float = _ours("kg", 0.5, 0.3, 0.7, "step up, each week, where the difference is large")
    far: float = _ours("kg", 1.0, 0.5, 2.0, "difference that is large")
    most: float = _ours("kg", 1.5, 1.0, 2.0, "farthest that one plan goes before the sessions are looked at anew")
    wide: float = _ours("kg", 2.0, 1.0, 3.0, "width of the interval from which something is measured first")
    systolic: float = param(
        "mmHg", 90.0, within=(85.0, 100.0), source="Flythe2015", status="seen",
        meaning="systolic pressure in a session below which no step down follows",
    )  # fmt: skip
    systolic_high: float = param(
        "mmHg", 100.0, within=(90.0, 110.0), source="Flythe2015", status="seen",
        meaning="the same in who comes with 160 or more",
    )  # fmt: skip
    high: float = param(
        "mmHg", 140.0, within=(130.0, 150.0), source="GeneralKnowledge", status="recalled",
        meaning="systolic pressure before dialysis from which somebody counts as hypertensive",
    )  # fmt: skip
    comes: float = _ours(
        "mmHg", 160.0, 150.0, 170.0, "systolic pressure before dialysis above which no step up follows"
    )
    rise: float = _ours("mmHg", 10.0, 5.0, 20.0, "rise of that pressure above which no step up follows, mean of a week")


PROBING = Probing()


class Step(NamedTuple):
    """One step of the plan."""

    when: str
    target_kg: float


class Rule(NamedTuple):
    """What ends the probing, and what is done then."""

    id: str
    sign: str
    do: str


class Measure(NamedTuple):
    """A measurement, and what it would settle."""

    what: str
    why: str


class Review(NamedTuple):
    """The target beside the dry weight, and what to do about it."""

    verdict: str  # "up", "down", "hold" or "unknown"
    said: str  # in a sentence or two
    target_kg: float | None
    dry_kg: tuple[float, float, float] | None  # mean, 5th and 95th percentile; None without readings
    apart_kg: float | None  # dry weight less target
    steps: tuple[Step, ...]
    stops: tuple[Rule, ...]
    watch: tuple[str, ...]  # at every step
    first: tuple[Measure, ...]  # before the first step, or instead of one
    then: str  # after the last step
    evidence: str
    caveats: tuple[str, ...]
    who_decides: str
    sources: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values; keys are described in docs/use/fit.md."""
        dry = None if self.dry_kg is None else dict(zip(("mean", "low", "high"), _round(self.dry_kg), strict=True))
        return {
            **self._asdict(), "dry_kg": dry, "apart_kg": None if self.apart_kg is None else round(self.apart_kg, 2),
            "steps": [step._asdict() for step in self.steps], "stops": [rule._asdict() for rule in self.stops],
            "first": [m._asdict() for m in self.first], "watch": list(self.watch), "caveats": list(self.caveats),
            "sources": list(self.sources),
        }  # fmt: skip


WHO = (
    "The nephrologist decides, with the patient; the nurse at the chair may stop a step at any time. Changed is the "
    "prescribed target, nothing else at the same time: no tablet, no bath."
)
BACK = "one step back, for a week"
DOWN: tuple[Rule, ...] = (
    Rule("cramp", "a cramp in the last hour of a session or in the night after it", BACK),
    Rule("pressure", "", f"stop ultrafiltration, first aid; {BACK}; then steps half as large"),
    Rule("dizzy", "dizziness, fainting, yawning and paleness, or hoarseness after a session", BACK),
    Rule("saline", "saline was needed to finish a session", BACK),
    Rule("rate", "", "a longer or an extra session first, not a faster one"),
    Rule("urine", "urine that was there becomes less", "ask the nephrologist before the next step"),
)
UP: tuple[Rule, ...] = (
    Rule("pressure", "", "one step back, and look for salt and fluid before the pressure tablets"),
    Rule(
        "breath",
        "short of breath, worse lying down, or a new cough at night",
        "call the doctor the same day; one step back at the next session",
    ),
    Rule("edema", "swelling of ankles, face or hands, or crackles or B-lines over the lungs", "one step back"),
    Rule("gain", "", "settle salt and fluid first: a higher target does not mend a gain"),
)
NOT_WATER = (
    "Weight that came or went as flesh moves the dry weight too: ask about appetite, illness and stays in hospital."
)


def review(known: Known, best: str | None = None) -> Review:
    """The target beside the dry weight of a fit, and a plan where they are surely apart.

    Args:
        known: what a fit learned.
        best: the measurement that would tell most, where it was asked for (`fit.worth`).
    """
    dry, target = known.dry_weight, known.case.patient.target_weight_kg
    first = tuple(_measures(known, best))
    if not read_at_all(known):
        said = "No readings, so nothing is known of the dry weight beyond the chart: no reason to move the target."
        return _still("unknown", said, target, None, first)
    told = (dry.mean, dry.low, dry.high)
    if target is None:
        said = (
            f"No target weight is in the file. By the readings the dry weight is {dry.mean:.1f} kg ({dry.low:.1f} to "
            f"{dry.high:.1f}): where to begin is for the nephrologist to say."
        )
        return _still("unknown", said, target, told, first)
    apart = dry.mean - target
    if dry.low <= target <= dry.high:
        said = f"No reason to move the target: {target:.1f} kg lies within {dry.low:.1f} to {dry.high:.1f} kg."
        return _still("hold", said, target, told, first)
    if abs(apart) < SHOULD.target_told:
        said = f"No reason to move the target: {abs(apart):.1f} kg is less than anybody would move it for."
        return _still("hold", said, target, told, first)
    if (other := _contradicted(known, apart)) is not None:
        return _still("hold", other, target, told, first)
    return _moved(known, target, told, first)


def read_at_all(known: Known) -> bool:
    """Whether any reading stands behind the dry weight."""
    return bool(len(known.learned.observed.values)) or known.before is not None


def bioimpedance(known: Known) -> float | None:
    """The dry weight by bioimpedance, kg; None where it was not done."""
    who = known.case.patient
    if who.dry_weight_kg is not None:
        return who.dry_weight_kg
    if who.overhydration_l is None:
        return None
    return weight_before(known.case, known.session) - who.overhydration_l


def _still(verdict: str, said: str, target: float | None, dry: Any, first: tuple[Measure, ...]) -> Review:
    """A review without a plan."""
    apart = None if dry is None or target is None else dry[0] - target
    return Review(
        verdict, said, target, dry, apart, (), (), (), first, "", "C", (NOT_WATER,), WHO, ("Keane2018",),
    )  # fmt: skip


def _moved(known: Known, target: float, dry: tuple[float, float, float], first: tuple[Measure, ...]) -> Review:
    """A review with a plan."""
    mean, low, high = dry
    apart = mean - target
    up = apart > 0
    wide = high - low > PROBING.wide or known.dry_weight.at_limit
    size, often = _pace(apart)
    steps = _steps(target, apart, size, often)
    said = (
        f"The target is very likely too {'low' if up else 'high'}: {target:.1f} kg, and the dry weight {mean:.1f} "
        f"({low:.1f} to {high:.1f}). {'Raise' if up else 'Lower'} it by {size:.1f} kg {often}, to "
        f"{steps[-1].target_kg:.1f} kg at first."
    )
    if wide:
        said += " How far it should go is not told well: measure before the first step."
    left = abs(apart) - abs(steps[-1].target_kg - target)
    more = f" {left:.1f} kg would be left to go." if left >= SHOULD.target_told else ""
    then = f"After the last step fit anew with its sessions (soleus fit --update), and review.{more}"
    return Review(
        verdict="up" if up else "down",
        said=said,
        target_kg=target,
        dry_kg=dry,
        apart_kg=apart,
        steps=steps,
        stops=tuple(_rules(known, up)),
        watch=_watch(up),
        first=first if wide else (),
        then=then,
        evidence="C" if up else "A" if _hypertensive(known) else "C",
        caveats=_caveats(known, up),
        who_decides=WHO,
        sources=("Keane2018", "SoleusChoice") if up else ("Drip2009", "DryWeightRegulated2017", "Flythe2015"),
    )


def _pace(apart: float) -> tuple[float, str]:
    """How large a step, and how often, by how far there is to go."""
    far = abs(apart) > PROBING.far
    if apart > 0:
        return (PROBING.up_far if far else PROBING.up), "each week"
    return (PROBING.down_far, "each week") if far else (PROBING.down, "each session")


def _steps(target: float, apart: float, size: float, often: str) -> tuple[Step, ...]:
    """The targets, one after the other; never past the dry weight, nor farther than one plan goes."""
    way = min(abs(apart), PROBING.most)
    count = max(1, int(way / size + 1e-9))
    unit = often.removeprefix("each ")
    sign = np.sign(apart)
    return tuple(
        Step("from the next session" if i == 0 else f"after {i} {unit}{'s' if i > 1 else ''}",
             round(target + float(sign) * size * (i + 1), 1))
        for i in range(count)
    )  # fmt: skip


def _rules(known: Known, up: bool) -> list[Rule]:
    """The stopping rules, numbers filled in."""
    p, who = PROBING, known.case.patient
    target = who.target_weight_kg or known.dry_weight.mean
    high = f"pressure before dialysis {p.rise:.0f} mmHg higher than before, mean of a week, or {p.comes:.0f} and more"
    low = (
        f"systolic pressure below {p.systolic:.0f} mmHg ({p.systolic_high:.0f} in who comes with {p.comes:.0f}), or a "
        "fall of 20 with a complaint"
    )
    signs = {
        "pressure": high if up else low,
        "rate": f"ultrafiltration above {LIMITS.ufr:.0f} mL/kg/h",
        "gain": f"more than {LIMITS.gain * target:.1f} kg gained between sessions",
    }
    passes = bool(who.residual_urine_ml_day)
    rules = [rule for rule in (UP if up else DOWN) if passes or rule.id != "urine"]
    return [rule._replace(sign=rule.sign or signs[rule.id]) for rule in rules]


def _watch(up: bool) -> tuple[str, ...]:
    """What is looked at with each step."""
    weight = "the weight after each session beside the target of that day"
    if up:
        return (
            weight,
            "pressure before dialysis and at home, breath, ankles and lungs, at each session of the week",
            "cramps: fewer is what the step is for",
        )
    return (
        weight,
        "the cuff every half hour in the last half of the session, and once standing after it",
        "cramps, dizziness and how the evening was",
        "pressure at home: pressure tablets may have to be fewer",
    )


def _measures(known: Known, best: str | None) -> list[Measure]:
    """What would tell, that not yet done first."""
    kinds = set(known.learned.observed.kinds.tolist())
    found = []
    if best:
        found.append(Measure(best, "would narrow the answer most, by simulation of this person's next session"))
    if bioimpedance(known) is None:
        found.append(Measure("bioimpedance before a session", "tells the excess of fluid, give or take "
                             f"{DOUBT.bioimpedance:.0f} kg"))  # fmt: skip
    found.append(Measure("lung ultrasound before a session", "B-lines show fluid on the lungs that nobody hears"))
    if "rbv" not in kinds:
        found.append(Measure("a blood volume trace", "how fast the vessels refill; a flat one alone does not prove "
                             "overload"))  # fmt: skip
    return [m for i, m in enumerate(found) if not any(_alike(m, earlier) for earlier in found[:i])]


def _alike(one: Measure, other: Measure) -> bool:
    return any(word in one.what.lower() and word in other.what.lower() for word in ("bioimpedance", "blood volume"))


def _contradicted(known: Known, apart: float) -> str | None:
    """A sentence where bioimpedance lies on the other side of the target than the readings."""
    measured, target = bioimpedance(known), known.case.patient.target_weight_kg
    if measured is None or target is None or (measured - target) * apart >= 0:
        return None
    if abs(measured - target) < DOUBT.bioimpedance:
        return None
    way = "low" if apart > 0 else "high"
    return (
        f"The readings say that the target is too {way}, bioimpedance ({measured:.1f} kg) the opposite. No reason to "
        "move it before it is measured again."
    )


def _hypertensive(known: Known) -> bool:
    """Whether this person comes with the pressure of those in whom lowering was tried."""
    first = [s.believed[0].systolic_mmhg for s in known.case.sessions if s.believed]
    return bool(first) and float(np.mean(first)) >= PROBING.high


def _caveats(known: Known, up: bool) -> tuple[str, ...]:
    """What the evidence does not say."""
    if up:
        return (
            "No trial raised targets to see whether cramps become fewer; at least half of 47 people ended dialysis "
            "depleted by bioimpedance, which is where the idea rests.",
            "A target that is too high is felt late: heart and lungs pay before the patient complains.",
            NOT_WATER,
        )
    told = "who come with high pressures, as this person" if _hypertensive(known) else "whose pressure is high"
    return (
        f"The trial of probing (0.9 kg less in four weeks, systolic pressure 6.9 mmHg less at home) took people "
        f"{told}. Signs of low pressure in sessions became more; quality of life did not become worse.",
        "When it was done fast, by bioimpedance, a third of usual sessions had complications.",
        NOT_WATER,
    )


def _round(values: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(value, 2) for value in values)
