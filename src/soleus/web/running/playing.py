"""Playing: a feed that was sent as a file, played back line by line into a running session."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from ...errors import BadRecord
from ...records.store import Store, running
from ...records.store.audit import Who
from .watch import Watch

FASTEST = 3600.0  # times as fast as it was


class Playing:
    """Feeds that are played back now; a server that starts again does not go on with them."""

    def __init__(self, store: Store, watch: Watch) -> None:
        self.store, self.watch = store, watch
        self.closed = threading.Event()

    def play(self, name: str, rows: Sequence[dict[str, Any]], speed: float, who: Who) -> None:
        """Play lines back in their order.

        Args:
            name: the session.
            rows: its lines.
            speed: times as fast as their minutes say.
            who: for the lines.
        """
        threading.Thread(target=self.through, args=(name, rows, speed, who), daemon=True).start()

    def through(self, name: str, rows: Sequence[dict[str, Any]], speed: float, who: Who) -> bool:
        """Play all of them; gives False where the session ended before."""
        at = min((row["minute"] for row in rows), default=0.0)
        for row in rows:
            wait = (row["minute"] - at) * 60 / min(max(speed, 1.0), FASTEST)
            at = max(at, row["minute"])
            if self.closed.wait(max(wait, 0.0)):
                return False
            try:
                with self.store.writing() as db:
                    running.append(db, name, [row], who)
            except BadRecord:
                return False
            self.watch.wake(name)
        return True

    def close(self) -> None:
        """Stop all."""
        self.closed.set()
