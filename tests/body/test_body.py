"""The wiring: dry weight is a state of rest for anybody, and every organ is asked."""

from dataclasses import fields

import jax
import numpy as np
import pytest

from soleus.body import body
from soleus.body.body import Patient
from soleus.cohort import draw, draw_everywhere
from soleus.parameter import put


@pytest.mark.parametrize(
    "patients", [Patient(), draw(200, seed=1), draw_everywhere(200, seed=2)], ids=["typical", "drawn", "everywhere"]
)
def test_dry_weight_is_at_rest(patients):
    """But for what nobody stops doing: eating, losing water through the skin, making urea; b withdraws if it must."""
    p = put(patients, {"circulation.b": 0.0})
    r = body.rest(p)
    now = body.at_rest(p, r)
    d = body.rates(now, body.look(now, p, r), body.nothing(), p, r)
    urine = body.look(now, p, r).kidney.urine
    assert np.allclose(d.fluid.V_pl, -urine, atol=1e-12)
    assert np.allclose(d.fluid.V_is, -p.fluid.insensible, atol=1e-12)
    assert np.allclose(d.fluid.V_ic, 0, atol=1e-12)
    for rates in (d.protein, d.heat, d.circulation):
        for name, rate in vars(rates).items():
            assert np.allclose(rate, 0, atol=1e-10), name
    assert np.allclose(d.urea.n_i, 0, atol=1e-12)


def test_at_rest_everything_is_as_the_patient_says():
    p = draw(50, seed=3)
    r = body.rest(p)
    seen = body.look(body.at_rest(p, r), p, r)
    for found, said in (
        (seen.weight, p.fluid.dry_weight),
        (seen.sodium.Na_p, p.sodium.Na_p),
        (seen.circulation.MAP, p.circulation.MAP),
        (seen.protein.c_pl, p.protein.c_pl),
        (seen.V_e, r.V_e),
        (seen.J_w, 0.0),
        (seen.urea_e, p.urea.c),
    ):
        assert np.allclose(found, said, atol=1e-12)


def test_rates_have_a_number_for_every_state():
    p = draw(5, seed=4)
    r = body.rest(p)
    now = body.at_rest(p, r)
    d = body.rates(now, body.look(now, p, r), body.nothing(), p, r)
    assert jax.tree.structure(d) == jax.tree.structure(now)


def test_nobody_drinks_who_is_not_free_to():
    p = Patient()
    r = body.rest(p)
    now = body.at_rest(p, r)
    bound = body.nothing()
    bound = type(bound)(**{f.name: getattr(bound, f.name) for f in fields(bound)} | {"eats": 0.0})
    d = body.rates(now, body.look(now, p, r), bound, p, r)
    assert (d.gut.V, d.gut.n) == (0, 0)


def test_the_fastest_rate_covers_oxygen_and_osmosis():
    p = draw_everywhere(100, seed=5)
    fastest = body.fastest(p, body.rest(p))
    assert np.all(fastest >= 1 / p.muscle.tau)
    assert np.all(fastest >= 1 / p.fluid.tau_osm)
