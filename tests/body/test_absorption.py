"""Absorption: both fluxes by hand, against what was measured, and what binders and vitamin D do."""

# ruff: noqa: SIM300 - a symbol in capitals is no constant

import dataclasses

import pytest

from soleus.body import absorption
from soleus.body.absorption import Absorption

P = Absorption()
HEALTHY = dataclasses.replace(P, I_Ca=25.0 / 1440, I_P=42.0 / 1440, binder=0.0)


def test_health_absorbs_what_urine_holds():
    seen = absorption.look(1.0, HEALTHY)
    assert seen.Ca * 1440 == pytest.approx(5.0, abs=0.05)
    assert seen.P * 1440 == pytest.approx(42.0 * 0.66)


def test_both_fluxes_by_hand():
    p = dataclasses.replace(P, salt=0.01, binder=0.8)
    seen = absorption.look(0.5, p)
    share = 0.10 + 0.22 * 2 * 0.5**3.6 / (1 + 0.5**3.6)
    assert seen.Ca == pytest.approx(p.I_Ca * share + 0.25 * 0.01 - p.secreted)
    assert seen.P == pytest.approx(p.I_P * (0.52 + 0.14 / 1.5) / 1.8)


def test_people_on_dialysis_absorb_an_eighth_of_their_calcium():
    """12 % (quartiles 7-17 %), not raised by native vitamin D [Armas2013]."""
    for u in (0.28, 0.37, 0.5):
        share = (absorption.look(u, P).Ca + P.secreted) / P.I_Ca
        assert 0.07 < share < 0.17


def test_usual_people_on_dialysis_absorb_as_much_phosphate_as_is_taken_from_them():
    assert absorption.look(0.37, P).P * 1440 == pytest.approx(13.7, abs=0.4)


def test_vitamin_d_raises_both_and_a_binder_lowers_phosphate():
    assert absorption.look(1.5, P).Ca > absorption.look(1.0, P).Ca > absorption.look(0.5, P).Ca
    assert absorption.look(1.5, P).P > absorption.look(0.5, P).P
    assert absorption.look(1.0, dataclasses.replace(P, binder=1.0)).P == pytest.approx(
        absorption.look(1.0, dataclasses.replace(P, binder=0.0)).P / 2
    )
    assert absorption.look(1e9, P).Ca < P.I_Ca * (P.f_0 + 2 * P.f_D)
