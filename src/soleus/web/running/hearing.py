"""Hearing: the next lines of a running session brought from the database to the watcher, and back what it says.

Lines are in the database before anybody is told that they came. What the twin needs to begin is asked of the simulator.
Whatever dies on the way is begun again from the database.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import structlog

from ... import __version__
from ...errors import BadRecord
from ...records.store import Store, running
from ...records.store.tables import Patient, Treatment
from ..twin.beside import Beside, Told
from ..twin.questions import Question, Questions

LONGEST = 60.0  # s after which a watcher that does not answer is ended
TOGETHER = 6  # lines of one session heard before the next session has its turn
KEPT = ("number", "view", "memory")
Lines = list[tuple[int, running.Line]]
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

    def bring(self, names: Sequence[str]) -> tuple[list[str], list[str]]:
        """Hear the next lines of some sessions: one look into the database before, one write after.

        Gives sessions that have more lines, and sessions that could not be heard.

        Raises:
            SQLAlchemyError: when the database cannot be used; then nothing counts as heard.
        """
        with self.store.reading() as db:
            there = running.standing(db, names)
            lines = {
                name: running.lines(db, name, here.number, TOGETHER) for name, here in there.items() if here.twin
            }  # fmt: skip
        more = [name for name in there if name not in lines and self._build(name)]
        failed: list[str] = []
        answers: dict[str, Told] = {}
        for name in names:
            try:
                if name not in there:
                    self.forget(name)
                elif name in lines and (lines[name] or not there[name].shown):
                    answers[name] = self._hear(name, there[name].number, lines[name])
            except (OSError, ValueError, BadRecord) as error:
                structlog.get_logger().error("watcher", kind=type(error).__name__)
                failed.append(name)
        self._say(answers)
        return more + [name for name in answers if len(lines[name]) == TOGETHER], failed

    def _hear(self, name: str, after: int, lines: Lines) -> Told:
        """What the watcher says after the next lines of a session.

        Raises:
            OSError, ValueError: when the watcher stops.
            BadRecord: when what was kept is of another version of Soleus; then the twin is asked anew.
        """
        asked: Told = {"ask": "hear", "session": name, "after": after, "lines": lines}
        answer = self.ask(asked)
        if answer.get("unknown"):
            with self.store.reading() as db:
                treatment = db.get(Treatment, name)
                assert treatment is not None
                before = [each for each in running.lines(db, name) if each[0] <= after]
                memory = (treatment.shown or {}).get("memory")
                asked["begin"] = {"monitor": treatment.monitor, "memory": memory, "lines": before}
            answer = self.ask(asked)
        if "refused" in answer:  # it was kept by another version of Soleus: the twin is asked again
            with self.store.writing() as db:
                running.keep(db, name, monitor=None)
            raise BadRecord(answer["refused"])
        return answer

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

    def _say(self, answers: dict[str, Told]) -> None:
        """Keep what the screens say, all at once, then tell the screens."""
        if not answers:
            return
        with self.store.writing() as db:
            for name, answer in answers.items():
                running.keep(db, name, shown={part: answer[part] for part in KEPT} | {"soleus": __version__})
        for name, answer in answers.items():
            for number, said in answer["notes"].items():
                self.notes[name, int(number)] = said
            self.heard[name] = answer["number"]
            self.news[name] = self.news.get(name, 0) + 1
        for old in list(self.notes)[: max(0, len(self.notes) - REMEMBERED)]:
            del self.notes[old]

    def _build(self, name: str) -> bool:
        """Ask for the twin, or take it when it is ready; gives whether there is one now."""
        question = self.building.get(name)
        if question is None or (question.done.is_set() and question.answer is None and not question.refused):
            self._ask_for(name)
            return False
        if not question.done.is_set():
            return False
        del self.building[name]
        told = {"shown": {"refused": question.refused}} if question.answer is None else question.answer
        with self.store.writing() as db:
            running.keep(db, name, **told)
        self.news[name] = self.news.get(name, 0) + 1
        return question.answer is not None

    def _ask_for(self, name: str) -> None:
        """Put the question for the twin of a session."""
        with self.store.reading() as db:
            treatment = db.get(Treatment, name)
            patient = db.get(Patient, treatment.patient_id) if treatment else None
        if treatment is None or patient is None:
            return
        case = patient.case | {"sessions": [*patient.case.get("sessions", []), treatment.ordered["session"]]}
        asked = self.questions.ask(f"watch:{name}", "watch", patient.id, case, treatment.day.isoformat())
        if asked:
            self.building[name] = asked

    def ready(self) -> list[str]:
        """Sessions whose twin was asked for and is there."""
        return [name for name, question in self.building.items() if question.done.is_set()]

    def forget(self, name: str) -> None:
        """A session runs no more: know nothing of it."""
        for kept in (self.heard, self.news, self.building):
            kept.pop(name, None)
        with self.store.reading() as db:
            self.ask({"ask": "only", "sessions": running.everything(db)})
