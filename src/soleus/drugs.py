"""Drugs: a catalogue of medicines, what each changes in the twin, and what is known of it and cramps.

`drugs.csv` names them and says how they are usually dosed, `drug_groups.csv` what is known of each group, and
`drug_effects.csv` which parameters of a patient a usual dose changes. A name is matched whole, in any of its spellings;
what is not in the catalogue is kept and counts for nothing. Doses here are those people take, never advice.

    x(u) = u,   or u (1 + h) / (u + h) where the effect levels off        u  daily dose over the usual one
    is      value = effect x(u), several drugs added
    mean    value = mean over the drugs
    times   value = the patient's own x effect^x(u)

Assumes     every drug listed is taken, and none besides, once any is listed; the effect is that of months.
Leaves out  kinetics of a single dose, interactions, what dialysis removes of a drug.
"""

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import NamedTuple, Protocol

IU_PER_UG = 40.0  # of vitamin D [GeneralKnowledge]
MILLIGRAMS = {"ug": 1e-3, "mg": 1.0, "g": 1e3}
LEVELS_OFF = 2.0  # usual doses, at which a factor has half its most, where the table says nothing [SoleusChoice]
ANURIC = 100.0  # mL of urine a day, below which nothing reaches a tubule [GeneralKnowledge]
LEAST_GFR = 0.5  # mL/min, the same
BINDER, D25 = "absorption.binder", "hormones.D25"
STRENGTH = re.compile(r"[\s,]+\d+(?:[.,]\d+)?\s*(?:mg|ug|μg|mcg|g|iu|ie|ui)?(?:\s*/\s*(?:d|day|tag|dia))?$")


class Taken(Protocol):
    """A line of a case about a medicine."""

    @property
    def name(self) -> str: ...
    @property
    def dose_mg(self) -> float | None: ...
    @property
    def dose_ug(self) -> float | None: ...
    @property
    def dose_g(self) -> float | None: ...
    @property
    def dose_iu(self) -> float | None: ...
    @property
    def per_day(self) -> float | None: ...
    @property
    def per_week(self) -> float | None: ...
    @property
    def since(self) -> date | None: ...
    @property
    def until(self) -> date | None: ...


class Kidneys(Protocol):
    """What a case says of the kidneys."""

    @property
    def gfr_ml_min(self) -> float | None: ...
    @property
    def residual_urine_ml_day(self) -> float | None: ...


class Told(Protocol):
    """What a case says of medicines."""

    @property
    def drugs(self) -> Sequence[Taken]: ...
    @property
    def patient(self) -> Kidneys: ...
    @property
    def day(self) -> date | None: ...


class Effect(NamedTuple):
    """What a usual dose does to one parameter."""

    parameter: str
    how: str  # is, mean or times
    effect: float
    half: float | None  # usual doses at which it has half its most; None: in proportion
    source: str
    status: str
    meaning: str

    def at(self, u: float) -> float:
        """The effect of `u` usual doses."""
        half = LEVELS_OFF if self.half is None and self.how == "times" else self.half
        x = u if half is None else u * (1 + half) / (u + half)
        return {"is": self.effect * x, "mean": self.effect, "times": self.effect**x}[self.how]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One medicine of the catalogue."""

    id: str
    group: str
    unit: str  # of the doses below: ug, mg, g or IU
    usual: float  # a day
    times: float  # doses a day
    least: float  # single dose that people take
    most: float
    effects: tuple[Effect, ...]
    log_rate: float  # of cramps beyond what its effects bring about, as natural logarithm
    log_rate_sd: float
    restless: str  # worsens or eases restless legs
    never: bool  # not to be taken at all for what it is taken for
    evidence: str  # A trial, B cohort, C mechanism, D assumption
    sources: tuple[str, ...]
    says: str

    @property
    def label(self) -> str:
        """What it is called."""
        return self.id

    @property
    def changes(self) -> dict[str, float]:
        """What a usual dose sets, and by what it multiplies; which of the two, `effects` says."""
        return {effect.parameter: effect.at(1.0) for effect in self.effects}


def known(name: str) -> Entry | None:
    """The medicine of this name in any of its usual spellings, a strength behind it left aside; None when unknown."""
    return _names().get(_plain(name)) or _names().get(STRENGTH.sub("", _plain(name)))


def suggestion(name: str) -> str | None:
    """The nearest known name, to ask for and never to put in its place."""
    near = get_close_matches(STRENGTH.sub("", _plain(name)), _names(), n=1, cutoff=0.8)
    return near[0] if near else None


def catalogue() -> tuple[Entry, ...]:
    """Every medicine known."""
    return tuple({entry.id: entry for entry in _names().values()}.values())


def single(drug: Taken, entry: Entry) -> float | None:
    """One dose in the unit of the catalogue; None when the line states none that can be converted."""
    for unit, factor in MILLIGRAMS.items():
        stated = getattr(drug, f"dose_{unit}")
        if stated is not None:
            return stated * factor / MILLIGRAMS[entry.unit] if entry.unit in MILLIGRAMS else None
    if drug.dose_iu is not None and entry.unit == "IU":
        return drug.dose_iu
    vitamin = entry.unit == "ug" and D25 in entry.changes
    return drug.dose_iu / IU_PER_UG if drug.dose_iu is not None and vitamin else None


def share(drug: Taken, entry: Entry) -> float:
    """Daily dose over the usual one; what the line leaves open is as usual."""
    dose = single(drug, entry)
    often = drug.per_week / 7 if drug.per_week is not None else drug.per_day
    if dose is None:
        return 1.0 if often is None else often / entry.times
    return dose * (entry.times if often is None else often) / entry.usual


def in_use(drug: Taken, day: date | None) -> bool:
    """Whether it was taken on that day."""
    return day is None or not ((drug.since and drug.since > day) or (drug.until and drug.until < day))


def taken(case: Told, day: date | None = None) -> list[tuple[Taken, Entry | None]]:
    """What was taken on a day (by default the one to explain), each with its entry; None where it is not known."""
    day = case.day if day is None else day
    return [(drug, known(drug.name)) for drug in case.drugs if in_use(drug, day)]


def anuric(case: Told) -> bool:
    """Whether the case says that no urine is made."""
    who = case.patient
    by_urine = who.residual_urine_ml_day is not None and who.residual_urine_ml_day < ANURIC
    return by_urine or (who.gfr_ml_min is not None and who.gfr_ml_min < LEAST_GFR)


def changes(case: Told, day: date | None = None) -> dict[str, float]:
    """The patient's parameters that the drugs decide, by dotted name. Without urine nothing acts on the kidney.

    Where drugs are listed and no binder is among them, nobody takes one.
    """
    found: dict[str, float] = {}
    means: dict[str, list[float]] = {}
    listed = _effects(case, day)
    for effect, u in listed:
        if effect.how == "is":
            found[effect.parameter] = found.get(effect.parameter, 0.0) + effect.at(u)
        elif effect.how == "mean":
            means.setdefault(effect.parameter, []).append(effect.effect)
    found |= {name: sum(values) / len(values) for name, values in means.items()}
    return {BINDER: 0.0} | found if case.drugs else found


def factors(case: Told, day: date | None = None) -> dict[str, float]:
    """By what the drugs multiply the patient's own parameters, by dotted name."""
    found: dict[str, float] = {}
    for effect, u in _effects(case, day):
        if effect.how == "times":
            found[effect.parameter] = found.get(effect.parameter, 1.0) * effect.at(u)
    return found


def burden(case: Told, day: date | None = None) -> float:
    """Log rate of cramps that all drugs add, beyond what the twin carries; a group counts once."""
    return sum(entry.log_rate for entry in _groups(case, day))


def spread(case: Told, day: date | None = None) -> float:
    """Standard deviation of that."""
    return float(sum(entry.log_rate_sd**2 for entry in _groups(case, day)) ** 0.5)


def on_restless_legs(case: Told, how: str = "worsens", day: date | None = None) -> list[Entry]:
    """The drugs that worsen restless legs, or ease them."""
    return [entry for _, entry in taken(case, day) if entry is not None and entry.restless == how]


def _effects(case: Told, day: date | None) -> list[tuple[Effect, float]]:
    """Every effect of what was taken, with the usual doses of it."""
    dry = anuric(case)
    return [
        (effect, share(drug, entry))
        for drug, entry in taken(case, day)
        if entry is not None
        for effect in entry.effects
        if not (dry and effect.parameter.startswith("kidney."))
    ]


def _groups(case: Told, day: date | None) -> list[Entry]:
    found = {entry.group: entry for _, entry in taken(case, day) if entry is not None}
    return list(found.values())


def _plain(name: str) -> str:
    """A name in small letters, without marks on them and with single spaces."""
    letters = unicodedata.normalize("NFKD", name.casefold().translate(dict.fromkeys(map(ord, "®™©"))))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def _table(name: str) -> list[dict[str, str]]:
    with files("soleus").joinpath(name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def _names() -> dict[str, Entry]:
    """Every spelling with what it means."""
    groups = {row["group"]: row for row in _table("drug_groups.csv")}
    effects: dict[str, list[Effect]] = {name: [] for name in groups}
    for row in _table("drug_effects.csv"):
        half = float(row["half"]) if row["half"] else None
        told = row["parameter"], row["how"], float(row["effect"]), half, row["source"], row["status"], row["meaning"]
        effects[row["group"]].append(Effect(*told))
    found: dict[str, Entry] = {}
    for row in _table("drugs.csv"):
        entry = _entry(row, groups[row["group"]], tuple(effects[row["group"]]))
        found |= {_plain(name): entry for name in (row["id"], *filter(None, row["names"].split("|")))}
    return found


def _entry(row: dict[str, str], group: dict[str, str], effects: tuple[Effect, ...]) -> Entry:
    return Entry(
        id=row["id"],
        group=row["group"],
        unit=row["unit"],
        usual=float(row["usual"]),
        times=float(row["times"]),
        least=float(row["least"] or 0),
        most=float(row["most"] or "inf"),
        effects=effects,
        log_rate=float(group["log_rate"]),
        log_rate_sd=float(group["log_rate_sd"]),
        restless=group["restless"],
        never=bool(group["never"]),
        evidence=group["evidence"],
        sources=tuple(group["sources"].split()),
        says=group["says"],
    )
