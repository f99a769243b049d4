"""Programs: compiled once for each shape of their arguments, kept in the user's cache folder, and loaded ready to run.

JAX's own cache keeps what its compiler made, but traces and lowers the equations in every process, which takes longer
than all the rest of a start. Here the whole executable is kept, under a name that holds Soleus' sources, the versions
below it and the processor: nothing old is ever run. What cannot be read is compiled again; what cannot be written costs
time and nothing else.
"""

import hashlib
import os
import pickle
import platform
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any

import jax
from jax.experimental import serialize_executable

STALE = 30 * 24 * 3600.0  # s, after which a program that nobody loads any more is deleted
SUFFIX = ".program"
SOURCES = (
    "body/*.*", "machine/*.*", "parameter.py", "population/crowd.py", "schedule.py", "session.py", "smooth.py",
    "solve.py", "symptoms/reading.py",
)  # fmt: skip


def folder() -> Path:
    """Where programs are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "soleus" / "programs"


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Of everything that a compiled program depends on beside the shapes of its arguments."""
    found = hashlib.sha256()
    package = Path(str(files("soleus")))
    for path in sorted(path for pattern in SOURCES for path in package.glob(pattern)):
        found.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    processor = platform.processor() + platform.machine()
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        processor += next((line for line in lines if line.startswith("flags")), "")
    for word in (version("jax"), version("jaxlib"), platform.python_version(), processor, str(jax.devices())):
        found.update(word.encode())
    found.update(os.environ.get("XLA_FLAGS", "").encode())
    return found.hexdigest()[:24]


class Program:
    """A function that JAX compiles, ready for every shape of arguments it was ever called with."""

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self.name = name
        self.function = function
        self.ready: dict[str, Any] = {}
        self.lock = Lock()

    def __call__(self, *arguments: Any) -> Any:
        """Run it; arguments are trees of NumPy arrays."""
        shapes = ";".join(f"{x.dtype}{x.shape}" for x in jax.tree.leaves(arguments))
        if shapes not in self.ready:
            with self.lock:
                if shapes not in self.ready:
                    self.ready[shapes] = self._load(shapes) or self._compile(shapes, arguments)
        return self.ready[shapes](*arguments)

    def _file(self, shapes: str) -> Path:
        short = hashlib.sha256(shapes.encode()).hexdigest()[:12]
        return folder() / f"{self.name}-{short}-{fingerprint()}{SUFFIX}"

    def _load(self, shapes: str) -> Any:
        file = self._file(shapes)
        try:
            ready = serialize_executable.deserialize_and_load(*pickle.loads(file.read_bytes()))
        except Exception:  # whatever is wrong with the file, it is written anew
            return None
        with suppress(OSError):
            os.utime(file)
        return ready

    def _compile(self, shapes: str, arguments: Any) -> Any:
        ready = jax.jit(self.function).lower(*arguments).compile()
        with suppress(Exception):  # a program that cannot be kept still runs
            kept = serialize_executable.serialize(ready)
            # One that came out of JAX's own cache reads back without its functions: it fails only when it runs.
            jax.block_until_ready(serialize_executable.deserialize_and_load(*kept)(*arguments))
            _write(self._file(shapes), pickle.dumps(kept))
        return ready


def _write(file: Path, data: bytes) -> None:
    """The file whole or not at all; programs that nobody loaded for long go."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}")
    part.write_bytes(data)
    part.replace(file)
    for old in file.parent.glob(f"*{SUFFIX}"):
        if old.stat().st_mtime < time.time() - STALE:
            old.unlink(missing_ok=True)
