"""Summary: how many published figures the twin meets, and the JSON of the whole."""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

from ..studies.form import Time
from .figures import AMBER, Figure, NotRun, Result
from .groups import GROUPS, group

SCHEMA_VERSION = 1
FIRM = ("A", "B")  # grades that count towards the bar


def summary(result: Result) -> dict[str, Any]:
    """Counts, median |z| and the share within 1, of all, of firm grades, and by part of the body."""
    firm = [f for f in result.figures if f.grade in FIRM]
    groups = {name: [f for f in result.figures if group(f.quantity) == name] for name in (*GROUPS, "other")}
    return {
        "studies": len({f.study for f in result.figures + result.contrasts}),
        "figures": _scored(result.figures),
        "grade_a_b": _scored(firm),
        "grade_a_b_with_printed_spread": _scored([f for f in firm if not f.spread.stands_in]),
        "contrasts": _differences(result.contrasts),
        "contrasts_grade_a_b": _differences([c for c in result.contrasts if c.grade in FIRM]),
        "groups": {name: _scored(rows) for name, rows in groups.items() if rows},
        "not_run": len(result.not_run),
    }


def _scored(rows: Sequence[Figure]) -> dict[str, Any]:
    colours = {c: sum(f.verdict == c for f in rows) for c in ("green", "amber", "red")}
    return {
        "count": len(rows),
        **colours,
        "median_abs_z": round(median(abs(f.z) for f in rows), 3) if rows else None,
        "share_within_1": _share(abs(f.z) <= AMBER for f in rows),
    }


def _differences(rows: Sequence[Figure]) -> dict[str, Any]:
    return _scored(rows) | {
        "share_sign_right": _share(f.sign_right for f in rows if f.sign_right is not None),
        "share_within_factor_2": _share(f.within_factor for f in rows if f.within_factor is not None),
    }


def _share(hits: Iterable[bool | None]) -> float | None:
    found = list(hits)
    return round(sum(map(bool, found)) / len(found), 3) if found else None


def when(time: Time | None) -> str | None:
    """A time as a study file writes it."""
    if time is None:
        return None
    kind, value = time
    value = f"{value[0]:g}-{value[1]:g}" if isinstance(value, tuple) else value
    return f"{kind} {value:g}" if isinstance(value, int | float) else f"{kind} {value}"


def as_json(result: Result) -> dict[str, Any]:
    """The result in plain values, as `soleus validate --json` prints it."""
    return {
        "schema_version": SCHEMA_VERSION,
        "figures": [_row(f) | {"arm": f.arms[0]} for f in result.figures],
        "contrasts": [_row(f) | _contrast(f) for f in result.contrasts],
        "regressions": [
            {"study": r.study, "arm": r.arm, "y": r.y, "x": r.x, "measured": r.measured, "unit": r.unit,
             "simulated": _short(r.simulated)}
            for r in result.regressions
        ],
        "summary": summary(result),
        "not_run": [_refused(n) for n in result.not_run],
    }  # fmt: skip


def _row(f: Figure) -> dict[str, Any]:
    return {
        "study": f.study,
        "arm": None,
        "quantity": f.quantity,
        "when": when(f.time),
        "measured": f.measured,
        "spread": _short(f.spread.sd),
        "unit": f.unit,
        "simulated": _short(f.simulated),
        "z": round(f.z, 3),
        "verdict": f.verdict,
        "grade": f.grade,
        "reason": f.reason,
    }


def _contrast(f: Figure) -> dict[str, Any]:
    return {
        "arm": " to ".join(f.arms),
        "arms": list(f.arms),
        "ci95": f.ci95,
        "sign_right": f.sign_right,
        "within_factor_2": f.within_factor,
    }


def _refused(n: NotRun) -> dict[str, Any]:
    return {"study": n.study, "arm": n.arm, "quantity": n.quantity, "when": when(n.time), "reason": n.reason}


def _short(x: float) -> float:
    return float(f"{x:.5g}")
