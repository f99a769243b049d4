"""Watch: keeps every running session up to its last line, and lets screens see that there is something new.

One thread goes from session to session, a few lines at a time, so that a long upload holds nobody up.
"""

from __future__ import annotations

import queue
import threading

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ...errors import BadRecord
from ...records.store import Store, running
from ..twin.questions import Questions
from .hearing import Hearing

TRIES = 3  # that a session gets before the next line has to come
LOOK = 0.3  # s between two looks whether a twin is ready


class Watch:
    """All running sessions of the server."""

    def __init__(self, store: Store, questions: Questions) -> None:
        self.store = store
        self.hearing = Hearing(store, questions)
        self.heard, self.news, self.notes = self.hearing.heard, self.hearing.news, self.hearing.notes
        self.failed: dict[str, int] = {}  # session: how often in a row it could not be heard
        self.waiting: queue.Queue[str | None] = queue.Queue()
        self.closed = False
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def resume(self) -> None:
        """Go on with every session that runs, after a start of the server."""
        with self.store.reading() as db:
            for name in running.everything(db):
                self.wake(name)

    def wake(self, name: str) -> None:
        """There are lines of a session, or it began or ended."""
        self.waiting.put(name)

    def forget(self) -> None:
        """Know nothing more of sessions that are not there any more."""
        for name in list(self.heard):
            self.wake(name)

    def close(self) -> None:
        """No more; all is in the database."""
        self.closed = True
        self.waiting.put(None)
        self.hearing.beside.kill()
        self.thread.join(timeout=5)
        self.hearing.beside.stop()

    def _work(self) -> None:
        while not self.closed:
            try:
                name = self.waiting.get(timeout=LOOK if self.hearing.building else None)
            except queue.Empty:
                name = ""
            if name is None:
                return
            for each in dict.fromkeys([*self.hearing.ready(), *([name] if name else [])]):
                self._turn(each)

    def _turn(self, name: str) -> None:
        try:
            more = self.hearing.bring(name)
        except (OSError, ValueError, SQLAlchemyError, BadRecord) as error:
            if self.closed:
                return
            structlog.get_logger().error("watcher", kind=type(error).__name__)
            more = self._once_more(name)
        else:
            self.failed.pop(name, None)
        if more:
            self.waiting.put(name)

    def _once_more(self, name: str) -> bool:
        """Whether to try again at once; else with the next line."""
        self.failed[name] = self.failed.get(name, 0) + 1
        return self.failed[name] < TRIES
