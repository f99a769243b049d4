"""People with failing kidneys and no dialysis: they stay as they are, and answer as patients do."""

from dataclasses import replace

import numpy as np
import pytest

from soleus import ckd, cohort
from soleus.body import body
from soleus.body.body import Patient
from soleus.errors import OutOfRange
from soleus.parameter import put
from soleus.schedule import between
from soleus.validate import usual

GFR = np.array([60.0, 45.0, 30.0, 20.0, 12.0, 8.0])


def seen(patient, now):
    return body.look(now, patient, body.rest(patient))


@pytest.fixture(scope="module")
def people():
    """The usual person at each stage."""
    return ckd.without_dialysis(cohort.alike(Patient(), len(GFR)), GFR)


def test_every_stage_lies_where_patients_do():
    rows = usual.stages()
    assert len(rows) >= 11
    assert not [row for row in rows if not all(row.inside)]


def test_acid_and_potassium_settle_where_the_kidney_balances_them(people):
    now = seen(*people)
    assert now.acid_base.hco3 == pytest.approx([23.9, 23.3, 22.4, 21.2, 19.4, 17.6], abs=0.15)
    assert now.potassium.K_p[[1, 3]] == pytest.approx([4.5, 4.8], abs=0.1)


def test_hormones_rise_from_stage_to_stage(people):
    assert np.all(np.diff(people.patient.hormones.PTH) > 0)
    assert np.all(np.diff(people.start.hormones.FGF) > 0)


@pytest.fixture(scope="module")
def failing():
    """The usual person through nine years, at each stage."""
    stages = list(ckd.failing(cohort.alike(Patient(), 1), GFR))
    return [{"now": now.start, "seen": seen(*now)} for now in stages]


def test_years_of_falling_filtration_make_the_hormones_of_the_table(failing, people):
    """PTH and calcium of the table, and from them FGF23, calcitriol, receptors and glands of whoever is put there."""
    for i, (gfr, made) in enumerate(zip(GFR, failing, strict=True)):
        told = ckd.stage(gfr)
        assert float(made["seen"].hormones.PTH[0]) == pytest.approx(told["hormones.PTH"], rel=0.02)
        assert float(made["seen"].calcium.iCa[0]) == pytest.approx(told["calcium.iCa"], rel=0.005)
        for name in ("D", "FGF", "R", "G"):
            mine, theirs = getattr(made["now"].hormones, name)[0], getattr(people.start.hormones, name)[i]
            assert theirs == pytest.approx(mine, rel=0.10 if name == "FGF" else 0.06), (gfr, name)


def test_fgf_rises_first_then_pth_while_phosphate_waits(failing):
    """FGF23 off at GFR 60, PTH and calcitriol by 45, phosphate only below 30."""
    FGF, PTH, D, P = (
        np.array([float(np.ravel(x)[0]) for x in of])
        for of in (
            [m["now"].hormones.FGF for m in failing],
            [m["seen"].hormones.PTH for m in failing],
            [m["now"].hormones.D for m in failing],
            [m["seen"].phosphate.c_p for m in failing],
        )
    )
    assert FGF[0] > 1.5 * 45 > 45 * PTH[0] / 40
    assert PTH[0] < 60 < PTH[1]
    assert np.all(D[:2] < 33)
    assert np.all(P[:3] < 1.3)
    assert P[-1] > 1.8
    assert np.all(np.diff(FGF) > 0) and np.all(np.diff(PTH) > 0) and np.all(np.diff(D) < 0)


def test_nobody_moves_in_two_months(people):
    course = ckd.live(*people, days=60)
    assert course.minutes[-1] == 60 * 24 * 60
    assert len(course.states) == 61
    was, now = seen(*people), seen(people.patient, course.end.body)
    assert np.allclose(now.weight, was.weight, atol=0.1)
    for name, pool in (("K_p", "potassium"), ("hco3", "acid_base"), ("tCa", "calcium"), ("c_p", "phosphate")):
        one, other = getattr(getattr(was, pool), name), getattr(getattr(now, pool), name)
        assert np.allclose(one, other, rtol=0.01), name


def test_a_salty_diet_raises_the_weight_and_more_so_in_late_stages(people):
    salty = put(people.patient, {"gut.salt": 1.5 * people.patient.gut.salt})
    course = ckd.live(salty, people.start, days=60)
    gain = seen(salty, course.end.body).weight - seen(*people).weight
    assert np.all(gain > 0.5)
    assert gain[-1] > 1.3 * gain[0]
    assert np.all(gain < 6)


def test_a_loop_diuretic_takes_water_and_calcium(people):
    """U_Ca about 30 % up at GFR 30; nothing much where little reaches the tubule."""
    loop = put(people.patient, {"kidney.e": 0.4})
    now, was = seen(loop, people.start), seen(*people)
    assert now.excreted.Ca[2] / was.excreted.Ca[2] == pytest.approx(1.3, abs=0.1)
    lighter = seen(loop, ckd.live(loop, people.start, days=14).end.body).weight - was.weight
    assert np.all(lighter < -0.2)


def test_bicarbonate_into_a_vein_lowers_ionized_calcium_and_half_returns_within_hours():
    """From pH 7.26 to about 7.44: 0.06 to 0.09 lower at once, half of it back in one to three hours."""
    patient, start = ckd.without_dialysis(cohort.alike(Patient(), 2), 6.0)
    minutes, mmol = 60.0, np.array([[200.0, 240.0]])
    drip = replace(body.NO_INFUSION, hco3=mmol / minutes)
    course = between(patient, start, 8.0, course=True, infusion=drip, switches=(60.0, 60.0 + minutes))
    m = course.moments(patient)
    at = [int(np.argmin(abs(course.minutes - t))) for t in (60.0, 120.0, 180.0, 300.0)]
    pH, iCa = m.seen.acid_base.pH[at], m.seen.calcium.iCa[at]
    assert np.all((pH[0] > 7.2) & (pH[0] < 7.3))
    assert np.all((pH[1] > 7.40) & (pH[1] < 7.48))
    fall = iCa[0] - iCa[1]
    assert np.all((fall > 0.06) & (fall < 0.09))
    assert np.all(iCa[3] - iCa[1] > 0.5 * fall)


def test_a_fistula_that_waits_flows(people):
    patient, start = ckd.without_dialysis(cohort.alike(Patient(), 1), 10.0, access_flow=0.8)
    assert seen(patient, start).circulation.Q_access == pytest.approx(0.8, rel=0.1)
    assert np.all(seen(*people).circulation.Q_access == 0)


def test_drawn_people_keep_their_differences():
    patient, start = ckd.without_dialysis(cohort.draw(32, seed=4), 15.0)
    now = usual.readings(patient, start)
    assert all(np.all(np.isfinite(x)) for x in now.values())
    assert 3.4 < now["potassium"].min() < now["potassium"].max() < 6.5
    assert 12 < now["bicarbonate"].min() < now["bicarbonate"].max() < 27


@pytest.mark.parametrize("gfr", [1.0, 140.0, 0.02])
def test_nobody_lives_without_a_kidney_or_with_too_much(gfr):
    with pytest.raises(OutOfRange, match="gfr_ml_min is"):
        ckd.without_dialysis(Patient(), gfr)


def test_the_table_is_met_at_its_columns_and_between_them():
    at = ckd.stage(np.array([100.0, 25.0, 8.0, 4.0]))
    assert at["hormones.PTH"][[0, 2]] == pytest.approx([40.0, 274.0])
    assert 96 < at["hormones.PTH"][1] < 134
    assert at["hormones.PTH"][3] == at["hormones.PTH"][2]
