"""What was read, and what errors it may have."""

from datetime import date, timedelta

import numpy as np
import pytest

from soleus import case, person, schedule, session
from soleus.errors import OutOfRange
from soleus.fit import readings
from soleus.instruments import INSTRUMENTS
from soleus.parameter import put

DAY = date(2026, 3, 2)


def chart(sessions=3, labs=(), **last):
    """Some sessions of a man of 70 kg, three of them a week, with a cuff at both ends and in between."""
    days = [DAY + timedelta(days=int(d)) for d in np.cumsum([0] + [2, 2, 3] * 8)[:sessions]]
    cuff = [
        {"minute": float(m), "systolic_mmhg": 140.0 - m / 10, "diastolic_mmhg": 75.0, "heart_rate_min": 70.0}
        for m in (0, 60, 120, 180)
    ]
    told = [
        {"date": d.isoformat(), "pre_weight_kg": 72.5, "post_weight_kg": 70.0, "uf_l": 2.5, "pressures": cuff}
        for d in days
    ]
    told[-1] |= last
    return case.read(
        {
            "patient": {"sex": "M", "age_y": 60, "height_cm": 174, "target_weight_kg": 70.0, "access": "fistula"},
            "schedule": {"per_week": 3, "gap_h": 44},
            "prescription": {"hours": 4, "dialysate": {"sodium_mmol_l": 138}},
            "labs": [{"date": str(day), "when": when, "sodium_mmol_l": value} for day, when, value in labs],
            "sessions": told,
        }
    )


def test_the_few_who_hold_too_little_water_give_what_a_body_can():
    sitting = gathered(chart()).explained
    told = chart()
    who = person.people(told, told.sessions[-1], 8, np.random.default_rng(1))
    start = schedule.above_dry(who.patient, np.full(8, 2.5))
    shrunk = np.where(np.arange(8) < 3, 0.2, 1.0)
    few = put(start, {"fluid.V_is": start.fluid.V_is * shrunk, "fluid.V_pl": start.fluid.V_pl * shrunk})
    given = [order.uf for order in readings.orders(sitting.order, np.zeros(8), few)]
    assert max(given[:3]) < sitting.order.uf and given[3:] == [sitting.order.uf] * 5
    nobody = put(few, {"fluid.V_is": 0.2 * few.fluid.V_is})
    with pytest.raises(OutOfRange, match="outside the cells"):
        session.simulate(who.patient, nobody, readings.orders(sitting.order, np.zeros(8), nobody))


def gathered(told, **options):
    return readings.gather(told, told.sessions[-1], **options)


def test_every_reading_has_its_place():
    told = chart(blood_volume=[{"minute": m, "rbv_pct": -m / 40} for m in (0.0, 60.0, 120.0)])
    found = gathered(told)
    assert found.here == 2 and len(found.sittings) == 3
    assert {kind: int(np.sum(found.kinds == kind)) for kind in set(found.kinds)} == {
        "systolic": 12, "diastolic": 12, "pulse": 12, "rbv": 2,
    }  # fmt: skip
    assert len(found.values) == len(found.kinds) == len(found.of) == len(found.minutes)
    assert list(found.values[found.kinds == "rbv"]) == [-1.5, -3.0]  # the start is nothing read


def test_the_nearest_dozen_is_enough():
    assert len(gathered(chart(sessions=20)).sittings) == readings.MOST
    few = gathered(chart(sessions=6), since=DAY + timedelta(days=4))
    assert [s.session.date > DAY + timedelta(days=4) for s in few.sittings] == [True] * len(few.sittings)


def test_a_blood_sample_belongs_to_the_nearest_session():
    told = chart(
        labs=[(DAY - timedelta(days=20), "pre", 136.0), (DAY, "post", 139.0), (DAY - timedelta(days=90), "pre", 120.0)]
    )
    found = gathered(told)
    sodium = [(i, list(r.minutes), list(r.values)) for i, r in found.rows if r.kind == "sodium"]
    assert sodium == [(0, [0.0, 240.0], [136.0, 139.0])]


def test_a_session_that_cannot_be_run_is_left_out_and_said():
    told = chart()
    broken = told.sessions[0].model_copy(update={"uf_l": None, "post_weight_kg": None})
    found = gathered(told.model_copy(update={"sessions": [broken, *told.sessions[1:]]}))
    assert len(found.sittings) == 2
    assert "2026-03-02" in found.left_out[0] and "uf_l" in found.left_out[0]


def test_errors_are_a_covariance_and_the_own_day_is_left_out():
    found = gathered(chart(blood_volume=[{"minute": 60.0, "rbv_pct": -4.0}, {"minute": 120.0, "rbv_pct": -6.0}]))
    shared = readings.noise(found, found.values)
    whole = shared + np.diag(readings.single(found))
    np.testing.assert_allclose(whole, whole.T)
    assert np.linalg.eigvalsh(whole).min() > 0
    S = np.flatnonzero(found.kinds == "systolic")
    one, other = S[found.of[S] == 0], S[found.of[S] == 2]
    extra = shared[one[0], one[0]] - shared[other[0], other[0]]
    assert extra == pytest.approx(INSTRUMENTS.day**2)
    assert shared[one[0], other[0]] == pytest.approx(INSTRUMENTS.arm**2)
    follows = readings.of_the_day(found)
    assert set(follows[other]) == {1.0} and not follows[one].any()


def test_a_monitor_errs_in_proportion_to_what_it_shows():
    trace = [{"minute": float(m), "rbv_pct": -float(m) / 20} for m in (60, 120, 240)]
    found = gathered(chart(blood_volume=trace))
    volume = np.flatnonzero(found.kinds == "rbv")
    variance = np.diag(readings.noise(found, found.values))[volume]
    t, x = np.array([60, 120, 240]), np.array([3.0, 6.0, 12.0])
    np.testing.assert_allclose(variance, (INSTRUMENTS.rbv_gain * x) ** 2 + (INSTRUMENTS.rbv_drift * t) ** 2)
