"""Each lever: what it was, what it should have been for this patient, and what correcting it changes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from soleus import case, fit, levers
from soleus.body import body

EXAMPLE = Path(__file__).parent.parent / "examples"


IDS = {
    "fluid_gain", "session_length", "uf_profile", "target_weight", "dialysate_sodium", "temperature",
    "dialysate_glucose", "dialysate_potassium", "dialysate_calcium", "dialysate_magnesium", "dialysate_bicarbonate",
    "dialysate_citrate", "dose",
}  # fmt: skip
MONTHS = {"phosphate", "magnesium_store", "acidosis", "weekly_dose", "residual_function"}  # of the first example


@pytest.fixture(scope="module")
def twins():
    return {name: fit.fit(case.load(EXAMPLE / f"{name}.yaml")) for name in ("calf-cramps", "low-sodium-high-gain")}


def bathed(**bath):
    """The twin of the first example, treated with another bath (and whatever else a prescription has)."""
    told = case.load(EXAMPLE / "calf-cramps.yaml")
    words = {name: value for name, value in bath.items() if name.endswith(("_l", "_c"))}
    order = {name: value for name, value in bath.items() if name not in words}
    dialysate = told.prescription.dialysate.model_copy(update=words)
    return fit.fit(told.model_copy(update={
        "prescription": told.prescription.model_copy(update={"dialysate": dialysate} | order)
    }), people=48)  # fmt: skip


@pytest.fixture(scope="module")
def wrong():
    """A bath wrong in everything: potassium, calcium with citrate, magnesium, base and sugar; a small dose."""
    return bathed(
        potassium_mmol_l=1.0, calcium_mmol_l=1.0, citrate_mmol_l=1.2, magnesium_mmol_l=0.25, bicarbonate_mmol_l=40.0,
        glucose_mmol_l=0.0, blood_flow_ml_min=150.0, reason="a test",
    )  # fmt: skip


def ends(twin, name):
    """The blood at the end with this lever corrected, averaged over the draws."""
    correct = lever(twin, name).correct
    treated = [correct(levers.World(p, 0.0, 0.0), k).prescription for k, p in enumerate(twin.prescription)]
    return fit.treat(twin, treated, course=False).moments(twin.patient).seen


def every(twin, of={}):  # noqa: B006, kept on purpose: months are lived to find them, once for each twin
    if id(twin) not in of:
        of[id(twin)] = twin, levers.levers_of(twin)
    return of[id(twin)][1]


def lever(twin, name):
    return next(x for x in every(twin) if x.id == name)


def corrected(twin, name, draw=0):
    was = levers.World(prescription=twin.prescription[draw], gain=0.0, target=0.0)
    return lever(twin, name).correct(was, draw)


def test_each_is_there_once_and_all_speak(twins):
    found = every(twins["calf-cramps"])
    assert sorted(x.id for x in found) == sorted(IDS | MONTHS)
    assert all(x.label and x.as_it_was and x.as_it_should_be and x.caveat and x.sources for x in found)


def test_a_high_gain_is_cut_in_weight_and_in_fluid_removed(twins):
    twin = twins["low-sodium-high-gain"]
    world = corrected(twin, "fluid_gain")
    assert world.gain < -0.3
    assert world.prescription.uf == pytest.approx(twin.prescription[0].uf + world.gain)


def test_the_target_moves_to_the_own_dry_weight_of_each_draw(twins):
    twin = twins["calf-cramps"]
    target = twin.case.patient.target_weight_kg
    for draw in range(3):
        shift = corrected(twin, "target_weight", draw).target
        assert shift == pytest.approx(float(twin.patient.fluid.dry_weight[draw]) - target)


def test_a_target_that_may_as_well_be_right_is_not_blamed():
    """The chart knows no better dry weight: the twin's own is the target's, give or take."""
    found = lever(fit.fit(case.load(EXAMPLE / "pressure-fall.yaml")), "target_weight")
    assert not found.differs
    assert found.as_it_was.split()[0] == "74.5"


def test_bath_sodium_stays_within_the_usual(twins):
    for twin in twins.values():
        for draw in range(len(twin.prescription)):
            assert 135 <= corrected(twin, "dialysate_sodium", draw).prescription.dialysate.Na <= 140


def test_cooling_never_warms_and_never_goes_below_the_usual(twins):
    for twin in twins.values():
        world = corrected(twin, "temperature")
        assert 35.5 <= world.prescription.dialysate.temperature <= twin.prescription[0].dialysate.temperature


def test_a_longer_session_holds_the_rate(twins):
    twin = twins["low-sodium-high-gain"]
    assert corrected(twin, "session_length").prescription.time > twin.prescription[0].time
    assert corrected(twin, "session_length").prescription.time <= 300


def test_corrections_commute(twins):
    twin = twins["low-sodium-high-gain"]
    found = [x for x in every(twin) if x.differs]
    world = back = levers.World(prescription=twin.prescription[0], gain=0.0, target=0.0)
    for x in found:
        world = x.correct(world, 0)
    for x in reversed(found):
        back = x.correct(back, 0)
    assert world == back


def test_a_usual_bath_is_as_it_should_be(twins):
    """2 of potassium, 1.5 of calcium, 0.5 of magnesium, 34 of bicarbonate: within limits for both patients."""
    for twin in twins.values():
        chemistry = [x for x in every(twin) if x.id.startswith("dialysate_") and x.id != "dialysate_sodium"]
        assert len(chemistry) == 6
        assert not any(x.differs for x in chemistry), [x.id for x in chemistry if x.differs]


def test_a_bath_wrong_in_everything_is_told(wrong):
    differ = {x.id for x in every(wrong) if x.differs}
    assert {x for x in IDS if x.startswith("dialysate_")} | {"dose"} <= differ | {"dialysate_sodium"}


def test_the_corrected_bath_leaves_this_patients_blood_where_it_belongs(wrong):
    """The line through two baths is straight enough: the session itself ends within the limits, or nearly."""
    should = levers.SHOULD
    assert ends(wrong, "dialysate_potassium").potassium.K_p.mean() > should.K_end_low - 0.1
    assert ends(wrong, "dialysate_magnesium").magnesium.iMg.mean() > 0.40
    seen = ends(wrong, "dialysate_bicarbonate")
    assert seen.acid_base.TCO2.mean() < should.TCO2_end + 0.7
    was = body.look(wrong.course.end.body, wrong.patient, body.rest(wrong.patient)).calcium.iCa.mean()
    for name in ("dialysate_calcium", "dialysate_citrate"):
        assert was + 0.03 < ends(wrong, name).calcium.iCa.mean() < should.Ca_end_low + 0.03


def test_the_bath_has_limits_of_its_own(wrong):
    should = levers.SHOULD
    for k in range(len(wrong.prescription)):
        bath = {x.id: corrected(wrong, x.id, k).prescription.dialysate for x in every(wrong) if x.differs}
        assert should.K_low <= bath["dialysate_potassium"].K <= should.K_high
        assert should.Ca_low <= bath["dialysate_calcium"].Ca <= should.Ca_high
        assert should.Mg_low <= bath["dialysate_magnesium"].Mg <= should.Mg_high
        assert should.HCO3_low <= bath["dialysate_bicarbonate"].HCO3 <= should.HCO3_high
        assert 0 <= bath["dialysate_citrate"].citrate <= should.citrate
        assert bath["dialysate_glucose"].glucose == should.glucose
        assert bath["dialysate_potassium"] == replace(wrong.prescription[k].dialysate, K=bath["dialysate_potassium"].K)


def test_too_small_a_dose_asks_for_faster_flows_and_too_large_a_one_for_slower(wrong, twins):
    faster = corrected(wrong, "dose").prescription
    assert 0.15 < faster.Q_b <= levers.SHOULD.Q_b and faster.Q_d <= levers.SHOULD.Q_d
    slower = corrected(twins["calf-cramps"], "dose").prescription
    assert levers.SHOULD.Q_b_slow <= slower.Q_b < twins["calf-cramps"].prescription[0].Q_b


def test_a_profile_is_judged_by_its_mean():
    profile = case.Profile(linear=[3.0, 1.0])
    twin = bathed(potassium_profile=profile)
    found = lever(twin, "dialysate_potassium")
    assert found.as_it_was.startswith("2 mmol/L") and not found.differs


def test_isolated_ultrafiltration_has_no_bath():
    found = every(bathed(mode="UF", dialysate_flow_ml_min=None))
    assert not [x.id for x in found if x.differs and (x.id.startswith("dialysate_") or x.id in ("dose", "temperature"))]


def test_evidence_is_graded(twins):
    assert {x.evidence for x in every(twins["calf-cramps"])} <= set("ABCD")
    assert np.isfinite(twins["calf-cramps"].post_weight).all()
