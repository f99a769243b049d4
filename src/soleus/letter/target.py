"""Target: the review of the target weight as the page prints it: the steps, and what ends them, which is never cut."""

from __future__ import annotations

from collections.abc import Iterator

from ..advice.review import Review
from ..report.words import EVIDENCE, plain
from .cited import Cited
from .parts import Item

TOGETHER = (
    "The options change several things at once in the model; the steps here move the target alone, so that it can be "
    "told what helped. Which way to go is for the nephrologist."
)


def target(review: Review | None, cited: Cited, *, together: bool = False) -> tuple[Item, ...]:
    """What to do about the target weight; one line where there is nothing to do.

    Args:
        review: the review of the target weight.
        cited: counts its sources.
        together: whether an option above moves the target with something else.
    """
    if review is None:
        return ()
    if not review.steps:
        return (Item("Target weight", plain(review.said), cited.marks(review.sources)),)
    return (*_plan(review, cited), *((Item("Beside the options", TOGETHER),) if together else ()))


def _plan(review: Review, cited: Cited) -> Iterator[Item]:
    grade = f"{review.evidence}, {EVIDENCE.get(review.evidence, '')}".rstrip(", ")
    yield Item(f"Evidence {grade}", plain(review.said), cited.marks(review.sources))
    if review.first:
        yield Item("Measure first", f"{'; '.join(plain(m.what) for m in review.first)}.")
    steps = "; ".join(f"{step.when} {step.target_kg:.1f} kg" for step in review.steps)
    yield Item("Steps", f"{steps}. {plain(review.then)}")
    yield Item("Stop at", f"{'; '.join(f'{plain(rule.sign)}: {plain(rule.do)}' for rule in review.stops)}.")
    yield Item("Who", plain(review.who_decides))
