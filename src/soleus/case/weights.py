"""Weights that cannot be: pounds for kilograms, a weight that rose, a volume taken off that the scale did not see."""

from collections.abc import Iterator, Sequence

from .episode import Episode
from .fields import Patient
from .file import Place, Problem
from .treatment import Session

POUND = 0.45359  # kg
WRONG = 0.7  # kg between weights and UF; scales, clothes and a meal explain less
HEAVY, LIGHT = 45.0, 11.0  # kg/m2, the body mass index beyond which a weight must be confirmed
FAR = (0.75, 1.3)  # session weight over target weight, beyond which a reason is needed


def weight_known(
    patient: Patient, sessions: Sequence[Session], episodes: Sequence[Episode], on_dialysis: bool
) -> Iterator[Problem]:
    """A target weight on dialysis, or why there is none; and at least one weight."""
    if on_dialysis and patient.target_weight_kg is None and not patient.target_weight_unknown_reason:
        text = (
            "is missing: without the target weight nothing can be said about excess fluid. Add it in kg; if nobody "
            "knows it, say why in target_weight_unknown_reason."
        )
        yield Problem(("patient", "target_weight_kg"), text)
    weighed = any(s.pre_weight_kg or s.post_weight_kg for s in sessions) or any(e.weight_kg for e in episodes)
    if reference(patient) is None and not weighed:
        yield Problem(("patient",), "has no weight anywhere in the file. Add weight_kg, or the weights of a session.")


def reference(patient: Patient) -> tuple[str, float] | None:
    """The field that says best what this person weighs without excess fluid, and its value in kg."""
    for name in ("target_weight_kg", "dry_weight_kg", "weight_kg"):
        if (value := getattr(patient, name)) is not None:
            return name, value
    return None


def body_mass_index(patient: Patient, kg: float) -> float:
    """kg/m2; not a number when the height is not known."""
    return kg / (patient.height_cm / 100) ** 2 if patient.height_cm else float("nan")


def in_pounds(patient: Patient, kg: float) -> bool:
    """Whether a weight is impossible in kilograms at this height and ordinary in pounds."""
    index = body_mass_index(patient, kg)
    return index > HEAVY and index * POUND < 35 and not patient.weight_confirmed


def stature(patient: Patient) -> Iterator[Problem]:
    """Weights that do not go with the height."""
    for name in ("target_weight_kg", "dry_weight_kg", "weight_kg"):
        value = getattr(patient, name)
        index = body_mass_index(patient, value) if value is not None else float("nan")
        if (index > HEAVY or index < LIGHT) and not patient.weight_confirmed:
            pounds = f"Was it weighed in pounds? Then write {value * POUND:.1f}. " if in_pounds(patient, value) else ""
            text = (
                f"is {value:g} kg at a height of {patient.height_cm:g} cm, a body mass index of {index:.0f}. {pounds}"
                "If both are right, add weight_confirmed: true."
            )
            yield Problem(("patient", name), text)


def session_weights(session: Session, place: Place, patient: Patient) -> Iterator[Problem]:
    """Session weights in pounds, or far from the target weight."""
    known = reference(patient)
    if known is None:
        yield from _one_in_pounds(session, place)
        return
    name, kg = known
    kg = kg * POUND if in_pounds(patient, kg) else kg
    for field in ("pre_weight_kg", "post_weight_kg"):
        value = getattr(session, field)
        if value is None:
            continue
        ratio = value / kg
        text = f"is {value:g} kg on {session.date} while {name} is {kg:.4g} kg. "
        if 1.8 < ratio < 2.8:
            yield Problem((*place, field), f"{text}Was it weighed in pounds? Then write {value * POUND:.1f}.")
        elif 0.36 < ratio < 0.55:
            yield Problem((*place, field), f"{text}One of the two looks like pounds (1 lb is 0.454 kg). Correct it.")
        elif name != "weight_kg" and not FAR[0] < ratio < FAR[1] and not session.weight_reason:
            yield Problem((*place, field), f"{text}Correct the wrong one, or say why in weight_reason.")


def _one_in_pounds(session: Session, place: Place) -> Iterator[Problem]:
    pre, post = session.pre_weight_kg, session.post_weight_kg
    if pre is None or post is None or 0.55 < pre / post < 1.8:
        return
    field, value, other = ("pre_weight_kg", pre, post) if pre > post else ("post_weight_kg", post, pre)
    text = f"is {value:g} kg on {session.date} and the other weight {other:g} kg. Was it weighed in pounds? "
    yield Problem((*place, field), f"{text}Then write {value * POUND:.1f}.")


def balance(session: Session, place: Place) -> Iterator[Problem]:
    """Weight lost must be what was taken off less what was given."""
    pre, post = session.pre_weight_kg, session.post_weight_kg
    if pre is None or post is None or session.weight_reason:
        return
    if post > pre:
        text = (
            f"is {post:g} kg, above the {pre:g} kg before dialysis on {session.date}. Are they swapped? "
            "If the weight truly rose, say why in weight_reason."
        )
        yield Problem((*place, "post_weight_kg"), text)
    elif abs(gap := imbalance(session)) > WRONG:
        given = session.drunk_l + session.infused_l
        text = (
            f"is {session.uf_l:g} L on {session.date}, less {given:g} L drunk and infused, but the weight fell by "
            f"{pre - post:.1f} kg ({pre:g} to {post:g}): {abs(gap):.1f} kg {'more' if gap > 0 else 'less'}, and "
            f"at most {WRONG:g} kg is expected. Correct the UF or a weight, add what was drunk (drunk_l) or infused "
            "(infused_l), or say why in weight_reason."
        )
        yield Problem((*place, "uf_l"), text)


def imbalance(session: Session) -> float:
    """Weight lost beyond what UF, drink and infusion explain, kg; 0 when one is not known."""
    if session.pre_weight_kg is None or session.post_weight_kg is None or session.uf_l is None:
        return 0.0
    return session.pre_weight_kg - session.post_weight_kg - session.uf_l + session.drunk_l + session.infused_l
