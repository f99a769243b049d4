"""Beside: a process of its own beside the server, asked line by line; started when needed, and again when it died."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TextIO

Told = dict[str, Any]
Say = Callable[[str], None]
BEHIND = "behind"  # option of a process that computes only where nobody else does


class Beside:
    """One process; used by one thread at a time."""

    def __init__(self, module: str, longest: float, *options: str) -> None:
        self.command = [sys.executable, "-m", module, *options]
        self.longest = longest  # s that an answer may take before the process is ended
        self.process: subprocess.Popen[str] | None = None

    def ask(self, line: Told, say: Say = lambda text: None) -> Told:
        """One line, and its answer.

        Raises:
            OSError, ValueError: when it stops, or is ended, without an answer.
        """
        if self.process is None or self.process.poll() is not None:
            self.stop()
            self.process = self._start()
        try:
            return self._put(self.process, line, say)
        except (OSError, ValueError):
            self.stop()
            raise

    def kill(self) -> None:
        """End it whatever it does; from any thread."""
        if process := self.process:
            process.kill()

    def stop(self) -> None:
        """End it, and give back its pipes."""
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with suppress(OSError):  # what was not yet written has no reader any more
                    pipe.close()

    def _put(self, process: subprocess.Popen[str], line: Told, say: Say) -> Told:
        assert process.stdin is not None and process.stdout is not None
        timer = threading.Timer(self.longest, process.kill)
        timer.start()
        try:
            process.stdin.write(json.dumps(line) + "\n")
            process.stdin.flush()
            for said in process.stdout:
                told: Told = json.loads(said)
                if "said" not in told:
                    return told
                say(told["said"])
        finally:
            timer.cancel()
        raise ValueError("the process ended")

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            encoding="utf-8", start_new_session=True,
        )  # fmt: skip


def serve(asked: TextIO, told: TextIO, answer: Callable[[str, Say], Told]) -> None:
    """Inside such a process: answer line by line until there are no more."""

    def write(line: Told) -> None:
        told.write(json.dumps(line, allow_nan=False) + "\n")
        told.flush()

    for line in asked:
        write(answer(line, lambda text: write({"said": text})))
