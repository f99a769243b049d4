"""People with failing kidneys and no dialysis: they stay as they are, and answer as patients do.

`python tests/test_ckd.py` prints the two rows of `stages.csv` that years of failing make.
"""

from dataclasses import replace

import numpy as np
import pytest

from soleus import ckd, cohort, months
from soleus.body import body
from soleus.body.body import Patient
from soleus.errors import OutOfRange
from soleus.events import Event, lay
from soleus.parameter import get, put
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
        assert float(made["seen"].hormones.PTH[0]) == pytest.approx(told["hormones.PTH"], rel=0.05)
        assert float(made["seen"].calcium.iCa[0]) == pytest.approx(told["calcium.iCa"], rel=0.015)
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


@pytest.mark.parametrize("drug", [{"kidney.e": 0.4}, {"kidney.thiazide": 1.0}])
def test_diuretics_take_water_potassium_and_magnesium(people, drug):
    patient = put(people.patient, drug)
    now, was = seen(patient, months.live(patient, people.start, None, 28).start), seen(*people)
    assert np.all(now.weight < was.weight - 0.4)
    assert np.all(now.potassium.K_p < was.potassium.K_p)
    assert np.all(now.magnesium.tMg < was.magnesium.tMg)
    assert now.kidney.sodium == pytest.approx(was.kidney.sodium, rel=0.03)  # as much is lost as is eaten, again


def test_a_loop_diuretic_takes_calcium_and_a_thiazide_keeps_it(people):
    """U_Ca about 30 % up at GFR 30, PTH up; a quarter down at GFR 60."""
    loop, thiazide = put(people.patient, {"kidney.e": 0.4}), put(people.patient, {"kidney.thiazide": 1.0})
    was = seen(*people)
    for days, low, high in ((0.0, 1.2, 1.4), (28.0, 1.15, 1.4)):
        now = seen(loop, months.live(loop, people.start, None, days).start)
        assert low < now.excreted.Ca[2] / was.excreted.Ca[2] < high
        assert days == 0 or now.hormones.PTH[2] > was.hormones.PTH[2]
    kept = seen(thiazide, months.live(thiazide, people.start, None, 28).start)
    assert 0.6 < kept.excreted.Ca[0] / was.excreted.Ca[0] < 0.85
    assert kept.calcium.iCa[0] > was.calcium.iCa[0]


# Acidosis and its correction

ACID = np.array([2.1, 1.75, 1.2])  # times the usual acid of food: pH 7.25 at each filtration below


@pytest.fixture(scope="module")
def acidotic():
    """Three people with pH 7.25, at GFR 30, 20 and 8."""
    usual = cohort.alike(Patient(), 3)
    return ckd.without_dialysis(put(usual, {"acid_base.G": ACID * usual.acid_base.G}), np.array([30.0, 20.0, 8.0]))


@pytest.fixture(scope="module")
def infused(acidotic):
    """200 mmol of sodium bicarbonate into a vein within an hour, an hour after the beginning; a day."""
    patient, start = acidotic
    switches, drip = lay([[Event("bicarbonate", 60, 200, 60)]] * 3, 1440)
    course = between(patient, start, 24.0, course=True, infusion=drip, switches=switches)
    moments = course.moments(patient)

    def at(of, minute):
        return get(moments, of)[int(np.argmin(abs(course.minutes - minute)))]

    return at


def test_bicarbonate_into_a_vein_lowers_ionized_calcium_and_half_returns_within_hours(infused):
    """By 0.06-0.09 through pH and bicarbonate [IonizedCalcium1988], and by what the salt dilutes."""
    pH = infused("seen.acid_base.pH", 60.0)
    assert np.all((pH > 7.2) & (pH < 7.3))
    assert np.all(infused("seen.acid_base.pH", 120.0) - pH > 0.12)
    iCa = {minute: infused("seen.calcium.iCa", minute) for minute in (60.0, 120.0, 180.0, 300.0, 1440.0)}
    fall = iCa[60.0] - iCa[120.0]
    assert np.all((fall > 0.07) & (fall < 0.125))
    assert np.all(iCa[180.0] - iCa[120.0] > 0.2 * fall)
    assert np.all(iCa[300.0] - iCa[120.0] > 0.5 * fall)
    assert np.all(iCa[60.0] - iCa[1440.0] < 0.15 * fall)


def test_base_alone_without_its_sodium_lowers_it_less():
    patient, start = ckd.without_dialysis(cohort.alike(Patient(), 1), 6.0)
    drip = replace(body.NO_INFUSION, hco3=200 / 60)
    course = between(patient, start, 1.0, infusion=drip, switches=(0.0, 60.0))
    was, now = seen(patient, start), seen(patient, course.end.body)
    assert 0.15 < now.acid_base.pH - was.acid_base.pH < 0.25
    assert 0.06 < was.calcium.iCa - now.calcium.iCa < 0.09


def test_and_makes_glands_answer_and_nerves_fire(infused):
    """PTH up at once; the terminal's margin 1-2 mV lower but for the potassium that goes into cells."""
    assert np.all(infused("seen.hormones.PTH", 120.0) > 1.4 * infused("seen.hormones.PTH", 60.0))
    lower = infused("nerves.usual", 60.0) - infused("nerves.usual", 120.0)
    assert np.all((lower > 1.0) & (lower < 2.0))
    assert np.all(infused("nerves.ectopic_usual", 120.0) > 4 * infused("nerves.ectopic_usual", 60.0))
    assert np.all(infused("nerves.ectopic", 90.0) > 1.5 * infused("nerves.ectopic", 60.0))
    assert np.all(infused("seen.potassium.K_p", 120.0) < infused("seen.potassium.K_p", 60.0) - 0.3)
    assert infused("nerves.usual", 1440.0) == pytest.approx(infused("nerves.usual", 60.0), abs=0.5)


@pytest.mark.parametrize("days", [0.25, 1, 7, 28])
def test_bicarbonate_swallowed_for_days_lowers_no_calcium(acidotic, days):
    """40 mmol a day: base comes back over weeks, and bone keeps pace."""
    patient, start = acidotic
    alkaline = put(patient, {"acid_base.alkali": patient.acid_base.alkali + 40 / 1440})
    now, was = seen(alkaline, months.live(alkaline, start, None, days).start), seen(patient, start)
    assert np.allclose(now.calcium.iCa, was.calcium.iCa, atol=0.01)
    assert np.allclose(now.hormones.PTH, was.hormones.PTH, rtol=0.05)
    assert np.all(now.acid_base.hco3 > was.acid_base.hco3 + (3.5 if days > 20 else 0.0))


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
    assert at["hormones.PTH"][[0, 2]] == pytest.approx([40.0, 289.0])
    assert 96 < at["hormones.PTH"][1] < 136
    assert at["hormones.PTH"][3] == at["hormones.PTH"][2]


if __name__ == "__main__":
    rows = [seen(*now) for now in ckd.failing(cohort.alike(Patient(), 1), [100.0, *GFR])]
    print("hormones.PTH", *(f"{float(row.hormones.PTH[0]):.0f}" for row in rows), sep=",")
    print("calcium.iCa", *(f"{float(row.calcium.iCa[0]):.3f}" for row in rows), sep=",")
