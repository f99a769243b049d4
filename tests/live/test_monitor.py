"""The forecast has sound bands, every line is answered, and a process that died is taken up where it was."""

import json

import numpy as np
import pytest

from soleus.errors import BadRecord
from soleus.live import Monitor, kept, of_csv, people
from soleus.live.feed import of_session


@pytest.fixture(scope="module")
def watched(twin, told):
    """A session watched to its end, and its updates."""
    monitor = Monitor(twin)
    return monitor, [monitor.read(row) for row in of_session(told.session())]


def test_every_line_is_answered_with_sound_bands(watched):
    _, updates = watched
    for update in updates:
        f = update.forecast
        for band in (f.systolic, f.rbv, f.hypotension, f.cramp):
            assert np.all(np.isfinite(band.low) & np.isfinite(band.high))
            assert np.all(band.low <= band.high)
        assert np.all((f.systolic.low <= f.systolic.middle) & (f.systolic.middle <= f.systolic.high))
        for chance in (f.below, f.hypotension.middle, f.cramp.middle):
            assert np.all((chance >= 0) & (chance <= 1))
            assert np.all(np.diff(chance) >= -1e-12)  # by then: it only grows
        assert f.minutes[-1] - f.minutes[0] == pytest.approx(60)


def test_the_twin_before_a_session_has_not_seen_it(told):
    session = told.session()
    case, here = people.unseen(told, session)
    assert not (here.pressures or here.blood_volume or here.symptoms or here.given)
    assert here.post_weight_kg is None
    assert here.uf_l == session.taken_off_l  # the plan is known
    assert all(s.date <= session.date for s in case.sessions)
    assert not [lab for lab in case.labs if lab.date == session.date and lab.when != "pre"]


def test_an_hour_ahead_is_less_certain_than_now(watched):
    monitor, _ = watched
    f = monitor.forecast(60)
    width = f.systolic.high - f.systolic.low
    assert width[-1] > width[0]
    assert monitor.forecast(10_000).minutes[-1] - f.minute == pytest.approx(240)


def test_a_stored_session_goes_on_as_if_nothing_had_happened(twin, told, tmp_path):
    rows = list(of_session(told.session()))
    whole, first = Monitor(twin), Monitor(twin)
    half = len(rows) // 2
    for row in rows[:half]:
        whole.read(row)
        first.read(row)
    kept.save(first, tmp_path / "session.json")
    second = kept.load(tmp_path / "session.json")
    for row in rows[half:]:
        a, b = whole.read(row), second.read(row)
        np.testing.assert_allclose(b.forecast.systolic.middle, a.forecast.systolic.middle, atol=1e-6)
        np.testing.assert_allclose(b.forecast.cramp.middle, a.forecast.cramp.middle, atol=1e-6)
        assert (a.alert is None) == (b.alert is None)
        assert a.alert is None or a.alert.text == b.alert.text
    assert [a.text for a in second.alerts] == [a.text for a in whole.alerts]


def test_people_can_be_kept_apart_from_what_changes(watched):
    monitor, _ = watched
    short = kept.as_json(monitor, who=False)
    assert len(json.dumps(short)) < 30_000
    again = kept.from_json(json.loads(json.dumps(short)), monitor.going.people)
    np.testing.assert_allclose(again.forecast().below, monitor.forecast().below, atol=1e-9)


@pytest.mark.parametrize("change", [{"format": "x"}, {"schema_version": 2}, {"order": {"tim": 3}}, {"readings": [{}]}])
def test_what_is_no_stored_session_is_refused(watched, change):
    with pytest.raises(BadRecord):
        kept.from_json(kept.as_json(watched[0]) | change)


def test_a_stored_order_is_the_same_order(twin):
    order = twin.prescription[0]
    assert people.order_from(json.loads(json.dumps(people.order_json(order)))) == order


def test_a_weight_of_today_is_that_of_everybody(twin):
    heavier = people.weighed(people.of(twin), 70.0)
    from soleus.body import body

    seen = body.look(heavier.start, heavier.patient, body.rest(heavier.patient))
    np.testing.assert_allclose(seen.weight, 70.0, atol=1e-6)


def test_the_machine_is_followed_where_it_departs_from_the_plan(twin):
    monitor = Monitor(twin)
    order = monitor.going.order
    plan = float(monitor.going.shown.at("uf", 60.0).mean())
    monitor.read({"minute": 60, "uf_l": round(plan - 0.4, 2)})
    assert monitor.going.shown.at("uf", 60.0).mean() == pytest.approx(plan - 0.4, abs=0.02)
    monitor.read({"minute": 70, "uf_rate_l_h": 0.0})
    assert monitor.going.shown.at("uf", 200.0).mean() == pytest.approx(
        monitor.going.shown.at("uf", 70.0).mean(), abs=1e-6
    )
    monitor.read({"minute": 80, "blood_flow_ml_min": 150.0, "bath_temperature_c": 35.5})
    assert monitor.going.treated.order.Q_b == pytest.approx(0.15)
    assert monitor.going.treated.order.dialysate.temperature == 35.5
    assert order.Q_b != 0.15
    turns = len(monitor.going.turns)
    monitor.read({"minute": 90, "blood_flow_ml_min": 152.0, "uf_rate_l_h": 0.0})  # as it is: nothing new
    assert len(monitor.going.turns) == turns


def test_a_session_that_runs_on_is_watched_on(twin):
    monitor = Monitor(twin)
    end = monitor.going.treated.end
    monitor.read({"minute": end + 5, "systolic_mmhg": 125, "diastolic_mmhg": 70, "uf_rate_l_h": 0.4})
    assert monitor.going.treated.end >= end + 30
    update = monitor.read({"minute": end + 20, "systolic_mmhg": 122, "diastolic_mmhg": 69})
    assert "systolic_mmhg" in update.used


def test_silence_is_noticed_once(twin):
    monitor = Monitor(twin)
    monitor.read({"minute": 0, "systolic_mmhg": 140, "diastolic_mmhg": 80})
    asks = [monitor.read({"minute": m, "rbv_pct": -m / 20}).ask for m in (20, 40, 60, 70, 80)]
    assert [bool(ask) for ask in asks] == [False, False, True, False, False]


def test_nonsense_in_any_order_never_stops_the_watch(twin, tmp_path):
    rng = np.random.default_rng(4)
    lines = ["minute,systolic_mmhg,diastolic_mmhg,heart_rate_min,rbv_pct,uf_l,event,amount"]
    for _ in range(80):
        m, s, d, h, b, u = (round(float(x), 1) for x in rng.normal((120, 120, 70, 80, -8, 2), (150, 90, 60, 60, 25, 5)))
        word = rng.choice(["", "", "", "cramp", "saline", "uf stopped", "dance", "uf rate"])
        lines.append(f"{m},{s},{d},{h},{b},{u},{word},{rng.choice(['', '200', '0.5', '-1'])}")
    file = tmp_path / "wild.csv"
    file.write_text("\n".join(lines))
    monitor = Monitor(twin)
    for row in of_csv(file):
        f = monitor.read(row).forecast
        assert np.all(np.isfinite(f.systolic.middle) & np.isfinite(f.below))


@pytest.mark.parametrize("minute", [33.1, 61.7, 99.99999, 123.456])
def test_any_minute_has_its_hour_and_its_reason(twin, minute):
    monitor = Monitor(twin)
    monitor.read({"minute": 0, "systolic_mmhg": 118, "diastolic_mmhg": 66})
    monitor.read({"minute": minute - 2, "systolic_mmhg": 84, "diastolic_mmhg": 48})
    update = monitor.read({"minute": minute, "systolic_mmhg": 82, "diastolic_mmhg": 47})
    assert update.alert is not None
    assert len(update.forecast.minutes) == 13
