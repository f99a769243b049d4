"""The twin goes as the patient did, says so when it cannot, and never pretends to know."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from soleus import cohort, fit, schedule, session
from soleus.body import body
from soleus.case import Given, read
from soleus.case.fields import DiaryDay, Drug
from soleus.errors import BadRecord
from soleus.prescription import Prescription


def chart(target: float, post: float, readings, trace=()):
    """A minimal case of a 70 kg man who came 2.5 kg heavier than he left."""
    return read(
        {
            "patient": {"sex": "M", "age_y": 60, "height_cm": 174, "target_weight_kg": target, "access": "fistula"},
            "schedule": {"per_week": 3, "gap_h": 44},
            "prescription": {"hours": 4, "dialysate": {"sodium_mmol_l": 138}, "sodium_offset_mmol_l": 1.5},
            "labs": [{"date": "2026-03-02", "when": "pre", "sodium_mmol_l": 137, "urea_mmol_l": 24}],
            "sessions": [
                {
                    "date": "2026-03-02",
                    "pre_weight_kg": post + 2.5,
                    "post_weight_kg": post,
                    "uf_l": 2.5,
                    "pressures": [
                        {"minute": float(m), "systolic_mmhg": float(s), "diastolic_mmhg": float(d)}
                        for m, s, d in readings
                    ],
                    "blood_volume": [{"minute": float(m), "rbv_pct": float(x)} for m, x in trace],
                }
            ],
        }
    )


def simulated(above_dry: float, seed: int):
    """Readings and blood volume of a drawn person who ends 70 kg, `above_dry` kg above the own dry weight."""
    p = cohort.draw(4, seed, 70.0 - above_dry)
    treated = [Prescription(uf=2.5)] * 4
    arrival = schedule.arrive(
        p, treated, 44.0, np.full(4, 70.0), schedule.Chart(pre_weight=72.5, sodium=137.0, urea=24.0)
    )
    course = session.simulate(arrival.patient, arrival.start, treated)
    seen = course.moments(arrival.patient).seen
    at = np.searchsorted(course.minutes, np.arange(0, 241, 30)).clip(0, len(course.minutes) - 1)
    flow, volume = seen.circulation, seen.blood.BV
    readings = [(course.minutes[i], flow.SBP[i, 0], flow.DBP[i, 0]) for i in at]
    return readings, [(course.minutes[i], 100 * (volume[i, 0] / volume[0, 0] - 1)) for i in at]


def test_the_readings_pull_the_dry_weight_towards_the_truth():
    dry = {}
    for above in (-1.5, 1.5):
        readings, trace = simulated(above, seed=11)
        twin = fit.fit(chart(70.0, 70.0, readings, trace))
        dry[above] = float(np.mean(twin.patient.fluid.dry_weight))
    assert dry[-1.5] > dry[1.5]  # who ended below dry weight is recognized as heavier


def test_without_readings_the_twin_is_the_population_and_says_so():
    twin = fit.fit(chart(70.0, 70.0, []))
    assert twin.quality.systolic_rms is None
    assert "no readings" in twin.quality.note
    assert np.std(twin.patient.fluid.dry_weight) > 0.5


def test_the_twin_meets_the_chart():
    readings, _ = simulated(0.0, seed=5)
    twin = fit.fit(chart(70.0, 70.0, readings))
    seen = body.look(twin.start, twin.patient, body.rest(twin.patient))
    np.testing.assert_allclose(seen.weight, 72.5, atol=1e-6)
    assert abs(np.mean(seen.sodium.Na_p) - 137) < 1.5
    assert abs(np.mean(seen.circulation.SBP) - readings[0][1]) < 8


def test_the_twin_meets_the_chemistry_of_the_chart():
    told = chart(70.0, 70.0, [])
    lab = told.labs[0].model_copy(
        update={
            "potassium_mmol_l": 5.9, "bicarbonate_mmol_l": 19.0, "magnesium_mmol_l": 0.75, "phosphate_mmol_l": 2.1,
            "ionized_calcium_mmol_l": 1.05,
        }
    )  # fmt: skip
    twin = fit.fit(told.model_copy(update={"labs": [lab]}), people=48)
    seen = body.look(twin.start, twin.patient, body.rest(twin.patient))
    assert abs(np.mean(seen.potassium.K_p) - 5.9) < 0.15
    assert abs(np.mean(seen.acid_base.hco3) - 19.0) < 1.0
    assert abs(np.mean(seen.magnesium.tMg) - 0.75) < 0.05
    assert abs(np.mean(seen.phosphate.c_p) - 2.1) < 0.1
    assert abs(np.mean(seen.calcium.iCa) - 1.05) < 0.03


def test_what_was_given_is_given_to_the_twin():
    told = chart(70.0, 70.0, [])
    assert fit.fit(told, people=48).infusion is None
    ends = {}
    for what, amount in (("saline 0.9 %", {"amount_ml": 200}), ("hypertonic saline 23.4 %", {"amount_ml": 16})):
        given = [Given(minute=150, what=what, **amount)]
        rescued = told.sessions[0].model_copy(update={"given": given, "infused_l": 0.2})
        twin = fit.fit(told.model_copy(update={"sessions": [rescued]}), people=48)
        assert twin.switches[0] == 0 and twin.switches[-1] == 240 and 150 in twin.switches
        drip = np.diff(twin.switches) @ twin.infusion.Na
        ends[what] = drip[0]
    assert ends["saline 0.9 %"] == pytest.approx(31, abs=1)  # mmol
    assert ends["hypertonic saline 23.4 %"] == pytest.approx(64 + 0.184 * 154, abs=2)


def test_treating_again_as_it_was_changes_nothing():
    told = chart(70.0, 70.0, [])
    twin = fit.fit(told, people=48)
    again = fit.treat(twin, twin.prescription)
    np.testing.assert_allclose(again.states, twin.course.states, rtol=1e-9, atol=1e-9)
    few = fit.treat(twin, [twin.prescription[3]], np.array([3]), course=False)
    np.testing.assert_allclose(few.states[-1, :, 0], twin.course.states[-1, :, 3], rtol=1e-9, atol=1e-9)


def test_a_wild_reading_does_not_decide():
    readings, _ = simulated(0.0, seed=5)
    calm = fit.fit(chart(70.0, 70.0, readings))
    wild = [r if i != 4 else (r[0], 225.0, 120.0) for i, r in enumerate(readings)]
    other = fit.fit(chart(70.0, 70.0, wild))
    shift = np.mean(other.patient.fluid.dry_weight) - np.mean(calm.patient.fluid.dry_weight)
    assert abs(shift) < 1.0


def test_more_data_never_leave_fewer_people_than_kept():
    readings, trace = simulated(0.5, seed=8)
    twin = fit.fit(chart(70.0, 70.0, readings, trace))
    assert twin.quality.effective >= fit.KEPT * 0.99
    assert len(twin.prescription) == fit.KEPT


def test_what_is_needed_is_asked_for():
    told = chart(70.0, 70.0, [])
    silent = told.prescription.model_copy(update={"hours": None})
    with pytest.raises(BadRecord, match="hours"):
        fit.fit(told.model_copy(update={"prescription": silent}))


def test_the_same_seed_gives_the_same_twin():
    told = chart(70.0, 70.0, [])
    a, b = fit.fit(told, seed=3), fit.fit(told, seed=3)
    np.testing.assert_array_equal(a.patient.fluid.dry_weight, b.patient.fluid.dry_weight)
    assert a.prescription == [replace(p) for p in b.prescription]


def known(**who):
    """The same man, of whom more is known."""
    told = chart(70.0, 70.0, [])
    return told.model_copy(update={"patient": told.patient.model_copy(update=who)})


def diary(*days):
    """Cramps at home on these days, in the file before 2 March."""
    told = chart(70.0, 70.0, [])
    return told.model_copy(update={"diary": [DiaryDay(date=date.fromisoformat(d), cramp=c) for d, c in days]})


def test_what_the_chart_says_of_the_person_is_known():
    told = known(diabetes=True, vintage_y=6.0, neuropathy="moderate", restless_legs=False)
    said = fit.about(told, told.sessions[0])
    assert (said.age_y, said.female, said.diabetes, said.vintage_y) == (60, False, True, 6.0)
    assert 0 < said.neuropathy < 1
    assert said.restless_legs is False
    assert said.on_dialysis
    assert said.cramped_before is None
    assert said.drugs == 0


@pytest.mark.parametrize(
    ("days", "cramped"),
    [
        ([], None),
        ([("2026-02-27", True), ("2026-02-28", False)], True),
        ([("2026-02-27", False)], False),
        ([("2026-03-02", True)], None),  # the day of treatment: its cramps are in the list of sessions
        ([("2026-03-04", True)], None),  # later
        ([("2026-01-02", True)], None),  # long ago
    ],
)
def test_cramps_at_home_come_from_the_diary_of_days_without_treatment(days, cramped):
    told = diary(*days)
    assert fit.about(told, told.sessions[0]).cramped_before is cramped


def test_medicines_count_as_far_as_they_are_known():
    told = chart(70.0, 70.0, [])
    taking = told.model_copy(update={"drugs": [Drug(name="torasemide"), Drug(name="a thing nobody knows")]})
    assert fit.about(taking).drugs > 0
    nothing = told.model_copy(update={"drugs": [Drug(name="a thing nobody knows")]})
    assert fit.about(nothing).drugs == 0


def test_who_cramps_at_home_is_held_to_be_prone():
    usual = fit.fit(chart(70.0, 70.0, []), people=48)
    prone = fit.fit(diary(("2026-02-27", True)), people=48)
    assert prone.leaning.shape == (fit.KEPT,)
    assert prone.leaning.mean() > 0.7
    assert prone.cramp.u.mean() > usual.cramp.u.mean() + 0.3
    assert abs(usual.leaning.mean()) < 0.2  # age and sex alone: no shift, only doubt


def test_an_examined_neuropathy_reaches_the_nerve_and_a_likely_one_does_not():
    found = fit.fit(known(neuropathy="severe"), people=48)
    likely = fit.fit(known(vintage_y=20.0, diabetes=True), people=48)
    assert np.all(found.patient.nerve.neuropathy == 1)
    assert np.all(np.asarray(likely.patient.nerve.neuropathy) == 0)
    margin = {name: t.course.moments(t.patient).nerves.usual[0].mean() for name, t in (("f", found), ("l", likely))}
    assert margin["f"] < margin["l"]
    assert 0.6 < found.about.sp_ktv < 2.5
