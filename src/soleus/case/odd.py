"""What may be true in a case file but should be looked at: said as warnings, and no number is changed."""

from collections.abc import Iterator, Sequence

from .chemistry import odd_values
from .fields import Patient, Schedule
from .file import Place, Problem
from .impossible import lowest_potassium
from .labs import Lab
from .prescribed import Prescribed
from .treatment import Session
from .weights import body_mass_index, imbalance, reference

STOUT = 38.0  # kg/m2, above which pounds are possible
UNEXPLAINED = 0.4  # kg between weights and UF worth a second look
UNNAMED = 0.5  # L infused (rinse-back is less) or drunk that no line of `given` names
FAST = 13.0  # mL/kg/h, the quality line of Kramer2016
WEEK = 12.0  # h of treatment a week, the minimum of Ashby2019


def odd(
    patient: Patient,
    schedule: Schedule,
    usual: Prescribed,
    sessions: Sequence[Session],
    labs: Sequence[Lab],
    failing: bool = True,
) -> list[Problem]:
    """What may be true but should be looked at."""
    found = list(_standing(patient, schedule, usual))
    for i, session in enumerate(sessions):
        found += _amounts(session, ("sessions", i), patient, usual)
        found += _readings(session, ("sessions", i), session.length_min(usual))
    return [*found, *odd_values(labs, failing), *_copied(sessions)]


def _standing(patient: Patient, schedule: Schedule, usual: Prescribed) -> Iterator[Problem]:
    if known := reference(patient):
        name, kg = known
        index = body_mass_index(patient, kg)
        if index > STOUT:
            text = f"is {kg:g} kg at {patient.height_cm:g} cm, a body mass index of {index:.0f}: is it in kilograms?"
            yield Problem(("patient", name), text)
    weekly = (usual.hours or 0.0) * (schedule.per_week or 0.0)
    if 0 < weekly < WEEK:
        text = f"makes {weekly:g} h a week; {WEEK:g} h is the minimum without good kidney function [Ashby2019]."
        yield Problem(("prescription", "hours"), text)


def _amounts(session: Session, place: Place, patient: Patient, usual: Prescribed) -> Iterator[Problem]:
    off, length, day = session.taken_off_l, session.length_min(usual), session.date
    kg = session.post_weight_kg or patient.target_weight_kg or session.pre_weight_kg or patient.weight_kg
    rate = off * 1000 / kg / length * 60 if off is not None and kg and length else 0.0
    if rate > FAST:
        text = f"is {off:g} L on {day}, {rate:.1f} mL/kg/h: above the safety line of {FAST:g} [Kramer2016]."
        yield Problem((*place, "uf_l"), text)
    if abs(gap := imbalance(session)) > UNEXPLAINED:
        why = f" Reason given: {session.weight_reason}" if session.weight_reason else ""
        yield Problem((*place, "uf_l"), f"and the weights of {day} differ by {abs(gap):.1f} kg.{why}")
    for name, mouth in (("drunk_l", True), ("infused_l", False)):
        if session.given and (left := session.unexplained_l(mouth)) > UNNAMED:
            yield Problem(
                (*place, name), f"of {day} is {left:.2g} L more than given names; it is spread over the session."
            )
    if session.pre_weight_kg and patient.target_weight_kg:
        excess = session.pre_weight_kg - patient.target_weight_kg
        if excess > 0.07 * patient.target_weight_kg:
            text = f"is {excess:.1f} kg above the target weight on {day}: is either mistyped?"
            yield Problem((*place, "pre_weight_kg"), text)
    order = usual.changed_by(session.prescription)
    bath = order.dialysate
    lowest = lowest_potassium(order)
    if lowest is not None and lowest < 2 and not (order.reason or session.note):
        text = f"had a bath potassium of {lowest:g} mmol/L on {day}; below 2 needs a reason (prescription.reason)."
        yield Problem(place, text)
    if bath and bath.magnesium_mmol_l is not None and bath.magnesium_mmol_l >= 1:
        stated, half = bath.magnesium_mmol_l, bath.magnesium_mmol_l / 2
        text = f"had a bath magnesium of {stated:g} mmol/L on {day}: is it in mEq/L? Then write {half:g}."
        yield Problem(place, text)


def _readings(session: Session, place: Place, length: float | None) -> Iterator[Problem]:
    minutes = [p.minute for p in session.pressures] + [p.minute for p in session.blood_volume]
    late = [minute for minute in minutes if length is not None and minute > length]
    if late:
        text = f"has readings up to minute {max(late):g} on {session.date}, past its {length:g} min: add its hours."
        yield Problem(place, text)
    if not session.pressures and (session.pressures_before or session.pressures_after):
        text = f"has readings only before or after the session on {session.date}: are start and hours right?"
        yield Problem((*place, "pressures"), text)
    low = [reading for reading in session.believed if reading.systolic_mmhg < 60]
    if low:
        text = f"has {len(low)} systolic below 60 mmHg on {session.date}: mark what is not believed as artefact."
        yield Problem((*place, "pressures"), text)
    unsure = [p for p in (*session.pressures_before, *session.pressures, *session.pressures_after) if p.artefact]
    if unsure:
        yield Problem((*place, "pressures"), f"on {session.date}: marked as artefacts {len(unsure)}.")


def _copied(sessions: Sequence[Session]) -> Iterator[Problem]:
    for i, session in enumerate(sessions):
        for k, other in enumerate(sessions[:i]):
            if len(session.pressures) > 2 and session.pressures == other.pressures:
                text = f"are those of sessions[{k}]: is it the same session under another date?"
                yield Problem(("sessions", i, "pressures"), text)
