"""Pressures in closed form: rest, each effector alone, the reflex, and sudden withdrawal."""

from dataclasses import replace

import numpy as np
import pytest

from soleus.body import circulation
from soleus.body.circulation import Circulation, Inputs, State

P = Circulation()
BV, HCT = 4.65, 0.32
CALM = State(s=P.s_0, h=P.s_0, d=0.0)


def look(now=CALM, V=BV, hct=HCT, T_b=0.0, skin=1.0, p=P):
    return circulation.look(now, V, hct, T_b, skin, 0.0, 0.0, 0.0, p, circulation.rest(BV, HCT, p))


def test_dry_weight_gives_the_stated_pressures():
    seen = look()
    assert seen.P_m == pytest.approx(P.P_m)
    assert pytest.approx(P.Q_tissue + P.Q_access) == seen.CO
    assert seen.Q_access == pytest.approx(P.Q_access)
    assert pytest.approx(P.MAP) == seen.MAP
    assert pytest.approx(P.HR) == seen.HR
    assert pytest.approx(P.PP) == seen.SBP - seen.DBP
    assert pytest.approx(1 - P.f_sys) == (seen.MAP - seen.DBP) / (seen.SBP - seen.DBP)


def test_at_rest_the_drive_stays():
    rates = circulation.rates(CALM, Inputs(MAP=P.MAP, P_m=P.P_m, on=0.0), P)
    assert rates.s == pytest.approx(0, abs=1e-12)
    assert rates.h == pytest.approx(0, abs=1e-12)
    assert rates.d == 0


def test_flow_is_conserved():
    """What the heart pumps is what the veins return, and splits into tissue and access."""
    seen, rest = look(V=BV - 0.4), circulation.rest(BV, HCT, P)
    assert pytest.approx((seen.P_m - seen.P_ra) / rest.R_vr) == seen.CO
    assert (seen.MAP - seen.P_ra) * (rest.G + rest.G_access) == pytest.approx(
        seen.CO, rel=0.05
    )  # conductance without drive or blood changes, but for the hematocrit


def test_losing_blood_lowers_everything_when_no_reflex_answers():
    V = np.linspace(BV - 1.0, BV + 0.5, 40)
    seen = look(V=V)
    for name in ("P_m", "CO", "MAP", "SBP", "DBP", "P_ra", "P_c"):
        assert np.all(np.diff(getattr(seen, name)) > 0), name
    assert np.all(seen.P_m > 0)


def test_small_changes_of_volume_go_by_the_compliance():
    assert (look(V=BV + 0.01).P_m - P.P_m) * P.C_sys == pytest.approx(0.01, rel=0.05)


@pytest.mark.parametrize(
    ("change", "higher"),
    [
        ({"now": replace(CALM, s=P.s_0 + 0.1)}, True),
        ({"T_b": 0.5}, False),
        ({"skin": 2.0}, False),
        ({"hct": HCT * 1.1}, True),
        ({"now": replace(CALM, d=1.0), "p": replace(P, dilation=0.1)}, False),
    ],
)
def test_what_raises_and_what_lowers_mean_pressure(change, higher):
    assert (look(**change).MAP > P.MAP) == higher


def test_nerves_that_do_not_work_change_nothing():
    numb = replace(P, A=0.0)
    assert look(now=replace(CALM, s=0.9), p=numb) == look(p=numb)


@pytest.mark.parametrize(("given", "sign"), [({"MAP": 80.0}, 1), ({"P_m": 7.0}, 1), ({"MAP": 110.0}, -1)])
def test_the_reflex_defends(given, sign):
    usual = {"MAP": P.MAP, "P_m": P.P_m, "on": 0.0}
    assert sign * circulation.rates(CALM, Inputs(**(usual | given)), P).s > 0


def test_sudden_withdrawal_only_in_those_who_have_it_and_only_when_empty():
    faint = replace(P, b=0.9)
    for P_m, drops in ((P.P_crit - 2.0, True), (P.P_m + 1.0, False)):
        given = Inputs(MAP=P.MAP, P_m=P_m, on=1.0)
        low, high = circulation.rates(CALM, given, faint).s, circulation.rates(CALM, given, P).s
        assert (low < high - 0.05) == drops


def test_the_drive_stays_between_none_and_all():
    for s, MAP in ((0.0, 250.0), (1.0, 5.0)):
        rate = circulation.rates(replace(CALM, s=s), Inputs(MAP=MAP, P_m=P.P_m, on=0.0), P).s
        assert rate >= 0 if s == 0 else rate <= 0


def test_treatment_has_its_own_slow_effect():
    assert circulation.rates(CALM, Inputs(MAP=P.MAP, P_m=P.P_m, on=1.0), P).d == pytest.approx(1 / P.tau_d)


def test_a_catheter_leaves_all_flow_to_the_tissues():
    bare = replace(P, Q_access=0.0)
    seen = look(p=bare)
    assert (seen.Q_access, seen.CO) == (0, pytest.approx(P.Q_tissue))
