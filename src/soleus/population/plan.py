"""Plan: what a cohort is, cut into chunks that need nothing of each other."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from .. import __version__
from ..cohort.joint import place as known_place
from ..errors import OutOfRange
from ..programs import SOURCES

MOST_PEOPLE, MOST_WEEKS = 10_000_000, 520
OWN = ("cohort/*.py", "population/*.py", "symptoms/*.py", "levels.py", "measures.py", "prescription.py")


@dataclass(frozen=True)
class Plan:
    """So many people of a place for so many weeks; the seed decides who they are and what happens."""

    people: int
    weeks: int = 4
    seed: int = 1
    place: str = "world"
    together: int = 512  # people in a chunk: enough to fill a core's caches, few enough for memory

    def checked(self) -> Plan:
        """The same, if it can be lived.

        Raises:
            OutOfRange: for the first value that cannot.
        """
        for name, value, most in (("people", self.people, MOST_PEOPLE), ("weeks", self.weeks, MOST_WEEKS)):
            if not 1 <= value <= most:
                raise OutOfRange(f"{name} is {value}; a cohort has 1 to {most:,}. Give a number between.")
        if self.seed < 0:
            raise OutOfRange(f"seed is {self.seed}; it is 0 or a number above. Give another.")
        known_place(self.place)
        return self

    @property
    def chunks(self) -> int:
        """How many."""
        return -(-self.people // self.together)

    def size(self, chunk: int) -> int:
        """How many people are in a chunk."""
        return min(self.together, self.people - chunk * self.together)

    def said(self) -> str:
        """The plan and what made it, as a file keeps it: only the same is carried on."""
        return json.dumps(asdict(self) | {"soleus": __version__, "sources": sources()}, sort_keys=True)


@lru_cache(maxsize=1)
def sources() -> str:
    """A fingerprint of the equations and of the people."""
    found = hashlib.sha256()
    package = Path(str(files("soleus")))
    for path in sorted({path for pattern in (*SOURCES, *OWN) for path in package.glob(pattern)}):
        found.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return found.hexdigest()[:16]
