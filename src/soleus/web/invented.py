"""Invented: what people of the demonstration wrote: questions with answers, one that cannot wait, days at home."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..records.store import diary, messages, patients
from ..records.store.audit import CONSOLE, NOBODY, Who
from ..records.store.tables import Message, Patient, Thread, User, new_id, now
from .messages import urgent

JUST = timedelta(minutes=40)  # ago, what was said just now


class Said(NamedTuple):
    """Something said, by whom: "" for who asks, else the login of somebody of the team."""

    by: str
    days: int  # before the demonstration begins
    clock: str  # empty: just now
    text: str


class Asked(NamedTuple):
    """A question and all that followed; of a patient, or of a visitor with an address."""

    name: str
    email: str
    subject: str
    said: tuple[Said, ...]
    taken_by: str = ""
    closed: bool = False


ASKED = (
    Asked("Paula Patient", "", "Cramp at the end, again", (
        Said("", 1, "15:20", "My left calf cramped again in the last half hour, for the third time this month. Can "
             "anything be done before it starts?"),
        Said("nora", 0, "", "Thank you for writing it down so exactly, that helps. The doctor looks at your target "
             "weight before the next session. Until then: keep to the glasses of the day, and tell us at the first "
             "pull in the calf, we can stop the fluid for a while."),
    ), "nora"),
    Asked("Leo Example", "", "Pressure tablet on dialysis days", (
        Said("", 1, "18:05", "I take my tablet for blood pressure at breakfast. On dialysis days I then feel dizzy "
             "after two hours. Should I take it afterwards instead?"),
    ), "carl"),
    Asked("Vera Visitor", "vera.visitor@example.org", "My father’s legs at night", (
        Said("", 1, "21:40", "My father has been on dialysis since spring. At night his legs will not lie still and "
             "he has to get up. Is that a cramp, and whom does he ask?"),
    )),
    Asked("Karla Sample", "", "Not well since this morning", (
        Said("", 0, "", "Since I got up I am short of breath, also when sitting. My shoes are tight. My next dialysis "
             "is only tomorrow."),
    )),
    Asked("Paula Patient", "", "Potassium and tomatoes", (
        Said("", 5, "10:15", "Is tomato soup too much potassium if I leave out the potatoes?"),
        Said("nora", 5, "13:30", "One small cup, and no other soup that day. Your last potassium was good."),
        Said("", 4, "09:10", "Thank you, that is easy to keep."),
    ), "nora", True),
)  # fmt: skip
DAYS: dict[str, tuple[tuple[int, str, dict[str, Any]], ...]] = {  # days ago, clock time, fields of the case file
    "Paula Patient": (
        (5, "07:10", {"weight_kg": 62.6}), (5, "08:00", {"drinks_l": 0.15}), (5, "12:40", {"drinks_l": 0.25}),
        (5, "19:15", {"salt": "usual"}), (3, "07:05", {"weight_kg": 62.7}), (3, "13:10", {"drinks_l": 0.4}),
        (3, "22:50", {"cramp": True, "cramps": [{"where": "left calf", "severity": 4}]}),
        (2, "07:15", {"weight_kg": 63.5}), (2, "18:30", {"drinks_l": 0.6}), (2, "20:00", {"salt": "much"}),
        (1, "21:20", {"drinks_l": 0.2}), (1, "22:30", {"restless_legs": "some"}), (0, "00:05", {"weight_kg": 62.4}),
        (0, "00:10", {"drinks_l": 0.15}),
    ),
    "Leo Example": (
        (2, "08:00", {"weight_kg": 83.6}), (2, "20:00", {"drinks_l": 0.9}),
        (1, "20:10", {"unwell": ["dizziness"], "note": "after two hours of dialysis"}),
    ),
    "Mona Madeup": (
        (3, "07:40", {"weight_kg": 68.9}), (3, "19:00", {"drinks_l": 0.7}), (2, "07:45", {"weight_kg": 69.6}),
        (2, "21:00", {"restless_legs": "bad"}), (1, "19:30", {"salt": "little"}),
    ),
}  # fmt: skip


def write(db: Session, today: date) -> None:
    """Everything that was written, into the demonstration that was just made."""
    people = {patient.name: patient for patient in db.scalars(select(Patient))}
    accounts = list(db.scalars(select(User)))
    for each in ASKED:
        _ask(db, each, people.get(each.name), accounts)
    for name, entries in DAYS.items():
        _days(db, people[name], entries, today)


def _ask(db: Session, asked: Asked, patient: Patient | None, accounts: list[User]) -> None:
    team = {user.login: user for user in accounts}
    own = next((user for user in accounts if patient is not None and user.patient_id == patient.id), None)
    who = Who(own.id, own.role) if own else NOBODY
    first, *more = asked.said
    signs = urgent.signs(asked.subject, first.text)
    thread = messages.begin(
        db, who, subject=asked.subject, text=first.text, urgent=bool(signs), patient=patient, name=asked.name,
        email=asked.email,
    )  # fmt: skip
    for said in more:
        user = team[said.by] if said.by else own
        assert user is not None
        messages.say(db, Who(user.id, user.role), thread, said.text, name=user.name if said.by else asked.name)
    if asked.taken_by:
        taker = team[asked.taken_by]
        messages.assign(db, Who(taker.id, taker.role), thread, taker)
        if asked.closed:
            messages.set_closed(db, Who(taker.id, taker.role), thread, True)
    _date(db, thread, asked)


def _date(db: Session, thread: Thread, asked: Asked) -> None:
    """Put it back to when it was said."""
    db.flush()
    texts = {message.text: message for message in db.scalars(select(Message).where(Message.thread_id == thread.id))}
    at = [_when(said) for said in asked.said]
    for said, when in zip(asked.said, at, strict=True):
        texts[said.text].made_at = when
    thread.made_at, thread.changed_at = at[0], at[-1]
    thread.seen_at = max(when for said, when in zip(asked.said, at, strict=True) if not said.by)


def _when(said: Said) -> datetime:
    """The moment it was said, by the clock of this computer."""
    if not said.clock:
        return now() - JUST
    day = datetime.now() - timedelta(days=said.days)
    return datetime.combine(day, time.fromisoformat(said.clock)).astimezone()


def _days(db: Session, patient: Patient, entries: tuple[tuple[int, str, dict[str, Any]], ...], today: date) -> None:
    here = f"{datetime.now():%H:%M}"
    for ago, at, fields in entries:
        if ago or at <= here:
            diary.add(db, patient.case, patient.id, today - timedelta(days=ago), fields, at, new_id())
    patients.save(db, CONSOLE, patient, patient.case, patient.version, "diary")
