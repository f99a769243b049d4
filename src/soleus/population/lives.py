"""Lives: a group of people drawn together lives some weeks; each session of each is a row.

    arrive     cycles bend salt, pressure and what is eaten until gain, pressure and stores are each person's own; then
               the rest of a week is lived unseen
    day        what is eaten in a gap, the pressure, the weight reached and the cuff are every session's own
    stop       ultrafiltration that is stopped leaves its fluid in; a target missed is made good the next time

Assumes     symptoms change the treatment by stops alone; nobody dies, changes units or gets another target weight.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from .. import measures, schedule, symptoms
from ..body import body
from ..body.body import Patient
from ..cohort import joint, take
from ..machine.dialysate import Dialysate
from ..parameter import put
from ..prescription import Prescription
from ..schedule import FROM_MIDWEEK, WEEK, Cycle
from . import crowd, ward
from .ward import Own, Ward

CYCLES = 4  # before the weeks that count
MIDWEEK = 44.0  # h
POTASSIUM, BATHS = 7.0, (2.0, 3.0)  # mmol/L, bath and blood together; baths in halves [GeneralKnowledge]
OFFSET = next(f.metadata["param"] for f in Prescription.__dataclass_fields__.values() if f.name == "sodium_offset")
Row = dict[str, np.ndarray]


@dataclass(frozen=True)
class Group:
    """People who live together, and what each is prescribed; leaves [patient]."""

    people: joint.People
    orders: Sequence[Prescription]
    own: Own
    ward: Ward


class Found(NamedTuple):
    """What a session brought besides the body's own changes; leaves [patient]."""

    row: Row
    back: np.ndarray  # kg of fluid that came back: of lines, of stops


def live(n: int, seed: Any, weeks: int, place: str, unit: Ward | None = None) -> Iterator[Row]:
    """n people's sessions, three a week, the first after the long gap; a row of [patient] arrays for each.

    Args:
        n: how many people.
        seed: a number or a sequence of numbers; the same gives the same lives.
        weeks: how many.
        place: where they are treated, one of `cohort.places.PLACES`.
        unit: the habits of the unit.

    Raises:
        OutOfRange: for a place that is not known.
        NotConverged: if a patient leaves the numbers.
    """
    unit = Ward() if unit is None else unit
    rng = np.random.default_rng(seed)
    people = joint.people(n, rng.integers(2**32, size=2), place)
    here = Group(people, ordered(people, rng), ward.own(n, rng, unit), unit)
    told = schedule.Chart(pre_weight=people.target + people.gain, systolic=people.systolic, diastolic=people.diastolic)
    patient, now = schedule.arrive(people.patient, here.orders, MIDWEEK, people.target, told, CYCLES, cycle)
    here = replace(here, people=people._replace(patient=patient))
    for hours in FROM_MIDWEEK[:-1]:
        now = _visit(here, now, hours, rng)[1]
    for week in range(weeks):
        for day, hours in enumerate(WEEK):
            row, now = _visit(here, now, hours, rng)
            yield {"week": np.full(n, week), "day": np.full(n, day)} | row


def ordered(people: joint.People, rng: np.random.Generator) -> list[Prescription]:
    """The usual session of each: potassium of bath and blood make seven together, small people are pumped slower."""
    n = len(people.target)
    baths = np.clip(np.ceil(2 * (POTASSIUM - people.patient.potassium.K_p)) / 2, *BATHS)
    offset = np.clip(Prescription.sodium_offset + OFFSET.sd * rng.standard_normal(n), *OFFSET.within)
    shared = {float(K): Dialysate(K=float(K)) for K in np.unique(baths)}
    return [
        Prescription(time=float(m), Q_b=float(q), dialysate=shared[float(K)], sodium_offset=float(o))
        for m, q, K, o in zip(people.minutes, people.flow, baths, offset, strict=True)
    ]


def cycle(patient: Patient, start: body.State, orders: Sequence[Prescription], target: Any, hours: float) -> Cycle:
    """`schedule.cycle` for a crowd."""
    gained = np.asarray(body.look(start, patient, body.rest(patient)).weight) - target
    uf = np.clip(gained, 0.0, schedule.liftable(start, [p.time for p in orders]))
    done = treated(patient, start, orders, uf)
    return Cycle(done.end, crowd.between(patient, done.end, hours), uf, done.taken)


def treated(patient: Patient, start: body.State, orders: Sequence[Prescription], uf: np.ndarray) -> crowd.Treated:
    """A session of all, those of one length together; shorter sessions hold their last values to the longest's end."""
    now = [replace(p, uf=float(u)) for p, u in zip(orders, uf, strict=True)]
    lengths = np.array([p.time for p in now])
    if np.ptp(lengths) == 0:
        return crowd.treat(patient, start, now)
    parts = []
    for length in np.unique(lengths):
        who = np.flatnonzero(lengths == length)
        parts.append((who, crowd.treat(take(patient, who), take(start, who), [now[i] for i in who])))
    return crowd.together(parts, len(now))


def _visit(here: Group, start: body.State, hours: float, rng: np.random.Generator) -> tuple[Row, body.State]:
    """One session and the gap after it."""
    people, unit, patient = here.people, here.ward, here.people.patient
    n, rest = len(people.target), body.rest(patient)
    before = body.look(start, patient, rest)
    wanted = np.asarray(before.weight) - people.target + unit.missed * rng.standard_normal(n) + unit.given_back
    uf = np.clip(wanted, 0.0, schedule.liftable(start, people.minutes))
    done = treated(patient, start, here.orders, uf)
    found = _found(here, uf, done, rng)
    ended = body.look(done.end, patient, rest)
    after = np.asarray(ended.weight) + found.back
    salt = np.exp(unit.intake * (rng.standard_normal(n) - unit.intake / 2)) * (
        unit.weekend if hours == max(WEEK) else 1
    )
    eating = put(patient, {"gut.salt": patient.gut.salt * salt})
    now = crowd.between(eating, schedule.weighing(patient, done.end, after), hours)
    return _person(people) | _weights(people, before.weight, after, uf) | found.row | _blood(
        here, before, ended, uf
    ), now


def _found(here: Group, uf: np.ndarray, done: crowd.Treated, rng: np.random.Generator) -> Found:
    """Readings, symptoms and stops of a session."""
    people, unit, n = here.people, here.ward, len(uf)
    seen, minutes, end = done.watched.signs, done.minutes, people.minutes
    days = ward.days(people.lability, rng, unit)
    of = ward.read(minutes, seen.SBP, done.watched.DBP, days, here.own, unit, rng)
    rate = measures.uf_rate_ml_kg_h(uf, end / 60, people.target)
    z = symptoms.pathways(seen, body.rest(people.patient))
    cramp = symptoms.cramp(z, minutes, people.cramp, end).probability
    today = replace(seen, SBP=seen.SBP + days.level[0] + days.trend[0] * minutes[:, None] / end)
    fall = symptoms.hypotension(today, minutes, rate, people.hypotension, end).probability
    stops = here.own.stops + unit.stops_low * of.low
    stopped = rng.poisson(stops[0])
    left = np.minimum(stopped * unit.stopped / end, 0.5) * uf
    row = {
        "sbp_first": of.first[0], "sbp_lowest": of.lowest[0], "sbp_mean": of.mean[0], "sbp_last": of.last[0],
        "dbp_mean": of.diastolic[0], "readings": of.taken[0],
        "low_reading_chance": of.low.mean(axis=0), "sbp_drop_chance": of.fell.mean(axis=0),
        "sbp_usual": of.mean.mean(axis=0), "dbp_usual": of.diastolic.mean(axis=0),
        "readings_expected": of.taken.mean(axis=0),
        "cramp_chance": cramp, "cramp": rng.random(n) < cramp,
        "hypotension_chance": fall, "hypotension": rng.random(n) < fall,
        "uf_stops": stopped, "uf_stops_expected": stops.mean(axis=0),
        "minutes": end - unit.lost * rng.exponential(size=n),
    }  # fmt: skip
    return Found(row, left + unit.given_back)


def _person(people: joint.People) -> Row:
    about: Any = people.about
    return {
        "age_y": about.age_y, "female": about.female, "diabetes": about.diabetes, "vintage_y": about.vintage_y,
        "gfr_ml_min": about.gfr_ml_min, "catheter": people.catheter, "autonomic": people.patient.circulation.A,
        "dry_weight_kg": people.patient.fluid.dry_weight, "target_kg": people.target,
        "minutes_prescribed": people.minutes, "blood_flow_ml_min": 1000 * people.flow,
    }  # fmt: skip


def _weights(people: joint.People, before: Any, after: np.ndarray, uf: np.ndarray) -> Row:
    return {
        "weight_before_kg": np.asarray(before), "weight_after_kg": after, "uf_l": uf,
        "uf_rate_ml_kg_h": measures.uf_rate_ml_kg_h(uf, people.minutes / 60, people.target),
    }  # fmt: skip


def _blood(here: Group, before: Any, after: Any, uf: np.ndarray) -> Row:
    row: Row = {}
    for when, seen in (("before", before), ("after", after)):
        row |= {
            f"sodium_{when}": seen.sodium.Na_p, f"potassium_{when}": seen.potassium.K_p,
            f"ionized_calcium_{when}": seen.calcium.iCa, f"bicarbonate_{when}": seen.acid_base.hco3,
            f"phosphate_{when}": seen.phosphate.c_p, f"urea_{when}": seen.protein.f * seen.urea_e,
        }  # fmt: skip
    hours = here.people.minutes / 60
    return row | {
        "sp_ktv": measures.sp_ktv(row["urea_before"], row["urea_after"], hours, uf, here.people.target),
    }
