"""People: simulated people whose cramp or pressure fall has one dominant cause, known because it was put there.

person     everything drawn; what the population holds fixed goes part of the way to the ends of its range
treated    every bath, flow and temperature delivered is a little off what was ordered
planted    one thing is made wrong, no more than it takes: without it alone, LEAST_REMOVED of the chance is gone
asks       only who has the complaint within SESSIONS such sessions comes with a question
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from .. import cohort, drugs, measures, schedule, session, symptoms
from ..body import body
from ..body.body import Patient
from ..machine.dialysate import Dialysate
from ..machine.dialyzer import Dialyzer
from ..machine.profiles import linear, steps
from ..parameter import parameters, put
from ..person import NOMINAL_WATER
from ..prescription import Prescription

GAP = 44.0  # h
MIMETIC = "hormones.mimetic"
DRUG_SD = 0.4 / 0.6  # of what a drug does, over what is held of it [BcrCramps]
STRENGTHS = (0.3, 0.65, 1.0)  # tried in turn
SESSIONS = 12  # a month, in which the complaint must come at least once
LEAST_REMOVED = 0.30  # of the chance, gone when the planted thing alone is as it was before
BEYOND = 0.25  # of the way to the end of its range: how far what the population holds fixed is off, as one SD
DISTURBED = ("fluid", "capillary", "circulation", "heat", "muscle", "gut", "acid_base", "calcium", "magnesium",
             "phosphate", "nerve")  # fmt: skip
DOUBTED = ("assumed", "tuned", "recalled")


@dataclass(frozen=True, kw_only=True)
class Life:
    """Who somebody is and how they are treated, before a body is drawn for them; `order` is what was prescribed."""

    sex: str
    age_y: float
    height_cm: float
    dry: float  # kg
    diabetes: bool
    gain: float  # kg
    target: float  # kg above the dry weight
    order: Prescription
    labs: dict[str, float] = field(default_factory=dict)  # places of a schedule.Chart
    drug: str = ""

    def bathed(self, **values: Any) -> Life:
        """With another bath."""
        return replace(self, order=replace(self.order, dialysate=replace(self.order.dialysate, **values)))


class Plant(NamedTuple):
    """A cause that can be planted, by how much it is wrong from 0 to 1, and the levers that name it."""

    id: str
    label: str
    levers: tuple[str, ...]
    about: str  # the symptom it brings
    plant: Callable[[Life, float], Life]


def _gain(x: Life, s: float) -> Life:
    return replace(x, gain=(0.042 + 0.028 * s) * x.dry)


def _short(x: Life, s: float) -> Life:
    return replace(x, order=replace(x.order, time=15.0 * round((210 - 105 * s) / 15)))


def _low_target(x: Life, s: float) -> Life:
    return replace(x, target=-(0.012 + 0.038 * s) * x.dry)


def _low_sodium(x: Life, s: float) -> Life:
    return x.bathed(Na=round(135 - 8 * s))


def _falling_sodium(x: Life, s: float) -> Life:
    return replace(x, order=replace(x.order, sodium_profile=linear(142 - 2 * s, 132 - 8 * s)))


def _low_magnesium(x: Life, s: float) -> Life:
    return x.bathed(Mg=round(0.375 * (1 - s), 3))


def _low_calcium(x: Life, s: float) -> Life:
    labs = x.labs | {"ionized_calcium": x.labs["ionized_calcium"] - 0.08 * s}
    return replace(x.bathed(Ca=1.25 - 0.625 * s), labs=labs)


def _citrate(x: Life, s: float) -> Life:
    return x.bathed(Ca=1.25, HCO3=30.0, acetate=0.3, citrate=0.8 + 1.6 * s)


def _mimetic(x: Life, s: float) -> Life:
    labs = x.labs | {"ionized_calcium": 1.02 - 0.14 * s}
    return replace(x.bathed(Ca=1.25), labs=labs, drug="cinacalcet")


def _low_store(x: Life, s: float) -> Life:
    labs = x.labs | {"ionized_calcium": 1.02 - 0.14 * s}
    return replace(x.bathed(Ca=1.25), labs=labs)


def _magnesium_store(x: Life, s: float) -> Life:
    labs = x.labs | {"magnesium": 0.66 - 0.16 * s}
    return replace(x.bathed(Mg=0.6), labs=labs)


def _drug(x: Life, s: float) -> Life:
    return replace(x, drug="salmeterol" if s > STRENGTHS[0] else "salbutamol")


def _low_dose(x: Life, s: float) -> Life:
    labs = x.labs | {"urea": x.labs["urea"] * (1.2 + 0.3 * s), "creatinine": x.labs["creatinine"] * 1.3}
    order = replace(x.order, Q_b=0.22, time=15.0 * round((210 - 60 * s) / 15))
    return replace(x, order=order, labs=labs)


def _alkaline(x: Life, s: float) -> Life:
    labs = x.labs | {"bicarbonate": 24.0 + 4.0 * s}
    return replace(x.bathed(HCO3=round(36 + 4 * s)), labs=labs)


def _low_potassium(x: Life, s: float) -> Life:
    return x.bathed(K=1.5 - 0.5 * s)


def _warm(x: Life, s: float) -> Life:
    return x.bathed(temperature=37.0 + 1.5 * s)


def _uneven(x: Life, s: float) -> Life:
    shape = steps([1.0 + s, 1.0 - s]) if x.age_y > 62 else linear(1.0 - 0.9 * s, 1.0 + 0.9 * s)
    return replace(x, order=replace(x.order, uf_profile=shape))


PLANTS = (  # those hardest to plant first, so that the others make up for them
    Plant("short_session", "Short session", ("session_length",), "hypotension", _short),
    Plant("low_dose", "Small dose for months", ("weekly_dose", "dose"), "cramp", _low_dose),
    Plant("magnesium_store", "Low magnesium store", ("magnesium_store",), "cramp", _magnesium_store),
    Plant("calcimimetic", "Too much calcimimetic", ("calcimimetic",), "cramp", _mimetic),
    Plant("low_store", "Too little active vitamin D", ("active_vitamin_d",), "cramp", _low_store),
    Plant("drug", "Beta-2 agonist", ("drug_long_acting_beta_2_agonist", "drug_short_acting_beta_2_agonist"), "cramp",
          _drug),
    Plant("citrate", "Citrate bath", ("dialysate_citrate", "dialysate_calcium"), "cramp", _citrate),
    Plant("uneven", "Uneven fluid removal", ("uf_profile",), "cramp", _uneven),
    Plant("large_gain", "Much fluid gained", ("fluid_gain",), "cramp", _gain),
    Plant("low_calcium", "Low bath calcium", ("dialysate_calcium",), "cramp", _low_calcium),
    Plant("alkaline", "Strong bicarbonate bath", ("dialysate_bicarbonate",), "cramp", _alkaline),
    Plant("low_target", "Target below dry weight", ("target_weight",), "cramp", _low_target),
    Plant("low_sodium", "Low bath sodium", ("dialysate_sodium",), "cramp", _low_sodium),
    Plant("falling_sodium", "Falling bath sodium", ("dialysate_sodium",), "cramp", _falling_sodium),
    Plant("low_magnesium", "Low bath magnesium", ("dialysate_magnesium",), "cramp", _low_magnesium),
    Plant("warm", "Warm bath", ("temperature",), "hypotension", _warm),
)  # fmt: skip
CONTROL = Plant("low_potassium", "Low bath potassium (no cause)", ("dialysate_potassium",), "cramp", _low_potassium)


def life(rng: np.random.Generator) -> Life:
    """Somebody treated about right."""
    z = np.clip(rng.standard_normal(16), -2, 2)
    sex = "F" if rng.random() < 0.42 else "M"
    height = (162 if sex == "F" else 175) + 7 * z[0]
    dry = float(np.clip((25 + 4 * z[1]) * (height / 100) ** 2, 45, 115))
    bath = Dialysate(
        Na=float(rng.choice([137, 138, 139])),
        K=float(rng.choice([2, 2, 3])),
        Ca=float(rng.choice([1.25, 1.5, 1.5])),
        Mg=0.5,
        HCO3=float(rng.choice([32, 33, 34])),
        temperature=float(rng.choice([36.0, 36.0, 36.5])),
    )
    order = Prescription(
        time=float(rng.choice([240, 240, 255, 270])),
        Q_b=float(rng.choice([0.28, 0.30, 0.32, 0.35])),
        dialysate=bath,
        dialyzer=Dialyzer(KoA_urea=float(rng.choice([0.9, 1.0, 1.1, 1.2]))),
        reason="as the unit does it",
    )
    labs = {
        "sodium": 138 + 2 * z[2],
        "potassium": 5.0 + 0.6 * z[3],
        "bicarbonate": 22.5 + 1.7 * z[4],
        "ionized_calcium": 1.16 + 0.05 * z[5],
        "magnesium": 0.95 * np.exp(0.10 * z[6]),
        "phosphate": 1.7 * np.exp(0.2 * z[7]),
        "urea": 21 * np.exp(0.2 * z[8]),
        "creatinine": 0.75 * np.exp(0.2 * z[9]),
        "haematocrit": 0.335 + 0.03 * z[10],
        "protein": 68 + 5 * z[11],
    }
    return Life(
        sex=sex, age_y=round(62 + 13 * z[12]), height_cm=round(height), dry=dry, diabetes=bool(rng.random() < 0.35),
        gain=(0.028 + 0.006 * z[13]) * dry, target=0.4 * z[14], order=order,
        labs={name: float(value) for name, value in labs.items()},
    )  # fmt: skip


def traits(lives: Sequence[Life], rng: np.random.Generator) -> tuple[symptoms.Cramp, symptoms.Hypotension]:
    """The weights of each, and how prone to cramps what is known of them makes them."""
    n = len(lives)
    cramp = symptoms.draw_weights(symptoms.Cramp, n, rng)
    told = [symptoms.About(age_y=x.age_y, female=x.sex == "F", diabetes=x.diabetes) for x in lives]
    lean = np.array([float(symptoms.leaning(one, 1, rng)[0]) for one in told])
    strong = np.clip(1 + DRUG_SD * rng.standard_normal(n), 0.0, 2.0)
    return replace(cramp, u=cramp.u + lean, drugs=strong), symptoms.draw_weights(symptoms.Hypotension, n, rng)


class Lived(NamedTuple):
    """People through their session; leaves and arrays [..., patient]."""

    lives: list[Life]
    orders: list[Prescription]  # as delivered
    patient: Patient
    start: body.State
    post_weight: np.ndarray  # kg, after the session before
    course: session.Course
    cramp: symptoms.Cramp  # their true weights
    hypotension: symptoms.Hypotension
    risks: dict[str, symptoms.Risk]


def bodies(lives: Sequence[Life], rng: np.random.Generator) -> Patient:
    """A body for each, drawn beyond what any twin is drawn from."""
    n, dry = len(lives), np.array([x.dry for x in lives])
    p = cohort.draw(n, int(rng.integers(2**31)), dry)
    watson = np.array([measures.watson_water_l(x.sex, x.age_y, x.height_cm, x.dry) for x in lives])
    water = watson / (NOMINAL_WATER * cohort.size_of(dry)) * (1 + 0.05 * np.clip(rng.standard_normal(n), -2, 2))
    changes: dict[str, Any] = {f"fluid.{v}": getattr(p.fluid, v) * water for v in ("V_pl", "V_is", "V_ic")}
    weaker = np.where([x.diabetes for x in lives], rng.uniform(0.6, 1.0, n), 1.0)
    changes["circulation.A"] = np.clip(p.circulation.A * weaker, 0.1, 1.3)
    for name, value, meta in parameters(Patient):
        fixed = name not in cohort.VARYING and name.split(".")[0] in DISTURBED and meta.status in DOUBTED
        way = np.clip(BEYOND * rng.standard_normal(n), -1, 1)
        if fixed and value:
            low, high = meta.within
            changes[name] = value + np.where(way > 0, high - value, value - low) * way
    return put(p, changes)


def delivered(order: Prescription, rng: np.random.Generator) -> Callable[[Prescription], Prescription]:
    """What one machine makes of its orders, always in the same way."""
    off = np.clip(rng.standard_normal(9), -2, 2)

    def machine(p: Prescription) -> Prescription:
        b = p.dialysate
        bath = replace(
            b, K=b.K * (1 + 0.02 * off[0]), Ca=b.Ca * (1 + 0.02 * off[1]), Mg=b.Mg * (1 + 0.03 * off[2]),
            HCO3=b.HCO3 * (1 + 0.02 * off[3]), temperature=b.temperature + 0.15 * off[4],
        )  # fmt: skip
        filter = replace(p.dialyzer, KoA_urea=p.dialyzer.KoA_urea * (1 + 0.08 * off[5]))
        flow = p.Q_b * (0.97 + 0.03 * off[6])
        return replace(p, dialysate=bath, dialyzer=filter, Q_b=flow, sodium_offset=1.5 + 1.2 * off[7])

    return machine


def lived(lives: Sequence[Life], patient: Patient, machines: Sequence[Any], weights: tuple[Any, Any]) -> Lived:
    """Live their usual weeks as planted, and the session."""
    post = np.array([x.dry + x.target for x in lives])
    gain = np.array([x.gain for x in lives])
    orders = [make(replace(x.order, uf=x.gain)) for x, make in zip(lives, machines, strict=True)]
    labs = {name: np.array([x.labs[name] for x in lives]) for name in lives[0].labs}
    chart = schedule.Chart(pre_weight=post + gain, **labs)
    mimetic = np.array([sum(e.at(1.0) for e in _effects(x) if e.parameter == MIMETIC) for x in lives])
    arrival = schedule.arrive(put(patient, {MIMETIC: mimetic}), orders, GAP, post, chart)
    course = session.simulate(arrival.patient, arrival.start, orders)
    burden = np.array([_entry(x).log_rate if x.drug else 0.0 for x in lives])
    risks = _risks(arrival.patient, course, orders, post, burden, *weights)
    return Lived(list(lives), orders, arrival.patient, arrival.start, post, course, *weights, risks)


def _risks(
    patient: Patient,
    course: session.Course,
    orders: list[Prescription],
    post: np.ndarray,
    burden: np.ndarray,
    cramp: Any,
    fall: Any,
) -> dict[str, symptoms.Risk]:
    seen = symptoms.signs(course.moments(patient))
    until = np.array([p.time for p in orders])
    ufr = measures.uf_rate_ml_kg_h(np.array([p.uf for p in orders]), until / 60, post)
    z = symptoms.pathways(seen, body.rest(patient), burden)
    return {
        "cramp": symptoms.cramp(z, course.minutes, cramp, until),
        "hypotension": symptoms.hypotension(seen, course.minutes, ufr, fall, until),
    }


def _entry(x: Life) -> drugs.Entry:
    entry = drugs.known(x.drug)
    assert entry is not None, x.drug
    return entry


def _effects(x: Life) -> tuple[drugs.Effect, ...]:
    return _entry(x).effects if x.drug else ()


def part(x: Lived, i: int) -> Lived:
    """One of them, still with a [patient] axis of one."""
    at = np.array([i])
    course = session.Course(x.course.minutes, x.course.states[..., at])
    risks = {k: symptoms.Risk(r.rate[:, at], r.cumulative[:, at]) for k, r in x.risks.items()}
    return x._replace(
        lives=[x.lives[i]],
        orders=[x.orders[i]],
        patient=cohort.take(x.patient, at),
        start=cohort.take(x.start, at),
        post_weight=x.post_weight[at],
        course=course,
        cramp=cohort.take(x.cramp, at),
        hypotension=cohort.take(x.hypotension, at),
        risks=risks,
    )


def planted(plant: Plant, n: int, rng: np.random.Generator, screened: bool = True) -> list[Lived]:
    """At most n people with this cause, each planted no more strongly than it takes; all of them are one batch.

    `screened` false keeps everybody, planted as strongly as can be.
    """
    lives = [life(rng) for _ in range(n)]
    patient, machines = bodies(lives, rng), [delivered(x.order, rng) for x in lives]
    weights = traits(lives, rng)
    strengths = STRENGTHS if screened else STRENGTHS[-1:]
    variants = [lives] + [[plant.plant(x, s) for x in lives] for s in strengths]
    who = np.tile(np.arange(n), len(variants))
    everybody = lived(
        [x for variant in variants for x in variant],
        cohort.take(patient, who),
        [machines[i] for i in who],
        (cohort.take(weights[0], who), cohort.take(weights[1], who)),
    )
    chance = everybody.risks[plant.about].probability.reshape(len(variants), n)
    removed = 1 - chance[0] / chance[1:]
    enough = removed >= LEAST_REMOVED if screened else np.ones_like(removed, bool)
    first = np.argmax(enough, axis=0)
    comes = rng.random(n) < 1 - (1 - chance[1 + first, np.arange(n)]) ** SESSIONS
    found = [(int(first[i]), i) for i in range(n) if enough[:, i].any() and comes[i]]
    return [part(everybody, (1 + s) * n + i) for s, i in found]
