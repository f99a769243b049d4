"""Kidney: what each stage of its failure excretes, and that none of it is left without one."""

import dataclasses

import jax
import numpy as np
import pytest
from scipy.optimize import brentq

from soleus.body import kidney
from soleus.body.kidney import Kidney

PLASMA = {"K_w": 5.4, "hco3": 23.0, "Mg": 0.67, "Ca": 1.38, "iCa": 1.15, "P": 1.66, "PTH": 300.0, "FGF": 1500.0}


def excreted(gfr_ml_min, p=None, **changed):
    p = dataclasses.replace(p or Kidney(), gfr=gfr_ml_min / 1000)
    return kidney.excreted(**(PLASMA | changed), p=p, at_rest=kidney.rest(p))


def look(V_e, V_ref=15.0, p=None, urea=20.0, K=0.02):
    p = p or Kidney()
    return kidney.look(V_e, V_ref, urea, K, p, kidney.rest(p))


def test_without_a_kidney_nothing_is_excreted():
    assert jax.tree.leaves(excreted(0.0)) == [0.0] * 5
    seen = look(16.0)
    assert (seen.K_urea, seen.K_creatinine, seen.K_b2m, seen.K_toxin) == (0.0, 0.0, 0.0, 0.0)


def test_clearances_follow_filtration():
    seen = look(15.0, p=dataclasses.replace(Kidney(), gfr=0.004))
    assert (seen.K_urea, seen.K_creatinine) == pytest.approx((0.003, 0.005), rel=0.02)
    assert (seen.K_urea + seen.K_creatinine) / 2 == pytest.approx(0.004, rel=0.02)
    assert (seen.K_b2m, seen.K_toxin) == pytest.approx((0.0036, 0.012))


@pytest.mark.parametrize(("gfr", "hco3"), [(100, 25.0), (45, 23.3), (30, 22.4), (20, 21.2), (12, 19.4), (8, 17.6)])
def test_bicarbonate_at_which_each_stage_balances_its_acid(gfr, hco3):
    def balance(x):
        return excreted(gfr, hco3=x).base - 0.032

    assert brentq(balance, 10.0, 30.0) == pytest.approx(hco3, abs=0.15)


@pytest.mark.parametrize(("gfr", "K_p"), [(100, 4.2), (45, 4.5), (20, 4.8), (10, 5.1)])
def test_potassium_at_which_each_stage_balances_its_food(gfr, K_p):
    def balance(c):
        return 0.033 - 0.002 * c - excreted(gfr, K_w=c).K

    assert 0.934 * brentq(balance, 2.0, 9.0) == pytest.approx(K_p, abs=0.1)


def test_health_loses_the_minerals_that_food_brings():
    out = excreted(100, Mg=0.6 * 1.24, Ca=1.22 * 1.2, iCa=1.22, P=1.2, PTH=40.0, FGF=45.0)
    assert out.Ca * 1440 == pytest.approx(5.0, abs=0.3)
    assert out.Mg * 1440 == pytest.approx(4.0, abs=0.5)
    lost = out.P / (0.1 * 1.2)
    assert lost == pytest.approx(0.16, rel=0.01)


def test_failing_kidneys_lose_nearly_all_phosphate_they_filter():
    out = excreted(8, P=2.0, PTH=340.0, FGF=1100.0)
    lost = out.P / (0.008 * 2.0)
    assert lost == pytest.approx(0.80, rel=0.02)


# Diuretics


def ratio(name, gfr, **drug):
    """What a drug makes of a substance in urine."""
    return getattr(excreted(gfr, dataclasses.replace(Kidney(), **drug)), name) / getattr(excreted(gfr), name)


@pytest.mark.parametrize("drug", [{"e": 0.4}, {"thiazide": 1.0}])
def test_diuretics_lose_potassium_and_magnesium_and_leave_phosphate(drug):
    assert 1.05 < ratio("K", 60, **drug) < 1.4
    assert 1.03 < ratio("Mg", 60, **drug) < 1.4
    assert ratio("P", 60, **drug) == 1


def test_a_loop_diuretic_loses_calcium_and_a_thiazide_keeps_it():
    """A third more at GFR 30; a fifth to two fifths less in health [Parfitt1972, Sakhaee1984]."""
    assert ratio("Ca", 30, e=0.4) == pytest.approx(1.30, abs=0.05)
    assert 2.0 < ratio("Ca", 100, e=1.5) < 2.5
    assert 0.56 < ratio("Ca", 100, thiazide=1.0) < 0.78
    assert ratio("Ca", 100, thiazide=1.0) < ratio("Ca", 100, thiazide=0.3) < 1


def test_more_of_a_drug_does_more_and_little_reaches_a_failing_kidney():
    for name, drug in (("K", "e"), ("Mg", "thiazide"), ("Ca", "e")):
        doses = [ratio(name, 60, **{drug: dose}) for dose in (0.0, 0.2, 0.4, 0.8, 1.5)]
        assert np.all(np.diff(doses) > 0), name
        reached = [ratio(name, gfr, **{drug: 0.8}) for gfr in (100, 30, 10, 3)]
        assert np.all(np.diff(reached) < 0), name
    assert ratio("Ca", 10, thiazide=1.0) > 0.8


def test_without_urine_a_diuretic_does_nothing():
    drugged = dataclasses.replace(Kidney(), e=1.5, thiazide=2.0)
    assert jax.tree.leaves(excreted(0.0, drugged)) == [0.0] * 5
    seen = look(16.0, p=drugged)
    assert (seen.urine, seen.sodium) == (0, 0)


def test_on_dialysis_a_loop_diuretic_raises_measured_urine_and_its_sodium():
    """By a quarter to twice, as it reaches what is left [Lemes2011]."""
    few = dataclasses.replace(Kidney(), gfr=0.004, urine=0.0004)
    with_it, without = look(15.0, p=dataclasses.replace(few, e=0.4)), look(15.0, p=few)
    assert 1.2 < with_it.urine / without.urine < 2.5
    assert with_it.sodium / with_it.urine == pytest.approx(without.sodium / without.urine)
    assert with_it.urine / without.urine == pytest.approx(float(kidney.diuresis(dataclasses.replace(few, e=0.4))))


def test_no_more_is_lost_than_filtered():
    out = excreted(3, dataclasses.replace(Kidney(), e=1.5), iCa=1.6)
    assert out.Mg < 0.5 * 0.003 * PLASMA["Mg"]
    assert out.Ca < 0.5 * 0.003 * PLASMA["Ca"]


@pytest.mark.parametrize("gfr", [0.0, 0.0004, 0.004, 0.1])
def test_every_sensitivity_is_finite(gfr):
    def total(p, plasma):
        return sum(jax.tree.leaves(kidney.excreted(**plasma, p=p, at_rest=kidney.rest(p))))

    found = jax.grad(total, argnums=(0, 1))(dataclasses.replace(Kidney(), gfr=gfr), PLASMA)
    assert all(np.isfinite(x) for x in jax.tree.leaves(found))


SOME = dataclasses.replace(Kidney(), urine=0.0005, gfr=0.004)


def test_no_kidney_gives_nothing():
    seen = look(18.0)
    assert (seen.urine, seen.sodium, seen.K_urea) == (0, 0, 0)


def test_dry_weight_gives_the_stated_urine():
    seen = look(15.0, p=SOME)
    assert seen.urine == pytest.approx(SOME.urine, rel=0.01)
    assert seen.sodium == pytest.approx(seen.urine * SOME.c_Na)


def test_overload_raises_it_and_dehydration_dries_it_up():
    urine = look(np.linspace(8.0, 20.0, 60), p=SOME).urine
    assert np.all(np.diff(urine) > 0)
    assert np.all(urine > 0)
    assert urine[0] < 0.02 * SOME.urine
    assert look(15.0 * 1.1, p=SOME).urine == pytest.approx(SOME.urine * (1 + 0.1 * SOME.k), rel=0.01)


# Without dialysis


def alone(gfr_ml_min, **changed):
    return dataclasses.replace(Kidney(), alone=1.0, gfr=gfr_ml_min / 1000, **changed)


@pytest.mark.parametrize("gfr", [60, 20, 5])
def test_at_dry_weight_the_kidney_loses_what_is_eaten(gfr):
    seen = look(15.0, p=alone(gfr))
    assert seen.sodium == pytest.approx(Kidney().Na_0, rel=0.01)
    assert 1.0 < seen.urine * 1440 < 3.5


def test_healthier_kidneys_need_less_overload_to_lose_more_salt():
    rise = [look(15.0 * 1.05, p=alone(gfr)).sodium - look(15.0, p=alone(gfr)).sodium for gfr in (5, 20, 60)]
    assert np.all(np.diff(rise) > 0)


def test_a_failing_kidney_makes_thin_urine():
    """The same osmoles in more water: people with few nephrons left rise at night."""
    healthy, failing = (look(15.0, p=alone(gfr), urea=0.225 / kidney.rest(alone(gfr)).K_urea) for gfr in (100, 8))
    assert failing.urine > 1.4 * healthy.urine


def test_a_loop_diuretic_loses_salt_and_water():
    with_it, without = look(15.0, p=alone(20, e=0.4)), look(15.0, p=alone(20))
    assert with_it.sodium > 1.2 * without.sodium
    assert with_it.urine > without.urine
    assert look(15.0, p=alone(0.5, e=0.4)).sodium < 1.05 * look(15.0, p=alone(0.5)).sodium


def test_salt_stays_in_a_dry_body():
    dry = look(15.0 * np.linspace(0.5, 1, 20), p=alone(20))
    assert np.all(np.diff(dry.sodium) > 0)
    assert dry.sodium[0] < 0.1 * Kidney().Na_0


def test_urea_is_cleared_better_per_filtered_litre_when_the_kidney_fails():
    share = [look(15.0, p=alone(gfr)).K_urea / gfr * 1000 for gfr in (100, 30, 8)]
    assert share == pytest.approx([0.50, 0.675, 0.73])
