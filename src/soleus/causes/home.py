"""Home: why nerves fired by themselves in a person who is not on dialysis; exact Shapley shares of every lever.

Every mix of levers is lived for every draw. What is lived with for months changes where the hours begin: each such
lever is lived alone for as long, and what several do is multiplied (amounts) or added. What was given that day is
left out or not. `mechanisms` and the tree say through what: one input of the nerve after the other is put to where it
would be without the lever, at the minute of the highest risk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

import jax
import numpy as np

from .. import cohort, home, months, solve, symptoms
from ..body import body, nerve
from ..case import Case, Episode
from ..home import Home
from ..levers.home import HomeLever, levers_at_home, lived_with
from ..parameter import get, put
from ..session import BODY
from ..symptoms.complaint import logistic
from . import shares, ways
from .answer import Alternative, Cause, Chance, Link, Measurement, Method, Split
from .differential import differential
from .split import interval
from .useful import narrowing

ABOUT = ("twitch", "tetany")
MOST_LEVERS = 8  # beyond these, the weakest stay as they were
LEAST_AXONS = 1e-9  # below which the logarithm says nothing more
INPUTS = {  # of the nerve: what to call it, and the evidence that it acts
    "iCa": ("ionized calcium", "C"),
    "iMg": ("ionized magnesium", "C"),
    "pH": ("acidity at the nerve itself", "C"),
    "K": ("potassium around the nerve", "C"),
    "toxin": ("toxins that slow the pump", "D"),
    "oxygen": ("flow through the muscle", "C"),
    "V_is": ("water around the nerve", "D"),
    "warmed": ("warmth", "C"),
    "Na": ("sodium", "C"),
}
SERIES = {  # what the timeline shows: a reading of the body
    "ionized calcium": "calcium.iCa",
    "pH": "acid_base.pH",
    "bicarbonate": "acid_base.hco3",
    "potassium": "potassium.K_p",
    "parathyroid hormone": "hormones.PTH",
}


class HomeExplanation(NamedTuple):
    """The answer to why, without dialysis."""

    twin: Home
    about: str  # "twitch" or "tetany"
    splits: dict[str, Split]
    as_it_should_be: tuple[HomeLever, ...]
    most_useful: Measurement | None
    method: Method
    complaints: tuple[Any, ...]
    tree: tuple[Link, ...]
    differential: tuple[Alternative, ...]
    minutes: np.ndarray
    timeline: dict[str, np.ndarray]  # [time, draw]

    @property
    def case(self) -> Case:
        """Whose it is."""
        return self.twin.case

    @property
    def episode(self) -> Episode:
        """The hours that were watched."""
        return self.twin.episode

    @property
    def asked(self) -> Split:
        """The risk that the answer is about."""
        return self.splits[self.about]


class Begun(NamedTuple):
    """A lever, and what months with it alone put right change where the hours begin: in logarithms of amounts."""

    lever: HomeLever
    moved: np.ndarray  # [state, draw]


class Mix(NamedTuple):
    """One mix of levers: log odds of each symptom, and the nerve at its worst; leaves [draw]."""

    odds: dict[str, np.ndarray]
    worst: dict[str, nerve.Inputs]
    minute: dict[str, np.ndarray]


def explain_home(twin: Home) -> HomeExplanation:
    """Why nerves fired by themselves in these hours.

    Raises:
        NotConverged: if a counterfactual left the numbers.
    """
    levers = levers_at_home(twin)
    begun = _begins(twin, tuple(lever for lever in levers if lever.differs))
    moved = _strongest(twin, begun)
    mixes = _live(twin, moved, range(2 ** len(moved)))
    left = tuple(each.lever.label for each in begun if not any(each is one for one in moved))
    splits, tree = {}, []
    for about in ABOUT:
        splits[about], links = _split(twin, moved, mixes, about)
        tree += links
    moments, rest = twin.course.moments(twin.patient), body.rest(twin.patient)
    minutes, asked = twin.course.minutes, home.asked(twin.episode)
    return HomeExplanation(
        twin=twin,
        about=asked,
        splits=splits,
        as_it_should_be=tuple(lever for lever in levers if not lever.differs),
        most_useful=_most_useful(twin, asked),
        method=Method(True, len(mixes) * len(twin.readiness), 0, 0.0, 0.0, left),
        complaints=symptoms.complaints(moments, minutes, twin.patient, rest, np.inf, 0.0, twin.about),
        tree=tuple(sorted(tree, key=lambda link: -abs(link.share))),
        differential=differential(twin.case, twin.episode.symptoms, twin.episode.date),
        minutes=minutes,
        timeline={name: np.asarray(get(moments.seen, path)) for name, path in SERIES.items()}
        | {"margin": np.asarray(moments.nerves.terminal.margin)},
    )


def _strongest(twin: Home, begun: tuple[Begun, ...]) -> tuple[Begun, ...]:
    """The levers that move most when they alone are put right."""
    n = len(begun)
    if n <= MOST_LEVERS:
        return begun
    whole = 2**n - 1
    mixes = _live(twin, begun, [whole, *(whole - (1 << i) for i in range(n))])
    moves = [
        max(float(np.abs(mixes[whole].odds[a] - mixes[whole - (1 << i)].odds[a]).mean()) for a in ABOUT)
        for i in range(n)
    ]
    return tuple(begun[i] for i in sorted(np.argsort(moves)[-MOST_LEVERS:]))


def _live(twin: Home, levers: tuple[Begun, ...], mixes: Iterable[int]) -> dict[int, Mix]:
    """These mixes, for every draw; bit i of a mix is set where lever i is as it was."""
    n, m = len(levers), len(twin.readiness)
    groups: dict[frozenset[int], list[int]] = {}
    for mix in mixes:
        left_out = frozenset[int]().union(*(levers[i].lever.without for i in range(n) if not mix >> i & 1))
        groups.setdefault(left_out, []).append(mix)
    found = {}
    for left_out, alike in groups.items():
        people = [_person(twin, levers, mix) for mix in alike]
        patient = cohort.side_by_side([p for p, _ in people], m)
        start = solve.unstack(np.concatenate([rows for _, rows in people], axis=1), BODY)
        given = tuple(event for i, event in enumerate(twin.given) if i not in left_out)
        course = home.lived(patient, start, given, twin.episode.length_min)
        moments = course.moments(patient)
        odds = home.log_odds(moments, course.minutes, np.tile(twin.readiness, len(alike)))
        around = body.around_nerves(moments.state, moments.seen, patient, body.rest(patient))
        firing = {"twitch": moments.nerves.ectopic, "tetany": moments.nerves.ectopic_usual}
        for k, mix in enumerate(alike):
            at = np.arange(k * m, (k + 1) * m)
            when = {a: np.argmax(np.asarray(x)[:, at], axis=0) for a, x in firing.items()}
            worst = {a: jax.tree.map(lambda x, w=w, at=at: np.asarray(x)[w, at], around) for a, w in when.items()}
            found[mix] = Mix(
                {a: x[at] for a, x in odds.items()}, worst, {a: course.minutes[w] for a, w in when.items()}
            )
    return found


def _begins(twin: Home, levers: tuple[HomeLever, ...]) -> tuple[Begun, ...]:
    """The levers, each with what months with it alone put right do to where the hours begin."""
    if not levers:
        return ()
    anyway, *others = lived_with(twin, [twin.patient, *(put(twin.patient, dict(lever.changes)) for lever in levers)])
    usual = _rows(anyway[1], twin)
    return tuple(Begun(lever, _rows(end, twin) - usual) for lever, (_, end) in zip(levers, others, strict=True))


def _rows(state: body.State, twin: Home) -> np.ndarray:
    rows = solve.stack(state, len(twin.readiness))
    rows[months.IN_LOGS] = np.log(rows[months.IN_LOGS])
    return rows


def _person(twin: Home, levers: tuple[Begun, ...], mix: int) -> tuple[body.Patient, np.ndarray]:
    """The person with a mix of levers, and where the hours begin, [state, draw]."""
    right = [levers[i] for i in range(len(levers)) if not mix >> i & 1]
    changes = {name: value for each in right for name, value in each.lever.changes.items()}
    rows = _rows(twin.start, twin) + sum(each.moved for each in right)
    rows[months.IN_LOGS] = np.exp(rows[months.IN_LOGS])
    return put(twin.patient, changes), rows


def _split(twin: Home, levers: tuple[Begun, ...], mixes: dict[int, Mix], about: str) -> tuple[Split, list[Link]]:
    """The chance of one symptom, split, and the branches of its tree."""
    n = len(levers)
    whole_mix = 2**n - 1
    odds = np.array([mixes[mix].odds[about] for mix in range(2**n)])
    worth = logistic(odds)
    total, right = worth[-1], worth[0]
    usual = logistic(odds[0] - _own(twin, mixes[0], about))
    phi, whole = shares.shapley(worth, n), float(total.mean())
    steep = float((total * (1 - total)).mean() / whole)
    causes: list[Cause] = []
    tree: list[Link] = []
    for i, lever in enumerate(each.lever for each in levers):
        change = _ways(twin, mixes[whole_mix], mixes[whole_mix - (1 << i)], about)
        share = phi[i] / whole
        causes.append(
            Cause(
                lever.id, lever.label, float(share.mean()), interval(share), lever.as_it_was, lever.as_it_should_be,
                ways.mechanisms(change, INPUTS.__getitem__), lever.evidence, lever.caveat, lever.sources,
            )
        )  # fmt: skip
        tree += ways.links(causes[-1], change, about, steep, INPUTS.__getitem__)
    minute = mixes[whole_mix].minute[about]
    found = Split(
        chance=Chance(whole, interval(total), float(right.mean()), float(np.median(minute)), interval(minute)),
        causes=tuple(sorted(causes, key=lambda cause: -abs(cause.share))),
        susceptibility=float((right - usual).mean() / whole),
        susceptibility_interval=interval((right - usual) / whole),
        residual=float(usual.mean() / whole),
        mechanisms=(),
    )
    return found, tree


def _own(twin: Home, mix: Mix, about: str) -> np.ndarray:
    """Log odds that are this person's own: readiness, and what neuropathy makes of the nerve."""
    without = put(twin.patient.nerve, {"neuropathy": 0.0})
    around = mix.worst[about]
    return twin.readiness + _firing(around, twin.patient.nerve, about) - _firing(around, without, about)


def _firing(around: nerve.Inputs, p: nerve.Nerve, about: str) -> np.ndarray:
    """Log odds from axons that fire unasked, but for a constant."""
    seen = nerve.look(around, p)
    axons = seen.ectopic if about == "twitch" else seen.ectopic_usual
    return np.asarray(symptoms.Excitable().b * np.log(np.maximum(np.asarray(axons), LEAST_AXONS)))


def _ways(twin: Home, was: Mix, right: Mix, about: str) -> dict[str, float]:
    """What each input of the nerve changes in the log odds when it is as without the lever, at the worst minute."""
    p, a, b = twin.patient.nerve, was.worst[about], right.worst[about]
    now = _firing(a, p, about)
    return {name: float((now - _firing(replace(a, **{name: getattr(b, name)}), p, about)).mean()) for name in INPUTS}


def _most_useful(twin: Home, about: str) -> Measurement | None:
    """The missing measurement that would narrow the answer most, over everybody drawn."""
    case, day, field = twin.case, twin.episode.date, twin.field
    seen = body.look(field.start, field.patient, body.rest(field.patient))
    found = [
        Measurement(what, narrowing(field.odds[about], np.asarray(get(seen, path)), sd, field.weight), why)
        for test, what, path, sd, why in ASKED
        if case.lab(test, near=day) is None
    ]
    return max(found, key=lambda option: option.narrows, default=None)


ASKED = (  # blood test, what to call it, its reading in the body, its error, why
    ("ionized_calcium_mmol_l", "ionized calcium", "calcium.iCa", 0.02, "nothing else says how near the nerve is"),
    ("magnesium_mmol_l", "magnesium", "magnesium.tMg", 0.03, "its lack acts like that of calcium"),
    ("potassium_mmol_l", "potassium", "potassium.K_p", 0.1, "a high one brings the nerve nearer to firing"),
    ("bicarbonate_mmol_l", "bicarbonate and pH", "acid_base.hco3", 1.0, "it says how much calcium is bound"),
    ("phosphate_mmol_l", "phosphate", "phosphate.c_p", 0.05, "it binds calcium and lifts parathyroid hormone"),
    ("pth_pg_ml", "parathyroid hormone", "hormones.PTH", 20.0, "it says how hard calcium is defended"),
)
