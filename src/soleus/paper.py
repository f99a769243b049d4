"""Paper: what all pages share: how wide a line is, grey notes, titles, items, and who decides. Loads no JAX."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

WIDEST = 96  # characters in a line that an eye can follow
DIM = "grey62"
DISCLAIMER = (
    "Soleus is not a medical device. It is a model for study and discussion: what is done for a patient is for the "
    "responsible clinician to decide."
)


def show(console: Console, page: RenderableType) -> None:
    """Print a page no wider than a line should be; without trailing spaces where it goes to a file or a pipe."""
    width = min(console.width, WIDEST)
    if console.is_terminal:
        console.print(page, width=width, highlight=False)
        return
    with console.capture() as caught:
        console.print(page, width=width, highlight=False)
    for line in caught.get().splitlines():
        console.file.write(line.rstrip() + "\n")


def title(text: str, note: str = "") -> Iterator[Text]:
    """An empty line, then what comes next."""
    yield Text("")
    line = Text(text, style="bold")
    yield line.append(f"  ({note})" if note else "", style=f"not bold {DIM}")


def item(text: str) -> Padding:
    """A line of a list."""
    return Padding(Text(f"- {text}"), (0, 0, 0, 2))


def plain(text: str | None) -> str:
    """Words from a file on one line, without characters that steer a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())
