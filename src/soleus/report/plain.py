"""Plain: an explanation and a course as plain values, ready for JSON; no number that JSON lacks, none too fine."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from typing import Any

import numpy as np

from .. import __version__
from ..body.body import Patient
from ..case import Session
from ..causes import Cause, Explanation, Mechanism, Split
from ..fit import Twin
from ..instruments import INSTRUMENTS
from ..levers import SHOULD
from ..machine.dialyzer import Dialyzer
from ..parameter import parameters
from ..person import DOUBT
from ..prescription import Prescription
from ..references import find
from ..symptoms import Cramp, Hypotension
from .blood import Level, Spread, bath, levels
from .course import UNITS, traces
from .figures import measured
from .found import drugs_json, found_json, sources_of
from .usual import BLOOD, HORMONES, NERVE
from .words import DISCLAIMER, EVIDENCE, SCHEMA_VERSION, answer, contradictions, question, split_of

DIGITS = 6  # after the point: finer differences are rounding, and would make two equal runs look different
POINTS = 49  # of a course in JSON, evenly spread: every five minutes of four hours


def as_json(e: Explanation) -> dict[str, Any]:
    """Everything the explanation says; keys are described in docs/use/explain.md."""
    split = split_of(e)
    useful = e.most_useful
    said = {
        "schema_version": SCHEMA_VERSION,
        "soleus": __version__,
        "session": session_json(e.twin),
        "question": question(e),
        "asked": e.twin.case.question,
        "about": e.about,
        "answer": answer(e),
        "cramp": split_json(e.cramp),
        "hypotension": split_json(e.hypotension),
        "restless_legs": None if e.restless_legs is None else split_json(e.restless_legs),
        **{name: value for name, value in split_json(split).items() if name in PARTS},
        "already_right": [
            {"id": lever.id, "label": lever.label, "value": lever.as_it_was} for lever in e.as_it_should_be
        ],
        **found_json(e),
        "drugs": drugs_json(e.twin.case),
        **{group: levels_json(e.twin, group) for group in GROUPS},
        "bath": bath_json(e.twin),
        "fit_quality": e.twin.quality._asdict(),
        "method": e.method._asdict(),
        "missing": [missing._asdict() for missing in e.twin.case.missing],
        "warnings": list(e.twin.case.warnings),
        "most_useful_measurement": None if useful is None else useful._asdict(),
        "contradicted": [{"statement": c.statement, "sources": list(c.sources)} for c in contradictions(e)],
        "evidence_grades": EVIDENCE,
        "references": references(e),
        "disclaimer": DISCLAIMER,
    }
    return exact(said)


GROUPS = (BLOOD, HORMONES, NERVE)
PARTS = ("causes", "susceptibility", "susceptibility_interval", "residual", "mechanisms")


def split_json(split: Split) -> dict[str, Any]:
    """A risk and where it comes from."""
    chance = split.chance
    return {
        "probability": chance.probability,
        "interval": list(chance.interval),
        "baseline": chance.baseline,
        "likely_minute": chance.likely_minute,
        "window": list(chance.window),
        "causes": [_cause(cause) for cause in split.causes],
        "susceptibility": split.susceptibility,
        "susceptibility_interval": list(split.susceptibility_interval),
        "residual": split.residual,
        "mechanisms": [_mechanism(way) for way in split.mechanisms],
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return cause._asdict() | {
        "interval": list(cause.interval),
        "effect": "protected" if cause.share < 0 else "raised the risk",
        "mechanisms": [_mechanism(way) for way in cause.mechanisms],
        "evidence_word": EVIDENCE.get(cause.evidence, cause.evidence),
        "sources": list(cause.sources),
    }


def _mechanism(way: Mechanism) -> dict[str, Any]:
    return way._asdict()


def session_json(twin: Twin) -> dict[str, Any]:
    """What the file says of the session."""
    session, told = twin.session, twin.prescription[0]
    return {
        "date": session.date.isoformat(),
        "start": session.start,
        "mode": told.mode,
        "hours": told.time / 60,
        "uf_l": told.uf,
        "pre_weight_kg": session.pre_weight_kg,
        "post_weight_kg": session.post_weight_kg,
        "target_weight_kg": twin.case.patient.target_weight_kg,
        "symptoms": [symptom.model_dump() for symptom in session.symptoms],
        "cramped": bool(session.cramps),
        "pressure_fell": session.pressure_fell,
        "lowest_systolic_mmhg": _lowest(session),
        "readings_not_believed": sum(reading.artefact for reading in session.pressures),
    }


def _lowest(session: Session) -> float | None:
    return min((reading.systolic_mmhg for reading in session.believed), default=None)


def course_json(twin: Twin, changes: dict[str, Any], as_it_was: Twin | None = None) -> dict[str, Any]:
    """The course of a session, and what was measured on it; beside it the session as it was, when it was changed."""
    said: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "soleus": __version__,
        "session": session_json(twin),
        "changes": changes,
        "measures": _measures(twin),
        **{group: levels_json(twin, group) for group in GROUPS},
        "bath": bath_json(twin),
        "course": _course(twin),
        "fit_quality": twin.quality._asdict(),
        "missing": [missing._asdict() for missing in twin.case.missing],
        "warnings": list(twin.case.warnings),
        "disclaimer": DISCLAIMER,
    }
    if as_it_was is not None:
        said["as_it_was"] = {
            "session": session_json(as_it_was),
            "measures": _measures(as_it_was),
            **{group: levels_json(as_it_was, group) for group in GROUPS},
            "bath": bath_json(as_it_was),
        }
    return exact(said)


def shown_json(twin: Twin, names: Collection[str]) -> dict[str, Any]:
    """Some courses of a session and its figures, and nothing else: what moves with a slider."""
    return dict(exact({"course": _course(twin, names), "measures": _measures(twin)}))


def levels_json(twin: Twin, group: str) -> dict[str, Any]:
    """Every value of blood, hormones or nerve before, after and on the way, what is usual, and what was measured."""
    return {level.id: level_json(level) for level in levels(twin, group)}


def level_json(x: Level) -> dict[str, Any]:
    """One value over time."""
    return {
        "label": x.label,
        "unit": x.unit,
        "before": _spread(x.before),
        "after": _spread(x.after),
        "lowest": _spread(x.lowest.spread) | {"minute": x.lowest.minute},
        "highest": _spread(x.highest.spread) | {"minute": x.highest.minute},
        "usual": {"before": list(x.usual_before), "after": list(x.usual_after), "source": x.source},
        "outside": [flag._asdict() for flag in x.flags],
        "known": x.known.how,
        "worked_out_from": x.known.of or None,
        "laboratory": {"before": x.known.before, "date": x.known.day, "after": x.known.after},
    }


def bath_json(twin: Twin) -> dict[str, Any]:
    """What the bath held, mmol/L, and whether the file says so."""
    return {f"{x.label}_mmol_l": {"first": x.first, "last": x.last, "stated": x.stated} for x in bath(twin)}


def _spread(x: Spread) -> dict[str, Any]:
    return {"mean": x.mean, "interval": [x.low, x.high]}


def _measures(twin: Twin) -> dict[str, Any]:
    return {
        m.id: {"label": m.label.strip(), "unit": m.unit, "mean": m.mean, "interval": [m.low, m.high], "group": m.group}
        for m in measured(twin)
    }


def _course(twin: Twin, names: Collection[str] | None = None) -> dict[str, Any]:
    """Mean and 5th to 95th percentile over time, of all courses or of those named as `UNITS` writes them."""
    all_traces = traces(twin)
    at = np.linspace(0, all_traces.minutes[-1], POINTS)
    said: dict[str, Any] = {"minute": at.tolist()}
    for name, (key, unit) in UNITS.items():
        if names is not None and key not in names:
            continue
        values = getattr(all_traces, name)
        rows = {"mean": values.mean(axis=1)}
        rows["low"], rows["high"] = np.percentile(values, (5, 95), axis=1)
        said[key] = {"unit": unit} | {k: np.interp(at, all_traces.minutes, v).tolist() for k, v in rows.items()}
    return said


def references(e: Explanation) -> list[dict[str, Any]]:
    """Every source behind the answer, in full, with what it was used for; those of the causes first."""
    uses: dict[str, list[str]] = {}
    for key, use in _uses(e):
        if use not in uses.setdefault(key, []):
            uses[key].append(use)
    return [
        {"key": ref.key, "text": ref.text, "recalled": ref.recalled, "used_for": uses[ref.key]} for ref in find(uses)
    ]


def cited(e: Explanation) -> list[str]:
    """Keys of the sources that the page itself names, each once."""
    keys = [key for cause in split_of(e).causes for key in cause.sources]
    keys += [key for c in contradictions(e) for key in c.sources]
    keys += [key for key, _ in sources_of(e)]
    return list(dict.fromkeys(keys))


def _uses(e: Explanation) -> Iterator[tuple[str, str]]:
    for cause in (*split_of(e).causes, *e.cramp.causes, *e.hypotension.causes):
        yield from ((key, f"cause {cause.id}") for key in cause.sources)
    for c in contradictions(e):
        yield from ((key, "what the literature contradicts") for key in c.sources)
    yield from sources_of(e)
    kinds = (
        (type(SHOULD), "what should have been"), (Cramp, "hazard of cramp"), (Hypotension, "hazard of hypotension"),
        (type(INSTRUMENTS), "fit"), (type(DOUBT), "fit"), (Patient, "body"), (Dialyzer, "machine"),
        (Prescription, "machine"),
    )  # fmt: skip
    for kind, use in kinds:
        for _, _, meta in parameters(kind):
            yield from ((key, use) for key in meta.source.split())


def exact(value: Any) -> Any:
    """Only what JSON has: numbers rounded, none infinite or undefined, dates as text."""
    if isinstance(value, dict):
        return {str(key): exact(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [exact(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    number = float(value)
    return round(number, DIGITS) + 0.0 if math.isfinite(number) else None
