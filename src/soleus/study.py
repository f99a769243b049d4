"""Study files: who was treated how in a published study and what was measured, as records.

The format is described in docs/use/study-file.md. Files are read here and run elsewhere.
"""

import math
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from .errors import BadRecord
from .studies.check import problems
from .studies.effect import Effect, effect
from .studies.form import Needs, Raw, Time, needs, quantity, time_of

LARGEST = 1_000_000  # bytes in a file; the longest packaged study has under 10,000
DEEPEST = 12  # lists and mappings inside each other; a study file has 5
STAND_IN = 0.10  # of |value|, where a study prints no spread


class Spread(NamedTuple):
    """A standard deviation between patients, how it was got, and whether it merely stands in for one."""

    sd: float
    note: str
    stands_in: bool


@dataclass(frozen=True)
class Measured:
    """One printed figure; `value` is the middle of the `range` where only that is printed."""

    quantity: str
    time: Time
    value: float
    range: tuple[float, float] | None
    spread: float | tuple[float, float] | None
    spread_is: str
    between: Spread
    unit: str
    status: str
    derived: bool

    @property
    def needs(self) -> Needs:
        """The part of the twin that must exist before this figure can be run."""
        return needs(self.quantity)


@dataclass(frozen=True)
class Arm:
    """One way of treating one group: `patient` to `schedule` as reported, `assumed` so that it can be run."""

    id: str
    n: int | None
    patient: Raw
    pre: Raw
    session: Raw
    schedule: Raw
    assumed: Raw
    measured: tuple[Measured, ...]

    @property
    def run(self) -> dict[str, Any]:
        """What to run: assumed values overlaid with the reported single numbers; `dialysate` and `pre` are dicts."""
        values = dict(self.assumed)
        for part in (self.patient, self.session, self.schedule):
            values |= _single(part)
        reported = {"dialysate": self.session.get("dialysate"), "pre": self.pre}
        return values | {k: {**(self.assumed.get(k) or {}), **_single(v or {})} for k, v in reported.items()}

    @property
    def steady(self) -> bool:
        """Whether the schedule is repeated to a steady state, which makes values before the session results."""
        return "steady_state_weeks" in self.run

    def is_input(self, time: Time) -> bool:
        """Whether a figure of this time repeats a starting value and is no result."""
        return time == ("at", "pre") and not self.steady


@dataclass(frozen=True)
class Contrast:
    """A difference, second arm minus first; `relative` when it is percent of the first arm."""

    quantity: str
    time: Time
    arms: tuple[str, str]
    difference: float
    ci95: tuple[float, float] | None
    between: Spread
    unit: str
    relative: bool

    @property
    def needs(self) -> Needs:
        """The part of the twin that must exist before this difference can be run."""
        return needs(self.quantity)


@dataclass(frozen=True)
class Regression:
    """A published line of `y` on `x`; what the file says beside these fields is in `also`."""

    arm: str
    y: str
    x: str
    slope: float | None
    unit: str | None
    also: Raw


@dataclass(frozen=True)
class Study:
    """One paper."""

    key: str
    title: str
    authors: str
    journal: str
    year: int | None
    doi: str | None
    pmid: str | None
    pmc: str | None
    status: str
    grade: str
    spread_is: str
    notes: str
    arms: tuple[Arm, ...]
    contrasts: tuple[Contrast, ...]
    regressions: tuple[Regression, ...]
    effects: tuple[Effect, ...] = ()

    def arm(self, id: str) -> Arm:
        """The arm of this name."""
        return next(a for a in self.arms if a.id == id)


def paths(folder: str | Path | None = None) -> list[Traversable]:
    """The study files of a folder, by name; of the package when no folder is given."""
    home: Traversable = resources.files("soleus.studies") if folder is None else Path(folder)
    if not home.is_dir():
        raise BadRecord(f"{folder} is not a folder; name the folder that holds the study files (.yaml)")
    found = sorted((f for f in home.iterdir() if f.name.endswith((".yaml", ".yml"))), key=lambda f: f.name)
    if not found:
        raise BadRecord(f"{folder} holds no study files; their names end in .yaml")
    return found


def load(path: str | Path | Traversable) -> Study:
    """Read and check one study file; every fault found is in the one BadRecord."""
    file = Path(path) if isinstance(path, str) else path
    try:
        raw = _plain(_text(file))
    except BadRecord as fault:
        raise BadRecord(f"{file.name}: {fault}") from None
    if wrong := problems(raw):
        raise BadRecord("\n  - ".join([f"{file.name} cannot be used as a study file:", *wrong]))
    return from_plain(raw)


def load_all(folder: str | Path | None = None) -> list[Study]:
    """Every study of a folder (of the package when none is given); one BadRecord for all faulty files."""
    studies: dict[str, Study] = {}
    faults = []
    for path in paths(folder):
        try:
            study = load(path)
        except BadRecord as fault:
            faults.append(str(fault))
            continue
        if study.key in studies:
            faults.append(f"{path.name}: key {study.key} belongs to another file too; give each study its own")
        studies[study.key] = study
    if faults:
        raise BadRecord("\n".join(faults))
    return list(studies.values())


def between_patients(value: float, spread: Any, kind: str, n: int | None) -> Spread:
    """The SD between patients from what was printed: sd, sem, ci95 or iqr; 10 % of |value| stands in for nothing."""
    reason = "no spread printed"
    if spread is not None:
        width = spread[1] - spread[0] if isinstance(spread, tuple | list) else 0.0
        if kind in ("sem", "ci95") and n is None:
            reason = "spread is a standard error, and the number of patients is not known"
        elif kind == "sem":
            return Spread(spread * math.sqrt(n or 1), f"standard error of {n} patients, times its root", False)
        elif width == 0.0 and kind in ("ci95", "iqr"):
            reason = "printed spread has no width"
        elif kind == "ci95":
            return Spread(width / 3.92 * math.sqrt(n or 1), f"95 % interval of the mean of {n} patients", False)
        elif kind == "iqr":
            return Spread(width / 1.349, "from the quartiles, as if normal", False)
        else:
            return Spread(float(spread), "as printed" if kind == "sd" else "kind not stated, taken as SD", False)
    if value == 0:
        return Spread(math.nan, f"{reason}, and 10 % of 0 cannot stand in: not to be scored", True)
    return Spread(STAND_IN * abs(value), f"{reason}; 10 % of the value stands in", True)


def _single(given: Raw) -> dict[str, Any]:
    return {k: v for k, v in given.items() if not isinstance(v, list) and k != "dialysate"}


def _text(file: Path | Traversable) -> str:
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as fault:
        raise BadRecord(f"cannot be opened ({fault.strerror}); check the name and the folder") from None
    if len(data) > LARGEST:
        raise BadRecord(f"larger than {LARGEST / 1e6:g} MB; a study file is a page or two of text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRecord("not text in UTF-8; save it as plain text") from None
    if not text.strip():
        raise BadRecord("empty; a study file begins with `key: author-year`")
    return text


class _Loader(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]
    """Plain values only, and no field twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"{twice} is given twice; keep one", node.start_mark)
        return super().construct_mapping(node, deep)


def _plain(text: str) -> Any:
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent):
                raise BadRecord(f"{_line(event)}*{event.anchor} is a reference; write the values out")
            if depth > DEEPEST:
                raise BadRecord(f"{_line(event)}brackets nested more than {DEEPEST} deep; check them")
        return yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as fault:
        line = f"line {fault.problem_mark.line + 1}: " if fault.problem_mark else ""
        raise BadRecord(f"{line}{fault.problem}; a study file is YAML of plain numbers, words and lists") from None
    except (yaml.YAMLError, ValueError) as fault:
        said = " ".join(str(fault).split())
        raise BadRecord(f"{said}; a study file is YAML of plain numbers, words and lists") from None


def _line(event: yaml.Event) -> str:
    return f"line {event.start_mark.line + 1}: " if event.start_mark else ""


def _likely_sem(notes: str, name: str) -> bool:
    """Whether the notes call the unstated spread of this quantity a likely SEM, for all or by name."""
    verdict = False
    for clause in re.split(r"[.;]\s", notes + " "):
        said = re.search(r"\b(?:likely|probably|looks? like)\b.*?\b(SEM|SD)\b", clause, re.DOTALL)
        whose = re.search(r"\bspread of (?:the )?(\w+)", clause)
        if said and whose and whose[1] in name.split("_"):
            return said[1] == "SEM"
        if said and not whose:
            verdict = said[1] == "SEM"
    return verdict


def _measured(row: Raw, arm: Raw, study: Raw) -> Measured:
    low, high = row.get("range") or (row["value"], row["value"])
    value, kind, spread = (low + high) / 2, row.get("spread_is", study["spread_is"]), row.get("spread")
    between = between_patients(value, spread, kind, arm.get("n"))
    if spread is None and (high - low) / 2 > between.sd:  # a range of means says less than nothing about people
        between = Spread((high - low) / 2, "half of the printed range", False)
    elif spread is not None and kind == "unknown" and _likely_sem(study["notes"], row["quantity"]):
        between = between_patients(value, spread, "sem", arm.get("n"))
        between = between._replace(note=f"kind not stated, a likely SEM by the notes; {between.note}")
    return Measured(
        quantity=row["quantity"],
        time=_time(row),
        value=value,
        range=(low, high) if "range" in row else None,
        spread=tuple(spread) if isinstance(spread, list) else spread,
        spread_is=kind,
        between=between,
        unit=row["unit"],
        status=row.get("status", study["status"]),
        derived=row.get("derived", False),
    )


def _time(row: Raw) -> Time:
    time = time_of(row)
    assert time is not None  # `problems` has seen to it
    return time


def _contrast(row: Raw, arms: Mapping[str, Arm]) -> Contrast:
    first, second = (arms[a] for a in row["arms"])
    known = quantity(row["quantity"])
    relative = row["unit"] == "%" and known is not None and known.unit != "%"
    ci95 = tuple(row["ci95"]) if "ci95" in row else None
    pairs = [m for a in (first, second) for m in a.measured if (m.quantity, m.time) == (row["quantity"], _time(row))]
    return Contrast(
        quantity=row["quantity"],
        time=_time(row),
        arms=(first.id, second.id),
        difference=row["difference"],
        ci95=ci95,
        between=_between_arms(row["difference"], ci95, [] if relative else pairs, first.n, second.n),
        unit=row["unit"],
        relative=relative,
    )


def _between_arms(
    difference: float, ci95: tuple[float, float] | None, figures: list[Measured], n: int | None, m: int | None
) -> Spread:
    """The SD between patients that a difference is scored against: of its two figures, else from its interval."""
    printed = len(figures) == 2 and not any(f.between.stands_in for f in figures)
    if len(figures) == 2 and (printed or not ci95):
        sd = math.sqrt(sum(f.between.sd**2 for f in figures) / 2)
        return Spread(sd, f"mean of both arms' SDs ({figures[0].between.note})", not printed)
    if ci95 and n and m:
        return Spread((ci95[1] - ci95[0]) / 3.92 / math.sqrt(1 / n + 1 / m), "from the 95 % interval", False)
    if ci95:
        note = "standard error of the difference itself, as the numbers of patients are not known"
        return Spread((ci95[1] - ci95[0]) / 3.92, note, True)
    return between_patients(difference, None, "unknown", None)


def _regression(row: Raw) -> Regression:
    own = ("arm", "y", "x", "slope", "unit")
    also = {k: v for k, v in row.items() if k not in own}
    return Regression(row["arm"], row["y"], row["x"], row.get("slope"), row.get("unit"), also)


def from_plain(raw: Raw) -> Study:
    """The record of a checked study (one without `problems`)."""
    arms = {}
    for arm in raw["arms"]:
        parts = {k: arm.get(k) or {} for k in ("patient", "pre", "session", "schedule", "assumed")}
        figures = tuple(_measured(row, arm, raw) for row in arm.get("measured") or [])
        arms[arm["id"]] = Arm(id=arm["id"], n=arm.get("n"), **parts, measured=figures)
    words = {k: raw[k].strip() for k in ("key", "title", "authors", "journal", "notes", "status", "grade", "spread_is")}
    seen: dict[str, Any] = {k: str(raw[k]) if raw.get(k) is not None else None for k in ("doi", "pmid", "pmc")}
    return Study(
        **words,
        **seen,
        year=raw.get("year"),
        arms=tuple(arms.values()),
        contrasts=tuple(_contrast(row, arms) for row in raw.get("contrasts") or []),
        regressions=tuple(_regression(row) for row in raw.get("regressions") or []),
        effects=tuple(effect(row, raw) for row in raw.get("effects") or []),
    )
