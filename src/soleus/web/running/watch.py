"""Watch: keeps every running session up to its last line, and lets screens see that there is something new.

One thread hears all sessions for which lines came, a few lines of each, so that a long upload holds nobody up; what
they come to is kept together.
"""

from __future__ import annotations

import queue
import threading
from contextlib import suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ...records.store import Store, running
from ..twin.questions import Questions
from .hearing import Hearing

ABREAST = 12  # sessions heard together in one turn
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
            names = dict.fromkeys(self._next())
            if None in names:
                return
            self._turn([name for name in dict.fromkeys([*self.hearing.ready(), *names]) if name])

    def _next(self) -> list[str | None]:
        """Sessions of the next turn: all that wait by now, up to some."""
        names: list[str | None] = []
        with suppress(queue.Empty):
            names.append(self.waiting.get(timeout=LOOK if self.hearing.building else None))
            while len(names) < ABREAST:
                names.append(self.waiting.get_nowait())
        return names

    def _turn(self, names: list[str]) -> None:
        """Hear all of them a little; a session that fails is tried again, and holds no other one up."""
        if not names:
            return
        try:
            more, failed = self.hearing.bring(names)
        except SQLAlchemyError as error:
            structlog.get_logger().error("watcher", kind=type(error).__name__)
            more, failed = [], names
        if self.closed:
            return
        for name in names:
            if name not in failed:
                self.failed.pop(name, None)
        for name in [*more, *(name for name in failed if self._once_more(name))]:
            self.waiting.put(name)

    def _once_more(self, name: str) -> bool:
        """Whether to try again at once; else with the next line."""
        self.failed[name] = self.failed.get(name, 0) + 1
        return self.failed[name] < TRIES
