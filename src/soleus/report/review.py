"""Review: the dry weight beside the target, and the steps from one to the other, as lines of a page."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from ..advice.review import Review
from ..paper import DIM, item, title
from .words import evidence


def review_lines(r: Review) -> Iterator[RenderableType]:
    """The review: what to do about the target, and when to stop."""
    yield from title("The target weight, reviewed", f"evidence {evidence(r.evidence)}")
    yield item(r.said)
    if r.first:
        before = "Measure first" if r.steps else "It would tell"
        yield item(f"{before}: {'; '.join(f'{m.what} ({m.why})' for m in r.first)}.")
    if not r.steps:
        return
    yield item("Steps: " + "; ".join(f"{step.when} {step.target_kg:.1f} kg" for step in r.steps) + f". {r.then}")
    yield Text("  Stop, and do this:", style=DIM)
    for rule in r.stops:
        yield Padding(Text(f"{rule.sign}: {rule.do}."), (0, 0, 0, 6))
    yield item(f"At each step: {'; '.join(r.watch)}.")
    for caveat in r.caveats:
        yield item(caveat)
    yield Padding(Text(f"{r.who_decides} Sources: {', '.join(r.sources)}.", style=DIM), (0, 0, 0, 2))
