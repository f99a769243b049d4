"""Choice: the options of the advice as the page prints them, with what each costs and who decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..advice.option import Advice, Effect, Option
from ..case import Case
from ..report.words import EVIDENCE, plain, small
from .cited import Cited
from .parts import Choice, Fact, Item, Picture, Room, Suggestion
from .who import cut

FEW_LIMITS = 3
CAVEATS = 320  # characters of what is not known, told of the first option alone
MOST_TOLD = 5  # effects elsewhere that an option lists


def choice(advice: Advice, front: Picture | None, room: Room, cited: Cited) -> Choice:
    """The first options, the picture of all, and the limits that hold them back."""
    held = [
        f"Held back by a limit: {plain(limit.rule)}; now {plain(limit.now)}." for limit in advice.limits if limit.bound
    ]
    weeks = f"Each option was lived with for {advice.weeks:g} weeks in the model before it was judged"
    whose = f", with the baths, times and machines of {plain(advice.unit)}" if advice.unit else ""
    left = len(advice.options) - room.options
    more = f" {left} more: soleus advise." if left > 0 else ""
    told: set[str] = set()
    return Choice(
        options=tuple(_suggestion(option, cited, told) for option in advice.options[: room.options]),
        front=front if room.front else None,
        note=f"{weeks}{whose}; below each figure its 5th to 95th percentile.{more}",
        limits=(*(plain(text) for text in advice.not_possible[:FEW_LIMITS]), *held[: room.limits]),
    )


def _suggestion(option: Option, cited: Cited, told: set[str]) -> Suggestion:
    """An option; what was said of one above is not said again."""
    effects = option.effects
    dose = effects.dose[0] if effects.dose else None
    return Suggestion(
        label=plain(option.label),
        cramp=_now(effects.cramp),
        fall=_now(effects.hypotension),
        dose=_now(dose) if dose else Fact("", ""),
        lines=tuple(_lines(option, dose, told)),
        evidence=f"{option.evidence}, {EVIDENCE.get(option.evidence, '')}".rstrip(", "),
        marks=cited.marks(option.sources),
    )


def _now(effect: Effect) -> Fact:
    """Now, then, and the interval of then."""
    low, high = (_plainly(effect, x) for x in effect.interval)
    end = "%" if effect.unit == "%" else ""
    return Fact(_said(effect, effect.was), _said(effect, effect.becomes), f"{low} to {high}{end}")


def _plainly(effect: Effect, x: float) -> str:
    return f"{round(x, effect.digits) + 0.0:.{effect.digits}f}"


def _said(effect: Effect, x: float) -> str:
    """A number with its unit."""
    unit = effect.unit if effect.unit == "%" else f" {effect.unit}" if effect.unit not in ("", "1") else ""
    return f"{_plainly(effect, x)}{unit}"


def _lines(option: Option, dose: Effect | None, told: set[str]) -> Iterator[Item]:
    """What is done, what is worse elsewhere, what it costs, what to check, what is known, who decides."""
    first = not told
    if len(option.changes) > 1 or first:
        yield Item("Now", "; ".join(f"{small(plain(c.label))} {plain(c.was)}" for c in option.changes) + ".")
    worse = _worse(option, dose)
    if worse:
        yield Item("Worse elsewhere", worse)
    for lead, texts in (("Costs", option.costs), ("Check first", option.contraindications)):
        new = [text for text in texts if text not in told]
        again = "as above for the same changes" if len(new) < len(texts) else ""
        if texts:
            yield Item(lead, _joined([*new, again] if again else new))
        told.update(texts)
    if option.caveats and first:
        yield Item("Evidence", cut(_joined(option.caveats), CAVEATS, "more: soleus advise"))
    told.add("")
    acts = "; ".join(dict.fromkeys(plain(option.acts_within).split("; ")))
    yield Item("Acts", f"{acts}. Decides: {plain(option.who_decides)}.")


def _worse(option: Option, dose: Effect | None) -> str:
    """What gets worse and no cost has told."""
    effects = option.effects
    apart = (effects.cramp, effects.cramp_week, effects.hypotension, dose)
    costs = " ".join(option.costs).lower()
    elsewhere = [x for x in effects.all if x not in apart and x.verdict == "worse" and x.label.lower() not in costs]
    said = [f"{small(plain(x.label))} {_said(x, x.was)} to {_said(x, x.becomes)}" for x in elsewhere[:MOST_TOLD]]
    more = f", and {len(elsewhere) - MOST_TOLD} more" if len(elsewhere) > MOST_TOLD else ""
    return f"{'; '.join(said)}{more}." if said else ""


def _joined(texts: Sequence[str]) -> str:
    return "; ".join(plain(text).rstrip(".") for text in texts) + "."


def ids(option: Option, case: Case) -> tuple[str, ...]:
    """What it changes, as the leaflet calls it: a target weight goes up or down."""
    names = []
    for change in option.changes:
        target, now = change.fields.get("target_weight_kg"), case.patient.target_weight_kg
        way = "" if target is None or now is None else "_low" if target > now else "_high"
        names.append(f"{change.id}{way}" if change.id == "target_weight" else change.id)
    return tuple(names)
