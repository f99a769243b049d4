"""Answer: what `explain` gives back."""

from __future__ import annotations

from typing import NamedTuple

from ..fit import Twin
from ..levers import Lever
from ..symptoms import Complaint


class Interval(NamedTuple):
    """5th to 95th percentile over the twin."""

    low: float
    high: float


class Chance(NamedTuple):
    """Of an event in the session."""

    probability: float
    interval: Interval
    baseline: float  # same person, every lever as it should be
    likely_minute: float
    window: Interval  # minutes that hold 80 % of the risk


class Mechanism(NamedTuple):
    """A pathway, and its part of an effect."""

    id: str
    label: str
    share: float
    evidence: str


class Cause(NamedTuple):
    """One lever's part of the risk."""

    id: str
    label: str
    share: float  # of the probability
    interval: Interval
    as_it_was: str
    as_it_should_be: str
    mechanisms: tuple[Mechanism, ...]
    evidence: str
    caveat: str
    sources: tuple[str, ...]


class Split(NamedTuple):
    """A risk and where it comes from."""

    chance: Chance
    causes: tuple[Cause, ...]
    susceptibility: float
    susceptibility_interval: Interval
    residual: float
    mechanisms: tuple[Mechanism, ...]  # each pathway frozen at its start: what of the risk goes


class Link(NamedTuple):
    """One way from a root to a symptom. Links of one root add up to its share."""

    root: str  # id of the lever
    mechanism: str  # id of the pathway
    symptom: str  # "cramp" or "hypotension"
    share: float  # of the probability of the symptom; negative where it protected
    evidence: str  # the weaker of that of root and mechanism
    root_label: str = ""
    mechanism_label: str = ""


class Alternative(NamedTuple):
    """What else the complaint may be."""

    id: str
    label: str
    why: str  # why it is considered in this case
    tell_apart: str
    evidence: str
    sources: tuple[str, ...]


class Measurement(NamedTuple):
    """What to measure next, and how much of the uncertainty it would take away."""

    what: str
    narrows: float  # share of the variance of the log hazard
    why: str


class Method(NamedTuple):
    """How the shares were found."""

    exact: bool  # every mix of levers was simulated for every draw
    sessions: int  # simulated
    tried: int  # mixes simulated besides, to see how far off the others are
    error: float  # of the chance in these, on average
    largest: float  # the same at worst
    apart: tuple[str, ...]  # levers too weak for their play with others to be simulated

    @property
    def text(self) -> str:
        """In a sentence or two."""
        weak = ", ".join(name[:1].lower() + name[1:] for name in self.apart)
        if self.exact:
            said = f"Every mix of the levers was simulated for every draw of the twin: {self.sessions} runs."
            return said + (f" Too weak to be tried, and left as they were: {weak}." if weak else "")
        said = (
            f"{self.sessions} sessions were simulated, and the other mixes of levers follow from these to second order;"
            f" in {self.tried} mixes tried besides, the chance was off by {100 * self.error:.1f} percentage points on"
            f" average and {100 * self.largest:.1f} at worst."
        )
        return said + (f" Too weak to be tried in pairs: {weak}." if weak else "")


class Explanation(NamedTuple):
    """The answer to why."""

    twin: Twin
    about: str  # "cramp", "hypotension" or "restless_legs"
    cramp: Split
    hypotension: Split
    as_it_should_be: tuple[Lever, ...]  # levers already where they belong
    most_useful: Measurement | None
    method: Method
    complaints: tuple[Complaint, ...] = ()  # what else the session may bring, each with its chance
    tree: tuple[Link, ...] = ()  # from levers through mechanisms to cramp and hypotension
    differential: tuple[Alternative, ...] = ()  # what else the complaint may be, the likeliest or most urgent first
    restless_legs: Split | None = None  # a chance without mechanism

    @property
    def asked(self) -> Split:
        """The risk that the answer is about."""
        return self.restless_legs or self.hypotension if self.about != "cramp" else self.cramp
