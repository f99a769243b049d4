"""Center: what the patients of one center tell of its bath and its laboratory, as a page and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from .. import __version__
from ..fit.center import LABELS, NAMES, Center
from ..fit.checks import WITHIN
from ..fit.gauss import Normal
from .plain import exact
from .sheet import DIM, title
from .words import DISCLAIMER, SCHEMA_VERSION, plain

LABEL = 34


def page(center: Center, names: Sequence[str]) -> Group:
    """The whole screen; names of the patients or their files."""
    lines: list[RenderableType] = [
        Text(f"What {len(names)} patients tell of their center", style="bold"),
        Text("mmol/L, 9 in 10; before: as all centers are", style=DIM),
        Text(""),
    ]
    for i, label in enumerate(LABELS):
        line = Text("  " + label.ljust(LABEL) + f"{center.now.mean[i]:+.1f}   {_between(center.now, i)}")
        lines.append(line.append(f"   before {_between(center.before, i)}", style=DIM))
    lines += title("Each patient alone", "bath; samples of sodium")
    for name, one, n in zip(names, center.patients, center.samples, strict=True):
        line = Text("  " + plain(name)[: LABEL - 2].ljust(LABEL) + f"{one.mean[0]:+.1f}   {_between(one, 0)}")
        lines.append(line.append(f"   {n} sample{'s' if n != 1 else ''}", style=DIM))
    note = (
        "Bath and laboratory are told apart only by sodium before and after the same session; one that stands out is "
        "for the technician to check with a meter of its own. The bath is held to be off alike in all patients; two "
        "files of one patient would count twice."
    )
    return Group(*lines, Text(""), Padding(Text(note), (0, 0, 0, 2)), Text(""), Text(DISCLAIMER, style=DIM))


def _between(x: Normal, i: int) -> str:
    low, high = (x.mean[i] + side * WITHIN * x.sd[i] for side in (-1, 1))
    return f"{low:+.1f} to {high:+.1f}"


def as_json(center: Center, names: Sequence[str]) -> dict[str, Any]:
    """The same as plain values, mmol/L."""

    def both(x: Normal) -> dict[str, Any]:
        return {name: {"mean": x.mean[i], "sd": x.sd[i]} for i, name in enumerate(NAMES)}

    patients = [
        {"name": name, "samples": n} | both(one)
        for name, one, n in zip(names, center.patients, center.samples, strict=True)
    ]
    said = {
        "schema_version": SCHEMA_VERSION, "soleus": __version__, "center": both(center.now),
        "before": both(center.before), "patients": patients, "disclaimer": DISCLAIMER,
    }  # fmt: skip
    return dict(exact(said))
