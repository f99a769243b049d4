"""Each lever: what it was, what it should have been for this patient, and what correcting it changes."""

from pathlib import Path

import numpy as np
import pytest

from soleus import case, fit, levers

EXAMPLE = Path(__file__).parent.parent / "examples"


@pytest.fixture(scope="module")
def twins():
    return {name: fit.fit(case.load(EXAMPLE / f"{name}.yaml")) for name in ("calf-cramps", "low-sodium-high-gain")}


def lever(twin, name):
    return next(x for x in levers.levers_of(twin) if x.id == name)


def corrected(twin, name, draw=0):
    was = levers.World(prescription=twin.prescription[draw], gain=0.0, target=0.0)
    return lever(twin, name).correct(was, draw)


def test_there_are_seven_and_all_speak(twins):
    found = levers.levers_of(twins["calf-cramps"])
    assert len({x.id for x in found}) == len(found) == 7
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
    found = [x for x in levers.levers_of(twin) if x.differs]
    world = back = levers.World(prescription=twin.prescription[0], gain=0.0, target=0.0)
    for x in found:
        world = x.correct(world, 0)
    for x in reversed(found):
        back = x.correct(back, 0)
    assert world == back


def test_evidence_is_graded(twins):
    assert {x.evidence for x in levers.levers_of(twins["calf-cramps"])} <= set("ABCD")
    assert np.isfinite(twins["calf-cramps"].post_weight).all()
