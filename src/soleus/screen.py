"""Screen: where words go. Results to standard output, progress and errors to standard error, and no control codes."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import warnings
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from .errors import SoleusError

if TYPE_CHECKING:
    from rich.console import RenderableType

OK, FAILURE, USAGE, INVALID, NOT_FOUND, REFUSED = range(6)  # exit codes
SCHEMA_VERSION = 1
PATIENCE = 5.0  # s between two words of the same kind, where no spinner turns


class Stop(SoleusError):
    """A request that ends here, with its exit code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def steady() -> None:
    """Let no letter that a terminal lacks, and no library's warning, get in the way of an answer."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if not os.environ.get("SOLEUS_DEBUG"):
        warnings.simplefilter("ignore")
        logging.getLogger("jax").setLevel(logging.ERROR)


def ascii_only() -> bool:
    """Whether standard output knows only ASCII, so that bars are drawn with it."""
    return not (sys.stdout.encoding or "").lower().startswith("utf")


def emit(result: dict[str, Any] | str | RenderableType) -> None:
    """A result: plain values as JSON, text as it is, a page as a screen."""
    if isinstance(result, dict):
        sys.stdout.write(json.dumps(result, indent=2, allow_nan=False) + "\n")
    elif isinstance(result, str):
        sys.stdout.write(readable(result) + "\n")
    else:
        from rich.console import Console

        from .paper import show

        show(Console(file=sys.stdout), result)


def readable(text: str) -> str:
    """Text without characters that steer a terminal; lines stay lines."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)


def say_error(code: int, message: str, as_json: bool) -> int:
    """Why there is no answer; with --json standard output still holds JSON."""
    sys.stderr.write(f"soleus: {readable(message)}\n")
    if as_json:
        emit({"schema_version": SCHEMA_VERSION, "error": {"code": code, "message": message}})
    return code


def programs() -> Path:
    """The folder in which compiled programs are kept: that of `programs.folder`, which would load JAX."""
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "soleus" / "programs"


def first_run() -> bool:
    """Whether nothing was compiled on this computer yet."""
    try:
        return not any(programs().iterdir())
    except OSError:
        return True


class Working:
    """What is being done, on standard error: a spinner on a terminal, a line elsewhere, nothing when quiet."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.note = ""
        self.last = ("", 0.0)
        self.status: Any = None

    def __enter__(self) -> Self:
        if self.quiet:
            return self
        self.note = " - preparing, on the first run only: up to a minute" if first_run() else ""
        if sys.stderr.isatty():
            from rich.console import Console

            self.status = Console(stderr=True).status("working")
            self.status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.status is not None:
            self.status.stop()

    def __call__(self, text: str) -> None:
        """Say what comes next; elsewhere than on a terminal the same kind of word only now and then."""
        if self.quiet:
            return
        text = readable(text)
        if self.status is not None:
            self.status.update(text + self.note)
            return
        kind, now = text.split()[0], time.monotonic()
        if kind != self.last[0] or now - self.last[1] >= PATIENCE:
            sys.stderr.write(f"soleus: {text}{self.note} ...\n")
            sys.stderr.flush()
            self.last = (kind, now)
