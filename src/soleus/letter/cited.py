"""Cited: sources numbered as they are named on the page, and printed once below."""

from __future__ import annotations

from collections.abc import Sequence

from ..references import find

NAMED = 12  # keys of further sources


class Cited:
    """Counts sources; no more than `most` get a number, the others are only counted."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.keys: list[str] = []
        self.left: set[str] = set()

    def marks(self, keys: Sequence[str]) -> str:
        """The numbers of these sources: "1, 4"."""
        numbers = []
        for key in dict.fromkeys(keys):
            if key not in self.keys and len(self.keys) >= self.most:
                self.left.add(key)
                continue
            if key not in self.keys:
                self.keys.append(key)
            numbers.append(self.keys.index(key) + 1)
        return ", ".join(str(number) for number in sorted(numbers))

    def texts(self) -> tuple[str, ...]:
        """The citations in the order of their numbers, each with what was read of it."""
        return tuple(reference.text for reference in find(self.keys))

    def note(self) -> str:
        """The keys of those that did not find room."""
        said = "In square brackets: what was read of a source."
        if not self.left:
            return said
        keys = sorted(self.left)
        more = f" and {len(keys) - NAMED} more" if len(keys) > NAMED else ""
        return f"{said} Besides, in full by soleus cite KEY: {', '.join(keys[:NAMED])}{more}."
