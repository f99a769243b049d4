"""Findings: what a case says of a complaint, in the form the differential list asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from .. import drugs
from ..case import Case, Symptom

LEG = r"\b(leg|legs|calf|calves|foot|feet|toe|toes|thigh|thighs|shin|shins|ankle|ankles)\b"
HAND = r"\b(hand|hands|finger|fingers|thumb|thumbs)\b"
ARM = r"\b(arm|forearm|wrist|hand|hands|finger|fingers)\b"
TRUNK = r"\b(chest|abdomen|abdominal|belly|back(?! of)|flank|flanks|jaw|stomach)\b"
SIDE = r"\b(left|right|one)\b"
DOPAMINE = ("dopamine-blocking antiemetic", "neuroleptic")
CALCIMIMETIC = ("oral calcimimetic", "intravenous calcimimetic")
STATIN = ("statin",)
THYROID = ("lithium", "amiodarone")
FELT = ("cramp", "twitch", "tingling", "restless legs", "chest pain", "back pain")  # complaints that can be mistaken


class Findings(NamedTuple):
    """The case as the rules read it; texts in small letters."""

    case: Case
    day: date | None
    complaints: frozenset[str]  # kinds that were noted
    where: str  # where cramps and pains were felt
    conditions: str
    words: str  # question, notes of complaints and of the diary
    severest: float  # 0-10, of the cramps

    def lab(self, name: str, when: str = "pre") -> float | None:
        """The value nearest to the day."""
        return self.case.lab(name, when, self.day)

    def felt(self, pattern: str) -> bool:
        """Whether a place of the complaint matches."""
        return re.search(pattern, self.where) is not None

    def takes(self, groups: Sequence[str]) -> str:
        """The drugs of these groups or names, as written; empty when none."""
        taken = drugs.taken(self.case, self.day)
        return ", ".join(drug.name for drug, entry in taken if entry and {entry.id, entry.group} & {*groups})

    @property
    def worsens(self) -> str:
        """The drugs that bring on or worsen restless legs."""
        return ", ".join(entry.label for entry in drugs.on_restless_legs(self.case, day=self.day))

    def known(self, pattern: str) -> bool:
        """Whether a diagnosis matches."""
        return re.search(pattern, self.conditions) is not None

    def said(self, pattern: str) -> bool:
        """Whether question or notes say so."""
        return re.search(pattern, self.words) is not None

    @property
    def restless(self) -> bool:
        """Whether the complaint is, or is called, restless legs."""
        return "restless legs" in self.complaints or self.said(r"restless|urge to move|must (walk|move)|crawl")

    @property
    def legs(self) -> bool:
        """Whether it is in the legs, as far as is said."""
        return self.felt(LEG) or self.restless or not self.where


def read(case: Case, symptoms: Sequence[Symptom], day: date | None) -> Findings:
    """What the case says."""
    pains = [s for s in symptoms if s.what in FELT]
    said = [case.question, *(s.action for s in symptoms), *(entry.note for entry in case.diary)]
    return Findings(
        case=case,
        day=day,
        complaints=frozenset(str(s.what) for s in symptoms),
        where=" ; ".join((s.where or "").lower() for s in pains if s.where),
        conditions=" ; ".join(case.patient.conditions).lower(),
        words=" ; ".join(text for text in said if text).lower(),
        severest=max((s.severity or 0.0 for s in pains), default=0.0),
    )
