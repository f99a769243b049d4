"""Cuff artefacts: what stands alone or contradicts itself is marked, a fall that lasts is not."""

import pytest

from soleus.case import Pressure
from soleus.records.cuff import marked


def reading(minute, systolic, diastolic=None, mean=None):
    return Pressure(minute=minute, systolic_mmhg=systolic, diastolic_mmhg=diastolic, mean_mmhg=mean)


def reasons(*readings):
    return [r.artefact_reason or "" for r in marked(readings)]


@pytest.mark.parametrize(
    ("middle", "words"),
    [
        (reading(15, 122, 119), "pulse pressure 3 mmHg"),
        (reading(15, 120, 70, 130), "mean 130 mmHg is not between"),
        (reading(15, 120, 70, 60), "mean 60 mmHg is not between"),
        (reading(15, 165, 83), "systolic 45 mmHg above"),
        (reading(15, 148, 118), "diastolic 46 mmHg above"),
        (reading(15, 88, 74), "systolic 30 mmHg below its neighbors while diastolic rose"),
    ],
)
def test_a_reading_that_cannot_be_is_marked_with_its_reason(middle, words):
    found = reasons(reading(0, 120, 70, 87), middle, reading(30, 118, 72, 87))
    assert words in found[1]
    assert not found[0] + found[2]


@pytest.mark.parametrize("middle", [reading(15, 85, 50), reading(15, 140, 85), reading(15, 70), reading(15, 148, 90)])
def test_a_true_change_is_not_explained_away(middle):
    assert not any(reasons(reading(0, 120, 70), middle, reading(30, 118, 72)))


def test_readings_far_apart_say_nothing_about_each_other():
    assert not any(reasons(reading(0, 120, 70), reading(60, 170, 105), reading(120, 118, 72)))


def test_nothing_is_lost_and_time_runs_forward():
    found = marked([reading(30, 118), reading(0, 121), reading(15, 119)])
    assert [r.minute for r in found] == [0, 15, 30]
    assert marked([]) == []
