"""Questions: put to a simulator beside the server, followed while it computes, and never computed twice."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, field
from typing import Any

import structlog

from .beside import Beside

LONGEST = 180.0  # s, after which a question that is still computed is given up
KEPT = 200  # questions whose answer is remembered here; the database has them all
WAITING = 40  # questions in the queue, beyond which a new one is refused
BROKE = "The simulation stopped unexpectedly. Try again; if it stops again, please report it with the case file."


@dataclass
class Question:
    """Something asked, and how far it is."""

    key: str
    of: str  # whom it is about
    asked: dict[str, Any]
    said: str = "Waiting for its turn"
    answer: dict[str, Any] | None = None
    refused: str | None = None
    done: threading.Event = field(default_factory=threading.Event)

    def hear(self, said: str) -> None:
        """How far it is now."""
        self.said = said

    def end(self, answer: dict[str, Any] | None, refused: str | None) -> None:
        """It is answered, or it is said why not."""
        self.answer, self.refused = answer, refused
        self.done.set()


class Questions:
    """The queue before the simulators."""

    def __init__(self, processes: int = 1) -> None:
        self.known: dict[str, Question] = {}
        self.waiting: queue.Queue[Question | None] = queue.Queue()
        self.lock = threading.Lock()
        self.running = [Beside("soleus.web.twin.simulator", LONGEST) for _ in range(processes)]
        self.closed = False
        self.threads = [threading.Thread(target=self._work, args=(each,), daemon=True) for each in self.running]
        for thread in self.threads:
            thread.start()

    def ask(self, key: str, kind: str, of: str, case: dict[str, Any], day: str | None, **more: Any) -> Question | None:
        """The question under its key, begun now unless it is already; None when too many are waiting."""
        with self.lock:
            found = self.known.get(key)
            if found is not None and found.refused != BROKE:
                return found
            if self.waiting.qsize() >= WAITING:
                return None
            question = Question(key, of, {"ask": kind, "case": case, "day": day, **more})
            self.known[key] = question
            for old in [k for k, q in self.known.items() if q.done.is_set()][: max(0, len(self.known) - KEPT)]:
                del self.known[old]
        self.waiting.put(question)
        return question

    def find(self, key: str) -> Question | None:
        """A question asked before."""
        return self.known.get(key)

    def forget(self, patient_id: str) -> None:
        """Remember nothing of a person who was erased."""
        with self.lock:
            for key in [key for key, question in self.known.items() if question.of == patient_id]:
                del self.known[key]

    def close(self) -> None:
        """No more questions; what is computed is given up."""
        self.closed = True
        for _ in self.threads:
            self.waiting.put(None)
        for process in self.running:
            process.kill()
        for thread in self.threads:
            thread.join(timeout=5)

    def _work(self, process: Beside) -> None:
        while (question := self.waiting.get()) is not None and not self.closed:
            try:
                told = process.ask(question.asked, question.hear)
                question.end(told.get("answer"), told.get("refused"))
            except (OSError, ValueError) as error:
                if not self.closed:  # closing ends a simulator in the middle of its work, and nobody listens any more
                    structlog.get_logger().error("simulator", kind=type(error).__name__)
                question.end(None, BROKE)
        process.stop()
