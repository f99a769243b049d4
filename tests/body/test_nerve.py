"""Nerve: the quick answers against the full axon, and their directions; tests/test_tables.py holds the measurements."""

import dataclasses
import random
import sys
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import nerve_fit  # noqa: E402

from soleus.body import nerve  # noqa: E402
from soleus.body.nerve import Inputs, Nerve  # noqa: E402
from soleus.units import UNITS, dimension  # noqa: E402
from soleus.validate.axon import LOAD, MOTOR, SENSORY, Around, excitability, rest, tipping  # noqa: E402
from soleus.validate.excitability import HEALTH, ISCHEMIA  # noqa: E402

P = Nerve()
BEFORE = replace(HEALTH, K=5.6, iCa=1.15, iMg=0.54, pH=7.34, toxin=0.0096)  # as blood is before a session
AFTER = replace(HEALTH, K=3.6, iCa=1.20, iMg=0.48, pH=7.46, toxin=0.005)  # and after it


def look(p=P, **changes):
    return nerve.look(replace(HEALTH, **changes), p)


# The quick answers against the nine equations


def test_the_coefficients_are_those_of_the_axon():
    """Run `python tests/body/nerve_fit.py` after any change to the axon."""
    again = nerve_fit.fit()
    assert set(again) == set(nerve.POLYNOMIALS)
    for key, terms in again.items():
        assert terms == pytest.approx(nerve.POLYNOMIALS[key], abs=2e-5), key


@pytest.mark.parametrize(("kind", "full"), [("motor", MOTOR), ("sensory", SENSORY)])
def test_the_quick_answers_over_the_whole_range(kind, full):
    """At points that were not fitted: the errors that the header states."""
    at = nerve_fit.points(1024, seed=7)
    true = excitability(at.around, full.loaded(at.load))
    quick = nerve.axon(kind, nerve.products(at.coordinates()), P)
    rests, well = true.margin > nerve_fit.LEAST, true.margin > 2
    assert np.mean(rests) > 0.7
    for name in ("V", "margin"):
        off = (getattr(quick, name) - getattr(true, name))[rests]
        assert np.sqrt(np.mean(off**2)) < 0.12, name
        assert np.max(np.abs(off)) < 0.8, name
    usual = excitability(Around(), MOTOR).rheobase
    assert np.std(quick.rheobase[well] / true.rheobase[well] * usual) < 0.04
    assert np.max(np.abs(quick.ready - true.h)[rests]) < 0.03
    assert np.max(quick.margin[~rests]) < 1.2  # mV: where the axon cannot rest, the quick answer says so


@pytest.mark.parametrize(("kind", "full"), [("motor", MOTOR), ("sensory", SENSORY)])
def test_tipping_over_the_whole_range(kind, full):
    at = nerve_fit.points(64, seed=9)
    true = tipping(at.around, full.loaded(at.load))
    found = ~np.isnan(true)
    quick = nerve._sum(nerve.POLYNOMIALS[kind, "tipping"], nerve.products(at.coordinates()))
    off = (quick - true)[found]
    assert np.sqrt(np.mean(off**2)) < 0.12
    assert np.std(true[found]) > 0.5


def test_usual_blood_is_the_origin():
    seen, terminal = look(), excitability(Around(), MOTOR.loaded(LOAD))
    assert pytest.approx(0, abs=1e-12) == seen.S
    assert pytest.approx(4.2, abs=1e-6) == seen.K
    assert seen.terminal.margin == pytest.approx(float(terminal.margin), abs=0.05)
    assert seen.usual == pytest.approx(P.M_0, abs=0.05)
    assert seen.node.rheobase == pytest.approx(1, abs=0.03)
    assert pytest.approx(-84.2, abs=0.2) == seen.node.V
    assert seen.sensory.margin == pytest.approx(seen.terminal.margin - 3, abs=0.2)
    assert seen.ectopic < 0.5


def test_at_rest_no_current_flows():
    at = rest(Around(), MOTOR)
    assert float(at.V) == pytest.approx(-84.2, abs=0.1)
    assert at.V < at.V_I < -60 or at.V_I < at.V < -60


# Directions


@pytest.mark.parametrize(
    "less",
    [
        {"iCa": 1.0}, {"iMg": 0.35}, {"pH": 7.55}, {"warmed": -3.0}, {"K": 5.0}, {"Na": 146.0}, {"oxygen": 0.3},
        {"oxygen": 0.3, "V_is": 0.8},
    ],
    ids=str,
)  # fmt: skip
def test_less_margin(less):
    assert look(**less).terminal.margin < look().terminal.margin
    assert look(**less).sensory.margin < look().sensory.margin
    assert look(**less).terminal.rheobase < look().terminal.rheobase
    assert look(**less).ectopic > look().ectopic


def test_low_potassium_does_not_make_the_nerve_fire():
    """After dialysis the axon is harder to excite, whatever else changed; so is one whose potassium alone fell."""
    before, after = nerve.look(BEFORE, P), nerve.look(AFTER, P)
    for axon in ("node", "terminal", "sensory"):
        assert getattr(after, axon).margin > getattr(before, axon).margin + 3
        assert getattr(after, axon).rheobase > getattr(before, axon).rheobase
    assert after.ectopic < before.ectopic
    K = np.linspace(2.0, 7.0, 51)
    margin = look(K=K).terminal.margin
    assert np.all(np.diff(margin) < 0)
    assert np.all(np.diff(look(K=K).ectopic) > 0)


def test_what_symptoms_read_knows_nothing_of_potassium_flow_or_toxins():
    for changes in ({"K": 2.5}, {"K": 6.5}, {"oxygen": 0.2, "toxin": 0.02, "V_is": 0.7}):
        assert look(**changes).usual == pytest.approx(look().usual)
        assert look(**changes).ectopic_usual == pytest.approx(look().ectopic_usual)
    assert look(iCa=1.0).usual < look().usual
    assert look(iCa=1.0).ectopic_usual > look().ectopic_usual


def test_tetany_begins_where_textbooks_put_it():
    """Four sensory terminals, where half of people would notice: at ionized calcium 0.7-0.85, sooner when alkaline."""
    iCa = np.linspace(0.5, 1.2, 141)
    half = iCa[np.argmin(np.abs(look(iCa=iCa).ectopic_usual - 4))]
    alkaline = iCa[np.argmin(np.abs(look(iCa=iCa, pH=7.6).ectopic_usual - 4))]
    assert 0.7 < half < 0.85
    assert alkaline > half + 0.04


def test_alkalosis_adds_to_low_calcium():
    """Half of iCa's fall in alkalosis is not there when iCa is held; the pH itself takes half a millivolt."""
    assert look().usual - look(pH=7.55).usual == pytest.approx(0.5, abs=0.2)
    assert look().usual - look(pH=7.55, iCa=0.95).usual == pytest.approx(2.7, abs=0.5)


def test_every_direction_everywhere():
    """Margin rises with divalents and falls with potassium at a thousand points of the range where the axon rests."""
    at = nerve_fit.points(1024, seed=3)
    x = at.coordinates()
    for kind in ("motor", "sensory"):
        here = nerve.axon(kind, nerve.products(x), P).margin
        rests = here > 1
        for letter, sign in (("k", -1), ("s", 1), ("l", 1), ("t", 1)):
            there = nerve.axon(kind, nerve.products(x | {letter: x[letter] + 0.01}), P).margin
            share = np.mean((sign * (there - here) > 0)[rests])
            assert share > 0.99, (kind, letter, share)


def test_starved_muscle():
    """Full flow adds no potassium; none adds nearly all it can, more in less water; the pump slows but goes on."""
    assert pytest.approx(4.2, abs=0.01) == look(oxygen=2.0).K
    assert 1.5 < nerve.look(ISCHEMIA, P).K - 4.2 < P.K_max
    assert look(oxygen=0.4, V_is=0.8).K > look(oxygen=0.4).K
    assert nerve.look(ISCHEMIA, P).pump == pytest.approx(P.phi_0, abs=0.05)


def test_toxins_slow_the_pump_and_hardly_move_the_axon():
    assert look(toxin=0.0096).pump == pytest.approx(0.8, abs=0.01)
    assert look().terminal.margin - look(toxin=0.02).terminal.margin == pytest.approx(0.15, abs=0.15)


def test_neuropathy_lowers_the_margin_and_kills_axons():
    sick = replace(P, neuropathy=1.0)
    assert look(sick).terminal.margin < look().terminal.margin
    assert look(sick).ectopic > look().ectopic
    drowned = {"K": 7.4, "iCa": 0.6}
    assert look(sick, **drowned).ectopic < P.N * (1 - P.dead) + 1


# For all callers alike


def test_the_same_from_jax_with_finite_sensitivities():

    def outcome(given, p):
        seen = nerve.look(given, p)
        return seen.terminal.rheobase + seen.ectopic + seen.usual

    there, slopes = jax.jit(jax.value_and_grad(outcome, argnums=(0, 1)))(ISCHEMIA, P)
    assert float(there) == pytest.approx(float(outcome(ISCHEMIA, P)), rel=1e-9)
    assert all(np.isfinite(x) for x in jax.tree.leaves(slopes))


def units_of(tree):
    fields = {}
    for field in dataclasses.fields(tree):
        inner = getattr(tree, field.name)
        said = field.metadata["param"].unit if "param" in field.metadata else field.metadata.get("quantity", ("",))[0]
        fields[field.name] = units_of(inner) if dataclasses.is_dataclass(inner) else said
    return replace(tree, **fields)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_is_dimensionally_sound(seed):
    draws = random.Random(seed)
    size = {base: draws.choice([0.3, 0.6, 1.7, 2.9]) for base in sorted({b for u in UNITS.values() for b in u})}

    def rescaled(tree):
        scale = lambda unit, x: x * np.prod([size[b] ** power for b, power in dimension(unit).items()])  # noqa: E731
        return jax.tree.map(scale, units_of(tree), tree)

    here, there = rescaled(nerve.look(BEFORE, P)), nerve.look(rescaled(BEFORE), rescaled(P))
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-9), here, there)


def test_inputs_may_be_arrays_over_time_and_patients():
    given = Inputs(**{f.name: np.full((5, 3), getattr(AFTER, f.name)) for f in dataclasses.fields(Inputs)})
    assert nerve.look(given, P).terminal.margin.shape == (5, 3)
