"""Known: what a fit learned of one person, as a page and as plain values; the dry weight first, beside the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from .. import __version__
from ..advice.review import Review, bioimpedance, read_at_all, review
from ..fit import changed, checks, diary, readings, stored, traits, worth
from ..fit.chains import Sampled
from ..fit.changed import Change
from ..fit.checks import Trait
from ..fit.known import Known
from ..fit.worth import Worth
from ..instruments import INSTRUMENTS
from ..parameter import parameters
from ..person import DOUBT
from ..symptoms import PATHWAYS, Cramp
from .page import item, last_lines
from .plain import exact
from .review import review_lines
from .sheet import DIM, title
from .words import DISCLAIMER, LETTERS, SCHEMA_VERSION, listed, percent, plain

LABEL, TRAIT, SPREAD = 33, 39, 14  # characters of columns; 78 in all
DECIDES = "whether to change it is for the responsible clinician to decide"
CLOSE = 0.3  # kg between target and dry weight that nobody would change [SoleusChoice], as for the lever
SURE, PROBABLE = 0.95, 0.80  # share of the people of the fit from which something is very likely, probable
MOVED = 0.02  # share by which the width of a cramp's weight must have shrunk to be named
SHOWN = 6  # doubted readings that are named
DRAWS = 1000  # of susceptibility and weights behind a chance
EVIDENCE = (
    "Evidence C, mechanism: what pressure, pulse and blood volume do as fluid leaves. No trial that was read tested a "
    "target chosen so"
)


class Tendency(NamedTuple):
    """How readily the person cramps: mean and 5th to 95th percentile."""

    times: tuple[float, float, float]  # as often as an average person under the same treatment
    chance: tuple[float, float, float] | None  # in a usual session of these; None without any
    before: float | None  # the chance before the cramps of the file were counted


class Findings(NamedTuple):
    """All that is told of a fit."""

    known: Known
    traits: list[Trait]
    worth: list[Worth]
    changes: list[Change]
    tendency: Tendency
    full: Sampled | None = None  # by the full path, where it was asked for


def findings(known: Known, full: Sampled | None = None) -> Findings:
    """What is told of a fit; the worth of measurements takes a simulation."""
    return Findings(known, checks.table(known), worth.worth(known), changed.changes(known), tendency(known), full)


def reviewed(found: Findings) -> Review:
    """The target beside the dry weight, with what would tell most."""
    tells = max(found.worth, key=lambda w: w.dry_weight, default=None)
    return review(found.known, tells.what if tells is not None and tells.dry_weight >= worth.LEAST else None)


def tendency(known: Known) -> Tendency:
    """How readily this person cramps, by what was noted."""
    now, rng = known.cramps, np.random.default_rng(11)
    own = [float(np.exp(now.mean[0] + z * now.sd[0])) for z in (0.0, -checks.WITHIN, checks.WITHIN)]
    found = diary.chance(known.events, now, rng, DRAWS)
    if not len(found):
        return Tendency((own[0], own[1], own[2]), None, None)
    low, high = np.percentile(found, (5, 95))
    before = diary.chance(known.events, known.cramps_before, rng, DRAWS)
    return Tendency((own[0], own[1], own[2]), (float(found.mean()), float(low), float(high)), float(before.mean()))


def answer(known: Known) -> str:
    """The dry weight beside the target, in a sentence or two."""
    dry, target = known.dry_weight, known.case.patient.target_weight_kg
    if not read_at_all(known):
        return "The file has no readings, so nothing is learned of the dry weight: it is as the chart has it."
    said = f"The dry weight is about {dry.mean:.1f} kg ({dry.low:.1f} to {dry.high:.1f}) by the readings"
    if target is None or dry.above_target is None:
        return f"{said}; no target weight is in the file."
    return f"{said}; the target is {target:.1f} kg. {_beside(dry.mean - target, dry.above_target)}"


def _beside(apart: float, above: float) -> str:
    """What the target looks like, no surer than the people of the fit."""
    sure = max(above, 1 - above)
    if sure < PROBABLE:
        return "The readings do not tell whether the target is too high or too low."
    if abs(apart) < CLOSE:
        return "They go together: nobody would change a target for so little."
    how = "very likely" if sure >= SURE else "probably"
    way = "low" if apart > 0 else "high"
    return f"The target is {how} too {way}, by about {abs(apart):.1f} kg."


def page(found: Findings) -> Group:
    """The whole screen."""
    known = found.known
    lines: list[RenderableType] = [
        Text("What the sessions tell of this person", style="bold"),
        Text(whose(known), style=DIM),
        Text(""),
        Padding(Text(answer(known), style="bold"), (0, 0, 0, 2)),
        *([Padding(Text(f"{EVIDENCE}; {DECIDES}."), (0, 0, 0, 2))] if read_at_all(known) else []),
        Text(""),
        *_weights(known),
        *_tendency(found.tendency),
        *review_lines(reviewed(found)),
        *_changes(found.changes),
        *_told(found),
        *_cramp_weights(known),
        *_fit(known),
        *_left_out(known),
        *_worth(found.worth),
        *_full(found),
        *last_lines(_method(known), sources()),
    ]
    return Group(*lines)


def whose(known: Known) -> str:
    """The person, and what was used of the file, in one line."""
    days = sorted(str(s.session.date) for s in known.learned.observed.sittings)
    name = plain(known.case.patient.name)[:40]
    span = "no new session" if not days else days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    stored = "" if known.before is None else f", after {_count(known.before.sessions, 'stored session')}"
    noted = _count(known.days, "session or day", "sessions or days")
    return f"{name}{'. ' if name else ''}{_count(len(days), 'session')} ({span}){stored}; {noted} with a word on cramps"


def _count(n: int, one: str, many: str = "") -> str:
    return f"{n} {one if n == 1 else many or one + 's'}"


def _line(label: str, value: str, note: str = "") -> Text:
    return Text("  " + label.ljust(LABEL) + value.rjust(9)).append(f"   {note}".rstrip(), style=DIM)


def _weights(known: Known) -> Iterator[RenderableType]:
    who, dry = known.case.patient, known.dry_weight
    if read_at_all(known):
        yield _line("Dry weight, by the readings", f"{dry.mean:.1f} kg", f"{dry.low:.1f} to {dry.high:.1f}, 9 in 10")
    mean, sd = dry.prior
    low, high = mean - checks.WITHIN * sd, mean + checks.WITHIN * sd
    yield _line("Dry weight, by the chart alone", f"{mean:.1f} kg", f"{low:.1f} to {high:.1f}")
    target = who.target_weight_kg
    yield _line("Target, prescribed", "not known" if target is None else f"{target:.1f} kg")
    measured = bioimpedance(known)
    if measured is None:
        yield _line("Dry weight, by bioimpedance", "-", "not in the file")
    else:
        yield _line("Dry weight, by bioimpedance", f"{measured:.1f} kg", f"give or take {DOUBT.bioimpedance:.1f}")
    if dry.at_limit:
        text = (
            f"The readings would go with a dry weight still higher; {dry.high:.1f} kg is taken as the most that "
            f"somebody can be who leaves as light as this ({100 * DOUBT.below_dry:.0f} % below)."
        )
        yield Padding(Text(text, style=DIM), (0, 0, 0, 2))


def _tendency(t: Tendency) -> Iterator[RenderableType]:
    own, low, high = t.times
    note = f"{low:.1f} to {high:.1f}; an average one is 1"
    yield _line("Own tendency to cramp", f"{own:.1f} times", note)
    if t.chance is not None and t.before is not None:
        mean, low, high = t.chance
        note = f"{100 * low:.0f} to {percent(high)}; {percent(t.before)} before counting"
        yield _line("Chance of a cramp in a session", percent(mean), note)


def _changes(found: Sequence[Change]) -> Iterator[RenderableType]:
    if not found:
        return
    yield from title("Something has changed", "what was learned before may no longer hold")
    for c in found:
        by = "" if c.p is None else f" (by chance in {_rare(c.p)})"
        yield item(f"{c.what[:1].upper()}{plain(c.what[1:])}{by}. Think of: {c.look}.")


def _rare(p: float) -> str:
    return "1 of 10,000 or fewer" if p <= 1e-4 else f"1 of {1 / p:,.0f}"


def _told(found: Findings) -> Iterator[RenderableType]:
    yield from title("What the readings told", "mean and SD before and after; by how much narrower")
    for t in found.traits:
        name = f"{t.label}{'' if t.unit == '1' else ', ' + t.unit}"
        line = _before_after(name, _spread(t.before, t.before_sd, t.relative), _spread(t.now, t.now_sd, t.relative))
        yield line.append(f"{100 * max(t.told, 0):3.0f}%", style="bold")
    if open_ := checks.not_told(found.traits):
        yield _note(f"Not told by these data: {listed([t.label for t in open_])}.")
    if pairs := checks.pairs(found.known.now):
        told = [f"{p.one} with {p.other} ({p.r:+.2f})" for p in pairs]
        yield _note(f"Told only together, each known no better than the other: {listed(told)}.")


def _before_after(name: str, before: str, now: str) -> Text:
    line = Text("  " + name.ljust(TRAIT) + before.rjust(SPREAD))
    return line.append(" to ", style=DIM).append(now.rjust(SPREAD))


def _spread(mean: float, sd: float, relative: bool) -> str:
    """A mean with its SD, in percent where that is a share."""
    value = f"{mean:.0f}" if abs(mean) >= 200 else f"{mean:.1f}" if abs(mean) >= 20 else f"{mean:.3g}"
    return f"{value} ± {100 * sd:.0f} %" if relative else f"{value} ± {sd:.2g}"


def _cramp_weights(known: Known) -> Iterator[RenderableType]:
    """Weights of the pathways that the cramps of this person narrowed."""
    before, now = known.cramps_before, known.cramps
    rows = [i for i in range(2, len(now.mean)) if now.sd[i] < (1 - MOVED) * before.sd[i]]
    if not known.events:
        return
    yield from title("What the cramps told", "weights in the log of the rate, before and after")
    for i in rows:
        name = PATHWAYS[diary.NAMES[i]][0]
        yield _before_after(name, _spread(before.mean[i], before.sd[i], False), _spread(now.mean[i], now.sd[i], False))
    rest = "All other weights" if rows else "All weights"
    yield _note(f"{rest} stay as in the population: so few cramps cannot tell them.")


def _fit(known: Known) -> Iterator[RenderableType]:
    every, kinds, days = checks.fits(known.learned)
    yield from title("Do the readings fit together?", "nine in ten should be inside")
    if not every.readings:
        yield item("There are no readings.")
        return
    counted = [f"{changed.LABELS[f.what]} {f.inside} of {f.readings}" for f in kinds]
    yield item(f"Where all the others foretell it: {every.inside} of {every.readings} readings; {', '.join(counted)}.")
    for f in checks.misfits(kinds):
        yield item(f"{changed.LABELS[f.what].capitalize()} does not fit: only {f.inside} of {f.readings} are inside.")
    for f in checks.misfits(days):
        yield item(f"The session of {f.what} does not fit: only {f.inside} of {f.readings} are inside.")
    doubted = checks.doubted(known.learned)
    for d in doubted[:SHOWN]:
        text = f"{changed.LABELS[d.kind]} {d.value:g} {changed.UNITS[d.kind]} at minute {d.minute:.0f} of {d.day}"
        yield item(f"Trusted less: {text}, weighed {d.trust:.0%}.")
    if len(doubted) > SHOWN:
        yield item(f"Trusted less: {len(doubted) - SHOWN} more.")


def _left_out(known: Known) -> Iterator[RenderableType]:
    left, n = known.learned.observed.left_out, not_run(known)
    if not left and not n:
        return
    yield from title("Sessions left out")
    for each in left:
        yield item(plain(each))
    if n:
        what = f"{_count(n, 'session')} without readings, or older than the last {readings.MOST}"
        yield item(f"{what}: only cramps in it count." if n == 1 else f"{what}: only cramps in them count.")


def not_run(known: Known) -> int:
    """New sessions that told nothing of the traits, beside those left out for a reason."""
    since = None if known.before is None else known.before.last
    new = sum(since is None or s.date > since for s in known.case.sessions)
    return max(0, new - len(known.learned.observed.sittings) - len(known.learned.observed.left_out))


def _worth(found: Sequence[Worth]) -> Iterator[RenderableType]:
    yield from title("What would help most to know next", "narrower: dry weight, cramps")
    for w in found:
        if w.both >= worth.LEAST:
            gain = f"{percent(worth.narrowed(w.dry_weight)):>5} {percent(worth.narrowed(w.cramp)):>5}"
            yield Text("  " + f"{w.what[:1].upper()}{w.what[1:]}".ljust(64) + gain)
            yield Padding(Text(f"cost: {w.cost}; {w.both:.2f} nats", style=DIM), (0, 0, 0, 6))
    little = [w.what for w in found if w.both < worth.LEAST]
    if little:
        yield _note(f"Would tell next to nothing: {listed(little)}.")


def _full(found: Findings) -> Iterator[RenderableType]:
    """The full path beside the line, and whether it can be trusted."""
    full, fast = found.full, found.known.dry_weight
    if full is None:
        return
    yield from title("The full path", "NUTS: the sessions themselves, no line through them")
    mean, low, high = full.dry
    yield item(f"Dry weight {mean:.1f} kg ({low:.1f} to {high:.1f}); by the line {fast.mean:.1f} ({fast.low:.1f} to "
               f"{fast.high:.1f}).")  # fmt: skip
    i = int(np.argmax(np.abs(full.shift)))
    label = traits.LABELS[traits.NAMES[i]]
    yield item(f"Farthest from the line: {label}, by {abs(full.shift[i]):.1f} of its SD; widths {full.width.min():.1f} "
               f"to {full.width.max():.1f} times the line's.")  # fmt: skip
    chains, draws = full.x.shape[:2]
    yield item(
        f"{chains} chains of {draws} draws after {full.warmup}: R-hat at most {full.r_hat.max():.2f}, at least "
        f"{full.effective.min():.0f} effective draws, {full.diverged or 'none'} diverged; {full.sessions:,} simulated "
        f"sessions in {full.seconds / 60:.1f} minutes."
    )
    if not full.trusted:
        yield item("The chains do not agree well enough yet: trust the line.")


def _full_json(full: Sampled) -> dict[str, Any]:
    chains, draws = full.x.shape[:2]
    return {
        "dry_weight_kg": dict(zip(("mean", "low", "high"), full.dry, strict=True)), "trusted": full.trusted,
        "chains": chains, "draws": draws, "warmup": full.warmup, "r_hat": full.r_hat.tolist(),
        "effective_draws": full.effective.tolist(), "diverged": full.diverged, "sessions": full.sessions,
        "seconds": full.seconds, "shift_sd": full.shift.tolist(), "width_ratio": full.width.tolist(),
        "traits": list(traits.NAMES),
    }  # fmt: skip


def _note(text: str) -> Padding:
    return Padding(Text(text, style=DIM), (0, 0, 0, 2))


def _method(known: Known) -> str:
    start = "Population and chart" if known.before is None else "What was stored"
    return (
        f"{start}, moved by the readings of each session through people treated as this one was; linear around them, "
        f"readings far from the others counting less. Evidence: {LETTERS}."
    )


def sources() -> list[str]:
    """Keys of the sources behind errors, doubts and the weights of a cramp."""
    found = [m.source for cls in (type(INSTRUMENTS), Cramp) for _, _, m in parameters(cls)]
    found += [m.source for name, _, m in parameters(type(DOUBT)) if name in ("target", "bioimpedance", "below_dry")]
    return list(dict.fromkeys(key for text in found for key in text.split()))


def as_json(found: Findings) -> dict[str, Any]:
    """Everything the page says, and the stored twin; keys are described in docs/use/fit.md."""
    known = found.known
    every, kinds, days = checks.fits(known.learned)
    best = worth.best(found.worth)
    who = known.case.patient
    said = {
        "schema_version": SCHEMA_VERSION,
        "soleus": __version__,
        "answer": answer(known),
        "evidence": "C",
        "dry_weight_kg": known.dry_weight._asdict() | {"prior": list(known.dry_weight.prior)},
        "review": reviewed(found).as_json(),
        "target_weight_kg": who.target_weight_kg,
        "bioimpedance_kg": bioimpedance(known),
        "sessions": [str(s.session.date) for s in known.learned.observed.sittings],
        "tendency": found.tendency._asdict(),
        "changes": [c._asdict() for c in found.changes],
        "traits": [t._asdict() for t in found.traits],
        "not_told": [t.name for t in checks.not_told(found.traits)],
        "correlations": [p._asdict() for p in checks.pairs(known.now)],
        "check": {
            "all": every._asdict(), "kinds": [f._asdict() for f in kinds], "sessions": [f._asdict() for f in days],
            "misfits": [f.what for f in checks.misfits([*kinds, *days])],
        },
        "trusted_less": [d._asdict() for d in checks.doubted(known.learned)],
        "left_out": list(known.learned.observed.left_out),
        "without_readings": not_run(known),
        "worth": [w._asdict() for w in found.worth],
        "most_useful_measurement": None if best is None else best.what,
        "full": None if found.full is None else _full_json(found.full),
        "sources": sources(),
        "disclaimer": DISCLAIMER,
    }  # fmt: skip
    return {**exact(said), "twin": stored.as_json(known)}
