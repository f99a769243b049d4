"""Stored: what is known of one person as a file, for the next session to start from.

The file holds numbers of one patient, and a name where the case file has one: keep it as you keep the case file.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from .. import __version__, drugs, files
from ..case import Case
from ..errors import BadRecord
from . import diary, traits
from .center import NAMES, Center
from .diary import Usual
from .gauss import Normal
from .known import Before, Known, levels

FORMAT, CENTER, SCHEMA_VERSION = "soleus twin", "soleus center", 1
LARGEST = 1_000_000  # bytes: such a file has some 20 kB
TALLER = 3.0  # cm that one person's height may differ between two files
YEARS = 1.5  # of age that one person may be off between two files, beyond the time between them
YEAR = 365.25  # days


def as_json(known: Known) -> dict[str, Any]:
    """Everything that the next update needs, in plain values."""
    who, before = known.case.patient, known.before
    last, last_day = known.last
    gains = (*(before.gains if before else ()), *known.gains)
    return {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "soleus": __version__,
        "patient": {"name": who.name, "sex": who.sex, "age_y": who.age_y, "height_cm": who.height_cm},
        "last_session": last.isoformat(),
        "last_diary_day": last_day.isoformat(),
        "sessions": known.sessions,
        "days": known.days,
        "traits": {"names": list(traits.NAMES), "before": _plain(known.prior), "now": _plain(known.now)},
        "cramps": {"names": list(diary.NAMES), "now": _plain(known.cramps)},
        "usual": None if known.usual is None else {k: v.tolist() for k, v in known.usual._asdict().items()},
        "drugs": in_use(known.case, known.session.date),
        "access": who.access,
        "gains_kg_day": list(gains),
        "levels": _levels(known),
    }


def _levels(known: Known) -> dict[str, list[float]]:
    """What was stored, and what was read since."""
    found = {} if known.before is None else {kind: list(x) for kind, x in known.before.levels.items()}
    for kind, new in levels(known.learned, known.learned.now.mean).items():
        found[kind] = found.get(kind, []) + [x for _, x in new]
    return found


def in_use(case: Case, day: date) -> list[str]:
    """Names of the medicines taken on a day, as far as they are known else as written."""
    return sorted({entry.id if entry else " ".join(drug.name.split()) for drug, entry in drugs.taken(case, day)})


def save(known: Known, path: Path) -> None:
    """Write the twin whole or not at all.

    Raises:
        BadRecord: when the file cannot be written.
    """
    _write(as_json(known), path)


def _write(told: dict[str, Any], path: Path) -> None:
    text = json.dumps(told, indent=1, allow_nan=False) + "\n"
    with files.whole(path, files.PRIVATE) as draft:
        draft.write_text(text, encoding="utf-8")


def load(path: Path, case: Case) -> Before:
    """What was known of the person of this case.

    Raises:
        BadRecord: when it is no twin, of another form, of another person, or knows all that the case holds.
    """
    told = _object(path)
    version = told.get("schema_version")
    if told.get("format") != FORMAT:
        _refuse(path, f"is no stored twin: its format should be {FORMAT!r}. Make one with soleus fit CASE -o {path}.")
    if version != SCHEMA_VERSION:
        _refuse(path, f"has schema_version {version!r}; this Soleus reads {SCHEMA_VERSION}. Fit the case anew with -o.")
    try:
        before = _before(told)
        who, last = told["patient"], before.last
        _same(path, who, last, case)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        _refuse(path, f"cannot be read as a stored twin ({error}). Fit the case anew with -o {path}.")
    days = [d.date for d in case.diary if d.cramp is not None and d.date > before.last_day]
    if not days and not any(s.date > last for s in case.sessions):
        _refuse(
            path,
            f"has last_session {last} and last_diary_day {before.last_day}, and the case holds nothing later. "
            "Add the new session or diary days to the case file, or leave --update out to fit anew.",
        )
    return before


def save_center(center: Center, path: Path) -> None:
    """Write what a center's patients told, whole or not at all.

    Raises:
        BadRecord: when the file cannot be written.
    """
    told = {
        "format": CENTER, "schema_version": SCHEMA_VERSION, "soleus": __version__, "patients": len(center.patients),
        "names": list(NAMES), "now": _plain(center.now),
    }  # fmt: skip
    _write(told, path)


def load_center(path: Path) -> Normal:
    """A center's two offsets, mmol/L.

    Raises:
        BadRecord: when the file is no center's, or of another form.
    """
    told = _object(path)
    if told.get("format") != CENTER or told.get("schema_version") != SCHEMA_VERSION:
        _refuse(path, f"is no stored center of schema_version {SCHEMA_VERSION}. Make one: soleus fit A.yaml B.yaml -o.")
    try:
        return _normal(told, "now", NAMES)
    except (KeyError, TypeError, ValueError) as error:
        _refuse(path, f"cannot be read as a stored center ({error}). Make it anew: soleus fit A.yaml B.yaml -o.")


def _refuse(path: Path, why: str) -> NoReturn:
    raise BadRecord(f"{path.name} {why}")


def _object(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        told = json.loads(raw.decode("utf-8")) if len(raw) <= LARGEST else None
    except OSError as error:
        raise BadRecord(f"{path} cannot be opened ({error.strerror}). Check the name and the folder.") from None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        _refuse(path, "is no stored twin (JSON). Make one with soleus fit CASE -o twin.json.")
    return told


def _same(path: Path, who: dict[str, Any], last: date, case: Case) -> None:
    """Refuse the twin of somebody else."""
    here = case.patient
    days = [s.date for s in case.sessions] + [d.date for d in case.diary]
    apart = (max(days, default=last) - last).days / YEAR
    wrong = []
    if who["sex"] != here.sex:
        wrong.append(f"sex {who['sex']}, the case {here.sex}")
    if who["name"] and here.name and who["name"] != here.name:
        wrong.append(f"name {str(who['name'])[:40]!r}, the case {here.name[:40]!r}")
    if who["height_cm"] and here.height_cm and abs(float(who["height_cm"]) - here.height_cm) > TALLER:
        wrong.append(f"height_cm {who['height_cm']:g}, the case {here.height_cm:g}")
    if not -YEARS <= here.age_y - float(who["age_y"]) - apart <= YEARS:
        wrong.append(f"age_y {who['age_y']:g}, the case {here.age_y:g}")
    if wrong:
        _refuse(
            path,
            f"seems to be of another person: patient has {'; '.join(wrong)}. Give the twin of this person, "
            "or correct the case file.",
        )


def _before(told: dict[str, Any]) -> Before:
    usual = told["usual"]
    k = len(diary.PATHWAYS)
    return Before(
        prior=_normal(told["traits"], "before", traits.NAMES),
        now=_normal(told["traits"], "now", traits.NAMES),
        cramps=_normal(told["cramps"], "now", diary.NAMES),
        usual=None if usual is None else Usual(_row(usual["start"], k), _row(usual["end"], k)),
        last=date.fromisoformat(told["last_session"]),
        last_day=date.fromisoformat(told["last_diary_day"]),
        sessions=int(told["sessions"]),
        days=int(told["days"]),
        drugs=tuple(str(name) for name in told["drugs"]),
        access=told["access"],
        gains=tuple(_row(told["gains_kg_day"], len(told["gains_kg_day"]))),
        levels={str(kind): tuple(_row(x, len(x))) for kind, x in told["levels"].items()},
    )


def _plain(x: Normal) -> dict[str, Any]:
    return {"mean": x.mean.tolist(), "cov": x.cov.tolist()}


def _row(values: Any, n: int) -> np.ndarray:
    found = np.array(values, float)
    if found.shape != (n,) or not np.all(np.isfinite(found)):
        raise ValueError(f"a row of {n} finite numbers is needed, and there are others")
    return found


def _normal(told: dict[str, Any], when: str, names: tuple[str, ...]) -> Normal:
    if tuple(told["names"]) != names:
        raise ValueError("its names are not those of this version")
    n = len(names)
    mean, cov = _row(told[when]["mean"], n), np.array([_row(row, n) for row in told[when]["cov"]])
    if cov.shape != (n, n) or not np.allclose(cov, cov.T) or np.linalg.eigvalsh(cov)[0] < 0:
        raise ValueError("a covariance in it is none")
    return Normal(mean, cov)
