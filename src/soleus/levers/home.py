"""Levers without dialysis: what was given that day, medicines, and minerals, vitamin D and acid over months.

A dose given that day is corrected by leaving it out. Everything else was lived with for months before, as it was or as
it should have been; what a substance eaten must become for its level to be right is asked of the twin.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .. import cohort, drugs, months
from ..body import body
from ..body.body import Patient
from ..events import KINDS
from ..home import Home
from ..parameter import get, put
from .minerals import NMOL
from .should import SHOULD

STEP = 1.3  # by which something eaten is multiplied to see what it does
STEEPEST, FLATTEST = 3.0, 0.2  # log level for each log eaten, where the answer is believed
MOST = 3.0  # times that something eaten is changed, or times ADDED that is added
ADDED = 0.03  # mmol/min of alkali tried, 43 mmol a day
LEAST_SLOPE = 20.0  # mmol/L for each mmol/min of alkali, where the answer is believed
K_BELOW = 0.5  # mmol/L below the highest potassium: where one that is too high should be


@dataclass(frozen=True)
class HomeLever:
    """One thing that could have been otherwise; parameters as they should have been, one value a draw."""

    id: str
    label: str
    as_it_was: str
    as_it_should_be: str
    differs: bool
    evidence: str  # A trial, B cohort, C mechanism, D assumption
    caveat: str
    sources: tuple[str, ...]
    changes: Mapping[str, Any] = field(default_factory=dict)  # lived with for months
    without: frozenset[int] = frozenset()  # of what was given, left out


def levers_at_home(twin: Home) -> tuple[HomeLever, ...]:
    """All levers of these hours, those that differ from what should have been and those that do not."""
    tries = Tries(twin)
    return (
        *_given(twin),
        *_medicines(twin),
        _calcium(tries),
        _phosphate(tries),
        _vitamin_d(twin),
        _magnesium(tries),
        _potassium(tries),
        _acidosis(tries),
    )


TRIED = {  # something eaten: how it is moved to see what it does, and the level it is meant for
    "absorption.I_P": ("times", "phosphate.c_p"),
    "magnesium.G": ("times", "magnesium.tMg"),
    "potassium.G": ("times", "potassium.K_p"),
    "acid_base.alkali": ("plus", "acid_base.hco3"),
}


class Tries:
    """What must be eaten for a level to be right: one try each, beside what the same months do anyway."""

    def __init__(self, twin: Home) -> None:
        self.twin = twin
        self.seen = body.look(twin.start, twin.patient, body.rest(twin.patient))
        moved = [put(twin.patient, {name: self._moved(name)}) for name in TRIED]
        anyway, *ends = months_later(twin, [twin.patient, *moved])
        self.slopes = {}
        for (name, (how, level)), end in zip(TRIED.items(), ends, strict=True):
            was, now = (np.asarray(get(x, level)) for x in (anyway, end))
            self.slopes[name] = np.log(now / was) / np.log(STEP) if how == "times" else (now - was) / ADDED

    def _moved(self, name: str) -> np.ndarray:
        now = np.asarray(get(self.twin.patient, name))
        return now * STEP if TRIED[name][0] == "times" else now + ADDED

    def times(self, name: str, ratio: np.ndarray) -> np.ndarray:
        """For its level to become so many times what it is: a straight line of logarithms."""
        power = 1 / np.clip(self.slopes[name], FLATTEST, STEEPEST)
        return np.asarray(get(self.twin.patient, name) * np.clip(ratio**power, 1 / MOST, MOST))

    def plus(self, name: str, more: np.ndarray) -> np.ndarray:
        """For its level to rise by so much: a straight line."""
        added = np.clip(more / np.maximum(self.slopes[name], LEAST_SLOPE), 0.0, MOST * ADDED)
        return np.asarray(get(self.twin.patient, name) + added)


def months_later(twin: Home, patients: list[Patient]) -> list[body.Seen]:
    """What is seen of the twin after `SHOULD.days` as each of these patients, all lived side by side."""
    ends = [after for _, after in lived_with(twin, patients)]
    return [body.look(end, p, body.rest(p)) for p, end in zip(patients, ends, strict=True)]


def lived_with(twin: Home, patients: list[Patient]) -> list[tuple[Patient, body.State]]:
    """The twin after `SHOULD.days` as each of these patients."""
    n = len(twin.readiness)
    together = cohort.side_by_side(patients, n)
    start = cohort.side_by_side([twin.start] * len(patients), n)
    end = months.at_home(together, start, SHOULD.days).start
    return [(p, cohort.take(end, np.arange(i * n, (i + 1) * n))) for i, p in enumerate(patients)]


GIVEN = {  # what a dose does to calcium and the nerve, where it is not its purpose
    "bicarbonate": (
        "Bicarbonate 8.4 % into a vein", "by mouth, over days", "C",
        "Alkali binds ionized calcium within minutes; stores give half of it back within hours. Correcting an"
        " acidosis slowly was not compared with a fast correction in a trial that was found.",
        ("Hughes1984", "SoleusChoice"),
    ),
    "weak bicarbonate": (
        "Bicarbonate 1.4 % into a vein", "by mouth, over days", "C", "As with strong bicarbonate, in more water.",
        ("Hughes1984", "SoleusChoice"),
    ),
    "citrate": (
        "Citrate into a vein", "none, or calcium along with it", "C",
        "Citrate binds ionized calcium and magnesium until the liver has burned it.", ("SoleusChoice",),
    ),
    "red cells": (
        "Red cells transfused", "slowly, calcium watched", "C",
        "Their citrate binds ionized calcium; with few units the effect is small.", ("SoleusChoice",),
    ),
    "phosphate": (
        "Phosphate swallowed", "none", "C", "Phosphate binds a little of ionized calcium.", ("SoleusChoice",),
    ),
}  # fmt: skip


def _given(twin: Home) -> list[HomeLever]:
    """One lever for each kind given that can lower ionized calcium."""
    found = []
    for kind, (label, should, evidence, caveat, sources) in GIVEN.items():
        doses = [i for i, event in enumerate(twin.given) if event.kind == kind]
        if doses:
            amount, unit = sum(twin.given[i].amount for i in doses), KINDS[kind].unit
            was = f"{amount:g} {unit} from minute {min(twin.given[i].minute for i in doses):g}"
            found.append(
                HomeLever(f"given_{kind.replace(' ', '_')}", label, was, should, True, evidence, caveat, sources,
                          without=frozenset(doses))
            )  # fmt: skip
    return found


AGAINST = (  # groups of medicines that can bring the nerve nearer to firing
    "loop diuretic", "thiazide", "proton-pump inhibitor", "oral calcimimetic", "intravenous calcimimetic",
    "calcineurin inhibitor", "patiromer",
)  # fmt: skip


def _medicines(twin: Home) -> list[HomeLever]:
    """One lever for each medicine that moves something in the twin against the nerve."""
    found = []
    for drug, entry in drugs.taken(twin.case, twin.episode.date):
        if entry is None or entry.group not in AGAINST or not entry.effects:
            continue
        found.append(
            HomeLever(
                f"drug_{entry.id}".replace(" ", "_"), entry.label.capitalize(), _dose(drug, entry), "without it", True,
                entry.evidence, f"{entry.says} Whether it can be left out is for who prescribed it.", entry.sources,
                changes=_without(twin, entry, drugs.share(drug, entry)),
            )
        )  # fmt: skip
    return found


def _dose(drug: Any, entry: drugs.Entry) -> str:
    single = drugs.single(drug, entry)
    return "taken" if single is None else f"{single * (drug.per_day or entry.times):g} {entry.unit} a day"


def _without(twin: Home, entry: drugs.Entry, u: float) -> dict[str, Any]:
    """Parameters as they would be without this medicine."""
    found = {}
    for effect in entry.effects:
        now = np.asarray(get(twin.patient, effect.parameter))
        if effect.how == "is":
            found[effect.parameter] = np.maximum(now - effect.at(u), 0.0)
        elif effect.how == "times":
            found[effect.parameter] = now / effect.at(u)
    return found


def _calcium(tries: Tries) -> HomeLever:
    iCa, own = np.asarray(tries.seen.calcium.iCa), np.asarray(tries.twin.patient.calcium.iCa)
    should = np.maximum(iCa, SHOULD.Ca_home)
    return HomeLever(
        "calcium", "Low ionized calcium", f"{iCa.mean():.2f} mmol/L",
        f"{should.mean():.2f} mmol/L, by calcium and active vitamin D",
        bool(iCa.mean() < SHOULD.Ca_home - SHOULD.Ca_pre_told), "C",
        "What vitamin D, phosphate and medicines do not account for. Textbooks put tetany at 0.8 to 1.1 mmol/L; no"
        " study with controls does.",
        ("GeneralKnowledge",),
        changes={"calcium.iCa": own * should / iCa},
    )  # fmt: skip


def _phosphate(tries: Tries) -> HomeLever:
    seen = tries.seen
    P = np.asarray(seen.phosphate.c_p)
    should = np.minimum(P, SHOULD.P_home)
    return HomeLever(
        "phosphate", "Phosphate", f"{P.mean():.2f} mmol/L", f"{should.mean():.2f} mmol/L by diet and binders",
        bool(P.mean() > SHOULD.P_home + SHOULD.P_told), "D",
        "Phosphate binds some calcium, and lifts parathyroid hormone, which holds calcium up: in the twin the second"
        " can outweigh the first. With binders calcium hardly changed (recalled); cramps did not go with phosphate in"
        " one cohort.",
        ("PainSyndromes", "Isakova2011"),
        changes={"absorption.I_P": tries.times("absorption.I_P", should / P)},
    )  # fmt: skip


def _vitamin_d(twin: Home) -> HomeLever:
    now = np.asarray(twin.patient.hormones.D25)
    should = np.maximum(now, SHOULD.D25)
    return HomeLever(
        "vitamin_d", "Vitamin D", f"{now.mean() * NMOL:.0f} nmol/L", f"{should.mean() * NMOL:.0f} nmol/L",
        bool(now.mean() < SHOULD.D25 - SHOULD.D25_told), "C",
        "Its lack lowers the calcium absorbed; on dialysis more of it did not raise absorption in one study.",
        ("Armas2013",),
        changes={"hormones.D25": should},
    )  # fmt: skip


def _magnesium(tries: Tries) -> HomeLever:
    seen = tries.seen
    Mg = np.asarray(seen.magnesium.tMg)
    should = np.maximum(Mg, SHOULD.Mg_home)
    return HomeLever(
        "magnesium", "Magnesium", f"{Mg.mean():.2f} mmol/L", f"{should.mean():.2f} mmol/L",
        bool(Mg.mean() < SHOULD.Mg_home - SHOULD.Mg_pre_told), "C",
        "Low magnesium brings the nerve nearer to firing; that it causes cramps was seen in one unblinded study.",
        ("Lynch2014",),
        changes={"magnesium.G": tries.times("magnesium.G", should / Mg)},
    )  # fmt: skip


def _potassium(tries: Tries) -> HomeLever:
    seen = tries.seen
    K = np.asarray(seen.potassium.K_p)
    should = np.minimum(K, SHOULD.K_home - K_BELOW)
    return HomeLever(
        "potassium", "High potassium", f"{K.mean():.1f} mmol/L", f"{should.mean():.1f} mmol/L",
        bool(K.mean() > SHOULD.K_home), "C",
        "High potassium brings nerves nearer to firing and endangers the heart; low potassium does not make them fire.",
        ("Krishnan2005",),
        changes={"potassium.G": tries.times("potassium.G", should / K)},
    )  # fmt: skip


def _acidosis(tries: Tries) -> HomeLever:
    seen = tries.seen
    base = np.asarray(seen.acid_base.hco3)
    should = np.maximum(base, SHOULD.hco3_low)
    return HomeLever(
        "acidosis", "Acidosis", f"bicarbonate {base.mean():.0f} mmol/L", f"{should.mean():.0f} mmol/L, by mouth",
        bool(base.mean() < SHOULD.hco3_low - SHOULD.hco3_told), "C",
        "Acid frees calcium from protein: an acidosis protects the nerve while it lasts, so its share can be negative.",
        ("Hughes1984",),
        changes={"acid_base.alkali": tries.plus("acid_base.alkali", should - base)},
    )  # fmt: skip
