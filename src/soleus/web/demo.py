"""Demo: a ward of invented people and accounts to try everything with; nothing in it is anybody's."""

from __future__ import annotations

import json
from datetime import date, timedelta
from importlib import resources
from typing import Any, NamedTuple

from ..errors import BadRecord
from ..records.store import Store, accounts, patients
from ..records.store.audit import CONSOLE
from . import invented
from .doors import passwords

UNIT = "Demonstration ward"
MARK = "demo-"  # begins the id of every account with a password that everybody knows
DATES = ("date", "since", "until")


class Account(NamedTuple):
    """Somebody invented who may log in."""

    login: str
    password: str
    name: str
    role: str


ACCOUNTS = (
    Account("nora", "demo nora at the chair", "Nora Nurse (invented)", "nurse"),
    Account("carl", "demo carl decides here", "Carl Clinician (invented)", "clinician"),
    Account("paula", "demo paula has cramps", "Paula Patient (invented)", "patient"),
    Account("rita", "demo rita counts only", "Rita Researcher (invented)", "researcher"),
    Account("adam", "demo adam keeps keys", "Adam Admin (invented)", "admin"),
)


def fill(store: Store, today: date | None = None) -> None:
    """Put the invented ward into an empty database; one that holds it already stays as it is.

    Raises:
        BadRecord: when it holds real accounts.
    """
    with store.reading() as db:
        held = [user.id for user in accounts.users(db)]
    if not all(name.startswith(MARK) for name in held):
        raise BadRecord(f"{store.folder} holds a real ward. Give the demonstration another folder: SOLEUS_DATA_DIR.")
    if held:
        return
    here = today or date.today()
    cases = moved(ward(), here)
    with store.writing() as db:
        unit = accounts.add_unit(db, CONSOLE, UNIT)
        made = [patients.add(db, CONSOLE, unit.id, case) for case in cases]
        for each in ACCOUNTS:
            kept = passwords.hash_of(each.password)
            accounts.add_user(
                db, CONSOLE, login=each.login, name=each.name, role=each.role, password=kept,
                unit=unit.id if each.role in ("nurse", "clinician") else None,
                patient=made[0].id if each.role == "patient" else None, known_as=f"{MARK}{each.login}",
            )  # fmt: skip
        invented.write(db, here)


def refuse(store: Store) -> None:
    """A ward with accounts that everybody knows the password of is served as a demonstration only.

    Raises:
        BadRecord: when there is such an account.
    """
    with store.reading() as db:
        if any(user.id.startswith(MARK) for user in accounts.users(db)):
            said = f"{store.folder} holds a demonstration, whose passwords everybody knows"
            raise BadRecord(f"{said}. Serve it with --demo, or choose another folder with SOLEUS_DATA_DIR.")


def ward() -> list[dict[str, Any]]:
    """The case files of the ward; made by docs/ward.py."""
    text = resources.files(__package__).joinpath("ward.json").read_text(encoding="utf-8")
    return list(json.loads(text))


def moved(cases: list[dict[str, Any]], today: date) -> list[dict[str, Any]]:
    """The same people with their last session yesterday, so that the next days can be planned."""
    return [_shifted(case, _days(case, today)) for case in cases]


def _days(case: dict[str, Any], today: date) -> timedelta:
    days = [date.fromisoformat(s["date"]) for s in (*case.get("sessions", []), *case.get("episodes", []))]
    return today - timedelta(days=1) - max(days)


def _shifted(told: Any, by: timedelta) -> Any:
    if isinstance(told, list):
        return [_shifted(each, by) for each in told]
    if not isinstance(told, dict):
        return told
    return {name: _moved_day(value, by) if name in DATES else _shifted(value, by) for name, value in told.items()}


def _moved_day(value: Any, by: timedelta) -> Any:
    return (date.fromisoformat(value) + by).isoformat() if isinstance(value, str) else value
