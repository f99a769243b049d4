"""Settle: go on with the usual week until even the slow stores, magnesium's above all, are the same from week to week.

    x_end = x_2 + (x_2 - x_1) q / (1 - q),   q = (x_2 - x_1) / (x_1 - x_0)

Three weeks' beginnings tell where a store is heading; it is put there, and the next weeks are lived from there.
"""

from collections.abc import Collection, Sequence

import numpy as np

from .. import schedule
from ..body import body
from ..body.body import Patient
from ..levels import LEVELS
from ..parameter import get, put
from ..prescription import Prescription

SLOW = ("magnesium.n_s", "phosphate.n_s", "creatinine.n_i", "b2m.m_2", "acid_base.buffer")
ROUNDS = 3  # of looking ahead; magnesium then moves by less than 2 % in three weeks (tests/test_validate.py)
CYCLES = 3  # sessions and gaps in each
FARTHEST = 0.97  # of q: a store does not head farther than 30 times its last step
MOST = (1 / 3, 3.0)  # of what it was, in one look ahead


def settled(
    arrival: schedule.Arrival,
    drawn: Patient,
    free: Collection[str],
    usual: Sequence[Prescription],
    hours: float,
    post_weight: np.ndarray,
) -> schedule.Arrival:
    """The same people when their usual session, every `hours`, has gone on for good.

    Of what is `free`, by the words of a chart, they eat and make what they were `drawn` with; the level follows.

    Raises:
        NotConverged: if a patient leaves the numbers.
    """
    names = [level.made for level in LEVELS if level.made and {word for word, _ in level.labs} & {*free}]
    if "bicarbonate" in free:
        names += ["acid_base.G", "acid_base.alkali"]
    made = {name: get(drawn, name) for name in names}
    patient, now = put(arrival.patient, made), arrival.start
    for _ in range(ROUNDS):
        passed = [now]
        for _ in range(CYCLES):
            passed.append(schedule.cycle(patient, passed[-1], usual, post_weight, hours).back)
        now = _ahead(passed[-3:])
    return schedule.Arrival(patient, schedule.cycle(patient, now, usual, post_weight, hours).back)


def _ahead(passed: Sequence[body.State]) -> body.State:
    """The last state with every slow store where the three beginnings say that it is heading."""
    places = {}
    for name in SLOW:
        x = [np.asarray(get(state, name)) for state in passed]
        first, last = x[1] - x[0], x[2] - x[1]
        moves = abs(first) > 1e-9 * abs(x[1])
        q = np.clip(np.where(moves, last / np.where(moves, first, 1.0), 0.0), 0.0, FARTHEST)
        places[name] = np.clip(x[2] + last * q / (1 - q), MOST[0] * x[2], MOST[1] * x[2])
    return put(passed[-1], places)
