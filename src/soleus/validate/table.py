"""Table: rows of what was measured in people beside what the twin gives, each with a verdict.

    OK   every figure inside the spread that was measured, or inside the one set here where none was read
    ~    the right sign, and no figure less than half of the least or more than one and a half times the most
    NO   worse, or not given by the twin at all

Where a size was compared between different patients, not in the same ones, a tenth of it is enough for the right sign.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

VERDICTS = "OK", "~", "NO"
HALF, TENTH, FAR = 0.5, 0.1, 1.5  # times the smaller end of a spread, below it, and the larger, above it: a failure


class Row(NamedTuple):
    """One line of a table."""

    id: str
    what: str
    measured: str
    source: str  # keys of references.bib
    model: str
    verdict: str
    why: str = ""  # of anything but OK


def verdict(value: float, low: float, high: float, partial: float = HALF) -> str:
    """One figure against the spread that agrees."""
    if low <= value <= high:
        return "OK"
    small, large = sorted((abs(low), abs(high)))
    least = 0.0 if low < 0 < high else partial * small
    same_sign = low < 0 < high or value * high > 0
    return "~" if same_sign and least <= abs(value) <= FAR * large else "NO"


def worst(verdicts: Sequence[str]) -> str:
    """The one that counts for a row."""
    return max(verdicts, key=VERDICTS.index)


def row(
    id: str,
    what: str,
    measured: str,
    source: str,
    model: Mapping[str, float],
    spread: Mapping[str, tuple[float, float]],
    why: str = "",
    partial: float = HALF,
) -> Row:
    """A row whose figures are held against spreads; a figure without one is told and not judged."""
    found = {name: verdict(model[name], *ends, partial) for name, ends in spread.items()}
    said = [f"{name} {x:.3g}{'' if found.get(name, 'OK') == 'OK' else ' ' + found[name]}" for name, x in model.items()]
    all_in_all = worst(list(found.values()))
    return Row(id, what, measured, source, ", ".join(said), all_in_all, "" if all_in_all == "OK" else why)


def counts(rows: Sequence[Row]) -> dict[str, int]:
    """How many rows have each verdict."""
    return {name: sum(row.verdict == name for row in rows) for name in VERDICTS}


def page(rows: Sequence[Row], title: str) -> str:
    """The rows as text, and how many of each verdict."""
    lines = [title, ""]
    for each in rows:
        lines.append(f"{each.verdict:<3}{each.id:<5}{each.what}")
        measured = f"{each.measured or 'as said above'} [{each.source}]"
        for name, text in (("measured", measured), ("model", each.model), ("why", each.why)):
            if text:
                lines.append(f"        {name:<9} {text}")
    found = counts(rows)
    return "\n".join([*lines, "", f"{found['OK']} OK, {found['~']} ~, {found['NO']} NO of {len(rows)}"])


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows for a program."""
    return [each._asdict() for each in rows]
