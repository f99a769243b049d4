"""Months without living every session: held against living every one, and against what months do to patients."""

from dataclasses import replace

import numpy as np
import pytest

from soleus import ckd, months, schedule, session, symptoms
from soleus.body import body
from soleus.body.body import Patient
from soleus.cohort import alike, draw
from soleus.errors import NotConverged, OutOfRange
from soleus.machine.dialysate import Dialysate
from soleus.parameter import get, put
from soleus.prescription import Prescription
from soleus.units import hours

READ = {
    "ionized calcium": "calcium.iCa",
    "PTH": "hormones.PTH",
    "phosphate": "phosphate.c_p",
    "magnesium": "magnesium.tMg",
    "potassium": "potassium.K_p",
    "bicarbonate": "acid_base.hco3",
    "urea": "urea_e",
    "creatinine": "creatinine.c_p",
    "indoxyl": "indoxyl.free",
    "b2m": "b2m.c_1",
    "weight": "weight",
}
STORES = ("hormones.FGF", "hormones.D", "hormones.R", "hormones.G", "bone.OC", "bone.OB", "calcium.F", "bone.H")

# Twelve lives: what changes in the patient, and in the session.
LIVES = (
    ("as before", {}, {}),
    ("three binders", {"absorption.binder": 1.5}, {}),
    ("vitamin D", {"hormones.D25": 45000.0}, {}),
    ("calcimimetic", {"hormones.mimetic": 1.0}, {}),
    ("analog", {"hormones.analog": 12.0}, {}),
    ("residual kidney", {"kidney.gfr": 0.004, "kidney.urine": 0.0005}, {}),
    ("more salt", {"gut.salt": 1.3 * Patient().gut.salt}, {}),
    ("bath calcium 1.25", {}, {"dialysate": Dialysate(Ca=1.25)}),
    ("bath calcium 1.75", {}, {"dialysate": Dialysate(Ca=1.75)}),
    ("bath magnesium 0.375", {}, {"dialysate": Dialysate(Mg=0.375)}),
    ("bath potassium 1", {}, {"dialysate": Dialysate(K=1.0), "reason": "a test"}),
    ("two hours", {}, {"time": hours(2)}),
)
NAMES = [name for name, _, _ in LIVES]
N, GAP = len(LIVES), 44.0
DRY = np.full(N, Patient().fluid.dry_weight)
ORDERS = [replace(Prescription(), **changes) for _, _, changes in LIVES]
WEEKS = 12

# How far the fast way may be from the exact one, per cent, after 12 weeks (worst of these lives).
WITHIN = {
    "ionized calcium": 0.6,
    "PTH": 2.5,
    "phosphate": 2.0,
    "magnesium": 3.0,
    "potassium": 4.5,
    "bicarbonate": 1.5,
    "urea": 2.0,
    "creatinine": 2.0,
    "indoxyl": 1.0,
    "b2m": 1.0,
    "weight": 0.5,
    "hormones.FGF": 4.0,
    "hormones.D": 0.5,
    "hormones.R": 4.5,
    "hormones.G": 2.5,
    "bone.OC": 2.0,
    "bone.OB": 2.2,
    "calcium.F": 0.8,
    "bone.H": 2.6,
}


def read(patient, now):
    seen = body.look(now, patient, body.rest(patient))
    return {name: np.asarray(get(seen, of)) for name, of in READ.items()} | {of: get(now, of) for of in STORES}


@pytest.fixture(scope="module")
def usual():
    """The usual person, twelve times, in a week that repeats itself."""
    p = alike(Patient(), N)
    return schedule.arrive(p, [Prescription()] * N, GAP, DRY)


@pytest.fixture(scope="module")
def patients(usual):
    """The same, each with a life's change."""
    changed = {name for _, changes, _ in LIVES for name in changes}
    each = {name: np.broadcast_to(get(usual.patient, name), (N,)).copy() for name in changed}
    for i, (_, changes, _) in enumerate(LIVES):
        for name, value in changes.items():
            each[name][i] = value
    return put(usual.patient, each)


@pytest.fixture(scope="module")
def exact(usual, patients):
    """Every cycle lived."""
    now = usual.start
    lengths = 60 * GAP + np.array([order.time for order in ORDERS])
    for _ in range(round(WEEKS * 7 * 1440 / lengths.mean())):
        now = schedule.cycle(patients, now, ORDERS, DRY, GAP).back
    return now


@pytest.fixture(scope="module")
def fast(usual, patients):
    return months.live(patients, usual.start, ORDERS, WEEKS * 7, post_weight=DRY, gap_h=GAP)


# Against living every session


@pytest.mark.parametrize("name", WITHIN)
def test_twelve_weeks_end_where_living_each_session_ends(name, patients, exact, fast):
    found, true = read(patients, fast.start)[name], read(patients, exact)[name]
    off = 100 * np.abs(np.log(found / true))
    assert np.all(off < WITHIN[name]), dict(zip(NAMES, off.round(2), strict=True))


def test_nobody_else_is_bent(patients, fast):
    assert fast.patient is patients


def test_a_few_cycles_are_lived_as_they_are(usual, patients):
    now = schedule.cycle(patients, usual.start, ORDERS, DRY, GAP).back
    once = months.live(patients, usual.start, ORDERS, 2.0, post_weight=DRY, gap_h=GAP)
    assert np.array_equal(once.start.calcium.n, now.calcium.n)
    assert months.live(patients, usual.start, ORDERS, 0.0, post_weight=DRY).start is usual.start


def test_without_dialysis_twelve_weeks_end_where_living_each_day_ends():
    patient, start = ckd.without_dialysis(alike(Patient(), 4), np.array([60.0, 30.0, 15.0, 8.0]))
    patient = put(patient, {"kidney.e": 0.4, "absorption.binder": 0.5, "acid_base.alkali": 0.015})
    true = read(patient, schedule.between(patient, start, 24.0 * 40).end.body)
    found = read(patient, months.live(patient, start, None, 40).start)
    moved = read(patient, start)
    assert np.all(np.abs(np.log(true["phosphate"] / moved["phosphate"])) > 0.1)
    for name, value in found.items():
        assert np.allclose(value, true[name], rtol=2e-3), name


def test_ten_years_leave_nobody_outside_the_numbers():
    """Drawn people, on and off dialysis: nothing diverges, glands and calcium stay where people live."""
    people = draw(32, seed=11)
    orders = [Prescription()] * 32
    dry = people.fluid.dry_weight
    start = schedule.arrive(people, orders, GAP, dry, cycles=2)
    on = months.live(start.patient, start.start, orders, 3650, post_weight=dry)
    alone = ckd.without_dialysis(people, 12.0)
    off = months.live(alone.patient, alone.start, None, 3650)
    for patient, now in (on, off):
        seen = read(patient, now)
        assert all(np.all(np.isfinite(x)) for x in seen.values())
        assert 0.7 < seen["ionized calcium"].min() < seen["ionized calcium"].max() < 1.6
        assert 1 < seen["PTH"].min() < seen["PTH"].max() < 6000


@pytest.mark.parametrize("days", [-1.0, 20000.0])
def test_nobody_lives_for_that_long(days, usual):
    with pytest.raises(OutOfRange, match="days is"):
        months.live(usual.patient, usual.start, None, days)


def test_nobody_lives_for_months_without_kidney_and_dialysis(usual):
    with pytest.raises(NotConverged, match="12 of 12 people"):
        months.live(usual.patient, usual.start, None, 20)


# What months do


def ratio(patients, usual, fast, name, life):
    i = NAMES.index(life)
    return float(read(patients, fast.start)[name][i] / read(patients, usual.start)[name][i])


@pytest.mark.parametrize(
    ("life", "name", "low", "high"),
    [
        ("three binders", "phosphate", 0.4, 0.7),
        ("three binders", "hormones.FGF", 0.1, 0.6),
        ("three binders", "PTH", 0.5, 0.85),
        ("vitamin D", "PTH", 0.7, 0.95),
        ("vitamin D", "hormones.D", 1.2, 1.6),
        ("calcimimetic", "ionized calcium", 0.88, 0.97),
        ("analog", "PTH", 0.5, 0.8),
        ("bath calcium 1.25", "PTH", 1.05, 1.6),
        ("bath calcium 1.75", "PTH", 0.6, 0.95),
        ("bath magnesium 0.375", "magnesium", 0.75, 0.9),
        ("residual kidney", "phosphate", 0.6, 0.95),
        ("residual kidney", "b2m", 0.5, 0.9),
    ],
)
def test_twelve_weeks_do_what_they_should(life, name, low, high, patients, usual, fast):
    assert low < ratio(patients, usual, fast, name, life) < high


def test_half_the_hours_for_six_weeks(usual, patients):
    """Urea 24 to about 38, toxin up by half or more, beta-2-microglobulin a little, base down, potassium up."""
    i = NAMES.index("two hours")
    six = read(patients, months.live(patients, usual.start, ORDERS, 42, post_weight=DRY).start)
    was = read(patients, usual.start)
    assert six["urea"][i] / was["urea"][i] == pytest.approx(38 / 24, rel=0.12)
    assert 1.4 < six["indoxyl"][i] / was["indoxyl"][i] < 2.1
    assert 1.08 < six["b2m"][i] / was["b2m"][i] < 1.25
    assert -6 < six["bicarbonate"][i] - was["bicarbonate"][i] < -2.5
    assert 0.5 < six["potassium"][i] - was["potassium"][i] < 1.7
    assert six["phosphate"][i] > 1.3 * was["phosphate"][i]
    assert six["PTH"][i] > 1.1 * was["PTH"][i]


def test_years_of_too_little_dialysis(usual, patients):
    """Five years of two hours: phosphate, toxins, hormones and bone drift far; nobody leaves the numbers."""
    i = NAMES.index("two hours")
    five = read(patients, months.live(patients, usual.start, ORDERS, 5 * 365, post_weight=DRY).start)
    six = read(patients, months.live(patients, usual.start, ORDERS, 42, post_weight=DRY).start)
    was = read(patients, usual.start)
    assert five["PTH"][i] > 1.15 * six["PTH"][i]
    assert five["hormones.G"][i] > was["hormones.G"][i]
    assert five["bone.OC"][i] > 1.2 * was["bone.OC"][i]


# Fewer sessions


@pytest.fixture(scope="module")
def often_and_seldom():
    """Anuric, and with what is left of the kidney: three sessions a week, and two; pre-session values and the risk."""
    left = np.array([0.0, 0.003, 0.006])
    orders, dry = [Prescription()] * 3, np.full(3, Patient().fluid.dry_weight)
    anuric = schedule.arrive(alike(Patient(), 3), orders, GAP, dry)
    patient = put(anuric.patient, {"kidney.gfr": left, "kidney.urine": 0.14 * left})
    found = []
    for gap in (GAP, 80.0):
        now = months.live(patient, anuric.start, orders, 56, post_weight=dry, gap_h=gap).start
        gain = np.asarray(body.look(now, patient, body.rest(patient)).weight) - dry
        lifted = [replace(o, uf=float(kg)) for o, kg in zip(orders, np.clip(gain, 0, None), strict=True)]
        course = session.simulate(patient, now, lifted)
        z = symptoms.pathways(symptoms.signs(course.moments(patient)), body.rest(patient))
        risk = symptoms.cramp(z, course.minutes, symptoms.Cramp()).probability
        found.append(read(patient, now) | {"gain": gain, "cramp": np.asarray(risk)})
    return found


def test_what_is_left_of_the_kidney_helps(often_and_seldom):
    often, _ = often_and_seldom
    for name in ("gain", "potassium", "phosphate", "urea", "b2m", "indoxyl", "cramp"):
        assert np.all(np.diff(often[name]) < 0), name


def test_fewer_sessions_need_a_kidney(often_and_seldom):
    """Two sessions a week: without a kidney faster ultrafiltration, more cramp; with one, about as three without."""
    often, seldom = often_and_seldom
    assert seldom["gain"][0] > 1.4 * often["gain"][0]
    assert seldom["cramp"][0] > 1.5 * often["cramp"][0]
    assert seldom["potassium"][0] > often["potassium"][0] + 0.4
    assert seldom["gain"][2] < 1.15 * often["gain"][0]
    assert seldom["urea"][2] < 1.25 * often["urea"][0]
    assert seldom["cramp"][2] < 1.3 * often["cramp"][0]
