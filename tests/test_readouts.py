"""Readouts: every quantity of the vocabulary is read from a session as a study would have measured it."""

import numpy as np
import pytest

from soleus import study
from soleus.errors import BadRecord
from soleus.studies.form import VOCABULARY
from soleus.validate import arm, one_pool, plan, readouts

STUDIES = {s.key: s for s in study.load_all()}
FEW = 8


@pytest.fixture(scope="module")
def hemo():
    """A group with pressures on its chart, followed for an hour."""
    return arm.treat(plan.plan_of(STUDIES["hemo-2002"].arm("hemo"), after=60.0), plan.people(FEW, 1))


def names():
    """Every quantity that must run, with every way of building one from another."""
    runs = [*VOCABULARY]
    built = [f"{x}_change" for x in readouts.LEVELS] + [f"{x}_change_pct" for x in readouts.LEVELS]
    taken = [f"{x}_{how}" for x in readouts.TALLIES for how in ("removed", "gained")]
    return runs + built + taken + ["urea_clearance", "phosphate_clearance", "rebound_urea_pct", "rebound_K_pct"]


@pytest.mark.parametrize("name", names())
def test_every_quantity_that_should_run_does(hemo, name):
    for time in (("at", "post"), ("at_min", 60), ("over", "session"), ("after_min", 30), ("after_min", (30, 60))):
        got = readouts.values(hemo, name, time)
        assert got.shape == (FEW,)
        assert np.isfinite(got).all()


def test_readouts_agree_with_each_other(hemo):
    def value(name, time=("at", "post")):
        return readouts.values(hemo, name, time)

    assert np.allclose(value("SBP_change"), value("SBP") - value("SBP", ("at", "pre")))
    assert np.allclose(value("PP"), value("SBP") - value("DBP"))
    assert np.allclose(value("Na_gained"), -value("Na_removed"))
    assert np.allclose(value("URR"), -value("urea_change_pct"))
    assert np.allclose(value("TPR") * value("CO"), value("MAP"))
    assert np.allclose(value("RBV_change_pct_per_l") * hemo.uf, value("RBV_change_pct"), rtol=1e-3)
    assert np.allclose(value("refill_rate") * hemo.post_weight * 3.5 / 1000, hemo.uf + value("plasma_volume_change"))
    assert np.allclose(value("urea_removed", ("over", "week")), 3 * value("urea_removed"))
    assert np.allclose(value("Ca_gained"), -value("Ca_removed"))
    assert np.allclose(value("phosphate_pct_of_pre"), 100 + value("phosphate_change_pct"))
    assert np.allclose(value("K_removed_from_ECF") + value("K_removed_from_ICF"), value("K_removed"))
    assert np.allclose(value("TCO2"), value("HCO3") + 0.0307 * value("pCO2"))
    assert (value("Ca_ionised_pH74") > value("Ca_ionised")).mean() > 0.5  # alkaline after the session
    base = value("HCO3_gained") - value("acetate_gained") - 3 * value("citrate_gained")
    assert np.allclose(base, -readouts.at(hemo, hemo.moment.tally.hco3, [hemo.end])[0])
    assert (value("RBV_min_pct") <= value("RBV_change_pct") + 1e-9).all()
    assert (value("eKtV") < value("spKtV")).all()
    assert (value("urea", ("over", "session")) > value("urea")).all()
    assert (value("Na_removed", ("at_min", 60)) < value("Na_removed")).all()
    assert ((value("urea_clearance", ("at_min", 60)) > 120) & (value("urea_clearance", ("at_min", 60)) < 300)).all()


def test_sodium_is_counted_from_where_fluid_removal_begins():
    one = plan.plan_of(STUDIES["moret-2002"].arm("na-140"))
    t = arm.treat(one, plan.people(FEW, 1))
    total = readouts.TALLIES["Na"](t)
    later = readouts.values(t, "Na_removed", ("over", "session"))
    assert np.allclose(later, total[-1] - readouts.at(t, total, [60.0])[0])


def test_unknown_figures_are_refused(hemo):
    with pytest.raises(BadRecord, match="over a week"):
        readouts.values(hemo, "Na", ("over", "week"))
    with pytest.raises(BadRecord, match="cannot be read"):
        readouts.values(hemo, "albumin_removed", ("at", "post"))


def test_any_symptom_is_at_least_as_common_as_each(hemo):
    chance = {k: readouts.SYMPTOMS[f"{k}_sessions_pct"](hemo) for k in ("cramp", "IDH", "symptomatic")}
    assert (chance["symptomatic"] >= np.maximum(chance["cramp"], chance["IDH"]) - 1e-9).all()
    assert all(((c > 0) & (c < 100)).all() for c in chance.values())


def test_one_pool_finds_the_one_pool_that_made_the_samples():
    minutes, K_d, Q = np.linspace(0, 240, 5), np.array([0.15, 0.14]), np.array([0.0104, 0.0])
    K_m, V_0 = np.array([0.10, 0.08]), np.array([11.0, 9.0])
    k = K_m + K_d - np.maximum(Q, one_pool.LEAST_UF)
    left = 1 - np.maximum(Q, one_pool.LEAST_UF) * minutes[:, None] / V_0
    c = 1.7 * (K_m / k + (1 - K_m / k) * left ** (k / np.maximum(Q, one_pool.LEAST_UF)))
    found = one_pool.fitted(minutes, c, K_d, Q)
    assert found[0] == pytest.approx(K_m, rel=0.03)
    assert found[1] == pytest.approx(V_0 - Q * 240, rel=0.03)
