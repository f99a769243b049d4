"""Watched: simulated sessions of which everything is known, watched live: what is foretold, warned of, and in vain.

People of the fit itself live a month (`clinic`), half of them with a target weight that is too low, so that there is
something to warn of. The twin of each learns from a few sessions; those that follow are watched as they go. Nobody acts
on a warning, so that what would have come does come.

    truth      systolic pressure as the body has it, with the slow ups and downs of `instruments`; a fall is the first
               minute at which its mean over five is below the person's floor; the first cramp comes by the true hazard
    readings   a cuff every half hour and, in every other person, a blood volume monitor every ten minutes, with all
               errors of `instruments`, a tenth lost, and cuff readings gone wild by 40 to 70 mmHg; where the monitor
               asks for a repeat, one comes two minutes later
    asked      at every cuff reading that comes before the event: does it come within the hour?
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from .. import live
from ..case import read
from ..errors import OutOfRange, SoleusError
from ..fit.readings import DIASTOLIC, DIASTOLIC_ARM
from ..instruments import INSTRUMENTS
from ..live import people as chairs
from ..prescription import Prescription
from . import clinic

LEARNED = 4  # sessions that the twin learns from; the other eight of the month are watched
OFF = (None, -1.5)  # kg, target less dry weight, of the two halves: as targets are, and too low
WITHIN = 60.0  # min
SMOOTH = 5  # min over which pressure must be low
CUFF, MONITOR = 30.0, 10.0  # min between readings
REPEAT = 2.0  # min until a reading that was asked for
WILD = 0.02  # of cuff readings
WILDEST = (40.0, 70.0)  # mmHg
FEWEST = 4  # people
RECENT = 3  # readings whose line is the past rate
Progress = Callable[[int, int, str], None]


class Truth(NamedTuple):
    """What really happened; arrays every minute."""

    shown: dict[str, np.ndarray]
    pressure: np.ndarray  # systolic, wander included, mmHg
    fell: float | None  # minute below the floor
    cramped: float | None


class Asked(NamedTuple):
    """One cuff reading, and what came within the hour."""

    minute: float
    falls: bool | None  # None where it has fallen already
    cramps: bool | None
    scores: dict[str, float]  # the higher, the likelier


class Watched(NamedTuple):
    """One session."""

    person: int
    truth: Truth
    asked: tuple[Asked, ...]
    alerts: tuple[live.Alert, ...]
    wild: int  # readings gone wild
    fooled: int  # of them, those that made an alarm
    inside: tuple[tuple[float, ...], ...]  # of forecasts: min ahead, not below the band, not above it, error in mmHg
    repeats: int  # readings that were asked for again
    seconds: np.ndarray  # [line], from the line to its update
    group: int = 0  # of `OFF`


def watch_all(n: int, seed: int, progress: Progress | None = None) -> tuple[list[Watched], list[str]]:
    """Simulate n people, fit them, and watch six sessions of each.

    Raises:
        OutOfRange: with fewer people than FEWEST.
    """
    if n < FEWEST:
        raise OutOfRange(f"n is {n} people; {FEWEST} or more are needed. Give 20, or 60 for firm numbers.")
    found: list[Watched] = []
    refused: list[str] = []
    many = (n - n // 2, n // 2)
    for k, (m, off) in enumerate(zip(many, OFF, strict=True)):
        rng = np.random.default_rng((seed, k))
        who = clinic.everybody(m, rng, off=off)
        visits = list(clinic.month(who, rng))
        told = clinic.files(who, visits[:LEARNED], rng, volume=True)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            jobs = pool.map(_one, range(m), told, [who] * m, [visits[LEARNED:]] * m, [(seed, k)] * m)
            for one in jobs:
                if isinstance(one, str):
                    refused.append(one)
                else:
                    found += [w._replace(group=k) for w in one]
                if progress:
                    progress(len(found) // (len(visits) - LEARNED) + len(refused), n, "person")
    return found, refused


def _one(
    i: int, told: dict[str, Any], who: clinic.Everybody, visits: list[clinic.Visit], seed: tuple[int, int]
) -> list[Watched] | str:
    """Every watched session of one person."""
    rng = np.random.default_rng((*seed, i))
    first = visits[0]
    kg, uf = round(float(first.before[i]), 1), float(first.uf[i])
    plan = {"date": first.day.isoformat(), "pre_weight_kg": kg, "uf_l": uf}
    try:
        case = read(told | {"sessions": [*told["sessions"], plan]})
        twin = live.twin_before(case, case.sessions[-1])
    except SoleusError as error:
        return str(error).splitlines()[0]
    people, order = chairs.of(twin), twin.prescription[0]
    arm = INSTRUMENTS.arm * float(rng.standard_normal())
    return [_session(i, visit, people, order, arm, rng) for visit in visits]


def _session(
    i: int, visit: clinic.Visit, people: chairs.People, order: Prescription, arm: float, rng: np.random.Generator
) -> Watched:
    """One session: readings as they come, and what the monitor made of each."""
    kg = float(visit.before[i]) + INSTRUMENTS.scale * float(rng.standard_normal())
    monitor = live.Monitor(people, replace(order, uf=float(visit.uf[i])), weight_kg=round(kg, 1))
    truth = happened(visit, i, order.time, rng)
    lines = list(_lines(truth, order.time, arm, i % 2 == 0, rng))
    asked: list[Asked] = []
    inside: list[tuple[float, ...]] = []
    past: list[tuple[float, float]] = []
    seconds: list[float] = []
    wild = fooled = repeats = 0
    while lines:
        line, gone_wild = lines.pop(0)
        begun = time.perf_counter()
        update = monitor.read(line)
        seconds.append(time.perf_counter() - begun)
        wild += gone_wild
        fooled += gone_wild and update.alert is not None
        again = min(line["minute"] + REPEAT, order.time)
        if update.ask and "systolic_mmhg" in line and again > line["minute"]:
            repeats += 1
            lines.insert(0, (_cuff(truth, again, arm, rng), False))
        if "systolic_mmhg" in line and not gone_wild:
            past.append((line["minute"], line["systolic_mmhg"]))
            asked.append(_ask(update, truth, past))
            inside += _inside(update.forecast, truth, arm)
    return Watched(i, truth, tuple(asked), monitor.alerts, wild, fooled, tuple(inside), repeats, np.array(seconds))


def happened(visit: clinic.Visit, i: int, length: float, rng: np.random.Generator) -> Truth:
    """The true course of one person's session."""
    minutes = np.arange(0.0, length + 1)
    shown = {kind: np.interp(minutes, visit.minutes, x[:, i]) for kind, x in visit.shown.items()}
    wander = clinic.wander(minutes, rng)
    shown["diastolic"] = shown["diastolic"] + DIASTOLIC * wander
    pressure = shown["systolic"] + wander
    low = np.convolve(pressure, np.full(SMOOTH, 1 / SMOOTH), mode="valid") < live.floor(float(shown["systolic"][0]))
    fell = float(minutes[np.argmax(low)]) if low.any() else None
    reached = -np.log1p(-float(rng.random()))
    cumulative = visit.risk.cumulative[:, i]
    cramped = float(np.interp(reached, cumulative, visit.minutes)) if reached < cumulative[-1] else None
    return Truth(shown, pressure, fell, cramped)


def _cuff(truth: Truth, minute: float, arm: float, rng: np.random.Generator, by: float = 0.0) -> dict[str, Any]:
    at, z = round(minute), rng.standard_normal(3)
    S = truth.pressure[at] + arm + INSTRUMENTS.systolic * z[0] + by
    D = truth.shown["diastolic"][at] + DIASTOLIC_ARM * arm + INSTRUMENTS.diastolic * z[1] + by / 2
    pulse = truth.shown["pulse"][at] + INSTRUMENTS.pulse * z[2]
    told = {"systolic_mmhg": S, "diastolic_mmhg": D, "heart_rate_min": pulse}
    return {"minute": minute} | {name: float(np.round(x)) for name, x in told.items()}


def _lines(
    truth: Truth, length: float, arm: float, volume: bool, rng: np.random.Generator
) -> Iterator[tuple[dict[str, Any], bool]]:
    """The feed, and which lines went wild; in order of minutes."""
    found = []
    for minute in np.append(np.arange(0.0, length - 1, CUFF), length):
        kept, odd = rng.random() >= clinic.LOST, rng.random() < WILD
        by = float(rng.choice([-1, 1]) * rng.uniform(*WILDEST)) if odd else 0.0
        if kept:
            found.append((_cuff(truth, float(minute), arm, rng, by), odd))
    gain, drift = rng.standard_normal(2) * (INSTRUMENTS.rbv_gain, INSTRUMENTS.rbv_drift)
    for minute in np.arange(MONITOR, length + 1, MONITOR) if volume else []:
        value = truth.shown["rbv"][round(minute)] * (1 + gain) + drift * minute
        value += INSTRUMENTS.rbv * rng.standard_normal()
        if rng.random() >= clinic.LOST:
            found.append(({"minute": float(minute), "rbv_pct": round(float(value), 1)}, False))
    if truth.cramped is not None:
        found.append(({"minute": truth.cramped, "event": "cramp", "severity": 5}, False))
    yield from sorted(found, key=lambda pair: pair[0]["minute"])


def _ask(update: live.Update, truth: Truth, past: list[tuple[float, float]]) -> Asked:
    """What was foretold at this reading, by the monitor and by what a chart alone tells."""
    t, known = update.minute, update.forecast
    last = past[-1][1]
    recent = np.array(past[-RECENT:])
    rate = float(np.polyfit(recent[:, 0], recent[:, 1], 1)[0]) if np.ptp(recent[:, 0]) > REPEAT else 0.0
    scores = {
        "below": float(known.below[-1]),
        "hypotension": float(known.hypotension.middle[-1]),
        "cramp": float(known.cramp.middle[-1]),
        "last": -last,
        "rate": -(last + rate * WITHIN),
        "minute": t,
    }
    return Asked(t, _comes(truth.fell, t), _comes(truth.cramped, t), scores)


def _comes(event: float | None, minute: float) -> bool | None:
    """Whether it comes within the hour; None where it has come."""
    if event is None:
        return False
    return None if event <= minute else event <= minute + WITHIN


def _inside(known: live.Forecast, truth: Truth, arm: float) -> Iterator[tuple[float, ...]]:
    """How a forecast half an hour and an hour ahead held the truth: min ahead, above low, below high, error."""
    for ahead in (WITHIN / 2, WITHIN):
        at = known.minute + ahead
        if at < len(truth.pressure):
            i = int(np.searchsorted(known.minutes, at - 1e-6))
            true = float(truth.pressure[round(at)]) + arm
            low, middle, high = (float(x[i]) for x in known.systolic)
            yield ahead, float(true >= low), float(true <= high), true - middle
