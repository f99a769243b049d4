"""Tries: how often somebody tried lately, by name; in the memory of this process."""

from __future__ import annotations

import threading
import time
from collections import deque

MANY = 10_000  # names, beyond which those of long ago are forgotten


class Tries:
    """Tries within a window that moves; any thread may count."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self.seconds = seconds  # s, the window
        self.lock = threading.Lock()
        self.of: dict[str, deque[float]] = {}  # by name: s, when each try was

    def count(self, name: str) -> float:
        """Count one try. Gives 0, or the s until there may be another; then it is not counted."""
        now = time.monotonic()
        with self.lock:
            if len(self.of) > MANY:
                self.of = {name: tries for name, tries in self.of.items() if tries and tries[-1] > now - self.seconds}
            tries = self.of.setdefault(name, deque())
            while tries and tries[0] <= now - self.seconds:
                tries.popleft()
            if len(tries) >= self.most:
                return tries[0] + self.seconds - now
            tries.append(now)
            return 0.0

    def take_back(self, name: str) -> None:
        """The last try does not count after all."""
        with self.lock:
            if tries := self.of.get(name):
                tries.pop()

    def clear(self, name: str) -> None:
        """No try counts any more."""
        with self.lock:
            self.of.pop(name, None)
