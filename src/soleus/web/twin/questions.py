"""Questions: put to a simulator beside the server, followed while it computes, and never computed twice."""

from __future__ import annotations

import itertools
import queue
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import structlog

from .beside import Beside

LONGEST = 180.0  # s, after which a question that is still computed is given up
KEPT = 200  # questions whose answer is remembered here; the database has them all
WAITING = 40  # questions of people in the queue, beyond which a new one is refused
LATER = {
    "advise": 10.0,
    "watch": 30.0,
}  # s by which a question goes as if asked later: nobody's next click waits for it
MANY = 400  # of these in the queue: each session of a large clinic may begin at once
BROKE = "The simulation stopped unexpectedly. Try again; if it stops again, please report it with the case file."


@dataclass
class Question:
    """Something asked, and how far it is."""

    key: str
    of: str  # whom it is about
    kind: str
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
    """The queue before the simulators: what a person waits for goes before what is made ready."""

    def __init__(self, *options: str, processes: int = 1) -> None:
        self.known: dict[str, Question] = {}
        self.waiting: queue.PriorityQueue[tuple[float, int, Question | None]] = queue.PriorityQueue()
        self.asked = itertools.count()  # of equal ones the first goes first
        self.lock = threading.Lock()
        self.running = [Beside("soleus.web.twin.simulator", LONGEST, *options) for _ in range(processes)]
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
            alike = [q for _, _, q in self.waiting.queue if q is not None and (q.kind in LATER) == (kind in LATER)]
            if len(alike) >= (MANY if kind in LATER else WAITING):
                return None
            question = Question(key, of, kind, {"ask": kind, "case": case, "day": day, **more})
            self.known[key] = question
            for old in [k for k, q in self.known.items() if q.done.is_set()][: max(0, len(self.known) - KEPT)]:
                del self.known[old]
        self.waiting.put((time.monotonic() + LATER.get(kind, 0.0), next(self.asked), question))
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
            self.waiting.put((0.0, next(self.asked), None))
        for process in self.running:
            process.kill()
        for thread in self.threads:
            thread.join(timeout=5)

    def _work(self, process: Beside) -> None:
        while (question := self.waiting.get()[2]) is not None and not self.closed:
            try:
                told = process.ask(question.asked, question.hear)
                question.end(told.get("answer"), told.get("refused"))
            except (OSError, ValueError) as error:
                if not self.closed:  # closing ends a simulator in the middle of its work, and nobody listens any more
                    structlog.get_logger().error("simulator", kind=type(error).__name__)
                question.end(None, BROKE)
        process.stop()
