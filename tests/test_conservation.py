"""What came in less what went out is what is there: water, sodium, protein, urea and heat, to 1e-9.

First at one instant, for patients from everywhere in states far from rest; then over a session and over a gap, where
the machine's own tally, intake and losses must account for every gram.
"""

from dataclasses import replace

import jax
import numpy as np
import pytest

from soleus import schedule, session
from soleus.body import body, gut
from soleus.body.body import Patient
from soleus.cohort import alike, draw, draw_everywhere
from soleus.machine.profiles import linear, steps
from soleus.parameter import put
from soleus.prescription import Prescription
from soleus.units import hours, ml_min

N = 64
CLOSED = 1e-9


def balanced(change, *flows):
    """The flows add up to the change, measured against all that moved."""
    gross = sum(np.abs(flow) for flow in flows)
    assert np.max(np.abs(change - sum(flows)) / gross) < CLOSED


@pytest.fixture(scope="module")
def instant():
    """States of all kinds under all kinds of treatment, with everything that is seen and every rate."""
    p = draw_everywhere(1000, seed=11)
    rng = np.random.default_rng(12)
    r = body.rest(p)
    now = jax.tree.map(lambda x: x * rng.uniform(0.8, 1.25, 1000), schedule.above_dry(p, 0.0))
    now = put(now, {"gut.V": rng.uniform(0, 2, 1000), "gut.n": rng.uniform(0, 200, 1000)})
    given = body.Given(
        removal=jax.tree.map(lambda _: rng.uniform(-5, 8, 1000), body.NO_REMOVAL),
        infused=jax.tree.map(lambda _: rng.uniform(0, 0.03, 1000), body.NO_INFUSION),
        uf=rng.uniform(0, 0.05, 1000),
        heat=rng.uniform(-3, 3, 1000),
        on=1.0,
        eats=rng.integers(0, 2, 1000),
    )
    seen = body.look(now, p, r)
    return p, now, given, seen, body.rates(now, seen, given, p, r)


def test_water_at_an_instant(instant):
    p, _, given, seen, d = instant
    drunk = given.eats * gut.thirst(seen.sodium.Na_p, p.sodium.Na_p, p.gut)
    change = d.fluid.V_pl + d.fluid.V_is + d.fluid.V_ic + d.gut.V
    came = given.infused.water + given.infused.gut_water + p.blood.w * given.infused.red_cells
    balanced(change, drunk, came, -given.uf, -seen.kidney.urine, -p.fluid.insensible)


def test_sodium_at_an_instant(instant):
    p, _, given, seen, d = instant
    came = given.infused.Na + given.infused.gut_Na
    balanced(d.sodium.n + d.gut.n, given.eats * p.gut.salt, came, -given.removal.Na, -seen.kidney.sodium)


def test_protein_at_an_instant(instant):
    _, _, given, _, d = instant
    balanced(d.protein.m_pl + d.protein.m_is, given.infused.protein)


def test_urea_at_an_instant(instant):
    p, _, given, seen, d = instant
    balanced(d.urea.n_e + d.urea.n_i, p.urea.G, -given.removal.urea, -seen.kidney.K_urea * seen.urea_e)


def test_dissolved_substances_at_an_instant(instant):
    """Potassium, base, calcium, magnesium, phosphate, creatinine and both toxins: what came in less what went out."""
    p, _, given, seen, d = instant
    drip, out, urine = given.infused, given.removal, seen.excreted
    K_gut = p.potassium.K_gut * seen.potassium.c_w
    balanced(d.potassium.n_e + d.potassium.n_i, p.potassium.G, drip.K, -out.K, -urine.K, -K_gut)
    acid, a = d.acid_base, p.acid_base
    base = acid.n + a.V_B * acid.buffer + acid.n_organic + acid.n_acetate + 3 * acid.n_citrate
    lost = out.hco3 + out.organic + out.acetate + 3 * out.citrate
    balanced(base, a.alkali, drip.hco3, 3 * drip.citrate, urine.base, -a.G, -lost)
    balanced(d.calcium.n + d.calcium.F + d.bone.B, seen.absorption.Ca, drip.Ca, -out.Ca, -urine.Ca)
    balanced(d.magnesium.n_e + d.magnesium.n_s, p.magnesium.G, drip.Mg, -out.Mg, -urine.Mg)
    P = d.phosphate.n_e + d.phosphate.n_s + p.phosphate.q * d.bone.B
    balanced(P, seen.absorption.P, drip.phosphate, -out.phosphate, -urine.P)
    gone = (p.mannitol.K_x + p.kidney.gfr) * seen.mannitol.c_w
    balanced(d.mannitol.n, drip.mannitol, -out.mannitol, -gone)
    K_creatinine = (p.creatinine.K_gut + seen.kidney.K_creatinine) * seen.creatinine.c_e
    balanced(d.creatinine.n_e + d.creatinine.n_i, p.creatinine.G, -out.creatinine, -K_creatinine)
    balanced(d.b2m.m_1 + d.b2m.m_2, p.b2m.G, -out.b2m, -(p.b2m.K_0 + seen.kidney.K_b2m) * seen.b2m.c_1)
    K_toxin = seen.kidney.K_toxin * seen.indoxyl.free
    balanced(d.indoxyl.n_1 + d.indoxyl.n_2, p.indoxyl.G, -out.indoxyl, -K_toxin)
    assert np.array_equal(d.blood.V_rbc, drip.red_cells)


def test_heat_at_an_instant(instant):
    p, now, given, _, d = instant
    made, h = p.heat.f * p.heat.M, p.heat
    to_room = made * (now.heat.T_k - h.T_amb) / (h.T_k - h.T_amb)
    balanced(h.C_c * d.heat.T_c + h.C_k * d.heat.T_k, made, given.heat, -to_room)


# Over time. The people below have no kidney, drink by habit alone and sit in an endlessly cold room: then urine,
# thirst and the skin's loss, which depend on the course, are known beforehand, and the books must close exactly.


@pytest.fixture(scope="module")
def closed_books():
    p = draw(N, seed=21)
    return put(p, {"gut.k": np.zeros(N), "heat.T_amb": -1e12})


@pytest.fixture(scope="module")
def treated(closed_books):
    """Sessions of every kind, with saline running in; states at start and end."""
    orders = [
        Prescription(time=hours(4), uf=2.5, uf_profile=steps([2, 1, 0, 1])),
        Prescription(time=hours(3), uf=3.0, sodium_profile=linear(148, 132)),
        Prescription(mode="UF", Q_d=0.0, time=hours(2), uf=1.5),
        Prescription(mode="HDF-post", Q_sub=ml_min(80), time=hours(5), uf=2.0, temperature_profile=linear(37, 35)),
    ] * (N // 4)
    # 200 mL of saline within ten minutes
    drip = replace(body.NO_INFUSION, water=np.array([0.0, 0.02, 0.0]), Na=np.array([0.0, 0.02 * 154, 0.0]))
    p = closed_books
    start = schedule.above_dry(p, 0.04 * p.fluid.dry_weight)
    start = put(start, {"gut.V": np.full(N, 0.3), "gut.n": np.full(N, 30.0)})
    course = session.simulate(p, start, orders, infusion=drip, switches=(0.0, 100.0, 110.0, 300.0))
    return p, start, course.end, course.minutes[-1]


def water(state):
    return state.fluid.V_pl + state.fluid.V_is + state.fluid.V_ic + state.gut.V


def sodium(state):
    return state.sodium.n + state.gut.n


def test_a_session_keeps_the_books(treated):
    p, start, end, minutes = treated
    now, tally = end.body, end.tally
    balanced(water(now) - water(start), np.full(N, 0.2), -tally.uf, -p.fluid.insensible * minutes)
    balanced(sodium(now) - sodium(start), np.full(N, 30.8), -tally.Na_convective, -tally.Na_diffusive)
    balanced(urea(now) - urea(start), p.urea.G * minutes, -tally.urea)
    a, b = (x.acid_base for x in (now, start))
    base = p.acid_base.alkali - p.acid_base.G
    lost = tally.hco3 + tally.organic + tally.acetate + 3 * tally.citrate
    balanced(alkali(a, p) - alkali(b, p), base * minutes, -lost)
    balanced(magnesium(now) - magnesium(start), p.magnesium.G * minutes, -tally.Mg)
    made = p.heat.f * p.heat.M * minutes
    balanced(heat(now, p) - heat(start, p), made, tally.heat, -made)
    kept = (now.protein.m_pl + now.protein.m_is) / (start.protein.m_pl + start.protein.m_is)
    assert np.max(np.abs(kept - 1)) < CLOSED


def urea(state):
    return state.urea.n_e + state.urea.n_i


def magnesium(state):
    return state.magnesium.n_e + state.magnesium.n_s


def alkali(acid, p):
    return acid.n + p.acid_base.V_B * acid.buffer + acid.n_organic + acid.n_acetate + 3 * acid.n_citrate


def heat(state, p):
    return p.heat.C_c * state.heat.T_c + p.heat.C_k * state.heat.T_k


def test_the_machine_takes_what_was_ordered(treated):
    _, _, end, _ = treated
    assert np.max(np.abs(end.tally.uf / np.tile([2.5, 3.0, 1.5, 2.0], N // 4) - 1)) < CLOSED


def test_weight_is_what_the_scale_shows(treated):
    p, start, end, minutes = treated
    r = body.rest(p)
    before, after = (body.look(state, p, r).weight for state in (start, end.body))
    balanced(after - before, np.full(N, 0.2), -end.tally.uf, -p.fluid.insensible * minutes)


def test_a_gap_keeps_the_books(closed_books, treated):
    p, (_, _, end, _) = closed_books, treated
    now = schedule.between(p, end.body, 44.0).end.body
    minutes, before = hours(44), end.body
    drunk = (p.gut.habit + p.gut.food_water) * minutes
    balanced(water(now) - water(before), drunk, -p.fluid.insensible * minutes)
    balanced(sodium(now) - sodium(before), p.gut.salt * minutes)
    balanced(urea(now) - urea(before), p.urea.G * minutes)
    made = p.heat.f * p.heat.M * minutes
    balanced(heat(now, p) - heat(before, p), made, -made)
    kept = (now.protein.m_pl + now.protein.m_is) / (before.protein.m_pl + before.protein.m_is)
    assert np.max(np.abs(kept - 1)) < CLOSED


def test_a_steady_kidney_passes_what_it_says():
    """Urine that does not answer to overload is a known loss too."""
    p = put(alike(Patient(), N), {"gut.k": np.zeros(N), "kidney.urine": 0.0005, "kidney.k": 0.0})
    start = schedule.above_dry(p, 1.0)
    now = schedule.between(p, start, 44.0).end.body
    urine = body.look(start, p, body.rest(p)).kidney.urine * hours(44)
    drunk = (p.gut.habit + p.gut.food_water) * hours(44)
    balanced(water(now) - water(start), drunk, -p.fluid.insensible * hours(44), -urine)
    balanced(sodium(now) - sodium(start), p.gut.salt * hours(44), -p.kidney.c_Na * urine)
