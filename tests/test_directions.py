"""What every clinician expects to see: a table of cause, effect and direction for the typical patient.

All causes are one batch. Each differs from the usual session in what its line says, and in nothing else; whoever is
another person (a settled cause) first lives through weeks of their own usual sessions.
"""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from soleus import measures, schedule, session, symptoms
from soleus.body import body
from soleus.body.body import Patient
from soleus.cohort import alike, take
from soleus.machine.access import KINDS
from soleus.machine.dialysate import Dialysate
from soleus.machine.dialyzer import Dialyzer
from soleus.machine.profiles import linear, steps
from soleus.parameter import get, put
from soleus.prescription import Prescription
from soleus.units import hours, ml_min

DRY, GAIN = Patient().fluid.dry_weight, 2.4  # kg
USUAL = Prescription(time=hours(4), uf=GAIN, Q_b=ml_min(300), Q_d=ml_min(500))
OFF, LATER = 200.0, 300.0  # min: when ultrafiltration is stopped; an hour after the usual end


def bath(**changes):
    return {"dialysate": replace(Dialysate(), **changes)}


# What is changed in the session to come; the person arrives as always.
ORDERS = {
    "usual session": {},
    "more ultrafiltration": {"uf": 3.5},
    "no ultrafiltration": {"uf": 0.0},
    "ultrafiltration stopped at minute 200": {"uf": GAIN * 5 / 6, "uf_profile": steps([1, 1, 1, 1, 1, 0])},
    "ultrafiltration fast at first": {"uf_profile": linear(2, 0)},
    "longer session": {"time": hours(5)},
    "lower bath sodium": bath(Na=133.0),
    "higher bath sodium": bath(Na=143.0),
    "bath sodium from high to low": {"sodium_profile": linear(148, 132)},
    "warmer bath": bath(temperature=37.5),
    "cooler bath": bath(temperature=35.5),
    "larger dialyzer and flows": {"Q_b": ml_min(400), "Q_d": ml_min(800), "dialyzer": Dialyzer(KoA_urea=1.8)},
    "slower blood pump": {"Q_b": ml_min(200)},
    "catheter": {"access": KINDS["catheter"]},
    "bath potassium 1": bath(K=1.0) | {"reason": "a test"},
    "bath potassium 3": bath(K=3.0),
    "bath calcium 1.25": bath(Ca=1.25),
    "bath calcium 1.75": bath(Ca=1.75),
    "bath magnesium 0.375": bath(Mg=0.375),
    "bath magnesium 0.75": bath(Mg=0.75),
    "bath bicarbonate 39": bath(HCO3=39.0, acid=4.0),
    "bath bicarbonate 30": bath(HCO3=30.0),
    "citrate bath": bath(citrate=1.0, acetate=0.3),
    "bath without glucose": bath(glucose=0.0),
    "isolated ultrafiltration": {"mode": "UF", "Q_d": 0.0},
    "post-dilution": {"mode": "HDF-post", "Q_sub": ml_min(70)},
}

# Who the person is; settled by weeks of usual sessions. Multiples of the typical value.
PEOPLE = {
    "typical person": {},
    "low plasma protein": {"protein.c_pl": 0.82},
    "low filtration coefficient": {"capillary.K_f": 0.5},
    "failing autonomic nerves": {"circulation.A": 0.3},
    "no fistula": {"circulation.Q_access": 0.0},
    "much lymph": {"capillary.J_L": 1.5, "capillary.J_max": 1.5},
    "stiff vessels": {"circulation.C_sys": 0.8},
    "anemia": {"blood.V_rbc": 0.75},
    "little muscle water": {"fluid.V_ic": 0.8},
    "target weight 1 kg too low": {},
    "target weight 1 kg too high": {},
    "two-hour sessions": {},
}
TARGET = {"target weight 1 kg too low": -1.0, "target weight 1 kg too high": 1.0}  # kg from dry weight


class Runs(NamedTuple):
    """One batch of sessions."""

    names: list
    minutes: np.ndarray
    time: np.ndarray
    moments: session.Moment
    rest: body.Rest

    def of(self, name):
        """The session of one cause: time, and functions of it."""
        i = self.names.index(name)
        return One(self.minutes, float(self.time[i]), take(self.moments, i), take(self.rest, i))


class One(NamedTuple):
    minutes: np.ndarray
    time: float
    moments: session.Moment
    rest: body.Rest

    def at(self, path, minute=None):
        return float(np.interp(self.time if minute is None else minute, self.minutes, get(self.moments, path)))

    def change(self, path, minute=None):
        return self.at(path, minute) - self.at(path, 0.0)

    def pathways(self):
        column = symptoms.signs(self.moments)
        two = type(column)(**{name: value[:, None] for name, value in vars(column).items()})
        return two, symptoms.pathways(two, self.rest)

    def cramp(self):
        _, z = self.pathways()
        return float(symptoms.cramp(z, self.minutes, symptoms.Cramp(), until=self.time).probability[0])

    def cramp_rate(self, minute):
        _, z = self.pathways()
        return float(np.interp(minute, self.minutes, symptoms.cramp(z, self.minutes, symptoms.Cramp()).rate[:, 0]))

    def hypotension(self):
        seen, _ = self.pathways()
        ufr = measures.uf_rate_ml_kg_h(seen.uf[-1], self.time / 60, DRY)
        return float(
            symptoms.hypotension(seen, self.minutes, ufr, symptoms.Hypotension(), until=self.time).probability[0]
        )


EFFECTS = {
    "blood volume after an hour": lambda s: s.at("seen.blood.BV", 60.0) / s.at("seen.blood.BV", 0.0),
    "blood volume at the end": lambda s: s.at("seen.blood.BV") / s.at("seen.blood.BV", 0.0),
    "haematocrit at the end": lambda s: s.at("seen.blood.hct"),
    "plasma protein at the end": lambda s: s.at("seen.protein.c_pl") / s.at("seen.protein.c_pl", 0.0),
    "lymph at the end": lambda s: s.at("seen.capillary.J_L"),
    "systolic pressure at the end": lambda s: s.at("seen.circulation.SBP"),
    "mean pressure at the end": lambda s: s.at("seen.circulation.MAP"),
    "fall of systolic pressure": lambda s: -s.change("seen.circulation.SBP"),
    "heart rate at the end": lambda s: s.at("seen.circulation.HR"),
    "rise of heart rate": lambda s: s.change("seen.circulation.HR") / s.at("seen.circulation.HR", 0.0),
    "cardiac output at the end": lambda s: s.at("seen.circulation.CO"),
    "calf saturation at the end": lambda s: s.at("state.muscle.S"),
    "calf flow at the end": lambda s: s.at("seen.muscle.q"),
    "cell water at the end": lambda s: s.at("state.fluid.V_ic"),
    "plasma sodium at the end": lambda s: s.at("seen.sodium.Na_p"),
    "tonicity at the end": lambda s: s.at("seen.sodium.E"),
    "tonicity at mid-session": lambda s: s.at("seen.sodium.E", 120.0),
    "sodium removed": lambda s: s.at("tally.Na_convective") + s.at("tally.Na_diffusive"),
    "urea removed": lambda s: s.at("tally.urea"),
    "urea at the start": lambda s: s.at("seen.urea_e", 0.0),
    "urea at the end": lambda s: s.at("seen.urea_e"),
    "largest urea gradient": lambda s: float((s.moments.seen.urea_i - s.moments.seen.urea_e).max()),
    "potassium at the end": lambda s: s.at("seen.potassium.K_p"),
    "potassium gap at the end": lambda s: s.at("seen.potassium.level") - s.at("seen.potassium.c_w"),
    "potassium removed": lambda s: s.at("tally.K"),
    "ionized calcium at the end": lambda s: s.at("seen.calcium.iCa"),
    "calcium removed": lambda s: s.at("tally.Ca"),
    "magnesium at the end": lambda s: s.at("seen.magnesium.tMg"),
    "bicarbonate at the end": lambda s: s.at("seen.acid_base.hco3"),
    "pH at the end": lambda s: s.at("seen.acid_base.pH"),
    "glucose at the end": lambda s: s.at("seen.glucose.g"),
    "phosphate removed": lambda s: s.at("tally.phosphate"),
    "log hazard of a cramp": lambda s: math.log(-math.log1p(-s.cramp())),
    "log hazard of hypotension": lambda s: math.log(-math.log1p(-s.hypotension())),
    "core temperature at the end": lambda s: s.at("state.heat.T_c"),
    "chance of a cramp": One.cramp,
    "chance of hypotension": One.hypotension,
    "blood volume at minute 225": lambda s: s.at("seen.blood.BV", 225.0),
    "systolic pressure at minute 225": lambda s: s.at("seen.circulation.SBP", 225.0),
    "cramp rate at minute 225": lambda s: s.cramp_rate(225.0),
}


# cause, effect, and whether it is higher or lower than in the typical person's usual session
TABLE = [
    ("more ultrafiltration", "blood volume at the end", "lower"),
    ("more ultrafiltration", "systolic pressure at the end", "lower"),
    ("more ultrafiltration", "heart rate at the end", "higher"),
    ("more ultrafiltration", "cardiac output at the end", "lower"),
    ("more ultrafiltration", "calf saturation at the end", "lower"),
    ("more ultrafiltration", "calf flow at the end", "lower"),
    ("more ultrafiltration", "haematocrit at the end", "higher"),
    ("more ultrafiltration", "plasma protein at the end", "higher"),
    ("more ultrafiltration", "lymph at the end", "lower"),
    ("more ultrafiltration", "sodium removed", "higher"),
    ("more ultrafiltration", "chance of a cramp", "higher"),
    ("more ultrafiltration", "chance of hypotension", "higher"),
    ("no ultrafiltration", "systolic pressure at the end", "higher"),
    ("no ultrafiltration", "blood volume at the end", "higher"),
    ("ultrafiltration stopped at minute 200", "blood volume at minute 225", "higher"),
    ("ultrafiltration stopped at minute 200", "systolic pressure at minute 225", "higher"),
    ("ultrafiltration stopped at minute 200", "cramp rate at minute 225", "lower"),
    ("ultrafiltration fast at first", "blood volume after an hour", "lower"),
    ("ultrafiltration fast at first", "blood volume at the end", "higher"),
    ("longer session", "blood volume at the end", "higher"),
    ("longer session", "systolic pressure at the end", "higher"),
    ("longer session", "urea removed", "higher"),
    ("longer session", "chance of a cramp", "lower"),
    ("lower bath sodium", "cell water at the end", "higher"),
    ("lower bath sodium", "tonicity at the end", "lower"),
    ("lower bath sodium", "plasma sodium at the end", "lower"),
    ("lower bath sodium", "sodium removed", "higher"),
    ("lower bath sodium", "blood volume at the end", "lower"),
    ("lower bath sodium", "systolic pressure at the end", "lower"),
    ("lower bath sodium", "chance of a cramp", "higher"),
    ("higher bath sodium", "cell water at the end", "lower"),
    ("higher bath sodium", "blood volume at the end", "higher"),
    ("higher bath sodium", "systolic pressure at the end", "higher"),
    ("higher bath sodium", "chance of a cramp", "lower"),
    ("bath sodium from high to low", "tonicity at mid-session", "higher"),
    ("bath sodium from high to low", "blood volume after an hour", "higher"),
    ("warmer bath", "core temperature at the end", "higher"),
    ("warmer bath", "mean pressure at the end", "lower"),
    ("warmer bath", "systolic pressure at the end", "lower"),
    ("warmer bath", "heart rate at the end", "higher"),
    ("warmer bath", "chance of hypotension", "higher"),
    ("cooler bath", "core temperature at the end", "lower"),
    ("cooler bath", "mean pressure at the end", "higher"),
    ("cooler bath", "chance of hypotension", "lower"),
    ("larger dialyzer and flows", "urea removed", "higher"),
    ("larger dialyzer and flows", "largest urea gradient", "higher"),
    ("larger dialyzer and flows", "urea at the end", "lower"),
    ("larger dialyzer and flows", "phosphate removed", "higher"),
    ("slower blood pump", "urea removed", "lower"),
    ("bath potassium 1", "potassium at the end", "lower"),
    ("bath potassium 1", "potassium removed", "higher"),
    ("bath potassium 1", "potassium gap at the end", "higher"),
    ("bath potassium 1", "systolic pressure at the end", "lower"),
    ("bath potassium 1", "chance of hypotension", "higher"),
    ("bath potassium 3", "potassium at the end", "higher"),
    ("bath potassium 3", "chance of hypotension", "lower"),
    ("bath calcium 1.25", "ionized calcium at the end", "lower"),
    ("bath calcium 1.25", "calcium removed", "higher"),
    ("bath calcium 1.25", "systolic pressure at the end", "lower"),
    ("bath calcium 1.25", "chance of hypotension", "higher"),
    ("bath calcium 1.25", "chance of a cramp", "higher"),
    ("bath calcium 1.75", "ionized calcium at the end", "higher"),
    ("bath calcium 1.75", "chance of hypotension", "lower"),
    ("bath magnesium 0.375", "magnesium at the end", "lower"),
    ("bath magnesium 0.375", "chance of a cramp", "higher"),
    ("bath magnesium 0.75", "magnesium at the end", "higher"),
    ("bath magnesium 0.75", "chance of a cramp", "lower"),
    ("bath bicarbonate 39", "bicarbonate at the end", "higher"),
    ("bath bicarbonate 39", "pH at the end", "higher"),
    ("bath bicarbonate 39", "ionized calcium at the end", "lower"),
    ("bath bicarbonate 39", "potassium at the end", "lower"),
    ("bath bicarbonate 39", "chance of a cramp", "higher"),
    ("bath bicarbonate 30", "chance of a cramp", "lower"),
    ("citrate bath", "ionized calcium at the end", "lower"),
    ("citrate bath", "chance of hypotension", "higher"),
    ("bath without glucose", "glucose at the end", "lower"),
    ("bath without glucose", "tonicity at the end", "lower"),
    ("bath without glucose", "chance of a cramp", "higher"),
    ("catheter", "urea removed", "lower"),
    ("isolated ultrafiltration", "urea removed", "lower"),
    ("isolated ultrafiltration", "core temperature at the end", "lower"),
    ("isolated ultrafiltration", "tonicity at the end", "higher"),
    ("post-dilution", "urea removed", "higher"),
    ("low plasma protein", "blood volume at the end", "lower"),
    ("low filtration coefficient", "blood volume at the end", "lower"),
    ("low filtration coefficient", "systolic pressure at the end", "lower"),
    ("failing autonomic nerves", "fall of systolic pressure", "higher"),
    ("failing autonomic nerves", "rise of heart rate", "lower"),
    ("no fistula", "cardiac output at the end", "lower"),
    ("stiff vessels", "fall of systolic pressure", "higher"),
    ("anemia", "haematocrit at the end", "lower"),
    ("little muscle water", "urea at the end", "lower"),
    ("target weight 1 kg too low", "systolic pressure at the end", "lower"),
    ("target weight 1 kg too low", "calf saturation at the end", "lower"),
    ("target weight 1 kg too low", "blood volume at the end", "lower"),
    ("target weight 1 kg too low", "chance of a cramp", "higher"),
    ("target weight 1 kg too low", "chance of hypotension", "higher"),
    ("target weight 1 kg too high", "systolic pressure at the end", "higher"),
    ("target weight 1 kg too high", "chance of a cramp", "lower"),
    ("two-hour sessions", "urea at the start", "higher"),
]


# cause, effect, and between which two values it changes from that of the usual session
SIZES = [
    ("bath potassium 1", "potassium at the end", -0.6, -0.3),
    ("bath potassium 1", "log hazard of a cramp", math.log(0.9), math.log(1.15)),  # no claim either way
    ("bath potassium 1", "log hazard of hypotension", 0.0, math.log(1.3)),
    ("bath calcium 1.25", "ionized calcium at the end", -0.15, -0.09),
    ("bath magnesium 0.375", "magnesium at the end", -0.17, -0.11),
    ("bath magnesium 0.375", "log hazard of a cramp", math.log(1.1), math.log(1.6)),
    ("citrate bath", "ionized calcium at the end", -0.16, -0.08),
]


def run(patient, start, orders):
    names = list(orders)
    course = session.simulate(patient, start, list(orders.values()), end=LATER, switches=(0.0, OFF, LATER))
    time = np.array([o.time for o in orders.values()])
    return Runs(names, course.minutes, time, course.moments(patient), body.rest(patient))


@pytest.fixture(scope="module")
def settled():
    """All people, each after weeks of their own usual sessions, 2.4 kg above where these leave them."""
    people = alike(Patient(), len(PEOPLE))
    for i, changes in enumerate(PEOPLE.values()):
        for name, factor in changes.items():
            leaf = np.array(get(people, name))
            leaf[i] *= factor
            people = put(people, {name: leaf})
    after = DRY + np.array([TARGET.get(name, 0.0) for name in PEOPLE])
    chart = schedule.Chart(pre_weight=after + GAIN)
    orders = [replace(USUAL, time=hours(2)) if name == "two-hour sessions" else USUAL for name in PEOPLE]
    return schedule.arrive(people, orders, 44.0, after, chart)


@pytest.fixture(scope="module")
def sessions(settled):
    """Every order for the typical person, and the usual session of all other people."""
    patient, start = settled
    n, typical = len(ORDERS), list(PEOPLE).index("typical person")
    orders = {name: replace(USUAL, **changes).checked() for name, changes in ORDERS.items()}
    who = [typical] * n
    return (
        run(take(patient, who), take(start, who), orders),
        run(patient, start, dict.fromkeys(PEOPLE, USUAL)),
    )


@pytest.mark.parametrize(("cause", "effect", "direction"), TABLE)
def test_direction(sessions, cause, effect, direction):
    orders, people = sessions
    group, usual = (orders, "usual session") if cause in ORDERS else (people, "typical person")
    was, now = (EFFECTS[effect](group.of(name)) for name in (usual, cause))
    assert (now > was) if direction == "higher" else (now < was), f"{effect}: {was:.5g} becomes {now:.5g}"


@pytest.mark.parametrize(("cause", "effect", "low", "high"), SIZES, ids=[f"{c}: {e}" for c, e, _, _ in SIZES])
def test_size(sessions, cause, effect, low, high):
    orders, _ = sessions
    was, now = (EFFECTS[effect](orders.of(name)) for name in ("usual session", cause))
    assert low < now - was < high, f"{effect}: {was:.5g} becomes {now:.5g}"


@pytest.fixture(scope="module")
def underdialyzed(settled):
    """Blood before a midweek session after six weeks of four-hour and of two-hour sessions."""
    people, now = (take(x, [list(PEOPLE).index("typical person")] * 2) for x in settled)
    orders = [USUAL, replace(USUAL, time=hours(2))]
    for cycle in range(18):
        weight = np.asarray(body.look(now, people, body.rest(people)).weight)
        treated = [replace(p, uf=max(0.0, float(w - DRY))) for p, w in zip(orders, weight, strict=True)]
        now = session.simulate(people, now, treated, course=False).end.body
        now = schedule.between(people, now, (44.0, 68.0, 44.0)[cycle % 3]).end.body
    return body.look(now, people, body.rest(people))


@pytest.mark.parametrize(
    ("what", "low", "high"),
    [
        ("urea_e", 1.3, 1.8),
        ("indoxyl.c_1", 1.4, 2.1),
        ("b2m.c_1", 1.05, 1.25),
        ("phosphate.c_p", 1.1, 2.5),
        ("acid_base.hco3", 0.7, 0.9),
        ("potassium.K_p", 1.1, 1.3),
    ],
)
def test_six_weeks_of_two_hours_let_everything_rise(underdialyzed, what, low, high):
    """Urea, toxins, potassium and acid: what incomplete dialysis leaves behind, relative to four hours."""
    four, two = get(underdialyzed, what)
    assert low < two / four < high, f"{what}: {four:.3g} becomes {two:.3g}"
