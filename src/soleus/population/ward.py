"""Ward: what is done and written down around a session: weights, the cuff, stops of ultrafiltration, the days.

    written = true + day + trend share + reading
              day ~ normal, trend ~ 1 - exponential: one of each a session, as far as the person's pressure varies;
              now and then a sudden fall on top, of which the equations know nothing
              reading ~ normal, one a reading
    stops a session ~ Poisson(own rate + more for each low reading)

Assumes     the day's pressure moves all readings of a session alike; after a low reading the cuff is used once more.
Leaves out  alarms of the machine, staff, and what they do about a low pressure beyond stopping and reading again.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..instruments import INSTRUMENTS
from ..parameter import param, record

LOW, DROP = 90.0, 20.0  # mmHg [Lin2019]
EVEN = 1.0  # mmHg, what readings are rounded to: machines print every number
CUFF = 40.0, 280.0  # mmHg, where cuffs end [GeneralKnowledge]
TIMES = 14  # most planned readings
AGAIN = 32  # other days on which each session's pressures are read, for its chance of a low reading


@record
class Ward:
    """Habits and instruments of a unit."""

    day: Any = param(
        "mmHg", 15.0, within=(3.0, 25.0), source="Lin2019", status="tuned",
        meaning="spread of a person's systolic pressure from day to day, over months; tuned to HEMOBP's low readings",
    )  # fmt: skip
    trend: Any = param(
        "mmHg", 16.0, within=(0.0, 25.0), source="Lin2019", status="tuned",
        meaning="spread from day to day of how far systolic pressure falls in a session; tuned to HEMOBP's falls",
    )  # fmt: skip
    sudden: Any = param(
        "1", 0.022, within=(0.0, 0.1), source="Lin2019", status="tuned",
        meaning="sessions with a sudden fall, whatever the body's equations say; tuned to who never reads below 90",
    )  # fmt: skip
    sudden_fall: Any = param(
        "mmHg", 60.0, within=(20.0, 80.0), source="SoleusChoice", status="assumed",
        meaning="how far systolic pressure falls then, by the end",
    )  # fmt: skip
    diastolic: Any = param(
        "1", 0.5, within=(0.3, 0.8), source="GeneralKnowledge", status="recalled",
        meaning="what a day and a reading do to the diastolic pressure, of what they do to the systolic",
    )  # fmt: skip
    readings: Any = param(
        "1", 5.8, within=(3.0, 8.0), source="Lin2019", status="tuned",
        meaning="planned readings a session at the least; tuned to HEMOBP's count",
    )  # fmt: skip
    more: Any = param(
        "1", 1.6, within=(0.0, 6.0), source="Lin2019", status="tuned",
        meaning="planned readings beyond those, the middle of people; tuned to HEMOBP's count",
    )  # fmt: skip
    more_spread: Any = param(
        "1", 0.88, within=(0.0, 1.5), source="Lin2019", status="tuned",
        meaning="spread of its logarithm between people; tuned to HEMOBP's count",
    )  # fmt: skip
    worry: Any = param(
        "mmHg", 90.0, within=(85.0, 110.0), source="Lin2019", status="tuned",
        meaning="systolic pressure below which the cuff is used once more; tuned to HEMOBP's count",
    )  # fmt: skip
    stops: Any = param(
        "1", 0.07, within=(0.0, 1.0), source="Lin2019", status="tuned",
        meaning="stops of ultrafiltration a session, whatever the pressure, at the least; tuned to HEMOBP's count",
    )  # fmt: skip
    most_stops: Any = param(
        "1", 0.60, within=(0.0, 1.5), source="Lin2019", status="tuned",
        meaning="the same at the most; people lie evenly between; tuned to HEMOBP's count",
    )  # fmt: skip
    stops_low: Any = param(
        "1", 0.2, within=(0.0, 1.0), source="Lin2019", status="tuned",
        meaning="more stops where a reading is low; tuned to HEMOBP's count",
    )  # fmt: skip
    stopped: Any = param(
        "min", 15.0, within=(5.0, 60.0), source="SoleusChoice", status="assumed",
        meaning="how long a stop lasts; what was not taken stays",
    )  # fmt: skip
    given_back: Any = param(
        "L", 0.29, within=(0.1, 0.6), source="Lin2019", status="derived",
        meaning="saline of the lines and what is drunk in a session: HEMOBP's fluid removal less its loss of weight",
    )  # fmt: skip
    lost: Any = param(
        "min", 0.45, within=(0.0, 10.0), source="Lin2019", status="tuned",
        meaning="how much earlier than prescribed sessions end, the mean; tuned to HEMOBP's lengths",
    )  # fmt: skip
    missed: Any = param(
        "kg", 0.3, within=(0.1, 1.0), source="GeneralKnowledge", status="assumed",
        meaning="how far a session ends from the target weight: scales, clothes, meals",
    )  # fmt: skip
    intake: Any = param(
        "1", 0.25, within=(0.1, 0.5), source="GeneralKnowledge", status="assumed",
        meaning="spread of salt eaten from one gap to another, of its logarithm",
    )  # fmt: skip
    weekend: Any = param(
        "1", 0.89, within=(0.7, 1.0), source="LongGapGain", status="recalled",
        meaning="salt eaten a day in the long gap over that in a short one",
    )  # fmt: skip


class Own(NamedTuple):
    """A person's own of these habits; [patient]."""

    readings: np.ndarray  # planned a session
    stops: np.ndarray  # a session


class Days(NamedTuple):
    """What days add to the systolic pressure, mmHg; [day, patient]."""

    level: np.ndarray  # all along
    trend: np.ndarray  # by the end


class Written(NamedTuple):
    """What the cuff said of a session; [patient], or [day, patient] where it was read on several."""

    first: np.ndarray
    lowest: np.ndarray
    mean: np.ndarray
    last: np.ndarray
    diastolic: np.ndarray  # mean
    taken: np.ndarray  # how many

    @property
    def low(self) -> np.ndarray:
        """Whether a reading was below 90."""
        return self.lowest < LOW

    @property
    def fell(self) -> np.ndarray:
        """Whether a reading was 20 or more below the first."""
        return self.first - self.lowest >= DROP


def own(n: int, rng: np.random.Generator, ward: Ward) -> Own:
    """n people's habits."""
    planned = ward.readings + ward.more * np.exp(ward.more_spread * rng.standard_normal(n))
    return Own(np.minimum(planned, TIMES), rng.uniform(ward.stops, ward.most_stops, n))


def days(lability: np.ndarray, rng: np.random.Generator, ward: Ward) -> Days:
    """`AGAIN` days of people whose pressures vary so much more or less than usual, [patient]."""
    level, fall = rng.standard_normal((AGAIN, len(lability))), rng.exponential(size=(AGAIN, len(lability)))
    sudden = rng.random((AGAIN, len(lability))) < ward.sudden * lability**2
    return Days(ward.day * lability * level, ward.trend * lability * (1 - fall) - ward.sudden_fall * sudden)


def read(
    minutes: np.ndarray, systolic: np.ndarray, diastolic: np.ndarray, on: Days, who: Own, ward: Ward,
    rng: np.random.Generator,
) -> Written:  # fmt: skip
    """A session's readings on one or more days.

    Args:
        minutes: [time]
        systolic, diastolic: true pressures, mmHg, [time, patient].
        on: what the days add.
        who: how often each is read.
        ward: the unit.
        rng: for the readings.
    """
    many, n = on.level.shape
    planned = np.floor(who.readings + rng.random(n)).clip(2, TIMES)
    share = np.minimum(np.arange(TIMES)[:, None] / (planned - 1), 1.0)
    taken = np.arange(TIMES)[:, None] < planned
    noise = rng.standard_normal((2, many, TIMES, n), dtype=np.float32)
    day = on.level[:, None] + on.trend[:, None] * share
    true = _at(minutes, systolic, share) + day
    SBP = _written(true + INSTRUMENTS.systolic * noise[0])
    again = np.where(ward.worry > SBP, taken, False)
    retaken = _written(true + INSTRUMENTS.systolic * noise[1])
    both = np.concatenate([SBP, retaken], axis=1)
    there = np.concatenate([np.broadcast_to(taken, SBP.shape), again], axis=1)
    count = there.sum(axis=1)
    DBP = _at(minutes, diastolic, share) + ward.diastolic * (day + INSTRUMENTS.systolic * noise[0])
    last = np.broadcast_to(planned[None, None] - 1, (many, 1, n)).astype(int)
    return Written(
        first=SBP[:, 0],
        lowest=np.where(there, both, np.inf).min(axis=1),
        mean=np.where(there, both, 0.0).sum(axis=1) / count,
        last=np.take_along_axis(SBP, last, axis=1)[:, 0],
        diastolic=np.where(taken, DBP, 0.0).sum(axis=1) / planned,
        taken=count,
    )


def _written(pressure: np.ndarray) -> np.ndarray:
    return EVEN * np.round(np.clip(pressure, *CUFF) / EVEN)


def _at(minutes: np.ndarray, x: np.ndarray, share: np.ndarray) -> np.ndarray:
    """x [time, patient] at these shares of the session [reading, patient], along straight lines."""
    at = share * minutes[-1]
    i = np.clip(np.searchsorted(minutes, at, side="right") - 1, 0, len(minutes) - 2)
    part = (at - minutes[i]) / (minutes[i + 1] - minutes[i])
    before, after = (np.take_along_axis(x, k, axis=0) for k in (i, i + 1))
    return before + part * (after - before)
