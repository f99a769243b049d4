"""What cannot be true in a case file: lines that contradict each other, refused together, each with its remedy."""

from collections.abc import Iterator, Sequence
from itertools import chain
from math import sqrt

from .chemistry import impossible_values
from .episode import Episode
from .fields import Patient
from .file import Place, Problem
from .given import ROUNDING, amounts, volume
from .kidneys import failing
from .labs import Lab
from .minutes import minutes
from .prescribed import USUAL_DIALYSATE, Prescribed, Profile
from .treatment import Session
from .weights import balance, session_weights, stature, weight_known

PUMP = 4.0  # L/h, the fastest ultrafiltration of dialysis machines
KPA = 7.50062  # mmHg
COURSES = {  # lowest and highest value of a profile, and its unit
    "uf_profile": (0.0, 10.0, ""),
    "sodium_profile": (120.0, 160.0, " mmol/L"),
    "potassium_profile": (0.0, 5.0, " mmol/L"),
    "bicarbonate_profile": (15.0, 45.0, " mmol/L"),
    "temperature_profile": (33.0, 39.0, " degC"),
}
LEAST_POTASSIUM = 0.5  # mmol/L, below which an order needs a reason, as in Prescription.checked
SCALE = 1200.0  # mmol2/L2, ionized calcium x bicarbonate^2 / acid, as in Prescription.checked
CITRATE = 1.2  # L/mmol, binding of calcium by citrate, as in machine/dialysate


def impossible(
    patient: Patient,
    usual: Prescribed,
    sessions: Sequence[Session],
    labs: Sequence[Lab] = (),
    episodes: Sequence[Episode] = (),
    on_dialysis: bool = True,
) -> list[Problem]:
    """Everything that cannot be true, each with its place and remedy."""
    found = [*weight_known(patient, sessions, episodes, on_dialysis), *stature(patient)]
    found += [*_order(usual, ("prescription",)), *_twice(sessions)]
    found += impossible_values(labs, failing(patient, labs, on_dialysis))
    known = {problem.text for problem in found}
    for i, session in enumerate(sessions):
        place: Place = ("sessions", i)
        found += list(session_weights(session, place, patient)) or list(balance(session, place))
        found += _volume(session, place, usual)
        if session.prescription:
            order = usual.changed_by(session.prescription)
            found += [wrong for wrong in _order(order, (*place, "prescription")) if wrong.text not in known]
        found += _given(session, place)
        found += chain(minutes(session, place, session.length_min(usual)), _pressures(session, place))
    return found


def _volume(session: Session, place: Place, usual: Prescribed) -> Iterator[Problem]:
    """The volume taken off and the time must be known, and a pump must manage it."""
    off, length = session.taken_off_l, session.length_min(usual)
    if off is None:
        yield Problem((*place, "uf_l"), f"is missing on {session.date}. Add the litres taken off, or both weights.")
    if length is None:
        text = f"is missing on {session.date}. Add hours here or under prescription."
        yield Problem((*place, "hours"), text)
    if off is not None and length is not None and off / length * 60 > PUMP:
        text = (
            f"is {off:g} L in {length / 60:g} h on {session.date}, a UF rate of {off / length * 60:.1f} L/h; "
            f"machines take off at most {PUMP:g} L/h. Check the litres and the hours."
        )
        yield Problem((*place, "uf_l"), text)


def _given(session: Session, place: Place) -> Iterator[Problem]:
    """Amounts that cannot be, and volumes stated that are less than what was given."""
    for name in ("given_before", "given", "given_after"):
        yield from amounts(getattr(session, name), (*place, name))
    for name, mouth, how in (("drunk_l", True, "by mouth"), ("infused_l", False, "into the blood")):
        stated, listed = getattr(session, name), volume(session.given, mouth)
        if listed > stated + ROUNDING:
            text = (
                f"is {stated:g} L on {session.date}, but given adds up to {listed:.3g} L {how}. Correct one, or leave "
                f"{name} out to take the sum."
            )
            yield Problem((*place, name), text)


def _twice(sessions: Sequence[Session]) -> Iterator[Problem]:
    """Two sessions of one day, unless their start times tell them apart."""
    for i, session in enumerate(sessions):
        for k, other in enumerate(sessions[:i]):
            told_apart = session.start and other.start and session.start != other.start
            if session.date != other.date or told_apart:
                continue
            remedy = "correct a date, or give each its start time if there truly were two that day"
            if session == other:
                remedy = "the same session is entered twice, delete one"
            text = f"is a second session on {session.date}, as sessions[{k}]: {remedy}."
            yield Problem(("sessions", i), text)
            break


def _pressures(session: Session, place: Place) -> Iterator[Problem]:
    """Pressures in kPa, and a diastolic pressure at or above the systolic one."""
    for name in ("pressures", "pressures_before", "pressures_after"):
        believed = [(i, p) for i, p in enumerate(getattr(session, name)) if not p.artefact]
        low = [(i, p.systolic_mmhg) for i, p in believed if p.systolic_mmhg < 30]
        if low:
            i, first = low[0]
            rest = f" ({len(low)} readings like it)" if len(low) > 1 else ""
            kpa = f"Was it measured in kPa? Then multiply by 7.5: {first * KPA:.0f}. " if first > 5 else ""
            text = (
                f"is {first:g} mmHg on {session.date}{rest}; nobody is awake below 30 mmHg. {kpa}"
                "If the cuff failed, mark the reading artefact: true."
            )
            yield Problem((*place, name, i, "systolic_mmhg"), text)
        for i, p in believed:
            if p.diastolic_mmhg is not None and p.diastolic_mmhg >= p.systolic_mmhg >= 30:
                text = (
                    f"is {p.diastolic_mmhg:g} mmHg on {session.date}, not below the systolic {p.systolic_mmhg:g}. "
                    "Are they swapped? If the cuff failed, mark the reading artefact: true."
                )
                yield Problem((*place, name, i, "diastolic_mmhg"), text)


def _order(order: Prescribed, place: Place) -> Iterator[Problem]:
    """Substitution that does not fit the mode, and profiles no machine runs."""
    flow = order.substitution_ml_min or 0.0
    if order.mode in ("HD", "UF") and flow > 0:
        text = f"is {flow:g} ml/min, but mode {order.mode} has no substitution. Is the mode HDF-post or HDF-pre?"
        yield Problem((*place, "substitution_ml_min"), text)
    if order.mode in ("HDF-post", "HDF-pre", "HF", "HF-pre") and flow == 0:
        text = f"is missing or 0, but mode {order.mode} needs it. Add the flow, or write mode: HD."
        yield Problem((*place, "substitution_ml_min"), text)
    for name, (low, high, unit) in COURSES.items():
        course = getattr(order, name)
        if not isinstance(course, Profile):
            continue
        if not all(low <= value <= high for value in course.values):
            values = ", ".join(f"{value:g}" for value in course.values)
            text = f"has the values {values}{unit}; {low:g} to {high:g}{unit} is possible. Correct them."
            yield Problem((*place, name), text)
        elif name == "uf_profile" and not any(course.values):
            yield Problem((*place, name), "is 0 throughout. Give a value above 0, or write constant.")
    yield from unsafe(order, place)


def unsafe(order: Prescribed, place: Place) -> Iterator[Problem]:
    """What is wrong with the bath of an order, the usual standing in for what nobody wrote."""
    if order.mode == "UF":
        return
    bath = Prescribed.model_validate({"dialysate": USUAL_DIALYSATE}).changed_by(order).dialysate
    assert bath is not None
    base, lowest = _values(order, "bicarbonate"), lowest_potassium(order)
    if lowest is not None and lowest < LEAST_POTASSIUM and not (order.reason or "").strip():
        name = ("potassium_profile",) if _values(order, "potassium") else ("dialysate", "potassium_mmol_l")
        text = (
            f"is {lowest:g} mmol/L; below {LEAST_POTASSIUM:g} mmol/L the potassium of the blood falls fast enough to "
            "disturb the heart. Order 1 to 3, or write why in reason, beside mode and hours."
        )
        yield Problem((*place, *name), text)
    stated = base or [bath.bicarbonate_mmol_l or 0.0]
    acid = bath.acid_mmol_l or 0.0
    used = acid if bath.bicarbonate_stated == "before mixing" else 0.0
    name = ("bicarbonate_profile",) if base else ("dialysate", "bicarbonate_mmol_l")
    if min(stated) < used:
        text = f"is {min(stated):g} mmol/L before mixing, less than the acid of {acid:g} mmol/L. Correct one of them."
        yield Problem((*place, *name), text)
        return
    ionized, most = _ionized(bath.calcium_mmol_l or 0.0, bath.citrate_mmol_l or 0.0), max(stated) - used
    if ionized * most**2 > SCALE * acid:
        text = (
            f"is {max(stated):g} mmol/L with calcium_mmol_l {bath.calcium_mmol_l:g} and acid_mmol_l {acid:g}: calcium "
            f"carbonate would fall out (ionized calcium x bicarbonate^2 / acid is {_ratio(ionized, most, acid)}, at "
            f"most {SCALE:.0f} mmol2/L2 stays dissolved). Lower calcium or bicarbonate, or correct acid_mmol_l."
        )
        yield Problem((*place, *name), text)


def lowest_potassium(order: Prescribed) -> float | None:
    """The least potassium of the bath over the treatment, mmol/L; None when the order does not say."""
    stated = order.dialysate.potassium_mmol_l if order.dialysate else None
    return min(_values(order, "potassium"), default=stated)


def _values(order: Prescribed, word: str) -> list[float]:
    """The values of a profile, none when the bath is constant."""
    course = getattr(order, f"{word}_profile")
    return course.values if isinstance(course, Profile) else []


def _ionized(calcium: float, citrate: float) -> float:
    """Calcium that citrate leaves free, mmol/L."""
    b = 1 + CITRATE * (citrate - calcium)
    return 2 * calcium / (b + sqrt(b * b + 4 * CITRATE * calcium))


def _ratio(ionized: float, most: float, acid: float) -> str:
    return f"{ionized * most**2 / acid:.0f}" if acid else "beyond measure"
