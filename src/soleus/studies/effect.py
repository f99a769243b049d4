"""Effects: what a study found over a month in many people, as a study file says it.

Two kinds: between two ways of treating the same people (`arms`), and within one group by something known before the
session (`arm` and `by`). A `share` or a `mean` of one arm is written in the same way.
"""

import math
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from .form import STATUS, Raw, did_you_mean, number, pair

QUANTITIES = {
    "cramp_sessions_pct": "sessions with a cramp",
    "cramp_patients_pct": "people with a cramp in the month",
    "IDH_sessions_pct": "sessions with hypotension",
    "symptomatic_sessions_pct": "sessions with a cramp or hypotension",
    "cramp_minute": "minute of the session at which cramps come",
}
RATIOS = ("odds_ratio", "risk_ratio", "rate_ratio")
MEASURES = (*RATIOS, "share", "mean")
BY = {
    "gain_kg": "gain since the last session, kg",
    "HCO3": "bicarbonate before the session, mmol/L",
    "prior_cramp": "a cramp in the session before",
    "IDH": "hypotension in the same session",
    "diabetic": "diabetes",
    "vintage_y": "years on dialysis",
    "age_y": "years of age",
}
WITH_A_LIMIT = ("gain_kg", "HCO3", "vintage_y", "age_y")
FIELDS = (
    "quantity", "measure", "arms", "arm", "by", "at_least", "below", "value", "range", "ci95", "p", "of", "expect",
    "status",
)  # fmt: skip
SIDE = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Effect:
    """One effect; `value` is None where only its direction was read."""

    quantity: str
    measure: str
    arms: tuple[str, ...]  # one, or first and second
    by: str | None
    at_least: float | None
    below: float | None
    value: float | None
    interval: tuple[float, float] | None
    interval_is: str  # where the interval comes from
    more: bool | None  # whether the second arm, or those with the characteristic, have more of it
    status: str

    @property
    def said(self) -> str:
        """In words: of what, and among whom."""
        what = QUANTITIES[self.quantity]
        if self.by is None:
            return f"{what}, {' to '.join(self.arms)}"
        limit = f" of {self.at_least:g} or more" if self.at_least is not None else ""
        limit = f" below {self.below:g}" if self.below is not None else limit
        return f"{what}, by {BY[self.by]}{limit}"


def faults(given: object, arms: Mapping[str, Raw], wrong: list[str]) -> set[str]:
    """Add what is wrong with the effects of a file to `wrong`; the arms they use."""
    used: set[str] = set()
    if given is None:
        return used
    if not (isinstance(given, list) and all(isinstance(row, dict) for row in given)):
        wrong.append(f"effects is {reprlib.repr(given)}; write a list, one `- {{quantity: ...}}` to a line")
        return used
    for i, row in enumerate(given, 1):
        here = f"effect {i} ({row.get('quantity', 'no quantity')})"
        wrong += [f"{here}: unknown field {name!r}; {did_you_mean(name, FIELDS)}" for name in row if name not in FIELDS]
        wrong += [f"{here}: {flaw}" for flaw in (*_of_what(row), *_how_large(row))]
        named = row["arms"] if isinstance(row.get("arms"), list) else [row.get("arm")]
        if (
            ("arms" in row) == ("arm" in row)
            or len(named) != 1 + ("arms" in row)
            or any(a not in [*arms] for a in named)
        ):
            wrong.append(f"{here}: give arms, two of this study as [first, second], or arm, one of them")
        else:
            used |= set(named)
    return used


def _of_what(row: Raw) -> list[str]:
    flaws = []
    if row.get("quantity") not in QUANTITIES:
        flaws.append(f"quantity is {reprlib.repr(row.get('quantity'))}; choose {', '.join(QUANTITIES)}")
    if row.get("measure") not in MEASURES:
        flaws.append(f"measure is {reprlib.repr(row.get('measure'))}; choose {', '.join(MEASURES)}")
    by, compared = row.get("by"), row.get("measure") in RATIOS
    if compared != ("arms" in row or by is not None):
        flaws.append("a ratio compares arms, or one arm by something; a share or a mean is of one arm")
    if by is not None:
        if by not in BY:
            flaws.append(f"by is {reprlib.repr(by)}; choose {', '.join(BY)}")
        limits = [name for name in ("at_least", "below") if name in row]
        if len(limits) != (by in WITH_A_LIMIT) or not all(number(row[name]) for name in limits):
            flaws.append(f"{by} takes one number, at_least or below" if by in WITH_A_LIMIT else f"{by} takes no limit")
    if row.get("status", "seen") not in STATUS:
        flaws.append(f"status is {reprlib.repr(row.get('status'))}; choose {', '.join(sorted(STATUS))}")
    return flaws


def _how_large(row: Raw) -> list[str]:
    flaws = []
    if sum(name in row for name in ("value", "range", "expect")) != 1:
        flaws.append("give one of value, range (low and high) and expect (more or fewer)")
    if "value" in row and not (number(row["value"]) and row["value"] > 0):
        flaws.append(f"value is {reprlib.repr(row['value'])}; write a number above 0")
    if "range" in row and not pair(row["range"]):
        flaws.append(f"range is {reprlib.repr(row['range'])}; write [low, high]")
    if "expect" in row and row["expect"] not in ("more", "fewer"):
        flaws.append(f"expect is {reprlib.repr(row['expect'])}; write more or fewer")
    if sum(name in row for name in ("ci95", "p", "of")) > (number(row.get("value"))):
        flaws.append("give at most one of ci95, p and of, beside a value")
    elif "ci95" in row and not (pair(row["ci95"]) and 0 < row["ci95"][0] <= row["value"] <= row["ci95"][1]):
        flaws.append(f"ci95 is {reprlib.repr(row['ci95'])}; write [low, high] around the value")
    elif "p" in row and not (number(row["p"]) and 0 < row["p"] < 1 and row.get("measure") in RATIOS):
        flaws.append(f"p is {reprlib.repr(row['p'])}; write the P of a ratio, or the limit that it is said to be below")
    elif "of" in row and not (number(row["of"]) and row["of"] >= 1 and row.get("measure") == "share"):
        flaws.append(f"of is {reprlib.repr(row['of'])}; write of how many people or sessions it is a share, in %")
    return flaws


def effect(row: Raw, study: Raw) -> Effect:
    """The record of a row without faults."""
    value: float | None = row.get("value")
    interval, interval_is = _interval(row)
    more = row["expect"] == "more" if "expect" in row else None
    if row["measure"] in RATIOS and value is not None:
        more = value > 1
    return Effect(
        quantity=row["quantity"],
        measure=row["measure"],
        arms=tuple(row["arms"]) if "arms" in row else (row["arm"],),
        by=row.get("by"),
        at_least=row.get("at_least"),
        below=row.get("below"),
        value=value,
        interval=interval,
        interval_is=interval_is,
        more=more,
        status=row.get("status", study["status"]),
    )


def _interval(row: Raw) -> tuple[tuple[float, float] | None, str]:
    if "range" in row:
        return (row["range"][0], row["range"][1]), "range"
    if "ci95" in row:
        return (row["ci95"][0], row["ci95"][1]), "95 % interval"
    if "p" in row:
        return by_p(row["value"], row["p"]), "95 % interval that P implies"
    if "of" in row:
        return of_counts(row["value"], row["of"]), "95 % interval that the numbers imply"
    return None, ""


def by_p(ratio: float, p: float) -> tuple[float, float]:
    """95 % interval of a ratio whose logarithm differs from 0 with this P; the widest, where P is below a limit."""
    width = SIDE / NormalDist().inv_cdf(1 - p / 2)
    low, high = sorted(math.log(ratio) * (1 + sign * width) for sign in (-1, 1))
    return math.exp(low), math.exp(high)


def of_counts(percent: float, n: float) -> tuple[float, float]:
    """95 % interval of a share by Wilson, as if all were independent."""
    share, z = percent / 100, SIDE
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return 100 * (middle - half), 100 * (middle + half)


def plain(row: Effect) -> dict[str, Any]:
    """What was measured, as text and numbers."""
    return {
        "measure": row.measure,
        "arms": list(row.arms),
        "by": row.by,
        "measured": row.value,
        "interval": row.interval,
        "interval_is": row.interval_is,
        "expected": None if row.more is None else "more" if row.more else "fewer",
        "status": row.status,
    }
