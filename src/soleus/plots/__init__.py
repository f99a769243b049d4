"""Plots: what a clinician would want to look at, drawn to a file; nothing here opens a window."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill, shorten

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .. import __version__
from ..advice import Advice
from ..advice.rescue import Rescue
from ..causes import Explanation, Split
from ..causes.home import HomeExplanation
from ..fit import Twin
from ..report import home as home_words
from ..report.advice import answer as advice_answer
from ..report.known import Findings, whose
from ..report.known import answer as answer_of
from ..report.rescue import headline
from ..report.sheet import treatment
from ..report.words import answer, between, percent, plain, question, split_of
from . import bars, firstaid, front, home, overlay, panels, tree
from . import known as learned
from .look import INK, SOFT, blank, check, save, styled
from .population import population
from .ranks import ranks

__all__ = [
    "advised",
    "at_home",
    "check",
    "compared",
    "course",
    "explained",
    "first_aid",
    "known",
    "population",
    "ranks",
    "save",
]

BARS, TREE = (0.735, 0.485, 0.205, 0.345), (0.505, 0.055, 0.475, 0.34)  # left, bottom, width, height
HEAD, FOOT, GAP = 1.73, 0.77, 0.43  # inches above and below the panels, and between two
CLINICIAN = f"Soleus {__version__}.  Not a medical device; the clinician decides."
NOTE = CLINICIAN.replace(".  Not", ".  Line and band: the twin, mean and 5th to 95th percentile.  Not")


def explained(e: Explanation) -> Figure:
    """The session over time, its causes, and how they came about."""
    with styled():
        figure = blank(14.0, 10.2)
        about, split, said = e.about, split_of(e), f"{answer(e)} {_chance(split_of(e))}"
        heading = "Where the risk came from"
        if about == "restless_legs":  # nothing splits them: what is drawn is the cramp there might have been
            about, split, said, heading = "cramp", e.cramp, answer(e), "Where the risk of a cramp came from"
        _head(figure, question(e), said, _who(e.twin))
        panels.draw(column(figure, 0.048, 0.405, panels.HEIGHTS), e.twin, about)
        bars.draw(figure.add_axes(BARS), split, heading)
        tree.draw(figure.add_axes(TREE), e.tree, (about,))
    return figure


def at_home(e: HomeExplanation) -> Figure:
    """Hours without dialysis over time, the causes, and how they came about."""
    with styled():
        figure, split = blank(14.0, 10.2), e.asked
        said = f"{home_words.answer(e)} {_chance(split)}"
        name = shorten(plain(e.case.patient.name), 40, placeholder="...")
        who = f"{name}{'.  ' if name else ''}{home_words.hours(e.episode)}"
        _head(figure, home_words.question(e), said, who)
        home.draw(column(figure, 0.048, 0.405, home.HEIGHTS), e)
        bars.draw(figure.add_axes(BARS), split)
        others = [name for name, other in e.splits.items() if other.chance.probability >= home_words.LIKELY]
        tree.draw(figure.add_axes(TREE), e.tree, tuple(dict.fromkeys((e.about, *others))))
    return figure


def _chance(split: Split) -> str:
    chance = split.chance
    return (
        f"The chance was {percent(chance.probability)} ({between(chance.interval)}); it would have been "
        f"{percent(chance.baseline)} with everything as it should be."
    )


def course(twin: Twin, about: str = "cramp", as_it_was: Twin | None = None) -> Figure:
    """The session over time; dashed, the session as it was, when this one was changed."""
    with styled():
        figure = blank(8.6, 12.4)
        note = "" if as_it_was is None else f"Dashed: as it was ({treatment(as_it_was, noted=False)})."
        _head(figure, "The session as the twin ran it", note, _who(twin, noted=as_it_was is None))
        panels.draw(column(figure, 0.075, 0.80, panels.ALL), twin, about, as_it_was)
    return figure


def known(found: Findings) -> Figure:
    """What a fit learned: the dry weight, what was told of each trait, and whether the readings fit together."""
    with styled():
        figure, of = blank(11.0, 8.0), found.known
        _head(figure, "What the sessions tell of this person", answer_of(of), whose(of), CLINICIAN)
        learned.weight(figure.add_axes((0.05, 0.52, 0.40, 0.31)), of)
        learned.told(figure.add_axes((0.71, 0.52, 0.26, 0.31)), found)
        learned.fits(figure.add_axes((0.07, 0.13, 0.90, 0.27)), of)
    return figure


def first_aid(r: Rescue) -> Figure:
    """What to do, in order; where treatment goes on, what each action would do in the next minutes."""
    with styled():
        figure = blank(12.0, firstaid.height(r))
        _head(figure, headline(r), "", _who(r.twin, noted=False), CLINICIAN)
        firstaid.order(figure, r)
        if not r.ends:
            firstaid.chances(firstaid.panel(figure, r, 0.17, 0.27), r)
            firstaid.pressures(firstaid.panel(figure, r, 0.55, 0.28), r)
    return figure


def advised(a: Advice) -> Figure:
    """Options between burden and risk."""
    with styled():
        figure = blank(11.5, 6.6)
        _head(figure, "What to change?", advice_answer(a), _who(a.twin), CLINICIAN)
        front.draw(figure.add_axes((0.06, 0.12, 0.55, 0.62)), a)
    return figure


def compared(twins: Sequence[Twin], names: Sequence[str]) -> Figure:
    """The same session under several treatments, one over the other; the first is as it is."""
    with styled():
        figure = blank(8.6, 12.4)
        said = "Lines: the mean of the twin, after four weeks of each treatment."
        _head(figure, "The session under several treatments", said, _who(twins[0], noted=False), CLINICIAN)
        overlay.draw(column(figure, 0.075, 0.80, overlay.HEIGHTS), twins, names)
    return figure


def _who(twin: Twin, *, noted: bool = True) -> str:
    name = shorten(plain(twin.case.patient.name), 40, placeholder="...")
    return f"{name}{'.  ' if name else ''}{treatment(twin, noted=noted)}"


def _head(figure: Figure, title: str, said: str, who: str, note: str = NOTE) -> None:
    """Title, what was treated, the answer, and the small print; sizes in inches, the same on every figure."""
    width, height = figure.get_size_inches()
    figure.text(0.25 / width, 1 - 0.14 / height, title, fontsize=16, weight="bold", va="top")
    line = shorten(who, int((width - 0.5) * 14), placeholder="...")
    figure.text(0.25 / width, 1 - 0.47 / height, line, fontsize=9, color=SOFT, va="top")
    figure.text(
        0.25 / width,
        1 - 0.70 / height,
        fill(said, int(width * 12.8), max_lines=3, placeholder=" ..."),
        fontsize=10.2,
        color=INK,
        va="top",
    )
    figure.text(0.25 / width, 0.10 / height, note, fontsize=7.6, color=SOFT, va="bottom")


def column(figure: Figure, left: float, width: float, heights: Sequence[float]) -> Sequence[Axes]:
    """Stacked panels, their heights as each needs; margins in inches, the same on every figure."""
    tall = figure.get_size_inches()[1]
    top, bottom, gap = 1 - HEAD / tall, FOOT / tall, GAP / tall
    unit = (top - bottom - gap * (len(heights) - 1)) / sum(heights)
    axes: list[Axes] = []
    for height in heights:
        axes.append(figure.add_axes((left, top - height * unit, width, height * unit)))
        top -= height * unit + gap
    return axes
