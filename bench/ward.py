"""A ward to be put under load: a unit of invented people, each with a session that runs, and a nurse for each.

The people and the half of a session that has passed are those of the demonstration, so no twin has to be made first.
"""

from datetime import date
from pathlib import Path
from typing import NamedTuple

from soleus import __version__
from soleus.records.store import Store, accounts, answers, open_store, patients, running
from soleus.records.store.audit import CONSOLE
from soleus.records.store.tables import Patient, Treatment
from soleus.web import demo
from soleus.web.doors import passwords
from soleus.web.running import demo as demo_running

PASSWORD = "a ward that is put under load"
TOLD = demo_running.lines()
BEGUN = TOLD["shown"]["number"]  # lines that each session has heard already
MINUTE = TOLD["shown"]["view"]["minute"]  # min, of the last of them


class Ward(NamedTuple):
    """Who is there."""

    folder: Path
    patients: list[str]  # ids; a session of each runs
    nurses: list[str]  # logins
    secret: str  # token with which machines send


def make(folder: Path, sessions: int, people: int) -> Ward:
    """A ward in an empty folder.

    Args:
        folder: of the data.
        sessions: that run.
        people: who browse.
    """
    store, day = open_store(folder), date.today()
    cases = demo.moved(demo.ward(), day)
    cases = [case for case in cases if case.get("sessions")]
    kept = passwords.hash_of(PASSWORD)
    with store.writing() as db:
        unit = accounts.add_unit(db, CONSOLE, "Ward under load").id
        nurses = [
            accounts.add_user(
                db, CONSOLE, login=f"nurse{i}", name=f"Nurse {i}", role="nurse", password=kept, unit=unit
            )
            for i in range(people)
        ]  # fmt: skip
        secret = accounts.add_token(db, nurses[0], "machines", 1)
        made = []
        for i in range(sessions):
            case = cases[i % len(cases)]
            case = case | {"patient": case["patient"] | {"name": f"Patient {i} (invented)"}}
            made.append(patients.add(db, CONSOLE, unit, case))
        for patient in made:
            _runs(db, patient, day)
    told = Ward(folder, [each.id for each in made], [each.login for each in nurses], secret)
    store.close()
    return told


def _runs(db, patient: Patient, day: date) -> None:
    """The session of one of them, half-way."""
    found = running.begin(db, CONSOLE, patient, day, {"session": {"date": day.isoformat(), **TOLD["session"]}})
    running.append(db, found.id, TOLD["lines"][:BEGUN], CONSOLE)
    found.monitor, found.shown = TOLD["monitor"], TOLD["shown"] | {"soleus": __version__}


def same_answers(ward: Ward, kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    """Answers about the first patient are good for all with the same course: keep them there too.

    Gives patient and day of every session whose page has its answers. So a bench need not wait for many twins.
    """
    store: Store = open_store(ward.folder)
    pages = []
    with store.writing() as db:
        first = db.get(Patient, ward.patients[0])
        day = max(each["date"] for each in first.case["sessions"])
        alike = [db.get(Patient, name) for name in ward.patients]
        alike = [each for each in alike if each.case["sessions"] == first.case["sessions"]]
        for kind in kinds:
            asked = {"day": day, "changes": None}
            body = answers.kept(db, answers.key_of(first, kind, asked))
            assert body is not None, kind
            for each in alike:
                answers.keep(db, each.id, answers.key_of(each, kind, asked), kind, body)
        pages = [(each.id, day) for each in alike]
    store.close()
    return pages


def kept_of(ward: Ward) -> dict[str, set[float]]:
    """Minutes of all lines that are in the database, by patient; read when the server is dead."""
    store = open_store(ward.folder)
    found = {}
    with store.reading() as db:
        for treatment in db.query(Treatment):
            found[treatment.patient_id] = {line["minute"] for _, line in running.lines(db, treatment.id, BEGUN)}
    store.close()
    return found
