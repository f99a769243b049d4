"""Tables: the parameters of the model, and the published studies beside the twin, as rows and as pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from ..advice.besides import Besides
from ..advice.burden import Burden
from ..advice.controls import Reach
from ..advice.limits import Hard
from ..advice.plan import Falling
from ..advice.review import PROBING
from ..body.body import Patient
from ..budget.amounts import AMOUNTS, HOUSEHOLD
from ..cohort.joint import Habits
from ..cohort.places import Place
from ..instruments import INSTRUMENTS
from ..kept.home import AtHome
from ..levers import SHOULD
from ..machine.access import Access
from ..machine.dialysate import Dialysate
from ..machine.dialyzer import Dialyzer
from ..parameter import parameters
from ..person import DOUBT
from ..population.ward import Ward
from ..prescription import Prescription
from ..symptoms import Cramp, Hypotension
from .plain import exact

if TYPE_CHECKING:
    from ..validate import Target

PARTS: dict[str, type] = {
    "dialyzer": Dialyzer, "access": Access, "dialysate": Dialysate, "prescription": Prescription, "cramp": Cramp,
    "hypotension": Hypotension, "should": type(SHOULD), "doubt": type(DOUBT), "instruments": type(INSTRUMENTS),
    "habits": Habits, "place": Place, "ward": Ward, "hard": Hard, "reach": Reach, "falling": Falling,
    "besides": Besides, "burden": Burden,
    "budget": type(AMOUNTS), "household": type(HOUSEHOLD), "probing": type(PROBING), "at_home": AtHome,
}  # fmt: skip
DIM = "grey62"
COLORS = {"green": "green4", "amber": "dark_goldenrod", "red": "dark_orange3"}
MARKS = {"green": "+", "amber": "o", "red": "!"}  # so that a verdict needs no color


def parameter_rows(part: str | None = None) -> list[dict[str, Any]]:
    """Every parameter, or those of one organ, machine or hazard.

    Raises:
        KeyError: with the names there are, for a part that is none of them.
    """
    rows = list(_rows())
    names = list(dict.fromkeys(row["name"].split(".")[0] for row in rows))
    if part is not None and part not in names:
        raise KeyError(", ".join(names))
    return [row for row in rows if part is None or row["name"].split(".")[0] == part]


def _rows() -> Iterator[dict[str, Any]]:
    kinds = [("", Patient), *((f"{name}.", kind) for name, kind in PARTS.items())]
    for prefix, kind in kinds:
        for name, value, meta in parameters(kind, prefix):
            yield {
                "name": name,
                "value": value,
                "unit": meta.unit,
                "range": list(meta.within),
                "sd": meta.sd or None,
                "gsd": meta.gsd if meta.gsd > 1 else None,
                "status": meta.status,
                "source": meta.source.split(),
                "meaning": meta.meaning,
            }


def parameter_page(rows: Sequence[dict[str, Any]]) -> Group:
    """Two lines a parameter: the number, then what it means and where it is from."""
    lines: list[RenderableType] = []
    for row in rows:
        low, high = row["range"]
        line = Text(f"{row['name']:<28}", style="bold")
        line.append(f"{row['value']:<8.4g}", style="not bold").append(f" {row['unit']:<12}", style=f"not bold {DIM}")
        line.append(f"{f'{low:g} to {high:g}':<18}{row['status']}", style=f"not bold {DIM}")
        lines += [line, Padding(Text(f"{row['meaning']} [{' '.join(row['source'])}]"), (0, 0, 0, 4))]
    return Group(*lines, Text(f"{len(rows)} numbers", style=DIM))


def studies_json(found: dict[str, Any], targets: Sequence[Target], population: Sequence[Target]) -> dict[str, Any]:
    """The studies' own JSON, with what is known of the body and of a population beside it."""
    rows = {"targets": targets, "population": population}
    return exact(found | {name: [asdict(row) for row in group] for name, group in rows.items()})


def studies_page(found: dict[str, Any]) -> Group:
    """Every figure with its verdict, the differences between arms, the sum of it, and what could not be run."""
    parts = [*_figures("Figures", found["figures"]), *_figures("Differences between arms", found["contrasts"])]
    parts += [*_targets("What is known of the body", found["targets"])]
    parts += [*_targets("A drawn population", found["population"])]
    return Group(*parts, *_refused(found["not_run"]), *_sum(found["summary"]))


def _targets(title: str, rows: Sequence[dict[str, Any]]) -> Iterator[RenderableType]:
    if not rows:
        return
    yield Text(f"{title}  (measured, then the twin's)", style="bold")
    for row in rows:
        verdict = row["verdict"]
        line = Text(f"  {MARKS.get(verdict, ' ')} ", style=f"bold {COLORS.get(verdict, 'default')}")
        yield line.append(f"{row['id']} {row['what']} [{row['source']}]", style="not bold default")
        model = "none" if row["model"] is None else f"{row['model']:.4g}"
        measured = row["measured"] or "for information"
        line = Text(f"      measured {measured}, twin {model} ")
        yield line.append(verdict, style=COLORS.get(verdict, "default"))
    yield Text("")


def _figures(title: str, rows: Sequence[dict[str, Any]]) -> Iterator[RenderableType]:
    yield Text(f"{title}  (+ green, o amber, ! red)", style="bold")
    study = None
    for row in rows:
        if row["study"] != study:
            study = row["study"]
            yield Text(f"  {study}, grade {row['grade']}")
        color = COLORS[row["verdict"]]
        line = Text(f"  {MARKS[row['verdict']]} ", style=f"bold {color}")
        what = f"{row['arm']}: {row['quantity']} {row['when'] or ''}".strip()
        line.append(what, style="not bold default")
        yield line
        numbers = f"{row['measured']:.4g} ± {row['spread']:.3g} {_unit(row['unit'])}".rstrip()
        line = Text(f"      measured {numbers}, simulated {row['simulated']:.4g}, ")
        yield line.append(f"z {row['z']:+.2f} {row['verdict']}", style=color)
        if row["reason"]:
            yield Padding(Text(row["reason"], style=DIM), (0, 0, 0, 6))
    yield Text("")


def _unit(unit: str | None) -> str:
    return "" if unit in (None, "1") else str(unit)


def _refused(rows: Sequence[dict[str, Any]]) -> Iterator[RenderableType]:
    """What could not be run, one line a reason; every single figure is in the JSON."""
    if not rows:
        return
    yield Text("Not run  (every one with --json)", style="bold")
    studies: dict[str, list[str]] = {}
    for row in rows:
        studies.setdefault(row["reason"], []).append(row["study"])
    for reason, where in sorted(studies.items(), key=lambda pair: -len(pair[1])):
        names = list(Counter(where))
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        yield Padding(Text(f"{len(where)}: {reason} ({', '.join(names[:3])}{more})"), (0, 0, 0, 2))
    yield Text("")


def _sum(summary: dict[str, Any]) -> Iterator[RenderableType]:
    yield Text(
        f"{'Summary':<16}{'count':>7}{'median |z|':>12}{'within 1':>10}{'green':>8}{'amber':>7}{'red':>5}", "bold"
    )
    rows = [("All figures", summary["figures"]), ("Grade A and B", summary["grade_a_b"])]
    rows += [("Differences", summary["contrasts"]), *((f"  {k}", v) for k, v in summary["groups"].items())]
    for name, row in rows:
        if row["count"]:
            scored = f"{row['median_abs_z']:>12.2f}{100 * row['share_within_1']:>9.0f}%"
            yield Text(f"{name:<16}{row['count']:>7}{scored}{row['green']:>8}{row['amber']:>7}{row['red']:>5}")
    yield Text(f"{summary['studies']} studies; {summary['not_run']} figures not run", style=DIM)
