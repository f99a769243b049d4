"""Standing: what decides on first aid at that minute: pressure, fluid, diagnoses, what was given, what cannot wait."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...body import body
from ...case import Session
from ...case.given import KINDS as GIVEN
from ...fit import Twin
from ...machine.profiles import between, mean
from .diagnoses import Diagnoses, diagnoses
from .doses import LIMITS
from .now import UNTIMED, URGENT, Now, latest

AGENTS = {"saline": "saline", "glucose": "glucose", "mannitol": "mannitol", "strong saline": "hypertonic saline"}


class Spread(NamedTuple):
    """Mean, and 5th to 95th percentile over the twin."""

    mean: float
    low: float
    high: float


class Standing(NamedTuple):
    """How things stand at that minute. None: nobody knows."""

    about: str  # "cramp" or "hypotension"
    minute: float
    left: float  # min until the end of treatment
    severity: float | None
    where: str
    complaint: str  # seen or felt now beside it; empty when nothing is told
    not_relieved: str  # in words, when first measures did not help; empty otherwise
    systolic: float | None  # mmHg, by the cuff
    systolic_minute: float | None
    twin_systolic: Spread
    apart: np.ndarray  # mmHg, the cuff less the twin at the time of that reading, [draw]; 0 without one
    excess: Spread  # L outside the cells above those at dry weight
    sodium: Spread
    glucose: float | None  # mmol/L, measured now
    weight: float  # kg, for doses
    uf_rate: float  # L/h, as it runs
    known: Diagnoses
    given: dict[str, float]  # mL in this session so far, by agent
    urgent: tuple[str, ...]  # ends the treatment at once
    earlier: tuple[str, ...]  # was noted longer ago: the doctor must know

    @property
    def severe(self) -> bool:
        """Whether pain is severe; not when nobody says how much it is."""
        return self.severity is not None and self.severity >= LIMITS.severe

    @property
    def low(self) -> bool:
        """Whether pressure is as low as a fall; not where nobody measured it."""
        return self.systolic is not None and self.systolic < LIMITS.fallen

    @property
    def hypo(self) -> bool:
        """Whether glucose was measured and is low."""
        return self.glucose is not None and self.glucose < LIMITS.hypo

    @property
    def failed(self) -> bool:
        """Whether first measures did not help against what ends a treatment."""
        worst = self.severe if self.about == "cramp" else self.low or self.systolic is None
        return bool(self.not_relieved) and worst

    @property
    def mild(self) -> bool:
        """Whether pain is mild."""
        return self.severity is not None and self.severity < LIMITS.mild


def spread(x: np.ndarray) -> Spread:
    """Of one value over the twin."""
    low, high = np.percentile(x, (5, 95))
    return Spread(float(np.mean(x)), float(low), float(high))


def standing(twin: Twin, minute: float, severity: float | None, about: str, now: Now) -> Standing:
    """How things stand at that minute, by the file, by what is told now, and by the twin."""
    session = twin.session
    here = latest(session.symptoms, about, minute)
    if severity is None and here is not None:
        severity = here.severity
    V_e, Na, SBP = _at(twin, minute)
    cuff = _cuff(session, minute)
    p = twin.prescription[0]
    return Standing(
        about=about,
        minute=minute,
        left=p.time - minute,
        severity=severity,
        where=now.where or (here.where if here is not None else None) or "",
        complaint=now.complaint or "",
        not_relieved=_not_relieved(session, minute, about, now),
        systolic=None if cuff is None else cuff[1],
        systolic_minute=None if cuff is None else cuff[0],
        twin_systolic=spread(SBP),
        apart=np.zeros_like(SBP) if cuff is None else cuff[1] - _at(twin, cuff[0])[2],
        excess=spread(V_e - np.asarray(body.rest(twin.patient).V_e)),
        sodium=spread(Na),
        glucose=now.glucose_mmol_l,
        weight=float(np.mean(twin.post_weight)),
        uf_rate=_rate(twin, minute),
        given={name: _given(session, kind, minute) for name, kind in AGENTS.items()},
        urgent=_urgent(session, minute, now),
        earlier=_earlier(session, minute),
        known=diagnoses(twin.case),
    )


def _at(twin: Twin, minute: float) -> tuple[np.ndarray, ...]:
    """Water outside cells (L), sodium and systolic pressure of the twin at a minute, [draw]."""
    minutes = twin.course.minutes
    i = int(np.clip(np.searchsorted(minutes, minute), 1, len(minutes) - 1))
    seen = twin.course.moments(twin.patient, at=[i - 1, i]).seen
    share = (minute - minutes[i - 1]) / (minutes[i] - minutes[i - 1])
    both = (np.asarray(x) for x in (seen.V_e, seen.sodium.Na_p, seen.circulation.SBP))
    return tuple((1 - share) * x[0] + share * x[1] for x in both)


def _cuff(session: Session, minute: float) -> tuple[float, float] | None:
    """The last reading that still tells of now: its minute, and systolic pressure."""
    read = [p for p in session.believed if minute - LIMITS.read <= p.minute <= minute]
    last = max(read, key=lambda p: p.minute, default=None)
    return None if last is None else (last.minute, last.systolic_mmhg)


def _rate(twin: Twin, minute: float) -> float:
    """Ultrafiltration as it runs at that minute, L/h."""
    p = twin.prescription[0]
    share = minute / p.time
    now = float(between(p.uf_profile, np.array(share), np.array(share))[0])
    return p.uf / (p.time / 60) * now / mean(p.uf_profile)


def _given(session: Session, kind: str, minute: float) -> float:
    """What was given by name; rinse-back and the like are no dose."""
    named = [g for g in session.given if g.minute <= minute and g.note != UNTIMED]
    return float(sum(g.amount for g in named if GIVEN[g.what].event == kind))


def _not_relieved(session: Session, minute: float, about: str, now: Now) -> str:
    if now.not_relieved:
        return "first measures did not help"
    since = [
        s for s in session.symptoms
        if s.what == about and s.action and minute - LIMITS.read <= s.minute <= minute - LIMITS.relief
    ]  # fmt: skip
    return f"measures at minute {since[-1].minute:.0f} did not hold" if since else ""


def _urgent(session: Session, minute: float, now: Now) -> tuple[str, ...]:
    found: list[str] = [now.complaint] if now.complaint in URGENT else []
    for s in session.symptoms:
        if s.what in URGENT and minute - LIMITS.warned <= s.minute <= minute and s.what not in found:
            found.append(f"{s.what} at minute {s.minute:.0f}")
    cuff = _cuff(session, minute)
    if cuff is not None and cuff[1] < LIMITS.collapse:
        found.append(f"systolic pressure {cuff[1]:.0f} mmHg at minute {cuff[0]:.0f}")
    return tuple(found)


def _earlier(session: Session, minute: float) -> tuple[str, ...]:
    old = [s for s in session.symptoms if s.what in URGENT and s.minute < minute - LIMITS.warned]
    return tuple(f"{s.what} at minute {s.minute:.0f}" for s in old)
