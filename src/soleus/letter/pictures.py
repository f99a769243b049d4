"""Pictures: what is drawn for the page, each with the same said in words, from the same numbers."""

from __future__ import annotations

import numpy as np

from ..advice.option import Advice
from ..causes import Explanation
from ..causes.home import HomeExplanation
from ..plots import panels, printed
from ..report import traces
from ..report.home import levels
from ..report.sheet import value_of
from ..report.words import EVENTS, listed, percent, plain, signed, small
from .answered import Answered
from .fonts import FAMILIES, FILES
from .parts import Picture

BLOOD = {"potassium": 1, "bicarbonate": 0, "ionized_calcium": 2}  # told of the chemistry, with digits
TOLD = 4  # ways of the tree that are said in words


def course(found: Answered) -> Picture:
    """The session, or the hours, over time."""
    printed.known_fonts(FILES)
    e = found.e
    alt = _hours(e) if isinstance(e, HomeExplanation) else _session(e)
    band = "Line and band: the model, mean and 5th to 95th percentile."
    return Picture(printed.course(e, FAMILIES), alt, f"{band} {found.blood}".strip())


def _session(e: Explanation) -> str:
    """Four panels in four sentences, and what is marked."""
    run, session = traces(e.twin), e.twin.session
    pressure, volume = run.systolic.mean(axis=1), run.blood_volume.mean(axis=1)
    first = (
        f"Over {run.minutes[-1]:.0f} minutes systolic pressure goes from {pressure[0]:.0f} to {pressure[-1]:.0f} mmHg "
        "in the model"
    )
    if session.believed:
        low = min(session.believed, key=lambda reading: reading.systolic_mmhg)
        first += f"; the lowest cuff reading is {low.systolic_mmhg:.0f} mmHg at minute {low.minute:.0f}"
    ends = []
    for name, digits in BLOOD.items():
        values = getattr(run, name)
        ends.append(f"{name.replace('_', ' ')} from {values[0].mean():.{digits}f} to {values[-1].mean():.{digits}f}")
    event = "hypotension" if e.about == "hypotension" else "cramp"
    top = int(np.argmax(getattr(run, event).mean(axis=1)))
    said = [
        first,
        f"Blood volume changes by {volume[-1]:.0f} % of its start",
        f"In the blood, in mmol/L, {listed(ends)}",
        f"The chance of {EVENTS[event]} is highest at minute {run.minutes[top]:.0f}",
    ]
    marked = [f"{s.what} at minute {s.minute:.0f}" for s in session.symptoms if s.what in panels.MARKED]
    return ". ".join([*said, f"Marked: {listed(marked[:TOLD])}"] if marked else said) + "."


def _hours(e: HomeExplanation) -> str:
    """Each panel from its start to its furthest and its end."""
    found = {level.id: level for level in levels(e)}
    said = []
    for id in ("ph", "ionized_calcium_mmol_l", "motor_firing", "sensory_firing"):
        x = found[id]
        far = max((x.lowest, x.highest), key=lambda turn: abs(turn.spread.mean - x.before.mean))
        unit = "" if x.unit == "1" else f" {x.unit}"
        furthest = f"{value_of(far.spread, x)} at minute {far.minute:.0f}"
        said.append(
            f"{x.label} {value_of(x.before, x)}{unit} at the start, {furthest}, {value_of(x.after, x)} at the end"
        )
    felt = [f"{s.what} at minute {s.minute:.0f}" for s in sorted(e.episode.symptoms, key=lambda s: s.minute)]
    if felt:
        said.append(f"Marked: {listed(felt[:TOLD])}")
    return ". ".join(said) + "."


def roots(found: Answered) -> Picture | None:
    """From the largest causes through mechanisms to the symptom; None where there is none to draw."""
    links = printed.largest(found.tree, found.about)
    if not links:
        return None
    printed.known_fonts(FILES)
    event = EVENTS.get(found.about, found.about)
    whole: dict[str, float] = {}
    for link in links:
        whole[link.root] = whole.get(link.root, 0.0) + link.share
    said = []
    for root in sorted(whole, key=lambda root: -abs(whole[root])):
        own = sorted((link for link in links if link.root == root), key=lambda link: -abs(link.share))
        ways = listed([f"{plain(link.mechanism_label)} {signed(link.share)}" for link in own[:TOLD]])
        said.append(f"{plain(own[0].root_label or root)}, through {ways}")
    alt = f"How the causes lead to {event}, in shares of the risk: {'; '.join(said)}."
    return Picture(printed.roots(links, found.about, FAMILIES), alt, "")


def front(advice: Advice) -> Picture | None:
    """Burden against risk; None where there is nothing to compare."""
    if len(advice.front) < 2:
        return None
    printed.known_fonts(FILES)
    names = {option.id: str(number) for number, option in enumerate(advice.options, 1)}
    event = EVENTS.get(advice.about, advice.about)
    said = [
        f"{_named(point.option, names)}: {point.burden:.1f} hours a week and {percent(point.cramp)}"
        for point in sorted(advice.front, key=lambda point: point.burden)
    ]
    alt = f"Hours of treatment a week against the chance of {event} in a session. {'; '.join(said)}."
    svg = printed.front(advice.front, names, small(event), FAMILIES)
    return Picture(svg, alt, "The numbers are those of the options above; the ring is the treatment as it is.")


def _named(option: str, names: dict[str, str]) -> str:
    if not option:
        return "As it is"
    return f"Option {names[option]}" if option in names else "Another option"
