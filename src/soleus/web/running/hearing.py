"""Hearing: the next lines of a running session brought from the database to the watcher, and back what it says.

Lines are in the database before anybody is told that they came. What the twin needs to begin is asked of the simulator.
Whatever dies on the way is begun again from the database.
"""

from __future__ import annotations

import threading
from typing import Any

from ... import __version__
from ...errors import BadRecord
from ...records.store import Store, running
from ...records.store.tables import Patient, Treatment
from ..twin.beside import Beside, Told
from ..twin.questions import Question, Questions

LONGEST = 60.0  # s after which a watcher that does not answer is ended
TOGETHER = 6  # lines of one session heard before the next session has its turn
KEPT = ("number", "view", "memory")
REMEMBERED = 4000  # notes on lines, for whoever sent them


class Hearing:
    """What is known of all running sessions; used by the thread of `watch`, and to read tables."""

    def __init__(self, store: Store, questions: Questions) -> None:
        self.store, self.questions = store, questions
        self.beside = Beside("soleus.web.running.watcher", LONGEST)
        self.lock = threading.Lock()  # of the process: a table may be read between two turns
        self.heard: dict[str, int] = {}  # session: number of the last line on the screen
        self.news: dict[str, int] = {}  # session: rises whenever the screen changes
        self.notes: dict[tuple[str, int], list[str]] = {}  # session and line: what did not count
        self.building: dict[str, Question] = {}

    def bring(self, name: str) -> bool:
        """Hear the next lines of a session; gives whether there are more.

        Raises:
            OSError, ValueError: when the watcher stops.
            BadRecord: when what was kept is of another version of Soleus; then the twin is asked anew.
        """
        with self.store.reading() as db:
            treatment = db.get(Treatment, name)
            if treatment is None or treatment.state != "running":
                self.forget(name)
                return False
            if not running.has_twin(db, name):
                patient = db.get(Patient, treatment.patient_id)
                assert patient is not None
                return self._build(treatment, patient)
            shown = treatment.shown or {}
            after = int(shown.get("number", 0))
            lines = running.lines(db, name, after, TOGETHER)
            if not lines and running.view_of(treatment):
                return False
            asked: Told = {"ask": "hear", "session": name, "after": after, "lines": lines}
            answer = self.ask(asked)
            if answer.get("unknown"):
                before = [each for each in running.lines(db, name) if each[0] <= after]
                asked["begin"] = {"monitor": treatment.monitor, "memory": shown.get("memory"), "lines": before}
                answer = self.ask(asked)
        if "refused" in answer:  # it was kept by another version of Soleus: the twin is asked again
            self._keep(name, monitor=None)
            raise BadRecord(answer["refused"])
        self._say(name, answer)
        return len(lines) == TOGETHER

    def table(self, text: str, name: str) -> list[dict[str, Any]]:
        """The rows of a feed as CSV.

        Raises:
            BadRecord: when it is none.
        """
        try:
            told = self.ask({"ask": "table", "text": text, "name": name})
        except (OSError, ValueError):
            raise BadRecord("the file could not be read now. Try again in a minute.") from None
        if "refused" in told:
            raise BadRecord(told["refused"])
        return list(told["rows"])

    def ask(self, asked: Told) -> Told:
        """Put one line to the watcher; its answer, or {"refused"}.

        Raises:
            OSError, ValueError: when the watcher stops.
        """
        with self.lock:
            told = self.beside.ask(asked)
        found: Told = told.get("answer", told)
        return found

    def _say(self, name: str, answer: Told) -> None:
        """Keep what the screen says, then tell the screens."""
        self._keep(name, shown={part: answer[part] for part in KEPT} | {"soleus": __version__})
        for number, said in answer["notes"].items():
            self.notes[name, int(number)] = said
        for old in list(self.notes)[: max(0, len(self.notes) - REMEMBERED)]:
            del self.notes[old]
        self.heard[name] = answer["number"]
        self.news[name] = self.news.get(name, 0) + 1

    def _keep(self, name: str, **told: Any) -> None:
        with self.store.writing() as db:
            found = db.get(Treatment, name, with_for_update=True)
            if found is not None and found.state == "running":
                for part, value in told.items():
                    setattr(found, part, value)

    def _build(self, treatment: Treatment, patient: Patient) -> bool:
        """Ask for the twin, or take it when it is ready."""
        name = treatment.id
        question = self.building.get(name)
        if question is None or (question.done.is_set() and question.answer is None and not question.refused):
            case = patient.case | {"sessions": [*patient.case.get("sessions", []), treatment.ordered["session"]]}
            day = treatment.day.isoformat()
            if asked := self.questions.ask(f"watch:{name}", "watch", patient.id, case, day):
                self.building[name] = asked
            return False
        if not question.done.is_set():
            return False
        del self.building[name]
        if question.answer is None:
            self._keep(name, shown={"refused": question.refused})
        else:
            self._keep(name, monitor=question.answer["monitor"])
        self.news[name] = self.news.get(name, 0) + 1
        return question.answer is not None

    def ready(self) -> list[str]:
        """Sessions whose twin was asked for and is there."""
        return [name for name, question in self.building.items() if question.done.is_set()]

    def forget(self, name: str) -> None:
        """A session runs no more: know nothing of it."""
        for kept in (self.heard, self.news, self.building):
            kept.pop(name, None)
        with self.store.reading() as db:
            self.ask({"ask": "only", "sessions": running.everything(db)})
