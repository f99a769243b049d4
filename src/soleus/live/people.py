"""People: the twin's people in the chair, as they came today, and as plain values that outlive a process."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

import jax
import numpy as np

from .. import fit, person, schedule, symptoms
from ..advice.rescue.diagnoses import Diagnoses, diagnoses
from ..body import body
from ..body.body import Patient
from ..case import Case, Session
from ..errors import BadRecord
from ..events import Event
from ..fit import Twin
from ..machine.profiles import Profile
from ..prescription import Prescription
from ..session import BODY, PATIENT


class People(NamedTuple):
    """Who could be the patient; leaves and arrays [person]."""

    patient: Patient
    start: body.State  # on arrival
    offset: np.ndarray  # mmol/L, sodium of the bath delivered less prescribed
    cramp: symptoms.Cramp
    hypotension: symptoms.Hypotension
    post_weight: np.ndarray  # kg
    drugs: float  # effect of medicines on the log rate of cramps
    known: Diagnoses  # what decides on agents

    @property
    def n(self) -> int:
        """How many."""
        return len(self.offset)


def of(twin: Twin) -> People:
    """The people of a twin."""
    return People(
        patient=twin.patient,
        start=twin.start,
        offset=np.array([order.sodium_offset for order in twin.prescription]),
        cramp=twin.cramp,
        hypotension=twin.hypotension,
        post_weight=np.asarray(twin.post_weight, float),
        drugs=float(twin.about.drugs),
        known=diagnoses(twin.case),
    )


def weighed(people: People, kg: float) -> People:
    """The same people when they weigh this today."""
    return people._replace(start=schedule.weighing(people.patient, people.start, np.full(people.n, kg)))


def unseen(case: Case, session: Session) -> tuple[Case, Session]:
    """A case as it was before a session began: its plan and weight are known, nothing that happened in it or later."""
    nothing: dict[str, Any] = {"pressures": [], "blood_volume": [], "symptoms": [], "given": [], "pressures_after": []}
    here = session.model_copy(update={**nothing, "given_after": [], "drunk_l": 0.0, "post_weight_kg": None})
    before = [here if s is session else s for s in case.sessions if s.date <= session.date]
    labs = [lab for lab in case.labs if lab.date < session.date or (lab.date == session.date and lab.when == "pre")]
    diary = [day for day in case.diary if day.date <= session.date]
    return case.model_copy(update={"sessions": before, "labs": labs, "diary": diary}), here


def twin_before(case: Case, session: Session, **options: Any) -> Twin:
    """The twin as it was before a session began."""
    return fit.fit(*unseen(case, session), **options)


def given_before(case: Case, session: Session) -> tuple[Event, ...]:
    """What is known to run all through a session: fluid infused, as its volume says."""
    return tuple(event for event in person.events(case, session) if event.minute == 0)


PROTOTYPES: dict[str, tuple[Any, Any]] = {
    "patient": (PATIENT, Patient()),
    "start": (BODY, body.at_rest(Patient(), body.rest(Patient()))),
    "cramp": (jax.tree.structure(symptoms.Cramp()), symptoms.Cramp()),
    "hypotension": (jax.tree.structure(symptoms.Hypotension()), symptoms.Hypotension()),
}
ROWS = ("offset", "post_weight")


def as_json(people: People) -> dict[str, Any]:
    """Plain values."""
    found: dict[str, Any] = {"drugs": people.drugs, "known": people.known._asdict()}
    found |= {name: getattr(people, name).tolist() for name in ROWS}
    for name, (_, like) in PROTOTYPES.items():
        leaves = jax.tree.leaves(getattr(people, name))
        found[name] = dict(zip(_names(like), (np.asarray(x, float).tolist() for x in leaves), strict=True))
    return found


def from_json(told: dict[str, Any]) -> People:
    """The same people again.

    Raises:
        BadRecord: when it was written by another version.
    """
    found: dict[str, Any] = {"drugs": float(told["drugs"]), "known": Diagnoses(**told["known"])}
    found |= {name: np.array(told[name], float) for name in ROWS}
    for name, (structure, like) in PROTOTYPES.items():
        names = _names(like)
        if list(told[name]) != names:
            raise BadRecord(f"{name} of a stored session was written by another version of Soleus. Begin it anew.")
        found[name] = jax.tree.unflatten(structure, [_leaf(told[name][leaf]) for leaf in names])
    return People(**found)


def _leaf(value: Any) -> Any:
    return np.array(value, float) if isinstance(value, list) else float(value)


def _names(like: Any) -> list[str]:
    leaves = jax.tree_util.tree_leaves_with_path(like)
    return [jax.tree_util.keystr(path, simple=True, separator=".") for path, _ in leaves]


def order_json(order: Any) -> dict[str, Any]:
    """A prescription, or a part of one, in plain values."""
    found: dict[str, Any] = {}
    for field in fields(order):
        value = getattr(order, field.name)
        if isinstance(value, Profile):
            found[field.name] = {"knots": [list(knot) for knot in value.knots]}
        else:
            found[field.name] = order_json(value) if is_dataclass(value) else value
    return found


def order_from(told: dict[str, Any], like: Any = None) -> Any:
    """The same prescription again."""
    like = Prescription() if like is None else like
    found: dict[str, Any] = {}
    for name, value in told.items():
        if isinstance(value, dict) and "knots" in value:
            found[name] = Profile(tuple((float(a), float(b)) for a, b in value["knots"]))
        else:
            found[name] = order_from(value, getattr(like, name)) if isinstance(value, dict) else value
    return type(like)(**found)
