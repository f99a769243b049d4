"""Instruments: how far what a clinic reads may be from what was, and how much people differ from one day to the next.

`fit` weighs readings by these errors; whoever simulates readings draws them from the same.
"""

from .parameter import param, record


@record
class Instruments:
    """Standard deviations of single readings, of one cuff or monitor, and of one day."""

    systolic: float = param(
        "mmHg", 6.0, within=(3.0, 12.0), source="GeneralKnowledge", status="recalled",
        meaning="one systolic reading, about the mean of its minutes",
    )  # fmt: skip
    diastolic: float = param(
        "mmHg", 4.5, within=(2.0, 9.0), source="GeneralKnowledge", status="recalled",
        meaning="one diastolic reading, about the mean of its minutes",
    )  # fmt: skip
    pulse: float = param(
        "1/min", 3.0, within=(1.0, 8.0), source="GeneralKnowledge", status="recalled",
        meaning="one reading of the heart rate",
    )  # fmt: skip
    arm: float = param(
        "mmHg", 3.0, within=(0.0, 8.0), source="GeneralKnowledge", status="recalled",
        meaning="how far a cuff is off on one arm, always in the same way; diastolic two thirds of it",
    )  # fmt: skip
    day: float = param(
        "mmHg", 8.0, within=(3.0, 16.0), source="SoleusChoice", status="assumed",
        meaning="systolic pressure of one day, at the same weight and treatment; diastolic goes along by half",
    )  # fmt: skip
    pulse_day: float = param(
        "1/min", 4.0, within=(1.0, 8.0), source="SoleusChoice", status="assumed",
        meaning="heart rate of one day",
    )  # fmt: skip
    wander: float = param(
        "mmHg", 4.0, within=(0.0, 10.0), source="SoleusChoice", status="assumed",
        meaning="slow ups and downs of systolic pressure in a session that no equation here knows; diastolic by half",
    )  # fmt: skip
    wander_time: float = param(
        "min", 45.0, within=(15.0, 120.0), source="SoleusChoice", status="assumed",
        meaning="how long such an up or down lasts",
    )  # fmt: skip
    rbv: float = param(
        "%", 0.6, within=(0.2, 2.0), source="GeneralKnowledge", status="recalled",
        meaning="one reading of relative blood volume",
    )  # fmt: skip
    rbv_gain: float = param(
        "1", 0.10, within=(0.0, 0.25), source="FCells2015", status="assumed",
        meaning="by how much one session's monitor reads too large or too small a change, relative",
    )  # fmt: skip
    rbv_drift: float = param(
        "%/min", 0.005, within=(0.0, 0.017), source="GeneralKnowledge", status="recalled",
        meaning="drift of a blood volume monitor",
    )  # fmt: skip
    scale: float = param(
        "kg", 0.1, within=(0.02, 0.5), source="GeneralKnowledge", status="recalled",
        meaning="one weighing, clothes and shoes included",
    )  # fmt: skip
    sodium_laboratory: float = param(
        "mmol/L", 1.0, within=(0.0, 3.0), source="GeneralKnowledge", status="recalled",
        meaning="how far one laboratory's sodium is off, always in the same way",
    )  # fmt: skip


INSTRUMENTS = Instruments()
