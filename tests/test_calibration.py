"""Simulated months are what they should be, ranks say what they should, and intervals hold what they claim."""

from types import SimpleNamespace

import numpy as np
import pytest

from soleus import calibration, case, fit
from soleus.calibration import clinic, forecast
from soleus.case import read
from soleus.fit import gauss, readings, traits
from soleus.instruments import INSTRUMENTS
from soleus.parameter import get

N = 8


@pytest.fixture(scope="module")
def lived():
    """Eight people and their month."""
    rng = np.random.default_rng(5)
    who = clinic.everybody(N, rng)
    return who, list(clinic.month(who, rng))


# The month


def test_a_month_is_twelve_sessions_on_three_days_of_the_week(lived):
    _, visits = lived
    assert [v.day.strftime("%a") for v in visits] == ["Wed", "Fri", "Mon"] * 4
    gains = np.array([b.before - a.after for a, b in zip(visits[:-1], visits[1:], strict=True)])
    long = np.array([v.day.strftime("%a") == "Mon" for v in visits[1:]])
    assert gains[long].mean() > 1.2 * gains[~long].mean()
    assert 0.5 < gains.mean() < 4.0


def test_sessions_end_near_the_target(lived):
    who, visits = lived
    off = np.concatenate([v.after - who.target for v in visits])
    assert abs(np.median(off)) < 0.15
    assert np.percentile(abs(off), 75) < 0.6


def test_the_truth_is_that_of_the_people(lived):
    who, _ = lived
    np.testing.assert_allclose(who.truth[:, 0], who.patient.fluid.dry_weight)
    np.testing.assert_allclose(who.truth[:, traits.NAMES.index("sodium.Na_p")], who.patient.sodium.Na_p)
    np.testing.assert_allclose(who.truth[:, -1], [order.sodium_offset for order in who.orders])


def test_a_planted_target_is_as_far_off_as_it_was_planted():
    who = clinic.everybody(3, np.random.default_rng(2), off=-1.5)
    np.testing.assert_allclose(who.target - who.patient.fluid.dry_weight, -1.5)


def test_people_come_as_the_fit_lets_them_come(lived):
    """The fit reaches every session from one arrival; that must be close to having lived up to it."""
    who, visits = lived
    later = readings.on(who.patient, who.start)
    rest = readings.body.rest(who.patient)
    for visit in visits[1:6]:
        begin = readings.coming(who.patient, who.start, later, visit.before)
        flow = readings.body.look(begin, who.patient, rest).circulation
        assert abs(np.mean(np.asarray(flow.SBP) - visit.shown["systolic"][0])) < 0.75 * INSTRUMENTS.day


# The file


def test_the_file_is_a_case_with_gaps_and_even_numbers(lived):
    who, visits = lived
    rng = np.random.default_rng(1)
    for told, with_volume in zip(
        (clinic.files(who, visits, rng, v) for v in (True, False)), (True, False), strict=True
    ):
        cases = [read(one) for one in told]
        cuff = [p for one in cases for s in one.sessions for p in s.pressures]
        assert all(p.systolic_mmhg % 2 == 0 for p in cuff)
        full = 9 * 12 * N
        assert 0.7 * full < len(cuff) < 0.95 * full
        assert any(s.blood_volume for one in cases for s in one.sessions) is with_volume
        assert all(len(one.labs) == 2 and one.labs[0].sodium_mmol_l for one in cases)
    without = [s for one in cases for s in one.sessions if not s.pressures]
    assert 0 < len(without) < 0.25 * 12 * N


def test_what_is_read_differs_from_what_was_by_the_errors_of_the_instruments(lived):
    who, visits = lived
    found = []
    for seed in range(6):
        for i, told in enumerate(clinic.files(who, visits, np.random.default_rng(seed), volume=False)):
            for visit, session in zip(visits, told["sessions"], strict=True):
                for reading in session.get("pressures", []):
                    true = np.interp(reading["minute"], visit.minutes, visit.shown["systolic"][:, i])
                    found.append(reading["systolic_mmhg"] - true)
    expected = np.sqrt(INSTRUMENTS.systolic**2 + INSTRUMENTS.arm**2 + INSTRUMENTS.wander**2)
    assert np.std(found) == pytest.approx(expected, rel=0.12)
    assert abs(np.mean(found)) < 1.5


def test_slow_ups_and_downs_last_as_long_as_they_should():
    t = np.array([0.0, 30.0, 90.0])
    rng = np.random.default_rng(3)
    cov = np.cov(np.array([clinic.wander(t, rng) for _ in range(20000)]).T)
    expected = INSTRUMENTS.wander**2 * np.exp(-abs(t[:, None] - t) / INSTRUMENTS.wander_time)
    np.testing.assert_allclose(cov, expected, atol=0.6)


# Wrong models


def test_another_law_refills_less_late_in_the_session():
    rng = np.random.default_rng(7)
    who = clinic.everybody(4, rng)
    usual = clinic.simulate(who.patient, who.start, [clinic.replace(o, uf=2.5) for o in who.orders])
    other = clinic.emptying(who.patient, who.start, [clinic.replace(o, uf=2.5) for o in who.orders])
    assert other.minutes[-1] == pytest.approx(usual.minutes[-1])
    assert np.all(np.diff(other.minutes) > 0)
    volumes = [c.end.body.fluid.V_pl for c in (usual, other)]
    assert np.all(volumes[1] < volumes[0])
    total = [c.end.body.fluid.V_pl + c.end.body.fluid.V_is + c.end.body.fluid.V_ic for c in (usual, other)]
    np.testing.assert_allclose(total[0], total[1], atol=0.05)


def test_weak_veins_are_weaker_than_any_that_are_drawn(lived):
    who, _ = lived
    weak = clinic.weak_veins(who.patient)
    np.testing.assert_allclose(get(weak, "circulation.g_V"), 0.5 * get(who.patient, "circulation.g_V"))


# Ranks


def fitted(ranks, error=0.1, above=1.0):
    return calibration.Fitted(True, (ranks,) * len(calibration.NAMES), error, 0.4, 0.3, above)


def test_even_ranks_are_covered_as_they_should():
    even = (np.arange(400) + 0.5) / 400
    group = calibration.Group(calibration.KINDS[0], tuple(fitted(float(x)) for x in even), ())
    c = calibration.covered(group, "u")
    assert c.half == pytest.approx(0.5) and c.ninety == pytest.approx(0.9)
    assert c.ninety_error == pytest.approx(0.015)


def test_dry_weights_and_signs_are_counted():
    low = calibration.KINDS[1]
    people = tuple(fitted(0.5, error, above) for error, above in ((0.4, 1.0), (-0.6, 0.1), (0.2, -0.1), (1.0, -2.0)))
    found = calibration.dry(people)
    assert found.close == 0.5 and found.bias == pytest.approx(0.25)
    assert 0.85 < found.possible < 0.95  # half a kilogram is 1.67 SD of 0.3 kg
    assert calibration.signs(calibration.Group(low, people, ())) == (0.5, 0.25, 0.25)


def test_the_page_and_the_values_say_the_same():
    groups = tuple(
        calibration.Group(kind, tuple(fitted(float(x)) for x in np.linspace(0.05, 0.95, 10)), ("no weight",))
        for kind in calibration.KINDS
    )
    result = calibration.Result(10, 1, groups)
    text, values = calibration.page(result), calibration.as_json(result)
    assert "Dry weight: within 0.5 kg" in text and "Refused: no weight" in text
    assert set(values["groups"]) == {kind.id for kind in calibration.KINDS}
    assert values["groups"]["own"]["covered"]["u"]["half"] == calibration.covered(groups[0], "u").half
    assert values["groups"]["low"]["sign"]["right"] == 1.0


def test_too_few_people_are_refused():
    with pytest.raises(calibration.OutOfRange, match="10 or more"):
        calibration.run(3)


# The forecast


def test_what_is_given_decides_what_is_to_come():
    """One trait that lifts all readings; without an error of the instrument the last two follow the first exactly."""
    line = gauss.Line(np.zeros(1), np.array([100.0, 100.0, 90.0]), np.ones((3, 1)), np.zeros((3, 0)))
    learned = SimpleNamespace(prior=gauss.Normal(np.zeros(1), np.eye(1) * 100), trust=np.ones(1))
    minutes = np.array([0.0, 60.0, 240.0])
    sitting = SimpleNamespace(read=(readings.Read("pulse", minutes, np.array([110.0, 0.0, 0.0])),))
    whole = readings.Observed((sitting,), 0, ())
    expected = forecast.given(learned, line, whole, np.array([False, True, True]))
    shared = 100 + INSTRUMENTS.pulse_day**2
    share = shared / (shared + INSTRUMENTS.pulse**2)
    np.testing.assert_allclose(expected.mean, [100 + 10 * share, 90 + 10 * share])
    assert np.all(expected.sd**2 < shared + INSTRUMENTS.systolic**2)


def test_a_session_without_readings_is_not_asked(lived):
    who, visits = lived
    told = clinic.files(who, visits, np.random.default_rng(1), volume=False)[0]
    told["sessions"] = [told["sessions"][0] | {"pressures": []}]
    found = forecast.run([("nobody", read(told))])
    assert not found.sessions and "0 readings in the first half" in found.skipped[0]
    assert "Not asked: nobody" in forecast.page(found)


def test_the_second_half_does_not_reach_its_own_forecast(lived):
    who, visits = lived
    told = clinic.files(who, visits[:1], np.random.default_rng(4), volume=False)[1]
    assert len(told["sessions"]) == 1
    expected = []
    for add in (0.0, 40.0):
        for reading in told["sessions"][0]["pressures"]:
            reading["systolic_mmhg"] += add * (reading["minute"] > 120)
        one = read(told)
        expected.append(forecast.predicted(one, one.sessions[0], 120.0)[0])
    np.testing.assert_allclose(expected[0], expected[1])


# Slow: the real thing, small


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say():
    """Over all traits of 16 people; these are not independent, so a person counts as three answers."""
    found = calibration.group(calibration.KINDS[0], 16, 20)
    assert not found.refused
    covered = [calibration.covered(found, name) for name in calibration.NAMES]
    answers = 3 * len(found.fitted)
    for share, level in ((np.mean([c.half for c in covered]), 0.5), (np.mean([c.ninety for c in covered]), 0.9)):
        assert abs(share - level) < 3 * np.sqrt(level * (1 - level) / answers)
    dry = calibration.dry(found.fitted)
    assert dry.error < 1.0 and dry.bound < dry.sd


@pytest.mark.slow
def test_a_wrong_target_is_found_to_be_wrong():
    for kind in calibration.KINDS[1:3]:
        right, _, wrongly = calibration.signs(calibration.group(kind, 5, 30))
        assert right >= 0.6 and wrongly == 0


@pytest.mark.slow
def test_real_sessions_are_foretold_better_than_by_the_last_value_or_a_line(shared, tmp_path):
    from soleus.records.tables import import_eicu

    source = shared / "data" / "eicu-demo-dialysis"
    if not source.is_dir():
        pytest.skip("no eICU extract")
    made = import_eicu(source, tmp_path)
    found = forecast.run([(path.stem, case.load(path)) for path in made.written])
    assert len(found.sessions) >= 15
    assert found.median["twin"] < min(found.median["last value"], found.median["line"])


def test_the_least_width_is_below_the_answered_one(lived):
    who, visits = lived
    told = clinic.files(who, visits[:3], np.random.default_rng(4), volume=True)[2]
    twin = fit.fit(read(told), people=48)
    assert calibration.bound(twin.learned) < twin.learned.now.sd[0] < twin.learned.prior.sd[0]


def test_the_picture_is_drawn(tmp_path):
    from soleus import plots

    people = tuple(fitted(float(x), error)._replace(volume=error > 0) for x in np.linspace(0.05, 0.95, 10)
                   for error in (-0.3, 0.3))  # fmt: skip
    result = calibration.Result(20, 1, (calibration.Group(calibration.KINDS[0], people, ()),))
    plots.save(plots.ranks(result), tmp_path / "ranks.png")
    assert (tmp_path / "ranks.png").stat().st_size > 20000
