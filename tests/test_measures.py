"""The clinic's formulas against worked examples."""

import re
from pathlib import Path

import numpy as np
import pytest

from soleus import cohort, measures, schedule, session
from soleus.body.body import Patient
from soleus.prescription import Prescription
from soleus.references import references

HOURS = (3.0, 3.5, 4.0, 5.0)
UF_L, WEIGHT_KG = 2.5, 72.5


def week_of_one_pool(ktv=1.2, gaps_h=(44, 44, 68), hours=4.0, uf_l=0.0, volume_l=35.0, residual_ml_min=0.0, G=0.2):
    """Urea of one pool before each session of a periodic week, mmol/L; the pool refills evenly between sessions.

    Returns the levels in the order of `gaps_h`, each after its gap. `uf_l` is the mean of the sessions.
    """
    gain = uf_l * len(gaps_h) / sum(gaps_h)
    K, K_r = ktv * volume_l / (60 * hours), residual_ml_min / 1000

    def carried(n, clearance, first_l, last_l, minutes):
        steps = 2000
        dt = minutes / steps
        for i in range(steps):
            V = [first_l + (last_l - first_l) * (i + share) / steps for share in (0, 0.5, 1)]
            k1 = G - clearance * n / V[0]
            k2 = G - clearance * (n + dt / 2 * k1) / V[1]
            k3 = G - clearance * (n + dt / 2 * k2) / V[1]
            k4 = G - clearance * (n + dt * k3) / V[2]
            n += dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        return n

    n, pre = 10 * volume_l, []
    for _ in range(5):
        pre = []
        for gap in gaps_h:
            full = volume_l + gain * gap
            n = carried(n, K_r, volume_l, full, 60 * gap)
            pre.append(n / full)
            n = carried(n, K + K_r, full, volume_l, 60 * hours)
    return np.array(pre)


@pytest.fixture(scope="module")
def treated():
    """Four people alike, treated for different times, an hour longer watched, and the gap before the next session."""
    p = cohort.alike(Patient(), len(HOURS))
    orders = [Prescription(uf=UF_L, time=60 * hours) for hours in HOURS]
    person = schedule.arrive(p, orders, 44.0, post_weight=np.full(len(HOURS), WEIGHT_KG))
    course = session.simulate(person.patient, person.start, orders, end=360.0)
    return course.minutes, course.moments(person.patient), person.patient


def urea_of(moment):
    """Urea of plasma, [time, patient]."""
    return np.asarray(moment.seen.protein.f * moment.seen.urea_e)


def sampled(treated, who):
    """Urea of one person before, at the end and an hour later."""
    minutes, moment, _ = treated
    return [float(np.interp(60 * t, minutes, urea_of(moment)[:, who])) for t in (0, HOURS[who], HOURS[who] + 1)]


def test_every_source_named_is_known():
    named = re.findall(r"\[([A-Z]\w+\d{4}(?:, \w+)*)\]", Path(measures.__file__).read_text())
    keys = {key for names in named for key in names.split(", ")}
    assert len(keys) > 12
    assert keys <= set(references())


def test_uf_rate():
    """2.8 L in 4 h from 70 kg: 10 mL/kg/h."""
    assert measures.uf_rate_ml_kg_h(2.8, 4.0, 70.0) == pytest.approx(10)


def test_gain():
    assert measures.interdialytic_gain_kg(72.5, 70.0) == 2.5


def test_urea_reduction_ratio():
    assert measures.urr_pct(25.0, 7.5) == pytest.approx(70)


def test_single_pool_ktv_second_generation():
    """R = 0.3, 4 h, 2.8 L from 70 kg: -ln(0.3 - 0.032) + (4 - 1.05) x 0.04 = 1.317 + 0.118."""
    assert measures.sp_ktv(25.0, 7.5, 4.0, 2.8, 70.0) == pytest.approx(1.4348, abs=5e-4)


def test_ktv_of_no_dialysis_is_about_nothing():
    assert measures.sp_ktv(25.0, 25.0, 0.0, 0.0, 70.0) == 0


def test_ultrafiltration_adds_to_ktv_and_time_corrects_generation():
    dry = measures.sp_ktv(25.0, 7.5, 4.0, 0.0, 70.0)
    assert measures.sp_ktv(25.0, 7.5, 4.0, 3.0, 70.0) > dry
    assert measures.sp_ktv(25.0, 7.5, 5.0, 0.0, 70.0) > dry


@pytest.mark.parametrize(
    ("access", "expected"), [("fistula", 1.4 - 0.6 * 1.4 / 4 + 0.03), ("catheter", 1.4 - 0.47 * 1.4 / 4 + 0.02)]
)
def test_equilibrated_ktv(access, expected):
    """spKt/V 1.4 in 4 h: 1.22 from an artery, 1.26 from a vein."""
    assert measures.e_ktv(1.4, 4.0, access) == pytest.approx(expected)


def test_rebound_costs_less_in_a_long_session():
    assert 0 < 1.4 - measures.e_ktv(1.4, 8.0) < 1.4 - measures.e_ktv(1.4, 3.0)


def test_watson_water():
    """A man of 50, 175 cm, 70 kg: 40.0 L. A woman of 165 cm, 60 kg: 30.3 L; her age does not count."""
    assert measures.watson_water_l("M", 50, 175, 70) == pytest.approx(2.447 - 4.758 + 18.795 + 23.534)
    assert measures.watson_water_l("F", 40, 165, 60) == pytest.approx(-2.097 + 17.6385 + 14.796)
    assert measures.watson_water_l("F", 80, 165, 60) == measures.watson_water_l("F", 40, 165, 60)


def test_osmolality():
    """Sodium 138, urea 25, glucose 5.5 mmol/L: 306.5 mOsm/kg."""
    assert measures.osmolality_mosm_kg(138, 25) == 306.5
    assert measures.osmolality_mosm_kg(138, 25, 10.5) == 311.5


def test_mean_pressure_lies_nearer_the_diastolic():
    assert measures.mean_pressure_mmhg(140, 80) == pytest.approx(102.8)
    assert measures.mean_pressure_mmhg(90, 90) == 90


def test_relative_blood_volume():
    rbv = measures.relative_blood_volume_pct([[5.0, 4.0], [4.5, 4.0]])
    assert np.allclose(rbv, [[0, 0], [-10, 0]])


def test_slope_of_a_straight_trace():
    minutes = np.array([0.0, 10.0, 60.0, 240.0])
    traces = np.outer(minutes / 60, [-2.0, 0.5]) + [1.0, -3.0]
    assert np.allclose(measures.rbv_slope_pct_h(minutes, traces), [-2.0, 0.5])


def test_refilling():
    """2.8 L off while plasma lost 0.4 L: 2.4 L came back, 8.57 mL/kg/h."""
    assert measures.refill_rate_ml_kg_h(2.8, -0.4, 4.0, 70.0) == pytest.approx(2400 / 4 / 70)


def test_batches_are_as_one_by_one():
    pre, post = np.array([20.0, 30.0]), np.array([6.0, 8.0])
    both = measures.sp_ktv(pre, post, 4.0, 2.0, 70.0)
    assert list(both) == [measures.sp_ktv(a, b, 4.0, 2.0, 70.0) for a, b in zip(pre, post, strict=True)]


# Dose: further forms


@pytest.mark.parametrize(("access", "expected"), [("fistula", 1.4 * 240 / 275), ("catheter", 1.4 * 240 / 262)])
def test_equilibrated_ktv_by_the_time_of_far_tissues(access, expected):
    """spKt/V 1.4 in 4 h: 1.22 from an artery, 1.28 from a vein."""
    assert measures.e_ktv_tattersall(1.4, 4.0, access) == pytest.approx(expected)


def test_a_long_session_leaves_no_rebound():
    assert measures.e_ktv_tattersall(1.4, 1e6) == pytest.approx(1.4, rel=1e-5)
    assert measures.e_ktv_sampled(25.0, 7.5, 4.0, 2.8, 70.0) < measures.sp_ktv(25.0, 7.5, 4.0, 2.8, 70.0) + 0.04


def test_rebound():
    assert measures.rebound_pct(8.0, 9.2) == pytest.approx(15)


@pytest.mark.parametrize("who", range(len(HOURS)))
def test_three_ways_to_equilibrated_ktv_agree_on_a_simulated_session(treated, who):
    """The regressions come from thousands of people; the simulated hour after the end is this person's own."""
    pre, post, later = sampled(treated, who)
    hours = HOURS[who]
    sp = measures.sp_ktv(pre, post, hours, UF_L, WEIGHT_KG)
    own = measures.e_ktv_sampled(pre, later, hours, UF_L, WEIGHT_KG)
    assert measures.e_ktv(sp, hours) == pytest.approx(own, abs=0.05)
    assert measures.e_ktv_tattersall(sp, hours) == pytest.approx(own, abs=0.05)
    assert 10 < measures.rebound_pct(post, later) < 25


def test_standard_ktv_of_one_fixed_pool_is_exact():
    """Evenly spaced sessions without fluid removal: the formula is the periodic state itself."""
    for per_week, ktv, hours in ((3, 1.2, 4.0), (2, 1.6, 5.0), (6, 0.6, 2.5)):
        gap = 168 / per_week - hours
        pre = week_of_one_pool(ktv, [gap] * per_week, hours)
        true = measures.std_ktv_simulated(0.2, 35.0, pre.mean())
        assert measures.std_ktv(ktv, hours, per_week) == pytest.approx(true, rel=1e-4)


def test_three_sessions_of_1_2_are_about_2_a_week():
    """The rule of the clinic: equilibrated 1.05-1.2 three times a week is a standard 2.0-2.2."""
    assert measures.std_ktv(1.05, 4.0, 3) == pytest.approx(2.0, abs=0.05)
    assert measures.std_ktv(1.2, 4.0, 3) == pytest.approx(2.16, abs=0.01)


@pytest.mark.parametrize(
    ("per_week", "ktv", "hours", "uf_l"), [(3, 1.2, 4.0, 2.5), (3, 1.2, 4.0, 4.0), (6, 0.6, 2.5, 1.5)]
)
def test_fluid_removal_adds_to_standard_ktv(per_week, ktv, hours, uf_l):
    pre = week_of_one_pool(ktv, [168 / per_week - hours] * per_week, hours, uf_l)
    true = measures.std_ktv_simulated(0.2, 35.0, pre.mean())
    assert measures.std_ktv(ktv, hours, per_week, uf_l, 35.0) == pytest.approx(true, rel=0.015)
    assert true > measures.std_ktv(ktv, hours, per_week)


@pytest.mark.parametrize("residual", [1.0, 3.0])
def test_a_kidney_adds_to_standard_ktv(residual):
    without, with_it = (
        measures.std_ktv_simulated(0.2, 35.0, week_of_one_pool(uf_l=2.5, residual_ml_min=x).mean())
        for x in (0.0, residual)
    )
    assert measures.std_ktv_of_kidney(residual, 1.2, 35.0) == pytest.approx(with_it - without, rel=0.12)
    assert measures.std_ktv_of_kidney(residual, 1.2, 35.0) < 10.08 * residual / 35


def test_standard_ktv_of_a_simulated_session(treated):
    """Four hours every other day, which is three and a half times a week."""
    p = treated[2]
    pre, _, later = sampled(treated, 2)
    volume = float(np.mean(p.fluid.V_pl * 0.93 + p.fluid.V_is + p.fluid.V_ic))
    true = measures.std_ktv_simulated(float(np.mean(p.urea.G)), volume, pre / 0.93)
    own = measures.e_ktv_sampled(pre, later, 4.0, UF_L, WEIGHT_KG)
    assert measures.std_ktv(own, 4.0, 3.5, UF_L, volume) == pytest.approx(true, rel=0.06)


# Protein and urea


@pytest.mark.parametrize("ktv", [0.9, 1.2, 1.5])
@pytest.mark.parametrize("G", [0.12, 0.20, 0.28])
def test_protein_catabolic_rate_of_a_simulated_week(ktv, G):
    """Each day's formula gives back the rate that made the week; a level of plasma is 0.93 of that of water."""
    after_short, last, after_long = 0.93 * week_of_one_pool(ktv, uf_l=2.5, G=G)
    true = measures.npcr_generated(G, 35.0)
    for day, level in (("first", after_long), ("midweek", after_short), ("last", last)):
        assert measures.npcr_g_kg_day(level, ktv, day=day) == pytest.approx(true, rel=0.02), day


def test_protein_catabolic_rate_by_hand():
    """Urea nitrogen 70 mg/dL is urea 25 mmol/L; at Kt/V 1.2 midweek 70 / 74.18 + 0.168 = 1.11 g/kg/day."""
    assert measures.npcr_g_kg_day(70 / 2.8014, 1.2) == pytest.approx(70 / (25.8 + 1.38 + 47.0) + 0.168)
    assert measures.npcr_g_kg_day(25.0, 1.2, day="first") < measures.npcr_g_kg_day(25.0, 1.2)
    assert measures.npcr_g_kg_day(25.0, 1.2, day="last") > measures.npcr_g_kg_day(25.0, 1.2)
    with pytest.raises(KeyError):
        measures.npcr_g_kg_day(25.0, 1.2, day="Tuesday")


def test_a_kidney_hides_protein_from_the_plain_formula():
    after_short = 0.93 * week_of_one_pool(1.2, uf_l=2.5, residual_ml_min=3.0)[0]
    true = measures.npcr_generated(0.2, 35.0)
    assert measures.npcr_g_kg_day(after_short, 1.2) < 0.9 * true
    assert measures.npcr_g_kg_day(after_short, 1.2, residual_ml_min=3.0) == pytest.approx(true, rel=0.05)


def test_a_gram_of_protein_a_day():
    """0.2 mmol of urea a minute in 35 L: 9.35 x 5.603 + 10.3 = 62.7 g a day of a 60.3 kg person."""
    assert measures.npcr_generated(0.2, 35.0) == pytest.approx(62.68 / (35 / 0.58), rel=1e-3)


def test_time_averaged_urea():
    """25 to 8 in 4 h, back to 24 in 44 h: (16.5 x 4 + 16 x 44) / 48."""
    assert measures.tac_urea(25.0, 8.0, 24.0, 4.0, 44.0) == pytest.approx((66 + 704) / 48)
    assert measures.tac_urea(20.0, 20.0, 20.0, 4.0, 44.0) == 20


def test_three_samples_are_near_the_mean_of_a_simulated_cycle(treated):
    """Trapezoids miss the sag within a session and the rebound after it: a few per cent."""
    patient = treated[2]
    orders = [Prescription(uf=UF_L)] * len(HOURS)
    person = schedule.arrive(patient, orders, 44.0, post_weight=np.full(len(HOURS), WEIGHT_KG))
    during = session.simulate(person.patient, person.start, orders)
    after = schedule.between(person.patient, during.end.body, 44.0, course=True)
    means, ends = [], []
    for course in (during, after):
        level = urea_of(course.moments(person.patient))
        means.append(measures.time_average(course.minutes, level))
        ends.append((level[0, 0], level[-1, 0]))
    whole = (4 * means[0] + 44 * means[1]) / 48
    assert measures.tac_urea(ends[0][0], ends[0][1], ends[1][1], 4.0, 44.0) == pytest.approx(whole[0], rel=0.05)


def test_time_average_of_a_straight_line():
    assert np.allclose(measures.time_average([0.0, 10.0, 60.0], [[0, 3], [10, 3], [60, 3]]), [30, 3])


# Mass balance


def test_what_is_gained_is_what_came_in_less_what_left():
    assert measures.balance_mmol(90.0, 70.0, 5.0) == 15
    assert measures.balance_mmol(0.0, np.array([-3.0, 4.0])).tolist() == [3.0, -4.0]


def test_balances_of_a_simulated_session_are_what_its_stores_gained(treated):
    """Potassium: eaten, less bath and colon. Magnesium: eaten, less bath. Urea: made, less removed."""
    minutes, moment, p = treated
    state, tally, seen = moment.state, moment.tally, moment.seen
    K, Mg, urea = state.potassium.n_e + state.potassium.n_i, state.magnesium.n_e + state.magnesium.n_s, state.urea
    colon = p.potassium.K_gut * measures.time_average(minutes, seen.potassium.c_w) * minutes[-1]
    for gained, made, removed, excreted in (
        (K, p.potassium.G, tally.K, colon),
        (Mg, p.magnesium.G, tally.Mg, 0.0),
        (urea.n_e + urea.n_i, p.urea.G, tally.urea, 0.0),
    ):
        balance = measures.balance_mmol(made * minutes[-1], removed[-1], excreted)
        assert np.allclose(balance, gained[-1] - gained[0], rtol=2e-4)


def test_corrected_calcium_rises_less_than_total_calcium_in_a_session(treated):
    """Ultrafiltration concentrates albumin, and with it the calcium that it binds."""
    _, moment, p = treated
    seen = moment.seen
    albumin, total = p.protein.albumin_share * seen.protein.c_pl, seen.calcium.tCa
    corrected = measures.corrected_calcium_mmol_l(total, albumin)
    end = int(np.searchsorted(treated[0], 240.0))
    assert np.all(corrected[end] - corrected[0] < total[end] - total[0])


def test_amounts_in_grams():
    """A session that gives 5 mmol calcium gives 0.2 g; 30 mmol phosphate are 0.93 g phosphorus."""
    assert measures.grams("calcium", 5.0) == pytest.approx(0.2004, abs=1e-4)
    assert measures.grams("phosphate", 30.0) == pytest.approx(0.929, abs=1e-3)
    assert measures.grams("potassium", 75.0) == pytest.approx(2.93, abs=0.01)


def test_base_counts_citrate_three_times():
    assert measures.base_mmol(-180.0, -20.0, -5.0, 25.0) == -190


# Body water, electrolytes


def test_hume_weyers_water():
    """A man of 175 cm, 70 kg: 40.8 L, near Watson's 40.0. A woman of 165 cm, 60 kg: 32.6 L."""
    assert measures.hume_weyers_water_l("M", 175, 70) == pytest.approx(40.85, abs=0.01)
    assert measures.hume_weyers_water_l("F", 165, 60) == pytest.approx(32.61, abs=0.01)


def test_osmoles_that_are_not_in_the_formula_are_a_gap():
    """After 100 mL of mannitol 25 % in 17 L: 8 mOsm/kg more than sodium, urea and glucose say."""
    with_mannitol = measures.osmolality_mosm_kg(138, 25, 5.5, 8.0)
    assert with_mannitol == 314.5
    assert measures.osmolal_gap_mosm_kg(with_mannitol, 138, 25) == 8
    assert measures.osmolal_gap_mosm_kg(306.5, 138, 25) == 0


def test_urea_does_not_hold_water():
    assert measures.tonicity_mosm_kg(138) == 281.5
    assert measures.tonicity_mosm_kg(138, 25.5, 8.0) == 309.5


def test_calcium_corrected_for_albumin():
    """1.83 mmol/L at 26 g/L is 2.11 at 40."""
    assert measures.corrected_calcium_mmol_l(1.83, 26) == pytest.approx(2.11)
    assert measures.corrected_calcium_mmol_l(2.3, 40) == 2.3


def test_ionized_calcium_at_a_usual_ph():
    """An alkaline sample hides ionized calcium: 1.10 at 7.50 is 1.16 at 7.40; near the linear rule of analyzers."""
    assert measures.ionized_calcium_at_7_40_mmol_l(1.10, 7.50) == pytest.approx(1.157, abs=1e-3)
    assert measures.ionized_calcium_at_7_40_mmol_l(1.10, 7.40) == 1.10
    for ph in (7.2, 7.3, 7.5, 7.6):
        analyzer = 1.10 * (1 - 0.53 * (7.40 - ph))
        assert measures.ionized_calcium_at_7_40_mmol_l(1.10, ph) == pytest.approx(analyzer, rel=0.02)


def test_anion_gap():
    """Na 140, Cl 108, HCO3 22: 10, or 14 with potassium 4; with albumin 20 g/L it is 16 in truth."""
    assert measures.anion_gap_mmol_l(140, 108, 22) == 10
    assert measures.anion_gap_mmol_l(140, 108, 22, 4) == 14
    assert measures.corrected_anion_gap_mmol_l(10, 20) == 16
    assert measures.corrected_anion_gap_mmol_l(10, 44) == 10


def test_strong_ions_of_a_healthy_person_balance():
    """Na 140, K 4, iCa 1.25, iMg 0.55, Cl 104 against HCO3 24.5, pH 7.40, albumin 44 g/L, phosphate 1.2."""
    apparent = measures.strong_ion_difference_mmol_l(140, 4, 1.25, 0.55, 104)
    assert apparent == pytest.approx(43.6)
    effective = measures.buffer_base_mmol_l(24.5, 7.40, 44, 1.2)
    assert effective == pytest.approx(24.5 + 12.28 + 2.18, abs=0.01)
    assert 0 < apparent - effective < 6
