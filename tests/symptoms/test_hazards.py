"""Hazards by hand, and what may and may not change them."""

from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pytest

from soleus import symptoms
from soleus.body import spinal_cord
from soleus.body.spinal_cord import SpinalCord
from soleus.parameter import parameters
from soleus.symptoms import HALF_HOUR, SHARES, Cramp, Hypotension, Signs

MINUTES = np.linspace(0, 240, 49)
REST = SimpleNamespace(V_e=np.array([15.0]))


def signs(**now):
    """A session in which nothing happens, but for what is named; [time, 1]."""
    calm = {"S": 0.75, "V_e": 16.0, "E": 285.0, "urea_gradient": 0.0, "SBP": 140.0, "uf": 0.0}
    calm |= {"K_gap": 0.0, "margin": 12.2, "iMg": 0.55, "hco3": 24.0}
    columns = {
        name: np.broadcast_to(np.asarray(value, float), len(MINUTES))[:, None] for name, value in (calm | now).items()
    }
    return Signs(**columns)


def z_of(**now):
    return {name: value[:, 0] for name, value in symptoms.pathways(signs(**now), REST).items()}


def test_every_pathway_has_a_weight_and_every_weight_a_pathway():
    assert set(symptoms.PATHWAYS) == set(z_of()) == {f.name for f in fields(Cramp)} - {"b_0", "u"}
    assert set(symptoms.PRESSURE_PATHWAYS) == {f.name for f in fields(Hypotension)} - {"h_0"}


def test_a_calm_session_feeds_no_pathway():
    z = z_of()
    assert abs(z["perfusion"][-1]) < 0.02
    assert z["volume"][-1] == -2  # 10 % of extracellular water may go for nothing
    assert z["below_dry"][-1] < 0.01
    assert z["tonicity"][-1] == 0
    for name in ("urea_gradient", "potassium", "nerve", "magnesium", "bicarbonate", "drugs"):
        assert z[name][-1] == 0, name


def test_each_sign_moves_its_own_pathway_alone():
    ramp = np.linspace(0, 1, len(MINUTES))
    cases = {
        "perfusion": ({"S": 0.75 - 0.2 * ramp}, "higher"),
        "volume": ({"V_e": 19.0 - 3.0 * ramp}, "higher"),
        "tonicity": ({"E": 285.0 - 6.0 * ramp}, "higher"),
        "urea_gradient": ({"urea_gradient": 4.0 * ramp}, "higher"),
        "potassium": ({"K_gap": 1.5 * ramp}, "higher"),
        "nerve": ({"margin": 12.2 - 3 * ramp}, "higher"),
        "magnesium": ({"iMg": 0.55 - 0.1 * ramp}, "higher"),
        "bicarbonate": ({"hco3": 24.0 + 4.0 * ramp}, "higher"),
    }
    calm = z_of(V_e=19.0)
    for name, (now, _) in cases.items():
        z = z_of(**({"V_e": 19.0} | now))
        assert z[name][-1] > calm[name][-1] + 0.5, name
        for other in set(z) - {name}:
            assert np.allclose(z[other], calm[other], atol=1e-6), (name, other)


def test_units_of_each_pathway():
    end = np.array([0.0] * 48 + [1.0])
    assert z_of(V_e=20.0 - 3.0 * end)["volume"][-1] == pytest.approx(1.0)  # 15 % lost
    assert z_of(E=285.0 - 5.0 * end)["tonicity"][-1] == pytest.approx(1.0)
    assert z_of(urea_gradient=3.0)["urea_gradient"][-1] == pytest.approx(1.0)
    assert z_of(K_gap=1.0)["potassium"][-1] == pytest.approx(1.0)
    assert z_of(iMg=0.45)["magnesium"][-1] == pytest.approx(1.0)
    assert z_of(hco3=27.0)["bicarbonate"][-1] == pytest.approx(1.0)
    assert z_of(V_e=15.0 * 0.95)["below_dry"][-1] == pytest.approx(1.0, rel=0.01)
    assert z_of(S=0.66 - 0.125 / 2)["perfusion"][-1] == pytest.approx(0.5, abs=0.02)
    assert z_of(S=0.2)["perfusion"][-1] == pytest.approx(1.0, abs=0.01)


def test_a_constant_rate_by_hand():
    """A log rate of -4 in each of 48 shares of the session: 48 x e^-4 expected, 1 - e^-that to have one."""
    weights = replace(Cramp(), b_0=-4.0, u=0.0)
    none = {name: np.zeros((len(MINUTES), 1)) for name in symptoms.PATHWAYS}
    risk = symptoms.cramp(none, MINUTES, weights)
    expected = SHARES * np.exp(-4.0)
    assert risk.cumulative[-1, 0] == pytest.approx(expected, rel=1e-2)  # the ceiling takes e^-7 of it
    assert risk.probability[0] == pytest.approx(1 - np.exp(-expected), rel=1e-2)
    assert risk.cumulative[0, 0] == 0


def test_potassium_claims_nothing_until_a_person_shows_it():
    """Its prior is centered on none: after dialysis the nerve is less excitable, not more."""
    assert Cramp().potassium == 0
    assert all(getattr(Cramp(), name) > 0 for name in ("magnesium", "bicarbonate"))


def test_an_hour_more_is_not_an_hour_more_at_risk():
    """The same course drawn out over twice the time has the same chance of a cramp, and twice that of hypotension."""
    z = {name: np.full((len(MINUTES), 1), 0.5) for name in symptoms.PATHWAYS}
    short, long = (symptoms.cramp(z, k * MINUTES, Cramp()).cumulative[-1, 0] for k in (1, 2))
    assert long == pytest.approx(short)
    seen = signs(SBP=100.0)
    short, long = (symptoms.hypotension(seen, k * MINUTES, 0.0, Hypotension()).cumulative[-1, 0] for k in (1, 2))
    assert long == pytest.approx(2 * short)


def test_a_rate_has_a_ceiling_and_a_chance_is_a_chance():
    none = {name: np.full((len(MINUTES), 1), 50.0) for name in symptoms.PATHWAYS}
    risk = symptoms.cramp(none, MINUTES, Cramp())
    assert risk.rate.max() * MINUTES[-1] <= SHARES * np.exp(3.0)
    assert 0 <= risk.probability[0] <= 1


def test_medicines_add_to_the_log_rate_and_to_nothing_else():
    with_drugs = symptoms.pathways(signs(), REST, drugs=0.7)
    assert np.all(with_drugs["drugs"] == 0.7)
    for name, value in symptoms.pathways(signs(), REST).items():
        assert np.array_equal(value, with_drugs[name]) or name == "drugs"
    usual, more = (symptoms.cramp(symptoms.pathways(signs(), REST, x), MINUTES, Cramp()) for x in (0.0, 0.7))
    assert np.allclose(more.rate / usual.rate, np.exp(0.7), rtol=0.01)
    each = symptoms.pathways(signs(), REST, drugs=np.array([0.3]))["drugs"]
    assert each.shape == (len(MINUTES), 1)


def test_drives_add_up_in_the_log_rate_as_they_do_in_the_spinal_cord():
    """Noise lifts a quiet pool over a barrier: two drives together multiply what each alone does, within 15 %."""
    p = SpinalCord()
    low, high = spinal_cord.edges(p)
    drive = np.linspace(low + 0.1 * (high - low), high - 0.1 * (high - low), 30)
    slope = np.gradient(-spinal_cord.barrier(drive, p), drive)
    assert np.all(slope > 0)
    middle = slope[(drive > low + 0.25 * (high - low)) & (drive < low + 0.55 * (high - low))]
    assert np.ptp(middle) / middle.mean() < 0.35  # a straight line would be 0: steeper when quiet, flatter near cramp

    def log_rate(extra):
        return -float(spinal_cord.barrier(np.array(p.tonic + extra), p))

    for one, other in ((0.2, 0.2), (0.3, 0.5)):
        together = log_rate(one + other) - log_rate(0)
        apart = log_rate(one) + log_rate(other) - 2 * log_rate(0)
        assert 0.85 < together / apart < 1
    z = {name: np.zeros((len(MINUTES), 1)) for name in symptoms.PATHWAYS}
    rates = [float(symptoms.cramp(z | {"nerve": z["nerve"] + x}, MINUTES, Cramp()).rate[0, 0]) for x in (0, 1, 2)]
    assert rates[2] / rates[1] == pytest.approx(rates[1] / rates[0], rel=0.01)


def test_susceptibility_is_the_persons_and_multiplies():
    none = {name: np.zeros((len(MINUTES), 1)) for name in symptoms.PATHWAYS}
    usual, prone = (symptoms.cramp(none, MINUTES, replace(Cramp(), u=u)) for u in (0.0, 1.0))
    assert np.allclose(prone.rate / usual.rate, np.e, rtol=0.01)


def test_nothing_counts_after_the_treatment():
    risk = symptoms.hypotension(signs(), MINUTES, 0.0, Hypotension(), until=np.array([120.0]))
    whole = symptoms.hypotension(signs(), MINUTES, 0.0, Hypotension())
    assert risk.cumulative[-1, 0] == pytest.approx(0.5 * whole.cumulative[-1, 0], rel=0.02)
    assert risk.cumulative[-1, 0] == risk.cumulative[24, 0]
    none = {name: np.zeros((len(MINUTES), 2)) for name in symptoms.PATHWAYS}
    cramp = symptoms.cramp(none, MINUTES, Cramp(), until=np.array([120.0, 240.0])).cumulative
    assert cramp[24, 0] == cramp[-1, 0] == pytest.approx(cramp[-1, 1])


def test_hypotension_by_hand():
    """110 mmHg and no fall: the bare rate per 30 min; 10 mmHg lower and fallen by 10: both weights more."""
    weights = Hypotension()
    level = symptoms.hypotension(signs(SBP=110.0), MINUTES, 0.0, weights)
    assert level.rate[0, 0] * HALF_HOUR == pytest.approx(np.exp(weights.h_0), rel=0.01)
    fallen = symptoms.hypotension(signs(SBP=np.array([110.0] + [100.0] * 48)), MINUTES, 0.0, weights)
    ratio = np.exp(weights.level + weights.fall)
    assert fallen.rate[-1, 0] / level.rate[-1, 0] == pytest.approx(ratio, rel=0.01)


def test_a_low_fluid_rate_does_not_count_and_a_high_one_does():
    slow, usual, fast = (symptoms.hypotension(signs(), MINUTES, ufr, Hypotension()).rate[0, 0] for ufr in (2, 6, 15))
    assert usual == pytest.approx(slow, rel=1e-3)
    assert fast / slow == pytest.approx(np.exp(5 * Hypotension().uf_rate), rel=0.01)


@pytest.mark.parametrize("cls", [Cramp, Hypotension])
def test_weights_are_drawn_from_their_priors(cls):
    drawn = symptoms.draw_weights(cls, 4000, np.random.default_rng(1))
    for name, value, meta in parameters(cls):
        x = getattr(drawn, name)
        assert x.shape == (4000,)
        assert np.all((x >= meta.within[0]) & (x <= meta.within[1]))
        assert np.median(x) == pytest.approx(value, abs=0.1 * meta.sd + 1e-12)


def test_draws_and_patients_go_together():
    drawn = symptoms.draw_weights(Cramp, 3, np.random.default_rng(1))
    z = {name: np.ones((len(MINUTES), 3)) for name in symptoms.PATHWAYS}
    risk = symptoms.cramp(z, MINUTES, drawn)
    for i in range(3):
        one = Cramp(**{f.name: float(getattr(drawn, f.name)[i]) for f in fields(Cramp)})
        alone = symptoms.cramp({k: v[:, :1] for k, v in z.items()}, MINUTES, one)
        assert alone.probability[0] == pytest.approx(risk.probability[i])
