"""The clinic's formulas against worked examples."""

import numpy as np
import pytest

from soleus import measures


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
